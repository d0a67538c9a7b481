"""Signals: how Ctrl-C, SIGTERM and SIGHUP end this process.

Python hands a signal over between any two steps of the main thread. Where a
run has nothing to lose, it ends on the spot. Inside `raised` it comes as
KeyboardInterrupt, so that files are put in order and finished results written;
inside `held` it waits for the end of the block. Only the first is raised: a
second Ctrl-C ends the process at once.

All of this is for a process that listens. A program that imports ffx keeps its
own ways, and a signal that was ignored before the start stays ignored.

Until this module is loaded, signals do what they do to any Python: it imports little.
"""

import os
import signal
import sys
import time
from _thread import allocate_lock, get_ident, interrupt_main, start_new_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any, NoReturn

WORDS = {
    signal.Signals[name]: words
    for name, words in (
        ("SIGINT", "interrupted"),
        ("SIGTERM", "terminated"),
        ("SIGHUP", "hung up"),
    )
    if hasattr(signal, name)  # Windows has no SIGHUP
}
# Seconds without a step, after which an interrupted run is taken to be stuck: most of all,
# where nobody reads what it writes.
_STUCK = 2.0
_SOON = 0.01  # seconds


class _State:
    """Which signals have come, and what is to be done about them."""

    main_thread = 0  # until it listens
    wants_json = False
    first: signal.Signals | None = None
    raises = False
    holds = 0
    is_waiting = False
    comes_again = False
    steps = 0


class _Raising:
    def __enter__(self) -> None:
        _state.raises = True

    def __exit__(self, *_: object) -> None:
        _state.raises = False


class _Hold:
    def __enter__(self) -> None:
        if get_ident() == _state.main_thread:
            _state.holds += 1

    def __exit__(self, *_: object) -> None:
        if get_ident() == _state.main_thread:
            _state.steps += 1
            _state.holds -= 1
            if _state.is_waiting and not _state.holds:
                _state.is_waiting = False
                raise KeyboardInterrupt


_state = _State()
_raising = _Raising()
_hold = _Hold()
_temporary: set["Path"] = set()
_making = allocate_lock()


def listen() -> None:
    """Take the signals of this process, from its main thread, until it ends."""
    _state.main_thread = get_ident()
    sys.unraisablehook = _raise_swallowed
    for number in WORDS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _handle)


def report_as_json(*, wanted: bool) -> None:
    """Choose how what ended the run is written to stderr: as JSON, or as a sentence."""
    _state.wants_json = wanted


def raised() -> _Raising:
    """Raise the first signal that comes in this block, as KeyboardInterrupt."""
    return _raising


def held() -> _Hold:
    """Let signals wait for the end of this block, in the main thread; blocks may be nested."""
    return _hold


def first_signal() -> signal.Signals | None:
    """Return the first signal that came, if one has."""
    return _state.first


def make_temporary(folder: "Path", *, prefix: str, suffix: str = "") -> "tuple[int, Path]":
    """Make a file as `tempfile.mkstemp` does, which does not outlive this process.

    Under another name it does.
    """
    import tempfile
    from pathlib import Path

    with held(), _making:
        descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=suffix, dir=folder)
        path = Path(name)
        if _state.main_thread:
            _temporary.add(path)
    return descriptor, path


def report_first_signal() -> int:
    """Say on stderr what ends the run, where no `Output` does; return the exit code."""
    came = _state.first or signal.SIGINT
    words = WORDS[came]
    line = f"ffx: {words}\n"
    if _state.wants_json:
        code = words.replace(" ", "-")
        line = f'{{"error": {{"code": "{code}", "message": "{words}", "hint": "", '
        line += '"retryable": false}}\n'
    try:
        os.write(2, line.encode())
    except OSError:
        return 128 + came  # nobody can read it
    return 128 + came


def end(code: int) -> "NoReturn":
    """End this process now; whatever its other threads are doing.

    An interpreter that ends in the usual way takes itself apart under them: one that is
    inside sqlite3 or pydantic then, or waits at stdin, brings the whole process down.
    """
    _making.acquire(timeout=0.1)
    for path in _temporary:
        try:
            path.unlink()
        except OSError:
            continue  # it has its name by now
    os._exit(code)


def _handle(number: int, _: object) -> None:
    came = signal.Signals(number)
    if _state.first and not _state.comes_again:
        if came is signal.SIGINT:
            end(128 + _state.first)
        return
    if not _state.first:
        _state.first = came
        _start(_end_if_stuck)
    _state.comes_again = False
    if not _state.raises:
        end(report_first_signal())
    if _state.holds:
        _state.is_waiting = True
    else:
        raise KeyboardInterrupt


def _start(work: "Callable[[], None]") -> None:
    try:
        start_new_thread(work, ())
    except RuntimeError:
        return  # there is no room for a thread, and the next Ctrl-C ends it


def _end_if_stuck() -> None:
    seen = -1
    while seen != _state.steps:
        seen = _state.steps
        time.sleep(_STUCK)
    end(128 + (_state.first or 0))


def _raise_swallowed(unraisable: "Any") -> None:
    """Raise a signal again that came where Python can only report exceptions."""
    if unraisable.exc_type is KeyboardInterrupt and _state.first:
        _start(_raise_again)
    else:
        sys.__unraisablehook__(unraisable)


def _raise_again() -> None:
    time.sleep(_SOON)
    if _state.first is None:
        return
    _state.comes_again = True
    if hasattr(signal, "pthread_kill"):  # which Windows has not
        # It wakes the main thread, should that wait for an answer.
        signal.pthread_kill(_state.main_thread, _state.first)
    else:
        interrupt_main(_state.first)
