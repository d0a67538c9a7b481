"""One target: look it up, hand the result to a sink, and say what it means."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ffx.asked import Asked, find, read, tell_cut, usual_outcome
from ffx.context import Run
from ffx.errors import AnsweredNo, ExitCode
from ffx.lookup import Found, not_found
from ffx.sinks import RowSink, Sink

if TYPE_CHECKING:
    from ffx.history import Row, Walk


def look_up_one(run: Run, asked: Asked, text: str, sink: Sink) -> int:
    """Look one target up and write it; return the exit code.

    Raises:
        NotFoundError, PartialError: there are no rows, or not all; what there is was written.
        FfxError: what ended the look-up; nothing was written.
    """
    from ffx.client import NotSent

    asked.hear(text)
    target = read(run, asked, text)
    for note in target.notes:
        run.output.note(note)
    row_sink = sink.row_sink() if asked.stream is not None else None
    with run.client() as client:
        if asked.stream is not None and row_sink is not None:
            try:
                return _stream(run, *asked.stream(client, target), text, row_sink)
            except NotSent:
                return ExitCode.OK
        found = find(asked, client, target)
    run.output.end_progress()
    return ExitCode.OK if found is None else write_one(run, asked, text, found, sink)


def write_one(run: Run, asked: Asked, text: str, found: Found, sink: Sink) -> int:
    """Write one result, and return the exit code.

    Raises:
        NotFoundError, PartialError: there are no rows, or not all; what there is was written.
    """
    found = asked.finished(found)
    sink.begin()
    sink.found(text, found)
    outcome = asked.outcome_of(run, found)
    if isinstance(outcome, AnsweredNo):
        return outcome.exit_code
    if outcome is not None:
        raise outcome
    if asked.is_cut(found) and not sink.tells_of_cuts:
        tell_cut(run, found, f"incomplete: the service returned {found.reply.rows:,} hits")
    return ExitCode.OK


def _stream(run: Run, found: Found, walk: "Walk | None", text: str, sink: RowSink) -> int:
    """Write the rows of a walk as they come, and keep none of them."""
    if walk is None or found.window is None:
        sink.begin()
        raise not_found(run, found)
    for part in walk.over(found.window):
        if walk.rows == len(part):
            sink.begin()
        visitor = walk.first_reply.visitor_sent() if walk.first_reply else ""
        # Parts come in one direction of time, and so do the rows that are written.
        is_as_it_goes = walk.goes_back in (None, _is_newest_first(part))
        rows = part if is_as_it_goes else reversed(part)
        sink.rows(text, (row.text for row in rows), visitor)
        run.output.progress(f"{walk.rows:,} hits")
    run.output.end_progress()
    if not walk.rows:
        sink.begin()
        raise not_found(run, found)
    if walk.gaps:
        reply = replace(found.reply, rows=walk.rows)
        outcome = usual_outcome(run, replace(found, reply=reply, gaps=tuple(walk.gaps)))
        if outcome is not None:
            raise outcome
    return ExitCode.OK


def _is_newest_first(part: "list[Row]") -> bool:
    times = [row.time for row in part if row.time is not None]
    return bool(times) and times[0] > times[-1]
