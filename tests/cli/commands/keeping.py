"""A look-up that is kept, for tests of what is made of it later."""

import stat
from pathlib import Path

from tests.cli.commands.conftest import Ask, Written

SAYS = "the file says: "


def next_case(folder: Path) -> Path:
    """Return where nothing is kept yet, for cases of a table that share a folder."""
    return folder / f"{len([*folder.iterdir()])}.case"


def saved(ask: Ask, path: Path, *line: str) -> Written:
    written = ask(*line, "--save", str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return written
