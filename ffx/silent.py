"""A run that a program begins: its settings are arguments, and it says nothing aloud."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from ffx.config import default_path, read_config
from ffx.context import Run, as_typed
from ffx.errors import UsageError
from ffx.output import Output, Screen
from ffx.render.clean import clean
from ffx.settings import LONGEST_WAIT, Limits, gather, read_token


class Notes(Output):
    """Keeps what the command line would say beside a result, and writes nothing."""

    def __init__(self) -> None:
        super().__init__(
            Screen(stdout_is_terminal=False, stderr_is_terminal=False, width=80, color=False)
        )
        self.sentences: list[str] = []

    def note(self, sentence: str) -> None:
        """Keep a sentence, clean."""
        self.sentences.append(clean(sentence).removeprefix("note: "))


def begin(
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
    if access_token is not None or refresh_token is not None:
        environ = {**environ, **_in_environment(access_token, refresh_token)}
    settings = gather(
        environ,
        read_config(default_path()),
        profile=profile,
        api_url=api_url,
        timeout=None,
        try_timeout=None,
        max_body=None,
        tz=tz,
    )
    limits = Limits(
        _above_zero(timeout, "timeout"),
        _above_zero(try_timeout, "try_timeout"),
        at_least_one(max_body, "max_body"),
    )
    return Run(
        settings=replace(settings, limits=limits),
        output=output,
        now=datetime.now(UTC),
        environ=environ,
        arguments=(),
        run_wide=as_typed(api_url=api_url, profile=profile, tz=tz),
    )


def at_least_one(number: int, name: str) -> int:
    """Return `number`, which errors call `name`.

    Raises:
        UsageError: it is below 1.
    """
    if number < 1:
        raise UsageError(f"{name} is not a number from 1 on: {number}")
    return number


def _in_environment(access_token: str | None, refresh_token: str | None) -> dict[str, str]:
    """Put tokens where a run looks for them before anywhere else."""
    if access_token is None:
        raise UsageError("refresh_token does nothing alone", hint="Give access_token as well.")
    given = {"FFX_ACCESS_TOKEN": read_token(access_token, source="access_token")}
    given["FFX_REFRESH_TOKEN"] = (
        read_token(refresh_token, source="refresh_token") if refresh_token else ""
    )
    return given


def _above_zero(seconds: float, name: str) -> float:
    if not seconds > 0:
        raise UsageError(f"{name} is not a number of seconds above zero: {seconds}")
    return min(seconds, LONGEST_WAIT)
