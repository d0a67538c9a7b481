"""Statuses: each is found, refused, or worth another try."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.api.wire import HttpAnswer
from ffx.errors import AccountError, FfxError, NotFoundError, ServiceError, TemporaryError
from ffx.service.headers import request_id
from ffx.service.statuses import raise_for_status, server_message, without_echo
from tests.looping import each

TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30/+~_-.secret"
READABLE = {200, 201, 203}
TEMPORARY = {408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524}


def made(
    status: int = 500, body: object = b"", reason: str = "Whatever", **headers: Any
) -> HttpAnswer:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpAnswer(status, reason, named, sent)


def test_a_readable_status_is_no_error() -> None:
    for status in READABLE:
        raise_for_status(made(status, {}))


def test_every_other_status_has_one_meaning() -> None:
    for status in set(range(200, 600)) - set(READABLE):
        with pytest.raises(FfxError) as caught:
            raise_for_status(made(status, {}, x_request_id="r-1"))

        error = caught.value
        expected = (
            TemporaryError if status in TEMPORARY
            else AccountError if status in (401, 403)
            else NotFoundError if status == 404
            else ServiceError
        )  # fmt: skip
        assert type(error) is expected, f"status {status}"
        assert f"{status} " in error.message
        assert (error.status, error.request_id) == (status, "r-1")
        assert error.retryable == (status in TEMPORARY), f"status {status}"


@given(
    st.integers(100, 999).filter(lambda status: status not in READABLE),
    st.binary(max_size=60),
    st.text(max_size=20),
    st.dictionaries(
        st.sampled_from(["location", "x-request-id", "content-type", "cf-ray"]),
        st.text(max_size=20),
    ),
)
def test_no_answer_is_too_odd_to_refuse(
    status: int, body: bytes, reason: str, headers: dict[str, str]
) -> None:
    with pytest.raises(FfxError):
        raise_for_status(HttpAnswer(status, reason, headers, body))


@each(
    ("headers", "identity"),
    [
        ({}, ""),
        ({"x_request_id": "one", "cf_ray": "two"}, "one"),
        ({"x_request_id": "", "cf_ray": "two"}, "two"),
        ({"x_amzn_trace_id": "a\x1bb"}, "a\\u{1b}b"),
        ({"x_request_id": "x" * 500}, "x" * 100),
    ],
)
def test_the_request_id_is_the_services_own(headers: dict[str, Any], identity: str) -> None:
    assert request_id(made(**headers)) == identity


@each(
    ("body", "message"),
    [
        (b"", ""),
        (b"\n \n", ""),
        (b"<!doctype html>", ""),
        (b"first\nsecond", "first"),
        ({"message": "one", "error": "two"}, "one"),
        ({"error": "invalid_grant", "error_description": "expired"}, "expired"),
        ({"errors": [{"detail": " x "}]}, "x"),
        ({"message": {"nested": 1}, "title": "t"}, "t"),
        ({"message": None, "code": 5}, ""),
        (17, ""),
        (b"1" * 5000, "1" * 5000),
        (b"[" * 65_000, "[" * 65_000),
        (b"\xff", "\ufffd"),
    ],
)
def test_the_services_own_words(body: object, message: str) -> None:
    assert server_message(made(body=body)) == message


def test_an_html_type_says_nothing() -> None:
    assert server_message(made(body=b"Log in", content_type="text/html; charset=utf-8")) == ""


@each("status", [400, 401, 500, 302])
def test_an_echoed_token_is_taken_out_everywhere(status: int) -> None:
    body = f'{{"a": "{TOKEN}", "b": "{TOKEN.replace("/", chr(92) + "/")}"}}'.encode()
    answer = made(status, body, f"no {TOKEN}", location=f"https://x/?t={TOKEN}", x=TOKEN)

    clean = without_echo(answer, TOKEN)

    assert "secret" not in repr(clean)
    assert json.loads(clean.body) == {"a": "<the token>", "b": "<the token>"}
    assert clean.headers["location"] == "https://x/?t=<the token>"


def test_a_reply_stays_as_it_was_sent() -> None:
    body = f'{{"hits": [{{"t1": "{TOKEN}"}}]}}'.encode()

    assert without_echo(made(200, body), TOKEN).body == body
    assert b"secret" not in without_echo(made(200, body + b" <!-- -->"), TOKEN).body
    assert b"secret" not in without_echo(made(200, f"<p>{TOKEN}".encode()), TOKEN).body


@each("token", ["", "a", "0"])
def test_what_is_too_short_to_be_a_token_is_no_secret(token: str) -> None:
    answer = made(400, {"message": "a0"}, retry_after="0")

    assert without_echo(answer, token) == answer
