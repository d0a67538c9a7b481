"""A look-up that is kept, for tests of what is made of it later."""

import stat
from pathlib import Path

from tests.cli.commands.conftest import Ask, Written

SAYS = "the file says: "


def saved(ask: Ask, path: Path, *line: str) -> Written:
    written = ask(*line, "--save", str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return written
