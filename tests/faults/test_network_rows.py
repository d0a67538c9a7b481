"""Rows 18 to 24, 35 to 41, 48, 71 and 118: the way to the service, and its bad days."""

import errno
import gzip
import json
import os
import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from unittest import mock

import pytest

import ffx.__main__
from ffx.errors import is_short_of_memory
from tests.answering import Says
from tests.conftest import Runner
from tests.explorer import (
    HIT_ID,
    BreakOff,
    Drip,
    Explorer,
    Reset,
    Script,
    Stall,
    answer,
    chunked,
    events,
    head,
    history,
)
from tests.faults.lists import Serve
from tests.faults.patience import Tell, assert_same_in_json, firsts, once, retried
from tests.faults.rows import VISITOR, by_number, told_of
from tests.looping import each

FOUND = answer(history())
SHORT = ("--try-timeout", "0.3s")
NARROWER = "  The service cuts queries at 30 s. Try again, or ask for a narrower window.\n"
PLAIN = "  Too many requests for now. Wait a little, and try again.\n"
WHOLE = gzip.compress(
    b'{"visitor": null, "hits": [], "padding": "' + os.urandom(64).hex().encode() + b'"}'
)


@dataclass(frozen=True)
class Row:
    """What the service says, and how the run must end; `asked` counts the requests."""

    number: int
    name: str
    answers: tuple[Script, ...]
    code: int = 0
    err: str = ""
    asked: int = 1
    pauses: tuple[float, ...] = ()
    arguments: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        return f"{self.number}-{self.name}"


def busy(retry_after: str, status: int = 429) -> Script:
    return answer(b"", status, {"Retry-After": retry_after})


def own_pause(name: str, retry_after: str) -> Row:
    """Make a row in which Retry-After says nothing that can be obeyed."""
    return Row(38, name, (busy(retry_after), FOUND), 0, once(TOO_MANY), 2, (0.25,))


def temporary(number: int, status: int, name: str) -> Row:
    """Make a row in which a status passes at the second try."""
    err = once(f"the service answered {status} {name}")
    return Row(number, str(status), (answer(b"", status), FOUND), 0, err, 2, (0.25,))


TOO_MANY = "the service answered 429 Too Many Requests"
UNAVAILABLE = "the service answered 503 Service Unavailable"
ENDED = "the connection ended before an HTTP answer came"
LATE = "no answer from 127.0.0.1:PORT within 0.3 s"
BODY = head(200, {"Content-Length": "500"})
CUT = "the service's answer broke off after 14 of 500 bytes"
RESET = "the connection failed: connection reset by peer (14 of 500 bytes)"
CUT_JSON = "the service's answer was cut after 17 bytes"
NO_GZIP = "decoding the service's answer failed: it is not the gzip it claims to be"
CUT_GZIP = "decoding the service's answer failed: its gzip is cut short"
WIDE = "  Try again; if it stays so, ask for a narrower window.\n"
BOTH = (0.25, 0.5)

