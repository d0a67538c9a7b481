"""Two sides of a measurement: the ratio between them, and what it was to be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import median

Sides = Mapping[str, Callable[[], float] | None]
MET, MISSED, NOT_MEASURED = "met", "missed", "not measured"
# Ten pairs can be dealt in 1,024 ways.
_MOST_PAIRS = 10


@dataclass(frozen=True, slots=True)
class Median:
    """What the runs of one side came to; `noise` as of `noise_of`."""

    value: float
    noise: float | None

    def rate(self, count: int) -> "Median":
        """Return how many a second that is, where a run of so many milliseconds did `count`."""
        return Median(count / self.value * 1000, self.noise)


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
        ours: our side, in `unit`; None where it was not measured.
        peer: the same of the other side.
        unit: empty for a count.
        bound: None where the figures are for information only.
        noise: how far the peer strays from itself, 0.03 for 3 %; None where that is unknown.
    """

    what: str
    ours: float | None
    peer: float | None
    unit: str = "ms"
    bound: Bound | None = None
    noise: float | None = None

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
            return NOT_MEASURED
        if self.bound is None:
            return ""
        return MET if self.bound.holds(self.ratio) else MISSED


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one target; `method` says on what, and how often."""

    name: str
    title: str
    method: str
    comparisons: tuple[Comparison, ...]


def compare(
    what: str,
    ours: Median | None,
    peer: Median | None,
    unit: str = "ms",
    bound: Bound | None = None,
) -> Comparison:
    """Compare two sides that were run in turn, with the noise of the peer."""
    return Comparison(
        what,
        None if ours is None else ours.value,
        None if peer is None else peer.value,
        unit,
        bound,
        None if peer is None else peer.noise,
    )


def medians_in_turn(sides: Sides, *, runs: int, warm_up: bool = True) -> dict[str, Median | None]:
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
    return {
        name: Median(median(found), noise_of(found)) if found else None
        for name, found in figures.items()
    }


def noise_of(runs: Sequence[float]) -> float | None:
    """Return how far a side's ratio with itself is from 1: 0.03 where it is up to 1.03.

    Of each two runs that follow each other, one is dealt to either side, in
    all the ways there are; nine ways in ten stay within what is returned.
    None where there are fewer than two runs.
    """
    pairs = list(zip(runs[::2], runs[1::2], strict=False))[:_MOST_PAIRS]
    if not pairs:
        return None
    strays: list[float] = []
    for dealt in product(*((pair, pair[::-1]) for pair in pairs)):
        one, other = zip(*dealt, strict=True)
        larger, smaller = sorted((median(one), median(other)), reverse=True)
        strays.append(larger / smaller - 1)
    return sorted(strays)[(len(strays) - 1) * 9 // 10]
