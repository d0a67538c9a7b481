"""Wait for an exchange no longer than a deadline, whatever the exchange does.

It runs in a daemon thread of its own: the HTTP library has no total time-out,
a server may drip a byte a second for ever, and a name look-up obeys no time-out
at all. No executor: one of those is joined when the program ends.

Once a connection is there, shutting it ends any wait. So the jobs of a list, which all have
connections, share one thread that shuts those that are late, and need no other.
"""

import math
import threading
import time
from collections.abc import Callable

from ffx.api.wire import HttpAnswer
from ffx.errors import FfxError, TemporaryError
from ffx.output.words import tenths
from ffx.service.exchange import ExchangeProgress, NotConnected, close, shut
from ffx.service.failures import explain_failure, no_thread_error

SLOW_AFTER = 5.0  # seconds, after which a person at a terminal learns that old data takes a while
_NARROWER = "The service cuts queries at 30 s. Try again, or ask for a narrower window."


class Alarm:
    """A call at a moment of the monotonic clock, in seconds, unless it is taken back before."""

    def __init__(self, moment: float, ring: Callable[[], object]) -> None:
        self.moment = moment
        self.ring = ring


class AlarmClock:
    """One thread that calls whatever is due, for any number of others; it ends with `close`."""

    def __init__(self) -> None:
        self._alarms: set[Alarm] = set()
        self._changed = threading.Condition()
        self._wakes = math.inf
        self._has_begun = self._is_over = False

    def set(self, *alarms: Alarm) -> None:
        """Call these when they are due.

        Raises:
            TemporaryError: the system starts no thread.
        """
        with self._changed:
            if not self._has_begun:
                try:
                    threading.Thread(target=self._keep, name="watch", daemon=True).start()
                except RuntimeError as error:  # which says no more than that
                    raise no_thread_error() from error
                self._has_begun = True
            self._alarms.update(alarms)
            if any(alarm.moment < self._wakes for alarm in alarms):
                self._changed.notify()

    def take_back(self, *alarms: Alarm) -> None:
        """Call these no more: once this returns, none of them is being called either."""
        with self._changed:
            self._alarms.difference_update(alarms)

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._is_over = True
            self._changed.notify()

    def _keep(self) -> None:
        with self._changed:
            while not self._is_over:
                now = time.monotonic()
                for alarm in [alarm for alarm in self._alarms if alarm.moment <= now]:
                    self._alarms.remove(alarm)
                    alarm.ring()
                # Most are taken back in time: it sleeps on until one would have been due.
                self._wakes = min((alarm.moment for alarm in self._alarms), default=math.inf)
                self._changed.wait(self._wakes - now if self._alarms else None)


def run_exchange(
    post: Callable[[ExchangeProgress], HttpAnswer],
    progress: ExchangeProgress,
    *,
    seconds: float,
    where: str,
    meanwhile: Callable[[], object] | None = None,
    still_waiting: Callable[[], object] | None = None,
    alarm_clock: AlarmClock | None = None,
) -> HttpAnswer:
    """Run `post` and return its answer, within `seconds`.

    `meanwhile` is called once the request is on its way, `still_waiting` after
    five seconds. `where` names the host in messages. With a `alarm_clock`, and a
    connection that is there, it runs in this thread.

    Raises:
        TemporaryError: the time is over; the connection was shut. Or no thread can start.
        FfxError: why the exchange failed.
    """
    started = time.monotonic()
    if alarm_clock is not None and progress.stream is not None and meanwhile is None:
        _work_here(post, progress, alarm_clock, started, seconds, still_waiting)
        if progress.is_abandoned:
            raise _timeout_error(progress, seconds, where)
        if not isinstance(progress.outcome, NotConnected):
            return _answer_of(progress, where)
        progress.begin_again()
    try:
        threading.Thread(target=_work, args=(post, progress), name="exchange", daemon=True).start()
    except RuntimeError as error:  # which says no more than that
        raise no_thread_error() from error
    if meanwhile is not None and progress.sent.wait(min(seconds, SLOW_AFTER)):
        meanwhile()
    _wait(progress, started, seconds, still_waiting)
    if not progress.done.is_set():
        progress.is_abandoned = True
        shut(progress.stream)
        if progress.done.is_set():  # just now, and its thread may not have seen it
            close(progress.stream)
        raise _timeout_error(progress, seconds, where)
    return _answer_of(progress, where)


def _answer_of(progress: ExchangeProgress, where: str) -> HttpAnswer:
    # The library's objects refer to each other, and to `progress`: until such a circle is
    # collected, it would keep the answer.
    outcome, progress.outcome = progress.outcome, None
    if isinstance(outcome, HttpAnswer):
        return outcome
    failure = (
        outcome if isinstance(outcome, FfxError) else explain_failure(outcome, progress, where)
    )
    if failure is outcome:
        raise failure
    raise failure from outcome


def _work_here(
    post: Callable[[ExchangeProgress], HttpAnswer],
    progress: ExchangeProgress,
    alarm_clock: AlarmClock,
    started: float,
    seconds: float,
    still_waiting: Callable[[], object] | None,
) -> None:
    def end() -> None:
        progress.is_abandoned = True
        shut(progress.stream)

    alarms = [Alarm(started + seconds, end)]
    if still_waiting is not None and seconds > SLOW_AFTER:
        alarms.append(Alarm(started + SLOW_AFTER, still_waiting))
    progress.may_connect = False
    alarm_clock.set(*alarms)
    _work(post, progress)
    alarm_clock.take_back(*alarms)


def _work(post: Callable[[ExchangeProgress], HttpAnswer], progress: ExchangeProgress) -> None:
    try:
        progress.outcome = post(progress)
    except BaseException as error:  # it is raised again where somebody waits
        progress.outcome = error
    finally:
        progress.sent.set()
        progress.done.set()
        if progress.is_abandoned:
            close(progress.stream)


def _wait(
    progress: ExchangeProgress,
    started: float,
    seconds: float,
    still_waiting: Callable[[], object] | None,
) -> None:
    if still_waiting is not None and seconds > SLOW_AFTER:
        if progress.done.wait(max(started + SLOW_AFTER - time.monotonic(), 0)):
            return
        still_waiting()
    progress.done.wait(max(started + seconds - time.monotonic(), 0))


def _timeout_error(progress: ExchangeProgress, seconds: float, where: str) -> TemporaryError:
    # What a run's deadline leaves of a try may be very little.
    span = f"{seconds:.1g} s" if seconds < 0.1 else f"{tenths(seconds)} s"
    if progress.phase == "connecting":
        return TemporaryError(
            f"no connection to {where} within {span}",
            hint="Check the network, and whether a proxy or a firewall stands between.",
            code="connect-timeout",
        )
    if progress.phase == "waiting":
        return TemporaryError(
            f"no answer from {where} within {span}", hint=_NARROWER, code="timeout"
        )
    return TemporaryError(
        f"the answer of {where} was not whole within {span} ({progress.measure()})",
        hint=_NARROWER,
        code="timeout",
    )
