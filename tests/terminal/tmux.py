"""A real terminal: tmux on a socket of its own, which is asked what has become of its state."""

import itertools
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

TMUX = pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux on the PATH")
# All of a terminal's state that tmux tells.
_STATE = (
    "pane_title", "pane_path", "cursor_flag", "cursor_x", "alternate_on", "insert_flag",
    "keypad_cursor_flag", "keypad_flag", "origin_flag", "wrap_flag", "mouse_any_flag",
    "mouse_all_flag", "mouse_button_flag", "mouse_standard_flag", "mouse_sgr_flag",
    "mouse_utf8_flag", "scroll_region_upper", "scroll_region_lower", "pane_tabs",
)  # fmt: skip
_LONGEST = 30  # seconds for whatever runs in the terminal
_HERE = Path(__file__).parent
_numbers = itertools.count()


@dataclass(frozen=True)
class State:
    """What a terminal is set to, what its clipboard holds, and how it pastes and draws."""

    settings: Mapping[str, str]
    clipboard: Sequence[str]
    pasted: str
    drawn: str


@dataclass
class Tmux:
    """A terminal of so many columns. Use it as a context, so that its server ends.

    `folder` is for its files, `environ` what runs in it finds.
    """

    folder: Path
    environ: Mapping[str, str]
    columns: int = 100
    _socket: str = field(default_factory=lambda: f"ffx-test-{os.getpid()}-{next(_numbers)}")

    def __enter__(self) -> Self:
        size = ("-x", str(self.columns), "-y", "50")
        self._tell("-f", "/dev/null", "new-session", "-d", *size, "exec cat")
        self._tell("set-option", "-g", "default-terminal", "tmux-256color")
        # What writes to the clipboard, or renames, shall be heard.
        self._tell("set-option", "-g", "set-clipboard", "on")
        self._tell("set-option", "-g", "allow-rename", "on")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tell("kill-server")

    def run(self, *lines: Sequence[str]) -> list[tuple[int, State]]:
        """Run command lines one after the other; return exit codes, and the state after each.

        `ffx` is the program.
        """
        ends = self.folder / "ends"
        self._begin("drive.py", lines, ends, *self._words)
        return [self._look(ends) for _ in lines]

    def cells_of(self, texts: Sequence[str]) -> list[int]:
        """Return how many cells the terminal draws each text in."""
        found = self.folder / "cells"
        self._begin("measure.py", texts, found, *self._words)
        self._tell("wait-for", "measured")
        cells: list[int] = json.loads(found.read_text())
        return cells

    def _begin(self, script: str, given: Sequence[object], found: Path, *words: str) -> None:
        file = self.folder / "given"
        file.write_text(json.dumps(given))
        line = [sys.executable, str(_HERE / script), str(file), str(found), *words]
        self._tell("new-window", "-k", "-t", ":1", shlex.join(line))

    def _look(self, ends: Path) -> tuple[int, State]:
        answers = self._tell(
            *("wait-for", "ended", ";"),
            *("display-message", "-p", "-t", ":1", _told_by_name(*_STATE), ";"),
            *("list-buffers", "-F", "#{buffer_sample}", ";"),
            *("set-buffer", "-b", "paste", "pasted", ";"),
            *("paste-buffer", "-d", "-p", "-b", "paste", "-t", ":1", ";"),
            *("wait-for", "drawn", ";"),
            *("display-message", "-p", "-t", ":1", _told_by_name("cursor_y")),
        )
        told = answers.removesuffix("\n").split("\n")
        settings, clipboard, row = told[: len(_STATE)], told[len(_STATE) : -1], told[-1]
        # Of that line alone: colours of the lines above would hide its own.
        drawn = self._tell(
            *("capture-pane", "-e", "-p", "-t", ":1", "-S", row, "-E", row, ";"),
            *("wait-for", "-S", "go-on"),
        )
        code, pasted = json.loads(ends.read_text())[-1]
        state = dict(zip(_STATE, settings, strict=True))
        return code, State(state, clipboard, pasted, drawn.rstrip())

    @property
    def _words(self) -> list[str]:
        return ["tmux", "-u", "-L", self._socket]

    def _tell(self, *words: str) -> str:
        done = subprocess.run(
            [*self._words, *words],
            capture_output=True,
            timeout=_LONGEST,
            check=True,
            env=dict(self.environ),
        )
        return done.stdout.decode()


def _told_by_name(*names: str) -> str:
    """Return what makes tmux tell these of its variables, a line each."""
    return "\n".join(f"#{{{name}}}" for name in names)
