"""Whether this machine's clock agrees with the service's."""

from datetime import datetime
from email.utils import parsedate_to_datetime

# A clock that is further off than this makes windows that end «now» miss what just happened.
_TOLERANCE = 300


def tell_difference(date_header: str, *, now: datetime) -> str:
    """Say how far `now` is from an answer's Date header.

    Empty where that is five minutes or less, or the header cannot be read.
    """
    try:
        ahead = (now - parsedate_to_datetime(date_header)).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return ""
    if abs(ahead) <= _TOLERANCE:
        return ""
    side = "ahead of" if ahead > 0 else "behind"
    return (
        f"this machine's clock is {_roughly(abs(ahead))} {side} the service's; "
        "windows go by this machine's"
    )


def _roughly(seconds: float) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
