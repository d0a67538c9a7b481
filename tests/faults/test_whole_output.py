"""Rows 82, 83, 107 to 109 and 149: every byte of a result, or exit 9, whatever the streams are."""

import array
import fcntl
import os
import shlex
import subprocess
import termios
from pathlib import Path

import pytest

from ffx.cli.app import main
from tests.conftest import Finished, Runner
from tests.explorer import HIT_ID, Explorer, answer, events, history
from tests.faults.bounds import LONGEST_WAIT
from tests.faults.rows import VISITOR
from tests.faults.test_batch_streams import FULL, holds_soon
from tests.looping import each

SMALL_PIPES = pytest.mark.skipif(
    not hasattr(fcntl, "F_SETPIPE_SZ"), reason="no pipe can be made small here"
)
ASKED = " ".join(VISITOR)
HELP = ("--help", "auth login -h", "--version", "help times")
# Leaves, as descriptor 6, a pipe whose reader has gone.
READER_GONE = 'mkfifo "$HOME/gone"; exec 5<>"$HOME/gone" 6>"$HOME/gone" 5>&-;'
# Each format, and each way in which Python may write it.
PAIRS = [("", ""), ("--json", "1"), ("--format csv", "")]


def answer_much(explorer: Explorer, rows: int = 60) -> None:
    hits = [history(hitId=f"{HIT_ID}{number}")["hits"][0] for number in range(rows)]
    explorer.answer_with(
        answer(history() | {"hits": hits} | {"events": events()["events"] * rows})
    )


def told_to(run_ffx: Runner, command: str, unbuffered: str) -> Finished:
    return run_ffx.in_shell(command, env={"PYTHONUNBUFFERED": unbuffered})


