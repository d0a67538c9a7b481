"""The command line as a whole: run-wide options, usage errors, and how a run ends."""

import errno
import io
import json
import signal
import sys

import pytest

from ffx.cli import app as cli
from ffx.cli.app import main
from ffx.errors import ExitCode
from ffx.version import __version__
from tests.explorer import HIT_ID, VISITOR_ID, Explorer
from tests.looping import each

_STORY_HIT = "dkezmsf3bat8xdbz8rt039r4h"


@each("line", [["--help"], ["-h"], ["visitor", "--help"], ["hit", "-h"]])
def test_help_is_a_result(capsys: pytest.CaptureFixture[str], line: list[str]) -> None:
    assert main(line) == ExitCode.OK
    out, err = capsys.readouterr()
    assert out.startswith("Usage: ffx")
    assert err == ""


@each("command", ["visitor", "hit"])
def test_the_help_of_a_command_names_the_run_wide_options(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    main([command, "--help"])
    _, _, ending = capsys.readouterr().out.partition("Run-wide options")
    assert "--sandbox" in ending
    assert "--tz" in ending


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == ExitCode.OK
    assert capsys.readouterr() == (f"ffx {__version__}\n", "")


@each(
    "line",
    [
        ["--sandbox", "--tz", "Asia/Tokyo", "hit", _STORY_HIT],
        ["hit", _STORY_HIT, "--sandbox", "--tz", "Asia/Tokyo"],
        ["hit", "--tz=Asia/Tokyo", _STORY_HIT, "--sandbox"],
        ["hit", "--tz=Asia/Tokyo", "--sandbox", "--", _STORY_HIT],
        ["hit", "-vq", _STORY_HIT, "--sandbox", "--tz", "Asia/Tokyo"],
    ],
)
def test_run_wide_options_may_stand_anywhere(
    capsys: pytest.CaptureFixture[str], line: list[str]
) -> None:
    assert main(line) == ExitCode.OK
    out, err = capsys.readouterr()
    assert "+09:00\t" in out
    assert err == ""


def test_an_option_after_two_dashes_is_a_target(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hit", "--sandbox", "--", "--sandbox"]) != ExitCode.OK
    assert "--sandbox" in capsys.readouterr().err


def test_the_value_of_another_option_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    line = ["visitor", VISITOR_ID, "--event", "-v", "--sandbox"]
    assert main(line) == ExitCode.OK
    out, err = capsys.readouterr()
    assert "rows\t0\n" in out
    assert "POST" not in err


def test_verbose_tells_about_requests_and_quiet_about_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["hit", _STORY_HIT, "--sandbox", "-v"])
    assert "POST /reporting/explorer/hit → 200" in capsys.readouterr().err
    main(["hit", "https://example.com/?hit=" + _STORY_HIT, "--sandbox", "-q"])
    assert capsys.readouterr().err == ""


@each(
    ("line", "message", "hint"),
    [
        (["hits"], "no such command 'hits'", "ffx --help"),
        (["hit", "--sandbx", "x"], "no such option: --sandbx", "--sandbox"),
        (["hit", "x", "--jsn"], "no such option: --jsn", "--json"),
        (["hit", "x", "--tz"], "option --tz needs a value", "ffx --help"),
        (["hit", "x", "--at"], "option '--at' requires an argument", "--help"),
        (["hit", "x", "--color", "red"], "invalid value for '--color'", "ffx --help"),
        (["hit", "x", "--tz", "Europe/Berln"], "unknown zone 'Europe/Berln'", "Europe/Berlin"),
        (["hit", "x", "--timeout", "soon"], "'soon'", "90s"),
        (["hit", "x", "--max-body", "much"], "'much'", "16MiB"),
        (["hit", "--json"], "TARGET", ""),
        (["hit", "x", "--api-url", "http://example.com"], "https only", ""),
        (["hit", "x\x1b[2J"], r"\u{1b}", ""),
    ],
)
def test_usage_errors_have_our_form(
    explorer: Explorer,
    capsys: pytest.CaptureFixture[str],
    line: list[str],
    message: str,
    hint: str,
) -> None:
    assert main(line) == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    first, *hints = [text for text in err.splitlines() if not text.startswith('{"error"')] or [err]
    if "--json" in line:
        error = json.loads(err)["error"]
        first, hints = f"ffx: {error['message']}", [f"  {error['hint']}"]
    assert first.startswith("ffx: ")
    assert message in first
    assert hint in "\n".join(hints)
    assert all(text.startswith("  ") for text in hints)
    assert "\x1b" not in err
    assert explorer.requests == []


@each(
    "line",
    [
        ["hit", "{hit}", "--json"],
        ["hit", "{hit}", "--format", "json"],
        ["hit", "{hit}", "--format=json"],
        ["--sandbox", "hit", "--json", "{hit}"],
    ],
)
def test_errors_in_json_are_one_object(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], line: list[str]
) -> None:
    assert main(line) == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert set(json.loads(err)["error"]) == {"code", "message", "hint", "retryable"}


def test_json_after_two_dashes_is_a_target(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["hit", "{hit}", "--", "--json"])
    assert not capsys.readouterr().err.startswith("{")


@each("line", [[], ["visitor"], ["hit"]])
def test_nothing_to_look_up_shows_how(capsys: pytest.CaptureFixture[str], line: list[str]) -> None:
    assert main(line) in (ExitCode.OK, ExitCode.USAGE)
    out, err = capsys.readouterr()
    assert "Usage: ffx" in out + err


def test_a_fault_is_a_sentence_without_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise ZeroDivisionError("by \x1b zero")

    monkeypatch.setattr(cli, "_run", fail)
    assert main(["hit", HIT_ID]) == ExitCode.FAULT
    err = capsys.readouterr().err
    assert err.startswith("ffx: a fault in ffx itself: ZeroDivisionError: by \\u{1b} zero\n  ")
    assert "Traceback" not in err

    monkeypatch.setenv("FFX_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["hit", HIT_ID])


def test_a_system_that_has_no_more_files_is_no_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise OSError(errno.EMFILE, "Too many open files", "some.py")

    monkeypatch.setattr(cli, "_run", fail)
    assert main(["hit", HIT_ID]) == ExitCode.TEMPORARY
    assert capsys.readouterr().err == (
        "ffx: the system lets ffx open no more files: too many open files\n"
        "  Use fewer --jobs, or raise the limit (ulimit -n).\n"
    )


def test_ctrl_c_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def end(*_: object) -> int:
        raise KeyboardInterrupt

    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    monkeypatch.setattr(cli, "_run", end)
    assert main(["hit", HIT_ID]) == ExitCode.INTERRUPTED
    assert capsys.readouterr().err == "ffx: interrupted\n"
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_reader_that_leaves_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Left(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Left())
    assert main(["hit", _STORY_HIT, "--sandbox"]) == ExitCode.OK
    assert capsys.readouterr().err == ""


def test_a_closed_stdout_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["hit", _STORY_HIT, "--sandbox"]) == ExitCode.OUTPUT
    assert "stdout is closed" in capsys.readouterr().err
