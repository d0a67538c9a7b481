"""One exchange with the service: how far it came, its bounded body, why it failed.

The library's exceptions are told apart by what lies behind them, since many
print as nothing.
"""

import re
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from ffx.errors import FfxError, ServiceError, TemporaryError, UsageError
from ffx.render.clean import quoted

Phase = Literal["connecting", "waiting", "reading"]

_UNKNOWN_AUTHORITY = frozenset({2, 18, 19, 20, 21})
_WRONG_HOST = frozenset({62, 64})
_EXPIRED = 10


class Progress:
    """How far an exchange came, written by its thread and read by whoever waits."""

    def __init__(self, stream: Any) -> None:
        self.phase: Phase = "connecting"
        self.sent = threading.Event()
        self.done = threading.Event()
        self.outcome: Any = None
        self.stream = stream
        self.is_abandoned = False
        self.received = 0
        self.expected: int | None = None

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Take the library's reports: which connection it uses, what it has sent."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self.stream = info["return_value"]
        elif event == "http11.send_request_body.complete":
            self.phase = "waiting"
            self.sent.set()

    def expect(self, content_length: str | None) -> None:
        if content_length and re.fullmatch(r"\d{1,18}", content_length, re.ASCII):
            self.expected = int(content_length)

    def measure(self) -> str:
        """Say how much of the body has come."""
        if self.expected is None:
            return f"{self.received:,} bytes"
        return f"{self.received:,} of {self.expected:,} bytes"


class Body:
    """A body that is unpacked as it comes and never grows over `limit` bytes."""

    def __init__(self, coding: str, limit: int) -> None:
        names = [name.strip().lower() for name in coding.split(",")]
        codings = [name for name in names if name not in ("", "identity")]
        if len(codings) > 1:
            raise ServiceError("the service's answer is packed more than once", code="encoding")
        if codings and codings[0] not in ("gzip", "x-gzip"):
            raise ServiceError(
                f"the service's answer is packed as {quoted(codings[0])}, which was not asked for",
                code="encoding",
            )
        self._unpacker = zlib.decompressobj(wbits=31) if codings else None
        self._limit = limit
        # One growing block: a list of tiny pieces would take twenty times their size.
        self._whole = bytearray()
        self._has_begun = False

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes off the wire."""
        if self._unpacker is None:
            self._keep(chunk)
            return
        self._has_begun = self._has_begun or bool(chunk)
        try:
            while chunk:
                if self._unpacker.eof:
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
            raise ServiceError(
                f"the service's answer is too big: over {self._limit:,} bytes unpacked",
                hint="Ask for a narrower window, or raise --max-body.",
                code="too-big",
            )
        self._whole += part


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


def explain_failure(error: BaseException, progress: Progress, host: str) -> BaseException:
    """Turn whatever the library raised into our own error.

    What is no failure of an exchange comes back as it is.
    """
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _explain_tls(cause, host)
        if isinstance(cause, socket.gaierror):
            return TemporaryError(
                f"the name {host} cannot be found",
                hint="Check the network, the proxy, and FFX_API_URL.",
                code="no-such-host",
            )
    names = {kind.__name__ for kind in type(error).__mro__}
    text = " ".join(str(cause) for cause in causes)
    if "ProxyError" in names:
        return TemporaryError(
            f"the proxy refused to connect to {host}",
            hint="See HTTPS_PROXY and NO_PROXY.",
            code="proxy",
        )
    if "RemoteProtocolError" in names:
        return _explain_protocol(text, progress)
    if "InvalidURL" in names:
        return UsageError(
            f"the service's address is not one: {error}", hint="Check --api-url and FFX_API_URL."
        )
    if "ConnectTimeout" in names or "ConnectError" in names:
        reason = next((_reason(cause) for cause in causes if _reason(cause)), "no answer")
        return TemporaryError(
            f"cannot connect to {host}: {reason}",
            hint="Check the network, the port, and FFX_API_URL.",
            code="unreachable",
        )
    if "TransportError" in names:
        reason = next((_reason(cause) for cause in causes if _reason(cause)), "it broke off")
        return TemporaryError(
            f"the connection failed: {reason} ({progress.measure()})",
            hint="Try again.",
            code="connection",
        )
    return error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return "timed out" if isinstance(error, TimeoutError) else ""


def _explain_protocol(text: str, progress: Progress) -> FfxError:
    if "incomplete chunked read" in text or "without sending complete message body" in text:
        return TemporaryError(
            f"the service's answer broke off after {progress.measure()}",
            hint="Try again; if it stays so, ask for a narrower window.",
            code="cut-short",
        )
    if "without sending a response" in text:
        return TemporaryError(
            "the connection ended before an HTTP answer came",
            hint="Try again. If it stays so, check the scheme and port of FFX_API_URL.",
            code="connection",
        )
    if "illegal request line" in text:
        # The answer began with a control character, as a TLS record does; the bytes are not told.
        return ServiceError(
            "what answered does not speak plain HTTP; perhaps TLS",
            hint="Check the scheme and port of FFX_API_URL.",
            code="not-http",
        )
    if "illegal status line" in text:
        speaks_tls = re.search(r"bytearray\(b.\\x1[56]\\x03", text)
        return ServiceError(
            "what answered speaks TLS, and was asked in plain http"
            if speaks_tls
            else "what answered does not speak HTTP",
            hint="Check the scheme and port of FFX_API_URL.",
            code="not-http",
        )
    return ServiceError(
        "the service's answer breaks the rules of HTTP",
        hint="Report it, with the time of the request. A proxy may stand between.",
        code="not-http",
    )


def _explain_tls(error: ssl.SSLError, host: str) -> FfxError:
    if isinstance(error, ssl.SSLCertVerificationError):
        number = error.verify_code
        if number in _WRONG_HOST:
            return ServiceError(
                f"the certificate of {host} is for another host",
                hint="Check FFX_API_URL.",
                code="certificate",
            )
        if number == _EXPIRED:
            return ServiceError(
                f"the certificate of {host} has expired",
                hint="Check this machine's clock; otherwise it is the server's to mend.",
                code="certificate",
            )
        return ServiceError(
            f"the certificate of {host} was issued by an unknown authority"
            if number in _UNKNOWN_AUTHORITY
            else f"the certificate of {host} was refused: {error.verify_message}",
            hint="If your network has its own authority, name its file in SSL_CERT_FILE.",
            code="certificate",
        )
    if error.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"):
        return ServiceError(
            f"{host} does not speak TLS on this port",
            hint="Check the scheme and port of FFX_API_URL.",
            code="not-tls",
        )
    if error.reason in ("UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"):
        return ServiceError(f"{host} only speaks a TLS that is too old to trust", code="old-tls")
    return TemporaryError(
        f"the secure connection to {host} failed: {(error.reason or 'broken off').lower()}",
        hint="Try again.",
        code="connection",
    )
