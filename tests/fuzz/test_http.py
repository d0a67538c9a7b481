"""Any bytes where HTTP is expected, over a real connection: told in a sentence, and no hang."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.explorer import HIT_ID, BreakOff, Explorer, events
from tests.fuzz.conftest import fuzzed
from tests.fuzz.running import run

BODY = json.dumps(events()).encode()
HEADS = [
    b"HTTP/1.1 200 OK", b"HTTP/1.0 200 OK", b"HTTP/1.1 200", b"HTTP/1.1 404 \xff\x1b[31m",
    b"HTTP/2 200 OK", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK", b"ICY 200 OK",
    b"\x15\x03\x01\x00\x02\x02\x28", b"", b"SSH-2.0-x", b"HTTP/1.1 099 X", b"HTTP/1.1 99999 X",
    b"GET / HTTP/1.1", b"<html>",
]  # fmt: skip
FIELDS = [
    b"Content-Length: %d" % len(BODY), b"Content-Length: 5", b"Content-Length: -1",
    b"Content-Length: 99999999999999999999", b"Transfer-Encoding: chunked", b"Connection: close",
    b"Transfer-Encoding: gzip", b"Content-Encoding: gzip", b"Content-Encoding: br, \x1b",
    b"Content-Type: \xff", b"Location: //\x1b", b"Retry-After: 1e9", b"Date: \x00",
    b"X: " + b"y" * 70_000, b"no colon", b": empty", b" folded", b"Set-Cookie: \x9b=1",
    b"X-Request-Id: " + b"\x9b31m" * 100, b"Content-Length: 0x10",
]  # fmt: skip
BODIES = [
    BODY, b"", b"zz\r\n", b'5\r\n{"a":\r\n0\r\n\r\n',
    b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY),
]  # fmt: skip
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"])


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """Draw what a server might send: a head, fields, a body, and some bytes of it changed."""
    end = draw(ENDS)
    lines = [draw(st.sampled_from(HEADS)), *draw(st.lists(st.sampled_from(FIELDS), max_size=4))]
    data = end.join([*lines, b"", draw(st.sampled_from(BODIES))])
    for place, byte in draw(
        st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=3)), max_size=2)
    ):
        at = place % (len(data) + 1)
        data = data[:at] + byte + data[at + 1 :]
    return data


@pytest.fixture(scope="module")
def server() -> Iterator[Explorer]:
    with Explorer() as service:
        yield service


@fuzzed(15)
@given(sent=answers())
def test_whatever_a_server_sends_is_read_or_told(sent: bytes, server: Explorer) -> None:
    server.answer_with((sent, BreakOff()))

    line = ["hit", HIT_ID, "--json", "-v", "--api-url", server.url, "--try-timeout", "5s"]
    ended = run(line, None)

    assert ended.code in (0, 3, 4, 5, 6)
