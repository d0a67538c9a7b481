"""CSV that a spreadsheet opens without running it, and a line tool without counting quotes."""

import csv
import io
import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ffx.api import members
from ffx.api.json_text import Numeral, read_document
from ffx.output.clean import clean
from ffx.render.rows.columns import pick, read_fields
from ffx.render.rows.csv import csv_header, csv_line, defused_lines
from tests.looping import each
from tests.render import sample

_FIELDS = ("target", "hitId", "cost", "visitor.totalHits", "t1")


def _cell(value: object, field: str = "t1", *, raw: bool = False) -> str:
    """Write `value` between two others, and read it back as a CSV."""
    rows = _read(csv_line(["a", value, "b"], ["hitId", field, "hitId"], raw=raw))
    assert len(rows) == 1
    assert rows[0][::2] == ["a", "b"]
    return rows[0][1]


def _read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_a_header_and_a_line_a_row() -> None:
    fields = read_fields(
        "target,eventTime,eventType,cost,revenue,visitor.country", command="visitor"
    )
    lines = [
        csv_line(pick(fields, target="v1", row=row, visitor=sample.VISITOR), fields, raw=False)
        for row in sample.HITS[-2:]
    ]
    assert csv_header(fields) + "".join(lines) == (
        "target,eventTime,eventType,cost,revenue,visitor.country\n"
        "v1,2026-11-20T14:51:50Z,entrance,0.00,0,Germany\n"
        "v1,2026-11-20T15:12:03Z,conversion,0,24.9000,Germany\n"
    )


@each(
    ("value", "cell"),
    [
        (None, ""),
        ("", ""),
        (True, "true"),
        (False, "false"),
        (Numeral("0.10"), "0.10"),
        (Numeral("-5.20"), "-5.20"),
        (Numeral("1e400"), "1e400"),
        (Numeral("12345678901234567890"), "12345678901234567890"),
        ([], "[]"),
        ({}, "{}"),
        (
            {"a": [Numeral("0.10"), None, True, 'x"y'], "b": {}},
            '{"a": [0.10, null, true, "x\\"y"], "b": {}}',
        ),
        (["\u202e\x1b", "é"], '["\\u202e\\u001b", "é"]'),
        ('a, "b"; c', 'a, "b"; c'),
        ("[bold]x[/] :skull:", "[bold]x[/] :skull:"),
        ("two\nlines\tand\r\nmore", r"two\u{a}lines\u{9}and\u{d}\u{a}more"),
        ("\x1b[2J\u202e\ud800\0", r"\u{1b}[2J\u{202e}\u{d800}\u{0}"),
        ("  padded ", "  padded "),
    ],
)
def test_cells(value: object, cell: str) -> None:
    assert _cell(value) == cell


@each("opener", "=+-@|%＝＋－＠｜％")
@each("before", ["", " ", "\xa0\u3000", "\n", "\ufeff\u200b", "\u3164\u2800", "\0"])
def test_a_formula_is_text_behind_an_apostrophe(before: str, opener: str) -> None:
    text = f"{before}{opener}cmd|' /C calc'!A0"
    assert _cell(text) == f"'{clean(text)}"
    assert _cell(text, "cost") == f"'{clean(text)}"
    assert _cell(text, "target") == f"'{clean(text)}"
    assert _cell(text, raw=True) == text


@each("text", ["\tx", "\rx", " \t", "\u200b\rx"])
def test_a_tab_or_a_return_in_front_is_no_better(text: str) -> None:
    assert _cell(text) == f"'{clean(text)}"


@each("text", ["a=1", "1-2", "'=1", "(+1)", "[=1]", "\u0301=1", "  a -b", "\n"])
def test_other_text_has_no_apostrophe(text: str) -> None:
    assert _cell(text) == clean(text)


