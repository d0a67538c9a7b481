"""Why there is no conversion; both sides of each rule, and none of absence without certainty."""

from collections.abc import Sequence
from datetime import timedelta

from ffx.api.journey import make_journey
from ffx.api.models import HitRow
from ffx.findings.rule import Observation, Severity
from ffx.findings.rules.no_conversion import (
    conversion_on_another_hit,
    conversion_vanished,
    hit_cannot_convert,
    never_reached_offer,
    no_conversion,
)
from ffx.findings.subject import Evidence, Subject
from tests.findings.making import START, at, detail, outcome_of, row, subject, told_by
from tests.looping import each

_SHOP = {"nodeType": "offer", "nodeName": "Offers", "pageName": "Example Shop"}
_LANDER = {"nodeType": "lander", "nodeName": "Landers", "pageName": "Lander A"}

ENTRANCE = row("e0", "entrance", 0)
LANDER = row("l0", "view", 0, **_LANDER)
CLICK = row("k0", "click", 30, **_LANDER)
OFFER = row("o1h", "view", 30, **_SHOP)
OTHER_OFFER = row("o2h", "view", 90, **_SHOP)
CONVERSION = row("o1h", "conversion", 600, **_SHOP, revenue="24.9000")
TO_LANDER = [ENTRANCE, LANDER]
TO_CLICK = [*TO_LANDER, CLICK]
TO_OFFER = [*TO_LANDER, CLICK, OFFER]
CONVERTED = [*TO_OFFER, CONVERSION]


_LOOKED_UP = {"l0": [detail("l0", "view", 0, hitTime=at(0), **_LANDER)]}
_LOOKED_UP_OFFER = {"o1h": [detail("o1h", "view", 30, hitTime=at(30), **_SHOP)]}


@each(
    ("about", "cannot_convert", "elsewhere", "none", "no_offer"),
    [
        # The visitor is the target.
        (subject([]), "not concerned", "not concerned", "not concerned", "not concerned"),
        (subject(TO_CLICK), "not concerned", "not concerned", "not concerned", "1 told"),
        (subject(TO_LANDER), "not concerned", "not concerned", "not concerned", "not concerned"),
        (subject(TO_OFFER), "not concerned", "not concerned", "1 told", "fine"),
        (subject(CONVERTED), "not concerned", "not concerned", "fine", "fine"),
        (
            subject([*TO_LANDER, row("l0", "conversion", 60)]),
            *("not concerned", "not concerned", "fine", "not concerned"),
        ),
        # A view of the lander is the target.
        (subject([], "l0"), "1 told", "not concerned", "not concerned", "not concerned"),
        (subject(TO_LANDER, "l0"), "1 told", "not concerned", "not concerned", "not concerned"),
        (subject(TO_CLICK, "l0"), "1 told", "not concerned", "not concerned", "1 told"),
        (subject(TO_OFFER, "l0"), "1 told", "not concerned", "not concerned", "fine"),
        (subject(CONVERTED, "l0"), "1 told", "1 told", "not concerned", "fine"),
        (
            subject([*CONVERTED, row("l0", "conversion", 60)], "l0"),
            *("fine", "fine", "fine", "fine"),
        ),
        # A view of an offer is.
        (subject(TO_OFFER, "o1h"), "fine", "not concerned", "1 told", "fine"),
        (subject(TO_OFFER, "O1H"), "fine", "not concerned", "1 told", "fine"),
        (subject(CONVERTED, "o1h"), "fine", "fine", "fine", "fine"),
        (
            subject([*CONVERTED[::-1], OTHER_OFFER], "o2h"),
            *("fine", "1 told", "not concerned", "fine"),
        ),
        (
            subject([*TO_OFFER, row("o1h", "Conversion", 60)], "o1h"),
            *("fine", "fine", "fine", "fine"),
        ),
        # The history is cut.
        (
            subject(TO_LANDER, is_complete=False),
            *("not concerned", "not concerned", "not checked", "not checked"),
        ),
        (
            subject(TO_OFFER, "l0", is_complete=False),
            *("not checked", "not checked", "not checked", "fine"),
        ),
        (
            subject(TO_OFFER, "l0", is_complete=False, details=_LOOKED_UP),
            *("1 told", "not checked", "not checked", "fine"),
        ),
        (
            subject(CONVERTED, "l0", is_complete=False),
            *("not checked", "1 told", "not concerned", "fine"),
        ),
        (
            subject(TO_OFFER, "o1h", is_complete=False, details=_LOOKED_UP_OFFER),
            *("fine", "not checked", "not checked", "fine"),
        ),
        # Aliases stand for the IDs of hits.
        (
            subject(TO_OFFER, "l0", redacted=frozenset({"hitId"})),
            *("not checked", "not concerned", "1 told", "fine"),
        ),
        (
            subject([row("hit#1", "view", 0)], redacted=frozenset({"hitId"})),
            *("not concerned", "not concerned", "not concerned", "not checked"),
        ),
        (
            subject([row("hit#1", "click", 0, **_LANDER)], redacted=frozenset({"hitId"})),
            *("not concerned", "not concerned", "not concerned", "1 told"),
        ),
    ],
)
def test_absence_has_one_explanation(
    about: Subject, cannot_convert: str, elsewhere: str, none: str, no_offer: str
) -> None:
    rules = (hit_cannot_convert, conversion_on_another_hit, no_conversion, never_reached_offer)
    outcomes = [outcome_of(each, about) for each in rules]
    assert outcomes == [cannot_convert, elsewhere, none, no_offer]


