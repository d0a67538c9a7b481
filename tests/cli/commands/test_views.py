"""The views: drawn in a pipe where that is asked for, and with the members that are asked for."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, events, history

_SGR = re.compile(r"\x1b\[[0-9;]*m")
_WINDOW = ("--since", "2024-03-04", "--until", "2024-03-05", "--utc")
_VISITOR = ("visitor", VISITOR_ID, *_WINDOW)
_SALE = {"eventType": "conversion", "eventTime": "2024-03-05T14:30:00Z", "t1": "de"}
# Of the sandbox, with how each begins in a pipe and drawn.
_SOLD = "dkezmsf3bat8xdbz8rt039r4h"
_SANDBOX = {
    ("hit", _SOLD): ("hitId\t", f"Hit {_SOLD}"),
    ("visitor", _SOLD): ("visitorId\t", "Visitor "),
    ("diagnose", _SOLD): ("hitId\t", "Converted for "),
    ("compare", _SOLD, "k51njp5ts8y1h26mpf7h2fr4h"): ("target\t", ""),
    ("hit", "--from", "ids.txt"): ("target\tfound", "  target  "),
    ("diagnose", "--from", "ids.txt"): ("target\tconverted", "  target  "),
}

Show = Callable[..., str]


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Show:
    """Return what runs a command in a pipe, or on a terminal, 100 columns wide."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")

    def run(*words: str, terminal: bool = False) -> str:
        with monkeypatch.context() as patch:
            patch.setattr("ffx.output.streams._is_terminal", lambda _: terminal)
            assert main(list(words)) == ExitCode.OK
        return capsys.readouterr().out

    return run


@pytest.fixture
def march(explorer: Explorer) -> Explorer:
    """Let the service know a visitor's entrance and sale of March 2024."""
    reply = history(eventType="entrance", eventTime="2024-03-05T14:00:00Z", t1="de", t2="{kw}")
    reply["hits"][0]["hitId"] = "kaaaaaaaaaaaaaaaaaaaaaaa0"
    reply["hits"] += history(**_SALE)["hits"]
    explorer.answer_with(answer(reply))
    return explorer


def test_a_pipe_gets_the_terminals_view_where_colours_are_asked_for(
    march: Explorer, show: Show
) -> None:
    drawn = show(*_VISITOR, terminal=True)
    assert show(*_VISITOR, "--color", "always") == drawn
    assert _SGR.search(drawn)
    plain = _SGR.sub("", drawn)
    assert show(*_VISITOR, "--format", "table") == plain
    assert show(*_VISITOR, "--format", "table", "--color", "always") == drawn


