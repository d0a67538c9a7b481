"""What trouble has in common: one value of one member, or several that go together.

A cause is named only where it explains at least two thirds of the rows in trouble and five of
them, and is at most half as common among the rows that match. Memory stays flat, however many
rows there are: rows are read anew for each question, and a candidate is found by Boyer and
Moore's majority vote (https://www.cs.utexas.edu/~moore/best-ideas/mjrty/).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import TypeAlias

Facts: TypeAlias = Mapping[str, str]
"""What is known of a row, by member; empty texts are nothing known."""
ReadFacts: TypeAlias = Callable[[], Iterable[Facts]]

FEWEST = 5
SHARE = Fraction(2, 3)
_LIFT = 2
_HUNDREDTH = Decimal("0.01")
# Rows that match before trouble may be said to have begun, and how many in trouble outweigh one
# that matches since.
_SEEN_BEFORE = 5
_FEW = 4


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing that rows have in common, as `offerSourceName` is `Example Network`."""

    member: str
    value: str


@dataclass(frozen=True, slots=True)
class Cause:
    """What `count` of `of` rows in trouble have in common; `since` is when it began, in UTC."""

    traits: tuple[Trait, ...]
    count: int
    of: int
    since: datetime | None = None


def find_cause(
    members: Sequence[str],
    in_trouble: ReadFacts,
    matching: ReadFacts,
    *,
    compared: Callable[[str], bool] = lambda _: True,
) -> Cause | None:
    """Return what rows in trouble have in common, by `members` in the order of their weight.

    A member that is not `compared` counts among rows in trouble alone, as a finding is.
    Both functions are called several times.
    """
    candidates, total = _candidates(members, in_trouble)
    if total < FEWEST:
        return None
    counts, _ = _count(candidates, in_trouble)
    common = [trait for trait in candidates if _is_enough(counts[trait], total)]
    others, matching_total = _count(common, matching)
    telling = [
        trait
        for trait in common
        if not compared(trait.member)
        or _is_rarer(others[trait], matching_total, counts[trait], total)
    ]
    traits, count = _together(telling, total, in_trouble)
    return Cause(traits, count, total) if traits else None


def find_beginning(
    in_trouble: Iterable[datetime | None], matching: Iterable[datetime | None]
) -> datetime | None:
    """Return when trouble began, where rows matched before it and hardly any did since."""
    count, beginning = 0, None
    for time in in_trouble:
        if time is not None:
            count += 1
            beginning = time if beginning is None else min(beginning, time)
    if beginning is None or count < FEWEST:
        return None
    before = after = 0
    for time in matching:
        if time is not None:
            before += time < beginning
            after += time >= beginning
    return beginning if before >= _SEEN_BEFORE and after * _FEW <= count else None


def common_ratio(pairs: Iterable[tuple[Decimal, Decimal]]) -> tuple[Decimal, int, int] | None:
    """Return the ratio that most amounts of a report have to ours, how many do, and of how many.

    It has two decimals, and one per cent is no difference. None where no ratio explains enough.
    """
    ratios: Counter[Decimal] = Counter()
    for reported, ours in pairs:
        if ours:
            ratios[(reported / ours).quantize(_HUNDREDTH, ROUND_HALF_EVEN)] += 1
    total = sum(ratios.values())
    if total < FEWEST:
        return None
    near = {
        ratio: sum(ratios[ratio + step] for step in (-_HUNDREDTH, Decimal(0), _HUNDREDTH))
        for ratio in ratios
    }
    best = max(ratios, key=lambda ratio: (near[ratio], ratios[ratio], -ratio))
    return (best, near[best], total) if _is_enough(near[best], total) else None


def _candidates(members: Sequence[str], rows: ReadFacts) -> tuple[list[Trait], int]:
    """Return of each member the one value that more than half of the rows may have."""
    held: dict[str, tuple[str, int]] = {}
    total = 0
    for facts in rows():
        total += 1
        for member in members:
            value = facts.get(member, "")
            candidate, lead = held.get(member, (value, 0))
            if candidate == value:
                held[member] = (candidate, lead + 1)
            else:
                held[member] = (candidate, lead - 1) if lead else (value, 1)
    traits = [Trait(member, held[member][0]) for member in members if member in held]
    return [trait for trait in traits if trait.value], total


def _count(traits: Sequence[Trait], rows: ReadFacts) -> tuple[Counter[Trait], int]:
    """Return how many rows have each trait, and how many rows there are."""
    counts: Counter[Trait] = Counter()
    total = 0
    for facts in rows():
        total += 1
        for trait in traits:
            counts[trait] += facts.get(trait.member, "") == trait.value
    return counts, total


def _together(
    traits: Sequence[Trait], total: int, rows: ReadFacts
) -> tuple[tuple[Trait, ...], int]:
    """Return as many traits as enough of the rows have together, and how many have them all."""
    chosen: list[Trait] = []
    count = 0
    for trait in traits:
        wanted = [*chosen, trait]
        both = sum(
            all(facts.get(each.member, "") == each.value for each in wanted) for facts in rows()
        )
        if _is_enough(both, total):
            chosen, count = wanted, both
    return tuple(chosen), count


def _is_enough(count: int, total: int) -> bool:
    return count >= FEWEST and Fraction(count, total) >= SHARE


def _is_rarer(count: int, total: int, in_trouble: int, in_trouble_total: int) -> bool:
    """Tell whether a trait is at most half as common among the rows that match."""
    return total > 0 and count * in_trouble_total * _LIFT <= in_trouble * total
