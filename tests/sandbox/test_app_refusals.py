"""What the application refuses, and what it says of tokens."""

import re

from ffx.sandbox.app import (
    BODY_LIMIT,
    EXPIRED_TOKEN,
    SANDBOX_REFRESH_TOKEN,
    SANDBOX_TOKEN,
    ExplorerApp,
)
from tests.looping import each
from tests.sandbox.calling import EVERYTHING, HIT, NOW, ORDINARY, VALIDATE, VISITOR, call


@each(
    ("path", "body"),
    [
        (VISITOR, b""),
        (VISITOR, b"{"),
        (VISITOR, b"\xff{}"),
        (VISITOR, b"\xef\xbb\xbf{}"),
        (VISITOR, b'{"hitId": NaN}'),
        (VISITOR, b'{"hitId": ' + b"[" * 20_000),
        (VISITOR, b'{"hitId": ' + b"1" * 5_000 + b"}"),
        (VISITOR, []),
        (VISITOR, "hitId"),
        (VISITOR, {}),
        (VISITOR, {"hitId": ""}),
        (VISITOR, {"hitId": None}),
        (VISITOR, {"hitId": 5}),
        (VISITOR, {"hitId": "x", "visitorId": ""}),
        (VISITOR, {"hitId": "x", "limit": 5}),
        (VISITOR, b'{"\\ud800": "x"}'),
        (VISITOR, {"hitId": "x", "timeStart": "yesterday"}),
        (VISITOR, {"visitorId": "x"}),
        (VISITOR, {"visitorId": "x", "timeStart": "2026-01-01T00:00:00Z"}),
        (VISITOR, {"visitorId": "x", "timeEnd": "2026-01-01T00:00:00Z"}),
        (VISITOR, EVERYTHING),
        (
            VISITOR,
            {"hitId": "x", "timeStart": "2026-01-02T00:00:00Z", "timeEnd": "2026-01-01T00:00:00Z"},
        ),
        (
            VISITOR,
            {
                "visitorId": "x",
                "timeStart": "2026-01-01T00:00:00.2Z",
                "timeEnd": "2026-01-01T00:00:00.1999Z",
            },
        ),
        (HIT, {}),
        (HIT, {"visitorId": "x"}),
        (HIT, {"hitId": "x", "timeEnd": "2026-01-01T00:00:00Z"}),
        (HIT, {"hitId": "x", "timeStart": "2026-01-01"}),
        (VALIDATE, []),
        (VALIDATE, {"refresh_token": ""}),
        (VALIDATE, {"refresh_token": None}),
    ],
)
def test_what_the_contract_does_not_allow_is_a_bad_request(
    app: ExplorerApp, path: str, body: object
) -> None:
    reply = call(app, path, body)

    assert reply.status == 400
    assert reply.json["code"] == "bad_request"
    assert reply.json["message"]


@each("path", ["", "/", "/v1", "/v1/v1/auth/validate", f"{HIT}/", "/v2" + HIT[3:]])
def test_other_paths_are_not_found(app: ExplorerApp, path: str) -> None:
    assert call(app, path, {"hitId": ORDINARY.hit_id}).status == 404


@each("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_post_is_allowed(app: ExplorerApp, method: str) -> None:
    reply = call(app, HIT, {"hitId": ORDINARY.hit_id}, method=method)

    assert reply.status == 405
    assert reply.headers["Allow"] == "POST"


@each("path", [VISITOR, HIT, VALIDATE])
@each("token", [None, "", "unknown", SANDBOX_TOKEN[:-1], EXPIRED_TOKEN])
def test_only_the_sandbox_token_opens(app: ExplorerApp, path: str, token: str | None) -> None:
    body = {} if path == VALIDATE else {"hitId": ORDINARY.hit_id}
    reply = call(app, path, body, token=token)

    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"] == "Bearer"
    assert SANDBOX_TOKEN not in reply.text


def test_another_scheme_is_no_token(app: ExplorerApp) -> None:
    basic = f"Basic {SANDBOX_TOKEN}"

    assert call(app, HIT, {}, token=None, HTTP_AUTHORIZATION=basic).status == 401
    bearer = f"bearer {SANDBOX_TOKEN}"
    assert call(app, HIT, {}, token=None, HTTP_AUTHORIZATION=bearer).status == 400


def test_a_large_body_is_refused_by_its_length(app: ExplorerApp) -> None:
    fits = b'{"hitId": "' + b"x" * (BODY_LIMIT - 13) + b'"}'

    assert call(app, HIT, fits).status == 200
    assert call(app, HIT, fits + b" ").status == 413
    assert call(app, HIT, b"{}", CONTENT_LENGTH="9" * 6_000).status == 413


@each("length", ["-1", "ten", "1.0", "٣"])
def test_a_length_that_is_none_is_a_bad_request(app: ExplorerApp, length: str) -> None:
    assert call(app, HIT, b"{}", CONTENT_LENGTH=length).status == 400


@each(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
    ],
)
def test_a_body_is_json_by_its_type(app: ExplorerApp, content_type: str, status: int) -> None:
    reply = call(app, HIT, {"hitId": ORDINARY.hit_id}, CONTENT_TYPE=content_type)

    assert reply.status == status


@each("token", [SANDBOX_TOKEN, EXPIRED_TOKEN])
def test_tokens_have_the_shape_of_real_ones(token: str) -> None:
    assert re.fullmatch(r"([\w-]{20,40}\.){2}[\w-]{20,40}", token, re.ASCII)
    assert re.fullmatch(r"[\w-]{40,60}", SANDBOX_REFRESH_TOKEN, re.ASCII)


@each("body", [None, {}, {"refresh_token": "another"}])
def test_a_valid_token_comes_back_unchanged(app: ExplorerApp, body: object) -> None:
    first, again = call(app, VALIDATE, body), call(app, VALIDATE, body)

    assert first.status == 200
    assert first.json == again.json
    assert first.json["tokens"]["access_token"] == SANDBOX_TOKEN
    assert first.json["tokens"]["expires_at"] > NOW.timestamp()


def test_an_expired_token_is_renewed_for_the_right_refresh_token(app: ExplorerApp) -> None:
    body = {"refresh_token": SANDBOX_REFRESH_TOKEN}
    tokens = call(app, VALIDATE, body, token=EXPIRED_TOKEN).json["tokens"]

    assert tokens["access_token"] == SANDBOX_TOKEN
    assert tokens["refresh_token"] == SANDBOX_REFRESH_TOKEN


def test_an_expired_token_is_refused_for_another_one(app: ExplorerApp) -> None:
    assert call(app, VALIDATE, {"refresh_token": "x"}, token=EXPIRED_TOKEN).status == 401
