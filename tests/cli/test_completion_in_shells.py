"""TAB in real shells: bash, zsh and fish, each in a terminal of its own."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import surroundings
from tests.faults.bounds import LONGEST_WAIT

_COMPLETIONS = Path(__file__).parents[2] / "completions"
_START = {
    "bash": "bash --norc --noprofile",
    "zsh": "zsh -f",
    "fish": "fish --no-config",
}
_COMPINIT = 'autoload -Uz compinit; compinit -u -d "$HOME/dump"'
# The ways in which a script reaches a shell: the README's line, before or after the shell's own
# setting up, and a file in a folder that the shell looks through.
_SETTING_UP = {
    "bash": "source <(ffx completion bash)",
    "zsh": f"{_COMPINIT}; source <(ffx completion zsh)",
    "zsh before compinit": f"source <(ffx completion zsh); {_COMPINIT}",
    "zsh in fpath": f"cp '{_COMPLETIONS / 'ffx.zsh'}' _ffx; fpath=($PWD $fpath); {_COMPINIT}",
    "fish": "ffx completion fish | source",
}
_LINES = {
    "ffx vis": "ffx visitor",
    "ffx visitor --sin": "ffx visitor --since",
    "ffx visitor v1 --tz Europe/Berl": "ffx visitor v1 --tz Europe/Berlin",
    "ffx diagnose h1 --check reached": "ffx diagnose h1 --check reached-offer",
    "ffx help exit": "ffx help exit-codes",
    "ffx visitor v1 --fields hitId,eventTi": "ffx visitor v1 --fields hitId,eventTime",
    "ffx diagnose h1 --check=reached": "ffx diagnose h1 --check=reached-offer",
    "ffx hit h1 -o here-is-a": "ffx hit h1 -o here-is-a-file",
}


def _with_ffx(folder: Path) -> Path:
    """Make a folder in which `ffx` is the program: a fork, where there are forks."""
    folder.mkdir()
    words = [sys.executable, "-m", "ffx"]
    if sys.platform == "linux":
        from tests.forks.process import words_in_a_shell

        words = words_in_a_shell()
    program = folder / "ffx"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
    program.chmod(0o755)
    return folder


class Terminal:
    """A shell in tmux, on a server of its own."""

    def __init__(self, shell: str, folder: Path) -> None:
        self._server = f"ffx-{os.getpid()}-{shell}"
        (folder / "here-is-a-file").touch()
        path = f"{_with_ffx(folder / 'bin')}{os.pathsep}{os.environ['PATH']}"
        environment = surroundings({"PATH": path, "HOME": str(folder), "TERM": "xterm-256color"})
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", "120", "-y", "30",
                   "-c", str(folder), _START[shell], env=environment)  # fmt: skip

    def type(self, text: str, *keys: str) -> None:
        """Type a text, and then press keys."""
        typing = ("send-keys", "-l", text, ";") if text else ()
        pressing = ("send-keys", *keys) if keys else ()
        self._tmux(*typing, *pressing)

    def shows(self, text: str, *, seconds: float = LONGEST_WAIT) -> bool:
        """Wait until the screen shows a text; tell whether it did."""
        return self._holds_soon(lambda: text in self.screen(), seconds)

    def has_prompt(self) -> bool:
        """Wait until the shell has shown a prompt, and so reads what is typed; tell whether."""
        return self._holds_soon(lambda: bool(self.screen().strip()), LONGEST_WAIT)

    def _holds_soon(self, holds: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if holds():
                return True
            time.sleep(0.04)
        return False

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p", "-J")

    def end(self) -> None:
        self._tmux("kill-server")

    def _tmux(self, *words: str, env: dict[str, str] | None = None) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._server, *words],
            capture_output=True,
            text=True,
            env=env,
            timeout=LONGEST_WAIT,
        )
        return done.stdout


@pytest.fixture
def terminal(setting_up: str, own_surroundings: None, tmp_path: Path) -> Iterator[Terminal]:
    shell = setting_up.split(maxsplit=1)[0]
    for program in ("tmux", shell):
        if shutil.which(program) is None:
            pytest.skip(f"there is no {program} here")
    terminal = Terminal(shell, tmp_path)
    assert terminal.has_prompt(), shell
    terminal.type(f'{_SETTING_UP[setting_up]}; echo is-"ready"', "Enter")
    assert terminal.shows("\nis-ready"), terminal.screen()
    yield terminal
    terminal.end()


@pytest.mark.parametrize("setting_up", _SETTING_UP)
def test_tab_completes_commands_options_and_values(setting_up: str, terminal: Terminal) -> None:
    lines = list(_LINES.items())
    if setting_up not in _START:  # another way to the same script
        lines = lines[:1] + lines[-1:]
    for typed, completed in lines:
        terminal.type(typed, "Tab")
        assert terminal.shows(completed), terminal.screen()
        # Not by Ctrl-C, which takes along what is typed before the shell has dealt with it.
        terminal.type("", "C-u")

    # At a TARGET there is nothing to offer, and no file is a target: TAB leaves the line as it is.
    terminal.type("ffx hit here-is", "Tab")
    terminal.type(" --limit")
    assert terminal.shows("ffx hit here-is --limit"), terminal.screen()
