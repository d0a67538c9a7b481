"""The server: a process that has loaded the program, and forks one whenever it is asked.

It ends with whoever has started it, whom its stdin leads to.
"""

import contextlib
import fcntl
import gc
import io
import marshal
import os
import pkgutil
import resource
import runpy
import select
import signal
import socket
import sys
import termios
import time
from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple

from tests.forks.asking import ALWAYS_IGNORED

_STREAMS = {"stdin": "rb", "stdout": "wb", "stderr": "wb"}
_MOST_DESCRIPTORS = 253  # of one message
# What is imported where it is needed, as the program's runs do.
_LOADED_LATER = (
    "anyio",
    "certifi",
    "csv",
    "dateutil.parser",
    "dateutil.relativedelta",
    "decimal",
    "difflib",
    "encodings.idna",
    "encodings.utf_8_sig",
    "h11",
    "html",
    "httpcore",
    "httpx",
    "importlib.readers",
    "ipaddress",
    "platformdirs.unix",
    "rich.cells",
    "rich.console",
    "rich.style",
    "rich.table",
    "rich.text",
    "sqlite3",
    "textwrap",
    "tomllib",
    "typer._click._textwrap",
    "typer._click.decorators",
    "zoneinfo",
)
# No descriptor that is given or opened has so high a number.
_FAR = 300
# What Python, the system's linker and OpenSSL read when they start.
READ_AT_START = (b"PYTHON", b"LC_", b"LANG", b"LD_", b"OPENSSL_")


class _Request(NamedTuple):
    """What `asking.ask` sends, in its order."""

    module: str
    words: list[str]
    env: dict[bytes, bytes]
    folder: str
    umask: int
    ignored: list[int]
    limits: list[tuple[int, tuple[int, int]]]
    numbers: list[int]
    owns_terminal: bool


class _Running(NamedTuple):
    """A process, and the descriptor of the line to whom its end is told."""

    number: int
    line: int


def serve(path: str) -> str:
    """Fork processes until stdin ends; in each of them, return the module that it is to run."""
    _load()
    _ignore_nothing()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    os.write(1, b"ready")
    running: dict[int, _Running] = {}
    while True:
        came, _, _ = select.select([listener.fileno(), 0, *running], [], [])
        if 0 in came:
            os._exit(0)
        for each in running.keys() & came:
            _bury(each, running.pop(each))
        if listener.fileno() in came and (module := _answer(listener.accept()[0], running)):
            listener.detach()  # it has been closed with all that is not this process's own
            return module


def _ignore_nothing() -> None:
    """Take back what was ignored when this process was started: a fork is told what is to be."""
    for number in range(1, signal.NSIG):
        if number not in ALWAYS_IGNORED and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def _answer(line: socket.socket, running: dict[int, _Running]) -> str:
    """Fork the process that is asked for, if it can be a fork; in it, return its module."""
    request, descriptors = _read(line)
    if _is_like_ours(request.env):
        number = os.fork()
        if number == 0:
            line.close()
            _become(request, descriptors)
            return request.module
        _tell(line.fileno(), number)
        running[os.pidfd_open(number)] = _Running(number, line.detach())
    for each in descriptors:
        os.close(each)
    line.close()
    return ""


def _load() -> None:
    import ffx
    from ffx.api.models import HitEvent, HitEvents, HitRow, VisitorHistory, VisitorInfo
    from ffx.cli.app import root_command
    from ffx.findings.countries import country_code

    for module in pkgutil.walk_packages(ffx.__path__, "ffx."):
        if module.name != "ffx.__main__":
            import_module(module.name)
    for name in _LOADED_LATER:
        import_module(name)
    # What is put off until it is first needed, and is the same in all surroundings.
    for model in (HitRow, HitEvent, VisitorHistory, VisitorInfo, HitEvents):
        model.model_rebuild()
    list(root_command().commands.values())
    country_code("")
    gc.collect()
    gc.freeze()


def _bury(handle: int, ended: _Running) -> None:
    """Tell how a process has ended, and its peak of memory in KiB; let go of it."""
    _, status, used = os.wait4(ended.number, 0)
    with contextlib.suppress(OSError):  # who asked for it may have ended before
        _tell(ended.line, status + 1, used.ru_maxrss)
    os.close(ended.line)
    os.close(handle)


def _read(line: socket.socket) -> tuple[_Request, list[int]]:
    data, descriptors, _, _ = socket.recv_fds(line, 4, _MOST_DESCRIPTORS)
    size = int.from_bytes(data, "big")
    text = b""
    while len(text) < size and (part := line.recv(size - len(text))):
        text += part
    return _Request(*marshal.loads(text)), descriptors  # noqa: S302  # it came from asking.py


def _is_like_ours(env: Mapping[bytes, bytes]) -> bool:
    return _at_start(env) == _at_start(os.environb)


def _at_start(env: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    return {
        name: value
        for name, value in env.items()
        # What streams do without a buffer, `_open_streams` knows.
        if name.startswith(READ_AT_START) and name != b"PYTHONUNBUFFERED"
    }


def _tell(line: int, *numbers: int) -> None:
    os.write(line, b"".join(number.to_bytes(4, "big") for number in numbers))


def _become(request: _Request, descriptors: list[int]) -> None:
    """Give this process what a new one would have been given, and nothing else."""
    apart = [fcntl.fcntl(each, fcntl.F_DUPFD, _FAR) for each in descriptors]
    os.closerange(0, _FAR)
    for number, each in zip(request.numbers, apart, strict=True):
        os.dup2(each, number)
    os.closerange(_FAR, _FAR + len(apart))
    if request.owns_terminal:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.chdir(request.folder)
    os.umask(request.umask)
    os.environb.clear()
    os.environb.update(request.env)
    time.tzset()
    for each in request.ignored:
        signal.signal(each, signal.SIG_IGN)
    for each, limits in request.limits:
        if resource.getrlimit(each) != limits:
            resource.setrlimit(each, limits)
    _open_streams(is_buffered=not os.environ.get("PYTHONUNBUFFERED"))
    sys.argv[1:] = request.words
    sys.path[0] = request.folder


def _open_streams(*, is_buffered: bool) -> None:
    """Make `sys.stdin` and the others as Python does when it starts."""
    for number, (name, mode) in enumerate(_STREAMS.items()):
        before = getattr(sys, f"__{name}__")
        try:
            unbuffered = mode == "wb" and not is_buffered
            file = open(number, mode, 0 if unbuffered else -1, closefd=False)  # noqa: SIM115
        except OSError:
            stream = None
        else:
            setattr(getattr(file, "raw", file), "name", f"<{name}>")  # noqa: B010  # mypy
            stream = io.TextIOWrapper(
                file,
                before.encoding,
                before.errors,
                newline="\n",
                line_buffering=is_buffered and (name == "stderr" or file.isatty()),
                write_through=not is_buffered,
            )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


if __name__ == "__main__":
    runpy.run_module(serve(sys.argv[1]), run_name="__main__", alter_sys=True)
