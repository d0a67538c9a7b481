"""Replies to measure with: full rows, in the proportions of ordinary journeys."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from ffx.api.members import HIT_EVENT, HIT_ROW, NUMBERS, VISITOR

VISITOR_ID = "afdwb7QPV6Y59aTP3fQxZ3tX2ox"
TOKEN = "sample-token-for-the-benchmark"
# In the file of a reply: the server puts in its place the hit that it was asked for.
HIT_ASKED_FOR = "the-hit-that-was-asked-for"
# Seconds between two rows: 100,000 of them lie within a month.
PACE = timedelta(seconds=25)

_SUMMARY = {
    "visitorId": VISITOR_ID,
    "ip": "192.0.2.41",
    "country": "Germany",
    "region": "Berlin",
    "city": "Berlin",
    "isp": "Example Mobile",
    "deviceType": "mobile",
    "deviceOS": "Android",
    "browser": "Chrome",
    "userAgent": "Mozilla/5.0 (Linux; Android 14; SM-S911B) Chrome/130.0.0.0 Mobile Safari/537.36",
}
_ALWAYS = {
    "funnelId": "2YxF5HC1xAoV",
    "funnelName": "Spring DE",
    "trafficSourceId": "2etH5WHD4qht",
    "trafficSourceName": "Example Ads",
    "funnelGroupName": "Shops",
    "trackingDomain": "go.example.com",
    "externalId": "ea.p3fqxz3tx2ox",
    "subCampaign": "spring-de",
    "t1": "de",
    "t2": "spring-sale",
    "t3": "banner-7",
}
_LANDER = {"nodeName": "Lander group", "nodeType": "lander", "pageName": "Spring offer A"}
_OFFER = {"nodeName": "Offer group", "nodeType": "offer", "pageName": "Example Shop"}
_JOURNEY: tuple[Mapping[str, object], ...] = (
    {"eventType": "entrance", "nodeName": "Traffic", "nodeType": "rotator", "cost": 0.12},
    {"eventType": "view", **_LANDER},
    {"eventType": "click", **_LANDER},
    {"eventType": "view", **_OFFER},
    {"eventType": "conversion", "revenue": 24.9, "conversionTransaction": "A-1001", **_OFFER},
)


BEYOND_FFFF = "\U0001f600"  # one such character makes a text four bytes a character in memory


def hit_ids(count: int) -> Iterator[str]:
    """Yield so many IDs of hits, in the shape of the service's."""
    return (f"dkezmsf3bat8x{number:010}rh" for number in range(count))


def visitor_ids(count: int) -> Iterator[str]:
    """Yield so many IDs of visitors."""
    return (f"afdwb7QPV6Y59aTP3f{number:09}" for number in range(count))


def row(number: int, time: datetime) -> dict[str, object]:
    """Return a visitor's row with all its members, as the service sends it."""
    place = number % len(_JOURNEY)
    # A conversion names the hit of the offer before it.
    hit = number - (place == len(_JOURNEY) - 1)
    own = {"hitId": f"dkezmsf3bat8x{hit:010}rh", "eventTime": _written(time)}
    return _whole(HIT_ROW, {**_ALWAYS, **_JOURNEY[place], **own})


def visitor_reply(count: int, newest: datetime) -> bytes:
    """Return a visitor with so many hits, of which the last was at `newest`."""
    oldest = newest - PACE * (count - 1)
    rows = (row(number, oldest + PACE * number) for number in range(count))
    return visitor_answer(rows, first=oldest, last=newest, total=count, has_more=False)


def visitor_answer(
    rows: Iterable[Mapping[str, object]],
    *,
    first: datetime,
    last: datetime,
    total: int,
    has_more: bool,
) -> bytes:
    """Return the answer that holds `rows`, as JSON."""
    seen = {"firstSeen": _written(first), "lastSeen": _written(last), "totalHits": total}
    visitor = _whole(VISITOR, {**_SUMMARY, **seen})
    return _json({"visitor": visitor, "hits": list(rows), "hasMore": has_more})


def hit_reply(time: datetime) -> bytes:
    """Return the answer to a hit's look-up: its view and its conversion.

    It is about `HIT_ASKED_FOR`.
    """
    own = {"hitId": HIT_ASKED_FOR, "hitTime": _written(time)}
    events = [_whole(HIT_EVENT, {**_SUMMARY, **row(place, time), **own}) for place in (3, 4)]
    return _json({"events": events})


def _whole(members: Iterable[str], values: Mapping[str, object]) -> dict[str, object]:
    """Return all members; those without a value are empty."""
    return {name: values.get(name, 0 if name in NUMBERS else "") for name in members}


def _written(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z"


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
