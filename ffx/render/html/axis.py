"""The axis of the timeline's drawing: one scale for all of it, long pauses broken out of it."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from ffx.api.journey import PAUSE

BREAK = 56  # as wide as a pause of any length is drawn where the axis is broken
_MARGIN = 8  # between a mark and the break beside it
_NARROWEST = 96  # room for a part's day below it
_LEAST = 130  # that the longest part has
_MOST_BREAKS = 4
_SQUASHING = 3  # a pause that takes a third of the axis leaves too little for the rest
_WORTH_IT = 2  # breaks are for pauses that take half of the axis in all


@dataclass(frozen=True, slots=True)
class AxisPart:
    """Time that is drawn without a break, from its first event at `left`.

    Attributes:
        end: its last event.
        right: where its room ends, which is at `end` or later.
    """

    start: datetime
    end: datetime
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Break:
    """A pause that is drawn narrower than it was."""

    left: float
    pause: timedelta

    @property
    def right(self) -> float:
        return self.left + BREAK


@dataclass(frozen=True, slots=True)
class Axis:
    """Where instants stand.

    Attributes:
        scale: units of the drawing a second; 0 where all events are at one instant.
        breaks: one between each two parts.
    """

    parts: tuple[AxisPart, ...]
    breaks: tuple[Break, ...]
    scale: float

    @property
    def right(self) -> float:
        return self.parts[-1].right

    def place(self, instant: datetime) -> float:
        """Return where an instant stands; one in a broken pause stands at its beginning."""
        index = bisect_right(self.parts, instant, key=lambda part: part.start) - 1
        part = self.parts[max(index, 0)]
        away = (instant - part.start).total_seconds() * self.scale
        return min(part.left + max(away, 0), part.right)


def make_axis(times: Sequence[datetime], left: float, right: float) -> Axis:
    """Lay instants out between two places, or beyond the right one if breaks need the room.

    `times` are sorted, and there is at least one.
    """
    broken = _pauses_to_cut(times)
    begins = [0, *broken]
    ends = [*[index - 1 for index in broken], len(times) - 1]
    spans = [(times[begin], times[end]) for begin, end in zip(begins, ends, strict=True)]
    lengths = [(end - start).total_seconds() for start, end in spans]
    room = right - left - len(broken) * (BREAK + 2 * _MARGIN)
    room = max(room, _LEAST + len(broken) * _NARROWEST)
    scale = _scale(lengths, room)
    parts: list[AxisPart] = []
    breaks: list[Break] = []
    place = left
    for number, ((start, end), length) in enumerate(zip(spans, lengths, strict=True)):
        width = max(length * scale, _NARROWEST) if scale else room / len(spans)
        parts.append(AxisPart(start, end, place, place + width))
        place += width + _MARGIN
        if number < len(broken):
            breaks.append(Break(place, times[broken[number]] - end))
            place += BREAK + _MARGIN
    return Axis(tuple(parts), tuple(breaks), scale)


def _pauses_to_cut(times: Sequence[datetime]) -> list[int]:
    """Choose the pauses that would squash the rest: the indices of the events after them.

    None is cut where the rest is nothing but single instants, which nothing can squash.
    """
    gaps = ((after - before, index) for index, (before, after) in enumerate(pairwise(times), 1))
    pauses = sorted((gap for gap in gaps if gap[0] > PAUSE), key=lambda gap: (-gap[0], gap[1]))
    whole = times[-1] - times[0]
    busy = whole - sum((pause for pause, _ in pauses), timedelta())
    cuts = [gap for gap in pauses if gap[0] > busy > timedelta()]
    if len(cuts) > _MOST_BREAKS:
        cuts = _longest(pauses, whole)
    cut = sum((pause for pause, _ in cuts), timedelta())
    return sorted(index for _, index in cuts) if cut * _WORTH_IT >= whole else []


def _longest(
    pauses: Sequence[tuple[timedelta, int]], whole: timedelta
) -> list[tuple[timedelta, int]]:
    """Return the longest pauses, as long as each takes a good part of what the others leave."""
    cuts: list[tuple[timedelta, int]] = []
    for pause, index in pauses[:_MOST_BREAKS]:
        if pause * _SQUASHING < whole:
            break
        cuts.append((pause, index))
        whole -= pause
    return cuts


def _scale(lengths: Sequence[float], room: float) -> float:
    """Return the scale at which parts of so many seconds fill the room.

    A short one gets more room than its seconds need, for its labels, and the
    others make do with what is left.
    """
    longest_first = sorted(lengths, reverse=True)
    if not longest_first[0]:
        return 0
    for count in range(len(longest_first), 1, -1):
        left = room - _NARROWEST * (len(longest_first) - count)
        scale = left / sum(longest_first[:count])
        if scale * longest_first[count - 1] >= _NARROWEST:
            return scale
    return (room - _NARROWEST * (len(longest_first) - 1)) / longest_first[0]
