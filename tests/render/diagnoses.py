"""Diagnoses to draw: no, yes, not known, and nothing found."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from ffx.findings.diagnosis import Diagnosis, History
from ffx.findings.engine import Examination
from ffx.findings.rule import Finding, NotApplicable, Rule, Severity
from ffx.findings.subject import Evidence
from ffx.findings.verdict import Conversion, Verdict
from ffx.input.times.window import TimeRange
from tests.render.sample import NOW, OFFER_HIT, VISITOR_ID, WINDOW

LANDER_HIT = "dkezmsf3bat8xdbz8rt039r1"
_LANDER = "Lander group · Spring offer A"
_OFFER = "Offer group · Example Shop"
_VIEW, _SHOP = "2026-11-20T14:04:12.100Z", "2026-11-20T14:04:41.100Z"


def rules(*identities: str) -> tuple[Rule, ...]:
    """Return rules that check what their place is followed by: `T4 cost`."""
    return tuple(
        Rule(identity, f"rule-{identity}", "A", Severity.HINT, checks, lambda _: NotApplicable())
        for identity, _, checks in (each.partition(" ") for each in identities)
    )


def _unchecked(reason: str, *identities: str) -> Iterable[tuple[Rule, str]]:
    return [(each, reason) for each in rules(*identities)]


def refused() -> Diagnosis:
    """Of a hit that cannot convert."""
    findings = (
        Finding(
            "C1",
            "hit-cannot-convert",
            "A",
            Severity.VERDICT,
            f"Hit {LANDER_HIT} cannot take a conversion: only views of offers can, and their IDs "
            f"end in h. This visitor's views of offers: {OFFER_HIT}.",
            (
                Evidence("hitId", LANDER_HIT, LANDER_HIT, "view", _VIEW, _LANDER),
                Evidence("hitId", OFFER_HIT, OFFER_HIT, "view", _SHOP, _OFFER),
            ),
            "Give the network {hit} in the offer URL, where it is that of the offer's view.",
        ),
        Finding(
            "T2",
            "unfilled-macro",
            "A",
            Severity.HINT,
            "t2 holds an unfilled macro: '{{campaign.name}}'.",
            (Evidence("t2", "{{campaign.name}}", LANDER_HIT, "view", _VIEW, _LANDER),),
            "Look into the source's settings.",
        ),
        Finding(
            "C13",
            "custom-event-once",
            "A",
            Severity.INFORMATION,
            "Custom event 1 was counted once.",
            tuple(Evidence("eventType", "", f"h{number}") for number in range(6)),
            "",
        ),
    )
    return Diagnosis(
        kind="hit",
        id=LANDER_HIT,
        visitor_id=VISITOR_ID,
        account="main",
        window=replace(WINDOW, start=NOW - timedelta(hours=2)),
        made=NOW,
        history=History(
            is_complete=True,
            rows=4,
            total="4",
            first_seen=_VIEW,
            last_seen=_SHOP,
            gaps=(),
        ),
        verdict=Verdict(
            False,
            True,
            "No conversion, and this hit cannot take one.",
            (f"The visitor's view of an offer is {OFFER_HIT}.",),
            (),
        ),
        examination=Examination(
            findings,
            rules("L1 found", "L2 history complete", "C4 offer reached", "J1 visits", "T4 cost",
                  "T5 cost", "T6 geo", "T8 speed of clicks"),
            tuple(_unchecked("the reply does not tell", "T3 parameters")),
        ),
        notes=("3 times have no zone, and are taken as UTC",),
        looked_up=4,
        requests=6,
    )  # fmt: skip


def converted() -> Diagnosis:
    """Of a visitor who converted, and nothing is wrong."""
    conversion = Conversion(
        OFFER_HIT, "2026-11-20T15:12:03Z", "24.9000", "A-1001", _OFFER, timedelta(minutes=67)
    )
    headline = "Converted for 24.9000, on Fri 20 Nov 2026 16:12:03 +01:00, 67 min after its hit."
    whole = refused()
    return replace(
        whole,
        kind="visitor",
        id=VISITOR_ID,
        history=replace(whole.history, rows=1, total="1"),
        verdict=Verdict(True, True, headline, (), (conversion,)),
        examination=replace(whole.examination, findings=(), not_checked=()),
        notes=(),
    )


def unknown() -> Diagnosis:
    """Of a history that is cut, with the command that gets the rest."""
    whole = refused()
    cut = Finding(
        "L2",
        "history-cut",
        "A",
        Severity.WARNING,
        "The history is incomplete: the window ends before now. What is missing here may have "
        "happened all the same.",
        (Evidence("totalHits", "2500"),),
        "Do not conclude from it that there was no conversion. For the rest:\n"
        f"ffx diagnose {OFFER_HIT} --profile shop-in-the-north --tz Europe/Berlin",
    )
    return replace(
        whole,
        id=OFFER_HIT,
        window=TimeRange(WINDOW.start, NOW - timedelta(hours=1)),
        history=replace(whole.history, is_complete=False, gaps=("the window ends before now",)),
        verdict=Verdict(
            None,
            None,
            "Not known whether it converted: the history is incomplete.",
            ("So far the visitor saw the page 'Spring offer A', and reached no offer.",),
            (),
        ),
        examination=Examination(
            (cut,),
            rules("L1 found", "L3 names", "T4 cost"),
            (
                *_unchecked("the history is incomplete", "C3 conversion", "C4 offer reached"),
                *_unchecked("hits are hidden", "C9 conversions seen before"),
            ),
        ),
        notes=(),
    )


def missing() -> Diagnosis:
    """Of a hit that nobody knows."""
    nothing = Finding(
        "L1",
        "nothing-found",
        "A",
        Severity.VERDICT,
        f"Nothing was found for the hit '{OFFER_HIT}'.",
        (),
        "Check the spelling of the ID, and whether it is another account's.",
    )
    whole = refused()
    return replace(
        whole,
        id=OFFER_HIT,
        visitor_id="",
        window=None,
        history=History(is_complete=False, rows=0, total="", first_seen="", last_seen="", gaps=()),
        verdict=Verdict(None, None, "Nothing is known of it.", (), ()),
        examination=Examination((nothing,), (), ()),
        notes=(),
        looked_up=0,
        requests=2,
    )
