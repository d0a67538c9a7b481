"""Prints, as JSON, all that a process is given and that Python makes of it."""

import gc
import json
import locale
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path


def main() -> None:
    mask = os.umask(0)
    os.umask(mask)
    streams = {name: getattr(sys, name) for name in ("stdin", "stdout", "stderr")}
    told = {
        "command line": Path("/proc/self/cmdline").read_text().split("\0"),
        "name": __name__,
        "words": sys.argv,
        "path": sys.path,
        "flags": str(sys.flags),
        "folder": str(Path.cwd()),
        "environment": dict(os.environ),
        "umask": mask,
        "limits": {
            name: resource.getrlimit(number)
            for name, number in vars(resource).items()
            if name.startswith("RLIMIT_")
        },
        "signals": {
            number.name: repr(signal.getsignal(number))
            for number in signal.valid_signals()
            if isinstance(number, signal.Signals)
        },
        "blocked": list(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
        "group": os.getpgrp(),
        "session": os.getsid(0),
        "leads": [os.getpid() == each for each in (os.getpgrp(), os.getsid(0), _foreground())],
        "descriptors": sorted(number for number in range(1000) if _is_open(number)),
        "streams": {
            name: stream
            and [
                stream.name,
                stream.encoding,
                stream.errors,
                stream.line_buffering,
                stream.write_through,
                stream.newlines,
                type(stream.buffer).__name__,
                stream.isatty(),
                stream is getattr(sys, f"__{name}__"),
            ]
            for name, stream in streams.items()
        },
        "zone": [time.tzname, time.timezone],
        "locale": locale.setlocale(locale.LC_ALL),
        "encoding": [sys.getfilesystemencoding(), locale.getpreferredencoding()],
        "threads": [threading.active_count(), threading.current_thread().name],
        "is main thread": threading.current_thread() is threading.main_thread(),
        "collector": [gc.isenabled(), gc.get_threshold()],
        "hooks": [str(sys.excepthook), str(sys.unraisablehook), str(threading.excepthook)],
        "recursion": sys.getrecursionlimit(),
    }
    Path(sys.argv[1]).write_text(json.dumps(told))


def _foreground() -> int:
    """Return the group that has this process's terminal; 0 where it has none."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        return 0
    group = os.tcgetpgrp(terminal)
    os.close(terminal)
    return group


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


main()
