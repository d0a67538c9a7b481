"""What a run goes by: flags over environment over defaults, checked once."""

import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from ffx.errors import UsageError
from ffx.output.clean import quoted

if TYPE_CHECKING:
    from ffx.input.times.zones import Zone
    from ffx.settings.config import Config
    from ffx.settings.field_names import FieldNames
    from ffx.settings.thresholds import Thresholds

PROVIDER_URL = "https://api.funnelflux.pro/v1"
SANDBOX_URL = "sandbox:"
DEFAULT_TIMEOUT = 120.0
DEFAULT_TRY_TIMEOUT = 45.0
LONGEST_WAIT = 365 * 86_400.0  # seconds; some centuries more overflow in the system
DEFAULT_MAX_BODY = 16 * 2**20

# Its full-width twins become one in a host name.
_AT = ("@", "%40", "\uff20", "\ufe6b")
_SIZE = r"(\d{1,12})\s*(|b|k|kb|kib|m|mb|mib|g|gb|gib)"
_UNITS = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30}


class Limits(NamedTuple):
    """How long and how much a request may take: seconds in all, seconds a try, bytes unpacked.

    `run_ends` is when the whole run does, in seconds of the monotonic clock.
    """

    timeout: float = DEFAULT_TIMEOUT
    try_timeout: float = DEFAULT_TRY_TIMEOUT
    max_body: int = DEFAULT_MAX_BODY
    run_ends: float = math.inf


@dataclass(frozen=True, slots=True)
class Settings:
    """A run's settings.

    Attributes:
        zone: None is the machine's own.
        is_profile_typed: whether --profile named it, which goes before the environment's token.
        thresholds: limits of findings that the settings file sets; None if it does not.
        field_names: what it calls the tracking fields; None if it does not.
    """

    api_url: str
    profile: str
    zone: "Zone"
    limits: Limits
    thresholds: "Thresholds | None" = None
    field_names: "FieldNames | None" = None
    is_profile_typed: bool = False

    @property
    def is_sandbox(self) -> bool:
        return self.api_url == SANDBOX_URL

    @property
    def origin(self) -> str:
        return origin_of(self.api_url)


