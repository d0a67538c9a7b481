"""Rows 9 to 13, 106 and 119: the files of tokens and settings, and the folders they are in."""

import errno
import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ffx.settings.config import config_path
from tests.conftest import Runner
from tests.explorer import Explorer, answer, history
from tests.faults.patience import Tell, assert_same_in_json
from tests.faults.rows import VISITOR
from tests.looping import each
from tests.service.tokens import FAR_AHEAD, NEW, OLD, OLD_REFRESH, bearers, log_in, renewal, stored

FOUND = answer(history())
ASKED = " ".join(VISITOR)


@pytest.mark.fault(9)
def test_row_9_a_lock_that_somebody_holds_is_waited_for_and_then_told(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ffx.settings.credentials.LOCK_TIMEOUT", 0.1)
    with log_in(explorer, monkeypatch).locked():
        plain, as_json = tell(*VISITOR), tell(*VISITOR, "--json")

    assert plain.code == 4
    assert plain.err == (
        "ffx: waited 0.1 s for another ffx that renews the token\n"
        "  Try again. If no other ffx runs, remove HOME/config/ffx/credentials.json.lock.\n"
    )
    assert_same_in_json(plain, as_json)
    assert explorer.requests == []
    assert stored()["access_token"] == OLD


# Ends the process as nobody can prevent: before the new file takes the old one's place, or after.
KILLED = {
    "before": "import os, signal\nos.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n",
    "after": """
import os, pathlib, signal
replace = pathlib.Path.replace
pathlib.Path.replace = lambda *paths: (replace(*paths), os.kill(os.getpid(), signal.SIGKILL))
""",
}


@pytest.mark.parametrize(("moment", "kept"), [("before", OLD), ("after", NEW)])
@pytest.mark.fault(10)
def test_row_10_killed_while_storing_the_next_run_goes_on(
    tell: Tell,
    explorer: Explorer,
    run_striking_ffx: Runner,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    kept: str,
) -> None:
    log_in(explorer, monkeypatch)
    explorer.answer_with(renewal())

    killed = run_striking_ffx(*VISITOR, env={"STRIKING": KILLED[moment]})

    assert killed.code == -signal.SIGKILL
    assert stored()["access_token"] == kept
    explorer.answer_with(*([renewal()] if kept == OLD else []), FOUND)
    assert tell(*VISITOR, "--json").code == 0
    assert stored()["access_token"] == NEW


def fill(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def link(path: Path) -> None:
    path.rename(path.with_name("target"))
    path.symlink_to(path.with_name("target"))


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


MOVE = "  It is left as it is. Move it away, and log in again: ffx auth login\n"


FILE = "HOME/config/ffx/credentials.json"


@pytest.mark.parametrize("command", [VISITOR, ("auth", "status"), ("auth", "logout")], ids=str)
@each(
    ("spoil", "says"),
    [
        (lambda path: path.chmod(0o644),
         f"ffx: the credentials in {FILE} can be read by others\n"
         f"  Close them: chmod 600 {FILE}\n"),
        (fill(b"junk"), f"ffx: the credentials file {FILE} is not JSON\n{MOVE}"),
        (fill(b"\xef\xbb\xbf{}"), f"ffx: the credentials file {FILE} is not JSON\n{MOVE}"),
        (fill(b""), f"ffx: the credentials file {FILE} is not JSON\n{MOVE}"),
        (folder, f"ffx: the credentials file {FILE} is a folder\n{MOVE}"),
        (link, f"ffx: the credentials file {FILE} is a link\n{MOVE}"),
    ],
)  # fmt: skip
@pytest.mark.fault(11, 12)
def test_rows_11_and_12_a_file_that_cannot_be_trusted_is_named_and_left(
    tell: Tell,
    explorer: Explorer,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Path], object],
    says: str,
    command: tuple[str, ...],
) -> None:
    path = log_in(explorer, monkeypatch, expires_at=FAR_AHEAD).path
    spoil(path)
    before = (path.lstat(), path.is_dir() or path.read_bytes())

    told = tell(*command)

    assert (told.code, told.out, told.err) == (4, "", says)
    after = path.lstat()
    assert (after.st_ino, after.st_mode, after.st_mtime_ns) == (
        before[0].st_ino, before[0].st_mode, before[0].st_mtime_ns,
    )  # fmt: skip
    assert (path.is_dir() or path.read_bytes()) == before[1]
    assert explorer.requests == []
    shutil.rmtree(path.parent)


