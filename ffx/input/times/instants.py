"""Instants as the API writes them: RFC 3339 text to an aware datetime in UTC, and back."""

from datetime import UTC, datetime

# What stands in order for a time that is not known.
LAST_MOMENT = datetime.max.replace(tzinfo=UTC)
_EARLIEST_YEAR = 1970


def read_time(text: str | None) -> datetime | None:
    """Read a time as the service sends it; without an offset it is taken as UTC.

    None where it cannot be read, or lies before 1970.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= _EARLIEST_YEAR else None


def to_rfc3339(instant: datetime) -> str:
    """Write an instant as the API reads it: `2024-08-25T15:00:00Z`, or `…00.250Z`."""
    wall = instant.astimezone(UTC).replace(tzinfo=None)
    precision = "milliseconds" if wall.microsecond >= 1000 else "seconds"
    return f"{wall.isoformat(timespec=precision)}Z"
