"""What an answer other than success means, and what its reader can do about it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlsplit

from ffx.api.wire import HttpAnswer
from ffx.errors import AccountError, FfxError, NotFoundError, ServiceError, TemporaryError
from ffx.output.clean import clean, quoted
from ffx.service.headers import request_id

TEMPORARY_STATUSES = frozenset({408, 429, 500, 502, 503, 504, *range(520, 525)})
_READABLE = frozenset({200, 201, 203})
_LONGEST_MESSAGE = 300
_ECHO = "<the token>"
_EXPIRED = "It may have expired; access tokens live 72 hours. Set a new FFX_ACCESS_TOKEN."
# What is shorter is no token that works, and may well stand somewhere by chance.
_SHORTEST_SECRET = 12


def without_echo(answer: HttpAnswer, token: str) -> HttpAnswer:
    """Take the token out of an answer that repeats it, wherever a message may quote from there.

    A reply stays as it was sent: nothing but an object is one.
    """
    if len(token) < _SHORTEST_SECRET:
        return answer
    headers = {name: value.replace(token, _ECHO) for name, value in answer.headers.items()}
    body = answer.body
    bare = body.removeprefix(b"\xef\xbb\xbf").strip()
    if answer.status not in _READABLE or not (bare[:1] == b"{" and bare[-1:] == b"}"):
        for spelling in (token, token.replace("/", "\\/")):
            body = body.replace(spelling.encode(), _ECHO.encode())
    return replace(answer, headers=headers, body=body, reason=answer.reason.replace(token, _ECHO))


def raise_for_status(answer: HttpAnswer) -> None:
    """Raise what the status means; return for an answer with a body worth reading."""
    if answer.status not in _READABLE:
        raise _refusal(answer)


def _refusal(answer: HttpAnswer) -> FfxError:
    """Choose what a status means: its class, sentence, advice and code."""
    status = answer.status
    named = _status_name(answer)
    message = f"{named}{_quoted_message(answer)}"
    code, hint = (
        f"http-{status}",
        "Report it to the provider's support, with the time of the request.",
    )
    kind: type[FfxError] = ServiceError
    if status == HTTPStatus.UNAUTHORIZED:
        kind, code, hint = AccountError, "token-refused", _EXPIRED
        message = f"the token was refused: {message}"
    elif status == HTTPStatus.FORBIDDEN:
        kind, code = AccountError, "forbidden"
        message = f"this account may not do that: {message}"
        hint = "Ask whoever manages the account, or use another token."
    elif status == HTTPStatus.NOT_FOUND and _is_service_answer(answer):
        kind, code = NotFoundError, NotFoundError.code
        hint = "Widen the window (--since 1y). If it happens for every ID, check FFX_API_URL."
    elif status in TEMPORARY_STATUSES:
        kind, hint = TemporaryError, _advice(status)
    elif 300 <= status < 400 and status != HTTPStatus.NOT_MODIFIED:
        code = "redirected"
        message = f"{named}: redirected to {_destination(answer)}, not followed"
        hint = "Tokens go to the configured host alone. Check FFX_API_URL."
    elif status < 400:
        message, hint = f"{named}: no usable body", ""
    elif status == HTTPStatus.NOT_FOUND:
        hint = "That was a page, not the Explorer. Check FFX_API_URL."
    elif status == HTTPStatus.BAD_REQUEST:
        hint = "The token may have expired: the service answers that with 400, too."
    return kind(message, hint=hint, code=code, status=status, request_id=request_id(answer))


def _status_name(answer: HttpAnswer) -> str:
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:
        reason = clean(answer.reason)[:60]
    name = f"the service answered {answer.status} {reason}".rstrip()
    identity = request_id(answer)
    return f"{name} (request {identity})" if identity else name


def _quoted_message(answer: HttpAnswer) -> str:
    message = server_message(answer)
    return f": {quoted(message, limit=_LONGEST_MESSAGE)}" if message else ""


def server_message(answer: HttpAnswer) -> str:
    """Return what the service says for itself in JSON or plain text; a web page says nothing."""
    text = answer.body[:65_536].decode("utf-8", "replace").strip()
    if text.startswith("<") or "html" in answer.headers.get("content-type", ""):
        return ""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text.splitlines()[0] if text else ""
    return next(_messages(value), "")


def _messages(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif isinstance(value, list) and value:
        yield from _messages(value[0], depth + 1)
    elif isinstance(value, dict) and depth < 5:  # no error nests deeper
        for name in ("message", "error_description", "detail", "error", "errors", "title"):
            yield from _messages(value.get(name), depth + 1)


def _is_service_answer(answer: HttpAnswer) -> bool:
    text = answer.body.strip()
    try:
        return not text or isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _destination(answer: HttpAnswer) -> str:
    location = answer.headers.get("location", "").strip()
    if not location:
        return "nowhere (no Location)"
    try:
        parts = urlsplit(location)
        return (
            quoted(_in_ascii(parts.hostname or location))
            if parts.scheme in ("http", "https", "")
            else (f"a {quoted(parts.scheme)} address")
        )
    except ValueError:
        return quoted(location)


def _in_ascii(host: str) -> str:
    """Return a name as the network knows it, `xn--…`: others may look like one that is known."""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _advice(status: int) -> str:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "Too many requests for now. Wait a little, and try again."
    if status == HTTPStatus.GATEWAY_TIMEOUT:
        return "The service cuts queries at 30 s. Try again, or ask for a narrower window."
    return "Try again in a while."
