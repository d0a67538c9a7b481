"""`--case`: a look-up that was kept, shown again by the clock and the account of its day."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ffx.errors import AccountError, UsageError
from ffx.input.times.formatting import long_time
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.lookup.share.case_file import Case, read_case, unreadable
from ffx.settings.settings import SANDBOX_URL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ffx.input.targets.shapes import Command


def open_case(run: Run, path: str, command: "Command") -> tuple[Run, Case]:
    """Read a case file; return it with the run that shows it again.

    Raises:
        UsageError: it cannot be read, or holds nothing that the command shows.
    """
    case = read_case(Path(path))
    if command == "diagnose" and case.redacted and case.diagnosis is not None:
        _check_diagnosis(path, case.diagnosis)
    run_wide = _run_wide(run, case)
    shown = replace(case, found=_found_for(command, case))
    when = long_time(case.saved.isoformat(), run.zone)
    run.output.note(
        f"note: a case file of account {case.account}, saved {when} by ffx {case.version}"
    )
    settings = replace(run.settings, api_url=case.address)
    replayed = replace(
        run,
        now=case.saved,
        settings=settings,
        run_wide=run_wide,
        case_account=case.account or "of a case file",
    )
    return replayed, shown


def _check_diagnosis(path: str, document: "Mapping[str, object]") -> None:
    """Refuse a kept diagnosis by the file and the member, before anything of it is written."""
    from ffx.findings.kept_diagnosis import read_diagnosis

    try:
        read_diagnosis(document)
    except UsageError as error:
        raise unreadable(Path(path), error) from error


def _run_wide(run: Run, case: Case) -> tuple[str, ...]:
    """Return the options of commands to paste: the case's own service, and the zone as typed.

    The account is named where this machine has it, whose own address then goes with it: that
    in the file is a stranger's.
    """
    service = ("--sandbox",) if case.address == SANDBOX_URL else _profile(case.account)
    if "--tz" not in run.run_wide:
        return service
    place = run.run_wide.index("--tz")
    return (*service, *run.run_wide[place : place + 2])


def _profile(account: str) -> tuple[str, ...]:
    from ffx.settings.credentials import own_credentials

    with suppress(AccountError):  # reported where its tokens are needed
        if account in own_credentials().profiles():
            return ("--profile", account)
    return ()


def _found_for(command: "Command", case: Case) -> Found:
    found = case.found
    kind = found.reply.query.kind
    if command == "diagnose":
        return replace(found, details=case.details, failures=case.failures)
    if command == kind:
        return found
    if command == "hit" and (own := case.details.get(found.target.id.text)) is not None:
        return Found(found.target, own, exchanges=found.exchanges)
    raise UsageError(
        f"this case file holds the look-up of a {kind}, saved by ffx {case.command}",
        hint=f"Show it with: ffx {case.command} --case FILE",
        code="case",
    )
