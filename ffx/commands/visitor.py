"""`ffx visitor`: one visitor and the hits they made."""

from typing import TYPE_CHECKING

import typer

from ffx.commands import options
from ffx.context import Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from ffx.client import Client
    from ffx.errors import UsageError
    from ffx.history import Walk
    from ffx.lookup import Found
    from ffx.shapes import Kind
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
    redact: options.Redact = None,
    save: options.Save = None,
    case_file: options.CaseFile = None,
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
    from ffx.asked import Asked
    from ffx.commands.delivery import Delivery, begin_delivery, deliver, refuse_window
    from ffx.commands.visitor_view import load, view_of
    from ffx.errors import UsageError
    from ffx.lookup import find_visitor
    from ffx.targets import VisitorId
    from ffx.timerange import read_range

    run, case, redactor = begin_delivery(ctx.obj, "visitor", redact=redact, case_file=case_file)
    window = read_range(
        since=since, until=until, on=on, around=around, within=within, now=run.now, zone=run.zone
    )
    if window is not None:
        refuse_window(case)
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
        save=save,
        redactor=redactor,
        case=case,
        grows=all_hits,
    )
    if not delivery.draws_views and (limit is not None or reverse or event):
        if delivery.chosen is not options.Format.JSON:
            raise UsageError(
                "--limit, --reverse and --event are for the view, "
                f"not for --format {delivery.chosen}",
                hint="Choose rows with jq, grep or a spreadsheet.",
            )
        run.output.note("note: --limit, --reverse and --event are for the view alone")
    meanwhile = load if delivery.draws_views else None
    kind = options.kind_of(as_kind)
    if window is None and delivery.is_many:
        _refuse_visitors_without_window(delivery.targets, kind)

    def find(client: "Client", target: "Target") -> "Found":
        if delivery.is_many and window is None and isinstance(target.id, VisitorId):
            raise _needs_window()
        if all_hits:
            from ffx.complete import find_all

            progress = show_nothing if delivery.is_many else show_progress(run)
            return find_all(run, client, target, window, most_rows=max_hits, progress=progress)
        return find_visitor(run, client, target, window, meanwhile=meanwhile)

    def stream(client: "Client", target: "Target") -> "tuple[Found, Walk | None]":
        from ffx.complete import begin_walk

        return begin_walk(run, client, target, window, most_rows=max_hits)

    asked = Asked(
        command="visitor",
        as_kind=kind,
        find=find,
        stream=stream if all_hits and save is None else None,
    )
    events = tuple(name.strip() for names in event or () for name in names.split(","))
    view = view_of(run, rows, reverse=reverse, events=events)
    raise typer.Exit(deliver(run, asked, view, delivery))


def show_progress(run: Run) -> "Callable[[int, Reply], None]":
    """Return what tells how far a walk is."""

    def show(rows: int, reply: "Reply") -> None:
        total = reply.visitor_read().get("totalHits", "")
        run.output.progress(f"{rows:,} hits{f' of {total}' if total else ''}")

    return show


def show_nothing(*_: object) -> None:
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
