"""The Explorer's words: request bodies out, replies in. Opens nothing.

A `Reply` is the text as the service sent it and the few facts that exit codes
and warnings need; `history()` and `events()` make models of it, for views.
"""

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from sys import getsizeof
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

from ffx.api import json_text
from ffx.api.json_text import read_document
from ffx.api.reply_shape import (
    ROWS,
    as_object,
    check_visitor,
    count_places,
    has_more_of,
    oddities_of,
    rows_of,
    text_of,
)
from ffx.errors import OutputError, ServiceError
from ffx.input.targets.shapes import Kind
from ffx.input.targets.target import HitId, VisitorId
from ffx.input.times.instants import read_time, to_rfc3339
from ffx.input.times.window import TimeRange

if TYPE_CHECKING:
    from ffx.api.models import HitEvent, HitRow, VisitorHistory, VisitorInfo

_Rows: TypeAlias = Sequence[dict[str, object]]
NOTHING_FOUND: Mapping[Kind, str] = {
    "visitor": '{"visitor":null,"hits":[],"hasMore":false}',
    "hit": '{"events":[]}',
}
# A text of ordinary hits takes five times as much again once it is parsed. One character beyond
# U+FFFF makes it four times as large.
_MOST_IN_MEMORY = 8 * 2**20  # bytes
_PLACE = "\0"  # of rows that are kept apart; no JSON text holds it


