"""The exchanges of a case file, and the replies that came with them.

An answer is kept byte for byte: as text where that loses nothing, else in Base64. A reply
names the exchange it came with; one that was put together of several is kept itself.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b

from ffx.api.json_text import read_object
from ffx.api.reply_shape import MAY_BE_INCOMPLETE, text_of
from ffx.api.wire import Exchange, Query, Reply, read_reply
from ffx.errors import FfxError, UsageError
from ffx.input.targets.shapes import Kind
from ffx.lookup.share.case_target import KINDS
from ffx.lookup.share.object_reader import ObjectReader, encoded
from ffx.output.secrets import secrets
from ffx.output.spool import Spool
from ffx.settings.settings import DEFAULT_MAX_BODY

_KIND_OF_PATH: Mapping[str, Kind] = {Query(kind, {}).path: kind for kind in KINDS}
_REFUSALS = 300  # HTTP statuses from here on
_BETWEEN = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")
_PLACE = r".{1,200}"
# What `read_reply` finds odd, in its own words: they are shown as ours.
_WARNING = re.compile(
    rf"the answer has (1|[\d,]+) doubled keys? \({_PLACE}\); views show the last value"
    r"|[\d,]+ bad bytes? in the answer w(as|ere) replaced by U\+FFFD"
    rf"|the answer has (1|[\d,]+) members? \({_PLACE}\) of another type than documented"
    r"|the answer is about another visitor than the one that was asked for"
    rf"|{re.escape(MAY_BE_INCOMPLETE)}",
    re.DOTALL,
)

_Place = tuple[Kind, tuple[tuple[str, str], ...], bytes]
Places = Mapping[_Place, int]
"""Which exchange a reply came with, by what was asked and answered."""


def moment(instant: datetime) -> str:
    """Write an instant with all its digits, which `to_rfc3339` cuts to milliseconds."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def exchange_document(exchange: Exchange) -> dict[str, object]:
    """Return an exchange as parsed JSON."""
    answer: dict[str, object]
    try:
        answer = {"reply": exchange.body.decode()}
    except UnicodeDecodeError:
        text = exchange.body.decode("utf-8", "replace")
        if secrets.are_in(text):
            answer = {"reply": text}  # which Base64 would hide from the search for tokens
        else:
            answer = {"replyBase64": b64encode(exchange.body).decode()}
    return {
        **_query(exchange.query),
        "asked": moment(exchange.asked),
        "status": exchange.status,
        "requestId": exchange.request_id,
        **answer,
    }


def places_of(exchanges: Iterable[Exchange]) -> Places:
    """Return the place of each exchange."""
    places: dict[_Place, int] = {}
    for index, exchange in enumerate(exchanges):
        text = exchange.body.decode("utf-8-sig", "replace")  # as replies are read
        places.setdefault(_place(exchange.query, [text]), index)
        del text
    return places


def reply_document(reply: Reply, places: Places) -> dict[str, object]:
    """Name the exchange that a reply came with, or keep the reply itself."""
    index = places.get(_place(reply.query, reply.parts()))
    if index is not None:
        return {"exchange": index}
    return {**_query(reply.query), "hasMore": reply.has_more, "text": reply.text}


def long_reply_document(reply: Reply) -> dict[str, object]:
    """Keep a reply but for its rows."""
    around, between = reply.around_rows()
    return {
        **_query(reply.query),
        "hasMore": reply.has_more,
        "warnings": list(reply.warnings),
        "around": around,
        "between": between,
    }


def _place(query: Query, texts: Iterable[str]) -> _Place:
    """Return what tells replies apart; in place of a text, which may be long, its digest."""
    digest = blake2b()
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass"))
    return query.kind, tuple(sorted(query.body.items())), digest.digest()


def _query(query: Query) -> dict[str, object]:
    return {"path": query.path, "body": dict(query.body)}


def read_exchange(members: ObjectReader) -> Exchange:
    """Read what `exchange_document` returned.

    Raises:
        UsageError: a member is missing or wrong; the message names it.
    """
    return Exchange(
        _read_query(members),
        members.moment("asked"),
        members.whole("status"),
        members.line("requestId"),
        members.unpacked("replyBase64") if "replyBase64" in members else members.encoded("reply"),
    )


