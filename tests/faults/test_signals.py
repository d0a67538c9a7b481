"""Rows 89 to 91, 110 and 111: signals at chosen moments of a run, its start and end included."""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.answering import Question, Says
from tests.conftest import Runner, surroundings
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, Stall, answer, events
from tests.faults.lists import HITS, Serve, found, records
from tests.faults.test_batch_streams import holds_soon

STORY = ("visitor", VISITOR_ID, "--since", "2d", "--sandbox")
ENDS = {
    signal.SIGINT: (130, "interrupted"),
    signal.SIGTERM: (143, "terminated"),
    signal.SIGHUP: (129, "hung up"),
}
SIGNALS = pytest.mark.parametrize("number", ENDS, ids=lambda number: number.name)

# Each line of STRIKES is a signal and the audited event that it comes into, the first time.
STRIKING = """
import os, sys

strikes = [line.split(" ", 1) for line in os.environ["STRIKES"].splitlines()]

def strike(event, arguments):
    if strikes and f"{event} {arguments[0] if arguments else ''}".startswith(strikes[0][1]):
        number, _ = strikes.pop(0)
        os.kill(os.getpid(), int(number))

sys.addaudithook(strike)
"""
# And one that comes into a destructor, where Python can only report exceptions: while a module
# is loaded, or before the wait for a thread.
IN_A_DESTRUCTOR = """
import os, sys, threading

number, moment = os.environ["STRIKES"].split(" ", 1)
start = threading.Thread.start

class Dying:
    def __del__(self):
        os.kill(os.getpid(), int(number))
        sum(map(int, "0" * 100))

def come_to(event):
    global moment
    if event == moment:
        moment = ""
        Dying()

def start_and_die(thread):
    start(thread)
    come_to(f"start {thread.name}")

sys.addaudithook(lambda event, arguments: event == "import" and come_to(f"import {arguments[0]}"))
threading.Thread.start = start_and_die
"""
# And one that comes while a class is being made, of which Python 3.11 makes a RuntimeError.
IN_A_CLASS = """
import os, sys

class Naming:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), int(os.environ["STRIKES"]))
        sum(map(int, "0" * 100))

def meet(event, arguments):
    if event == "import" and arguments[0] == "ffx.settings.config":
        type("Made", (), {"name": Naming()})

sys.addaudithook(meet)
"""
# And one that comes when all is written.
AT_THE_END = """
import os

end = os._exit

def end_late(code):
    os._exit = end
    os.kill(os.getpid(), int(os.environ["STRIKES"]))
    os._exit(code)

os._exit = end_late
"""


def struck(folder: Path, code: str, strikes: str) -> Mapping[str, str]:
    """Return the environment of a run that strikes itself as `code` says."""
    (folder / "struck").mkdir(exist_ok=True)
    (folder / "struck" / "sitecustomize.py").write_text(code)
    path = f"{folder / 'struck'}{os.pathsep}{surroundings()['PYTHONPATH']}"
    return {"PYTHONPATH": path, "STRIKES": strikes}


MOMENTS = {
    "at the start": "import ffx.cli.app",
    "loading typer": "import typer.core",
    "loading the options": "import ffx.settings.settings",
    "reading the settings": "import ffx.settings.config",
    "loading the library": "import httpx._client",
    "drawing": "import ffx.render.terminal.timeline",
}


# What differs between the signals are words and a code: each of the others meets a moment.
@pytest.mark.parametrize(
    ("number", "moment"),
    [
        *((signal.SIGINT, moment) for moment in MOMENTS.values()),
        (signal.SIGTERM, MOMENTS["loading the options"]),
        (signal.SIGHUP, MOMENTS["reading the settings"]),
    ],
)
@pytest.mark.fault(89, 91, 110)
def test_rows_89_91_and_110_a_signal_at_any_moment_ends_the_run(
    number: signal.Signals, moment: str, run_ffx: Runner, tmp_path: Path
) -> None:
    code, words = ENDS[number]

    finished = run_ffx.on_terminal(
        *STORY, env=struck(tmp_path, STRIKING, f"{number:d} {moment}"), stderr_too=False
    )

    assert (finished.code, finished.err) == (code, f"ffx: {words}\n")
    assert VISITOR_ID not in finished.out.decode()


@SIGNALS
@pytest.mark.fault(89, 91, 110)
def test_rows_89_91_and_110_a_signal_into_what_opens_the_sandbox_ends_the_run(
    number: signal.Signals, run_striking_ffx: Runner
) -> None:
    code, words = ENDS[number]
    env = {"STRIKING": STRIKING, "STRIKES": f"{number:d} sqlite3.connect"}

    finished = run_striking_ffx.on_terminal(*STORY, env=env, stderr_too=False)

    assert (finished.code, finished.err) == (code, f"ffx: {words}\n")
    assert VISITOR_ID not in finished.out.decode()


