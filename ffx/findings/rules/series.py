"""Conversions of one hit that belong together: leads and sales, sales taken back, rebills."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from ffx.api.models import Event
from ffx.findings.subject import transaction_of
from ffx.input.times.instants import LAST_MOMENT, read_time

if TYPE_CHECKING:
    from decimal import Decimal

_DAY = timedelta(days=1)
# A period's name, and the shortest and the longest gap that counts as one.
_PERIODS = (
    ("a day", _DAY - timedelta(hours=2), _DAY + timedelta(hours=2)),
    ("a week", 7 * _DAY - timedelta(hours=12), 7 * _DAY + timedelta(hours=12)),
    ("a month", 27 * _DAY, 32 * _DAY),
)
_MONTH = "a month"
# Two conversions a day apart may be one sale that was sent again.
_FEWEST, _FEWEST_MONTHLY = 3, 2


def without_leads(rows: Sequence[Event]) -> list[Event]:
    """Leave out each lead of 0 that became a sale later, on its hit under its transaction."""
    last: dict[tuple[str, str], datetime] = {}
    for row in rows:
        if row.revenue is not None and row.revenue > 0:
            # A sale whose time is not known may be later than any lead.
            time = read_time(row.eventTime) or LAST_MOMENT
            place = _place(row)
            last[place] = max(time, last.get(place, time))
    return [row for row in rows if not _became_sale(row, last.get(_place(row)))]


def without_taken_back(rows: Sequence[Event]) -> list[Event]:
    """Leave out each sale that was taken back whole before its transaction had another one.

    `rows` are in the order of time.
    """
    standing: dict[tuple[str, str], list[Event]] = {}
    gone = set()
    for row in rows:
        sales = standing.setdefault(_place(row), [])
        if row.revenue is not None and row.revenue < 0:
            if len(sales) == 1 and sales[0].revenue == -row.revenue:
                gone.add(id(sales.pop()))
        else:
            sales.append(row)
    return [row for row in rows if id(row) not in gone]


def rebills(rows: Iterable[Event]) -> list[tuple[str, list[Event]]]:
    """Return each series of equal amounts at equal gaps on one hit, with the gap's name.

    `rows` are one hit's conversions. Three make a series, or two that are a month apart.
    """
    by_amount: dict[Decimal, list[tuple[datetime, Event]]] = {}
    for row in rows:
        time = read_time(row.eventTime)
        if time is not None and row.revenue is not None and row.revenue > 0:
            by_amount.setdefault(row.revenue, []).append((time, row))
    found = []
    for timed in by_amount.values():
        timed.sort(key=lambda pair: pair[0])
        gaps = [later[0] - before[0] for before, later in pairwise(timed)]
        for name, shortest, longest in _PERIODS:
            fewest = _FEWEST_MONTHLY if name == _MONTH else _FEWEST
            if len(timed) >= fewest and all(shortest <= gap <= longest for gap in gaps):
                found.append((name, [row for _, row in timed]))
    return found


def later_rebills(rows: Sequence[Event]) -> list[Event]:
    """Return, of the conversions of many hits, those that only repeat the first of a series."""
    by_hit: dict[str, list[Event]] = {}
    for row in rows:
        if row.hitId:
            by_hit.setdefault(row.hitId, []).append(row)
    return [
        row for of_hit in by_hit.values() for _, series in rebills(of_hit) for row in series[1:]
    ]


def _place(row: Event) -> tuple[str, str]:
    return row.hitId or "", transaction_of(row)


def _became_sale(lead: Event, sale: datetime | None) -> bool:
    if lead.revenue != 0 or sale is None or not all(_place(lead)):
        return False
    at = read_time(lead.eventTime)
    return at is None or at <= sale
