"""Run inside a terminal: run commands one after the other, and let somebody look after each.

    python drive.py COMMANDS ENDS TMUX...

`COMMANDS` holds a JSON list of command lines; one that begins with `ffx` is run in this process,
behind a variable for it and those after it, if need be, as `NAME=value`.
After each, its exit code is added to `ENDS`, and what is pasted then. `TMUX...` are the words
that begin every call of tmux.
"""

import json
import os
import subprocess
import sys
import termios
import tty
from pathlib import Path

# Answers, and what is pasted, come in one.
_ONE_PIECE = 64


def run(words: list[str]) -> int:
    name, is_variable, value = words[0].partition("=")
    if is_variable:
        os.environ[name] = value
        return run(words[1:])
    if words[0] != "ffx":
        return subprocess.run(words).returncode
    from ffx.cli.app import main

    return int(main(words[1:]))


def settle(text: str) -> None:
    """Write, and wait until the terminal has drawn it: then it answers a question."""
    os.write(1, f"{text}\x1b[6n".encode())
    os.read(0, _ONE_PIECE)


def tell(*words: str) -> None:
    subprocess.run([*sys.argv[3:], *words], check=True)


if __name__ == "__main__":
    ends = []
    for words in json.loads(Path(sys.argv[1]).read_text()):
        code = run(words)
        sys.stdout.flush()
        before = termios.tcgetattr(0)
        tty.setraw(0, termios.TCSANOW)
        settle("")
        tell("wait-for", "-S", "ended")
        ends.append((code, os.read(0, _ONE_PIECE).decode()))
        Path(sys.argv[2]).write_text(json.dumps(ends))
        settle("X")
        termios.tcsetattr(0, termios.TCSANOW, before)
        tell("wait-for", "-S", "drawn", ";", "wait-for", "go-on")
        os.write(1, b"\r\n")
