"""Conversions that are there: for how much, how long after their hit, and in which funnel."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from ffx.api import kinds as events
from ffx.api.models import Event
from ffx.findings.phrases import (
    INCOMPLETE,
    described,
    evidence_of,
    known_conversions,
    listed,
    more,
    tell_each,
)
from ffx.findings.rule import NotApplicable, NotChecked, Observation, Outcome, Severity, rule
from ffx.findings.subject import Evidence, Subject
from ffx.input.times.instants import read_time
from ffx.input.times.words import day_of, elapsed
from ffx.input.times.zones import to_local
from ffx.output.words import amount

_SESSION = timedelta(hours=24)
_COUNTED_ELSEWHERE = timedelta(days=30)
_MOST_KINDS = 10


@rule("C8", basis="A", severity=Severity.WARNING, checks="revenue")
def zero_revenue(subject: Subject) -> Outcome:
    """A conversion brought 0: that was sent, or nothing was and the offer's default payout is 0.

    An amount that is not stated is not 0.

    Class A. Source: the provider's help on tracking conversions.
    """
    rows = known_conversions(subject)
    if not rows:
        return NotApplicable()
    if all(row.revenue is None for row in rows):
        return NotChecked("no conversion states its revenue")
    return tell_each(
        [row for row in rows if row.revenue == 0],
        lambda row: Observation(
            f"{described(subject, row)} brought no revenue: its amount is {amount(row.revenue)}.",
            (subject.evidence(row, "revenue"),),
            "See in the received postbacks log whether the network sent an amount as rev, and "
            "in the offer's settings whether there is a default payout.",
        ),
        "conversions brought no revenue: their amount is 0",
    )


@rule("C10", basis="A", severity=Severity.HINT, checks="delay of conversions")
def late_conversion(subject: Subject) -> Outcome:
    """A conversion came more than 24 hours after its hit, when the session was over.

    From then on scripts and visitor IDs convert nothing, while hit IDs still may. Other
    trackers stop counting after 30 days, or 90.

    Class A. Source: the provider's reference of visitor and hit IDs.
    """
    timed = _timed(subject)
    if isinstance(timed, NotChecked | NotApplicable):
        return timed
    return tell_each(
        [each for each in timed if each.after > _SESSION],
        lambda each: Observation(
            f"{described(subject, each.row)} came {elapsed(each.after)} after it. A session lasts "
            "24 hours; after that a hit ID may still convert, a script or a visitor ID cannot."
            + (
                " Other trackers stop counting 30 days after the click."
                if each.after > _COUNTED_ELSEWHERE
                else ""
            ),
            _times_of(subject, each.row),
            "See in the received postbacks log when the network sent it, and look in reports "
            "that reach back to the day of the click.",
        ),
        "conversions came more than 24 hours after their hits, when the sessions were over",
    )


@rule("C11", basis="B", severity=Severity.HINT, checks="speed of conversions")
def too_fast(subject: Subject) -> Outcome:
    """A conversion came sooner after its hit than people buy.

    Class B. Source: another tracker's presets of 5, 15 and 30 seconds.
    """
    timed = _timed(subject)
    if isinstance(timed, NotChecked | NotApplicable):
        return timed
    limit = subject.thresholds.too_fast_seconds
    return tell_each(
        [each for each in timed if 0 <= each.after.total_seconds() < limit],
        lambda each: Observation(
            f"{described(subject, each.row)} came {elapsed(each.after)} after it. Less than "
            f"{limit:g} s is doubtful: it may be a test, a program at work, or fired by force.",
            _times_of(subject, each.row),
            "Compare its IP address and user agent with others in the raw event report, and "
            "find what sent it in the received postbacks log.",
        ),
        f"conversions came sooner than {limit:g} s after their hits",
    )


@rule("C12", basis="B", severity=Severity.HINT, checks="day of conversions")
def counted_on_another_day(subject: Subject) -> Outcome:
    """A conversion is of another day than its hit, in the reader's zone, and missed on one.

    Those of C10 are told there.

    Class B. Source: other trackers, whose reports go by the click's time or the conversion's.
    """
    timed = _timed(subject)
    if isinstance(timed, NotChecked | NotApplicable):
        return timed
    prompt = [each for each in timed if each.after <= _SESSION]
    if not prompt:
        return NotApplicable()
    zone = subject.zone
    return tell_each(
        [
            each
            for each in prompt
            if to_local(each.hit, zone).date() != to_local(each.event, zone).date()
        ],
        lambda each: Observation(
            f"{described(subject, each.row)} is of {day_of(each.event, zone)}, and its hit of "
            f"{day_of(each.hit, zone)}: a report by the time of the click shows it on one day, "
            "a report by the time of the conversion on the other.",
            _times_of(subject, each.row),
            "Look on both days, and see which zone the report is set to.",
        ),
        "conversions are of another day than their hits, and reports show them on one of the two",
    )


@rule("C13", basis="A", severity=Severity.INFORMATION, checks="custom events")
def custom_event_once(subject: Subject) -> Outcome:
    """A custom event is stored once a session; the traffic source's postback fires each time.

    Class A. Source: the provider's help on custom events.
    """
    steps = [step for step in subject.steps if events.is_custom(step.row.eventType)]
    if not steps:
        return NotApplicable()
    kinds = Counter((step.visit, events.plain_name(step.row.eventType or "")) for step in steps)
    if max(kinds.values()) > 1:
        return []
    if not subject.is_complete:
        return INCOMPLETE
    rows = [step.row for step in steps]
    names = listed((subject.cite("eventType", row.eventType or "") for row in rows), _MOST_KINDS)
    return [
        Observation(
            f"A custom event is stored once a session, however often it fired. Here: {names}."
            f"{more(rows)}",
            evidence_of(subject, rows, "eventType"),
            "To learn how often it fired, see the traffic source's own report: a postback goes "
            "there each time, if the traffic source settings have one.",
        )
    ]


@rule("C14", basis="A", severity=Severity.WARNING, checks="funnel of conversions")
def conversion_in_other_funnel(subject: Subject) -> Outcome:
    """A conversion's funnel is not the one by which the visitor had come before its hit.

    Class A. Source: the provider's help on indirect and lifetime conversions.
    """
    rows = known_conversions(subject)
    if not rows:
        return NotApplicable()
    pairs = [
        (entrance, row)
        for row in rows
        if row.funnelId and (entrance := _entrance_of(subject, row)) and entrance.funnelId
    ]
    if not pairs:
        return NotChecked("in which funnel the visits of the conversions began is not known")
    strays = [pair for pair in pairs if pair[0].funnelId != pair[1].funnelId]
    # A later entrance may be among the rows that are missing.
    if strays and not subject.is_complete:
        return INCOMPLETE
    return tell_each(
        strays,
        lambda pair: Observation(
            f"{described(subject, pair[1])} is in the funnel {_funnel(subject, pair[1])}, and the "
            f"visit began in {_funnel(subject, pair[0])}.",
            tuple(subject.evidence(row, "funnelId") for row in pair),
            "Look for it in the report of the conversion's funnel; for the other funnel it "
            "counts as indirect and lifetime revenue.",
        ),
        "conversions are in another funnel than the entrances before them",
    )


@dataclass(frozen=True, slots=True)
class _Timed:
    """A conversion, when its hit was, and when it came."""

    row: Event
    hit: datetime
    event: datetime

    @property
    def after(self) -> timedelta:
        return self.event - self.hit


def _timed(subject: Subject) -> list[_Timed] | NotChecked | NotApplicable:
    rows = known_conversions(subject)
    if not rows:
        return NotApplicable()
    timed = [
        _Timed(row, hit, event)
        for row in rows
        if (hit := subject.hit_time(row.hitId or "")) is not None
        and (event := read_time(row.eventTime)) is not None
    ]
    return timed or NotChecked("when the hits of the conversions were is not known")


def _times_of(subject: Subject, row: Event) -> tuple[Evidence, ...]:
    """Return as evidence when a conversion's hit was, and when it came."""
    hits = [step.row for step in subject.own if step.row.hitId == row.hitId][:1]
    found = [each for each in subject.events_of(row.hitId or "") if read_time(each.hitTime)][:1]
    return (
        *(subject.evidence(hit, "eventTime") for hit in hits),
        *(subject.evidence(each, "hitTime") for each in found if not hits),
        subject.evidence(row, "eventTime"),
    )


def _entrance_of(subject: Subject, row: Event) -> Event | None:
    """Return the entrance that began the visit of a conversion's hit; None if none is known."""
    at = subject.hit_time(row.hitId or "") or read_time(row.eventTime)
    earlier = (
        step.row
        for step in reversed(subject.entrances)
        if at is not None and step.time is not None and step.time <= at
    )
    return next(earlier, None)


def _funnel(subject: Subject, row: Event) -> str:
    if row.funnelName:
        return subject.cite("funnelName", row.funnelName)
    return subject.cite("funnelId", row.funnelId or "")