@pytest.mark.parametrize(
    ("number", "reason"),
    [(30, "read-only file system"), (28, "no space left on device"), (13, "permission denied")],
)
@pytest.mark.fault(13)
def test_row_13_a_new_token_that_cannot_be_stored_is_good_for_the_run(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    log_in(explorer, monkeypatch)
    explorer.answer_with(renewal(), FOUND)
    monkeypatch.setattr("tempfile.mkstemp", fail)

    told = tell(*VISITOR, "--json")

    assert (told.code, json.loads(told.out)) == (0, history())
    assert told.err == (
        f"note: the new token could not be stored ({reason}); it is good for this run only\n"
    )
    assert bearers(explorer) == [OLD, NEW]
    assert stored()["access_token"] == OLD


@pytest.mark.fault(13)
def test_row_13_the_same_in_a_process_whose_disk_is_full(
    explorer: Explorer, run_ffx: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(explorer, monkeypatch)
    explorer.answer_with(renewal(), FOUND)

    done = run_ffx.in_shell(f"ulimit -f 0; ffx {ASKED} --json | cat")

    assert json.loads(done.out) == history()
    assert done.err == (
        "note: the new token could not be stored (file too large); it is good for this run only\n"
    )
    assert stored()["access_token"] == OLD


@pytest.mark.parametrize("place", ["/dev/null", "/dev/null/below", "/nonexistent/home", ""])
@pytest.mark.fault(13)
def test_row_13_a_home_that_is_none_keeps_nobody_from_looking(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("HOME", place)
    monkeypatch.setenv("XDG_CONFIG_HOME", place)
    monkeypatch.setenv("FFX_REFRESH_TOKEN", OLD_REFRESH)
    explorer.answer_with(answer({"message": "no"}, 401), renewal(), FOUND)

    told = tell(*VISITOR, "--json")

    assert (told.code, json.loads(told.out)) == (0, history())
    assert told.err == (
        "note: the token was renewed for this run only; to keep it: ffx auth login\n"
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("colour = 'red'", "has an unknown key: colour\n  It knows api_url, tz, profile.\n"),
        ("tz = 5", "has no text under tz\n"),
        ("tz = ", "is not TOML: Invalid value (at end of document)\n"),
        (
            "a\n",
            "is not TOML: Expected '=' after a key in a key/value pair (at line 1, column 2)\n",
        ),
    ],
)
@pytest.mark.fault(106)
def test_row_106_what_is_wrong_with_the_settings_is_named(
    tell: Tell, explorer: Explorer, content: str, says: str
) -> None:
    config_path().parent.mkdir(parents=True)
    config_path().write_text(content)

    plain, as_json = tell(*VISITOR), tell(*VISITOR, "--json")

    assert plain.code == 2
    assert plain.err == f"ffx: the settings file HOME/config/ffx/config.toml {says}"
    assert_same_in_json(plain, as_json)
    assert explorer.requests == []


@pytest.mark.fault(119)
def test_row_119_settings_that_may_not_be_read_let_nothing_be_asked(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = config_path()
    path.parent.mkdir(parents=True)
    path.write_text("api_url = 'https://other.example.com/v1'")
    opened = Path.open

    def deny(asked: Path, mode: str = "r", **more: Any) -> Any:
        if asked == path:
            raise PermissionError(errno.EACCES, "Permission denied", str(asked))
        return opened(asked, mode, **more)

    monkeypatch.setattr(Path, "open", deny)
    plain, as_json = tell(*VISITOR), tell(*VISITOR, "--json")

    assert (plain.code, plain.out) == (2, "")
    assert plain.err == (
        "ffx: the settings file HOME/config/ffx/config.toml may not be read: permission denied\n"
        "  Let your user read it, or move it away.\n"
    )
    assert_same_in_json(plain, as_json)
    assert explorer.connections == 0
