"""Amounts as reports write them: 1,234.56 and 1.234,56, with signs and currencies around them."""

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, TypeAlias

Mark: TypeAlias = Literal[".", ","]
"""What stands before the decimals."""

_LONGEST = 60
# A currency's sign or code, on either side; blanks of all widths.
_AROUND = re.compile(
    r"\s|(?:US|R|A|C|NZ|HK|S|MX)?\$|[€£¥₹₽₩₺₴₫₪฿₱₦₸]|(?<![A-Za-z])(?:[A-Z]{3}|kr\.?|zł|руб\.?)(?![A-Za-z])"
)
_APOSTROPHES = str.maketrans("", "", "'’`")
_MINUS = str.maketrans("−–", "--")
_DIGITS = re.compile(r"[0-9.,]*[0-9][0-9.,]*")
_CENT = Decimal("0.01")
_NOTHING = frozenset({"", "-", "--", "n/a", "na", "none", "null"})


def decimal_mark(texts: Iterable[str], *, otherwise: Mark = ".") -> Mark:
    """Tell what stands before the decimals of a column.

    `1.234` and `1,234` may be either; where no other cell tells, it is `otherwise`.
    """
    votes: Counter[Mark] = Counter()
    for text in texts:
        if vote := _vote(_core(text)[1]):
            votes[vote] += 1
    if votes["."] == votes[","]:
        return otherwise
    return "." if votes["."] > votes[","] else ","


def is_amount(text: str) -> bool:
    """Tell whether a cell holds an amount, whichever its mark is."""
    return read_amount(text, ".") is not None or read_amount(text, ",") is not None


def holds_nothing(text: str) -> bool:
    """Tell whether a cell says that there is no amount: empty, `-`, `n/a`."""
    return text.strip().casefold() in _NOTHING


def read_amount(text: str, mark: Mark) -> Decimal | None:
    """Read an amount; None where the cell holds none, or one with another mark.

    A currency's sign or code is left out. `(12.00)`, `12.00-` and `-12.00` are below zero.

    >>> read_amount("1.234,50 €", ","), read_amount("USD (3.20)", ".")
    (Decimal('1234.50'), Decimal('-3.20'))
    """
    is_negative, core = _core(text)
    if not core:
        return None
    whole, _, decimals = core.partition(mark)
    groups = whole.split("," if mark == "." else ".")
    is_grouped = len(groups) == 1 or (
        1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    )
    if not is_grouped or (decimals and not decimals.isdigit()):
        return None
    amount = Decimal(
        f"{''.join(groups) or '0'}.{decimals or '0'}" if decimals else "".join(groups)
    )
    return -amount if is_negative else amount


def amounts_agree(reported: Decimal, ours: Decimal) -> bool:
    """Tell whether two amounts are the same, ours rounded to the report's decimals.

    Two decimals count at the least: 25 is not 24.90.
    """
    exponent = reported.as_tuple().exponent
    unit = min(_CENT, Decimal((0, (1,), exponent if isinstance(exponent, int) else 0)))
    return abs(reported - ours) <= unit / 2


def _core(text: str) -> tuple[bool, str]:
    """Return whether an amount is below zero, and its digits and marks; empty where it is none."""
    if len(text) > _LONGEST:
        return False, ""
    bare = _AROUND.sub("", text.translate(_MINUS)).translate(_APOSTROPHES)
    is_negative = False
    if bare.startswith("(") and bare.endswith(")"):
        is_negative, bare = True, bare[1:-1]
    if bare.startswith(("-", "+")):
        is_negative, bare = is_negative or bare[0] == "-", bare[1:]
    elif bare.endswith("-"):
        is_negative, bare = True, bare[:-1]
    return (is_negative, bare) if bare.isascii() and _DIGITS.fullmatch(bare) else (False, "")


def _vote(core: str) -> Mark | None:
    points, commas = core.count("."), core.count(",")
    if points and commas:
        return "." if core.rindex(".") > core.rindex(",") else ","
    if not points and not commas:
        return None
    mark: Mark = "." if points else ","
    if points + commas > 1:
        return "," if mark == "." else "."
    before, _, after = core.partition(mark)
    is_either = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
    return None if is_either else mark
