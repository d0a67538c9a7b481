"""Processes of the program that are forked from one which has loaded it.

A new Python that loads the program costs 0.3 s of CPU; a fork of a process that has done so,
some 15 ms. What is forked is a process like any other: its own number, the streams, folder,
environment, limits and signals that it was given, `ffx/__main__.py` from its first line on, and
its own end. What Python reads only when it starts cannot be given to a fork, so whoever changes
that gets a new process, and so does whoever asks for one: tests of the start itself.
"""

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

# Makes the terminal the one that Ctrl-C and Ctrl-Z on it mean, as a terminal emulator does.
_OWNING = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def start(
    words: Sequence[str], module: str = "ffx", *, owns_terminal: bool = False, **more: Any
) -> subprocess.Popen[bytes]:
    """Start the program with these words, as a fork where the system and `more` allow it.

    One that `owns_terminal` has a session of its own, and the terminal that its stdin is.
    """
    if sys.platform != "linux":
        line = [sys.executable, "-m", module, *words]
        return start_owning(line, **more) if owns_terminal else subprocess.Popen(line, **more)
    from tests.forks.process import Process

    return Process(words, module, owns_terminal=owns_terminal, **more)


def start_owning(line: Sequence[str], **more: Any) -> subprocess.Popen[bytes]:
    """Start any command in a session of its own, with the terminal that its stdin is."""
    return subprocess.Popen(words_owning(line), start_new_session=True, **more)


def words_owning(line: Sequence[str]) -> list[str]:
    """Return the words that run a command once its session has taken its terminal."""
    return [sys.executable, "-I", "-S", "-c", _OWNING, *line]
