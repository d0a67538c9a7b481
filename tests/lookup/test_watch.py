"""Looks at a visitor, one after the other: what is new, what changed, and when the next one is."""

import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.api.wire import Query, Reply, read_reply
from ffx.errors import AccountError, FfxError, TemporaryError
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.input.times.instants import read_time
from ffx.input.times.window import TimeRange
from ffx.lookup.run import Run
from ffx.lookup.watch import (
    LONGEST_PAUSE,
    SHORTEST_PAUSE,
    News,
    Watcher,
    changed_members,
    follow,
    name_row,
    steady_clock,
)
from ffx.output.streams import Output, Screen
from ffx.settings.settings import Limits, Settings
from tests.looping import each

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
SCREEN = Screen(stdout_is_terminal=False, stderr_is_terminal=False, width=80, color=False)
VISITOR, HIT = "v1", "k1aznkvb4ex5f9b2x8s1dr4h"
Rows = list[dict[str, Any]]


@dataclass
class Time:
    """A clock that goes on where somebody waits, and then alone; others may set it."""

    now: datetime = NOW
    pauses: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def stopwatch(self) -> float:
        return sum(self.pauses)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class Service:
    """Answers out of `rows`, as many of the newest as a page holds."""

    rows: Rows
    page: int = 1000
    asked: list[dict[str, str]] = field(default_factory=list)

    def ask(self, query: Query, **_: object) -> Reply:
        body = dict(query.body)
        self.asked.append(body)
        start, end = read_time(body.get("timeStart")), read_time(body.get("timeEnd"))
        found = [
            row for row in self.rows if start is None or end is None or _is_in(row, start, end)
        ]
        visitor = {"visitorId": VISITOR} if found else None
        rows = found[-self.page :]
        content = {"visitor": visitor, "hits": rows, "hasMore": len(found) > self.page}
        return read_reply(query, json.dumps(content).encode())


def _is_in(row: dict[str, Any], start: datetime, end: datetime) -> bool:
    time = read_time(row["eventTime"])
    return time is not None and start <= time <= end


