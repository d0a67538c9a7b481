"""When, on what and with what the benchmark was run, for who reads its figures elsewhere."""

import os
import platform
import re
import shlex
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from textwrap import wrap

from ffx.version import __version__
from tests.bench.report import WIDTH
from tests.bench.tools import Tools

_PACKAGES = ("typer", "httpx", "rich", "pydantic")
_DOTTED = re.compile(r"\d+(?:\.\d+)+")


def surroundings(tools: Tools, arguments: Sequence[str]) -> list[str]:
    """Return lines: the date, ffx and the command; the machine; the versions of the sides."""
    words = f' BENCH="{shlex.join(arguments)}"' if arguments else ""
    packages = [f"{name} {version(name)}" for name in _PACKAGES]
    peers = {
        "HTTPie": (tools.http, "--version"),
        "nginx": (tools.nginx, "-v"),
        "curl": (tools.curl, "--version"),
        "jq": (tools.jq, "--version"),
    }
    told = [f"{name} {_asked(path, word)}" for name, (path, word) in peers.items() if path]
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · ffx {__version__} · make bench{words}",
        " · ".join(_machine()),
        " · ".join([f"Python {platform.python_version()}", *packages, *told]),
    ]
    return [part for line in lines for part in wrap(line, WIDTH)]


def _machine() -> list[str]:
    """Return the system, the processor, and how busy it was in the minute before."""
    return [
        f"{platform.system()} {platform.release()} {platform.machine()}",
        f"{os.cpu_count()} cores of {_processor()}",
        f"load {os.getloadavg()[0]:.1f} before",
    ]


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.+)$", info.read_text(), re.M) if info.exists() else None
    return found[1] if found else platform.processor() or "an unknown kind"


def _asked(path: str, option: str) -> str:
    said = subprocess.run([path, option], capture_output=True, text=True)
    found = _DOTTED.search(said.stdout + said.stderr)
    return found[0] if found else "?"
