"""A service on the loopback that does what it is told, and remembers what it was asked.

An answer is a sequence of steps: bytes to send as they are, and the ways in
which servers go wrong. Connections stay open unless a step ends them.
"""

import json
import socket
import struct
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tests.faults.bounds import LONGEST_WAIT

VISITOR_ID = "afdwb7QPV6Y59aTP3fQxZ3tX2ox"
HIT_ID = "dkezmsf3bat8xdbz8rt039r4h"


@dataclass(frozen=True)
class Drip:
    """Send `data` a byte at a time, with `pause` seconds between them."""

    data: bytes
    pause: float = 0.1


@dataclass(frozen=True)
class Flood:
    """Send `data` so many times over, with `pause` seconds between them."""

    data: bytes
    times: int
    pause: float = 0


class Stall:
    """Say nothing more, and keep the connection open for as long as the client does."""


class BreakOff:
    """Close the connection as if all were said."""


class Reset:
    """Cut the connection, so that the client meets an error rather than an end."""


class AtOnce:
    """As the first step: the answer does not wait for a question."""


Step = bytes | Drip | Flood | Stall | BreakOff | Reset | AtOnce
Script = tuple[Step, ...]


@dataclass(frozen=True)
class Request:
    """What a client asked; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def head(
    status: int | str = 200, headers: Mapping[str, str] | Iterable[tuple[str, str]] = ()
) -> bytes:
    """Write a status line, `200` or `200 All right`, and headers, as they are."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    lines = [f"HTTP/1.1 {status}{'' if ' ' in str(status) else ' Whatever'}"]
    lines += [f"{name}: {value}" for name, value in pairs]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")


def answer(
    body: bytes | str | object = b"",
    status: int | str = 200,
    headers: Mapping[str, str] | None = None,
) -> Script:
    """Make an ordinary answer: bytes and text as they are, anything else as JSON."""
    text = body if isinstance(body, bytes | str) else json.dumps(body)
    sent = text.encode() if isinstance(text, str) else text
    # Some statuses have no body by the rules, and a length would be taken for the next answer's.
    length = {} if str(status)[:3] in ("204", "304") else {"Content-Length": str(len(sent))}
    return (head(status, {"Content-Type": "application/json", **length, **(headers or {})}), sent)


def together(script: Script) -> bytes:
    """Return what a script sends as one piece, without its pauses."""
    return b"".join(step for step in script if isinstance(step, bytes))


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> Script:
    """Make an answer in chunks."""
    parts = [b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks]
    return (head(200, {"Transfer-Encoding": "chunked"}), *parts, end)


def history(*, visitor: Any = None, **members: Any) -> dict[str, Any]:
    """Return a visitor's reply with one hit, which `members` alter; None takes a member away."""
    row: dict[str, object] = {
        "hitId": HIT_ID,
        "eventType": "Entrance",
        "eventTime": "2026-03-05T14:30:00Z",
        "pageName": "Lander",
        "cost": 0.1,
        "revenue": 0,
    }
    row.update(members)
    return {
        "visitor": {
            "visitorId": VISITOR_ID,
            "firstSeen": "2026-03-05T14:30:00Z",
            "lastSeen": "2026-03-05T14:30:00Z",
            "totalHits": 1,
            **(visitor or {}),
        },
        "hits": [{name: value for name, value in row.items() if value is not None}],
        "hasMore": False,
    }


def events(**members: object) -> dict[str, Any]:
    """Return a hit's reply with one event, which `members` alter."""
    row = history()["hits"][0] | {"visitorId": VISITOR_ID} | members
    return {"events": [{name: value for name, value in row.items() if value is not None}]}


@dataclass
class Explorer:
    """The server. `answer_with` sets what it says; the last answer is repeated for ever.

    Use it as a context, so that it ends with every connection it has.
    """

    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    _broken_off: int = 0
    _script: list[Script] = field(default_factory=lambda: [answer(history())])
    _open: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        with self._changed:
            sockets = [self._listener, *self._open]
        for each in sockets:
            _shut(each)
        self._listener.close()
        for thread in list(self._threads):
            thread.join(LONGEST_WAIT)

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def open_connections(self) -> int:
        return len(self._open)

    def answer_with(self, *answers: Script) -> None:
        """Say these in turn, and then the last of them again and again."""
        with self._changed:
            self._script = list(answers)

    def forget(self) -> None:
        """Forget who has come and what was asked, as before the first request."""
        with self._changed:
            self.requests.clear()
            self.connections = 0

    def wait_for_requests(self, count: int = 1, *, seconds: float = LONGEST_WAIT) -> bool:
        """Wait until so many requests have come; tell whether they did."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.requests) >= count, seconds)

    def wait_for_break_off(self, count: int = 1, *, seconds: float = LONGEST_WAIT) -> bool:
        """Wait until so many connections were broken off; tell whether they were."""
        with self._changed:
            return self._changed.wait_for(lambda: self._broken_off >= count, seconds)

    def _start(self, work: Any, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._changed:
                self.connections += 1
                self._open.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            # Head and body go out at once: neither waits until the other was received.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with connection.makefile("rb") as asked:
                while self._exchange(connection, asked):
                    pass
        except OSError:
            pass
        finally:
            with self._changed:
                self._open.remove(connection)
            connection.close()

    def _exchange(self, connection: socket.socket, asked: Any) -> bool:
        """Take one question and answer it; tell whether another may come."""
        with self._changed:
            unasked = isinstance(self._script[0][0], AtOnce)
        if not unasked:
            request = _read_request(asked)
            if request is None:
                return False
            with self._changed:
                self.requests.append(request)
                self._changed.notify_all()
        with self._changed:
            steps = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        return all(self._take(step, connection) for step in steps)

    def _take(self, step: Step, connection: socket.socket) -> bool:
        """Do one step; tell whether the connection goes on."""
        match step:
            case bytes():
                connection.sendall(step)
            case Drip(data, pause):
                for byte in data:
                    connection.sendall(bytes([byte]))
                    if self._over.wait(pause):
                        return False
            case Flood(data, times, pause):
                for _ in range(times):
                    connection.sendall(data)
                    if pause and self._over.wait(pause):
                        return False
            case Stall():
                _drain(connection)
                return False
            case BreakOff():
                # Whoever closes with something unread sends a reset instead of an end.
                connection.shutdown(socket.SHUT_WR)
                with self._changed:
                    self._broken_off += 1
                    self._changed.notify_all()
                _drain(connection)
                return False
            case Reset():
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return False
        return True


def _read_request(asked: Any) -> Request | None:
    line = asked.readline().decode("latin-1").split()
    if len(line) != 3:
        return None
    headers = {}
    while (text := asked.readline().decode("latin-1").strip()) != "":
        name, _, value = text.partition(":")
        headers[name.lower()] = value.strip()
    body = asked.read(int(headers.get("content-length", "0")))
    return Request(line[0], line[1], headers, body)


def _drain(connection: socket.socket) -> None:
    """Read until the client closes."""
    while connection.recv(1 << 16):
        pass


def _shut(each: socket.socket) -> None:
    try:
        each.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
