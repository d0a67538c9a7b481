"""The ticks below the timeline's axis: clocks, days, and changes of the clocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ffx.input.times.formatting import day_of
from ffx.input.times.zones import Zone, to_instant, to_local
from ffx.render.html.axis import Axis, AxisPart

_APART = 96  # between the beginnings of two clocks
_DAY = timedelta(days=1)
_SECONDS = timedelta(seconds=1)
_MOST_DAYS = 45
_MOST_LOOKS = 2000
LATEST = datetime(9998, 12, 31, tzinfo=UTC)  # beyond it calendars end
_STEPS = (
    *(timedelta(milliseconds=n) for n in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
    *(timedelta(seconds=n) for n in (1, 2, 5, 10, 15, 30)),
    *(timedelta(minutes=n) for n in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=n) for n in (1, 2, 3, 6, 12)),
    *(timedelta(days=n) for n in (1, 2, 7, 14, 28, 91, 182, 365)),
    *(timedelta(days=365 * n) for n in (2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)),
)


@dataclass(frozen=True, slots=True)
class Tick:
    """One instant on the axis, in the reader's zone.

    Attributes:
        clock: `15:04:12`; empty where the day says it all.
        days: the day, the fuller way of writing it first; empty where it is as before.
    """

    place: float
    clock: str
    days: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockChange:
    """Where the zone's offset changes, as in `+02:00 → +01:00`."""

    place: float
    offsets: str


def ticks(axis: Axis, zone: Zone) -> Iterator[Tick]:
    """Yield what to write below an axis: each part's first event, then round times."""
    step = _step(axis.scale)
    before: list[str] = []
    beginnings = [part.left for part in axis.parts]
    for part, following in zip(axis.parts, [*beginnings[1:], None], strict=True):
        place = part.left
        here = _day_of(part.start, zone)
        clock = _clock(part.start, min(step, _SECONDS), zone)
        yield Tick(place, clock, _day_changes(here, before))
        before = here
        for instant in _round_times(part, step, zone):
            if axis.place(instant) < place + _APART:
                continue
            if following is not None and axis.place(instant) + _APART > following:
                break
            place = axis.place(instant)
            here = _day_of(instant, zone)
            clock = "" if step >= _DAY else _clock(instant, step, zone)
            yield Tick(place, clock, _day_changes(here, before))
            before = here


def midnights(axis: Axis, zone: Zone) -> list[float]:
    """Return the places where days begin; none where there are too many to tell them apart."""
    found: list[float] = []
    for part in axis.parts:
        day = to_local(part.start, zone).date()
        days = (to_local(part.end, zone).date() - day).days
        if days > _MOST_DAYS:
            continue
        for number in range(1, days + 1):
            midnight = datetime.combine(day + number * _DAY, datetime.min.time())
            found.append(axis.place(to_instant(midnight, zone, end=False).instant))
    return found


def clock_changes(axis: Axis, zone: Zone) -> Iterator[ClockChange]:
    """Yield where the zone's offset changes within what is drawn."""
    for part in axis.parts:
        last = part.end
        step = max(_DAY, (last - part.start) / _MOST_LOOKS)
        before = part.start
        while before < last:
            after = min(before + step, last)
            if _offset(before, zone) != _offset(after, zone):
                offsets = f"{_offset(before, zone)} → {_offset(after, zone)}"
                yield ClockChange(axis.place(_moment_of_change(before, after, zone)), offsets)
            before = after


def _step(scale: float) -> timedelta:
    """Return the smallest round length of time that leaves room for its clocks."""
    fitting = (step for step in _STEPS if step.total_seconds() * scale >= _APART)
    return next(fitting, _STEPS[-1]) if scale else _STEPS[0]


def _round_times(part: AxisPart, step: timedelta, zone: Zone) -> Iterator[datetime]:
    local = to_local(part.start, zone).replace(tzinfo=None)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    wall = midnight + (local - midnight) // step * step
    end = to_local(part.end, zone).replace(tzinfo=None)
    for number in range(1, (end - wall) // step + 1):
        instant = to_instant(wall + number * step, zone, end=False).instant
        if part.start < instant <= part.end:
            yield instant


def _clock(instant: datetime, step: timedelta, zone: Zone) -> str:
    local = to_local(instant, zone)
    if step < timedelta(seconds=1):
        return f"{local:%H:%M:%S}.{local.microsecond // 1000:03}"
    return f"{local:%H:%M:%S}" if step < timedelta(minutes=1) else f"{local:%H:%M}"


def _day_of(instant: datetime, zone: Zone) -> list[str]:
    """Return weekday and date, year, offset."""
    *day, year, offset = day_of(instant, zone).split(" ")
    return [" ".join(day), year, offset]


def _day_changes(here: list[str], before: list[str]) -> tuple[str, ...]:
    """Return ways to write what has changed; the whole of it where nothing was said."""
    day, year, offset = here
    if not before:
        return (f"{day} {year} {offset}", f"{day} {offset}", day)
    if here == before:
        return ()
    words = [
        day,
        *([year] if year != before[1] else []),
        *([offset] if offset != before[2] else []),
    ]
    return (" ".join(words), day)


def _offset(instant: datetime, zone: Zone) -> str:
    return day_of(instant, zone).rpartition(" ")[2]


def _moment_of_change(before: datetime, after: datetime, zone: Zone) -> datetime:
    """Find the second at which the offset changes between two instants."""
    first = _offset(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if _offset(middle, zone) == first:
            before = middle
        else:
            after = middle
    return after.astimezone(UTC)
