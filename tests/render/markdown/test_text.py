"""Strangers' text in Markdown is shown as typed and starts nothing, wherever it stands."""

from hypothesis import given
from hypothesis import strategies as st

from ffx.output.clean import clean
from ffx.render.markdown.text import code, fenced, prose
from tests.looping import each
from tests.render.markdown.commonmark import (
    ACTS,
    OURS,
    code_blocks,
    headings_of,
    kinds_of,
    outside_code,
    shown,
    texts,
)


def test_ordinary_sentences_stay_as_they_are() -> None:
    for sentence in (
        "Converted for 24.9000, on Fri 20 Nov 2026 16:12:03 +01:00, 67 min after its hit.",
        "No conversion: the visitor's last view was 'Spring offer A' (at 15:04), was it not?",
        "Wed 18 Nov 2026 16:20 +01:00 → Fri 20 Nov 16:20 · 100% · 2 visits; 1/2; half-way",
        "Offer group · サンプル商店 · São Paulo",
    ):
        assert prose(sentence) == sentence


@each(
    ("text", "written"),
    [
        ("", ""),
        ("t2 holds '{{campaign.name}}'.", "t2 holds '`{{campaign.name}}`'."),
        ("see https://example.com/a, and go", "see `https://example.com/a`, and go"),
        ("(user_id) or (a b_c).", "(`user_id`) or (a `b_c`)."),
        ("javascript:alert(1)!", "`javascript:alert(1)`!"),
        ("hits dkezmsf3bat8xdbz8rt039r4h.", "hits `dkezmsf3bat8xdbz8rt039r4h`."),
        ("of afdwbQPVYaTPfQxZtXox", "of `afdwbQPVYaTPfQxZtXox`"),
        ("1. one 1. two", "`1.` one 1. two"),
        ("- one - two", "`-` one - two"),
        ('in %"v1" now', 'in `%"v1`" now'),
        ('in %"v1 beta" now', 'in `%"v1` beta" now'),
        ('half, 50%" more"', 'half, `50%`" more"'),
        ('%"', '`%`"'),
        ("50% more, 'v1' or \"v1\"", "50% more, 'v1' or \"v1\""),
        (" two  blanks", "` two  blanks`"),
        ("   ", "(3 blanks)"),
        ("a\x1bb", "`a\\u{1b}b`"),
    ],
)
def test_a_risky_word_becomes_code_and_its_neighbours_do_not(text: str, written: str) -> None:
    assert prose(text) == written


@each(
    ("text", "written"),
    [
        ("main", "`main`"),
        ("a`b", "``a`b``"),
        ("a``b", "`a``b`"),
        ("`", "`` ` ``"),
        ("``` `x", "`` ``` `x ``"),
        (" both ", "`  both  `"),
        (" one", "` one`"),
        (" ", "(1 blank)"),
        ("", "(empty)"),
    ],
)
def test_a_code_span_has_as_many_marks_as_its_text_needs(text: str, written: str) -> None:
    assert code(text) == written


def test_a_code_block_has_a_fence_that_its_text_cannot_close() -> None:
    assert fenced("a\nb\n") == "```\na\nb\n```"
    assert fenced("````\n# a") == "`````\n````\n# a\n`````"
    assert code_blocks(fenced("```\n# a\n````")) == ["```\n# a\n````\n"]


@given(texts)
def test_text_in_any_place_is_shown_as_typed_and_starts_nothing(text: str) -> None:
    for write in (prose, code):
        words = write(text)
        page = f"## {words}\n\n**{words}** {words}\n\n{words}\n\n- {words}\n  - x: {words}, y\n"
        seen = clean(text)
        assert headings_of(page) == [seen]
        assert shown(page) == "\n".join([
            seen, f"{seen} {seen}", seen, seen, f"x: {seen}, y"
        ])  # fmt: skip
        assert kinds_of(page) <= OURS
        assert not [loose for loose in outside_code(page) if ACTS.search(loose)]


@given(st.lists(texts.map(clean), min_size=1))
def test_a_code_block_shows_its_lines_as_they_are(lines: list[str]) -> None:
    block = "\n".join(lines)
    assert code_blocks(f"before\n\n{fenced(block)}\n\n## after") == [f"{block}\n"]
