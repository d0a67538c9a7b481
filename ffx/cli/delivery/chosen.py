"""What stands before a sink of rows where only some of them are wanted, and what is said of it."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ffx.api.jsontext import read_object
from ffx.cli.delivery.sinks import Before, RowSink, Sink
from ffx.input.times.instants import read_time
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.output.clean import quoted
from ffx.output.spool import Picked, Spool
from ffx.output.words import plural
from ffx.render.choice import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping


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


class Chosen(Before):
    """Hands on the rows that were chosen of each target, and says how many were left out."""

    def __init__(self, sink: Sink, run: Run, left_out: LeftOut) -> None:
        super().__init__(sink)
        self._run = run
        self._choice = left_out.choice
        self._left_out = left_out

    def found(self, text: str, found: Found) -> None:
        events, times = events_and_times(found.reply.rows_read())
        places = self._choose(events, times)
        reply = found.reply.with_all(Picked(found.reply.rows_sent(), places), has_more=None)
        self._sink.found(text, replace(found, reply=reply))

    def end(self) -> None:
        super().end()
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

    Which are the newest is known when all are there. Until then they are kept outside
    memory, those of the wanted events alone.
    """

    def __init__(self, sink: RowSink, run: Run, left_out: LeftOut) -> None:
        super().__init__(sink, run, left_out)
        self._rows = sink
        self._kept = Spool()
        self._text = self._visitor = ""
        self._events: list[object] = []
        self._times: list[datetime | None] = []

    def rows(self, text: str, rows: Iterable[str], visitor: str) -> None:
        self._text, self._visitor = text, visitor
        sent = list(rows)
        events, times = events_and_times(map(read_object, sent))
        self._events += events
        self._times += times
        for row, event in zip(sent, events, strict=True):
            self._kept.add(row if self._choice.wants(event) else "")

    def end_rows(self) -> None:
        if not self._kept:
            return
        places = self._choose(self._events, self._times)
        self._rows.rows(self._text, Picked(self._kept, places), self._visitor)
        self._rows.end_rows()


def events_and_times(
    rows: "Iterable[Mapping[str, object]]",
) -> tuple[list[object], list[datetime | None]]:
    """Return the event of each row, and its time; None where that cannot be read."""
    events: list[object] = []
    times: list[datetime | None] = []
    for row in rows:
        event, time = row.get("eventType"), row.get("eventTime")
        # Names of events come again and again, and are kept once.
        events.append(sys.intern(event) if type(event) is str else event)
        times.append(read_time(time) if isinstance(time, str) else None)
    return events, times
