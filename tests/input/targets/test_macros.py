"""What is an unfilled macro, and what is only like one."""

from hypothesis import given
from hypothesis import strategies as st

from ffx.input.targets.macros import has_macro, is_macro, is_placeholder
from tests.looping import each

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


def _words(text: str) -> list[str]:
    return text.split()


# Whole values, one bracket style a line, and below them what text may look like in its place.
_WHOLE_VALUES = _words("""
    {clickid} {click_id} {clickID} {aff_sub} {aff_sub2} {source} {transaction_id} {payout} {zoneid}
    {{clickid}} {{ad.id}} {{adset.name}} {{campaign.id}} {{placement}} {{site_source_name}}
    ${CLICK_ID} ${clickid} ${source_subid} {$clickid} #{clickid} {{{ad_id}}} {%clickid%} {%sub1%}
    {!clickid!} {*clickid*} {+clickid+} {%SUB%}
    ##CLICKID## ##CLICK_ID## ##SUB## ##SUBID## ##clickid## ##PUBLISHER_ID## ##zoneid## ##COST##
    ###CLICKID### ###SUBID### ###subid### ###affiliate_id### ###TRANSACTION###
    #CLICKID# #clickid# #SUBID# #s2# #price# #campaign_id# #EMAIL# #Click_ID#
    %CLICKID% %clickid% %subid% %zone_id% %SITE_ID% %%CLICKID%% %%clickid%% %%CACHEBUSTER%% %ebuy!%
    [CLICKID] [CLICK_ID] [SUBID] [CID] [AFFILIATE_ID] [TIMESTAMP]
    [clickid] [click_id] [zoneid] [zone_id] [siteid] [site_id] [campaignid] [campaign_id] [subid]
    [subid1] [sub1] [affid] [aff_id] [publisher_id] [pubid] [source_id] [keyword] [placement]
    [creative_id] [bannerid] [cost] [cpc] [country] [device] [transaction_id] [sourceid] [adid]
    [[clickid]] [[CLICK_ID]] [[subid]]
    [+clickid+] [+SUBID+] [+campaign_id+] [+zone+] [%clickid%]
    (S_SUBID) (S_CLICKID) (S_CID) (P_CLICKID)
    @@CLICKID@@ @@clickid@@ @@subid@@ @@campaign_id@@
    $clickid $click_id $subid $sub1 $campaign_id $zoneid $CLICKID $CLICK_ID $source
    $affid $clickid$ $$clickid$$    $(clickid) $[clickid]
    -CLICKID- -SUBID- -AFFID- -CLICK_ID- -CAMPAIGN- -SOURCE- -ZONEID-
    *|CLICKID|* *|SUBID|* *|EMAIL|* *|UNIQID|* *|CAMPAIGN_UID|* *|MC:SUBJECT|*
    ~clickid~ ~SUBID~ ~click_id~ ~zone~ !clickid! |clickid| ^clickid^ @clickid@
    xxc1xx xxc2xx xxclickidxx xxsubidxx
    <clickid> <CLICK_ID> <subid> <%clickid%> <%=subid%>
    __CLICKID__ __CAMPAIGN_ID__ __placement__ __AID__ __CALLBACK_PARAM__
    REPLACE OPTIONAL CLICKID CLICK_ID SUBID SUB_ID TRANSACTION_ID AFFILIATE_ID YOUR_CLICK_ID
""")
_TWINS = [
    *["[de] sommer", "[de]", "[new]", "[Neu]", "[video]", "[top-10]", "[12]", "[[12]]"],
    *["50% off %", "50%", "%", "%%", "% off %", "%C3%", "%A4%", "%20%", "100%-sale%"],
    *["#sale", "#1", "# sale", "##", "###", "#", "#12#", "#sale#summer", "C#", "##1##"],
    *["(new)", "(de)", "(S)", "(S 1)", "(clickid)", "(A_1)", "(summer_sale)"],
    *["A-{1}", "{1}", "A-1001", "A_{12}", "{}", "{ }", "{0}"],
    *["$100", "$9.99", "$", "$$", "$ummer", "$cash", "$$cash$$", "A$AP", "US$", "$1 source"],
    *["-sale-", "-", "--", "-5-", "-SALE50-", "-XXL-", "DE-CLICKID-", "-clickid", "a-SUBID-b"],
    *["~", "~sale~", "~5", "~/source", "*", "**sale**", "*|*", "|", "|de|", "!sale!", "@shop"],
    *["xxl", "xxxl", "xxsalexx", "xx1xx", "xxx", "xxtraxx"],
    *["<sale>", "<b>", "<3", "<>", "@@", "@@1@@", "user@example.com"],
    *["OPTIONALS", "optional", "Optional", "COVID", "PAID", "ANDROID", "SOLID", "ID", "replace"],
    *["clickid", "source", "campaign", "zoneid", "keyword_1", "subid"],
    *["{dkezmsf3bat8xdbz8rt039r4h}", "[dkezmsf3bat8xdbz8rt039r4h]", "$dkezmsf3bat8xdbz8rt039r4h"],
    *["#dkezmsf3bat8xdbz8rt039r4h#", "~dkezmsf3bat8xdbz8rt039r4h~"],
]


def test_whole_values_in_the_brackets_of_the_networks_are_macros() -> None:
    assert len(set(_WHOLE_VALUES)) >= 150
    for text in [*_WHOLE_VALUES, "{% clickid %}", "{{ click id }}", "## click id ##"]:
        assert is_macro(text), text
        assert has_macro(f" {text}\t"), text
        assert is_placeholder(text), text


def test_braces_that_a_link_encoded_are_braces() -> None:
    for text in ("%7Bclickid%7D", "%7b%7bad.id%7d%7d"):
        assert has_macro(text), text
    for text in ("%7B1%7D", "50%7B", "%7Bdkezmsf3bat8xdbz8rt039r4h%7D", "%7C sale %7C"):
        assert not has_macro(text), text


def test_what_looks_like_a_macro_and_is_none() -> None:
    for text in _TWINS:
        assert not is_macro(text), text
        assert not has_macro(text), text


def test_a_token_in_its_own_brackets_is_a_macro() -> None:
    for text in [*_MACROS, *_MACROS_INSIDE]:
        assert has_macro(text), text


def test_other_text_is_no_macro() -> None:
    for text in _TEXTS:
        assert not has_macro(text), text


@given(st.text(st.characters(categories=["L", "N", "Zs"])))
def test_words_without_brackets_are_macros_in_capitals_alone(text: str) -> None:
    assert not has_macro(text) or (text.strip().isupper() and text.strip().isascii())


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
@each(
    "unit",
    ["{", "{a", "{ ", "{a:", "{a b", "__", "__a", " __a_", "__A_", "[", "[AAAA", "[A] ", "$"],
)
def test_a_long_text_of_openings_is_no_macro(unit: str) -> None:
    assert not has_macro(unit * (80_000 // len(unit)))
