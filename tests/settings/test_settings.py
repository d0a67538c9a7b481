from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.errors import UsageError
from ffx.settings.config import Config
from ffx.settings.settings import (
    DEFAULT_MAX_BODY,
    PROVIDER_URL,
    SANDBOX_URL,
    Flags,
    Settings,
    gather_settings,
    is_loopback,
    origin_of,
    read_api_url,
    read_size,
    read_token,
)
from tests.looping import each

FILE = Config(
    profile="filed",
    common={"api_url": "https://common.example.com", "tz": "Europe/Berlin"},
    profiles={
        "filed": {"api_url": "https://filed.example.com"},
        "other": {"tz": "Asia/Almaty"},
    },
)


def gathered(
    environ: Mapping[str, str] | None = None, config: Config | None = None, **flags: str
) -> Settings:
    return gather_settings(environ or {}, config or Config(), Flags(**flags))


@each(
    ("text", "url"),
    [
        ("https://api.example.com/v1", "https://api.example.com/v1"),
        ("https://api.example.com/v1/", "https://api.example.com/v1"),
        (" https://api.example.com\n", "https://api.example.com"),
        ("HTTPS://api.example.com", "https://api.example.com"),
        ("https://api.example.com:8443/a/b", "https://api.example.com:8443/a/b"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
        ("http://localhost:8080/v1", "http://localhost:8080/v1"),
        ("http://LOCALHOST:8080/v1", "http://LOCALHOST:8080/v1"),
        ("http://127.200.0.1/v1", "http://127.200.0.1/v1"),
        ("https://x.localhost/v1", "https://x.localhost/v1"),
        ("https://localhost./v1", "https://localhost./v1"),
        ("http://LocalHost", "http://LocalHost"),
        ("sandbox:", "sandbox:"),
        (" sandbox: ", "sandbox:"),
    ],
)
def test_an_address_over_https_or_on_this_machine_is_taken(text: str, url: str) -> None:
    assert read_api_url(text, source="--api-url") == url


@each(
    ("text", "says"),
    [
        ("http://api.example.com/v1", "is refused: https only"),
        ("http://localhost.example.com", "is refused: https only"),
        ("http://127.0.0.1.example.com", "is refused: https only"),
        ("http://0.0.0.0", "is refused: https only"),
        ("http://127.1", "is refused: https only"),
        ("http://2130706433", "is refused: https only"),
        ("http://0x7f000001", "is refused: https only"),
        ("http://10.0.0.1", "is refused: https only"),
        ("http://[fe80::1]", "is refused: https only"),
        ("http://x.localhost:8080/v1", "is refused: https only"),
        ("http://localhost.:8080/v1", "is refused: https only"),
        ("http://127.0.0.1.:8080/v1", "is refused: https only"),
        ("http://[::1%25x].localhost/v1", "is not an address"),
        ("http://[::ffff:192.0.2.1]/v1", "is refused: https only"),
        ("http://①②⑦.0.0.1", "is refused: https only"),
        ("ftp://127.0.0.1", "is refused: https only"),
        ("javascript://127.0.0.1/%0aalert(1)", "is refused: https only"),
        ("file:///etc/passwd", "is not an address"),
        ("https://user:hidden@api.example.com", "holds a user name or password"),
        ("https://hidden@api.example.com", "holds a user name or password"),
        ("http://127.0.0.1:hidden@api.example.com", "holds a user name or password"),
        ("https://api.example.com\\@evil.example", "holds a user name or password"),
        ("https://api.example.com\\.evil.example", "is not an address"),
        ("https://api.example.com/a b", "is not an address"),
        ("https://api.exam\nple.com", "is not an address"),
        ("https://api.exam\tple.com", "is not an address"),
        ("https://api.example.com/\x1b[31m", "is not an address"),
        ("https://{host}/v1", "is not an address"),
        ("https://", "is not an address"),
        ("https:///v1", "is not an address"),
        ("api.example.com", "is not an address"),
        ("", "is not an address"),
        ("sandbox", "is not an address"),
        ("https://api.example.com:port", "is not an address"),
        ("https://api.example.com:99999", "is not an address"),
        ("https://[::1", "is not an address"),
        ("https://api.example.com:0", "names port 0"),
        ("https://api.example.com/v1?a=b", "has a query or a fragment"),
        ("https://api.example.com/v1?", "has a query or a fragment"),
        ("https://api.example.com/v1#a", "has a query or a fragment"),
        ("https://api.example.com/v1#", "has a query or a fragment"),
        ("https://api.exam\u202eple.com", "is not an address"),
        ("https://api.exam\u200bple.com", "is not an address"),
    ],
)
@pytest.mark.fault(33)
def test_row_33_other_addresses_are_refused_and_no_password_is_repeated(
    text: str, says: str
) -> None:
    with pytest.raises(UsageError) as caught:
        read_api_url(text, source="FFX_API_URL")

    assert caught.value.message.startswith("FFX_API_URL ")
    assert says in caught.value.message
    assert caught.value.message.isprintable()
    assert "hidden" not in caught.value.message + caught.value.hint


@given(st.text(max_size=40) | st.from_regex(r"\Ahttps?:.{0,20}@?.{0,20}\Z"))
def test_any_text_is_a_safe_address_or_refused(text: str) -> None:
    try:
        url = read_api_url(text, source="--api-url")
    except UsageError:
        return
    assert url == SANDBOX_URL or url.startswith(("https://", "http://"))
    assert "@" not in url.split("/")[2] if url != SANDBOX_URL else True
    assert url.isprintable()
    if url.startswith("http:"):
        assert is_loopback(url.split("/")[2].rsplit(":", 1)[0].strip("[]"))


@each(
    ("url", "origin"),
    [
        ("https://api.example.com/v1", "https://api.example.com"),
        ("https://API.Example.com:443/v1", "https://api.example.com"),
        ("https://api.example.com:80", "https://api.example.com:80"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:8080/v1", "http://[::1]:8080"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@each(
    ("text", "size"),
    [
        ("1", 1),
        ("500", 500),
        ("500b", 500),
        ("500k", 512_000),
        ("500 KB", 512_000),
        ("16MiB", DEFAULT_MAX_BODY),
        ("16m", DEFAULT_MAX_BODY),
        (" 1g ", 2**30),
        ("2GiB", 2**31),
    ],
)
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert read_size(text) == size


@each(
    "text", ["", "0", "0m", "-1", "1.5m", "1t", "m", "1 0", "1e6", "٣", "9" * 13, "big", "1m\x1b"]
)
def test_other_sizes_are_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_size(text)

    assert "for --max-body" in caught.value.message
    assert caught.value.message.isprintable()
    assert caught.value.hint == "Try 500k, 16MiB or 1g."


@each("token", ["a", "A-b_c~d+e/f=.", " padded\n", "x" * 8192])
def test_what_tokens_are_made_of_is_taken(token: str) -> None:
    assert read_token(token, source="it") == token.strip()


@each(
    ("token", "says"),
    [
        ("hid den", "characters that no token has"),
        ("hid\nden", "characters that no token has"),
        ("hid\r\nX-Evil: den", "characters that no token has"),
        ("hid\x1bden", "characters that no token has"),
        ("hid\x00den", "characters that no token has"),
        ("hiddén", "characters that no token has"),
        ("hid\ud800den", "characters that no token has"),
        ("'hidden'", "characters that no token has"),
        ("", "characters that no token has"),
        ("hidden" * 1366, "too long to be one"),
    ],
)
@pytest.mark.fault(14)
def test_row_14_a_token_that_is_none_is_named_by_its_source_alone(token: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_token(token, source="FFX_ACCESS_TOKEN")

    assert caught.value.message.startswith("the token in FFX_ACCESS_TOKEN ")
    assert says in caught.value.message
    assert "hid" not in caught.value.message + caught.value.hint


def test_without_anything_said_the_defaults_are_in_force() -> None:
    settings = gathered()

    assert settings.api_url == PROVIDER_URL
    assert settings.profile == "default"
    assert settings.zone is None
    assert (settings.limits.timeout, settings.limits.try_timeout) == (120, 45)
    assert settings.limits.max_body == 16 * 2**20
    assert not settings.is_sandbox


def test_flags_go_over_the_environment_over_the_file() -> None:
    environ = {
        "FFX_API_URL": "https://env.example.com",
        "FFX_PROFILE": "other",
        "FFX_TZ": "America/New_York",
    }
    flags = {"api_url": "https://flag.example.com", "profile": "third", "tz": "UTC"}

    found = [
        (each.api_url, each.profile, str(each.zone))
        for each in (
            gathered(environ, FILE, **flags),
            gathered(environ, FILE),
            gathered({"FFX_PROFILE": "other"}, FILE),
            gathered({}, FILE),
        )
    ]

    assert found == [
        ("https://flag.example.com", "third", "UTC"),
        ("https://env.example.com", "other", "America/New_York"),
        ("https://common.example.com", "other", "Asia/Almaty"),
        ("https://filed.example.com", "filed", "Europe/Berlin"),
    ]


def test_an_empty_variable_is_as_good_as_none() -> None:
    environ = {"FFX_API_URL": " ", "FFX_PROFILE": "", "FFX_TZ": "  "}

    assert gathered(environ, FILE) == gathered({}, FILE)


@each(
    ("environ", "config", "flags", "says"),
    [
        ({}, Config(), {"api_url": ""}, "--api-url ''"),
        ({"FFX_API_URL": "x"}, Config(), {}, "FFX_API_URL 'x'"),
        ({}, Config(common={"api_url": "x"}), {}, "the settings file's api_url 'x'"),
        ({}, Config(), {"profile": ""}, "--profile ''"),
        ({}, Config(), {"profile": "a/b"}, "--profile 'a/b'"),
        ({"FFX_PROFILE": "../x"}, Config(), {}, "FFX_PROFILE '../x'"),
        ({"FFX_TZ": "../../etc/passwd"}, Config(), {}, "FFX_TZ: unknown zone '../../etc/"),
        ({}, Config(common={"tz": "Nowhere"}), {}, "the settings file's tz: unknown zone 'Now"),
        ({"FFX_TZ": "x"}, Config(common={"tz": "y"}), {"tz": "z"}, "unknown zone 'z'"),
        ({}, Config(), {"timeout": "soon"}, "--timeout"),
        ({}, Config(), {"try_timeout": "0s"}, "--try-timeout"),
        ({}, Config(), {"timeout": "-5s"}, "--timeout"),
        ({}, Config(), {"max_body": "0"}, "--max-body"),
    ],
)
def test_what_cannot_be_read_is_named_by_where_it_was_set(
    environ: Mapping[str, str], config: Config, flags: Mapping[str, str], says: str
) -> None:
    with pytest.raises(UsageError) as caught:
        gathered(environ, config, **flags)

    assert says in caught.value.message


@each(("text", "seconds"), [("90s", 90), ("2m", 120), ("1.5s", 1.5), ("1h", 3600)])
def test_time_outs_are_durations(text: str, seconds: float) -> None:
    limits = gathered(timeout=text, try_timeout=text).limits

    assert (limits.timeout, limits.try_timeout) == (seconds, seconds)


def test_the_sandbox_is_an_address_like_another() -> None:
    assert gathered({"FFX_API_URL": "sandbox:"}).is_sandbox
    assert gathered({}, FILE, api_url="sandbox:").is_sandbox


def test_no_settings_file_is_needed(home: Path) -> None:
    assert list(home.iterdir()) == []
    assert gathered().profile == "default"
