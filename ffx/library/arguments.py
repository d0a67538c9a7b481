"""The arguments of a program's calls, checked: the run's own, targets, times.

Times become the words that the command line takes, so that both obey one grammar.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

from ffx.errors import UsageError
from ffx.input.targets.shapes import Kind
from ffx.input.times.moments import read_moment
from ffx.input.times.window import TimeRange, read_range
from ffx.lookup.run import Run, service_options
from ffx.output.clean import clean
from ffx.output.streams import Output
from ffx.output.width import clip
from ffx.settings.config import config_path, read_config
from ffx.settings.credentials import own_credentials
from ffx.settings.settings import (
    LONGEST_WAIT,
    Flags,
    Limits,
    gather_settings,
    has_own_token,
    read_token,
)

_LONGEST_SHOWN = 60
# The options of the command line that have an argument, whose names differ but for dashes.
_OPTION = re.compile(r"(?<![\w-])--(since|until|on|around|within|at|as|profile|api-url|tz)\b")
_ARGUMENTS = {"as": "as_kind"}

Time: TypeAlias = str | date | timedelta | None
"""Words, an aware datetime, a date, or how long before now; None where none was given."""


def make_run(
    output: Output,
    *,
    api_url: str | None,
    profile: str | None,
    access_token: str | None,
    refresh_token: str | None,
    tz: str | None,
    timeout: float,
    try_timeout: float,
    max_body: int,
    environ: Mapping[str, str],
) -> Run:
    """Make a run of arguments, over the environment, over the settings file.

    `timeout` and `try_timeout` are seconds, `max_body` bytes. Given tokens stand in the place
    of the environment's.

    Raises:
        UsageError: one of them cannot be read; the message names it.
    """
    for name, text in (("api_url", api_url), ("profile", profile), ("tz", tz)):
        if text is not None:
            read_text(text, name)
    if access_token is not None or refresh_token is not None:
        environ = {**environ, **_in_environment(access_token, refresh_token)}
    flags = Flags(profile=profile, api_url=api_url, tz=tz)
    # A program's own token, or its environment's, goes before whatever profile it names.
    remembered = None if has_own_token(environ) else own_credentials().address_of
    with errors_in_argument_names():
        settings = gather_settings(environ, read_config(config_path()), flags, remembered)
    limits = Limits(
        _above_zero(timeout, "timeout"),
        _above_zero(try_timeout, "try_timeout"),
        at_least_one(max_body, "max_body"),
    )
    return Run(
        settings=replace(settings, limits=limits, is_profile_typed=False),
        output=output,
        now=datetime.now(UTC),
        environ=environ,
        arguments=(),
        run_wide=service_options(api_url=api_url, profile=profile, tz=tz),
    )


def at_least_one(number: int, name: str) -> int:
    """Return `number`, which errors call `name`.

    Raises:
        UsageError: it is no whole number, or below 1.
    """
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise UsageError(f"{name} is not a whole number from 1 on: {shown(number)}")
    return number


def read_text(value: object, name: str) -> str:
    """Return a text, which errors call `name`.

    Raises:
        UsageError: it is anything but a text.
    """
    if isinstance(value, str):
        return value
    hint = "Write it as text."
    if isinstance(value, bytes | bytearray):
        hint = "Decode it first, as in target.decode()."
    elif isinstance(value, list | tuple | set | frozenset | dict):
        hint = "Give one at a time, or all to Explorer.each."
    elif value is None or value != value:  # NaN, as pandas has it for an empty cell
        hint = "The cell or the variable is empty; leave it out."
    raise UsageError(f"{name} is {shown(value)}, not a text", hint=hint)


def read_kind(value: object) -> Kind | None:
    """Return `as_kind`.

    Raises:
        UsageError: it is neither "visitor", nor "hit", nor None.
    """
    if value is None or value == "visitor" or value == "hit":
        return value
    raise UsageError(
        f"as_kind is {shown(value)}, not a kind of ID", hint='It is "visitor", "hit" or None.'
    )


def check_list(targets: object, look_up: object) -> None:
    """Check what `Explorer.each` is given.

    Raises:
        UsageError: the targets are one text, or there is no such look-up.
    """
    if look_up not in ("diagnose", "hit", "visitor"):
        hint = 'It is "diagnose", "hit" or "visitor".'
        raise UsageError(f"look_up is {shown(look_up)}, which is no look-up", hint=hint)
    if isinstance(targets, str) or not isinstance(targets, Iterable):
        raise UsageError(
            f"targets is {shown(targets)}, not a list of texts", hint=f"Call {look_up} for one."
        )


def shown(value: object) -> str:
    """Write a value for a message: short, and safe to print."""
    return clip(clean(repr(value)), _LONGEST_SHOWN)


@contextmanager
def errors_in_argument_names() -> Iterator[None]:
    """Let errors name arguments as a program has them: `since` in place of `--since`."""
    try:
        yield
    except UsageError as error:
        error.message = _without_dashes(error.message)
        error.hint = _without_dashes(error.hint)
        error.args = (error.message,)
        raise


def _without_dashes(text: str) -> str:
    return _OPTION.sub(lambda match: _ARGUMENTS.get(match[1], match[1].replace("-", "_")), text)


def _in_environment(access_token: str | None, refresh_token: str | None) -> dict[str, str]:
    """Put tokens where a run looks for them before anywhere else."""
    for name, token in (("access_token", access_token), ("refresh_token", refresh_token)):
        if not isinstance(token, str | None):
            raise UsageError(f"{name} is not a text")  # whatever it is, it is not to be shown
    if access_token is None:
        raise UsageError("refresh_token does nothing alone", hint="Give access_token as well.")
    variables = {"FFX_ACCESS_TOKEN": read_token(access_token, source="access_token")}
    variables["FFX_REFRESH_TOKEN"] = (
        read_token(refresh_token, source="refresh_token") if refresh_token else ""
    )
    return variables


def _above_zero(seconds: float, name: str) -> float:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0:
        raise UsageError(
            f"{name} is not a number of seconds above zero: {shown(seconds)}",
            hint="Give a number, as 30 or 2.5.",
        )
    return min(seconds, LONGEST_WAIT)


def read_window(
    run: Run, *, since: Time, until: Time, on: Time, around: Time, within: Time
) -> TimeRange | None:
    """Make a window, as `read_range` does, and note what a clock change did to it.

    Raises:
        UsageError: the times cannot be read, or not together.
    """
    window = read_range(
        since=time_text(since, "since"),
        until=time_text(until, "until"),
        on=time_text(on, "on"),
        around=time_text(around, "around"),
        within=time_text(within, "within"),
        now=run.now,
        zone=run.zone,
    )
    for note in window.notes if window is not None else ():
        run.output.note(note)
    return window


def read_hint(run: Run, at: Time) -> datetime | None:
    """Return the moment that a hit is looked for at, in UTC.

    Raises:
        UsageError: it cannot be read.
    """
    words = time_text(at, "at")
    if words is None:
        return None
    moment = read_moment(words, now=run.now, zone=run.zone, option="--at")
    if moment.note:
        run.output.note(moment.note)
    return moment.instant


def time_text(time: Time, name: str) -> str | None:
    """Write a time as the command line takes it; errors call it `name`.

    Raises:
        UsageError: it is of another type, a datetime without a zone, or a timedelta below zero.
    """
    if time is None or isinstance(time, str):
        return time
    if isinstance(time, timedelta):
        if time < timedelta():
            raise UsageError(
                f"{name} is a timedelta below zero",
                hint="timedelta(days=2) is two days ago, as 2d is.",
            )
        fraction = f".{time.microseconds:06}" if time.microseconds else ""
        return f"{time.days}d{time.seconds}{fraction}s"
    if not isinstance(time, date):
        raise UsageError(
            f"{name} is {shown(time)}, not a time",
            hint='Give text, as "3d" or "2026-03-01 09:00", an aware datetime, a date or '
            "a timedelta.",
        )
    if not isinstance(time, datetime):
        return time.isoformat()
    if time.utcoffset() is None:
        raise UsageError(
            f"{name} is a datetime without a zone: {time.isoformat()}",
            hint="Give it one, as datetime.now(UTC) has; or write text, which is read in tz.",
        )
    try:
        return time.astimezone(UTC).isoformat()
    except OverflowError:  # at the calendar's ends, which are refused later on
        return time.isoformat()
