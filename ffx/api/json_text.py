"""JSON text as it was sent: checked once, read without loss, indented without change.

The standard parser takes NaN, doubled keys and numbers that no float can hold.
Here the text stays what it is, numbers keep their digits, and what cannot be
trusted is named by its place, as `hits[3].cost`.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, overload

from ffx.errors import ServiceError, TemporaryError
from ffx.output.clean import quoted
from ffx.output.secrets import secrets

# Two million values are some 16 MiB of ordinary reply; as objects they take a quarter of a
# gigabyte, and 64 MiB of `{}` would take seven times that. A member counts three times: its
# key, and the place in its object, take as much again as its value.
MOST_VALUES = 2_000_000
_MOST_DIGITS = 4_300
_MOST_PARTS = 2_000
# Deeper levels keep this indent, or two million values forty levels down would be 160 MB.
_DEEPEST_INDENT = 12
_LONGEST_PLACE = 120

# Possessive: what would be kept to go back to is some 50 bytes an escape.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],:]|[^\s{}\[\],:"]+')
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"')
_WHITE = re.compile(r"[ \t\r\n]*")
_HALF_NUMBER = re.compile(r"\.|[eE][+-]?")
_LITERALS = ("true", "false", "null", "-")


class Numeral(str):
    """A JSON number by the digits it came with: `0.10` stays `0.10`."""

    __slots__ = ()


class Document(NamedTuple):
    """Parsed JSON: dicts, lists, str, bool, None, and Numeral for every number.

    `doubled` holds the places of keys that an object has twice; the last one
    counts, as it does for jq.
    """

    value: object
    doubled: tuple[str, ...] = ()


class _Unusable(str):
    """A token in a number's place that is no number we can carry."""

    __slots__ = ()


def read_document(text: str, *, most_values: int | None = MOST_VALUES) -> Document:
    """Parse one JSON value; None lifts the limit, for text that was checked in parts.

    Raises:
        TemporaryError: the text ends before the value does.
        ServiceError: it is not one JSON value, too large or too deep to hold,
            or has NaN, Infinity or a number of over 4,300 digits.
    """
    if most_values is not None:
        _refuse_too_many_values(text, most_values)
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
        # One that a doubled key has hidden has no place any more.
        found = (
            (path, inner)
            for path, inner in values_with_places(value)
            if isinstance(inner, _Unusable)
        )
        place, token = next(found, ("a value under a doubled key", unusable[0]))
        raise ServiceError(
            f"the service's answer cannot be trusted: {place} is {token}",
            hint="Numbers have digits, and 4,300 at the most. "
            "Report it, with the time of the request.",
            code="not-json",
        )
    return Document(value, tuple(_places_of(doubled, value)))


def values_with_places(value: object) -> Iterator[tuple[str, object]]:
    """Yield every value inside `value` with its place, shortened where it is long."""
    # Iterators rather than lists of places: those of a million values take more than the values.
    waiting = [iter([("", value)])]
    while waiting:
        for path, here in waiting[-1]:
            yield path or "the whole answer", here
            if isinstance(here, dict | list):
                waiting.append(_inside(path, here))
                break
        else:
            waiting.pop()


def _inside(path: str, value: dict[str, object] | list[object]) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        return (
            (shortened(f"{path}.{key}" if path else key), inner) for key, inner in value.items()
        )
    return ((shortened(f"{path}[{index}]"), inner) for index, inner in enumerate(value))


def shortened(place: str) -> str:
    """Clip a place: keys are the service's own, and may be of any length."""
    return place if len(place) <= _LONGEST_PLACE else f"{place[:_LONGEST_PLACE]}…"


def indented_parts(texts: Iterable[str]) -> Iterator[str]:
    """Lay valid JSON text out for reading; only the white space between tokens changes.

    It comes and goes part by part, and no part begins or ends inside a token.
    """
    parts: list[str] = []
    depth = 0
    previous = ""
    for match in chain.from_iterable(map(_TOKEN.finditer, texts)):
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
        if len(parts) > _MOST_PARTS:
            yield "".join(parts)
            parts.clear()
    yield "".join(parts)


# For text that `read_document` has read: nothing is left to be found wrong with it.
_checked = json.JSONDecoder(parse_int=Numeral, parse_float=Numeral)


def read_object(text: str) -> dict[str, object]:
    """Return text that was read before as an object; empty where it is something else."""
    value = _checked.decode(text)
    return value if isinstance(value, dict) else {}


