"""The sandbox's stories as plain replies, and the same stories told in other words."""

import copy
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from ffx.api.wire import hit_query, read_reply, visitor_query
from ffx.findings.diagnose import diagnose
from ffx.findings.diagnosis import Diagnosis
from ffx.input.targets.claimed_sale import ClaimedSale
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.input.times.window import TimeRange
from ffx.input.times.zones import read_zone
from ffx.lookup.details import MOST_HITS
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.output.streams import Output, Screen
from ffx.sandbox.app import ExplorerApp
from ffx.sandbox.data.stories import STORIES, Story
from ffx.settings.settings import Limits, Settings
from tests.fuzz.conftest import EXAMPLES
from tests.sandbox.calling import EVERYTHING, HIT, NOW, VISITOR, call, sample_store

# An ordinary run tries the long one once, as it is told.
TRIED = [story for story in STORIES if EXAMPLES or story.name != "long-history"]
_TIMES = ("eventTime", "hitTime", "firstSeen", "lastSeen")
_IDS = ("hitId", "clickId", "conversionId")
# What no rule reads; an asset goes with its name, or a name would be missing.
_BLANKABLE = (
    ("region",),
    ("browserVersion",),
    ("deviceOSVersion",),
    ("totalRevenue",),
    ("language",),
    ("city",),
    ("continent",),
    ("referrerDomain", "referrerPath"),
    ("funnelGroupId", "funnelGroupName"),
    ("categoryId", "categoryName"),
    ("pageGroupId", "pageGroupName"),
)
_SPELLINGS = (str, str.upper, str.title, lambda word: word[:1].upper() + word[1:])
_ALPHABET = "0123456789abcdefgjkmnpqrstvwxyz"


@dataclass(frozen=True)
class Told:
    """A story as the service tells it: the visitor's reply, and each hit's own."""

    visitor: dict[str, Any]
    hits: Mapping[str, dict[str, Any]]
    now: datetime

    @property
    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.visitor["hits"]
        return rows


def tell(story: Story, app: ExplorerApp, now: datetime) -> Told:
    """Ask the sandbox for everything about a story, and for as many hits as a diagnosis does."""
    body = {"visitorId": story.visitor_id, **EVERYTHING}
    visitor = call(app, VISITOR, body).json
    ids = {row["hitId"] for row in visitor["hits"][:MOST_HITS]}
    return Told(visitor, {hit: call(app, HIT, {"hitId": hit}).json for hit in sorted(ids)}, now)


@cache
def told_as_it_is(name: str) -> Told:
    """Ask the sandbox for everything about a story, once for all tests; nobody changes it."""
    story = next(story for story in STORIES if story.name == name)
    return tell(story, ExplorerApp(sample_store(), page_size=5_000), NOW)


def examine(told: Told, hit_id: str = "", claimed_sale: ClaimedSale | None = None) -> Diagnosis:
    """Diagnose a story, or one of its hits, without a network, as a text names it."""
    first = datetime.fromisoformat(told.visitor["visitor"]["firstSeen"])
    window = TimeRange(min(first, told.now), told.now)
    visitor_id = told.visitor["visitor"]["visitorId"]
    query = visitor_query(VisitorId(visitor_id), window)
    found = Found(
        Target(HitId(hit_id) if hit_id else VisitorId(visitor_id), claimed_sale=claimed_sale),
        read_reply(query, json.dumps(told.visitor).encode()),
        window,
        details={
            hit: read_reply(hit_query(HitId(hit)), json.dumps(reply).encode())
            for hit, reply in told.hits.items()
        },
    )
    screen = Screen(stdout_is_terminal=False, stderr_is_terminal=False, width=80, color=False)
    settings = Settings("sandbox:", "default", read_zone("UTC"), Limits())
    run = Run(settings, Output(screen), told.now, {}, ())
    return diagnose(run, found).diagnosis


@cache
def examined(name: str, hit_id: str = "") -> Diagnosis:
    """Diagnose a story as it is told, once for all tests."""
    return examine(told_as_it_is(name), hit_id)


