"""Amounts, counts, IDs and sizes in words, the same in every view."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from ffx.output.clean import clean
from ffx.output.width import clip

_MANY_DIGITS = 15
_LONGEST_COUNT = 24
_LONGEST_ID = 256
# What is longer is near to no word, and takes long to compare.
_LONGEST_WORD = 40


def amount(value: Decimal | None) -> str:
    """Write an amount: one that was sent with its own digits, a sum of ours without exponent."""
    if value is None:
        return ""
    # Only an amount that was sent has digits of its own: `Amount` of `api/models.py`.
    return clean(str(value)) if hasattr(value, "digits") else f"{value:f}"


def whole_number(value: Decimal) -> str:
    """Write a count with its thousands apart; what is no count stays as it was sent."""
    if value.adjusted() < _MANY_DIGITS and value == value.to_integral_value():
        return f"{int(value):,}"
    return clip(clean(str(value)), _LONGEST_COUNT)


def identity(text: str) -> str:
    """Write an ID, which no width ever cuts; what is too long to be one is clipped."""
    return clip(clean(text), _LONGEST_ID)


def non_empty(*texts: str | None) -> list[str]:
    """Return those texts that say something, clean."""
    return [clean(text) for text in texts if text]


def unrepeated(texts: Iterable[str]) -> list[str]:
    """Leave out what repeats, whether its accents are composed or not."""
    from unicodedata import normalize

    first: dict[str, str] = {}
    for text in texts:
        first.setdefault(normalize("NFC", text), text)
    return list(first.values())


def left_out(count: int, noun: str) -> str:
    """Say how many of a kind are not shown, below those that are.

    >>> left_out(1, "row"), left_out(1200, "request")
    ('1 more row left out', '1,200 more requests left out')
    """
    return f"{plural(count, f'more {noun}')} left out"


def sentence(words: str) -> str:
    """Return a message as a sentence: with a capital letter, and a full stop.

    >>> sentence("it cannot be read")
    'It cannot be read.'
    """
    return f"{words[:1].upper()}{words[1:]}."


def perhaps(
    typed: str,
    known: Iterable[str],
    *,
    shown: Mapping[str, str] | None = None,
    otherwise: str = "",
    before: str = "",
    alike: float = 0.6,
) -> str:
    """Propose the known word that is nearest to what was typed; `otherwise` if none is near.

    One that begins so is nearest; others are as much `alike` as that, from 0 to 1. `before` stands
    before the word, as `ffx auth ` before a command. `shown` has how known words are
    written, where that is not as they are.

    >>> perhaps("vistor", ["visitor", "hit"])
    'Perhaps visitor.'
    """
    from difflib import get_close_matches

    words = list(known)
    near = [word for word in words if typed and word.startswith(typed)]
    near = near or get_close_matches(typed[:_LONGEST_WORD], words, n=1, cutoff=alike)
    if not near:
        return otherwise
    return f"Perhaps {before}{(shown or {}).get(near[0], near[0])}."


def tenths(value: float) -> str:
    """Write a number with one decimal at most: `12.5`, `3`."""
    return f"{value:.1f}".removesuffix(".0")


def size(count: int) -> str:
    """Write a number of bytes, a thousand of which are a kB: `812 bytes`, `48 kB`, `2.6 MB`."""
    if count < 1000:
        return plural(count, "byte")
    value, unit = count / 1000, "kB"
    for larger in ("MB", "GB"):
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if value >= 9.95 else f"{value:.1f} {unit}"


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
