"""The options of every run, and the run that is made of them."""

import os

from ffx.cli import options
from ffx.cli.option_groups import OptionGroup
from ffx.lookup.run import Run, service_options
from ffx.output.streams import Output, find_screen


class RunWideOptions(OptionGroup):
    """The options of every run."""

    sandbox: options.Sandbox = False
    api_url: options.ApiUrl = None
    profile: options.Profile = None
    timeout: options.Timeout = None
    try_timeout: options.TryTimeout = None
    deadline: options.Deadline = None
    max_body: options.MaxBody = None
    tz: options.Zone = None
    utc: options.Utc = False
    color: options.Color = options.ColorWhen.AUTO
    verbose: options.Verbose = False
    quiet: options.Quiet = False
    curl: options.Curl = False


def make_run(arguments: tuple[str, ...], typed: RunWideOptions) -> Run:
    """Make a run of the run-wide options and the environment.

    Raises:
        UsageError: one of them cannot be read; the message names it.
    """
    from datetime import UTC, datetime

    from ffx.settings.config import config_path, read_config
    from ffx.settings.credentials import own_credentials
    from ffx.settings.settings import SANDBOX_URL, Flags, gather_settings

    api_url = SANDBOX_URL if typed.sandbox else typed.api_url
    tz = "UTC" if typed.utc else typed.tz
    flags = Flags(
        profile=typed.profile,
        api_url=api_url,
        timeout=typed.timeout,
        try_timeout=typed.try_timeout,
        deadline=typed.deadline,
        max_body=typed.max_body,
        tz=tz,
    )
    run = Run(
        settings=gather_settings(
            os.environ,
            read_config(config_path()),
            flags,
            own_credentials().address_of,
        ),
        output=Output(
            find_screen(os.environ, color=typed.color.value),
            quiet=typed.quiet,
            verbose=typed.verbose,
        ),
        now=datetime.now(UTC),
        environ=os.environ,
        arguments=arguments,
        run_wide=service_options(api_url=api_url, profile=typed.profile, tz=tz),
        prints_curl=typed.curl,
    )
    if run.zone is None and os.environ.get("TZ") and not {"-h", "--help"} & set(arguments):
        _tell_unknown_zone(run, os.environ["TZ"])
    return run


def _tell_unknown_zone(run: Run, name: str) -> None:
    from ffx.input.times.zones import unknown_machine_zone
    from ffx.output.clean import quoted

    if unknown_machine_zone(name, run.now):
        run.output.note(
            f"note: TZ names {quoted(name)}, which this machine does not know: UTC is used"
        )
