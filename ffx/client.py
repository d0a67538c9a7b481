"""Send look-ups, and answer in our own errors. No other file knows the HTTP library.

Each exchange runs in a daemon thread while the caller waits with a deadline
and then shuts the socket: the library has no total time-out, a server may drip
a byte a second for ever, and a name look-up obeys no time-out at all.
"""

import json
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from ffx import __version__
from ffx.errors import FfxError, TemporaryError
from ffx.exchange import Body, Progress, explain_failure, shut
from ffx.output import Output
from ffx.refusals import refuse, request_id, server_message
from ffx.settings import Limits, is_loopback
from ffx.wire import Answer, Query, Reply, read_reply

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    import httpx

# After this many seconds a person at a terminal is told that old data takes a while.
_PATIENCE = 5.0
_NARROWER = "The service cuts queries at 30 s. Try again, or ask for a narrower window."


class Client:
    """The Explorer at one address, with one token; one look-up at a time.

    `app` stands in place of a network: a WSGI application that is called in
    this process.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        limits: Limits,
        output: Output,
        app: "WSGIApplication | None" = None,
    ) -> None:
        self._base_url = base_url
        self._token = token
        self._limits = limits
        self._output = output
        self._app = app
        self._http: httpx.Client | None = None
        self._last_stream: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._http is not None:
            self._http.close()

    def ask(self, query: Query, *, meanwhile: Callable[[], object] | None = None) -> Reply:
        """Send a look-up and read its reply.

        `meanwhile` is called once the request is on its way: whatever the
        caller will need next can be loaded while the service thinks.

        Raises:
            NotFoundError, AccountError, ServiceError, TemporaryError: what the
                service answered, or why it did not.
        """
        started = time.monotonic()
        answer = self._exchange(query, meanwhile)
        self._output.detail(_line_of(query, answer, time.monotonic() - started))
        try:
            refuse(answer)
        except FfxError:
            if message := server_message(answer):
                self._output.detail(f"the service says: {message[:200]}")
            raise
        try:
            reply = read_reply(query, answer.body)
        except FfxError as error:
            error.status, error.request_id = answer.status, request_id(answer)
            raise
        for warning in reply.warnings:
            self._output.note(f"note: {warning}")
        return reply

    def _exchange(self, query: Query, meanwhile: Callable[[], object] | None) -> Answer:
        progress = Progress(self._last_stream)
        allowed = min(self._limits.timeout, self._limits.try_timeout)
        deadline = time.monotonic() + allowed
        worker = threading.Thread(
            target=self._work, args=(query, progress), name="exchange", daemon=True
        )
        worker.start()
        if meanwhile is not None:
            progress.sent.wait(allowed)
            meanwhile()
        self._wait(progress, deadline)
        if not progress.done.is_set():
            self._http = None
            shut(progress.stream)
            raise self._too_late(progress, allowed)
        self._last_stream = progress.stream
        if isinstance(progress.outcome, Answer):
            return progress.outcome
        if isinstance(progress.outcome, FfxError):
            raise progress.outcome
        failure = explain_failure(progress.outcome, progress, self._where)
        if failure is progress.outcome:
            raise failure
        raise failure from progress.outcome

    def _wait(self, progress: Progress, deadline: float) -> None:
        patience = min(_PATIENCE, deadline - time.monotonic())
        if progress.done.wait(max(patience, 0)) or patience < _PATIENCE:
            return
        if self._output.screen.stderr_is_terminal:
            self._output.note("still waiting: the first look at old data takes a while …")
        progress.done.wait(max(deadline - time.monotonic(), 0))

    def _work(self, query: Query, progress: Progress) -> None:
        try:
            progress.outcome = self._post(query, progress)
        except BaseException as error:  # it is raised again where somebody waits
            progress.outcome = error
        finally:
            progress.sent.set()
            progress.done.set()

    def _post(self, query: Query, progress: Progress) -> Answer:
        http = self._http or self._open()
        self._http = http
        with http.stream(
            "POST",
            f"{self._base_url}{query.path}",
            content=json.dumps(query.body).encode(),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": f"ffx/{__version__}",
            },
            extensions={"trace": progress.trace},
        ) as response:
            progress.phase = "reading"
            headers = {name.lower(): value for name, value in response.headers.items()}
            progress.expect(headers.get("content-length"))
            body = Body(headers.get("content-encoding", ""), self._limits.max_body)
            if not response.has_redirect_location:
                for chunk in response.iter_raw():
                    progress.received += len(chunk)
                    body.feed(chunk)
            return Answer(response.status_code, response.reason_phrase, headers, body.finish())

    def _open(self) -> "httpx.Client":
        import httpx

        # Each read and write obeys it, so that no abandoned thread stays for ever.
        timeout = httpx.Timeout(self._limits.try_timeout)
        if self._app is not None:
            return httpx.Client(transport=httpx.WSGITransport(self._app), timeout=timeout)
        if is_loopback(self._host):
            # A transport of our own keeps the environment's proxies out of this machine's
            # business, and a context without authorities loads none: it trusts nobody.
            transport = httpx.HTTPTransport(verify=self._loopback_context())
            return httpx.Client(transport=transport, timeout=timeout)
        return httpx.Client(timeout=timeout)

    def _loopback_context(self) -> Any:
        import ssl

        if self._base_url.startswith("https"):
            return ssl.create_default_context()
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    @property
    def _host(self) -> str:
        return urlsplit(self._base_url).hostname or ""

    @property
    def _where(self) -> str:
        """The host, and its port where the address names one."""
        parts = urlsplit(self._base_url)
        return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""

    def _too_late(self, progress: Progress, seconds: float) -> FfxError:
        waited = f"{seconds:g} s"
        if progress.phase == "connecting":
            return TemporaryError(
                f"no connection to {self._where} within {waited}",
                hint="Check the network, and whether a proxy or a firewall stands between.",
                code="timeout",
            )
        if progress.phase == "waiting":
            return TemporaryError(
                f"no answer from {self._where} within {waited}", hint=_NARROWER, code="timeout"
            )
        return TemporaryError(
            f"the answer of {self._where} was not whole within {waited} ({progress.measure()})",
            hint=_NARROWER,
            code="timeout",
        )


def _line_of(query: Query, answer: Answer, seconds: float) -> str:
    identity = request_id(answer)
    return (
        f"POST {query.path} → {answer.status} {answer.reason} in {seconds:.2f} s, "
        f"{len(answer.body):,} bytes{f', request {identity}' if identity else ''}"
    )
