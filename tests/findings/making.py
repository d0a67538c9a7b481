"""Small subjects for the rules: rows by the second, and what is known of them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from ffx.api.journey import make_journey
from ffx.api.models import HitEvent, HitRow
from ffx.findings.engine import RULES
from ffx.findings.rule import NotApplicable, NotChecked, Observation, Rule, RuleResult
from ffx.findings.subject import Subject
from ffx.input.times.zones import read_zone

START = datetime(2026, 11, 20, 15, tzinfo=UTC)
DAY = 86_400.0
INCOMPLETE = NotChecked("the history is incomplete")
LANDER: dict[str, Any] = {"nodeType": "lander", "nodeName": "Landers", "pageName": "Lander A"}
KINDS = st.sampled_from(
    ["entrance", "view", "click", "conversion", "customEvent1", "Custom Event 2", "other", ""]
)
TIMES = st.none() | st.integers(0, 5).map(lambda half_days: half_days * (DAY / 2 + 1))


def at(seconds: float) -> str:
    """Write the time that many seconds after `START` as the service does."""
    return (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def row(hit_id: str, event: str, at_seconds: float | None = 0, **members: Any) -> HitRow:
    """Make a row of a visitor's history; amounts are texts, None is a time that is not known."""
    return HitRow.model_validate(_sent(hit_id, event, at_seconds, members))


def detail(hit_id: str, event: str, at_seconds: float | None = 0, **members: Any) -> HitEvent:
    """Make an event of a hit's own look-up; its hit's time is `hitTime`."""
    return HitEvent.model_validate(_sent(hit_id, event, at_seconds, members))


def subject(
    rows: Iterable[HitRow], hit_id: str = "", *, is_complete: bool = True, **facts: Any
) -> Subject:
    """Make a subject in UTC, looked at a day after `START`; `facts` are more of its attributes."""
    known = {"visitor": None, "now": START + timedelta(days=1), "zone": read_zone("UTC"), **facts}
    journey = make_journey(list(rows), is_cut=not is_complete)
    return Subject(hit_id=hit_id, journey=journey, is_complete=is_complete, **known)


def outcome_of(rule: Rule, about: Subject) -> str:
    """Return in words what a rule makes of a subject: how many are told, `fine`, and so on."""
    outcome = rule.run(about)
    if isinstance(outcome, NotApplicable):
        return "not concerned"
    if isinstance(outcome, NotChecked):
        return "not checked"
    return f"{len(outcome)} told" if outcome else "fine"


def told_by(rule: Rule, about: Subject) -> list[Observation]:
    """Return what a rule tells; nothing where it tells nothing, for whatever reason."""
    outcome = rule.run(about)
    return [] if isinstance(outcome, NotChecked | NotApplicable) else list(outcome)


def told_alone(outcome: RuleResult) -> Observation:
    """Return the one thing that a rule tells."""
    told: list[Observation] = outcome if isinstance(outcome, list) else []
    assert len(told) == 1, outcome
    return told[0]


def rows_of_kinds(*kinds: str, apart: float = 60) -> list[HitRow]:
    """Make rows of these kinds, one after the other; `offer` and `lander` are views."""
    views: dict[str, dict[str, Any]] = {"offer": {"nodeType": "Offer"}, "lander": LANDER}
    return [
        row(f"hit{place}", "view" if kind in views else kind, place * apart, **views.get(kind, {}))
        for place, kind in enumerate(kinds)
    ]


def _sent(
    hit_id: str, event: str, at_seconds: float | None, members: dict[str, Any]
) -> dict[str, Any]:
    time = None if at_seconds is None else at(at_seconds)
    return {"hitId": hit_id, "eventType": event, "eventTime": time, **members}


def rules_of(family: str) -> list[Rule]:
    """Return the rules whose IDs begin with this letter, in the catalogue's order."""
    return [rule for rule in RULES if rule.id.startswith(family)]
