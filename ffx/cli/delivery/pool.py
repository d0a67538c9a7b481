"""Work on several threads, handed back in the order it was given.

Daemon threads of our own rather than an executor, which is joined when the
program ends: Ctrl-C ends a run at once, and keeps what is finished. It may come
between any two steps of whoever reads the results; so that it leaves no lock
taken and no result half written, it is let in while one is waited for, and
those waits are the interpreter's own.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from ffx.signals import held

Item = TypeVar("Item")
Result = TypeVar("Result")

# So many finished results wait for an earlier one, for each job, before no more is begun.
WAITING_PER_JOB = 64
# And so much of them, as `weigh` has it.
MOST_WEIGHT = 4 * 2**20


class Pool(Generic[Item, Result]):
    """Runs `work` over `items` on `jobs` threads.

    `make_worker` is called once on each thread and returns what does the work
    there: an exception of it, as one of `items`, ends the iteration. `weigh`
    tells how much a result takes while it waits to be yielded. Once the monotonic clock is at
    `ends`, no further item is waited for, and `is_late` is set.
    """

    def __init__(
        self,
        items: Iterable[Item],
        make_worker: Callable[[], Callable[[Item], Result]],
        *,
        jobs: int,
        weigh: Callable[[Result], int] = lambda _: 0,
        ends: float = math.inf,
    ) -> None:
        self.is_late = False
        self._ends = ends
        self._weigh = weigh
        self._weight = 0
        self._has_room = threading.Condition()
        self._items = items
        self._make_worker = make_worker
        self._jobs = jobs
        self._places = threading.Semaphore(WAITING_PER_JOB * jobs)
        self._order: SimpleQueue[_Slot[Item, Result] | None] = SimpleQueue()
        self._tasks: SimpleQueue[_Slot[Item, Result] | None] = SimpleQueue()
        self._is_over = False
        self._pending: deque[_Slot[Item, Result]] = deque()

    def __iter__(self) -> Iterator[tuple[Item, Result]]:
        """Yield items with their results, in order, as soon as they and all before are there.

        Signals wait until the next one is asked for.

        Raises:
            TemporaryError: the system starts no thread; where it starts some, they do the work.
        """
        self._begin()
        while (slot := self._next()) is not None:
            slot.wait()
            with held():
                self._pending.popleft()
                self._places.release()
                self._add(-slot.weight)
                yield slot.item, slot.outcome()

    def _next(self) -> "_Slot[Item, Result] | None":
        if self._ends == math.inf:
            return self._order.get()
        try:
            return self._order.get(timeout=max(self._ends - time.monotonic(), 0))
        except Empty:
            self.is_late = True
            return None

    def stop(self) -> int:
        """Begin nothing more; return how many items that were read are not answered."""
        self._is_over = True
        self._add(0)
        return sum(1 for slot in self._pending.copy() if not slot.is_done)

    def begun(self) -> int:
        """Return how many of the items that were not yielded were begun, finished or not."""
        return sum(1 for slot in self._pending.copy() if slot.is_begun)

    def finished(self) -> Iterator[tuple[Item, Result]]:
        """Yield what is finished and was not yielded: after Ctrl-C, behind what is not."""
        self._is_over = True
        for slot in self._pending.copy():
            if slot.is_done and slot.error is None:
                yield slot.item, slot.outcome()

    def _begin(self) -> None:
        started = 0
        try:
            self._start(self._feed)
            for _ in range(self._jobs):
                self._start(self._serve)
                started += 1
        except RuntimeError as error:  # which says no more than that
            if not started:
                from ffx.service.failures import no_thread_error

                self.stop()
                raise no_thread_error() from error

    def _start(self, work: Callable[[], None]) -> None:
        threading.Thread(target=work, name="pool", daemon=True).start()

    def _feed(self) -> None:
        try:
            for item in self._items:
                if self._is_over:
                    break
                slot: _Slot[Item, Result] = _Slot(item)
                self._places.acquire()
                self._pending.append(slot)
                self._tasks.put(slot)
                self._order.put(slot)
        except BaseException as error:  # it is raised again where the results are read
            failed: _Slot[Item, Result] = _Slot(None)
            failed.fail(error)
            self._pending.append(failed)
            self._order.put(failed)
        self._order.put(None)
        for _ in range(self._jobs):
            self._tasks.put(None)

    def _serve(self) -> None:
        worker: Callable[[Item], Result] | None = None
        # Nobody waits for room with an item in hand: it may be the very one that all wait for.
        while self._wait_for_room() and (slot := self._tasks.get()) is not None:
            if self._is_over:
                return
            try:
                worker = worker or self._make_worker()
                slot.is_begun = True
                result = worker(slot.item)
                slot.weight = self._weigh(result)
                self._add(slot.weight)
                slot.finish(result)
            except BaseException as error:  # the same
                slot.fail(error)

    def _wait_for_room(self) -> bool:
        with self._has_room:
            return self._has_room.wait_for(lambda: self._weight < MOST_WEIGHT or self._is_over)

    def _add(self, weight: int) -> None:
        with self._has_room:
            was_full = self._weight >= MOST_WEIGHT
            self._weight += weight
            if was_full or self._is_over:
                self._has_room.notify_all()


class _Slot(Generic[Item, Result]):
    """One item's place in the order."""

    def __init__(self, item: Item | None) -> None:
        self._item = item
        self._result: Result | None = None
        self.error: BaseException | None = None
        self.weight = 0
        self.is_begun = False
        self.is_done = False
        self._latch = threading.Lock()
        self._latch.acquire()

    @property
    def item(self) -> Item:
        return self._item  # type: ignore[return-value]  # None only beside an error

    def wait(self) -> None:
        self._latch.acquire()

    def finish(self, result: Result) -> None:
        self._result = result
        self._open()

    def fail(self, error: BaseException) -> None:
        self.error = error
        self._open()

    def outcome(self) -> Result:
        if self.error is not None:
            raise self.error
        return self._result  # type: ignore[return-value]  # set before it is done

    def _open(self) -> None:
        self.is_done = True
        self._latch.release()
