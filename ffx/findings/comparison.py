"""Two hits or visitors beside each other: what each came to, and where their ways part.

What is compared are members of the API and what follows from them, in the order of the way.
Values that any two visitors have of their own count as equal where both have one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from ffx.api import kinds as events
from ffx.api.journey import Step, total_of
from ffx.api.members import DEVICE, REGION, TRACKING
from ffx.api.models import Event
from ffx.findings.diagnosis import Diagnosis
from ffx.findings.subject import Subject, place_of
from ffx.input.times.formatting import elapsed
from ffx.output.words import amount

DOCUMENT_VERSION = 1
_MOST_STEPS = 60
# Of each visitor's own; two of them say nothing by being different.
_OWN = frozenset({"externalId", "ip", "ipv6", "conversionTransaction", "referrerPath"})
_SOURCE = (
    "trafficSourceName", "trafficSourceId", "cost", "trackingDomain", "externalId",
    "referrerDomain", "referrerPath",
)  # fmt: skip
_FUNNEL = ("funnelName", "funnelId", "funnelGroupName")
_PLACE = ("continent", "country", *REGION, "ip", "ipv6")
_OFFER = (
    "pageName", "pageId", "pageGroupName", "offerSourceName", "offerSourceId", "categoryName",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is compared: a group and a name, what it says, and how it is shown.

    `value` is as sent, `shown` may be an alias. An empty value is none.
    """

    group: str
    name: str
    value: str
    shown: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the two have otherwise; an empty text is none."""

    group: str
    name: str
    values: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: who it is, and what it came to."""

    account: str
    diagnosis: Diagnosis

    @property
    def verdict(self) -> str:
        verdict = self.diagnosis.verdict
        return " ".join([verdict.headline, *verdict.details])


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides, and where they differ, in the order of the way.

    Attributes:
        equal: how many things are the same on both sides.
        hidden: what a redacted case file does not tell, so that it was not compared.
    """

    sides: tuple[Side, Side]
    differences: tuple[Difference, ...]
    equal: int
    hidden: tuple[str, ...]


def compare(
    sides: tuple[Side, Side], subjects: tuple[Subject, Subject], hidden: frozenset[str]
) -> Comparison:
    """Compare two targets; members in `hidden` are aliases on one of the sides."""
    first, second = (
        {(fact.group, fact.name): fact for fact in _facts(side, subject)}
        for side, subject in zip(sides, subjects, strict=True)
    )
    differences, equal, left_out = [], 0, dict[str, None]()
    for key in _in_order(first, second):
        one, other = first.get(key), second.get(key)
        name = (one or other or Fact(*key, "", "")).name
        values = tuple("" if fact is None else fact.value for fact in (one, other))
        if not any(values):
            continue
        if name in hidden:
            left_out[name] = None
        elif values[0] == values[1] or (name in _OWN and all(values)):
            equal += 1
        else:
            shown = ("" if one is None else one.shown, "" if other is None else other.shown)
            differences.append(Difference(*key, shown))
    return Comparison(sides, tuple(differences), equal, tuple(left_out))


def document_of(comparison: Comparison) -> Mapping[str, object]:
    """Return the JSON document of a comparison: the two sides in order, then what differs."""
    return {
        "version": DOCUMENT_VERSION,
        "sides": [
            {
                "target": {"kind": side.diagnosis.kind, "id": side.diagnosis.id},
                "visitorId": side.diagnosis.visitor_id,
                "account": side.account,
                "converted": side.diagnosis.verdict.converted,
                "reachedOffer": side.diagnosis.verdict.reached_offer,
                "verdict": side.verdict,
                "complete": side.diagnosis.history.is_complete,
                "findings": [finding.id for finding in side.diagnosis.findings],
            }
            for side in comparison.sides
        ],
        "differences": [
            {"group": each.group, "name": each.name, "values": list(each.values)}
            for each in comparison.differences
        ],
        "equal": comparison.equal,
        "notCompared": list(comparison.hidden),
    }


def _in_order(
    first: Mapping[tuple[str, str], Fact], second: Mapping[tuple[str, str], Fact]
) -> list[tuple[str, str]]:
    """Return the keys of both, those of one group together, in the order of the way."""
    groups = list(dict.fromkeys(group for group, _ in (*first, *second)))
    keys = dict.fromkeys((*first, *second))
    return sorted(keys, key=lambda key: groups.index(key[0]))


def _facts(side: Side, subject: Subject) -> Iterator[Fact]:
    steps = _steps_of_visit(subject)
    entrance = next((step.row for step in steps if step.row.is_entrance), None)
    first = entrance or (steps[0].row if steps else None)
    offer = _offer(subject, steps)
    about = _details(subject, first)
    yield from _members(subject, "source", (about, first), _SOURCE)
    yield from _members(subject, "campaign", (first,), ("subCampaign",))
    yield from _members(subject, "tracking fields", (first,), TRACKING)
    yield from _members(subject, "funnel", (first,), _FUNNEL)
    yield from _way(subject, steps)
    yield from _members(subject, "device", (about, subject.visitor), DEVICE)
    yield from _members(subject, "place", (about, subject.visitor), _PLACE)
    yield from _pauses(steps, offer)
    yield from _members(subject, "offer", (offer,), _OFFER)
    yield from _outcome(side, subject)


def _steps_of_visit(subject: Subject) -> list[Step]:
    """Return the visit of the hit in question; of a visitor, all that is known."""
    visits = {step.visit for step in subject.steps if step.row.hitId == subject.hit_id}
    if not subject.hit_id or not visits:
        return list(subject.steps)
    return [step for step in subject.steps if step.visit == min(visits)]


def _offer(subject: Subject, steps: list[Step]) -> Event | None:
    offers = [step.row for step in steps if events.is_offer(step.row) and not step.row.is_entrance]
    own = [row for row in offers if row.hitId == subject.hit_id]
    return next(iter((*own, *offers)), None)


def _details(subject: Subject, row: Event | None) -> object:
    """Return the first event of a row's hit as looked up; else that of any hit that was."""
    hit_id = (row.hitId or "") if row is not None else ""
    looked_up = {hit: rows[0] for hit, rows in subject.details.items() if rows}
    return looked_up.get(hit_id) or next(iter(looked_up.values()), None)


