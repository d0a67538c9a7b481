"""A rate limit met by one job slows them all."""

import threading

from ffx.service.retry import Gate
from tests.faults.bounds import LONGEST_WAIT


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_as_many_as_there_are_jobs_pass_at_once() -> None:
    gate = Gate(3)

    with gate.passed(), gate.passed(), gate.passed():
        assert gate.allowed == 3


def test_half_of_the_jobs_stay_away_after_a_limit() -> None:
    gate = Gate(8, clock=Clock())

    gate.close_for(2)

    assert gate.allowed == 4


def test_the_same_limit_met_by_several_jobs_counts_once() -> None:
    clock = Clock()
    gate = Gate(8, clock=clock)

    gate.close_for(2)
    gate.close_for(1)
    assert gate.allowed == 4

    clock.now += 2
    gate.close_for(2)
    assert gate.allowed == 2


def test_the_last_job_goes_on() -> None:
    clock = Clock()
    gate = Gate(2, clock=clock)

    for _ in range(5):
        gate.close_for(1)
        clock.now += 1

    assert gate.allowed == 1


def test_a_closed_gate_is_waited_for() -> None:
    gate = Gate(1)
    passed = threading.Event()
    gate.close_for(0.05)

    def go() -> None:
        with gate.passed():
            passed.set()

    threading.Thread(target=go, daemon=True).start()

    assert passed.wait(LONGEST_WAIT)


def test_who_waits_for_room_gets_in_when_another_leaves() -> None:
    gate = Gate(1)
    passed = threading.Event()

    def go() -> None:
        with gate.passed():
            passed.set()

    with gate.passed():
        threading.Thread(target=go, daemon=True).start()
        assert not passed.is_set()

    assert passed.wait(LONGEST_WAIT)
