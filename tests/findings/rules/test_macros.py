"""What is an unfilled macro, and what is only like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.findings.rules.macros import has_macro

_MACROS = [
    "{{campaign.name}}",
    "{{ad.id}}",
    "{{ campaign.name }}",
    "{{{ad_id}}}",
    "{keyword}",
    "{sub_id_1}",
    "{data-source}",
    "{campaign name}",
    "{KeyWord:shoes}",
    "{keyword|lower}",
    "{$source}",
    "{кампания}",
    "${campaign}",
    "${CLICK_ID}",
    "__CLICKID__",
    "__CAMPAIGN_ID__",
    "__placement__",
    "[CLICKID]",
    "[CLICK_ID]",
    "[SUB1]",
    "[CID]",
    "REPLACE",
]
_MACROS_INSIDE = [
    "de-{keyword}-mobile",
    "campaign={{campaign.id}}&ad={{ad.id}}",
    "Sommer {placement} mobil",
    "summer-${ad}",
    "12_{site}_34",
    '{"ad": "{ad_id}"}',
    "ad:__AID__",
    "__CID__-__AID__",
    "Sommer __PLACEMENT__ mobil",
    "de-[CLICKID]",
    "[CAMPAIGN]-[PLACEMENT]",
]
_TEXTS = [
    "",
    " ",
    "de",
    "[DE]",
    "[DE] Sommer",
    "[SALE] Sommer",
    "Sommer [CLICKID]",
    "[DE]-Sommer",
    "[ABC]-Sommer",
    "[clickid]",
    "[Sommer]",
    "[1234]",
    "[]",
    "[]string",
    "list[0]",
    "replacement",
    "replace",
    "Replace",
    "REPLACED",
    "REPLACE ME",
    "{}",
    "{ }",
    "{{}}",
    "${}",
    "{0}",
    "{12}",
    '{"a": 1}',
    '{"a":{"b":"c"}}',
    "{a: 1}",
    "{'a': 1}",
    "{a,b}",
    "{a\nb}",
    "a{2}",
    "{",
    "}",
    "}keyword{",
    "{keyword",
    "keyword}",
    "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}",
    "{a52504e0-4f89-11d3-9a0c-0305e82c3301}",
    "{dkezmsf3bat8xdbz8rt039r4h}",
    "{afdwb7QPV6Y59aTP3fQxZ3tX2ox}",
    "a__b__c",
    "summer__DE__mobile",
    "summer__sale",
    "____",
    "__1__",
    "___X___",
    "__init",
    "_x_",
    "http://example.com/?a=1&b=%7Bc%7D",
]


@pytest.mark.parametrize("text", [*_MACROS, *_MACROS_INSIDE])
def test_a_token_in_its_own_brackets_is_a_macro(text: str) -> None:
    assert has_macro(text)


@pytest.mark.parametrize("text", _TEXTS)
def test_other_text_is_no_macro(text: str) -> None:
    assert not has_macro(text)


@given(st.text().filter(lambda text: not set("{}[]_") & set(text)))
def test_text_without_brackets_and_underscores_is_no_macro(text: str) -> None:
    assert has_macro(text) == (text.strip() == "REPLACE")


@given(st.sampled_from(_MACROS), st.text(" \t\n\u00a0"), st.text(" \t\n\u00a0"))
def test_blanks_around_a_macro_hide_none(macro: str, before: str, after: str) -> None:
    assert has_macro(before + macro + after)


@given(
    st.sampled_from([macro for macro in _MACROS if macro[0] in "{$_"]),
    st.text(st.characters(categories=["L", "N", "Zs"])),
    st.sampled_from("-=/:. "),
)
def test_a_macro_in_braces_or_underscores_is_found_in_any_text(
    macro: str, text: str, mark: str
) -> None:
    assert has_macro(f"{text}{mark}{macro}{mark}{text}")


_NAMES = st.from_regex(r"[A-Z][A-Z0-9_]{3,20}", fullmatch=True)
_WORDS = st.from_regex(r"[a-z0-9-]{0,9}", fullmatch=True)


@given(_NAMES, _WORDS, _WORDS)
def test_capitals_in_square_brackets_are_a_macro_unless_words_stand_by(
    name: str, before: str, after: str
) -> None:
    assert has_macro(f"{before}[{name}]{after}")
    assert not has_macro(f"x{before} [{name}] {after}x")


# A pattern that looks back for each of them would not end today.
@pytest.mark.parametrize(
    "unit",
    ["{", "{a", "{ ", "{a:", "{a b", "__", "__a", " __a_", "__A_", "[", "[AAAA", "[A] ", "$"],
)
def test_a_megabyte_of_openings_is_no_macro(unit: str) -> None:
    assert not has_macro(unit * (1_000_000 // len(unit)))
