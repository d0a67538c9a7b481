"""Aliases in the place of what identifies a person or an account.

A fixed table of members is hidden by name: `ip#1` stands for the first IP
address of a run, wherever the same address stands. Values of six or more
characters are hidden inside other text as well. What tells nothing of people
stays there all the same: the API's own names, kinds of events and nodes,
readable times. Texts in members that the API does not document may say anything, so
they are hidden too, and so is a token that the service repeats.
"""

import json
import re
import sys
import threading
from collections.abc import Container, Iterator
from copy import copy
from dataclasses import replace
from hashlib import blake2b
from io import StringIO

from ffx.api import members
from ffx.api.jsontext import read_document
from ffx.api.members import ID_WORDS, OTHER, TOKEN, WORDS, is_alias
from ffx.api.wire import Exchange, Query, Reply
from ffx.errors import FfxError
from ffx.input.targets.target import Target
from ffx.input.times.instants import read_time
from ffx.lookup.find import Found
from ffx.lookup.share.aliases import Aliases
from ffx.output.clean import inert
from ffx.output.matcher import SHORTEST
from ffx.output.secrets import secrets

REDACTED = frozenset(WORDS)
"""The members whose values are hidden."""
IDS = frozenset(ID_WORDS)
"""Those that are hidden with `hides_ids` alone."""

_OWN_NAMES = frozenset({
    *members.VISITOR, *members.HIT_ROW, *members.HIT_EVENT, "visitor", "hits", "hasMore", "events",
})  # fmt: skip
# As they mostly stand in JSON text; to look one up takes less than to read it.
_KEYS = {f'"{name}"': name for name in _OWN_NAMES}
_KINDS = frozenset({"eventType", "nodeType"})
_TIMES = members.TIMES | {"timeStart", "timeEnd"}
_MOST_REPEATS = 10_000
_LONGEST_REPEAT = 1_000

_MOST_NAMES = 1_000
_MOST_LEARNED = 100_000

_TEXT = r'"[^"\\]*(?:\\.[^"\\]*)*"'
# As long as a text that is found inside others; shorter ones tell nothing of anybody.
_NUMBER = rf"-?[0-9][0-9.eE+-]{{{SHORTEST - 1},}}"
# A string or a number; and if it is a key, the colon, and the value if that is one of them.
_SCALAR = re.compile(rf"({_TEXT})([ \t\r\n]*:[ \t\r\n]*({_TEXT}|{_NUMBER})?)?|{_NUMBER}")
# What is no name may be a value: an address that something is counted by.
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_TOKEN = re.compile(rf'{_TEXT}|[{{}}\[\],:]|[^\s{{}}\[\],:"]+')


class _Undocumented(str):
    """The name of a member that the API does not document."""

    __slots__ = ()