def _members(
    subject: Subject, group: str, rows: tuple[object, ...], names: tuple[str, ...]
) -> Iterator[Fact]:
    for name in names:
        sent = (getattr(row, name, None) for row in rows)
        value = next((str(each) for each in sent if each not in (None, "")), "")
        yield Fact(group, name, value, subject.alias(name, value) if value else "")


def _way(subject: Subject, steps: list[Step]) -> Iterator[Fact]:
    """Yield what was done, one step after the other; conversions are the outcome."""
    own = [step.row for step in steps if not step.row.is_conversion]
    for number, row in enumerate(own[:_MOST_STEPS], 1):
        value = " · ".join(filter(None, (row.eventType or "–", place_of(row))))
        yield Fact("pages", f"step {number}", value, subject.alias("place", value))
    if len(own) > _MOST_STEPS:
        left = f"{len(own) - _MOST_STEPS:,}"
        yield _shown_as_sent("pages", "further steps", left)


def _pauses(steps: list[Step], offer: Event | None) -> Iterator[Fact]:
    times = [step.time for step in steps if step.time is not None]
    if not times:
        return
    marks = {
        "to the first click": next(
            (step.time for step in steps if events.is_click(step.row.eventType)), None
        ),
        "to the offer": next((step.time for step in steps if step.row is offer), None),
    }
    for name, moment in marks.items():
        pause = elapsed(max(moment - times[0], timedelta(0))) if moment is not None else ""
        yield _shown_as_sent("pauses", name, pause)


def _shown_as_sent(group: str, name: str, value: str) -> Fact:
    return Fact(group, name, value, value)


def _conversions(subject: Subject) -> list[Event]:
    if subject.hit_id:
        return list(subject.hit_conversions)
    return [step.row for step in subject.conversions]


def _outcome(side: Side, subject: Subject) -> Iterator[Fact]:
    rows = _conversions(subject)
    verdict = side.diagnosis.verdict
    for name, known in (
        ("converted", verdict.converted),
        ("offer reached", verdict.reached_offer),
    ):
        answer = "not known" if known is None else "yes" if known else "no"
        yield _shown_as_sent("outcome", name, answer)
    yield _shown_as_sent("outcome", "conversions", str(len(rows)) if rows else "")
    after = subject.after_hit(rows[0]) if rows else None
    later = elapsed(after) if after is not None and after >= timedelta(0) else ""
    yield _shown_as_sent("outcome", "after its hit", later)
    yield _shown_as_sent("outcome", "revenue", amount(total_of(row.revenue for row in rows)))
    sold = next((row.conversionTransaction for row in rows if row.conversionTransaction), "") or ""
    yield Fact(
        "outcome",
        "conversionTransaction",
        sold,
        subject.alias("conversionTransaction", sold) if sold else "",
    )
    found = " ".join(sorted({finding.name for finding in side.diagnosis.findings}))
    yield _shown_as_sent("outcome", "findings", found)
