"""How the service knows us: a bearer token, and its renewal by a refresh token.

When a token counts as expired, who renews it, and where it came from. What is
said to the service about tokens stands in `refresh.py`.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import NamedTuple

from ffx.errors import AccountError, UsageError, reason_of
from ffx.output.clean import clean
from ffx.output.secrets import without_passwords
from ffx.service.refresh import NOT_RENEWED
from ffx.settings.credentials import Credentials, CredentialsFile
from ffx.settings.settings import Settings, read_token

_LOG_IN = "ffx auth login"
_MOST_NAMED = 8


class TokenFacts(NamedTuple):
    """The facts about tokens that may be shown. `expires_at` is Unix time, in seconds."""

    profile: str
    origin: str
    source: str
    masked: str
    has_refresh_token: bool
    expires_at: float | None
    is_usable: bool

    def as_json(self) -> dict[str, object]:
        """Return them as `ffx auth status --json` writes them."""
        expires = None
        if self.expires_at is not None:
            expires = datetime.fromtimestamp(self.expires_at, UTC).isoformat()
        return {
            "profile": self.profile,
            "origin": self.origin,
            "source": self.source,
            "accessToken": self.masked,
            "hasRefreshToken": self.has_refresh_token,
            "expiresAt": expires,
        }


class Account:
    """The token in force for a run, shared by all that ask.

    `file` None means the tokens are the environment's: renewed in memory only.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        profile: str,
        file: CredentialsFile | None,
        note: Callable[[str], None],
    ) -> None:
        self._credentials = credentials
        self._profile = profile
        self._file = file
        self._note = note
        self._was_renewed = False
        self._renewed_until: float | None = None
        self._mutex = threading.Lock()
        self._secrets = frozenset(_tokens_in(credentials))

    @property
    def access_token(self) -> str:
        return self._credentials.access_token

    @property
    def secrets(self) -> frozenset[str]:
        """Every token that this account has had, to keep out of what is shown."""
        return self._secrets

    @property
    def name(self) -> str:
        """Whose tokens these are, for messages."""
        return f"profile {self._profile}" if self._file else "FFX_ACCESS_TOKEN"

    @property
    def advice(self) -> str:
        """What to do when the service refuses the token."""
        if self._file:
            command = login_command(self._profile)
            return f"Log in again: {command} (the tokens were those of {self.name})"
        return f"Set a new FFX_ACCESS_TOKEN, or use {_LOG_IN}. Access tokens live 72 hours."

    def facts(self, now: datetime) -> TokenFacts:
        """Return the facts about the tokens, without the tokens."""
        pair = self._credentials
        has_expired = pair.expires_at is not None and pair.expires_at <= now.timestamp()
        return TokenFacts(
            profile=self._profile,
            origin=pair.origin,
            source=str(self._file.path) if self._file else "FFX_ACCESS_TOKEN",
            masked=_masked(pair.access_token),
            has_refresh_token=bool(pair.refresh_token),
            expires_at=pair.expires_at,
            is_usable=bool(pair.refresh_token) or not has_expired,
        )

    def needs_renewal(self, now: datetime) -> bool:
        """Tell whether the token is known to have expired, and can be renewed.

        Waits for a renewal that is under way in another thread.
        """
        with self._mutex:
            pair = self._credentials
            can_renew = bool(pair.refresh_token) and not self._has_tried(now)
            return can_renew and pair.expires_at is not None and pair.expires_at <= now.timestamp()

    def may_have_expired(self, status: int, now: datetime, *, used: str | None = None) -> bool:
        """Tell whether a refusal of the token `used` may mean that it expired and can be renewed.

        The service answers an expired token with 401, or with 400; a 400 to a
        token that is still good is about the request.
        """
        if not self._credentials.refresh_token:
            return False
        # In this order: while another job renews it, the token may still become a new one.
        was_tried = self._has_tried(now) and not self._mutex.locked()
        if used not in (None, self._credentials.access_token):
            return status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST)
        if was_tried:
            return False
        expires_at = self._credentials.expires_at
        is_good = expires_at is not None and expires_at > now.timestamp()
        return status == HTTPStatus.UNAUTHORIZED or (
            status == HTTPStatus.BAD_REQUEST and not is_good
        )

    def renew(
        self, used: str, validate: Callable[[Credentials], Credentials], *, now: datetime
    ) -> bool:
        """Get a new token in place of `used`, unless somebody else has just done it.

        Tell whether there is one now. A run asks once, and again whenever a new token has
        outlived its time: where that failed, or brought what is refused as well, there is none.

        Raises:
            AccountError: the refresh token was refused; nothing was deleted.
            ServiceError: the answer is unusable.
        """
        with self._mutex, self._lock():
            if self._use_newer(used):
                return True
            if self._has_tried(now):
                return False
            self._was_renewed, self._renewed_until = True, None
            self._store(self._credentials.renewed(validate(self._credentials)))
            self._renewed_until = self._credentials.expires_at
            return True

    def _has_tried(self, now: datetime) -> bool:
        until = self._renewed_until
        has_outlived = until is not None and until <= now.timestamp()
        return self._was_renewed and not has_outlived

    @contextmanager
    def _lock(self) -> Iterator[None]:
        if self._file is None:
            yield
            return
        with self._file.locked():
            yield

    def _use_newer(self, used: str) -> bool:
        """Take a token that another thread or process has put in the place of `used`."""
        if self._credentials.access_token != used:
            return True
        stored = self._file.load(self._profile) if self._file else None
        if stored is None or stored.access_token == used:
            return False
        if stored.origin != self._credentials.origin:
            return False
        self._use(stored)
        return True

    def _store(self, credentials: Credentials) -> None:
        if self._file is None:
            self._note(f"note: the token was renewed for this run only; to keep it: {_LOG_IN}")
        else:
            try:
                self._file.store(self._profile, credentials)
            except OSError as error:
                reason = reason_of(error)
                self._note(
                    f"note: the new token could not be stored ({reason}); it is good for this "
                    "run only"
                )
        self._use(credentials)

    def _use(self, credentials: Credentials) -> None:
        self._secrets |= _tokens_in(credentials)
        self._credentials = credentials


