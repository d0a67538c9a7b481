"""All rules are run, what they find is weighed, and the catalogue is in order."""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ffx.findings.engine import RULES, examine
from ffx.findings.rule import (
    NotApplicable,
    NotChecked,
    Observation,
    Rule,
    RuleResult,
    Severity,
    rule,
)
from ffx.findings.subject import Evidence, Subject
from tests.findings.making import DAY, at, detail, row, subject
from tests.looping import each

_SUBJECT = subject([row("a", "view")])
# How a line of the catalogue begins; families stand in this order.
_FAMILIES = "PLCJT"
_IDENTITY = re.compile(rf"([{_FAMILIES}])([1-9][0-9]?)")


def _rule(identity: str, outcome: RuleResult, severity: Severity = Severity.HINT) -> Rule:
    """Make a rule that always comes to this outcome."""
    return Rule(
        identity, f"rule-{identity}", "C", severity, f"what {identity} is of", lambda _: outcome
    )


def _tell(sentence: str, severity: Severity | None = None) -> Observation:
    return Observation(sentence, (Evidence("cost", "0.12"),), f"see {sentence}", severity)


def test_a_rule_is_named_after_its_function() -> None:
    @rule("C1", basis="A", severity=Severity.WARNING, checks="kind of hit")
    def hit_cannot_convert(subject: Subject) -> RuleResult:
        """Say no."""
        return [_tell(subject.hit_id)]

    assert (hit_cannot_convert.id, hit_cannot_convert.name) == ("C1", "hit-cannot-convert")
    assert (hit_cannot_convert.basis, hit_cannot_convert.checks) == ("A", "kind of hit")
    assert hit_cannot_convert.severity is Severity.WARNING
    assert hit_cannot_convert.run(subject([], "a")) == [_tell("a")]


def test_the_heaviest_comes_first_and_equals_stand_in_the_catalogues_order() -> None:
    rules = [
        _rule("P2", [_tell("a")], Severity.INFORMATION),
        _rule("L2", [_tell("b"), _tell("c")], Severity.WARNING),
        _rule("C1", [_tell("d")], Severity.HINT),
        _rule("C3", [_tell("e")], Severity.VERDICT),
        _rule("J1", [_tell("f")], Severity.WARNING),
        _rule("J2", [_tell("g")], Severity.VERDICT),
    ]
    found = examine(_SUBJECT, rules).findings
    assert "".join(finding.sentence for finding in found) == "egbcfda"


def test_a_case_may_weigh_more_or_less_than_its_rule() -> None:
    told = [_tell("a", Severity.INFORMATION), _tell("b"), _tell("c", Severity.VERDICT)]
    found = examine(_SUBJECT, [_rule("J3", told, Severity.WARNING)]).findings
    assert [(finding.sentence, finding.severity) for finding in found] == [
        ("c", Severity.VERDICT),
        ("b", Severity.WARNING),
        ("a", Severity.INFORMATION),
    ]


def test_a_finding_holds_what_its_rule_told() -> None:
    (finding,) = examine(_SUBJECT, [_rule("T4", [_tell("a")])]).findings
    assert (finding.id, finding.name, finding.basis) == ("T4", "rule-T4", "C")
    assert (finding.sentence, finding.next_step) == ("a", "see a")
    assert finding.evidence == (Evidence("cost", "0.12"),)


def test_fine_unclear_and_irrelevant_are_three_things() -> None:
    passed = _rule("C1", [])
    unclear = _rule("C2", NotChecked("the history is incomplete"))
    irrelevant = _rule("C3", NotApplicable())
    found = _rule("C4", [_tell("a")])
    also_passed = _rule("C5", ())
    result = examine(_SUBJECT, [passed, unclear, irrelevant, found, also_passed])
    assert result.passed == (passed, also_passed)
    assert result.not_checked == ((unclear, "the history is incomplete"),)
    assert [finding.id for finding in result.findings] == ["C4"]


