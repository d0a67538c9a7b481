"""What the traffic source sent: click IDs, macros and costs."""

from decimal import Decimal
from statistics import median
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ffx.api.models import HitRow
from ffx.findings.rule import NotChecked, Rule, Severity
from ffx.findings.rules.costs import thousandfold_cost, zero_cost
from ffx.findings.rules.source_fields import (
    parameter_not_stored,
    source_click_id_missing,
    unfilled_macro,
)
from ffx.findings.rules.visits import ad_click_loaded_twice
from ffx.settings.thresholds import Thresholds
from tests.findings.making import detail, outcome_of, row, rules_of, subject, told_by
from tests.looping import each

RULES = rules_of("T")


def _entrances(member: str, values: list[Any], event: str = "entrance") -> list[HitRow]:
    """Make an entrance for each value, a minute apart, and a view after it without one."""
    return [
        each
        for number, value in enumerate(values)
        for each in (
            row(f"a{number}r0", event, number * 60, **{member: value}),
            row(f"a{number}r1", "view", number * 60 + 1),
        )
    ]


def test_the_rules_stand_in_the_catalogues_order() -> None:
    assert [rule.id for rule in RULES] == [f"T{number}" for number in range(1, 12)]
    assert len({rule.checks for rule in RULES}) == len(RULES)


def test_the_rules_say_their_class_and_their_source() -> None:
    for rule in RULES:
        told = " ".join((rule.run.__doc__ or "").split())
        assert f"Class {rule.basis}. Source: " in told


def test_the_rules_have_stable_names() -> None:
    assert [(rule.name, rule.basis, rule.severity.value) for rule in RULES] == [
        ("source-click-id-missing", "A", "warning"),
        ("unfilled-macro", "A", "hint"),
        ("parameter-not-stored", "A", "information"),
        ("zero-cost", "A", "hint"),
        ("thousandfold-cost", "A", "warning"),
        ("carrier-of-another-country", "B", "hint"),
        ("automation-signs", "B", "hint"),
        ("fast-click", "B", "hint"),
        ("burst", "B", "hint"),
        ("anonymised-address", "A", "information"),
        ("not-the-sources-click-id", "C", "warning"),
    ]


@each("rule", RULES)
def test_where_nothing_is_known_no_rule_finds_anything(rule: Rule) -> None:
    expected = "not checked" if rule is parameter_not_stored else "not concerned"
    assert outcome_of(rule, subject([])) == expected


@each(
    ("values", "outcome"),
    [
        ([], "not concerned"),
        (["x-1"], "fine"),
        (["0"], "fine"),
        (["REPLACE"], "not concerned"),
        (["x-1", "{clickid}"], "not concerned"),
        ([None, "{clickid}"], "1 told"),
        (["x-1", "x-2"], "fine"),
        ([None], "1 told"),
        ([""], "1 told"),
        ([" \t"], "1 told"),
        (["x-1", None, ""], "1 told"),
    ],
)
@each("event", ["entrance", "ENTRANCE", "Funnel Entrance", "visit"])
def test_an_entrance_needs_the_sources_click_id(
    values: list[str | None], outcome: str, event: str
) -> None:
    about = subject(_entrances("externalId", values, event))
    assert outcome_of(source_click_id_missing, about) == outcome


def test_only_entrances_need_the_sources_click_id() -> None:
    rows = [row("a1r1", "view", 1), row("a1r2", "click", 2), row("a1r1", "conversion", 3)]
    assert outcome_of(source_click_id_missing, subject(rows)) == "not concerned"


@each(
    ("values", "start"),
    [
        ([None], "The entrance has no click ID"),
        ([None, "x-1", "x-2"], "1 of 3 entrances has no click ID"),
        ([None, "", "x-1"], "2 of 3 entrances have no click ID"),
        ([None, ""], "2 of 2 entrances have no click ID"),
    ],
)
def test_all_entrances_without_a_click_id_are_one_finding(
    values: list[str | None], start: str
) -> None:
    (told,) = told_by(source_click_id_missing, subject(_entrances("externalId", values)))

    assert told.sentence == (
        f"{start} of the traffic source (externalId), so the source cannot match a postback."
    )
    assert [(each.member, each.value) for each in told.evidence] == [
        ("externalId", "") for value in values if not value
    ]
    assert "traffic source settings" in told.next_step


def test_a_word_for_nothing_is_no_click_id() -> None:
    for word in ("undefined", "NULL", " none ", "(not set)"):
        (told,) = told_by(source_click_id_missing, subject(_entrances("externalId", [word])))
        assert told.sentence == (
            f"The entrance has '{word.strip()}' in place of a click ID of the traffic source "
            "(externalId), so the source cannot match a postback."
        )
        twice = subject(_entrances("externalId", [word, word]))
        assert outcome_of(ad_click_loaded_twice, twice) != "1 told", word
    for click in ("none-7", "null0", "0", "unknown1"):
        about = subject(_entrances("externalId", [click]))
        assert outcome_of(source_click_id_missing, about) == "fine", click
    both = subject(_entrances("externalId", ["undefined", "", "x-1"]))
    assert outcome_of(source_click_id_missing, both) == "2 told"


