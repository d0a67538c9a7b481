"""What a macro looks like that somebody should have filled in, and did not.

Traffic sources, networks and mail tools each have brackets of their own. Some are
brackets for nothing else, `{keyword}` or `##CLICKID##`; in the others, `[clickid]` or
`$subid`, only a word of the trade makes a macro.
"""

import re
from functools import lru_cache

from ffx.input.targets import shapes

# Bounded, so that a value of a megabyte takes no longer than it must. A filler after a colon is
# part of the macro, `{keyword:shoes}`; after ": " it is data.
_BRACED = re.compile(
    r"\{\s{0,8}(?P<name>[$@#]?[^\W\d][\w .$@#|-]{0,80})(?::[^\s{}\"':;][^{}\"':;]{0,80})?\}"
)
_UNDERSCORED = re.compile(r"(?<!\w)__[A-Za-z](?:_?[A-Za-z0-9]){0,80}__(?!\w)")
_BRACKETED_INSIDE = re.compile(r"\[[A-Z][A-Z0-9_]{3,80}\]")
_ENCODED_BRACES = re.compile("(?:%7[Bb]){1,2}([^%{}]{1,80})(?:%7[Dd]){1,2}")
_BLANK = re.compile(r"\s")
_LONGEST_WHOLE = 100

# Brackets that stand for nothing else. Two hexadecimal digits between % are an escape.
_WHOLE = re.compile(
    r"""
      (?P<hashes>\#{1,3}) \s?[A-Za-z][\w .:-]{0,60}\s? (?P=hashes)
    | %(?![0-9A-Fa-f]{2}%) [A-Za-z][\w.:-]{0,60} % | %% [A-Za-z][\w.:-]{0,60} %% | %e[a-z]{2,8}!%
    | @@ [A-Za-z][\w.:-]{0,60} @@
    | \[\+ \s?[A-Za-z][\w.:-]{0,60}\s? \+\] | \[% \s?[A-Za-z][\w.:-]{0,60}\s? %\]
    | \{[%!+*] \s?[A-Za-z][\w.: -]{0,60}? \s?[%!+*]\}
    | <%=? \s?[A-Za-z][\w.:-]{0,60}\s? %>
    | \*\| [A-Za-z][\w.: -]{0,60} \|\*
    | \$[(\[] [A-Za-z][\w.:-]{0,60} [)\]]
    | \( [A-Z]_[A-Za-z0-9_]{2,60} \)
    | \[ [A-Z][A-Z0-9_]{2,80} \]
    """,
    re.VERBOSE,
)
# Brackets that text has, too: a word of the trade must stand in them.
_NAMED = re.compile(
    r"""
      \[{1,2} \s?([A-Za-z][\w.:-]{0,40})\s? \]{1,2}
    | < \s?([A-Za-z][\w.:-]{0,40})\s? >
    | \${1,2} ([A-Za-z][\w.-]{0,40}) \${0,2}
    | - ([A-Z][A-Z0-9_]{1,40}) -
    | (?P<sign>[~!|^@]) ([A-Za-z][\w.:-]{0,40}) (?P=sign)
    | xx ([a-z][a-z0-9_]{0,40}) xx
    | (?=.{5}) ([A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,20}){0,4}(?<=ID))
    """,
    re.VERBOSE,
)
_JOINTS = re.compile(r"[\W_]+")
# What tracking fields are called; a name may be several of them: `adset_id`, `publisherSiteId`.
_TRADE = re.compile(
    r"""
    (?: your | my | insert | ext(?:ernal)? | unique | ad(?:set|group|vertiser|spot)?
      | aff(?:iliate)? | agent | amount | app | banner | bid | brand | browser | bundle
      | camp(?:aign)? | carrier | category | channel | city | clk | click | clid | cid
      | connection | conv(?:ersion)? | cost | country | cpa | cpc | cpm | creative | currency
      | custom | data | date | device | domain | event | feed | fbclid | format | gclid | geo
      | hit | image | ip | isp | key | keyword | kw | label | lander | landing | lang(?:uage)?
      | lead | link | match | medium | model | msclkid | name | network | offer | operator
      | order | os | page | param | partner | payout | placement | platform | postback | price
      | product | pub(?:lisher)? | query | random | ref(?:errer|erer)? | region | revenue
      | search | section | session | site | source | spot | state | sub | tag | target | term
      | tid | time | timestamp | title | token | track(?:er|ing)? | traffic | trans(?:action)?
      | ttclid | tx | type | ua | uid | url | user | value | var(?:iable)? | vid | visitor
      | widget | zip | zone
      | id | [a-z](?=[0-9]) | [0-9]{1,2}
    ){1,6}
    """,
    re.VERBOSE,
)
# What stands in manuals where something is to be put in.
_FILLERS = frozenset({"REPLACE", "OPTIONAL"})

