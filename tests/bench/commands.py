"""Commands as a person or a script runs them, and how long they take."""

import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

WIDTH = 160
_HEIGHT = 50


class CommandFailed(Exception):  # noqa: N818  # a benchmark of failures would mean nothing
    """A command of the benchmark ended otherwise than it should."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command line with an environment of its own, and where its output goes.

    With `on_terminal`, to a terminal of 160 columns, as both of its streams;
    otherwise to a pipe, or to the file `into`.
    """

    words: tuple[str, ...]
    environ: Mapping[str, str]
    on_terminal: bool = False
    into: Path | None = None

    def milliseconds(self) -> float:
        """Run to the end and return how long that took.

        Raises:
            CommandFailed: it ended with another exit code than 0.
        """
        started = time.perf_counter()
        if self.on_terminal:
            code, said = self._run_on_terminal()
        else:
            code, said = self._run_in_pipe()
        took = time.perf_counter() - started
        if code:
            raise CommandFailed(f"{' '.join(self.words)[:200]} ended with {code}: {said[-500:]}")
        return took * 1000

    def _run_in_pipe(self) -> tuple[int, str]:
        with contextlib.ExitStack() as stack:
            out = stack.enter_context(self.into.open("wb")) if self.into else subprocess.PIPE
            done = subprocess.run(
                self.words,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE,
                env=self.environ,
            )
        return done.returncode, done.stderr.decode(errors="replace")

    def _run_on_terminal(self) -> tuple[int, str]:
        reader, writer = pty.openpty()
        fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", _HEIGHT, WIDTH, 0, 0))
        process = subprocess.Popen(
            self.words, stdin=writer, stdout=writer, stderr=writer, env=self.environ
        )
        os.close(writer)
        parts = []
        # On Linux the last reader meets an error where others meet an end.
        with contextlib.suppress(OSError):
            while part := os.read(reader, 1 << 16):
                parts.append(part)
        os.close(reader)
        return process.wait(), b"".join(parts).decode(errors="replace")


def timing(command: Command | None) -> Callable[[], float] | None:
    """Return how to time a command; None where there is none."""
    return command.milliseconds if command else None
