"""`ffx visitor`: one visitor and the hits they made."""

from typing import TYPE_CHECKING

import typer

from ffx.commands import options
from ffx.context import Run
from ffx.render.clean import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from ffx.client import Client
    from ffx.errors import UsageError
    from ffx.history import Walk
    from ffx.journey import Journey
    from ffx.lookup import Found
    from ffx.models import VisitorHistory
    from ffx.render.timeline import Choice
    from ffx.shapes import Kind
    from ffx.sinks import View
    from ffx.targets import Target
    from ffx.timerange import TimeRange
    from ffx.wire import Reply


def visitor(  # one parameter an option
    ctx: typer.Context,
    target: options.Targets = None,
    *,
    since: options.Since = None,
    until: options.Until = None,
    on: options.On = None,
    around: options.Around = None,
    within: options.Within = None,
    as_kind: options.As = None,
    limit: options.Limit = None,
    reverse: options.Reverse = False,
    event: options.Event = None,
    all_hits: options.AllHits = False,
    max_hits: options.MaxHits = 100_000,
    as_json: options.Json = False,
    format_name: options.FormatName = None,
    out: options.Out = None,
    fields: options.Fields = None,
    csv_raw: options.CsvRaw = False,
    from_file: options.FromFile = None,
    column: options.Column = None,
    jobs: options.Jobs = 2,
    resume: options.Resume = False,
    full: options.Full = False,
) -> None:
    """Show who a visitor was and every hit they made.

    TARGET is a visitor ID, a hit of the visitor, or pasted text that holds one
    of them. Without a time option the last 24 hours are searched, then 7, 30
    and 90 days, until the visitor appears.
    """
    run: Run = ctx.obj
    from ffx.batch import Asked
    from ffx.commands.delivery import Delivery, deliver
    from ffx.complete import begin_walk, find_all
    from ffx.errors import UsageError
    from ffx.lookup import find_visitor
    from ffx.targets import VisitorId
    from ffx.timerange import read_range

    window = read_range(
        since=since, until=until, on=on, around=around, within=within, now=run.now, zone=run.zone
    )
    if window is not None:
        tell_window(run, window)
    rows = options.read_limit(limit, on_terminal=run.output.screen.stdout_is_terminal)
    delivery = Delivery(
        targets=tuple(target or ()),
        from_file=from_file,
        column=column,
        jobs=jobs,
        resume=resume,
        full=full,
        as_json=as_json,
        format=format_name,
        out=out,
        fields=fields,
        csv_raw=csv_raw,
        grows=all_hits,
    )
    if not delivery.draws_views and (limit is not None or reverse or event):
        if delivery.chosen is not options.Format.JSON:
            raise UsageError(
                "--limit, --reverse and --event are for the view, not for rows as data",
                hint="Choose rows with jq, grep or a spreadsheet.",
            )
        run.output.note("note: --limit, --reverse and --event are for the view alone")
    load = _load if delivery.draws_views else None
    kind = options.kind_of(as_kind)
    if window is None and delivery.is_many:
        _refuse_visitors_without_window(delivery.targets, kind)

    def find(client: "Client", target: "Target") -> "Found":
        if delivery.is_many and window is None and isinstance(target.id, VisitorId):
            raise _needs_window()
        if all_hits:
            progress = _show_nothing if delivery.is_many else _show_progress(run)
            return find_all(run, client, target, window, most_rows=max_hits, progress=progress)
        return find_visitor(run, client, target, window, meanwhile=load)

    def stream(client: "Client", target: "Target") -> "tuple[Found, Walk | None]":
        return begin_walk(run, client, target, window, most_rows=max_hits)

    asked = Asked(
        command="visitor",
        as_kind=kind,
        find=find,
        stream=stream if all_hits else None,
    )
    events = tuple(name.strip() for names in event or () for name in names.split(","))
    view = _view(run, rows, reverse=reverse, events=events)
    raise typer.Exit(deliver(run, asked, view, delivery))


def _show_progress(run: Run) -> "Callable[[int, Reply], None]":
    def show(rows: int, reply: "Reply") -> None:
        total = reply.visitor_read().get("totalHits", "")
        run.output.progress(f"{rows:,} hits{f' of {total}' if total else ''}")

    return show


def _show_nothing(*_: object) -> None:
    """Leave the line of progress to the batch."""


def _refuse_visitors_without_window(texts: tuple[str, ...], kind: "Kind | None") -> None:
    """Refuse at once what each target alone would be refused for."""
    from ffx.errors import UsageError
    from ffx.targets import VisitorId, read_target

    for text in texts:
        try:
            target = read_target(text, command="visitor", as_kind=kind)
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


