"""A fork of the server is given what a new process would be given, and ends as that would."""

import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Runner, surroundings
from tests.faults.bounds import LONGEST_WAIT
from tests.forks import server, start_owning
from tests.forks.process import Process, words_in_a_shell

TELLS = "tests.forks.surroundings"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="forks are for Linux alone")


def new(words: list[str], module: str = "ffx", **more: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", module, *words], **more)


def told(
    start: Callable[..., subprocess.Popen[bytes]], file: Path, *, forked: bool, **more: Any
) -> Any:
    """Return what a process says of itself, and look whether it is a fork."""
    file.unlink(missing_ok=True)
    with start([str(file)], TELLS, **{"env": surroundings(), **more}) as process:
        process.communicate(timeout=LONGEST_WAIT)
    assert process.returncode == 0
    of_itself = json.loads(file.read_text())
    assert ("tests.forks.server" in of_itself.pop("command line")) is forked
    return of_itself


PIPES = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
CASES: dict[str, Mapping[str, Any]] = {
    "pipes, a folder": {**PIPES, "cwd": "/"},
    "one for two, unbuffered": {
        "env": {"PYTHONUNBUFFERED": "1"}, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT
    },
    "nothing, an environment": {
        "env": {"TZ": "Asia/Tokyo", "FFX_X": "\udcff", "HOME": "/nowhere"},
        **dict.fromkeys(PIPES, subprocess.DEVNULL),
    },
}  # fmt: skip
# What Python reads when it starts cannot be given to a fork.
ONLY_NEW = {
    "locale": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "options": {"PYTHONDEVMODE": "1"},
}


@LINUX
def test_a_fork_is_given_what_a_new_process_is_given(
    own_surroundings: None, tmp_path: Path
) -> None:
    for name, case in CASES.items():
        more = {**case, "env": surroundings(case.get("env"))}
        of_a_new = told(new, tmp_path / "told", forked=False, **more)
        of_a_fork = told(Process, tmp_path / "told", forked=True, **more)
        assert of_a_fork == of_a_new, name
    for variables in ONLY_NEW.values():
        of_itself = told(Process, tmp_path / "told", forked=False, env=surroundings(variables))
        assert variables.items() <= of_itself["environment"].items()


@LINUX
def test_a_fork_has_the_terminal_the_mask_and_the_ignored_signals(
    own_surroundings: None, tmp_path: Path
) -> None:
    master, slave = pty.openpty()
    mask, handler = os.umask(0o27), signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), slave)
        of_a_new = told(new, tmp_path / "told", forked=False, **streams)
        of_a_fork = told(Process, tmp_path / "told", forked=True, **streams)
    finally:
        os.umask(mask)
        signal.signal(signal.SIGHUP, handler)
        os.close(master)
        os.close(slave)

    assert of_a_fork == of_a_new
    assert of_a_fork["umask"] == 0o27
    assert "SIG_IGN" in of_a_fork["signals"]["SIGHUP"]
    assert of_a_fork["streams"]["stdout"][7] is True


@LINUX
def test_what_was_ignored_when_the_server_was_started_is_nothing_to_its_forks() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGQUIT)}
    try:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        server._ignore_nothing()
        assert {signal.getsignal(number) for number in before} == {signal.SIG_DFL}
        assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@LINUX
def test_a_fork_may_own_its_terminal(own_surroundings: None, tmp_path: Path) -> None:
    def start(words: list[str], module: str, **more: Any) -> subprocess.Popen[bytes]:
        return start_owning([sys.executable, "-m", module, *words], **more)

    def owning(words: list[str], module: str, **more: Any) -> subprocess.Popen[bytes]:
        return Process(words, module, owns_terminal=True, **more)

    told_of: list[Any] = []
    for forked, begin in enumerate((start, owning)):
        master, slave = pty.openpty()
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), slave)
        of_itself = told(begin, tmp_path / "told", forked=bool(forked), **streams)
        assert of_itself["leads"] == [True, True, True]
        assert of_itself.pop("group") == of_itself.pop("session")
        told_of.append(of_itself)
        os.close(master)
        os.close(slave)

    assert told_of[0] == told_of[1]


IN_A_SHELL = [
    "ffx hit --from <(echo x) --from /dev/fd/7 <&- 7</dev/null",
    "ffx visitor '{hit}' <&- 2>&- | head -1; echo ${PIPESTATUS[0]}",
    'cd /; umask 077; ulimit -f 1; export FFX_DEBUG=1 PYTHONPATH="/nowhere:$PYTHONPATH"; '
    'ffx help times >"$HOME/times"; echo $?; ls -l "$HOME"',
    "_FFX_COMPLETE=complete_bash COMP_WORDS='ffx vis' COMP_CWORD=1 ffx",
]


@LINUX
def test_in_a_shell_a_fork_ends_as_a_new_process(run_ffx: Runner, run_new_ffx: Runner) -> None:
    for line in IN_A_SHELL:
        of_a_fork, of_a_new = run_ffx.in_shell(line), run_new_ffx.in_shell(line)
        times = re.compile(rb" \d\d:\d\d ")
        assert times.sub(b" ", of_a_fork.out) == times.sub(b" ", of_a_new.out), line
        assert (of_a_fork.code, of_a_fork.err) == (of_a_new.code, of_a_new.err), line


@LINUX
def test_a_fork_is_waited_for_and_signals_end_it(own_surroundings: None) -> None:
    line = ["sandbox", "serve", "--port", "0"]
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        with Process(line, env=surroundings(), stdout=-1, stderr=subprocess.STDOUT) as process:
            assert process.stdout is not None
            assert process.stdout.readline()
            assert process.poll() is None
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.01)
            process.send_signal(number)
            process.communicate(timeout=LONGEST_WAIT)
        assert process.returncode == (-number if number == signal.SIGKILL else 128 + number)


@LINUX
def test_a_fork_tells_its_own_peak(run_ffx: Runner, run_striking_ffx: Runner) -> None:
    size = 80_000_000
    of_the_test = b"x" * size

    small = run_ffx("--version", measured=True).peak
    large = run_striking_ffx(
        "--version", env={"STRIKING": f"bytes({size}).upper()"}, measured=True
    ).peak

    assert 20_000_000 < small < len(of_the_test)
    assert small + size < large < small + 3 * size


def children(number: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(number)], capture_output=True, text=True)
    return list(map(int, found.stdout.split()))


@LINUX
def test_in_a_shell_what_ends_a_fork_ends_its_command(own_surroundings: None) -> None:
    line = f"{shlex.join(words_in_a_shell())} sandbox serve --port 0; echo $?"
    env = surroundings()
    with subprocess.Popen(["bash", "-c", line], env=env, stdout=subprocess.PIPE) as shell:
        assert shell.stdout is not None
        assert shell.stdout.readline()
        [server] = [
            number
            for number in children(os.getpid())
            if "tests.forks.server" in Path(f"/proc/{number}/cmdline").read_text()
        ]
        [fork] = children(server)
        os.kill(fork, signal.SIGKILL)
        out, _ = shell.communicate(timeout=LONGEST_WAIT)

    assert out.endswith(b"137\n")
