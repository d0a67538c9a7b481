"""Offers that no click and no entrance led to."""

from hypothesis import given
from hypothesis import strategies as st

from ffx.api.models import HitRow
from ffx.findings.rule import Observation
from ffx.findings.rules.offers_without_click import offer_without_click
from ffx.findings.subject import Evidence
from tests.findings.making import at, outcome_of, row, subject, told_by
from tests.looping import each

_EVENTS = {
    "E": ("entrance", {"nodeType": "rotator"}),
    "P": ("view", {"nodeType": "lander", "pageId": "p"}),
    "Q": ("view", {"nodeType": "lander", "pageId": "q"}),
    "C": ("click", {"nodeType": "lander", "pageId": "p"}),
    "O": ("view", {"nodeType": "offer", "pageId": "o", "pageName": "Example Shop"}),
    "V": ("view", {"nodeType": "offer", "pageId": "v", "pageName": "Example Shop Club"}),
    "n": ("view", {"nodeType": "condition"}),
    "x": ("conversion", {"nodeType": "offer"}),
    "u": ("customEvent1", {"nodeType": "lander", "pageId": "p"}),
}


def _rows(story: str) -> list[HitRow]:
    """Make a row of each letter, a second after the one before; `+` keeps the time."""
    rows, seconds = [], -1
    for number, letter in enumerate(story):
        if letter == "+":
            continue
        seconds += number == 0 or story[number - 1] != "+"
        event, members = _EVENTS[letter]
        rows.append(row(f"{letter}{number}", event, seconds, **members))
    return rows


@each(
    ("story", "outcome"),
    [
        ("", "not concerned"),
        ("EP", "not concerned"),
        ("EPC", "not concerned"),
        ("EPCx", "not concerned"),
        # With clicks.
        ("EPCO", "fine"),
        ("EPCnO", "fine"),
        ("EPCnOx", "fine"),
        ("EPCOV", "fine"),
        ("EPuCO", "fine"),
        ("EPCQO", "1 told"),
        ("EPCQuO", "1 told"),
        ("EPCOQCO", "fine"),
        ("EPCOPO", "1 told"),
        ("EPCOPnO", "1 told"),
        ("EPOPC", "1 told"),
        ("PCO", "fine"),
        ("CO", "fine"),
        ("OPC", "1 told"),
        # Straight from an entrance.
        ("EOEPC", "fine"),
        ("EnOEPC", "fine"),
        ("EPCOEO", "fine"),
        ("EPEOC", "fine"),
        # Loaded again.
        ("EPCQOO", "1 told"),
        ("EPCOO", "fine"),
        ("OOPC", "1 told"),
        ("EPCQOVC", "1 told"),
        # Without any click.
        ("EPO", "not checked"),
        ("EPOPO", "not checked"),
        ("EO", "fine"),
        ("EnO", "fine"),
        ("PO", "not checked"),
        ("OEP", "1 told"),
        ("O", "not checked"),
        # At equal times.
        ("E+P+C+O", "fine"),
        ("O+C+P+E", "fine"),
        ("EP+C+O", "fine"),
        ("EPCQ+C+O", "fine"),
        ("EPC+QO", "fine"),
        ("EPCO+Q", "fine"),
        ("E+PO+C", "fine"),
        ("E+POC", "1 told"),
        ("O+E", "fine"),
        ("EPCQO+V+O", "1 told"),
    ],
)
def test_an_offer_is_led_to_by_a_click_or_an_entrance(story: str, outcome: str) -> None:
    rows = _rows(story)
    assert outcome_of(offer_without_click, subject(rows)) == outcome
    cut = outcome_of(offer_without_click, subject(rows, is_complete=False))
    assert cut == ("not concerned" if outcome == "not concerned" else "not checked")


def test_what_is_told_names_the_offer_and_what_is_missing_before_it() -> None:
    assert told_by(offer_without_click, subject(_rows("EPCOPV"))) == [
        Observation(
            "The offer 'Example Shop Club' was seen without a click on the page before. A link "
            "that is not an action link passes no hit ID.",
            (Evidence("eventType", "view", "V5", "view", at(5), "Example Shop Club"),),
            "In the funnel editor, compare the action links with the links of the page before. "
            "Open the offer by the page's link, and see whether its URL holds a hit ID.",
        )
    ]


@each(
    ("story", "sentence", "rows"),
    [
        ("OE", "The offer 'Example Shop' was seen without an entrance before", 1),
        ("OVE", "Offers were seen 2 times without an entrance before", 2),
        ("C" + "PO" * 12, "Offers were seen 12 times without a click on the page before", 10),
    ],
)
def test_many_are_told_together(story: str, sentence: str, rows: int) -> None:
    (told,) = told_by(offer_without_click, subject(_rows(story)))
    assert told.sentence.startswith(f"{sentence}. ")
    assert told.sentence.endswith(" 2 more rows are left out.") is (rows == 10)
    assert len(told.evidence) == rows


@each("event", ["Click", "ACTION_CLICK", "click-through"])
def test_clicks_may_be_spelled_otherwise(event: str) -> None:
    rows = [*_rows("EP"), row("c", event, 5), row("oh", "view", 6, nodeType="offer")]
    assert outcome_of(offer_without_click, subject(rows)) == "fine"
    assert outcome_of(offer_without_click, subject([*rows, *_rows("EEEEEEEPO")])) == "1 told"


def test_a_view_that_does_not_tell_its_page_is_not_taken_for_a_step_on_the_way() -> None:
    rows = [*_rows("EPC"), row("k1", "view", 5), row("oh", "view", 6, nodeType="offer")]
    assert outcome_of(offer_without_click, subject(rows)) == "not checked"


def test_rows_without_times_have_no_order() -> None:
    late_reports = [row("oh", "conversion", None), row("oh", "customEvent1", None)]
    for unknown, outcome in ((late_reports, "1 told"), ([row("c", "view", None)], "not checked")):
        rows = [*_rows("POE"), *unknown]
        assert outcome_of(offer_without_click, subject(rows)) == outcome


_STORIES = st.lists(st.sampled_from("EPQCOVnxu"), max_size=9)


@given(_STORIES)
def test_a_click_just_before_each_offer_is_always_fine(letters: list[str]) -> None:
    story = "".join(letters).replace("O", "CO").replace("V", "CV")
    assert not told_by(offer_without_click, subject(_rows(story)))


@given(_STORIES)
def test_equal_times_are_doubts_in_favour(letters: list[str]) -> None:
    rows = [
        row(f"{letter}{number}", _EVENTS[letter][0], 0, **_EVENTS[letter][1])
        for number, letter in enumerate(letters)
    ]
    led = any(letter in "EC" for letter in letters)
    offers = any(letter in "OV" for letter in letters)
    expected = "not concerned" if not offers else "fine" if led else "not checked"
    assert outcome_of(offer_without_click, subject(rows)) == expected
