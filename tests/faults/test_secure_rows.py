"""Rows 17, 28 to 32, 116 and 117: names, certificates and proxies on the way to the service."""

import os
import socket
import ssl
import sys
import warnings
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import SAMPLE_TOKEN
from tests.explorer import Explorer, answer
from tests.faults.patience import Tell, assert_same_in_json, retried
from tests.faults.rows import VISITOR
from tests.service.test_certificates import system_keeps
from tests.service.tls import AncientExplorer, SecureExplorer, serve_securely, write_authority

if TYPE_CHECKING:  # it takes a while, and few tests need it
    import trustme

FAR = "https://api.invalid/v1"


@pytest.mark.fault(17)
def test_row_17_a_name_that_cannot_be_found_is_told_at_once(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", fail)
    far_away(monkeypatch)
    plain, as_json = tell(*VISITOR), tell(*VISITOR, "--json")

    assert plain.code == 6
    assert plain.err == (
        "ffx: the name api.invalid cannot be found\n"
        "  Check the network, the proxy, and FFX_API_URL.\n"
    )
    assert_same_in_json(plain, as_json)


def make_ancient(context: ssl.SSLContext) -> None:
    """Let a server know no TLS from after 2006."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")


def trust(
    authority: "trustme.CA", service: Explorer, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setenv("FFX_ACCESS_TOKEN", SAMPLE_TOKEN)
    monkeypatch.setenv("FFX_API_URL", service.url)
    monkeypatch.setenv("SSL_CERT_FILE", write_authority(authority, folder))


def refused_certificate(reason: str, hint: str) -> str:
    return f"ffx: the certificate of 127.0.0.1:PORT {reason}\n  {hint}\n"


CHECK_URL = "Check FFX_API_URL."


CHECK_CLOCK = "Check this machine's clock; otherwise it is the server's to mend."


NAME_FILE = "If your network has its own authority, name its file in SSL_CERT_FILE."


def test_a_trusted_certificate_is_served_over_tls(
    tell: Tell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import trustme

    authority = trustme.CA()
    with serve_securely(authority, "127.0.0.1") as service:
        trust(authority, service, monkeypatch, tmp_path)
        told = tell(*VISITOR, "--json", port=service.port)
        upper = tell(*VISITOR, "--api-url", service.url.replace("https", "HTTPS"), "--json")

    assert (told.code, told.err) == (0, "")
    assert upper == told
    assert len(service.requests) == 2


@pytest.mark.parametrize(
    ("trusted", "names", "not_after", "err"),
    [
        (False, ["127.0.0.1"], None,
         refused_certificate("was issued by an unknown authority", NAME_FILE)),
        (True, ["other.example.com"], None,
         refused_certificate("is for another host", CHECK_URL)),
        (True, ["127.0.0.2"], None,
         refused_certificate("is for another host", CHECK_URL)),
        (True, ["127.0.0.1"], datetime(2020, 1, 1),  # noqa: DTZ001  # as trustme wants it
         refused_certificate("has expired", CHECK_CLOCK)),
    ],
    ids=["unknown authority", "wrong name", "wrong address", "expired"],
)  # fmt: skip
@pytest.mark.fault(28)
def test_row_28_a_refused_certificate_says_which_of_the_three_and_is_not_tried_again(
    tell: Tell,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    trusted: bool,
    names: list[str],
    not_after: datetime | None,
    err: str,
) -> None:
    import trustme

    authority = trustme.CA()
    with serve_securely(authority, *names, not_after=not_after) as service:
        trust(authority if trusted else trustme.CA(), service, monkeypatch, tmp_path)
        plain, as_json = (tell(*VISITOR, *more, port=service.port) for more in ((), ("--json",)))

    assert (plain.code, plain.err) == (5, err)
    assert_same_in_json(plain, as_json)
    assert service.connections == 2
    assert service.requests == []


@pytest.mark.parametrize("kind", ["handshake", "alert"])
@pytest.mark.fault(29)
def test_row_29_a_tls_that_is_too_old_is_named(
    tell: Tell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    import trustme

    authority = trustme.CA()
    service: Explorer = AncientExplorer()
    if kind == "handshake":
        service = serve_securely(authority, "127.0.0.1")
        assert isinstance(service, SecureExplorer)
        make_ancient(service.context)
    with service:
        trust(authority, service, monkeypatch, tmp_path)
        plain, as_json = (tell(*VISITOR, *more, port=service.port) for more in ((), ("--json",)))

    assert plain.code == 5
    assert plain.err == "ffx: 127.0.0.1:PORT only speaks a TLS that is too old to trust\n"
    assert_same_in_json(plain, as_json)
    assert service.connections == 2


@pytest.mark.parametrize(
    ("variable", "make", "says"),
    [
        ("SSL_CERT_FILE", None, "which is no file\n"
         "  Name a file of certificates in PEM form, or unset the variable.\n"),
        ("SSL_CERT_FILE", Path.mkdir, "which is no file\n"
         "  Name a file of certificates in PEM form, or unset the variable.\n"),
        ("SSL_CERT_FILE", Path.touch, "which holds no certificates\n"
         "  It should hold certificates in PEM form.\n"),
        ("SSL_CERT_FILE", lambda path: path.write_bytes(b"\x00junk"),
         "which holds no certificates\n  It should hold certificates in PEM form.\n"),
        ("SSL_CERT_DIR", None, "which is no folder\n"),
    ],
)  # fmt: skip
@pytest.mark.fault(30)
def test_row_30_a_certificate_file_that_is_none_is_named_with_its_variable(
    tell: Tell,
    explorer: Explorer,
    monkeypatch: pytest.MonkeyPatch,
    home: Path,
    variable: str,
    make: Callable[[Path], object] | None,
    says: str,
) -> None:
    path = home / "there"
    if make is not None:
        make(path)
    monkeypatch.setenv(variable, str(path))
    monkeypatch.setenv("FFX_API_URL", explorer.url.replace("http", "https"))

    plain, as_json = tell(*VISITOR), tell(*VISITOR, "--json")

    assert plain.code == 2
    assert plain.err == f"ffx: {variable} names 'HOME/there', {says}"
    assert_same_in_json(plain, as_json)
    assert explorer.connections == 0


def far_away(monkeypatch: pytest.MonkeyPatch, **proxies: str) -> None:
    monkeypatch.setenv("FFX_ACCESS_TOKEN", SAMPLE_TOKEN)
    monkeypatch.setenv("FFX_API_URL", FAR)
    # No run gets as far as a certificate, and the system's take a while to read.
    monkeypatch.setenv("SSL_CERT_DIR", os.environ["HOME"])
    for name, value in proxies.items():
        monkeypatch.setenv(name, value)


LOOKS_LIKE = "  It looks like http://proxy.example.com:3128. To go without: NO_PROXY='*'\n"


@pytest.mark.parametrize(
    ("proxies", "says"),
    [
        ({"HTTPS_PROXY": "ftp://proxy.example.com"}, "HTTPS_PROXY names no usable proxy"),
        ({"https_proxy": "ftp://proxy.example.com"}, "https_proxy names no usable proxy"),
        ({"ALL_PROXY": "gopher://u:hidden@proxy.example.com"}, "ALL_PROXY names no usable proxy"),
        ({"HTTPS_PROXY": "http://u:hidden@127.0.0.1:port"}, "HTTPS_PROXY names no usable proxy"),
        ({"HTTPS_PROXY": "http://[::1"}, "HTTPS_PROXY names no usable proxy"),
        ({"HTTPS_PROXY": "http://pro\u202exy.example.com"}, "HTTPS_PROXY names no usable proxy"),
        ({"HTTPS_PROXY": "x://y", "ALL_PROXY": "http://127.0.0.1:9"},
         "HTTPS_PROXY names no usable proxy"),
        ({"HTTPS_PROXY": "socks5://127.0.0.1:9"},
         "HTTPS_PROXY names a SOCKS proxy, for which ffx has no support"),
        ({"all_proxy": "socks5h://127.0.0.1:9"},
         "all_proxy names a SOCKS proxy, for which ffx has no support"),
    ],
)  # fmt: skip
@pytest.mark.fault(31)
def test_row_31_a_proxy_that_cannot_be_used_is_named_by_its_variable(
    tell: Tell, monkeypatch: pytest.MonkeyPatch, proxies: Mapping[str, str], says: str
) -> None:
    far_away(monkeypatch, **proxies)

    plain, as_json = tell(*VISITOR), tell(*VISITOR, "--json")

    assert (plain.code, plain.err) == (2, f"ffx: {says}\n{LOOKS_LIKE}")
    assert "hidden" not in plain.err + as_json.err
    assert_same_in_json(plain, as_json)


@pytest.mark.fault(32)
def test_row_32_a_proxy_that_asks_for_a_password_is_named_without_one(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer.answer_with(answer(b"", 407, {"Proxy-Authenticate": "Basic"}))
    far_away(monkeypatch, HTTPS_PROXY=f"http://user:hidden@127.0.0.1:{explorer.port}")

    plain, as_json = (tell(*VISITOR, *more, port=explorer.port) for more in ((), ("--json",)))

    assert plain.code == 6
    assert plain.err == (
        "ffx: the proxy refused to connect to api.invalid through the proxy 127.0.0.1:PORT\n"
        "  See HTTPS_PROXY and NO_PROXY.\n"
    )
    assert "hidden" not in plain.err + as_json.err
    assert_same_in_json(plain, as_json)
    assert [each.method for each in explorer.requests] == ["CONNECT", "CONNECT"]
    assert all("Bearer" not in str(each) for each in explorer.requests)


@pytest.mark.fault(32)
def test_row_32_a_proxy_that_is_not_there_is_named(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    far_away(monkeypatch, HTTPS_PROXY=f"http://user:hidden@127.0.0.1:{port}")

    told = tell(*VISITOR, port=port)

    assert told.code == 6
    assert told.err == retried(
        "cannot connect to api.invalid through the proxy 127.0.0.1:PORT: connection refused",
        hint="  Check the network, the port, and FFX_API_URL.\n",
    )


@pytest.mark.parametrize(
    ("environ", "noted"),
    [
        ({"NO_PROXY": "localhost,fd07::/64"}, ""),
        ({"NO_PROXY": "localhost,[::1]"}, ""),
        ({"HTTP_PROXY": "socks5://127.0.0.1:9"}, ""),
        ({"ALL_PROXY": "socks5://127.0.0.1:9"}, ""),
        ({"NO_PROXY": "[::1"}, "NO_PROXY: '[::1' cannot be read, and is passed over\n"),
        ({"ALL_PROXY": "x://y"}, "ALL_PROXY names no usable proxy, and is not needed here\n"),
        ({"HTTP_PROXY": "http://u:hidden@a:b"},
         "HTTP_PROXY names no usable proxy, and is not needed here\n"),
    ],
)  # fmt: skip
@pytest.mark.fault(116)
def test_row_116_what_cannot_be_read_of_proxies_and_is_not_needed_stops_nothing(
    tell: Tell,
    explorer: Explorer,
    monkeypatch: pytest.MonkeyPatch,
    environ: Mapping[str, str],
    noted: str,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    still = tell(*VISITOR, "--json")

    # The same by way of a proxy, which refuses: what it was asked shows that it was taken.
    explorer.answer_with(answer(b"", 403))
    far_away(monkeypatch, HTTPS_PROXY=f"http://user:hidden@127.0.0.1:{explorer.port}")
    plain, detailed = (tell(*VISITOR, *more, port=explorer.port) for more in ((), ("-v",)))

    assert (still.code, still.err) == (0, "")
    assert plain.code == detailed.code == 6
    assert "hidden" not in plain.err + detailed.err
    if noted:
        assert noted not in plain.err
    assert noted in detailed.err
    assert "through the proxy 127.0.0.1:PORT, which HTTPS_PROXY names\n" in detailed.err
    assert [each.method for each in explorer.requests[-2:]] == ["CONNECT", "CONNECT"]


@pytest.mark.skipif(sys.platform != "linux", reason="no file holds them here")
@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.fault(117)
def test_row_117_the_systems_certificates_are_trusted(
    tell: Tell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trusted: bool
) -> None:
    import trustme

    authority = trustme.CA()
    with serve_securely(authority, "127.0.0.1") as service:
        trust(authority, service, monkeypatch, tmp_path)
        monkeypatch.delenv("SSL_CERT_FILE")
        system = write_authority(authority if trusted else trustme.CA(), tmp_path)
        system_keeps(monkeypatch, file=system)
        told = tell(*VISITOR, "--json", port=service.port)

    assert told.code == (0 if trusted else 5)
    assert bool(service.requests) is trusted


def test_a_key_log_that_cannot_be_opened_is_named(
    tell: Tell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path
) -> None:
    import trustme

    authority = trustme.CA()
    with serve_securely(authority, "127.0.0.1") as service:
        trust(authority, service, monkeypatch, tmp_path)
        monkeypatch.setenv("SSLKEYLOGFILE", str(home))
        told = tell(*VISITOR, port=service.port)
        monkeypatch.setenv("SSLKEYLOGFILE", str(home / "keys"))
        good = tell(*VISITOR, "--json", port=service.port)

    assert (told.code, told.out) == (2, "")
    assert told.err == (
        "ffx: SSLKEYLOGFILE names 'HOME', which cannot be opened: is a directory\n"
        "  Name a file that can be written, or unset the variable.\n"
    )
    assert (good.code, good.err) == (0, "")
    assert (home / "keys").stat().st_size > 0


def test_loopback_never_goes_through_a_proxy(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Explorer() as proxy:
        for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        told = tell(*VISITOR, "--json")

    assert told.code == 0
    assert proxy.connections == 0
    assert len(explorer.requests) == 1
