"""Several conversions of one hit: upsells, or one sale counted again."""

from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise

from ffx.api.models import Event
from ffx.findings.phrases import evidence_of, known_conversions, listed, more, tell_each
from ffx.findings.rule import NotApplicable, Observation, Outcome, Severity, rule
from ffx.findings.subject import Subject
from ffx.input.times.instants import read_time
from ffx.settings.thresholds import Thresholds

_MINUTE, _DAY = 60, 86_400


@rule("C6", basis="A", severity=Severity.INFORMATION, checks="one conversion a hit")
def several_conversions(subject: Subject) -> Outcome:
    """A hit has several conversions, told apart by their transactions: upsells, say.

    Class A. Source: the provider's help on updating conversion data.
    """
    by_hit = _by_hit(subject)
    if not by_hit:
        return NotApplicable()
    several = [
        rows
        for rows in by_hit
        if len({_transaction(row) for row in rows}) == len(rows) > 1
        and not any(_twins(rows, subject.thresholds))
    ]
    if not several and any(len(rows) > 1 for rows in by_hit):
        return NotApplicable()
    return tell_each(
        several,
        lambda rows: Observation(
            f"Hit {subject.alias('hitId', rows[0].hitId or '')} has {len(rows):,} conversions "
            f"with different transactions, as upsells make them: that is in order.{more(rows)}",
            evidence_of(subject, rows, "conversionTransaction"),
            "If there should be one only, find these transactions in the received postbacks log.",
        ),
        "hits have several conversions with different transactions each, which is in order",
    )


@rule("C7", basis="B", severity=Severity.HINT, checks="duplicates")
def suspected_duplicates(subject: Subject) -> Outcome:
    """Conversions of one hit look like one sale counted again.

    They have the same transaction, or none, or soon after each other the same amount; but are not
    as far apart as rebills.

    Class B. Source: other trackers, which turn away a transaction that they know, and repeats
    soon after each other.
    """
    by_hit = _by_hit(subject)
    if not by_hit:
        return NotApplicable()
    return tell_each(
        [rows for rows in by_hit if any(_twins(rows, subject.thresholds))],
        lambda rows: _tell_twins(subject, rows),
        "hits have conversions that look like one sale counted again",
    )


def _by_hit(subject: Subject) -> list[list[Event]]:
    groups: dict[str, list[Event]] = {}
    for row in known_conversions(subject):
        if row.hitId:
            groups.setdefault(row.hitId, []).append(row)
    return list(groups.values())


def _transaction(row: Event) -> str:
    return (row.conversionTransaction or "").strip()


def _twins(rows: Sequence[Event], limits: Thresholds) -> tuple[list[Event], list[Event]]:
    """Return those of one hit that share a transaction or lack one, and those by their amount."""
    rebill = limits.rebill_days * _DAY
    close = limits.duplicate_minutes * _MINUTE
    return (
        _near(rows, _transaction, lambda gap: gap is None or gap < rebill),
        _near(
            [row for row in rows if row.revenue is not None],
            lambda row: row.revenue,
            lambda gap: gap is not None and gap <= close and gap < rebill,
        ),
    )


def _near(
    rows: Sequence[Event],
    key_of: Callable[[Event], Hashable],
    is_near: Callable[[float | None], bool],
) -> list[Event]:
    """Return the rows near another one of the same key; gaps are in seconds, None is not known."""
    groups: dict[Hashable, list[Event]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    near: dict[int, Event] = {}
    for group in groups.values():
        for pair in pairwise(group):
            times = [time for row in pair if (time := read_time(row.eventTime)) is not None]
            if is_near((times[1] - times[0]).total_seconds() if len(times) == 2 else None):
                near.update({id(row): row for row in pair})
    return list(near.values())


def _tell_twins(subject: Subject, rows: Sequence[Event]) -> Observation:
    limits = subject.thresholds
    by_transaction, by_amount = _twins(rows, limits)
    sharing = [row for row in by_transaction if _transaction(row)]
    lacking = len(by_transaction) - len(sharing)
    names = listed(subject.cite("conversionTransaction", _transaction(row)) for row in sharing)
    reasons = [
        *([f"{len(sharing):,} share the transaction {names}"] if sharing else []),
        *([f"{lacking:,} have no transaction"] if lacking else []),
        *(
            [f"{len(by_amount):,} bring an equal amount within {limits.duplicate_minutes:g} min"]
            if by_amount
            else []
        ),
    ]
    twins = list({id(row): row for row in [*by_transaction, *by_amount]}.values())
    member = "conversionTransaction" if by_transaction else "revenue"
    return Observation(
        f"Conversions on hit {subject.alias('hitId', rows[0].hitId or '')} look like one sale "
        f"counted again: {', '.join(reasons)}.{more(twins)}",
        evidence_of(subject, twins, member),
        "Compare them with the received postbacks log, and have the network send a transaction "
        "of its own with each sale, as tx.",
    )
