"""Documents about one target: the ticket block and the page."""

from typing import TYPE_CHECKING

from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.render.report import make_report

if TYPE_CHECKING:
    from ffx.cli.delivery.sinks import View
    from ffx.cli.options import Audience
    from ffx.input.targets.target import Command


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
