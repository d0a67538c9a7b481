"""A terminal that belongs to the program in it: Ctrl-C, Ctrl-Z, foreground and background."""

import fcntl
import functools
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field

from tests import forks
from tests.conftest import surroundings

_LONGEST = 30  # seconds for whatever is waited for


@dataclass
class Terminal:
    """A terminal in which a program runs; `shown` is all that it showed."""

    master: int
    process: subprocess.Popen[bytes]
    shown: str = ""
    _seen: int = field(default=0)

    def wait_for(self, text: str) -> None:
        """Wait until it shows a text, behind the last one that was waited for."""
        until = time.monotonic() + _LONGEST
        while (found := self.shown.find(text, self._seen)) < 0:
            ready, _, _ = select.select([self.master], [], [], max(until - time.monotonic(), 0))
            assert ready, f"no {text!r} in {self.shown[-2000:]!r}"
            self.shown += os.read(self.master, 1 << 16).decode()
        self._seen = found + len(text)

    def type(self, text: str) -> None:
        data = text.encode()
        while data:
            data = data[os.write(self.master, data) :]

    def end(self) -> int:
        with suppress(OSError):
            while part := os.read(self.master, 1 << 16):
                self.shown += part.decode()
        return self.process.wait(_LONGEST)

    def resize(self, columns: int) -> None:
        set_columns(self.master, columns)

    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)


def in_terminal(
    *line: str, columns: int = 100, env: Mapping[str, str] | None = None
) -> AbstractContextManager[Terminal]:
    """Run a command on a terminal of its own, a plain one of so many columns."""
    return _on_terminal(functools.partial(forks.start_owning, line), columns, env or {})


def ffx_in_terminal(
    *words: str, columns: int = 100, env: Mapping[str, str] | None = None
) -> AbstractContextManager[Terminal]:
    """Run the program so."""
    start = functools.partial(forks.start, words, owns_terminal=True)
    return _on_terminal(start, columns, env or {})


@contextmanager
def _on_terminal(
    start: Callable[..., subprocess.Popen[bytes]], columns: int, env: Mapping[str, str]
) -> Iterator[Terminal]:
    master, slave = pty.openpty()
    set_columns(slave, columns)
    process = start(
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=surroundings({"TERM": "dumb", "PS1": "ready> ", "ENV": "", **env}),
    )
    os.close(slave)
    try:
        yield Terminal(master, process)
    finally:
        process.kill()
        process.wait()
        os.close(master)


def set_columns(terminal: int, columns: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
