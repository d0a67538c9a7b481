"""New rows of a watched visitor, written as they come, in the format that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

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


class Writer(Protocol):
    """Writes rows as they come."""

    def write(self, rows: NewRows) -> None:
        """Write them below those that were written before."""


def writer_for(
    run: Run, target: str, form: RowFormat, fields: str | None, *, csv_raw: bool
) -> Writer:
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
        return _Table(run) if run.output.screen.draws else _Plain(run)
    if form is RowFormat.CSV:
        return _Rows(target, CsvSink(run, read_fields(fields, command="visitor"), raw=csv_raw))
    if csv_raw:
        raise UsageError("--csv-raw is for --format csv alone")
    names = None if fields is None else read_fields(fields, command="visitor")
    return _Rows(target, RowSink(run, names))


class _Table:
    def __init__(self, run: Run) -> None:
        from ffx.render.terminal.lines import frame_of
        from ffx.render.terminal.timeline import GrowingTimeline

        self._output = run.output
        self._timeline = GrowingTimeline(frame_of(run))

    def write(self, rows: NewRows) -> None:
        from ffx.render.terminal.lines import paint

        width = self._output.screen.width
        lines = self._timeline.lines(rows.journey, rows.steps, width=width)
        self._output.result(paint(lines, color=self._output.screen.color))


class _Plain:
    def __init__(self, run: Run) -> None:
        self._run = run
        self._has_header = False

    def write(self, rows: NewRows) -> None:
        from ffx.api.members import HIT_ROW
        from ffx.render.rows.plain import plain_header, plain_row

        header = "" if self._has_header else plain_header(HIT_ROW)
        self._has_header = True
        lines = (plain_row(HIT_ROW, step.row, self._run.zone) for step in rows.steps)
        self._run.output.result(header + "".join(lines))


class _Rows:
    def __init__(self, target: str, sink: "Sink") -> None:
        self._target, self._sink = target, sink
        # At once: a table without rows is one, too.
        sink.write_header()

    def write(self, rows: NewRows) -> None:
        sent, about = rows.reply.row_texts(), rows.reply.visitor_text()
        self._sink.write_rows(self._target, [sent[place] for place in rows.places], about)
