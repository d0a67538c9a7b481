"""The renewal of a token pair: the request to the service, and its answer.

Everything that belongs to the provider's present scheme is here, since a
change of it is announced. Source: the API's authentication pages.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from ffx.api.wire import HttpAnswer
from ffx.errors import AccountError, FfxError, NotFoundError, ServiceError, UsageError
from ffx.input.times.instants import read_time
from ffx.service.headers import request_id
from ffx.settings.credentials import LAST_MOMENT, Credentials
from ffx.settings.settings import read_token

NOT_RENEWED = "the token could not be renewed: "
# Larger numbers can only be milliseconds: in seconds they would lie in the year 5138.
_MILLISECONDS_FROM = 1e11
_TOKENS_STAY = "The old tokens are left as they are."


def validation_request(credentials: Credentials) -> tuple[str, Mapping[str, str]]:
    """Return the path and the body that ask about a token pair, renewing what has expired.

    The access token goes in the header, as in every request.
    """
    refresh = credentials.refresh_token
    return "/auth/validate", {"refresh_token": refresh} if refresh else {}


def not_renewed(error: FfxError) -> FfxError:
    """Say of a refusal that it was about tokens, and not about what is looked up.

    Without that, a plain 404 would pass for a visitor who does not exist.
    """
    said = error.message.removeprefix("the token was refused: ")
    if error.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
        return AccountError(
            f"{NOT_RENEWED}{said}",
            hint="Log in again: ffx auth login. Refresh tokens can expire or be withdrawn.",
            code="token-refused",
            status=error.status,
            request_id=error.request_id,
        )
    if isinstance(error, NotFoundError):
        return ServiceError(
            f"{NOT_RENEWED}{said}",
            hint=f"{_TOKENS_STAY} Check FFX_API_URL.",
            code="renewal",
            status=error.status,
            request_id=error.request_id,
        )
    return error


def read_validation(answer: HttpAnswer, *, origin: str, now: datetime) -> Credentials:
    """Read what the service says of a token that it takes: the same one, or a new one.

    Raises:
        ServiceError: it sent no usable token.
    """
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise _no_token_error(answer) from error
    tokens = value.get("tokens") if isinstance(value, dict) else None
    if not isinstance(tokens, dict):
        raise _no_token_error(answer)
    access, refresh = tokens.get("access_token"), tokens.get("refresh_token") or ""
    try:
        access = read_token(access if isinstance(access, str) else "", source="the answer")
        refresh = read_token(refresh, source="the answer") if refresh else ""
    except (UsageError, AttributeError) as error:
        raise _no_token_error(answer) from error
    return Credentials(origin, access, refresh, read_expiry(tokens.get("expires_at"), now=now))


def read_expiry(value: object, *, now: datetime) -> float | None:
    """Read `expires_at` as Unix seconds: a number, in seconds or milliseconds, or text.

    None where it is missing, cannot be read or lies beyond the year 9999; and
    where it lies in the past, since a token that was just given is good.
    """
    seconds: float | None = None
    try:
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            seconds = float(value)
    except OverflowError:
        return None
    except ValueError:
        moment = read_time(str(value))
        seconds = None if moment is None else moment.timestamp()
    if seconds is None:
        return None
    seconds = seconds / 1000 if seconds > _MILLISECONDS_FROM else seconds
    return seconds if now.timestamp() < seconds <= LAST_MOMENT else None


def _no_token_error(answer: HttpAnswer) -> FfxError:
    return ServiceError(
        "the service's answer to the renewal holds no usable token",
        hint=f"{_TOKENS_STAY} Report it, with the time of the request.",
        code="renewal",
        status=answer.status,
        request_id=request_id(answer),
    )
