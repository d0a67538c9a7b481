"""The story that goes on: nothing of it is known before it has happened."""

from datetime import datetime, timedelta

import pytest

from ffx.sandbox.app import ExplorerApp
from ffx.sandbox.data.stories import LIVE_STORY
from ffx.sandbox.live import LiveStore
from ffx.sandbox.store import Store
from tests.sandbox.calling import HIT, NOW, ORDINARY, VISITOR, call, find_visitor

BEGUN = NOW + timedelta(hours=3)


class Clock:
    now: datetime = BEGUN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def live(store: Store, clock: Clock) -> ExplorerApp:
    return ExplorerApp(LiveStore(store, clock=clock))


def events(app: ExplorerApp) -> list[str]:
    return [row["eventType"] for row in find_visitor(app, LIVE_STORY.visitor_id)["hits"]]


def test_it_begins_when_it_is_first_asked_for_and_its_sale_comes_within_half_a_minute(
    live: ExplorerApp, clock: Clock
) -> None:
    assert events(live) == ["entrance", "view"]
    clock.now = BEGUN + timedelta(seconds=10)
    assert events(live)[2:] == ["customEvent1", "click", "view"]
    clock.now = BEGUN + timedelta(seconds=20)
    assert events(live)[5:] == ["conversion"]


def test_what_has_not_happened_is_in_no_answer(live: ExplorerApp, clock: Clock) -> None:
    body = {"hitId": LIVE_STORY.hit_id}
    assert find_visitor(live, LIVE_STORY.visitor_id)["visitor"]["totalHits"] == 2
    assert call(live, HIT, body).json == {"events": []}
    assert call(live, VISITOR, body).json["hits"] == []

    clock.now = BEGUN + timedelta(seconds=20)
    assert [row["eventType"] for row in call(live, HIT, body).json["events"]] == [
        "view",
        "conversion",
    ]
    assert call(live, VISITOR, body).json["visitor"]["totalHits"] == 6


def test_the_other_stories_are_as_they_were(live: ExplorerApp, app: ExplorerApp) -> None:
    assert find_visitor(live) == find_visitor(app)
    body = {"hitId": ORDINARY.hit_id}
    for path in (HIT, VISITOR):
        assert call(live, path, body).json == call(app, path, body).json