@pytest.mark.parametrize(
    ("more", "kilobytes", "code", "unbuffered"),
    [
        *((more, 4, 9, unbuffered) for more, unbuffered in PAIRS),
        ("", 4, 9, "1"),
        ("--json", 4_000, 0, "1"),
    ],
)
@pytest.mark.fault(107)
def test_row_107_what_a_limit_cuts_is_no_success(
    kilobytes: int,
    code: int,
    more: str,
    unbuffered: str,
    explorer: Explorer,
    run_ffx: Runner,
    tmp_path: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    answer_much(explorer)
    assert main([*VISITOR, *more.split()]) == 0
    whole = capsysbinary.readouterr().out

    script = f"ulimit -f {kilobytes}; ffx {ASKED} {more} >{tmp_path}/out"
    finished = told_to(run_ffx, script, unbuffered)

    assert finished.code == code
    written = (tmp_path / "out").read_bytes()
    if code:
        assert len(written) == kilobytes * 1024
        assert "cannot write the result: file too large" in finished.err
        assert "Make room" in finished.err
    else:
        assert len(written) == len(whole)


@pytest.mark.parametrize(("more", "unbuffered"), [("", "1"), ("--json", "")])
@pytest.mark.fault(107)
def test_row_107_what_a_limit_cuts_of_a_list_is_no_success(
    more: str, unbuffered: str, explorer: Explorer, run_ffx: Runner, tmp_path: Path
) -> None:
    answer_much(explorer, 5)
    ids = tmp_path / "ids"
    ids.write_text("".join(f"{HIT_ID}{number}\n" for number in range(60)))

    script = f"ulimit -f 1; ffx hit --from {ids} {more} >{tmp_path}/out"
    finished = told_to(run_ffx, script, unbuffered)

    assert finished.code == 9
    assert (tmp_path / "out").stat().st_size == 1024


def is_full(reader: int, size: int) -> bool:
    """Tell whether a pipe takes no further page."""
    waiting = array.array("i", [0])
    fcntl.ioctl(reader, termios.FIONREAD, waiting)
    return waiting[0] > size - 4096


@SMALL_PIPES
@pytest.mark.parametrize(("more", "unbuffered"), [*PAIRS, ("", "1")])
@pytest.mark.fault(108)
def test_row_108_a_stdout_left_non_blocking_is_waited_for(
    more: str,
    unbuffered: str,
    explorer: Explorer,
    run_ffx: Runner,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    answer_much(explorer, 400)
    assert main([*VISITOR, *more.split()]) == 0
    whole = capsysbinary.readouterr()
    reader, writer = os.pipe()
    size = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 16_384)
    os.set_blocking(writer, False)

    process = run_ffx.start(
        *VISITOR, *more.split(), stdout=writer, env={"PYTHONUNBUFFERED": unbuffered}
    )
    try:
        assert holds_soon(lambda: is_full(reader, size), seconds=30)
        assert process.poll() is None
        # Others that share it find it as they left it.
        assert not os.get_blocking(writer)
    finally:
        os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        out = pipe.read()
    _, err = process.communicate(timeout=30)

    assert (process.returncode, err) == (0, whole.err)
    assert len(out) == len(whole.out) > size


@SMALL_PIPES
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.fault(108)
def test_row_108_a_stderr_left_non_blocking_is_waited_for(
    unbuffered: str, explorer: Explorer, run_ffx: Runner, tmp_path: Path
) -> None:
    explorer.answer_with(*[answer({"events": []})] * 150)
    ids = tmp_path / "ids"
    ids.write_text("".join(f"{HIT_ID[:-4]}{number:03}h\n" for number in range(150)))
    reader, writer = os.pipe()
    size = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(writer, False)

    process = run_ffx.start(
        *("hit", "--from", str(ids), "--format", "csv", "-v"),
        stdout=subprocess.DEVNULL,
        stderr=writer,
        env={"PYTHONUNBUFFERED": unbuffered},
    )
    os.close(writer)
    assert holds_soon(lambda: is_full(reader, size + 2048), seconds=30)
    with os.fdopen(reader) as pipe:
        err = pipe.read()

    assert process.wait(30) == 3
    assert err.count("POST /reporting/explorer/hit ") == 150
    assert err.splitlines()[-1].startswith("150 targets · 0 found · 150 not found")


# What is wrong with stderr, and how Python writes.
STDERRS = [("2>/dev/full", ""), ("2>/dev/full", "1"), ("2>&-", "1"), ("2>&6", "")]
# A command line, what the service says, and how that ends; one meets all streams, each of the
# others, which say other things at other times, two of them.
ENDS = [
    (f"{ASKED} -v", history(), 0, STDERRS),
    ("visitor '{hit}'", history(), 2, STDERRS[:2]),
    (ASKED, {"hits": []}, 3, STDERRS[1:3]),
    (f"{ASKED} --json", {"hits": []}, 3, STDERRS[::3]),
]


@FULL
@pytest.mark.parametrize(
    ("command", "says", "code", "stderr", "unbuffered"),
    [(*end, *stream) for *end, streams in ENDS for stream in streams],
)
@pytest.mark.fault(109)
def test_row_109_a_stderr_that_takes_nothing_changes_no_exit_code(
    command: str,
    says: object,
    code: int,
    stderr: str,
    unbuffered: str,
    explorer: Explorer,
    run_ffx: Runner,
    capsys: pytest.CaptureFixture[str],
) -> None:
    explorer.answer_with(answer(says))
    assert main(shlex.split(command)) == code
    expected = capsys.readouterr().out

    finished = told_to(run_ffx, f"{READER_GONE} ffx {command} {stderr}", unbuffered)

    assert (finished.code, finished.out.decode()) == (code, expected)


@FULL
@pytest.mark.fault(109)
def test_row_109_words_of_somebody_else_on_stderr_change_no_exit_code(
    explorer: Explorer, run_striking_ffx: Runner
) -> None:
    explorer.answer_with(answer(history()))
    # As `warnings` does it: what could not be written stays in the stream's buffer.
    env = {"STRIKING": "import sys\nsys.stderr.write('a warning')\n"}

    with Path("/dev/full").open("wb") as full:
        process = run_striking_ffx.start(*VISITOR, env=env, stderr=full)
        out, _ = process.communicate(timeout=LONGEST_WAIT)

    assert process.returncode == 0
    assert HIT_ID.encode() in out


TAKES_NOTHING = [
    (">/dev/full", "cannot write the result: no space left on device"),
    (">&-", "cannot write the result: stdout is closed"),
]


@FULL
@pytest.mark.parametrize(
    ("command", "unbuffered"),
    [*((command, "") for command in HELP), ("--version", "1"), (ASKED, "1"), (ASKED, "")],
)
@each("stdout, said", TAKES_NOTHING)
@pytest.mark.fault(82, 83, 149)
def test_rows_82_83_and_149_words_about_ffx_are_a_result_like_any_other(
    stdout: str,
    said: str,
    command: str,
    unbuffered: str,
    explorer: Explorer,
    run_ffx: Runner,
) -> None:
    explorer.answer_with(answer(history()))

    finished = told_to(run_ffx, f"ffx {command} {stdout}", unbuffered)

    assert finished.code == 9
    assert said in finished.err
    assert not finished.out


@pytest.mark.parametrize(
    ("command", "unbuffered"), [("help times", "1"), ("--help", ""), (f"{ASKED} --json", "")]
)
@pytest.mark.parametrize("stdout", [">&6", ""], ids=["nobody reads", "an innocent twin"])
@pytest.mark.fault(82, 83, 149)
def test_words_about_ffx_that_nobody_reads_are_no_failure(
    stdout: str, command: str, unbuffered: str, explorer: Explorer, run_ffx: Runner
) -> None:
    explorer.answer_with(answer(history()))

    finished = told_to(run_ffx, f"{READER_GONE} ffx {command} {stdout}", unbuffered)

    assert (finished.code, finished.err) == (0, "")
    assert bool(finished.out) is (stdout == "")
