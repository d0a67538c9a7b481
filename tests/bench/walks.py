"""S8: the requests of a walk through a capped service, beside a walk that wastes none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from tests.bench.bench import Bench
from tests.bench.comparison import Bound, Comparison, Result
from tests.lookup.capped import OfManyRows, ideal_requests, walk_through

_PAGES = (7, 50, 1_000)
_TIMES, _MORE, _MOST_UNTIL_FIRST = 1.5, 12, 2
# Microseconds in a printed unit of time, and its digits after the second.
_UNITS = ((1_000_000, 0), (1_000, 3))
_EITHER = (True, False)


@dataclass(frozen=True, slots=True)
class Walked:
    """One walk: its requests, those until its first row, and those of the ideal one."""

    requests: int
    until_first: int
    ideal: int

    @property
    def most(self) -> float:
        """The requests that are allowed."""
        return _TIMES * self.ideal + _MORE


def measure_walks(bench: Bench, pages: Sequence[int] = _PAGES) -> Result:
    """Count requests, which no machine makes more or fewer; every row has to come once."""
    walks = {page: list(_walks(page, instants=_instants(bench, page))) for page in pages}
    every = [walked for found in walks.values() for walked in found]
    bound = Bound(1.0)
    return Result(
        "S8",
        f"requests of {len(every)} walks, beside walks that waste none",
        f"counts; the walk nearest to {_TIMES} × an ideal walk + {_MORE}; either order, either "
        "end kept, open and closed ends, seconds and milliseconds, spread rows and bursts",
        (
            *(
                Comparison(f"pages of {page:,} : the most", worst.requests, worst.most, "", bound)
                for page, found in walks.items()
                for worst in [max(found, key=lambda walked: walked.requests / walked.most)]
            ),
            Comparison(
                "until the first row : the most",
                max(walked.until_first for walked in every),
                _MOST_UNTIL_FIRST,
                "",
                bound,
            ),
            Comparison(
                "all of them : ideal walks",
                sum(walked.requests for walked in every),
                sum(walked.ideal for walked in every),
                "",
            ),
        ),
    )


def _instants(bench: Bench, page: int) -> int:
    """Return how many instants have rows: with large pages, few make many rows."""
    return (8 if page == max(_PAGES) else 40) // (4 if bench.is_quick else 1)


def _walks(page: int, *, instants: int) -> Iterator[Walked]:
    for (unit, digits), newest, ascending, is_open in product(_UNITS, _EITHER, _EITHER, _EITHER):
        for sizes in _shapes(page, instants):
            rows = [
                (place * unit, f"{number}")
                for place, size in enumerate(sizes, start=1)
                for number in range(size)
            ]
            service = OfManyRows(rows, page, newest, ascending, digits, is_open)
            walk, until_first = walk_through(service)
            yield Walked(walk.requests, until_first, ideal_requests(service, unit))


def _shapes(page: int, instants: int) -> Iterator[list[int]]:
    """Yield how many rows each instant has: one, all but a page, and anything between."""
    yield [1] * (page * instants // 4)
    yield [page - 1] * instants
    random = Random(page)  # noqa: S311  # the same rows every time
    yield [random.choice((1, 2, random.randrange(1, page))) for _ in range(instants)]