def test_a_hit_that_cannot_convert_is_told_with_the_ones_that_can() -> None:
    assert told_by(hit_cannot_convert, subject([*TO_OFFER, OTHER_OFFER], "l0")) == [
        Observation(
            "Hit l0 is a view of a lander, and has no conversion. The provider's pages differ: by "
            "one, only views of offers (IDs that end in h) take conversions; by another, landers "
            "take them, too. "
            "The visitor's views of offers are o2h, o1h.",
            (
                Evidence("hitId", "l0", "l0", "view", at(0), "Landers · Lander A"),
                Evidence("hitId", "o2h", "o2h", "view", at(90), "Offers · Example Shop"),
                Evidence("hitId", "o1h", "o1h", "view", at(30), "Offers · Example Shop"),
            ),
            "In the offer URL, pass {hit} to the network, for example as sub1={hit}. On an offer "
            "page, {hit} is the ID that can convert. In the received postbacks log, look for l0.",
            Severity.WARNING,
        )
    ]


@each(
    ("about", "ending"),
    [
        (subject(TO_LANDER, "l0"), "The visitor has no view of an offer."),
        (
            subject([], "l0", is_complete=False, details=_LOOKED_UP),
            "No view of an offer is among the rows that came back.",
        ),
        (
            subject([row(f"o{n}h", "view", n) for n in range(30)], "l0"),
            "The visitor's views of offers are o29h, o28h, o27h, and 27 more.",
        ),
    ],
)
def test_candidates_are_few_none_or_not_known(about: Subject, ending: str) -> None:
    (told,) = told_by(hit_cannot_convert, about)
    assert told.sentence.endswith(ending)
    assert 1 <= len(told.evidence) <= 10


def test_a_hit_of_which_no_row_is_known_is_its_own_evidence() -> None:
    (told,) = told_by(hit_cannot_convert, subject([ENTRANCE], "l7"))
    assert told.evidence == (Evidence("hitId", "l7", "l7"),)


