"""What the environment says about the way to the service: certificates and proxies.

The HTTP library obeys `SSL_CERT_FILE`, `HTTPS_PROXY` and `NO_PROXY`; when
one of them is wrong it fails in ways that name none of them.
"""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from ffx.errors import UsageError
from ffx.output.clean import clean, quoted

_PROXY_VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")


def check_certificates(environ: Mapping[str, str]) -> None:
    """Refuse a certificate file or folder that is not there, by its variable's name."""
    file, folder = environ.get("SSL_CERT_FILE", ""), environ.get("SSL_CERT_DIR", "")
    if file and not Path(file).is_file():
        raise UsageError(
            f"SSL_CERT_FILE names {quoted(file)}, which is no file",
            hint="Name a file of certificates in PEM form, or unset the variable.",
        )
    if file:
        try:
            ssl.create_default_context(cafile=file)
        except (ssl.SSLError, OSError) as error:
            raise UsageError(
                f"SSL_CERT_FILE names {quoted(file)}, which holds no certificates",
                hint="It should hold certificates in PEM form.",
            ) from error
    log = environ.get("SSLKEYLOGFILE", "")
    if log and not Path(log).parent.is_dir():
        raise UsageError(f"SSLKEYLOGFILE names {quoted(log)}, in a folder that is not there")
    if folder and not Path(folder).is_dir():
        raise UsageError(f"SSL_CERT_DIR names {quoted(folder)}, which is no folder")


@contextmanager
def blaming_settings(environ: Mapping[str, str]) -> Iterator[None]:
    """Turn what the library says of a proxy it cannot use into the variable that named it."""
    try:
        yield
    except Exception as error:
        # The library's own complaint about an address is neither of the two, and this
        # file does not know the library.
        if not isinstance(error, ValueError | ImportError) and (
            type(error).__name__ != "InvalidURL"
        ):
            raise
        needs_package = isinstance(error, ImportError)
        reason = (
            "a SOCKS proxy, for which ffx has no support" if needs_package else "no usable proxy"
        )
        raise UsageError(
            f"{_guilty_variable(environ, socks=needs_package)} names {reason}",
            hint="It looks like http://proxy.example.com:3128. To go without: NO_PROXY='*'",
            code="proxy",
        ) from error


def loopback_context(*, secure: bool) -> ssl.SSLContext:
    """Return the TLS context for this machine's own addresses.

    Plain http never asks it; loading no authorities saves the time, and a
    context without any trusts nobody.
    """
    return ssl.create_default_context() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def proxy_for(url: str) -> str:
    """Return the host and port of the proxy that stands before `url`; empty where there is none.

    A password in it is left out.
    """
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    proxies = getproxies()
    address = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not address or proxy_bypass(parts.hostname or ""):
        return ""
    try:
        proxy = urlsplit(address if "//" in address else f"//{address}")
        return clean(f"{proxy.hostname}:{proxy.port}" if proxy.port else proxy.hostname or "")
    except ValueError:
        return ""


def _guilty_variable(environ: Mapping[str, str], *, socks: bool) -> str:
    spelled = [spelling for name in _PROXY_VARIABLES for spelling in (name, name.lower())]
    for name in spelled:
        if _is_unusable(environ.get(name, ""), socks=socks):
            return name
    set_ones = (name for name in ("NO_PROXY", "no_proxy", *spelled) if environ.get(name))
    return next(set_ones, "a proxy variable")


def _is_unusable(address: str, *, socks: bool) -> bool:
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        is_number = parts.port is None or parts.port >= 0
    except ValueError:
        return not socks
    if socks:
        return parts.scheme.startswith("socks")
    return bool(address) and not (is_number and parts.scheme in ("http", "https"))
