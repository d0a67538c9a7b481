"""Times, spans of time and amounts in words, the same in every view."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from ffx.render.clean import clean
from ffx.render.lines import clip
from ffx.wire import read_time
from ffx.zones import Zone, format_moment, to_local

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_MANY_DIGITS = 15
_LONGEST_COUNT = 24
_LONGEST_ID = 256


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


def clock(instant: datetime, zone: Zone) -> str:
    return f"{to_local(instant, zone):%H:%M:%S}"


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


def amount(value: Decimal | None) -> str:
    """Write an amount: one that was sent with its own digits, a sum of ours without exponent."""
    if value is None:
        return ""
    # Only an amount that was sent has digits of its own: `ffx.models.Amount`.
    return clean(str(value)) if hasattr(value, "digits") else f"{value:f}"


def whole_number(value: Decimal) -> str:
    """Write a count with its thousands apart; what is no count stays as it was sent."""
    if value.adjusted() < _MANY_DIGITS and value == value.to_integral_value():
        return f"{int(value):,}"
    return clip(clean(str(value)), _LONGEST_COUNT)


def identity(text: str) -> str:
    """Write an ID, which no width ever cuts; what is too long to be one is clipped."""
    return clip(clean(text), _LONGEST_ID)


def known(*texts: str | None) -> list[str]:
    """Return those texts that say something, clean."""
    return [clean(text) for text in texts if text]


def unrepeated(texts: Iterable[str]) -> list[str]:
    """Leave out what repeats, whether its accents are composed or not."""
    from unicodedata import normalize

    first: dict[str, str] = {}
    for text in texts:
        first.setdefault(normalize("NFC", text), text)
    return list(first.values())


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
