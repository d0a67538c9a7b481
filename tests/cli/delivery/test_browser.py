"""`--open`: the page in a browser, from a private file; never in one of this machine."""

import os
import stat
import sys
import time
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.cli.delivery.browser import new_page
from ffx.errors import ExitCode
from tests.conftest import Runner
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, events, history

# A browser of the test's own: it writes down what it is to show.
_BROWSER = """
import os, pathlib, stat, sys
page = pathlib.Path(sys.argv[2].removeprefix("file://"))
modes = [oct(stat.S_IMODE(path.stat().st_mode)) for path in (page, page.parent)]
pathlib.Path(sys.argv[1]).write_text("\\n".join([sys.argv[2], *modes]))
"""


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of pages."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "ffx" / "pages"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, pages: Path) -> list[Path]:
    """Return the pages that were shown, by nothing that could open a window."""
    opened: list[Path] = []

    def open_(address: str) -> bool:
        opened.append(Path(address.removeprefix("file://")))
        return True

    monkeypatch.setattr("webbrowser.open", open_)
    return opened


@pytest.mark.skipif(os.name == "nt", reason="permissions are those of POSIX")
def test_the_readers_browser_gets_a_file_that_nobody_else_can_read(
    run_ffx: Runner, explorer: Explorer, pages: Path, tmp_path: Path
) -> None:
    explorer.answer_with(answer(events()))
    heard, browser = tmp_path / "heard", tmp_path / "browser.py"
    browser.write_text(_BROWSER)
    command = f"{sys.executable} {browser} {heard} %s"
    mask = os.umask(0)
    try:
        done = run_ffx("hit", HIT_ID, "--open", env={"BROWSER": command})
    finally:
        os.umask(mask)
    address, *modes = heard.read_text().splitlines()
    page = Path(address.removeprefix("file://"))
    assert (done.code, done.out) == (ExitCode.OK, b"")
    assert done.err.startswith(f"written to {page} (")
    assert done.err.count("\n") == 1
    assert page.parent == pages
    assert modes == ["0o600", "0o700"]
    assert page.read_text().startswith("<!doctype html>")


def test_without_a_browser_the_page_is_made_and_its_name_told(
    run_ffx: Runner, explorer: Explorer, pages: Path, tmp_path: Path
) -> None:
    explorer.answer_with(answer(events()))
    nothing = {"BROWSER": str(tmp_path / "missing"), "PATH": str(tmp_path), "DISPLAY": ""}
    done = run_ffx("hit", HIT_ID, "--open", "--quiet", env=nothing)
    [page] = pages.iterdir()
    assert (done.code, done.out) == (ExitCode.OK, b"")
    assert done.err == f"no browser could be started: open {page} in one\n"
    assert page.read_text().startswith("<!doctype html>")


@pytest.mark.skipif(os.name == "nt", reason="Windows takes its own browser, whatever BROWSER says")
def test_a_browser_that_cannot_be_read_is_none(
    run_ffx: Runner, explorer: Explorer, pages: Path, tmp_path: Path
) -> None:
    for browser in (" ", "'a %s", f" {os.pathsep}", '"%s'):
        explorer.answer_with(answer(events()))
        done = run_ffx(
            "hit",
            HIT_ID,
            "--open",
            "--quiet",
            env={"BROWSER": browser, "PATH": str(tmp_path), "DISPLAY": ""},
        )
        assert (done.code, done.out) == (ExitCode.OK, b""), browser
        assert done.err.startswith(f"no browser could be started: open {pages}"), browser


def test_every_look_up_can_be_shown(explorer: Explorer, shown: list[Path], pages: Path) -> None:
    explorer.answer_with(answer(events()))
    assert main(["hit", HIT_ID, "--open"]) == ExitCode.OK
    explorer.answer_with(answer(history()))
    for words in (
        ["visitor", VISITOR_ID, "--since", "2026-03-05", "--open"],
        ["visitor", VISITOR_ID, "--since", "2026-03-05", "--open", "--format", "html"],
        ["visitor", VISITOR_ID, "--since", "2026-03-05", "--open", "--redact"],
        ["diagnose", VISITOR_ID, "--open"],
    ):
        assert main(words) in (ExitCode.OK, ExitCode.PARTIAL), words
    assert len(set(shown)) == 5
    assert {page.parent for page in shown} == {pages}
    assert all("<!doctype html>" in page.read_text() for page in shown)


