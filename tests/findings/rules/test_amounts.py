"""Amounts below 0, leads that become sales, rebills, and amounts that are unusual."""

from collections.abc import Sequence
from typing import Any

from ffx.api.models import HitRow
from ffx.findings.rule import Rule
from ffx.findings.rules.amounts import negative_amount, zero_revenue
from ffx.findings.rules.repeats import (
    sale_on_two_hits,
    several_conversions,
    suspected_duplicates,
    unusual_conversions,
)
from ffx.findings.rules.timing import counted_on_another_day, late_conversion
from ffx.findings.verdict import judge
from tests.findings.making import DAY, outcome_of, row, subject, told_by

_HOUR, _WEEK, _MONTH = 3600.0, 7 * DAY, 30 * DAY
_RULES: dict[str, Rule] = {
    "C6": several_conversions,
    "C7": suspected_duplicates,
    "C8": zero_revenue,
    "C10": late_conversion,
    "C15": sale_on_two_hits,
    "C17": negative_amount,
    "C20": unusual_conversions,
}


def _sale(
    seconds: float, transaction: str | None, revenue: str | None, hit: str = "oh", **more: Any
) -> HitRow:
    members: dict[str, Any] = {"conversionTransaction": transaction, "revenue": revenue, **more}
    return row(hit, "conversion", seconds, **members)


def _series(gap: float, count: int, revenue: str = "9.90", name: str = "S-{}") -> list[HitRow]:
    return [_sale(gap * n + 60, name.format(n), revenue) for n in range(count)]


def _found(rows: Sequence[HitRow]) -> str:
    views = [row(hit, "view", 0) for hit in ("oh", "ph")]
    about = subject([*views, *rows])
    return " ".join(name for name, rule in _RULES.items() if told_by(rule, about))


