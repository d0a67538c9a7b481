"""One exchange: its bounded body, how far it came, and why it failed."""

import errno
import gzip
import socket
import ssl
import zlib

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.errors import FfxError, ServiceError, TemporaryError, UsageError
from ffx.service.exchange import Body, ExchangeProgress, shut
from ffx.service.failures import explain_failure
from tests.looping import each


def take(coding: str, *chunks: bytes, limit: int = 1000) -> bytes:
    body = Body(coding, limit)
    for chunk in chunks:
        body.feed(chunk)
    return body.finish()


@given(
    st.binary(max_size=200),
    st.integers(1, 9),
    st.sampled_from(["gzip", " X-GZip ", "identity, gzip"]),
)
def test_a_packed_body_is_unpacked_however_it_is_cut_up(
    body: bytes, size: int, coding: str
) -> None:
    packed = gzip.compress(body)
    chunks = [packed[start : start + size] for start in range(0, len(packed), size)]

    assert take(coding, *chunks) == body


@each(
    "coding",
    ["", "identity", " , identity ,", "none", "None", "UTF-8", "utf8", "binary", "UTF-8, none"],
)
def test_a_plain_body_stays_as_it_is(coding: str) -> None:
    assert take(coding, b"a", b"", b"b") == b"ab"
    assert take(coding) == b""


@each(
    "coding",
    ["br", "zstd", "deflate", "gzip, gzip", "gzip, br", "utf-8-gzip", "nones", "x" * 5000, "\x1b"],
)
def test_other_codings_are_refused(coding: str) -> None:
    with pytest.raises(ServiceError) as caught:
        Body(coding, 1000)

    assert caught.value.code == "encoding"
    assert len(caught.value.message) < 200


@each(("coding", "body"), [("", b"x" * 11_024), ("gzip", gzip.compress(bytes(2**17), 0)[:11_024])])
def test_very_many_pieces_are_refused_and_many_are_not(coding: str, body: bytes) -> None:
    pieces = [bytes([byte]) for byte in body]

    # 10,000, and one for every 128 bytes that the whole may have.
    taken = Body(coding, 128 * 1024)
    for piece in pieces:
        taken.feed(piece)
    with pytest.raises(ServiceError, match="in too many pieces: over 11,024") as caught:
        taken.feed(b"x")

    assert caught.value.code == "encoding"


def test_several_members_are_one_body() -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"") + gzip.compress(b"two")

    assert take("gzip", packed) == b"one two"
    assert take("gzip", *(bytes([byte]) for byte in packed)) == b"one two"


@each("zeros", [1, 7, 512])
def test_zeros_behind_a_gzip_are_no_part_of_it(zeros: int) -> None:
    packed = gzip.compress(b"one ") + bytes(zeros) + gzip.compress(b"two") + bytes(zeros)

    assert take("gzip", packed) == b"one two"
    assert take("gzip", *(bytes([byte]) for byte in packed)) == b"one two"
    with pytest.raises(TemporaryError, match="not the gzip it claims to be"):
        take("gzip", packed + b"junk")
    # Zeros of the body itself stay.
    assert take("gzip", gzip.compress(bytes(zeros))) == bytes(zeros)
    assert take("none", bytes(zeros)) == bytes(zeros)


def test_what_is_packed_is_not_much_longer_than_what_may_be_in_it() -> None:
    nothing, one = gzip.compress(b""), gzip.compress(b"1")
    sent = [gzip.compress(b"one")] + [bytes(10_000)] * 6
    assert take("gzip", *sent) == b"one"
    assert take("gzip", nothing * 2000 + one) == b"1"
    assert take("gzip", one * 900) == b"1" * 900

    for endless in (
        [*sent, bytes(10_000)],
        [one * 4000],
        [nothing * 4000],
        [nothing] * 4000,
        [one + nothing * 5] * 900,
        [b"\x1f\x8b\x08\x08" * 20_000],
    ):
        with pytest.raises(ServiceError, match="over 66,537 bytes packed"):
            take("gzip", *endless)
    assert take("", bytes(100_000), limit=100_000) == bytes(100_000)


@each("size", [999, 1000, 1001])
def test_the_limit_is_exact(size: int) -> None:
    for coding, chunks in (
        ("", [b"x" * size]),
        ("", [b"x"] * size),
        ("gzip", [gzip.compress(b"x" * size)]),
        ("gzip", [gzip.compress(b"x" * (size - 1)), gzip.compress(b"x")]),
    ):
        if size <= 1000:
            assert take(coding, *chunks) == b"x" * size
            continue
        with pytest.raises(ServiceError, match="over 1,000 bytes unpacked"):
            take(coding, *chunks)


def test_a_bomb_is_never_unpacked_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(bytes(10_000_000))
    body = Body("gzip", 1000)

    with pytest.raises(ServiceError, match="too big"):
        body.feed(bomb)
    assert len(body._whole) <= 1001


@each(
    "sent",
    [b"plain", b"\x1f\x8b\x08junk", zlib.compress(b"{}"), gzip.compress(b"{}") + b"junk"],
)
def test_what_is_no_gzip_may_pass(sent: bytes) -> None:
    with pytest.raises(TemporaryError, match="not the gzip it claims to be") as caught:
        take("gzip", sent + bytes(20))

    assert caught.value.retryable


@given(st.binary(min_size=1, max_size=100), st.integers(1, 100))
def test_a_gzip_cut_short_is_no_whole_body(body: bytes, missing: int) -> None:
    packed = gzip.compress(body)[:-missing]

    if not packed:
        assert take("gzip") == b""
        return
    with pytest.raises(TemporaryError, match="cut short"):
        take("gzip", packed)


