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


def start(words: Sequence[str], module: str = "ffx", **more: Any) -> subprocess.Popen[bytes]:
    """Start the program with these words, as a fork where the system and `more` allow it."""
    if sys.platform != "linux":
        return subprocess.Popen([sys.executable, "-m", module, *words], **more)
    from tests.forks.process import Process

    return Process(words, module, **more)
