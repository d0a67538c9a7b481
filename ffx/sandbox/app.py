"""The Explorer's two look-ups and its token check, as a WSGI application."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from http import HTTPStatus
from itertools import count
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from ffx.api.members import MONEY, NUMBERS, TIMES
from ffx.sandbox.rfc3339 import Moment, read_moment
from ffx.sandbox.store import ALWAYS, Row, Window

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

# Nobody's secrets: they open the sandbox and nothing else.
SANDBOX_TOKEN = "sandbox-for-everyone.the-token-of-the-sandbox.not-a-real-signature"  # noqa: S105
EXPIRED_TOKEN = "sandbox-for-everyone.this-one-has-run-out-.not-a-real-signature"  # noqa: S105
SANDBOX_REFRESH_TOKEN = "sandbox-refresh-token-with-which-to-practise"  # noqa: S105
# May 2033: whoever practises with a served sandbox is not to be logged out in the middle.
TOKEN_EXPIRES_AT = 1_999_999_999

BODY_LIMIT = 64 * 1024
"""The largest request body, in bytes."""

Object: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Behaviour:
    """What the documentation of the Explorer leaves open.

    Attributes:
        order: how the rows of a visitor's reply are sorted by time.
        keep: which rows are sent when there are more than a page holds.
        not_found: the answer for an unknown ID, or one with no hit in the
            window: an empty reply, or status 404.
        absent: how a value that is not there is sent: as "" and 0, as null,
            or not at all.
        times: how times end: with Z, with an offset (times are then an hour
            ahead of UTC), or with nothing, meaning UTC.
        fractions: whether times have milliseconds.
        summary: whether firstSeen, lastSeen and totalHits speak of everything
            that is known of the visitor, or of the window that was asked for.
        error_status: what an expired token gets.
    """

    order: Literal["ascending", "descending"] = "ascending"
    keep: Literal["newest", "oldest"] = "newest"
    not_found: Literal["empty", "404"] = "empty"
    absent: Literal["empty", "null", "absent"] = "empty"
    times: Literal["Z", "offset", "none"] = "Z"
    fractions: bool = True
    summary: Literal["everything", "window"] = "everything"
    error_status: Literal[401, 400] = 401


class Lookups(Protocol):
    """The look-ups that the service makes in its data."""

    def find_visitor_of(self, hit_id: str) -> str | None:
        """Return the ID of the visitor who made this hit."""

    def find_hits(self, visitor_id: str, window: Window, *, limit: int, newest: bool) -> list[Row]:
        """Return a visitor's rows in time order, at most `limit`: the newest or the oldest."""

    def summarise(self, visitor_id: str, window: Window) -> Row:
        """Describe a visitor by their first hit; {} for a stranger."""

    def find_events(self, hit_id: str) -> list[Row]:
        """Return a hit and what refers to it, in time order."""


class ExplorerApp:
    """Answers as the Explorer does, from a store.

    Paths are served with and without the leading /v1. A look-up by `hitId`
    takes no notice of a `visitorId` or a window beside it, once these are valid.
    """

    def __init__(
        self, store: Lookups, *, page_size: int = 1000, behaviour: Behaviour = Behaviour()
    ) -> None:
        self._store = store
        self._page_size = page_size
        self._behaviour = behaviour
        self._request_numbers = count(1)
        self._endpoints: dict[str, Callable[[WSGIEnvironment], Object]] = {
            "/reporting/explorer/visitor": self._look_up_visitor,
            "/reporting/explorer/hit": self._look_up_hit,
            "/auth/validate": _validate_token,
        }

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        headers = {
            "Content-Type": "application/json",
            "X-Request-Id": f"sandbox-{next(self._request_numbers)}",
        }
        status = HTTPStatus.OK
        try:
            body = _to_json(self._answer(environ))
        except _Refusal as refusal:
            status = refusal.status
            headers |= refusal.headers
            body = _to_json({"message": refusal.message, "code": refusal.code})
        headers["Content-Length"] = str(len(body))
        start_response(f"{status.value} {status.phrase}", list(headers.items()))
        return [body]

    def _answer(self, environ: "WSGIEnvironment") -> Object:
        path: str = environ.get("PATH_INFO", "")
        endpoint = self._endpoints.get(path.removeprefix("/v1"))
        if endpoint is None:
            raise _Refusal(HTTPStatus.NOT_FOUND, "no such path")
        if environ["REQUEST_METHOD"] != "POST":
            message = "this path takes POST only"
            raise _Refusal(HTTPStatus.METHOD_NOT_ALLOWED, message, {"Allow": "POST"})
        return endpoint(environ)

    def _look_up_visitor(self, environ: "WSGIEnvironment") -> Object:
        self._check_token(environ)
        request = _read_request(environ, ("visitorId", "hitId", "timeStart", "timeEnd"))
        start, end = _read_time(request, "timeStart"), _read_time(request, "timeEnd")
        if start and end and end < start:
            raise _BadRequest("timeEnd is before timeStart")
        if "hitId" in request:
            visitor_id = self._store.find_visitor_of(request["hitId"])
            return self._visitor_reply(visitor_id or "", ALWAYS)
        if "visitorId" not in request or start is None or end is None:
            raise _BadRequest("give a hitId, or a visitorId with timeStart and timeEnd")
        return self._visitor_reply(request["visitorId"], (start.ceiling(), end.floor()))

    def _visitor_reply(self, visitor_id: str, window: Window) -> Object:
        behaviour = self._behaviour
        page, newest = self._page_size, behaviour.keep == "newest"
        rows = self._store.find_hits(visitor_id, window, limit=page + 1, newest=newest)
        if not rows:
            return self._nothing_found({"visitor": None, "hits": [], "hasMore": False})
        has_more = len(rows) > page
        if has_more:
            del rows[0 if newest else -1]
        if behaviour.order == "descending":
            rows.reverse()
        summary = self._store.summarise(
            visitor_id, window if behaviour.summary == "window" else ALWAYS
        )
        return {
            "visitor": self._spell(summary),
            "hits": [self._spell(row) for row in rows],
            "hasMore": has_more,
        }

    def _look_up_hit(self, environ: "WSGIEnvironment") -> Object:
        self._check_token(environ)
        request = _read_request(environ, ("hitId", "timeStart"))
        # A hint for the real service's partitions; here the index needs none.
        _read_time(request, "timeStart")
        if "hitId" not in request:
            raise _BadRequest("hitId is missing")
        events = self._store.find_events(request["hitId"])
        if not events:
            return self._nothing_found({"events": []})
        return {"events": [self._spell(event) for event in events]}

    def _nothing_found(self, empty: Object) -> Object:
        if self._behaviour.not_found == "404":
            raise _Refusal(HTTPStatus.NOT_FOUND, "nothing found for this ID")
        return empty

    def _check_token(self, environ: "WSGIEnvironment") -> None:
        if _bearer_token(environ) == EXPIRED_TOKEN:
            raise _unauthorised("the token has expired", self._behaviour.error_status)

    def _spell(self, row: Row) -> Object:
        """Write a row's absent values and times in this behaviour's way."""
        absent = self._behaviour.absent
        spelt: Object = {}
        for member, value in row.items():
            if value is not None:
                spelt[member] = self._time(value) if member in TIMES else value
            elif absent == "empty":
                spelt[member] = 0 if member in NUMBERS else ""
            elif absent == "null":
                spelt[member] = None
        return spelt

    def _time(self, milliseconds: int) -> str:
        behaviour = self._behaviour
        zone = timezone(timedelta(hours=1)) if behaviour.times == "offset" else UTC
        moment = datetime.fromtimestamp(milliseconds // 1000, zone)
        moment += timedelta(milliseconds=milliseconds % 1000)
        text = moment.isoformat(timespec="milliseconds" if behaviour.fractions else "seconds")
        if behaviour.times == "offset":
            return text
        return text.removesuffix("+00:00") + ("Z" if behaviour.times == "Z" else "")


class _Refusal(Exception):  # noqa: N818 (it is an answer)
    """An answer other than 200."""

    def __init__(
        self, status: HTTPStatus, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}
        self.code = status.name.lower()


class _BadRequest(_Refusal):
    def __init__(self, message: str) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, message)