ROWS = [
    Row(20, "says nothing", ((Stall(),),), 6, retried(LATE, tries=2, hint=NARROWER), 2, (0.25,),
        SHORT),
    Row(22, "closes, then works", ((BreakOff(),), FOUND), 0, once(ENDED), 2, (0.25,)),
    Row(22, "resets, then works", ((Reset(),), FOUND), 0,
        once("the connection failed: connection reset by peer (0 bytes)"), 2, (0.25,)),
    Row(23, "closes in the body", ((BODY, b'{"visitor": {}', BreakOff()),), 6,
        retried(CUT, hint=WIDE), 3, BOTH),
    Row(23, "closes in a chunk", ((head(200, {"Transfer-Encoding": "chunked"}), b"ff\r\n{",
        BreakOff()),), 6,
        retried("the service's answer broke off after 1 byte", hint=WIDE), 3, BOTH),
    Row(23, "closes between chunks", ((*chunked(b'{"visitor"', end=b""), BreakOff()),), 6,
        retried("the service's answer broke off after 10 bytes", hint=WIDE), 3, BOTH),
    Row(35, "waits as asked", (busy("2"), FOUND), 0, once(TOO_MANY, "2"), 2, (2.0,)),
    Row(35, "waits twice", (busy("2"), busy("37"), FOUND), 0,
        once(TOO_MANY, "2") + f"note: {TOO_MANY}; waiting 37 s (2 of 3)\n", 3, (2.0, 37.0)),
    Row(35, "503 with a time", (busy("4", 503), FOUND), 0, once(UNAVAILABLE, "4"), 2, (4.0,)),
    Row(36, "an hour", (busy("3600"),), 6,
        f"ffx: {TOO_MANY}\n  The service asks to come back at TIME.\n"),
    Row(36, "two minutes", (busy("120"),), 6,
        f"ffx: {TOO_MANY}\n  The service asks to come back at TIME.\n"),
    Row(37, "for ever", (answer(b"", 429),), 6, retried(TOO_MANY, hint=PLAIN), 3, BOTH),
    Row(37, "for ever, with a second", (busy("1"),), 6,
        once(TOO_MANY, "1") + f"note: {TOO_MANY}; waiting 1 s (2 of 3)\n"
        f"ffx: {TOO_MANY} (after 3 tries)\n  The service asks to come back at TIME.\n",
        3, (1.0, 1.0)),
    own_pause("negative", "-5"),
    own_pause("zero", "0"),
    own_pause("junk", "soon"),
    own_pause("two values", "2, 4"),
    own_pause("past", "Thu, 05 Mar 2020 14:30:00 GMT"),
    own_pause("2138", "Wed, 05 Mar 2138 14:30:00 GMT"),
    own_pause("the last day", "Fri, 31 Dec 9999 23:59:59 GMT"),
    own_pause("ESC", "5\x1b[31m"),
    own_pause("400 digits", "9" * 400),
    Row(38, "two headers", ((head(429, [("Retry-After", "2"), ("Retry-After", "9"),
        ("Content-Length", "0")]),), FOUND), 0, once(TOO_MANY), 2, (0.25,)),
    Row(38, "junk for ever", (busy("soon"),), 6, retried(TOO_MANY, hint=PLAIN), 3, BOTH),
    temporary(39, 408, "Request Timeout"),
    temporary(39, 429, "Too Many Requests"),
    temporary(39, 500, "Internal Server Error"),
    temporary(39, 502, "Bad Gateway"),
    temporary(39, 503, "Service Unavailable"),
    Row(39, "522", (answer(b"", "522 Cut off"), FOUND), 0,
        once("the service answered 522 Cut off"), 2, (0.25,)),
    Row(40, "for ever", (answer(b"<html><h1>Sorry</h1></html>", 503,
        {"Content-Type": "text/html"}),), 6, retried(UNAVAILABLE), 3, BOTH),
    Row(41, "504 twice", (answer(b"", 504),), 6,
        retried("the service answered 504 Gateway Timeout", tries=2, hint=NARROWER), 2, (0.25,)),
    Row(41, "504, then works", (answer(b"", 504), FOUND), 0,
        once("the service answered 504 Gateway Timeout", tries=2), 2, (0.25,)),
    Row(41, "drips in the head", ((Drip(b"HTTP/1.1 200 OK\r\n", 0.1),),), 6,
        retried(LATE, tries=2, hint=NARROWER), 2, (0.25,), SHORT),
    Row(48, "JSON is cut, then whole", (answer(b'{"visitor": {"vis'), FOUND), 0,
        once(CUT_JSON), 2, (0.25,)),
    Row(48, "JSON is cut for ever", (answer(b'{"visitor": {"vis'),), 6,
        retried(CUT_JSON, hint=WIDE), 3, BOTH),
    Row(71, "no gzip", (answer(b"plain", 200, {"Content-Encoding": "gzip"}), FOUND), 0,
        once(NO_GZIP), 2, (0.25,)),
    Row(71, "no gzip for ever", (answer(b"plain", 200, {"Content-Encoding": "gzip"}),), 6,
        retried(NO_GZIP,
        hint="  Try again. If it stays so, a proxy may be changing answers.\n"), 3, BOTH),
    Row(71, "cut gzip", (answer(WHOLE[:-20], 200, {"Content-Encoding": "gzip"}), FOUND), 0,
        once(CUT_GZIP), 2, (0.25,)),
]  # fmt: skip


def times_taken_out(err: str) -> str:
    return re.sub(r"at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}", "at TIME", err)


@pytest.mark.parametrize("rows", by_number(ROWS))
@pytest.mark.fault
def test_the_rows(rows: list[Row], tell: Tell, explorer: Explorer) -> None:
    for row in rows:
        with told_of(row):
            check(row, tell, explorer)


def check(row: Row, tell: Tell, explorer: Explorer) -> None:
    told = []
    # An error's words become an object in one place: each number meets it once.
    for more in ((), ("--json",)) if row in firsts(ROWS) else ((),):
        explorer.requests.clear()
        explorer.answer_with(*row.answers)
        told.append(tell(*VISITOR, *row.arguments, *more, port=explorer.port))
        assert len(explorer.requests) == row.asked

    plain, *in_json = told
    assert times_taken_out(plain.err) == row.err
    assert plain.code == row.code
    assert tuple(plain.pauses) == row.pauses
    for as_json in in_json:
        if "come back" in row.err:
            assert "come back" in as_json.err
        else:
            assert_same_in_json(plain, as_json)


