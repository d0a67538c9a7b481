"""Where and when conversions were counted, against their hits; and events that came back."""

from datetime import timedelta
from typing import Any

from ffx.api.models import HitRow
from ffx.findings.rule import Severity
from ffx.findings.rules.conversion_places import conversion_at_other_place
from ffx.findings.rules.custom_events import event_without_conversion
from ffx.findings.rules.no_conversion import no_conversion
from ffx.findings.rules.timing import conversion_before_hit
from ffx.input.targets.claimed_sale import ClaimedSale
from tests.findings.making import START, detail, outcome_of, row, subject, told_by

_VIEW = row("oh", "view", 0, nodeType="offer", trafficSourceId="s1", pageId="p1")


def _converted(seconds: float | None = 60, **members: Any) -> list[HitRow]:
    return [_VIEW, row("oh", "conversion", seconds, **members)]


def test_a_conversion_before_its_hit_is_told_beyond_the_difference_of_clocks() -> None:
    cases: tuple[tuple[list[HitRow], str], ...] = (
        ([_VIEW], "not concerned"),
        (_converted(60), "fine"),
        (_converted(0), "fine"),
        (_converted(-1), "fine"),
        (_converted(-5), "fine"),
        (_converted(-5.001), "1 told"),
        (_converted(-3600), "1 told"),
        (_converted(None), "not checked"),
        ([*_converted(60), row("ph", "conversion", 9)], "not checked"),
        ([*_converted(-60), row("ph", "conversion", 9)], "1 told"),
    )
    for rows, outcome in cases:
        assert outcome_of(conversion_before_hit, subject(rows)) == outcome, rows
    (told,) = told_by(conversion_before_hit, subject(_converted(-3600)))
    assert told.sentence.endswith(" on hit oh has a time 60 min before its own hit.")
    assert "uploaded" in told.next_step
    assert "time zone" in told.next_step


def test_a_conversion_has_the_source_and_the_page_of_its_hit() -> None:
    cases: tuple[tuple[list[HitRow], str], ...] = (
        ([_VIEW], "not concerned"),
        (_converted(trafficSourceId="s1", pageId="p1"), "fine"),
        (_converted(trafficSourceId=" s1 ", pageId="p1 "), "fine"),
        (_converted(trafficSourceId="s1"), "not checked"),
        (_converted(pageId="p1"), "not checked"),
        (_converted(trafficSourceId="s2", pageId="p1"), "1 told"),
        (_converted(trafficSourceId="s1", pageId="p2"), "1 told"),
        (_converted(trafficSourceId="s2", pageId="p2"), "1 told"),
        (_converted(), "not checked"),
        ([row("xh", "conversion", 9, trafficSourceId="s1")], "not checked"),
        # Two visits, each with a sale of its own.
        (
            [
                *_converted(trafficSourceId="s1", pageId="p1"),
                row("ph", "view", 90, trafficSourceId="s2", pageId="p2"),
                row("ph", "conversion", 99, trafficSourceId="s2", pageId="p2"),
            ],
            "fine",
        ),
    )
    for rows, outcome in cases:
        assert outcome_of(conversion_at_other_place, subject(rows)) == outcome, rows
    rows = _converted(trafficSourceId="s2", trafficSourceName="Example Mail")
    (told,) = told_by(conversion_at_other_place, subject(rows))
    assert told.sentence == (
        "The conversion of Fri 20 Nov 2026 15:01 +00:00 on hit oh has the traffic source "
        "'Example Mail'. Its hit has 's1'."
    )
    (both,) = told_by(
        conversion_at_other_place, subject(_converted(trafficSourceId="s2", pageId="p2"))
    )
    assert both.sentence.endswith(
        "has the traffic source 's2' and the page 'p2'. Its hit has 's1' and 'p1'."
    )
    assert [each.value for each in both.evidence] == ["s1", "s2", "p1", "p2"]


