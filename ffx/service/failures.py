"""Why an exchange failed, in our own errors: names, connections, certificates, bad HTTP.

The library's exceptions are told apart by what lies behind them, since many
print as nothing.
"""

import errno
import re
import socket
import ssl
from collections.abc import Iterator

from ffx.errors import FfxError, ServiceError, TemporaryError, UsageError
from ffx.service.exchange import ExchangeProgress

_UNKNOWN_AUTHORITY = frozenset({2, 18, 19, 20, 21})
_WRONG_HOST = frozenset({62, 64})
_NOT_YET_VALID, _EXPIRED = 9, 10
# The system has no more files, or no memory: another time it may.
_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS})
_FEWER = "Use fewer --jobs, or raise the limits of this user or container (ulimit -a)."


def no_thread_error() -> TemporaryError:
    """Return the error for a request whose thread the system does not start."""
    return TemporaryError(
        "the request could not begin: the system starts no more threads",
        hint=_FEWER,
        code="exhausted",
    )


def explain_failure(error: BaseException, progress: ExchangeProgress, host: str) -> BaseException:
    """Turn whatever the library raised into our own error.

    What is no failure of an exchange comes back as it is.
    """
    import httpx

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
        if isinstance(cause, OSError) and cause.errno in _EXHAUSTED:
            return TemporaryError(
                f"the request could not be made: {(cause.strerror or '').lower()}",
                hint=_FEWER,
                code="exhausted",
            )
    text = " ".join(str(cause) for cause in causes)
    if isinstance(error, httpx.ProxyError):
        return TemporaryError(
            f"the proxy refused to connect to {host}",
            hint="See HTTPS_PROXY and NO_PROXY.",
            code="proxy",
        )
    if isinstance(error, httpx.RemoteProtocolError):
        return _explain_protocol(text, progress)
    if isinstance(error, httpx.InvalidURL):
        return UsageError(
            f"the service's address is not one: {error}", hint="Check --api-url and FFX_API_URL."
        )
    if isinstance(error, (httpx.ConnectTimeout, httpx.ConnectError)):
        reason = next((_reason(cause) for cause in causes if _reason(cause)), "no answer")
        return TemporaryError(
            f"cannot connect to {host}: {reason}",
            hint="Check the network, the port, and FFX_API_URL.",
            code="unreachable",
        )
    if isinstance(error, httpx.TransportError):
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


def _explain_protocol(text: str, progress: ExchangeProgress) -> FfxError:
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
        # The answer began with a control character, as a TLS record does.
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
        if number in (_NOT_YET_VALID, _EXPIRED):
            ends = "has expired" if number == _EXPIRED else "is not valid yet"
            return ServiceError(
                f"the certificate of {host} {ends}",
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
