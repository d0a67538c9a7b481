"""Work on several threads, handed back in the order in which it was given."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack
from queue import SimpleQueue
from typing import TypeAlias, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Worker: TypeAlias = AbstractContextManager[Callable[[Item], Result]]

# So many results for each job are begun before the first of them is taken.
_AHEAD = 2


def map_in_order(
    items: Iterable[Item], make_worker: Callable[[], Worker[Item, Result]], *, jobs: int
) -> Iterator[Result]:
    """Yield what a worker makes of each item, in the order of `items`.

    `make_worker` is called once on each of the `jobs` threads. They are daemons: a program that
    ends does not wait for them. Items are taken as they are needed. An exception of a worker,
    or of `items`, is raised in its place.
    """
    tasks: SimpleQueue[tuple[Future[Result], Item] | None] = SimpleQueue()

    def serve() -> None:
        work: Callable[[Item], Result] | None = None
        with ExitStack() as worker:
            while (task := tasks.get()) is not None:
                future, item = task
                if not future.set_running_or_notify_cancel():
                    continue
                try:
                    work = work or worker.enter_context(make_worker())
                    future.set_result(work(item))
                except BaseException as error:  # raised where it is taken
                    future.set_exception(error)

    begun: deque[Future[Result]] = deque()
    threads: list[threading.Thread] = []
    try:
        for item in items:
            future: Future[Result] = Future()
            begun.append(future)
            tasks.put((future, item))
            if len(threads) < jobs:
                threads.append(threading.Thread(target=serve, daemon=True))
                threads[-1].start()
            if len(begun) >= _AHEAD * jobs:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        for future in begun:
            future.cancel()
        for _ in threads:
            tasks.put(None)
        if not begun:
            for thread in threads:  # each closes its connection, and has nothing else to do
                thread.join()
