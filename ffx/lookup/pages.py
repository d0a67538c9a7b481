"""One answer of a walk: its rows, their times, and what tells rows apart."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ffx.api.wire import Reply
from ffx.input.times.window import TimeRange

MILLISECOND = timedelta(milliseconds=1)
_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SentRow:
    """One hit as it was sent, with its time in UTC; None where that cannot be read."""

    text: str
    time: datetime | None


class Page:
    """The rows of one answer.

    Attributes:
        rows: those that a walk has not had before, in the order sent.
        is_full: whether the service held rows back.
        is_empty: whether the answer had no row at all.
        has_repeated: whether it had rows that are left out of `rows`.
        is_newest_first: whether the service sent them so.
        unit: how finely times are printed: to the second where none has a fraction.
        is_fine: whether a printed time lies between two milliseconds.
    """

    def __init__(self, reply: Reply) -> None:
        self.rows = [SentRow(text, time) for text, time in reply.timed_rows()]
        self.is_full = reply.has_more is True
        self.is_empty = not self.rows
        self._sent = self.rows
        self.has_repeated = False
        times = _times(self.rows)
        self._has_times = bool(times) and len(times) == len(self.rows)
        self.is_newest_first = bool(times) and times[0] > times[-1]
        self.unit = MILLISECOND if any(time.microsecond for time in times) else _SECOND
        self.is_fine = any(time.microsecond % 1000 for time in times)

    @property
    def oldest(self) -> datetime:
        """The oldest printed instant: its beginning."""
        return self._printed(min(_times(self.rows)))

    @property
    def newest(self) -> datetime:
        """The newest printed instant: its beginning."""
        return self._printed(max(_times(self.rows)))

    def _printed(self, time: datetime) -> datetime:
        return _EPOCH + (time - _EPOCH) // self.unit * self.unit

    def lies_in(self, window: TimeRange) -> bool:
        """Tell whether every row has a time, and one inside the window."""
        return (
            self._has_times
            and window.start - self.unit <= self._printed(min(_times(self._sent)))
            and self._printed(max(_times(self._sent))) <= window.end < _LAST
        )

    def leave_out(self, edge: datetime, *, goes_back: bool) -> None:
        """Leave out the rows that were had before a walk came to an edge."""
        rows = rows_beyond(self.rows, edge, goes_back=goes_back)
        self.has_repeated = len(rows) < len(self.rows)
        self.rows = rows

    def since(self, edge: datetime) -> list[SentRow]:
        return [row for row in self.rows if row.time is not None and row.time >= edge]

    def before(self, edge: datetime) -> list[SentRow]:
        return [row for row in self.rows if row.time is not None and row.time < edge]

    def lacks(self, rows: Sequence[SentRow]) -> list[SentRow]:
        """Return those of `rows` that are not here, counting equal ones."""
        return rows_without(rows, count_rows(self.rows))

    def shares(self, rows: Iterable[SentRow]) -> bool:
        """Tell whether any of `rows` is here."""
        here = {row.text for row in self.rows}
        return any(row.text in here for row in rows)


@dataclass(slots=True)
class WalkSection:
    """The part of a walk since it last went on to another edge.

    Attributes:
        window: all that was not had before; it may lack rows until the section ends.
        edge: rows that do not lie beyond it were had; None at the beginning.
        yielded: how often each row was yielded.
    """

    window: TimeRange
    edge: datetime | None = None
    yielded: Counter[str] = field(default_factory=Counter)
    _met: Counter[str] = field(default_factory=Counter)
    _rows: dict[str, SentRow] = field(default_factory=dict)

    def add(self, rows: Iterable[SentRow]) -> bool:
        """Keep in mind what an answer holds, and tell whether any of it is new."""
        had = len(self._rows)
        for row in rows:
            self._rows.setdefault(row.text, row)
        self._met |= count_rows(rows)
        return len(self._rows) > had

    def not_yielded(self) -> list[SentRow]:
        """Return what was met and not yielded, in the order in which it came."""
        left = self._met - self.yielded
        return [row for text, row in self._rows.items() for _ in range(left[text])]


def count_rows(rows: Iterable[SentRow]) -> Counter[str]:
    """Count rows by their texts."""
    return Counter(row.text for row in rows)


def rows_without(rows: Iterable[SentRow], counts: Counter[str]) -> list[SentRow]:
    """Return `rows` less those in `counts`, which are counted off."""
    kept = []
    for row in rows:
        if counts[row.text] > 0:
            counts[row.text] -= 1
        else:
            kept.append(row)
    return kept


def rows_beyond(rows: Iterable[SentRow], edge: datetime, *, goes_back: bool) -> list[SentRow]:
    """Return the rows before an edge, or those from it on; and those without a time."""
    return [row for row in rows if row.time is None or (row.time < edge) is goes_back]


def _times(rows: Iterable[SentRow]) -> list[datetime]:
    return [row.time for row in rows if row.time is not None]
