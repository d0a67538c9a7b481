"""The visitor view: what a terminal shows, what a pipe gets, and what is said beside it."""

from typing import TYPE_CHECKING

from ffx.context import Run
from ffx.render.clean import quoted

if TYPE_CHECKING:
    from ffx.journey import Journey
    from ffx.lookup import Found
    from ffx.models import VisitorHistory
    from ffx.render.timeline import Choice
    from ffx.sinks import View


def load() -> None:
    """Load what the view will need, while the service thinks."""
    from ffx.models import VisitorHistory
    from ffx.render import plain, timeline, visitor_table

    VisitorHistory.model_rebuild()
    del plain, timeline, visitor_table


def view_of(run: Run, limit: int | None, *, reverse: bool, events: tuple[str, ...]) -> "View":
    """Return what draws a visitor: a table on a terminal, plain lines in a pipe."""

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
            command=_command_for_all(run, found),
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
            f"for all of them: {_command_for_all(run, found)}"
        )


def _command_for_all(run: Run, found: "Found") -> str:
    """Write the command that gets every hit: as it was typed, unless that asked nobody."""
    from ffx.timerange import to_rfc3339

    if not run.is_replay:
        return run.again("--all")
    times: list[str] = []
    if found.window is not None:
        times += ["--since", to_rfc3339(found.window.start)]
        times += ["--until", to_rfc3339(found.window.end)]
    return run.command("visitor", found.target.id.text, *times, "--all")


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
