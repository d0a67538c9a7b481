"""Wait for an exchange no longer than a deadline, whatever the exchange does.

It runs in a daemon thread of its own: the HTTP library has no total time-out,
a server may drip a byte a second for ever, and a name look-up obeys no time-out
at all. No executor: one of those is joined when the program ends.
"""

import threading
import time
from collections.abc import Callable

from ffx.api.wire import Answer
from ffx.errors import FfxError, TemporaryError
from ffx.service.exchange import Progress, close, shut
from ffx.service.failures import explain_failure, no_thread

# After so many seconds a person at a terminal is told that old data takes a while.
PATIENCE = 5.0
_NARROWER = "The service cuts queries at 30 s. Try again, or ask for a narrower window."


def run_exchange(
    post: Callable[[Progress], Answer],
    progress: Progress,
    *,
    seconds: float,
    where: str,
    meanwhile: Callable[[], object] | None = None,
    still_waiting: Callable[[], object] | None = None,
) -> Answer:
    """Run `post` and return its answer, within `seconds`.

    `meanwhile` is called once the request is on its way, `still_waiting` after
    five seconds. `where` names the host in messages.

    Raises:
        TemporaryError: the time is over; the connection was shut. Or no thread can start.
        FfxError: why the exchange failed.
    """
    started = time.monotonic()
    try:
        threading.Thread(target=_work, args=(post, progress), name="exchange", daemon=True).start()
    except RuntimeError as error:  # which says no more than that
        raise no_thread() from error
    if meanwhile is not None and progress.sent.wait(min(seconds, PATIENCE)):
        meanwhile()
    _wait(progress, started, seconds, still_waiting)
    if not progress.done.is_set():
        progress.is_abandoned = True
        shut(progress.stream)
        if progress.done.is_set():  # just now, and its thread may not have seen it
            close(progress.stream)
        raise _too_late(progress, seconds, where)
    # The library's objects refer to each other, and to `progress`: until such a circle is
    # collected, it would keep the answer.
    outcome, progress.outcome = progress.outcome, None
    if isinstance(outcome, Answer):
        return outcome
    failure = (
        outcome if isinstance(outcome, FfxError) else explain_failure(outcome, progress, where)
    )
    if failure is outcome:
        raise failure
    raise failure from outcome


def _work(post: Callable[[Progress], Answer], progress: Progress) -> None:
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
    progress: Progress,
    started: float,
    seconds: float,
    still_waiting: Callable[[], object] | None,
) -> None:
    if still_waiting is not None and seconds > PATIENCE:
        if progress.done.wait(max(started + PATIENCE - time.monotonic(), 0)):
            return
        still_waiting()
    progress.done.wait(max(started + seconds - time.monotonic(), 0))


def _too_late(progress: Progress, seconds: float, where: str) -> TemporaryError:
    span = f"{seconds:.1f} s".replace(".0 s", " s")
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
