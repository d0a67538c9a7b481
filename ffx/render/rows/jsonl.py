"""JSON Lines: one line a row, with the target it belongs to; the row stays as it was sent."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from ffx.api.json_text import on_one_line
from ffx.output.clean import inert
from ffx.render.rows.columns import TARGET

_TARGET = f'"{TARGET}"'
_OWN_TARGET = '"row.target"'
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]')


def json_line(
    row: str, target: str, *, fields: Sequence[str] | None = None, visitor: str = ""
) -> str:
    """Return a row, given as valid JSON text, with `target` first and a line feed last.

    `.target` is always the text that was asked for. The API documents no member
    of that name; should a row have one, it is kept as `row.target`.

    With `fields`, only those, in their order and under their names, where the row
    has them; `target` is one of them or left out. `visitor` is the JSON text of
    the visitor, for their `visitor.NAME`.
    """
    target_text = json.dumps(target, ensure_ascii=False)
    if fields is not None:
        return _line(_chosen_members(row, target_text, fields, visitor))
    # A name may be spelled with escapes.
    if '"target"' in row or "\\u" in row:
        return _line([(_TARGET, target_text), *map(_renamed, _members(row))])
    rest = row.strip()[1:].lstrip()
    comma = "" if rest == "}" else ", "
    return _inert(f"{{{_TARGET}: {target_text}{comma}{rest}")


def _chosen_members(
    row: str, target_text: str, fields: Sequence[str], visitor: str
) -> Iterator[tuple[str, str]]:
    values = {json.loads(name): value for name, value in _members(row)}
    values |= {f"visitor.{json.loads(name)}": value for name, value in _members(visitor)}
    values[TARGET] = target_text
    return (
        (json.dumps(name, ensure_ascii=False), values[name]) for name in fields if name in values
    )


def _renamed(member: tuple[str, str]) -> tuple[str, str]:
    name, value = member
    return (_OWN_TARGET if json.loads(name) == TARGET else name), value


def _line(pairs: Iterable[tuple[str, str]]) -> str:
    members = ", ".join(f"{name}: {value}" for name, value in pairs)
    return _inert(f"{{{members}}}")


def _inert(json_text: str) -> str:
    return f"{inert(on_one_line(json_text))}\n"


def _members(text: str) -> Iterator[tuple[str, str]]:
    """Yield the members of a valid JSON object, names and values as they were sent."""
    depth = start = 0
    text_before = name = ""
    for match in _TOKEN.finditer(text):
        mark = match[0]
        if mark in ("{", "["):
            depth += 1
        elif mark in ("}", "]"):
            depth -= 1
        elif mark == ":" and depth == 1:
            name, start = text_before, match.end()
        text_before = mark
        if name and ((mark == "," and depth == 1) or depth == 0):
            yield name, text[start : match.start()].strip()
            name = ""
