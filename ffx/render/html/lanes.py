"""The lanes of the timeline: which kind of event a row is, and which rows share a mark."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ffx.api import kinds as events
from ffx.api.journey import Step
from ffx.api.models import Event
from ffx.output.words import amount, non_empty

_SAME_MARK = 6  # closer than this, two rows share one
_TOUCHING = 15  # closer than this, two marks touch


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind of event.

    Attributes:
        name: what its marks are called in the style.
        title: for people.
    """

    name: str
    title: str


LANES = (
    Lane("entrance", "entrance"),
    Lane("node", "condition, node"),
    Lane("page", "page view"),
    Lane("click", "click"),
    Lane("offer", "offer view"),
    Lane("conversion", "conversion"),
    Lane("custom", "custom event"),
    Lane("other", "other"),
)


def lane_of(row: Event) -> str:
    """Return the name of the lane that a row belongs to."""
    if row.is_conversion:
        return "conversion"
    if row.is_entrance:
        return "entrance"
    if events.is_custom(row.eventType):
        return "custom"
    if events.is_click(row.eventType):
        return "click"
    if events.is_offer(row):
        return "offer"
    if events.is_page(row):
        return "page"
    return "node" if row.nodeType else "other"


@dataclass(frozen=True, slots=True)
class Mark:
    """Rows so close that they share a place on their lane; there is at least one."""

    place: float
    steps: tuple[Step, ...]


def marks_of(placed: Iterable[tuple[float, Step]]) -> list[Mark]:
    """Merge the rows of a lane that would cover each other; they come by their places."""
    marks: list[Mark] = []
    waiting: list[Step] = []
    place = 0.0
    for here, step in placed:
        if waiting and here - place >= _SAME_MARK:
            marks.append(Mark(place, tuple(waiting)))
            waiting = []
        place = place if waiting else here
        waiting.append(step)
    return [*marks, Mark(place, tuple(waiting))] if waiting else marks


def runs_of(marks: Sequence[Mark]) -> list[list[Mark]]:
    """Put marks together that touch each other; most stand alone."""
    runs: list[list[Mark]] = []
    for mark in marks:
        if runs and mark.place - runs[-1][-1].place < _TOUCHING:
            runs[-1].append(mark)
        else:
            runs.append([mark])
    return runs


def mark_label(step: Step) -> str:
    """Return the label beside a row's mark; empty for a click."""
    row = step.row
    names: dict[str, Sequence[str | None]] = {
        "entrance": (f"cost {amount(row.cost)}" if row.cost else None,),
        "conversion": (amount(row.revenue), row.conversionTransaction),
        "custom": (row.eventType, row.eventData1),
        "click": (),
        "other": (row.eventType,),
    }
    texts = names.get(lane_of(row), (row.pageName or row.nodeName or row.eventType,))
    return " · ".join(non_empty(*texts))
