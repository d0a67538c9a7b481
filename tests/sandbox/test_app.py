"""The two look-ups, asked as a WSGI application."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from ffx.api.members import HIT_EVENT, HIT_ROW
from ffx.api.members import VISITOR as VISITOR_MEMBERS
from ffx.sandbox.app import Behaviour, ExplorerApp
from ffx.sandbox.store import Store
from tests.looping import each
from tests.sandbox.calling import (
    EMPTY_HISTORY,
    HIT,
    LONG,
    ORDINARY,
    VISITOR,
    call,
    find_visitor,
    story_named,
    times,
)


def test_a_visitor_comes_with_every_documented_member(app: ExplorerApp) -> None:
    reply = find_visitor(app)

    assert tuple(reply) == ("visitor", "hits", "hasMore")
    assert tuple(reply["visitor"]) == VISITOR_MEMBERS
    assert {tuple(row) for row in reply["hits"]} == {HIT_ROW}
    assert reply["hasMore"] is False


def test_a_hit_comes_with_every_documented_member(app: ExplorerApp) -> None:
    reply = call(app, HIT, {"hitId": ORDINARY.hit_id}).json

    assert tuple(reply) == ("events",)
    assert {tuple(event) for event in reply["events"]} == {HIT_EVENT}


def test_a_hit_comes_with_its_conversion_in_order_of_time(app: ExplorerApp) -> None:
    view, conversion = call(app, HIT, {"hitId": ORDINARY.hit_id}).json["events"]

    assert (view["eventType"], conversion["eventType"]) == ("view", "conversion")
    assert view["hitId"] == conversion["hitId"] == ORDINARY.hit_id
    assert view["eventTime"] == view["hitTime"] == conversion["hitTime"]
    assert conversion["eventTime"] > view["eventTime"]
    assert conversion["userAgent"] == view["userAgent"] != ""


def test_the_summary_is_that_of_the_entrance(app: ExplorerApp) -> None:
    story = story_named("two-countries")
    reply = find_visitor(app, story.visitor_id)

    assert reply["visitor"]["country"] == "Germany"
    assert reply["visitor"]["firstSeen"] == times(reply)[0]
    assert reply["visitor"]["lastSeen"] == times(reply)[-1]
    assert reply["visitor"]["totalHits"] == len(reply["hits"])


def test_both_ends_of_the_window_belong_to_it(app: ExplorerApp) -> None:
    first, *_, last = times(find_visitor(app))

    assert times(find_visitor(app, timeStart=first, timeEnd=first)) == [first]
    assert times(find_visitor(app, timeStart=last, timeEnd=last)) == [last]
    assert len(find_visitor(app, timeStart=first, timeEnd=last)["hits"]) == 5


def test_a_window_counts_more_digits_than_the_times_have(app: ExplorerApp) -> None:
    last = times(find_visitor(app))[-1].removesuffix("Z")

    after = {"timeStart": f"{last}0001Z", "timeEnd": "2030-01-01T00:00:00Z"}
    until = {"timeStart": "2020-01-01T00:00:00Z", "timeEnd": f"{last}0001Z"}
    assert find_visitor(app, **after) == EMPTY_HISTORY
    assert times(find_visitor(app, **until))[-1] == f"{last}Z"


def test_offsets_are_understood(app: ExplorerApp) -> None:
    moment = datetime.fromisoformat(times(find_visitor(app))[0])
    there = (moment + timedelta(hours=5, minutes=30)).strftime("%Y-%m-%dt%H:%M:%S.%f+05:30")

    assert len(find_visitor(app, timeStart=there, timeEnd=there)["hits"]) == 1


def test_a_hit_finds_the_whole_history_of_its_visitor(app: ExplorerApp) -> None:
    assert call(app, VISITOR, {"hitId": ORDINARY.hit_id}).json == find_visitor(app)


def test_a_hit_wins_over_a_visitor_and_a_window(app: ExplorerApp) -> None:
    beside = {"visitorId": LONG.visitor_id, "timeStart": "2020-01-01T00:00:00Z"}
    window = beside | {"timeEnd": "2020-01-02T00:00:00Z"}

    assert call(app, VISITOR, {"hitId": ORDINARY.hit_id, **beside}).json == find_visitor(app)
    assert call(app, VISITOR, {"hitId": ORDINARY.hit_id, **window}).json == find_visitor(app)


def test_the_date_hint_of_a_hit_changes_nothing(app: ExplorerApp) -> None:
    hinted = {"hitId": ORDINARY.hit_id, "timeStart": "2020-01-01T00:00:00Z"}

    assert call(app, HIT, hinted).json == call(app, HIT, {"hitId": ORDINARY.hit_id}).json


def test_a_page_holds_the_newest_thousand_rows(app: ExplorerApp) -> None:
    reply = find_visitor(app, LONG.visitor_id)

    assert len(reply["hits"]) == 1000
    assert reply["hasMore"] is True
    assert reply["visitor"]["totalHits"] == 2500
    assert times(reply)[-1] == reply["visitor"]["lastSeen"]


@each(("page_size", "has_more"), [(4, True), (5, False), (6, False)])
def test_has_more_is_said_only_when_rows_were_held_back(
    store: Store, page_size: int, has_more: bool
) -> None:
    reply = find_visitor(ExplorerApp(store, page_size=page_size))

    assert len(reply["hits"]) == min(page_size, 5)
    assert reply["hasMore"] is has_more


@each("page_size", range(1, 9))
def test_rows_of_one_millisecond_keep_their_order(store: Store, page_size: int) -> None:
    story = story_named("custom-events")
    everything = find_visitor(ExplorerApp(store), story.visitor_id)["hits"]
    assert everything[2]["eventTime"] == everything[3]["eventTime"]

    def page(keep: Any, order: Any) -> Any:
        ways = Behaviour(keep=keep, order=order)
        app = ExplorerApp(store, page_size=page_size, behaviour=ways)
        return find_visitor(app, story.visitor_id)["hits"]

    assert page("newest", "ascending") == everything[-page_size:]
    assert page("newest", "descending") == everything[-page_size:][::-1]
    assert page("oldest", "ascending") == everything[:page_size]
    assert page("oldest", "descending") == everything[:page_size][::-1]


@each("path", [VISITOR, HIT])
def test_paths_are_served_without_the_version_too(app: ExplorerApp, path: str) -> None:
    body = {"hitId": ORDINARY.hit_id}

    assert call(app, path.removeprefix("/v1"), body).json == call(app, path, body).json


def test_money_keeps_its_digits(app: ExplorerApp) -> None:
    text = call(app, HIT, {"hitId": ORDINARY.hit_id}).text

    assert '"revenue": 24.9000,' in text
    assert '"totalRevenue": 24.9000,' in text


def test_text_that_looks_like_money_stays_text(app: ExplorerApp) -> None:
    story = story_named("hostile-text")
    events = call(app, HIT, {"hitId": story.hit_id}).json["events"]

    assert {event["t15"] for event in events} == {'"cost": "1", "quoted"'}


def test_total_revenue_grows_with_each_conversion_of_a_hit(app: ExplorerApp) -> None:
    story = story_named("upsell")
    events = call(app, HIT, {"hitId": story.hit_id}).json["events"]

    assert [Decimal(str(event["totalRevenue"])) for event in events] == [
        Decimal("0"),
        Decimal("24.9"),
        Decimal("34.4"),
    ]


def test_every_answer_has_a_request_id_and_a_type(app: ExplorerApp) -> None:
    replies = [call(app, VISITOR), call(app, "/"), call(app, HIT, {"hitId": "x"}, token=None)]

    assert {reply.headers["Content-Type"] for reply in replies} == {"application/json"}
    assert len({reply.headers["X-Request-Id"] for reply in replies}) == len(replies)
