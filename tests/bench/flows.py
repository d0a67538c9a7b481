"""A command whose output is read as it comes: its first byte, its end, its most memory."""

import subprocess
import sys
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ffx.errors import ExitCode
from tests.bench.commands import Command, CommandFailed

# A process's peak is told by its parent, and a small parent has no peak of its own to hide it.
_MEASURING = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
open(sys.argv[1], "w").write(str(peak * (1 if sys.platform == "darwin" else 1024)))
sys.exit(code)
"""


@dataclass(frozen=True, slots=True)
class Flow:
    """A run whose output was read as it came: milliseconds to its first byte and to its end.

    `peak` is the most memory that it held, in millions of bytes.
    """

    first: float
    last: float
    peak: float


def follow(
    command: Command,
    folder: Path,
    *,
    leaves_early: bool = False,
    codes: Collection[int] = (ExitCode.OK,),
) -> Flow:
    """Run a command and read what it writes: all of it, or the first byte as `head` would.

    Raises:
        CommandFailed: it ended with none of `codes`.
    """
    told = folder / "peak"
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", _MEASURING, told, *command.words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=command.environ,
        bufsize=0,
    )
    assert process.stdout is not None
    part = process.stdout.read(1)
    first = time.perf_counter()
    while part and not leaves_early:
        part = process.stdout.read(1 << 20)
    process.stdout.close()
    code = process.wait()
    last = time.perf_counter()
    if code not in codes:
        raise CommandFailed(f"{' '.join(command.words)} ended with {code}")
    return Flow(
        (first - started) * 1000, (last - started) * 1000, int(told.read_text()) / 1_000_000
    )
