"""What is odd about the pasted text; refusals (P1, P4, P5) come before any of this."""

from dataclasses import replace

from ffx.findings.phrases import MOST_EVIDENCE
from ffx.findings.rule import NotApplicable, Observation, RuleResult, Severity, rule
from ffx.findings.subject import Evidence, Subject

_KEEP_IT_WHOLE = (
    "Compare this ID with the ID in the raw event report. If they differ, ask the network for "
    "a parameter that keeps its case and its length."
)
_CHECK_TOKENS = (
    "Check the tokens in the offer URL and in the network's postback. {hit} is a hit ID, "
    "{visitor} a visitor ID. A postback needs the hit ID as hit=, the sale's number as tx=."
)


@rule("P2", basis="C", severity=Severity.HINT, checks="ID whole")
def altered_id(subject: Subject) -> RuleResult:
    """The ID has capitals where hit IDs have none, or fewer characters than IDs have.

    Class C. Source: our reasoning; networks change the case of what they pass on, and cut it.

    Next: compare the ID with the one in the raw event report.
    """
    return _observe_warning(subject, "P2", _KEEP_IT_WHOLE)


@rule("P3", basis="A", severity=Severity.HINT, checks="kind of ID")
def other_kind_of_id(subject: Subject) -> RuleResult:
    """A visitor ID stands in the place of a hit ID, or the other way round; or tx holds the hit.

    Class A. Source: the provider's reference of visitor and hit IDs; a postback's hit= takes
    a hit ID.

    Next: check the tokens in the offer URL and in the network's postback.
    """
    return _observe_warning(subject, "P3", _CHECK_TOKENS)


ID_RULES = {"P2": (altered_id, _KEEP_IT_WHOLE), "P3": (other_kind_of_id, _CHECK_TOKENS)}
"""What may be wrong with an ID by itself: the rule that says so, and the next step."""


@rule("P6", basis="A", severity=Severity.HINT, checks="transaction ID")
def postback_without_transaction(subject: Subject) -> RuleResult:
    """The pasted postback has no `tx`, so nobody can tell a second sale from a repeat.

    A hint, since `tx` may be left out. Class A. Source: the provider's help on tracking
    conversions.

    Next: add tx= to the postback URL in the network.
    """
    has_amount = subject.claimed_sale is not None and bool(subject.claimed_sale.amount)
    amount = (
        ""
        if has_amount
        else "Add rev= where the payout varies: without it, the offer's default payout counts. "
    )
    return _observe_warning(
        subject,
        "P6",
        "In the network's postback URL, add tx= with the network's token for the transaction ID. "
        f"{amount}Then check the received postbacks log.",
    )


@rule("P7", basis="A", severity=Severity.HINT, checks="parameters beside the ID")
def placeholder_beside_the_id(subject: Subject) -> RuleResult:
    """The pasted text holds a placeholder that nobody filled in, beside the ID.

    Class A. Source: the provider's help on conversions that do not show: the network must send
    the value back.

    Next: check who fills the parameter: the offer URL, or the network's postback.
    """
    outcome = _observe_warning(
        subject,
        "P7",
        "Check who fills this parameter. In an offer URL, FunnelFlux fills {hit}, if the link to "
        "the offer is an action link or a redirect. In a postback, the network fills its own "
        "token: check its spelling in the network.",
    )
    if isinstance(outcome, NotApplicable):
        return outcome
    unfilled = [
        Evidence(subject.alias("", each.name), subject.alias("", each.text))
        for each in subject.placeholders[:MOST_EVIDENCE]
    ]
    return [replace(each, evidence=(*each.evidence, *unfilled)) for each in outcome]


def _observe_warning(
    subject: Subject, identity: str, next_step: str
) -> list[Observation] | NotApplicable:
    sentence = subject.warnings.get(identity)
    if not sentence:
        return NotApplicable()
    evidence = (
        (Evidence("hitId", subject.alias("hitId", subject.hit_id)),) if subject.hit_id else ()
    )
    return [Observation(sentence, evidence, next_step)]
