"""What is tried again, how long to wait before it, and when to stop.

Pure: it says what to do, and the client does it. Tests hand in their own
numbers and their own pauses, so that none of them sleeps.
"""

import math
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from ffx.errors import TemporaryError
from ffx.input.times.zones import Zone, to_local

# Failures that another try seldom mends: a name, a proxy that refuses.
_HOPELESS = frozenset({"no-such-host", "proxy"})
# The service cuts queries at 30 s, and the first look at cold data is slow: once more, not twice.
_SLOW = frozenset({"timeout", "http-504", "http-524"})
_RATE_LIMITED = "http-429"
# The code of an error that came before any request was made.
NOT_ASKED = "not-asked"
_EARNED, _MOST_BUDGET = 0.1, 100.0


class Gate:
    """Lets at most so many jobs through at a time; `clock` is in seconds."""

    def __init__(self, jobs: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.allowed = jobs
        self._clock = clock
        self._inside = 0
        self._closed_until = 0.0
        self._changed = threading.Condition()

    @contextmanager
    def passed(self, longest_wait: float = math.inf) -> Iterator[None]:
        """Wait until the gate is open and has room, and take a place for the block.

        Raises:
            TemporaryError: it stays closed for longer than `longest_wait` seconds; nobody waits.
        """
        with self._changed:
            while (wait := self._closed_until - self._clock()) > 0 or self._inside >= self.allowed:
                if wait >= longest_wait:
                    raise TemporaryError(
                        "not asked: the service limits the rate of requests",
                        code=NOT_ASKED,
                        retry_after=wait,
                    )
                self._changed.wait(wait if wait > 0 else None)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                if self._inside >= self.allowed:  # somebody may wait for the place
                    self._changed.notify_all()
                self._inside -= 1

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


class RetryPolicy(NamedTuple):
    """How stubborn a run is.

    Attributes:
        tries: for a failure that may pass, the first try included.
        slow_tries: for a query that took too long.
        first_pause: seconds before the second try; doubled before each further one.
        longest_pause: seconds at the most, unless the service asks for more.
        spread: each pause is drawn between this share of it and the whole.
    """

    tries: int = 3
    slow_tries: int = 2
    first_pause: float = 0.5
    longest_pause: float = 8.0
    spread: float = 0.5

    def tries_for(self, failure: TemporaryError) -> int:
        """Return how many tries a failure of this kind is worth."""
        if failure.code in _HOPELESS:
            return 1
        return self.slow_tries if failure.code in _SLOW else self.tries

    def pause_before(self, number: int, failure: TemporaryError, chance: float) -> float:
        """Return the seconds to wait before try `number`, from 2 on.

        `chance` is between 0 and 1. What the service asked for is obeyed.
        """
        if failure.retry_after is not None:
            return failure.retry_after
        pause = min(self.first_pause * 2.0 ** (number - 2), self.longest_pause)
        return pause * (self.spread + (1 - self.spread) * chance)


@dataclass(slots=True)
class Retries:
    """A policy at work during one run: its clock, its pauses, and what is left to spend.

    `budget` is how many retries the run may still spend: a batch does not hammer
    a service in trouble, and every look-up that succeeds earns a tenth of one.
    `gate` is closed by rate limits, where several jobs share one.
    """

    policy: RetryPolicy = field(default_factory=RetryPolicy)
    budget: float = 100.0
    gate: Gate | None = None
    pause: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random

    def next_pause(self, failure: TemporaryError, *, tried: int, deadline: float) -> float | None:
        """Return the seconds to wait before another try; None to give up.

        `tried` counts the tries so far, `deadline` is on `clock`.
        """
        seconds = self.policy.pause_before(tried + 1, failure, self.chance())
        if failure.code == _RATE_LIMITED and self.gate is not None:
            # The other jobs wait, whether or not this look-up is tried again.
            self.gate.close_for(seconds)
        if self.clock() + seconds >= deadline:
            return None
        if tried >= self.policy.tries_for(failure) or self.budget < 1:
            return None
        self.budget -= 1
        return seconds

    def is_late(self, failure: TemporaryError, *, tried: int, deadline: float) -> bool:
        """Tell of a failure that is not tried again whether that is for want of time."""
        return tried < self.policy.tries_for(failure) or self.clock() >= deadline

    def credit(self) -> None:
        """Count a look-up that succeeded."""
        self.budget = min(self.budget + _EARNED, _MOST_BUDGET)


def run_deadline_error() -> TemporaryError:
    """Make the error for what is not asked, since the run's deadline is over."""
    words = "not asked: the run's deadline is over"
    return TemporaryError(words, code=NOT_ASKED, ends_run=True)


def final_failure(
    failure: TemporaryError, tried: int, *, now: datetime, zone: Zone
) -> TemporaryError:
    """Complete a failure that is not tried again: how often it was, and when to come back."""
    if tried > 1:
        failure.message = f"{failure.message} (after {tried} tries)"
    if failure.retry_after is not None:
        moment = to_local(now + timedelta(seconds=failure.retry_after), zone)
        failure.hint = f"The service asks to come back at {moment:%Y-%m-%d %H:%M:%S %z}."
    return failure