class Query(NamedTuple):
    """One look-up as the API takes it."""

    kind: Kind
    body: Mapping[str, str]

    @property
    def path(self) -> str:
        return f"/reporting/explorer/{self.kind}"


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back over the wire; header names in lower case, the body unpacked."""

    status: int
    reason: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question that was answered.

    Attributes:
        asked: when it was sent, in UTC.
        request_id: the service's name for it; empty if it gave none.
        body: the answer's bytes, unpacked; empty where nobody wants them kept.
    """

    query: Query
    asked: datetime
    status: int
    request_id: str
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """A look-up's answer: the text as sent, and what it says in short.

    Attributes:
        sent: the text, or that around rows which are kept apart.
        rows: how many hits, or events, it holds.
        has_more: whether the service held hits back; None if it did not say.
        visitor_id: whom it is about; empty if it does not say.
        first_seen: the visitor's `firstSeen` as sent; empty if missing.
        warnings: what is odd about it, a sentence each.
    """

    query: Query
    sent: str
    rows: int
    has_more: bool | None
    visitor_id: str
    first_seen: str
    warnings: tuple[str, ...]
    _parsed: dict[str, object] | None = field(repr=False)
    _kept: Sequence[str] | None = field(default=None, repr=False)
    _between: str = field(default=", ", repr=False)  # what stands between rows that are kept apart
    # Made once, however many ask for them; a changed reply makes its own.
    _made: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def text(self) -> str:
        """The whole text."""
        return self.sent if self._kept is None else "".join(self.parts())

    def parts(self) -> Iterator[str]:
        """Yield the text a row at a time where rows are kept apart, so that few are in memory."""
        if self._kept is None:
            yield self.sent
            return
        before, *behind = self.sent.split(_PLACE)
        yield before
        for after in behind:
            for number, row in enumerate(self._kept):
                yield f"{self._between}{row}" if number else row
            yield after

    def with_rows_replaced(self, rows: Sequence[str], *, has_more: bool | None) -> "Reply":
        """Return the same reply with other rows, as sent, in the place of its own.

        They stay where they are, say in a file, and are taken from there when they are
        needed. With `has_more` None, what it says of that stays as it is.
        """
        members = {ROWS[self.query.kind]: f"[{_PLACE}]"}
        if has_more is not None:
            members["hasMore"] = "true" if has_more else "false"
        sent = json_text.with_members(self._around_rows(), members)
        changed = self.with_rows_between(sent.split(_PLACE), ", ", rows)
        return replace(changed, has_more=has_more)

    @property
    def holds_rows_apart(self) -> bool:
        """Tell whether its rows are kept apart from its text."""
        return self._kept is not None

    def around_rows(self) -> tuple[list[str], str]:
        """Return the texts around rows that are kept apart, and what stands between two rows."""
        return self.sent.split(_PLACE), self._between

    def with_rows_between(
        self, around: Sequence[str], between: str, rows: Sequence[str]
    ) -> "Reply":
        """Return the same reply as these texts, with rows in the place between them."""
        sent = _PLACE.join(around)
        changed = replace(self, sent=sent, _parsed=None, _kept=rows, _between=between)
        return replace(changed, rows=len(rows))

    def respelled(self, spell: Callable[[str], str]) -> "Reply":
        """Return the same reply in other JSON text: that which `spell` makes of its own.

        Of rows that are kept apart it gets one at a time.
        """
        if self._kept is None:
            return replace(self, sent=spell(self.sent), _parsed=None)
        from ffx.output.spool import spool_of

        rows = spool_of(map(spell, self._kept))
        return replace(self, sent=spell(self.sent), _parsed=None, _kept=rows.in_order())

    def with_rows_apart(self) -> "Reply":
        """Return the same reply with its rows in a temporary file.

        It stays as it is where different things stand between its rows, or no file can be made.
        """
        from ffx.output.spool import spool_of

        places = json_text.places_of_elements(self.sent, ROWS[self.query.kind])
        between = {self.sent[end:start] for (_, end), (start, _) in pairwise(places)}
        if len(between) != 1:
            return self
        try:
            rows = spool_of(self.sent[start:end] for start, end in places)
        except OutputError:
            return self
        around = self.sent[: places[0][0]], self.sent[places[-1][1] :]
        return self.with_rows_between(around, between.pop(), rows.in_order())

    def unparsed(self) -> "Reply":
        """Return the same reply as its text alone, which is parsed anew when it is needed."""
        return replace(self, _parsed=None)

    def is_about_another(self) -> bool:
        """Tell whether it names other visitors or hits than the one that was asked for."""
        visitor = self.query.body.get("visitorId")
        if visitor is not None:
            return self.visitor_id not in ("", visitor)
        if self.query.kind == "visitor" and self.has_more is True:
            return False  # a page of a long history may lack the hit by which it was asked for
        named = {text_of(row.get("hitId")) for row in self.parsed_rows()} - {""}
        return bool(named) and self.query.body["hitId"] not in named

    def timed_rows(self) -> "list[tuple[str, datetime | None]]":
        """Return a visitor's rows as sent, each with its time; None where that is unreadable."""
        times = [read_time(text_of(row.get("eventTime"))) for row in self.parsed_rows()]
        return list(zip(self.row_texts(), times, strict=True))

    def parsed_rows(self) -> "_Rows":
        """Return the rows as parsed JSON: numbers are Numerals. Rows kept apart are read anew."""
        return cast("_Rows", self._content().get(ROWS[self.query.kind]) or [])

    def parsed_visitor(self) -> dict[str, object]:
        """Return the visitor's summary as parsed JSON; empty where there is none."""
        visitor = self._content().get("visitor")
        return visitor if isinstance(visitor, dict) else {}

    def visitor_text(self) -> str:
        """Return the text of the visitor's summary as it was sent; empty where there is none."""
        return (
            "" if self.query.kind == "hit" else json_text.member_of(self._around_rows(), "visitor")
        )

    def row_texts(self) -> Sequence[str]:
        """Return the text of each row as it was sent."""
        if self._kept is not None:
            return self._kept
        return json_text.elements_of(self.sent, ROWS[self.query.kind])

    def visitor(self) -> "VisitorInfo | None":
        """Make a model of a visitor's summary; None where there is none."""
        if "visitor" not in self._made:
            from ffx.api.models import VisitorInfo

            visitor = self._content().get("visitor")
            made = None if visitor is None else VisitorInfo.model_validate(visitor)
            self._made["visitor"] = made
        return cast("VisitorInfo | None", self._made["visitor"])

    def hit_rows(self) -> "Sequence[HitRow]":
        """Return a visitor's rows as models; of rows that are kept apart most stays there."""
        if self._kept is None:
            return self.history().hits
        if "rows" not in self._made:
            from ffx.api.lazy_rows import LazyRows

            self._made["rows"] = LazyRows(self._kept)
        return cast("Sequence[HitRow]", self._made["rows"])

    def history(self) -> "VisitorHistory":
        """Make models of a visitor's reply, all of them at once."""
        if "history" not in self._made:
            from ffx.api.models import VisitorHistory

            self._made["history"] = VisitorHistory.model_validate(self._content())
        return cast("VisitorHistory", self._made["history"])

    def events(self) -> "list[HitEvent]":
        """Make models of a hit's reply."""
        if "events" not in self._made:
            from ffx.api.models import HitEvents

            self._made["events"] = HitEvents.model_validate(self._content()).events
        return cast("list[HitEvent]", self._made["events"])

    def _content(self) -> dict[str, object]:
        if self._parsed is not None:
            return self._parsed
        content = as_object(read_document(self._around_rows(), most_values=None).value)
        if self._kept is not None:
            content[ROWS[self.query.kind]] = json_text.ReadObjects(self._kept)
        return content

    def _around_rows(self) -> str:
        """Return valid JSON text: the whole, or without the rows that are kept apart."""
        return self.sent if self._kept is None else self.sent.replace(_PLACE, "")