@each(
    ("length", "measure"),
    [
        (None, "1,234 bytes"),
        ("", "1,234 bytes"),
        ("5000", "1,234 of 5,000 bytes"),
        ("-5", "1,234 bytes"),
        ("٣", "1,234 bytes"),
        ("9" * 5000, "1,234 bytes"),
        ("5, 5", "1,234 bytes"),
    ],
)
def test_the_measure_of_a_body(length: str | None, measure: str) -> None:
    progress = ExchangeProgress(None)
    progress.received = 1234
    progress.expect(length)

    assert progress.measure() == measure


def explain(error: BaseException, cause: BaseException | None = None) -> FfxError:
    error.__cause__ = cause
    explained = explain_failure(error, ExchangeProgress(None), "api.example")
    assert isinstance(explained, FfxError)
    return explained


REFUSED = OSError(errno.ECONNREFUSED, "Connection refused")


@each(
    ("error", "cause", "kind", "said"),
    [
        (
            httpx.ConnectError("x"),
            socket.gaierror(-2, "Name or service not known"),
            TemporaryError,
            "the name api.example cannot be found",
        ),
        (
            httpx.ConnectError("x"),
            REFUSED,
            TemporaryError,
            "cannot connect to api.example: connection refused",
        ),
        (
            httpx.ConnectError("x"),
            OSError(errno.ENETUNREACH, "Network is unreachable"),
            TemporaryError,
            "cannot connect to api.example: network is unreachable",
        ),
        (
            httpx.ConnectError("x"),
            OSError(errno.EHOSTUNREACH, "No route to host"),
            TemporaryError,
            "cannot connect to api.example: no route to host",
        ),
        (
            httpx.ConnectTimeout(""),
            TimeoutError(),
            TemporaryError,
            "cannot connect to api.example: timed out",
        ),
        (httpx.ConnectError(""), None, TemporaryError, "cannot connect to api.example: no answer"),
        (
            httpx.ReadError(""),
            None,
            TemporaryError,
            "the connection failed: it broke off (0 bytes)",
        ),
        (
            httpx.ReadError(""),
            OSError(errno.ECONNRESET, "Connection reset by peer"),
            TemporaryError,
            "the connection failed: connection reset by peer (0 bytes)",
        ),
        (
            httpx.RemoteProtocolError("illegal header line: b'x'"),
            None,
            ServiceError,
            "the service's answer breaks the rules of HTTP",
        ),
        (
            httpx.InvalidURL("no"),
            None,
            UsageError,
            "the service's address is not one: no",
        ),
    ],
)
def test_a_failure_is_told_by_what_lies_behind_it(
    error: Exception, cause: Exception | None, kind: type[FfxError], said: str
) -> None:
    explained = explain(error, cause)

    assert type(explained) is kind
    assert explained.message == said


@each(
    ("reason", "kind", "said"),
    [
        ("WRONG_VERSION_NUMBER", ServiceError, "does not speak TLS on this port"),
        ("UNSUPPORTED_PROTOCOL", ServiceError, "too old to trust"),
        ("UNEXPECTED_EOF_WHILE_READING", TemporaryError, "unexpected_eof_while_reading"),
        (None, TemporaryError, "broken off"),
    ],
)
def test_a_failed_handshake_is_told_by_its_reason(
    reason: str | None, kind: type[FfxError], said: str
) -> None:
    error = ssl.SSLError(1, "failed")
    error.reason = reason  # type: ignore[assignment]  # it is None where OpenSSL gives none

    explained = explain(httpx.ConnectError("x"), error)

    assert type(explained) is kind
    assert said in explained.message


@each(
    ("number", "said"),
    [
        (9, "is not valid yet"),
        (10, "has expired"),
        (62, "is for another host"),
        (64, "is for another host"),
        (18, "was issued by an unknown authority"),
        (20, "was issued by an unknown authority"),
        (23, "was refused: certificate revoked"),
    ],
)
def test_a_refused_certificate_is_told_by_its_number(number: int, said: str) -> None:
    error = ssl.SSLCertVerificationError(1, "failed")
    error.verify_code = number
    error.verify_message = "certificate revoked"

    explained = explain(httpx.ConnectError("x"), error)

    assert type(explained) is ServiceError
    assert said in explained.message


@each("error", [KeyError("x"), KeyboardInterrupt(), MemoryError()])
def test_what_is_no_failure_of_an_exchange_stays_what_it_is(error: BaseException) -> None:
    assert explain_failure(error, ExchangeProgress(None), "api.example") is error


def test_causes_in_a_circle_end() -> None:
    first, second = httpx.ReadError("a"), OSError(errno.EPIPE, "Broken pipe")
    first.__cause__, second.__cause__ = second, first

    assert "broken pipe" in explain_failure(first, ExchangeProgress(None), "x").args[0]


class Stream:
    """What the library tells of a connection."""

    def __init__(self, connection: object) -> None:
        self.connection = connection

    def get_extra_info(self, _name: str) -> object:
        return self.connection


def test_shutting_wakes_whoever_reads() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        shut(Stream(ours))
        assert ours.recv(1) == b""


@each("stream", [None, Stream(None), Stream("no socket")])
def test_shutting_nothing_is_no_fault(stream: object) -> None:
    shut(stream)


def test_shutting_twice_is_no_fault() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    ours.close()
    shut(Stream(ours))