def row(seconds: float, event: str = "view", **members: Any) -> dict[str, Any]:
    time = (NOW + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
    return {"hitId": HIT, "eventType": event, "eventTime": time, **members}


def run_at(time: Time) -> Run:
    settings = Settings("sandbox:", "default", ZoneInfo("UTC"), Limits())
    return Run(
        *(settings, Output(SCREEN, quiet=True), NOW, {}, ()),
        clock=time,
        stopwatch=time.stopwatch,
        pause=time.pause,
    )


def watcher(
    service: Service,
    time: Time,
    target: Target = Target(VisitorId(VISITOR)),
    tell_start: Callable[[datetime], object] = str,
) -> Watcher:
    window = TimeRange(NOW - timedelta(hours=1), NOW)
    wanted = window if isinstance(target.id, VisitorId) else None
    now = steady_clock(run_at(time))
    return Watcher(cast("Any", service), target, wanted, tell_start, now, str)


def shown(news: News) -> list[str]:
    rows = news.found.reply.parsed_rows()
    return [str(rows[place]["eventType"]) for place in news.new]


def test_each_row_is_new_as_often_as_it_is_stored() -> None:
    time, service = Time(), Service([row(-9, "entrance")])
    looks = watcher(service, time)

    assert shown(looks.look()) == ["entrance"]
    assert shown(looks.look()) == []
    time.pause(10)
    service.rows += [row(1, "click"), row(1, "click")]
    assert shown(looks.look()) == ["click", "click"]
    service.rows += [row(1, "click")]
    assert shown(looks.look()) == ["click"]


def test_a_row_that_was_stored_late_with_an_older_time_is_new() -> None:
    time, service = Time(), Service([row(-9), row(-1, "click")])
    looks = watcher(service, time)
    looks.look()

    service.rows.insert(0, row(-3000, "entrance"))
    assert shown(looks.look()) == ["entrance"]


def test_a_row_that_changed_or_went_is_told_once_and_is_not_new() -> None:
    time, service = Time(), Service([row(-9, cost=0.12), row(-1, "click")])
    looks = watcher(service, time)
    looks.look()

    service.rows = [row(-9, cost=0.15)]
    news = looks.look()
    assert (shown(news), len(news.changed), len(news.gone)) == ([], 1, 1)
    assert changed_members(*news.changed[0]) == "cost 0.12 → 0.15"
    assert name_row(news.gone[0]) == f"click of 2026-03-05T14:29:59Z on hit {HIT}"
    # Once more, or as it was before: nothing that was not told.
    assert looks.look() == replace(looks.look(), new=(), changed=(), gone=())
    service.rows = [row(-9, cost=0.15), row(-1, "click")]
    assert looks.look().new == ()


def test_rows_of_which_two_services_tell_different_things_are_told_as_they_are() -> None:
    time, service = Time(), Service([row(-9, cost=0.12)])
    looks = watcher(service, time)
    looks.look()

    told = []
    for rows in ([row(-9, cost=0.15)], [row(-9, cost=0.12)], [], [row(-9, cost=0.12)], []):
        service.rows = rows
        news = looks.look()
        assert news.new == ()
        changed = [changed_members(*pair) for pair in news.changed]
        told.append((changed, len(news.gone), len(news.again)))

    assert told == [
        (["cost 0.12 → 0.15"], 0, 0),
        (["cost 0.15 → 0.12"], 0, 0),
        ([], 1, 0),
        ([], 0, 1),
        ([], 0, 0),
    ]


@each("hours", [-25, -1, 1, 25])
def test_a_clock_that_is_set_while_it_looks_hides_no_row(hours: float) -> None:
    time, service = Time(), Service([row(-9)])
    looks = watcher(service, time)
    looks.look()

    time.now += timedelta(hours=hours)
    time.pause(10)
    service.rows.append(row(5, "conversion"))
    news = looks.look()
    assert (shown(news), news.gone) == (["conversion"], ())
    time.now -= timedelta(hours=hours)
    time.pause(10)
    service.rows.append(row(15, "click"))
    news = looks.look()
    assert (shown(news), news.gone) == (["click"], ())


def test_rows_that_all_change_are_compared_in_steps_that_grow_with_their_number() -> None:
    time, service = Time(), Service([row(-9 - n / 1000) for n in range(900)])
    looks = watcher(service, time)
    looks.look()

    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    service.rows = [{**each, "cost": 1} for each in service.rows]
    sys.setprofile(count)
    try:
        news = looks.look()
    finally:
        sys.setprofile(None)
    assert len(news.changed) == 900
    assert calls < 900 * 400


def test_a_hit_finds_its_visitor_whose_window_is_asked_from_then_on() -> None:
    time, service = Time(), Service([row(-9), row(-1, "click")])
    looks = watcher(service, time, Target(HitId(HIT)))

    assert shown(looks.look()) == ["view", "click"]
    time.pause(10)
    service.rows.append(row(5, "conversion"))
    assert shown(looks.look()) == ["conversion"]
    assert [sorted(body) for body in service.asked] == [
        ["hitId"],
        ["timeEnd", "timeStart", "visitorId"],
    ]


def test_a_hit_that_is_not_known_yet_is_asked_for_again() -> None:
    time, service = Time(), Service([])
    looks = watcher(service, time, Target(HitId(HIT)))

    assert looks.look().new == ()
    service.rows.append(row(-1))
    assert shown(looks.look()) == ["view"]


def test_a_visitor_whom_nobody_knows_is_searched_far_and_wide_once() -> None:
    time, service = Time(), Service([])
    looks = Watcher(cast("Any", service), Target(VisitorId(VISITOR)), None, str, time, str)

    looks.look()
    assert len(service.asked) == 4
    time.pause(10)
    service.rows.append(row(5))
    assert shown(looks.look()) == ["view"]
    assert len(service.asked) == 5


def test_more_rows_than_an_answer_holds_let_the_window_begin_later() -> None:
    time, starts = Time(), list[datetime]()
    service = Service([row(-second) for second in range(3000, 0, -60)], page=20)
    looks = watcher(service, time, tell_start=starts.append)

    news = looks.look()
    assert (len(news.new), news.is_cut) == (10, False)
    assert starts == [NOW - timedelta(minutes=10)]
    time.pause(10)
    service.rows.append(row(3, "conversion"))
    news = looks.look()
    assert (shown(news), news.gone, news.changed) == (["conversion"], (), ())
    assert len(service.asked) == 3


def test_a_crowd_within_the_last_minute_is_cut_and_nothing_of_it_is_gone() -> None:
    time, service = Time(), Service([row(-second) for second in range(50, 0, -1)], page=20)
    looks = watcher(service, time)

    assert looks.look().is_cut
    service.rows += [row(0, "click")]
    news = looks.look()
    assert (shown(news), news.gone, news.is_cut) == (["click"], (), True)


@given(st.lists(st.sets(st.integers(0, 9)), min_size=1, max_size=6))
def test_whatever_comes_in_whatever_order_is_shown_once(stored: list[set[int]]) -> None:
    time, service = Time(), Service([])
    looks = watcher(service, time)
    seen: list[str] = []
    there: set[int] = set()

    for more in stored:
        there |= more
        service.rows = [row(-number - 1, f"customEvent{number}") for number in sorted(there)]
        seen += shown(looks.look())

    assert sorted(seen) == sorted(f"customEvent{number}" for number in there)


# ── Pauses ──────────────────────────────────────────────────────────────────


def followed(
    looks: Sequence[News | FfxError], *, every: float | None = None, most: float = math.inf
) -> tuple[list[float], list[str], FfxError | None]:
    """Return the pauses, what was told, and how it ended; the last look is repeated."""
    time, told = Time(), list[str]()
    waiting = list(looks)

    def look() -> News:
        outcome = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(outcome, FfxError):
            raise outcome
        return outcome

    news: Iterator[News] = follow(
        look, run=run_at(time), every=every, most=most, tell=told.append, announce=str
    )
    try:
        for number, _ in enumerate(news):
            if number == 20:
                break
    except FfxError as error:
        return time.pauses, told, error
    return time.pauses, told, None


NOTHING = News(cast("Any", None))
SOMETHING = News(cast("Any", None), new=(0,))


def busy(seconds: float | None = None, words: str = "") -> TemporaryError:
    message = f"the service is busy{words}"
    return TemporaryError(message, code="http-429", retry_after=seconds)


DOWN = TemporaryError("the network is down", code="unreachable")


def test_pauses_grow_from_the_shortest_to_the_longest_and_no_further() -> None:
    pauses, _, _ = followed([NOTHING])

    assert pauses[:3] == [10, 12.5, 15.625]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (SHORTEST_PAUSE, LONGEST_PAUSE)


def test_what_comes_makes_the_pauses_short_again() -> None:
    pauses, _, _ = followed([NOTHING, NOTHING, NOTHING, SOMETHING, NOTHING])

    assert pauses[:5] == [10, 12.5, 15.625, 10, 12.5]


def test_a_pause_of_ones_own_does_not_grow() -> None:
    pauses, _, _ = followed([NOTHING], every=15)

    assert set(pauses) == {15}


@each("most", [10, 12, 19.5, 20, 25, 60, 61, 600])
def test_the_last_look_is_at_the_end_and_no_pause_is_too_short(most: float) -> None:
    pauses, _, error = followed([NOTHING], most=most)

    assert error is None
    assert sum(pauses) == pytest.approx(most)
    assert min(pauses) >= SHORTEST_PAUSE


def test_a_rate_limit_is_waited_for_as_told() -> None:
    pauses, told, _ = followed([busy(45), NOTHING])

    assert pauses[0] == 45
    assert told == [
        "the service is busy; the next look is at 14:30:45",
        "the service answers again",
    ]


def test_a_rate_limit_that_outlasts_the_time_ends_the_watch() -> None:
    pauses, _, error = followed([NOTHING, busy(300)], most=120)

    assert pauses == [10]
    assert isinstance(error, TemporaryError)


def test_a_rate_limit_of_hours_is_waited_for_and_its_day_is_told() -> None:
    pauses, told, _ = followed([busy(80_000), NOTHING])

    assert pauses[0] == 80_000
    assert told[0] == "the service is busy; the next look is at 06 Mar 12:43:20"


def test_a_rate_limit_of_more_than_a_day_ends_the_watch() -> None:
    pauses, _, error = followed([NOTHING, busy(10 * 86_400)])

    assert pauses == [10]
    assert isinstance(error, TemporaryError)


@each("hours", [-24, -1, 1, 24, 24 * 365])
def test_a_watch_lasts_as_long_as_it_says_whatever_happens_to_the_clock(hours: float) -> None:
    time = Time()
    for number, _ in enumerate(
        follow(lambda: NOTHING, run=run_at(time), every=15, most=60, tell=str, announce=str)
    ):
        if number == 1:
            time.now += timedelta(hours=hours)

    assert time.pauses == [15] * 4


def test_a_failure_at_the_end_is_no_answer() -> None:
    _, _, error = followed([busy()], most=30)

    assert isinstance(error, TemporaryError)


def test_failures_are_told_once_of_a_kind_and_tried_on() -> None:
    looks: list[News | FfxError] = [
        NOTHING,
        busy(None, " (request 1)"),
        busy(None, " (request 2)"),
        DOWN,
        NOTHING,
    ]
    _, told, error = followed(looks)

    assert error is None
    assert [words.partition(";")[0] for words in told] == [
        "the service is busy (request 1)",
        "the network is down",
        "the service answers again",
    ]


def test_what_no_look_can_mend_ends_it_at_once() -> None:
    pauses, told, error = followed([NOTHING, AccountError("the token was refused")])

    assert (pauses, told) == ([10], [])
    assert isinstance(error, AccountError)
