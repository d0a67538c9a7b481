"""Ask a WSGI application without a network."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any
from wsgiref.types import WSGIApplication

from ffx.sandbox.app import SANDBOX_TOKEN, ExplorerApp
from ffx.sandbox.build import fill
from ffx.sandbox.data.stories import STORIES, Story
from ffx.sandbox.store import Store

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
VISITOR = "/v1/reporting/explorer/visitor"
HIT = "/v1/reporting/explorer/hit"
VALIDATE = "/v1/auth/validate"
EVERYTHING = {"timeStart": "2020-01-01T00:00:00Z", "timeEnd": "2030-01-01T00:00:00Z"}
EMPTY_HISTORY: dict[str, object] = {"visitor": None, "hits": [], "hasMore": False}


def story_named(name: str) -> Story:
    return next(story for story in STORIES if story.name == name)


ORDINARY = story_named("ordinary-conversion")
LONG = story_named("long-history")


@cache
def sample_store() -> Store:
    """Return the sandbox's data as made at `NOW`, in memory; nobody changes it."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    fill(connection, NOW)
    return Store(connection)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def call(
    app: WSGIApplication,
    path: str,
    body: object = None,
    *,
    token: str | None = SANDBOX_TOKEN,
    method: str = "POST",
    **environ: str,
) -> Reply:
    """Send `body`: bytes as they are, None as nothing, anything else as JSON."""
    sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    request: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(sent)),
        "wsgi.input": BytesIO(sent),
        **environ,
    }
    if token is not None:
        request["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    head: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_rest: Any) -> Any:
        head.extend((int(status[:3]), dict(headers)))

    text = b"".join(app(request, start_response)).decode()
    return Reply(head[0], head[1], text)


def find_visitor(app: ExplorerApp, visitor_id: str = ORDINARY.visitor_id, **window: str) -> Any:
    """Return the reply for a visitor, of all time if no window is given."""
    reply = call(app, VISITOR, {"visitorId": visitor_id, **(window or EVERYTHING)})
    assert reply.status == 200
    return reply.json


def times(reply: Any) -> list[str]:
    return [row["eventTime"] for row in reply["hits"]]
