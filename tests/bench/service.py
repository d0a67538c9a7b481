"""A service that costs next to nothing: `python -m tests.bench.service`, a process of its own.

It tells its port on stdout. Either it answers each path with the file of that
path, about the hit that was asked for, or it has a visitor with any number of hits,
a thousand to a page. With `--threads`, it is the standard library's server, with a
thread a connection.
"""

import argparse
import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.bench import samples

PAGE = 1_000
Answer = Callable[[str, bytes], bytes]


def static(folder: Path) -> Answer:
    """Answer with the files of a folder, read once, about the hit that was asked for."""
    files = {
        f"/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    placeholder = samples.HIT_ASKED_FOR.encode()
    open_to_any = {path for path, content in files.items() if placeholder in content}

    def answer(path: str, body: bytes) -> bytes:
        content = files[path]
        if path not in open_to_any:
            return content
        return content.replace(placeholder, json.loads(body)["hitId"].encode())

    return answer


def paged(count: int, newest: datetime) -> Answer:
    """Answer with the newest thousand of a visitor's hits that lie in the window asked for."""

    def answer(path: str, body: bytes) -> bytes:
        asked = json.loads(body)
        start, end = (datetime.fromisoformat(asked[name]) for name in ("timeStart", "timeEnd"))
        oldest = newest - samples.PACE * (count - 1)
        first = max(-((oldest - start) // samples.PACE), 0)
        last = min((end - oldest) // samples.PACE, count - 1)
        begin = max(first, last - PAGE + 1)
        rows = (
            samples.row(number, oldest + samples.PACE * number)
            for number in range(begin, last + 1)
        )
        return samples.visitor_answer(
            rows, first=oldest, last=newest, total=count, has_more=begin > first
        )

    return answer


class Connection(asyncio.Protocol):
    """Answers the requests of one connection, which stays open."""

    def __init__(self, answer: Answer, delay: float) -> None:
        self._answer = answer
        self._delay = delay
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        length = int(_header(head, b"content-length") or 0)
        if not found or len(rest) < length:
            return
        self._received = rest[length:]
        path = head.split(b" ", 2)[1].decode()
        reply = self._answer(path, bytes(rest[:length]))
        asyncio.get_running_loop().call_later(self._delay, self._send, reply)

    def _send(self, reply: bytes) -> None:
        if self._transport is not None:
            length = str(len(reply)).encode()
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: " + length + b"\r\n\r\n" + reply
            )


def _header(head: bytes | bytearray, name: bytes) -> bytes:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.lower() == name:
            return bytes(value.strip())
    return b""


def threaded(answer: Answer) -> ThreadingHTTPServer:
    """Return a server that keeps its connections, each in a thread."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body go out together
        disable_nagle_algorithm = True

        def do_POST(self) -> None:  # the standard library's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            reply = answer(self.path, body)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return _Threaded(("127.0.0.1", 0), Handler)


class _Threaded(ThreadingHTTPServer):
    request_queue_size = 128


async def _serve(answer: Answer, delay: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(answer, delay), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--delay", type=float, default=0, help="seconds before each answer")
    parser.add_argument("--hits", type=int, default=0)
    parser.add_argument("--threads", action="store_true", help="the standard library's server")
    chosen = parser.parse_args()
    now = datetime.now(UTC).replace(microsecond=0)
    answers = static(chosen.folder) if chosen.folder else paged(chosen.hits, now)
    if chosen.threads:
        with threaded(answers) as server:
            print(server.server_port, flush=True)
            server.serve_forever()
    asyncio.run(_serve(answers, chosen.delay))
