"""The sandbox on a port of its own, with nothing but the standard library."""

import json
import socket
import socketserver
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    WriteCall = Callable[[bytes], object]

_IDLE_SECONDS = 60
# Far more than the application takes: it refuses by itself, and the connection goes on.
_LARGEST_BODY = 1024 * 1024


class SandboxServer(ThreadingHTTPServer):
    """Serves a WSGI application; port 0 takes a free one, which is `server_port`.

    It answers between `serve_forever()` and `shutdown()`, one daemon thread a
    connection; connections stay open for further requests.

    Raises:
        OSError: the address cannot be had.
    """

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_port = False  # a second sandbox on this port would take half of the requests

    def __init__(self, app: "WSGIApplication", *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.app = app
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        # HTTPServer would look up the name of the address, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.socket.getsockname()[:2]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report faults of ours, and say nothing of clients that went away."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    wbufsize = -1  # so that head and body leave in one packet
    server: SandboxServer

    def __getattr__(self, name: str) -> Callable[[], None]:
        # `do_GET`, `do_POST` and so on: which methods there are is the application's affair.
        if name.startswith("do_"):
            return self._call_application
        raise AttributeError(name)

    def _call_application(self) -> None:
        try:
            target = urlsplit(self.path)
        except ValueError:
            self.send_error(HTTPStatus.BAD_REQUEST, "the request names no address")
            return
        body = self._read_body()

        def start_response(
            status: str, headers: list[tuple[str, str]], *_rest: object
        ) -> "WriteCall":
            code, _, phrase = status.partition(" ")
            self.send_response(int(code), phrase)
            for name, value in headers:
                self.send_header(name, value)
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            return self.wfile.write

        for chunk in self.server.app(self._environ(target, body), start_response):
            if self.command != "HEAD":
                self.wfile.write(chunk)

    def _read_body(self) -> BytesIO:
        """Read the whole body; where its end is not known, or is far, the connection ends."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not _is_length(length):
            self.close_connection = True
            return BytesIO()
        return BytesIO(self.rfile.read(int(length)))

    def _environ(self, target: SplitResult, body: BytesIO) -> "WSGIEnvironment":
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(target.path).decode("latin-1"),
            "QUERY_STRING": target.query,
            "SERVER_NAME": self.server.server_name,
            "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": body,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
        return environ

    def handle_expect_100(self) -> bool:
        go_on = super().handle_expect_100()
        self.wfile.flush()
        return go_on

    def send_error(
        self, code: int, message: str | None = None, explain: str | None = None
    ) -> None:
        """Answer what is no HTTP request in JSON too, and close."""
        status = HTTPStatus(code)
        text = {"message": message or explain or status.phrase, "code": status.name.lower()}
        body = json.dumps(text).encode()
        self.send_response(code, status.phrase)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        return "ffx-sandbox"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (named in the base)
        """Log nothing: the terminal belongs to whoever started the sandbox."""


def _is_length(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= _LARGEST_BODY
