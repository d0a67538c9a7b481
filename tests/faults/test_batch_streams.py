"""Rows 81, 82, 84, 85, 89 to 91 and 95: many targets, their streams, and signals."""

import json
import os
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from tests.answering import Question, Says
from tests.conftest import Runner
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, events
from tests.faults.bounds import FAR_LONGER, LONGEST_WAIT
from tests.faults.lists import HITS, Serve, found, listed, records


def holds_soon(holds: Callable[[], bool], *, seconds: float = LONGEST_WAIT) -> bool:
    """Wait until something holds; tell whether it came to that."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


@contextmanager
def ended_after(seconds: float, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End a process that takes too long, so that nobody waits for its next line for ever."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device is always full here")


@FULL
@pytest.mark.parametrize(
    ("more", "where"),
    [
        ("", ">/dev/full"),
        ("--json", ">/dev/full"),
        ("--format csv", "-o /dev/full"),
        ("--format jsonl", "-o /dev/full"),
    ],
)
@pytest.mark.fault(82)
def test_row_82_a_full_disk_ends_a_batch(
    where: str, more: str, explorer: Explorer, run_ffx: Runner
) -> None:
    explorer.answer_with(answer(events()))
    ids = "".join(f"{hit}\\n" for hit in HITS[:20])

    finished = run_ffx.in_shell(f"printf '{ids}' | ffx hit - {more} {where}")

    assert finished.code == 9
    assert "no space left on device" in finished.err
    assert "Traceback" not in finished.err
    assert len(explorer.requests) < 20


@pytest.mark.parametrize("more", ["", "--json"])
@pytest.mark.fault(84)
def test_row_84_a_closed_stdin_has_no_targets(
    more: str, explorer: Explorer, run_ffx: Runner
) -> None:
    finished = run_ffx.in_shell(f"ffx hit - {more} <&-")

    assert (finished.code, finished.out) == (2, b"")
    assert "no input: stdin is closed" in finished.err
    assert explorer.requests == []


@pytest.mark.fault(85)
def test_row_85_a_terminal_is_not_waited_for(explorer: Explorer, run_ffx: Runner) -> None:
    finished = run_ffx.on_terminal("hit", "-", stderr_too=False, seconds=10)

    assert finished.code == 2
    assert finished.err.startswith("ffx: '-' reads targets from stdin, which is a terminal\n")
    assert "Give IDs one per line" in finished.err
    assert explorer.requests == []


class Half:
    """A service that answers the first so many of the hits, and keeps the rest waiting."""

    def __init__(self, count: int) -> None:
        self.at_half = threading.Event()
        self.go_on = threading.Event()
        self._late = frozenset(HITS[count:])

    def __call__(self, question: Question) -> Says:
        if question.target in self._late:
            self.at_half.set()
            self.go_on.wait(FAR_LONGER)
        return found(question)


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, "terminated"),
        (signal.SIGHUP, 129, "hung up"),
    ],
)
@pytest.mark.fault(89, 91)
def test_rows_89_and_91_an_interrupted_batch_keeps_its_results_and_is_resumed(
    number: signal.Signals,
    code: int,
    word: str,
    serve: Serve,
    run_ffx: Runner,
    tmp_path: Path,
) -> None:
    half = Half(30)
    service = serve(half)
    out = tmp_path / "results.json"
    command = ("hit", "--from", listed(tmp_path, *HITS[:50], "{hit}"), "--json", "-o", str(out))
    process = run_ffx.start(*command, "--jobs", "4", "--try-timeout", f"{FAR_LONGER}s")
    try:
        assert half.at_half.wait(LONGEST_WAIT)
        assert holds_soon(lambda: len(records(out.read_bytes())) == 30)
        process.send_signal(number)
        _, err = process.communicate(timeout=LONGEST_WAIT)
    finally:
        half.go_on.set()
        process.kill()

    assert process.returncode == code
    done, go_on, end = err.decode().splitlines()
    assert done == "30 done"
    words, _, pasted = go_on.partition(": ffx ")
    assert words == "to go on"
    assert word in end
    assert [record["target"] for record in records(out.read_bytes())] == HITS[:30]
    asked = len(service.targets)

    assert main(shlex.split(pasted)) == ExitCode.PARTIAL

    got = records(out.read_bytes())
    assert [record["target"] for record in got] == [*HITS[:50], "{hit}"]
    assert [record["target"] for record in got if "error" in record] == ["{hit}"]
    assert service.targets[asked:] == HITS[30:50] or sorted(service.targets[asked:]) == HITS[30:50]


@pytest.mark.parametrize(
    ("more", "header"),
    [
        (("--format", "csv", "--fields", "target,eventType"), b"target,eventType\n"),
        ((), b"target\tfound\t"),
        (("--json",), b'{"target": '),
        (("--format", "jsonl"), b'{"target": '),
    ],
    ids=str,
)
@pytest.mark.fault(89)
def test_row_89_what_is_finished_behind_the_first_target_has_its_header(
    more: tuple[str, ...], header: bytes, serve: Serve, run_ffx: Runner, tmp_path: Path
) -> None:
    go_on = threading.Event()

    def answer_late(question: Question) -> Says:
        if question.target == HITS[0]:
            go_on.wait(20)
        return found(question)

    service = serve(answer_late)
    source = ("--from", listed(tmp_path, *HITS[:30]))
    process = run_ffx.start("hit", *source, *more, "--jobs", "2")
    try:
        # When the last is asked for, those before it are finished, but for the first.
        assert holds_soon(lambda: HITS[29] in service.targets)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    finally:
        go_on.set()
        process.kill()

    assert process.returncode == 130
    assert out.startswith(header)
    assert out.endswith(b"\n")
    assert out.count(header) == (1 if b'target": ' not in header else out.count(b"\n"))
    written = [hit for hit in HITS[:30] if hit.encode() in out]
    assert written[:28] == HITS[1:29]
    assert f"{len(written)} done\n" in err.decode()


@pytest.mark.fault(89)
def test_row_89_in_a_pause_before_another_try(serve: Serve, run_ffx: Runner) -> None:
    serve(lambda _: Says({}, 429, {"Retry-After": str(FAR_LONGER)}))
    process = run_ffx.start("hit", *HITS[:5], "--json")
    assert process.stderr is not None
    with ended_after(LONGEST_WAIT, process):
        assert f"waiting {FAR_LONGER} s".encode() in process.stderr.readline()
    process.send_signal(signal.SIGINT)

    out, err = process.communicate(timeout=LONGEST_WAIT)

    assert process.returncode == 130
    assert out == b""
    # The other jobs may tell of their own pauses between these.
    lines = err.decode().splitlines()
    assert "0 done" in lines
    assert any('"message": "interrupted"' in line for line in lines)


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.fault(89, 90)
def test_rows_89_and_90_with_a_list_that_has_not_ended(
    times: int, serve: Serve, run_ffx: Runner
) -> None:
    serve(found)
    process = run_ffx.start("hit", "-", "--json", stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{HIT_ID}\n".encode())
    process.stdin.flush()
    with ended_after(LONGEST_WAIT, process):
        process.stdout.readline()
    for _ in range(times):
        process.send_signal(signal.SIGINT)

    code = process.wait(LONGEST_WAIT)
    _, err = process.communicate(timeout=LONGEST_WAIT)

    assert code == ExitCode.INTERRUPTED
    assert b"Traceback" not in err
    assert b"Fatal" not in err


@pytest.mark.fault(95)
def test_row_95_the_first_result_does_not_wait_for_the_rest_of_the_list(
    serve: Serve, run_ffx: Runner
) -> None:
    serve(found)
    process = run_ffx.start("hit", "-", "--json", stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    with ended_after(LONGEST_WAIT, process):
        for hit in HITS[:3]:
            process.stdin.write(f"{hit}\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["target"] == hit

    process.stdin.write(f"{HITS[3]}".encode())
    out, err = process.communicate(timeout=LONGEST_WAIT)

    assert [record["target"] for record in records(out)] == [HITS[3]]
    assert process.returncode == ExitCode.OK
    assert err.decode().startswith("4 targets · 4 found · ")


@pytest.mark.fault(81)
def test_row_81_a_reader_of_a_batch_that_leaves_early(serve: Serve, run_ffx: Runner) -> None:
    serve(found)
    ids = "\\n".join(HITS[:200])

    finished = run_ffx.in_shell(
        f"printf '{ids}' | ffx hit - --json | head -3; echo \"${{PIPESTATUS[1]}}\""
    )

    assert finished.err == ""
    *lines, code = finished.out.splitlines()
    assert [record["target"] for record in map(json.loads, lines)] == HITS[:3]
    assert code == b"0"


def test_a_loop_over_lines_keeps_its_stdin(explorer: Explorer, run_ffx: Runner) -> None:
    explorer.answer_with(answer(events()))
    ids = "\\n".join(HITS[:3])

    finished = run_ffx.in_shell(
        f"printf '{ids}\\n' | while read -r id; do ffx hit \"$id\" --json >/dev/null; echo $id; "
        "done"
    )

    assert finished.out.decode().split() == HITS[:3]
    assert [request.json["hitId"] for request in explorer.requests] == HITS[:3]


def test_no_batch_leaves_its_line_of_progress_behind(serve: Serve, run_ffx: Runner) -> None:
    serve(found)

    finished = run_ffx.on_terminal("hit", *HITS[:20], "--json", "--jobs", "4", columns=60)

    assert finished.code == 0
    for line in finished.out.decode().split("\r\n"):
        # A line of progress goes to the left and is taken over, up to an erased one.
        assert "targets · 0 failed" not in line.rpartition("\x1b[K")[2]
    assert os.linesep.encode() not in finished.out or VISITOR_ID.encode() in finished.out
