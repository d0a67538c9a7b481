"""Which conversions are sales: without leads and what was taken back; rebills, and near ones."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from ffx.api.models import Event
from ffx.findings.phrases import checked_in_part
from ffx.findings.rule import NotChecked
from ffx.findings.subject import Subject, transaction_of
from ffx.input.times.instants import LAST_MOMENT, read_time

if TYPE_CHECKING:
    from decimal import Decimal

_DAY = timedelta(days=1)
# A period's name, the shortest and the longest gap that counts as one, and the conversions that
# make a series: two that are a day apart may be one sale that was sent again.
_PERIODS = (
    ("a day", _DAY - timedelta(hours=2), _DAY + timedelta(hours=2), 3),
    ("a week", 7 * _DAY - timedelta(hours=12), 7 * _DAY + timedelta(hours=12), 3),
    ("a month", 27 * _DAY, 32 * _DAY, 2),
)


def sales_by_hit(subject: Subject) -> list[list[Event]]:
    """Return each hit's sales, in the order of time; hits without any are left out."""
    return [sales for rows in _by_hit(subject.known_conversions) if (sales := sales_of(rows))]


def sales_of(rows: Sequence[Event]) -> list[Event]:
    """Leave out what takes money back, what it took back, and leads that became sales."""
    left = without_taken_back(without_leads(rows))
    return [row for row in left if row.revenue is None or row.revenue >= 0]


def rows_near(
    rows: Sequence[Event],
    key_of: Callable[[Event], Hashable],
    is_near: Callable[[float | None], bool],
    *,
    hits_differ: bool = False,
) -> list[Event]:
    """Return the rows near another one of the same key; gaps are in seconds, None is not known.

    `rows` are in the order of time. With `hits_differ`, the two are on different hits.
    """
    groups: dict[Hashable, list[Event]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    found: dict[int, Event] = {}
    for group in groups.values():
        for pair in pairwise(group):
            is_pair = not hits_differ or pair[0].hitId != pair[1].hitId
            if is_pair and is_near(seconds_between(*pair)):
                found.update({id(row): row for row in pair})
    return list(found.values())


def seconds_between(before: Event, later: Event) -> float | None:
    """Return the seconds between two rows; None where a time is not known."""
    first, second = read_time(before.eventTime), read_time(later.eventTime)
    if first is None or second is None:
        return None
    return abs((second - first).total_seconds())


def not_all_compared(
    subject: Subject, by_hit: Sequence[Sequence[Event]], found: Sequence[object]
) -> NotChecked | None:
    """Return that nothing can be said, where nothing is found and not all was compared."""
    if found:
        return None
    several = [row for rows in by_hit if len(rows) > 1 for row in rows]
    return not_all_with_hit(subject, found) or not_all_stated(several)


def not_all_with_hit(subject: Subject, found: Sequence[object]) -> NotChecked | None:
    """Return that not each conversion says on which hit it is, where nothing is found."""
    rows = subject.known_conversions
    lacking = sum(not row.hitId for row in rows)
    return (
        checked_in_part(lacking, len(rows), "conversion", "a hit ID")
        if lacking and not found
        else None
    )


def not_all_stated(rows: Sequence[Event]) -> NotChecked | None:
    """Return that amounts or times are missing, where there are several rows to compare."""
    if len(rows) < 2:
        return None
    for what, lacking in (
        ("a readable revenue", [row for row in rows if row.revenue is None]),
        ("a readable time", [row for row in rows if read_time(row.eventTime) is None]),
    ):
        if lacking:
            return checked_in_part(len(lacking), len(rows), "conversion", what)
    return None


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
        for name, shortest, longest, fewest in _PERIODS:
            if len(timed) >= fewest and all(shortest <= gap <= longest for gap in gaps):
                found.append((name, [row for _, row in timed]))
    return found


def later_rebills(rows: Sequence[Event]) -> list[Event]:
    """Return, of the conversions of many hits, those that only repeat the first of a series."""
    return [row for of_hit in _by_hit(rows) for _, series in rebills(of_hit) for row in series[1:]]


def _by_hit(rows: Iterable[Event]) -> Iterable[list[Event]]:
    """Return the rows of each hit; those without a hit's ID are left out."""
    groups: dict[str, list[Event]] = {}
    for row in rows:
        if row.hitId:
            groups.setdefault(row.hitId, []).append(row)
    return groups.values()


def _place(row: Event) -> tuple[str, str]:
    return row.hitId or "", transaction_of(row)


def _became_sale(lead: Event, sale: datetime | None) -> bool:
    if lead.revenue != 0 or sale is None or not all(_place(lead)):
        return False
    at = read_time(lead.eventTime)
    return at is None or at <= sale
