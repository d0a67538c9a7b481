"""What is written where, what the screen is, and streams that fail or cannot hold a text."""

import errno
import io
import json
import sys
from collections.abc import Mapping

import pytest

from ffx.errors import NotFoundError, OutputError, TemporaryError, UsageError
from ffx.output.error_text import error_record
from ffx.output.streams import Output, ReaderLeft, Screen, find_screen
from tests.looping import each


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Failing(io.StringIO):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def write(self, _: str) -> int:
        raise self.error


def _screen(*, terminal: bool = False) -> Screen:
    return Screen(stdout_is_terminal=terminal, stderr_is_terminal=terminal, width=80, color=False)


def _encoded(monkeypatch: pytest.MonkeyPatch, name: str, encoding: str) -> io.BytesIO:
    kept = io.BytesIO()
    monkeypatch.setattr(sys, name, io.TextIOWrapper(kept, encoding=encoding))
    return kept


@each(
    ("columns", "width"),
    [("100", 100), ("0", 80), ("1", 40), ("39", 40), ("10000", 250), ("junk", 80), ("", 80)],
)
def test_columns_say_the_width_within_bounds(columns: str, width: int) -> None:
    assert find_screen({"COLUMNS": columns}).width == width


@each(
    ("environ", "color", "on_terminal", "expected"),
    [
        ({"TERM": "xterm"}, "auto", True, True),
        ({"TERM": "xterm"}, "auto", False, False),
        ({"TERM": "xterm"}, "never", True, False),
        ({}, "always", False, True),
        ({"TERM": "dumb"}, "auto", True, False),
        ({}, "auto", True, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, "auto", True, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, "auto", True, True),
        ({"FORCE_COLOR": "1"}, "auto", False, True),
        ({"FORCE_COLOR": "0"}, "auto", False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, "auto", True, False),
        ({"NO_COLOR": "1"}, "always", False, True),
    ],
)
def test_colour(
    monkeypatch: pytest.MonkeyPatch,
    environ: Mapping[str, str],
    color: str,
    on_terminal: bool,
    expected: bool,
) -> None:
    monkeypatch.setattr(sys, "stdout", _Terminal() if on_terminal else io.StringIO())
    screen = find_screen(environ, color=color)
    assert screen.color is expected
    assert screen.stdout_is_terminal is on_terminal


def test_closed_streams_are_no_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    screen = find_screen({})
    assert (screen.stdout_is_terminal, screen.stderr_is_terminal) == (False, False)


