"""`ffx hit`: every event of one hit, in full."""

from typing import TYPE_CHECKING

import typer

from ffx.commands import options
from ffx.context import Run

if TYPE_CHECKING:
    from ffx.batch import View
    from ffx.client import Client
    from ffx.lookup import Found
    from ffx.targets import Target


def hit(
    ctx: typer.Context,
    target: options.Targets,
    *,
    at: options.At = None,
    as_kind: options.As = None,
    all_fields: options.AllFields = False,
    as_json: options.Json = False,
    format_name: options.FormatName = options.Format.TABLE,
) -> None:
    """Show every event of a hit: the view or click itself, conversions, custom events.

    TARGET is a hit ID, or pasted text that holds one: an offer URL, a
    postback, a line of a conversion upload.
    """
    run: Run = ctx.obj
    from ffx.batch import Asked, look_up_all
    from ffx.lookup import find_hit
    from ffx.timerange import read_moment

    moment = None
    if at is not None:
        resolved = read_moment(at, now=run.now, zone=run.zone, option="--at")
        moment = resolved.instant
        if resolved.note:
            run.output.note(f"note: {resolved.note}")
    wants_json = options.writes_json(as_json=as_json, chosen=format_name)

    def find(client: "Client", target: "Target") -> "Found":
        return find_hit(client, target, moment, meanwhile=None if wants_json else _load)

    asked = Asked(command="hit", texts=tuple(target), as_kind=options.kind_of(as_kind), find=find)
    view = _view(run, all_fields=all_fields)
    raise typer.Exit(look_up_all(run, asked, view, as_json=wants_json))


def _load() -> None:
    """Load what the view will need, while the service thinks."""
    from ffx.render import hit_table, plain

    del hit_table, plain


def _view(run: Run, *, all_fields: bool) -> "View":
    def show(found: "Found") -> None:
        events = found.reply.events()
        if not events:
            return
        hit_id = events[0].hitId or found.target.id.text
        if not run.output.screen.stdout_is_terminal:
            from ffx.render.plain import plain_hit

            facts = [("hitId", hit_id), ("visitorId", found.reply.visitor_id)]
            facts += [("account", run.settings.account), ("rows", str(len(events)))]
            run.output.result(plain_hit(events, facts, run.zone))
            return
        from ffx.render.hit_table import hit_lines
        from ffx.render.lines import paint
        from ffx.render.visitor_table import Frame

        screen = run.output.screen
        frame = Frame(screen.width, run.zone, run.settings.account)
        lines = hit_lines(events, hit_id, frame, all_fields=all_fields)
        run.output.result(paint(lines, color=screen.color))
        if found.reply.visitor_id:
            run.output.hint(f"next: {run.command('visitor', found.reply.visitor_id)}")

    return show
