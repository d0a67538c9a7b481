"""The ways in which a text may be spelled inside another, and what it reads as then.

With `clean`'s escapes, those of JSON, HTML or a URL, and quoted for a shell; one way
inside another too, as JSON in a URL.
"""

import json
import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

_HEX = "[0-9a-fA-F]"
_NEXT_BYTE = f"%[89abAB]{_HEX}"
_PERCENT = (
    f"%[0-7]{_HEX}|%[c-dC-D]{_HEX}{_NEXT_BYTE}|%[eE]{_HEX}(?:{_NEXT_BYTE}){{2}}"
    f"|%[fF]{_HEX}(?:{_NEXT_BYTE}){{3}}"
)
_SHELL = "'\"'\"'"
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
# Ways to spell single characters otherwise; a command line may hold any of them.
_SPELLINGS = tuple(
    re.compile(f"{escapes}|{_SHELL}")
    for escapes in (
        r"\\u\{(?:[0-9a-f]{1,5}|10[0-9a-f]{4})\}",
        rf"\\u[dD][89abAB]{_HEX}{{2}}\\u[dD][c-fC-F]{_HEX}{{2}}|\\u{_HEX}{{4}}|\\[\"\\/bfnrt]",
        f"&(?:amp|lt|gt|quot|apos|#[0-9]{{1,6}}|#[xX](?:0{{0,3}}{_HEX}{{1,5}}|10{_HEX}{{4}}));",
        _PERCENT,
        rf"{_PERCENT}|\+",
    )
)
_MOST_LAYERS = 2


def readings(text: str) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield a text as it is, and as each spelling in it reads, two layers deep.

    With each go the places in `text` of its characters, and of its end.
    """
    layer: list[tuple[str, Sequence[int]]] = [(text, range(len(text) + 1))]
    seen = {text}
    yield layer[0]
    for _ in range(_MOST_LAYERS):
        below: list[tuple[str, Sequence[int]]] = []
        for view, places in layer:
            for spelling in _SPELLINGS:
                if spelling.search(view):
                    reading = _decoded(view, places, spelling)
                    if reading[0] not in seen:
                        seen.add(reading[0])
                        below.append(reading)
                        yield reading
        layer = below


def read_only(text: str) -> Iterator[str]:
    """Yield the same readings without the places, which take far longer to find."""
    layer = [text]
    seen = {text}
    yield text
    for _ in range(_MOST_LAYERS):
        below: list[str] = []
        for view in layer:
            for spelling in _SPELLINGS:
                reading = spelling.sub(lambda match: _character(match[0]), view)
                if reading not in seen:
                    seen.add(reading)
                    below.append(reading)
                    yield reading
        layer = below


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
        case "&":
            return _of_entity(escape[1:-1])
    if escape.startswith("\\u{"):
        return chr(int(escape[3:-1], 16))
    character: str = json.loads(f'"{escape}"')
    return character


def _of_entity(name: str) -> str:
    if name[0] != "#":
        return _ENTITIES[name]
    return chr(int(name[2:], 16) if name[1] in "xX" else int(name[1:]))
