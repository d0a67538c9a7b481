"""Rows 18 to 27: connections that fail, and what is not HTTP."""

import gzip
import socket

import pytest

from tests.explorer import (
    HIT_ID,
    AtOnce,
    BreakOff,
    Drip,
    Explorer,
    Flood,
    Reset,
    Script,
    Stall,
    answer,
    chunked,
    head,
    history,
)
from tests.faults.rows import (
    TRY,
    VISITOR,
    Ask,
    Row,
    by_number,
    check,
    check_words,
    firsts,
    told_of,
)

GOOD = answer(history())
TRY_AGAIN = "  Try again. If it stays so, check the scheme and port of FFX_API_URL."
NO_HTTP_ANSWER = f"ffx: the connection ended before an HTTP answer came\n{TRY_AGAIN}"
CHECK_ADDRESS = "  Check the scheme and port of FFX_API_URL."
NOT_HTTP = f"ffx: what answered does not speak HTTP\n{CHECK_ADDRESS}"
NOT_PLAIN = f"ffx: what answered does not speak plain HTTP; perhaps TLS\n{CHECK_ADDRESS}"
BROKEN = (
    "ffx: the service's answer breaks the rules of HTTP\n"
    "  Report it, with the time of the request. A proxy may stand between."
)
NARROWER = "  The service cuts queries at 30 s. Try again, or ask for a narrower window."
SILENT = f"ffx: no answer from 127.0.0.1:PORT within 0.3 s\n{NARROWER}"
CUT = "  Try again; if it stays so, ask for a narrower window."


def sized(length: int | str, body: bytes, *steps: BreakOff | Reset | Drip | Flood) -> Script:
    return (head(200, {"Content-Length": str(length)}), body, *steps)


ROWS = [
    Row("row 22: closes before an answer", (BreakOff(),), 6, NO_HTTP_ANSWER),
    Row(
        "row 22: resets before an answer",
        (Reset(),),
        6,
        "ffx: the connection failed: connection reset by peer (0 bytes)\n  Try again.",
    ),
    Row(
        "row 23: closes in the body",
        sized(4000, b'{"visitor":', BreakOff()),
        6,
        f"ffx: the service's answer broke off after 11 of 4,000 bytes\n{CUT}",
    ),
    Row(
        "row 23: closes in a chunk",
        (head(200, {"Transfer-Encoding": "chunked"}), b"ff\r\n{", BreakOff()),
        6,
        f"ffx: the service's answer broke off after 1 byte\n{CUT}",
    ),
    Row(
        "row 23: closes between chunks",
        (*chunked(b'{"hits"', end=b""), BreakOff()),
        6,
        f"ffx: the service's answer broke off after 7 bytes\n{CUT}",
    ),
    Row(
        "row 25: an SSH banner, then an end",
        (AtOnce(), b"SSH-2.0-OpenSSH_9.6\r\n", BreakOff()),
        6,
        NO_HTTP_ANSWER,
    ),
    Row("row 25: half a status line", (b"HTTP/1.1 20", BreakOff()), 6, NO_HTTP_ANSWER),
    Row(
        "row 25: an SSH banner and more",
        (b"SSH-2.0-OpenSSH_9.6\r\nInvalid\r\n\r\n", BreakOff()),
        5,
        NOT_HTTP,
    ),
    Row("row 25: another protocol's answer", (b"ICY 200 OK\r\n\r\n", BreakOff()), 5, NOT_HTTP),
    Row("row 25: HTTP of before 1.0", (b"<html>\n\n</html>", BreakOff()), 5, NOT_HTTP),
    Row("row 25: a status of two digits", (b"HTTP/1.1 99 A\r\n\r\n",), 5, NOT_HTTP),
    Row("row 25: a status of four digits", (b"HTTP/1.1 1000 A\r\n\r\n",), 5, NOT_HTTP),
    Row(
        "row 25: a TLS alert on a plain port",
        (b"\x15\x03\x01\x00\x02\x02\x46", BreakOff()),
        5,
        NOT_PLAIN,
    ),
    Row(
        "row 25: a TLS record with line ends in it",
        (b"\x15\x03\x03\x00\x02\x02\x0a\n\n", BreakOff()),
        5,
        f"ffx: what answered speaks TLS, and was asked in plain http\n{CHECK_ADDRESS}",
    ),
    Row("row 25: zero bytes", (bytes(64), BreakOff()), 5, NOT_PLAIN),
    Row("row 26: a huge header", answer(b"{}", headers={"X": "x" * 200_000}), 5, BROKEN),
    Row(
        "row 26: endless headers",
        (b"HTTP/1.1 200 OK\r\n", Flood(b"X: y\r\n" * 1000, 10_000)),
        5,
        BROKEN,
    ),
    Row(
        "row 26: a chunk without a size",
        (head(200, {"Transfer-Encoding": "chunked"}), b"zz\r\n{}\r\n0\r\n\r\n"),
        5,
        BROKEN,
    ),
    Row(
        "row 26: a chunk that is longer than its size",
        (head(200, {"Transfer-Encoding": "chunked"}), b"2\r\n{}}}\r\n0\r\n\r\n"),
        5,
        BROKEN,
    ),
    Row(
        "row 26: two lengths",
        (head(200, [("Content-Length", "2"), ("Content-Length", "3")]), b"{}"),
        5,
        BROKEN,
    ),
    Row("row 26: a negative length", sized(-2, b"{}"), 5, BROKEN),
    Row("row 26: a length of letters", sized("two", b"{}"), 5, BROKEN),
    Row(
        "row 26: an unknown transfer coding",
        (head(200, {"Transfer-Encoding": "gzip, chunked"}), b"2\r\n{}\r\n0\r\n\r\n"),
        5,
        BROKEN,
    ),
    Row(
        "row 26: a header without a colon",
        (b"HTTP/1.1 200 OK\r\nheader\r\n\r\n{}", BreakOff()),
        5,
        BROKEN,
    ),
    Row(
        "row 27: a reason phrase that steers a terminal",
        answer(b"", "599 \x1b[31mred\x1b]0;title\x07"),
        5,
        "ffx: the service answered 599 \\u{1b}[31mred\\u{1b}]0;title\\u{7}\n"
        "  Report it to the provider's support, with the time of the request.",
    ),
    Row(
        "row 27: a request ID that steers a terminal",
        answer(b"", 418, {"X-Request-Id": "a\x1b[2Jb\x9b31mc"}),
        5,
        "ffx: the service answered 418 I'm a Teapot (request a\\u{1b}[2Jb\\u{9b}31mc)\n"
        "  Report it to the provider's support, with the time of the request.",
    ),
    Row(
        "row 27: a reason phrase, where all is well",
        answer(history(), "200 \x1b[31mfine"),
        0,
        shows=HIT_ID,
    ),
]
IN_JSON = firsts(ROWS)