_BACK = [_sale(60, "A", "9"), _sale(240, "A", "-9")]
_PART = [_sale(240, "A", "-5")]
_CASES: Sequence[tuple[str, list[HitRow], str]] = (
    # Money that is taken back is no sale counted again, nor an upsell.
    ("a sale", [_sale(60, "A", "24.90")], ""),
    ("a refund", [_sale(60, "A", "24.90"), _sale(120, "A", "-24.90")], "C17"),
    ("a part of it", [_sale(60, "A", "24.90"), _sale(9000, "A", "-5.00")], "C17"),
    ("its own number", [_sale(60, "A", "24.90"), _sale(120, "R-1", "-24.90")], "C17"),
    ("no number", [_sale(60, None, "24.90"), _sale(120, None, "-24.90")], "C17"),
    ("taken back twice", [_sale(60, "A", "9"), *_series(60, 2, "-9", "R")], "C17"),
    ("a refund alone", [_sale(60, "A", "-24.90")], "C17"),
    ("sold anew", [*_BACK, _sale(9000, "A", "9")], "C17"),
    ("sold anew elsewhere", [*_BACK, _sale(9000, "A", "9", "ph")], "C17"),
    (
        "sent twice, one back",
        [_sale(60, "A", "9"), *_series(60, 2, "9", "A"), *_BACK[1:]],
        "C7 C17",
    ),
    ("a part back, sold anew", [*_BACK[:1], *_PART, _sale(9000, "A", "9")], "C7 C17"),
    ("zero", [_sale(60, "A", "0.00")], "C8"),
    # A lead of 0 that becomes a sale.
    ("lead and sale", [_sale(60, "A", "0"), _sale(900, "A", "24.90")], ""),
    ("lead later", [_sale(60, "A", "24.90"), _sale(900, "A", "0")], "C7 C8"),
    ("two leads", [_sale(60, "A", "0"), _sale(900, "A", "0")], "C7 C8"),
    ("lead, other sale", [_sale(60, "A", "0"), _sale(900, "B", "24.90")], "C6 C8"),
    ("lead without number", [_sale(60, "", "0"), _sale(900, "", "24.90")], "C7 C8"),
    # Rebills.
    ("daily", _series(DAY, 4), "C6"),
    ("weekly", _series(_WEEK, 3), "C6"),
    ("monthly", _series(_MONTH, 2), "C6"),
    ("28 to 31 days", [_sale(n * DAY + 60, f"S-{n}", "9.90") for n in (0, 31, 59, 90)], "C6"),
    ("one number", _series(_WEEK, 3, name="S"), "C6"),
    ("no number", _series(DAY, 3, name=""), "C6"),
    ("twice in a day", _series(DAY, 2, name="S"), "C7 C10"),
    ("another amount", [*_series(_WEEK, 2), _sale(2 * _WEEK + 60, "S-2", "19.90")], "C6 C10"),
    ("unequal gaps", [_sale(n * DAY + 60, f"S-{n}", "9.90") for n in (0, 7, 9)], "C6 C10"),
    ("late start", [_sale(2 * DAY + n * _WEEK, f"S-{n}", "9.90") for n in range(3)], "C6 C10"),
    # Many, and a hundredfold.
    ("three in a day", _series(_HOUR, 3), "C6"),
    ("four in a day", _series(_HOUR, 4), "C20"),
    ("four in two days", _series(9 * _HOUR, 4), "C6 C10"),
    ("five of other sizes", [_sale(n * 900, f"S-{n}", f"{n}.5") for n in range(1, 6)], "C6"),
    ("cents", [_sale(60, "A", "24.90"), _sale(9000, "B", "2490")], "C20"),
    ("a big order", [_sale(60, "A", "24.90"), _sale(9000, "B", "2500.00")], "C6"),
    ("almost", [_sale(60, "A", "24.90"), _sale(9000, "B", "2490.01")], "C6"),
    ("zero, and zero", [_sale(60, "A", "0"), _sale(9000, "B", "0")], "C6 C8"),
    # One sale on two hits.
    ("same number", [_sale(60, "A", "24.90"), _sale(61, "A", "24.90", "ph")], "C15"),
    ("same number, later", [_sale(60, "A", "24.90"), _sale(_HOUR, "A", "30", "ph")], "C15"),
    ("by a script", [_sale(60, "A", "24.90"), _sale(63, None, "24.90", "ph")], "C15"),
    ("two numbers", [_sale(60, "A", "24.90"), _sale(65, "W-7", "24.90", "ph")], "C15"),
    ("two orders", [_sale(60, "A", "24.90"), _sale(DAY, "B", "24.90", "ph")], ""),
    ("two orders at once", [_sale(60, "A", "24.90"), _sale(90, "B", "9.50", "ph")], ""),
    ("after minutes", [_sale(60, "A", "24.90"), _sale(661, "B", "24.90", "ph")], ""),
    ("a rebill", [_sale(60, "A", "9"), _sale(26 * DAY, "A", "9", "ph")], "C10"),
    ("leads", [_sale(60, None, "0"), _sale(63, None, "0", "ph")], "C8"),
    ("macros", [_sale(60, "{tx}", "1"), _sale(9000, "{tx}", "2", "ph")], ""),
    ("blanks", [_sale(60, "", "1"), _sale(9000, " ", "2", "ph")], ""),
    ("refund there", [_sale(60, "A", "9"), _sale(70, "A", "-9", "ph")], "C17"),
    # One conversion in two equal rows.
    ("equal rows", [_sale(60, "A", "9", conversionId="c1")] * 2, ""),
    ("two IDs", [_sale(60, "A", "9", conversionId=name) for name in ("c1", "c2")], "C7"),
    ("no IDs", [_sale(60, "A", "9"), _sale(60, "A", "9")], "C7"),
    ("one ID, two sales", [_sale(60, n, "9.5", conversionId="c1") for n in "AB"], "C7"),
)


def test_amounts_of_a_hit_are_told_by_one_rule_each() -> None:
    for name, rows, found in _CASES:
        for order in (rows, rows[::-1]):
            assert _found(order) == found, name


