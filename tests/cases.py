"""Cases for tests: of a hit, of a visitor, and one with everything that a case can have."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ffx.api.wire import Exchange, hit_query, read_reply, visitor_query
from ffx.errors import NotFoundError
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.input.times.window import TimeRange
from ffx.lookup.find import Found
from ffx.lookup.share.case_file import Case
from ffx.lookup.walk_requests import Gap
from tests.explorer import HIT_ID, VISITOR_ID

NOW = datetime(2026, 3, 5, 14, 30, 0, 123456, tzinfo=UTC)
WINDOW = TimeRange(NOW - timedelta(days=1), NOW)
BODY = b'{"events": [{"hitId": "h1", "revenue": 0.10}]}'


def hit_case(body: bytes = BODY, **changes: Any) -> Case:
    """Return the case of a hit of which the service said `body`."""
    query = hit_query(HitId(HIT_ID))
    exchange = Exchange(query, NOW - timedelta(seconds=2), 200, "req-1", body)
    case = Case(
        command="hit",
        version="0.1.0",
        saved=NOW,
        account="default",
        address="https://api.example.com/v1",
        found=Found(Target(HitId(HIT_ID)), read_reply(query, body), exchanges=(exchange,)),
        details={},
        redacted=frozenset(),
        diagnosis=None,
    )
    return replace(case, **changes)


def visitor_case(body: bytes, **changes: Any) -> Case:
    query = visitor_query(VisitorId(VISITOR_ID), WINDOW)
    exchange = Exchange(query, NOW, 200, "", body)
    found = Found(
        Target(VisitorId(VISITOR_ID)), read_reply(query, body), WINDOW, exchanges=(exchange,)
    )
    return replace(hit_case(), command="visitor", found=replace(found, **changes))


def full_case() -> Case:
    """Return a case with everything that one can have."""
    query = visitor_query(VisitorId(VISITOR_ID), WINDOW)
    asked = Exchange(query, NOW, 200, "req-0", b'{"visitor":null,"hits":[],"hasMore":false}')
    [hit_asked] = hit_case().found.exchanges
    walked = read_reply(query, b'{"hits":[{"hitId":"h1","city":"Z\xc3\xbcrich"}],"hasMore":true}')
    return Case(
        command="diagnose",
        version="0.1.0",
        saved=NOW,
        account="default",
        address="https://api.example.com/v1",
        found=Found(
            Target(HitId(HIT_ID)),
            walked,
            WINDOW,
            refusal=NotFoundError("not here", hint="look there", status=404, request_id="req-9"),
            gaps=(Gap(TimeRange(NOW, NOW), "the data changed meanwhile"),),
            is_walked=True,
            exchanges=(asked, hit_asked),
        ),
        details={"h1": read_reply(hit_asked.query, hit_asked.body)},
        redacted=frozenset({"ip", "city"}),
        diagnosis={"version": 1, "findings": [{"id": "C1", "after": 0.25}], "window": None},
    )


def facts(case: Case) -> object:
    """Return a case as what can be compared: errors are the same only as themselves."""
    refusal = case.found.refusal
    told = refusal and (refusal.message, refusal.hint, refusal.status, refusal.request_id)
    return replace(case, found=replace(case.found, refusal=None)), told
