"""The HTTP library's client, made for one address: its transport, proxy and certificates."""

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ffx.service.certificates import make_context
from ffx.service.proxies import Route, blaming

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    import httpx


def open_http(
    environ: Mapping[str, str],
    tell: Callable[[str], object],
    *,
    seconds: float,
    route: Route,
    app: "WSGIApplication | None",
    secure: bool,
) -> "httpx.Client":
    """Make the library's client; nothing is sent yet.

    `seconds` is what one try may take, `tell` gets what `-v` says of the way. `app` stands in
    place of a network. With `secure`, certificates are checked.

    Raises:
        UsageError: a variable names a proxy, or certificates, that cannot be used.
    """
    # Where click happens to be installed, httpx would load a command line of its own with it.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # documented
    import httpx

    # Each read and write obeys it, so that no abandoned thread stays for ever; longer than
    # a try, since its words for being late are not ours.
    timeout = httpx.Timeout(seconds + 1)
    if app is not None:
        return httpx.Client(transport=httpx.WSGITransport(app), timeout=timeout)
    for note in route.notes:
        tell(note)
    if route.proxy:
        tell(f"through the proxy {route.shown}, which {route.variable} names")
    context = make_context(environ, secure=secure)
    with blaming(route):
        own = context if route.proxy.lower().startswith("https:") else None
        proxy = httpx.Proxy(route.proxy, ssl_context=own) if route.proxy else None
        # A transport of its own: the library would read every variable of the environment.
        transport = httpx.HTTPTransport(verify=context, proxy=proxy)
    return httpx.Client(transport=transport, timeout=timeout)