@pytest.mark.fault(110)
def test_row_110_ctrl_c_before_anything_is_loaded(run_ffx: Runner, tmp_path: Path) -> None:
    strikes = f"{signal.SIGINT:d} import ffx.signals"

    finished = run_ffx("--version", env=struck(tmp_path, STRIKING, strikes))

    assert (finished.code, finished.out, finished.err) == (130, b"", "ffx: interrupted\n")


@SIGNALS
@pytest.mark.fault(110)
def test_row_110_scripts_get_an_object_at_any_moment(
    number: signal.Signals, run_striking_ffx: Runner
) -> None:
    code, words = ENDS[number]
    env = {"STRIKING": STRIKING, "STRIKES": f"{number:d} sqlite3.connect"}

    finished = run_striking_ffx(*STORY, "--json", env=env)

    assert (finished.code, finished.out) == (code, b"")
    assert json.loads(finished.err)["error"] == {
        "code": words.replace(" ", "-"),
        "message": words,
        "hint": "",
        "retryable": False,
    }


@pytest.mark.fault(110)
def test_row_110_a_signal_that_python_disguises_is_no_fault(
    run_ffx: Runner, tmp_path: Path
) -> None:
    number = signal.SIGTERM
    code, words = ENDS[number]

    finished = run_ffx(*STORY, env=struck(tmp_path, IN_A_CLASS, f"{number:d}"))

    assert (finished.code, finished.out, finished.err) == (code, b"", f"ffx: {words}\n")


@pytest.mark.fault(110)
def test_row_110_a_signal_that_python_swallows_while_it_loads_comes_again(
    explorer: Explorer, run_ffx: Runner, tmp_path: Path
) -> None:
    number = signal.SIGINT
    code, words = ENDS[number]
    explorer.answer_with((Stall(),))
    strikes = f"{number:d} import ffx.settings.config"

    finished = run_ffx("hit", HIT_ID, env=struck(tmp_path, IN_A_DESTRUCTOR, strikes))

    assert (finished.code, finished.out, finished.err) == (code, b"", f"ffx: {words}\n")


@SIGNALS
@pytest.mark.fault(110)
def test_row_110_a_signal_that_python_swallows_while_it_asks_comes_again(
    number: signal.Signals, explorer: Explorer, run_striking_ffx: Runner
) -> None:
    code, words = ENDS[number]
    explorer.answer_with((Stall(),))

    finished = run_striking_ffx(
        *("hit", HIT_ID),
        env={"STRIKING": IN_A_DESTRUCTOR, "STRIKES": f"{number:d} start exchange"},
    )

    assert (finished.code, finished.out, finished.err) == (code, b"", f"ffx: {words}\n")


@SIGNALS
@pytest.mark.fault(110)
def test_row_110_a_signal_at_the_very_end_takes_nothing_away(
    number: signal.Signals, run_striking_ffx: Runner
) -> None:
    code, words = ENDS[number]

    finished = run_striking_ffx(
        *STORY, "--json", env={"STRIKING": AT_THE_END, "STRIKES": f"{number:d}"}
    )

    assert finished.code == code
    assert json.loads(finished.out)["visitor"]["visitorId"] == VISITOR_ID
    assert words in finished.err


