"""`ffx visitor`: one visitor and the hits they made."""

from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from ffx.cli import options
from ffx.cli.lazy_commands import make_app
from ffx.cli.option_groups import Results, Window, grouped
from ffx.cli.typer_classes import LeafCommand
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ffx.api.journey import Journey
    from ffx.api.models import Amount
    from ffx.cli.delivery.delivery_options import DeliveryOptions
    from ffx.cli.delivery.sinks import View
    from ffx.errors import UsageError
    from ffx.input.targets.shapes import Kind
    from ffx.input.targets.target import Target
    from ffx.lookup.find import Found
    from ffx.lookup.walk import Walk
    from ffx.render.row_choice import RowChoice
    from ffx.render.terminal.lines import Line
    from ffx.service.client import Client

app = make_app()

_EXAMPLES = """
Examples:
  ffx visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox --since 2d --sandbox
  ffx visitor 'https://shop.example.com/?vid=afdwb7QPV6Y59aTP3fQxZ3tX2ox' --sandbox
  ffx visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox --json --sandbox | jq '.hits[].eventType'
"""

_MOST_ON_TERMINAL = 200


class _Results(Results):
    """The options of `Results`, where `--fields` acts in the view as well."""

    fields: options.FieldsOfView = None


@app.command("visitor", cls=LeafCommand, no_args_is_help=True, epilog=_EXAMPLES)
@grouped
def visitor(
    ctx: typer.Context,
    target: options.Targets = None,
    *,
    times: Window,
    as_kind: options.As = None,
    wide: options.Wide = False,
    limit: options.Limit = None,
    reverse: options.Reverse = False,
    event: options.Event = None,
    all_hits: options.AllHits = False,
    max_hits: options.MaxHits = 100_000,
    results: _Results,
    redact: options.Redact = None,
    any_profile: options.AnyProfile = False,
) -> None:
    """Show who a visitor was and every hit they made.

    TARGET is a visitor ID, a hit of the visitor, or pasted text that holds one
    of them. Without a time option the last 24 hours are searched, then 7, 30
    and 90 days, until the visitor appears.
    """
    from ffx.cli.delivery.any_profile import run_with_account
    from ffx.cli.delivery.deliver import begin_delivery, deliver
    from ffx.cli.delivery.delivery_options import DeliveryOptions
    from ffx.cli.delivery.one_target import Question
    from ffx.cli.delivery.walk_progress import say_nothing, show_progress
    from ffx.input.targets.target import VisitorId
    from ffx.lookup.find import LookupContext, find_visitor
    from ffx.render.row_choice import RowChoice, read_events

    targets = tuple(target or ())
    run, case, redactor = begin_delivery(
        ctx, "visitor", redact=redact, case_file=results.case_file
    )
    window = times.read(run)
    run = run_with_account(
        run, targets, "visitor", any_profile=any_profile, as_kind=as_kind, window=window
    )
    delivery = DeliveryOptions(
        targets=targets,
        redactor=redactor,
        case=case,
        choice=RowChoice(options.read_limit(limit), reverse, read_events(event)),
        all_hits=all_hits,
        wide=wide,
        view_takes_fields=True,
        **results.values(),
    )
    meanwhile = _load if delivery.draws_views else None
    if window is None and delivery.is_many:
        _refuse_visitors_without_window(targets, as_kind)

    tell = say_nothing if delivery.is_many else run.output.note

    def look_up(client: "Client", target: "Target") -> "Found":
        if delivery.is_many and window is None and isinstance(target.id, VisitorId):
            raise _needs_window()
        context = LookupContext(client, run.now, tell, run.output.is_masked)
        if all_hits:
            from ffx.lookup.all_hits import find_all_hits

            progress = say_nothing if delivery.is_many else show_progress(run)
            return find_all_hits(
                context,
                target,
                window,
                most_rows=max_hits,
                progress=progress,
                may_be_cut=not delivery.is_many,
            )
        return find_visitor(context, target, window, meanwhile=meanwhile)

    def stream(client: "Client", target: "Target") -> "tuple[Found, Walk | None]":
        from ffx.lookup.all_hits import begin_walk

        return begin_walk(LookupContext(client, run.now, tell), target, window, most_rows=max_hits)

    def what_follows(target: "Target") -> str:
        if all_hits:
            return "--all asks until it has every hit of the window"
        if isinstance(target.id, VisitorId):
            return "" if window else "where nobody is found, 7, 30 and 90 days are searched"
        return "the visitor of a hit is asked for in the window" if window else ""

    question = Question(
        command="visitor",
        as_kind=as_kind,
        look_up=look_up,
        stream=stream if all_hits and results.save is None else None,
        follow_up=what_follows,
    )
    view = _view(run, delivery, _fields_of_view(delivery))
    raise typer.Exit(deliver(run, question, view, delivery))


