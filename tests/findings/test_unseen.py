"""What the rules did not see: never fine, never a verdict, and never a contradiction."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import cycle, product
from time import process_time
from typing import Any

from ffx.api.journey import make_journey
from ffx.api.models import HitEvent, HitRow, VisitorInfo
from ffx.findings.engine import Examination, examine
from ffx.findings.subject import Subject
from ffx.findings.verdict import judge
from ffx.input.targets.claimed_sale import ClaimedSale
from ffx.sandbox.data.stories import Story
from tests.findings import varying
from tests.findings.making import DAY, at, row, subject
from tests.findings.varying import Told
from tests.fuzz.conftest import EXAMPLES
from tests.looping import each

_TRIES = EXAMPLES or 1
_SUBJECTS = EXAMPLES * 10 or 80
# What may be empty in any row, so that nobody can tell it from what was not sent.
_MAY_BE_EMPTY: Mapping[str, tuple[str, ...]] = {
    "T2": ("subCampaign", "t1", "t2", "t3", "t4", "t5", "externalId", "conversionTransaction"),
    "L3": ("funnelId", "nodeId", "pageId", "offerSourceId", "trafficSourceId"),
    "J3": ("deviceBrand", "deviceModel", "ipv6"),
    "T6": ("isp", "mobileCarrier", "connectionType"),
    # A node that is no offer counts more than a hit ID that ends in h.
    "C4": ("nodeType",),
    "J5": ("nodeType",),
    "T7": ("browser", "deviceType", "isp", "connectionType", "userAgent", "referrerDomain"),
}
# Conversions that tell of their absence; the others tell of what is there.
_ABSENCE = frozenset({"C1", "C2", "C3", "C4", "C9", "C16", "J5"})


def _chance(seed: object) -> random.Random:
    return random.Random(str(seed))  # noqa: S311  # the same each time


def _ids(examination: Examination) -> set[str]:
    return {finding.id for finding in examination.findings}


def _passed(examination: Examination) -> set[str]:
    return {rule.id for rule in examination.passed}


def _thinned(told: Told, chance: random.Random) -> tuple[Told, set[str]]:
    """Leave out a few members, look-ups or rows; return the names of the members, too."""
    rows = [dict(row) for row in told.rows]
    hits = {hit: [dict(each) for each in reply["events"]] for hit, reply in told.hits.items()}
    names = set(chance.sample(sorted(rows[0].keys() | next(iter(hits.values()))[0].keys()), 3))
    for members in [*rows, *(event for found in hits.values() for event in found)]:
        for name in names:
            if chance.random() < 0.5:
                members[name] = chance.choice([None, ""])
    if chance.random() < 0.3:
        hits = {hit: found for hit, found in hits.items() if chance.random() < 0.5}
    is_cut = chance.random() < 0.3
    if is_cut:
        rows = [row for row in rows if chance.random() < 0.7] or rows[:1]
    visitor = {**told.visitor, "hits": rows, "hasMore": is_cut}
    return replace(
        told, visitor=visitor, hits={hit: {"events": e} for hit, e in hits.items()}
    ), names


# Of one story the visitor is examined, of the next its hit.
_EXAMINED = (
    product(varying.TRIED, [False, True]) if EXAMPLES else zip(varying.TRIED, cycle([False, True]))
)


@each(("story", "is_hit"), _EXAMINED)
def test_what_is_fine_in_part_is_fine_as_a_whole(story: Story, is_hit: bool) -> None:
    told = varying.told_as_it_is(story.name)
    hit_id = story.hit_id if is_hit else ""
    whole = varying.examined(story.name, hit_id)
    wrong = {finding.id for finding in whole.findings}
    for seed in range(_TRIES):
        part, names = _thinned(told, _chance(f"{story.name} {hit_id} {seed}"))
        seen = varying.examine(part, hit_id)

        for identity in _passed(seen.examination) & wrong:
            is_empty = not names.isdisjoint(_MAY_BE_EMPTY.get(identity, ()))
            assert is_empty, (identity, seed, hit_id, names)
        assert seen.verdict.converted in (None, whole.verdict.converted), (seed, names)
        assert seen.verdict.reached_offer in (None, whole.verdict.reached_offer), (seed, names)
        verdicts = {each.id for each in seen.findings if each.severity == "verdict"}
        assert verdicts <= wrong | {"L1"}, (seed, hit_id, names)


_KINDS = ("entrance", "view", "click", "conversion", "customEvent1", "Conversion", "hit", None, "")
_VALUES: Mapping[str, tuple[str | None, ...]] = {
    "hitId": ("a0", "a1", "a2h", "a3h", "a2h", "", None),
    "nodeType": ("lander", "offer", "condition", "root", "", None),
    "pageId": ("p1", "p2", None),
    "offerSourceId": (None, None, "s1"),
    "trafficSourceId": ("t1", "t2", None),
    "funnelId": ("f1", "f1", "f2", None),
    "externalId": ("e1", "{clickid}", "a0", "afdwb7QPV6Y59aTP3fQxZ3tX2ox", "", None),
    "trackingDomain": ("go.example.com", "track.example.net", None),
    "cost": ("0", "0.1", "100", "-1", "1e400", "1e-400", None),
    "revenue": ("0", "5", "500", "-5", "1e400", "-1e-400", "9" * 60, "much", None),
    "conversionTransaction": ("A", "a ", "B", "{tx}", "", None),
    "conversionId": ("c1", "c2", None),
}
_CLAIMS = (ClaimedSale("A", "5"), ClaimedSale("Z", "500"), ClaimedSale("", "5"), ClaimedSale("B"))
_SECONDS = (0, 0, 1, 1, 2.5, 60, 61, 600, DAY - 1, DAY + 1, 30 * DAY, 60 * DAY, -5, -90)
_OTHER_TIMES = (
    "",
    None,
    "soon",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-11-20T15:00",
)


def _members(chance: random.Random) -> dict[str, Any]:
    is_odd = chance.random() < 0.05
    time = chance.choice(_OTHER_TIMES) if is_odd else at(chance.choice(_SECONDS))
    return {
        **{name: chance.choice(values) for name, values in _VALUES.items()},
        "eventType": chance.choice(_KINDS[:5]) if chance.random() < 0.9 else chance.choice(_KINDS),
        "eventTime": time,
    }


@cache
def _invented(seed: int) -> tuple[Subject, Examination]:
    """Invent a subject for all tests, and examine it."""
    about = _contradictory(_chance(seed))
    return about, examine(about)


def _contradictory(chance: random.Random) -> Subject:
    """Make a subject whose rows contradict each other, with the look-ups of some hits."""
    rows = [HitRow.model_validate(_members(chance)) for _ in range(chance.randrange(9))]
    details: dict[str, list[HitEvent]] = {}
    for hit in chance.sample(["a0", "a1", "a2h", "a3h"], chance.randrange(4)):
        country, carrier = (
            chance.choice(["Germany", "FR", ""]),
            chance.choice(["Orange France", ""]),
        )
        events = [
            {**_members(chance), "hitId": chance.choice([hit, hit, "a1"]), "hitTime": at(0)}
            for _ in range(chance.randrange(1, 4))
        ]
        details[hit] = [
            HitEvent.model_validate({**each, "country": country, "isp": carrier})
            for each in events
        ]
    return subject(
        rows,
        chance.choice(["", "a0", "a2h", "a3h"]),
        is_complete=chance.random() < 0.7 and all(row.eventType for row in rows),
        details=details,
        claimed_sale=chance.choice([None, None, *_CLAIMS]),
        visitor=chance.choice([None, VisitorInfo(visitorId="afdwb7QPV6Y59aTP3fQxZ3tX2ox")]),
    )


def test_verdict_and_findings_agree_on_whatever_is_sent() -> None:
    for seed in range(_SUBJECTS):
        about, examination = _invented(seed)
        verdict = judge(about)
        found, passed = _ids(examination), _passed(examination)
        unknown = {rule.id for rule, _ in examination.not_checked}

        assert not found & passed, seed
        assert not (found | passed) & unknown, seed
        if verdict.converted:
            assert not found & {"C1", "C2", "C3"}, seed
        if not about.is_complete:
            assert not found & {"C3", "C4", "C9", "J5"}, seed
            assert verdict.converted is not False, seed
        if verdict.reached_offer:
            assert not found & {"C4", "J5"}, seed
        told_as = {each.severity.value for each in examination.findings if each.id == "C16"}
        if "verdict" in told_as:
            assert verdict.converted is not True, seed
        elif told_as:
            assert verdict.converted is not False, seed
        assert len(found & {"C4", "J5"}) < 2, seed
        if found & {"C4", "J5"}:
            assert verdict.reached_offer is False, seed
        if "C3" in found:
            assert (verdict.converted, verdict.reached_offer) == (False, True), seed
        if verdict.converted is None:
            assert not about.is_complete or "hint" in told_as, seed
        if verdict.converted is False and about.visitor_steps:
            assert found & _ABSENCE or unknown & _ABSENCE, seed
        if "C18" in found:
            assert not passed & {"C10", "C11", "C12"}, seed
        for finding in examination.findings:
            assert finding.sentence.endswith("."), (seed, finding.id)
            assert finding.next_step.endswith("."), (seed, finding.id)
            assert "None" not in f"{finding.sentence}{finding.next_step}", (seed, finding.id)


def test_a_member_that_is_taken_away_makes_nothing_fine() -> None:
    for seed in range(_SUBJECTS):
        chance = _chance(f"taken away {seed}")
        about, whole = _invented(seed)
        name = chance.choice([*sorted(_VALUES), "eventTime"])
        rows = [
            step.row.model_copy(update={name: None}) if chance.random() < 0.5 else step.row
            for step in about.steps
        ]
        part = replace(about, journey=make_journey(rows, is_cut=not about.is_complete))
        for identity in _passed(examine(part)) & _ids(whole):
            assert name in _MAY_BE_EMPTY.get(identity, ()), (identity, seed, name)


def _many() -> Iterator[tuple[str, list[HitRow]]]:
    """Yield histories of a thousand rows that are alike in what some rule compares."""
    places = range(1_000)
    yield (
        "leads",
        [row("a2h", "conversion", n, conversionTransaction="A", revenue="0") for n in places],
    )
    yield "one sale", [row(f"a{n}h", "conversion", n, conversionTransaction="A") for n in places]
    yield (
        "sales",
        [
            row(
                f"a{n // 2}h",
                ("view", "conversion")[n % 2],
                n,
                revenue="5",
                pageId="p",
                funnelId="f",
            )
            for n in places
        ],
    )
    yield (
        "entrances",
        [
            row(
                f"a{n}h",
                ("entrance", "conversion")[n % 2],
                -n,
                externalId="x",
                funnelId=f"f{n % 3}",
            )
            for n in places
        ],
    )
    yield "events", [row("a2h", f"customEvent{n % 10 + 1}", n, nodeType="offer") for n in places]
    yield (
        "clicks",
        [row(f"a{n}", ("view", "click")[n % 2], n / 9, trackingDomain=f"d{n}") for n in places],
    )


def test_many_rows_take_no_longer_than_they_must() -> None:
    for name, rows in _many():
        about = subject(rows, "a2h")
        began = process_time()
        examine(about)
        judge(about)
        assert process_time() - began < 0.7, name  # a tenth; each with each took 1.2 seconds


def test_rows_that_were_held_back_make_nothing_fine() -> None:
    for seed in range(_SUBJECTS):
        chance = _chance(f"held back {seed}")
        about, whole = _invented(seed)
        rows = [step.row for step in about.steps if chance.random() < 0.5]
        part = replace(about, journey=make_journey(rows, is_cut=True), is_complete=False)
        assert not _passed(examine(part)) & _ids(whole), seed
        converted = judge(replace(about, is_complete=True)).converted
        assert judge(part).converted in (None, converted), seed
