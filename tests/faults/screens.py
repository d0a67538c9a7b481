"""Run the program in this process, on streams that say they are a terminal.

A real one is in `tests/terminal`; here it is many runs that matter, and what they write.
"""

import io
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from unittest import mock

from ffx.cli.app import main
from tests.faults.rows import OWN_COLOURS


class Stream(io.TextIOWrapper):
    """A stream in an encoding of its own, which says that it is a terminal."""

    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding, write_through=True)

    def isatty(self) -> bool:
        return True

    def text(self) -> str:
        self.seek(0)
        return self.read()


@dataclass(frozen=True)
class Shown:
    """A run that has ended: what both streams got."""

    code: int
    out: str
    err: str

    @property
    def plainly(self) -> str:
        """What the terminal got of both, without our own colours."""
        return OWN_COLOURS.sub("", self.out + self.err)


def on_terminal(
    *arguments: str,
    columns: int = 100,
    encoding: str = "utf-8",
    env: Mapping[str, str] | None = None,
) -> Shown:
    """Run a command line on a terminal of so many columns."""
    out, err = Stream(encoding), Stream(encoding)
    terminal = {"TERM": "xterm-256color", "COLUMNS": str(columns)}
    with (
        mock.patch.multiple(sys, stdout=out, stderr=err),
        mock.patch.dict(os.environ, {**terminal, **(env or {})}),
    ):
        code = main(arguments)
    return Shown(code, out.text(), err.text())
