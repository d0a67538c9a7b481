"""Times, spans of time and amounts in words, the same in every view."""

from datetime import datetime, timedelta
from decimal import Decimal

from ffx.models import read_time
from ffx.render.clean import clean
from ffx.zones import Zone, format_moment, to_local

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def elapsed(span: timedelta) -> str:
    """Write a span of time in its two leading units at most: `29 s`, `47 min`, `2 d 3 h`."""
    seconds = int(span.total_seconds())
    if seconds < _MINUTE:
        exact = span.total_seconds()
        return f"{exact:.1f} s" if 0 < exact < 10 and exact != seconds else f"{seconds} s"
    if seconds < 2 * _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < 2 * _DAY:
        hours, minutes = divmod(seconds // _MINUTE, 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(seconds // _HOUR, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def clock(instant: datetime, zone: Zone) -> str:
    return f"{to_local(instant, zone):%H:%M:%S}"


def day_of(instant: datetime, zone: Zone) -> str:
    """Write the local day and its offset: `Fri 20 Nov 2026 +01:00`."""
    local = to_local(instant, zone)
    words = format_moment(local.replace(hour=0, minute=0, second=0, microsecond=0)).split(" ")
    return " ".join([*words[:4], words[-1]])


def full_time(text: str | None, zone: Zone) -> str:
    """Write a time as sent in RFC 3339 with the zone's offset; as sent if it cannot be read."""
    instant = read_time(text)
    if instant is None:
        return clean(text or "")
    local = to_local(instant, zone)
    return local.isoformat(timespec="microseconds" if local.microsecond % 1000 else "milliseconds")


def long_time(text: str | None, zone: Zone) -> str:
    """Write a time as sent for people: `Fri 20 Nov 2026 15:04:12 +01:00`."""
    instant = read_time(text)
    if instant is None:
        return clean(text or "")
    return format_moment(to_local(instant, zone).replace(microsecond=0))


def amount(value: Decimal | None) -> str:
    return "" if value is None else clean(str(value))


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