@each("field", ["cost", "revenue", "totalRevenue", "visitor.totalHits"])
@each(
    ("text", "cell"),
    [
        ("-5.20", "-5.20"),
        ("0.10", "0.10"),
        ("-1e-7", "-1e-7"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("+5", "'+5"),
        ("-5\n", r"'-5\u{a}"),
        ("-٣", "'-٣"),
        ("-", "'-"),
        ("=1", "'=1"),
        ("n/a", "n/a"),
    ],
)
def test_text_in_a_numbers_place_is_a_number_or_text(field: str, text: str, cell: str) -> None:
    assert _cell(text, field) == cell


@each(
    ("text", "cell"),
    [
        ("x;=cmd|' /C calc'!A0;y", "x;'=cmd|' /C calc'!A0;y"),
        ("x,=1+1", "x,'=1+1"),
        ("x\t=1+1", r"x\u{9}'=1+1"),
        ("x\n=1+1\r\n@x", r"x\u{a}'=1+1\u{d}\u{a}'@x"),
        ("x; \u3000＝1", "x;' \u3000＝1"),
        ('x;"=1+1"', "x;'\"=1+1\""),
        ('x;"";" "=1', "x;\"\";'\" \"=1"),
        ("x;\u200b-1+1", r"x;'\u{200b}-1+1"),
        ("=1;=1", "'=1;'=1"),
        (";=1", ";'=1"),
        ("Example/2.1; +https://example.com/bot", "Example/2.1;' +https://example.com/bot"),
        # Innocent ones.
        ("a;b, c", "a;b, c"),
        ("1;-5; -0.5,-1e3", "1;-5; -0.5,-1e3"),
        ("x;y=1; z-1", "x;y=1; z-1"),
        ("Example/5.0 (X11; Linux) Example/1 (KHTML, like Gecko)",) * 2,
        ("5 - 3, 2 + 2", "5 - 3, 2 + 2"),
        ("a;", "a;"),
        ('"quoted", "words"', '"quoted", "words"'),
        (["x;=1", 'y;"@z', "a,\t-b"], '["x;\\u003d1", "y;\\"\\u0040z", "a,\\t\\u002db"]'),
        ({"k;=1": [Numeral("1"), Numeral("-5")]}, '{"k;\\u003d1": [1, -5]}'),
        (["x;y=1", "-b"], '["x;y=1", "-b"]'),
    ],
)  # fmt: skip
def test_what_opens_a_formula_behind_a_separator(text: object, cell: str) -> None:
    assert _cell(text) == cell
    if not isinstance(text, str):
        assert str(json.loads(cell)) == str(text).replace("Numeral", "") or isinstance(text, dict)
    else:
        assert _cell(text, raw=True) == text


@example(["", ";-1"])
@given(st.lists(st.text("=-+@;,\t\n\r\"' xé1", max_size=8), min_size=1, max_size=4))
@pytest.mark.fault(138)
def test_no_separator_makes_a_formula(cells: list[str]) -> None:
    line = csv_line(cells, ["t1"] * len(cells), raw=False)
    for separators in (",", ";", "\t", ",;", ";\t,"):
        for cell in _parted(line.removesuffix("\n"), separators):
            bare = cell.strip()
            # A number stays one; the quote of its cell makes text of it, and no formula.
            is_number = re.fullmatch(r'-?1+(\.1+)?("(,.*)?)?', bare, re.S) is not None
            assert not bare.startswith(("=", "+", "-", "@")) or is_number


def _parted(line: str, separators: str) -> list[str]:
    """Part a line as LibreOffice does: a quote counts at the beginning of a cell alone."""
    cells = [""]
    at = 0
    while at < len(line):
        if line[at] == '"' and cells[-1] == "":
            at += 1
            while at < len(line) and (line[at] != '"' or line[at : at + 2] == '""'):
                at += 2 if line[at] == '"' else 1
                cells[-1] += line[at - 1]
            at += 1
        elif line[at] in separators:
            cells.append("")
            at += 1
        else:
            cells[-1] += line[at]
            at += 1
    return cells


@each(
    ("lines", "shown"),
    [
        ("t1\tcost\n=1\t-5.20\n", "t1\tcost\n'=1\t-5.20\n"),
        ("a\t@b\tx;=1\n\n+1\n", "a\t'@b\tx;'=1\n\n'+1\n"),
        ('"=1"\t""=1\n', '\'"=1"\t\'""=1\n'),
        ("name\tvalue\n\nx=1\t\t-1e3\n", "name\tvalue\n\nx=1\t\t-1e3\n"),
    ],
)
def test_tab_separated_lines(lines: str, shown: str) -> None:
    assert defused_lines(lines) == shown


def test_a_number_as_text_elsewhere_is_text() -> None:
    assert _cell("-5.20", "t1") == "'-5.20"


def test_what_other_programs_split_at_stands_in_quotes() -> None:
    assert csv_line(["a;1+1", "b"], ["t1", "t2"], raw=False) == '"a;1+1",b\n'


def test_raw_cells_are_as_sent() -> None:
    text = 'a\r\nb\tc\x1b "d"\n'
    assert _cell(text, raw=True) == text
    assert _cell(["\u202e"], raw=True) == '["\\u202e"]'


def test_a_single_empty_cell_is_a_row() -> None:
    assert csv_line([None], ["t1"], raw=False) == '""\n'
    assert _read('""\n') == [[""]]


def test_deep_values_are_written() -> None:
    depth = 900
    value = read_document("[" * depth + '{"a": 0.10}' + "]" * depth).value
    assert _cell([value] * 2) == (
        "[" + ", ".join(["[" * depth + '{"a": 0.10}' + "]" * depth] * 2) + "]"
    )


_json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | sample.hostile,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(), max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
_formula = st.builds(
    "{}{}{}".format,
    st.text(st.sampled_from(" \t\r\n\xa0\u3000\u200b\ufeff\x1f\u2028\u3164"), max_size=3),
    st.sampled_from("=+-@|%\t\r＝＋－＠｜％1"),
    sample.hostile,
)
_values = _json.map(lambda value: read_document(json.dumps(value)).value) | _formula
_rows = st.tuples(*[_values] * len(_FIELDS))


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Zs")


@given(_rows, st.booleans())
def test_every_line_is_read_back_with_as_many_cells(row: tuple[Any, ...], raw: bool) -> None:
    line = csv_line(row, _FIELDS, raw=raw)
    (cells,) = _read(line)
    assert len(cells) == len(_FIELDS)
    for value, cell in zip(row, cells, strict=True):
        if isinstance(value, Numeral) or (raw and isinstance(value, str)):
            assert cell == value
        elif isinstance(value, dict | list):
            parsed = read_document(cell).value
            assert parsed == value


@given(_rows)
def test_no_cell_opens_as_a_formula_or_breaks_the_line(row: tuple[Any, ...]) -> None:
    line = csv_line(row, _FIELDS, raw=False)
    assert clean(line.removesuffix("\n")) == line.removesuffix("\n")
    (cells,) = _read(line)
    for value, field, cell in zip(row, _FIELDS, cells, strict=True):
        begins = cell.lstrip("".join(filter(_is_blank, cell)))[:1]
        if begins in tuple("=+-@|%＝＋－＠｜％"):
            assert isinstance(value, Numeral) or field.rpartition(".")[2] in members.NUMBERS
            float(cell)


@given(st.decimals(allow_nan=False, allow_infinity=False).map(lambda number: f"{number:f}"))
def test_numbers_keep_their_digits(digits: str) -> None:
    for field in ("cost", "visitor.totalHits"):
        assert csv_line([Numeral(digits), digits], [field, field], raw=False) == (
            f"{digits},{digits}\n"
        )
