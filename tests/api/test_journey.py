"""Rows become a journey: sorted, in visits, with pauses, sums, and conversions by their hits."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ffx.api.journey import Journey, make_journey
from ffx.api.json_text import Numeral
from ffx.api.models import HitRow
from tests.looping import each

_START = datetime(2026, 11, 20, 15, tzinfo=UTC)


def _row(minute: float | None = 0, event: str = "view", hit_id: str = "", **others: Any) -> HitRow:
    time = "soon" if minute is None else (_START + timedelta(minutes=minute)).isoformat()
    return HitRow.model_validate(
        {"eventTime": time, "eventType": event, "hitId": hit_id, **others}
    )


def _ids(journey: Journey) -> list[str | None]:
    return [step.row.hitId for step in journey.steps]


@each(
    ("minutes", "order", "was_sorted"),
    [
        ([], "", True),
        ([1], "a", True),
        ([1, 2, 3], "abc", True),
        ([3, 2, 1], "cba", True),
        ([1, 3, 2], "acb", False),
        ([3, 1, 2], "bca", False),
        ([1, 1, 1], "abc", True),
        ([2, 2, 1, 1], "dcba", True),
        ([1, 1, 2, 2], "abcd", True),
        ([None, 1], "ba", False),
        ([1, None, 2], "acb", False),
    ],
)
def test_rows_stand_by_time(minutes: list[float | None], order: str, was_sorted: bool) -> None:
    journey = make_journey(
        [_row(minute, hit_id=name) for minute, name in zip(minutes, "abcd", strict=False)]
    )
    assert "".join(str(name) for name in _ids(journey)) == order
    assert journey.was_sorted is was_sorted


@given(st.lists(st.none() | st.integers(0, 10_000)))
def test_no_row_is_lost_and_none_made(minutes: list[int | None]) -> None:
    rows = [_row(minute, hit_id=str(number)) for number, minute in enumerate(minutes)]
    journey = make_journey(rows)
    assert sorted(map(str, _ids(journey))) == sorted(str(row.hitId) for row in rows)
    times = [step.time for step in journey.steps if step.time is not None]
    assert times == sorted(times)
    assert all(step.after is None or step.after >= timedelta() for step in journey.steps)


def test_an_entrance_begins_a_visit() -> None:
    rows = [_row(0), _row(1, "entrance"), _row(2), _row(3, "Entrance"), _row(4)]
    journey = make_journey(rows)
    assert journey.visits == 2
    assert [step.visit for step in journey.steps] == [0, 1, 1, 2, 2]
    assert [step.starts_visit for step in journey.steps] == [True, True, False, True, False]


@each(("minutes", "is_told"), [(30, False), (30.01, True), (6000, True)])
def test_a_pause_is_longer_than_half_an_hour(minutes: float, is_told: bool) -> None:
    first, second = make_journey([_row(0), _row(minutes)]).steps
    assert (first.after, first.pause) == (None, None)
    assert second.after == timedelta(minutes=minutes)
    assert (second.pause == second.after) is is_told


def test_a_row_without_a_time_has_no_wait() -> None:
    assert [step.after for step in make_journey([_row(0), _row(None), _row(2)]).steps] == [
        None,
        timedelta(minutes=2),
        None,
    ]


def test_a_conversion_knows_the_time_since_its_hit() -> None:
    rows = [
        _row(0, "view", "h1"),
        _row(1, "customEvent1", "h1"),
        _row(67, "conversion", "h1"),
        _row(70, "conversion", "h1"),
        _row(71, "conversion", "elsewhere"),
        _row(72, "conversion"),
    ]
    assert [step.after_hit for step in make_journey(rows).steps] == [
        None,
        None,
        timedelta(minutes=67),
        timedelta(minutes=70),
        None,
        None,
    ]


def test_sums_are_of_entrances_and_of_conversions() -> None:
    journey = make_journey(
        [
            _row(0, "entrance", cost=Numeral("0.12"), revenue=Numeral("5")),
            _row(1, "view", cost=Numeral("7"), revenue=Numeral("7")),
            _row(2, "entrance", cost=Numeral("0.10")),
            _row(3, "conversion", cost=Numeral("9"), revenue=Numeral("24.9000")),
            _row(4, "conversion", revenue=Numeral("9.50")),
        ]
    )
    assert str(journey.cost) == "0.22"
    assert str(journey.revenue) == "34.4000"
    assert len(journey.conversions) == 2


@each(
    ("revenues", "total"),
    [
        ([], None),
        ([None], None),
        (["24.9000"], "24.9000"),
        (["1e400"], "1e400"),
        (["1", None], "1"),
        (["1e400", "1"], None),
        (["0.1", "0.2"], "0.3"),
        (["9007199254740993", "0.01"], "9007199254740993.01"),
        (["12345678901234567890123456789", "1e-9"], "12345678901234567890123456789.000000001"),
        (["1" * 61, "1"], None),
        (["-5", "5"], "0"),
    ],
)
def test_sums_are_exact_or_there_is_none(revenues: list[str | None], total: str | None) -> None:
    journey = make_journey(
        [
            _row(0, "conversion", revenue=None if digits is None else Numeral(digits))
            for digits in revenues
        ]
    )
    assert (None if journey.revenue is None else str(journey.revenue)) == total


@given(st.lists(st.decimals(-(10**9), 10**9, places=4), max_size=50))
def test_sums_are_those_of_whole_numbers(amounts: list[Decimal]) -> None:
    journey = make_journey(
        [_row(0, "conversion", revenue=Numeral(f"{amount:f}")) for amount in amounts]
    )
    if amounts:
        assert journey.revenue == Decimal(sum(int(each * 10_000) for each in amounts)) / 10_000
