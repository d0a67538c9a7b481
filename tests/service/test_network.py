import ssl
from collections.abc import Mapping
from pathlib import Path

import pytest
import trustme

from ffx.errors import UsageError
from ffx.service.network import blaming_settings, check_certificates, loopback_context, proxy_for
from tests.service.tls import write_authority

FAR = "https://api.invalid/v1"


@pytest.mark.parametrize(
    ("environ", "proxy"),
    [
        ({}, ""),
        ({"HTTPS_PROXY": "http://proxy.example.com:3128"}, "proxy.example.com:3128"),
        ({"https_proxy": "http://proxy.example.com:3128"}, "proxy.example.com:3128"),
        ({"HTTPS_PROXY": "proxy.example.com:3128"}, "proxy.example.com:3128"),
        ({"HTTPS_PROXY": "http://user:hidden@proxy.example.com:3128"}, "proxy.example.com:3128"),
        ({"HTTPS_PROXY": "http://user:hidden@proxy.example.com"}, "proxy.example.com"),
        ({"ALL_PROXY": "http://proxy.example.com"}, "proxy.example.com"),
        ({"HTTP_PROXY": "http://proxy.example.com"}, ""),
        ({"HTTPS_PROXY": "http://proxy.example.com", "NO_PROXY": "*"}, ""),
        ({"HTTPS_PROXY": "http://proxy.example.com", "NO_PROXY": ".invalid"}, ""),
        ({"HTTPS_PROXY": "http://proxy.example.com", "NO_PROXY": "other"}, "proxy.example.com"),
        ({"HTTPS_PROXY": "http://u:hidden@proxy.example.com:port"}, ""),
        ({"HTTPS_PROXY": "http://[::1"}, ""),
        ({"HTTPS_PROXY": "http://pro\u202exy.example.com"}, "pro\\u{202e}xy.example.com"),
    ],
)
def test_the_proxy_before_an_address_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, environ: Mapping[str, str], proxy: str
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    assert proxy_for(FAR) == proxy


class InvalidURL(Exception):  # noqa: N818  # the library's own name
    """What the HTTP library raises of an address, under the name it has there."""


@pytest.mark.parametrize(
    ("error", "environ", "says"),
    [
        (ValueError("x"), {"ALL_PROXY": "x://y"}, "ALL_PROXY names no usable proxy"),
        (ValueError("x"), {"HTTPS_PROXY": "http://a", "HTTP_PROXY": "x://y"},
         "HTTP_PROXY names no usable proxy"),
        (InvalidURL("x"), {"https_proxy": "http://a:b"}, "https_proxy names no usable proxy"),
        (InvalidURL("x"), {"HTTPS_PROXY": "http://a", "no_proxy": "[::1"},
         "no_proxy names no usable proxy"),
        (ImportError("x"), {"HTTPS_PROXY": "http://a", "ALL_PROXY": "socks5://b"},
         "ALL_PROXY names a SOCKS proxy"),
        (ValueError("x"), {}, "a proxy variable names no usable proxy"),
    ],
)  # fmt: skip
def test_the_variable_to_blame_is_named(
    error: Exception, environ: Mapping[str, str], says: str
) -> None:
    with pytest.raises(UsageError, match=says), blaming_settings(environ):
        raise error


def test_other_faults_pass_as_they_are() -> None:
    with pytest.raises(KeyError), blaming_settings({"ALL_PROXY": "x://y"}):
        raise KeyError("x")


def test_certificates_that_are_there_are_taken(tmp_path: Path) -> None:
    file = write_authority(trustme.CA(), tmp_path)

    check_certificates({})
    check_certificates({"SSL_CERT_FILE": "", "SSL_CERT_DIR": ""})
    check_certificates({"SSL_CERT_FILE": file, "SSL_CERT_DIR": str(tmp_path)})


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_name_with_an_escape_is_shown_safe(variable: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        check_certificates({variable: f"{tmp_path}/\x1b[31m"})

    assert caught.value.message.isprintable()


@pytest.mark.parametrize("secure", [True, False])
def test_certificates_are_always_checked(secure: bool) -> None:
    context = loopback_context(secure=secure)

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
