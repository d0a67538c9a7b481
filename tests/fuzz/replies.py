"""Replies of the service: of the documented shape, with any of their members out of shape."""

from typing import Any

from hypothesis import strategies as st

from ffx.api import members
from tests.explorer import HIT_ID, VISITOR_ID
from tests.fuzz.running import Answer, Asked
from tests.fuzz.values import (
    EVENTS,
    Raw,
    anything,
    bad_numerals,
    ids,
    numerals,
    texts,
    times,
    write,
)

_ROW = {
    "hitId": HIT_ID, "visitorId": VISITOR_ID, "eventType": "View",
    "eventTime": "2026-03-05T14:30:00Z", "hitTime": "2026-03-05T14:30:00Z",
    "funnelId": "0OQ5LzxJxaBC", "funnelName": "Spring", "nodeName": "Lander", "nodeType": "page",
    "pageName": "Lander A", "cost": Raw("0.10"), "revenue": Raw("0"),
    "trafficSourceName": "Example Ads", "t1": "{keyword}", "ip": "192.0.2.7",
    "country": "Germany", "userAgent": "Mozilla/5.0", "browser": "Chrome", "deviceOS": "Windows",
}  # fmt: skip
_VISITOR = {
    "visitorId": VISITOR_ID, "ip": "192.0.2.7", "country": "Germany", "city": "Hamburg",
    "firstSeen": "2026-03-05T14:30:00Z", "lastSeen": "2026-03-05T15:30:00Z", "totalHits": 3,
    "userAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "deviceOS": "Windows",
}  # fmt: skip
_GONE = object()
_NAMES = {"row": members.HIT_ROW, "event": members.HIT_EVENT, "visitor": members.VISITOR}


def seldom(
    usual: st.SearchStrategy[Any], odd: st.SearchStrategy[Any], *, one_in: int = 12
) -> st.SearchStrategy[Any]:
    """Draw what is usual, but for one time in so many; what is odd would hide all behind it."""
    return st.integers(1, one_in).flatmap(lambda drawn: odd if drawn == one_in else usual)


# Made once: to draw from a new strategy takes several times as long.
_VALUES = {
    "time": st.one_of(times, times, anything),
    "number": st.one_of(numerals, numerals, anything),
    "event": st.one_of(st.sampled_from(EVENTS), st.sampled_from(EVENTS), anything),
    "id": st.one_of(ids, ids, anything),
    "text": st.one_of(texts, anything),
}
_VALUES_OR_GONE = {
    kind: seldom(values, st.just(_GONE), one_in=4) for kind, values in _VALUES.items()
}


def member_values(name: str) -> st.SearchStrategy[Any]:
    """Return what a member may hold: of its kind more often than not."""
    return _VALUES[_kind(name)]


def _kind(name: str) -> str:
    if name in members.TIMES:
        return "time"
    if name in members.NUMBERS:
        return "number"
    return {"eventType": "event", "hitId": "id", "visitorId": "id"}.get(name, "text")


def _changed(base: dict[str, Any], names: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw an object with some of its members gone, new, or with other values."""
    whole = {name: value for name, value in base.items() if name in names}
    telling = [name for name in names if name in base or name in members.NUMBERS]
    chosen = st.lists(
        st.one_of(st.sampled_from(telling), st.sampled_from(names), texts), max_size=6
    )

    @st.composite
    def changed(draw: st.DrawFn) -> dict[str, Any]:
        made = dict(whole)
        for name in draw(chosen):
            value = draw(_VALUES_OR_GONE[_kind(name)])
            made.pop(name, None)
            if value is not _GONE:
                made[name] = value
        return made

    return changed()


rows = _changed(_ROW, members.HIT_ROW)
events = _changed(_ROW, members.HIT_EVENT)
visitors = _changed(_VISITOR, members.VISITOR)
extras = st.dictionaries(texts, anything, max_size=2)


_flags = seldom(st.booleans(), st.sampled_from([None, "true", 0, _GONE]), one_in=6)


def _listed(each: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    odd = st.one_of(
        st.lists(st.one_of(each, anything), max_size=4),
        st.sampled_from([None, [], _GONE]),
        anything,
    )
    return seldom(st.lists(each, min_size=1, max_size=5), odd)


def _without_gone(reply: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in reply.items() if value is not _GONE}


def _reply(**drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a reply of these members, and others now and then."""
    whole = st.tuples(st.fixed_dictionaries(drawn), seldom(st.just({}), extras))
    return whole.map(lambda parts: _without_gone({**parts[0], **parts[1]}))


visitor_replies = _reply(
    visitor=seldom(visitors, st.one_of(st.sampled_from([None, _GONE]), anything)),
    hits=_listed(rows),
    hasMore=_flags,
)
hit_replies = _reply(events=_listed(events))


def _sent(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@st.composite
def _spoilt(draw: st.DrawFn, text: str) -> bytes:
    """Draw what becomes of a body on a bad way, or something else in its place."""
    data = _sent(text)
    place = draw(st.integers(0, 2000)) % (len(data) + 1)
    match draw(st.sampled_from(["cut", "swap", "around", "bytes", "coding", "else"])):
        case "cut":
            return data[:place]
        case "swap":
            new = draw(st.one_of(texts, bad_numerals.map(lambda raw: raw.text)))
            return data[:place] + _sent(new) + data[place + 1 :]
        case "around":
            return draw(st.binary(max_size=4)) + data + draw(st.binary(max_size=4))
        case "bytes":
            return data[:place] + draw(st.binary(max_size=4)) + data[place:]
        case "coding":
            coding = draw(st.sampled_from(["utf-16", "utf-32", "utf-8-sig", "utf-16-be"]))
            return text.encode(coding, "replace")
    return draw(st.one_of(st.binary(max_size=50), anything.map(write).map(_sent)))


def _bodies(replies: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    """Draw a body: a reply as JSON, now and then spoilt."""

    @st.composite
    def body(draw: st.DrawFn) -> bytes:
        text = write(draw(replies), ascii_only=draw(st.booleans()))
        spoilt: bool = draw(is_spoilt)
        return draw(_spoilt(text)) if spoilt else _sent(text)

    is_spoilt = seldom(st.just(False), st.just(True))
    return body()


headers = st.dictionaries(
    st.sampled_from([
        "Date", "Retry-After", "X-Request-Id", "Content-Type", "Location", "Set-Cookie",
        "Content-Encoding", "Content-Length", "Server",
    ]),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=60),
    max_size=2,
)  # fmt: skip
statuses = seldom(
    st.just(200),
    st.sampled_from([201, 204, 301, 400, 401, 403, 404, 409, 418, 429, 500, 503, 504, 599]),
)


class Fixed:
    """A service with one answer for visitors and one for hits."""

    def __init__(self, visitor: Answer, hit: Answer) -> None:
        self.visitor = visitor
        self.hit = hit

    def __call__(self, asked: Asked) -> Answer:
        return self.hit if asked.path.endswith("/hit") else self.visitor

    def __repr__(self) -> str:
        return f"Fixed({self.visitor!r}, {self.hit!r})"


def _answers(replies: st.SearchStrategy[Any]) -> st.SearchStrategy[Answer]:
    return st.tuples(statuses, seldom(st.just({}), headers), _bodies(replies))


services = st.builds(Fixed, _answers(visitor_replies), _answers(hit_replies))
