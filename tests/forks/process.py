"""Processes that this one starts: `Popen`, with the server behind it. For Linux alone."""

import atexit
import functools
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.forks import words_owning
from tests.forks.asking import PROGRAM, ask, hear
from tests.forks.server import READ_AT_START

_REPOSITORY = Path(__file__).parent.parent.parent


class Process(subprocess.Popen[bytes]):
    """`python -m module words`: a fork, or a new process where it has to be.

    A fork that has ended tells its `peak`, the most bytes of memory that it had at one moment.
    """

    peak = 0
    _line: Any = None

    def __init__(
        self,
        words: Sequence[str],
        module: str = "ffx",
        *,
        owns_terminal: bool = False,
        **more: Any,
    ) -> None:
        self._asked = module, words
        self._owns_terminal = owns_terminal
        self.pid = 0
        line = [sys.executable, "-m", module, *words]
        if owns_terminal:
            line, more = words_owning(line), {**more, "start_new_session": True}
        super().__init__(line, **more)

    def _execute_child(self, *given: Any) -> None:
        """Ask the server for the process; the arguments are those of Python 3.11 and later."""
        prepare, passed, folder, env = given[2], given[4], given[5], given[6]
        streams, others = given[10:16], given[16:]
        ordinary = (*_ORDINARY, self._owns_terminal, *_OWN_GROUP)
        if not prepare and not passed and others == ordinary:
            variables = os.environ if env is None else env
            module, words = self._asked
            self.pid, line = ask(
                server_path(),
                module,
                words,
                {
                    number: number if stream == -1 else stream
                    for number, stream in enumerate((streams[0], streams[3], streams[5]))
                },
                {os.fsencode(name): os.fsencode(value) for name, value in variables.items()},
                os.fspath(folder or Path.cwd()),
                owns_terminal=self._owns_terminal,
            )
            if self.pid:
                self._line = line
            else:
                line.close()
        if self._line:
            self._child_created = True
            self._close_pipe_fds(*streams)  # type: ignore[attr-defined]
        else:
            super()._execute_child(*given)  # type: ignore[misc]

    def _wait(self, timeout: float | None) -> int | None:
        """Wait as `Popen` does; the end of a fork is told by its line."""
        if self._line is None:
            return super()._wait(timeout)  # type: ignore[misc, no-any-return]
        if self._hear_end(timeout) is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return self.returncode

    # `Popen` names its argument so.
    def _internal_poll(self, _deadstate: int | None = None, **more: Any) -> int | None:
        if self._line is None:
            return super()._internal_poll(_deadstate, **more)  # type: ignore[misc, no-any-return]
        return self._hear_end(0)

    def _hear_end(self, seconds: float | None) -> int | None:
        """Return the fork's exit code if it ends within so many seconds."""
        line = self._line
        if self.returncode is None and line and select.select([line], [], [], seconds)[0]:
            with self._waitpid_lock:  # type: ignore[attr-defined]
                if self.returncode is None:
                    self.returncode = os.waitstatus_to_exitcode(hear(line) - 1)
                    self.peak = hear(line) * 1024
                    line.close()
        return self.returncode


# Signals as Python leaves them; user, groups and umask of this process.
_ORDINARY = (True, None, None, None, -1)
_OWN_GROUP = (-1,)


def words_in_a_shell() -> list[str]:
    """Return the first words of a command that is for a shell what `python -m ffx` would be."""
    return [sys.executable, "-I", "-S", PROGRAM, server_path()]


@functools.cache
def server_path() -> str:
    """Start this process's server, and return the path of its socket."""
    folder = tempfile.TemporaryDirectory(prefix="ffx-forks-")
    path = str(Path(folder.name) / "socket")
    start = tuple(os.fsdecode(name) for name in READ_AT_START)
    linked = {name: value for name, value in os.environ.items() if name.startswith("LD_")}
    others = {name: value for name, value in os.environ.items() if not name.startswith(start)}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.forks.server", path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**others, **linked, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(_REPOSITORY)},
    )
    assert server.stdin is not None
    assert server.stdout is not None
    assert server.stdout.read(5) == b"ready"

    def end() -> None:
        server.communicate()
        folder.cleanup()

    atexit.register(end)
    return path