def test_the_next_step_of_a_hit_that_cannot_convert_fits_the_visit() -> None:
    def told(about: Subject) -> tuple[str, str, Severity | None]:
        (each,) = told_by(hit_cannot_convert, about)
        return each.sentence, each.next_step, each.severity

    # Without an offer there is no other hit to send.
    sentence, step, severity = told(subject(TO_LANDER, "l0"))
    assert sentence.endswith("The visitor has no view of an offer.")
    assert step.startswith("If the network has no sale of this visitor, nothing is wrong ")
    assert severity is Severity.WARNING
    assert "{hit}" in told(subject(TO_LANDER, "l0", is_complete=False, details=_LOOKED_UP))[1]
    # A conversion on a view of an offer is where it belongs, so nothing is wrong with this hit.
    assert told(subject(CONVERTED, "e0")) == (
        "Hit e0 is no view of an offer. Conversions belong to views of offers, whose IDs end in "
        "h.",
        "In postbacks and in tickets, name the view of the offer.",
        Severity.INFORMATION,
    )
    assert told(subject(CONVERTED, "l0"))[2] is Severity.INFORMATION
    on_lander = [*TO_OFFER, row("l0", "conversion", 60)]
    assert told(subject(on_lander, "e0"))[2] is None
    # What a cut history may lack is not denied.
    cut = told(subject(TO_OFFER, "l0", is_complete=False, details=_LOOKED_UP))[0]
    assert "and its own look-up has no conversion." in cut


def test_a_conversion_on_an_offer_is_in_its_place_where_the_hit_is_no_offer() -> None:
    def step(about: Subject) -> str:
        (told,) = told_by(conversion_on_another_hit, about)
        return told.next_step

    right = "A conversion belongs to a view of an offer, so its place is right. "
    assert step(subject(CONVERTED, "e0")).startswith(right)
    assert step(subject([*CONVERTED, OTHER_OFFER], "o2h")).startswith("In the received postbacks ")
    on_lander = [*TO_OFFER, row("l0", "conversion", 60)]
    assert step(subject(on_lander, "e0")).startswith("In the received postbacks ")


def test_who_may_still_go_on_is_not_said_to_have_missed_the_offer() -> None:
    for minutes, sentence, severity in (
        (
            59,
            "The visitor has not reached an offer. The last row is 59 min old: too early to tell, "
            "the visitor may go on.",
            Severity.HINT,
        ),
        (
            60,
            "The visitor did not reach an offer, so there is no view of an offer that could "
            "convert.",
            None,
        ),
    ):
        about = subject(TO_CLICK, now=START + timedelta(minutes=minutes, seconds=30))
        (told,) = told_by(never_reached_offer, about)
        assert (told.sentence, told.severity) == (sentence, severity)


@each(
    ("rows", "is_complete", "sentence", "severity"),
    [
        (
            CONVERTED,
            True,
            "The visitor's conversion is on another hit, o1h. The hit in question has none.",
            None,
        ),
        (
            CONVERTED,
            False,
            "The visitor's conversion is on another hit, o1h. The hit in question may have one "
            "among the rows that are missing.",
            Severity.WARNING,
        ),
        (
            [row(f"o{n % 4 + 3}h", "conversion", n) for n in range(12)],
            True,
            "The visitor's 12 conversions are on other hits: o3h, o4h, o5h, and 1 more. The hit "
            "in question has none. 2 more rows are left out.",
            None,
        ),
    ],
)
def test_a_conversion_on_another_hit_weighs_by_what_is_known(
    rows: Sequence[HitRow], is_complete: bool, sentence: str, severity: Severity | None
) -> None:
    (told,) = told_by(conversion_on_another_hit, subject(rows, "o2h", is_complete=is_complete))
    assert (told.sentence, told.severity) == (sentence, severity)
    assert {each.event for each in told.evidence} == {"conversion"}


def test_without_a_conversion_the_chain_is_followed_from_the_hit_in_question() -> None:
    (told,) = told_by(no_conversion, subject([*TO_OFFER, OTHER_OFFER], "o1h"))
    assert (
        told.sentence
        == "The visitor reached the offer 'Example Shop', and no conversion came back. That was "
        "23 h 59 min ago."
    )
    assert [each.hit_id for each in told.evidence] == ["o1h", "o2h"]
    assert "received postbacks log, look for hit o1h." in told.next_step
    (told,) = told_by(no_conversion, subject([*TO_OFFER, OTHER_OFFER]))
    assert "received postbacks log, look for hit o2h." in told.next_step


