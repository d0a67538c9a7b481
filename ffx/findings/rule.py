"""What a rule says: findings with their evidence, or why nothing can be said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

from ffx.findings.subject import Evidence

if TYPE_CHECKING:
    from ffx.findings.subject import Subject

Basis: TypeAlias = Literal["A", "B", "C"]
"""What a rule rests on."""

BASES: Mapping[Basis, str] = {
    "A": "the provider's documentation",
    "B": "limits of other trackers, a hint",
    "C": "our own reasoning",
}
"""The legend of the classes."""


class Severity(StrEnum):
    """How much a finding weighs, the heaviest first."""

    VERDICT = "verdict"
    WARNING = "warning"
    HINT = "hint"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Observation:
    """What a rule found: a plain sentence that can be sent on, its evidence, and where to look.

    `severity` is the rule's own unless this case weighs less or more.
    """

    sentence: str
    evidence: tuple[Evidence, ...]
    next_step: str
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Why a rule cannot tell anything here."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The rule is about something that this case does not have."""


RuleResult: TypeAlias = Sequence[Observation] | NotChecked | NotApplicable
"""What a rule returns; no `Observation` at all means: checked, and passed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue.

    Attributes:
        id: its place in the catalogue, `C1`; stable.
        name: a word for it, `hit-cannot-convert`; stable.
        severity: of what it finds, where it does not say otherwise.
        checks: what it looks at, in a word or two: «cost».
        holds_in_part: whether what it passes is certain though rows of the history are missing.
    """

    id: str
    name: str
    basis: Basis
    severity: Severity
    checks: str
    run: "Callable[[Subject], RuleResult]"
    holds_in_part: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found, ready to be shown."""

    id: str
    name: str
    basis: Basis
    severity: Severity
    sentence: str
    evidence: tuple[Evidence, ...]
    next_step: str


_FAMILIES = "PLCJT"
_CATALOGUE: dict[str, Rule] = {}


def catalogue() -> tuple[Rule, ...]:
    """Return all rules that were made, in the order of their families and numbers."""
    return tuple(sorted(_CATALOGUE.values(), key=lambda each: _place(each.id)))


def _place(identity: str) -> tuple[int, int]:
    return _FAMILIES.index(identity[0]), int(identity[1:])


def rule(
    identity: str, *, basis: Basis, severity: Severity, checks: str, holds_in_part: bool = False
) -> "Callable[[Callable[[Subject], RuleResult]], Rule]":
    """Make a rule of the function that follows it, and enter it in the catalogue.

    Its name is the function's.
    """

    def make(run: "Callable[[Subject], RuleResult]") -> Rule:
        name = run.__name__.replace("_", "-")
        made = _CATALOGUE[identity] = Rule(
            identity, name, basis, severity, checks, run, holds_in_part
        )
        return made

    return make
