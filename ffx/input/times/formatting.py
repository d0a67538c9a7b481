"""Times and durations as people read them, in a zone."""

from datetime import datetime, timedelta

from ffx.input.times.instants import read_time
from ffx.input.times.zones import Zone, format_moment, to_local
from ffx.output.clean import clean

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def elapsed(span: timedelta) -> str:
    """Write a span of time in its two leading units at most: `29 s`, `47 min`, `2 d 3 h`.

    Rounded down, so that 59.9 seconds are not a minute; below ten seconds with a tenth.
    """
    seconds = span // timedelta(seconds=1)
    if seconds < _MINUTE:
        tenths = span // timedelta(milliseconds=100)
        if tenths == 0 and (milliseconds := span // timedelta(milliseconds=1)):
            return f"{milliseconds} ms"
        return f"{seconds}.{tenths % 10} s" if seconds < 10 and tenths % 10 else f"{seconds} s"
    if seconds < 2 * _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < 2 * _DAY:
        hours, minutes = divmod(seconds // _MINUTE, 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(seconds // _HOUR, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def format_clock(instant: datetime, zone: Zone) -> str:
    return f"{to_local(instant, zone):%H:%M:%S}"


def format_day_and_clock(instant: datetime, zone: Zone) -> str:
    """Write a time within the year, to the second: `05 Nov 15:04:12`. English in any locale."""
    local = to_local(instant, zone)
    month = format_moment(local).split(" ")[2]
    return f"{local.day:02} {month} {local:%H:%M:%S}"


def day_of(instant: datetime, zone: Zone) -> str:
    """Write the local day and the offset at that instant: `Fri 20 Nov 2026 +01:00`."""
    # Not the offset of its midnight: the clocks may change between the two.
    words = format_moment(to_local(instant, zone)).split(" ")
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
