"""What it comes down to: yes, no or not known, in one sentence and a few more."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ffx.api.models import HitRow
from ffx.findings.subject import Subject
from ffx.findings.verdict import Conversion, Verdict, judge
from tests.findings.making import at, detail, row, subject
from tests.looping import each

LANDER = {"nodeType": "lander", "nodeName": "Lander group", "pageName": "Spring offer A"}
OFFER = {"nodeType": "offer", "nodeName": "Offer group", "pageName": "Example Shop"}
CLUB = {**OFFER, "pageName": "Example Shop Club"}

ENTRANCE = row("k1r0", "entrance")
READING = row("k1r1", "view", 1, **LANDER)
CLICK = row("k1r2", "click", 30, **LANDER)
SHOP = row("k1r4h", "view", 30, **OFFER)
SOLD = row("k1r4h", "conversion", 90, revenue="24.9000", conversionTransaction="A-1", **OFFER)
VISIT = [ENTRANCE, READING, CLICK, SHOP]


def told(about: Subject) -> tuple[bool | None, str]:
    """Return a verdict's answer and all of its words."""
    verdict = judge(about)
    return verdict.converted, " ".join([verdict.headline, *verdict.details])


@each(
    ("rows", "hit_id", "words"),
    [
        (VISIT, "", "No conversion. The visitor reached the offer 'Example Shop'."),
        (VISIT, "k1r4h", "No conversion. The visitor reached the offer 'Example Shop'."),
        (
            [*VISIT, row("k1r8h", "view", 60, **CLUB)],
            "k1r4h",
            "No conversion. The visitor reached the offer 'Example Shop Club'.",
        ),
        (
            [ENTRANCE, READING],
            "",
            "No conversion. The visitor saw the page 'Spring offer A', and reached no offer.",
        ),
        (
            [ENTRANCE, READING, CLICK],
            "",
            "No conversion. The visitor clicked on a page, and reached no offer.",
        ),
        ([ENTRANCE], "", "No conversion. The visitor entered, and saw no page."),
        (
            [row("k1r3", "customEvent1")],
            "",
            "No conversion. The visitor has no view of a page.",
        ),
        (
            [ENTRANCE, row("k1r4h", "customEvent1", 30, **OFFER)],
            "",
            "No conversion. The visitor reached an offer.",
        ),
        (
            VISIT,
            "k1r1",
            "No conversion of this hit, a view of a lander. "
            "The visitor's view of an offer is k1r4h.",
        ),
        (
            [ENTRANCE, READING],
            "k1r1",
            "No conversion of this hit, a view of a lander. The visitor has no view of an offer.",
        ),
        (
            [*VISIT, SOLD],
            "k1r1",
            "No conversion of this hit; the visitor converted on another one.",
        ),
        (
            [*VISIT, row("", "conversion", 90)],
            "k1r4h",
            "No conversion of this hit; the visitor has a conversion without a hit ID.",
        ),
    ],
)
def test_a_complete_history_without_conversion_is_a_no(
    rows: list[HitRow], hit_id: str, words: str
) -> None:
    assert told(subject(rows, hit_id)) == (False, words)


@each(
    ("count", "words"),
    [
        (2, "The visitor's views of offers are k1r1h, k1r0h."),
        (3, "The visitor's views of offers are k1r2h, k1r1h, k1r0h."),
        (5, "The visitor's views of offers are k1r4h, k1r3h, k1r2h, and 2 more."),
    ],
)
def test_the_latest_views_of_offers_are_named(count: int, words: str) -> None:
    offers = [row(f"k1r{number}h", "view", number, **OFFER) for number in range(count)]

    assert judge(subject([ENTRANCE, READING, *offers], "k1r1")).details == (words,)


@each("hit_id", ["", "k1r4h"])
@each(
    ("conversions", "words"),
    [
        (
            [SOLD],
            "Converted for 24.9000, on Fri 20 Nov 2026 15:01:30 +00:00, 1 min after its hit.",
        ),
        ([row("k1r4h", "conversion", 90, revenue="0.00")], "Converted for 0.00, on Fri 20 Nov"),
        ([row("k1r4h", "conversion", 90)], "Converted, on Fri 20 Nov 2026 15:01:30 +00:00, 1 min"),
        ([row("k1r4h", "conversion", None)], "Converted."),
        ([row("k1r4h", "conversion", eventTime="soon")], "Converted."),
        ([row("k1r4h", "conversion", 20)], "Converted, on Fri 20 Nov 2026 15:00:20 +00:00."),
        (
            [row("k1r4h", "conversion", 600, revenue="9.50"), SOLD],
            "Converted 2 times for 34.4000 in all, last on Fri 20 Nov 2026 15:10 +00:00, 9 min",
        ),
        (
            [row("k1r4h", "conversion", None, revenue="1"), SOLD],
            "Converted 2 times for 25.9000 in all, last on Fri 20 Nov 2026 15:01:30 +00:00, 1 min",
        ),
        ([row("k1r4h", "conversion", 600), row("k1r4h", "conversion", 90)], "Converted 2 times, "),
    ],
)
def test_a_conversion_is_told_with_amount_time_and_delay(
    conversions: list[HitRow], words: str, hit_id: str
) -> None:
    converted, said = told(subject([*VISIT, *conversions], hit_id))

    assert converted is True
    assert said.startswith(words)


