"""How findings speak: of few by name, of many in one sentence, and never of what is hidden."""

from ffx.api.models import HitRow
from ffx.findings.phrases import (
    cite_page,
    describe,
    evidence_of,
    listed,
    listed_hits,
    more,
    observe_each,
)
from ffx.findings.rule import Observation
from ffx.findings.subject import Evidence
from tests.findings.making import at, detail, row, subject
from tests.looping import each


@each(
    ("texts", "words"),
    [
        ("", ""),
        ("a", "a"),
        ("aba", "a, b"),
        ("abc", "a, b, c"),
        ("abcd", "a, b, c, and 1 more"),
        ("abcdabcde", "a, b, c, and 2 more"),
    ],
)
def test_the_first_few_are_named(texts: str, words: str) -> None:
    assert listed(texts) == words


@each(
    ("count", "told", "shown", "sentence"),
    [
        (0, 0, 0, ""),
        (1, 1, 1, "0."),
        (5, 5, 1, "0."),
        (6, 1, 6, "6 came late."),
        (10, 1, 10, "10 came late."),
        (1212, 1, 10, "1,212 came late. 1,202 more rows are left out."),
    ],
)
def test_many_matters_are_told_in_one(count: int, told: int, shown: int, sentence: str) -> None:
    def tell(number: int) -> Observation:
        evidence = (Evidence("hitId", "another"), Evidence("hitId", str(number)))
        return Observation(f"{number}.", evidence, f"Next: {number}.")

    outcome = observe_each(range(count), tell, "came late")
    assert len(outcome) == told
    if told == 1 < count:
        assert [each.value for each in outcome[0].evidence] == [str(n) for n in range(shown)]
    if outcome:
        assert (outcome[0].sentence, outcome[0].next_step) == (sentence, "Next: 0.")


def test_evidence_and_what_it_leaves_out_make_a_whole() -> None:
    rows = [row(str(number), "view", number) for number in range(12)]
    shown = evidence_of(subject(rows), rows, "hitId")
    assert [each.hit_id for each in shown] == [str(number) for number in range(10)]
    assert more(rows) == " 2 more rows are left out."
    assert more(rows[:10]) == ""


@each(
    ("conversion", "words"),
    [
        (row("oh", "conversion", 0), "The conversion of Fri 20 Nov 2026 15:00 +00:00 on hit oh"),
        (row("", "conversion", 0), "The conversion of Fri 20 Nov 2026 15:00 +00:00"),
        (row("oh", "conversion", None), "A conversion on hit oh"),
        (row("oh", "conversion", eventTime="soon\x1b"), r"The conversion of soon\u{1b} on hit oh"),
    ],
)
def test_a_conversion_is_described_by_its_time_and_hit(conversion: HitRow, words: str) -> None:
    assert describe(subject([]), conversion) == words


@each(
    ("members", "words"),
    [
        ({}, ""),
        ({"pageId": "p", "nodeId": "n"}, ""),
        ({"nodeName": "Offers"}, " of the node 'Offers'"),
        ({"nodeName": "Offers", "pageName": "Example Shop"}, " 'Example Shop'"),
    ],
)
def test_an_offer_is_called_by_its_page_or_node(members: dict[str, str], words: str) -> None:
    assert cite_page(subject([]), row("oh", "view", 0, **members)) == words


def test_hidden_hits_and_names_are_named_by_aliases() -> None:
    rows = [row("oh", "conversion", 0, pageName="Example Shop")]
    about = subject(rows, alias=lambda member, value: f"{member}#1" if value else "")
    assert listed_hits(about, rows) == "hitId#1"
    assert cite_page(about, rows[0]) == " 'pageName#1'"
    assert describe(about, rows[0]).endswith(" on hit hitId#1")


def test_conversions_are_the_journeys_or_more_of_a_hits_own() -> None:
    rows = [row("a", "conversion", 30), row("b", "conversion", 10), row("b", "view", 0)]
    details = {
        "a": [detail("a", "view", 0), detail("a", "conversion", 30)],
        "b": [detail("b", "conversion", n) for n in (40, 10)],
        "c": [detail("c", "Conversion", None)],
    }
    known = subject(rows, details=details).known_conversions
    assert [(each.hitId, each.eventTime) for each in known] == [
        ("b", at(10)),
        ("a", at(30)),
        ("b", at(40)),
        ("c", None),
    ]
