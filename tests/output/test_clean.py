"""No character steers a terminal, turns text around or hides in it; all others stay."""

import json

from hypothesis import given
from hypothesis import strategies as st

from ffx.output.clean import clean, inert, quoted, without_invisible
from tests.looping import each
from tests.terminal.danger import (
    EVERY_CODE,
    dangerous,
    every_dangerous,
    every_harmless,
    is_dangerous,
)


def test_what_is_dangerous_becomes_a_visible_escape_and_all_else_stays() -> None:
    for character in every_dangerous():
        assert clean(character) == f"\\u{{{ord(character):x}}}"
    harmless = every_harmless()
    for row in (harmless[at : at + 256] for at in range(0, len(harmless), 256)):
        assert clean(row) == row


def test_in_json_it_becomes_an_escape_of_json() -> None:
    for character in every_dangerous():
        quoted_text = f'"{character}"'
        if character not in "\n\r\t":  # in valid JSON these stand between values alone
            assert json.loads(inert(quoted_text)) == character
            assert inert(quoted_text).isascii()


def test_all_of_unicode_at_once_is_what_each_is_by_itself() -> None:
    everything = "".join(map(chr, EVERY_CODE))
    made = clean(everything)
    assert not dangerous().search(made)
    assert clean(made) == made
    # Backwards, so that no halves make a pair.
    assert not dangerous().search(inert(everything[::-1]).replace("\n", ""))
    assert not dangerous().search(quoted(everything, limit=len(everything)))


@given(st.text(st.characters()))
def test_clean_text_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not any(map(is_dangerous, once))


@each(
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
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters()), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_json_values, st.sampled_from([None, 2, "\t"]))
def test_inert_json_says_the_same(value: object, indent: int | str | None) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    made = inert(text)
    assert json.loads(made) == value
    assert not any(map(is_dangerous, made.replace("\n", "")))


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
