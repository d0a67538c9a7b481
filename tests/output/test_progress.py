"""The line of progress: what a terminal of each kind is left with."""

import os
import pty
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffx.output.progress import ProgressLine
from tests.answering import Says, serving
from tests.conftest import SAMPLE_TOKEN
from tests.explorer import HIT_ID, events
from tests.looping import each
from tests.terminal.owned import ffx_in_terminal, in_terminal, set_columns


class Screen:
    """What a terminal shows of one line that is written to it."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.line = ""

    def write(self, text: str) -> None:
        self.written.append(text)
        place = 0
        for character in text.replace("\x1b[K", "\x1b"):
            if character == "\r":
                place = 0
            elif character == "\x1b":
                self.line = self.line[:place]
            else:
                self.line = self.line[:place] + character + self.line[place + 1 :]
                place += 1


@each("erases", [True, False])
def test_a_line_takes_the_place_of_the_last(erases: bool) -> None:
    screen = Screen()
    line = ProgressLine(screen.write, width=40, erases=erases)

    line.clear()
    assert screen.written == []
    for words in ("9 of 10 targets", "10 of 10", "", "x" * 100, "short"):
        line.show(words)
        assert screen.line.rstrip() == words[:39]
    line.clear()
    assert screen.line.strip() == ""
    line.clear()
    assert len(screen.written) == 6
    assert any("\x1b" in text for text in screen.written) is erases


def test_the_width_is_asked_for_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    line = ProgressLine(screen.write, width=80, erases=True)
    lengths = []
    master, slave = pty.openpty()

    with os.fdopen(master), os.fdopen(slave, "w") as stream, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        for columns in (80, 30, 10, 1, 200, 0):
            set_columns(slave, columns)
            line.show("x" * 300)
            lengths.append(len(screen.line))

    assert lengths == [79, 29, 9, 0, 79, 79]


@pytest.mark.parametrize(
    ("foreground", "shows"), [(os.getpgrp(), True), (0, True), (os.getpgrp() + 1, False)]
)
def test_nothing_is_drawn_from_the_background(
    foreground: int, shows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Screen()
    line = ProgressLine(screen.write, width=80, erases=True)
    monkeypatch.setattr("os.tcgetpgrp", lambda _: foreground)
    line.show("1 of 2")

    assert screen.line == ("1 of 2" if shows else "")
    # Whoever went to the background with a line on the screen leaves that alone.
    monkeypatch.setattr("os.tcgetpgrp", lambda _: os.getpgrp())
    line.show("2 of 2")
    monkeypatch.setattr("os.tcgetpgrp", lambda _: foreground)
    line.clear()
    assert screen.line == ("" if shows else "2 of 2")


@pytest.fixture
def batch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[str, ...]]:
    """Return the words of a batch whose results go to a file."""
    ids = tmp_path / "ids.txt"
    ids.write_text("".join(f"{HIT_ID[:-1]}{letter}\n" for letter in "abcdef"))
    with serving(lambda question: Says(events(hitId=question.target))) as served:
        monkeypatch.setenv("FFX_API_URL", served.url)
        monkeypatch.setenv("FFX_ACCESS_TOKEN", SAMPLE_TOKEN)
        out = str(tmp_path / "out.json")
        yield ("hit", "--from", str(ids), "--json", "-o", out)


@pytest.mark.parametrize(("term", "escapes"), [("dumb", False), ("", False), ("xterm", True)])
@pytest.mark.fault(121)
def test_row_121_a_plain_terminal_gets_progress_without_escapes(
    term: str, escapes: bool, batch: tuple[str, ...]
) -> None:
    with ffx_in_terminal(*batch, columns=30, env={"TERM": term}) as terminal:
        code = terminal.end()

    assert code == 0
    assert "\r1 of 6 targets" in terminal.shown
    assert ("\x1b" in terminal.shown) is escapes
    drawn = [part for part in terminal.shown.replace("\n", "\r").split("\r") if " of 6 " in part]
    assert all(len(part.replace("\x1b[K", "")) < 30 for part in drawn)


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash on the PATH")
@pytest.mark.parametrize("background", [True, False])
@pytest.mark.fault(121)
def test_row_121_a_job_in_the_background_draws_nothing_over_what_is_typed(
    background: bool, batch: tuple[str, ...]
) -> None:
    with in_terminal("bash", "--norc", "--noprofile", "-i") as terminal:
        terminal.wait_for("ready> ")
        line = " ".join(f"'{word}'" for word in (sys.executable, "-m", "ffx", *batch))
        terminal.type(f"{line} {'& wait' if background else ''}; echo d$((0))ne\r")
        terminal.wait_for("6 targets · 6 found")
        terminal.wait_for("d0ne")
        terminal.type("exit\r")
        terminal.end()

    assert (" of 6 targets" in terminal.shown) is not background
