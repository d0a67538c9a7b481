"""Known texts found inside others, as they are or as they are spelled there.

A value may stand in a text with `clean`'s escapes or JSON's, with percent signs,
twice over at the most, and quoted for a shell. However many texts are known,
looking through another costs a few look-ups a character: its next six tell
which lengths are worth a look. Adding one more rebuilds nothing.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

SHORTEST = 6
# Longer texts are looked for in parts, so that so many lengths are compared at a place at most.
_LONGEST = 512
_BUCKETS = 1 << 16

_HEX = "[0-9a-fA-F]"
_NEXT_BYTE = f"%[89abAB]{_HEX}"
_PERCENT = (
    f"%[0-7]{_HEX}|%[c-dC-D]{_HEX}{_NEXT_BYTE}|%[eE]{_HEX}(?:{_NEXT_BYTE}){{2}}"
    f"|%[fF]{_HEX}(?:{_NEXT_BYTE}){{3}}"
)
_SHELL = "'\"'\"'"
# Ways to spell single characters otherwise; a command line may hold any of them.
_SPELLINGS = tuple(
    re.compile(f"{escapes}|{_SHELL}")
    for escapes in (
        r"\\u\{(?:[0-9a-f]{1,5}|10[0-9a-f]{4})\}",
        rf"\\u[dD][89abAB]{_HEX}{{2}}\\u[dD][c-fC-F]{_HEX}{{2}}|\\u{_HEX}{{4}}|\\[\"\\/bfnrt]",
        _PERCENT,
        rf"{_PERCENT}|\+",
    )
)
_MOST_LAYERS = 2


class Span(NamedTuple):
    """Where a known text stands in another, and the mark that it was added with."""

    start: int
    end: int
    mark: str


class Matcher:
    """Knows texts of six or more characters, each with a mark.

    One without a mark is never found, and shields what lies wholly inside it.
    Blanks around a text do not count.
    """

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}
        # For each bucket of beginnings, the lengths of the texts that begin so, as bits.
        self._lengths: dict[int, int] = {}

    def add(self, text: str, mark: str) -> None:
        """Know one more text; the first mark that it got stays, unless it is to have none."""
        for part in _parts(text.strip()):
            if not mark or part not in self._marks:
                self._marks[part] = mark
                bucket = hash(part[:SHORTEST]) % _BUCKETS
                self._lengths[bucket] = self._lengths.get(bucket, 0) | 1 << len(part)

    def find_spans(self, text: str) -> list[Span]:
        """Return where known texts stand: from the left, the longest at a place, none in another.

        What a span has cut may have been one too, so look again once these are replaced.
        """
        if not self._marks:
            return []
        spans = list(self._look_through(text))
        for spelling in _SPELLINGS:
            view = text
            places: Sequence[int] = range(len(text) + 1)
            for _ in range(_MOST_LAYERS):
                if not spelling.search(view):
                    break
                view, places = _decoded(view, places, spelling)
                spans += [
                    Span(places[span.start], places[span.end], span.mark)
                    for span in self._look_through(view)
                ]
        spans.sort(key=lambda span: (span.start, -span.end))
        return list(_apart(spans))

    def _look_through(self, text: str) -> Iterator[Span]:
        at = shielded = 0
        while at <= len(text) - SHORTEST:
            bucket = hash(text[at : at + SHORTEST]) % _BUCKETS
            lengths = self._lengths.get(bucket, 0)
            end = at + 1
            while lengths:
                length = lengths.bit_length() - 1
                lengths ^= 1 << length
                mark = self._marks.get(text[at : at + length])
                if mark is None or at + length > len(text):
                    continue
                if mark == "":
                    shielded = max(shielded, at + length)
                elif at + length > shielded:
                    end = at + length
                    yield Span(at, end, mark)
                    break
            at = end


def _parts(text: str) -> Iterator[str]:
    for start in range(0, len(text), _LONGEST):
        part = text[start : start + _LONGEST].strip()
        if len(part) >= SHORTEST:
            yield part


def _decoded(
    text: str, places: Sequence[int], spelling: re.Pattern[str]
) -> tuple[str, Sequence[int]]:
    """Return a text without its escapes, and for each character where it stood."""
    parts: list[str] = []
    stood: list[int] = []
    done = 0
    for match in spelling.finditer(text):
        parts += [text[done : match.start()], _character(match[0])]
        stood += places[done : match.start() + 1]
        done = match.end()
    return "".join([*parts, text[done:]]), [*stood, *places[done:]]


def _character(escape: str) -> str:
    """Return the one character that an escape stands for."""
    match escape[0]:
        case "%":
            return unquote(escape)[0]
        case "+":
            return " "
        case "'":
            return "'"
    if escape.startswith("\\u{"):
        return chr(int(escape[3:-1], 16))
    character: str = json.loads(f'"{escape}"')
    return character


def _apart(spans: Sequence[Span]) -> Iterator[Span]:
    done = 0
    for span in spans:
        if span.start >= done:
            yield span
            done = span.end
