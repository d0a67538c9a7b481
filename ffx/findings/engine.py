"""Run every rule over a subject, and weigh what they say."""

import copyreg
from collections.abc import Sequence
from dataclasses import dataclass

from ffx.findings.phrases import FINE_SO_FAR, NOTHING_FOUND, NOTHING_SENT
from ffx.findings.rule import Finding, NotApplicable, NotChecked, Rule, Severity, catalogue
from ffx.findings.rules import (  # noqa: F401  # each enters its rules in the catalogue
    addresses,
    amounts,
    claimed_sale,
    conversion_places,
    costs,
    custom_events,
    devices,
    journey,
    lookup,
    no_conversion,
    offers_without_click,
    pasted_text,
    repeats,
    robots,
    source_fields,
    timing,
    visits,
)
from ffx.findings.subject import Subject
from ffx.output.words import unrepeated

RULES = catalogue()
RULES_BY_ID = {rule.id: rule for rule in RULES}
# Pickled by its place in the catalogue: the function's name is the rule's.
copyreg.pickle(Rule, lambda rule: (rule_with, (rule.id,)))
# What these rules say needs no rows: of the pasted text, and of the look-up itself.
_OF_THE_LOOK_UP = ("P", "L")
_NOT_HERE = NotApplicable()
_WEIGHTS = {severity: weight for weight, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Examination:
    """What all rules say.

    Attributes:
        findings: the heaviest first; equal ones in the catalogue's order.
        passed: the rules that found nothing wrong.
        not_checked: the rules that could not tell, and why.
    """

    findings: tuple[Finding, ...]
    passed: tuple[Rule, ...]
    not_checked: tuple[tuple[Rule, str], ...]

    def unchecked(self) -> list[tuple[str, list[str]]]:
        """Return each reason for which rules could not tell, and what these check."""
        by_reason: dict[str, list[str]] = {}
        for rule, reason in self.not_checked:
            by_reason.setdefault(reason, []).append(rule.checks)
        return [(reason, unrepeated(checks)) for reason, checks in by_reason.items()]


def rule_with(identity: str) -> Rule:
    """Return a rule of the catalogue by its ID.

    Raises:
        LookupError: there is none.
    """
    return RULES_BY_ID[identity]


def examine(subject: Subject, rules: Sequence[Rule] = RULES) -> Examination:
    """Run the rules; none of them sees another's findings."""
    findings: list[Finding] = []
    passed: list[Rule] = []
    not_checked: list[tuple[Rule, str]] = []
    for rule in rules:
        outcome = rule.run(subject)
        if not (subject.is_found or rule.id.startswith(_OF_THE_LOOK_UP)):
            unknown = NOTHING_SENT if subject.gaps else NOTHING_FOUND
            outcome = unknown if isinstance(outcome, NotChecked) else outcome or _NOT_HERE
        if not (outcome or subject.is_complete or rule.holds_in_part):
            outcome = FINE_SO_FAR
        if isinstance(outcome, NotApplicable):
            continue
        if isinstance(outcome, NotChecked):
            not_checked.append((rule, outcome.reason))
            continue
        findings += [
            Finding(
                rule.id,
                rule.name,
                rule.basis,
                observation.severity or rule.severity,
                observation.sentence,
                observation.evidence,
                observation.next_step,
            )
            for observation in outcome
        ]
        if not outcome:
            passed.append(rule)
    findings.sort(key=lambda finding: _WEIGHTS[finding.severity])
    return Examination(tuple(findings), tuple(passed), tuple(not_checked))
