"""A script of somebody else's at night, when the service has troubles of its own."""

import http.client
import json
import random
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from ffx.cli.app import main
from ffx.sandbox.app import EXPIRED_TOKEN, SANDBOX_REFRESH_TOKEN, SANDBOX_TOKEN, ExplorerApp
from ffx.sandbox.server import SandboxServer
from ffx.sandbox.store import open_store
from ffx.service.retry import Retries
from ffx.settings.credentials import Credentials, CredentialsFile, credentials_path
from ffx.settings.settings import origin_of
from tests.explorer import VISITOR_ID, Explorer, Request, Script, _read_request, answer
from tests.faults.bounds import LONGEST_WAIT
from tests.service.tokens import stored

LOOK_UPS = 30


@dataclass
class Night(Explorer):
    """A proxy that hands requests on to `port_behind`, and does so badly."""

    port_behind: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311

    def _exchange(self, connection: socket.socket, asked: Any) -> bool:
        request = _read_request(asked)
        if request is None:
            return False
        self.requests.append(request)
        whole = self._hand_on(request)
        match self.chance.choice(["429", "503", "cut", "gone", "good", "good", "good"]):
            case "429":
                whole = as_bytes(answer(b"", 429, {"Retry-After": "1"}))
            case "503":
                whole = as_bytes(answer(b"<html>back soon", 503, {"Content-Type": "text/html"}))
            case "cut":
                connection.sendall(whole[: self.chance.randrange(len(whole))])
                return False
            case "gone":
                return False
        connection.sendall(whole)
        return True

    def _hand_on(self, request: Request) -> bytes:
        behind = http.client.HTTPConnection("127.0.0.1", self.port_behind, timeout=LONGEST_WAIT)
        try:
            kept = {name: request.headers[name] for name in ("authorization", "content-type")}
            behind.request(request.method, request.path, request.body, kept)
            reply = behind.getresponse()
            return as_bytes(answer(reply.read(), reply.status))
        finally:
            behind.close()


def as_bytes(script: Script) -> bytes:
    return b"".join(step for step in script if isinstance(step, bytes))


@pytest.fixture
def night(own_surroundings: None) -> Iterator[Night]:
    with SandboxServer(ExplorerApp(open_store(now=datetime.now(UTC)))) as server:
        serving = threading.Thread(target=partial(server.serve_forever, 0.02), daemon=True)
        serving.start()
        with Night(port_behind=server.server_port) as proxy:
            yield proxy
        server.shutdown()
        serving.join(LONGEST_WAIT)


def test_every_look_up_of_a_bad_night_is_answered_or_says_to_come_again(
    night: Night, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FFX_API_URL", night.url)
    monkeypatch.setattr("ffx.service.client.Retries", partial(Retries, pause=lambda _: None))
    CredentialsFile(credentials_path()).store(
        "default", Credentials(origin_of(night.url), EXPIRED_TOKEN, SANDBOX_REFRESH_TOKEN)
    )

    ends = []
    for _ in range(LOOK_UPS):
        code = main(["visitor", VISITOR_ID, "--since", "2d", "--json"])
        out, err = capsys.readouterr()
        ends.append(code)
        if code == 0:
            assert json.loads(out)["visitor"]["visitorId"] == VISITOR_ID
            assert len(json.loads(out)["hits"]) > 3
        else:
            assert out == ""
            assert json.loads(err.splitlines()[-1])["error"]["retryable"]

    assert set(ends) == {0, 6}
    assert ends.count(0) > LOOK_UPS * 2 / 3
    assert stored()["access_token"] == SANDBOX_TOKEN
    # Three tries for each look-up and for a renewal at the most.
    assert LOOK_UPS < len(night.requests) <= LOOK_UPS * 3 + 9
