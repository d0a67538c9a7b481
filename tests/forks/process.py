"""Processes that this one starts: `Popen`, with the server behind it. For Linux alone."""

import atexit
import ctypes
import functools
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.forks import words_owning
from tests.forks.asking import PROGRAM, ask, hear
from tests.forks.server import READ_AT_START

_REPOSITORY = Path(__file__).parent.parent.parent
# From Linux' prctl.h: processes whose parent has ended become children of this one.
_PR_SET_CHILD_SUBREAPER = 36
_one_at_a_time = threading.Lock()


class Process(subprocess.Popen[bytes]):
    """`python -m module words`: a fork, or a new process where it has to be.

    A fork that has ended tells its `peak`, the most bytes of memory that it had at one moment.
    """

    peak = 0

    def __init__(
        self,
        words: Sequence[str],
        module: str = "ffx",
        *,
        owns_terminal: bool = False,
        **more: Any,
    ) -> None:
        self._asked = module, words
        self._is_fork = False
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
            self.pid = _fork(
                *self._asked,
                {
                    number: number if stream == -1 else stream
                    for number, stream in enumerate((streams[0], streams[3], streams[5]))
                },
                os.environ if env is None else env,
                os.fspath(folder or Path.cwd()),
                owns_terminal=self._owns_terminal,
            )
        if self.pid:
            self._is_fork = self._child_created = True
            self._close_pipe_fds(*streams)  # type: ignore[attr-defined]
        else:
            super()._execute_child(*given)  # type: ignore[misc]

    def _try_wait(self, flags: int) -> tuple[int, int]:
        """Wait as `Popen` does, and learn what a fork took.

        Of a new process the system would tell what this one had, from before it was another.
        """
        try:
            number, status, used = os.wait4(self.pid, flags)
        except ChildProcessError:
            return self.pid, 0
        if number and self._is_fork:
            self.peak = used.ru_maxrss * 1024
        return number, status


# Signals as Python leaves them; user, groups and umask of this process.
_ORDINARY = (True, None, None, None, -1)
_OWN_GROUP = (-1,)


def _fork(
    module: str,
    words: Sequence[str],
    descriptors: Mapping[int, int],
    env: Mapping[str, str],
    folder: str,
    *,
    owns_terminal: bool,
) -> int:
    """Have a child forked and return its number; 0 if it has to be a new process."""
    path, prctl = server_path(), ctypes.CDLL(None).prctl
    variables = {os.fsencode(name): os.fsencode(value) for name, value in env.items()}
    with _one_at_a_time:
        prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        try:
            number, line = ask(
                *(path, module, words, descriptors, variables, folder),
                is_kept=False,
                owns_terminal=owns_terminal,
            )
            assert not number or hear(line)  # what stood between has ended
        finally:
            prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    line.close()
    return number


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