def _read_query(members: ObjectReader) -> Query:
    kind = _KIND_OF_PATH[members.one_of("path", _KIND_OF_PATH)]
    asked = members.inner("body")
    if "hitId" not in asked and (kind == "hit" or "visitorId" not in asked):
        raise UsageError(f"{asked.place} has no ID")
    return Query(kind, {name: asked.text(name) for name in asked})


class Replies:
    """The replies of a case, each read at most once, as if the service had just sent it.

    `rows` are those of the reply that was shown, where they stand apart from it.
    """

    def __init__(self, exchanges: Sequence[Exchange], rows: Spool | None) -> None:
        self.exchanges = exchanges
        self._rows = rows
        self._named: dict[int, Reply] = {}

    def take_shown(self, members: ObjectReader, kind: Kind) -> Reply:
        """Return the reply that was shown."""
        if self._rows is None:
            return self.take(members, kind)
        return _of_kind(members, kind, _read_long(members, self._rows))

    def take(self, members: ObjectReader, kind: Kind) -> Reply:
        """Return the reply of the exchange that is named, or one that is kept itself."""
        if "exchange" in members:
            reply = self._of_exchange(members)
        else:
            text = members.encoded("text")
            reply = _checked(_read_query(members), text, members.at("text"))
            reply = _as_unsure(members, reply)
        return _of_kind(members, kind, reply)

    def check_others(self) -> None:
        """Read the other answers with a body, unless they are refusals, and keep none of them."""
        for index, exchange in enumerate(self.exchanges):
            if index not in self._named and exchange.body and exchange.status < _REFUSALS:
                _checked(exchange.query, exchange.body, f"exchanges[{index}]")

    def _of_exchange(self, members: ObjectReader) -> Reply:
        index = members.whole("exchange")
        if index >= len(self.exchanges):
            raise UsageError(f"{members.at('exchange')} is {index}, and there is none")
        if index not in self._named:
            exchange = self.exchanges[index]
            self._named[index] = _checked(exchange.query, exchange.body, f"exchanges[{index}]")
        return self._named[index]


def _of_kind(members: ObjectReader, kind: Kind, reply: Reply) -> Reply:
    if reply.query.kind != kind:
        raise UsageError(f"{members.place} is of a {reply.query.kind}, not of a {kind}")
    return reply


def _as_unsure(members: ObjectReader, reply: Reply) -> Reply:
    """Return a reply that does not say whether there is more, where its walk did not."""
    if reply.has_more is not None and "hasMore" not in members:
        # After a walk whose last pages did not say, the text has the first page's word.
        return replace(reply, has_more=None)
    return reply


def _read_long(members: ObjectReader, rows: Spool) -> Reply:
    """Read what `long_reply_document` returned, with the rows that belong to it."""
    query, around = _read_query(members), list(members.texts("around"))
    place = members.at("around")
    if not _BETWEEN.fullmatch(between := members.text("between")):
        raise UsageError(f"{members.at('between')} does not part rows")
    # In no other place could a row stand and be one.
    empty, with_one = (
        _checked(query, encoded(row.join(around), place), place) for row in ("", "{}")
    )
    if len(around) != 2 or (empty.rows, with_one.rows) != (0, 1):
        raise UsageError(f"{place} has not one place for rows")
    reply = empty.with_rows_between(around, between, rows.in_order())
    if reply.visitor_text() in ("", "null") and rows:
        first = read_object(rows[0])
        visitor_id, first_seen = text_of(first.get("visitorId")), text_of(first.get("firstSeen"))
        reply = replace(reply, visitor_id=visitor_id, first_seen=first_seen)
    warnings = tuple(members.texts("warnings"))
    if not all(map(_WARNING.fullmatch, warnings)):
        raise UsageError(f"{members.at('warnings')} tells of something else than the answer")
    return _as_unsure(members, replace(reply, warnings=warnings))


def too_long(place: str) -> str:
    """Say that a reply has more bytes than any may have."""
    return f"{place} is over {DEFAULT_MAX_BODY // 2**20} MiB, larger than any reply"


def _checked(query: Query, body: bytes, place: str) -> Reply:
    if len(body) > DEFAULT_MAX_BODY:
        raise UsageError(too_long(place))
    try:
        return read_reply(query, body)
    except FfxError as error:
        raise UsageError(f"{place}: {error.message}") from error