def test_something_that_happened_at_an_offer_has_reached_it() -> None:
    rows = [*TO_LANDER, row("o1h", "customEvent1", 60)]
    (told,) = told_by(no_conversion, subject(rows))
    assert told.sentence == (
        "The visitor reached the offer, and no conversion came back. That was 23 h 59 min ago."
    )
    assert [each.event for each in told.evidence] == ["customEvent1"]


def test_who_reached_no_offer_is_told_by_what_they_saw_last() -> None:
    (told,) = told_by(never_reached_offer, subject([row("l0", "customEvent1", 90), *TO_CLICK]))
    assert [(each.event, each.time) for each in told.evidence] == [("view", at(0))]


_TWICE = [row("o1h", "conversion", n, conversionId=f"c{n}") for n in (600, 660)]


@each(
    ("older", "rows", "outcome"),
    [
        ([], CONVERTED, "not concerned"),
        (TO_OFFER, CONVERTED, "not concerned"),
        (CONVERTED, CONVERTED, "fine"),
        (CONVERTED, TO_OFFER, "1 told"),
        # By its ID, its transaction, its time.
        (_TWICE[:1], [row("o1h", "conversion", 9, conversionId="c600")], "fine"),
        (_TWICE[:1], [row("o2h", "conversion", 600, conversionId="c600")], "1 told"),
        (_TWICE[:1], [row("o1h", "conversion", 9, conversionId="c9")], "1 told"),
        (_TWICE[:1], [row("o1h", "conversion", 600, conversionId="c9")], "fine"),
        (
            _TWICE[:1],
            [row("o1h", "conversion", 600.0, eventTime="2026-11-20T16:10:00+01:00")],
            "fine",
        ),
        *(
            (
                [row("o1h", "conversion", 1, conversionTransaction=before)],
                [row("o1h", "conversion", 2, conversionTransaction=now)],
                outcome,
            )
            for before, now, outcome in [
                ("A", "A", "fine"),
                ("A", " A", "fine"),
                ("A", "B", "1 told"),
                ("", "", "1 told"),
                (None, " ", "1 told"),
            ]
        ),
        # Each stands for one.
        (_TWICE, _TWICE[:1], "1 told"),
        ([row("o1h", "conversion", 600)] * 2, [row("o1h", "conversion", 600)], "1 told"),
        (_TWICE, [_TWICE[1], row("o1h", "conversion", 600)], "fine"),
        (_TWICE, [row("o1h", "conversion", 600), _TWICE[1]], "fine"),
        ([row("o1h", "conversion", n) for n in range(5)], TO_OFFER, "5 told"),
        ([row("o1h", "conversion", n) for n in range(12)], TO_OFFER, "1 told"),
        # Redacted case files.
        ([row("o1h", "conversion", 600, conversionId="conversion#1")], CONVERTED, "fine"),
        ([row("o1h", "conversion", 601, conversionId="conversion#1")], CONVERTED, "1 told"),
        ([row("hit#1", "conversion", 600)], CONVERTED, "not checked"),
    ],
)
def test_a_conversion_of_an_older_case_is_still_there_or_gone(
    older: Sequence[HitRow], rows: Sequence[HitRow], outcome: str
) -> None:
    assert outcome_of(conversion_vanished, subject(rows)) == "not concerned"
    about = subject(rows, older=make_journey(older))
    assert outcome_of(conversion_vanished, about) == outcome
    if outcome != "not concerned":
        cut = subject(rows, older=make_journey(older), is_complete=False)
        assert outcome_of(conversion_vanished, cut) == "not checked"


def test_what_vanished_explains_that_there_is_no_conversion() -> None:
    about = subject(
        TO_OFFER, older=make_journey(CONVERTED), older_saved="Sat 21 Nov 2026 09:00 +00:00"
    )
    assert outcome_of(no_conversion, about) == "not concerned"
    (told,) = told_by(conversion_vanished, about)
    assert told.sentence == (
        "The conversion of Fri 20 Nov 2026 15:10 +00:00 on hit o1h is gone: it was there in the "
        "case file saved on Sat 21 Nov 2026 09:00 +00:00."
    )
    assert told.evidence == (
        Evidence("eventTime", at(600), "o1h", "conversion", at(600), "Offers · Example Shop"),
    )
