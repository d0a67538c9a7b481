"""The README's console blocks: what each command really prints.

`python -m tests.readme` writes them anew; `test_readme.py` holds them true.
"""

import fcntl
import functools
import os
import pty
import re
import shlex
import struct
import subprocess
import tempfile
import termios
from collections.abc import Iterator
from pathlib import Path

from tests import forks

README = Path(__file__).parent.parent / "README.md"
_BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
# `Fri 20 Nov 2026`, `20 Nov` and `2026-11-20`.
_DAY = (
    rf"(?:(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?\d{{1,2}} {_MONTH}(?: \d{{4}})?|\d{{4}}-\d\d-\d\d)"
)
# `15:04`, `15:04:12` and `15:04:12.250`.
_CLOCK = r"\d\d:\d\d(?::\d\d(?:\.\d{3,6})?)?"
_OFFSET = r"(?:Z| ?[+-]\d\d:?\d\d(?::?\d\d)?)"
_CLOCK_IS_SET = re.compile(r"LD_PRELOAD$|FAKETIME|FAKE")
_SESSION_WIDTH, _HELP_WIDTH = 120, 80


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield each console block's command and the output that the README claims."""
    for match in _BLOCK.finditer(text):
        yield match["command"], match["output"]


@functools.cache
def _cache() -> tempfile.TemporaryDirectory[str]:
    """Return the folder where the sample data of the day is made once for all commands."""
    return tempfile.TemporaryDirectory()


def run(command: str) -> str:
    """Run a command as a person would, in a terminal of its own; return what stdout shows."""
    width = _HELP_WIDTH if "help" in command else _SESSION_WIDTH
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 60, width, 0, 0))
    with tempfile.TemporaryDirectory() as home:
        environment = {
            # A clock that faketime sets for the tests is the program's, too.
            **{name: os.environ[name] for name in os.environ if _CLOCK_IS_SET.match(name)},
            "HOME": home,
            # The tests have one already, with the sample data of the day.
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME") or _cache().name,
            "PATH": os.environ["PATH"],
            "TERM": "dumb",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "PYTHONPATH": str(README.parent),
        }
        if "report.csv" in command:
            sample = ("sandbox", "report", "-o", "report.csv")
            with forks.start(sample, env=environment, cwd=home, stderr=subprocess.DEVNULL) as made:
                if made.wait() != 0:
                    raise RuntimeError(made.args)
        process = forks.start(
            shlex.split(command)[1:],
            stdout=writer,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=home,
        )
        os.close(writer)
        shown = b"".join(_read(reader))
        os.close(reader)
        process.wait()
    return shown.decode().replace("\r\n", "\n")


def without_times(text: str) -> str:
    """Return `text` without dates, times and the blanks that depend on their lengths."""
    text = re.sub(rf"(?<![\w:-]){_DAY}T(?={_CLOCK})", "DAY ", text)
    text = re.sub(rf"(?<![\w:-]){_DAY}(?:{_OFFSET})?(?![\w-])", "DAY", text)
    text = re.sub(rf"(?<![\w:]){_CLOCK}(?:{_OFFSET})?(?![\w:])", "TIME", text)
    return re.sub(r" {2,}", "  ", text)


def _read(reader: int) -> Iterator[bytes]:
    while True:
        try:
            part = os.read(reader, 65_536)
        except OSError:
            return
        if not part:
            return
        yield part


if __name__ == "__main__":
    README.write_text(
        _BLOCK.sub(
            lambda match: f"```console\n$ {match['command']}\n{run(match['command'])}```",
            README.read_text(),
        )
    )
