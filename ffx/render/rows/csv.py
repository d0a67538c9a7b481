"""Comma-separated values: a header, then one line a row, safe to open in a spreadsheet.

UTF-8 without a mark. Lines end in LF: Excel and LibreOffice take it as well as
the CR LF of RFC 4180, while line tools would find the CR in the last cell, and a
terminal is to receive no control character but LF.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ffx.api import members
from ffx.api.jsontext import Numeral
from ffx.output.clean import clean, inert

if TYPE_CHECKING:
    from ffx.settings.field_names import FieldNames

# https://owasp.org/www-community/attacks/CSV_Injection, with the full-width twins.
_OPENERS = frozenset("=+-@|%\t\r＝＋－＠｜％")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
# The csv module leaves a cell with a semicolon unquoted. LibreOffice splits there as well,
# unless told otherwise, and what follows could be a formula.
_NEEDS_QUOTES = re.compile(r'[",;\t\r\n]')


class _Token(str):
    """A piece of JSON text, beside the values that are still to be written."""

    __slots__ = ()


def csv_header(fields: Sequence[str], names: "FieldNames | None" = None) -> str:
    """Return the header with its line end; tracking fields stand with their `names`."""
    if names is None:
        return _joined(fields)
    return _joined([clean(names.everywhere(field)) for field in fields])


def csv_line(cells: Sequence[object], fields: Sequence[str], *, raw: bool) -> str:
    """Return a row with its line end; `cells` are parsed JSON, one for each of `fields`.

    Numbers keep their digits, lists and objects are JSON text, null is empty.
    Text is cleaned, so that one row stays one line, and has an apostrophe in
    front where a spreadsheet would run it as a formula. With `raw` it is as sent,
    and a cell may hold line feeds.
    """
    return _joined(
        [_cell(value, field, raw=raw) for value, field in zip(cells, fields, strict=True)]
    )


def _joined(cells: Sequence[str]) -> str:
    line = ",".join(map(_in_quotes, cells))
    # A single empty cell without quotes would be an empty line, which is no row.
    return f"{line}\n" if line else '""\n'


def _in_quotes(cell: str) -> str:
    if not _NEEDS_QUOTES.search(cell):
        return cell
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'


def _cell(value: object, field: str, *, raw: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, Numeral):
        return str(value)
    if not isinstance(value, str):
        return inert(_json_text(value))
    is_number = field.rpartition(".")[2] in members.NUMBERS and _NUMBER.fullmatch(value)
    if raw or is_number:
        return value
    return f"'{clean(value)}" if _opens_formula(value) else clean(value)


def _opens_formula(text: str) -> bool:
    """Tell whether `text` begins like a formula, behind whatever blanks and invisible ones."""
    for character in text:
        if character in _OPENERS:
            return True
        if not character.isspace() and clean(character) == character:
            return False
    return False


def _json_text(value: object) -> str:
    """Write parsed JSON as text on one line; numbers keep their digits.

    Without recursion, which deep values would exhaust.
    """
    parts: list[str] = []
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict | list):
            waiting.extend(reversed(list(_tokens(here))))
        elif isinstance(here, _Token | Numeral):
            parts.append(here)
        else:
            parts.append(json.dumps(here, ensure_ascii=False))
    return "".join(parts)


def _tokens(value: dict[str, object] | list[object]) -> Iterator[object]:
    if isinstance(value, list):
        yield _Token("[")
        for index, inner in enumerate(value):
            yield from (_Token(", "), inner) if index else (inner,)
        yield _Token("]")
        return
    yield _Token("{")
    for index, (key, inner) in enumerate(value.items()):
        name = json.dumps(key, ensure_ascii=False)
        yield from (_Token(f"{', ' if index else ''}{name}: "), inner)
    yield _Token("}")