def test_ten_rows_are_evidence_and_the_others_are_counted() -> None:
    (told,) = told_by(source_click_id_missing, subject(_entrances("externalId", [None] * 14)))

    assert told.sentence.endswith("postback. 4 more rows are left out.")
    assert [each.hit_id for each in told.evidence] == [f"a{number}r0" for number in range(10)]


_FIELDS = ["externalId", "subCampaign", *(f"t{number}" for number in range(1, 21))]


@each("event", ["entrance", "view", "conversion", "customEvent1", "other"])
def test_a_macro_is_found_in_every_field_of_every_row(event: str) -> None:
    for member in _FIELDS:
        about = subject([row("a1r0", event, 0, **{member: "{{ad.id}}"})])
        assert outcome_of(unfilled_macro, about) == "1 told", member


@each(
    ("members", "outcome"),
    [
        ({}, "not checked"),
        ({"t1": None, "t2": "", "externalId": None}, "not checked"),
        ({"t1": "de", "subCampaign": "[DE] Sommer", "t2": "replacement"}, "fine"),
        ({"t1": {"a": 1}, "t2": [1]}, "fine"),
        ({"eventData1": "red", "pageName": "{keyword}"}, "fine"),
        ({"eventData1": "{keyword}"}, "1 told"),
        ({"conversionTransaction": "{transaction_id}"}, "1 told"),
        ({"conversionTransaction": "OPTIONAL", "t1": "##SUB##"}, "2 told"),
        ({"conversionTransaction": "A-{1}", "t1": "50% off %"}, "fine"),
        ({"t1": "{keyword}"}, "1 told"),
        ({"t1": "{keyword}", "t2": "{keyword}"}, "1 told"),
        ({"t1": "{keyword}", "t2": "__AID__", "t3": "REPLACE", "t4": "de"}, "1 told"),
    ],
)
def test_all_fields_of_one_cause_are_one_finding(members: dict[str, Any], outcome: str) -> None:
    assert outcome_of(unfilled_macro, subject([row("a1r0", "entrance", 0, **members)])) == outcome


def test_the_macros_of_one_cause_are_one_finding_with_all_its_fields() -> None:
    rows = [row(f"a{number}r1", "view", number, t2="{{campaign.name}}") for number in range(3)]
    looked_up = {
        "a1r1": [detail("a1r1", "view", 1, t2="{{campaign.name}}")],
        "a9r1": [detail("a9r1", "view", 9, t2="{{campaign.name}}", t3="__AID__")],
    }

    (told,) = told_by(unfilled_macro, subject(rows, details=looked_up))

    assert told.sentence == (
        "Fields hold macros that were not filled in: t2 '{{campaign.name}}', t3 '__AID__'."
    )
    assert [(each.member, each.hit_id) for each in told.evidence] == [
        ("t2", "a0r1"),
        ("t3", "a9r1"),
        ("t2", "a1r1"),
        ("t2", "a2r1"),
        ("t2", "a9r1"),
    ]


def test_each_source_and_the_network_are_causes_of_their_own() -> None:
    rows = [
        row("a1r0", "entrance", 0, trafficSourceId="s1", trafficSourceName="A", t1="{keyword}"),
        row("a2r0", "entrance", 1, trafficSourceId="s2", t1="{keyword}"),
        row("a1r4h", "conversion", 2, trafficSourceId="s1", conversionTransaction="{tx}"),
        row("a1r4h", "customEvent1", 3, trafficSourceId="s1", eventData1="[clickid]"),
    ]
    told = told_by(unfilled_macro, subject(rows))
    assert [each.sentence for each in told] == [
        "A field of the traffic source 'A' holds a macro that was not filled in: t1 '{keyword}'.",
        "A field of the traffic source 's2' holds a macro that was not filled in: t1 '{keyword}'.",
        "A transaction holds a macro that was not filled in: conversionTransaction '{tx}'.",
        "A field holds a macro that was not filled in: eventData1 '[clickid]'.",
    ]
    assert "tx=" in told[2].next_step


def test_a_macro_in_place_of_the_click_id_is_told_with_what_it_costs() -> None:
    macro = {"externalId": "{clickid}", "t1": "{keyword}"}
    (told,) = told_by(unfilled_macro, subject([row("a1r0", "entrance", 0, **macro)]))
    assert told.severity is Severity.WARNING
    assert told.sentence == (
        "Fields hold macros that were not filled in: externalId '{clickid}', t1 '{keyword}'. "
        "Without its click ID (externalId), the source cannot match a postback."
    )
    (field,) = told_by(unfilled_macro, subject([row("a1r0", "entrance", 0, t1="{keyword}")]))
    assert field.severity is None


def test_very_many_macros_are_counted() -> None:
    rows = [row(f"a{number}r0", "entrance", number, t1=f"{{ad}}-{number}") for number in range(40)]

    (told,) = told_by(unfilled_macro, subject(rows))

    assert told.sentence.endswith("t1 '{ad}-0'. 30 more rows are left out.")
    assert [each.value for each in told.evidence] == [f"{{ad}}-{n}" for n in range(10)]


