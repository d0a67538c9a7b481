"""New rows of a watched visitor, written as they come, in the format that was asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ffx.cli.options import RowFormat
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from ffx.api.journey import Journey, Step
    from ffx.api.wire import Reply
    from ffx.cli.delivery.sinks import Sink


@dataclass(frozen=True, slots=True)
class NewRows:
    """Rows to write: those of a journey that are new, and their places in the reply."""

    reply: "Reply"
    journey: "Journey"
    steps: "Sequence[Step]"
    places: Sequence[int]


NewRowsWriter = Callable[[NewRows], None]
"""Writes rows below those that it wrote before."""


def writer_for(
    run: Run, target: str, form: RowFormat, fields: str | None, *, csv_raw: bool
) -> NewRowsWriter:
    """Return the writer of a visitor's rows: a table on a terminal, plain lines in a pipe.

    Raises:
        UsageError: `fields` names what no row has, or does not go with the form.
    """
    from ffx.cli.delivery.sinks import CsvSink, RowSink
    from ffx.errors import UsageError
    from ffx.render.rows.columns import read_fields

    if form is RowFormat.TABLE:
        if fields is not None or csv_raw:
            raise UsageError("--fields and --csv-raw need --format csv or jsonl")
        return _table_writer(run) if run.output.screen.draws else _plain_writer(run)
    if form is RowFormat.CSV:
        return _sink_writer(
            target, CsvSink(run, read_fields(fields, command="visitor"), raw=csv_raw)
        )
    if csv_raw:
        raise UsageError("--csv-raw is for --format csv alone")
    names = None if fields is None else read_fields(fields, command="visitor")
    return _sink_writer(target, RowSink(run, names))


def _table_writer(run: Run) -> NewRowsWriter:
    from ffx.render.terminal.lines import frame_of, paint
    from ffx.render.terminal.timeline import GrowingTimeline

    timeline = GrowingTimeline(frame_of(run))

    def write(rows: NewRows) -> None:
        screen = run.output.screen
        lines = timeline.lines(rows.journey, rows.steps, width=screen.width)
        run.output.result(paint(lines, color=screen.color))

    return write


def _plain_writer(run: Run) -> NewRowsWriter:
    from ffx.api.members import HIT_ROW
    from ffx.render.rows.plain import plain_header, plain_row

    header = plain_header(HIT_ROW)

    def write(rows: NewRows) -> None:
        nonlocal header
        lines = (plain_row(HIT_ROW, step.row, run.zone) for step in rows.steps)
        run.output.result(header + "".join(lines))
        header = ""

    return write


def _sink_writer(target: str, sink: "Sink") -> NewRowsWriter:
    # At once: a table without rows is one, too.
    sink.write_header()

    def write(rows: NewRows) -> None:
        sent, visitor = rows.reply.row_texts(), rows.reply.visitor_text()
        sink.write_rows(target, [sent[place] for place in rows.places], visitor)

    return write
