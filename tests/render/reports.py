"""Reports to write: a conversion, a hit, a diagnosis, half a history, and nothing at all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ffx.api.journey import Journey, make_journey
from ffx.api.models import HitEvents, VisitorHistory, VisitorInfo
from ffx.api.wire import Exchange, Query, Reply, hit_query, visitor_query
from ffx.errors import NotFoundError
from ffx.findings.diagnosis import Diagnosis, History
from ffx.findings.engine import Examination
from ffx.findings.rule import Finding, NotApplicable, Rule, Severity
from ffx.findings.subject import Evidence
from ffx.findings.verdict import Conversion, Verdict
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.input.times.window import TimeRange
from ffx.lookup.all_hits import what_is_missing
from ffx.lookup.find import Found
from ffx.render.target_report import TargetReport
from tests.render.sample import BERLIN, HITS, NOW, OFFER_HIT, VISITOR, VISITOR_ID, WINDOW

LANDER_HIT = "dkezmsf3bat8xdbz8rt039r1"
CONVERSION = Conversion(
    hit_id=OFFER_HIT,
    time="2026-11-20T15:12:03Z",
    revenue="24.9000",
    transaction="A-1001",
    place="Offer group · Example Shop",
    after_hit=timedelta(minutes=67, seconds=22),
)
CONVERTED = Verdict(
    True, True, "Converted for 24.9000, on Fri 20 Nov 2026 16:12:03 +01:00.", (), (CONVERSION,)
)
_NOTHING_KNOWN = Verdict(None, None, "Nothing was found.", (), ())


def _reply(query: Query, count: int, **facts: Any) -> Reply:
    usual = {"has_more": False, "visitor_id": VISITOR_ID, "first_seen": VISITOR["firstSeen"]}
    return Reply(query=query, sent="", rows=count, warnings=(), _parsed=None, **{**usual, **facts})


def exchange(query: Query, number: int = 1) -> Exchange:
    return Exchange(query, NOW + number * timedelta(milliseconds=250), 200, f"req-{number}")


def journey(hits: Sequence[Mapping[str, Any]] = HITS) -> Journey:
    return make_journey(VisitorHistory.model_validate({"hits": list(hits)}).hits)


def _history(found: Found, visitor: VisitorInfo) -> History:
    gaps = what_is_missing(found, now=NOW, zone=BERLIN)
    return History(
        is_complete=not gaps,
        rows=found.reply.rows,
        total=str(visitor.totalHits),
        first_seen=visitor.firstSeen or "",
        last_seen=visitor.lastSeen or "",
        gaps=gaps,
    )


def _visitor_report(
    journey: Journey, found: Found, verdict: Verdict, diagnosis: Diagnosis | None = None
) -> TargetReport:
    visitor = VisitorInfo.model_validate(VISITOR)
    return TargetReport(
        kind="visitor",
        id=VISITOR_ID,
        question=f"What happened to visitor {VISITOR_ID}?",
        account="main",
        zone=BERLIN,
        command=f"ffx visitor {VISITOR_ID} --since 2d",
        address="https://api.example.com/v1",
        made=NOW,
        found=found,
        visitor=visitor,
        history=_history(found, visitor) if diagnosis is None else diagnosis.history,
        journey=journey,
        verdict=verdict,
        diagnosis=diagnosis,
    )


def _hit_report(
    hit_id: str, found: Found, journey: Journey, verdict: Verdict, diagnosis: Diagnosis | None
) -> TargetReport:
    name = "diagnose" if diagnosis else "hit"
    return TargetReport(
        kind="hit",
        id=hit_id,
        question=f"What happened to hit {hit_id}?",
        account="FFX_ACCESS_TOKEN",
        zone=BERLIN,
        command=f"ffx {name} {hit_id}",
        address="https://api.example.com/v1",
        made=NOW,
        found=found,
        visitor=None,
        history=None if diagnosis is None else diagnosis.history,
        journey=journey,
        verdict=verdict,
        diagnosis=diagnosis,
    )


def ordinary() -> TargetReport:
    query = visitor_query(VisitorId(VISITOR_ID), WINDOW)
    found = Found(Target(VisitorId(VISITOR_ID)), _reply(query, 6), WINDOW)
    found = replace(found, exchanges=(exchange(query),))
    return _visitor_report(journey(), found, CONVERTED)


def of_a_hit() -> TargetReport:
    query = hit_query(HitId(OFFER_HIT))
    found = Found(Target(HitId(OFFER_HIT)), _reply(query, 2), exchanges=(exchange(query),))
    events = HitEvents.model_validate({"events": [HITS[3], HITS[5]]}).events
    return _hit_report(OFFER_HIT, found, make_journey(events), CONVERTED, None)


def rule(identity: str, checks: str) -> Rule:
    return Rule(identity, "a-rule", "A", Severity.HINT, checks, lambda _: NotApplicable())


def diagnosed() -> TargetReport:
    row = {"hit_id": LANDER_HIT, "event": "view", "time": "2026-11-20T14:04:12.100Z"}
    place = "Lander group · Spring offer A"
    findings = (
        Finding(
            "C1",
            "hit-cannot-convert",
            "A",
            Severity.VERDICT,
            'The hit does not end in "h": only views of offers do.',
            (Evidence("hitId", LANDER_HIT, place=place, **row),),
            "Give the network {hit} of the offer URL.\nffx hit dkezmsf3bat8xdbz8rt039r4h",
        ),
        Finding(
            "T2",
            "unfilled-macro",
            "B",
            Severity.HINT,
            "t2 holds an unfilled macro: '{{campaign.name}}'.",
            (Evidence("t2", "{{campaign.name}}", place=place, **row), Evidence("totalHits", "7")),
            "",
        ),
    )
    examination = Examination(
        findings,
        (rule("T4", "cost"), rule("T5", "cost"), rule("J1", "visits")),
        (
            (rule("C3", "conversion"), "the history is incomplete"),
            (rule("C9", "older cases"), "there is no older case"),
            (rule("C4", "offer reached"), "the history is incomplete"),
        ),
    )
    verdict = Verdict(
        False,
        None,
        "No conversion, and this hit cannot take one.",
        (f"The visitor's view of an offer is {OFFER_HIT}.",),
        (),
    )
    diagnosis = Diagnosis(
        kind="hit",
        id=LANDER_HIT,
        visitor_id=VISITOR_ID,
        account="main",
        window=WINDOW,
        made=NOW,
        history=History(
            is_complete=False,
            rows=4,
            total="6",
            first_seen="2026-11-20T14:04:12.040Z",
            last_seen="",
            gaps=("the data changed meanwhile: Fri 20 Nov 2026 15:00 +01:00 → Fri 20 Nov 15:10",),
        ),
        verdict=verdict,
        examination=examination,
        notes=("3 times have no zone, and are taken as UTC",),
        looked_up=2,
        requests=7,
    )
    query = visitor_query(VisitorId(VISITOR_ID), WINDOW)
    asked = [
        visitor_query(HitId(LANDER_HIT)),
        query,
        *[hit_query(HitId(f"r{n}")) for n in range(5)],
    ]
    found = Found(
        Target(HitId(LANDER_HIT)),
        _reply(query, 4),
        WINDOW,
        exchanges=tuple(exchange(each, number) for number, each in enumerate(asked, start=1)),
    )
    return _hit_report(LANDER_HIT, found, journey(HITS[:4]), verdict, diagnosis)


def incomplete() -> TargetReport:
    window = TimeRange(NOW - timedelta(minutes=50), NOW - timedelta(minutes=5))
    query = visitor_query(VisitorId(VISITOR_ID), window)
    reply = _reply(query, 2, has_more=True)
    verdict = Verdict(
        None,
        None,
        "Not known whether it converted: the history is incomplete.",
        ("So far: reached the offer 'Example_Shop'.",),
        (),
    )
    found = Found(Target(VisitorId(VISITOR_ID)), reply, window, exchanges=(exchange(query),))
    return _visitor_report(journey(HITS[2:4]), found, verdict)


def empty() -> TargetReport:
    query = visitor_query(VisitorId(VISITOR_ID), WINDOW)
    refusal = NotFoundError("the service answered 404 Not Found: 'no such visitor'")
    found = Found(
        Target(VisitorId(VISITOR_ID)),
        _reply(query, 0, visitor_id="", first_seen=""),
        WINDOW,
        refusal=refusal,
        exchanges=(replace(exchange(query), status=404, request_id=""),),
    )
    return replace(_visitor_report(journey([]), found, _NOTHING_KNOWN), visitor=None)
