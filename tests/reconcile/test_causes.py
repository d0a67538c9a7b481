"""What trouble has in common, and where nothing is said."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from ffx.reconcile.causes import (
    Cause,
    Facts,
    Trait,
    common_ratio,
    find_beginning,
    find_cause,
)
from tests.fuzz.conftest import fuzzed

MEMBERS = ("finding", "offer", "source")


def cause_of(troubled: Sequence[Facts], fine: Sequence[Facts]) -> Cause | None:
    return find_cause(
        MEMBERS,
        lambda: iter(troubled),
        lambda: iter(fine),
        compared=lambda member: member != "finding",
    )


def rows(count: int, **facts: str) -> list[Facts]:
    return [facts] * count


def test_one_cause_of_sixty_rows_in_three_hundred_is_told() -> None:
    troubled = rows(60, offer="Bad", source="Ads") + rows(10, offer="Good", source="Ads")
    fine = rows(230, offer="Good", source="Ads")
    assert cause_of(troubled, fine) == Cause((Trait("offer", "Bad"),), 60, 70)


def test_a_cause_of_eight_rows_among_many_is_not_told() -> None:
    troubled = rows(8, offer="Bad") + rows(52, offer="Good")
    assert cause_of(troubled, rows(240, offer="Good")) is None


def test_what_is_as_common_where_all_is_well_explains_nothing() -> None:
    assert cause_of(rows(60, offer="Good"), rows(240, offer="Good")) is None
    assert cause_of(rows(60, offer="Good"), []) is None
    # Half as common is enough.
    assert cause_of(rows(60, offer="Bad"), rows(100, offer="Bad") + rows(100, offer="Good"))


def test_a_finding_is_told_without_comparing() -> None:
    assert cause_of(rows(6, finding="C1"), []) == Cause((Trait("finding", "C1"),), 6, 6)


def test_fewer_than_five_or_two_thirds_are_no_cause() -> None:
    assert cause_of(rows(4, finding="C1"), []) is None
    assert cause_of(rows(6, finding="C1") + rows(4, finding="C2"), []) is None
    assert cause_of(rows(6, finding="C1") + rows(3, finding="C2"), []) is not None


def test_traits_are_told_together_where_enough_rows_have_both() -> None:
    troubled = rows(30, finding="C1", offer="Bad") + rows(4, finding="C1", offer="Other")
    cause = cause_of(troubled, rows(50, offer="Good"))
    assert cause == Cause((Trait("finding", "C1"), Trait("offer", "Bad")), 30, 34)


_ROWS_OF_ALL_KINDS = [
    dict(zip(MEMBERS, values, strict=True))
    for values in product(["", "a", "a", "b"], repeat=len(MEMBERS))
]
_ROW = st.sampled_from(_ROWS_OF_ALL_KINDS)


@fuzzed(40)
@given(st.lists(_ROW, max_size=14), st.lists(_ROW, max_size=14), st.randoms())
def test_what_is_told_is_true_and_does_not_depend_on_the_order(
    troubled: list[Facts], fine: list[Facts], random: object
) -> None:
    cause = cause_of(troubled, fine)
    assert cause == cause_of(troubled[::-1], fine[::-1])
    if cause is None:
        counts = Counter(row["finding"] for row in troubled if row["finding"])
        assert not any(n >= 5 and 3 * n >= 2 * len(troubled) for n in counts.values())
        return
    having = [
        row for row in troubled if all(row[each.member] == each.value for each in cause.traits)
    ]
    assert (cause.count, cause.of) == (len(having), len(troubled))
    assert cause.count >= 5
    assert 3 * cause.count >= 2 * cause.of


def _hours(*hours: int) -> list[datetime | None]:
    begin = datetime(2026, 11, 20, tzinfo=UTC)
    return [begin + timedelta(hours=hour) for hour in hours]


def test_a_beginning_is_told_where_all_was_well_before_it() -> None:
    begin = datetime(2026, 11, 20, tzinfo=UTC)
    assert find_beginning(_hours(9, 8, 10, 11, 12), _hours(1, 2, 3, 4, 5)) == begin + timedelta(
        hours=8
    )
    assert find_beginning(_hours(8, 9, 10, 11), _hours(1, 2, 3, 4, 5)) is None
    assert find_beginning(_hours(8, 9, 10, 11, 12), _hours(1, 2, 3, 4)) is None
    assert find_beginning(_hours(8, 9, 10, 11, 12), _hours(1, 2, 3, 4, 5, 9, 10)) is None
    assert find_beginning([None], _hours(1)) is None


def test_a_ratio_of_most_amounts_is_told() -> None:
    pairs = [(Decimal("22.91"), Decimal("24.90"))] * 40 + [(Decimal(1), Decimal(7))]
    assert common_ratio(pairs) == (Decimal("0.92"), 40, 41)
    assert common_ratio(pairs[:4]) is None
    assert common_ratio([(Decimal(1), Decimal(n)) for n in range(2, 12)]) is None
    assert common_ratio([(Decimal(1), Decimal(0))] * 9) is None
