"""The HTTP library's transport for one service: its proxy and certificates, and our requests.

The library's client is not used: it would send cookies, read the addresses of redirects, and
take its settings from the environment, all of which are ours to decide.
"""

import json
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ffx.api.wire import HttpAnswer
from ffx.service.certificates import make_context
from ffx.service.exchange import Body, ExchangeProgress
from ffx.service.proxies import Route, naming_variable
from ffx.version import __version__

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    import httpx

_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "Connection": "keep-alive",
    "User-Agent": f"ffx/{__version__}",
}


class Sender:
    """Sends requests to the service at `base_url`, one after the other, over a kept connection.

    `seconds` is what one try may take, `max_body` is in bytes, unpacked.
    """

    def __init__(
        self, transport: "httpx.BaseTransport", base_url: str, *, seconds: float, max_body: int
    ) -> None:
        self._transport = transport
        self._base_url = base_url
        # Each read and write obeys it, so that no abandoned thread stays for ever; longer than
        # a try, since its words for being late are not ours.
        self._timeouts = dict.fromkeys(("connect", "read", "write", "pool"), seconds + 1)
        self._max_body = max_body
        self._addresses: dict[str, httpx.URL] = {}

    def send(
        self, path: str, body: Mapping[str, str], token: str, progress: ExchangeProgress
    ) -> HttpAnswer:
        """Send a request and read its answer.

        Raises:
            FfxError: the answer is too big, or cannot be unpacked.
            httpx.HTTPError, httpx.InvalidURL, OSError: as the library has it.
        """
        response = self._transport.handle_request(self._request(path, body, token, progress))
        try:
            progress.phase = "reading"
            headers = dict(response.headers.items())
            progress.expect(headers.get("content-length"))
            unpacked = Body(headers.get("content-encoding", ""), self._max_body)
            if not (headers.get("location") and 300 <= response.status_code < 400):
                for chunk in response.stream:  # type: ignore[union-attr]  # never the other kind
                    progress.received += len(chunk)
                    unpacked.feed(chunk)
            whole = unpacked.finish()
        finally:
            response.close()
        return HttpAnswer(response.status_code, response.reason_phrase, headers, whole)

    def holds_more(self) -> bool:
        """Tell whether the connection holds bytes behind its answer: the next would begin there.

        What the library has read and not used it does not tell; a connection that
        cannot be looked into is not kept either.
        """
        pool = getattr(self._transport, "_pool", None)  # there is no public way
        for connection in getattr(pool, "connections", ()):
            state = getattr(getattr(connection, "_connection", None), "_h11_state", None)
            if state is None or state.trailing_data[0]:
                return True
        return False

    def close(self) -> None:
        """Close the connection, if there is one."""
        self._transport.close()

    def _request(
        self, path: str, body: Mapping[str, str], token: str, progress: ExchangeProgress
    ) -> "httpx.Request":
        import httpx

        address = self._addresses.get(path)
        if address is None:
            address = self._addresses[path] = httpx.URL(f"{self._base_url}{path}")
        return httpx.Request(
            "POST",
            address,
            content=json.dumps(body).encode(),
            headers={**_HEADERS, "Authorization": f"Bearer {token}"},
            extensions={"trace": progress.trace, "timeout": self._timeouts},
        )


def open_transport(
    environ: Mapping[str, str],
    tell: Callable[[str], object],
    *,
    route: Route,
    secure: bool,
    app: "WSGIApplication | None" = None,
) -> "httpx.BaseTransport":
    """Make the library's transport; nothing is sent yet.

    `tell` gets what `-v` says of the way. `app` stands in place of a network. With `secure`,
    certificates are checked.

    Raises:
        UsageError: a variable names a proxy, or certificates, that cannot be used.
    """
    # Where click happens to be installed, httpx would load a command line of its own with it.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # documented
    import httpx

    if app is not None:
        return httpx.WSGITransport(app)
    for note in route.notes:
        tell(note)
    if route.proxy:
        tell(f"through the proxy {route.shown}, which {route.variable} names")
    context = make_context(environ, secure=secure)
    with naming_variable(route):
        own = context if route.proxy.lower().startswith("https:") else None
        proxy = httpx.Proxy(route.proxy, ssl_context=own) if route.proxy else None
        return httpx.HTTPTransport(verify=context, proxy=proxy)