def test_a_long_value_is_clipped_in_the_sentence_and_whole_in_the_evidence() -> None:
    value = "{ad}" + "x" * 1_000_000

    (told,) = told_by(unfilled_macro, subject([row("a1r0", "entrance", 0, t1=value)]))

    assert len(told.sentence) < 200
    assert told.evidence[0].value == value


def test_a_stored_parameter_is_never_told_from_a_reply() -> None:
    assert parameter_not_stored.run(subject(_entrances("t1", ["de"]))) == NotChecked(
        "the reply does not tell which parameters the source is set up to store"
    )


@each(
    ("costs", "outcome"),
    [
        ([], "not concerned"),
        ([None], "not checked"),
        (["free"], "not checked"),
        (["0.01"], "fine"),
        (["1e-9"], "fine"),
        (["-1"], "1 told"),
        (["-1", "0"], "2 told"),
        (["0.01", None], "not checked"),
        (["0"], "1 told"),
        (["0.000"], "1 told"),
        (["-0"], "1 told"),
        (["0e7"], "1 told"),
        ([" 0.0 "], "1 told"),
        (["0", "0.01", None, "0"], "1 told"),
    ],
)
def test_a_cost_of_zero_is_told_and_no_cost_is_not(costs: list[str | None], outcome: str) -> None:
    assert outcome_of(zero_cost, subject(_entrances("cost", costs))) == outcome


def test_only_entrances_cost() -> None:
    rows = [row("a1r0", "entrance", 0, cost="0.1"), row("a1r1", "view", 1, cost="0")]
    assert outcome_of(zero_cost, subject(rows)) == "fine"


def test_all_free_entrances_are_one_finding() -> None:
    (told,) = told_by(zero_cost, subject(_entrances("cost", ["0.00", "0.5", "0"])))

    assert told.sentence == "2 of 3 entrances have a cost of 0."
    assert [(each.hit_id, each.value) for each in told.evidence] == [
        ("a0r0", "0.00"),
        ("a2r0", "0"),
    ]
    assert "cost update" in told.next_step


@each(
    ("costs", "outcome"),
    [
        ([], "not concerned"),
        (["1"], "not concerned"),
        (["1", "0"], "not concerned"),
        (["1", None, "0.00", "-1"], "not concerned"),
        (["0.001", "0.299999"], "fine"),
        (["0.001", "0.3"], "1 told"),
        (["0.3", "0.001"], "1 told"),
        (["0.001", "0.95"], "1 told"),
        (["0.00095", "0.00110", "0.95"], "1 told"),
        (["0.00095", "0.00110", "0.00110", "0.95", "1.1"], "1 told"),
        # The median of all others: 0.5 here, and 0.0015.
        (["0.001", "0.5", "0.9"], "fine"),
        (["0.001", "0.002", "0.449"], "fine"),
        (["0.001", "0.002", "0.450"], "1 told"),
        (["0.001", "0", "0", "0", "0.95"], "1 told"),
        (["1e-400", "1e400"], "1 told"),
        (["1e-999999999999999999", "1e999999999999999999"], "1 told"),
        (["1e400", "1e400"], "fine"),
    ],
)
def test_a_cost_300_times_the_others_is_told(costs: list[str | None], outcome: str) -> None:
    assert outcome_of(thousandfold_cost, subject(_entrances("cost", costs))) == outcome


@each(("factor", "outcome"), [(10, "1 told"), (10.5, "fine"), (0.1, "1 told")])
def test_the_factor_can_be_set(factor: float, outcome: str) -> None:
    about = subject(_entrances("cost", ["1", "10"]), thresholds=Thresholds(cost_factor=factor))
    assert outcome_of(thousandfold_cost, about) == outcome


@given(st.lists(st.integers(1, 10**5), min_size=2, max_size=9))
def test_costs_are_compared_with_the_median_of_all_others(costs: list[int]) -> None:
    about = subject(_entrances("cost", [str(cost) for cost in costs]))
    dear = [
        number
        for number, cost in enumerate(costs)
        if cost >= 300 * median(map(Decimal, costs[:number] + costs[number + 1 :]))
    ]

    evidence = [
        each.hit_id for told in told_by(thousandfold_cost, about) for each in told.evidence
    ]

    assert evidence == [f"a{number}r0" for number in dear]


@each(
    ("costs", "start"),
    [
        (
            ["0.00095", "0.00110", "0.95"],
            "An entrance cost 0.95; the visitor's other entrances cost 0.00110",
        ),
        (
            ["0.001", "0.001", "0.001", "0.001", "1.10", "0.9"],
            "2 entrances cost up to 1.10; the visitor's other entrances cost 0.001",
        ),
    ],
)
def test_dear_entrances_are_one_finding(costs: list[str | None], start: str) -> None:
    (told,) = told_by(thousandfold_cost, subject(_entrances("cost", costs)))

    assert told.sentence == (
        f"{start} at most. This may be a price per thousand that was counted as the price of one."
    )
    assert "cpm_" in told.next_step
