"""Widths in cells: nothing is wider than asked, nothing is lost, nothing is broken needlessly."""

import re

from hypothesis import given
from hypothesis import strategies as st

from ffx.output.clean import clean
from ffx.output.width import clip, fits, pad, width_of, wrap, wrap_facts
from ffx.render.terminal.lines import STYLES, both_ends, line_width, paint, rule
from tests.looping import each
from tests.render.sample import hostile

texts = hostile.map(clean)
widths = st.integers(1, 120)


@each(
    ("text", "cells"),
    [("", 0), ("abc", 3), ("サンプル", 8), ("Ａ", 2), ("e\u0301", 1), ("한글", 4), ("·→↑─…", 5)],
)
def test_widths_are_counted_in_cells(text: str, cells: int) -> None:
    assert width_of(text) == cells


@given(texts, widths)
def test_a_text_fits_into_as_many_cells_as_it_takes(text: str, width: int) -> None:
    assert fits(text, width) is (width_of(text) <= width)


@each(("text", "width"), [("ab", 1), ("日", 1), ("a", -1), ("é", 0), ("日" * 10_000, 80)])
def test_what_is_wider_does_not_fit(text: str, width: int) -> None:
    assert fits(text, width + len(text) * 2)
    assert not fits(text, width)


@given(texts, widths)
def test_clipped_text_is_a_beginning_that_fits(text: str, width: int) -> None:
    shown = clip(text, width)
    assert width_of(shown) <= width
    if shown != text:
        beginning, ellipsis, count = shown.partition("…")
        if text.startswith(beginning) and ellipsis and count:
            assert count == f" (+{len(text) - len(beginning):,} characters)"


@each(
    ("text", "width", "shown"),
    [
        ("Spring offer A", 14, "Spring offer A"),
        ("Spring offer A", 10, "Spring of…"),
        ("サンプル商店", 8, "サンプ…"),
        ("Cafe\u0301 au lait", 5, "Cafe\u0301…"),
        ("x" * 150, 40, "x" * 21 + "… (+129 characters)"),
        ("x" * 150, 20, "x" * 19 + "…"),
        ("x" * 4000, 40, "x" * 19 + "… (+3,981 characters)"),
        (r"spring\u{202e}-ed", 10, "spring…"),
        ("abc", 1, "…"),
    ],
)
def test_clipped_texts(text: str, width: int, shown: str) -> None:
    assert clip(text, width) == shown
    assert width_of(shown) <= width


@given(texts, st.integers(12, 120))
def test_wrapped_lines_fit_and_hold_all_the_words(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(width_of(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(texts, st.integers(12, 120))
def test_a_word_or_an_escape_that_fits_is_never_broken(text: str, width: int) -> None:
    lines = wrap(text, width)
    parts = {part for line in lines for part in line.split(" ")}
    whole = [word for word in text.split(" ") if width_of(word) <= width and len(word) <= width]
    assert all(word in parts for word in whole if word)
    for line in lines:
        assert not re.search(r"\\u\{[0-9a-f]*$", line)


@given(texts, st.integers(12, 120), st.integers(1, 4))
def test_wrapping_ends_where_it_was_told_to(text: str, width: int, most: int) -> None:
    lines = wrap(text, width, most=most)
    assert len(lines) <= most
    assert all(width_of(line) <= width for line in lines)


def test_marks_that_pile_up_do_not_make_an_endless_line() -> None:
    assert len(clip("e" + "\u0301" * 100_000, 20)) < 400


def test_no_line_begins_with_the_dot_between_two_facts() -> None:
    assert wrap("Samsung · Galaxy · mobile", 18) == ["Samsung · Galaxy ·", "mobile"]
    assert wrap("Samsung · Galaxy · mobile", 17) == ["Samsung ·", "Galaxy · mobile"]


@each(
    ("width", "lines"),
    [
        (40, ["1 visit · 12 hits · 1 conversion"]),
        (31, ["1 visit · 12 hits ·", "1 conversion"]),
        (14, ["1 visit ·", "12 hits ·", "1 conversion"]),
    ],
)
def test_facts_stay_whole(width: int, lines: list[str]) -> None:
    assert wrap_facts(["1 visit", "", "12 hits", "1 conversion"], width) == lines


@given(st.lists(texts, max_size=5), st.integers(14, 120), st.integers(0, 3))
def test_facts_fit_their_width(facts: list[str], width: int, most: int) -> None:
    lines = wrap_facts(facts, width, most=most)
    assert all(width_of(line) <= width for line in lines)
    assert not most or len(lines) <= most


@given(texts, widths, st.booleans())
def test_padding_fills_and_never_cuts(text: str, width: int, right: bool) -> None:
    padded = pad(text, width, right=right)
    assert width_of(padded) == max(width, width_of(text))
    assert padded.strip(" ") == text.strip(" ")


@given(texts, st.integers(12, 120))
def test_a_rule_is_as_wide_as_asked(text: str, width: int) -> None:
    assert line_width(rule(text, width)) == width


@given(st.lists(texts, min_size=1, max_size=3), st.integers(40, 120))
def test_both_ends_share_a_line_or_stand_below_each_other(facts: list[str], width: int) -> None:
    first, *below = both_ends([("Timeline", "title")], facts, width)
    assert all(line_width(line) <= width for line in [first, *below])
    if not below:
        assert line_width(first) == width


def test_ends_need_two_blanks_between_them() -> None:
    assert len(list(both_ends([("left", "")], ["right"], 11))) == 1
    assert len(list(both_ends([("left", "")], ["right"], 10))) == 2


def test_paint_adds_colours_and_nothing_else() -> None:
    lines = [[("a", style), ("[b]\\ ", "")] for style in STYLES]
    painted = paint(lines, color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == paint(lines, color=False)
    assert "\x1b[1;32ma\x1b[0m[b]\\\n" in painted


def test_no_line_ends_in_blanks() -> None:
    assert paint([[("a", ""), ("   ", "")], []], color=False) == "a\n\n"
