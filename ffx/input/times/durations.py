"""Read lengths of time: numbers with units, and the spans of ISO 8601."""

import re
from datetime import timedelta

from ffx.input.times.grammar import FLAGS, LONGEST_TEXT, Unreadable
from ffx.output.clean import quoted

# From the largest to the smallest, as they must be written.
_UNIT_WORDS = {
    "y": "y yr yrs year years",
    "mo": "mo month months",
    "w": "w week weeks",
    "d": "d day days",
    "h": "h hr hrs hour hours",
    "m": "m min mins minute minutes",
    "s": "s sec secs second seconds",
    "ms": "ms",
}
UNITS = {word: unit for unit, words in _UNIT_WORDS.items() for word in words.split()}
_SIZES = tuple(_UNIT_WORDS)
_MONTHS = {"y": 12, "mo": 1}
_LENGTHS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_WHOLE_UNITS = ("y", "mo", "ms")

AMOUNT_FORM = r"(\d+)(?:\.(\d+))? *([a-z]+)"
_AMOUNTS = rf"(?:{AMOUNT_FORM} *)+"
_NUMBER = r"\d+(?:\.\d+)?"
_ISO_SPAN = rf"P(?=[\dT])(?P<date>(?:{_NUMBER}[YMWD])*)(?:T(?P<time>(?:{_NUMBER}[HMS])+))?"


def is_length(text: str) -> bool:
    """Tell whether `text` has the form of a length of time, whatever its units."""
    return (
        re.fullmatch(_AMOUNTS, text, FLAGS) is not None
        or re.fullmatch(_ISO_SPAN, text, FLAGS) is not None
    )


def has_units(text: str) -> bool:
    """Tell whether `text` is numbers with units that there are; no other form looks like it."""
    amounts = re.findall(AMOUNT_FORM, text, FLAGS) if re.fullmatch(_AMOUNTS, text, FLAGS) else []
    return bool(amounts) and all(word.lower() in UNITS for _, _, word in amounts)


def read_length(text: str) -> tuple[int, timedelta]:
    """Read numbers with units, from the largest unit to the smallest: months, and the rest.

    Raises:
        Unreadable: the text has another form, or a unit that is none.
    """
    if span := re.fullmatch(_ISO_SPAN, text, FLAGS):
        # Its letters are ours, but for M, which stands for months before the T.
        in_days = span["date"].lower().replace("m", "mo")
        text = f"{in_days}{(span['time'] or '').lower()}"
    if not re.fullmatch(_AMOUNTS, text, FLAGS) or len(text) > LONGEST_TEXT:
        raise Unreadable("a number needs a unit" if text.isdecimal() else "")
    months, length, sizes = 0, timedelta(), []
    for number, fraction, word in re.findall(AMOUNT_FORM, text, FLAGS):
        unit = _read_unit(word)
        if fraction and unit in _WHOLE_UNITS:
            raise Unreadable(f"{word} takes whole numbers")
        if len(fraction) > 6:
            raise Unreadable("a fraction has at most six digits")
        if unit in _MONTHS:
            months += int(number) * _MONTHS[unit]
        else:
            # Whole numbers throughout: exact to the microsecond with six digits.
            length += _LENGTHS[unit] * int(number + fraction) // int(10 ** len(fraction))
        sizes.append(_SIZES.index(unit))
    if sizes != sorted(set(sizes)):
        raise Unreadable("units go from the largest to the smallest, each once")
    return months, length


def _read_unit(word: str) -> str:
    if word == "M":
        raise Unreadable("m is minutes, mo is months")
    try:
        return UNITS[word.lower()]
    except KeyError as error:
        raise Unreadable(f"{quoted(word)} is not a unit") from error
