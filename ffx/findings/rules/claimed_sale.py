"""The sale that the pasted text claims, against the conversions that are there."""

from ffx.api.models import Event
from ffx.findings.phrases import (
    INCOMPLETE,
    REDACTED,
    evidence_of,
    listed,
    listed_hits,
)
from ffx.findings.rule import NotApplicable, NotChecked, Observation, RuleResult, Severity, rule
from ffx.findings.sale_check import SaleCheck, check_claimed_sale
from ffx.findings.subject import Subject, transaction_of
from ffx.output.words import amount

_NEXT = (
    "In the received postbacks log, look for this sale: which hit ID, tx and rev came with it, "
    "and what was the answer? If it is not there, the network did not send it."
)


@rule("C16", basis="A", severity=Severity.VERDICT, checks="claimed sale", holds_in_part=True)
def claimed_sale_missing(subject: Subject) -> RuleResult:
    """The pasted text names a transaction or an amount, and no conversion of the hit has it.

    Amounts are compared as numbers, transactions without case and blanks. A conversion without a
    transaction may be the sale, if its amount is no other. Where the visitor has no conversion at
    all, C1, C3 and C4 tell why.

    Next: look for the sale in the received postbacks log, by its transaction.

    Class A. Source: the provider's help on tracking conversions: tx and rev of a postback.
    """
    sale = check_claimed_sale(subject)
    if sale is None:
        return NotApplicable()
    if "conversionTransaction" in subject.redacted and sale.claimed.transaction:
        return REDACTED
    if sale.own:
        return _tell_amount(subject, sale)
    if not subject.known_conversions:
        return NotApplicable() if subject.is_complete else INCOMPLETE
    if sale.elsewhere:
        hits = listed_hits(subject, sale.elsewhere)
        return [
            Observation(
                f"The sale with {_claimed(subject, sale)} is on another hit of the visitor: "
                f"{hits}.",
                evidence_of(subject, sale.elsewhere, _member(sale)),
                "In the received postbacks log, see which hit ID the network sent with this sale.",
            )
        ]
    if sale.perhaps:
        return [_tell_perhaps(subject, sale)]
    if not sale.is_known:
        return INCOMPLETE
    there = listed(_described(subject, row) for row in sale.others)
    owner = "hit" if subject.hit_id else "visitor"
    instead = f" The {owner} has {there}." if there else ""
    return [
        Observation(
            f"No conversion {_whose(subject)} has {_claimed(subject, sale)}.{instead}",
            evidence_of(subject, sale.others or subject.known_conversions, _member(sale)),
            _NEXT,
        )
    ]


def _tell_perhaps(subject: Subject, sale: SaleCheck) -> Observation:
    lacking = "a transaction" if sale.claimed.transaction else "an amount"
    amounts = [amount(row.revenue) for row in sale.perhaps if row.revenue is not None]
    worth = f", for {listed(amounts)}" if amounts else ""
    is_one = len(sale.perhaps) == 1
    there = "One conversion" if is_one else f"{len(sale.perhaps):,} conversions"
    return Observation(
        f"No conversion {_whose(subject)} states {_claimed(subject, sale)}. {there} without "
        f"{lacking} {'is' if is_one else 'are'} there{worth}: {'it' if is_one else 'one'} may be "
        "this sale.",
        evidence_of(subject, sale.perhaps, _member(sale)),
        _NEXT,
        Severity.HINT,
    )


def _tell_amount(subject: Subject, sale: SaleCheck) -> RuleResult:
    if any(row.revenue is None for row in sale.own) and sale.amount is not None:
        return NotChecked("the claimed sale is there, without a revenue in the reply")
    if not sale.has_other_amount:
        return []
    brought = listed(amount(row.revenue) for row in sale.own)
    transaction = subject.cite("conversionTransaction", sale.claimed.transaction)
    return [
        Observation(
            f"The sale with the transaction {transaction} is there, with another amount: the text "
            f"says {sale.claimed.amount}, the conversion {brought}.",
            evidence_of(subject, sale.own, "revenue"),
            "In the received postbacks log, see which rev came with this transaction, and whether "
            "a later postback or an upload changed it.",
            Severity.WARNING,
        )
    ]


def _whose(subject: Subject) -> str:
    hit = subject.alias("hitId", subject.hit_id)
    return f"on hit {hit}" if subject.hit_id else "of the visitor"


def _claimed(subject: Subject, sale: SaleCheck) -> str:
    if sale.claimed.transaction:
        return f"the transaction {subject.cite('conversionTransaction', sale.claimed.transaction)}"
    return f"the amount {sale.claimed.amount}"


def _described(subject: Subject, row: Event) -> str:
    transaction = transaction_of(row)
    name = subject.cite("conversionTransaction", transaction) if transaction else "no transaction"
    return f"{name} for {amount(row.revenue)}" if row.revenue is not None else name


def _member(sale: SaleCheck) -> str:
    return "conversionTransaction" if sale.claimed.transaction else "revenue"
