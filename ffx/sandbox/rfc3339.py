"""Moments as the Explorer's requests write them: RFC 3339, taken to the letter."""

import re
from datetime import date
from typing import NamedTuple

_RFC_3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d+))?"
    r"(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)
_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_DAYS_IN_400_YEARS = 146_097


class Moment(NamedTuple):
    """A point of time, exact to any number of digits; earlier ones compare as less.

    Attributes:
        seconds: whole seconds since 1970.
        fraction: the digits behind the point, without zeros at the end.
    """

    seconds: int
    fraction: str

    def floor(self) -> int:
        """Return the last whole millisecond not after the moment."""
        return self.seconds * 1000 + int(self.fraction[:3].ljust(3, "0"))

    def ceiling(self) -> int:
        """Return the first whole millisecond not before the moment."""
        return self.floor() + bool(self.fraction[3:])


def read_moment(text: str) -> Moment | None:
    """Read an RFC 3339 date-time; None if it is none, or a day that does not exist.

    A leap second is the second 60 of 23:59 UTC, and the same moment as the
    second after it.
    """
    match = _RFC_3339.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    fraction, sign, offset_hours, offset_minutes = match.groups()[6:]
    try:
        # The year 0 is the year 400 of the same calendar; `date` begins at 1.
        days = date(year or 400, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
    if year == 0:
        days -= _DAYS_IN_400_YEARS
    seconds = days * _DAY + hour * 3600 + minute * 60 + second
    if sign:
        offset = int(offset_hours) * 3600 + int(offset_minutes) * 60
        seconds += -offset if sign == "+" else offset
    if second == 60 and seconds % _DAY != 0:
        return None
    return Moment(seconds, (fraction or "").rstrip("0"))
