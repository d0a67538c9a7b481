"""`ffx hit`: every event of one hit, in full."""

from typing import TYPE_CHECKING

import typer

from ffx.cli import options
from ffx.cli.lazy_commands import make_app
from ffx.cli.option_groups import Results, grouped
from ffx.cli.typer_classes import LeafCommand
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from ffx.cli.delivery.sinks import View
    from ffx.input.targets.target import Target
    from ffx.lookup.find import Found
    from ffx.render.row_choice import RowChoice
    from ffx.service.client import Client

app = make_app()

_EXAMPLES = """
Examples:
  ffx hit dkezmsf3bat8xdbz8rt039r4h --sandbox
  ffx hit 'https://track.example.com/pb/?hit=dkezmsf3bat8xdbz8rt039r4h&tx=A-1001' --sandbox
  ffx hit dkezmsf3bat8xdbz8rt039r4h --json --sandbox | jq '.events[].revenue'
"""


@app.command("hit", cls=LeafCommand, no_args_is_help=True, epilog=_EXAMPLES)
@grouped
def hit(
    ctx: typer.Context,
    target: options.Targets = None,
    *,
    at: options.At = None,
    as_kind: options.As = None,
    event: options.Event = None,
    all_fields: options.AllFields = False,
    results: Results,
    redact: options.Redact = None,
    any_profile: options.AnyProfile = False,
) -> None:
    """Show every event of a hit, side by side.

    The view or click itself, conversions, custom events.

    TARGET is a hit ID, or pasted text that holds one: an offer URL, a
    postback, a line of a conversion upload.
    """
    from ffx.cli.delivery.any_profile import run_with_account
    from ffx.cli.delivery.deliver import begin_delivery, deliver
    from ffx.cli.delivery.delivery_options import DeliveryOptions
    from ffx.cli.delivery.one_target import Question
    from ffx.input.times.moments import read_moment
    from ffx.lookup.find import find_hit
    from ffx.render.row_choice import RowChoice, read_events

    targets = tuple(target or ())
    run, case, redactor = begin_delivery(ctx, "hit", redact=redact, case_file=results.case_file)
    run = run_with_account(run, targets, "hit", any_profile=any_profile, as_kind=as_kind)
    moment = None
    if at is not None:
        resolved = read_moment(at, now=run.now, zone=run.zone, option="--at")
        moment = resolved.instant
        if resolved.note:
            run.output.note(f"note: {resolved.note}")
    choice = RowChoice(events=read_events(event))
    delivery = DeliveryOptions(
        targets=targets,
        redactor=redactor,
        case=case,
        choice=choice,
        **results.values(),
    )
    load = _load if delivery.draws_views else None

    def look_up(client: "Client", target: "Target") -> "Found":
        return find_hit(client, target, moment, meanwhile=load)

    question = Question(command="hit", as_kind=as_kind, look_up=look_up)
    view = _view(run, choice, all_fields=all_fields)
    raise typer.Exit(deliver(run, question, view, delivery))


def _load() -> None:
    """Load what the view will need, while the service thinks."""
    from ffx.api.models import HitEvents
    from ffx.render.rows import plain
    from ffx.render.terminal import hit_table

    HitEvents.model_rebuild()
    del hit_table, plain


def _view(run: Run, choice: "RowChoice", *, all_fields: bool) -> "View":
    def show(found: "Found") -> None:
        from ffx.cli.delivery.left_out_rows import tell_left_out

        events = found.reply.events()
        if not events:
            return
        names = [event.eventType for event in events]
        shown = [event for event in events if choice.wants(event.eventType)]
        hit_id = events[0].hitId or found.target.id.text
        if not run.output.screen.draws:
            from ffx.render.rows.plain import plain_hit

            facts = [("hitId", hit_id), ("visitorId", found.reply.visitor_id)]
            facts += [("account", run.account), ("rows", str(len(shown)))]
            run.output.result(plain_hit(shown, facts, run.zone))
            tell_left_out(run, choice, names, left_out=len(events) - len(shown))
            return
        from ffx.render.terminal.hit_table import hit_lines
        from ffx.render.terminal.lines import frame_of, paint

        screen = run.output.screen
        frame = frame_of(run)
        lines = hit_lines(events, hit_id, frame, choice=choice, all_fields=all_fields)
        run.output.result(paint(lines, color=screen.color))
        tell_left_out(run, choice, names, left_out=len(events) - len(shown))
        if found.reply.visitor_id:
            run.point_to("visitor", found.reply.visitor_id)

    return show
