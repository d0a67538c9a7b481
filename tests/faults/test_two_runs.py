"""Rows 142 and 143: two runs onto one file, and what a resumed list begins with."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from ffx.output.file_locks import locked_file
from tests.answering import Question, Says
from tests.conftest import Runner
from tests.explorer import HIT_ID, VISITOR_ID, Explorer
from tests.faults.bounds import FAR_LONGER, LONGEST_WAIT
from tests.faults.lists import HITS, Serve, found, listed, records
from tests.faults.test_batch_streams import Half, holds_soon

IN_USE = "is in use: another run of ffx writes to it"


def has_results(path: Path) -> bool:
    return path.exists() and len(path.read_bytes()) > 100


@contextmanager
def under_way(run_ffx: Runner, half: Half, *line: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a run, and come back when it waits for an answer; go on when the block ends."""
    process = run_ffx.start(*line, "--try-timeout", f"{FAR_LONGER}s")
    try:
        assert half.at_half.wait(LONGEST_WAIT)
        yield process
        half.go_on.set()
        process.wait(LONGEST_WAIT)
    finally:
        half.go_on.set()
        process.kill()
        process.communicate()


@pytest.mark.fault(142)
def test_row_142_a_second_run_onto_one_file_is_refused(
    serve: Serve, run_ffx: Runner, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ids = listed(tmp_path, *HITS[:40])
    for name, more in (("a.json", ("--resume",)), ("b.json", ()), ("c.csv", ())):
        half = Half(20)
        service = serve(half)
        out = tmp_path / name
        line = ("hit", "--from", ids, "-o", str(out), *more)
        with under_way(run_ffx, half, *line) as process:
            assert holds_soon(partial(has_results, out))
            for again in (line, (*line, "--force" if name != "a.json" else "--utc")):
                capsys.readouterr()

                assert main(list(again)) == ExitCode.OUTPUT, again

                assert capsys.readouterr() == (
                    "",
                    f"ffx: {out} {IN_USE}\n  Wait for its end, or write to another file.\n",
                ), again

        assert process.returncode == ExitCode.OK
        assert sorted(service.targets) == HITS[:40]
        text = out.read_text()
        assert [hit for hit in HITS[:40] if hit in text] == HITS[:40]
        assert len(text.splitlines()) == 40 + name.endswith(".csv")


def test_two_runs_onto_two_files_go_on(serve: Serve, run_ffx: Runner, tmp_path: Path) -> None:
    half = Half(5)
    serve(half)
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    with under_way(run_ffx, half, "hit", *HITS[:10], "--json", "-o", str(first)):
        assert main(["hit", *HITS[:5], "--json", "-o", str(second)]) == ExitCode.OK
        assert main(["hit", *HITS[:5], "--json", "-o", "/dev/null"]) == ExitCode.OK
    assert (len(records(first.read_bytes())), len(records(second.read_bytes()))) == (10, 5)


def test_a_killed_run_leaves_no_lock(serve: Serve, run_ffx: Runner, tmp_path: Path) -> None:
    half = Half(5)
    serve(half)
    path = tmp_path / "out.json"
    line = ["hit", *HITS[:10], "--json", "-o", str(path), "--resume"]
    with under_way(run_ffx, half, *line) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(LONGEST_WAIT)
        half.go_on.set()
        assert main(line) == ExitCode.OK
    assert sorted(record["target"] for record in records(path.read_bytes())) == HITS[:10]


def test_a_file_that_was_moved_away_is_another(
    serve: Serve, run_ffx: Runner, tmp_path: Path
) -> None:
    half = Half(5)
    serve(half)
    path = tmp_path / "out.json"
    line = ["hit", *HITS[:10], "--json", "-o", str(path)]
    with under_way(run_ffx, half, *line):
        assert holds_soon(lambda: len(records(path.read_bytes())) == 5)
        path.rename(tmp_path / "moved.json")
        assert main(["hit", *HITS[:5], "--json", "-o", str(path)]) == ExitCode.OK
    assert len(records(path.read_bytes())) == 5
    assert len(records((tmp_path / "moved.json").read_bytes())) == 10


def test_a_history_that_is_written_line_by_line_is_locked_too(
    explorer: Explorer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out.jsonl"
    line = ["visitor", VISITOR_ID, "--since", "2020-01-01", "--all", "-o", str(path)]
    with locked_file(path):
        assert main(line) == ExitCode.OUTPUT
        # A document takes the file's place as a whole.
        assert main(["visitor", VISITOR_ID, "--case", "gone", "-o", str(path)]) == ExitCode.USAGE

    first, second = (
        each for each in capsys.readouterr().err.splitlines() if each.startswith("ffx: ")
    )
    assert IN_USE in first
    assert IN_USE not in second
    assert explorer.requests == []


@pytest.mark.fault(143)
def test_row_143_a_resumed_list_begins_with_what_was_never_asked(
    serve: Serve, tmp_path: Path
) -> None:
    refused = frozenset(HITS[:12])

    def says(question: Question) -> Says:
        return Says({"message": "no"}, 400) if question.target in refused else found(question)

    service = serve(says)
    ids = listed(tmp_path, *HITS[:30])
    path = tmp_path / "out.json"
    line = ["hit", "--from", ids, "--json", "-o", str(path), "--jobs", "1"]
    assert main(line) == ExitCode.SERVICE
    stored = {record["target"] for record in records(path.read_bytes())}
    assert stored <= {*HITS[:12]}
    assert len(stored) >= 10  # more where answers came before the last of these was counted
    asked = len(service.targets)

    assert main([*line, "--resume"]) == ExitCode.PARTIAL

    never, before = set(HITS[:30]) - stored, stored
    order = list(dict.fromkeys(service.targets[asked:]))
    assert set(order[: len(never)]) == never
    assert set(order[len(never) :]) <= before
    answered = [each["target"] for each in records(path.read_bytes()) if "reply" in each]
    assert answered == HITS[12:30]


def test_an_innocent_list_is_resumed_in_its_order(serve: Serve, tmp_path: Path) -> None:
    service = serve(found)
    path = tmp_path / "out.json"
    assert main(["hit", HITS[3], HIT_ID, "--json", "-o", str(path)]) == ExitCode.OK
    line = ["hit", *HITS[:6], "--json", "-o", str(path), "--jobs", "1", "--resume"]

    assert main(line) == ExitCode.OK

    assert service.targets[2:] == [*HITS[:3], *HITS[4:6]]
