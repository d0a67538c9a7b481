"""What the two sides are made of: the installed ffx, and the peers, installed where that is ours.

What a system has to bring is told by the package's name, and its lines are left out.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Where Debian keeps what an ordinary user's PATH leaves out.
PATH = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin{os.pathsep}/sbin"
_PACKAGES = {"nginx": "nginx-light", "curl": "curl", "jq": "jq", "xargs": "findutils"}


@dataclass(frozen=True, slots=True)
class Tools:
    """Paths of programs; None where one is missing, for the reason in `missing`."""

    python: str
    ffx: str
    http: str | None
    nginx: str | None
    curl: str | None
    jq: str | None
    xargs: str | None
    missing: tuple[str, ...] = ()


def find_tools(cache: Path, tell: Callable[[str], object]) -> Tools:
    """Find the programs; HTTPie gets an environment of its own in `cache`, once.

    Raises:
        SystemExit: there is no `ffx` beside this Python, so there is nothing to measure.
    """
    ffx = Path(sys.executable).with_name("ffx")
    if not ffx.exists():
        raise SystemExit(f"there is no {ffx}: install ffx for this Python, as `make bench` does")
    missing = []
    paths = {name: shutil.which(name, path=PATH) for name in _PACKAGES}
    for name, path in paths.items():
        if path is None:
            instead = "; a server in Python stands in" if name == "nginx" else ""
            missing.append(f"{name} (Debian: apt install {_PACKAGES[name]}){instead}")
    http = None
    try:
        http = _install_httpie(cache, tell)
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", None) or error
        missing.append(f"HTTPie, which could not be installed: {str(said).strip()[-300:]}")
    return Tools(python=sys.executable, ffx=str(ffx), http=http, missing=tuple(missing), **paths)


def keep_quiet(home: Path) -> None:
    """Keep HTTPie from looking for a newer version of itself in the background."""
    folder = home / ".config" / "httpie"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"disable_update_warnings": True}))


def _install_httpie(cache: Path, tell: Callable[[str], object]) -> str:
    folder = cache / "httpie"
    program = folder / "bin" / "http"
    if not program.exists():
        cache.mkdir(exist_ok=True)
        # As the tools' own caches do: git is to leave it alone.
        (cache / ".gitignore").write_text("*\n")
        tell("installing HTTPie into an environment of its own …")
        _run(sys.executable, "-m", "venv", "--clear", str(folder))
        python = str(folder / "bin" / "python")
        _run(python, "-m", "pip", "install", "--disable-pip-version-check", "httpie")
    return str(program)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, text=True)
