"""Visits and absences: told where they are, and only there."""

from hypothesis import given
from hypothesis import strategies as st

from ffx.api.models import HitRow
from ffx.findings.rule import NotApplicable, NotChecked, RuleResult
from ffx.findings.rules.visits import session_gap, several_visits
from ffx.findings.subject import Evidence
from tests.findings.making import (
    DAY,
    INCOMPLETE,
    KINDS,
    TIMES,
    at,
    row,
    rows_of_kinds,
    subject,
    told_alone,
)
from tests.looping import each

# Several visits


@each(
    ("rows", "is_complete", "outcome"),
    [
        ([], True, NotApplicable()),
        (rows_of_kinds("entrance", "view", "conversion"), True, []),
        (rows_of_kinds("entrance", "view"), False, INCOMPLETE),
        (rows_of_kinds("view", "conversion"), True, NotChecked("no row is an entrance")),
        (rows_of_kinds("view"), False, INCOMPLETE),
    ],
)
def test_one_visit_is_fine_where_it_is_known_to_be_one(
    rows: list[HitRow], is_complete: bool, outcome: RuleResult
) -> None:
    assert several_visits.run(subject(rows, is_complete=is_complete)) == outcome


def test_each_entrance_is_a_visit_however_it_is_spelled() -> None:
    rows = [
        row("c", "new visit", 3 * DAY, cost="0.10"),
        row("a", "Entrance", 0, cost="0.12"),
        row("x", "view", 1),
        row("b", "ENTRY", DAY),
    ]
    told = told_alone(several_visits.run(subject(rows)))
    assert told.sentence == (
        "The visitor entered 3 times between Fri 20 Nov 2026 15:00 +00:00 and "
        "Mon 23 Nov 2026 15:00 +00:00. Each entrance is a visit, and may cost. 2 of them cost "
        "0.22."
    )
    assert [(each.hit_id, each.member) for each in told.evidence] == [
        ("a", "eventType"),
        ("b", "eventType"),
        ("c", "eventType"),
    ]
    assert "entrance link in the place of an action link" in told.next_step
    cut = told_alone(several_visits.run(subject(rows, is_complete=False)))
    assert cut.sentence.startswith("The visitor entered at least 3 times between ")


def test_entrances_without_cost_and_time_are_visits_too() -> None:
    told = told_alone(
        several_visits.run(subject([row("a", "entrance", None), row("b", "entrance")]))
    )
    assert told.sentence == "The visitor entered 2 times. Each entrance is a visit, and may cost."


def test_many_entrances_are_not_all_shown() -> None:
    told = told_alone(several_visits.run(subject(rows_of_kinds(*["entrance"] * 1_012))))
    assert len(told.evidence) == 10
    assert told.sentence.startswith("The visitor entered 1,012 times")
    assert "1,002 more" in told.sentence


# Absences


@each(
    ("rows", "outcome"),
    [
        ([], NotApplicable()),
        ([row("a", "conversion"), row("a", "conversion", 9 * DAY)], NotApplicable()),
        ([row("a", "view"), row("b", "view", DAY)], []),
        ([row("a", "view"), row("a", "conversion", 9 * DAY)], []),
        ([row("a", "view"), row("a", "customEvent3", 9 * DAY)], []),
        ([row("a", "view"), row("b", "view", None)], NotChecked("not every row has a time")),
        ([row("a", "view"), row("a", "Custom Event 1", DAY), row("b", "view", 2 * DAY)], []),
    ],
)
def test_a_day_and_reports_of_others_are_no_absence(
    rows: list[HitRow], outcome: RuleResult
) -> None:
    assert session_gap.run(subject(rows)) == outcome


def test_an_absence_of_over_a_day_is_told_with_the_rows_around_it() -> None:
    rows = [
        row("b", "entrance", DAY + 7 * 3_600),
        row("a", "conversion", DAY),
        row("a", "view", 0),
        row("b", "view", DAY + 7 * 3_601),
    ]
    told = told_alone(session_gap.run(subject(rows)))
    assert told.sentence == (
        "The visitor was away for 31 h, until Sat 21 Nov 2026 22:00 +00:00. A session ends "
        "after about 24 hours: a cookie, or a link with the visitor ID, most likely brought the "
        "ID back."
    )
    assert told.evidence == (
        Evidence("eventTime", at(0), "a", "view", at(0)),
        Evidence("eventTime", at(DAY + 25_200), "b", "entrance", at(DAY + 25_200)),
    )
    assert "vid=" in told.next_step


def test_entrances_are_told_with_the_sources_that_they_came_from() -> None:
    def entrance(hit: str, seconds: float, source: str) -> HitRow:
        return row(
            hit, "entrance", seconds, trafficSourceId=f"{source} ID", trafficSourceName=source
        )

    two = [entrance("a", 0, "Example Ads"), entrance("b", DAY + 1, "Newsletter")]
    assert (
        ", from the traffic sources 'Example Ads', 'Newsletter'. Each entrance is a visit"
        in told_alone(several_visits.run(subject(two))).sentence
    )
    assert (
        "15:00:01 +00:00, and came back from the traffic source 'Newsletter'. A session "
        in told_alone(session_gap.run(subject(two))).sentence
    )
    one = [entrance("a", 0, "Example Ads"), entrance("b", 90, "Example Ads")]
    assert "from the traffic" not in told_alone(several_visits.run(subject(one))).sentence


def test_a_day_and_a_second_is_an_absence() -> None:
    outcome = session_gap.run(subject([row("a", "view"), row("b", "click", DAY + 1)]))
    assert "was away for 24 h, until" in told_alone(outcome).sentence


def test_of_several_absences_the_longest_is_named() -> None:
    days = [0, 2, 5, 7, 9, 11, 13]
    rows = [row(f"hit{day}", "view", day * DAY) for day in days]
    told = told_alone(session_gap.run(subject(rows)))
    assert told.sentence.startswith(
        "The visitor was away 6 times, the longest time for 3 d, until Wed 25 Nov 2026 15:00 "
        "+00:00."
    )
    assert len(told.evidence) == 10
    assert "2 more" in told.sentence


@each("rows", [rows_of_kinds("view", "view"), rows_of_kinds("view", "view", apart=2 * DAY)])
def test_rows_that_were_held_back_may_lie_in_an_absence(rows: list[HitRow]) -> None:
    assert session_gap.run(subject(rows, is_complete=False)) == INCOMPLETE


@given(st.lists(st.tuples(KINDS, TIMES), max_size=8))
def test_conversions_alone_make_and_break_no_absence(
    happened: list[tuple[str, float | None]],
) -> None:
    # In order, since what is left out must not turn round the order of equal times.
    happened.sort(key=lambda each: DAY * 9 if each[1] is None else each[1])
    rows = [row(str(place), kind, time) for place, (kind, time) in enumerate(happened)]
    outcome = session_gap.run(subject(rows))
    without = session_gap.run(subject([each for each in rows if not each.is_conversion]))
    assert outcome == without
