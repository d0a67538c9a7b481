"""Aliases given to values, and put in their place inside other text.

An alias is a word and a number: `ip#1` is the first IP address of a run. Which
word stands for which member is a fixed table.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from ffx.api.members import ALIAS_FORM, ID_ALIAS_WORDS
from ffx.output.matcher import Matcher

_STAYS = ""
# `ip#192.0.2.41` is no alias: it is «ip#» and an address.
_GOES_ON = re.compile("[.:]?[0-9A-Za-z]")
_ALIAS_INSIDE = re.compile(f"{ALIAS_FORM}(?!{_GOES_ON.pattern})")
_ENDS_IN_ALIAS = re.compile(rf"{ALIAS_FORM}\Z")
_LONGEST_ALIAS = 24
_MOST_BYTES = 128 * 2**20
# What one value takes beside its own text: its alias, and its place in three tables.
_BYTES_BESIDE = 250


class Aliases:
    """What stands for which value in a run; one thread at a time may use it.

    Attributes:
        most_bytes: about how much memory it takes before `forget` does something.
        has_forgotten: whether it did.
        changes: grows with each value and alias that is new, and with what is forgotten.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.has_forgotten = False
        self.changes = 0
        # By word, values and their aliases, the one that was seen last as the last.
        self._aliases: dict[str, dict[str, str]] = defaultdict(dict)
        self._last: dict[str, int] = defaultdict(int)
        self._foreign: set[str] = set()
        self._bytes = 0
        self._matcher = Matcher()

    def of(self, word: str, value: str) -> str:
        """Return a value's alias under a word; a new value gets the word's next number."""
        if word in ID_ALIAS_WORDS.values():
            # Typed as one kind of ID, it may turn out to be the other.
            word = next(
                (each for each in ID_ALIAS_WORDS.values() if value in self._aliases[each]), word
            )
        aliases = self._aliases[word]
        alias = aliases.pop(value, None)
        if alias is None:
            alias = self._new(word)
            self._enter(value, alias)
        aliases[value] = alias
        return alias

    def keep(self, value: str) -> None:
        """Leave a value alone where it stands inside other text."""
        self.of(_STAYS, value)

    def is_kept(self, value: str) -> bool:
        return value in self._aliases[_STAYS]

    def skip(self, alias: str) -> None:
        """Give this alias to no value: it came from elsewhere, as in a redacted case file."""
        if not self._is_given(alias):
            self._foreign.add(alias)
            self.changes += 1
            self._bytes += sys.getsizeof(alias) + _BYTES_BESIDE

    def text(self, text: str) -> str:
        """Return a text with aliases in the place of the values inside it.

        Those of under six characters are not looked for.
        """
        # Once a longer value is gone, another that it overlapped may be found.
        while (shown := self._replaced(text)) != text:
            text = shown
        return text

    def forget(self) -> bool:
        """Forget the half of the values that was seen longest ago, if there are too many.

        Seen again, they get new numbers. Return whether there were too many.
        """
        if self._bytes < self.most_bytes:
            return False
        self.has_forgotten = True
        self.changes += 1
        self._matcher, self._bytes = Matcher(), 0
        self._foreign.clear()
        for word, aliases in self._aliases.items():
            self._aliases[word] = dict(islice(aliases.items(), len(aliases) // 2, None))
            for value, alias in self._aliases[word].items():
                self._enter(value, alias)
        return True

    def _new(self, word: str) -> str:
        if word == _STAYS:
            return ""
        while True:
            self._last[word] += 1
            alias = f"{word}#{self._last[word]}"
            if alias not in self._foreign:
                return alias

    def _enter(self, value: str, alias: str) -> None:
        self.changes += 1
        self._bytes += sys.getsizeof(value) + _BYTES_BESIDE
        for part in _ALIAS_INSIDE.split(value):
            self._matcher.add(part, alias)

    def _replaced(self, text: str) -> str:
        parts: list[str] = []
        done = 0
        for start, end in self._between_aliases(text):
            for span in self._matcher.find_spans(text[start:end]):
                between = _set_apart(text[done : start + span.start], parts, span.mark)
                parts += [between, span.mark]
                done = start + span.end
        return "".join([*parts, _set_apart(text[done:], parts, "")])

    def _between_aliases(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the stretches of a text in which no alias stands yet."""
        start = 0
        for match in _ALIAS_INSIDE.finditer(text):
            if self._is_given(match[0]):
                yield start, match.start()
                start = match.end()
        yield start, len(text)

    def _is_given(self, alias: str) -> bool:
        word, _, number = alias.partition("#")
        return int(number) <= self._last[word] or alias in self._foreign


def _set_apart(between: str, before: list[str], after: str) -> str:
    """Return what stands between two aliases, with blanks where it would run into them."""
    if before and _GOES_ON.match(between[:2] + after):
        between = f" {between}"
    if after and _ENDS_IN_ALIAS.search(between[-_LONGEST_ALIAS:]):
        between = f"{between} "
    return between
