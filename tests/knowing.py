"""A service that knows one visitor: answers for `tests.answering` out of rows by the second."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.answering import Answering, Question, Says, Served, serving

START = datetime(2024, 3, 5, 14, tzinfo=UTC)
VISITOR = "afdwb7QPV6Y59aTP3fQxZ3tX2ox"
NOBODY: dict[str, Any] = {"visitor": None, "hits": [], "hasMore": False}
NO_EVENTS: dict[str, Any] = {"events": []}

Row = dict[str, Any]


def at(seconds: float) -> str:
    """Write the time that many seconds after `START` as the service does."""
    return (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def row(hit_id: str, event: str, seconds: float, **members: Any) -> Row:
    """Make a row of a history, with the names that go without saying."""
    return {"hitId": hit_id, "eventType": event, "eventTime": at(seconds), **members}


LANDER = {"nodeType": "lander", "nodeName": "Lander group", "pageName": "Spring offer A"}
OFFER = {"nodeType": "offer", "nodeName": "Offer group", "pageName": "Example Shop"}
ENTRANCE = row(
    "k1aznkvb4ex5f9b2x8s1dr0", "entrance", 0, nodeName="Traffic", cost=0.12, externalId="e-1"
)
READING = row("k1aznkvb4ex5f9b2x8s1dr1", "view", 1, **LANDER)
CLICK = row("k1aznkvb4ex5f9b2x8s1dr2", "click", 30, **LANDER)
SHOP = row("k1aznkvb4ex5f9b2x8s1dr4h", "view", 31, **OFFER)
SOLD = row(
    "k1aznkvb4ex5f9b2x8s1dr4h",
    "conversion",
    600,
    revenue=24.5,
    conversionId="c-100001",
    conversionTransaction="A-100001",
    **OFFER,
)
VISIT = (ENTRANCE, READING, CLICK, SHOP)
LANDER_HIT, OFFER_HIT = READING["hitId"], SHOP["hitId"]


def knowing(
    rows: Iterable[Row] = VISIT,
    *,
    visitor: Mapping[str, Any] | None = None,
    own: Mapping[str, Any] | None = None,
    **members: Any,
) -> Answering:
    """Return what answers out of a visitor's rows, each question by its window.

    `visitor` alters the summary and `members` the visitor's reply, None takes away. `own` has
    what hits' own look-ups say in place of what follows from the rows: a body, or `Says`.
    """
    known = list(rows)
    summary = {
        "visitorId": VISITOR,
        "firstSeen": min((each["eventTime"] for each in known), default=at(0)),
        "lastSeen": max((each["eventTime"] for each in known), default=at(0)),
        "totalHits": len(known),
        **(visitor or {}),
    }
    hits = {each["hitId"] for each in known}

    def answer(question: Question) -> Says:
        if question.path.endswith("/hit"):
            of_hit = [each for each in known if each["hitId"] == question.target]
            usual = {"events": [{**each, "visitorId": VISITOR} for each in of_hit]}
            said = (own or {}).get(question.target, usual)
            return said if isinstance(said, Says) else Says(said)
        if question.target != VISITOR and question.target not in hits:
            return Says(NOBODY)
        inside = [each for each in known if _is_inside(each, question)]
        reply = {"visitor": _without_none(summary), "hits": inside, "hasMore": False, **members}
        return Says(_without_none(reply) if inside else NOBODY)

    return answer


@contextmanager
def in_service(answer: Answering) -> Iterator[Served]:
    """Serve, and let the program ask: in this process and in others."""
    with serving(answer) as served, pytest.MonkeyPatch.context() as patch:
        patch.setenv("FFX_API_URL", served.url)
        patch.setenv("FFX_ACCESS_TOKEN", "sample")
        yield served


def _is_inside(each: Row, question: Question) -> bool:
    start, end = question.body.get("timeStart"), question.body.get("timeEnd")
    moment = datetime.fromisoformat(each["eventTime"])
    return not (start and moment < datetime.fromisoformat(start)) and not (
        end and moment > datetime.fromisoformat(end)
    )


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