def test_results_and_notes_go_their_ways(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(_screen(), verbose=True)
    output.result("a\n")
    output.document("{}\n")
    output.note("b\x1b[2J\nc")
    output.detail("d")
    output.hint("only for a person")
    assert capsys.readouterr() == ("a\n{}\n", "b\\u{1b}[2J\\u{a}c\nd\n")


def test_a_person_at_a_terminal_gets_hints(capsys: pytest.CaptureFixture[str]) -> None:
    Output(_screen(terminal=True)).hint("next: ffx hit r1h")
    assert capsys.readouterr().err == "next: ffx hit r1h\n"


def test_quiet_leaves_errors_and_losses(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(_screen(terminal=True), quiet=True, verbose=True)
    output.note("a")
    output.detail("b")
    output.hint("c")
    output.loss("3 were not asked")
    output.error(UsageError("cannot read 'x'"))
    assert capsys.readouterr().err == "3 were not asked\nffx: cannot read 'x'\n"


def test_an_error_is_a_sentence_and_what_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(_screen())
    output.error(NotFoundError("nothing \u202efound", hint="looked in x\nperhaps \x07"))
    assert capsys.readouterr().err == (
        "ffx: nothing \\u{202e}found\n  looked in x\n  perhaps \\u{7}\n"
    )


def test_an_error_in_json_is_one_inert_line(capsys: pytest.CaptureFixture[str]) -> None:
    error = TemporaryError("ü \u202e", hint="a\nb", code="timeout", status=504, request_id="r-1")
    Output(_screen()).error(error, as_json=True)
    line = capsys.readouterr().err
    assert line.isascii()
    assert json.loads(line) == {
        "error": {
            "code": "timeout",
            "message": "ü \u202e",
            "hint": "a\nb",
            "retryable": True,
            "status": 504,
            "requestId": "r-1",
        }
    }


def test_an_error_record_names_only_what_is_known() -> None:
    assert error_record(UsageError("no")) == {
        "code": "usage",
        "message": "no",
        "hint": "",
        "retryable": False,
    }


@each(
    ("terminal", "encoding", "written"),
    [
        (True, "utf-8", "→ ↑ · – ─ … ü 商\n"),
        (True, "ascii", "-> ^ - - - ... \\u{fc} \\u{5546}\n"),
        (True, "latin-1", "-> ^ · - - ... ü \\u{5546}\n"),
        (False, "ascii", "\\u{2192} \\u{2191} \\u{b7} \\u{2013} \\u{2500} \\u{2026} "
         "\\u{fc} \\u{5546}\n"),
    ],
)  # fmt: skip
def test_what_a_stream_cannot_hold_is_spelled_out(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, encoding: str, written: str
) -> None:
    kept = _encoded(monkeypatch, "stdout", encoding)
    Output(_screen(terminal=terminal)).result("→ ↑ · – ─ … ü 商\n")
    assert kept.getvalue().decode(encoding) == written


def test_json_that_a_stream_cannot_hold_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = _encoded(monkeypatch, "stdout", "ascii")
    Output(_screen()).document('"ü 🌷"\n')
    assert kept.getvalue() == b'"\\u00fc \\ud83c\\udf37"\n'
    assert json.loads(kept.getvalue()) == "ü 🌷"


def test_a_lone_surrogate_is_written_in_any_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = _encoded(monkeypatch, "stdout", "utf-8")
    Output(_screen()).result("\ud800\n")
    assert kept.getvalue() == b"\\u{d800}\n"


@each(
    ("error", "reason", "wants_room"),
    [
        (OSError(errno.ENOSPC, "x"), "no space left on device", True),
        (OSError(errno.EDQUOT, "x"), "disk quota exceeded", True),
        (OSError(errno.EFBIG, "x"), "file too large", True),
        (OSError(errno.EIO, "x"), "input/output error", False),
        (OSError(errno.EBADF, "x"), "bad file descriptor", False),
        (ValueError("I/O operation on closed file"), "i/o operation on closed file", False),
    ],
)
def test_a_result_that_cannot_be_written_is_an_error(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str, wants_room: bool
) -> None:
    monkeypatch.setattr(sys, "stdout", _Failing(error))
    with pytest.raises(OutputError, match=f"^cannot write the result: {reason}$") as raised:
        Output(_screen()).result("a\n")
    assert ("Make room" in raised.value.hint) is wants_room


def test_a_closed_stdout_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(OutputError, match="stdout is closed"):
        Output(_screen()).result("a\n")


def test_a_reader_that_left_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", _Failing(BrokenPipeError(errno.EPIPE, "x")))
    with pytest.raises(ReaderLeft):
        Output(_screen()).document("{}\n")


@each("stream", [None, _Failing(OSError(errno.EPIPE, "x"))])
def test_notes_that_nobody_can_read_are_no_loss(
    monkeypatch: pytest.MonkeyPatch, stream: object
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    Output(_screen()).note("a")


_SENTENCE = (
    "  The network did not fill it in: see the offer URL's click parameter, and the postback."
)


@each(
    ("line", "on_terminal", "said"),
    [
        (
            _SENTENCE,
            True,
            "  The network did not fill it in: see the offer URL's click parameter, and the\n"
            "  postback.\n",
        ),
        (f"note:{' a word' * 12}", True, f"note:{' a word' * 10} a\n  word a word\n"),
        (
            f"  Try {'20261128, ' * 5}yesterday or mon. See ffx help times.",
            True,
            f"  Try {'20261128, ' * 5}yesterday or mon. See\n  ffx help times.\n",
        ),
        (_SENTENCE, False, f"{_SENTENCE}\n"),
        ("short", True, "short\n"),
        # What is copied from the screen stays whole.
        (f"next: ffx visitor {'v' * 27} {'--since 2d ' * 5}", True, None),
        (f"written to {'/folder' * 12}", True, None),
        (f"cannot read https://example.com/{'path' * 20}", True, None),
    ],
)
def test_a_terminal_gets_its_sentences_broken_at_blanks(
    line: str, on_terminal: bool, said: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    Output(_screen(terminal=on_terminal)).note(line)

    assert capsys.readouterr().err == (f"{line}\n" if said is None else said)


def test_an_error_in_json_is_one_line_on_a_terminal_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Output(_screen(terminal=True)).error(UsageError(_SENTENCE * 3, hint="None."), as_json=True)

    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["error"]["message"] == _SENTENCE * 3
