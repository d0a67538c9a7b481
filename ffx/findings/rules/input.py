"""What is odd about the pasted text; refusals (P1, P4, P5) come before any of this."""

from ffx.findings.rule import NotApplicable, Observation, Outcome, Severity, rule
from ffx.findings.subject import Evidence, Subject


@rule("P2", basis="C", severity=Severity.HINT, checks="ID whole")
def altered_id(subject: Subject) -> Outcome:
    """The ID has capitals where hit IDs have none, or fewer characters than IDs have.

    Class C. Source: our reasoning; networks change the case of what they pass on, and cut it.
    """
    return _doubted(
        subject,
        "P2",
        "Compare it with the ID in the raw event report. If they differ, ask the network for a "
        "parameter that keeps the case and the length of {hit}.",
    )


@rule("P3", basis="A", severity=Severity.HINT, checks="kind of ID")
def other_kind_of_id(subject: Subject) -> Outcome:
    """A visitor ID stands where a hit ID belongs, or a hit ID where a visitor's does.

    Class A. Source: the provider's reference of visitor and hit IDs; a postback's hit= takes
    a hit ID.
    """
    return _doubted(
        subject,
        "P3",
        "Check which token fills the parameter, in the offer's URL and in the network's postback: "
        "{hit} is a hit ID, {visitor} a visitor ID, and a postback's hit= takes only the first.",
    )


@rule("P6", basis="A", severity=Severity.HINT, checks="transaction ID")
def postback_without_transaction(subject: Subject) -> Outcome:
    """The pasted postback has no `tx`, so that repeats of it cannot be told apart.

    A hint, since `tx` may be left out. Class A. Source: the provider's help on tracking
    conversions.
    """
    return _doubted(
        subject,
        "P6",
        "Add tx= with the network's transaction ID to the postback URL, and rev= where the payout "
        "varies: without it the offer's default payout counts. Then see the received postbacks "
        "log.",
    )


def _doubted(subject: Subject, identity: str, next_step: str) -> Outcome:
    sentence = subject.warnings.get(identity)
    if not sentence:
        return NotApplicable()
    evidence = (
        (Evidence("hitId", subject.alias("hitId", subject.hit_id)),) if subject.hit_id else ()
    )
    return [Observation(sentence, evidence, next_step)]
