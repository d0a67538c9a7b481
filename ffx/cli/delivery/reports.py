"""Documents about one target: the ticket block and the page."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ffx.findings.diagnose import Diagnosed, is_whole_life, subject_of
from ffx.findings.verdict import judge
from ffx.input.times.instants import to_rfc3339
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.lookup.share.redactor import IDS, is_alias
from ffx.render.report import Report
from ffx.settings.field_names import FieldNames

if TYPE_CHECKING:
    from ffx.cli.delivery.sinks import View
    from ffx.cli.options import Audience
    from ffx.input.targets.target import Command

_QUESTIONS = {
    "visitor": "What did visitor {id} do?",
    "hit": "What happened to hit {id}?",
    "diagnose": "Did {kind} {id} convert, and if not, why?",
}


def ticket_view(run: Run, command: "Command", audience: "Audience | None") -> "View":
    """Return what writes a target's ticket block."""

    def show(found: Found) -> None:
        from ffx.cli.options import Audience
        from ffx.render.markdown.ticket import ticket

        report = make_report(run, command, found)
        run.output.report(ticket(report, for_support=audience is Audience.SUPPORT))

    return show


def page_view(run: Run, command: "Command") -> "View":
    """Return what writes a target's page."""

    def show(found: Found) -> None:
        from ffx.render.html import parts_of_page

        run.output.report_parts(parts_of_page(make_report(run, command, found)))

    return show


def make_report(run: Run, command: "Command", found: Found) -> Report:
    """Put together what a document tells of what was found."""
    subject = subject_of(run, found)
    if is_alias(found.target.id.text):
        subject = replace(subject, redacted=IDS)
    diagnosis = found.diagnosis if isinstance(found, Diagnosed) else None
    target = found.target
    return Report(
        kind=target.kind,
        id=target.id.text,
        question=_QUESTIONS[command].format(kind=target.kind, id=target.id.text),
        account=run.account,
        zone=run.zone,
        command=_command(run, command, found),
        address=run.settings.api_url,
        made=run.now,
        found=found,
        visitor=subject.visitor,
        journey=subject.journey,
        verdict=judge(subject) if diagnosis is None else diagnosis.verdict,
        diagnosis=diagnosis,
        field_names=run.settings.field_names or FieldNames(),
    )


def _command(run: Run, command: "Command", found: Found) -> str:
    """Write the command that gets the same again, on whatever day and from whichever folder."""
    target, query = found.target.id.text, found.reply.query
    if command == "hit":
        at = query.body.get("timeStart")
        return run.command(command, target, *(["--at", at] if at else []))
    options: list[str] = []
    window = found.window
    if window is not None and (command == "visitor" or not is_whole_life(run, found)):
        options += ["--since", to_rfc3339(window.start), "--until", to_rfc3339(window.end)]
    if command == "visitor" and found.is_walked:
        options.append("--all")
    return run.command(command, target, *options)
