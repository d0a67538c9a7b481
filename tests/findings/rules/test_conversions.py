"""What is said of conversions that are there: both sides of each limit."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ffx.api.models import HitRow
from ffx.findings.rule import Observation
from ffx.findings.rules.amounts import zero_revenue
from ffx.findings.rules.conversion_places import conversion_in_other_funnel
from ffx.findings.rules.custom_events import custom_event_once
from ffx.findings.rules.timing import counted_on_another_day, late_conversion, too_fast
from ffx.findings.subject import Evidence
from ffx.input.times.zones import read_zone
from ffx.settings.thresholds import Thresholds
from tests.findings.making import DAY, at, detail, outcome_of, row, subject, told_by
from tests.looping import each

_HIT = row("oh", "view", 0)


def _after(seconds: float | None, **members: Any) -> list[HitRow]:
    return [_HIT, row("oh", "conversion", seconds, **members)]


# Revenue


@each(
    ("revenues", "outcome"),
    [
        ([], "not concerned"),
        (["0"], "1 told"),
        (["0.00"], "1 told"),
        (["-0"], "1 told"),
        ([" 0 "], "1 told"),
        (["0e9"], "1 told"),
        (["0.0001"], "fine"),
        (["-5"], "fine"),
        ([None], "not checked"),
        ([""], "not checked"),
        (["free"], "not checked"),
        ([None, "5"], "not checked"),
        ([None, "0"], "1 told"),
        (["0"] * 5, "5 told"),
        (["0"] * 6, "1 told"),
    ],
)
def test_an_amount_of_nothing_is_told_and_no_amount_is_not(
    revenues: Sequence[str | None], outcome: str
) -> None:
    rows = [row("oh", "conversion", n, revenue=each) for n, each in enumerate(revenues)]
    for is_complete in (True, False):
        about = subject([_HIT, *rows], is_complete=is_complete)
        assert outcome_of(zero_revenue, about) == outcome


def test_other_rows_may_well_have_no_revenue() -> None:
    rows = [row("oh", "view", 0, revenue="0"), *_after(60, revenue="5")]
    assert outcome_of(zero_revenue, subject(rows)) == "fine"


def test_a_conversion_without_revenue_is_told_with_its_digits() -> None:
    assert told_by(zero_revenue, subject(_after(60, revenue="0.00"))) == [
        Observation(
            "The conversion of Fri 20 Nov 2026 15:01 +00:00 on hit oh brought no revenue: its "
            "amount is 0.00.",
            (Evidence("revenue", "0.00", "oh", "conversion", at(60)),),
            "In the received postbacks log, see whether the network sent an amount (rev=). In the "
            "offer's settings, see whether there is a default payout. A lead that is not paid for "
            "has the amount 0 rightly.",
        )
    ]


# Delays


@each(
    ("rows", "late", "fast", "another_day"),
    [
        ([_HIT], "not concerned", "not concerned", "not concerned"),
        ([row("oh", "conversion", 9)], "not checked", "not checked", "not checked"),
        ([_HIT, row("ph", "conversion", 9)], "not checked", "not checked", "not checked"),
        (_after(None), "not checked", "not checked", "not checked"),
        (_after(-1), "fine", "1 told", "fine"),
        (_after(-6), "not checked", "not checked", "not concerned"),
        (_after(0), "fine", "1 told", "fine"),
        (_after(14.999), "fine", "1 told", "fine"),
        (_after(15), "fine", "fine", "fine"),
        (_after(9 * 3600 - 1), "fine", "fine", "fine"),
        (_after(9 * 3600), "fine", "fine", "1 told"),
        (_after(DAY), "fine", "fine", "1 told"),
        (_after(DAY + 0.001), "1 told", "fine", "not concerned"),
        (_after(31 * DAY), "1 told", "fine", "not concerned"),
        (_after(DAY + 1)[::-1], "1 told", "fine", "not concerned"),
        ([_HIT, row("oh", "CONVERSION", 5)], "fine", "1 told", "fine"),
        # What is reported of a hit is not when it was.
        (
            [row("oh", "customEvent1", 0), row("oh", "view", 90), *_after(95)[1:]],
            *("fine", "1 told", "fine"),
        ),
        (
            [*_after(5), *(row("oh", "conversion", n * DAY) for n in (2, 3))],
            *("2 told", "1 told", "fine"),
        ),
        ([_HIT, *(row("oh", "conversion", n) for n in range(6))], "fine", "1 told", "fine"),
    ],
)
def test_a_conversion_comes_late_at_once_or_on_another_day(
    rows: list[HitRow], late: str, fast: str, another_day: str
) -> None:
    rules = (late_conversion, too_fast, counted_on_another_day)
    for is_complete in (True, False):
        about = subject(rows, is_complete=is_complete)
        assert [outcome_of(each, about) for each in rules] == [late, fast, another_day]


@each(
    ("zone", "seconds", "days"),
    [
        ("UTC", 10 * 3600, ("Sat 21 Nov 2026 +00:00", "Fri 20 Nov 2026 +00:00")),
        ("America/New_York", 10 * 3600, None),
        ("Asia/Tokyo", 60, None),
        ("Pacific/Auckland", 60, None),
        ("Europe/Berlin", 8 * 3600, ("Sat 21 Nov 2026 +01:00", "Fri 20 Nov 2026 +01:00")),
        ("Europe/Berlin", 8 * 3600 - 1, None),
    ],
)
def test_days_are_those_of_the_readers_zone(
    zone: str, seconds: float, days: tuple[str, str] | None
) -> None:
    told = told_by(counted_on_another_day, subject(_after(seconds), zone=read_zone(zone)))
    assert bool(told) is (days is not None)
    if days is not None:
        assert f" is of {days[0]}; the hit is of {days[1]}. " in told[0].sentence


def test_a_day_on_which_the_clocks_change_is_one_day() -> None:
    rows = [
        row("oh", "view", eventTime="2026-10-25T00:30:00Z"),
        row("oh", "conversion", eventTime="2026-10-25T12:00:00Z"),
    ]
    about = subject(rows, zone=read_zone("Europe/Berlin"))
    assert outcome_of(counted_on_another_day, about) == "fine"


def test_the_limit_of_speed_can_be_set() -> None:
    about = subject(_after(20), thresholds=Thresholds(too_fast_seconds=30))
    (told,) = told_by(too_fast, about)
    assert told.sentence == (
        "The conversion of Fri 20 Nov 2026 15:00:20 +00:00 on hit oh came 20 s after the "
        "hit. A conversion within 30 s may be a test, a program's, or one whose postback did not "
        "wait for the sale."
    )
    assert [(each.event, each.value) for each in told.evidence] == [
        ("view", at(0)),
        ("conversion", at(20)),
    ]


@each(("days", "is_told"), [(29, False), (30, False), (30.001, True)])
def test_beyond_thirty_days_other_trackers_stop_counting(days: float, is_told: bool) -> None:
    (told,) = told_by(late_conversion, subject(_after(days * DAY)))
    assert ("Some other trackers stop counting" in told.sentence) is is_told


def test_when_a_hit_was_is_known_from_its_own_look_up_too() -> None:
    events = [detail("oh", "conversion", 5, hitTime=at(0))]
    for rows in ([], [row("oh", "conversion", 5)]):
        about = subject(rows, "oh", is_complete=False, details={"oh": events})
        (told,) = told_by(too_fast, about)
        assert [(each.member, each.value) for each in told.evidence] == [
            ("hitTime", at(0)),
            ("eventTime", at(5)),
        ]


@given(st.floats(-3 * DAY, 3 * DAY), st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]))
def test_a_late_conversion_is_told_once(seconds: float, zone: str) -> None:
    about = subject(_after(seconds), zone=read_zone(zone))
    told = [
        each.id
        for each in (late_conversion, too_fast, counted_on_another_day)
        if told_by(each, about)
    ]
    assert "C10" not in told or told == ["C10"]


# Custom events


@each(
    ("kinds", "outcome"),
    [
        ("entrance view conversion", "not concerned"),
        ("entrance customEvent1", "1 told"),
        ("entrance customEvent1 customEvent2 CUSTOM_EVENT_10", "1 told"),
        ("entrance customEvent1 entrance customEvent1", "1 told"),
        ("entrance customEvent1 customEvent1", "not concerned"),
        ("entrance customEvent1 view Custom-Event-1", "not concerned"),
        ("customEvent1 customEvent1 entrance", "not concerned"),
        ("entrance customEvent1 customEvent2 customEvent1", "1 told"),
        ("customEvent1 entrance customEvent1", "1 told"),
    ],
)
def test_a_custom_event_is_there_once_a_visit(kinds: str, outcome: str) -> None:
    rows = [row("oh", kind, n) for n, kind in enumerate(kinds.split())]
    assert outcome_of(custom_event_once, subject(rows)) == outcome
    cut = outcome_of(custom_event_once, subject(rows, is_complete=False))
    assert cut == ("not checked" if "custom" in kinds.casefold() else outcome)


def test_a_custom_event_of_another_session_or_without_a_time_is_no_repeat() -> None:
    for seconds, outcome in (
        (DAY - 1, "not concerned"),
        (DAY + 1, "1 told"),
        (None, "not checked"),
    ):
        rows = [row("oh", "customEvent1", 0), row("oh", "customEvent1", seconds)]
        assert outcome_of(custom_event_once, subject(rows)) == outcome, seconds


def test_custom_events_are_told_together_and_counted() -> None:
    rows = [row("oh", f"customEvent{n}", n) for n in range(1, 13)]
    (told,) = told_by(custom_event_once, subject(rows))
    assert told.sentence.startswith("The visitor has custom events: 'customEvent1', ")
    assert told.sentence.endswith(
        "'customEvent10', and 2 more. A custom event is stored once a session, however often it "
        "was sent. 2 more rows are left out."
    )
    assert len(told.evidence) == 10


# Funnels


def _visits(*visits: tuple[float | None, str | None]) -> list[HitRow]:
    return [row(f"e{n}", "entrance", time, funnelId=f) for n, (time, f) in enumerate(visits)]


@each(
    ("rows", "outcome"),
    [
        (_visits((0, "f")), "not concerned"),
        ([*_visits((0, "f")), *_after(60, funnelId="f")], "fine"),
        ([*_visits((0, "f")), *_after(60, funnelId="g")], "1 told"),
        ([*_after(60, funnelId="g"), *_visits((0, "f"))], "1 told"),
        ([*_visits((0, "f")), *_after(60, funnelId="")], "not checked"),
        ([*_visits((0, "f")), *_after(60)], "not checked"),
        ([*_visits((0, "")), *_after(60, funnelId="g")], "not checked"),
        ([*_visits((None, "f")), *_after(60, funnelId="g")], "not checked"),
        (_after(60, funnelId="g"), "not checked"),
        # The last entrance before the hit governs, whatever came between it and the conversion.
        ([*_visits((-9, "f"), (0, "g")), *_after(60, funnelId="g")], "fine"),
        ([*_visits((-9, "f"), (0.5, "g")), *_after(60, funnelId="g")], "1 told"),
        ([*_visits((-9, "g"), (0.5, "f")), *_after(60, funnelId="g")], "fine"),
        ([*_visits((1, "f")), *_after(60, funnelId="g")], "not checked"),
        # Without the hit's time, the last before the conversion.
        ([*_visits((-9, "f"), (50, "g")), *_after(60, funnelId="g")[1:]], "fine"),
        ([*_visits((-9, "g"), (50, "f")), *_after(60, funnelId="g")[1:]], "1 told"),
        ([*_visits((-9, "f")), *_after(None, funnelId="g")[1:]], "not checked"),
    ],
)
def test_a_conversion_is_in_the_funnel_of_its_visit_or_in_another(
    rows: list[HitRow], outcome: str
) -> None:
    assert outcome_of(conversion_in_other_funnel, subject(rows)) == outcome
    cut = outcome_of(conversion_in_other_funnel, subject(rows, is_complete=False))
    assert cut == ("not checked" if outcome == "1 told" else outcome)


def test_both_funnels_are_named() -> None:
    rows = [*_visits((0, "f")), *_after(60, funnelId="g", funnelName="Mail course")]
    (told,) = told_by(conversion_in_other_funnel, subject(rows))
    assert told.sentence == (
        "The conversion of Fri 20 Nov 2026 15:01 +00:00 on hit oh is in the funnel 'Mail course'. "
        "The visit began in the funnel 'f'."
    )
    assert [(each.event, each.value) for each in told.evidence] == [
        ("entrance", "f"),
        ("conversion", "g"),
    ]


def test_of_many_conversions_the_evidence_is_theirs() -> None:
    rows = [row("oh", "conversion", n, funnelId="g") for n in range(60, 72)]
    (told,) = told_by(conversion_in_other_funnel, subject([*_visits((0, "f")), _HIT, *rows]))
    assert told.sentence == (
        "12 conversions are in another funnel than the entrances before them. "
        "2 more rows are left out."
    )
    assert [each.value for each in told.evidence] == ["g"] * 10
