"""Every story is found, and is the case that it says it is."""

import re
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address, ip_network
from itertools import pairwise
from typing import Any, TypeAlias

import pytest

from ffx.api.members import TRACKING
from ffx.sandbox.data.event import Event, milliseconds
from ffx.sandbox.data.stories import STORIES, Story, add_stories
from ffx.sandbox.store import Row, Store
from tests.looping import each
from tests.sandbox.calling import NOW, story_named

HOUR = 3_600_000
Rows: TypeAlias = list[dict[str, Any]]


@pytest.fixture(scope="module")
def everything(store: Store) -> Rows:
    return store._rows(
        "SELECT * FROM events JOIN places USING (place) JOIN clients USING (client)"
    )


def details_of(story: Story, store: Store) -> list[Row]:
    """Return every event of the story's visitor, with all that hit look-ups tell."""
    rows = store.find_hits(story.visitor_id, limit=10_000)
    hits = dict.fromkeys(row["hitId"] for row in rows)
    events = [event for hit_id in hits for event in store.find_events(hit_id)]
    return sorted(events, key=lambda event: int(event["eventTime"]))


def kinds(rows: Rows) -> list[str]:
    return [row["eventType"] for row in rows]


def of_kind(rows: Rows, kind: str) -> Rows:
    return [row for row in rows if row["eventType"] == kind]


def offers(rows: Rows) -> Rows:
    return [row for row in of_kind(rows, "view") if row["hitId"].endswith("h")]


def conversion_delays(rows: Rows) -> list[float]:
    """Return how long after its hit each conversion came, in seconds."""
    return [(row["eventTime"] - row["hitTime"]) / 1000 for row in of_kind(rows, "conversion")]


def click_delays(rows: Rows) -> list[float]:
    """Return how long after the event before it each click came, in seconds."""
    return [
        (after["eventTime"] - before["eventTime"]) / 1000
        for before, after in pairwise(rows)
        if after["eventType"] == "click"
    ]


def costs(rows: Rows) -> list[Decimal]:
    return [Decimal(row["cost"]) for row in of_kind(rows, "entrance")]


def transactions(rows: Rows) -> list[str]:
    return [row["conversionTransaction"] for row in of_kind(rows, "conversion")]


def longest_pause(rows: Rows) -> float:
    """Return the longest time between two events, in hours."""
    times: list[int] = [row["eventTime"] for row in rows]
    return max((after - before) / HOUR for before, after in pairwise(times))


def busiest_minute(rows: Rows) -> int:
    times = [row["eventTime"] for row in rows]
    return max(bisect_left(times, start + 60_000) - number for number, start in enumerate(times))


def is_ordinary(rows: Rows) -> bool:
    (cost,) = costs(rows)
    return (
        kinds(rows) == ["entrance", "view", "click", "view", "conversion"]
        and all(row["externalId"] and row["t1"] == "de" for row in rows)
        and len({row["funnelId"] for row in rows}) == 1
        and len({row["trackingDomain"] for row in rows}) == 1
        and all(
            bool(row[f"{name}Id"]) == bool(row[f"{name}Name"]) for row in rows for name in NAMED
        )
        and not rows[0]["ip"].endswith(".x")
        and cost > 0
        and min(click_delays(rows)) > 0.8
        and 15 < conversion_delays(rows)[0] < 24 * 3600
        and Decimal(rows[-1]["revenue"]) > 0
        and rows[-1]["conversionTransaction"] != ""
    )


BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RESERVED = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
NAMED = ("funnel", "node", "trafficSource", "page", "pageGroup", "offerSource", "category")
# What makes each story the case it is, by its visitor's events and the hit that a ticket names.
CLAIMS: dict[str, Callable[[Rows, str], bool]] = {
    "ordinary-conversion": lambda rows, _: is_ordinary(rows),
    "ordinary-desktop": lambda rows, _: is_ordinary(rows) and bool(rows[0]["ipv6"]),
    "left-at-lander": lambda rows, _: kinds(rows) == ["entrance", "view"],
    "no-conversion": lambda rows, hit: (
        hit == rows[-1]["hitId"] and len(offers(rows)) == 1 and "conversion" not in kinds(rows)
    ),
    "upsell": lambda rows, hit: (
        len(set(transactions(rows))) == 2
        and {row["hitId"] for row in of_kind(rows, "conversion")} == {hit}
    ),
    "suspected-duplicate": lambda rows, _: (
        transactions(rows) == ["A-1004", "A-1004"]
        and abs(conversion_delays(rows)[1] - conversion_delays(rows)[0]) < 600
    ),
    "late-conversion": lambda rows, _: conversion_delays(rows)[0] > 24 * 3600,
    "never-reached-offer": lambda rows, _: (
        not offers(rows)
        and not any(row["hitId"].endswith("h") for row in rows)
        and "click" in kinds(rows)
        and "condition" in {row["nodeType"] for row in rows}
    ),
    "postback-on-lander-hit": lambda rows, hit: (
        not hit.endswith("h") and len(offers(rows)) == 1 and "conversion" not in kinds(rows)
    ),
    "conversion-elsewhere": lambda rows, hit: (
        [row["hitId"] == hit for row in offers(rows)] == [True, False]
        and of_kind(rows, "conversion")[0]["hitId"] == offers(rows)[1]["hitId"]
    ),
    "zero-revenue": lambda rows, _: of_kind(rows, "conversion")[0]["revenue"] == "0.00",
    "quick-conversion": lambda rows, _: conversion_delays(rows)[0] < 15,
    "other-funnel-conversion": lambda rows, hit: (
        of_kind(rows, "conversion")[0]["hitId"] == hit
        and of_kind(rows, "conversion")[0]["funnelId"] != rows[0]["funnelId"]
        and len(costs(rows)) == 1
    ),
    "sale-on-two-hits": lambda rows, hit: (
        transactions(rows) == ["A-1017"] * 2
        and {row["hitId"] for row in of_kind(rows, "conversion")}
        == {row["hitId"] for row in offers(rows)}
        and offers(rows)[0]["hitId"] == hit
    ),
    "refund": lambda rows, _: (
        [row["revenue"] for row in of_kind(rows, "conversion")] == ["59.00", "-59.00"]
    ),
    "lead-becomes-sale": lambda rows, _: (
        [row["revenue"] for row in of_kind(rows, "conversion")] == ["0.00", "24.9000"]
        and len(set(transactions(rows))) == 1
    ),
    "claimed-sale": lambda rows, _: transactions(rows) == ["A-1020"],
    "conversion-before-hit": lambda rows, _: conversion_delays(rows)[0] < -1800,
    "event-without-conversion": lambda rows, hit: (
        kinds(rows)[-1] == "customEvent3"
        and rows[-1]["hitId"] == hit
        and "conversion" not in kinds(rows)
    ),
    "ad-click-twice": lambda rows, _: (
        len({row["externalId"] for row in rows}) == 1
        and len(costs(rows)) == 2
        and rows[1]["eventTime"] - rows[0]["eventTime"] < 5000
    ),
    "own-click-id": lambda rows, _: rows[0]["externalId"] == rows[0]["visitorId"],
    "several-visits": lambda rows, _: len(costs(rows)) == 3 and min(costs(rows)) > 0,
    "gap-over-a-day": lambda rows, _: longest_pause(rows) > 24,
    "offer-without-click": lambda rows, hit: (
        kinds(rows) == ["entrance", "view", "click", "view", "view", "view"]
        and [row["hitId"] == hit for row in offers(rows)] == [False, True]
    ),
    "two-countries": lambda rows, _: (
        len({(row["country"], row["ip"], row["userAgent"]) for row in rows}) == 2
    ),
    "custom-events": lambda rows, _: (
        {"customEvent1", "customEvent2", "customEvent10"} < set(kinds(rows))
        and all(row["eventData1"] for row in rows if row["eventType"].startswith("custom"))
    ),
    "another-domain": lambda rows, _: len({row["trackingDomain"] for row in rows}) == 2,
    "long-history": lambda rows, hit: (
        len(rows) == 2_500
        and of_kind(rows, "conversion")[0]["hitId"] == hit
        and sum(row["eventTime"] > milliseconds(NOW) - 24 * HOUR for row in rows) > 1_000
        and longest_pause(rows) < 24
        and busiest_minute(rows) <= 60
    ),
    "unfilled-macros": lambda rows, hit: (
        hit == rows[0]["hitId"]
        and [rows[0][name] for name in ("subCampaign", "t1", "t2", "t3", "t4")]
        == ["${campaign}", "{keyword}", "{{campaign.name}}", "__PLACEMENT__", "REPLACE"]
    ),
    "no-external-id": lambda rows, _: all(row["externalId"] is None for row in rows),
    "anonymised-ip": lambda rows, _: all(row["ip"].endswith(".x") for row in rows),
    "cost-thousandfold": lambda rows, hit: (
        costs(rows)[2] > 800 * max(costs(rows)[:2])
        and of_kind(rows, "entrance")[2]["hitId"] == hit
    ),
    "zero-cost": lambda rows, _: of_kind(rows, "entrance")[0]["cost"] == "0.00",
    "automated-clicks": lambda rows, _: (
        max(click_delays(rows)) < 0.8
        and "Headless" in rows[0]["userAgent"]
        and rows[0]["deviceBrand"] is None
    ),
    "burst": lambda rows, _: busiest_minute(rows) > 60,
    "foreign-carrier": lambda rows, _: (
        rows[0]["country"] == "Germany" and rows[0]["mobileCarrier"].endswith("France")
    ),
    "names-missing": lambda rows, _: (
        offers(rows)[0]["pageId"] is not None and offers(rows)[0]["pageName"] is None
    ),
    "foreign-scripts": lambda rows, _: has_characters(
        rows, "\u0639\u05d1\u6625\u0935\U0001f337\u0432\ubd04\u0308"
    ),
    "hostile-text": lambda rows, _: has_characters(
        rows, "\x1b\x00\x07\x9b\u202e\u2066\u200b\ufeff\u2028\u3164\U000e0041\n\r\t\\<[="
    ),
}


