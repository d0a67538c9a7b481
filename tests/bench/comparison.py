"""Two sides of a measurement: the ratio between them, and what it was to be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

Sides = Mapping[str, Callable[[], float] | None]


@dataclass(frozen=True, slots=True)
class Bound:
    """What a ratio may be at most; with `is_least`, what it is to be at least."""

    limit: float
    is_least: bool = False

    def holds(self, ratio: float) -> bool:
        return ratio >= self.limit if self.is_least else ratio <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.is_least else '≤'} {self.limit:.2f}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of a result.

    Attributes:
        what: the two sides in words, with a colon between them.
        ours: the median of our side, in `unit`; None where it was not measured.
        peer: the same of the other side.
        bound: None where the figures are for information only.
    """

    what: str
    ours: float | None
    peer: float | None
    unit: str = "ms"
    bound: Bound | None = None

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's, with the digits that are printed and judged."""
        if self.ours is None or not self.peer:
            return None
        return round(self.ours / self.peer, 2)

    @property
    def verdict(self) -> str:
        """`met`, `missed` or `not measured`; empty where nothing was asked for."""
        if self.ratio is None:
            return "not measured"
        if self.bound is None:
            return ""
        return "met" if self.bound.holds(self.ratio) else "missed"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one target; `method` says on what, and how often."""

    name: str
    title: str
    method: str
    comparisons: tuple[Comparison, ...]


def medians_in_turn(sides: Sides, *, runs: int, warm_up: bool = True) -> dict[str, float | None]:
    """Call the sides one after the other, round after round, and return each one's median.

    A side that is None has none. `warm_up` adds a first round that does not count.
    """
    figures: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(runs + warm_up):
        for name, measure in sides.items():
            if measure is None:
                continue
            figure = measure()
            if number >= warm_up:
                figures[name].append(figure)
    return {name: median(found) if found else None for name, found in figures.items()}
