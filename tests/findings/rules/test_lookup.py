"""Nothing found, not everything found, and assets without names."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ffx.api.models import HitRow, VisitorInfo
from ffx.findings.rule import NotApplicable, NotChecked, Observation, Rule, Severity
from ffx.findings.rules.lookup import history_cut, names_missing, nothing_found
from ffx.findings.subject import Evidence, Subject
from tests.findings.making import at, detail, row, rules_of, subject
from tests.looping import each

RULES = rules_of("L")

_HIT = "dkezmsf3bat8xdbz8rt039r4h"
_REASONS = (
    "Check in this order: 1. the window, and the spelling of the ID (raw event report); 2. the "
    "account: the ID may be of another one; 3. bots: hits of known bots are never stored; "
    "4. data resets; 5. age: a hit may be too old to be kept, or too new to be stored yet."
)
# A hit is looked up without a window.
_REASONS_OF_A_HIT = _REASONS.replace("the window, and ", "")


def _told(rule: Rule, case: Subject) -> list[Observation]:
    outcome = rule.run(case)
    assert isinstance(outcome, list)
    return outcome


@each(
    ("case", "sentence"),
    [
        (subject([]), "Nothing was found for this visitor in the time that was searched."),
        (subject([], _HIT), f"Nothing was found for the hit '{_HIT}'."),
        (
            subject([], is_complete=False),
            "Nothing was found for this visitor in the time that was searched.",
        ),
        (
            subject([], visitor=VisitorInfo()),
            "Nothing was found for this visitor in the time that was searched.",
        ),
        (subject([], _HIT, details={_HIT: []}), f"Nothing was found for the hit '{_HIT}'."),
    ],
)
def test_nothing_found_is_told_with_the_likely_reasons(case: Subject, sentence: str) -> None:
    reasons = _REASONS_OF_A_HIT if case.hit_id else _REASONS
    assert _told(nothing_found, case) == [Observation(sentence, (), reasons)]


def test_a_visitor_without_hits_in_the_window_is_known_all_the_same() -> None:
    visitor = VisitorInfo(visitorId="v", firstSeen=at(-60))
    (told,) = _told(nothing_found, subject([], visitor=visitor, is_complete=False))
    assert told.sentence == (
        "The visitor is known (first seen on Fri 20 Nov 2026 14:59 +00:00), but has no hit in the "
        "time that was searched."
    )
    assert told.evidence == (Evidence("firstSeen", at(-60)),)
    assert told.next_step == (
        "Search from the time when the visitor was first seen. If nothing is there, the data was "
        "reset, or is too old to be kept."
    )


def test_hits_that_were_not_sent_are_not_said_to_be_missing() -> None:
    gaps = ("the service held rows back",)
    (told,) = _told(nothing_found, subject([], is_complete=False, gaps=gaps))
    assert told.sentence == (
        "The service sent no hit, and some may be there: the service held rows back."
    )
    assert told.next_step.startswith("Ask again in some minutes.")


@each(
    "case",
    [
        subject([row(_HIT, "view")]),
        subject([row("", "view", None)], is_complete=False),
        subject([], _HIT, details={_HIT: [detail(_HIT, "view")]}),
    ],
)
def test_what_is_found_is_not_reported_missing(case: Subject) -> None:
    assert nothing_found.run(case) == []


def test_a_cut_history_says_what_is_missing_and_how_to_get_it() -> None:
    command = "ffx diagnose v --since 2026-11-01"
    visitor = VisitorInfo.model_validate({"firstSeen": at(-9_000), "totalHits": "2500"})
    gaps = ("The service held rows back.", "the window begins after the first visit")
    rows = [row("b", "view", 60), row("a", "entrance", 0), row("c", "click", 30)]
    case = subject(rows, is_complete=False, visitor=visitor, gaps=gaps, command_for_rest=command)
    assert _told(history_cut, case) == [
        Observation(
            "The history is incomplete: The service held rows back; the window begins after the "
            "first visit. Something that is not shown here may still have happened.",
            (
                Evidence("firstSeen", at(-9_000)),
                Evidence("totalHits", "2500"),
                Evidence("eventTime", at(0), "a", "entrance", at(0)),
                Evidence("eventTime", at(60), "b", "view", at(60)),
            ),
            "Do not conclude from these rows that something did not happen. "
            "To get the rest:\nffx diagnose v --since 2026-11-01",
        )
    ]


def test_a_history_may_be_cut_without_anybody_knowing_where() -> None:
    assert _told(history_cut, subject([row("a", "view")], is_complete=False)) == [
        Observation(
            "The history is incomplete. Something that is not shown here may still have happened.",
            (Evidence("eventTime", at(0), "a", "view", at(0)),),
            "Do not conclude from these rows that something did not happen. "
            "The rest is in the raw event report.",
        )
    ]


def test_a_hit_without_its_visitors_history_is_not_the_whole_history() -> None:
    case = subject([], _HIT, is_complete=False, details={_HIT: [detail(_HIT, "view")]})
    (told,) = _told(history_cut, case)
    assert told.sentence.startswith("The history is incomplete.")
    assert told.evidence == ()


def test_a_complete_history_is_fine() -> None:
    assert history_cut.run(subject([row("a", "view")])) == []


@given(
    rows=st.integers(0, 3), details=st.integers(0, 2), is_complete=st.booleans(), hit=st.booleans()
)
def test_nothing_found_and_a_cut_history_exclude_each_other(
    rows: int, details: int, is_complete: bool, hit: bool
) -> None:
    case = subject(
        [row(str(number), "view", number) for number in range(rows)],
        _HIT if hit else "",
        is_complete=is_complete,
        details={_HIT: [detail(_HIT, "view") for _ in range(details)]},
    )
    told = {
        rule.id: outcome
        for rule in (nothing_found, history_cut)
        if isinstance(outcome := rule.run(case), list) and outcome
    }
    assert len(told) <= 1
    assert ("L1" in told) is (rows == details == 0)
    assert ("L2" in told) is (bool(rows or details) and not is_complete)
    assert isinstance(history_cut.run(case), NotApplicable) is ("L1" in told)


@each(
    ("asset", "words"),
    [
        ("funnel", "funnel"),
        ("node", "node"),
        ("trafficSource", "traffic source"),
        ("page", "page"),
        ("pageGroup", "page group"),
        ("funnelGroup", "funnel group"),
        ("offerSource", "offer source"),
        ("category", "category"),
    ],
)
@each("name", [None, "", "  "])
def test_an_asset_with_an_id_and_no_name_is_told(asset: str, words: str, name: str | None) -> None:
    members = {f"{asset}Id": "2a6K7p39puhE", f"{asset}Name": name}
    (told,) = _told(names_missing, subject([row("a", "view", 0, **members)]))
    assert told.sentence == (
        f"The {words} '2a6K7p39puhE' has no name, on 1 row: it may have been deleted, "
        "or the ID may be wrong."
    )
    (evidence,) = told.evidence
    assert (evidence.member, evidence.value) == (f"{asset}Id", "2a6K7p39puhE")
    assert (evidence.hit_id, evidence.time) == ("a", at(0))
    assert "funnel editor" in told.next_step


@each(
    "rows",
    [
        [row("a", "view", nodeId="n1", nodeName="Traffic")],
        [row("a", "view", nodeId="", nodeName="Traffic"), row("b", "view", pageId=" ")],
        # The service knows the name, it only did not say it each time.
        [row("a", "view", pageId="p1"), row("b", "view", 5, pageId="p1", pageName="Lander")],
    ],
)
def test_assets_with_names_and_rows_without_some_are_fine(rows: list[HitRow]) -> None:
    assert names_missing.run(subject(rows)) == []


def test_names_do_not_concern_a_case_without_rows() -> None:
    assert names_missing.run(subject([])) == NotApplicable()
    assert names_missing.run(subject([row("a", "view")])) == NotApplicable()


def test_each_asset_is_told_once_with_its_first_rows() -> None:
    rows = [row(str(number), "view", -number, pageId="p1", nodeId="n1") for number in range(12)]
    node, page = _told(names_missing, subject(rows))
    assert "The node 'n1' has no name, on 12 rows" in node.sentence
    assert "The page 'p1' has no name, on 12 rows" in page.sentence
    assert [each.hit_id for each in page.evidence] == ["11", "10", "9"]


@each(
    ("count", "findings", "evidence", "sentence"),
    [
        (4, 4, 1, None),
        (5, 1, 5, "5 assets have an ID and no name: they may have been deleted."),
        (10, 1, 10, "10 assets have an ID and no name: they may have been deleted."),
        (
            13,
            1,
            10,
            "13 assets have an ID and no name: they may have been deleted. "
            "3 more rows are left out.",
        ),
    ],
)
def test_many_nameless_assets_are_told_at_once(
    count: int, findings: int, evidence: int, sentence: str | None
) -> None:
    rows = [row(str(number), "view", number, pageId=f"p{number}") for number in range(count)]
    told = _told(names_missing, subject([*rows, row("n", "view", nodeId="n", nodeName="Landers")]))
    assert len(told) == findings
    assert len(told[0].evidence) == evidence
    assert sentence is None or told[0].sentence == sentence


def test_a_reply_without_any_names_says_nothing_of_deleted_assets() -> None:
    rows = [row(str(number), "view", number, pageId=f"p{number}") for number in range(5)]
    assert names_missing.run(subject(rows)) == NotChecked("no row has the name of anything")


def test_hidden_values_stay_hidden() -> None:
    def alias(member: str, value: str) -> str:
        return f"{member}#1" if value in {_HIT, "p1"} else value

    (nothing,) = _told(nothing_found, subject([], _HIT, alias=alias))
    (name,) = _told(names_missing, subject([row(_HIT, "view", pageId="p1")], alias=alias))
    assert nothing.sentence == "Nothing was found for the hit 'hitId#1'."
    assert "The page 'pageId#1' has no name" in name.sentence
    assert name.evidence[0].value == "pageId#1"
    assert name.evidence[0].hit_id == "hitId#1"


def test_the_rules_stand_in_the_catalogues_order_with_their_weights() -> None:
    facts: list[Any] = [(rule.id, rule.name, rule.basis, rule.severity) for rule in RULES]
    assert facts == [
        ("L1", "nothing-found", "A", Severity.VERDICT),
        ("L2", "history-cut", "A", Severity.WARNING),
        ("L3", "names-missing", "C", Severity.HINT),
    ]


@each("rule", RULES)
def test_each_rule_names_its_class_and_its_source(rule: Rule) -> None:
    text = " ".join((rule.run.__doc__ or "").split())
    assert f"Class {rule.basis}. Source: " in text
