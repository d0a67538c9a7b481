"""The sandbox on a real port."""

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPResponse

import pytest

from ffx.sandbox.app import BODY_LIMIT, SANDBOX_TOKEN, ExplorerApp
from ffx.sandbox.data.stories import STORIES
from ffx.sandbox.server import SandboxServer
from tests.faults.bounds import LONGEST_WAIT
from tests.looping import each
from tests.sandbox.calling import HIT

HEADERS = {"Authorization": f"Bearer {SANDBOX_TOKEN}", "Content-Type": "application/json"}
QUESTION = json.dumps({"hitId": STORIES[0].hit_id})


@pytest.fixture
def server(app: ExplorerApp) -> Iterator[SandboxServer]:
    server = SandboxServer(app)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join(LONGEST_WAIT)
    server.server_close()


@pytest.fixture
def connection(server: SandboxServer) -> Iterator[HTTPConnection]:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=LONGEST_WAIT)
    yield connection
    connection.close()


def ask(
    connection: HTTPConnection, body: str | bytes = QUESTION, method: str = "POST"
) -> tuple[HTTPResponse, bytes]:
    connection.request(method, HIT, body, HEADERS)
    response = connection.getresponse()
    return response, response.read()


def exchange(server: SandboxServer, request: str) -> bytes:
    """Send bytes as they are, and read until the server closes."""
    with socket.create_connection(
        ("127.0.0.1", server.server_port), timeout=LONGEST_WAIT
    ) as client:
        client.sendall(request.encode())
        with client.makefile("rb") as answer:
            return answer.read()


def test_a_connection_stays_open_for_further_requests(connection: HTTPConnection) -> None:
    ask(connection)
    client = connection.sock

    for method, body, status in (
        ("POST", QUESTION, 200),
        ("POST", "{", 400),
        ("POST", "x" * (BODY_LIMIT + 1), 413),
        ("HEAD", "", 405),
        ("BREW", "", 405),
        ("POST", QUESTION, 200),
    ):
        response, answer = ask(connection, body, method)
        assert response.status == status
        assert bool(answer) == (method != "HEAD")
        assert connection.sock is client


def test_answers_carry_a_date_a_type_and_a_request_id(connection: HTTPConnection) -> None:
    response, answer = ask(connection)

    assert response.version == 11
    assert parsedate_to_datetime(response.headers["Date"])
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["X-Request-Id"].startswith("sandbox-")
    assert response.headers["Content-Length"] == str(len(answer))


def test_a_body_without_a_length_ends_the_connection(server: SandboxServer) -> None:
    answer = exchange(
        server,
        f"POST {HIT} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SANDBOX_TOKEN}\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    )

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"\r\nConnection: close\r\n" in answer


def test_a_length_beyond_all_measure_ends_the_connection(server: SandboxServer) -> None:
    answer = exchange(
        server,
        f"POST {HIT} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SANDBOX_TOKEN}\r\n"
        "Content-Length: 99999999999\r\n\r\n",
    )

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nConnection: close\r\n" in answer


@each(
    ("target", "status"),
    [
        ("http://[bad/v1", 400),
        ("http://[::1", 400),
        ("//[x]y/v1", 404),
        ("http://\xef\xbc\x8f.example.com/", 404),
        ("http://127.0.0.1\0/v1", 404),
        ("%00%ff/../..", 404),
        (f"/{'x' * 70_000}", 414),
        (HIT, 200),
        (f"http://127.0.0.1{HIT}", 200),
    ],
)
@pytest.mark.fault(150)
def test_any_request_line_is_answered_and_the_next_one_too(
    target: str, status: int, server: SandboxServer, capfd: pytest.CaptureFixture[str]
) -> None:
    for asked, expected in ((target, status), (HIT, 200)):
        answer = exchange(
            server,
            f"POST {asked} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SANDBOX_TOKEN}\r\n"
            "Content-Type: application/json\r\nConnection: close\r\n"
            f"Content-Length: {len(QUESTION)}\r\n\r\n{QUESTION}",
        )
        assert answer.startswith(f"HTTP/1.1 {expected} ".encode())
    assert capfd.readouterr().err == ""


def test_what_is_no_http_gets_json_too(server: SandboxServer) -> None:
    head, _, body = exchange(server, 'GET a "b" HTTP/1.1\r\n\r\n').partition(b"\r\n\r\n")

    assert b"Content-Type: application/json" in head
    assert json.loads(body)["code"] == "bad_request"


def test_a_client_that_waits_for_leave_to_send_gets_it(server: SandboxServer) -> None:
    with socket.create_connection(
        ("127.0.0.1", server.server_port), timeout=LONGEST_WAIT
    ) as client:
        client.sendall(
            f"POST {HIT} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SANDBOX_TOKEN}\r\n"
            "Content-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\n"
            f"Content-Length: {len(QUESTION)}\r\n\r\n".encode()
        )
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(QUESTION.encode())
        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


def test_many_clients_are_answered_at_once(server: SandboxServer) -> None:
    def ask_anew(_: int) -> int:
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=LONGEST_WAIT)
        try:
            return ask(connection)[0].status
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(ask_anew, range(48))) == [200] * 48


def test_an_idle_client_does_not_hold_up_the_others(
    server: SandboxServer, connection: HTTPConnection
) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port)):
        assert ask(connection)[0].status == 200


def test_nothing_is_written_to_the_terminal(
    server: SandboxServer, connection: HTTPConnection, capfd: pytest.CaptureFixture[str]
) -> None:
    ask(connection)
    exchange(server, "\x16\x03\x01\r\n\r\n")
    with socket.create_connection(("127.0.0.1", server.server_port)) as client:
        client.sendall(f"POST {HIT} HTTP/1.1\r\nContent-Length: 5\r\n\r\n".encode())
    ask(connection)

    assert capfd.readouterr() == ("", "")


def test_a_port_that_is_taken_is_an_error(app: ExplorerApp, server: SandboxServer) -> None:
    with pytest.raises(OSError, match="in use"):
        SandboxServer(app, port=server.server_port)


def test_paths_arrive_decoded(server: SandboxServer, connection: HTTPConnection) -> None:
    connection.request("POST", HIT.replace("hit", "%68it") + "?verbose", QUESTION, HEADERS)
    response = connection.getresponse()
    response.read()

    assert response.status == 200
