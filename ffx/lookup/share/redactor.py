"""Aliases in the place of what identifies a person or an account.

A fixed table of members is hidden by name: `ip#1` stands for the first IP
address of a run, wherever the same address stands. Values of six or more
characters are hidden inside other text as well. What tells nothing of people
stays there all the same: the API's own names, kinds of events and nodes,
readable times. Texts in members that the API does not document may say anything, so
they are hidden too, and so is a token that the service repeats.
"""

import json
import threading
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from io import StringIO

from ffx.api import members
from ffx.api.json_text import read_document
from ffx.api.members import ALIAS_WORDS, ID_ALIAS_WORDS, OTHER_WORD, TOKEN_WORD, is_alias
from ffx.api.wire import Exchange, Query, Reply
from ffx.errors import FfxError
from ffx.input.targets.target import Target
from ffx.input.times.instants import read_time
from ffx.lookup.find import Found
from ffx.lookup.share.aliases import Aliases
from ffx.lookup.share.hidden_places import Undocumented, places_to_hide, value_of, values_in
from ffx.output.clean import inert
from ffx.output.secrets import secrets

REDACTED_MEMBERS = frozenset(ALIAS_WORDS)
"""The members whose values are hidden."""
ID_MEMBERS = frozenset(ID_ALIAS_WORDS)
"""Those that are hidden with `hides_ids` alone."""

_KINDS = frozenset({"eventType", "nodeType"})
_TIMES = members.TIMES | {"timeStart", "timeEnd"}
_MOST_REPEATS = 10_000
_LONGEST_REPEAT = 1_000

_MOST_NAMES = 1_000
_MOST_LEARNED = 100_000
# Values of a long history that are learned only after IDs that come later.
_MOST_WAITING = 20_000


@dataclass(slots=True)
class _Waiting:
    """What is learned after the IDs: values of documented members, then of the others."""

    values: dict[tuple[str, str], None] = field(default_factory=dict)
    undocumented: dict[str, Undocumented] = field(default_factory=dict)


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
        self._words = {**ALIAS_WORDS, **(ID_ALIAS_WORDS if hides_ids else {})}
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
            elif member in ID_MEMBERS and value.strip() and not secrets.are_in(value):
                self._aliases.keep(value)

    def learn_reply(self, reply: Reply) -> None:
        """Learn every value of the table's members in a reply."""
        with self._lock:
            self._forget()
            self._learn_query(reply.query)
            self._learn_parts(reply.parts)

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
        if isinstance(member, Undocumented):
            known = self._aliases.text(value)
            if is_alias(known) or self._aliases.is_kept(value):
                return known
            word = OTHER_WORD
        if word is None:
            stays = (
                member in ID_MEMBERS or member in _KINDS or (member in _TIMES and read_time(value))
            )
            return value if stays and not secrets.are_in(value) else self._aliases.text(value)
        if is_alias(value):
            self._aliases.skip(value)
        elif value.strip():
            return self._aliases.of(word, value)
        return value

    def _learn_query(self, query: Query) -> None:
        for name, value in query.body.items():
            self.learn_value(name, value)

    def _learn_json(self, json_text: str) -> None:
        self._learn_parts(lambda: (json_text,))

    def _learn_parts(self, parts: Callable[[], Iterable[str]]) -> None:
        """Learn from JSON text that comes in parts, none of which ends inside a row."""
        # IDs first, since they may stand elsewhere as well; and aliases, to number round them.
        for token in secrets:
            self._aliases.of(TOKEN_WORD, token)
        # A reply comes by several ways: as what was found, as an exchange, as a row to write.
        read = blake2b(digest_size=16)
        for part in parts():
            read.update(part.encode("utf-8", "surrogatepass"))
        digest = read.digest()
        if digest in self._learned:
            return
        waiting = _Waiting()
        for part in parts():
            self._learn_ids(part, waiting)
            if len(waiting.values) + len(waiting.undocumented) > _MOST_WAITING:
                self._learn_waiting(waiting)
        self._learn_waiting(waiting)
        if len(self._learned) < _MOST_LEARNED:
            self._learned.add(digest)

    def _learn_ids(self, json_text: str, waiting: "_Waiting") -> None:
        """Learn the IDs and the aliases in a text, and let its other values wait."""
        for member, start, end in places_to_hide(json_text, self._words):
            if member is None:
                continue
            is_documented = not isinstance(member, Undocumented)
            if is_documented and member not in self._words and member not in ID_MEMBERS:
                continue
            for value in values_in(json_text[start:end]):
                if isinstance(member, Undocumented):
                    if value.strip() and not is_alias(value):
                        waiting.undocumented.setdefault(value, member)
                        self._count(member)
                elif member in ID_MEMBERS or is_alias(value):
                    self.learn_value(member, value)
                else:
                    waiting.values[member, value] = None

    def _learn_waiting(self, waiting: "_Waiting") -> None:
        for member, value in waiting.values:
            self.learn_value(member, value)
        for value, name in waiting.undocumented.items():
            self._shown(name, value)
        waiting.values.clear()
        waiting.undocumented.clear()

    def _count(self, member: str) -> None:
        if len(self.undocumented) < _MOST_NAMES:
            self.undocumented[member] = None

    def _json(self, json_text: str) -> str:
        shown = StringIO()
        done = 0
        if self._known != self._aliases.changes:
            self._shown_for.clear()
            self._known = self._aliases.changes
        for member, start, end in places_to_hide(json_text, self._words):
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
        value = value_of(token)
        if member is None:
            shown = self._aliases.text(value)
        elif member in members.NUMBERS and token[0] != '"':
            shown = value
        else:
            shown = self._shown(member, value)
        return token if shown == value else inert(json.dumps(shown, ensure_ascii=False))

    def _reply(self, reply: Reply) -> Reply:
        return replace(
            reply.respelled(self._json),
            query=self._query(reply.query),
            visitor_id=self._shown("visitorId", reply.visitor_id),
            first_seen=self._shown("firstSeen", reply.first_seen),
            warnings=tuple(map(self._aliases.text, reply.warnings)),
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
            claimed_sale=target.claimed_sale
            and replace(
                target.claimed_sale,
                transaction=self._shown("conversionTransaction", target.claimed_sale.transaction),
            ),
        )

    def _error(self, error: FfxError) -> FfxError:
        shown = copy(error)
        for name in ("message", "hint", "request_id"):
            setattr(shown, name, self._aliases.text(getattr(error, name)))
        shown.args = (shown.message,)
        return shown


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
