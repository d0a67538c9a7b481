"""A service on the loopback that answers by what it is asked, for runs whose order is not ours."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ffx.sandbox.server import SandboxServer
from tests.faults.bounds import LONGEST_WAIT

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


@dataclass(frozen=True)
class Question:
    """What was asked: the path, the JSON body, and the token."""

    path: str
    body: Mapping[str, Any]
    token: str

    @property
    def target(self) -> str:
        return str(self.body.get("hitId") or self.body.get("visitorId"))


@dataclass(frozen=True)
class Says:
    """An answer: its JSON, or text as it is, its status and further headers."""

    body: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Answering = Callable[[Question], Says]


@dataclass
class Served:
    """A service that runs; `questions` are in the order in which they came."""

    url: str
    questions: list[Question]

    @property
    def targets(self) -> list[str]:
        """What was looked up; renewals are none of it."""
        return [question.target for question in self.questions if "auth" not in question.path]


@contextmanager
def serving(answer: Answering) -> Iterator[Served]:
    """Serve `answer`, which is called on a thread a connection, until the block ends."""
    questions: list[Question] = []

    def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        content = environ["wsgi.input"].read(length)
        if len(content) < length:  # given up on the way: nobody waits for an answer
            start_response("400 Broken off", [])
            return []
        body = json.loads(content or b"{}")
        token = str(environ.get("HTTP_AUTHORIZATION", "")).removeprefix("Bearer ")
        question = Question(str(environ["PATH_INFO"]), body, token)
        questions.append(question)
        says = answer(question)
        sent = says.body if isinstance(says.body, str) else json.dumps(says.body)
        data = sent.encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(data))}
        start_response(f"{says.status} Whatever", [*(headers | {**says.headers}).items()])
        return [data]

    server = SandboxServer(app)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.server_port}/v1", questions)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(LONGEST_WAIT)