def visitor_query(target: VisitorId | HitId, window: TimeRange | None = None) -> Query:
    """Ask for a visitor, by an ID within a window or by one of their hits."""
    if isinstance(target, HitId):
        return Query("visitor", {"hitId": target.text})
    if window is None:
        message = "the API wants a window with a visitor ID"
        raise ValueError(message)
    return Query(
        "visitor",
        {
            "visitorId": target.text,
            "timeStart": to_rfc3339(window.start),
            "timeEnd": to_rfc3339(window.end),
        },
    )


def hit_query(target: HitId, at: datetime | None = None) -> Query:
    """Ask for the events of a hit; `at` hints at its day where its ID does not tell."""
    body = {"hitId": target.text}
    if at is not None:
        body["timeStart"] = to_rfc3339(at)
    return Query("hit", body)


def nothing_found(query: Query) -> Reply:
    """Return the reply that stands for a service's plain «no such ID»."""
    return read_reply(query, NOTHING_FOUND[query.kind].encode())


def read_reply(query: Query, body: bytes) -> Reply:
    """Read the body of a successful answer.

    Raises:
        ServiceError: it cannot be read, or has not the documented shape.
        TemporaryError: it was cut short.
    """
    text, warnings = _decode(body)
    document = read_document(text)
    if document.doubled:
        keys = count_places(document.doubled, "doubled key")
        warnings.append(f"the answer has {keys}; views show the last value")
    parsed = as_object(document.value)
    rows = rows_of(parsed, query.kind)
    check_visitor(parsed, query.kind)
    warnings.extend(oddities_of(parsed, rows, query.kind))
    visitor = parsed.get("visitor")
    about = visitor if isinstance(visitor, dict) else rows[0] if rows else {}
    warnings.extend(_about_another(query, rows, text_of(about.get("visitorId"))))
    reply = Reply(
        query=query,
        sent=text,
        rows=len(rows),
        has_more=has_more_of(parsed, query.kind),
        visitor_id=text_of(about.get("visitorId")),
        first_seen=text_of(about.get("firstSeen")),
        warnings=tuple(warnings),
        _parsed=parsed,
    )
    is_large = query.kind == "visitor" and getsizeof(text) > _MOST_IN_MEMORY
    return reply.with_rows_apart() if is_large else reply


def _decode(body: bytes) -> tuple[str, list[str]]:
    if not body.removeprefix(BOM_UTF8).strip():
        raise ServiceError("the service's answer is empty", code="empty-answer")
    if body[:2] == b"\x1f\x8b":
        raise ServiceError(
            "the service's answer is still packed after unpacking it once", code="encoding"
        )
    if body[:2] in (b"\xfe\xff", b"\xff\xfe") or b"\0" in body[:4]:
        raise ServiceError(
            "the service's answer is in UTF-16 or UTF-32; JSON is UTF-8", code="encoding"
        )
    text = body.removeprefix(BOM_UTF8).decode("utf-8", "replace")
    bad = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    if bad:
        bytes_were = "byte in the answer was" if bad == 1 else "bytes in the answer were"
        return text, [f"{bad:,} bad {bytes_were} replaced by U+FFFD"]
    return text, []


def _about_another(query: Query, rows: "_Rows", visitor_id: str) -> list[str]:
    """Say that a reply is not about what was asked for; in no words that name either."""
    visitor, hit = query.body.get("visitorId", ""), query.body.get("hitId", "")
    if visitor and visitor_id and visitor_id != visitor:
        return ["the answer is about another visitor than the one that was asked for"]
    named = {text_of(row.get("hitId")) for row in rows} - {""}
    if query.kind == "hit" and named and hit not in named:
        return ["no event in the answer is of the hit that was asked for"]
    return []


def as_curl(base_url: str, query: Query) -> str:
    """Write a request as a shell command, its token as a variable."""
    import shlex

    return (
        f"curl --request POST {shlex.quote(f'{base_url}{query.path}')} \\\n"
        '  --header "Authorization: Bearer $FFX_ACCESS_TOKEN" \\\n'
        "  --header 'Content-Type: application/json' \\\n"
        f"  --data {shlex.quote(json.dumps(dict(query.body)))}\n"
    )
