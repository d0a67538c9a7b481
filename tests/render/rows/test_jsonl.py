"""A row on a line of its own: the target first, then the row to the digit."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ffx.output.clean import clean
from ffx.render.rows.jsonl import json_line
from tests.fuzz.conftest import fuzzed
from tests.looping import each

_ROW = '{"hitId": "h1", "cost": 0.10, "t1": null}'
_VISITOR = '{"ip": "192.0.2.41", "totalHits": 12345678901234567890}'


@each(
    ("row", "line"),
    [
        (_ROW, '{"target": "v1", "hitId": "h1", "cost": 0.10, "t1": null}'),
        ("{}", '{"target": "v1"}'),
        (" {\r\n\t} ", '{"target": "v1"}'),
        ('{\n  "a":1e400,\n  "b": [ 2,\n{"c" :-0}]\n}\n', None),
        ('{"a": 1, "a": 2}', '{"target": "v1", "a": 1, "a": 2}'),
        ('{"a": "\x7f\u202e\u2028"}', '{"target": "v1", "a": "\\u007f\\u202e\\u2028"}'),
        ('{"a": "サンプル"}', '{"target": "v1", "a": "サンプル"}'),
        ('{"a": 1, "target": "own"}', '{"target": "v1", "a": 1, "row.target": "own"}'),
        ('{"t\\u0061rget": 0.10}', '{"target": "v1", "row.target": 0.10}'),
        ('{"a": "\\"target\\": {,"}', '{"target": "v1", "a": "\\"target\\": {,"}'),
        ('{"a": {"target": [1, 2]}}', '{"target": "v1", "a": {"target": [1, 2]}}'),
    ],
)
def test_lines(row: str, line: str | None) -> None:
    made = json_line(row, "v1")
    if line is None:
        line = '{"target": "v1", "a":1e400,   "b": [ 2, {"c" :-0}] }'
    assert made == f"{line}\n"


@each(
    ("target", "spelled"),
    [
        ('say "v1"\n', r'"say \"v1\"\n"'),
        ("\u202ev1\x1b", r'"\u202ev1\u001b"'),
        ("\udcff", r'"\udcff"'),
        ("é", '"é"'),
    ],
)
def test_any_target_is_spelled_safely(target: str, spelled: str) -> None:
    assert json_line("{}", target) == f'{{"target": {spelled}}}\n'


@each(
    ("fields", "line"),
    [
        (("cost", "hitId"), '{"cost": 0.10, "hitId": "h1"}'),
        (("cost", "target"), '{"cost": 0.10, "target": "v1"}'),
        (("t1", "t2"), '{"t1": null}'),
        (
            ("hitId", "visitor.totalHits", "visitor.city"),
            '{"hitId": "h1", "visitor.totalHits": 12345678901234567890}',
        ),
        ((), "{}"),
    ],
)
def test_chosen_fields_come_in_their_order(fields: tuple[str, ...], line: str) -> None:
    assert json_line(_ROW, "v1", fields=fields, visitor=_VISITOR) == f"{line}\n"


def test_of_a_doubled_member_the_last_is_chosen() -> None:
    assert json_line('{"a": 1, "a": 2.0}', "v1", fields=("a",)) == '{"a": 2.0}\n'


def test_a_visitor_of_null_has_no_members() -> None:
    assert json_line(_ROW, "v1", fields=("visitor.ip",), visitor="null") == "{}\n"


def test_deep_rows_are_written() -> None:
    row = '{"target": ' + "[" * 5_000 + "]" * 5_000 + "}"
    assert json_line(row, "v1") == f'{{"target": "v1", "row.target": {row[11:]}\n'


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4)
    ),
    max_leaves=8,
)
_objects = st.dictionaries(st.text(st.characters()) | st.just("target"), _values, max_size=5)


@fuzzed(10)
@given(_objects, st.text(st.characters()), st.sampled_from([None, 2]), st.booleans())
def test_a_line_says_what_the_row_said(
    row: dict[str, Any], target: str, indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(row, indent=indent, ensure_ascii=ascii_only)
    line = json_line(text, target)
    assert clean(line.removesuffix("\n")) == line.removesuffix("\n")
    own = {"row.target" if name == "target" else name: value for name, value in row.items()}
    assert json.loads(line) == {"target": target, **own}
    assert next(iter(json.loads(line))) == "target"
    picked = json_line(text, target, fields=list(row))
    asked = {"target": target} if "target" in row else {}
    assert json.loads(picked) == {**row, **asked}
