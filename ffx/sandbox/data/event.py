"""An event of the sample data, before it is stored, and the version of the file it goes to."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

Value: TypeAlias = str | int | None
Event: TypeAlias = Mapping[str, Value]
"""One event, its place and its client: API member to value; what is not there may be left out."""
AddEvent: TypeAlias = Callable[[Event], None]


# Raised with every change of the tables or the stories: a file of another version is made anew.
FORMAT_VERSION = 3


def milliseconds(moment: datetime) -> int:
    """Return `moment` as whole milliseconds since 1970."""
    return int(moment.timestamp() * 1000)
