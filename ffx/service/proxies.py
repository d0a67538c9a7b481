"""The way to the service: straight, or through the one proxy that the environment names for it.

The HTTP library reads every proxy variable and every entry of `NO_PROXY`, used or not, and
fails over any that it cannot read. So the choice is made here, and it gets the one proxy.
"""

import ipaddress
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from ffx.errors import UsageError
from ffx.output.clean import clean, quoted
from ffx.settings.settings import is_loopback

_SCHEMES = frozenset({"http", "https", "socks5", "socks5h"})
_SYSTEM = "the system's settings"
_HOST_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*")


class Route(NamedTuple):
    """The way to a host.

    Attributes:
        proxy: the address of the proxy before it, password and all; empty where there is none.
        variable: what names that proxy.
        shown: its host and port, for people.
        notes: what was passed over, a sentence each.
    """

    proxy: str = ""
    variable: str = ""
    shown: str = ""
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Route(through {self.shown!r})"


def find_route(url: str, environ: Mapping[str, str]) -> Route:
    """Choose the way to `url`: never a proxy to this machine, and none for hosts in NO_PROXY.

    Raises:
        UsageError: the proxy that is needed has no usable address; its variable is named.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host):
        return Route()
    proxies = _proxies_of(environ)
    chosen = next((name for name in (f"{parts.scheme}_proxy", "all_proxy") if name in proxies), "")
    variable, address = proxies.get(chosen) or _system_proxy(parts.scheme, host, environ)
    if not address:
        return Route(notes=tuple(_notes_on_unusable(proxies, "")))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    is_exempt, notes = _read_exemptions(environ, parts.scheme, host, port)
    if is_exempt and variable != _SYSTEM:
        return Route(notes=(*notes, *_notes_on_unusable(proxies, "")))
    shown = _host_of(address)
    if not shown:
        raise _proxy_error(variable)
    return Route(
        _with_scheme(address), variable, shown, (*notes, *_notes_on_unusable(proxies, chosen))
    )


@contextmanager
def naming_variable(route: Route) -> Iterator[None]:
    """Turn what the library says of a proxy it cannot use into the variable that named it."""
    from httpx import InvalidURL

    try:
        yield
    except ImportError as error:
        if not route.proxy.startswith("socks"):
            raise
        raise _proxy_error(
            route.variable, "a SOCKS proxy, for which ffx has no support"
        ) from error
    except (ValueError, InvalidURL) as error:
        raise _proxy_error(route.variable) from error


def _proxy_error(variable: str, reason: str = "no usable proxy") -> UsageError:
    return UsageError(
        f"{variable} names {reason}",
        hint="It looks like http://proxy.example.com:3128. To go without: NO_PROXY='*'",
        code="proxy",
    )


def _proxies_of(environ: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return the variables that name proxies and what they name, by their lower-case names."""
    found = {}
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        variable, value = _find_variable(environ, name)
        if value:
            found[name] = (variable, value)
    return found


def _find_variable(environ: Mapping[str, str], name: str) -> tuple[str, str]:
    """Return a variable's spelling and value; the lower-case one wins, even where it is empty."""
    spelling = next((spelling for spelling in (name, name.upper()) if spelling in environ), "")
    return spelling, environ.get(spelling, "").strip()


def _system_proxy(scheme: str, host: str, environ: Mapping[str, str]) -> tuple[str, str]:
    """Return the proxy of the system's settings, where the environment names none at all."""
    if sys.platform in ("darwin", "win32") and not _proxies_of(environ):
        from urllib.request import getproxies, proxy_bypass

        proxies = getproxies()
        address = proxies.get(scheme) or proxies.get("all") or ""
        if address and not proxy_bypass(host):
            return _SYSTEM, address
    return "", ""


def _read_exemptions(
    environ: Mapping[str, str], scheme: str, host: str, port: int
) -> tuple[bool, tuple[str, ...]]:
    """Tell whether NO_PROXY holds a host, and which of its entries cannot be read."""
    variable, text = _find_variable(environ, "no_proxy")
    is_exempt = False
    notes = []
    for entry in filter(None, re.split(r"[,\s]+", text)):
        holds = _exempts(entry, scheme, host.rstrip(".").lower(), port)
        is_exempt = is_exempt or holds is True
        if holds is None:
            notes.append(f"{variable}: {quoted(entry)} cannot be read, and is passed over")
    return is_exempt, tuple(notes)


def _exempts(entry: str, scheme: str, host: str, port: int) -> bool | None:
    """Tell whether an entry of NO_PROXY means a host; None where it cannot be read.

    *                       every host
    example.com             that host and those below it, as .example.com and *.example.com
    example.com:8443        on that port alone; https://example.com for that scheme alone
    192.0.2.1  192.0.2.0/24  2001:db8::1  2001:db8::/32  [2001:db8::1]:8443
    """
    if entry == "*":
        return True
    wanted, marker, rest = entry.rpartition("://")
    if (network := _network_of(rest)) is None:
        name, colon, number = rest.rpartition(":")
        if colon:
            if not re.fullmatch(r"\d{1,5}", number, re.ASCII):
                return None
            is_port = int(number) == port
        else:
            name, is_port = rest, True
        network = _network_of(name)
    else:
        name, is_port = rest, True
    is_meant = is_port and (not marker or wanted.lower() == scheme)
    if network is not None:
        try:
            return is_meant and ipaddress.ip_address(host) in network
        except ValueError:
            return False
    name = name.removeprefix("*").removeprefix(".").rstrip(".").lower()
    if not _HOST_NAME.fullmatch(name):
        return None
    return is_meant and (host == name or host.endswith(f".{name}"))


def _network_of(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    bare = text[1:-1] if text[:1] == "[" and text[-1:] == "]" else text
    try:
        return ipaddress.ip_network(bare, strict=False)
    except ValueError:
        return None


def _notes_on_unusable(proxies: Mapping[str, tuple[str, str]], chosen: str) -> Iterator[str]:
    for name, (variable, address) in proxies.items():
        if name != chosen and not _host_of(address):
            yield f"{variable} names no usable proxy, and is not needed here"


def _with_scheme(address: str) -> str:
    if "://" in address:
        return address
    return f"http://{address.removeprefix('//')}"


def _host_of(address: str) -> str:
    """Return host and port of a proxy for people; empty where the address cannot be used."""
    try:
        parts = urlsplit(_with_scheme(address))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in _SCHEMES or not host or port == 0:
        return ""
    return clean(f"{host}:{port}" if port else host)
