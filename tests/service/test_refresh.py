"""What is asked of the service for a new pair of tokens, and what it says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ffx.api.wire import HttpAnswer
from ffx.errors import AccountError, NotFoundError, ServiceError, TemporaryError
from ffx.service.refresh import not_renewed, read_expiry, read_validation, validation_request
from ffx.settings.credentials import Credentials
from tests.looping import each
from tests.service.tokens import LONG_PAST, NEW, NEW_REFRESH, OLD_REFRESH, ORIGIN, pair, tokens

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
SOON = NOW + timedelta(hours=72)


@each(
    ("value", "moment"),
    [
        (int(SOON.timestamp()), SOON),
        (SOON.timestamp(), SOON),
        (int(SOON.timestamp() * 1000), SOON),
        (str(int(SOON.timestamp())), SOON),
        (str(int(SOON.timestamp() * 1000)), SOON),
        ("2026-03-08T14:30:00Z", SOON),
        ("2026-03-08T16:30:00+02:00", SOON),
        (" 2026-03-08T14:30:00.000Z\n", SOON),
        ("2026-03-08 14:30:00", SOON),
        # A token that was just given is good, so a moment that is over tells nothing.
        (NOW.timestamp(), None),
        (LONG_PAST, None),
        (LONG_PAST * 1000, None),
        ("2026-03-05T14:29:59Z", None),
        (0, None),
        (-1, None),
        (72, None),
        (None, None),
        (True, None),
        ("", None),
        ("tomorrow", None),
        ("inf", None),
        ("nan", None),
        (float("inf"), None),
        (float("nan"), None),
        ([], None),
        ({}, None),
        (9e14, None),
        (10**400, None),
        ("9999-12-31T23:59:59-14:00", None),
    ],
)
def test_expires_at_is_read_in_every_form_it_may_have(
    value: object, moment: datetime | None
) -> None:
    assert read_expiry(value, now=NOW) == (moment.timestamp() if moment else None)


def test_the_request_holds_a_refresh_token_where_there_is_one() -> None:
    assert validation_request(pair()) == ("/auth/validate", {"refresh_token": OLD_REFRESH})
    assert validation_request(pair(refresh="")) == ("/auth/validate", {})


def answered(body: bytes) -> HttpAnswer:
    return HttpAnswer(200, "Whatever", {"x-request-id": "r-1"}, body)


@each("ending", [b"", b"\n", b" \r\n"])
def test_a_new_pair_is_read(ending: bytes) -> None:
    import json

    body = json.dumps(tokens(expires_at=SOON.timestamp())).encode() + ending

    read = read_validation(answered(body), origin=ORIGIN, now=NOW)

    assert read == Credentials(ORIGIN, NEW, NEW_REFRESH, SOON.timestamp())


@each("body", [b"", b"null", b"[]", b"{}", b'{"tokens": []}', b"\xff\xfe"])
def test_an_answer_without_a_pair_is_unusable(body: bytes) -> None:
    with pytest.raises(ServiceError) as caught:
        read_validation(answered(body), origin=ORIGIN, now=NOW)

    assert (caught.value.status, caught.value.request_id) == (200, "r-1")


@each(
    ("error", "kind"),
    [
        (AccountError("no", status=401), AccountError),
        (ServiceError("no", status=400), AccountError),
        (NotFoundError("no", status=404), ServiceError),
        (ServiceError("no", status=405), ServiceError),
        (TemporaryError("no", status=503), TemporaryError),
    ],
)
def test_a_refused_renewal_is_never_mistaken_for_an_empty_result(
    error: Any, kind: type[Exception]
) -> None:
    told = not_renewed(error)

    assert type(told) is kind
    assert told.status == error.status
