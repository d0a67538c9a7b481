"""What the headers of an answer say: when to come back, the request's ID, the service's clock."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ffx.api.wire import HttpAnswer
from ffx.output.clean import clean

_LONGEST_RETRY_AFTER = 10 * 365 * 86_400.0  # seconds
# Seconds. A clock that is further off makes windows that end «now» miss what just happened.
_TOLERANCE = 300
_REQUEST_ID_HEADERS = (
    "x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "x-amzn-trace-id",
    "cf-ray", "x-trace-id",
)  # fmt: skip


def read_retry_after(text: str, *, now: datetime) -> float | None:
    """Read a Retry-After header, in seconds or as a date; None for what is neither.

    Negative seconds, dates in the past, doubled values and what lies ten years
    ahead count as nothing.
    """
    value = text.strip()
    if value.isascii() and value.isdigit():
        seconds = float(value)
    else:
        try:
            moment = parsedate_to_datetime(value)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            seconds = (moment - now).total_seconds()
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
    return seconds if 0 < seconds <= _LONGEST_RETRY_AFTER else None


def request_id(answer: HttpAnswer) -> str:
    """Return the service's own name for a request; empty if it gave none."""
    found = (answer.headers.get(name, "") for name in _REQUEST_ID_HEADERS)
    return clean(next(filter(None, found), ""))[:100]


def clock_difference(date_header: str, *, now: datetime) -> str:
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