def vary(told: Told, seed: int) -> tuple[Told, Mapping[str, str]]:
    """Tell a story in other words; return it with its hits' new IDs.

    Whole days go by, IDs are others, rows come in another order, members that no
    rule reads are blank or gone, and events are spelled otherwise.
    """
    chance = random.Random(seed)  # noqa: S311  # the same each time
    ids = _Ids(chance)
    days = timedelta(days=chance.randrange(-400, 400))
    blank = [name for names in _BLANKABLE if chance.random() < 0.4 for name in names]
    nothing = chance.choice([None, "", "gone"])
    spell = chance.choice(_SPELLINGS)

    def alter(row: dict[str, Any]) -> dict[str, Any]:
        altered = dict(row)
        for name in _TIMES:
            if altered.get(name):
                moment = datetime.fromisoformat(altered[name]) + days
                altered[name] = moment.isoformat().replace("+00:00", "Z")
        for name in _IDS:
            if altered.get(name):
                altered[name] = ids.other(altered[name])
        if altered.get("visitorId"):
            altered["visitorId"] = ids.visitor
        if altered.get("externalId") == told.visitor["visitor"]["visitorId"]:
            altered["externalId"] = ids.visitor
        if altered.get("eventType"):
            altered["eventType"] = spell(altered["eventType"])
        for name in blank:
            if nothing == "gone":
                altered.pop(name, None)
            elif name in altered:
                altered[name] = nothing
        return altered

    rows = [alter(row) for row in told.rows]
    order = chance.choice(["as sent", "reversed", "shuffled"])
    if order == "reversed":
        rows.reverse()
    elif order == "shuffled":
        chance.shuffle(rows)
    visitor = {**told.visitor, "visitor": alter(told.visitor["visitor"]), "hits": rows}
    hits = {
        ids.other(hit): {"events": [alter(each) for each in reply["events"]]}
        for hit, reply in told.hits.items()
    }
    return Told(visitor, hits, told.now + days), dict(ids.known)


def with_visit_before(told: Told, seed: int) -> Told:
    """Return the story with its first visit made once before, three hours earlier."""
    chance = random.Random(seed)  # noqa: S311  # the same each time
    ids = _Ids(chance)
    rows = sorted(told.rows, key=lambda row: datetime.fromisoformat(row["eventTime"]))
    # A conversion may be older than its hit.
    rows = rows[
        next(n for n, row in enumerate(rows) if row["eventType"].casefold() == "entrance") :
    ]
    second = next(
        (
            number
            for number, row in enumerate(rows)
            if number and row["eventType"].casefold() == "entrance"
        ),
        len(rows),
    )
    visit = [
        row
        for row in rows[:second]
        if row["eventType"].casefold() in ("entrance", "view", "click")
    ]
    earlier = [_earlier(row, ids) for row in copy.deepcopy(visit)]
    summary = dict(told.visitor["visitor"])
    summary["firstSeen"] = earlier[0]["eventTime"]
    summary["totalHits"] = len(told.rows) + len(earlier)
    visitor = {**told.visitor, "visitor": summary, "hits": [*earlier, *told.rows]}
    return replace(told, visitor=visitor)


def _earlier(row: dict[str, Any], ids: "_Ids") -> dict[str, Any]:
    moment = datetime.fromisoformat(row["eventTime"]).astimezone(UTC) - timedelta(hours=3)
    row["eventTime"] = moment.isoformat().replace("+00:00", "Z")
    for name in _IDS:
        if row.get(name):
            row[name] = ids.other(row[name])
    # Another click on the ad has another click ID.
    row["externalId"] = f"{row['externalId']}-2" if row.get("externalId") else None
    return row


class _Ids:
    """Gives each ID another of the same shape; an offer's keeps its final h."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.known: dict[str, str] = {}
        self.visitor = "afd" + "".join(chance.choices("ABCDEFabcdef0123456789", k=24))

    def other(self, text: str) -> str:
        if text not in self.known:
            ending = "h" if text.endswith("h") and len(text) == 25 else ""
            made = "k" + "".join(self._chance.choices(_ALPHABET, k=23)) + ending
            self.known[text] = made
        return self.known[text]
