"""What becomes of a connection whose answer nobody waits for any more, and who shuts it."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ffx.api.wire import HttpAnswer
from ffx.errors import TemporaryError
from ffx.service.deadline import Alarm, AlarmClock, run_exchange
from ffx.service.exchange import ExchangeProgress
from tests.faults.bounds import LONGEST_WAIT

ANSWER = HttpAnswer(200, "OK", {}, b"{}")


class Stream:
    """A connection that tells whether it was closed."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def close(self) -> None:
        self.closed.set()

    def get_extra_info(self, _: str) -> Any:
        return None


def test_an_answer_that_comes_too_late_closes_its_connection() -> None:
    stream, go_on = Stream(), threading.Event()

    def post(progress: ExchangeProgress) -> HttpAnswer:
        progress.stream = stream
        go_on.wait(60)
        return ANSWER

    with pytest.raises(TemporaryError, match=r" within 0\.01 s"):
        run_exchange(post, ExchangeProgress(None), seconds=0.01, where="192.0.2.1")
    assert not stream.closed.is_set()  # its thread still holds it
    go_on.set()
    assert stream.closed.wait(60)


def test_an_answer_in_time_leaves_its_connection_open() -> None:
    stream = Stream()

    def post(progress: ExchangeProgress) -> HttpAnswer:
        progress.stream = stream
        return ANSWER

    assert run_exchange(post, ExchangeProgress(None), seconds=60, where="192.0.2.1") is ANSWER
    assert not stream.closed.is_set()


@pytest.fixture
def alarm_clock() -> Iterator[AlarmClock]:
    alarm_clock = AlarmClock()
    yield alarm_clock
    alarm_clock.close()


def test_alarms_ring_in_the_order_of_their_moments(alarm_clock: AlarmClock) -> None:
    rung: list[str] = []
    last = threading.Event()
    now = time.monotonic()

    alarm_clock.set(Alarm(now + 0.2, last.set), Alarm(now + 0.1, lambda: rung.append("second")))
    alarm_clock.set(Alarm(now - 1, lambda: rung.append("first")))

    assert last.wait(LONGEST_WAIT)
    assert rung == ["first", "second"]


def test_an_alarm_that_is_taken_back_does_not_ring(alarm_clock: AlarmClock) -> None:
    rung: list[str] = []
    last = threading.Event()
    now = time.monotonic()
    early, late = Alarm(now + 0.1, lambda: rung.append("early")), Alarm(now + 0.2, last.set)

    alarm_clock.set(early, late)
    alarm_clock.take_back(early)

    assert last.wait(LONGEST_WAIT)
    assert rung == []
    alarm_clock.take_back(early, late)  # which is no fault


def test_one_who_waits_for_long_hears_of_it_under_a_watch_too(
    alarm_clock: AlarmClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ffx.service.deadline.SLOW_AFTER", 0.01)
    told = threading.Event()

    def post(_: ExchangeProgress) -> HttpAnswer:
        assert told.wait(LONGEST_WAIT)
        return ANSWER

    progress = ExchangeProgress(Stream())
    answer = run_exchange(
        post,
        progress,
        seconds=60,
        where="192.0.2.1",
        still_waiting=told.set,
        alarm_clock=alarm_clock,
    )

    assert answer is ANSWER
    assert not progress.may_connect