# Round the place of an ID, any brackets show that it was not filled in.
_BRACKETED = re.compile(
    r"""
      \$?\{{1,3} (?P<braces>[\w .$@\#|-]{0,80}) \}{1,3}
    | \[{1,2} (?P<brackets>[\w .$@\#|-]{0,80}) \]{1,2}
    | < (?P<angles>[\w .$@\#|-]{1,80}) >
    | (?P<sign>%%?|\#|__) [A-Za-z][\w -]{0,80}? (?P=sign)
    """,
    re.VERBOSE,
)
_PLACEHOLDER_WORD = re.compile(
    r"""
      (?:(?:your|my|the|insert|enter)[ _-]?)?
      (?:hit|click|visitor|session|sub|transaction)[ _-]?id (?:[ _-]?here)?
    | (?:your|my|the|insert|enter)[ _-](?:hit|visitor) (?:[ _-]?here)?
    | replace (?:[ _-]?(?:me|this))?
    | hit | visitor | vid | macro | placeholder
    | null | none | nil | undefined
    """,
    re.VERBOSE | re.IGNORECASE,
)


def has_macro(value: str) -> bool:
    """Tell whether `value` is an unfilled macro, or a token in it is one.

    In braces `{keyword}`, `{{campaign.name}}`, `${campaign}` anywhere, and `__PLACEMENT__`
    where no word goes on; `[CLICKID]` in capitals also as a part of a value without blanks.
    An ID in braces is filled in. Braces round the whole may be encoded.

    >>> [has_macro(text) for text in ("de-{ad.id}", "[clickid]", "[DE] Sommer", '{"a": 1}')]
    [True, True, False, False]
    """
    text = value.strip()
    if encoded := _ENCODED_BRACES.fullmatch(text):
        text = f"{{{encoded[1]}}}"
    return is_macro(text) or _holds_braced(text) or _holds_bracketed(text) or _holds_marked(text)


@lru_cache(2048)
def is_macro(text: str) -> bool:
    """Tell whether the whole `text` is an unfilled macro in the brackets of some network.

    >>> [is_macro(text) for text in ("##SUB##", "$clickid", "xxc1xx", "$100", "#sale", "(new)")]
    [True, True, True, False, False, False]
    """
    if not text or len(text) > _LONGEST_WHOLE or text[0].isdigit():
        return False
    if text in _FILLERS:
        return True
    if _WHOLE.fullmatch(text):
        return not _is_id(text.strip("#%@[]{}<>=*|$()+! "))
    if _UNDERSCORED.fullmatch(text):
        return True
    inner = text.lstrip("$#%@")
    if inner.startswith("{") and inner.endswith("}"):
        inner = inner.strip("{}")
        braced = _BRACED.fullmatch(f"{{{inner}}}")
        return braced is not None and not _is_id(inner.strip())
    named = _NAMED.fullmatch(text)
    return named is not None and is_word_of_the_trade(
        next(filter(None, named.groups()[:4] + named.groups()[5:]))
    )


def is_word_of_the_trade(name: str) -> bool:
    """Tell whether tracking fields are called so: `clickid`, `zone_id`, `sub1`, `AFFILIATE`."""
    return _TRADE.fullmatch(without_joints(name)) is not None


def without_joints(name: str) -> str:
    """Return a name in small letters, without the signs and blanks between its words."""
    return _JOINTS.sub("", name).lower()


def is_placeholder(text: str) -> bool:
    """Tell whether `text` stands where an ID belongs: `{hit}`, `[CLICKID]`, `REPLACE`, `HIT_ID`.

    An ID in brackets is none, nor is JSON.
    """
    if match := _BRACKETED.fullmatch(text):
        inner = match["braces"] or match["brackets"] or match["angles"] or ""
        return not any(_is_id(word) for word in inner.split())
    return _PLACEHOLDER_WORD.fullmatch(text) is not None or is_macro(text)


def _holds_braced(text: str) -> bool:
    return any(not _is_id(match["name"].strip()) for match in _BRACED.finditer(text))


def _holds_bracketed(text: str) -> bool:
    return _BRACKETED_INSIDE.search(text) is not None and _BLANK.search(text) is None


def _holds_marked(text: str) -> bool:
    return _UNDERSCORED.search(text) is not None


def _is_id(text: str) -> bool:
    return shapes.is_uuid(text) or shapes.is_hit_shaped(text) or shapes.is_visitor_shaped(text)
