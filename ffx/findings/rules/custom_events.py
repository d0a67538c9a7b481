"""Custom events: stored once a session, and a sign that an ID came back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ffx.api import kinds as events
from ffx.api.journey import Step
from ffx.findings.phrases import (
    INCOMPLETE,
    checked_in_part,
    evidence_of,
    late_custom_events,
    listed,
    more,
)
from ffx.findings.rule import NotApplicable, NotChecked, Observation, RuleResult, Severity, rule
from ffx.findings.subject import Subject
from ffx.input.times.formatting import elapsed
from ffx.output.words import plural

_SESSION = timedelta(hours=24)
_MOST_KINDS = 10


@rule("C13", basis="A", severity=Severity.INFORMATION, checks="custom events")
def custom_event_once(subject: Subject) -> RuleResult:
    """A custom event is stored once a session; the traffic source's postback fires each time.

    Kinds of events that a session has twice are not told: those were stored each time.

    Next: count the events in the traffic source's own report.

    Class A. Source: the provider's help on custom events.
    """
    steps = [step for step in subject.steps if events.is_custom(step.row.eventType)]
    if not steps:
        return NotApplicable()
    if not subject.is_complete:
        return INCOMPLETE
    if untimed := sum(step.time is None for step in steps):
        return NotChecked(
            f"{untimed:,} of {plural(len(steps), 'custom event')} without a time, so the sessions "
            "are not known"
        )
    rows = [step.row for step in _not_repeated(steps)]
    if not rows:
        return NotApplicable()
    names = listed((subject.cite("eventType", row.eventType or "") for row in rows), _MOST_KINDS)
    return [
        Observation(
            f"The visitor has custom events: {names}. A custom event is stored once a session, "
            f"however often it was sent.{more(rows)}",
            evidence_of(subject, rows, "eventType"),
            "To count all of them, use the traffic source's own report: its postback fires each "
            "time, if the traffic source settings have one for this event.",
        )
    ]


def _not_repeated(steps: Sequence[Step]) -> list[Step]:
    """Leave out the kinds of events of which a session has two: those were stored each time."""
    last: dict[tuple[int, str], datetime] = {}
    repeated = set()
    for step in steps:
        name = events.plain_name(step.row.eventType or "")
        before = last.get((step.visit, name))
        if step.time is not None:
            last[step.visit, name] = step.time
            if before is not None and step.time - before < _SESSION:
                repeated.add(name)
    return [step for step in steps if events.plain_name(step.row.eventType or "") not in repeated]


@rule("C21", basis="C", severity=Severity.HINT, checks="events without a conversion")
def event_without_conversion(subject: Subject) -> RuleResult:
    """A custom event was recorded on an offer's hit later than its view, and no conversion was.

    Told of events later than a minute after the view; earlier ones are mostly a script's.

    Next: find what sent the event, and check its postback or script for the sale.

    Class C. Source: our reasoning; a postback for an event carries the hit ID.
    """
    if subject.known_conversions:
        return NotApplicable()
    custom = [
        step.row
        for step in subject.steps
        if events.is_custom(step.row.eventType) and events.is_offer(step.row)
    ]
    if not custom:
        return NotApplicable()
    if not subject.is_complete:
        return INCOMPLETE
    late = late_custom_events(subject)
    if not late:
        lacking = sum(subject.after_hit(row) is None for row in custom)
        what = "a time and its hit's"
        return checked_in_part(lacking, len(custom), "custom event", what) if lacking else []
    after = subject.after_hit(late[-1]) or timedelta()
    return [
        Observation(
            f"The custom event {subject.cite('eventType', late[-1].eventType or '')} was recorded "
            f"on hit {subject.alias('hitId', late[-1].hitId or '')}, {elapsed(after)} after the "
            f"view of the offer, and no conversion was.{more(late)}",
            evidence_of(subject, late, "eventType"),
            "Find what sent the event: it may send the sale, too. If it was the network, check "
            "the postback for the sale there: its URL, and which sales it fires for. If it was a "
            "script, see whether a script for the conversion runs on the page after the sale.",
        )
    ]
