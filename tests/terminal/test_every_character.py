"""Every character of Unicode, once, from a reply through every format: shown safe, or as it is.

Of each plane for private use the first thousand, which Unicode tells nothing apart about.
"""

import csv
import functools
import io
import json
import re
from typing import Any

import pytest

from ffx.api.members import TRACKING
from tests.conftest import SAMPLE_TOKEN
from tests.explorer import HIT_ID, VISITOR_ID, events, history
from tests.faults.rows import WINDOW
from tests.fuzz.running import Asked, Ended, Service, run
from tests.looping import each
from tests.terminal.danger import INVISIBLE, dangerous, every_dangerous, every_harmless

_IN_A_CELL = 1000


@functools.cache
def known() -> str:
    characters = every_dangerous() + every_harmless()
    return re.sub("[\U000f0400-\U000fffff\U00100400-\U0010ffff]+", "", characters)


@functools.cache
def all_cells() -> list[str]:
    """Return all in as many cells as it takes: a letter first, so that none is a formula.

    And a letter between halves of pairs, which would make a whole.
    """
    parts = (known()[at : at + _IN_A_CELL] for at in range(0, len(known()), _IN_A_CELL))
    return ["x" + re.sub("[\ud800-\udfff]", lambda found: f"{found[0]}x", part) for part in parts]


@functools.cache
def replies() -> dict[str, dict[str, Any]]:
    rows = [
        dict(zip(TRACKING, all_cells()[at : at + len(TRACKING)], strict=False))
        for at in range(0, len(all_cells()), len(TRACKING))
    ]
    return {
        "visitor": history() | {"hits": [history(**row)["hits"][0] for row in rows]},
        "hit": {"events": [events(**row)["events"][0] for row in rows]},
    }


def shown(text: str) -> str:
    return dangerous().sub(lambda found: f"\\u{{{ord(found[0]):x}}}", text)


@functools.cache
def shown_cells() -> frozenset[str]:
    return frozenset(map(shown, all_cells()))


def answer(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    """Answer with all there is as it is; halves of pairs, and what JSON forbids, as escapes."""
    reply = replies()[asked.path.rpartition("/")[2]]
    return 200, {}, json.dumps(reply, ensure_ascii=False).encode("utf-8", "backslashreplace")


@pytest.fixture(autouse=True)
def account(own_surroundings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FFX_API_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("FFX_ACCESS_TOKEN", SAMPLE_TOKEN)


def ask(command: str, *more: str, on_terminal: bool = False) -> Ended:
    """Ask, and check that nothing dangerous was written."""
    target = (VISITOR_ID, *WINDOW) if command == "visitor" else (HIT_ID,)
    return run([command, *target, *more], Service(answer), on_terminal=on_terminal)


COMMANDS = pytest.mark.parametrize("command", ["visitor", "hit"])


def test_all_of_unicode_is_there() -> None:
    told = set("".join(all_cells()))
    assert INVISIBLE & {ord(each) for each in told}
    assert len(told) == len(known()) > 150_000


@COMMANDS
def test_lines_for_a_pipe_hold_every_character(command: str) -> None:
    out = ask(command).out

    assert shown_cells() <= {cell for line in out.split("\n") for cell in line.split("\t")}


@COMMANDS
def test_json_says_every_character(command: str) -> None:
    assert json.loads(ask(command, "--json").out) == replies()[command]
    lines = [json.loads(line) for line in ask(command, "--format", "jsonl").out.splitlines()]
    assert {line[name] for line in lines for name in TRACKING if name in line} == set(all_cells())


@COMMANDS
def test_csv_holds_every_character(command: str) -> None:
    out = ask(command, "--format", "csv", "--fields", ",".join(TRACKING)).out

    cells = {cell for row in csv.reader(io.StringIO(out, newline="")) for cell in row}
    # Beside those of the text, a quote stands before what would begin a formula.
    without_quotes = {cell.replace("'", "") for cell in cells}
    assert {cell.replace("'", "") for cell in shown_cells()} <= without_quotes
    assert any(cell.count("'") >= 1 for cell in cells)


@each("command", ["visitor", "hit", "diagnose"])
@each("more", [("--format", "md"), ("--format", "html")])
def test_documents_hold_nothing_dangerous(command: str, more: tuple[str, ...]) -> None:
    assert ask(command, *more).code in (0, 7)


@each(
    ("command", "more"),
    [("visitor", ()), ("visitor", ("--json",)), ("hit", ("--all-fields",)), ("diagnose", ())],
)
def test_nothing_dangerous_reaches_a_terminal(command: str, more: tuple[str, ...]) -> None:
    assert ask(command, *more, on_terminal=True).code in (0, 7)