def test_where_nothing_was_found_only_the_look_up_and_the_text_are_fine() -> None:
    rules = [_rule(name, []) for name in ("P2", "L1", "C1", "T1")]
    unclear = [_rule("L2", NotChecked("lost")), _rule("C2", NotChecked("the rows are cut"))]
    nothing = subject([])
    result = examine(nothing, [*rules, *unclear])
    assert [each.id for each in result.passed] == ["P2", "L1"]
    assert [(each.id, why) for each, why in result.not_checked] == [
        ("L2", "lost"),
        ("C2", "nothing was found"),
    ]


def test_without_rules_there_is_nothing_to_say() -> None:
    result = examine(_SUBJECT, [])
    assert (result.findings, result.passed, result.not_checked) == ((), (), ())


def test_every_rule_sees_the_whole_subject() -> None:
    seen: list[Subject] = []

    def look(case: Subject) -> RuleResult:
        seen.append(case)
        return NotApplicable()

    case = subject([row("a", "view")], "a")
    examine(case, [Rule(name, name, "C", Severity.HINT, name, look) for name in ("C1", "C2")])
    assert len(seen) == 2
    assert all(each is case for each in seen)


def test_the_catalogue_has_each_rule_once_and_in_order() -> None:
    matches = [_IDENTITY.fullmatch(each.id) for each in RULES]
    places = [(_FAMILIES.index(match[1]), int(match[2])) for match in matches if match is not None]
    assert len(places) == len(RULES)
    assert places == sorted(set(places))
    assert len({each.name for each in RULES}) == len(RULES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", each.name) for each in RULES)
    assert all(each.checks for each in RULES)


@each("rule", RULES)
def test_each_rule_says_what_it_rests_on(rule: Rule) -> None:
    text = " ".join((rule.run.__doc__ or "").split())
    assert re.findall(r"\bClass ([ABC])\.", text) == [rule.basis]
    assert "Source: " in text


_TEXTS = st.sampled_from(
    ["", " ", "a", "h", "{{macro}}", "lander", "offer", "condition", "x" * 90]
)
_KINDS = st.sampled_from(["entrance", "view", "click", "conversion", "customEvent1", "", "?"])
_MEMBERS = [
    *("nodeId", "nodeName", "nodeType", "pageId", "pageName", "funnelId", "trackingDomain"),
    *("externalId", "subCampaign", "t1", "t20", "conversionTransaction", "conversionId"),
    *("cost", "revenue", "ip", "country", "userAgent", "language", "isp", "mobileCarrier"),
]
_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "ah", "bh", ""]),
        _KINDS,
        st.none() | st.floats(0, 40 * DAY),
        st.dictionaries(
            st.sampled_from(_MEMBERS), st.none() | _TEXTS | st.sampled_from(["0", "0.12", "1e400"])
        ),
    ),
    max_size=6,
)


@settings(deadline=None)  # the first of them builds the tables that rules look things up in
@given(_ROWS, st.sampled_from(["", "a", "ah", "zz"]), st.booleans(), st.booleans())
def test_no_rows_are_too_odd_for_the_rules(
    rows: list[tuple[str, str, float | None, dict[str, Any]]],
    hit_id: str,
    is_complete: bool,
    is_looked_up: bool,
) -> None:
    details: dict[str, list[Any]] = {}
    for name, kind, time, members in rows if is_looked_up else ():
        details.setdefault(name, []).append(detail(name, kind, time, hitTime=at(0), **members))
    case = subject(
        [row(name, kind, time, **members) for name, kind, time, members in rows],
        hit_id,
        is_complete=is_complete,
        details=details,
    )
    result = examine(case)
    for finding in result.findings:
        assert finding.sentence.strip()
        assert finding.next_step.strip()
        assert len(finding.evidence) <= 10
    assert all(reason for _, reason in result.not_checked)
    told = {finding.id for finding in result.findings}
    assert not told & {each.id for each in result.passed}
    assert not told & {each.id for each, _ in result.not_checked}