@each("hit_id", ["", "k1r1", "k1r4h"])
@each("details", [{}, {"k1r4h": [detail("k1r4h", "view", 30, **OFFER)]}])
def test_a_history_that_may_lack_rows_never_says_no(hit_id: str, details: Any) -> None:
    about = subject(VISIT, hit_id, is_complete=False, details=details)

    assert told(about) == (
        None,
        "Not known whether it converted: the history is incomplete. "
        "In the rows that came back, the visitor reached the offer 'Example Shop'.",
    )


def test_a_conversion_elsewhere_in_a_cut_history_is_no_answer_for_the_hit() -> None:
    about = subject([*VISIT, SOLD], "k1r1", is_complete=False)
    verdict = judge(about)

    assert verdict.converted is None
    assert [each.hit_id for each in verdict.conversions] == ["k1r4h"]


@each("hit_id", ["", "k1r4h"])
def test_a_conversion_seen_is_a_yes_even_in_a_cut_history(hit_id: str) -> None:
    converted, said = told(subject([*VISIT, SOLD], hit_id, is_complete=False))

    assert converted is True
    assert said.endswith(
        " after its hit. There may be more conversions: the history is incomplete."
    )


@each("hit_id", ["", "k1r4h"])
def test_a_conversion_that_only_the_hits_own_look_up_shows_is_a_yes(hit_id: str) -> None:
    own = [
        detail("k1r4h", "view", 30, hitTime=at(30), **OFFER),
        detail("k1r4h", "conversion", 90, hitTime=at(30), revenue="9.50", **OFFER),
    ]
    verdict = judge(subject(VISIT, hit_id, is_complete=False, details={"k1r4h": own}))

    assert verdict.converted is True
    assert verdict.headline == (
        "Converted for 9.50, on Fri 20 Nov 2026 15:01:30 +00:00, 1 min after its hit."
    )
    assert [each.revenue for each in verdict.conversions] == ["9.50"]


@each(
    ("rows", "is_complete", "reached"),
    [
        (VISIT, True, True),
        (VISIT, False, True),
        ([ENTRANCE, READING], True, False),
        ([ENTRANCE, READING], False, None),
        ([], False, None),
        ([row("k1r4h", "conversion", 0, **OFFER)], True, True),
    ],
)
def test_an_offer_was_reached_or_was_not_or_nobody_knows(
    rows: list[HitRow], is_complete: bool, reached: bool | None
) -> None:
    assert judge(subject(rows, is_complete=is_complete)).reached_offer is reached


def test_of_nothing_nothing_is_known() -> None:
    assert judge(subject([], "k1r4h", is_complete=False)) == Verdict(
        None, None, "Nothing was found.", (), ()
    )


def test_conversions_are_told_in_their_order_with_hit_place_and_delay() -> None:
    late = row("gone", "conversion", 600, revenue="0.10", pageName="Example Shop Club")

    assert judge(subject([*VISIT, late, SOLD])).conversions == (
        Conversion(
            "k1r4h", at(90), "24.9000", "A-1", "Offer group · Example Shop", timedelta(seconds=60)
        ),
        Conversion("gone", at(600), "0.10", "", "Example Shop Club", None),
    )


def test_what_is_to_be_hidden_is_hidden_in_words_and_conversions() -> None:
    def alias(member: str, value: str) -> str:
        return f"{member}#{len(value)}" if value else ""

    conversions = judge(subject([*VISIT, SOLD], alias=alias)).conversions
    assert [(each.hit_id, each.transaction, each.place) for each in conversions] == [
        ("hitId#5", "conversionTransaction#3", "place#26")
    ]
    assert judge(subject(VISIT, "k1r1", alias=alias)).details == (
        "The visitor's view of an offer is hitId#5.",
    )
    assert judge(subject(VISIT, alias=alias)).details == (
        "The visitor reached the offer 'pageName#12'.",
    )


def test_of_a_hidden_id_nobody_says_that_it_cannot_convert() -> None:
    rows = [ENTRANCE, READING, row("hit#4", "view", 30, **OFFER)]

    assert told(subject(rows, "hit#4", redacted=frozenset({"hitId"}))) == (
        False,
        "No conversion. The visitor reached the offer 'Example Shop'.",
    )


@given(
    st.lists(
        st.builds(
            row,
            st.sampled_from(["", "a1", "b2h", "c3h"]),
            st.sampled_from(["entrance", "view", "click", "conversion", "customEvent1", "odd"]),
            st.one_of(st.none(), st.integers(-60, 10**6)),
            nodeType=st.sampled_from([None, "offer", "lander", "condition"]),
            revenue=st.sampled_from([None, "0", "1.50", "1e400"]),
        ),
        max_size=8,
    ),
    st.sampled_from(["", "a1", "b2h"]),
    st.booleans(),
)
def test_the_answer_follows_from_what_is_known(
    rows: list[HitRow], hit_id: str, is_complete: bool
) -> None:
    verdict = judge(subject(rows, hit_id, is_complete=is_complete))
    own = [each for each in rows if each.is_conversion and (not hit_id or each.hitId == hit_id)]

    assert verdict.converted is (True if own else False if is_complete else None)
    assert len(verdict.conversions) == sum(each.is_conversion for each in rows)
    assert verdict.headline.endswith(".")
    assert verdict.headline.startswith("Converted") is (verdict.converted is True)
    assert verdict.headline.startswith("No conversion") is (verdict.converted is False)
