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
from ffx.api.json_text import Numeral
from ffx.output.clean import clean, inert, json_escape

if TYPE_CHECKING:
    from ffx.settings.field_names import FieldNames

# https://owasp.org/www-community/attacks/CSV_Injection, with the full-width twins.
_OPENERS = frozenset("=+-@|%\t\r＝＋－＠｜％")
# What other programs, or other countries' settings, part cells at.
_SEPARATORS = re.compile(r"([;,\t\r\n])")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
# The csv module leaves a cell with a semicolon unquoted. LibreOffice splits there as well,
# unless told otherwise, and what follows could be a formula.
_NEEDS_QUOTES = re.compile(r'[",;\t\r\n]')


_OPENER_INSIDE = re.compile(
    r"""([;,](?:\s|\\["tnr])*|\\[tnr](?:\s|\\["tnr])*)([=+\-@|%＝＋－＠｜％])"""
)


class _Token(str):
    """A piece of JSON text, beside the values that are still to be written."""

    __slots__ = ()


def csv_header(fields: Sequence[str], names: "FieldNames | None" = None) -> str:
    """Return the header with its line end; tracking fields stand with their `names`."""
    if names is None:
        return _joined(fields)
    return _joined([clean(names.for_all_sources(field)) for field in fields])


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
    if value is None or value == "":
        return ""
    if isinstance(value, Numeral):
        return str(value)
    if not isinstance(value, str):
        return inert(json_text(value))
    is_number = field.rpartition(".")[2] in members.NUMBERS and _NUMBER.fullmatch(value)
    if raw or is_number:
        return value
    return clean(_defused(value))


def defused_lines(lines: str) -> str:
    """Return tab-separated lines with an apostrophe in front of what would run as a formula.

    Numbers stay numbers.
    """
    return "\n".join(
        "\t".join(_defused_unquoted(cell) for cell in line.split("\t"))
        for line in lines.split("\n")
    )


def _defused_unquoted(cell: str) -> str:
    """Defuse a cell without quotes around it, so that quotes in it may be taken for such."""
    if _NUMBER.fullmatch(cell):
        return cell
    shown = _defused(cell)
    return f"'{shown}" if _opens_formula(shown.replace('"', " ")) else shown


def _defused(text: str) -> str:
    """Put an apostrophe in front of a formula, and of one behind a separator in the text."""
    if text.isascii() and text.isalnum():
        return text
    is_formula = _opens_formula(text)
    first, *others = _SEPARATORS.split(text)
    parts = [f"'{first}" if is_formula else first]
    is_behind_blanks = is_formula and not first.strip()
    for separator, part in zip(others[::2], others[1::2], strict=True):
        # Behind one of these a cell may begin, and no apostrophe stands before it.
        is_behind_blanks = is_behind_blanks and separator not in ";,"
        # Quotes in the text may be taken for those around a cell.
        opens = _opens_formula(part.replace('"', " ")) and not _is_number(part)
        parts += [separator, f"'{part}" if opens and not is_behind_blanks else part]
        is_behind_blanks = is_behind_blanks and not part.strip()
    return "".join(parts)


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text.strip()) is not None


def _opens_formula(text: str) -> bool:
    """Tell whether `text` begins like a formula, behind whatever blanks and invisible ones."""
    for character in text:
        if character in _OPENERS:
            return True
        if not character.isspace() and clean(character) == character:
            return False
    return False


def json_text(value: object) -> str:
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
            parts.append(_json_string(here) if isinstance(here, str) else json.dumps(here))
    return "".join(parts)


def _json_string(text: str) -> str:
    """Write a string as JSON; what opens a formula behind a separator is an escape."""
    return _OPENER_INSIDE.sub(
        lambda match: f"{match[1]}{json_escape(match[2])}", json.dumps(text, ensure_ascii=False)
    )


def _tokens(value: dict[str, object] | list[object]) -> Iterator[object]:
    if isinstance(value, list):
        yield _Token("[")
        for index, inner in enumerate(value):
            yield from (_Token(", "), inner) if index else (inner,)
        yield _Token("]")
        return
    yield _Token("{")
    for index, (key, inner) in enumerate(value.items()):
        name = _json_string(key)
        yield from (_Token(f"{', ' if index else ''}{name}: "), inner)
    yield _Token("}")
