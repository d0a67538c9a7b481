"""What was odd about the pasted text is told as it was put, and nothing else is."""

from ffx.findings.rule import NotApplicable, Rule, Severity
from ffx.findings.rules.pasted_text import (
    altered_id,
    other_kind_of_id,
    postback_without_transaction,
)
from ffx.findings.subject import Evidence
from ffx.input.targets.claimed_sale import ClaimedSale
from tests.findings.making import row, rules_of, subject
from tests.looping import each

RULES = rules_of("P")

_HIT = "dkezmsf3bat8xdbz8rt039r4h"
_WARNINGS = {
    "P2": "DKEZ looks like a hit ID with capitals: in small letters it is dkez",
    "P3": "afdw looks like a visitor ID, not like a hit ID",
    "P6": "the postback has no tx=: repeats of it cannot be told apart",
    "P7": "'clickid' holds the placeholder '{hit}'",
}


@each("rule", RULES)
@each("is_found", [True, False])
def test_a_doubt_is_told_by_its_own_rule(rule: Rule, is_found: bool) -> None:
    rows = [row(_HIT, "view")] if is_found else []
    outcome = rule.run(subject(rows, _HIT, warnings=_WARNINGS))
    assert isinstance(outcome, list)
    (told,) = outcome
    assert told.sentence == _WARNINGS[rule.id]
    assert told.evidence == (Evidence("hitId", _HIT),)
    assert told.next_step.endswith(".")
    assert (told.severity or rule.severity) is Severity.HINT


@each("rule", RULES)
@each("others", [{}, {"": "strange"}, {"P1": "a", "P5": "b"}])
def test_without_a_doubt_of_its_own_a_rule_is_not_concerned(
    rule: Rule, others: dict[str, str]
) -> None:
    warnings = others | {identity: "" for identity in _WARNINGS if identity == rule.id}
    assert rule.run(subject([row(_HIT, "view")], _HIT, warnings=warnings)) == NotApplicable()


def test_a_visitor_has_no_hit_for_evidence() -> None:
    outcome = altered_id.run(subject([], warnings=_WARNINGS))
    assert isinstance(outcome, list)
    assert outcome[0].evidence == ()


def test_a_hidden_hit_stays_hidden_in_the_evidence() -> None:
    outcome = other_kind_of_id.run(
        subject([], _HIT, warnings=_WARNINGS, alias=lambda member, value: f"{member}#{len(value)}")
    )
    assert isinstance(outcome, list)
    assert outcome[0].evidence == (Evidence("hitId", "hitId#25"),)


def test_a_postback_without_transaction_leads_to_the_log_of_postbacks() -> None:
    outcome = postback_without_transaction.run(subject([], _HIT, warnings=_WARNINGS))
    assert isinstance(outcome, list)
    assert "tx=" in outcome[0].next_step
    assert "received postbacks log" in outcome[0].next_step
    assert "Add rev=" in outcome[0].next_step
    paid = subject([], _HIT, warnings=_WARNINGS, claimed_sale=ClaimedSale(amount="24.90"))
    (told,) = postback_without_transaction.run(paid)  # type: ignore[misc]
    assert "rev=" not in told.next_step


@each("rule", RULES)
def test_each_rule_names_its_class_and_its_source(rule: Rule) -> None:
    text = " ".join((rule.run.__doc__ or "").split())
    assert f"Class {rule.basis}. Source: " in text
