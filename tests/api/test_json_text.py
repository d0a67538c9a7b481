"""JSON text: read without loss, refused with a place, indented without change."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.api.json_text import (
    Numeral,
    elements_of,
    indented_parts,
    member_of,
    on_one_line,
    read_document,
    values_with_places,
    with_members,
)
from ffx.errors import ServiceError, TemporaryError
from tests.looping import each

# Drawn part by part: a pattern takes ten times as long.
NUMERALS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["0", "-0", "7", "-10", "123456789", "-" + "9" * 31]),
    st.sampled_from(["", "", ".0", ".10", ".25", "." + "0" * 18 + "12"]),
    st.sampled_from(["", "", "e5", "E+400", "e-9999", "E0"]),
)
TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | TEXTS | NUMERALS.map(Numeral),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
BLANKS = st.text(" \t\r\n", max_size=3)


def write(value: Any, blank: str = "", *, ascii_only: bool = True) -> str:
    """Write a value as JSON, its numerals by their digits."""
    if isinstance(value, Numeral):
        return str(value)
    if isinstance(value, list):
        inner = f",{blank}".join(write(each, blank, ascii_only=ascii_only) for each in value)
        return f"[{blank}{inner}{blank}]"
    if isinstance(value, dict):
        pairs = (
            f"{json.dumps(key, ensure_ascii=ascii_only)}{blank}:{blank}"
            f"{write(each, blank, ascii_only=ascii_only)}"
            for key, each in value.items()
        )
        return f"{{{f'{blank},'.join(pairs)}{blank}}}"
    return json.dumps(value, ensure_ascii=ascii_only)


def indented(text: str) -> str:
    return "".join(indented_parts([text]))


@given(VALUES, BLANKS, st.booleans())
def test_what_was_written_is_read(value: object, blank: str, ascii_only: bool) -> None:
    document = read_document(write(value, blank, ascii_only=ascii_only))

    assert document.value == value
    assert document.doubled == ()


@given(VALUES, BLANKS, st.booleans())
def test_indenting_changes_only_white_space_between_tokens(
    value: object, blank: str, ascii_only: bool
) -> None:
    text = write(value, blank, ascii_only=ascii_only)
    laid_out = indented(text)

    assert tokens(laid_out) == tokens(text)
    assert read_document(laid_out).value == value
    # Laid out once is laid out for good.
    assert indented(laid_out) == laid_out


@given(VALUES, BLANKS)
def test_one_line_is_one_line_and_the_same_value(value: object, blank: str) -> None:
    text = on_one_line(write(value, blank))

    assert "\n" not in text
    assert "\r" not in text
    assert read_document(text).value == value


@given(
    st.recursive(
        st.none() | TEXTS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
        max_leaves=12,
    )
)
def test_it_looks_as_the_standard_library_would_have_it(value: object) -> None:
    assert indented(write(value)) == json.dumps(value, indent=2)


@given(
    st.text('{}[]",:\\ue019-+.tfnNIyrlsa \t\n\x00\u2028', max_size=12)
    | st.text(max_size=6)
    | VALUES.flatmap(lambda value: st.sampled_from(spoiled(write(value))))
)
def test_it_takes_what_the_standard_library_takes_but_for_nan(text: str) -> None:
    try:
        theirs = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        theirs = None
        is_json = False
    else:
        is_json = True

    if not is_json:
        with pytest.raises((ServiceError, TemporaryError)):
            read_document(text)
        return
    assert as_numbers(read_document(text).value) == as_numbers(theirs)


def spoiled(text: str) -> list[str]:
    """Return beginnings of a JSON text, and the text with something behind it."""
    middle = len(text) // 2
    return [text, text[:-1], text[:middle], text + text, f"{text}]", text[1:], f"{text},"]


def refuse(token: str) -> object:
    raise ValueError(token)


def as_numbers(value: Any) -> Any:
    if isinstance(value, Numeral):
        return float(value)
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return [as_numbers(each) for each in value]
    if isinstance(value, dict):
        return {key: as_numbers(each) for key, each in value.items()}
    return float(value)


def tokens(text: str) -> list[str]:
    return re.findall(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', text, re.DOTALL)


@each(
    "digits",
    [
        "0", "-0", "0.10", "1e400", "-1E-400", "9007199254740993", "1" * 4300, "0.1e+05",
        "12345678901234567890", "1.000000000000000000000000001",
    ],
)  # fmt: skip
def test_digits_stay_as_they_came(digits: str) -> None:
    value = read_document(digits).value

    assert value == digits
    assert isinstance(value, Numeral)


@each(
    ("text", "place"),
    [
        ("NaN", "the whole answer is NaN"),
        ("[1, -Infinity]", "[1] is -Infinity"),
        ('{"a": [{"b": Infinity}]}', "a[0].b is Infinity"),
        ('{"a": ' + "7" * 4301 + "}", "a is a number too long"),
        ('{"a": -' + "7" * 4300 + "}", "a is a number too long"),
        ('{"a": 0.' + "7" * 4300 + "}", "a is a number too long"),
        ('{"' + "k" * 500 + '": NaN}', "k" * 120 + "… is NaN"),
        ('{"a": NaN, "a": [NaN]}', "a[0] is NaN"),
    ],
)
def test_a_number_that_is_none_is_named_by_its_place(text: str, place: str) -> None:
    with pytest.raises(ServiceError) as caught:
        read_document(text)

    assert caught.value.message == f"the service's answer cannot be trusted: {place}"


@each(
    "text", ['{"a": NaN, "a": 1}', '{"a": {"b": ' + "7" * 5000 + '}, "a": 1}', '[{"a":NaN,"a":2}]']
)
def test_a_number_that_is_none_counts_where_a_doubled_key_hides_it(text: str) -> None:
    with pytest.raises(ServiceError, match="cannot be trusted"):
        read_document(text)


@each(
    ("text", "doubled"),
    [
        ('{"a": 1, "a": 2}', ("a",)),
        ('{"a": 1, "a": 2, "a": 3}', ("a", "a")),
        ('{"a": {"b": 1, "b": 2}}', ("a.b",)),
        ('[{"": 1, "": 2}]', ("[0].",)),
        ('{"a": 1, "b": {"a": 2}}', ()),
        ('{"a": 1, "\\u0061": 2}', ("a",)),
    ],
)
def test_doubled_keys_are_named_and_the_last_value_counts(
    text: str, doubled: tuple[str, ...]
) -> None:
    document = read_document(text)

    assert document.doubled == doubled
    assert document.value == read_document(json.dumps(json.loads(text))).value


@each(
    "text",
    [
        '{"a"', '{"a":', '{"a": 1', '{"a": 1,', '{"a": "b', '{"a": "b\\', '{"a": "\\u12', "[",
        "[1, 2", "[tr", "[nul", '[{"a": fals', "[-", "[1.", "[1.5e", "[10E+",
        '{"a": "\\ud800\\u', '  {"a": [1, {"b": ',
    ],
)  # fmt: skip
def test_a_text_that_ends_early_was_cut(text: str) -> None:
    with pytest.raises(TemporaryError) as caught:
        read_document(text)

    assert caught.value.code == "cut-short"


@given(VALUES.filter(lambda value: isinstance(value, dict | list)), st.integers(1, 10_000))
def test_every_beginning_of_an_object_was_cut(value: object, length: int) -> None:
    text = write(value)
    beginning = text[: min(length, len(text) - 1)]

    with pytest.raises(TemporaryError):
        read_document(beginning)


@each(
    "text",
    ["", "x", "{'a': 1}", '{"a": 1,}', "[1,]", '{"a" 1}', "[01]", "[1.]", "[.5]", "[+1]", "[0x1]",
     '["\\x"]', '["\t"]', "{a: 1}", "// no\n{}", "[1 2]", '{"a": True}', "[None]", "undefined"],
)  # fmt: skip
def test_what_is_no_json_is_the_services_fault(text: str) -> None:
    with pytest.raises(ServiceError) as caught:
        read_document(text)

    assert caught.value.code == "not-json"
    assert not caught.value.retryable


@each("opening", ["[", '{"a":', '[{"a":'])
def test_depth_is_bounded(opening: str) -> None:
    with pytest.raises(ServiceError, match="too deeply"):
        read_document(opening * 200_000)


@each("piece", ["1,", '"a",', "[],", "{},", '{"a":1},', '{"a":1,"b":2},'])
def test_values_are_counted_before_they_are_built(
    piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json, "loads", lambda *_, **__: pytest.fail("it was parsed"))

    with pytest.raises(ServiceError, match="over 1,000 values"):
        read_document(f"[{piece * 1000}0]", most_values=1000)


def test_what_stands_inside_strings_is_not_counted() -> None:
    text = json.dumps(',[{:\\"' * 100)

    assert read_document(f"[{text}, {text}]", most_values=10).value == [json.loads(text)] * 2


def test_a_number_in_a_strings_place_or_a_key_is_text() -> None:
    value = read_document('{"1": "2"}').value

    assert value == {"1": "2"}
    assert type(value["1"]) is str


@given(VALUES)
def test_walking_meets_every_value_once_with_its_place(value: object) -> None:
    met = list(values_with_places(value))

    assert len(met) == 1 + count_inside(value)
    assert met[0] == ("the whole answer", value)


def test_a_long_key_is_not_repeated_in_a_million_places() -> None:
    members = ", ".join(['"a": 1'] * 20_000)
    text = '{"%s": {%s}}' % ("k" * 1_000_000, members)  # noqa: UP031  # braces

    document = read_document(text)

    assert len(document.doubled) == 19_999
    assert max(map(len, document.doubled)) < 200
    with pytest.raises(ServiceError, match="k… is NaN"):
        read_document(text.replace('"a": 1}', '"a": NaN}'))


def count_inside(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(1 + count_inside(each) for each in inner)


@each(
    ("text", "laid_out"),
    [
        ("{}", "{}"),
        ("[ ]", "[]"),
        ('{"a":[1,{}],"b":{"c":"x, y: {z}"}}',
         '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": {\n    "c": "x, y: {z}"\n  }\n}'),
        ('"\\"[,"', '"\\"[,"'),
        ("0.10", "0.10"),
    ],
)  # fmt: skip
def test_layouts(text: str, laid_out: str) -> None:
    assert indented(text) == laid_out


def test_deep_levels_are_not_indented_for_ever() -> None:
    text = "[" * 900 + "0," * 5000 + "0" + "]" * 900

    assert len(indented(text)) < 20 * len(text)
    assert tokens(indented(text)) == tokens(text)


OBJECTS = st.dictionaries(TEXTS | st.just("hits"), VALUES, max_size=3)


@given(OBJECTS, st.lists(VALUES, max_size=3), BLANKS, st.booleans())
def test_elements_and_members_are_taken_out_as_sent(
    value: dict[str, object], rows: list[object], blank: str, ascii_only: bool
) -> None:
    text = write({**value, "hits": rows}, blank, ascii_only=ascii_only)

    assert elements_of(text, "hits") == [write(row, blank, ascii_only=ascii_only) for row in rows]
    for name, inner in {**value, "hits": rows}.items():
        assert member_of(text, name) == write(inner, blank, ascii_only=ascii_only)


@given(OBJECTS, VALUES, BLANKS)
def test_members_are_replaced_and_nothing_else_is_touched(
    value: dict[str, object], new: object, blank: str
) -> None:
    text = write(value, blank)
    changed = with_members(text, {"hits": write(new)})

    assert read_document(changed).value == {**value, "hits": new}
    if "hits" in value:
        assert changed == write({**value, "hits": Numeral(write(new))}, blank)


@each(
    ("text", "elements", "member"),
    [
        ("{}", [], ""),
        ('{"hits": null}', [], "null"),
        ('{"hits": [1], "hits": {}}', [], "{}"),
        ('{"hits": {}, "hits": [1, "]"]}', ["1", '"]"'], '[1, "]"]'),
        ('{"a": {"hits": [1]}}', [], ""),
        ('{"\\u0068its": [0.10 , -0]}', ["0.10", "-0"], "[0.10 , -0]"),
    ],
)
def test_the_last_of_doubled_members_counts(text: str, elements: list[str], member: str) -> None:
    assert elements_of(text, "hits") == elements
    assert member_of(text, "hits") == member
