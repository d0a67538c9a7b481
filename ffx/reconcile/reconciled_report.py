"""A reconciled report as it may be shown: whole, or with aliases for what identifies somebody."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ffx.reconcile.causes import Cause
from ffx.reconcile.claims import RowOutcome, TrackerConversion
from ffx.reconcile.ledger import Entry, Ledger
from ffx.reconcile.network_report import NetworkReport
from ffx.reconcile.remarks import Remark, remark_on
from ffx.reconcile.summary import Summary, sum_up

if TYPE_CHECKING:
    from ffx.lookup.share.redactor import Redactor

_QUOTED = re.compile(r"'.*'")


class ReconciledReport:
    """What a report came to.

    Without a `redactor` the rows have all of the report's columns. With one they have those
    whose meaning is known alone, since nobody can tell what the others hold.

    Attributes:
        heads: of the report's columns that are shown.
        left_out: how many are not.
        amount_places: where among those that are shown the amounts stand.
    """

    def __init__(
        self,
        report: NetworkReport,
        ledger: Ledger,
        command: Callable[[str, str], str],
        redactor: "Redactor | None" = None,
    ) -> None:
        self._ledger = ledger
        self._command = command
        self._redactor = redactor
        known = sorted(place for place in report.columns.places.values() if place is not None)
        self._places: Sequence[int] = range(len(report.heads)) if redactor is None else known
        self._identity = report.columns.id
        self._transaction = report.columns.transaction
        self.heads = [report.heads[place] for place in self._places]
        self.left_out = len(report.heads) - len(self.heads)
        revenue = report.columns.revenue
        self.has_amounts = revenue is not None
        self.amount_places = [
            number for number, place in enumerate(self._places) if place == revenue
        ]
        summary = sum_up(ledger)
        causes = {outcome: self._hidden(cause) for outcome, cause in summary.causes.items()}
        self.summary: Summary = replace(summary, causes=causes)

    def rows(self, *outcomes: RowOutcome) -> Iterator[tuple[Entry, Remark]]:
        """Yield rows in the report's order, with what is said of them; all, or some outcomes'."""
        for entry in self._ledger.entries(*outcomes):
            shown = self._shown(entry)
            yield shown, remark_on(shown, self._command)

    def unclaimed(self) -> Iterator[tuple[str, TrackerConversion]]:
        """Yield the conversions that no row claims, with their hits."""
        for hit, conversion in self._ledger.unclaimed():
            yield self._alias("hitId", hit), self._hidden_conversion(conversion)

    def _shown(self, entry: Entry) -> Entry:
        if self._redactor is None:
            return entry
        settled = entry.settled
        transaction = self._alias("conversionTransaction", entry.claim.transaction)
        hit = self._alias("hitId", entry.hit)
        own = {self._identity: hit, self._transaction: transaction}
        found = settled.conversion
        sentence = entry.sentence if entry.hit else _QUOTED.sub("'…'", entry.sentence)
        return replace(
            entry,
            hit=hit,
            cells=tuple(own.get(place, entry.cells[place]) for place in self._places),
            sentence=self._redactor.text(sentence),
            next_step=self._redactor.text(entry.next_step),
            settled=replace(
                settled,
                claim=replace(entry.claim, transaction=transaction),
                conversion=None if found is None else self._hidden_conversion(found),
            ),
        )

    def _hidden_conversion(self, found: TrackerConversion) -> TrackerConversion:
        return replace(found, transaction=self._alias("conversionTransaction", found.transaction))

    def _hidden(self, cause: Cause) -> Cause:
        traits = tuple(
            replace(trait, value=self._alias(trait.member, _QUOTED.sub("'…'", trait.value)))
            if self._redactor is not None
            else trait
            for trait in cause.traits
        )
        return replace(cause, traits=traits)

    def _alias(self, member: str, value: str) -> str:
        return value if self._redactor is None else self._redactor.alias(member, value)
