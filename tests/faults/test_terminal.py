"""Rows 74 to 78 and 86 to 88: what reaches a terminal, whatever the reply holds."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from io import BytesIO, TextIOWrapper

import pytest

from ffx.api import members
from ffx.cli.app import main
from tests.conftest import Runner, surroundings
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, events, history
from tests.faults.bounds import LONGEST_WAIT, at_most
from tests.faults.rows import HIT, OWN_COLOURS, STEERING, VISITOR, Ask
from tests.faults.screens import on_terminal
from tests.looping import each

# Row 74, row 75, row 76 and row 77, one after the other.
STEERS = (
    "\x1b[31mred \x1b]52;c;QQ==\x07 \x1b]8;;http://x\x1b\\ \x1bPq\x1b\\ \x9b31m \x07\x08\r\x7f"
)
HIDES = "\u202eevil\u2066 \u200bz\u200dw\ufeff\u00ad \U000e0041 \u3164\u2800\u115f \ufe0f \u2028"
BREAKS = "one\ntwo\tthree\x0b\x0c\x85"
MARKUP = "[red]x[/red] [/] [link=http://x]y :skull: {x} %s \\"
HOSTILE = STEERS + HIDES + BREAKS + MARKUP + "\ud800"

# Members that a view reads as numbers and times have hostile text in them, too.
HOSTILE_ROW = dict.fromkeys(members.HIT_ROW, HOSTILE) | {f"new{HOSTILE}": HOSTILE}
HOSTILE_REPLIES = {
    VISITOR: history(visitor=dict.fromkeys(members.VISITOR, HOSTILE), **HOSTILE_ROW),
    HIT: events(**dict.fromkeys(members.HIT_EVENT, HOSTILE), **{f"new{HOSTILE}": {"a": HOSTILE}}),
}
# CPU seconds for a reply of some megabytes.
_MOST = 4
QUESTIONS = pytest.mark.parametrize("question", [VISITOR, HIT], ids=["visitor", "hit"])


@QUESTIONS
@each("more", [(), ("--json",), ("-v", "--color", "never")])
@pytest.mark.fault(74, 75, 76, 77)
def test_rows_74_to_77_nothing_steers_a_terminal(
    question: tuple[str, ...], more: tuple[str, ...], explorer: Explorer
) -> None:
    explorer.answer_with(answer(HOSTILE_REPLIES[question]))

    ended = on_terminal(*question, *more, columns=60)

    assert ended.code == 0
    assert not STEERING.search(ended.plainly)
    if more:
        assert "\x1b" not in ended.out + ended.err
    # Every escape sequence of ours is a colour, and each is ended.
    assert ended.out.count("\x1b") == 2 * ended.out.count("\x1b[0m")
    if "--json" in more:
        assert json.loads(ended.out) == HOSTILE_REPLIES[question]


@QUESTIONS
@pytest.mark.fault(74, 75, 76, 77)
def test_rows_74_to_77_a_pipe_gets_one_line_a_row(
    question: tuple[str, ...], explorer: Explorer, ask: Ask
) -> None:
    explorer.answer_with(answer(HOSTILE_REPLIES[question]))

    ended = ask(*question)

    summary, table = ended.text.split("\n\n")
    header, row, end = table.split("\n")
    assert (ended.code, end) == (0, "")
    assert header.count("\t") == row.count("\t")
    assert all(line.count("\t") == 1 for line in summary.split("\n"))
    assert "[red]x[/red] [/] [link=http://x]y :skull: {x} %s \\" in row
    assert "\\u{1b}[31mred" in row
    assert "\\u{202e}evil\\u{2066}" in row


@QUESTIONS
@pytest.mark.fault(74, 75, 76, 77)
def test_rows_74_to_77_json_in_a_pipe_is_lossless_and_inert(
    question: tuple[str, ...], explorer: Explorer, ask: Ask
) -> None:
    # Unlike the standard library's, this reply has what is dangerous as it is, not as escapes.
    reply = HOSTILE_REPLIES[question]
    raw = json.dumps(reply, ensure_ascii=False).replace("\ud800", "\\ud800")
    explorer.answer_with(answer(raw))

    assert json.loads(ask(*question, "--json").out) == reply


@each(
    ("arguments", "env"),
    [
        (("visitor", f"{HIT_ID}?x={STEERS}"), {}),
        (("visitor", VISITOR_ID, f"--{STEERS}"), {}),
        (("visitor", VISITOR_ID, "--since", STEERS), {}),
        (VISITOR, {"FFX_PROFILE": STEERS}),
    ],
)
def test_our_own_arguments_are_no_safer_on_a_terminal(
    arguments: tuple[str, ...], env: Mapping[str, str], explorer: Explorer
) -> None:
    ended = on_terminal(*arguments, env=env)

    assert not STEERING.search(ended.plainly)
    assert ended.code in (0, 2, 4)


@each(
    ("arguments", "variable"),
    [
        ((f"\x1b]0;x\x07{HIDES}",), ""),
        (("visitor", STEERS), ""),
        (("visitor", VISITOR_ID, "--tz", STEERS), ""),
        (("visitor", VISITOR_ID, "--limit", STEERS), ""),
        (("visitor", VISITOR_ID, "--format", STEERS), ""),
        (("visitor", VISITOR_ID, "--try-timeout", STEERS), ""),
        (("visitor", VISITOR_ID, "--max-body", STEERS), ""),
        (("visitor", VISITOR_ID, "--api-url", f"https://{STEERS}"), ""),
        (VISITOR, "FFX_TZ"),
        (VISITOR, "FFX_API_URL"),
    ],
)
def test_our_own_arguments_and_settings_are_no_safer(
    arguments: tuple[str, ...], variable: str, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        if variable:
            patch.setenv(variable, STEERS)

        # What is written is checked there.
        assert ask(*arguments).code == 2
        assert ask(*arguments, "--json").code == 2


LARGE = {
    "a word of 250,000 letters": "x" * 250_000,
    "5,000 lines": "a\n" * 5_000,
    "wide letters": "日" * 75_000,
    "marks without a letter": "\u0301" * 75_000,
}


@QUESTIONS
@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
@pytest.mark.fault(78)
def test_row_78_a_large_cell_is_clipped_on_a_terminal_and_counted(
    text: str, question: tuple[str, ...], explorer: Explorer
) -> None:
    members_ = {"pageName": text, "nodeName": text, "t1": text, "subCampaign": text}
    raw = json.dumps({VISITOR: history, HIT: events}[question](**members_), ensure_ascii=False)
    explorer.answer_with(answer(raw))

    with at_most(_MOST, "a large cell"):
        ended = on_terminal(*question, "--max-body", "64M")

    assert ended.code == 0
    assert len(ended.out) < 100_000
    if question == HIT:
        assert re.search(r"\(\+[\d,]+ characters\)", ended.out)


@QUESTIONS
@pytest.mark.fault(78)
def test_row_78_a_large_cell_is_whole_in_pipes_and_json(
    question: tuple[str, ...], explorer: Explorer, ask: Ask
) -> None:
    large = "x" * 250_000
    reply = {VISITOR: history, HIT: events}[question](pageName=large, t1="a\n" * 5_000)
    explorer.answer_with(answer(reply))

    with at_most(_MOST, "a large cell, as text and as JSON"):
        plain = ask(*question)
        as_json = ask(*question, "--json")

    assert large in plain.text
    assert "a\\u{a}" * 5_000 in plain.text
    assert json.loads(as_json.out) == reply


NAMED = "日→é😀"


@pytest.mark.fault(86)
def test_row_86_what_a_locale_cannot_hold_is_escaped(explorer: Explorer) -> None:
    reply = history(pageName=NAMED, hitId="é")
    explorer.answer_with(answer(json.dumps(reply, ensure_ascii=False)))
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    # Such a start is dear, so one runs both.
    program = "import sys; from ffx.cli.app import main; "
    program += f"sys.exit(main({[*VISITOR]}) or main({[*VISITOR, '--json']}))"
    line, given = [sys.executable, "-c", program], surroundings(env)
    ended = subprocess.run(line, capture_output=True, env=given, timeout=LONGEST_WAIT)

    assert ended.returncode == 0
    assert ended.stdout.isascii()
    *plain, as_json = ended.stdout.splitlines()
    assert b"\\u{65e5}\\u{2192}\\u{e9}\\u{1f600}" in b"".join(plain)
    assert json.loads(as_json) == reply


@pytest.mark.fault(86)
def test_row_86_what_an_encoding_holds_is_written_in_it(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = history(pageName=NAMED, hitId="é")
    explorer.answer_with(answer(json.dumps(reply, ensure_ascii=False)))
    written = []
    for more in ((), ("--json",)):
        out = TextIOWrapper(BytesIO(), "latin-1", errors="strict", write_through=True)
        monkeypatch.setattr("sys.stdout", out)

        assert main([*VISITOR, *more]) == 0

        out.seek(0)
        written.append(out.read())

    plain, as_json = written
    assert "\\u{65e5}\\u{2192}é\\u{1f600}" in plain
    assert "é" in as_json
    assert json.loads(as_json) == reply


@each("encoding", ["ascii", "latin-1"])
@pytest.mark.fault(86)
def test_row_86_nor_does_a_terminal_get_it(encoding: str, explorer: Explorer) -> None:
    explorer.answer_with(answer(history(pageName="日→é😀", hitId="é")))

    ended = on_terminal(*VISITOR, encoding=encoding)

    assert ended.code == 0
    assert "\\u{65e5}" in ended.out


@each(
    ("env", "coloured"),
    [
        ({}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": ""}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
    ],
)
@pytest.mark.fault(87)
def test_row_87_a_plain_terminal_gets_no_escapes(
    env: Mapping[str, str], coloured: bool, explorer: Explorer
) -> None:
    ended = on_terminal(*VISITOR, env=env)

    assert ended.code == 0
    assert ("\x1b" in ended.out) is coloured
    assert "Timeline" in ended.plainly


@each("question", [VISITOR, HIT])
@each("columns", ["0", "1", "10000", "9" * 5000, "junk"])
@pytest.mark.fault(88)
def test_row_88_any_width_shows_all_that_matters(
    question: tuple[str, ...], columns: str, explorer: Explorer
) -> None:
    money = {"cost": 123456.789, "revenue": 0, "conversionTransaction": "T-1"}
    replies = {VISITOR: history(**money), HIT: events(**money)}
    explorer.answer_with(answer(replies[question]))

    ended = on_terminal(*question, env={"COLUMNS": columns})

    assert ended.code == 0
    assert HIT_ID in ended.plainly
    assert VISITOR_ID in ended.plainly
    assert "14:30" in ended.plainly
    assert max(map(len, ended.plainly.split("\n"))) <= 250


@pytest.mark.fault(87)
def test_row_87_a_real_terminal_gets_colours_and_nothing_else(
    explorer: Explorer, run_ffx: Runner
) -> None:
    explorer.answer_with(answer(HOSTILE_REPLIES[VISITOR]))

    finished = run_ffx.on_terminal(*VISITOR)

    assert finished.code == 0
    assert b"\x1b" in finished.out
    shown = OWN_COLOURS.sub("", finished.out.decode()).replace("\r\n", "\n")
    assert not STEERING.search(shown)


def test_no_window_size_at_all(explorer: Explorer, run_ffx: Runner) -> None:
    finished = run_ffx.on_terminal(*VISITOR, columns=0)

    assert finished.code == 0
    assert HIT_ID in finished.out.decode()
