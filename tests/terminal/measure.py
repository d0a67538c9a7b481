"""Run inside a terminal: print texts one after the other, and ask it each time how far it came.

    python measure.py TEXTS CELLS TMUX...

`TEXTS` holds a JSON list of texts, `CELLS` will hold how many cells each takes. `TMUX...` are
the words that begin every call of tmux.
"""

import json
import os
import re
import subprocess
import sys
import termios
import tty
from pathlib import Path

# So many questions at once fit into what a terminal keeps for its reader.
_AT_ONCE = 100
_REPLY = re.compile(rb"\x1b\[\d+;(\d+)R")


def measure(texts: list[str]) -> list[int]:
    cells: list[int] = []
    rest = b""
    for start in range(0, len(texts), _AT_ONCE):
        part = texts[start : start + _AT_ONCE]
        os.write(1, "".join(f"\r\x1b[K{text}\x1b[6n" for text in part).encode())
        while len(cells) < start + len(part):
            rest += os.read(0, 65_536)
            replies = list(_REPLY.finditer(rest))
            cells += [int(reply[1]) - 1 for reply in replies]
            rest = rest[replies[-1].end() :] if replies else rest
    return cells


if __name__ == "__main__":
    tty.setraw(0, termios.TCSANOW)
    found = measure(json.loads(Path(sys.argv[1]).read_text()))
    Path(sys.argv[2]).write_text(json.dumps(found))
    subprocess.run([*sys.argv[3:], "wait-for", "-S", "measured"], check=True)
