"""The sales of a visitor, hit by hit, and which of them are near each other."""

from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise

from ffx.api.models import Event
from ffx.findings.phrases import fine_but
from ffx.findings.rule import NotChecked
from ffx.findings.rules.series import without_leads, without_taken_back
from ffx.findings.subject import Subject
from ffx.input.times.instants import read_time


def sales_by_hit(subject: Subject) -> list[list[Event]]:
    """Return each hit's sales, in the order of time; hits without any are left out."""
    groups: dict[str, list[Event]] = {}
    for row in subject.known_conversions:
        if row.hitId:
            groups.setdefault(row.hitId, []).append(row)
    return [sales for rows in groups.values() if (sales := sales_of(rows))]


def sales_of(rows: Sequence[Event]) -> list[Event]:
    """Leave out what takes money back, what it took back, and leads that became sales."""
    left = without_taken_back(without_leads(rows))
    return [row for row in left if row.revenue is None or row.revenue >= 0]


def near(
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
    subject: Subject, by_hit: Sequence[Sequence[Event]], told: Sequence[object]
) -> NotChecked | None:
    """Return that nothing can be said, where nothing is told and not all was compared."""
    if told:
        return None
    several = [row for rows in by_hit if len(rows) > 1 for row in rows]
    return without_hits(subject, told) or not_all_stated(several)


def without_hits(subject: Subject, told: Sequence[object]) -> NotChecked | None:
    """Return that not each conversion says on which hit it is, where nothing is told."""
    rows = subject.known_conversions
    lacking = sum(not row.hitId for row in rows)
    return fine_but(lacking, len(rows), "conversion", "a hit ID") if lacking and not told else None


def not_all_stated(rows: Sequence[Event]) -> NotChecked | None:
    """Return that amounts or times are missing, where there are several rows to compare."""
    if len(rows) < 2:
        return None
    for what, lacking in (
        ("a readable revenue", [row for row in rows if row.revenue is None]),
        ("a readable time", [row for row in rows if read_time(row.eventTime) is None]),
    ):
        if lacking:
            return fine_but(len(lacking), len(rows), "conversion", what)
    return None
