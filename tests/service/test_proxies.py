from collections.abc import Mapping

import httpx
import pytest

from ffx.errors import UsageError
from ffx.service.proxies import Route, find_route, naming_variable
from tests.looping import each

FAR = "https://api.invalid/v1"
PROXY = "http://proxy.example.com:3128"
SHOWN = "proxy.example.com:3128"
LOCAL = "http://127.0.0.1:8080/v1"


@each(
    ("environ", "shown"),
    [
        ({}, ""),
        ({"HTTPS_PROXY": PROXY}, SHOWN),
        ({"https_proxy": PROXY}, SHOWN),
        ({"HTTPS_PROXY": SHOWN}, SHOWN),
        ({"HTTPS_PROXY": f"//{SHOWN}"}, SHOWN),
        ({"HTTPS_PROXY": f" {PROXY} "}, SHOWN),
        ({"HTTPS_PROXY": "http://user:hidden@proxy.example.com:3128"}, SHOWN),
        ({"HTTPS_PROXY": "http://user:hidden@proxy.example.com"}, "proxy.example.com"),
        ({"ALL_PROXY": "http://proxy.example.com"}, "proxy.example.com"),
        ({"ALL_PROXY": "socks5://proxy.example.com"}, "proxy.example.com"),
        ({"HTTPS_PROXY": PROXY, "ALL_PROXY": "http://other.example.com"}, SHOWN),
        ({"HTTPS_PROXY": PROXY, "https_proxy": "http://other.example.com"}, "other.example.com"),
        ({"HTTPS_PROXY": PROXY, "https_proxy": ""}, ""),
        ({"HTTPS_PROXY": "http://pro\u202exy.example.com"}, "pro\\u{202e}xy.example.com"),
        # Of no use for https.
        ({"HTTP_PROXY": "http://proxy.example.com"}, ""),
        ({"HTTP_PROXY": "socks5://proxy.example.com", "HTTPS_PROXY": PROXY}, SHOWN),
        ({"ALL_PROXY": "socks5://proxy.example.com", "HTTPS_PROXY": PROXY}, SHOWN),
        ({"NO_PROXY": "fd07::/64"}, ""),
    ],
)
def test_the_one_proxy_before_an_address_is_chosen_and_shown_without_its_password(
    environ: Mapping[str, str], shown: str
) -> None:
    route = find_route(FAR, environ)

    assert (route.shown, route.notes) == (shown, ())
    assert bool(route.proxy) is bool(shown)
    assert "hidden" not in repr(route)
    assert find_route(LOCAL, environ) == Route()


@each(
    ("entries", "url", "is_straight"),
    [
        ("*", FAR, True),
        ("other.example.com, *", FAR, True),
        ("api.invalid", FAR, True),
        ("API.Invalid.", FAR, True),
        ("invalid", FAR, True),
        (".invalid", FAR, True),
        ("*.invalid", FAR, True),
        ("localhost,api.invalid,other", FAR, True),
        ("localhost api.invalid", FAR, True),
        ("pi.invalid", FAR, False),
        ("other", FAR, False),
        ("api.invalid.example.com", FAR, False),
        ("", FAR, False),
        (" , ", FAR, False),
        ("api.invalid:443", FAR, True),
        ("api.invalid:8443", FAR, False),
        ("api.invalid:8443", "https://api.invalid:8443/v1", True),
        ("https://api.invalid", FAR, True),
        ("http://api.invalid", FAR, False),
        ("192.0.2.7", "https://192.0.2.7/v1", True),
        ("192.0.2.0/24", "https://192.0.2.7/v1", True),
        ("192.0.2.1/24", "https://192.0.2.7/v1", True),
        ("192.0.2.7:443", "https://192.0.2.7/v1", True),
        ("198.51.100.0/24", "https://192.0.2.7/v1", False),
        ("192.0.2.0/24", FAR, False),
        ("2001:db8::/32", "https://[2001:db8::5]/v1", True),
        ("2001:db8::5", "https://[2001:db8::5]/v1", True),
        ("[2001:db8::5]", "https://[2001:db8::5]/v1", True),
        ("[2001:db8::5]:443", "https://[2001:db8::5]/v1", True),
        ("[2001:db8::5]:80", "https://[2001:db8::5]/v1", False),
        ("localhost,fd07::/64", FAR, False),
        ("localhost,[::1]", FAR, False),
        ("2001:db8::/32", "https://192.0.2.7/v1", False),
    ],
)
def test_what_no_proxy_names_is_asked_straight(entries: str, url: str, is_straight: bool) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        route = find_route(url, {"HTTPS_PROXY": PROXY, name: entries})

        assert (route.proxy == "", route.notes) == (is_straight, ())


