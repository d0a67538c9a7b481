"""Many at once, handed back in order."""

import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.cli.delivery.pool import WAITING_PER_JOB, Pool
from ffx.errors import TemporaryError
from tests.faults.bounds import LONGEST_WAIT


def doubling() -> Callable[[int], int]:
    return lambda number: number * 2


@given(st.lists(st.integers(), max_size=300), st.integers(1, 8))
def test_results_come_in_the_order_of_their_items(items: list[int], jobs: int) -> None:
    assert list(Pool(items, doubling, jobs=jobs)) == [(item, item * 2) for item in items]


@pytest.mark.parametrize("some", [0, 1, 2, 4, 9])
def test_where_the_system_starts_few_threads_those_do_the_work(
    some: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start
    begun: list[threading.Thread] = []

    def start_few(thread: threading.Thread) -> None:
        if len(begun) >= some:
            raise RuntimeError("can't start new thread")
        begun.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_few)
    pool = Pool(range(100), doubling, jobs=4)

    # One reads the items, and there have to be others.
    if some < 2:
        with pytest.raises(TemporaryError, match="starts no more threads"):
            list(pool)
        return
    assert list(pool) == [(item, item * 2) for item in range(100)]


def test_a_slow_first_item_holds_the_others_back_and_not_their_work() -> None:
    gate = threading.Event()
    seen: list[int] = []

    def work(number: int) -> int:
        seen.append(number)
        if number == 0:
            gate.wait(LONGEST_WAIT)
        elif number == 20:
            gate.set()
        return number

    assert [item for item, _ in Pool(range(30), lambda: work, jobs=2)] == list(range(30))


def test_no_more_is_begun_than_may_wait() -> None:
    gate = threading.Event()
    read: list[int] = []
    full = threading.Event()

    def items() -> Iterator[int]:
        for number in range(10_000):
            read.append(number)
            if number == WAITING_PER_JOB:
                full.set()
            yield number

    def work(number: int) -> int:
        gate.wait(LONGEST_WAIT)
        return number

    def open_when_full() -> None:
        full.wait(LONGEST_WAIT)
        gate.set()

    results = iter(Pool(items(), lambda: work, jobs=1))
    threading.Thread(target=open_when_full).start()
    next(results)

    assert len(read) <= WAITING_PER_JOB + 4


def test_the_first_result_is_there_before_the_second_item_is() -> None:
    more = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        more.wait(LONGEST_WAIT)
        yield 2

    results = iter(Pool(items(), doubling, jobs=2))

    assert next(results) == (1, 2)
    more.set()
    assert next(results) == (2, 4)


def test_an_error_while_reading_comes_after_what_was_read() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("gone")

    results = iter(Pool(items(), doubling, jobs=3))

    assert next(results) == (1, 2)
    with pytest.raises(OSError, match="gone"):
        next(results)


def test_stopped_in_the_middle_it_gives_what_is_finished_and_counts_the_rest() -> None:
    gate = threading.Event()
    finished = threading.Semaphore(0)

    def work(number: int) -> int:
        if number == 1:
            gate.wait(LONGEST_WAIT)
        finished.release()
        return number

    pool = Pool(range(4), lambda: work, jobs=2)
    results = iter(pool)
    assert next(results) == (0, 0)
    for _ in range(3):
        finished.acquire(timeout=LONGEST_WAIT)
    # The last of them is marked done a moment after it has said so.
    while pool.stop() > 1:
        pass

    assert [item for item, _ in pool.finished()] == [2, 3]
    assert pool.stop() == 1
    gate.set()
