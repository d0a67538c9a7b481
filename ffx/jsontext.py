"""JSON text as it was sent: checked once, read without loss, indented without change.

The standard parser takes NaN, doubled keys and numbers that no float can hold.
Here the text stays what it is, numbers keep their digits, and what cannot be
trusted is named by its place, as `hits[3].cost`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ffx.errors import ServiceError, TemporaryError
from ffx.render.clean import quoted

# Two million values are some 16 MiB of ordinary reply; as objects they take a quarter of a
# gigabyte, and 64 MiB of `{}` would take seven times that.
MOST_VALUES = 2_000_000
_MOST_DIGITS = 4_300
_DEEPEST_INDENT = 40

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
_LITERALS = ("true", "false", "null", "-")


class Numeral(str):
    """A JSON number by the digits it came with: `0.10` stays `0.10`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Parsed JSON: dicts, lists, str, bool, None, and Numeral for every number.

    `doubled` holds the places of keys that an object has twice; the last one
    counts, as it does for jq.
    """

    value: object
    doubled: tuple[str, ...] = ()


class _Unusable(str):
    """A token in a number's place that is no number we can carry."""

    __slots__ = ()


def read_document(text: str) -> Document:
    """Parse one JSON value.

    Raises:
        TemporaryError: the text ends before the value does.
        ServiceError: it is not one JSON value, too large or too deep to hold,
            or has NaN, Infinity or a number of over 4,300 digits.
    """
    _refuse_too_many_values(text)
    unusable: list[_Unusable] = []
    doubled: list[tuple[dict[str, object], str]] = []

    def constant(token: str) -> _Unusable:
        unusable.append(_Unusable(token))
        return unusable[-1]

    def number(token: str) -> str:
        return Numeral(token) if len(token) <= _MOST_DIGITS else constant("a number too long")

    def pairs(members: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(members)
        if len(made) != len(members):
            seen: set[str] = set()
            doubled.extend((made, name) for name, _ in members if name in seen or seen.add(name))  # type: ignore[func-returns-value]  # add() answers None, which is the point
        return made

    try:
        value = json.loads(
            text,
            parse_int=number,
            parse_float=number,
            parse_constant=constant,
            object_pairs_hook=pairs,
        )
    except json.JSONDecodeError as error:
        raise _not_json(text, error) from error
    except RecursionError as error:
        raise ServiceError(
            "the service's answer nests too deeply to be read", code="too-deep"
        ) from error
    if unusable:
        place = next(path for path, found in walk(value) if found is unusable[0])
        raise ServiceError(
            f"the service's answer cannot be trusted: {place} is {unusable[0]}",
            hint="JSON knows no such number. Report it, with the time of the request.",
            code="not-json",
        )
    return Document(value, tuple(_places_of(doubled, value)))


def walk(value: object) -> Iterator[tuple[str, object]]:
    """Yield every value inside `value` with its place, in no promised order."""
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        path, here = waiting.pop()
        yield path or "the whole answer", here
        if isinstance(here, dict):
            waiting.extend(
                (f"{path}.{key}" if path else key, inner) for key, inner in here.items()
            )
        elif isinstance(here, list):
            waiting.extend((f"{path}[{index}]", inner) for index, inner in enumerate(here))


def indented(text: str) -> str:
    """Lay valid JSON text out for reading; only the white space between tokens changes."""
    parts: list[str] = []
    depth = 0
    previous = ""
    for match in _TOKEN.finditer(text):
        token = match[0]
        closes = token in ("}", "]")
        if closes:
            depth -= 1
        if previous in ("{", "["):
            if not closes:
                parts.append(_line_feed(depth))
        elif previous == "," or closes:
            parts.append(_line_feed(depth))
        elif previous == ":":
            parts.append(" ")
        parts.append(token)
        if token in ("{", "["):
            depth += 1
        previous = token
    return "".join(parts)


def on_one_line(text: str) -> str:
    """Return valid JSON text without line feeds, which can only stand between tokens."""
    return text.strip().replace("\n", " ").replace("\r", " ")


def _line_feed(depth: int) -> str:
    return "\n" + "  " * min(depth, _DEEPEST_INDENT)


def _refuse_too_many_values(text: str) -> None:
    marks = text.count(",") + text.count("[") + text.count("{")
    if marks < MOST_VALUES:
        return
    # Some of them may stand inside strings, so look again without those.
    marks -= sum(
        match[0].count(",") + match[0].count("[") + match[0].count("{")
        for match in _STRING.finditer(text)
    )
    if marks >= MOST_VALUES:
        raise ServiceError(
            f"the service's answer is too big: over {MOST_VALUES:,} values",
            hint="Ask for a narrower window.",
            code="too-big",
        )


def _places_of(doubled: list[tuple[dict[str, object], str]], value: object) -> Iterator[str]:
    if not doubled:
        return
    names: dict[int, list[str]] = {}
    for made, name in doubled:
        names.setdefault(id(made), []).append(name)
    for path, here in walk(value):
        for name in names.get(id(here), ()):
            yield name if path == "the whole answer" else f"{path}.{name}"


def _not_json(text: str, error: json.JSONDecodeError) -> ServiceError | TemporaryError:
    if _was_cut(text, error):
        return TemporaryError(
            f"the service's answer was cut after {len(text.encode('utf-8', 'replace')):,} bytes",
            hint="Try again; if it stays so, ask for a narrower window.",
            code="cut-short",
        )
    beginning = text.lstrip()[:80]
    if beginning.startswith("<"):
        return ServiceError(
            "the service's answer is a web page instead of data",
            hint=f"A proxy or a login page? It begins {quoted(beginning, limit=40)}. "
            "Check the network and FFX_API_URL.",
            code="not-json",
        )
    if error.msg == "Extra data":
        return ServiceError(
            "the service's answer is not one JSON value",
            hint=f"More follows after {error.pos:,} characters: "
            f"{quoted(text[error.pos : error.pos + 60], limit=40)}.",
            code="not-json",
        )
    return ServiceError(
        "the service's answer is not JSON",
        hint=f"{error.msg} at character {error.pos:,}. It begins {quoted(beginning, limit=40)}.",
        code="not-json",
    )


def _was_cut(text: str, error: json.JSONDecodeError) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    if error.msg.startswith("Unterminated string"):
        return True
    rest = text[error.pos :].strip()
    if error.msg.startswith("Invalid \\"):
        return len(rest) < len("\\ud83d\\ude00") and '"' not in rest
    return rest == "" or any(literal.startswith(rest) for literal in _LITERALS)