def tell_window(run: Run, window: "TimeRange") -> None:
    """Say what a clock change did to the times as typed, and with -v the window."""
    from ffx.timerange import describe

    for note in window.notes:
        run.output.note(f"note: {note}")
    run.output.detail(f"window {describe(window, run.zone)}")


def _load() -> None:
    """Load what the view will need, while the service thinks."""
    from ffx.render import plain, timeline, visitor_table

    del plain, timeline, visitor_table


def _view(run: Run, limit: int | None, *, reverse: bool, events: tuple[str, ...]) -> "View":
    def show(found: "Found") -> None:
        from ffx.render.timeline import Choice

        choice = Choice(limit=limit, reverse=reverse, events=events)
        history = found.reply.history()
        if history.visitor is None and not history.hits:
            return
        if run.output.screen.stdout_is_terminal:
            _show_table(run, found, history, choice)
        else:
            _show_plain(run, found, history, choice)
        _point_to_earlier(run, found)

    return show


def _show_table(run: Run, found: "Found", history: "VisitorHistory", choice: "Choice") -> None:
    from ffx.journey import make_journey
    from ffx.render.lines import Frame, paint
    from ffx.render.timeline import timeline_lines
    from ffx.render.visitor_table import incomplete_lines, summary_lines

    journey = make_journey(history.hits, is_cut=found.reply.has_more is True)
    frame = Frame(run.output.screen.width, run.zone, run.account)
    lines = list(summary_lines(history.visitor, _visitor_id(found), journey, frame))
    if history.hits:
        lines += [[], *timeline_lines(journey, choice, found.window, frame)]
    if history.hits and not found.is_walked:
        lines += incomplete_lines(
            has_more=found.reply.has_more,
            rows=found.reply.rows,
            total=history.visitor.totalHits if history.visitor else None,
            command=run.again("--all"),
            frame=frame,
        )
    run.output.result(paint(lines, color=run.output.screen.color))
    _tell_unknown_events(run, journey, choice)
    converted = [step.hit.hitId for step in journey.conversions if step.hit.hitId]
    if converted:
        run.output.hint(f"next: {run.command('hit', converted[-1])}")


def _show_plain(run: Run, found: "Found", history: "VisitorHistory", choice: "Choice") -> None:
    from ffx.journey import make_journey
    from ffx.render.plain import plain_visitor
    from ffx.timerange import to_rfc3339
    from ffx.words import whole_number

    journey = make_journey(history.hits, is_cut=found.reply.has_more is True)
    steps, over_limit, other_events = choice.of(journey)
    facts = [("account", run.account)]
    if found.window is not None:
        facts.append(("windowStart", to_rfc3339(found.window.start)))
        facts.append(("windowEnd", to_rfc3339(found.window.end)))
    has_more = found.reply.has_more
    facts.append(("rows", str(len(steps))))
    facts.append(("hasMore", "" if has_more is None else str(has_more).lower()))
    rows = [step.hit for step in steps]
    run.output.result(plain_visitor(history.visitor, rows, facts, run.zone))
    _tell_unknown_events(run, journey, choice)
    if over_limit or other_events:
        run.output.note(f"note: {over_limit + other_events:,} rows left out, as asked")
    if has_more and not found.is_walked:
        total = history.visitor.totalHits if history.visitor else None
        of_all = "" if total is None else f" of {whole_number(total)}"
        run.output.note(
            f"incomplete: the service returned {found.reply.rows:,}{of_all} hits; "
            f"for all of them: {run.again('--all')}"
        )


def _tell_unknown_events(run: Run, journey: "Journey", choice: "Choice") -> None:
    """Say which events there are when none is of a kind that was asked for."""
    there = {(step.hit.eventType or "").casefold(): step.hit.eventType for step in journey.steps}
    for name in choice.events:
        if name.casefold() not in there:
            names = ", ".join(filter(None, there.values()))
            run.output.note(f"note: no row is of event {quoted(name)}; there are {names}")


def _point_to_earlier(run: Run, found: "Found") -> None:
    """Say so when the visitor was there before the window, and how to see it."""
    from ffx.wire import read_time
    from ffx.words import long_time

    first_seen = read_time(found.reply.first_seen)
    if found.window is None or first_seen is None or first_seen >= found.window.start:
        return
    command = run.command(
        "visitor", _visitor_id(found), "--since", f"@{int(first_seen.timestamp())}"
    )
    since = long_time(found.reply.first_seen, run.zone)
    run.output.note(f"note: first seen {since}, before this window; from there:")
    run.output.note(f"  {command}")


def _visitor_id(found: "Found") -> str:
    return found.reply.visitor_id or found.target.id.text
