"""An answer about a hit, written down beside the claims that the report makes of it."""

from ffx.reconcile.claims import Outcome
from ffx.reconcile.ledger import Ledger
from ffx.reconcile.pairing import settle, without_conversions
from ffx.reconcile.tracker_answer import TrackerAnswer


def take_answer(ledger: Ledger, answer: TrackerAnswer) -> None:
    """Settle the claims of a hit by what the tracker knows of it."""
    claims = ledger.claims(answer.hit)
    if not answer.is_known:
        ledger.settle(answer, without_conversions(claims, Outcome.UNKNOWN), ())
        return
    ledger.settle(answer, *settle(claims, answer.conversions))


def take_failure(ledger: Ledger, hit: str, sentence: str, next_step: str) -> None:
    """Write down that nobody could ask for a hit."""
    answer = TrackerAnswer(hit, is_known=False, sentence=sentence, next_step=next_step)
    ledger.settle(answer, without_conversions(ledger.claims(hit), Outcome.FAILED), ())