@pytest.mark.fault(24)
def test_row_24_a_reset_in_the_body_tells_how_much_had_come(
    tell: Tell, explorer: Explorer
) -> None:
    explorer.answer_with((BODY, b'{"visitor": {}', Reset()))

    told = tell(*VISITOR, port=explorer.port)

    # What had come when the reset overtook it is the network's affair.
    assert told.code == 6
    assert re.sub(r"\((14|0) (of 500 )?bytes\)", "(SOME bytes)", told.err) == retried(
        "the connection failed: connection reset by peer (SOME bytes)", hint="  Try again.\n"
    )


@each(
    ("fault", "told"),
    [
        # As over a connection of its own: one line, one request more, on a new connection.
        ((Reset(),), r"the connection failed: connection reset by peer \(0 bytes\)"),
        ((BreakOff(),), ENDED),
        ((b"HTTP/1.1 200 O", Reset()), r"the connection failed: .* \(0 bytes\)"),
        (
            (BODY, b'{"visitor": {}', Reset()),
            r"the connection failed: .*\((14|0) (of 500 )?bytes\)",
        ),
        ((BODY, b'{"visitor": {}', BreakOff()), CUT),
    ],
)
def test_a_kept_connection_that_breaks_off_is_told_and_made_anew(
    fault: Script, told: str, tell: Tell, explorer: Explorer
) -> None:
    found = answer(events())
    explorer.requests.clear()
    explorer.connections = 0
    explorer.answer_with(found, fault, found)
    ended = tell("hit", HIT_ID, HIT_ID[:-1] + "7", "--jobs", "1", port=explorer.port)

    assert ended.code == 0, ended.err
    notes = [line for line in ended.err.splitlines() if "waiting" in line]
    assert len(notes) == len(ended.pauses) == 1, ended.err
    assert re.search(rf"{told}; waiting 0\.2 s \(1 of 3\)$", notes[0]), notes
    assert (len(explorer.requests), explorer.connections) == (3, 2)


@pytest.mark.parametrize("seconds", [130, 3600, 86_400 * 200])
@pytest.mark.fault(36)
def test_row_36_a_date_says_when_to_come_back(
    tell: Tell, explorer: Explorer, seconds: int
) -> None:
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)
    explorer.answer_with(busy(format_datetime(moment, usegmt=True)))

    told = tell(*VISITOR)

    said = re.search(r"come back at (.{25})\.", told.err)
    assert (told.code, told.pauses) == (6, [])
    assert said is not None
    back = datetime.strptime(said[1], "%Y-%m-%d %H:%M:%S %z")
    assert abs((back - moment).total_seconds()) <= 1