def _fields_of_view(delivery: "DeliveryOptions") -> tuple[str, ...] | None:
    """Return the members that the view is to show besides its columns; None is all of them."""
    from ffx.render.rows.columns import read_row_fields

    if delivery.wide:
        return None
    if delivery.fields is None or not delivery.draws_views:
        return ()
    return read_row_fields(delivery.fields)


def _refuse_visitors_without_window(texts: tuple[str, ...], as_kind: "Kind | None") -> None:
    """Refuse at once what each target alone would be refused for."""
    from ffx.errors import UsageError
    from ffx.input.targets.target import VisitorId, read_target

    for text in texts:
        try:
            target = read_target(text, command="visitor", as_kind=as_kind)
        except UsageError:
            continue  # its own record tells
        if text != "-" and isinstance(target.id, VisitorId):
            raise _needs_window()


def _needs_window() -> "UsageError":
    from ffx.errors import UsageError

    return UsageError(
        "several visitor IDs need a time option",
        hint="Add --since 7d, say; only a single visitor is searched step by step.",
    )


def _load() -> None:
    """Load what the view will need, while the service thinks."""
    from ffx.api.models import VisitorHistory
    from ffx.render.rows import plain
    from ffx.render.terminal import timeline, visitor_table

    VisitorHistory.model_rebuild()
    del plain, timeline, visitor_table


def _view(run: Run, delivery: "DeliveryOptions", fields: tuple[str, ...] | None) -> "View":
    """Return the view of a visitor: a table on a terminal, plain lines in a pipe.

    `fields` are members that stand below the rows of the table, and are all columns of the
    plain lines; None is every member, and without any the lines have them all as well.
    """

    def show(found: "Found") -> None:
        from ffx.api.members import HIT_ROW

        if not found.reply.rows and found.reply.visitor() is None:
            return
        if run.output.screen.draws:
            _show_table(run, delivery, found, fields)
        else:
            _show_plain(run, delivery, found, fields or HIT_ROW)
        _point_to_earlier(run, found)

    return show


def _show_table(
    run: Run, delivery: "DeliveryOptions", found: "Found", fields: tuple[str, ...] | None
) -> None:
    from ffx.api.journey import make_journey
    from ffx.cli.delivery.left_out_rows import tell_left_out
    from ffx.render.terminal.lines import painted

    journey = make_journey(found.reply.hit_rows(), is_cut=found.reply.has_more is True)
    lines = _table_lines(run, delivery, found, journey, fields)
    run.output.result_parts(painted(lines, color=run.output.screen.color))
    events = (step.row.eventType for step in journey.steps)
    tell_left_out(run, delivery.choice, events, left_out=0)  # the table says how many
    steps, _, _ = _shown_on(run, delivery.choice).steps_of(journey)
    _tell_hit_left_out(run, _hit_asked_for(found), [step.row.hitId for step in steps])
    converted = [step.row.hitId for step in journey.conversions if step.row.hitId]
    if converted:
        run.point_to("hit", converted[-1])


def _table_lines(
    run: Run,
    delivery: "DeliveryOptions",
    found: "Found",
    journey: "Journey",
    fields: tuple[str, ...] | None,
) -> "Iterator[Line]":
    from ffx.lookup.outcome import command_for_all
    from ffx.render.terminal.lines import frame_of
    from ffx.render.terminal.timeline import timeline_lines
    from ffx.render.terminal.visitor_table import incomplete_lines, summary_lines

    visitor = found.reply.visitor()
    frame = frame_of(run)
    yield from summary_lines(visitor, _visitor_id(found), journey, frame)
    if not journey.steps:
        return
    yield []
    yield from timeline_lines(
        journey,
        _shown_on(run, delivery.choice),
        found.window,
        frame,
        hit_id=_hit_asked_for(found),
        fields=fields,
    )
    has_more = found.reply.has_more
    if not found.is_walked:
        is_many = delivery.is_many
        yield from incomplete_lines(
            has_more=has_more,
            rows=found.reply.rows,
            total=_total(found),
            command="" if has_more is False else command_for_all(run, found, is_many=is_many),
            frame=frame,
        )


