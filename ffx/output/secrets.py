"""The tokens of this process, kept out of what it says, and of the files that leave it.

A service that repeats a token may do so anywhere, and spell it as it likes. So the
search comes last: whatever is written to stderr, into a report or a case file passes here.
"""

import re
import threading
from collections.abc import Iterator

HIDDEN = "<the token>"
# What is shorter is no token that works, and may well stand somewhere by chance.
SHORTEST = 12
_CUT = "…"
# So many characters tell whose beginning they are; fewer are of no use to anybody.
_LEAST_LEFT = 6
_RUN = re.compile(f"(?:{HIDDEN})+")
# A token of 8,192 characters, each spelled as a JSON escape inside percent-encoding.
_LONGEST_SPELLED = 2**17
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_ESCAPES = frozenset("%\\&")
# In two steps, each of which goes over a text once: what stands before an `@`, and in it `user:…`.
_BEFORE_AT = re.compile(r"(?<![^\s/?#@'\"])[^\s/?#@'\"]++@(?=\S)")
_USER_AND_PASSWORD = re.compile(r"(?<![^:=&])[^:=&@]++:[^@]+@")


class Secrets:
    """Tokens, and the search for them; any thread may use it."""

    def __init__(self) -> None:
        self._tokens: frozenset[str] = frozenset()
        self._search: _Search | None = None
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._tokens))

    def keep(self, *tokens: str) -> None:
        """Hide these from now on; what is too short to be a token is passed over."""
        new = {token for token in tokens if len(token) >= SHORTEST}
        with self._lock:
            if not new <= self._tokens:
                self._tokens, self._search = self._tokens | new, None

    def hide(self, text: str) -> str:
        """Return a text without the tokens in it, however they are spelled there."""
        if not self._tokens:
            return text
        shown = self._searched().hide(text)
        return self._without_beginnings(shown) if _CUT in shown else shown

    def hide_in_json(self, json_text: str) -> str:
        """Return valid JSON text without the tokens in its strings; it stays valid."""
        return (
            _STRING.sub(self._hide_in_string, json_text) if self.are_in(json_text) else json_text
        )

    def excerpt(self, text: str, start: int = 0) -> str:
        """Return a long text from `start` on, its tokens hidden before it can be cut.

        One that `start` stands in is hidden whole. No more than the next 128 Ki
        characters are returned.
        """
        first = max(start - _LONGEST_SPELLED, 0)
        piece = text[first : start + _LONGEST_SPELLED]
        if not self.are_in(piece):
            return text[start : start + _LONGEST_SPELLED]
        return self.hide(piece[self._searched().beginning(piece, start - first) :])

    def are_in(self, text: str) -> bool:
        """Tell whether there is a token in a text."""
        return bool(self._tokens) and self._searched().finds(text)

    def _searched(self) -> "_Search":
        with self._lock:
            if self._search is None:
                self._search = _Search(self._tokens)
            return self._search

    def _without_beginnings(self, text: str) -> str:
        """Hide what is left of a token where a text was cut behind its beginning."""
        pieces = text.split(_CUT)
        for index, piece in enumerate(pieces[:-1]):
            for token in self._tokens:
                start = piece.find(token[:_LEAST_LEFT])
                while start >= 0 and not token.startswith(piece[start:]):
                    start = piece.find(token[:_LEAST_LEFT], start + 1)
                if start >= 0:
                    pieces[index] = piece[:start] + HIDDEN
        return _CUT.join(pieces)

    def _hide_in_string(self, match: re.Match[str]) -> str:
        import json

        value = json.loads(match[0], strict=False)
        # A body, as case files keep it, stays JSON.
        shown = self.hide_in_json(value) if value[:1] in ("{", "[") else value
        shown = self.hide(shown)
        return match[0] if shown == value else json.dumps(shown)


class _Search:
    """The search for tokens, word by word: no spelling of one holds a blank or a quote."""

    def __init__(self, tokens: frozenset[str]) -> None:
        from ffx.output.matcher import Matcher, parts_of

        self._matcher = Matcher()
        for token in tokens:
            self._matcher.add(token, HIDDEN)
        for token in tokens:
            self._matcher.find_spans(token)  # from here on, threads change nothing in it
        self._parts = [part.casefold() for token in tokens for part in parts_of(token)]
        shortest = min(map(len, tokens))
        self._words = re.compile(rf"[A-Za-z0-9._~+/=%\\&#;{{}}-]{{{shortest},}}")

    def finds(self, text: str) -> bool:
        return any(self._is_in_word(word[0]) for word in self._words.finditer(text))

    def hide(self, text: str) -> str:
        return self._words.sub(lambda word: self._hide_in_word(word[0]), text)

    def beginning(self, text: str, start: int) -> int:
        """Return where the token begins that `start` stands in; `start` itself if in none."""
        spans = self._matcher.find_spans(text)
        return next((span.start for span in spans if span.start < start < span.end), start)

    def _is_in_word(self, word: str) -> bool:
        from ffx.output.spellings import read_only

        is_spelled = not _ESCAPES.isdisjoint(word)
        return any(
            part in view.casefold()
            for view in (read_only(word) if is_spelled else (word,))
            for part in self._parts
        )

    def _hide_in_word(self, word: str) -> str:
        if not self._is_in_word(word):
            return word
        parts: list[str] = []
        done = 0
        for span in self._matcher.find_spans(word):
            parts += [word[done : span.start], HIDDEN]
            done = span.end
        return _RUN.sub(HIDDEN, "".join([*parts, word[done:]]))


secrets = Secrets()
"""Those of this process: what one look-up knows as a token, no other shows."""


def without_passwords(text: str) -> str:
    """Return a typed text without what stands as `user:password@` in it."""
    return _BEFORE_AT.sub(_without_password, text) if "@" in text else text


def _without_password(before_at: re.Match[str]) -> str:
    return _USER_AND_PASSWORD.sub("…@", before_at[0])
