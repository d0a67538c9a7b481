"""What no terminal may ever get, by Unicode's own data rather than by the program's table."""

import functools
import itertools
import re
import sys
import unicodedata

# https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt, as far as Python's
# categories do not say it, and the braille blank.
INVISIBLE = frozenset({
    0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2800, 0x3164, 0xFFA0,
    0x2065, *range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000),
})  # fmt: skip
CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
EVERY_CODE = range(sys.maxunicode + 1)


def is_dangerous(character: str) -> bool:
    """Tell whether a character steers a terminal, turns text around or hides in it."""
    return unicodedata.category(character) in CATEGORIES or ord(character) in INVISIBLE


@functools.cache
def every_category() -> list[str]:
    """Return the category of every code point."""
    return list(map(unicodedata.category, map(chr, EVERY_CODE)))


@functools.cache
def every_dangerous() -> str:
    """Return all characters that steer a terminal, turn text around or hide in it."""
    steering = itertools.compress(EVERY_CODE, map(CATEGORIES.__contains__, every_category()))
    return "".join(map(chr, sorted({*steering, *INVISIBLE})))


@functools.cache
def every_harmless() -> str:
    """Return all others that this Python's Unicode knows; a newer one may name more."""
    known = itertools.compress(EVERY_CODE, map("Cn".__ne__, every_category()))
    return "".join(map(chr, sorted({*known}.difference(map(ord, every_dangerous())))))


def _ranges() -> str:
    """Write all that is dangerous as the inside of a pattern's brackets."""
    found: list[list[int]] = []
    for code in map(ord, every_dangerous()):
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in found)


@functools.cache
def dangerous() -> re.Pattern[str]:
    """Return what finds a dangerous character; all of Unicode is looked through for it, once."""
    return re.compile(f"[{_ranges()}]")


_OWN_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# A line of progress goes to the left and is taken over, up to an erased one, or to one of blanks
# on a terminal that knows no escape sequences.
_OWN_PROGRESS = re.compile(
    r"\r(?=[^\r\x1b]*\x1b\[K)|\x1b\[K|"
    r"\r(?=[\d,]+ (?:of [\d,]+ )?(?:targets|hits)\b)|\r {4,}\r"
)


def without_own(text: str) -> str:
    """Return what a terminal gets without our own colours, progress and line feeds."""
    return _OWN_PROGRESS.sub("", _OWN_COLOURS.sub("", text)).replace("\n", "")