@each("entry", ["[::1", "a:b", "::1/999", "<local>", "exa*mple", "\x1b[31m"])
def test_an_entry_of_no_proxy_that_cannot_be_read_is_passed_over(entry: str) -> None:
    alone = find_route(FAR, {"HTTPS_PROXY": PROXY, "NO_PROXY": entry})
    beside = find_route(FAR, {"HTTPS_PROXY": PROXY, "NO_PROXY": f"{entry},api.invalid"})

    assert (alone.shown, beside.shown) == (SHOWN, "")
    assert alone.notes == beside.notes
    (note,) = alone.notes
    assert note.startswith("NO_PROXY: '")
    assert note.endswith("' cannot be read, and is passed over")
    assert note.isprintable()
    # Nobody asks where there is no proxy to be kept out.
    assert find_route(FAR, {"NO_PROXY": entry}) == Route()


UNUSABLE = [
    "x://y", "ftp://proxy.example.com", "http://u:hidden@proxy.example.com:port", "http://[::1",
    "http://", "http://proxy.example.com:0", "http://proxy.example.com:99999",
]  # fmt: skip


@each("address", UNUSABLE)
@each("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_that_is_needed_and_cannot_be_used_is_named_by_its_variable(
    name: str, address: str
) -> None:
    with pytest.raises(UsageError) as caught:
        find_route(FAR, {"HTTP_PROXY": "x://y", name: address})

    assert caught.value.message == f"{name} names no usable proxy"
    assert "hidden" not in caught.value.message + caught.value.hint


@each("address", UNUSABLE)
@each(
    ("name", "beside"),
    [
        ("HTTP_PROXY", {}),
        ("HTTP_PROXY", {"HTTPS_PROXY": PROXY}),
        ("ALL_PROXY", {"HTTPS_PROXY": PROXY}),
        ("ALL_PROXY", {"NO_PROXY": "*"}),
        ("HTTPS_PROXY", {"NO_PROXY": "api.invalid"}),
    ],
)
def test_a_proxy_that_is_not_needed_stops_nothing(
    name: str, beside: Mapping[str, str], address: str
) -> None:
    route = find_route(FAR, {name: address, **beside})

    assert route.shown == ("" if "HTTPS_PROXY" not in beside else SHOWN)
    assert route.notes == (f"{name} names no usable proxy, and is not needed here",)
    assert find_route(LOCAL, {name: address, **beside}) == Route()


@each(
    ("error", "route", "says"),
    [
        (ValueError("x"), Route(PROXY, "ALL_PROXY"), "ALL_PROXY names no usable proxy"),
        (httpx.InvalidURL("x"), Route(PROXY, "https_proxy"), "https_proxy names no usable proxy"),
        (ImportError("x"), Route("socks5://b", "ALL_PROXY"), "ALL_PROXY names a SOCKS proxy"),
    ],
)
def test_what_only_the_library_refuses_is_named_by_its_variable(
    error: Exception, route: Route, says: str
) -> None:
    with pytest.raises(UsageError, match=says), naming_variable(route):
        raise error


@each("error", [KeyError("x"), ImportError("x")])
def test_other_faults_pass_as_they_are(error: Exception) -> None:
    with pytest.raises(type(error)), naming_variable(Route(PROXY, "ALL_PROXY")):
        raise error
