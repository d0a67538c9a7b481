"""Sentences and reasons that rules share: how they speak of pages, hits and numbers."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TypeVar

from ffx.api import kinds as events
from ffx.api.models import Event
from ffx.findings.rule import NotChecked, Observation
from ffx.findings.subject import Evidence, Subject
from ffx.input.times.formatting import elapsed, long_time
from ffx.input.times.instants import read_time
from ffx.output.words import plural

INCOMPLETE = NotChecked("the history is incomplete")
REDACTED = NotChecked("the case file is redacted")
FINE_SO_FAR = NotChecked("the history is incomplete; the rows that came back are fine")
NOTHING_FOUND = NotChecked("nothing was found")
NOTHING_SENT = NotChecked("the service sent no hit")
MOST_EVIDENCE = 10
_MOST_APART = 5
_MOST_NAMED = 3
_SCRIPTS_FIRE_WITHIN = timedelta(minutes=1)
# For so long after their last row a visitor may go on, and it is too early to tell.
EARLY = timedelta(hours=1)

Item = TypeVar("Item")


def late_custom_events(subject: Subject) -> list[Event]:
    """Return the custom events on offers that came later than most scripts on a page fire them."""
    return [
        step.row
        for step in subject.steps
        if events.is_custom(step.row.eventType)
        and events.is_offer(step.row)
        and (after := subject.after_hit(step.row)) is not None
        and after > _SCRIPTS_FIRE_WITHIN
    ]


def describe(subject: Subject, row: Event) -> str:
    """Begin a sentence about a conversion: `The conversion of <time> on hit <ID>`."""
    when = long_time(row.eventTime, subject.zone)
    of_time = f"The conversion of {when}" if when else "A conversion"
    return f"{of_time} on hit {subject.alias('hitId', row.hitId)}" if row.hitId else of_time


def cite_page(subject: Subject, row: Event) -> str:
    """Cite a row's page after a noun, ` 'Example Shop'`, or its node; empty without a name."""
    if row.pageName:
        return f" {subject.cite('pageName', row.pageName)}"
    return f" of the node {subject.cite('nodeName', row.nodeName)}" if row.nodeName else ""


def age_of(subject: Subject, row: Event) -> timedelta | None:
    """Return how long ago a row was; None where its time is not known or in the future."""
    time = read_time(row.eventTime)
    return None if time is None or time > subject.now else subject.now - time


def too_early_to_tell(subject: Subject) -> str:
    """Return how new the visitor's last row is, a sentence; empty where it is over an hour old."""
    age = age_of(subject, subject.visitor_steps[-1].row)
    if age is None or age >= EARLY:
        return ""
    return f"The last row is {elapsed(age)} old: too early to tell, the visitor may go on."


def listed(texts: Iterable[str], most: int = _MOST_NAMED) -> str:
    """Name the first few that differ: `a, b, c, and 2 more`."""
    distinct = list(dict.fromkeys(texts))
    left = len(distinct) - most
    return ", ".join(distinct[:most]) + (f", and {left:,} more" if left > 0 else "")


def listed_hits(subject: Subject, rows: Sequence[Event]) -> str:
    return listed(subject.alias("hitId", row.hitId) for row in rows if row.hitId)


def evidence_of(subject: Subject, rows: Sequence[Event], member: str) -> tuple[Evidence, ...]:
    """Return a member of the first ten rows as evidence; `more` counts the others."""
    return tuple(subject.evidence(row, member) for row in rows[:MOST_EVIDENCE])


def more(items: Sequence[object], noun: str = "row") -> str:
    """Return a sentence on how many the evidence leaves out; empty where it has all."""
    left = len(items) - MOST_EVIDENCE
    verb = "is" if left == 1 else "are"
    return f" {plural(left, f'more {noun}')} {verb} left out." if left > 0 else ""


def checked_in_part(lacking: int, total: int, noun: str, what: str) -> NotChecked:
    """Say what was not looked at: `1 of 3 entrances without a cost; the rest is fine`."""
    if lacking == total:
        return NotChecked(f"no {noun} states {what}")
    return NotChecked(f"{lacking:,} of {plural(total, noun)} without {what}; the rest is fine")


def entrances_have(subject: Subject, rows: Sequence[Event]) -> str:
    """Begin a sentence about entrances, of which there may be more: `2 of 3 entrances have`."""
    if len(subject.entrances) == 1:
        return "The entrance has"
    have = "has" if len(rows) == 1 else "have"
    return f"{len(rows):,} of {len(subject.entrances):,} entrances {have}"


def observe_each(
    items: Sequence[Item], tell: Callable[[Item], Observation], together: str
) -> list[Observation]:
    """Make an observation of each item; of over five, one of all, with the last evidence of each.

    `together` follows their number: «conversions brought no revenue».
    """
    if len(items) <= _MOST_APART:
        return [tell(item) for item in items]
    first = [tell(item) for item in items[:MOST_EVIDENCE]]
    return [
        Observation(
            f"{len(items):,} {together}.{more(items)}",
            tuple(each.evidence[-1] for each in first),
            first[0].next_step,
        )
    ]
