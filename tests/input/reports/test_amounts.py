"""Amounts as reports write them."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ffx.input.reports.amounts import Mark, amounts_agree, decimal_mark, is_amount, read_amount
from tests.looping import each

READ: list[tuple[str, Mark, str | None]] = [
    ("24.90", ".", "24.90"),
    ("24,90", ",", "24.90"),
    ("1,234.56", ".", "1234.56"),
    ("1.234,56", ",", "1234.56"),
    ("1 234,56", ",", "1234.56"),
    ("1\u202f234,56 €", ",", "1234.56"),
    ("1'234.56", ".", "1234.56"),
    ("1,234,567", ".", "1234567"),
    ("1.234", ",", "1234"),
    ("1.234", ".", "1.234"),
    ("$24.90", ".", "24.90"),
    ("US$ 24.90", ".", "24.90"),
    ("24.90 USD", ".", "24.90"),
    ("24,90 kr", ",", "24.90"),
    ("(3.20)", ".", "-3.20"),
    ("3.20-", ".", "-3.20"),
    ("−3.20", ".", "-3.20"),
    ("+3", ".", "3"),
    (".5", ".", "0.5"),
    ("5.", ".", "5"),
    ("0", ".", "0"),
    ("24.90", ",", None),
    ("12,34,56", ".", None),
    ("1.2.3", ".", None),
    ("", ".", None),
    ("-", ".", None),
    ("n/a", ".", None),
    ("A-1001", ".", None),
    ("T1001", ".", None),
    ("12:30", ".", None),
    ("1e400", ".", None),
    ("٣", ".", None),
    ("9" * 100, ".", None),
]


def test_amounts_are_read_by_the_mark_of_their_column() -> None:
    for text, mark, amount in READ:
        expected = None if amount is None else Decimal(amount)
        assert read_amount(text, mark) == expected, (text, mark)


@each(
    ("texts", "mark"),
    [
        (["24.90", "1,234.56"], "."),
        (["24,90", "1.234,56"], ","),
        (["1.234", "9,50"], ","),
        (["1,234", "9.50"], "."),
        (["1.234.567"], ","),
        (["0.123"], "."),
        (["0,123"], ","),
        (["1.234"], "."),
        (["12", "-", ""], "."),
        (["9.5", "9.5", "9,5"], "."),
    ],
)
def test_a_column_tells_its_decimal_mark(texts: list[str], mark: Mark) -> None:
    assert decimal_mark(texts) == mark
    assert decimal_mark(reversed(texts)) == mark


def test_where_no_cell_tells_the_reader_decides() -> None:
    assert decimal_mark(["1.234", "5.678"], otherwise=",") == ","


@settings(max_examples=50)
@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_what_either_world_writes_is_read_back(digits: int, places: int) -> None:
    amount = Decimal(digits).scaleb(-places)
    english = f"{amount:,f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read_amount(english, ".") == read_amount(german, ",") == amount
    assert is_amount(english)


@each(
    ("reported", "ours", "is_same"),
    [
        ("24.90", "24.9000", True),
        ("24.9", "24.9000", True),
        ("12.35", "12.345", True),
        ("12.34", "12.345", True),
        ("12.33", "12.345", False),
        ("25", "24.90", False),
        ("0.0150", "0.0123", False),
        ("0.01", "0.0123", True),
    ],
)
def test_amounts_agree_where_ours_is_rounded_to_the_reports(
    reported: str, ours: str, is_same: bool
) -> None:
    assert amounts_agree(Decimal(reported), Decimal(ours)) is is_same