def find_account(
    environ: Mapping[str, str],
    settings: Settings,
    file: CredentialsFile,
    note: Callable[[str], None],
) -> Account:
    """Return the tokens in force: the environment's alone, or the profile's stored ones.

    A profile that was typed goes before the environment's token, and it is said.

    Raises:
        AccountError: there are none, or they were stored for another origin.
        UsageError: the environment's are no tokens.
    """
    access = environ.get("FFX_ACCESS_TOKEN", "").strip()
    if access and settings.is_profile_typed:
        note(f"note: FFX_ACCESS_TOKEN is not used, since --profile {settings.profile} was given")
        access = ""
    refresh = environ.get("FFX_REFRESH_TOKEN", "").strip()
    if access:
        pair = Credentials(
            settings.origin,
            read_token(access, source="FFX_ACCESS_TOKEN"),
            read_token(refresh, source="FFX_REFRESH_TOKEN") if refresh else "",
        )
        return Account(pair, profile=settings.profile, file=None, note=note)
    stored = file.load(settings.profile)
    if stored is None:
        alone = "FFX_REFRESH_TOKEN is set, but does nothing alone.\n" if refresh else ""
        raise AccountError(
            f"not logged in: no token for profile {settings.profile}",
            hint=f"Log in with {login_command(settings.profile)}, or set FFX_ACCESS_TOKEN; "
            "to look around, --sandbox.\n"
            f"{_logged_in(settings.profile, file)}{alone}"
            f"looked in  FFX_ACCESS_TOKEN, {clean(str(file.path))}",
            code="no-token",
        )
    if stored.origin != settings.origin:
        raise AccountError(
            f"the token of profile {settings.profile} belongs to "
            f"{clean(without_passwords(stored.origin))}, and is not sent to {settings.origin}",
            hint=f"Log in there: {login_command(settings.profile)} --api-url {settings.api_url}, "
            "or name another --profile.",
            code="wrong-origin",
        )
    source = f"{clean(str(file.path))}, profile {settings.profile}"
    read_token(stored.access_token, source=source)
    if stored.refresh_token:
        read_token(stored.refresh_token, source=source)
    return Account(stored, profile=settings.profile, file=file, note=note)


def login_command(profile: str) -> str:
    """Write the command that logs a profile in."""
    return _LOG_IN if profile == "default" else f"{_LOG_IN} --profile {profile}"


def _logged_in(profile: str, file: CredentialsFile) -> str:
    """Name the nearest of the profiles that are logged in, and others, on one line."""
    names = file.profiles()
    if not names:
        return ""
    more = f", and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    from ffx.output.words import perhaps

    near = perhaps(profile, names, before="--profile ")
    return f"{f'{near} ' if near else ''}Logged in: {', '.join(names[:_MOST_NAMED])}{more}\n"


def read_pasted_tokens(text: str, *, origin: str) -> Credentials:
    """Read a token pair as people have it: one token a line, or the service's JSON.

    Raises:
        UsageError: there is none in it, or what is there is no token.
    """
    stripped = text.strip()
    lines = stripped.split("\n")
    if stripped.startswith("{"):
        lines = _tokens_of(stripped)
    lines = [line.strip() for line in lines if line.strip()]
    if not 1 <= len(lines) <= 2:  # a pair
        raise UsageError(
            "no token was given"
            if not lines
            else f"{len(lines)} lines where a token pair belongs",
            hint="Give the access token on the first line, the refresh token on the second, or\n"
            "the JSON that the service answers.",
        )
    access, refresh = (*(read_token(line, source="the input") for line in lines), "")[:2]
    return Credentials(origin, access, refresh)


def refused_at_login(error: AccountError) -> AccountError:
    """Say of tokens that were just typed that the service does not take them."""
    return AccountError(
        f"the tokens were refused and not stored: {error.message.removeprefix(NOT_RENEWED)}",
        hint="Make new ones in FunnelFlux Pro under Settings → API Access.",
        code="token-refused",
        status=error.status,
        request_id=error.request_id,
    )


def _tokens_of(text: str) -> list[str]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return []
    pair = value.get("tokens", value) if isinstance(value, dict) else None
    if not isinstance(pair, dict):
        return []
    found = [pair.get("access_token"), pair.get("refresh_token") or ""]
    return [token for token in found if isinstance(token, str)] if found[0] else []


def _tokens_in(credentials: Credentials) -> set[str]:
    return {credentials.access_token, credentials.refresh_token} - {""}


def _masked(token: str) -> str:
    """Show enough of a token to tell it from another, and not enough to use it."""
    return f"…{token[-4:]}" if len(token) >= 24 else "…"
