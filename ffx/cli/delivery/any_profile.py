"""`--any-profile`: the accounts of this machine in turn, until one knows the ID."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ffx.errors import AccountError, FfxError, NotFoundError, PartialError, UsageError
from ffx.input.targets.shapes import Command, Kind
from ffx.input.targets.target import HitId, read_target
from ffx.lookup.run import Run, service_options

if TYPE_CHECKING:
    from ffx.input.targets.target import Target
    from ffx.input.times.window import TimeRange


def run_with_account(
    run: Run,
    targets: Sequence[str],
    command: Command,
    *,
    any_profile: bool,
    as_kind: Kind | None,
    window: "TimeRange | None" = None,
) -> Run:
    """Return the run as it is; with `any_profile`, with the first account that knows the target.

    The account in force comes first, then the others by name, and a note says which it is.

    Raises:
        UsageError: it is not one target, or nothing has accounts here.
        NotFoundError: every account was asked, and none knows it.
        PartialError: none of those that could be asked knows it.
        FfxError: none could be asked.
    """
    if not any_profile:
        return run
    if len(targets) != 1 or targets[0] == "-" or run.is_replay:
        raise UsageError("--any-profile takes one TARGET")
    if run.prints_curl:
        raise UsageError(
            "--any-profile and --curl exclude each other",
            hint="Which account knows the ID is found out by asking; name one with --profile.",
        )
    if run.settings.is_sandbox:
        raise UsageError("the sandbox has one account; leave out --any-profile")
    target = read_target(
        targets[0], command=command, as_kind=as_kind, now=run.now, service=run.service
    )
    not_asked: list[str] = []
    in_vain: list[str] = []
    failure: FfxError | None = None
    for name in _names(run):
        run.output.note(f"asking account {name}")
        try:
            asking = _run_of(run, name)
            if _knows(asking, target, command, window):
                run.output.note(f"found in account {name}")
                return asking
            in_vain.append(name)
        except FfxError as error:
            why = "" if run.output.is_masked else f": {error.message}"
            run.output.note(f"note: account {name} could not be asked{why}")
            failure = error
            not_asked.append(name)
    if failure is not None and not in_vain:
        raise failure
    asked_names = f"asked      {', '.join(in_vain)}"
    shown = "this ID" if run.output.is_masked else f"{target.kind} {target.id.text}"
    if not_asked:
        raise PartialError(
            f"nothing found for {shown}, and not every account could be asked",
            hint=f"{asked_names}\nnot asked  {', '.join(not_asked)}",
        )
    raise NotFoundError(f"no account of this machine knows {shown}", hint=asked_names)


def _names(run: Run) -> list[str]:
    from ffx.settings.credentials import own_credentials

    names = own_credentials().profiles()
    if not names:
        raise AccountError(
            "--any-profile: nobody is logged in on this machine",
            hint="Log in: ffx auth login --profile NAME",
            code="no-token",
        )
    return sorted(names, key=lambda name: (name != run.settings.profile, name))


def _run_of(run: Run, name: str) -> Run:
    """Return the run as if `--profile` had named an account; a typed address stays."""
    from ffx.settings.config import config_path, read_config
    from ffx.settings.credentials import own_credentials
    from ffx.settings.settings import PROVIDER_URL, read_api_url

    typed = dict(zip(run.run_wide[::2], run.run_wide[1::2], strict=False))
    address = run.settings.api_url
    if "--api-url" not in typed and not run.environ.get("FFX_API_URL", "").strip():
        configured = read_config(config_path()).get(name, "api_url")
        known = configured or own_credentials().address_of(name) or PROVIDER_URL
        address = read_api_url(known, source=f"the address of profile {name}")
    settings = replace(run.settings, profile=name, api_url=address, is_profile_typed=True)
    # The environment's token is of one account, which may be none of these.
    environ = {key: value for key, value in run.environ.items() if key != "FFX_ACCESS_TOKEN"}
    run_wide = service_options(api_url=typed.get("--api-url"), profile=name, tz=typed.get("--tz"))
    return replace(run, settings=settings, environ=environ, run_wide=run_wide)


def _knows(run: Run, target: "Target", command: Command, window: "TimeRange | None") -> bool:
    from ffx.lookup.find import LookupContext, find_hit, find_visitor

    with run.client() as client:
        if isinstance(target.id, HitId) or command == "hit":
            return bool(find_hit(client, target, None).reply.rows)
        context = LookupContext(client, run.now, run.output.note, run.output.is_masked)
        return bool(find_visitor(context, target, window).reply.rows)
