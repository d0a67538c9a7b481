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
from datetime import UTC, datetime
from enum import IntEnum

from ffx.input.targets.macros import is_macro, is_placeholder
from ffx.input.targets.mail_rewriting import undo_rewriting
from ffx.input.targets.parameters import Meaning, is_transaction, meaning_of
from ffx.input.targets.shapes import (
    PADDING,
    QUOTES,
    WRAPPING,
    Kind,
    begins_like_a_hit,
    is_cut_hit,
    is_damaged_visitor,
    is_hit_shaped,
    is_long_number,
    is_recased_hit,
    is_visitor_shaped,
)

LIMIT = 100_000
# A link in a link, encoded twice on its way here.
_DECODINGS = 3

_ALPHANUMERIC = string.ascii_letters + string.digits

_NAME = re.compile(
    r"""
    (?<!\w) (?P<name> [A-Za-z][A-Za-z0-9_.-]{0,60}+ (?: \[\w{1,20}\] | [ +]{1,2}[Ii][Dd](?!\w) )? )
    [\]})"'`\s]{0,4} (?=[=:(])
    """,
    re.VERBOSE | re.ASCII,
)
_SLOT = r"""
    \$? \{{1,3} [^{}"':=\n]{0,80} \}{1,3}
  | \$? \[{1,2} [^\[\]{}"':=\n]{0,80} \]{1,2}
  | \$\( [A-Za-z][\w.-]{0,60} \) | \( [A-Z]_\w{2,60} \)
  | < [^<>"':=\n]{1,80} >
  | \#{1,3} [A-Za-z]\w{0,80} \#{1,3}
  | \*\| [\w:. -]{1,80} \|\*
"""
_VALUE = re.compile(
    rf"""
    (?P<separator>[=:(]) \s{{0,4}}
    (?P<quote>[{QUOTES}]?)
    (?P<value> {_SLOT} | [^\s/?=&;,\#<>|{{}}()\[\]\\{QUOTES}]{{0,1000}} )
    (?P<next> [/?=(\[{{]?)
    """,
    re.VERBOSE,
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
      | yclid | sccid | rdt_cid | li_fat_id | epik | irclickid | cjevent | awc | sscid | tduid
      | admitad_uid | _ga | _gl
      | tx | txid | rev | (?:access_?|refresh_?|id_?)?token | api_?key | jwt )
    ["']{0,2} \s? [=:] \s? ["']? [^\s&;,\#"'<>]*
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SOURCE_TAG = re.compile(
    r"""
    (?<![\w-]) (?P<name> utm_[a-z]{1,20} ) ["']{0,2} \s? [=:] \s? ["']?
    (?P<value> [^\s&;,\#"'<>]* )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:amp|quot|apos|lt|gt|nbsp|#[0-9]{1,4}|#x[0-9a-f]{1,4});", re.IGNORECASE)
_JSON_ESCAPE = re.compile(
    r"""\\(?:u00(?P<code>[2-7][0-9a-fA-F])|(?P<blank>[nrt])|(?P<sign>["'/]))"""
)
_ENTRANCE_LINK = re.compile(r"/fts/([0-9A-Za-z]{1,40})-([0-9A-Za-z]{1,40})")
_KNOWN_SLOT = re.compile(
    r"\{{1,2}\s?(?:hit|visitor|vid|click[_-]?id)\s?\}{1,2}|\[(?:HIT|CLICK)_?ID\]"
)
_PERCENT_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")


class Rank(IntEnum):
    """How sure it is that a candidate is an ID of its kind; the smaller, the surer."""

    NAMED = 1  # the name means nothing else
    NETWORK = 2  # a network's parameter whose value has the shape
    LOOSE = 3  # the shape alone
    VALUE = 4  # the shape alone, in a parameter that ffx does not know
    ALTERED = 5  # the shape, if capitals or a cut are undone
    SOURCE_TAG = 6  # the shape, in a tag such as utm_content


@dataclass(frozen=True, slots=True)
class Candidate:
    """A part of a text that may be an ID; `name` is empty where it had none."""

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


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a text holds, what stands there openly before what was encoded.

    Attributes:
        ids: what may be an ID; one that stands there twice is listed twice.
        unfilled: parameters that hold a placeholder or nothing.
        numbers: parameters for an ID that hold digits only.
        unread: how many characters stand beyond the limit.
    """

    ids: list[Candidate] = field(default_factory=list)
    unfilled: list[Candidate] = field(default_factory=list)
    numbers: list[Candidate] = field(default_factory=list)
    unread: int = 0


def find_ids(text: str, *, now: datetime | None = None) -> Candidates:
    """Collect what may be an ID in `text`; whether it can be one is not judged here.

    `now` is the present time, which the date in a cut ID does not pass.
    """
    now = now or datetime.now(UTC)
    rest = _head(text)
    candidates = Candidates(unread=len(text) - len(rest))
    for _ in range(1 + _DECODINGS):
        rest = _FOREIGN.sub(" ", _without_markup(rest))
        rest = _SOURCE_TAG.sub(lambda match: _take_tag(match, candidates), rest)
        rest = _UPLOAD_LINE.sub(lambda match: _take_upload(match, candidates), rest)
        rest = _take_pairs(rest, candidates, now)
        candidates.ids.extend(_json_ids(rest))
        candidates.ids.extend(_loose_ids(rest))
        decoded = _percent_decoded(rest)
        if decoded == rest:
            break
        rest = decoded
    return candidates


def fully_decoded(text: str) -> str:
    """Return the first `LIMIT` characters, the escapes of HTML, JSON, mail and links undone."""
    *_, decoded = readings(text)
    return decoded


def readings(text: str) -> Iterator[str]:
    """Yield the first `LIMIT` characters as they stand, then with each layer of escapes undone."""
    text = _without_markup(_head(text))
    yield text
    for number in range(_DECODINGS):
        decoded = _percent_decoded(text if number == 0 else _without_markup(text))
        if decoded == text:
            return
        text = decoded
        yield text


def find_entrance_link(text: str) -> tuple[str, str] | None:
    """Return the funnel and the traffic source of the first entrance link in decoded text."""
    link = _ENTRANCE_LINK.search(text)
    return (link[1], link[2]) if link else None


def find_placeholder(text: str) -> str:
    """Return the first `{hit}`, `[CLICKID]` or the like in decoded text, or nothing."""
    slot = _KNOWN_SLOT.search(text)
    return slot[0] if slot else ""


def _head(text: str) -> str:
    """Return what is read of `text`, without the word that the limit cuts."""
    return text if len(text) <= LIMIT else text[:LIMIT].rstrip(_ALPHANUMERIC)


def _take_upload(match: re.Match[str], candidates: Candidates) -> str:
    if is_visitor_shaped(match["hit"]):
        return match[0]
    candidate = Candidate("hit", match["hit"], "upload line", Rank.NAMED)
    (candidates.unfilled if is_placeholder(candidate.text) else candidates.ids).append(candidate)
    return " "


def _take_tag(match: re.Match[str], candidates: Candidates) -> str:
    """Take the IDs that somebody put into a tag of the traffic source's."""
    for candidate in _loose_ids(fully_decoded(match["value"])):
        candidates.ids.append(replace(candidate, name=match["name"], rank=Rank.SOURCE_TAG))
    return " "


def _take_pairs(text: str, candidates: Candidates, now: datetime) -> str:
    """Put the parameters with known names where they belong in `candidates`; return the rest."""
    rest: list[str] = []
    end = 0
    for name in _NAME.finditer(text):
        meaning = meaning_of(name["name"]) if name.start() >= end else None
        value = _VALUE.match(text, name.end()) if meaning else None
        if meaning and value and _take_pair(name["name"], meaning, value, candidates, now):
            rest += [text[end : name.start()], " "]
            end = value.start("next")
    return "".join([*rest, text[end:]])


def _take_pair(
    name: str, meaning: Meaning, match: re.Match[str], candidates: Candidates, now: datetime
) -> bool:
    """Put the parameter where it belongs in `candidates`; tell whether it was understood."""
    is_query = match["separator"] == "="
    raw = match["value"].replace("+", " ") if is_query else match["value"]
    value = fully_decoded(raw).strip(WRAPPING)
    candidate = Candidate("visitor" if meaning == "visitor" else "hit", value, name, Rank.NAMED)
    if _is_unfilled(meaning, match, value):
        candidates.unfilled.append(candidate)
        return True
    bare = value.strip(PADDING)
    if found := _read_pair(replace(candidate, text=bare), meaning, match, now):
        candidates.ids.append(found)
        return True
    if is_query and is_long_number(bare) and not is_transaction(name):
        candidates.numbers.append(replace(candidate, text=bare))
    return False


def _is_unfilled(meaning: Meaning, match: re.Match[str], value: str) -> bool:
    """Tell whether an ID was meant to stand here; a network's free fields may be empty."""
    # In a free field brackets may be somebody's own, as in [de].
    is_macro_here = is_macro(value) if meaning == "free" else is_placeholder(value)
    if match["separator"] == "=":
        return is_macro_here or not (value or match["next"] or meaning == "free")
    # JSON says null where there is none.
    return is_macro_here and (bool(match["quote"]) or not value.islower())


def _read_pair(
    candidate: Candidate, meaning: Meaning, match: re.Match[str], now: datetime
) -> Candidate | None:
    value = candidate.text
    if meaning in ("hit", "visitor"):
        # After a colon without quotes, most words are prose: "this hit: why?"
        plausible = match["separator"] == "=" or match["quote"] or re.search("[0-9]", value)
        return candidate if value and plausible and not match["next"] else None
    if is_hit_shaped(value):
        return replace(candidate, kind="hit", rank=Rank.NETWORK)
    if is_visitor_shaped(value):
        return replace(candidate, kind="visitor", rank=Rank.NETWORK)
    if is_damaged_visitor(value):
        return replace(candidate, kind="visitor", rank=Rank.ALTERED)
    is_altered = is_recased_hit(value) or is_cut_hit(value)
    # In a free field many words look like a cut ID; few begin with a date of ours.
    if is_altered and (meaning == "click" or begins_like_a_hit(value, now=now)):
        return replace(candidate, rank=Rank.ALTERED)
    return None


def _json_ids(text: str) -> Iterator[Candidate]:
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
                yield Candidate("hit", part["value"], "hit.id", Rank.NAMED)
            elif parents[-1] == "visitor":
                yield Candidate("visitor", part["value"], "visitor.id", Rank.NAMED)


def _loose_ids(text: str) -> Iterator[Candidate]:
    for match in _LOOSE.finditer(text):
        found, name = match["id"], match["name"] or ""
        rank = Rank.VALUE if name else Rank.LOOSE
        if is_hit_shaped(found):
            yield Candidate("hit", found, name, rank)
        # Between - and _ stand pieces of base64, which mixes cases as a visitor ID does.
        elif _is_joined(text, match):
            continue
        elif is_visitor_shaped(found):
            yield Candidate("visitor", found, name, rank)
        elif is_damaged_visitor(found):
            yield Candidate("visitor", found, name, Rank.ALTERED)
        elif is_recased_hit(found) and found == found.upper():
            yield Candidate("hit", found, name, Rank.ALTERED)


def _is_joined(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start("id") - 1) : match.end() + 1]
    return around[0] in "-_" or around[-1] in "-_"


def _without_markup(text: str) -> str:
    if "&" in text:
        import html

        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    if "\\" in text:
        text = _JSON_ESCAPE.sub(_json_character, text)
    return undo_rewriting(text)


def _json_character(match: re.Match[str]) -> str:
    if match["code"]:
        return chr(int(match["code"], 16))
    return match["sign"] or " "


def _percent_decoded(text: str) -> str:
    if _PERCENT_ESCAPE.search(text) is None:
        return text
    from urllib.parse import unquote_plus

    return unquote_plus(text)
