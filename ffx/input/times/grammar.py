"""What the forms of days, clocks and durations share."""

import re
from datetime import UTC, datetime, timedelta

# Forms are texts, and `re` compiles each when it is first used: most runs need one of them.
# ASCII, so that foreign digits stay out, and letters whose lower case is one of ours.
FLAGS = re.ASCII | re.IGNORECASE
YEARS = range(1970, 9999)
# These years as instants, with a day to spare for offsets.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC) - timedelta(days=1)
LATEST = datetime(9999, 1, 2, tzinfo=UTC)
OUTSIDE = "it leaves the years 1970 to 9998"
LONGEST_TEXT = 100


class Unreadable(Exception):  # noqa: N818  (a reason on its way into a UsageError)
    """Why a text cannot be read; an empty reason when its quotation says it all."""
