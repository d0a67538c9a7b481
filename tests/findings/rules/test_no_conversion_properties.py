"""What holds of every rule about conversions, whatever the rows."""

import re
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ffx.api.journey import make_journey
from ffx.api.models import HitRow
from ffx.findings.rule import Rule
from tests.findings.making import row, rules_of, subject, told_by
from tests.fuzz.conftest import fuzzed
from tests.looping import each

RULES = rules_of("C")


def _alias(member: str, value: str) -> str:
    return f"{member}#1" if value else ""


@each("rule", RULES)
def test_a_rule_says_what_it_rests_on(rule: Rule) -> None:
    text = rule.run.__doc__ or ""
    assert f"Class {rule.basis}. Source: " in text
    assert not re.search(r"\bH\d|[A-Z]{4}", text)
    assert text[0].isupper()
    assert text.splitlines()[0].endswith((".", ":")) or "\n\n" in text


def test_rules_stand_in_the_order_of_the_catalogue() -> None:
    assert [(each.id, each.name, each.basis, each.severity.value) for each in RULES] == [
        ("C1", "hit-cannot-convert", "A", "verdict"),
        ("C2", "conversion-on-another-hit", "A", "verdict"),
        ("C3", "no-conversion", "A", "verdict"),
        ("C4", "never-reached-offer", "A", "verdict"),
        ("C5", "offer-without-click", "A", "warning"),
        ("C6", "several-conversions", "A", "information"),
        ("C7", "suspected-duplicates", "B", "hint"),
        ("C8", "zero-revenue", "A", "warning"),
        ("C9", "conversion-vanished", "A", "warning"),
        ("C10", "late-conversion", "A", "hint"),
        ("C11", "too-fast", "B", "hint"),
        ("C12", "counted-on-another-day", "B", "hint"),
        ("C13", "custom-event-once", "A", "information"),
        ("C14", "conversion-in-other-funnel", "A", "warning"),
        ("C15", "sale-on-two-hits", "B", "hint"),
        ("C16", "claimed-sale-missing", "A", "verdict"),
        ("C17", "negative-amount", "C", "hint"),
        ("C18", "conversion-before-hit", "A", "warning"),
        ("C19", "conversion-at-other-place", "C", "warning"),
        ("C20", "unusual-conversions", "B", "hint"),
        ("C21", "event-without-conversion", "C", "hint"),
    ]
    assert len({each.checks for each in RULES}) == len(RULES)


_KINDS = ["entrance", "view", "click", "Conversion", "customEvent1", "other", ""]
_ROWS = st.lists(
    st.builds(
        lambda hit, event, seconds, members: row(hit, event, seconds, **members),
        st.sampled_from(["a", "bh", "ch", "d", ""]),
        st.sampled_from(_KINDS),
        st.none() | st.integers(0, 5).map(lambda n: n * 43_000.0),
        st.fixed_dictionaries(
            {},
            optional={
                "nodeType": st.sampled_from(["lander", "offer", "condition", ""]),
                "pageId": st.sampled_from(["p", "q"]),
                "funnelId": st.sampled_from(["f", "g", ""]),
                "revenue": st.sampled_from(["0", "0.00", "24.90", "24.9", "soon", ""]),
                "conversionTransaction": st.sampled_from(["A", " A", "B", "", " "]),
                "conversionId": st.sampled_from(["1", "2"]),
            },
        ),
    ),
    max_size=8,
)


@fuzzed(12)
@given(_ROWS, _ROWS, st.sampled_from(["", "a", "bh", "zh"]))
def test_absence_is_told_once_and_never_of_an_incomplete_history(
    rows: list[HitRow], older: list[HitRow], hit_id: str
) -> None:
    about = subject(rows, hit_id, is_complete=False, older=make_journey(older))
    told = {each.id for each in RULES if told_by(each, about)}
    assert told.isdisjoint({"C1", "C3", "C4", "C5", "C9", "C13", "C14"})

    about = subject(rows, hit_id, older=make_journey(older))
    told = {each.id for each in RULES if told_by(each, about)}
    assert len(told & {"C3", "C4", "J5"}) < 2
    assert not told & {"C1", "C2", "C9"} or "C3" not in told
    if "C3" in told:
        assert not about.conversions


@fuzzed(12)
@given(_ROWS, _ROWS, st.booleans(), st.sampled_from(["", "a", "bh"]))
def test_what_is_told_is_bounded_and_shows_no_more_than_it_may(
    rows: list[HitRow], older: list[HitRow], is_complete: bool, hit_id: str
) -> None:
    about = subject(rows, hit_id, is_complete=is_complete, older=make_journey(older))
    plain = {each.id: told_by(each, about) for each in RULES}
    hidden = {each.id: told_by(each, replace(about, alias=_alias)) for each in RULES}
    for identity, told in plain.items():
        assert len(told) <= 5
        assert len(hidden[identity]) == len(told)
        for finding in told:
            assert 1 <= len(finding.evidence) <= 10
            assert finding.sentence.endswith(".")
            assert finding.next_step.endswith(".")
            assert finding.sentence[0].isupper() or finding.sentence[0].isdigit()
        for finding in hidden[identity]:
            assert not re.search(r"\b(bh|ch)\b", finding.sentence + finding.next_step)
            assert all(not one.value or one.value.endswith("#1") for one in finding.evidence)


_JOURNEY = [
    row("e", "entrance", 0, funnelId="f"),
    row("a", "view", 1, nodeType="lander"),
    row("a", "click", 30, nodeType="lander"),
    row("bh", "view", 31, funnelId="g"),
    row("bh", "conversion", 40, funnelId="g", revenue="0", conversionTransaction="A"),
    row("bh", "conversion", 90_000, funnelId="g", revenue="1", conversionTransaction="A"),
]


@given(st.permutations(_JOURNEY), st.sampled_from(["", "a", "bh", "zh"]))
def test_the_order_in_which_rows_come_does_not_matter(rows: list[HitRow], hit_id: str) -> None:
    expected: Any = [told_by(each, subject(_JOURNEY, hit_id)) for each in RULES]
    assert [told_by(each, subject(rows, hit_id)) for each in RULES] == expected
