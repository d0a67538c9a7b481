"""Known texts found inside others, in any case of letters, however they are spelled there.

However many texts are known, and however alike they begin, a character of another
text costs a bounded number of steps: its next six tell which of them are worth a
look. These stand in order, so that one search finds the only one that can be the longest
at a place, or that begins with it. Adding one more rebuilds little.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ffx.output.spellings import readings

SHORTEST = 6
# Longer texts are looked for in parts, so that so many characters are compared at a place at most.
_LONGEST = 512
_SHELVES = 1 << 16


class Span(NamedTuple):
    """Where a known text stands in another, and the mark that it was added with."""

    start: int
    end: int
    mark: str


class Matcher:
    """Knows texts of six or more characters, each with a mark.

    One without a mark is never found, and shields what lies wholly inside it.
    Blanks around a text do not count. Where several differ in the case of letters
    alone, the one that stands there is found, or else the first.
    """

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}
        # By texts in small letters that differ from those in which they were added.
        self._marks_of_folded: dict[str, str] = {}
        # For each bucket of beginnings, the texts that begin so; in small letters.
        self._marked: dict[int, _Shelf] = {}
        self._shields: dict[int, _Shelf] = {}

    def add(self, text: str, mark: str) -> None:
        """Know one more text; the first mark that it got stays, unless it is to have none."""
        for part in parts_of(text.strip()):
            known = self._marks.get(part)
            if known is not None and (mark or not known):
                continue
            self._marks[part] = mark
            small = folded(part)
            if mark and small != part:
                self._marks_of_folded.setdefault(small, mark)
            shelves = self._marked if mark else self._shields
            number = hash(small[:SHORTEST]) % _SHELVES
            if number not in shelves:
                shelves[number] = _Shelf()
            shelves[number].waiting.append(small)

    def find_spans(self, text: str) -> list[Span]:
        """Return where known texts stand: from the left, the longest at a place, none in another.

        What a span has cut may have been one too, so look again once these are replaced.
        """
        if not self._marked:
            return []
        spans = [
            Span(places[span.start], places[span.end], span.mark)
            for view, places in readings(text)
            for span in self._look_through(view)
        ]
        spans.sort(key=lambda span: (span.start, -span.end))
        return list(_without_overlaps(spans))

    def _look_through(self, text: str) -> Iterator[Span]:
        small = folded(text)
        marked, shields = self._marked, self._shields
        at = shielded = 0
        last = len(text) - SHORTEST
        while at <= last:
            number = hash(small[at : at + SHORTEST]) % _SHELVES
            end = at + 1
            if number in shields:
                length = shields[number].longest_in_front_of(small[at : at + _LONGEST])
                shielded = max(shielded, at + length)
            if number in marked:
                length = marked[number].longest_in_front_of(small[at : at + _LONGEST])
                if length and at + length > shielded:
                    end = at + length
                    yield Span(at, end, self._mark_of(text[at:end], small[at:end]))
            at = end

    def _mark_of(self, text: str, small: str) -> str:
        return (
            self._marks.get(text) or self._marks_of_folded.get(small) or self._marks.get(small)
        ) or ""


class _Shelf:
    """Texts of one bucket, in a few sorted runs, each over twice as long as the next.

    Those that `waiting` holds join them when the shelf is looked at.
    """

    __slots__ = ("_runs", "waiting")

    def __init__(self) -> None:
        self.waiting: list[str] = []
        self._runs: list[_Run] = []

    def longest_in_front_of(self, text: str) -> int:
        """Return the length of the longest of the texts that `text` begins with; 0 if none."""
        if self.waiting:
            self._settle()
        if len(self._runs) == 1:
            return self._runs[0].longest_in_front_of(text)
        return max(run.longest_in_front_of(text) for run in self._runs)

    def _settle(self) -> None:
        texts, self.waiting = self.waiting, []
        while self._runs and len(self._runs[-1].texts) <= 2 * len(texts):
            texts += self._runs.pop().texts
        self._runs.append(_Run(sorted(texts)))


class _Run:
    """Texts in order, and for each the lengths of those that it begins with, as bits."""

    __slots__ = ("_lengths", "texts")

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self._lengths = _lengths_of(texts)

    def longest_in_front_of(self, text: str) -> int:
        # Whatever `text` begins with, the last that does not come after it begins with as well.
        place = bisect_right(self.texts, text) - 1
        if place < 0:
            return 0
        last = self.texts[place]
        if text.startswith(last):
            return len(last)
        lengths = self._lengths[place] ^ 1 << len(last)
        if not lengths:
            return 0
        alike = _common_length(last, text)
        return max((lengths & (2 << alike) - 1).bit_length() - 1, 0)


def _lengths_of(texts: Sequence[str]) -> list[int]:
    all_lengths: list[int] = []
    same: dict[int, int] = {}  # so that equal numbers are one in memory
    before, lengths = "", 0
    for text in texts:
        if lengths:
            lengths &= (2 << _common_length(before, text)) - 1
        lengths |= 1 << len(text)
        all_lengths.append(same.setdefault(lengths, lengths))
        before = text
    return all_lengths


def _common_length(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def folded(text: str) -> str:
    """Return a text in small letters, character by character: no place in it changes."""
    small = text.casefold()
    if len(small) != len(text):
        small = "".join(
            each if len(each := character.casefold()) == 1 else character for character in text
        )
    return text if small == text else small


def parts_of(text: str) -> Iterator[str]:
    """Yield the pieces of a text that are looked for, each of 512 characters at the most."""
    for start in range(0, len(text), _LONGEST):
        part = text[start : start + _LONGEST].strip()
        if len(part) >= SHORTEST:
            yield part


def _without_overlaps(spans: Sequence[Span]) -> Iterator[Span]:
    done = 0
    for span in spans:
        if span.start >= done:
            yield span
            done = span.end
