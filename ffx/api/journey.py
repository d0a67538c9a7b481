"""A visitor's rows as a journey: sorted by time, in visits, with pauses and sums.

Pure: from models to values that every view draws in its own way.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, localcontext

from ffx.api.models import Event
from ffx.input.times.instants import read_time

# A gap as long as this one is worth a line of its own.
PAUSE = timedelta(minutes=30)
# Sums are exact, or there is none: powers of ten, characters, and digits enough for both.
_FARTHEST, _LONGEST, _PRECISION = 30, 60, 200


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the journey.

    Attributes:
        time: UTC; None where the service's own cannot be read.
        after: time since the row before; None for the first and for unreadable times.
        visit: counts from 1 with each entrance; 0 before the first one.
        starts_visit: whether it is the first row of its visit.
        after_hit: on a conversion, time since its hit, where that is in the journey.
    """

    row: Event
    time: datetime | None
    after: timedelta | None
    visit: int
    starts_visit: bool
    after_hit: timedelta | None

    @property
    def pause(self) -> timedelta | None:
        """The pause before this row, where it is long enough to be shown."""
        return self.after if self.after is not None and self.after > PAUSE else None


@dataclass(frozen=True, slots=True)
class Journey:
    """All rows of a reply, oldest first; rows without a readable time come last.

    `was_sorted` says whether the service had sent them so, or exactly the
    other way round; `is_cut`, whether it held rows back.
    """

    steps: tuple[Step, ...]
    was_sorted: bool
    is_cut: bool = False

    @property
    def visits(self) -> int:
        return sum(step.row.is_entrance for step in self.steps)

    @property
    def conversions(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.row.is_conversion)

    @property
    def conversions_text(self) -> str:
        """Say how many conversions there are; of a cut history, so far."""
        count = len(self.conversions)
        words = f"{count:,} conversion{'' if count == 1 else 's'}"
        return f"{words} so far" if self.is_cut else words

    @property
    def cost(self) -> Decimal | None:
        """What the entrances cost; None where none of them says."""
        return total_of(step.row.cost for step in self.steps if step.row.is_entrance)

    @property
    def revenue(self) -> Decimal | None:
        """What the conversions brought; None where there is none, or none of them says."""
        return total_of(step.row.revenue for step in self.conversions)


def make_journey(rows: Sequence[Event], *, is_cut: bool = False) -> Journey:
    """Sort rows by time; equal times keep the order in which they happened."""
    times = [read_time(row.eventTime) for row in rows]
    places = by_time(times)
    was_sorted = None not in times and places in (
        list(range(len(rows))),
        list(range(len(rows)))[::-1],
    )
    ordered = [(times[place], rows[place]) for place in places]
    return Journey(tuple(_steps(ordered)), was_sorted, is_cut)


def by_time(times: Sequence[datetime | None]) -> list[int]:
    """Return the places of rows sent at `times`, oldest first.

    Equal times keep the order in which they happened; times that cannot be read, None, come last.
    """
    readable = [(time, place) for place, time in enumerate(times) if time is not None]
    if len(readable) > 1 and readable[0][0] > readable[-1][0]:
        readable.reverse()  # sent newest first
    readable.sort(key=lambda pair: pair[0])
    unreadable = (place for place, time in enumerate(times) if time is None)
    return [*(place for _, place in readable), *unreadable]


def _steps(rows: Sequence[tuple[datetime | None, Event]]) -> Iterator[Step]:
    visit = 0
    before: datetime | None = None
    hit_times: dict[str, datetime] = {}
    for number, (time, row) in enumerate(rows):
        if row.is_entrance:
            visit += 1
        started = hit_times.get(row.hitId or "")
        if time is not None and row.hitId and not row.is_conversion:
            hit_times.setdefault(row.hitId, time)
        yield Step(
            row=row,
            time=time,
            after=time - before if time is not None and before is not None else None,
            visit=visit,
            starts_visit=row.is_entrance or number == 0,
            after_hit=time - started
            if row.is_conversion and time is not None and started is not None
            else None,
        )
        before = time or before


def total_of(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return an exact sum; None where there is nothing to add, or no sensible digits for it."""
    known = [amount for amount in amounts if amount is not None]
    if not known:
        return None
    if len(known) == 1:
        return known[0]
    # A sum of numbers with exponents far apart has no sensible digits.
    if any(abs(amount.adjusted()) > _FARTHEST or len(str(amount)) > _LONGEST for amount in known):
        return None
    with localcontext(prec=_PRECISION):
        return sum(known, Decimal(0))