@pytest.mark.fault(40)
def test_row_40_with_v_the_first_line_of_a_text_is_shown_safe(
    tell: Tell, explorer: Explorer
) -> None:
    page = b"Sorry \x1b[31m\xe2\x80\xae we are down\n<secret stack trace>"
    explorer.answer_with(answer(page, 503, {"Content-Type": "text/plain"}))

    told = tell(*VISITOR, "-v")

    assert told.code == 6
    assert r"Sorry \u{1b}[31m\u{202e} we are down" in told.err
    assert "stack trace" not in told.err


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ECONNREFUSED])
@pytest.mark.fault(18)
def test_row_18_without_a_network_host_and_port_are_told(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("socket.create_connection", fail)
    told = tell(*VISITOR, port=explorer.port)

    assert told.code == 6
    assert told.err == retried(
        f"cannot connect to 127.0.0.1:PORT: {os.strerror(number).lower()}",
        hint="  Check the network, the port, and FFX_API_URL.\n",
    )


@contextmanager
def deaf_port() -> Iterator[int]:
    """Open a port whose queue is full, so that it drops what else would connect."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
            waiting.append(one)
        yield port
        for one in waiting:
            one.close()


@pytest.mark.fault(19)
def test_row_19_dropped_packets_are_told_with_the_time_that_was_waited(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with deaf_port() as port:
        monkeypatch.setenv("FFX_API_URL", f"http://127.0.0.1:{port}/v1")
        told = tell(*VISITOR, *SHORT, port=port)

    assert told.code == 6
    assert told.err == retried(
        "no connection to 127.0.0.1:PORT within 0.3 s",
        hint="  Check the network, and whether a proxy or a firewall stands between.\n",
    )


def test_no_try_begins_that_the_deadline_would_cut(tell: Tell, explorer: Explorer) -> None:
    explorer.answer_with((Stall(),))

    told = tell(*VISITOR, "--timeout", "0.5s", "--try-timeout", "0.4s", port=explorer.port)

    assert (told.code, told.pauses) == (6, [])
    assert told.err == f"ffx: no answer from 127.0.0.1:PORT within 0.4 s\n{NARROWER}"


def test_a_renewal_and_its_look_up_have_one_deadline(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FFX_REFRESH_TOKEN", "refresh")
    explorer.answer_with(answer(b"", 401), (Stall(),))

    told = tell(*VISITOR, "--timeout", "0.5s", port=explorer.port)

    assert told.code == 6
    assert re.fullmatch(
        rf"ffx: no answer from 127\.0\.0\.1:PORT within 0\.[45] s\n{re.escape(NARROWER)}", told.err
    )


@pytest.mark.parametrize("fails", [1, 2, 3])
@pytest.mark.fault(118)
def test_row_118_a_thread_that_does_not_start_is_tried_again_and_then_one_record(
    tell: Tell, serve: Serve, monkeypatch: pytest.MonkeyPatch, fails: int, tmp_path: Path
) -> None:
    serve(lambda question: Says(events(hitId=question.target)))
    start = threading.Thread.start
    failed: list[threading.Thread] = []

    def start_later(thread: threading.Thread) -> None:
        if thread.name == "exchange" and len(failed) < fails:
            failed.append(thread)
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_later)
    ids = tmp_path / "ids.txt"
    ids.write_text("".join(f"{HIT_ID[:-1]}{letter}\n" for letter in "abc"))
    told = tell("hit", "--from", str(ids), "--jobs", "1", "--json")
    first, *others = (json.loads(line) for line in told.out.splitlines())

    assert len(told.pauses) == min(fails, 2)
    assert ["reply" in record for record in others] == [True, True]
    if fails < 3:
        assert (told.code, "reply" in first) == (0, True)
        return
    assert told.code == 7
    assert (first["error"]["code"], first["error"]["retryable"]) == ("exhausted", True)
    assert first["error"]["message"] == (
        "the request could not begin: the system starts no more threads (after 3 tries)"
    )


@pytest.mark.fault(118)
def test_row_118_one_target_whose_thread_does_not_start(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", fail)
        told = tell(*VISITOR)

    assert (told.code, told.out) == (6, "")
    assert told.err.endswith(
        "ffx: the request could not begin: the system starts no more threads (after 3 tries)\n"
        "  Use fewer --jobs, or raise the limits of this user or container (ulimit -a).\n"
    )


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE])
@pytest.mark.fault(118)
def test_row_118_without_file_descriptors_the_reason_is_told(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("socket.create_connection", fail)
    told = tell(*VISITOR)

    assert told.code == 6
    assert f"the request could not be made: {os.strerror(number).lower()} (after 3" in told.err


@each(
    ("error", "is_short"),
    [
        (MemoryError(), True),
        (ImportError("_csv.so: failed to map segment from shared object"), True),
        (OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)), True),
        (ImportError("No module named 'nothing'"), False),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), False),
        (RuntimeError("cannot allocate memory for a joke"), False),
    ],
)
def test_a_shortage_of_memory_is_told_from_faults(error: Exception, is_short: bool) -> None:
    assert is_short_of_memory(error) is is_short


def test_where_memory_runs_out_it_is_said_and_is_no_fault_of_the_program(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.delenv("FFX_DEBUG", raising=False)
    monkeypatch.setattr("ffx.cli.app._run", fail)
    told = tell("hit", HIT_ID)

    assert (told.code, told.out) == (6, "")
    assert told.err.startswith("ffx: there is too little memory\n  Close other programs")


@pytest.mark.parametrize("as_json", [False, True])
def test_without_memory_even_for_the_words_one_line_is_written(
    as_json: bool, run_striking_ffx: Runner
) -> None:
    # As a limit on memory does, but at the same place each time.
    fails = (
        "import ffx.cli.app\n"
        "def fail(*_, **__): raise MemoryError\n"
        "ffx.cli.app._run = ffx.cli.app.Output.error = fail\n"
    )
    more = ["--json"] if as_json else []
    ended = run_striking_ffx("hit", HIT_ID, *more, env={"STRIKING": fails})

    told = json.loads(ended.err)["error"]["message"] if as_json else ended.err
    assert (ended.code, ended.out) == (6, b"")
    assert told.removeprefix("ffx: ").rstrip() == "there is too little memory"


def test_without_memory_the_exit_code_is_the_same_where_nobody_reads_the_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("FFX_DEBUG", raising=False)
    monkeypatch.setattr("ffx.__main__._run", mock.Mock(side_effect=MemoryError))
    monkeypatch.setattr("ffx.__main__.os.write", mock.Mock(side_effect=OSError))
    monkeypatch.setattr("ffx.signals.end", sys.exit)

    with pytest.raises(SystemExit) as ended:
        ffx.__main__.run()
    assert ended.value.code == 6
