"""One door for all jobs of a batch: a rate limit met by one of them slows them all.

After a 429 every job waits before its next request, and half of them stay away
for the rest of the run.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Gate:
    """Lets at most so many jobs through at a time; `clock` is in seconds."""

    def __init__(self, jobs: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.allowed = jobs
        self._clock = clock
        self._inside = 0
        self._closed_until = 0.0
        self._changed = threading.Condition()

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Wait until the gate is open and has room, and take a place for the block."""
        with self._changed:
            while (wait := self._closed_until - self._clock()) > 0 or self._inside >= self.allowed:
                self._changed.wait(wait if wait > 0 else None)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def close_for(self, seconds: float) -> None:
        """Let nobody in for so long, and fewer afterwards.

        Jobs that meet the same limit while the gate is closed do not halve it again.
        """
        with self._changed:
            now = self._clock()
            if self._closed_until <= now:
                self.allowed = max(1, self.allowed // 2)
            self._closed_until = max(self._closed_until, now + seconds)
            self._changed.notify_all()
