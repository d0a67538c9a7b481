"""A whole diagnosis, and its JSON document.

The document is stable: members are added, never renamed or taken away, as long
as `version` stays what it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ffx.findings.engine import Examination
from ffx.findings.rule import Finding
from ffx.findings.verdict import Verdict
from ffx.input.targets.shapes import Kind
from ffx.input.times.instants import to_rfc3339
from ffx.input.times.window import TimeRange
from ffx.output.clean import clean
from ffx.output.words import plural

DOCUMENT_VERSION = 1


@dataclass(frozen=True, slots=True)
class History:
    """How much of a visitor's history was there to judge by.

    Attributes:
        first_seen: as sent; empty where the service did not say.
        total: the service's own count, as sent; empty likewise.
        gaps: what is missing, a sentence each.
    """

    is_complete: bool
    rows: int
    total: str
    first_seen: str
    last_seen: str
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Diagnosis:
    """What is to be said about one target.

    Attributes:
        id: the target's ID, or an alias of it.
        notes: what else a reader should know, a sentence each.
        looked_up: how many single hits were looked up besides the history.
        requests: how many requests it took in all.
    """

    kind: Kind
    id: str
    visitor_id: str
    account: str
    window: TimeRange | None
    made: datetime
    history: History
    verdict: Verdict
    examination: Examination
    notes: tuple[str, ...]
    looked_up: int
    requests: int

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong, the heaviest first."""
        return self.examination.findings

    def as_document(self) -> Mapping[str, object]:
        """Return what `--json` writes, as parsed JSON; its members are stable."""
        return document_of(self)

    def __repr__(self) -> str:
        found = {True: "converted", False: "not converted", None: "not known"}
        verdict = found[self.verdict.converted]
        findings = plural(len(self.findings), "finding")
        return f"<Diagnosis {self.kind} {clean(self.id)}: {verdict}, {findings}>"


def document_of(diagnosis: Diagnosis) -> Mapping[str, object]:
    """Return the JSON document of a diagnosis, as parsed JSON."""
    window = diagnosis.window
    verdict, history = diagnosis.verdict, diagnosis.history
    return {
        "version": DOCUMENT_VERSION,
        "target": {"kind": diagnosis.kind, "id": diagnosis.id},
        "visitorId": diagnosis.visitor_id,
        "account": diagnosis.account,
        "made": to_rfc3339(diagnosis.made),
        "window": None
        if window is None
        else {"start": to_rfc3339(window.start), "end": to_rfc3339(window.end)},
        "history": {
            "complete": history.is_complete,
            "rows": history.rows,
            "totalHits": history.total,
            "firstSeen": history.first_seen,
            "lastSeen": history.last_seen,
            "missing": list(history.gaps),
        },
        "verdict": {
            "converted": verdict.converted,
            "reachedOffer": verdict.reached_offer,
            "sentence": " ".join([verdict.headline, *verdict.details]),
            "headline": verdict.headline,
            "details": list(verdict.details),
            "conversions": [
                {
                    "hitId": each.hit_id,
                    "eventTime": each.time,
                    "revenue": each.revenue,
                    "transaction": each.transaction,
                    "place": each.place,
                    "secondsAfterHit": None
                    if each.after_hit is None
                    else each.after_hit.total_seconds(),
                }
                for each in verdict.conversions
            ],
        },
        "findings": [_finding(finding) for finding in diagnosis.findings],
        "checkedAndFine": [
            {"id": rule.id, "name": rule.name, "checks": rule.checks}
            for rule in diagnosis.examination.passed
        ],
        "notChecked": [
            {"id": rule.id, "name": rule.name, "reason": reason}
            for rule, reason in diagnosis.examination.not_checked
        ],
        "notes": list(diagnosis.notes),
        "hitsLookedUp": diagnosis.looked_up,
        "requests": diagnosis.requests,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "id": finding.id,
        "name": finding.name,
        "class": finding.basis,
        "severity": finding.severity.value,
        "sentence": finding.sentence,
        "evidence": [
            {
                "hitId": each.hit_id,
                "eventType": each.event,
                "eventTime": each.time,
                "place": each.place,
                "member": each.member,
                "value": each.value,
            }
            for each in finding.evidence
        ],
        "nextStep": finding.next_step,
    }
