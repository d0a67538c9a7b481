"""Rows 36, 69, 79, 82, 84, 85 and 89 to 96: many targets, and what may come between."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ffx.cli import main
from ffx.errors import ExitCode
from ffx.retry import Patience, Policy
from tests.answering import Question, Says, Served, serving
from tests.conftest import SAMPLE_TOKEN, Runner
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, events, history
from tests.faults.rows import VISITOR, Ask, assert_promises

HITS = [f"dkezmsf3bat8xdbz8rt{number:06d}" for number in range(1_000)]
Serve = Callable[[Callable[[Question], Says]], Served]


def found(question: Question) -> Says:
    return Says(events(hitId=question.target))


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Return what serves a function, and lets the program ask it."""
    with ExitStack() as stack:

        def start(says: Callable[[Question], Says]) -> Served:
            served = stack.enter_context(serving(says))
            monkeypatch.setenv("FFX_API_URL", served.url)
            monkeypatch.setenv("FFX_ACCESS_TOKEN", SAMPLE_TOKEN)
            return served

        yield start


def records(data: bytes | str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def listed(folder: Path, *lines: str | bytes) -> str:
    """Write a file of targets, one a line, and return its name."""
    path = folder / "ids.txt"
    path.write_bytes(
        b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
    )
    return str(path)


def holds_soon(holds: Callable[[], bool], *, seconds: float = 10) -> bool:
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


def test_row_36_a_long_wait_ends_a_batch_at_once_and_keeps_what_is_there(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def says(question: Question) -> Says:
        if question.target >= HITS[5]:
            return Says({"message": "slow down"}, 429, {"Retry-After": "3600"})
        return found(question)

    service = serve(says)
    started = time.monotonic()

    code = main(["hit", "--from", listed(tmp_path, *HITS[:200]), "--json", "--jobs", "4"])

    assert code == ExitCode.PARTIAL
    assert time.monotonic() - started < 10
    out, err = capsys.readouterr()
    got = records(out)
    assert [record["target"] for record in got[:5]] == HITS[:5]
    assert got[5]["error"]["code"] == "http-429"
    assert "The service asks to come back at" in got[5]["error"]["hint"]
    assert "ended: the service asks to come back at" in err
    assert "; 194 were not asked" in err
    assert len(service.questions) < 200


def test_row_37_a_batch_that_is_refused_for_ever_ends_and_keeps_what_is_there(
    serve: Serve,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ffx.client.Patience", partial(Patience, policy=Policy(first_pause=0.001)))
    service = serve(lambda asked: found(asked) if asked.target < HITS[5] else Says({}, 429))

    code = main(["hit", "--from", listed(tmp_path, *HITS[:100]), "--json", "--jobs", "4"])

    assert code == ExitCode.PARTIAL
    out, err = capsys.readouterr()
    got = records(out)
    assert [record["target"] for record in got if "reply" in record] == HITS[:5]
    assert {record["error"]["code"] for record in got if "error" in record} == {"http-429"}
    assert "ended after 10 failures in a row; 85 were not asked" in err
    assert len(service.targets) < 100


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_row_69_rows_in_another_order_are_sorted_for_the_view_alone(
    more: tuple[str, ...], explorer: Explorer, ask: Ask
) -> None:
    late = history(hitId="h2", eventTime="2026-03-05T14:32:00Z")["hits"][0]
    early = history(hitId="h1", eventTime="2026-03-05T14:31:00Z")["hits"][0]
    middle = history(hitId="h3", eventTime="2026-03-05T14:31:30Z")["hits"][0]
    body = history() | {"hits": [late, early, middle, early]}
    explorer.answer_with(answer(body))

    outcome = ask(*VISITOR, "--utc", *more)

    assert (outcome.code, outcome.err) == (0, "")
    if more:
        assert outcome.text.strip() == json.dumps(body)
        return
    rows = outcome.text.partition("\n\n")[2].splitlines()[1:]
    assert [row for row in rows if "\th1" in row or row.startswith("h1")] == [rows[0], rows[1]]
    assert rows[0] == rows[1]
    assert len(rows) == 4


def test_row_79_no_cell_of_a_csv_is_a_formula(explorer: Explorer, ask: Ask) -> None:
    formulas = ["=1+1", "+1", "-1+1", "@SUM(A1)", "|calc", "%0", " =1", "\t=1", "＝1", "\u200b=1"]
    members = {f"t{number}": text for number, text in enumerate(formulas, start=1)}
    explorer.answer_with(answer(history(**members, cost="=1", revenue="-1.5")))
    fields = ",".join([*members, "cost", "revenue"])

    outcome = ask(*VISITOR, "--format", "csv", "--fields", fields)

    assert outcome.code == 0
    *cells, cost, revenue = outcome.text.splitlines()[1].split(",")
    assert all(cell.startswith("'") for cell in cells), cells
    assert (cost, revenue) == ("'=1", "-1.5")


@pytest.mark.parametrize("target", [f"={HIT_ID}", f"-?hit={HIT_ID}", "@x"])
def test_row_79_nor_is_the_target_as_it_was_typed(
    target: str, explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    explorer.answer_with(answer(events()))

    main(["hit", "--from", listed(tmp_path, target), "--format", "csv", "--fields", "target"])

    assert capsys.readouterr().out == f"target\n'{target}\n"


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device is always full here")


@FULL
@pytest.mark.parametrize("more", ["", "--json", "--format csv", "--format jsonl"])
@pytest.mark.parametrize("where", [">/dev/full", "-o /dev/full"])
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
def test_row_84_a_closed_stdin_has_no_targets(
    more: str, explorer: Explorer, run_ffx: Runner
) -> None:
    finished = run_ffx.in_shell(f"ffx hit - {more} <&-")

    assert (finished.code, finished.out) == (2, b"")
    assert "no input: stdin is closed" in finished.err
    assert explorer.requests == []


def test_row_85_a_terminal_is_not_waited_for(explorer: Explorer, run_ffx: Runner) -> None:
    finished = run_ffx.on_terminal("hit", "-", stderr_too=False, seconds=10)

    assert finished.code == 2
    assert finished.err.startswith("ffx: '-' reads targets from stdin, which is a terminal\n")
    assert "Give IDs one a line" in finished.err
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
            self.go_on.wait(20)
        return found(question)


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
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
    process = run_ffx.start(*command, "--jobs", "4")
    try:
        assert half.at_half.wait(10)
        assert holds_soon(lambda: len(records(out.read_bytes())) == 30)
        started = time.monotonic()
        process.send_signal(number)
        _, err = process.communicate(timeout=10)
        took = time.monotonic() - started
    finally:
        half.go_on.set()
        process.kill()

    assert process.returncode == code
    assert took < 2
    done, end = err.decode().splitlines()
    assert done == "30 done"
    assert word in end
    assert [record["target"] for record in records(out.read_bytes())] == HITS[:30]
    asked = len(service.targets)

    assert main([*command, "--resume"]) == ExitCode.PARTIAL

    got = records(out.read_bytes())
    assert [record["target"] for record in got] == [*HITS[:50], "{hit}"]
    assert [record["target"] for record in got if "error" in record] == ["{hit}"]
    assert service.targets[asked:] == HITS[30:50] or sorted(service.targets[asked:]) == HITS[30:50]


def test_row_89_in_a_pause_before_another_try(serve: Serve, run_ffx: Runner) -> None:
    service = serve(lambda _: Says({}, 429, {"Retry-After": "60"}))
    process = run_ffx.start("hit", *HITS[:5], "--json")
    # All of them pause together after the first refusal.
    assert holds_soon(lambda: bool(service.questions))
    time.sleep(0.1)
    started = time.monotonic()
    process.send_signal(signal.SIGINT)

    out, err = process.communicate(timeout=10)

    assert time.monotonic() - started < 2
    assert process.returncode == 130
    assert out == b""
    done, end = err.decode().splitlines()[-2:]
    assert done == "0 done"
    assert "interrupted" in end


@pytest.mark.parametrize("times", [1, 3])
def test_rows_89_and_90_with_a_list_that_has_not_ended(
    times: int, serve: Serve, run_ffx: Runner
) -> None:
    serve(found)
    process = run_ffx.start("hit", "-", "--json", stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{HIT_ID}\n".encode())
    process.stdin.flush()
    with ended_after(20, process):
        process.stdout.readline()
    started = time.monotonic()
    for _ in range(times):
        process.send_signal(signal.SIGINT)

    code = process.wait(10)
    took = time.monotonic() - started
    _, err = process.communicate(timeout=10)

    assert took < 2
    assert code in ((130,) if times == 1 else (130, -signal.SIGINT))
    assert b"Traceback" not in err
    assert b"Fatal" not in err


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_row_92_blank_lines_comments_and_doubled_ones(
    end: bytes, serve: Serve, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    service = serve(found)
    path = tmp_path / "ids.txt"
    first, second = (hit.encode() for hit in HITS[:2])
    lines = [
        b"\xef\xbb\xbf# ticket 7",
        b"",
        first,
        b"  ",
        second,
        first + b" ",
        b"\t" + first,
        b"",
    ]
    path.write_bytes(end.join(lines))

    assert main(["hit", "--from", str(path), "--json"]) == ExitCode.OK

    out, err = capsys.readouterr()
    assert [record["target"] for record in records(out)] == HITS[:2]
    assert sorted(service.targets) == HITS[:2]
    assert "note: 2 targets given before, not asked again\n" in err


BAD = [
    (b"\xff\xfe\xfdd", "line 2: it is not UTF-8", "\\xff\\xfe\\xfdd"),
    (b"dkez\0msf", "line 2: it holds a NUL character", "dkez\\u{0}msf"),
    (b"x" * 1_000_000, "line 2: it has over 100,000 characters", "x" * 60 + "…"),
    (b"dkez\x1b[31mmsf", "line 2: 'dkez\\u{1b}[31mmsf' holds no ID", "dkez\x1b[31mmsf"),
]


@pytest.mark.parametrize(("line", "message", "shown"), BAD, ids=["UTF-8", "NUL", "1 MB", "ESC"])
@pytest.mark.parametrize("more", [(), ("--json",), ("--format", "csv"), ("--format", "jsonl")])
def test_row_93_a_bad_line_is_one_failure_and_the_rest_goes_on(
    more: tuple[str, ...],
    line: bytes,
    message: str,
    shown: str,
    serve: Serve,
    capsysbinary: pytest.CaptureFixture[bytes],
    tmp_path: Path,
) -> None:
    service = serve(found)
    name = listed(tmp_path, HITS[0], line, HITS[1])

    assert main(["hit", "--from", name, *more]) == ExitCode.PARTIAL

    out, err = capsysbinary.readouterr()
    assert_promises(2, b"", err.decode())
    assert b"\x1b" not in out
    assert b"\0" not in out
    assert sorted(service.targets) == HITS[:2]
    if more == ("--json",):
        first, bad, last = records(out)
        assert ("reply" in first, "reply" in last) == (True, True)
        assert bad["target"] == shown
        assert message in bad["error"]["message"]
    else:
        assert message in err.decode()
        assert HITS[1].encode() in out


@pytest.mark.parametrize("more", [(), ("--json",), ("--format", "csv"), ("--format", "jsonl")])
def test_row_94_one_of_a_thousand_fails(
    more: tuple[str, ...], serve: Serve, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bad = HITS[617]

    def says(question: Question) -> Says:
        if question.target == bad:
            return Says({"message": "not this one"}, 422)
        return found(question)

    serve(says)

    asked = HITS if more == ("--json",) else HITS[600:660]
    name = listed(tmp_path, *asked)
    assert main(["hit", "--from", name, "--jobs", "8", *more]) == ExitCode.PARTIAL

    out, err = capsys.readouterr()
    shown = [line for line in out.splitlines() if "yes" in line or "Entrance" in line]
    assert len(shown) == len(asked) - 1
    which, end = err.splitlines()[-2:]
    assert which.startswith(f"failed: '{bad}': ")
    assert "not this one" in which
    assert end.startswith(f"{len(asked):,} targets · {len(asked) - 1} found · 1 failed · ")


def test_row_95_the_first_result_does_not_wait_for_the_rest_of_the_list(
    serve: Serve, run_ffx: Runner
) -> None:
    serve(found)
    process = run_ffx.start("hit", "-", "--json", stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    with ended_after(20, process):
        for hit in HITS[:3]:
            process.stdin.write(f"{hit}\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["target"] == hit

    process.stdin.write(f"{HITS[3]}".encode())
    out, err = process.communicate(timeout=20)

    assert [record["target"] for record in records(out)] == [HITS[3]]
    assert process.returncode == ExitCode.OK
    assert err.decode().startswith("4 targets · 4 found · ")


def test_row_95_memory_does_not_grow_with_the_list(run_ffx: Runner, tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.txt"
        with path.open("w") as file:
            for number in range(count):
                # Each is asked once, and most are given many times over.
                file.write(f"dkezmsf3bat8xdbz8rt{number % (count // 20):06d}\n")
        finished = run_ffx("hit", "--from", str(path), "--sandbox", "--json", measured=True)
        assert finished.code == ExitCode.NOT_FOUND, finished.err
        assert finished.out.count(b"\n") == count // 20
        return finished.peak

    assert peak(40_000) - peak(4_000) < 8 * 2**20


@pytest.mark.parametrize("status", [401, 400])
def test_row_96_a_token_that_expires_half_way_is_renewed_once(
    status: int, serve: Serve, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = threading.Lock()
    fresh = "fresh-token-of-the-second-half"
    looked_up = 0

    def says(question: Question) -> Says:
        nonlocal looked_up
        if "auth" in question.path:
            time.sleep(0.05)  # in which the other jobs meet their own refusals
            return Says({"tokens": {"access_token": fresh, "refresh_token": "r2"}})
        with good:
            looked_up += 1
            has_expired = looked_up > 30 and question.token != fresh
        return Says({"message": "expired"}, status) if has_expired else found(question)

    service = serve(says)
    monkeypatch.setenv("FFX_REFRESH_TOKEN", "r1")

    assert main(["hit", *HITS[:90], "--json", "--jobs", "8"]) == ExitCode.OK

    out, err = capsys.readouterr()
    assert [record["target"] for record in records(out)] == HITS[:90]
    assert all("reply" in record for record in records(out))
    renewals = [question for question in service.questions if "auth" in question.path]
    assert [question.body for question in renewals] == [{"refresh_token": "r1"}]
    assert fresh not in out + err


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
