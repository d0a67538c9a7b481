"""What the contract leaves open, in each of the ways that the sandbox can take."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from ffx.sandbox.app import EXPIRED_TOKEN, Behaviour, ExplorerApp
from ffx.sandbox.store import Store
from tests.looping import each
from tests.sandbox.calling import (
    EMPTY_HISTORY,
    EVERYTHING,
    HIT,
    ORDINARY,
    VALIDATE,
    VISITOR,
    call,
    find_visitor,
    story_named,
    times,
)


def test_an_expired_token_may_be_a_bad_request(store: Store) -> None:
    app = ExplorerApp(store, behaviour=Behaviour(error_status=400))

    assert call(app, HIT, {"hitId": "x"}, token=EXPIRED_TOKEN).status == 400
    assert call(app, HIT, {"hitId": "x"}, token="unknown").status == 401
    assert call(app, VALIDATE, token=EXPIRED_TOKEN).status == 401


def test_rows_may_come_with_the_newest_first(store: Store) -> None:
    app = ExplorerApp(store, page_size=3, behaviour=Behaviour(order="descending"))

    assert times(find_visitor(app)) == times(find_visitor(ExplorerApp(store, page_size=3)))[::-1]


@each("order", ["ascending", "descending"])
def test_a_cap_may_keep_the_oldest(store: Store, order: Any) -> None:
    app = ExplorerApp(store, page_size=3, behaviour=Behaviour(order=order, keep="oldest"))
    everything = times(find_visitor(ExplorerApp(store)))

    reply = find_visitor(app)
    assert sorted(times(reply)) == everything[:3]
    assert times(reply) == sorted(times(reply), reverse=order == "descending")
    assert reply["hasMore"] is True


@each(
    ("path", "body", "empty"),
    [
        (VISITOR, {"hitId": "stranger"}, EMPTY_HISTORY),
        (VISITOR, {"visitorId": "stranger", **EVERYTHING}, EMPTY_HISTORY),
        (HIT, {"hitId": "stranger"}, {"events": []}),
        (HIT, {"hitId": ORDINARY.hit_id.upper()}, {"events": []}),
        (HIT, {"hitId": "\ud800"}, {"events": []}),
        (HIT, {"hitId": "\0"}, {"events": []}),
    ],
)
def test_a_stranger_is_an_empty_reply_or_a_404(
    store: Store, path: str, body: object, empty: object
) -> None:
    reply = call(ExplorerApp(store), path, body)
    assert (reply.status, reply.json) == (200, empty)

    reply = call(ExplorerApp(store, behaviour=Behaviour(not_found="404")), path, body)
    assert (reply.status, reply.json["code"]) == (404, "not_found")


def test_a_window_without_hits_is_not_found(app: ExplorerApp) -> None:
    long_ago = {"timeStart": "2020-01-01T00:00:00Z", "timeEnd": "2020-01-01T00:00:00Z"}

    assert find_visitor(app, **long_ago) == EMPTY_HISTORY


@each(("absent", "text", "money"), [("empty", "", 0), ("null", None, None), ("absent", ..., ...)])
def test_absent_values_come_in_three_ways(
    store: Store, absent: Any, text: object, money: object
) -> None:
    app = ExplorerApp(store, behaviour=Behaviour(absent=absent))
    reply = find_visitor(app)
    view, conversion = call(app, HIT, {"hitId": ORDINARY.hit_id}).json["events"]

    assert reply["hits"][0].get("pageName", ...) == text
    assert view.get("ipv6", ...) == text
    assert view.get("revenue", ...) == money
    assert conversion["revenue"] == 24.9
    assert reply["visitor"]["totalHits"] == 5


def test_a_zero_is_there_when_absent_values_are_not(store: Store) -> None:
    story = story_named("zero-cost")
    app = ExplorerApp(store, behaviour=Behaviour(absent="absent"))

    assert call(app, HIT, {"hitId": story.hit_id}).json["events"][0]["cost"] == 0


@each(
    ("ways", "shape"),
    [
        (Behaviour(), r"T\d\d:\d\d:\d\d\.\d{3}Z"),
        (Behaviour(times="offset"), r"T\d\d:\d\d:\d\d\.\d{3}\+01:00"),
        (Behaviour(times="none"), r"T\d\d:\d\d:\d\d\.\d{3}"),
        (Behaviour(fractions=False), r"T\d\d:\d\d:\d\dZ"),
        (Behaviour(times="offset", fractions=False), r"T\d\d:\d\d:\d\d\+01:00"),
    ],
)
def test_times_come_in_several_ways_and_mean_the_same(
    store: Store, ways: Behaviour, shape: str
) -> None:
    reply = find_visitor(ExplorerApp(store, behaviour=ways))
    plain = find_visitor(ExplorerApp(store))

    for text, expected in zip(times(reply), times(plain), strict=True):
        assert re.fullmatch(r"\d{4}-\d\d-\d\d" + shape, text)
        moment = datetime.fromisoformat(text)
        if ways.times == "none":
            moment = moment.replace(tzinfo=UTC)
        assert timedelta(0) <= datetime.fromisoformat(expected) - moment < timedelta(seconds=1)
    assert reply["visitor"]["firstSeen"] == times(reply)[0]


def test_a_summary_may_speak_of_the_window_alone(store: Store) -> None:
    first, *_, last = times(find_visitor(ExplorerApp(store)))
    window = {"timeStart": last, "timeEnd": last}

    everything = find_visitor(ExplorerApp(store), **window)["visitor"]
    assert (everything["firstSeen"], everything["lastSeen"]) == (first, last)
    assert everything["totalHits"] == 5

    narrow = ExplorerApp(store, behaviour=Behaviour(summary="window"))
    summary = find_visitor(narrow, **window)["visitor"]
    assert (summary["firstSeen"], summary["lastSeen"], summary["totalHits"]) == (last, last, 1)
    assert summary["userAgent"] == everything["userAgent"]