@pytest.mark.parametrize(
    ("name", "moments"),
    [
        ("-o", ("tempfile.mkstemp",)),
        ("--save", ("tempfile.mkstemp",)),
        ("-o", ("os.chmod {}",)),
        ("-o", ("os.rename {}",)),
        ("--save", ("os.rename {}",)),
        # And once more, while what the first has interrupted is put in order.
        ("-o", ("os.chmod {}", "os.remove {}")),
    ],
    ids=str,
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
@pytest.mark.fault(110)
def test_row_110_a_signal_leaves_no_temporary_file(
    number: signal.Signals,
    name: str,
    moments: tuple[str, ...],
    run_striking_ffx: Runner,
    tmp_path: Path,
) -> None:
    code, words = ENDS[number]
    out = tmp_path / "results" / "out.json"
    out.parent.mkdir()
    if "os.chmod {}" in moments:  # as is done to what takes another's place
        out.write_text('{"mine": true}')
    numbers = (number, signal.SIGTERM)
    strikes = [
        f"{number:d} {moment.format(out.parent)}"
        for number, moment in zip(numbers, moments, strict=False)
    ]

    env = {"STRIKING": STRIKING, "STRIKES": "\n".join(strikes)}
    finished = run_striking_ffx(*STORY, "--json", name, str(out), env=env)

    assert finished.code == code
    assert json.loads(finished.err)["error"]["message"] == words
    assert [path.name for path in out.parent.iterdir()] in ([], ["out.json"])
    if out.exists():
        assert json.loads(out.read_bytes())


@pytest.mark.fault(90)
def test_row_90_a_second_ctrl_c_leaves_no_temporary_file_either(
    run_striking_ffx: Runner, tmp_path: Path
) -> None:
    out = tmp_path / "results" / "out.json"
    out.parent.mkdir()
    out.write_text("mine")
    strikes = "\n".join(f"2 {event} {out.parent}" for event in ("os.chmod", "os.remove"))

    env = {"STRIKING": STRIKING, "STRIKES": strikes}
    finished = run_striking_ffx(*STORY, "--json", "-o", str(out), env=env)

    assert (finished.code, finished.err) == (130, "")
    assert list(out.parent.iterdir()) == [out]
    assert out.read_text() == "mine"


@SIGNALS
@pytest.mark.fault(111)
def test_row_111_a_signal_that_was_ignored_before_the_start_stays_ignored(
    number: signal.Signals, serve: Serve, run_ffx: Runner
) -> None:
    go_on = threading.Event()
    has_come = threading.Event()

    def answer_late(question: Question) -> Says:
        has_come.set()
        go_on.wait(20)
        return found(question)

    serve(answer_late)
    before = signal.signal(number, signal.SIG_IGN)
    try:
        process = run_ffx.start("hit", HIT_ID, "--json")
    finally:
        signal.signal(number, before)
    try:
        assert has_come.wait(20)
        process.send_signal(number)
        go_on.set()
        out, err = process.communicate(timeout=20)
    finally:
        go_on.set()
        process.kill()

    assert (process.returncode, err) == (0, b"")
    assert json.loads(out)["events"]


def waiting_in(pipe: int) -> int:
    """Return how many bytes wait for a pipe's reader."""
    import array
    import fcntl
    import termios

    count = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return count[0]


# Without this, Python writes as much of a text as the pipe has room for when a signal comes.
BUFFERED = {"PYTHONUNBUFFERED": ""}
LARGE = answer(events(padding="x" * 300_000))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.fault(110)
def test_row_110_a_result_that_is_being_read_is_written_to_its_end(
    number: signal.Signals, explorer: Explorer, run_ffx: Runner
) -> None:
    explorer.answer_with(LARGE)
    process = run_ffx.start("hit", HIT_ID, "--json", env=BUFFERED)
    assert process.stdout is not None
    pipe = process.stdout.fileno()
    assert holds_soon(lambda: waiting_in(pipe) >= 60_000)
    process.send_signal(number)

    out, err = process.communicate(timeout=20)

    assert process.returncode == ENDS[number][0]
    assert "x" * 300_000 in out.decode()
    assert json.loads(out)
    assert ENDS[number][1] in err.decode()


@pytest.mark.parametrize(
    ("number", "times", "seconds"), [(signal.SIGTERM, 1, 10.0), (signal.SIGINT, 2, 1.5)]
)
@pytest.mark.fault(110)
def test_row_110_a_result_that_nobody_reads_is_not_waited_for(
    number: signal.Signals, times: int, seconds: float, explorer: Explorer, run_ffx: Runner
) -> None:
    explorer.answer_with(LARGE)
    process = run_ffx.start("hit", HIT_ID, "--json", env=BUFFERED)
    assert process.stdout is not None
    pipe = process.stdout.fileno()
    assert holds_soon(lambda: waiting_in(pipe) >= 60_000)
    for _ in range(times):
        process.send_signal(number)
        time.sleep(0.1)  # two at once may come as one

    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    code = process.returncode
    process.kill()
    process.communicate(timeout=10)

    assert code == ENDS[number][0]


@pytest.mark.fault(89)
def test_row_89_the_rows_of_a_target_stay_together(serve: Serve, run_ffx: Runner) -> None:
    many = [{"hitId": HIT_ID, "eventType": "view", "number": number} for number in range(300)]
    serve(lambda _: Says({"hitId": HIT_ID, "events": many}))
    line = ("hit", *HITS[:900], "--format", "jsonl", "--jobs", "2")
    with run_ffx.start(*line, env=BUFFERED, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        rows = records(first + process.stdout.read())

    assert process.returncode == 143
    assert rows
    assert [row["number"] for row in rows] == [*range(300)] * (len(rows) // 300)