def read_api_url(text: str, *, source: str) -> str:
    """Check the address of the service and return it without a closing slash.

    Raises:
        UsageError: it is not https, or http to this machine, or carries a
            password, a query or a fragment. `source` names where it was set.
    """
    if text.strip() == SANDBOX_URL:
        return SANDBOX_URL
    if any(sign in text for sign in _AT) and not _has_at_in_path_alone(text):
        # The text holds a password, so it is not repeated.
        raise UsageError(
            f"{source} holds a user name or password",
            hint="The token is sent in a header of its own. Leave out what stands before the @.",
        )
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise UsageError(f"{source} {quoted(text)} is not an address: {error}") from error
    address = text.strip()
    if (
        not host
        or not re.fullmatch(r"[^\s\\^`{|}<>\"]+", address)
        or not address.isprintable()
        or not re.fullmatch(r"[^\[\]]*|\[[^\[\]]*\](:\d*)?", parts.netloc)
    ):
        raise UsageError(
            f"{source} {quoted(text)} is not an address", hint=f"It looks like {PROVIDER_URL}."
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise UsageError(
            f"{source} {quoted(text)} is refused: https only",
            hint="Tokens leave this machine only over https; http is for 127.0.0.1 and localhost.",
        )
    if "?" in text or "#" in text:
        raise UsageError(f"{source} {quoted(text)} has a query or a fragment; leave it out")
    if port == 0:
        raise UsageError(f"{source} {quoted(text)} names port 0")
    scheme, _, rest = address.rstrip("/").partition(":")
    return f"{scheme.lower()}:{rest}"


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine: one of its own addresses, or localhost.

    Any other name, x.localhost and localhost. among them, is a name server's to answer.
    """
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def read_token(text: str, *, source: str) -> str:
    """Check a token's characters; the value itself appears in no message."""
    token = text.strip()
    if not re.fullmatch(r"[A-Za-z0-9._~+/=-]{1,8192}", token):
        raise UsageError(
            f"the token in {source} is not one: it holds characters that no token has"
            if len(token) <= 8192  # the pattern's own bound
            else f"the token in {source} is too long to be one",
            hint="Copy it again, without quotes, blanks or line ends.",
            code="bad-token",
        )
    return token


def _has_at_in_path_alone(text: str) -> bool:
    """Tell whether an address has its @ where no password stands: `https://host/@team`."""
    _, slashes, rest = text.strip().partition("//")
    host, slash, _ = rest.partition("/")
    return bool(slashes and host and slash) and not any(sign in host for sign in _AT)


def origin_of(url: str) -> str:
    """Return the scheme, host and port of an address: where a token may be sent."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    usual = 443 if parts.scheme == "https" else 80
    port = f":{parts.port}" if parts.port not in (None, usual) else ""
    return f"{parts.scheme}://{host}{port}"


def read_size(text: str) -> int:
    """Read bytes as people write them: 500k, 16MiB, 1g."""
    match = re.fullmatch(_SIZE, text.strip(), re.ASCII | re.IGNORECASE)
    size = int(match[1]) * _UNITS[match[2][:1].lower()] if match else 0
    if size <= 0:
        raise UsageError(
            f"cannot read {quoted(text)} as a size for --max-body", hint="Try 500k, 16MiB or 1g."
        )
    return size


class Flags(NamedTuple):
    """What was typed for one run, as texts; None where it was not."""

    profile: str | None = None
    api_url: str | None = None
    timeout: str | None = None
    try_timeout: str | None = None
    deadline: str | None = None
    max_body: str | None = None
    tz: str | None = None


def gather_settings(
    environ: Mapping[str, str],
    config: "Config",
    flags: Flags,
    remembered: Callable[[str], str] | None = None,
) -> Settings:
    """Put flags over the environment over the settings file over the defaults.

    `remembered` returns the address that a profile was logged in at, which goes before the
    provider's; not for the environment's token, which was never logged in.

    Raises:
        UsageError: one of them cannot be read; the message names it.
    """
    name = flags.profile if flags.profile is not None else environ.get("FFX_PROFILE", "").strip()
    source = "--profile" if flags.profile is not None else "FFX_PROFILE"
    if name or flags.profile is not None:
        from ffx.settings.config import read_profile_name

        name = read_profile_name(name, source=source)
    name = name or config.profile or "default"
    is_typed = flags.profile is not None
    api_url = _find_api_url(environ, config.get(name, "api_url"), flags.api_url)
    if not api_url and remembered is not None and (is_typed or not has_own_token(environ)):
        text = remembered(name)
        api_url = read_api_url(text, source="the address in the credentials file") if text else ""
    return Settings(
        api_url=api_url or PROVIDER_URL,
        is_profile_typed=is_typed,
        profile=name,
        zone=_find_zone(environ, config.get(name, "tz"), flags.tz),
        limits=Limits(
            timeout=_read_seconds(flags.timeout, "--timeout", DEFAULT_TIMEOUT),
            try_timeout=_read_seconds(flags.try_timeout, "--try-timeout", DEFAULT_TRY_TIMEOUT),
            max_body=DEFAULT_MAX_BODY if flags.max_body is None else read_size(flags.max_body),
            run_ends=time.monotonic() + _read_seconds(flags.deadline, "--deadline", math.inf),
        ),
        thresholds=config.thresholds,
        field_names=config.field_names,
    )


def _find_api_url(environ: Mapping[str, str], configured: str, flag: str | None) -> str:
    if flag is not None:
        return read_api_url(flag, source="--api-url")
    if environ.get("FFX_API_URL", "").strip():
        return read_api_url(environ["FFX_API_URL"], source="FFX_API_URL")
    if configured:
        return read_api_url(configured, source="the settings file's api_url")
    return ""


def has_own_token(environ: Mapping[str, str]) -> bool:
    """Tell whether the environment has an access token, which is used alone."""
    return bool(environ.get("FFX_ACCESS_TOKEN", "").strip())


def _find_zone(environ: Mapping[str, str], configured: str, flag: str | None) -> "Zone":
    set_by_environment = environ.get("FFX_TZ", "").strip()
    name = flag or set_by_environment or configured
    if not name:
        return None
    from ffx.input.times.zones import read_zone

    try:
        return read_zone(name)
    except UsageError as error:
        if not flag:
            source = "FFX_TZ" if set_by_environment else "the settings file's tz"
            error.message = f"{source}: {error.message}"
        raise


def _read_seconds(text: str | None, option: str, default: float) -> float:
    if text is None:
        return default
    from ffx.input.times.moments import parse_duration

    return min(parse_duration(text, option=option).total_seconds(), LONGEST_WAIT)
