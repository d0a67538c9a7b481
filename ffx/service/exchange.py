"""One exchange with the service: how far it came, its bounded body, the end of its connection."""

import re
import socket
import threading
import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Literal

from ffx.errors import ServiceError, TemporaryError, UsageError
from ffx.output.clean import quoted
from ffx.settings.settings import is_loopback

Phase = Literal["connecting", "waiting", "reading"]
# Bytes that a packed body may be longer than the most that may be in it, besides a thousandth.
_MOST_WRAPPING = 2**16
# Each piece takes its time, however short: so many may come, and one more for so many bytes.
_FREE_PIECES, _BYTES_A_PIECE = 10_000, 128
# No packing at all: `identity`, and the words that odd servers write in its place.
_NO_CODING = frozenset({"", "identity", "none", "utf-8", "utf8", "binary", "8bit"})


class NotConnected(Exception):  # noqa: N818  # it says how to go on, and is no failure
    """The connection is not there any more, and a new one may not be made here."""


class ExchangeProgress:
    """How far an exchange came, written by its thread and read by whoever waits.

    `stream` is the connection that may be used again. With `stays_here`, a new one that leads
    to another machine is closed before a byte is sent.
    """

    def __init__(self, stream: Any, *, stays_here: bool = False) -> None:
        self._stays_here = stays_here
        self.phase: Phase = "connecting"
        self.sent = threading.Event()
        self.done = threading.Event()
        self.outcome: Any = None
        self.stream = stream
        self.may_connect = True
        self.is_abandoned = False
        self.received = 0
        self.expected: int | None = None

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Take the library's reports: which connection it uses, what it has sent.

        Raises:
            UsageError: the connection leads to another machine, and may not.
            NotConnected: one is about to be made, and may not.
        """
        if event == "connection.connect_tcp.started" and not self.may_connect:
            raise NotConnected
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self.stream = info["return_value"]
            if self._stays_here:
                _check_peer(self.stream)
        elif event == "http11.send_request_body.complete":
            self.phase = "waiting"
            self.sent.set()

    def begin_again(self) -> None:
        """Forget what was done over a connection that is not there any more."""
        self.sent.clear()
        self.done.clear()
        self.stream = self.outcome = None
        self.may_connect = True

    def expect(self, content_length: str | None) -> None:
        if content_length and re.fullmatch(r"\d{1,18}", content_length, re.ASCII):
            self.expected = int(content_length)

    def measure(self) -> str:
        """Say how much of the body has come."""
        from ffx.output.words import plural

        if self.expected is None:
            return plural(self.received, "byte")
        return f"{self.received:,} of {plural(self.expected, 'byte')}"


class Body:
    """A body that is unpacked as it comes and never grows over `limit` bytes.

    Nor does it take an answer in very many pieces, such as chunks of a byte.
    """

    def __init__(self, coding: str, limit: int) -> None:
        names = [name.strip().lower() for name in coding.split(",")]
        codings = [name for name in names if name not in _NO_CODING]
        if len(codings) > 1:
            raise ServiceError("the service's answer is packed more than once", code="encoding")
        if codings and codings[0] not in ("gzip", "x-gzip"):
            raise ServiceError(
                f"the service's answer is packed as {quoted(codings[0])}, which was not asked for",
                code="encoding",
            )
        self._unpacker = zlib.decompressobj(wbits=31) if codings else None
        self._limit = limit
        self._most_packed = limit + limit // 1000 + _MOST_WRAPPING
        self._packed = self._pieces = 0
        self._most_pieces = _FREE_PIECES + limit // _BYTES_A_PIECE
        # One growing block: a list of tiny pieces would take twenty times their size.
        self._whole = bytearray()
        self._has_begun = False

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes off the wire."""
        self._pieces += 1
        if self._pieces > self._most_pieces:
            raise ServiceError(
                f"the service's answer comes in too many pieces: over {self._most_pieces:,}",
                hint="A proxy may be cutting answers up. Ask for a narrower window.",
                code="encoding",
            )
        if self._unpacker is None:
            self._keep(chunk)
            return
        self._has_begun = self._has_begun or bool(chunk)
        self._packed += len(chunk)
        if self._packed > self._most_packed:
            raise _too_big_error(f"{self._most_packed:,} bytes packed")
        try:
            while chunk:
                if self._unpacker.eof:
                    # Some writers fill their last block with zeros, as gzip itself allows.
                    chunk = chunk.lstrip(b"\0")
                    if not chunk:
                        break
                    self._unpacker = zlib.decompressobj(wbits=31)
                self._keep(self._unpacker.decompress(chunk, self._limit - len(self._whole) + 1))
                chunk = self._unpacker.unconsumed_tail or self._unpacker.unused_data
        except zlib.error as error:
            raise TemporaryError(
                "decoding the service's answer failed: it is not the gzip it claims to be",
                hint="Try again. If it stays so, a proxy may be changing answers.",
                code="encoding",
            ) from error

    def finish(self) -> bytes:
        """Return the whole; a packed body must have come to its end."""
        if self._unpacker is not None and self._has_begun and not self._unpacker.eof:
            raise TemporaryError(
                "decoding the service's answer failed: its gzip is cut short",
                hint="Try again.",
                code="cut-short",
            )
        return bytes(self._whole)

    def _keep(self, part: bytes) -> None:
        if len(self._whole) + len(part) > self._limit:
            raise _too_big_error(f"{self._limit:,} bytes unpacked")
        self._whole += part


def _too_big_error(size: str) -> ServiceError:
    return ServiceError(
        f"the service's answer is too big: over {size}",
        hint="Ask for a narrower window, or raise --max-body.",
        code="too-big",
    )


def _check_peer(stream: Any) -> None:
    """Close a connection that a name of this machine has led elsewhere."""
    address = str((stream.get_extra_info("server_addr") or ("",))[0])
    if is_loopback(address):
        return
    stream.close()
    raise UsageError(
        f"the service's address leads to {address or 'no known place'}, not to this machine",
        hint="Tokens leave this machine only over https. Check /etc/hosts and FFX_API_URL.",
    )


def shut(stream: Any) -> None:
    """Shut a connection under the thread that waits on it, so that the thread ends."""
    if stream is None:
        return
    connection = stream.get_extra_info("socket")
    if isinstance(connection, socket.socket):
        try:
            # The plain socket's own: TLS would want to say good-bye first.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
        except OSError:
            return


def close(stream: Any) -> None:
    """Close a connection of an exchange that is over, and whose answer nobody waits for."""
    if stream is None:
        return
    with suppress(OSError):
        stream.close()