def test_a_pipe_gets_plain_lines_where_no_view_is_asked_for(
    march: Explorer, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = show(*_VISITOR)
    assert plain.startswith("visitorId\t")
    assert show(*_VISITOR, "--color", "never") == plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert show(*_VISITOR) == plain


def test_every_table_is_drawn_in_a_pipe_where_that_is_asked_for(
    show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ids.txt").write_text(f"{_SOLD}\n")
    for place, (words, (plain, drawn)) in enumerate(_SANDBOX.items()):
        command = (*words, "--sandbox")
        assert show(*command).startswith(plain), words
        coloured = show(*command, "--color", "always")
        assert "\x1b[" in coloured, words
        assert _SGR.sub("", coloured).startswith(drawn), words
        if place % 2 == 0:  # to be drawn is one thing, whatever the command; colours are another
            view = show(*command, "--format", "table")
            assert view.startswith(drawn), words
            assert "\t" not in view, words
            assert "\x1b" not in view, words


def test_colours_change_no_other_format_and_no_file(
    march: Explorer, show: Show, tmp_path: Path
) -> None:
    for form in ("json", "jsonl", "csv", "md", "html"):
        words = (*_VISITOR, "--format", form)
        shown = [show(*words, *color) for color in ((), ("--color", "always"))]
        # A page says when it was made, and is long.
        assert shown[0] == shown[1] or form in ("md", "html"), form
        assert "\x1b" not in shown[1], form
    plain = show(*_VISITOR)
    for name in ("out.txt", "out.tsv"):
        show(*_VISITOR, "--color", "always", "-o", str(tmp_path / name))
        assert (tmp_path / name).read_text() == plain, name


def test_a_file_gets_the_view_without_colours_but_one_of_tab_separated_lines(
    march: Explorer, show: Show, tmp_path: Path
) -> None:
    words = (*_VISITOR, "--format", "table", "--color", "always", "-o")
    drawn = _SGR.sub("", show(*_VISITOR, terminal=True))
    plain = show(*_VISITOR)
    show(*words, str(tmp_path / "out.txt"))
    assert (tmp_path / "out.txt").read_text() == drawn
    show(*words, str(tmp_path / "out.tsv"))
    assert (tmp_path / "out.tsv").read_text() == plain


def test_all_rows_are_drawn_in_a_pipe_and_the_newest_on_a_terminal(
    explorer: Explorer, show: Show
) -> None:
    reply = history(eventType="view", eventTime="2024-03-05T14:00:00Z")
    reply["hits"] *= 203
    explorer.answer_with(answer(reply))
    assert "3 earlier rows not shown" in show(*_VISITOR, terminal=True)
    assert "not shown" not in show(*_VISITOR, "--format", "table")


def test_wide_shows_every_member_and_fields_some_of_them(march: Explorer, show: Show) -> None:
    view = ("--format", "table")
    assert "t1 de" not in show(*_VISITOR, *view)
    wide = show(*_VISITOR, *view, "--wide")
    assert "the same in all 2 rows\n    t1 de\n" in wide
    assert "t2 {kw} ← unfilled" in wide
    some = show(*_VISITOR, *view, "--fields", "T2,t9")
    assert "t2 {kw} ← unfilled\n" in some
    assert "the same in all 2 rows\n    t9 –\n" in some
    assert "t1 de" not in some


def test_plain_lines_have_every_member_or_those_of_fields(march: Explorer, show: Show) -> None:
    assert show(*_VISITOR, "--wide") == show(*_VISITOR)
    table = show(*_VISITOR, "--fields", "hitid,t1").partition("\n\n")[2]
    assert table == f"hitId\tt1\nkaaaaaaaaaaaaaaaaaaaaaaa0\tde\n{HIT_ID}\tde\n"


def test_wide_and_fields_are_refused_where_they_cannot_act(
    explorer: Explorer,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ids.txt").write_text(f"{HIT_ID}\n")
    for words, message in {
        ("visitor", HIT_ID, "--wide", "--json"): "--wide is for the view, not for --format json",
        ("visitor", HIT_ID, "--wide", "-o", "a.csv"): "--wide is for the view",
        ("visitor", HIT_ID, "--wide", "--format", "md"): "--wide is for the view",
        ("visitor", HIT_ID, "--wide", "--fields", "t1"): "--wide and --fields exclude each other",
        ("visitor", "--from", "ids.txt", "--wide"): "--wide is for whole views\n  Add --full",
        ("visitor", "--from", "ids.txt", "--fields", "t1"): "--fields needs --full, or --format",
        ("visitor", HIT_ID, "--fields", "target"): "--fields target needs --format csv",
        ("visitor", HIT_ID, "--fields", "visitor.ip"): "--fields visitor.ip needs --format csv",
        (
            "visitor",
            HIT_ID,
            "--fields",
            "tt1",
        ): "--fields names 'tt1', which no row has\n  Perhaps t1.",
        # What this view takes is proposed, and nothing else.
        ("visitor", HIT_ID, "--fields", "IP"): "'IP', which no row has\n  The view tells it above",
        ("visitor", HIT_ID, "--fields", "ip", "--format", "csv"): "Perhaps visitor.ip.",
        ("visitor", HIT_ID, "--fields", "targets"): "which no row has\n  It knows hitId, ",
        ("visitor", HIT_ID, "--fields", "targets", "--format", "csv"): "Perhaps target.",
        ("visitor", HIT_ID, "--fields", ","): "--fields names nothing",
        ("visitor", HIT_ID, "--fields", "t1", "--json"): "--fields needs --format csv",
        ("hit", HIT_ID, "--fields", "t1"): "--fields needs --format csv",
        ("diagnose", HIT_ID, "--fields", "headline"): "--fields needs --format csv",
        ("hit", HIT_ID, "--wide"): "--wide belongs to ffx visitor",
    }.items():
        assert main(list(words)) == ExitCode.USAGE, words
        out, err = capsys.readouterr()
        assert (out, err.startswith(f"ffx: {message}") or message in err) == ("", True), words
    assert explorer.requests == []


def test_wide_acts_in_the_whole_views_of_a_list(
    march: Explorer, show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ids.txt").write_text(f"{HIT_ID}\n{VISITOR_ID}\n")
    words = ("visitor", "--from", "ids.txt", "--full", *_WINDOW, "--format", "table")
    assert show(*words, "--wide").count("    t1 de\n") == 2
    assert show(*words, "--fields", "t1").count("    t1 de\n") == 2
    assert "t1 de" not in show(*words)


def test_the_hit_asked_for_is_marked_and_said_where_it_is_left_out(
    march: Explorer, show: Show, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("visitor", HIT_ID, *_WINDOW)
    view = show(*words, "--format", "table")
    assert re.findall(r"(?m)^▸ 14:30:00", view) == ["▸ 14:30:00"]
    assert f"\nhitId\t{HIT_ID}\n" in show(*words)
    assert "▸" not in show(*_VISITOR, "--format", "table")
    assert "\nhitId\t" not in show(*_VISITOR).partition("\n\n")[0]
    for target, is_told in ((HIT_ID, True), (VISITOR_ID, False)):
        for form in ((), ("--format", "table")):
            assert main(["visitor", target, *_WINDOW, "--event", "entrance", *form]) == 0
            told = f"note: hit {HIT_ID}, which was asked for, is not among these rows"
            assert (told in capsys.readouterr().err) is is_told


def test_a_hits_view_is_drawn_as_on_a_terminal(explorer: Explorer, show: Show) -> None:
    explorer.answer_with(answer(events(**_SALE)))
    drawn = show("hit", HIT_ID, terminal=True)
    assert show("hit", HIT_ID, "--color", "always") == drawn


def test_coming_rows_are_drawn_in_a_pipe_where_that_is_asked_for(
    march: Explorer, show: Show
) -> None:
    words = ("watch", VISITOR_ID, "--until", "conversion", "--since", "2024-03-04", "--utc")
    assert show(*words).startswith("hitId\t")
    assert show(*words, "--format", "table").startswith("  time  ")
    assert "\x1b[" in show(*words, "--color", "always")
