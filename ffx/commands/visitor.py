"""`ffx visitor`: one visitor and the hits they made."""

from datetime import timedelta
from typing import TYPE_CHECKING

import typer

from ffx.commands import options
from ffx.context import Run

if TYPE_CHECKING:
    from ffx.batch import View
    from ffx.client import Client
    from ffx.journey import Journey
    from ffx.lookup import Found
    from ffx.models import VisitorHistory
    from ffx.render.visitor_table import Choice
    from ffx.targets import Target
    from ffx.timerange import TimeRange


def visitor(  # one parameter an option
    ctx: typer.Context,
    target: options.Targets,
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
    as_json: options.Json = False,
    format_name: options.FormatName = options.Format.TABLE,
) -> None:
    """Show who a visitor was and every hit they made.

    TARGET is a visitor ID, a hit of the visitor, or pasted text that holds one
    of them. Without a time option the last 24 hours are searched, then 7, 30
    and 90 days, until the visitor appears.
    """
    run: Run = ctx.obj
    from ffx.batch import Asked, look_up_all
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
    wants_json = options.writes_json(as_json=as_json, chosen=format_name)
    if wants_json and (limit is not None or reverse or event):
        run.output.note(
            "note: --json is the API's own reply: --limit, --reverse and --event do not alter it"
        )

    def find(client: "Client", target: "Target") -> "Found":
        if several and window is None and isinstance(target.id, VisitorId):
            raise UsageError(
                "several visitor IDs need a time option",
                hint="Add --since 7d, say; only a single visitor is searched step by step.",
            )
        return find_visitor(run, client, target, window, meanwhile=None if wants_json else _load)

    several = len(target) > 1
    asked = Asked(
        command="visitor", texts=tuple(target), as_kind=options.kind_of(as_kind), find=find
    )
    view = _view(run, rows, reverse=reverse, events=tuple(event or ()))
    raise typer.Exit(look_up_all(run, asked, view, as_json=wants_json))


def tell_window(run: Run, window: "TimeRange") -> None:
    """Say what a clock change did to the times as typed, and with -v the window."""
    from ffx.timerange import describe

    for note in window.notes:
        run.output.note(f"note: {note}")
    run.output.detail(f"window {describe(window, run.zone)}")


def _load() -> None:
    """Load what the view will need, while the service thinks."""
    from ffx.render import plain, visitor_table

    del plain, visitor_table


def _view(run: Run, limit: int | None, *, reverse: bool, events: tuple[str, ...]) -> "View":
    def show(found: "Found") -> None:
        from ffx.render.visitor_table import Choice

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
    from ffx.render.lines import paint
    from ffx.render.visitor_table import Frame, incomplete_lines, summary_lines, timeline_lines

    journey = make_journey(history.hits)
    frame = Frame(run.output.screen.width, run.zone, run.settings.account)
    lines = list(summary_lines(history.visitor, _visitor_id(found), journey, frame))
    if history.hits:
        lines += [[], *timeline_lines(journey, choice, found.window, frame)]
        rest = _command_for_rest(run, found, journey)
        lines += incomplete_lines(
            has_more=found.reply.has_more,
            rows=found.reply.rows,
            total=_total_hits(history),
            command=rest,
            frame=frame,
        )
    run.output.result(paint(lines, color=run.output.screen.color))
    converted = [step.hit.hitId for step in journey.conversions if step.hit.hitId]
    if converted:
        run.output.hint(f"next: {run.command('hit', converted[-1])}")


def _show_plain(run: Run, found: "Found", history: "VisitorHistory", choice: "Choice") -> None:
    from ffx.journey import make_journey
    from ffx.render.plain import plain_visitor
    from ffx.timerange import to_rfc3339

    journey = make_journey(history.hits)
    steps, over_limit, other_events = choice.of(journey)
    facts = [("account", run.settings.account)]
    if found.window is not None:
        facts.append(("windowStart", to_rfc3339(found.window.start)))
        facts.append(("windowEnd", to_rfc3339(found.window.end)))
    has_more = found.reply.has_more
    facts.append(("rows", str(len(steps))))
    facts.append(("hasMore", "" if has_more is None else str(has_more).lower()))
    rows = [step.hit for step in steps]
    run.output.result(plain_visitor(history.visitor, rows, facts, run.zone))
    if over_limit or other_events:
        run.output.note(f"note: {over_limit + other_events:,} rows left out, as asked")
    if has_more:
        total = _total_hits(history)
        run.output.note(
            f"incomplete: the service returned {found.reply.rows:,}"
            f"{f' of {total}' if total else ''} hits; for the rest: "
            f"{_command_for_rest(run, found, journey)}"
        )


def _point_to_earlier(run: Run, found: "Found") -> None:
    """Say so when the visitor was there before the window, and how to see it."""
    from ffx.models import read_time
    from ffx.render.words import long_time

    first_seen = read_time(found.reply.first_seen)
    if found.window is None or first_seen is None or first_seen >= found.window.start:
        return
    command = run.command(
        "visitor", _visitor_id(found), "--since", f"@{int(first_seen.timestamp())}"
    )
    run.output.note(
        f"note: first seen {long_time(found.reply.first_seen, run.zone)}, before this window; "
        f"from there: {command}"
    )


def _visitor_id(found: "Found") -> str:
    return found.reply.visitor_id or found.target.id.text


def _total_hits(history: "VisitorHistory") -> str:
    total = history.visitor.totalHits if history.visitor else None
    if total is None:
        return ""
    return (
        f"{int(total):,}" if total == total.to_integral_value() and total < 10**15 else str(total)
    )


def _command_for_rest(run: Run, found: "Found", journey: "Journey") -> str:
    """Return the command for the larger part of the window that the reply does not reach."""
    from ffx.timerange import to_rfc3339

    times = [step.time for step in journey.steps if step.time is not None]
    if not times:
        return run.command("visitor", _visitor_id(found), "--since", "7d")
    start = found.window.start if found.window else run.now - timedelta(days=90)
    end = found.window.end if found.window else run.now
    if times[0] - start >= end - times[-1]:
        end = times[0]
    else:
        start = times[-1]
    bounds = ("--since", to_rfc3339(start), "--until", to_rfc3339(end))
    return run.command("visitor", _visitor_id(found), *bounds)
