"""No wait without an end: whatever takes too long fails, and with it what it waits for."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

# Seconds, on a machine that has much else to do; a day where tests are to try many examples.
LONGEST_TEST = 86_400 if os.environ.get("FFX_FUZZ") else 600
# Seconds for what is over at once where the machine has nothing else to do.
LONGEST_WAIT = 60
# What is to be interrupted waits for longer than that, so an interruption ended it.
FAR_LONGER = 100


@contextmanager
def at_most(seconds: float, what: str) -> Iterator[None]:
    """Fail where the block costs this process more than `seconds` of CPU time, in all threads.

    Waits cost nothing, and neither does what else the machine has to do.
    """
    started = time.process_time()
    yield
    spent = time.process_time() - started
    assert spent < seconds, f"{what} cost {spent:.2f} s of CPU time, over {seconds} s"


@contextmanager
def bounded(seconds: float, what: str) -> Iterator[None]:
    """Fail where the block has not ended after `seconds`; `what` names it.

    Only in the main thread, and where the system has alarms. Blocks may stand in each other.
    """

    def stop(*_: object) -> None:
        # No ordinary exception, which the program could take for its own.
        pytest.fail(f"{what} did not end within {seconds} s")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    started = time.monotonic()
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        rest = max(left - (time.monotonic() - started), 0.01) if left else 0
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, rest)


def hear_ctrl_c() -> None:
    """Let the processes that tests start be interrupted, also where this one is in the background.

    There, shells let Ctrl-C be ignored, and that is inherited.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def hear_hang_ups() -> None:
    """Let the processes that tests start be ended by SIGHUP and SIGTERM, also under nohup."""
    for name in ("SIGHUP", "SIGTERM"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
