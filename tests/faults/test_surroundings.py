"""Odd surroundings: streams, locales, folders, namespaces, other runs."""

import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from tests.conftest import Runner
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, history
from tests.faults.bounds import LONGEST_WAIT
from tests.faults.rows import VISITOR
from tests.faults.screens import on_terminal
from tests.looping import each
from tests.service.tokens import OLD, OLD_REFRESH, log_in, stored, tokens

STORY = ("visitor", VISITOR_ID, "--since", "2d", "--sandbox")
DIAGNOSIS = ("diagnose", HIT_ID, "--sandbox")
LIST = ("sandbox",)
EVERYTHING = [STORY, ("hit", HIT_ID, "--sandbox"), DIAGNOSIS, LIST, ("--help",)]
COMMANDS = pytest.mark.parametrize("command", EVERYTHING, ids=lambda words: words[0])
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device is always full here")
PROC = pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder is nobody's here")


@FULL
@pytest.mark.parametrize("more", [(), ("--json",), ("--format", "md"), ("--format", "html")])
@pytest.mark.fault(82)
def test_row_82_a_full_disk_takes_no_diagnosis(
    more: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with io.TextIOWrapper(io.FileIO("/dev/full", "w"), write_through=True) as full:
        monkeypatch.setattr(sys, "stdout", full)
        code = main([*DIAGNOSIS, *more])
        monkeypatch.undo()

    assert code == ExitCode.OUTPUT
    assert "no space left on device" in capsys.readouterr().err


@FULL
def test_words_that_cannot_be_written_leave_the_result_alone(run_ffx: Runner) -> None:
    finished = run_ffx.in_shell(f"ffx {' '.join(STORY)} -v --json 2>/dev/full")

    assert finished.code == ExitCode.OK
    assert json.loads(finished.out)["visitor"]["visitorId"] == VISITOR_ID


@each(
    ("command", "encoding"),
    [
        *((command, encoding) for command in EVERYTHING for encoding in ("ascii", "utf-16")),
        *((command, encoding) for command in EVERYTHING[:1] for encoding in ("latin-1", "cp1252")),
    ],
)
def test_any_encoding_takes_any_view(command: tuple[str, ...], encoding: str) -> None:
    ended = on_terminal(*command, encoding=encoding)

    assert ended.code == ExitCode.OK
    assert ended.out.strip()


WIDTHS = ("0", "1", "-5", "39.5", "10000", "9" * 5000, "", "\u0664")
TERMINALS = ("xterm-256color", "dumb", "")


@COMMANDS
def test_any_width_on_any_terminal_takes_any_view(command: tuple[str, ...]) -> None:
    # Each view meets all widths, and all terminals several times; each width most pairs of them.
    begun = EVERYTHING.index(command)
    for number, columns in enumerate(WIDTHS, begun):
        term = TERMINALS[number % len(TERMINALS)]
        has_colours = term == "xterm-256color" and command != ("--help",)

        ended = on_terminal(*command, env={"TERM": term, "COLUMNS": columns})

        assert ended.code == ExitCode.OK
        assert ("\x1b" in ended.out) is has_colours
        assert max(map(len, ended.plainly.splitlines())) <= 250


# What takes a while of a sandbox that is made again.
CROWD = "ffx.sandbox.build.add_population"


def nobody_else(*_: object) -> None:
    """Add no crowd around the stories."""


def test_without_any_home_nothing_is_made_where_the_run_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(_: int) -> None:
        raise KeyError

    for name in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(CROWD, nobody_else)

    assert main([*STORY, "--json"]) == ExitCode.OK
    assert main(["auth", "status"]) == ExitCode.ACCOUNT
    assert list(tmp_path.iterdir()) == []


@PROC
@pytest.mark.parametrize(
    "more",
    [("-o", "/proc/out.json"), ("--save", "/proc/case.json"), ("--json", "-o", "/proc/x.json")],
)
def test_a_folder_that_takes_no_file_is_named(
    more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*STORY, *more]) == ExitCode.OUTPUT
    assert f"cannot write {more[-1]}: " in capsys.readouterr().err


@FULL
@pytest.mark.parametrize("more", [("-o", "/dev/full"), ("--save", "/dev/full")], ids=" ".join)
@pytest.mark.fault(82)
def test_row_82_a_file_on_a_full_disk_is_named(
    more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*STORY, *more]) == ExitCode.OUTPUT
    assert "/dev/full" in capsys.readouterr().err