@pytest.mark.parametrize("rows", by_number(ROWS))
@pytest.mark.fault
def test_a_broken_exchange_is_told_in_one_sentence(
    rows: list[Row], explorer: Explorer, ask: Ask
) -> None:
    # An error's words become an object in one place: each number meets it once.
    for row in rows:
        with told_of(row):
            explorer.answer_with(row.answer)
            (check if row.name in IN_JSON else check_words)(row, ask)


@pytest.mark.parametrize(
    "row",
    [
        Row("row 20: says nothing", (Stall(),), 6, SILENT),
        Row("row 21: drips its headers", (Drip(GOOD[0]),), 6, SILENT),  # type: ignore[arg-type]
        Row("row 44: only a 103, for ever", (Flood(head(103), 10_000, 0.01),), 6, SILENT),
        Row("row 25: an SSH banner, and waits", (AtOnce(), b"SSH-2.0-x\r\n", Stall()), 6, SILENT),
    ],
    ids=str,
)
@pytest.mark.fault
def test_an_answer_that_does_not_come_ends_at_the_deadline(
    row: Row, explorer: Explorer, ask: Ask
) -> None:
    explorer.answer_with(row.answer)

    check(row, ask, *VISITOR, *TRY)


@pytest.mark.fault(21)
def test_row_21_a_dripped_body_ends_at_the_deadline(explorer: Explorer, ask: Ask) -> None:
    explorer.answer_with(sized(4000, b"{", Drip(b" " * 3999)))

    ended = ask(*VISITOR, *TRY)

    assert ended.code == 6
    said, hint = ended.lines
    assert said.startswith("ffx: the answer of 127.0.0.1:PORT was not whole within 0.3 s (")
    assert said.endswith(" of 4,000 bytes)")
    assert hint == NARROWER


@pytest.mark.fault(24)
def test_row_24_a_reset_in_the_body(explorer: Explorer, ask: Ask) -> None:
    explorer.answer_with(sized(4000, b'{"visitor":', Reset()))

    ended = ask(*VISITOR)

    # What was still on its way at a reset may be lost with it.
    assert ended.code == 6
    assert ended.lines[0].startswith("ffx: the connection failed: connection reset by peer (")
    assert ended.lines[1:] == ["  Try again."]


@pytest.mark.fault(18)
def test_row_18_nobody_listens(
    explorer: Explorer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    monkeypatch.setenv("FFX_API_URL", f"http://127.0.0.1:{port}/v1")

    ended = ask(*VISITOR)

    assert ended.code == 6
    assert ended.lines == [
        f"ffx: cannot connect to 127.0.0.1:{port}: connection refused",
        "  Check the network, the port, and FFX_API_URL.",
    ]


@pytest.mark.fault(25)
def test_row_25_plain_http_on_a_tls_port(
    explorer: Explorer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer.answer_with((AtOnce(), b"HTTP/1.1 400 Bad Request\r\n\r\n", BreakOff()))
    monkeypatch.setenv("FFX_API_URL", explorer.url.replace("http:", "https:"))

    ended = ask(*VISITOR)

    assert ended.code == 5
    assert ended.lines == [
        "ffx: 127.0.0.1:PORT does not speak TLS on this port",
        CHECK_ADDRESS,
    ]
    assert explorer.connections == 1


def test_a_packed_answer_is_unpacked(explorer: Explorer, ask: Ask) -> None:
    packed = gzip.compress(GOOD[1])  # type: ignore[arg-type]
    explorer.answer_with(answer(packed, headers={"Content-Encoding": "gzip"}))

    assert HIT_ID in ask(*VISITOR).text


def test_junk_cookies_and_other_headers_do_no_harm(explorer: Explorer, ask: Ask) -> None:
    odd = {"Set-Cookie": "\x9b=;;;=\xff", "Date": "never", "Content-Type": "\x1b", "Link": "<"}
    explorer.answer_with(answer(history(), headers=odd))

    assert ask(*VISITOR).code == 0
