"""What a walk could not get."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from ffx.input.times.window import TimeRange

_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """A window of which the service held rows back that no narrower question can get."""

    window: TimeRange
    reason: str


def joined(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Return gaps with those made one that follow and touch each other, and have one reason."""
    made: list[Gap] = []
    for gap in gaps:
        last = made[-1] if made else None
        if last is not None and last.reason == gap.reason and _touch(last.window, gap.window):
            start = min(last.window.start, gap.window.start)
            made[-1] = Gap(TimeRange(start, max(last.window.end, gap.window.end)), gap.reason)
        else:
            made.append(gap)
    return tuple(made)


def _touch(one: TimeRange, other: TimeRange) -> bool:
    return one.start - _MILLISECOND <= other.end and other.start - _MILLISECOND <= one.end
