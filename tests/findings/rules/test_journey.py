"""Landers, routes and domains: told where they are, and only there."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ffx.api.models import HitRow
from ffx.findings.rule import NotApplicable, NotChecked, Rule, RuleResult, Severity
from ffx.findings.rules.journey import domain_changed, passed_a_decision, stopped_at_lander
from ffx.findings.rules.no_conversion import never_reached_offer
from ffx.findings.subject import Subject
from tests.findings.making import (
    INCOMPLETE,
    KINDS,
    LANDER,
    START,
    TIMES,
    at,
    detail,
    row,
    rows_of_kinds,
    rules_of,
    subject,
    told_alone,
    told_by,
)
from tests.looping import each

RULES = rules_of("J")


# Landers


@each(
    ("rows", "is_complete", "outcome"),
    [
        ([], True, NotApplicable()),
        (rows_of_kinds("entrance", "lander", "click", "offer"), True, []),
        (rows_of_kinds("entrance", "lander", "offer"), False, []),
        (rows_of_kinds("entrance", "offer", "lander"), True, []),
        (rows_of_kinds("entrance", "lander", "conversion"), True, []),
        (rows_of_kinds("entrance", "lander", "Action Click"), True, []),
        (rows_of_kinds("entrance", "lander"), False, INCOMPLETE),
        (rows_of_kinds("entrance"), True, NotApplicable()),
        (
            [*rows_of_kinds("lander"), row("a", "view", 90, nodeType="External URL")],
            True,
            NotApplicable(),
        ),
        (
            [*rows_of_kinds("lander"), row("a", "view", 90, nodeType="condition")],
            True,
            NotApplicable(),
        ),
        (
            [*rows_of_kinds("lander"), row("a", "view", None, nodeType="offers")],
            True,
            [],
        ),
        (
            [*rows_of_kinds("lander"), row("a", "view", None, **LANDER)],
            True,
            NotChecked("not every row has a time, so their order is not known"),
        ),
    ],
)
def test_who_got_past_the_lander_did_not_stop_there(
    rows: list[HitRow], is_complete: bool, outcome: RuleResult
) -> None:
    assert stopped_at_lander.run(subject(rows, is_complete=is_complete)) == outcome


@each(
    ("rows", "end"),
    [
        (rows_of_kinds("entrance", "lander"), "No offer"),
        (rows_of_kinds("lander", "entrance"), "No offer"),
        (rows_of_kinds("entrance", "lander", "customEvent1"), "No offer"),
        (rows_of_kinds("lander", "CLICK", "lander"), "Neither a click nor an offer"),
        (rows_of_kinds("lander", "click", "lander")[::-1], "Neither a click nor an offer"),
    ],
)
def test_who_saw_a_lander_last_stopped_there(rows: list[HitRow], end: str) -> None:
    told = told_alone(stopped_at_lander.run(subject(rows)))
    assert told.sentence.startswith("The visitor was last seen on the lander 'Lander A', on ")
    assert told.sentence.endswith(
        f" +00:00. {end} came after it, so there is no view of an offer that could convert."
    )
    assert told.severity is None
    assert not told_by(never_reached_offer, subject(rows)), "it is told once"
    (evidence,) = told.evidence
    assert (evidence.member, evidence.value) == ("nodeType", "lander")


def test_who_saw_a_lander_within_the_hour_may_go_on() -> None:
    for minutes, is_early in ((59, True), (60, False)):
        about = subject(rows_of_kinds("lander"), now=START + timedelta(minutes=minutes))
        told = told_alone(stopped_at_lander.run(about))
        assert (told.severity is Severity.HINT) is is_early
        assert (
            "59 min old: too early to tell, the visitor may go on." in told.sentence
        ) is is_early
        assert told.next_step.startswith("Look again later. ") is is_early


def test_who_went_on_from_the_lander_without_an_offer_is_told_by_another_rule() -> None:
    for kinds in (("lander", "click"), ("entrance",), ("click",)):
        about = subject(rows_of_kinds(*kinds))
        assert not told_by(stopped_at_lander, about), kinds
        assert told_by(never_reached_offer, about), kinds


@each("node_type", ["Lander Group", "Page Group", None])
def test_a_page_without_names_is_a_lander_too(node_type: str | None) -> None:
    rows = [row("a", "view", 0, nodeType=node_type, pageId="p1")]
    assert "seen on the lander, on" in told_alone(stopped_at_lander.run(subject(rows))).sentence


def test_a_hidden_hit_may_be_an_offers() -> None:
    bare = subject([row("hit#1", "view", 0, pageId="p1")], redacted=frozenset({"hitId"}))
    assert isinstance(stopped_at_lander.run(bare), NotChecked)
    typed = subject(rows_of_kinds("lander"), redacted=frozenset({"hitId"}))
    assert told_alone(stopped_at_lander.run(typed))


@given(
    st.lists(st.tuples(KINDS, TIMES), max_size=6),
    st.sampled_from([{"nodeType": "Offer"}, {"offerSourceId": "o"}, {"hitId": "abch"}]),
    st.booleans(),
)
def test_with_an_offer_nobody_stopped_at_a_lander(
    happened: list[tuple[str, float | None]], offer: dict[str, str], is_complete: bool
) -> None:
    rows = [row(f"{place}", kind, time, **LANDER) for place, (kind, time) in enumerate(happened)]
    seen = HitRow.model_validate({"hitId": "x", "eventType": "view", "eventTime": at(0), **offer})
    assert stopped_at_lander.run(subject([*rows, seen], is_complete=is_complete)) == []


# Routes


@each(
    ("node_type", "kind", "place_to_look"),
    [
        ("Condition", "condition", "read the node's routes"),
        ("logic_script", "logic", "read the node's script"),
        ("MiddleWare", "middleware", "middleware log"),
    ],
)
def test_a_deciding_node_is_told_once(node_type: str, kind: str, place_to_look: str) -> None:
    node = {"nodeType": node_type, "nodeId": "n1", "nodeName": "Mobile only"}
    rows = [row("b", "view", 60, **node), row("a", "view", 0, **node), row("c", "view", 70)]
    told = told_alone(passed_a_decision.run(subject(rows)))
    assert told.sentence == (
        f"The visitor passed the {kind} node 'Mobile only' 2 times, last on Fri 20 Nov 2026 15:01 "
        "+00:00. The rows do not tell which route it took."
    )
    assert [each.hit_id for each in told.evidence] == ["a", "b"]
    assert told.evidence[0].value == node_type
    assert place_to_look in told.next_step


def test_each_deciding_node_is_told_by_itself() -> None:
    rows = [
        row("a", "view", 0, nodeType="condition", nodeId="n1"),
        row("b", "view", 1, nodeType="condition", nodeId="n2"),
        row("c", "view", None, nodeType="condition"),
    ]
    outcome = passed_a_decision.run(subject(rows, is_complete=False))
    assert isinstance(outcome, list)
    assert [told.sentence.split(". ")[0].split(":")[0] for told in outcome] == [
        "The visitor passed the condition node 'n1' on Fri 20 Nov 2026 15",
        "The visitor passed the condition node 'n2' on Fri 20 Nov 2026 15",
        "The visitor passed the condition node",
    ]


@each(
    "rows",
    [[], rows_of_kinds("entrance", "lander", "offer"), [row("a", "conversion", nodeType="logic")]],
)
def test_without_a_deciding_node_there_is_nothing_to_tell(rows: list[HitRow]) -> None:
    assert passed_a_decision.run(subject(rows)) == NotApplicable()


# Domains


def _on(*domains: str | None, kind: str = "view", is_complete: bool = True) -> Subject:
    rows = [
        row(f"hit{place}", kind, place, trackingDomain=domain)
        for place, domain in enumerate(domains)
    ]
    return subject(rows, is_complete=is_complete)


@each(
    ("case", "outcome"),
    [
        (_on(), NotApplicable()),
        (_on(None, "", " "), NotApplicable()),
        (_on("a.example.com", "b.example.com", kind="conversion"), NotApplicable()),
        (_on("go.example.com", "GO.example.com."), []),
        (
            _on("go.example.com", None, "GO.example.com."),
            NotChecked("1 of 3 rows without a tracking domain; the rest is fine"),
        ),
    ],
)
def test_one_domain_in_all_its_spellings_is_fine(case: Subject, outcome: RuleResult) -> None:
    assert domain_changed.run(case) == outcome


@each("is_complete", [True, False])
def test_a_second_domain_is_told(is_complete: bool) -> None:
    case = _on("go.example.com", "GO.EXAMPLE.COM", "track.example.net", is_complete=is_complete)
    told = told_alone(domain_changed.run(case))
    assert told.sentence == (
        "The visitor's rows have 2 tracking domains ('go.example.com', 'track.example.net'). A "
        "cookie of one domain mostly does not go to another: then vid= in the address, or the "
        "referrer, carried the visitor ID."
    )
    assert [(each.hit_id, each.value) for each in told.evidence] == [
        ("hit0", "go.example.com"),
        ("hit2", "track.example.net"),
    ]


def test_many_domains_are_not_all_named() -> None:
    told = told_alone(domain_changed.run(_on(*[f"d{number}.example.com" for number in range(12)])))
    assert "'d2.example.com', and 9 more)" in told.sentence
    assert "2 more" in told.sentence
    assert len(told.evidence) == 10


# All of them


def test_the_rules_stand_in_the_catalogues_order_with_their_weights() -> None:
    facts: list[Any] = [(rule.id, rule.name, rule.basis, rule.severity) for rule in RULES]
    assert facts == [
        ("J1", "several-visits", "A", Severity.INFORMATION),
        ("J2", "session-gap", "A", Severity.HINT),
        ("J3", "one-visitor-two-devices", "C", Severity.HINT),
        ("J5", "stopped-at-lander", "A", Severity.VERDICT),
        ("J6", "passed-a-decision", "A", Severity.INFORMATION),
        ("J7", "domain-changed", "C", Severity.HINT),
        ("J8", "ad-click-loaded-twice", "C", Severity.HINT),
    ]


@each("rule", RULES)
def test_each_rule_names_its_class_and_its_source(rule: Rule) -> None:
    text = " ".join((rule.run.__doc__ or "").split())
    assert f"Class {rule.basis}. Source: " in text


@given(st.lists(st.tuples(KINDS, TIMES), max_size=8), st.booleans())
def test_hidden_values_stay_hidden(
    happened: list[tuple[str, float | None]], is_complete: bool
) -> None:
    secret = {"nodeId": "secret", "pageName": "secret", "trackingDomain": "secret.example.com"}
    rows = [
        row("secret", kind, time, nodeType=("lander", "logic")[place % 2], **secret)
        for place, (kind, time) in enumerate(happened)
    ]
    rows.append(row("secret", "view", 0, trackingDomain="secret.example.net"))
    hits = {
        name: [detail(name, "view", userAgent=f"secret {name}", ip=f"secret {name}")]
        for name in ("secret a", "secret b")
    }
    case = subject(
        rows, "secret", is_complete=is_complete, details=hits, alias=lambda member, _: member
    )
    assert "secret" not in str([rule.run(case) for rule in RULES])
