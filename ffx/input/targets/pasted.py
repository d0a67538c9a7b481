"""Find IDs in pasted text: links, postbacks, JSON, CSV rows, chat.

The text is read as it stands, then again each time a layer of percent-encoding is
undone. Each reading takes out what it understands, so the next cannot read a value
that holds an encoded blank as two. Every pattern runs in linear time, and text
beyond `LIMIT` is not read.
"""

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum

from ffx.input.targets.macros import is_placeholder
from ffx.input.targets.shapes import (
    PADDING,
    QUOTES,
    WRAPPING,
    Kind,
    is_cut_hit,
    is_hit_shaped,
    is_recased_hit,
    is_visitor_shaped,
)

LIMIT = 100_000
# A link in a link, encoded twice on its way here.
_DECODINGS = 3

_ALPHANUMERIC = string.ascii_letters + string.digits

_NAME = r"""
    (?P<hit> hit (?:[ _+.\[-]{0,2}id\]?)?)
  | (?P<visitor> vid | (?:flux_)?visitor (?:[ _+.\[-]{0,2}id\]?)? | session[ _+-]?id)
  | (?P<click>
        (?:(?:ext|external|aff|affiliate|network)[_-]?)? (?:click|clk)[_-]?id
      | cid | tid | clid | extclid | (?:trans|transaction|tracking)[_-]?id
      | sub[_-]?id[_-]?[0-9]{0,2} | aff[_-]?sub[_-]?[0-9]{0,2}
    )
  | (?P<generic> (?:sub|s|c|p|t|u|v)[_-]?[0-9]{1,2} | external (?:[_-]?id)?)
"""
_SLOT = r"""
    \$? \{{1,3} [^{}"':=\n]{0,80} \}{1,3}
  | \[{1,2} [^\[\]{}"':=\n]{0,80} \]{1,2}
  | < [^<>"':=\n]{1,80} >
  | \# [A-Za-z]\w{0,80} \#
"""
_PAIR = re.compile(
    rf"""
    (?<!\w) (?:{_NAME})
    [\]}})"'`\s]{{0,4}} (?P<separator>[=:]) \s{{0,4}}
    (?P<quote>[{QUOTES}]?)
    (?P<value> {_SLOT} | [^\s/?=&;,\#<>|{{}}()\[\]\\{QUOTES}]{{0,1000}} )
    (?P<next> [/?=(\[{{]?)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# `HIT, PAYOUT` and `HIT:TX, PAYOUT`, as conversions are uploaded.
_UPLOAD_LINE = re.compile(
    r"""
    ^ [ \t"']{0,9}
    (?P<hit> [A-Za-z]{0,99}[0-9][0-9A-Za-z]{0,300} | \{{1,2}\w{0,80}\}{1,2} | \[\w{1,80}\] )
    ["']? (?: [ \t]{0,9} : [^,;\t\n]{0,300} )? [ \t]{0,9} [,;\t] [ \t"']{0,9}
    [-+]?[0-9]{1,12} (?:\.[0-9]{0,9})? [ \t"'\r]{0,9} $
    """,
    re.VERBOSE | re.MULTILINE,
)
_JSON_PART = re.compile(
    r"""
    (?<!\w) ["']? (?P<key>\w{1,40}) ["']? \s{0,9} : \s{0,9}
        (?: (?P<open>\{) | ["'](?P<value>[^"'\\]{0,300})["'] )
    | [{}]
    """,
    re.VERBOSE,
)
_LOOSE = re.compile(
    r"""
    (?: (?<![\w.-]) (?P<name>[\w.-]{1,40}+) = ["'`]? )?
    (?<![0-9A-Za-z%\\]) (?P<id>[0-9A-Za-z]{22,28}) (?![0-9A-Za-z])
    """,
    re.VERBOSE,
)
# Click IDs of ad platforms, networks' transactions and secrets are not ours, whatever their shape.
_FOREIGN = re.compile(
    r"""
    (?<![\w-])
    (?: gclid | gbraid | wbraid | dclid | fbclid | _?fbp | _?fbc | msclkid | ttclid | twclid
      | yclid | sccid | rdt_cid | li_fat_id | epik | irclickid | _ga | _gl | utm_[a-z]{1,20}
      | tx | txid | rev | (?:access_?|refresh_?|id_?)?token | api_?key | jwt )
    ["']{0,2} \s? [=:] \s? ["']? [^\s&;,\#"'<>]*
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:amp|quot|apos|lt|gt|nbsp|#[0-9]{1,4}|#x[0-9a-f]{1,4});", re.IGNORECASE)
_JSON_ESCAPE = re.compile(
    r"""\\(?:u00(?P<code>[2-7][0-9a-fA-F])|(?P<blank>[nrt])|(?P<sign>["'/]))"""
)
# A mail's source spells = as =3D. A visitor ID may begin with 3D, so what follows must fit.
_MAIL_ESCAPE = re.compile("=3D(?=(?:[0-9a-z]{22,28}|[0-9A-Za-z]{27})(?![0-9A-Za-z]))")
_ENTRANCE_LINK = re.compile(r"/fts/([0-9A-Za-z]{1,40})-([0-9A-Za-z]{1,40})")
_POSTBACK = re.compile(r"/pb/?\?(?P<query>[^\s\"'<>]*)")
_TRANSACTION = re.compile(r"(?:^|[&;])tx=[^&;]")
_KNOWN_SLOT = re.compile(
    r"\{{1,2}\s?(?:hit|visitor|vid|click[_-]?id)\s?\}{1,2}|\[(?:HIT|CLICK)_?ID\]"
)
_PERCENT_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")


class Rank(IntEnum):
    """How sure it is that a find is an ID of its kind; the smaller, the surer."""

    NAMED = 1  # the name means nothing else
    NETWORK = 2  # a network's parameter whose value has the shape
    LOOSE = 3  # the shape alone
    VALUE = 4  # the shape alone, in a parameter that ffx does not know
    ALTERED = 5  # the shape, if capitals or a cut are undone


@dataclass(frozen=True, slots=True)
class Find:
    """A stretch of text that may be an ID; `name` is empty where it had none."""

    kind: Kind
    text: str
    name: str
    rank: Rank

    @property
    def is_named(self) -> bool:
        return self.rank is Rank.NAMED

    @property
    def has_strange_name(self) -> bool:
        return self.rank is Rank.VALUE

    @property
    def is_altered(self) -> bool:
        return self.rank is Rank.ALTERED


@dataclass(frozen=True, slots=True)
class Finds:
    """What a text holds, what stands there openly before what was encoded.

    Attributes:
        ids: what may be an ID; one that stands there twice is listed twice.
        unfilled: parameters that hold a placeholder or nothing.
        unread: how many characters stand beyond the limit.
    """

    ids: list[Find] = field(default_factory=list)
    unfilled: list[Find] = field(default_factory=list)
    unread: int = 0


def find_ids(text: str) -> Finds:
    """Collect what may be an ID in `text`; whether it can be one is not judged here."""
    rest = _head(text)
    finds = Finds(unread=len(text) - len(rest))
    for _ in range(1 + _DECODINGS):
        rest = _FOREIGN.sub(" ", _without_markup(rest))
        rest = _UPLOAD_LINE.sub(lambda match: _take_upload(match, finds), rest)
        rest = _PAIR.sub(lambda match: _take_pair(match, finds), rest)
        finds.ids.extend(_json_ids(rest))
        finds.ids.extend(_loose_ids(rest))
        decoded = _percent_decoded(rest)
        if decoded == rest:
            break
        rest = decoded
    return finds


def fully_decoded(text: str) -> str:
    """Return the first `LIMIT` characters, the escapes of HTML, JSON, mail and links undone."""
    text = _head(text)
    for _ in range(_DECODINGS):
        text = _percent_decoded(_without_markup(text))
    return text


def find_entrance_link(text: str) -> tuple[str, str] | None:
    """Return the funnel and the traffic source of the first entrance link in decoded text."""
    link = _ENTRANCE_LINK.search(text)
    return (link[1], link[2]) if link else None


def find_placeholder(text: str) -> str:
    """Return the first `{hit}`, `[CLICKID]` or the like in decoded text, or nothing."""
    slot = _KNOWN_SLOT.search(text)
    return slot[0] if slot else ""


def find_postback(text: str, identity: str) -> str:
    """Return the query of the first postback in decoded text, if it names this ID; or nothing."""
    postback = _POSTBACK.search(text)
    return postback["query"] if postback and identity in postback["query"] else ""


def lacks_transaction(query: str) -> bool:
    """Tell whether a postback's query names no transaction."""
    return _TRANSACTION.search(query) is None


def _head(text: str) -> str:
    """Return what is read of `text`, without the word that the limit cuts."""
    return text if len(text) <= LIMIT else text[:LIMIT].rstrip(_ALPHANUMERIC)


def _take_upload(match: re.Match[str], finds: Finds) -> str:
    if is_visitor_shaped(match["hit"]):
        return match[0]
    find = Find("hit", match["hit"], "upload line", Rank.NAMED)
    (finds.unfilled if is_placeholder(find.text) else finds.ids).append(find)
    return " "


def _take_pair(match: re.Match[str], finds: Finds) -> str:
    """Put the pair where it belongs in `finds`; return what stays for others to read."""
    raw = match["value"].replace("+", " ") if match["separator"] == "=" else match["value"]
    value = fully_decoded(raw).strip(WRAPPING)
    if _is_unfilled(match, value):
        finds.unfilled.append(_named(match, value))
    elif find := _read_pair(match, value.strip(PADDING)):
        finds.ids.append(find)
    else:
        return match[0]
    return match["next"]


def _is_unfilled(match: re.Match[str], value: str) -> bool:
    """Tell whether an ID was meant to stand here; a network's free fields may be empty."""
    if match["separator"] == "=":
        return is_placeholder(value) or not (value or match["next"] or match["generic"])
    # JSON says null where there is none.
    return is_placeholder(value) and (bool(match["quote"]) or not value.islower())


def _read_pair(match: re.Match[str], value: str) -> Find | None:
    find = _named(match, value)
    if match["hit"] or match["visitor"]:
        # After a colon without quotes, most words are prose: "this hit: why?"
        plausible = match["separator"] == "=" or match["quote"] or re.search("[0-9]", value)
        return find if value and plausible and not match["next"] else None
    if is_hit_shaped(value) or is_visitor_shaped(value):
        kind: Kind = "hit" if is_hit_shaped(value) else "visitor"
        return replace(find, kind=kind, rank=Rank.NETWORK)
    if match["click"] and (is_recased_hit(value) or is_cut_hit(value)):
        return replace(find, rank=Rank.ALTERED)
    return None


def _named(match: re.Match[str], value: str) -> Find:
    name = match["hit"] or match["visitor"] or match["click"] or match["generic"]
    return Find("visitor" if match["visitor"] else "hit", value, name, Rank.NAMED)


def _json_ids(text: str) -> Iterator[Find]:
    """Find `{"hit": {"id": …}}` and the same of a visitor, also in JSON that is cut or broken."""
    parents: list[str] = []
    for part in _JSON_PART.finditer(text):
        if part[0] == "}":
            del parents[-1:]
        elif part[0] == "{":
            parents.append("")
        elif part["open"]:
            parents.append(part["key"].lower())
        elif part["value"] and part["key"].lower() == "id" and parents:
            if parents[-1] == "hit":
                yield Find("hit", part["value"], "hit.id", Rank.NAMED)
            elif parents[-1] == "visitor":
                yield Find("visitor", part["value"], "visitor.id", Rank.NAMED)


def _loose_ids(text: str) -> Iterator[Find]:
    for match in _LOOSE.finditer(text):
        found, name = match["id"], match["name"] or ""
        rank = Rank.VALUE if name else Rank.LOOSE
        if is_hit_shaped(found):
            yield Find("hit", found, name, rank)
        # Between - and _ stand pieces of base64, which mixes cases as a visitor ID does.
        elif _is_joined(text, match):
            continue
        elif is_visitor_shaped(found):
            yield Find("visitor", found, name, rank)
        elif is_recased_hit(found) and found == found.upper():
            yield Find("hit", found, name, Rank.ALTERED)


def _is_joined(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start("id") - 1) : match.end() + 1]
    return around[0] in "-_" or around[-1] in "-_"


def _without_markup(text: str) -> str:
    if "&" in text:
        import html

        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    if "\\" in text:
        text = _JSON_ESCAPE.sub(_json_character, text)
    return _MAIL_ESCAPE.sub("=", text)


def _json_character(match: re.Match[str]) -> str:
    if match["code"]:
        return chr(int(match["code"], 16))
    return match["sign"] or " "


def _percent_decoded(text: str) -> str:
    if _PERCENT_ESCAPE.search(text) is None:
        return text
    from urllib.parse import unquote_plus

    return unquote_plus(text)
