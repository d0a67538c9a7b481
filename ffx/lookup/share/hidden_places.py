"""Where in JSON text something may stand that identifies somebody.

The text is read by its strings and numbers, without being parsed: what is put in their place
leaves everything around them as it was sent.
"""

import json
import re
import sys
from collections.abc import Container, Iterator

from ffx.api import members
from ffx.output.matcher import SHORTEST

_OWN_NAMES = frozenset({
    *members.VISITOR, *members.HIT_ROW, *members.HIT_EVENT, "visitor", "hits", "hasMore", "events",
})  # fmt: skip
# As they mostly stand in JSON text; to look one up takes less than to read it.
_KEYS = {f'"{name}"': name for name in _OWN_NAMES}

_TEXT = r'"[^"\\]*(?:\\.[^"\\]*)*"'
# As long as a text that is found inside others; shorter ones tell nothing of anybody.
_NUMBER = rf"-?[0-9][0-9.eE+-]{{{SHORTEST - 1},}}"
# A string or a number; and if it is a key, the colon, and the value if that is one of them.
_SCALAR = re.compile(rf"({_TEXT})([ \t\r\n]*:[ \t\r\n]*({_TEXT}|{_NUMBER})?)?|{_NUMBER}")
# What is no name may be a value: an address that something is counted by.
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_TOKEN = re.compile(rf'{_TEXT}|[{{}}\[\],:]|[^\s{{}}\[\],:"]+')


class Undocumented(str):
    """The name of a member that the API does not document."""

    __slots__ = ()


def places_to_hide(
    json_text: str,
    hidden: Container[str],
    start: int = 0,
    end: int = sys.maxsize,
    inside: str = "",
) -> Iterator[tuple[str | None, int, int]]:
    """Yield where in valid JSON text there may be something to hide, each with its member.

    These are strings, numbers of six or more characters and, whole, the values of hidden
    members. A key has the member None; documented keys stay, and are not among them. In a
    list they have an empty one, or that of the undocumented one that they are `inside`.
    """
    at = start
    end = min(end, len(json_text))
    while match := _SCALAR.search(json_text, at, end):
        at = match.end()
        if not match[2]:
            yield inside, match.start(), at
            continue
        member = _KEYS.get(match[1]) or value_of(match[1])
        is_known = member in _OWN_NAMES
        name = member if is_known else inside or Undocumented(member)
        if not is_known:
            yield None if _NAME.fullmatch(member) else name, match.start(1), match.end(1)
        if match[3]:
            yield name, match.start(3), at
        elif member in hidden:
            begin, at = at, _end_of_value(json_text, at)
            yield member, begin, at
        elif not is_known and not inside:
            begin, at = at, _end_of_value(json_text, at)
            yield from places_to_hide(json_text, hidden, begin, at, name)


def _end_of_value(json_text: str, at: int) -> int:
    depth = 0
    for match in _TOKEN.finditer(json_text, at):
        depth += (match[0] in ("{", "[")) - (match[0] in ("}", "]"))
        if depth == 0:
            return match.end()
    return len(json_text)


def values_in(sent: str) -> Iterator[str]:
    """Yield what a value's JSON text says, and all strings inside a list or an object."""
    yield value_of(sent)
    if sent[0] in "[{":
        for match in _SCALAR.finditer(sent):
            if match[3] or not match[2]:
                yield value_of(match[3] or match[0])


def value_of(sent: str) -> str:
    """Return a string's text; of any other JSON text itself, and nothing of null."""
    if sent[0] != '"':
        return "" if sent == "null" else sent
    value: str = json.loads(sent, strict=False) if "\\" in sent else sent[1:-1]
    return value
