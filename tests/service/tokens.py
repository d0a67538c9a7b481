"""Tokens for tests: a pair that is stored, the one that follows it, and what the service says."""

import json
from pathlib import Path
from typing import Any

import pytest

from ffx.settings.credentials import Credentials, CredentialsFile, credentials_path
from ffx.settings.settings import origin_of
from tests.explorer import Explorer, Script, answer

OLD = "old-access.AAAAAAAAAAAAAAAAAAAAAAAA~1"
OLD_REFRESH = "old-refresh.BBBBBBBBBBBBBBBBBBBBBBBB/2"
NEW = "new-access.CCCCCCCCCCCCCCCCCCCCCCCC+3"
NEW_REFRESH = "new-refresh.DDDDDDDDDDDDDDDDDDDDDDDD=4"
SECRETS = (OLD, OLD_REFRESH, NEW, NEW_REFRESH)
LONG_PAST, FAR_AHEAD = 1_600_000_000.0, 4_000_000_000.0
VALIDATE = "/v1/auth/validate"
ORIGIN = "https://api.example.com"


def tokens(**members: object) -> dict[str, object]:
    """Return what the service says of a pair; None takes a member away."""
    pair = {
        "access_token": NEW,
        "refresh_token": NEW_REFRESH,
        "expires_at": int(FAR_AHEAD),
        **members,
    }
    return {"tokens": {name: value for name, value in pair.items() if value is not None}}


def renewal(**members: object) -> Script:
    return answer(tokens(**members))


def log_in(
    service: Explorer | str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    expires_at: float | None = LONG_PAST,
    refresh_token: str = OLD_REFRESH,
    profile: str = "default",
) -> CredentialsFile:
    """Store a pair for a service, and take the environment's away."""
    monkeypatch.delenv("FFX_ACCESS_TOKEN", raising=False)
    url = service if isinstance(service, str) else service.url
    file = CredentialsFile(credentials_path())
    file.store(profile, Credentials(origin_of(url), OLD, refresh_token, expires_at))
    return file


def stored(path: Path | None = None, profile: str = "default") -> dict[str, Any]:
    """Return a profile as it stands in the file; empty where it does not."""
    path = path or credentials_path()
    if not path.exists():
        return {}
    profiles: dict[str, dict[str, Any]] = json.loads(path.read_text())["profiles"]
    return profiles.get(profile, {})


def bearers(service: Explorer) -> list[str]:
    """Return the tokens that the requests came with, in order."""
    return [each.headers["authorization"].removeprefix("Bearer ") for each in service.requests]


def paths(service: Explorer) -> list[str]:
    return [each.path for each in service.requests]


def pair(expires_at: float | None = LONG_PAST, refresh: str = OLD_REFRESH) -> Credentials:
    return Credentials(ORIGIN, OLD, refresh, expires_at)