class ReadObjects(Sequence[dict[str, object]]):
    """Valid JSON texts as objects; each is parsed whenever it is asked for, and not kept."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, place: int) -> dict[str, object]: ...
    @overload
    def __getitem__(self, place: slice) -> "ReadObjects": ...
    def __getitem__(self, place: int | slice) -> "dict[str, object] | ReadObjects":
        if isinstance(place, slice):
            return ReadObjects(self._texts[place])
        return read_object(self._texts[place])


def elements_of(text: str, name: str) -> list[str]:
    """Return the elements of a list member of a valid JSON object, each as it was sent.

    The last member of that name counts; none, or another type, has no elements.
    """
    return [text[start:end] for start, end in places_of_elements(text, name)]


def places_of_elements(text: str, name: str) -> list[tuple[int, int]]:
    """Return where each of these elements begins and ends."""
    decode = json.JSONDecoder(strict=False).raw_decode
    found: list[tuple[int, int]] = []
    at = _after(text, _after(text, 0, "{"), "")
    while text[at] != "}":
        key, at = decode(text, at)
        at = _after(text, at, ":")
        if key == name and text[at] == "[":
            found, at = _elements(text, at, decode)
        else:
            if key == name:
                found = []
            at = decode(text, at)[1]
        at = _after(text, at, ",")
    return found


def member_of(text: str, name: str) -> str:
    """Return a member of a valid JSON object as it was sent; empty where there is none."""
    found = ""
    for key, start, end in _members(text):
        found = text[start:end] if key == name else found
    return found


def with_members(text: str, values: Mapping[str, str]) -> str:
    """Return the text of a valid JSON object with other texts as some members' values.

    Members that it does not have are added at its end; everything else stays as sent.
    """
    parts: list[str] = []
    missing = dict(values)
    done = 0
    is_empty = True
    for key, start, end in _members(text):
        is_empty = False
        if key in values:
            parts += [text[done:start], values[key]]
            missing.pop(key, None)
            done = end
    at = text.rindex("}")
    added = ", ".join(f"{json.dumps(name)}: {value}" for name, value in missing.items())
    separator = ", " if added and not is_empty else ""
    return "".join([*parts, text[done:at], separator, added, text[at:]])


def on_one_line(text: str) -> str:
    """Return valid JSON text without line feeds, which can only stand between tokens."""
    return text.strip().replace("\n", " ").replace("\r", " ")


def _members(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the members of a valid JSON object: a key, and where its value begins and ends."""
    decode = json.JSONDecoder(strict=False).raw_decode
    at = _after(text, _after(text, 0, "{"), "")
    while text[at] != "}":
        key, at = decode(text, at)
        start = _after(text, at, ":")
        end = decode(text, start)[1]
        yield str(key), start, end
        at = _after(text, end, ",")


def _elements(
    text: str, at: int, decode: Callable[[str, int], tuple[object, int]]
) -> tuple[list[tuple[int, int]], int]:
    found: list[tuple[int, int]] = []
    at = _after(text, at, "[")
    while text[at] != "]":
        end = decode(text, at)[1]
        found.append((at, end))
        at = _after(text, end, ",")
    return found, at + 1


def _after(text: str, at: int, mark: str) -> int:
    """Return the place after white space, `mark` if it stands there, and white space."""
    at = _skip(text, at)
    return _skip(text, at + 1) if mark and text.startswith(mark, at) else at


def _skip(text: str, at: int) -> int:
    match = _WHITE.match(text, at)
    return match.end() if match else at


def _line_feed(depth: int) -> str:
    return "\n" + "  " * min(depth, _DEEPEST_INDENT)


def _refuse_too_many_values(text: str, most: int) -> None:
    count = _weigh(text)
    if count < most:
        return
    # Some of its marks may stand inside strings, so look again without those.
    count -= sum(_weigh(match[0]) for match in _STRING.finditer(text))
    if count >= most:
        raise ServiceError(
            f"the service's answer is too big: over {most:,} values",
            hint="Ask for a narrower window.",
            code="too-big",
        )


def _weigh(text: str) -> int:
    return text.count(",") + text.count("[") + text.count("{") + 2 * text.count(":")


def _places_of(doubled: list[tuple[dict[str, object], str]], value: object) -> Iterator[str]:
    if not doubled:
        return
    names: dict[int, list[str]] = {}
    for made, name in doubled:
        names.setdefault(id(made), []).append(name)
    for path, here in values_with_places(value):
        for name in names.get(id(here), ()):
            yield shortened(name if path == "the whole answer" else f"{path}.{name}")


def _not_json(text: str, error: json.JSONDecodeError) -> ServiceError | TemporaryError:
    if _was_cut(text, error):
        from ffx.output.words import plural

        size = len(text.encode("utf-8", "replace"))
        return TemporaryError(
            f"the service's answer was cut after {plural(size, 'byte')}",
            hint="Try again; if it stays so, ask for a narrower window.",
            code="cut-short",
        )
    beginning = secrets.excerpt(text.lstrip())
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
            f"{quoted(secrets.excerpt(text, error.pos), limit=40)}.",
            code="not-json",
        )
    return ServiceError(
        "the service's answer is not JSON",
        hint=f"{error.msg.removesuffix(' at')} at character {error.pos:,}. "
        f"It begins {quoted(beginning, limit=40)}.",
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
    if rest == "" or _HALF_NUMBER.fullmatch(rest):
        return True
    return any(literal.startswith(rest) for literal in _LITERALS)
