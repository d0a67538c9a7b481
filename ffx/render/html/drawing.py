"""The timeline's drawing: lanes below each other, an axis below them, simple shapes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from ffx.api.journey import Step
from ffx.input.times.formatting import elapsed
from ffx.input.times.zones import Zone
from ffx.output.width import width_of
from ffx.output.words import tenths
from ffx.render.html.axis import BREAK, Axis
from ffx.render.html.lanes import Lane, lane_of
from ffx.render.html.markup import Markup, element
from ffx.render.html.ticks import ClockChange, clock_changes

ROOM_FOR_LABELS = 136  # right of the last event
NAMES = 128  # the lanes' names, which stay in sight
EDGE = 4
LANE = 36
LINE = 16
_VISITS, _PAUSES = 28, 28
_MOST_CHANGES = 24
_BESIDE = 28  # the ends of the line that shows a pause
_LETTER = 7.3  # as wide as most, whatever the typeface

# Around their own middle; every kind has a shape of its own, for those who see no colours.
_SHAPES = {
    "entrance": "M-5-6L7 0L-5 6Z",
    "node": "M-6.5 0L-3.2-5.6H3.2L6.5 0L3.2 5.6H-3.2Z",
    "page": "M-5-5H5V5H-5Z",
    "click": "M0-5.5A5.5 5.5 0 1 1 0 5.5A5.5 5.5 0 1 1 0-5.5Z",
    "offer": "M0-7L7 0L0 7L-7 0Z",
    "conversion": "M0-9L2.3-3L8.6-2.8L3.7 1.2L5.3 7.3L0 3.8L-5.3 7.3L-3.7 1.2L-8.6-2.8L-2.3-3Z",
    "custom": "M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
    "other": "M-6 5L0-6L6 5Z",
}


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause between two marks, and how long it was, which is written at `centre`."""

    left: float
    right: float
    centre: float
    length: str


@dataclass(frozen=True)
class Drawing:
    """What is drawn, and where; heights count from the top.

    Attributes:
        steps: rows by time; `times` has the time of each.
        lanes: those that have rows.
        hit_id: the hit in question, whose marks have a ring; empty where there is none.
    """

    steps: Sequence[Step]
    times: Sequence[datetime]
    axis: Axis
    lanes: Sequence[Lane]
    zone: Zone
    hit_id: str = ""

    @property
    def width(self) -> float:
        return self.axis.right + ROOM_FOR_LABELS

    @cached_property
    def has_visits(self) -> bool:
        """Whether any visit began here, as none does in the events of a hit."""
        return any(step.visit for step in self.steps)

    @property
    def top(self) -> float:
        """Where the first lane begins; the visits' names stand above."""
        return EDGE + (_VISITS if self.has_visits else 0)

    @property
    def bottom(self) -> float:
        """Where the last lane ends."""
        return self.top + LANE * len(self.lanes)

    @property
    def foot(self) -> float:
        """Where the axis is; between it and the lanes is room for the lengths of pauses."""
        return self.bottom + (_PAUSES if self.pauses else 6)

    @cached_property
    def pauses(self) -> list[Pause]:
        """The pauses whose length there is room to tell: in all breaks, and wide enough."""
        found: list[Pause] = []
        between = zip(pairwise(self.places), self.steps[1:], strict=True)
        for (left, right), step in between:
            length = elapsed(step.pause) if step.pause is not None else ""
            cut = next((each for each in self.axis.breaks if left <= each.left < right), None)
            if length and (cut or right - left > text_width(length) + _BESIDE):
                centre = cut.left + BREAK / 2 if cut else (left + right) / 2
                found.append(Pause(left, right, centre, length))
        return found

    @property
    def height(self) -> float:
        return self.foot + (4 if self.changes else 3) * LINE

    @cached_property
    def changes(self) -> list[ClockChange]:
        """Where the clocks change; none where they do too often to be told apart."""
        found = list(clock_changes(self.axis, self.zone))
        return found if len(found) <= _MOST_CHANGES else []

    @cached_property
    def middles(self) -> dict[str, float]:
        """The height at which each lane's marks stand."""
        return {
            lane.name: self.top + LANE * (index + 0.5) for index, lane in enumerate(self.lanes)
        }

    @cached_property
    def places(self) -> list[float]:
        return [self.axis.place(time) for time in self.times]

    @cached_property
    def kinds(self) -> list[str]:
        """The name of each row's lane."""
        return [lane_of(step.row) for step in self.steps]


def mark_at(lane: str, place: float, middle: float, *content: Markup) -> Markup:
    where = f"translate({tenths(place)} {tenths(middle)})"
    return element("path", *content, class_=f"mark {lane}", transform=where, d=_SHAPES[lane])


def path(class_: str, way: str) -> Markup:
    return element("path", class_=class_, d=way)


def text_at(text: str, x: float, y: float, *, class_: str) -> Markup:
    return element("text", text, class_=class_, x=x, y=y)


def text_width(text: str) -> float:
    """Guess how wide a text will be, rather too wide than too narrow."""
    return width_of(text) * _LETTER
