"""What is said of one row of a report: why it is as it is, and what to do next."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from ffx.output.words import plural
from ffx.reconcile.claims import RowOutcome
from ffx.reconcile.ledger import Entry

_NEXT = {
    RowOutcome.DIFFERS: "Ask the network which amount its postback sends, and in which currency.",
    RowOutcome.REPEATED: "Ask the network to count it once.",
    RowOutcome.REVERSED: "If the network is right, delete it by a conversion update with payout "
    "-1.",
    RowOutcome.UNKNOWN: "Look for it in another account; known bots are never stored.",
    RowOutcome.FAILED: "Run the command again.",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """Why a row is as it is, a sentence or two, and what to do next; both may be empty."""

    why: str
    next_step: str


def remark_on(entry: Entry, command: Callable[[str, str], str]) -> Remark:
    """Say why a row is as it is; `command` writes an ffx command about a hit, ready to paste."""
    outcome = entry.outcome
    next_step = entry.next_step or _NEXT.get(outcome, "")
    if outcome is RowOutcome.MATCHED:
        return Remark("", "")
    if outcome is RowOutcome.DIFFERS:
        return Remark(_difference(entry), next_step)
    if outcome is RowOutcome.REPEATED:
        return Remark("The report has this conversion twice.", next_step)
    if outcome is RowOutcome.REVERSED:
        return Remark("Taken back in the report, and still counted here.", next_step)
    if outcome is RowOutcome.UNKNOWN:
        return Remark(entry.sentence or "The tracker does not know this hit.", next_step)
    if outcome is RowOutcome.FAILED:
        return Remark(entry.sentence or "Nobody was asked: the run ended before.", next_step)
    if outcome is RowOutcome.MISSING and not entry.sentence:
        return Remark(_absence(entry), f"{command('diagnose', entry.hit)}")
    return Remark(entry.sentence, next_step)


def _difference(entry: Entry) -> str:
    found = entry.settled.conversion
    ours = None if found is None else found.revenue
    words = f"The report has {_written(entry.claim.amount)}, the tracker {_written(ours)}"
    if entry.claim.amount and ours:
        ratio = (entry.claim.amount / ours).quantize(Decimal("0.01"))
        words += f": {ratio} of ours"
    return f"{words}."


def _absence(entry: Entry) -> str:
    if entry.conversions:
        here = plural(entry.conversions, "conversion")
        return f"The report claims more than the {here} that this hit has here."
    return "The tracker has no conversion of this hit."


def _written(amount: Decimal | None) -> str:
    return "no amount" if amount is None else f"{amount:f}"