def test_a_file_that_is_named_is_the_one_that_is_shown(
    explorer: Explorer, shown: list[Path], tmp_path: Path, pages: Path
) -> None:
    explorer.answer_with(answer(events()))
    page = tmp_path / "a page.html"
    assert main(["hit", HIT_ID, "-o", str(page), "--open"]) == ExitCode.OK
    assert [Path(str(each).replace("%20", " ")) for each in shown] == [page]
    assert not pages.exists()


def test_what_was_not_found_is_not_shown_and_leaves_no_file(
    explorer: Explorer, shown: list[Path], pages: Path
) -> None:
    explorer.answer_with(answer('{"events":[]}'))
    assert main(["hit", HIT_ID, "--open"]) == ExitCode.NOT_FOUND
    explorer.answer_with(answer("", 418))
    assert main(["hit", HIT_ID, "--open"]) == ExitCode.SERVICE
    assert shown == []
    assert list(pages.iterdir()) == []


def test_a_result_that_lacks_rows_is_shown_and_exits_as_it_would(
    explorer: Explorer, shown: list[Path]
) -> None:
    explorer.answer_with(answer({**history(), "hasMore": True}))
    words = ["visitor", VISITOR_ID, "--since", "2026-03-05", "--complete", "--open"]
    assert main(words) == ExitCode.PARTIAL
    assert len(shown) == 1


def test_open_is_refused_where_there_is_nothing_to_show(
    explorer: Explorer, shown: list[Path], pages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, message in {
        ("--json",): "--open shows a page, not --format json",
        ("--format", "csv"): "--open shows a page, not --format csv",
        ("-o", "page.md"): "--open shows a page, not --format md",
        ("-o", "page.txt"): "--open shows a page, not --format table",
        ("--curl",): "--open and --curl exclude each other",
        ("-o", os.devnull, "--format", "html"): "--open needs a file",
        ("-o", "/dev/stdout", "--format", "html"): "--open needs a file",
        (HIT_ID.replace("k", "d"),): "--format html is one page about one TARGET",
    }.items():
        assert main(["hit", HIT_ID, "--open", *words]) == ExitCode.USAGE, words
        assert message in capsys.readouterr().err, words
    assert explorer.requests == []
    assert shown == []
    assert not pages.exists()


def test_pages_of_other_days_are_removed_and_nothing_else(pages: Path) -> None:
    pages.mkdir(parents=True)
    old, new = f"{'0a' * 8}.html", f"{'1b' * 8}.html"
    for name, days in ((old, 2), (new, 0), ("report.html", 2), ("old.txt", 2)):
        (pages / name).write_text("")
        past = time.time() - days * 86400
        os.utime(pages / name, (past, past))
    page = new_page()
    assert page.parent == pages
    assert sorted(each.name for each in pages.iterdir()) == [new, "old.txt", "report.html"]
    assert stat.S_IMODE(pages.stat().st_mode) == 0o700


def test_without_a_cache_a_new_folder_among_temporary_files_takes_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    page = new_page()
    assert page.parent.parent == tmp_path
    assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700


@pytest.mark.skipif(os.name == "nt", reason="a link wants rights of its own there")
def test_a_link_in_the_place_of_the_folder_is_not_followed(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    public = tmp_path / "public"
    public.mkdir(mode=0o755)
    public.chmod(0o755)
    page = public / f"{'0a' * 8}.html"
    page.write_text("")
    os.utime(page, (0, 0))
    pages.parent.mkdir(parents=True)
    pages.symlink_to(public)
    new = new_page()
    assert new.parent.parent == tmp_path
    assert new.parent != public
    assert stat.S_IMODE(new.parent.stat().st_mode) == 0o700
    assert [*public.iterdir()] == [page]
    assert stat.S_IMODE(public.stat().st_mode) == 0o755
