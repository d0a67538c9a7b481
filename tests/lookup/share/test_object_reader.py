"""What a stranger's JSON holds: taken by name and type, or refused by its place."""

from collections.abc import Callable

import pytest

from ffx.api.json_text import read_document
from ffx.errors import UsageError
from ffx.lookup.share.object_reader import ObjectReader
from tests.looping import each


def members(text: str) -> ObjectReader:
    return ObjectReader(read_document(text).value, "file")


@each(
    ("text", "take", "value"),
    [
        ('{"a": "x\\u001b\\n"}', lambda taken: taken.text("a"), "x\x1b\n"),
        ('{"a": "x\\u001b\\n"}', lambda taken: taken.line("a"), r"x\u{1b}\u{a}"),
        ('{"a": "\\ufeffé"}', lambda taken: taken.encoded("a"), b"\xef\xbb\xbf\xc3\xa9"),
        ('{"a": "/w=="}', lambda taken: taken.unpacked("a"), b"\xff"),
        ('{"a": 0}', lambda taken: taken.whole("a"), 0),
        ('{"a": 999999999}', lambda taken: taken.whole("a"), 999_999_999),
        ('{"a": false}', lambda taken: taken.flag("a"), False),
        ('{"a": ["x", ""]}', lambda taken: list(taken.texts("a")), ["x", ""]),
        ('{"b": 1, "a": null, "c": 2}', list, ["b", "c"]),
        ('{"a": null}', lambda taken: "a" in taken, False),
        ('{"a": {"b": {}}}', lambda taken: taken.inner("a").inner("b").place, "file.a.b"),
        ('{"a": [{}, {}]}', lambda taken: [each.place for each in taken.each_inner("a")],
         ["file.a[0]", "file.a[1]"]),
        ('{"a": {"b": [1, -0.5, 1e3, "1", true, null]}}', lambda taken: taken.values("a"),
         {"b": [1, -0.5, 1000.0, "1", True, None]}),
    ],
)  # fmt: skip
def test_a_member_is_taken_as_what_it_is(
    text: str, take: Callable[[ObjectReader], object], value: object
) -> None:
    assert take(members(text)) == value


@each(
    ("text", "take", "reason"),
    [
        ("{}", lambda taken: taken.text("a"), "file.a is missing"),
        ('{"a": null}', lambda taken: taken.text("a"), "file.a is missing"),
        ('{"a": 1}', lambda taken: taken.text("a"), "file.a is no text"),
        ('{"a": "\\ud800"}', lambda taken: taken.encoded("a"), "file.a holds half a character"),
        ('{"a": "!"}', lambda taken: taken.unpacked("a"), "file.a is no Base64"),
        ('{"a": "1"}', lambda taken: taken.whole("a"), "file.a is no number"),
        ('{"a": -1}', lambda taken: taken.whole("a"), "file.a is no whole number"),
        ('{"a": 1e3}', lambda taken: taken.whole("a"), "file.a is no whole number"),
        ('{"a": 1000000000}', lambda taken: taken.whole("a"), "file.a is no whole number"),
        ('{"a": 0}', lambda taken: taken.flag("a"), "file.a is neither true nor false"),
        ('{"a": ["x", 1]}', lambda taken: list(taken.texts("a")), "file.a[1] is no text"),
        ('{"a": []}', lambda taken: taken.inner("a"), "file.a is no object"),
        ('{"a": [1]}', lambda taken: list(taken.each_inner("a")), "file.a[0] is no object"),
        ('{"a": "z"}', lambda taken: taken.one_of("a", ("x", "y")), "file.a is 'z', not x or y"),
        ('{"a": "10:00"}', lambda taken: taken.moment("a"), "file.a is no time"),
        ('{"a": {"b": 1e999}}', lambda taken: taken.values("a"),
         "file.a holds a number too large"),
        ("[]", list, "file is no object"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_by_its_place(
    text: str, take: Callable[[ObjectReader], object], reason: str
) -> None:
    with pytest.raises(UsageError) as refused:
        take(members(text))

    assert refused.value.message == reason
