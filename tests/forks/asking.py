"""Asking the server for a process; as a program, to be in a shell what the process is.

It runs in each shell line of the tests, so it loads nothing that it can do without.
"""

import _signal  # type: ignore[import-not-found]
import _socket
import marshal
import os
import resource
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

PROGRAM = __file__
_MOST_DESCRIPTORS = 253  # of one message
LIMITS = [number for name, number in vars(resource).items() if name.startswith("RLIMIT_")]
# Python ignores these by itself, whatever it inherits.
ALWAYS_IGNORED = (_signal.SIGPIPE, _signal.SIGXFSZ)


def ask(
    path: str,
    module: str,
    words: "Sequence[str]",
    descriptors: "Mapping[int, int]",
    env: "Mapping[bytes, bytes]",
    folder: str,
    *,
    owns_terminal: bool = False,
) -> "tuple[int, _socket.socket]":
    """Ask the server at `path` for `python -m module words`.

    Return the number of the process and the line to the server; the number 0 if only a new
    process can have these surroundings.

    It gets `descriptors`, by the numbers that they have there, and no others. It is a child of the
    server, which tells by the line how it ended: its status and 1, and its peak of memory in KiB.
    One that `owns_terminal` leads a session whose terminal its stdin is.
    """
    umask = os.umask(0)
    os.umask(umask)
    ignored = [
        number
        for number in range(1, _signal.NSIG)
        if number not in ALWAYS_IGNORED and _signal.getsignal(number) is _signal.SIG_IGN
    ]
    limits = [(number, resource.getrlimit(number)) for number in LIMITS]
    numbers = list(descriptors)
    request = marshal.dumps(
        (module, list(words), dict(env), folder, umask, ignored, limits, numbers, owns_terminal)
    )  # fmt: skip
    line = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    line.connect(path)
    sent = b"".join(own.to_bytes(4, sys.byteorder) for own in descriptors.values())
    rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, sent)] if sent else []
    line.sendmsg([len(request).to_bytes(4, "big")], rights)
    line.sendall(request)
    return hear(line), line


def hear(line: "Any") -> int:
    """Return the next number that the server tells; 0 where it has nothing to tell."""
    return int.from_bytes(line.recv(4), "big")


def _is_given(number: int) -> bool:
    """Tell whether this process was started with an open descriptor of that number."""
    try:
        return os.get_inheritable(number)  # what Python opens is not
    except OSError:
        return False


def main(path: str, words: list[str]) -> None:
    given = [number for number in range(_MOST_DESCRIPTORS) if _is_given(number)]
    folder = os.getcwd()  # noqa: PTH109  # pathlib is slow to load
    descriptors = dict(zip(given, given, strict=True))
    number, line = ask(path, "ffx", words, descriptors, os.environb, folder)
    if not number:
        line.close()
        os.execv(sys.executable, [sys.executable, "-m", "ffx", *words])  # noqa: S606
    # Others are to see the end of a pipe when the fork has ended.
    for each in given:
        os.close(each)
    status = hear(line) - 1
    if os.WIFSIGNALED(status):
        if os.WTERMSIG(status) != _signal.SIGKILL:  # which nobody may take
            _signal.signal(os.WTERMSIG(status), _signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
