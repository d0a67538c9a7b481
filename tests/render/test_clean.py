"""No character steers a terminal, turns text around or hides in it; all others stay."""

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.render.clean import clean, inert, quoted, without_invisible

# https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt, as far as Python's
# categories do not say it, and the braille blank.
_INVISIBLE = {
    0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2800, 0x3164, 0xFFA0,
    0x2065, *range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000),
}  # fmt: skip
_DANGEROUS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def _is_dangerous(character: str) -> bool:
    return unicodedata.category(character) in _DANGEROUS or ord(character) in _INVISIBLE


def test_what_is_dangerous_becomes_a_visible_escape_and_all_else_stays() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if _is_dangerous(character):
            assert clean(character) == f"\\u{{{code:x}}}"
        elif unicodedata.category(character) != "Cn":  # a newer Unicode may have named it
            assert clean(character) == character, f"U+{code:04X}"


@given(st.text(st.characters()))
def test_clean_text_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not any(map(_is_dangerous, once))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("[bold]markup[/bold] [/] :skull: \\", "[bold]markup[/bold] [/] :skull: \\"),
        ("two\nlines\tand\r\nmore", r"two\u{a}lines\u{9}and\u{d}\u{a}more"),
        ("\x1b[2J", r"\u{1b}[2J"),
        ("\u202egnp.exe", r"\u{202e}gnp.exe"),
        ("\ud800", r"\u{d800}"),
        ("👩\u200d👧", "👩\\u{200d}👧"),
        ("مرحبا café サンプル \xa0!", "مرحبا café サンプル \xa0!"),
    ],
)
def test_cleaned_texts(text: str, shown: str) -> None:
    assert clean(text) == shown


_json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
)


@given(_json_values, st.sampled_from([None, 2, "\t"]))
def test_inert_json_says_the_same(value: object, indent: int | str | None) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    made = inert(text)
    assert json.loads(made) == value
    assert not any(map(_is_dangerous, made.replace("\n", "")))


def test_inert_leaves_ordinary_text_and_the_digits_of_numbers() -> None:
    text = '{"a": 0.10, "b": "übel サンプル [x]",\r\n\t"c": 12345678901234567890}'
    assert inert(text) == text.replace("\r", " ").replace("\t", " ")


def test_json_escapes_beyond_the_first_plane_are_pairs() -> None:
    assert inert('"\U000e0041\u202e"') == r'"\udb40\udc41\u202e"'


def test_quotes_are_short_and_clean() -> None:
    assert quoted("soon") == "'soon'"
    assert quoted("a\x1bb") == r"'a\u{1b}b'"
    assert quoted("x" * 61) == f"'{'x' * 60}…'"
    assert quoted("\x00" * 1_000_000).startswith(r"'\u{0}\u{0}")
    assert len(quoted("\x00" * 1_000_000)) == 63


def test_padding_of_copied_ids_goes_away() -> None:
    assert without_invisible("\ufeffdkez\u200bmsf\u00ad") == "dkezmsf"
    assert without_invisible("サンプル") == "サンプル"