def test_the_place_of_a_hit_is_known_from_its_own_look_up_too() -> None:
    own = [detail("oh", "view", 0, pageId="p1"), detail("oh", "conversion", 9, pageId="p2")]
    about = subject([], "oh", details={"oh": own})
    assert outcome_of(conversion_at_other_place, about) == "1 told"


def _event(seconds: float | None, hit: str = "oh", **members: Any) -> HitRow:
    return row(hit, "customEvent3", seconds, **{"nodeType": "offer", **members})


def test_an_event_that_came_back_without_a_conversion_is_told() -> None:
    cases: tuple[tuple[list[HitRow], str], ...] = (
        ([_VIEW], "not concerned"),
        ([_VIEW, _event(600)], "1 told"),
        ([_VIEW, _event(60.5)], "1 told"),
        # A script fires it while the visitor is there.
        ([_VIEW, _event(60)], "fine"),
        ([_VIEW, _event(2)], "fine"),
        ([_VIEW, _event(None)], "not checked"),
        ([_VIEW, _event(600), row("oh", "conversion", 700)], "not concerned"),
        ([_VIEW, row("l0", "view", 0, nodeType="lander"), _event(600, "l0", nodeType="lander")],
         "not concerned"),
    )  # fmt: skip
    for rows, outcome in cases:
        assert outcome_of(event_without_conversion, subject(rows)) == outcome, rows
        cut = outcome_of(event_without_conversion, subject(rows, is_complete=False))
        assert cut == ("not concerned" if outcome == "not concerned" else "not checked"), rows
    (told,) = told_by(event_without_conversion, subject([_VIEW, _event(600)]))
    assert told.sentence == (
        "The custom event 'customEvent3' was recorded on hit oh, 10 min after the view of the "
        "offer, and no conversion was."
    )


def test_a_missing_conversion_says_how_long_ago_the_offer_was_and_what_came_back() -> None:
    def told(seconds: float, *rows: HitRow) -> tuple[str, Severity | None]:
        about = subject([_VIEW, *rows], now=START + timedelta(seconds=seconds))
        (each,) = told_by(no_conversion, about)
        return each.sentence.split("came back. ", 1)[1], each.severity

    assert told(7200) == ("That was 2 h ago.", None)
    assert told(3600) == ("That was 60 min ago.", None)
    assert told(3599) == (
        "That was 59 min ago: too early to tell, many sales come later.",
        Severity.HINT,
    )
    assert told(7200, _event(600)) == (
        "That was 2 h ago. A custom event was recorded on this hit later ('customEvent3').",
        None,
    )
    assert told(7200, _event(30)) == ("That was 2 h ago.", None)


def test_the_next_step_of_a_missing_conversion_fits_what_is_known() -> None:
    def next_step(seconds: float, *rows: HitRow) -> str:
        about = subject([_VIEW, *rows], now=START + timedelta(seconds=seconds))
        (each,) = told_by(no_conversion, about)
        return each.next_step

    late, early, back = next_step(7200), next_step(60), next_step(7200, _event(600))
    assert late.startswith(
        "If the network has a sale of this visitor: in the received postbacks log, look for hit "
        "oh. If it is there, "
    )
    assert late.endswith("If the network has no sale, nothing is wrong: most visitors do not buy.")
    assert "nothing is wrong" not in early
    assert early.startswith(
        "Look again later. If the network has a sale already: in the received "
    )
    assert "offer URL passes {hit}" in late
    assert "offer URL passes {hit}" in early
    # The ID came back once, so the way to the network is no question.
    assert "offer URL passes {hit}" not in back
    assert "check the postback for the sale" in back
    # A pasted sale is one that the network has.
    about = subject(
        [_VIEW], now=START + timedelta(hours=2), claimed_sale=ClaimedSale("A-1", "9.00")
    )
    (sold,) = told_by(no_conversion, about)
    assert sold.next_step.startswith("In the received postbacks log, look for hit oh. ")
    assert "nothing is wrong" not in sold.next_step
