"""Days and times as reports write them, whose order of day and month the column tells."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal, TypeAlias

from ffx.input.times.zones import Zone, to_instant

DayOrder: TypeAlias = Literal["day first", "month first", ""]
"""Of `3/4/2026`; empty where no cell tells."""

_TIME = (
    r"(?:[T,]?\s*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
)
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_TIME}"
)
_YEAR_LAST = re.compile(
    rf"(?P<one>\d{{1,2}})(?P<dot>[-/.])(?P<two>\d{{1,2}})[-/.](?P<year>\d{{4}}|\d\d){_TIME}"
)
_NAMED = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)??(?:(?P<day>\d{1,2})[\s-]+(?P<name>[A-Za-z]{3,9})"
    r"|(?P<name2>[A-Za-z]{3,9})\.?\s+(?P<day2>\d{1,2}))[,\s-]+(?P<year>\d{4})" + _TIME
)
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        start=1,
    )
}
_LONGEST = 60
_ORDERS: tuple[DayOrder, ...] = ("day first", "month first")


def day_order(texts: Iterable[str]) -> DayOrder:
    """Tell by a column's cells whether the day or the month comes first in them."""
    first = second = 0
    for text in texts:
        if match := _YEAR_LAST.fullmatch(text.strip()[:_LONGEST]):
            is_first = int(match["one"]) > 12 or match["dot"] == "."
            first += is_first
            second += not is_first and int(match["two"]) > 12
    if first == second:
        return ""
    return "day first" if first > second else "month first"


def is_report_time(text: str) -> bool:
    """Tell whether a cell holds a day or a time, in either order."""
    return any(read_report_time(text, order, None) for order in _ORDERS)


def read_report_time(text: str, order: DayOrder, zone: Zone) -> datetime | None:
    """Read a day or a time, in UTC; without an offset it is one of `zone`.

    None where it cannot be read, and where the order of day and month is not known.
    """
    bare = text.strip()
    if not bare or len(bare) > _LONGEST:
        return None
    try:
        if _EPOCH.fullmatch(bare):
            return datetime.fromtimestamp(int(bare[:10]), UTC)
        if match := _YEAR_FIRST.fullmatch(bare):
            return _moment(match, int(match["year"]), int(match["month"]), match["day"], zone)
        if match := _NAMED.fullmatch(bare):
            month = _MONTHS.get((match["name"] or match["name2"])[:3].lower(), 0)
            day = match["day"] or match["day2"]
            return _moment(match, int(match["year"]), month, day, zone)
        if (match := _YEAR_LAST.fullmatch(bare)) and order:
            day, month_text = (
                (match["one"], match["two"])
                if order == "day first"
                else (match["two"], match["one"])
            )
            year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
            return _moment(match, year, int(month_text), day, zone)
    except (ValueError, OverflowError):
        return None
    return None


def _moment(match: re.Match[str], year: int, month: int, day: str, zone: Zone) -> datetime:
    hour = int(match["hour"] or 0)
    if half := match["half"]:
        hour = hour % 12 + (12 if half[0] in "Pp" else 0)
    wall = datetime(  # noqa: DTZ001  # its zone is found below
        year, month, int(day), hour, int(match["minute"] or 0), int(match["second"] or 0)
    )
    offset = match["zone"]
    if not offset:
        return to_instant(wall, zone, end=False).instant
    if offset in ("Z", "UTC", "GMT"):
        return wall.replace(tzinfo=UTC)
    sign = -1 if offset[0] == "-" else 1
    span = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    return wall.replace(tzinfo=timezone(sign * span)).astimezone(UTC)
