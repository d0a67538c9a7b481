"""Run a command line in this process, on streams of its own, and check what holds for any run."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from unittest import mock

import httpx

from ffx.cli.app import main
from ffx.errors import ExitCode
from ffx.service.retry import Retries
from tests.conftest import SAMPLE_TOKEN
from tests.faults.bounds import bounded
from tests.terminal.danger import dangerous, without_own

DOCUMENTED = frozenset(ExitCode) - {ExitCode.FAULT}
WITH_DOCUMENT = frozenset({0, 3, 7, 8})
# Seconds; a run with a small reply takes some hundredths of one.
_LONGEST = 20


@dataclass(frozen=True)
class Asked:
    """A request that the service has got."""

    path: str
    body: Mapping[str, str]


Answer = tuple[int, Mapping[str, str], bytes]
"""A status, headers, and a body's bytes."""


@dataclass
class Service:
    """What stands in a network's place, for whatever host is asked."""

    says: Callable[[Asked], Answer]
    asked: list[Asked] = field(default_factory=list)

    def open(self, *_: object, **__: object) -> httpx.BaseTransport:
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(Asked(request.url.path, json.loads(request.content)))
        status, headers, body = self.says(self.asked[-1])
        sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        return httpx.Response(status, headers=sent, stream=_Body(body))


class _Body(httpx.SyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content


@dataclass(frozen=True)
class Ended:
    """A run that has ended."""

    code: int
    out: str
    err: str


class _Stream(io.TextIOWrapper):
    """A standard stream that is a terminal, or none."""

    def __init__(self, content: bytes = b"", *, on_terminal: bool = False) -> None:
        self._on_terminal = on_terminal
        super().__init__(io.BytesIO(content), "utf-8", newline="")

    def isatty(self) -> bool:
        return self._on_terminal

    def text(self) -> str:
        self.flush()
        self.seek(0)
        return self.read()


def run(
    arguments: Sequence[str],
    service: Service | None,
    *,
    stdin: bytes = b"",
    on_terminal: bool = False,
    is_raw: bool = False,
) -> Ended:
    """Run to the end, and check it; without a `service` by the network.

    `is_raw` results may hold what steers a terminal.

    Raises:
        AssertionError: an undocumented exit code, a token or a control character in
            what was written, or the run did not end.
        Exception: a fault of the program.
    """
    out, err = _Stream(on_terminal=on_terminal), _Stream(on_terminal=on_terminal)
    with (
        mock.patch.multiple(sys, stdin=_Stream(stdin), stdout=out, stderr=err),
        mock.patch("ffx.service.client.open_transport", service.open)
        if service is not None
        else nullcontext(),
        mock.patch("ffx.service.client.Retries", partial(Retries, pause=lambda _: None)),
        # A service that says the same of every window is asked until this.
        mock.patch("ffx.lookup.walk_requests._LEAST_REQUESTS", 30),
        # A fault comes out as it is.
        mock.patch.dict(os.environ, {"FFX_DEBUG": "1"}),
        bounded(_LONGEST, " ".join(arguments)),
    ):
        code = main(arguments)
    ended = Ended(code, out.text(), err.text())
    check(ended, arguments, is_raw=is_raw)
    return ended


def check(ended: Ended, arguments: Sequence[str], *, is_raw: bool = False) -> None:
    """Check what holds for any run."""
    shown = f"{arguments} ended with {ended.code}\n{ended.out[:2000]}\n{ended.err[:2000]}"
    assert ended.code in DOCUMENTED, shown
    assert SAMPLE_TOKEN not in ended.out + ended.err, shown
    assert not dangerous().search(without_own(ended.err)), shown
    if not is_raw:
        assert not dangerous().search(without_own(ended.out).replace("\t", "")), shown