def _unauthorised(message: str, status: int = HTTPStatus.UNAUTHORIZED) -> _Refusal:
    return _Refusal(HTTPStatus(status), message, {"WWW-Authenticate": "Bearer"})


def _bearer_token(environ: "WSGIEnvironment") -> str:
    """Return the token, which may be the expired one; any other than ours is refused."""
    header: str = environ.get("HTTP_AUTHORIZATION", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _unauthorised("no access token: send Authorization: Bearer …")
    if token not in {SANDBOX_TOKEN, EXPIRED_TOKEN}:
        raise _unauthorised("the access token is unknown")
    return token


def _validate_token(environ: "WSGIEnvironment") -> Object:
    token = _bearer_token(environ)
    body = _read_body(environ)
    request = _parse_object(body) if body else {}
    if "refresh_token" in request:
        _check_text(request, "refresh_token")
    tokens: Object = {"access_token": SANDBOX_TOKEN, "expires_at": TOKEN_EXPIRES_AT}
    if request.get("refresh_token") == SANDBOX_REFRESH_TOKEN:
        tokens["refresh_token"] = SANDBOX_REFRESH_TOKEN
    elif token == EXPIRED_TOKEN:
        raise _unauthorised("the token has expired, and no valid refresh token was sent")
    return {"tokens": tokens}


def _read_request(environ: "WSGIEnvironment", members: tuple[str, ...]) -> dict[str, str]:
    """Read a look-up's body: these members only, none of them empty."""
    request = _parse_object(_read_body(environ))
    for name in request:
        if name not in members:
            raise _BadRequest(f"unknown member: {name[:40]!r}")
        _check_text(request, name)
    return request


def _check_text(request: Object, member: str) -> None:
    if not isinstance(request[member], str) or not request[member]:
        raise _BadRequest(f"{member} must be text, and not empty")


def _read_time(request: Mapping[str, str], member: str) -> Moment | None:
    if member not in request:
        return None
    moment = read_moment(request[member])
    if moment is None:
        raise _BadRequest(f"{member} is no RFC 3339 date-time")
    return moment


def _read_body(environ: "WSGIEnvironment") -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in environ or not (length.isascii() and length.isdigit()):
        raise _BadRequest("send the body with a Content-Length")
    if len(length) > len(str(BODY_LIMIT)) or int(length) > BODY_LIMIT:
        message = f"the body is larger than {BODY_LIMIT} bytes"
        raise _Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
    body: bytes = environ["wsgi.input"].read(int(length))
    content_type = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if body and content_type != "application/json":
        raise _Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send the body as application/json")
    return body


def _parse_object(body: bytes) -> Object:
    try:
        value = json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise _BadRequest("the body is not JSON") from None
    if not isinstance(value, dict):
        raise _BadRequest("the body is not a JSON object")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


# Inside a JSON string a quote is escaped, so only a member's name ends in `": `.
_MONEY_TEXT = re.compile(rf'("(?:{"|".join(MONEY)})": )"([^"]*)"')


def _to_json(value: Object) -> bytes:
    """Write JSON; money, which is text here, becomes a number with all of its digits."""
    text = json.dumps(value, ensure_ascii=False)
    return _MONEY_TEXT.sub(r"\1\2", text).encode()
