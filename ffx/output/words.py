"""Times, spans of time and amounts in words, the same in every view."""

from collections.abc import Iterable
from decimal import Decimal

from ffx.output.clean import clean
from ffx.output.width import clip

_MANY_DIGITS = 15
_LONGEST_COUNT = 24
_LONGEST_ID = 256


def amount(value: Decimal | None) -> str:
    """Write an amount: one that was sent with its own digits, a sum of ours without exponent."""
    if value is None:
        return ""
    # Only an amount that was sent has digits of its own: `ffx.models.Amount`.
    return clean(str(value)) if hasattr(value, "digits") else f"{value:f}"


def whole_number(value: Decimal) -> str:
    """Write a count with its thousands apart; what is no count stays as it was sent."""
    if value.adjusted() < _MANY_DIGITS and value == value.to_integral_value():
        return f"{int(value):,}"
    return clip(clean(str(value)), _LONGEST_COUNT)


def identity(text: str) -> str:
    """Write an ID, which no width ever cuts; what is too long to be one is clipped."""
    return clip(clean(text), _LONGEST_ID)


def known(*texts: str | None) -> list[str]:
    """Return those texts that say something, clean."""
    return [clean(text) for text in texts if text]


def unrepeated(texts: Iterable[str]) -> list[str]:
    """Leave out what repeats, whether its accents are composed or not."""
    from unicodedata import normalize

    first: dict[str, str] = {}
    for text in texts:
        first.setdefault(normalize("NFC", text), text)
    return list(first.values())


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