def has_characters(rows: Rows, characters: str) -> bool:
    text = "".join(str(value) for row in rows for value in row.values())
    return set(characters) <= set(text)


@each("story", STORIES)
def test_a_story_is_the_case_it_says(story: Story, store: Store) -> None:
    assert CLAIMS[story.name](details_of(story, store), story.hit_id)


@each("story", STORIES)
def test_a_story_is_found_by_its_visitor_and_by_its_hit(story: Story, store: Store) -> None:
    assert store.find_visitor_of(story.hit_id) == story.visitor_id
    assert store.find_events(story.hit_id)[0]["visitorId"] == story.visitor_id
    # A file is used for a day: the last two days are then the last one before its making.
    recent = (milliseconds(NOW - timedelta(days=1)), milliseconds(NOW))
    assert store.find_hits(story.visitor_id, recent, limit=1)


def test_ids_are_shaped_as_the_service_shapes_them(store: Store) -> None:
    for story in STORIES:
        assert re.fullmatch(r"afd[0-9A-Za-z]{24}", story.visitor_id)
        assert re.fullmatch(r"[0-9a-hjkmnp-tv-z]{24}h?", story.hit_id)
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", story.name)
        assert re.fullmatch(
            r"ffx (visitor|hit|diagnose) (\w+|'https://[^' ]+')( --.+)?", story.command
        )
        assert story.title.endswith((".", "?"))
    assert store.find_events("dkezmsf3bat8xdbz8rt039r4h")[0]["visitorId"] == (
        "afdwb7QPV6Y59aTP3fQxZ3tX2ox"
    )


def test_only_hits_of_offers_end_in_h(everything: Rows) -> None:
    for row in everything:
        ending = "h" if row["nodeType"] == "offer" else ""
        assert re.fullmatch("[0-9a-hjkmnp-tv-z]{24}" + ending, row["hitId"])


def test_the_ids_of_assets_tell_when_they_were_made(everything: Rows) -> None:
    ids = {row[f"{name}Id"] for row in everything for name in (*NAMED, "funnelGroup")}

    for asset_id in ids - {None}:
        milliseconds_after = 0
        for digit in asset_id[:7]:
            milliseconds_after = milliseconds_after * 62 + BASE_62.index(digit)
        made = datetime(2019, 7, 23, tzinfo=UTC) + timedelta(milliseconds=milliseconds_after)
        assert len(asset_id) == 12
        assert made.year in {2024, 2025}


def test_names_visitors_and_hits_are_unique() -> None:
    for member in ("name", "visitor_id", "hit_id"):
        assert len({getattr(story, member) for story in STORIES}) == len(STORIES)
    assert [story.name for story in STORIES] == list(CLAIMS)


def test_an_id_is_one_hit_of_one_visitor(everything: Rows) -> None:
    hits = [row["hitId"] for row in everything if row["eventTime"] == row["hitTime"]]
    owners = {row["hitId"]: row["visitorId"] for row in everything}

    assert len(hits) == len(set(hits))
    assert all(owners[row["hitId"]] == row["visitorId"] for row in everything)


def test_nothing_lies_in_the_future(everything: Rows) -> None:
    assert max(row["eventTime"] for row in everything) <= milliseconds(NOW)


def test_addresses_and_domains_are_reserved_ones(everything: Rows) -> None:
    def values(*members: str) -> set[str]:
        return {row[member] for row in everything for member in members} - {None, ""}

    networks = [ip_network(network) for network in RESERVED]
    for address in values("ip", "ipv6"):
        whole = ip_address(address.replace(".x", ".0"))
        assert any(whole in network for network in networks)
    for domain in values("referrerDomain", "trackingDomain"):
        assert re.search(r"(^|\.)example\.(com|org|net)$", domain)


@pytest.fixture
def in_kathmandu(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Kathmandu")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="zones cannot be set on this system")
@each("hour", range(0, 24, 2))
def test_the_stories_of_a_day_keep_within_it(
    hour: int, in_kathmandu: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ffx.sandbox.data.stories.STORIES", STORIES[:1])
    now = NOW.replace(hour=hour, minute=17)
    events: list[Event] = []
    add_stories(events.append, now)

    moments = [
        datetime.fromtimestamp(int(event["eventTime"] or 0) / 1000, UTC) for event in events
    ]
    assert moments[0].astimezone().date() == moments[-1].astimezone().date()
    assert now - timedelta(hours=10) < moments[0] < moments[-1] < now


def test_hostile_text_fills_every_field(store: Store) -> None:
    story = story_named("hostile-text")
    (view, *_) = store.find_events(story.hit_id)

    assert all(view[name] for name in TRACKING)
    assert max(len(view[name]) for name in TRACKING) > 4_000