def _show_plain(
    run: Run, delivery: "DeliveryOptions", found: "Found", fields: tuple[str, ...]
) -> None:
    """Write the rows a line each; they are read twice, for there may be more than memory takes."""
    from ffx.api.models import HitRow
    from ffx.cli.delivery.left_out_rows import events_and_times, tell_left_out
    from ffx.input.times.instants import to_rfc3339
    from ffx.lookup.outcome import how_to_get_all
    from ffx.output.words import whole_number
    from ffx.render.rows.plain import plain_visitor

    rows = found.reply.parsed_rows()
    events, times = events_and_times(rows)
    places = delivery.choice.places_in_time(events, times)
    visitor = found.reply.visitor()
    hit_id = _hit_asked_for(found)
    facts = [("hitId", hit_id)] if hit_id else []
    facts.append(("account", run.account))
    if found.window is not None:
        facts.append(("windowStart", to_rfc3339(found.window.start)))
        facts.append(("windowEnd", to_rfc3339(found.window.end)))
    has_more = found.reply.has_more
    facts.append(("rows", str(len(places))))
    facts.append(("hasMore", "" if has_more is None else str(has_more).lower()))
    shown_rows = (HitRow.model_validate(rows[place]) for place in places)
    run.output.result_parts(plain_visitor(visitor, shown_rows, facts, run.zone, fields))
    tell_left_out(run, delivery.choice, events, left_out=len(rows) - len(places))
    if hit_id:
        _tell_hit_left_out(run, hit_id, [rows[place].get("hitId") for place in places])
    # With --complete, or where a walk came to nothing, the run ends with it.
    is_raised = found.is_walked or bool(found.gaps) or delivery.complete
    if has_more and found.reply.rows and not is_raised:
        total = _total(found)
        of_all = "" if total is None else f" of {whole_number(total)}"
        hits = "hit" if found.reply.rows == 1 and not of_all else "hits"
        whose = f" of {_visitor_id(found)}" if delivery.is_many else ""
        how = how_to_get_all(run, found, is_many=delivery.is_many)
        run.output.loss(
            f"incomplete: the service returned {found.reply.rows:,}{of_all} {hits}{whose}{how}"
        )


def _total(found: "Found") -> "Amount | None":
    """Return how many hits the service counts of what was asked for; None where nobody knows.

    Its count is of the visitor's whole life, which may have begun before the window.
    """
    from ffx.input.times.instants import read_time

    visitor, first_seen = found.reply.visitor(), read_time(found.reply.first_seen)
    is_part = found.window and first_seen is not None and first_seen < found.window.start
    return None if visitor is None or is_part else visitor.totalHits


def _shown_on(run: Run, choice: "RowChoice") -> "RowChoice":
    """Return the choice of rows, which on a terminal is of the newest unless others are asked."""
    on_terminal = run.output.screen.stdout_is_terminal
    return replace(choice, limit=choice.limit or (_MOST_ON_TERMINAL if on_terminal else None))


def _tell_hit_left_out(run: Run, hit_id: str, shown: "Sequence[object]") -> None:
    """Say so when the hit that was asked for is not among those that are shown."""
    if hit_id and shown and hit_id not in shown:
        run.output.note(f"note: hit {hit_id}, which was asked for, is not among these rows")


def _hit_asked_for(found: "Found") -> str:
    """Return the hit by which the visitor was asked for; empty where it was not by a hit."""
    return found.target.id.text if found.target.kind == "hit" else ""


def _point_to_earlier(run: Run, found: "Found") -> None:
    """Say so when the visitor was there before the window, and how to see it."""
    from ffx.input.times.formatting import long_time
    from ffx.lookup.outcome import command_from_first_seen

    command = command_from_first_seen(run, found, "visitor")
    if not command:
        return
    since = long_time(found.reply.first_seen, run.zone)
    is_new = run.propose(command)
    where = "; from there:" if is_new else ""
    run.output.note(f"note: first seen {since}, before this window{where}")
    if is_new:
        run.output.note(f"  {command}")


def _visitor_id(found: "Found") -> str:
    return found.reply.visitor_id or found.target.id.text
