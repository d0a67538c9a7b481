"""Documents about one target: the ticket block and the page."""

from typing import TYPE_CHECKING

from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.render.target_report import make_target_report

if TYPE_CHECKING:
    from ffx.cli.delivery.sinks import View
    from ffx.cli.options import Audience
    from ffx.input.targets.shapes import Command
    from ffx.render.row_choice import RowChoice
    from ffx.render.target_report import TargetReport


def ticket_view(
    run: Run, command: "Command", choice: "RowChoice", audience: "Audience | None"
) -> "View":
    """Return the view that writes a target's ticket block."""

    def show(found: Found) -> None:
        from ffx.cli.options import Audience
        from ffx.render.markdown.ticket import ticket

        report = make_target_report(run, command, found, choice)
        run.output.write_for_others(ticket(report, for_support=audience is Audience.SUPPORT))
        _tell_unknown_events(run, report)

    return show


def page_view(run: Run, command: "Command", choice: "RowChoice") -> "View":
    """Return the view that writes a target's page."""

    def show(found: Found) -> None:
        from ffx.render.html.page import parts_of_page

        report = make_target_report(run, command, found, choice)
        run.output.write_parts_for_others(parts_of_page(report))
        _tell_unknown_events(run, report)

    return show


def _tell_unknown_events(run: Run, report: "TargetReport") -> None:
    """Say which events there are where one was asked for in vain; the document says the rest."""
    if report.choice.events:
        from ffx.cli.delivery.left_out_rows import tell_left_out

        events = (step.row.eventType for step in report.journey.steps)
        tell_left_out(run, report.choice, events, left_out=0)
