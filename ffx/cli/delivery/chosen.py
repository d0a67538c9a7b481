"""What stands before a sink of rows where only some of them are wanted, and what is said of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from ffx.api.jsontext import on_one_line, read_object
from ffx.cli.delivery.sinks import RowSink, Sink
from ffx.errors import FfxError
from ffx.input.times.instants import read_time
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.output.clean import quoted
from ffx.output.words import plural
from ffx.render.choice import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_IN_MEMORY = 8 * 2**20  # bytes


@dataclass(slots=True)
class LeftOut:
    """What a choice left out of the rows of a run, and which events these rows are of."""

    choice: Choice
    count: int = 0
    _events: dict[str, str] = field(default_factory=dict)

    def meet(self, events: Iterable[object], *, left_out: int) -> None:
        """Take in the events of a target's rows, and how many of these are not shown."""
        self.count += left_out
        for event in events:
            if isinstance(event, str) and event:
                self._events.setdefault(event.casefold(), event)

    def tell(self, run: Run) -> None:
        """Say how many rows were left out, and which events there are where one was not met."""
        for name in self.choice.events if self._events else ():
            if name.casefold() not in self._events:
                names = ", ".join(map(quoted, self._events.values()))
                run.output.note(f"note: no row is of event {quoted(name)}; there are {names}")
        if self.count:
            run.output.note(f"note: {plural(self.count, 'row')} left out, as asked")


class Chosen:
    """Hands on the rows that were chosen of each target, and says how many were left out."""

    def __init__(self, sink: Sink, run: Run, left_out: LeftOut) -> None:
        self._sink = sink
        self._run = run
        self._choice = left_out.choice
        self._left_out = left_out

    @property
    def tells_of_cuts(self) -> bool:
        return self._sink.tells_of_cuts

    @property
    def says_why(self) -> bool:
        return self._sink.says_why

    @property
    def says_missing(self) -> bool:
        return self._sink.says_missing

    def take_columns(self, heads: Sequence[str]) -> None:
        self._sink.take_columns(heads)

    def begin(self, row: Sequence[str]) -> None:
        self._sink.begin(row)

    def write_header(self) -> None:
        self._sink.write_header()

    def found(self, text: str, found: Found) -> None:
        rows = found.reply.rows_read()
        places = self._choose([row.get("eventType") for row in rows], list(map(_time_of, rows)))
        sent = found.reply.rows_sent()
        reply = found.reply.with_all([sent[place] for place in places], has_more=None)
        self._sink.found(text, replace(found, reply=reply))

    def failed(self, text: str, error: FfxError) -> None:
        self._sink.failed(text, error)

    def sums(self) -> list[str]:
        return self._sink.sums()

    def end(self) -> None:
        self._sink.end()
        self._left_out.tell(self._run)

    def row_sink(self) -> RowSink | None:
        inner = self._sink.row_sink()
        return None if inner is None else _ChosenRows(inner, self._run, self._left_out)

    def _choose(self, events: Sequence[object], times: Sequence[datetime | None]) -> list[int]:
        """Return the places of the chosen rows."""
        places = self._choice.places(events, times)
        self._left_out.meet(events, left_out=len(events) - len(places))
        return places


class _ChosenRows(Chosen):
    """The same, of rows that come part by part.

    Which are the newest is known when all are there. Until then a file keeps those of the
    wanted events that has no name and goes with the run.
    """

    def __init__(self, sink: RowSink, run: Run, left_out: LeftOut) -> None:
        super().__init__(sink, run, left_out)
        self._rows = sink
        self._kept: SpooledTemporaryFile[bytes] | None = None
        self._text = self._visitor = ""
        self._events: list[object] = []
        self._times: list[datetime | None] = []
        self._offsets: list[int] = []

    def rows(self, text: str, rows: Iterable[str], visitor: str) -> None:
        self._text, self._visitor = text, visitor
        if self._kept is None:  # there may be no rows; it is closed once they are written
            self._kept = SpooledTemporaryFile(max_size=_MOST_IN_MEMORY)  # noqa: SIM115
        for row in rows:
            read = read_object(row)
            event = read.get("eventType")
            self._events.append(event)
            self._times.append(_time_of(read))
            self._offsets.append(self._kept.tell())
            if self._choice.wants(event):
                line = f"{on_one_line(row)}\n"
                self._kept.write(line.encode("utf-8", "surrogatepass"))

    def end_rows(self) -> None:
        if self._kept is None:
            return
        places = self._choose(self._events, self._times)
        with self._kept as kept:

            def at(place: int) -> str:
                kept.seek(self._offsets[place])
                return kept.readline().decode("utf-8", "surrogatepass").rstrip("\n")

            self._rows.rows(self._text, map(at, places), self._visitor)
        self._rows.end_rows()


def _time_of(row: "Mapping[str, object]") -> datetime | None:
    time = row.get("eventTime")
    return read_time(time) if isinstance(time, str) else None
