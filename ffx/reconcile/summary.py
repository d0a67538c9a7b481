"""What a report comes to: rows and sums by outcome, and what its trouble has in common."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal

from ffx.reconcile.causes import Cause, common_ratio, find_beginning, find_cause
from ffx.reconcile.claims import RowOutcome
from ffx.reconcile.ledger import Entry, Ledger
from ffx.reconcile.tracker_answer import DAY, FINDING, MEMBERS

# In the order of their weight: what went wrong comes before whose traffic it was.
_MEMBERS = (FINDING, *MEMBERS, DAY)
# Sums are exact, whatever digits the amounts have.
_EXACT = Context(prec=200)
_WITH_CAUSE = tuple(
    each for each in RowOutcome if each not in (RowOutcome.MATCHED, RowOutcome.FAILED)
)


@dataclass(slots=True)
class Total:
    """How many rows there are of one outcome, and what both sides have of them."""

    rows: int = 0
    reported: Decimal = Decimal(0)
    tracked: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        return self.reported - self.tracked

    def add(self, reported: Decimal, tracked: Decimal) -> None:
        self.rows += 1
        self.reported = _EXACT.add(self.reported, reported)
        self.tracked = _EXACT.add(self.tracked, tracked)


@dataclass(frozen=True)
class Summary:
    """What a report comes to.

    Attributes:
        totals: by outcome, those that have rows, in the order of `RowOutcome`.
        unclaimed: conversions of the report's hits that no row claims.
        everything: all of them together; its rows are the report's own.
        causes: what rows of one outcome have in common.
        ratio: what most amounts that differ are of ours, how many, and of how many.
    """

    totals: Mapping[RowOutcome, Total]
    unclaimed: Total
    everything: Total
    causes: Mapping[RowOutcome, Cause] = field(default_factory=dict)
    ratio: tuple[Decimal, int, int] | None = None

    @property
    def troubled(self) -> int:
        """How many rows, and conversions that no row claims, need a person."""
        matched = self.totals.get(RowOutcome.MATCHED, Total()).rows
        return self.everything.rows - matched + self.unclaimed.rows

    def rows(self, outcome: RowOutcome) -> int:
        return self.totals.get(outcome, Total()).rows


def sum_up(ledger: Ledger) -> Summary:
    """Sum up what became of a report's rows."""
    totals = {outcome: Total() for outcome in RowOutcome}
    unclaimed, everything = Total(), Total()
    for entry in ledger.entries():
        for total in (totals[entry.outcome], everything):
            total.add(entry.settled.expected, entry.settled.tracked)
    for _, conversion in ledger.unclaimed():
        revenue = conversion.revenue or Decimal(0)
        unclaimed.add(Decimal(0), revenue)
        everything.tracked = _EXACT.add(everything.tracked, revenue)
    return Summary(
        totals={outcome: total for outcome, total in totals.items() if total.rows},
        unclaimed=unclaimed,
        everything=everything,
        causes=dict(_causes(ledger)),
        ratio=common_ratio(_amounts(ledger.entries(RowOutcome.DIFFERS))),
    )


def _causes(ledger: Ledger) -> Iterator[tuple[RowOutcome, Cause]]:
    for outcome in _WITH_CAUSE:
        cause = find_cause(
            _MEMBERS,
            lambda outcome=outcome: ledger.facts(outcome),  # type: ignore[misc]  # bound early
            lambda: ledger.facts(RowOutcome.MATCHED),
            compared=lambda member: member != FINDING,
        )
        since = None
        if cause is None or all(trait.member != DAY for trait in cause.traits):
            since = find_beginning(ledger.times(outcome), ledger.times(RowOutcome.MATCHED))
        if cause is None and since is not None:
            count = sum(1 for _ in ledger.times(outcome))
            cause = Cause((), count, count)
        if cause is not None:
            yield outcome, Cause(cause.traits, cause.count, cause.of, since)


def _amounts(entries: Iterable[Entry]) -> Iterator[tuple[Decimal, Decimal]]:
    for entry in entries:
        found = entry.settled.conversion
        if entry.claim.amount is not None and found is not None and found.revenue:
            yield entry.claim.amount, found.revenue
