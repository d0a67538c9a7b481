"""What conversions brought: nothing, or less than nothing."""

from typing import TYPE_CHECKING

from ffx.api.journey import total_of
from ffx.api.models import Event
from ffx.findings.phrases import checked_in_part, describe, observe_each
from ffx.findings.rule import NotApplicable, Observation, RuleResult, Severity, rule
from ffx.findings.sales import without_leads
from ffx.findings.subject import Subject
from ffx.output.words import amount

if TYPE_CHECKING:
    from decimal import Decimal


@rule("C8", basis="A", severity=Severity.WARNING, checks="revenue")
def zero_revenue(subject: Subject) -> RuleResult:
    """A conversion brought 0. The postback sent 0, or it sent no amount and the default is 0.

    A conversion without an amount is not one of 0. A lead of 0 that became a sale under the same
    transaction is not told.

    Next: in the received postbacks log, see whether the network sent an amount.

    Class A. Source: the provider's help on tracking conversions.
    """
    rows = subject.known_conversions
    if not rows:
        return NotApplicable()
    zero = [row for row in without_leads(rows) if row.revenue == 0]
    if not zero and (silent := sum(row.revenue is None for row in rows)):
        return checked_in_part(silent, len(rows), "conversion", "a readable revenue")
    return observe_each(
        zero,
        lambda row: Observation(
            f"{describe(subject, row)} brought no revenue: its amount is {amount(row.revenue)}.",
            (subject.evidence(row, "revenue"),),
            "In the received postbacks log, see whether the network sent an amount (rev=). In the "
            "offer's settings, see whether there is a default payout. A lead that is not paid for "
            "has the amount 0 rightly.",
        ),
        "conversions brought no revenue: their amount is 0",
    )


@rule("C17", basis="C", severity=Severity.HINT, checks="negative amounts")
def negative_amount(subject: Subject) -> RuleResult:
    """A conversion has an amount below 0: a refund, a chargeback or a correction.

    Next: ask the network why the amount was taken back.

    Class C. Source: our reasoning; networks send money that is taken back as a negative amount.
    """
    rows = subject.known_conversions
    if not rows:
        return NotApplicable()
    negative = [row for row in rows if row.revenue is not None and row.revenue < 0]
    if not negative and (silent := sum(row.revenue is None for row in rows)):
        return checked_in_part(silent, len(rows), "conversion", "a readable revenue")
    return observe_each(
        negative,
        lambda row: Observation(
            f"{describe(subject, row)} has the negative amount {amount(row.revenue)}: a refund, "
            f"a chargeback or a correction.{_what_is_left(subject, row)}",
            (subject.evidence(row, "revenue"),),
            "Ask the network for the reason, with the transaction and the time of this "
            "conversion. In the received postbacks log, see what the network sent as rev.",
        ),
        "conversions have a negative amount: refunds, chargebacks or corrections",
    )


def _what_is_left(subject: Subject, row: Event) -> str:
    """Say what is left of the hit's revenue; nothing where not all of it is known."""
    of_hit = [each for each in subject.known_conversions if each.hitId == row.hitId]
    if not row.hitId or not subject.is_complete or any(each.revenue is None for each in of_hit):
        return ""
    if not any(each.revenue and each.revenue > 0 for each in of_hit):
        return " This hit has no sale that was taken back: look for it on another hit."
    left: Decimal | None = total_of(each.revenue for each in of_hit)
    return "" if left is None else f" The sum of this hit's conversions is now {amount(left)}."
