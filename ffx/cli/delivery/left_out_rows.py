"""Notes on the rows that `--event`, `--limit` and `--reverse` left out."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ffx.input.times.instants import read_time
from ffx.lookup.run import Run
from ffx.output.clean import quoted
from ffx.output.words import plural
from ffx.render.row_choice import RowChoice

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class LeftOutRows:
    """The number of rows that a choice left out in a run, and the events of all its rows."""

    choice: RowChoice
    count: int = 0
    _events: dict[str, str] = field(default_factory=dict)

    def add(self, events: Iterable[object], *, left_out: int) -> None:
        """Add the events of a target's rows, and how many of these are not shown."""
        self.count += left_out
        for event in events:
            if isinstance(event, str) and event:
                self._events.setdefault(event.casefold(), event)

    def tell(self, run: Run) -> None:
        """Note how many rows were left out, and which events there are where one was not found."""
        for name in self.choice.events if self._events else ():
            if name.casefold() not in self._events:
                names = ", ".join(map(quoted, self._events.values()))
                run.output.note(f"note: no row is of event {quoted(name)}; there are {names}")
        if self.count:
            run.output.note(f"note: {plural(self.count, 'row')} left out, as asked")


def tell_left_out(run: Run, choice: RowChoice, events: Iterable[object], *, left_out: int) -> None:
    """Write these notes for the rows of one target."""
    rows = LeftOutRows(choice)
    rows.add(events, left_out=left_out)
    rows.tell(run)


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