@pytest.mark.parametrize("cache", ["/dev/null/below", "/proc"])
def test_a_cache_that_cannot_be_kept_keeps_nobody_from_looking(
    cache: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", cache)
    monkeypatch.setattr(CROWD, nobody_else)

    assert main([*STORY, "--json"]) == ExitCode.OK
    assert json.loads(capsys.readouterr().out)["hits"]


UNREACHED = {
    "http://127.0.0.1:9/v1": "cannot connect to 127.0.0.1:9: ",
    "https://192.0.2.1/v1": "cannot connect to 192.0.2.1: network is unreachable",
    "https://api.invalid/v1": "the name api.invalid cannot be found",
}


NO_NAMESPACE = 99
# Takes the network away, and then the pauses between tries. All but the last address are asked
# here, so that one process is enough.
WITHOUT_NETWORK = f"""
import ctypes, os, sys
from functools import partial
import ffx.service.client as client
from ffx.cli.app import main

new_user, new_network = 0x10000000, 0x40000000
if ctypes.CDLL(None).unshare(new_user | new_network):
    os._exit({NO_NAMESPACE})
client.Retries = partial(client.Retries, pause=lambda _: None)
for url in {[*UNREACHED][:-1]}:
    assert main([*{VISITOR}, "--api-url", url]) == 6
"""


@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")
@pytest.mark.fault(18)
def test_row_18_in_a_place_without_any_network(
    explorer: Explorer, run_striking_ffx: Runner
) -> None:
    ended = run_striking_ffx(
        *VISITOR, "--api-url", [*UNREACHED][-1], env={"STRIKING": WITHOUT_NETWORK}
    )
    if ended.code == NO_NAMESPACE:
        pytest.skip("no network namespace may be made here")

    assert (ended.code, ended.out) == (ExitCode.TEMPORARY, b"")
    told = [each for each in ended.err.splitlines() if each.startswith("ffx: ")]
    for said, expected in zip(told, UNREACHED.values(), strict=True):
        assert said.startswith(f"ffx: {expected}")
    assert "Traceback" not in ended.err


def test_the_interpreters_own_options_change_nothing(
    run_ffx: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [STORY, (*DIAGNOSIS, "--json"), LIST]
    # All in one process, and the last as `python -m ffx` would run it.
    together = f"""if True:
        import runpy, sys
        from ffx.cli.app import main
        codes = [main(line) for line in {[[*line] for line in lines[:-1]]}]
        sys.argv[1:] = {[*lines[-1]]}
        if not any(codes):
            runpy.run_module("ffx", run_name="__main__", alter_sys=True)
        """
    finished = run_ffx.in_shell(f"python -O -X utf8=0 -X dev -W error -c {shlex.quote(together)}")

    assert (finished.code, finished.err) == (ExitCode.OK, "")
    for line in lines:
        assert main(line) == ExitCode.OK
    # The times of the runs apart, they say the same.
    assert without_times(finished.out.decode()) == without_times(capsys.readouterr().out)


def without_times(text: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)", "TIME", text)


def test_runs_that_make_the_sandbox_at_once_all_find_it_whole(
    run_ffx: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    runs = [run_ffx.start(*STORY, "--json") for _ in range(2)]
    ends = [(*run.communicate(timeout=LONGEST_WAIT), run.returncode) for run in runs]

    for out, err, code in ends:
        assert (code, err) == (ExitCode.OK, b"")
        assert len(json.loads(out)["hits"]) > 3
    assert [path.name for path in (tmp_path / "ffx").iterdir()] == ["sandbox.sqlite3"]


def test_runs_that_log_in_out_and_look_at_once_never_meet_half_a_file(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch, run_ffx: Runner
) -> None:
    log_in(explorer, monkeypatch)
    explorer.answer_with(answer(tokens() | history()))

    pair = f"{OLD}\n{OLD_REFRESH}\n".encode()
    lines = [VISITOR, ("auth", "login"), ("auth", "logout"), ("auth", "status")]
    runs = [run_ffx.start(*line, stdin=subprocess.PIPE) for line in lines * 2]
    ends = [(*run.communicate(pair, timeout=LONGEST_WAIT), run.returncode) for run in runs]

    for _, err, code in ends:
        # Somebody may have been logged out just before.
        assert code in (ExitCode.OK, ExitCode.ACCOUNT), err
        assert code == ExitCode.OK or b"not logged in" in err
    members = {"origin", "access_token", "refresh_token", "expires_at", "api_url"}
    assert set(stored()) in (set(), members)
