"""Several conversions of one hit: in order, suspected, or neither, and never both."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ffx.api.models import HitRow
from ffx.findings.rule import Observation
from ffx.findings.rules.repeats import several_conversions, suspected_duplicates
from ffx.findings.subject import Evidence
from ffx.settings.thresholds import Thresholds
from tests.findings.making import DAY, at, detail, outcome_of, row, subject, told_by
from tests.looping import each


def _sale(
    seconds: float | None,
    transaction: str | None = None,
    revenue: str | None = None,
    *,
    hit: str = "oh",
) -> HitRow:
    members: dict[str, Any] = {"conversionTransaction": transaction, "revenue": revenue}
    return row(hit, "conversion", seconds, **members)


@each(
    ("rows", "several", "suspected"),
    [
        ([], "not concerned", "not concerned"),
        ([row("oh", "view", 0)], "not concerned", "not concerned"),
        ([row("", "conversion", 0), row("", "conversion", 0)], "not concerned", "not concerned"),
        ([_sale(0, "A")], "fine", "fine"),
        ([_sale(0, "A"), _sale(0, "A", hit="ph")], "fine", "fine"),
        # By their transactions.
        ([_sale(0, "A"), _sale(60, "B")], "1 told", "not checked"),
        ([_sale(0, "A"), _sale(60, None)], "1 told", "not checked"),
        ([_sale(0, "A"), _sale(60, "A")], "not concerned", "1 told"),
        ([_sale(0, "A"), _sale(60, " A ")], "not concerned", "1 told"),
        ([_sale(0, "A", "5"), _sale(60, "a", "6")], "1 told", "fine"),
        ([_sale(0, ""), _sale(60, " ")], "not concerned", "1 told"),
        ([_sale(0, None), _sale(60, "")], "not concerned", "1 told"),
        ([_sale(0, "A"), _sale(60, "B"), _sale(90, "A")], "not concerned", "1 told"),
        ([_sale(0, "A"), _sale(20 * DAY, "A")], "not concerned", "1 told"),
        ([_sale(0, "A"), _sale(25 * DAY - 1, "A")], "not concerned", "1 told"),
        ([_sale(0, "A", "5"), _sale(25 * DAY, "A", "6")], "not concerned", "fine"),
        ([_sale(30 * DAY * n, "A", str(n)) for n in (2, 0, 1)], "not concerned", "fine"),
        ([_sale(0, "A"), _sale(None, "A")], "not concerned", "1 told"),
        ([_sale(None, "A"), _sale(None, "A")], "not concerned", "1 told"),
        # By their amounts.
        ([_sale(0, "A", "24.90"), _sale(600, "B", "24.9000")], "not concerned", "1 told"),
        ([_sale(0, "A", "24.90"), _sale(600.001, "B", "24.90")], "1 told", "fine"),
        ([_sale(600, "B", "24.90"), _sale(0, "A", "24.90")], "not concerned", "1 told"),
        ([_sale(0, "A", "24.90"), _sale(60, "B", "24.91")], "1 told", "fine"),
        ([_sale(0, "A", "soon"), _sale(60, "B", "soon")], "1 told", "not checked"),
        ([_sale(0, "A", None), _sale(60, "B", None)], "1 told", "not checked"),
        ([_sale(0, "A", "1e400"), _sale(60, "B", "1e400")], "not concerned", "1 told"),
        ([_sale(0, "A", "5"), _sale(None, "B", "5")], "1 told", "not checked"),
        (
            [_sale(0, "A", "5"), _sale(10, "B", "6"), _sale(20, "C", "5")],
            "not concerned",
            "1 told",
        ),
        # Other hits, other spellings.
        (
            [_sale(0, "A"), _sale(1, "B"), _sale(0, "A", hit="p"), _sale(1, "A", hit="p")],
            "1 told",
            "1 told",
        ),
        ([row("oh", "CONVERSION", 0), row("oh", "Conversion", 60)], "not concerned", "1 told"),
    ],
)
def test_conversions_of_a_hit_are_upsells_rebills_or_suspects(
    rows: list[HitRow], several: str, suspected: str
) -> None:
    for is_complete in (True, False):
        about = subject(rows, is_complete=is_complete)
        assert outcome_of(several_conversions, about) == several
        assert outcome_of(suspected_duplicates, about) == suspected


def test_the_limits_can_be_set() -> None:
    rows = [_sale(0, "A", "5"), _sale(60, "B", "5"), _sale(2 * DAY, "B", "7")]
    strict = Thresholds(duplicate_minutes=0.5, rebill_days=1)
    assert outcome_of(suspected_duplicates, subject(rows)) == "1 told"
    assert outcome_of(suspected_duplicates, subject(rows, thresholds=strict)) == "fine"
    endless = Thresholds(duplicate_minutes=9e11, rebill_days=9e11)
    assert outcome_of(suspected_duplicates, subject(rows, thresholds=endless)) == "1 told"


def test_upsells_are_told_with_their_transactions() -> None:
    rows = [_sale(0, "A-1", "24.90"), _sale(60, "A-2", "9.50")]
    assert told_by(several_conversions, subject(rows)) == [
        Observation(
            "Hit oh has 2 conversions with different transactions.",
            (
                Evidence("conversionTransaction", "A-1", "oh", "conversion", at(0)),
                Evidence("conversionTransaction", "A-2", "oh", "conversion", at(60)),
            ),
            "In the network's report, find these transactions. They are several sales (an "
            "upsell), or one sale under several numbers.",
        )
    ]


@each(
    ("rows", "reasons", "evidence"),
    [
        ([_sale(0, "A"), _sale(60, "A")], "2 have the same transaction 'A'", ["A", "A"]),
        (
            [_sale(n, name) for name in "ABCDE" for n in (0, 1)],
            "10 have the same transaction 'A', 'B', 'C', and 2 more",
            [*"AABBCCDDEE"],
        ),
        ([_sale(0), _sale(60), _sale(70, "A")], "2 have no transaction", ["", ""]),
        (
            [_sale(0, "A", "5"), _sale(60, "B", "5.0"), _sale(70, "C", "6")],
            "2 have the same amount within 10 min",
            ["5", "5.0"],
        ),
        (
            [_sale(0, "A", "5"), _sale(60, "A", "5"), _sale(70, "B", "5"), _sale(80), _sale(90)],
            "2 have the same transaction 'A', 2 have no transaction, 3 have the same amount "
            "within 10 min",
            ["A", "A", "", "", "B"],
        ),
    ],
)
def test_suspects_are_told_by_what_they_share(
    rows: list[HitRow], reasons: str, evidence: list[str]
) -> None:
    (told,) = told_by(suspected_duplicates, subject(rows))
    assert told.sentence == (
        f"Conversions on hit oh look like one sale that was counted again: {reasons}."
    )
    assert [each.value for each in told.evidence] == evidence
    assert ("received postbacks log" in told.next_step) is ("transaction" in reasons)


def test_many_hits_and_many_rows_are_told_together() -> None:
    by_hit = [_sale(n, "A", hit=f"o{hit}h") for hit in range(12) for n in range(2)]
    (told,) = told_by(suspected_duplicates, subject(by_hit))
    assert told.sentence == (
        "12 hits have conversions that look like one sale counted again. 2 more rows are left out."
    )
    assert len({each.hit_id for each in told.evidence}) == 10

    (told,) = told_by(suspected_duplicates, subject([_sale(n, "A") for n in range(14)]))
    assert told.sentence.endswith("transaction 'A'. 4 more rows are left out.")
    assert len(told.evidence) == 10


def test_a_hits_own_look_up_counts_where_it_shows_more() -> None:
    events = [
        detail("oh", "conversion", n, hitTime=at(0), conversionTransaction="A") for n in (9, 5)
    ]
    for rows in ([], [_sale(5, "A")]):
        about = subject(rows, "oh", is_complete=False, details={"oh": events})
        (told,) = told_by(suspected_duplicates, about)
        assert [each.time for each in told.evidence] == [at(5), at(9)]


_SALES = st.lists(
    st.builds(
        _sale,
        st.none() | st.sampled_from([0, 60, 600, 601, 20 * DAY, 25 * DAY, 60 * DAY]),
        st.sampled_from([None, "", " ", "A", "A ", "B", "C"]),
        st.sampled_from([None, "", "soon", "0", "5", "5.0", "6"]),
        hit=st.sampled_from(["oh", "ph"]),
    ),
    max_size=6,
)


@given(_SALES)
def test_no_hit_is_told_for_both(rows: list[HitRow]) -> None:
    about = subject(rows)
    several, suspected = (
        {each.hit_id for told in told_by(each_rule, about) for each in told.evidence}
        for each_rule in (several_conversions, suspected_duplicates)
    )
    assert not several & suspected


@given(_SALES)
def test_sales_that_are_far_apart_are_never_suspected(rows: list[HitRow]) -> None:
    apart = [
        each.model_copy(update={"eventTime": at(n * 25 * DAY)}) for n, each in enumerate(rows)
    ]
    assert not told_by(suspected_duplicates, subject(apart))
