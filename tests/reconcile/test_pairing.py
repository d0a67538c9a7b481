"""Which conversion stands for which claim."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.reconcile import pairing
from ffx.reconcile.claims import Claim, RowOutcome, Settlement, TrackerConversion
from ffx.reconcile.pairing import settle, without_conversions
from tests.fuzz.conftest import fuzzed
from tests.looping import each

_AMOUNTS = st.sampled_from([None, *map(Decimal, ("24.90", "9.50", "9.504", "-5", "-24.90"))])
_TIMES = st.sampled_from([None, *(datetime(2026, 11, 20, hour, tzinfo=UTC) for hour in range(4))])
_TRANSACTIONS = st.sampled_from(["", "A", "B"])
_CLAIMS = st.lists(
    st.builds(Claim, st.just(0), _AMOUNTS, _TRANSACTIONS, _TIMES, st.booleans()), max_size=6
)
_CONVERSIONS = st.lists(st.builds(TrackerConversion, _AMOUNTS, _TRANSACTIONS, _TIMES), max_size=5)


def numbered(claims: list[Claim]) -> list[Claim]:
    return [replace(claim, row=row) for row, claim in enumerate(claims, start=1)]


def told(settled: Settlement) -> tuple[Claim, RowOutcome, TrackerConversion | None]:
    return replace(settled.claim, row=0), settled.outcome, settled.conversion


@fuzzed(40)
@given(_CLAIMS, _CONVERSIONS, st.randoms(use_true_random=False))
def test_every_claim_has_one_outcome_and_every_conversion_one_claim_at_most(
    claims: list[Claim], conversions: list[TrackerConversion], random: Random
) -> None:
    claims = numbered(claims)
    settled, left = settle(claims, conversions)

    assert [each.claim for each in settled] == claims
    used = [each for one in settled for each in (one.conversion, one.reversal) if each is not None]
    assert Counter(used) + Counter(left) == Counter(conversions)
    reported = sum((each.expected for each in settled), Decimal(0))
    tracked = sum((each.tracked for each in settled), Decimal(0))
    assert sum((each.difference for each in settled), Decimal(0)) == reported - tracked
    assert tracked + sum((each.revenue or 0 for each in left), Decimal(0)) == sum(
        (each.revenue or 0 for each in conversions), Decimal(0)
    )

    shuffled, others = claims[:], conversions[:]
    random.shuffle(shuffled)
    random.shuffle(others)
    again, rest = settle(numbered(shuffled), others)
    assert Counter(map(told, again)) == Counter(map(told, settled))
    assert Counter(rest) == Counter(left)


def test_so_many_that_nobody_compares_all_keep_the_same_promises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pairing, "_MOST_PAIRS", 3)
    claims = numbered([Claim(0, Decimal(amount % 3), "") for amount in range(9)])
    conversions = [TrackerConversion(Decimal(amount % 3)) for amount in range(7)]
    settled, left = settle(claims, conversions)
    assert [each.claim for each in settled] == claims
    assert sum(each.conversion is not None for each in settled) + len(left) == 7


def claim(text: str, row: int = 1) -> Claim:
    """Read `24.90 A 15 reversed` as a claim: amount, transaction, hour; `-` is nothing."""
    amount, transaction, hour, *fate = [*text.split(), "-", "-", "-"][:4]
    return Claim(
        row,
        None if amount == "-" else Decimal(amount),
        "" if transaction == "-" else transaction,
        None if hour == "-" else datetime(2026, 11, 20, int(hour), tzinfo=UTC),
        is_reversed=fate == ["reversed"],
    )


def conversion(text: str) -> TrackerConversion:
    made = claim(text)
    return TrackerConversion(made.amount, made.transaction, made.time)


CASES: dict[str, tuple[str, str, str, str]] = {
    "one and the same": ("24.90 A", "24.9000 A", "matched", ""),
    "no amount in the report": ("- A", "24.90 A", "matched", ""),
    "no amount in the tracker": ("24.90 A", "- A", "matched", ""),
    "nothing but an amount": ("24.90", "24.90", "matched", ""),
    "the network numbers them itself": ("24.90 N-1", "24.90 A", "matched", ""),
    "another amount": ("22.91 A", "24.90 A", "amount differs", ""),
    "nothing here": ("24.90 A", "", "missing", ""),
    "nothing there": ("", "24.90 A", "", "24.90 A"),
    "transaction before amount": (
        "9 A, 24.90 B", "24.90 A, 9 B", "amount differs, amount differs", ""
    ),
    "amount before time": ("9 - 1, 24.90 - 2", "24.90 - 1, 9 - 2", "matched, matched", ""),
    "time last": ("5 - 3", "9 - 1, 8 - 4", "amount differs", "9 - 1"),
    "an upsell": ("24.90 A, 9.50 B", "9.50 B, 24.90 A", "matched, matched", ""),
    "an upsell that only we have": ("24.90 A", "24.90 A, 9.50 B", "matched", "9.50 B"),
    "twice there": ("24.90 A, 24.90 A", "24.90 A", "matched, repeated", ""),
    "twice on both sides": ("24.90 A, 24.90 A", "24.90 A, 24.90 A", "matched, matched", ""),
    "twice there and not here": ("24.90 A, 24.90 A", "", "missing, repeated", ""),
    "twice by its time": ("9 - 1, 9 - 1", "9 - 1", "matched, repeated", ""),
    "two sales without a sign": ("9, 9", "9", "matched, missing", ""),
    "rejected, and not here": ("24.90 A - reversed", "", "matched", ""),
    "rejected, and here": ("24.90 A - reversed", "24.90 A", "reversed here no", ""),
    "rejected, and here by its amount": ("24.90 - - reversed", "24.90 A", "reversed here no", ""),
    "rejected, and another here": ("24.90 A - reversed", "9.50 B", "matched", "9.50 B"),
    "taken back by another row": ("24.90 A, -24.90 A - reversed", "", "matched, matched", ""),
    "taken back and still here": (
        "24.90 A, -24.90 A - reversed", "24.90 A", "matched, reversed here no", ""
    ),
    "taken back on both sides": (
        "24.90 A, -24.90 A - reversed", "24.90 A, -24.90 A", "matched, matched", ""
    ),
    "taken back on both sides, without a transaction": (
        "24.90, -24.90 - - reversed", "-24.90 A, 24.90 A", "matched, matched", ""
    ),
    "rejected, and taken back here": (
        "24.90 A - reversed", "24.90 A, -24.90 A", "matched", ""
    ),
    "rejected by its amount, and taken back here": (
        "24.90 - - reversed", "24.90 A, -24.90 A", "matched", ""
    ),
    "taken back here alone": ("-24.90 A - reversed", "-24.90 A", "matched", ""),
    "taken back in part": (
        "24.90 A, -9.50 A - reversed", "24.90 A, -9.50 A", "matched, matched", ""
    ),
    "another part taken back": (
        "24.90 A, -9.50 A - reversed", "24.90 A, -5 A", "matched, amount differs", ""
    ),
    "rejected, and taken back in part here": (
        "24.90 A - reversed", "24.90 A, -9.50 A", "amount differs", ""
    ),
    "taken back here, and granted there": ("24.90 A", "24.90 A, -24.90 A", "matched", "-24.90 A"),
    "two sales, one taken back": (
        "24.90 A, 24.90 B, -24.90 B - reversed", "24.90 B, -24.90 B, 24.90 A",
        "matched, matched, matched", "",
    ),
    "taken back there twice": (
        "24.90 A, -24.90 A - reversed, -24.90 A - reversed", "24.90 A, -24.90 A",
        "matched, matched, matched", "",
    ),
    "a row below zero that no status explains": ("-5 A", "-5 A", "matched", ""),
    "nothing was ever granted": ("-5 A", "24.90 A", "missing", "24.90 A"),
}  # fmt: skip


@each("name", CASES)
def test_claims_and_conversions(name: str) -> None:
    claims, conversions, outcomes, left = (
        [part.strip() for part in text.split(",") if part.strip()] for text in CASES[name]
    )
    settled, unclaimed = settle(
        [claim(text, row) for row, text in enumerate(claims, start=1)],
        [conversion(text) for text in conversions],
    )
    assert [each.outcome.value for each in settled] == outcomes
    assert unclaimed == [conversion(text) for text in left]


def test_a_row_that_takes_back_another_leaves_nothing_of_the_sum() -> None:
    settled, _ = settle([claim("24.90 A", 1), claim("-24.90 A - reversed", 2)], [])
    assert [each.expected for each in settled] == [Decimal("24.90"), Decimal("-24.90")]


@each(
    ("claims", "conversions", "expected", "tracked"),
    [
        ("24.90 A, -24.90 A - reversed", "24.90 A, -24.90 A", "24.90 -24.90", "24.90 -24.90"),
        ("24.90 A - reversed", "24.90 A, -24.90 A", "0", "0"),
        ("-24.90 A - reversed", "-24.90 A", "-24.90", "-24.90"),
        ("- A - reversed", "-24.90 A", "-24.90", "-24.90"),
        ("24.90 A - reversed", "24.90 A, -9.50 A", "0", "15.40"),
    ],
)
def test_what_both_sides_took_back_leaves_no_difference(
    claims: str, conversions: str, expected: str, tracked: str
) -> None:
    settled, left = settle(
        [claim(text, row) for row, text in enumerate(claims.split(","), start=1)],
        [conversion(text) for text in conversions.split(",")],
    )
    assert [each.expected for each in settled] == list(map(Decimal, expected.split()))
    assert [each.tracked for each in settled] == list(map(Decimal, tracked.split()))
    assert left == []


def test_of_an_unknown_hit_a_rejected_row_wants_nothing() -> None:
    claims = [claim("24.90 A", 1), claim("24.90 B - reversed", 2)]
    outcomes = [each.outcome for each in without_conversions(claims, RowOutcome.UNKNOWN)]
    assert outcomes == [RowOutcome.UNKNOWN, RowOutcome.MATCHED]
    outcomes = [each.outcome for each in without_conversions(claims, RowOutcome.FAILED)]
    assert outcomes == [RowOutcome.FAILED, RowOutcome.FAILED]
