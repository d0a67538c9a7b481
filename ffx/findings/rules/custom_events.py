"""Custom events: stored once a session, and a sign that an ID came back."""

from collections import Counter
from datetime import timedelta

from ffx.api import kinds as events
from ffx.findings.phrases import (
    INCOMPLETE,
    events_back,
    evidence_of,
    known_conversions,
    listed,
    more,
)
from ffx.findings.rule import NotApplicable, NotChecked, Observation, Outcome, Severity, rule
from ffx.findings.subject import Subject
from ffx.input.times.words import elapsed

_MOST_KINDS = 10


@rule("C13", basis="A", severity=Severity.INFORMATION, checks="custom events")
def custom_event_once(subject: Subject) -> Outcome:
    """A custom event is stored once a session; the traffic source's postback fires each time.

    Next: count the events in the traffic source's own report.

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
            f"The visitor has custom events: {names}. A custom event is stored once a session, "
            f"however often it was sent.{more(rows)}",
            evidence_of(subject, rows, "eventType"),
            "To count all of them, use the traffic source's own report: its postback fires each "
            "time, if the traffic source settings have one for this event.",
        )
    ]


@rule("C21", basis="C", severity=Severity.HINT, checks="events without a conversion")
def event_without_conversion(subject: Subject) -> Outcome:
    """A custom event came back on an offer's hit, and no conversion did.

    Told of events later than a minute after the view; a script fires others while the visitor is
    still there.

    Next: in the network, check the URL of the postback for the sale.

    Class C. Source: our reasoning; an event that came back carried the hit ID.
    """
    if known_conversions(subject):
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
    late = events_back(subject)
    if not late:
        timed = [row for row in custom if subject.after_hit(row) is not None]
        return [] if timed else NotChecked("the times of the custom events are not in the reply")
    after = subject.after_hit(late[-1]) or timedelta()
    return [
        Observation(
            f"The custom event {subject.cite('eventType', late[-1].eventType or '')} came back on "
            f"hit {subject.alias('hitId', late[-1].hitId or '')}, {elapsed(after)} after the view "
            f"of the offer. No conversion came back on it.{more(late)}",
            evidence_of(subject, late, "eventType"),
            "The network has the hit ID: what sent the event can send the sale, too. In the "
            "network, check the postback for the sale: its URL, and which sales it fires for.",
        )
    ]
