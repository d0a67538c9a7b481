"""Rows 72, 73, 81, 83 and 89: memory, streams that are gone, and signals."""

import gzip
import json
import os
import signal
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Runner
from tests.explorer import (
    HIT_ID,
    Drip,
    Explorer,
    Flood,
    Script,
    Stall,
    answer,
    head,
    history,
)
from tests.faults.bounds import FAR_LONGER, LONGEST_WAIT
from tests.faults.rows import HIT, VISITOR, Ask, assert_promises

MOST_MEMORY = 300 * 2**20
# What a fork of the program takes without a reply. What has to be refused is shown as it would
# come; what is read, and takes memory as it grows, with a share of what a body holds, in as small
# a share of the memory beyond that.
BARE = 45 * 2**20
SHARE = 0.1
ASKED = " ".join(VISITOR)


def values(piece: bytes, count: int, end: bytes = b"") -> Script:
    """Answer with nothing found, and so many values beside it."""
    return answer(b'{"hits":[],"x":[' + piece * count + b"0]" + end + b"}")


def rows(row: str, count: int) -> Script:
    return answer(f'{{"hits":[{",".join([row] * count)}],"hasMore":false}}')


def bomb(megabytes: int) -> Script:
    """Answer with so much of nothing, as gzip; one piece is packed, and said again and again."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    piece = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    head_of_gzip = gzip.compress(b"")[:10]
    return answer(head_of_gzip + piece * megabytes, headers={"Content-Encoding": "gzip"})


FULL_ROW = json.dumps(history(**{f"t{number}": "x" * 20 for number in range(1, 21)})["hits"][0])


# Made when they are sent: all of them together would be half a gigabyte.
@pytest.mark.parametrize(
    ("code", "more", "share", "make"),
    [
        pytest.param(5, (), 1, lambda: bomb(400), id="row 72: a gzip bomb"),
        pytest.param(
            5,
            (),
            1,
            lambda: (head(200, {"Content-Length": "300000000"}), Flood(b" " * 65_536, 4578)),
            id="row 73: 300 MB",
        ),
        pytest.param(
            3,
            ("--json",),
            2 * SHARE,
            lambda: values(b"[1],", int(990_000 * 2 * SHARE)),
            id="row 73: a share of the lists that may be",
        ),
        pytest.param(
            3,
            ("--json",),
            SHARE,
            lambda: values(b'"ab",', int(1_900_000 * SHARE), b',"hits":[]'),
            id="row 73: a share, a doubled key beside them",
        ),
        pytest.param(
            3,
            ("--json",),
            SHARE,
            lambda: answer('{"hits":[],"x":"%s"}' % ("\u202e" * int(5_000_000 * SHARE))),
            id="row 73: a share, all of it to be escaped",
        ),
        pytest.param(
            0,
            (),
            SHARE,
            lambda: rows(FULL_ROW, int(15_000 * SHARE)),
            id="row 73: a share of the rows that a body holds",
        ),
        pytest.param(
            0,
            (),
            SHARE,
            lambda: rows("{}", int(50_000 * SHARE)),
            id="row 73: a share of the rows that may be",
        ),
    ],
)
@pytest.mark.fault
def test_memory_stays_bounded(
    code: int,
    more: tuple[str, ...],
    share: float,
    make: Callable[[], Script],
    explorer: Explorer,
    run_ffx: Runner,
) -> None:
    explorer.answer_with(make())

    finished = run_ffx(*VISITOR, *more, measured=True)

    assert finished.code == code, finished.err
    assert finished.peak < BARE + share * (MOST_MEMORY - BARE)
    assert "Traceback" not in finished.err


@pytest.mark.parametrize("question", [VISITOR, HIT, ("--help",)])
@pytest.mark.fault(81)
def test_row_81_a_reader_that_leaves_early_is_no_failure(
    question: tuple[str, ...], explorer: Explorer, run_ffx: Runner
) -> None:
    # Far more than a pipe holds, so that the program meets its closed end.
    many = {"hits": [history()["hits"][0]] * 5000, "hasMore": False}
    explorer.answer_with(answer({**many, "events": many["hits"]}))

    finished = run_ffx.in_shell(f'ffx {" ".join(question)} | head -1; echo "${{PIPESTATUS[0]}}"')

    assert finished.err == ""
    assert finished.out.count(b"\n") == 2
    assert finished.out.endswith(b"\n0\n")


@pytest.mark.parametrize("more", ["", "--json"])
@pytest.mark.fault(81)
def test_row_81_a_reader_that_never_was(more: str, explorer: Explorer, run_ffx: Runner) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = run_ffx.start(*VISITOR, *more.split(), stdout=writing)
    os.close(writing)

    _, err = process.communicate(timeout=LONGEST_WAIT)

    assert (process.returncode, err) == (0, b"")


@pytest.mark.parametrize("command", [ASKED, f"hit {HIT_ID}", "--version", "visitor --help"])
@pytest.mark.fault(83)
def test_row_83_a_closed_stdout_is_said(command: str, explorer: Explorer, run_ffx: Runner) -> None:
    explorer.answer_with(answer({**history(), "events": history()["hits"]}))

    finished = run_ffx.in_shell(f"ffx {command} >&-")

    assert finished.code == 9
    assert finished.err.startswith("ffx: cannot write")
    assert finished.err.endswith("stdout is closed\n")
    assert "Traceback" not in finished.err


@pytest.mark.fault(83)
def test_row_83_with_json_it_is_said_in_json(explorer: Explorer, run_ffx: Runner) -> None:
    finished = run_ffx.in_shell(f"ffx {ASKED} --json >&-")

    assert_promises(finished.code, finished.out, finished.err, as_json=True)
    assert finished.code == 9


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device is always full here")
@pytest.mark.parametrize("command", [ASKED, "--help"])
@pytest.mark.fault(82)
def test_row_82_a_full_disk_is_said(command: str, explorer: Explorer, run_ffx: Runner) -> None:
    finished = run_ffx.in_shell(f"ffx {command} >/dev/full")

    assert finished.code == 9
    assert "no space left on device" in finished.err
    assert "Traceback" not in finished.err


@pytest.mark.parametrize("streams", ["2>&-", "<&-"])
def test_other_closed_streams_do_no_harm(
    streams: str, explorer: Explorer, run_ffx: Runner
) -> None:
    finished = run_ffx.in_shell(f"ffx {ASKED} {streams}")

    assert (finished.code, finished.err) == (0, "")
    assert HIT_ID.encode() in finished.out


@pytest.mark.parametrize(("streams", "reads"), [(">&-", 1), ("2>&-", 0), ("<&- >&- 2>&-", 0)])
def test_a_closed_stream_is_never_taken_for_a_file_of_results(
    streams: str, reads: int, explorer: Explorer, run_ffx: Runner, tmp_path: Path
) -> None:
    explorer.answer_with(answer({"events": history()["hits"]}))
    out, other = tmp_path / "out.json", f"{HIT_ID[:-2]}5h"

    finished = run_ffx.in_shell(f"ffx hit {HIT_ID} {other} --json -o {out} {streams}")

    assert (finished.code, finished.out) == (0, b"")
    assert ("2 answers written" in finished.err) == bool(reads)
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert [record["target"] for record in records] == [HIT_ID, other]


def test_all_streams_closed(explorer: Explorer, run_ffx: Runner) -> None:
    assert run_ffx.in_shell(f"ffx {ASKED} <&- >&- 2>&-").code == 9


BEFORE_THE_ANSWER = (), (Stall(),)
IN_THE_ANSWER = ("--json",), (head(200, {"Content-Length": "4000"}), Drip(b" " * 4000, 0.05))
BEFORE_ANOTHER_TRY = (), answer(b"", 429, {"Retry-After": str(FAR_LONGER)})


@pytest.mark.parametrize(
    ("number", "code", "word", "more", "script"),
    [
        (signal.SIGINT, 130, "interrupted", *BEFORE_THE_ANSWER),
        (signal.SIGINT, 130, "interrupted", *IN_THE_ANSWER),
        (signal.SIGTERM, 143, "terminated", *IN_THE_ANSWER),
        (signal.SIGTERM, 143, "terminated", *BEFORE_ANOTHER_TRY),
        (signal.SIGHUP, 129, "hung up", *BEFORE_ANOTHER_TRY),
        (signal.SIGHUP, 129, "hung up", *BEFORE_THE_ANSWER),
    ],
)
@pytest.mark.fault(89, 91)
def test_row_89_a_signal_ends_a_request_and_waits_for_nothing(
    number: signal.Signals,
    code: int,
    word: str,
    more: tuple[str, ...],
    script: Script,
    explorer: Explorer,
    run_ffx: Runner,
) -> None:
    explorer.answer_with(script)
    process = run_ffx.start(*VISITOR, *more, "--try-timeout", f"{FAR_LONGER}s")
    assert explorer.wait_for_requests()
    process.send_signal(number)

    out, err = process.communicate(timeout=LONGEST_WAIT)

    assert process.returncode == code
    assert out == b""
    assert word in err.decode()
    assert b"Traceback" not in err


@pytest.mark.fault(90)
def test_row_90_a_second_ctrl_c_changes_nothing_for_the_worse(
    explorer: Explorer, run_ffx: Runner
) -> None:
    explorer.answer_with((Stall(),))
    process = run_ffx.start(*VISITOR)
    assert explorer.wait_for_requests()
    for _ in range(3):
        process.send_signal(signal.SIGINT)

    _, err = process.communicate(timeout=LONGEST_WAIT)

    assert process.returncode == 130
    assert b"Traceback" not in err


def test_proxies_stay_out_of_the_loopback(
    explorer: Explorer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Explorer() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url)

        assert ask(*VISITOR).code == 0
        assert proxy.connections == 0