def test_what_is_left_after_a_refund_is_said() -> None:
    rows = [row("oh", "view", 0), _sale(60, "A", "24.90"), _sale(120, "A", "-5.00")]
    (told,) = told_by(negative_amount, subject(rows))
    assert told.sentence == (
        "The conversion of Fri 20 Nov 2026 15:02 +00:00 on hit oh has the negative amount -5.00: "
        "a refund, a chargeback or a correction. The sum of this hit's conversions is now 19.90."
    )
    verdict = judge(subject(rows, "oh"))
    assert verdict.headline.startswith("Converted for 24.90, on Fri 20 Nov 2026 15:01 +00:00")
    assert verdict.details == ("A negative amount of -5.00 came in, too; 19.90 is left.",)


def test_a_refund_without_its_sale_is_no_sale() -> None:
    rows = [row("oh", "view", 0), _sale(120, "A", "-5.00")]
    (told,) = told_by(negative_amount, subject(rows))
    assert told.sentence.endswith(
        "This hit has no sale that was taken back: look for it on another hit."
    )
    assert judge(subject(rows, "oh")).headline == (
        "Converted, with a negative amount alone: -5.00, on Fri 20 Nov 2026 15:02 +00:00, 2 min "
        "after its hit."
    )
    twice = judge(subject([*rows, _sale(180, "B", "-1.00")], "oh")).headline
    assert twice.startswith("Converted 2 times, with negative amounts alone: -6.00 in all, last ")


def test_a_conversion_without_an_amount_is_not_checked_for_one() -> None:
    assert outcome_of(negative_amount, subject([])) == "not concerned"
    assert outcome_of(negative_amount, subject([_sale(60, "A", None)])) == "not checked"
    assert outcome_of(negative_amount, subject([_sale(60, "A", "9")])) == "fine"


def test_a_series_is_said_once_with_its_gap() -> None:
    rows = [row("oh", "view", 0), *_series(_WEEK, 5)]
    (told,) = told_by(several_conversions, subject(rows))
    assert told.sentence == (
        "Hit oh has 5 conversions of 9.90 about a week apart, like the payments of a subscription."
    )
    assert len(told.evidence) == 5


def test_of_a_series_only_the_first_payment_may_be_of_another_day() -> None:
    view = row("oh", "view", 0)
    for count, told in ((3, 0), (2, 1)):  # two payments are no series
        rows = [view, *_series(23 * _HOUR, count)]
        assert len(told_by(counted_on_another_day, subject(rows))) == told, count


def test_the_next_step_of_a_duplicate_fits_what_was_seen() -> None:
    def step(*rows: HitRow) -> str:
        (told,) = told_by(suspected_duplicates, subject(rows))
        return told.next_step

    assert "ask it why" in step(_sale(1, "A", "5"), _sale(9, "A", "5"))
    assert "as tx=" in step(_sale(1, None, "5"), _sale(9, None, "5"))
    assert "one order or several" in step(_sale(1, "A", "5"), _sale(9, "B", "5"))


def test_one_sale_on_two_hits_is_told_with_what_is_the_same() -> None:
    (told,) = told_by(
        sale_on_two_hits, subject([_sale(60, "A", "24.90"), _sale(61, "A", "24.90", "ph")])
    )
    assert told.sentence == (
        "Conversions on 2 hits look like one sale: the same transaction 'A'. The hits: oh, ph."
    )
    (told,) = told_by(
        sale_on_two_hits, subject([_sale(60, "A", "24.90"), _sale(65, "W-7", "24.90", "ph")])
    )
    assert told.sentence == (
        "Conversions on 2 hits look like one sale: the same amount 24.90 within 10 min, with "
        "different transactions. The hits: oh, ph."
    )
    assert outcome_of(sale_on_two_hits, subject([_sale(60, "A", "1")])) == "fine"
    assert outcome_of(sale_on_two_hits, subject([])) == "not concerned"