class Redactor:
    """Puts aliases in the place of what identifies a person or an account.

    The same value has the same alias all through a run, on any thread; numbers
    follow the order of first appearance. Memory is bounded: past some hundred
    thousand values, the half that was seen longest ago is forgotten. In their
    members those are hidden all the same, then under new numbers.

    Visitor and hit IDs stay without `hides_ids`, inside other text too, even one
    that is hidden where it is a click ID. With it, a string is a `hit` as hit ID and a
    `click` as click ID.

    Attributes:
        undocumented: the members that the API does not document and that held something to
            hide, a thousand at the most.
    """

    def __init__(self, *, hides_ids: bool) -> None:
        self.hides_ids = hides_ids
        self._words = {**WORDS, **(ID_WORDS if hides_ids else {})}
        # Held for a whole call: what it has learned must not be forgotten before it ends.
        self._lock = threading.RLock()
        self._aliases = Aliases()
        self._learned: set[bytes] = set()
        # What was shown for a member's JSON text, as long as no more is known.
        self._shown_for: dict[tuple[str | None, str], str] = {}
        self._known = 0
        self.undocumented: dict[str, None] = {}

    @property
    def has_forgotten(self) -> bool:
        """Tell whether there were too many values to find them all inside other text."""
        return self._aliases.has_forgotten

    def learn_value(self, member: str, value: str) -> None:
        """Hide a value from now on, wherever it stands; without `hides_ids`, let an ID stay.

        Values of members outside the table are not learned.
        """
        with self._lock:
            if member in self._words:
                self._shown(member, value)
            elif member in IDS and value.strip():
                self._aliases.keep(value)

    def learn_reply(self, reply: Reply) -> None:
        """Learn every value of the table's members in a reply."""
        with self._lock:
            self._forget()
            self._learn_query(reply.query)
            self._learn_json(reply.text)

    def learn_json(self, json_text: str) -> None:
        """Learn every value of the table's members in valid JSON text."""
        with self._lock:
            self._forget()
            self._learn_json(json_text)

    def alias(self, member: str, value: str) -> str:
        """Return what stands for a member's value; blank text and aliases stay.

        Values of members outside the table are text.
        """
        with self._lock:
            return self._shown(member, value)

    def text(self, text: str) -> str:
        """Return a text with aliases in the place of the known values inside it."""
        with self._lock:
            return self._aliases.text(text)

    def json(self, json_text: str) -> str:
        """Return valid JSON text redacted: numbers, order and white space stay as sent.

        Members of the table are found at any depth; a value that is no text gets
        an alias as a whole. What the text holds is learned first.
        """
        with self._lock:
            self._forget()
            self._learn_json(json_text)
            return self._json(json_text)

    def reply(self, reply: Reply) -> Reply:
        with self._lock:
            self.learn_reply(reply)
            return self._reply(reply)

    def found(self, found: Found) -> Found:
        """Return what was found, redacted; an answer that is no JSON is taken as text."""
        with self._lock:
            self.learn_value(_id_member(found.target), found.target.id.text)
            self.learn_reply(found.reply)
            for exchange in found.exchanges:
                self._learn_query(exchange.query)
                self._learn_json(_json_of(exchange.body))
            return replace(
                found,
                target=self._target(found.target),
                reply=self._reply(found.reply),
                refusal=None if found.refusal is None else self._error(found.refusal),
                exchanges=tuple(map(self._exchange, found.exchanges)),
            )

    def _forget(self) -> None:
        if self._aliases.forget():
            self._learned.clear()

    def _shown(self, member: str, value: str) -> str:
        word = self._words.get(member)
        if isinstance(member, _Undocumented):
            known = self._aliases.text(value)
            if is_alias(known) or self._aliases.is_let_stay(value):
                return known
            word = OTHER
        if word is None:
            stays = member in IDS or member in _KINDS or (member in _TIMES and read_time(value))
            return value if stays else self._aliases.text(value)
        if is_alias(value):
            self._aliases.skip(value)
        elif value.strip():
            return self._aliases.of(word, value)
        return value

    def _learn_query(self, query: Query) -> None:
        for name, value in query.body.items():
            self.learn_value(name, value)

    def _learn_json(self, json_text: str) -> None:
        # IDs first, since they may stand elsewhere as well; and aliases, to number round them.
        for token in secrets:
            self._aliases.of(TOKEN, token)
        # A reply comes by several ways: as what was found, as an exchange, as a row to write.
        digest = blake2b(json_text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if digest in self._learned:
            return
        later: dict[tuple[str, str], None] = {}
        last: dict[str, _Undocumented] = {}
        for member, start, end in _places(json_text, self._words):
            if member is None:
                continue
            is_documented = not isinstance(member, _Undocumented)
            if is_documented and member not in self._words and member not in IDS:
                continue
            for value in _values(json_text[start:end]):
                if isinstance(member, _Undocumented):
                    if value.strip() and not is_alias(value):
                        last.setdefault(value, member)
                        self._count(member)
                elif member in IDS or is_alias(value):
                    self.learn_value(member, value)
                else:
                    later[member, value] = None
        for member, value in later:
            self.learn_value(member, value)
        for value, name in last.items():
            self._shown(name, value)
        if len(self._learned) < _MOST_LEARNED:
            self._learned.add(digest)

    def _count(self, member: str) -> None:
        if len(self.undocumented) < _MOST_NAMES:
            self.undocumented[member] = None

    def _json(self, json_text: str) -> str:
        shown = StringIO()
        done = 0
        if self._known != self._aliases.changes:
            self._shown_for.clear()
            self._known = self._aliases.changes
        for member, start, end in _places(json_text, self._words):
            shown.write(json_text[done:start])
            shown.write(self._repeated(member, json_text[start:end]))
            done = end
        shown.write(json_text[done:])
        return shown.getvalue()

    def _repeated(self, member: str | None, token: str) -> str:
        """Return what `_token` does; mostly the rows before had the same."""
        if len(token) > _LONGEST_REPEAT:
            return self._token(member, token)
        shown = self._shown_for.get((member, token))
        if shown is None:
            if len(self._shown_for) == _MOST_REPEATS:
                self._shown_for.clear()
            shown = self._shown_for[member, token] = self._token(member, token)
        return shown

    def _token(self, member: str | None, token: str) -> str:
        """Return the JSON text for a key, whose member is None, or for a member's value."""
        value = _value(token)
        if member is None:
            shown = self._aliases.text(value)
        elif member in members.NUMBERS and token[0] != '"':
            shown = value
        else:
            shown = self._shown(member, value)
        return token if shown == value else inert(json.dumps(shown, ensure_ascii=False))

    def _reply(self, reply: Reply) -> Reply:
        return replace(
            reply,
            query=self._query(reply.query),
            sent=self._json(reply.text),
            visitor_id=self._shown("visitorId", reply.visitor_id),
            first_seen=self._shown("firstSeen", reply.first_seen),
            warnings=tuple(map(self._aliases.text, reply.warnings)),
            _parsed=None,
            _kept=None,
        )

    def _query(self, query: Query) -> Query:
        body = {name: self._shown(name, value) for name, value in query.body.items()}
        return query._replace(body=body)

    def _exchange(self, exchange: Exchange) -> Exchange:
        json_text = _json_of(exchange.body)
        shown = self._json(json_text) if json_text else self._aliases.text(_decoded(exchange.body))
        return replace(
            exchange,
            query=self._query(exchange.query),
            request_id=self._aliases.text(exchange.request_id),
            body=shown.encode(),
        )

    def _target(self, target: Target) -> Target:
        return replace(
            target,
            id=replace(target.id, text=self._shown(_id_member(target), target.id.text)),
            notes=tuple(map(self._aliases.text, target.notes)),
            others=(),
            warnings={
                place: self._aliases.text(warning) for place, warning in target.warnings.items()
            },
            placeholders=tuple(
                replace(
                    each, name=self._aliases.text(each.name), text=self._aliases.text(each.text)
                )
                for each in target.placeholders
            ),
            claim=target.claim
            and replace(
                target.claim,
                transaction=self._shown("conversionTransaction", target.claim.transaction),
            ),
        )

    def _error(self, error: FfxError) -> FfxError:
        shown = copy(error)
        for name in ("message", "hint", "request_id"):
            setattr(shown, name, self._aliases.text(getattr(error, name)))
        shown.args = (shown.message,)
        return shown


def _places(
    json_text: str,
    hidden: Container[str],
    start: int = 0,
    end: int = sys.maxsize,
    inside: str = "",
) -> Iterator[tuple[str | None, int, int]]:
    """Yield where in valid JSON text there may be something to hide, each with its member.

    These are strings, numbers of six or more characters and, whole, the values of hidden
    members. A key has the member None; documented keys stay, and are not among them. In a
    list they have an empty one, or that of the undocumented one that they are `inside`.
    """
    at = start
    end = min(end, len(json_text))
    while match := _SCALAR.search(json_text, at, end):
        at = match.end()
        if not match[2]:
            yield inside, match.start(), at
            continue
        member = _KEYS.get(match[1]) or _value(match[1])
        is_known = member in _OWN_NAMES
        name = member if is_known else inside or _Undocumented(member)
        if not is_known:
            yield None if _NAME.fullmatch(member) else name, match.start(1), match.end(1)
        if match[3]:
            yield name, match.start(3), at
        elif member in hidden:
            begin, at = at, _end_of_value(json_text, at)
            yield member, begin, at
        elif not is_known and not inside:
            begin, at = at, _end_of_value(json_text, at)
            yield from _places(json_text, hidden, begin, at, name)


def _end_of_value(json_text: str, at: int) -> int:
    depth = 0
    for match in _TOKEN.finditer(json_text, at):
        depth += (match[0] in ("{", "[")) - (match[0] in ("}", "]"))
        if depth == 0:
            return match.end()
    return len(json_text)


def _values(sent: str) -> Iterator[str]:
    """Yield what a value's JSON text says, and all strings inside a list or an object."""
    yield _value(sent)
    if sent[0] in "[{":
        for match in _SCALAR.finditer(sent):
            if match[3] or not match[2]:
                yield _value(match[3] or match[0])


def _value(sent: str) -> str:
    """Return a string's text; of any other JSON text itself, and nothing of null."""
    if sent[0] != '"':
        return "" if sent == "null" else sent
    value: str = json.loads(sent, strict=False) if "\\" in sent else sent[1:-1]
    return value


def _id_member(target: Target) -> str:
    return f"{target.kind}Id"


def _decoded(body: bytes) -> str:
    return body.decode("utf-8-sig", "replace")


def _json_of(body: bytes) -> str:
    """Return the text of an answer's body; empty if it is no JSON."""
    text = _decoded(body)
    try:
        read_document(text, most_values=None)
    except FfxError:
        return ""
    return text
