"""Where conversions were counted: in which funnel, from which source, on which page."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeAlias

from ffx.api.models import Event
from ffx.findings.phrases import (
    INCOMPLETE,
    checked_in_part,
    describe,
    observe_each,
)
from ffx.findings.rule import NotApplicable, NotChecked, Observation, RuleResult, Severity, rule
from ffx.findings.subject import Subject
from ffx.input.times.instants import LAST_MOMENT, read_time

# A hit, its conversion, and where the two differ.
_Stray: TypeAlias = tuple[Event, Event, Sequence[str]]
_PLACES = {"trafficSource": "traffic source", "page": "page"}


@rule("C14", basis="A", severity=Severity.WARNING, checks="funnel of conversions")
def conversion_in_other_funnel(subject: Subject) -> RuleResult:
    """A conversion is in another funnel than the entrance before its hit.

    Next: look for the conversion in the report of its own funnel.

    Class A. Source: the provider's help on indirect and lifetime conversions.
    """
    rows = subject.known_conversions
    if not rows:
        return NotApplicable()
    pairs = [
        (entrance, row)
        for row in rows
        if row.funnelId and (entrance := _entrance_of(subject, row)) and entrance.funnelId
    ]
    strays = [pair for pair in pairs if pair[0].funnelId != pair[1].funnelId]
    if not strays and len(pairs) < len(rows):
        return NotChecked("the funnel of a conversion or of its entrance is not in the reply")
    if any(step.time is None for step in subject.entrances):
        return NotChecked("not every entrance has a time")
    # A later entrance may be among the rows that are missing.
    if strays and not subject.is_complete:
        return INCOMPLETE
    return observe_each(
        strays,
        lambda pair: Observation(
            f"{describe(subject, pair[1])} is in the funnel {_named(subject, pair[1], 'funnel')}"
            f". The visit began in the funnel {_named(subject, pair[0], 'funnel')}.",
            tuple(subject.evidence(row, "funnelId") for row in pair),
            "Look in the report of the conversion's funnel. In the report of the funnel where the "
            "visit began, it is indirect and lifetime revenue.",
        ),
        "conversions are in another funnel than the entrances before them",
    )


@rule("C19", basis="C", severity=Severity.WARNING, checks="source and page of conversions")
def conversion_at_other_place(subject: Subject) -> RuleResult:
    """A conversion names another traffic source or page than its own hit does.

    Next: in the received postbacks log, see which hit ID was sent for this sale.

    Class C. Source: our reasoning; a conversion belongs to its hit, so both have one place.
    """
    rows = subject.known_conversions
    if not rows:
        return NotApplicable()
    strays: list[_Stray] = []
    lacking = dict.fromkeys(_PLACES, 0)
    for row in rows:
        view = subject.view_of(row.hitId)
        differing = []
        for place in _PLACES:
            if view is None or not (_id_of(view, place) and _id_of(row, place)):
                lacking[place] += 1
            elif _id_of(view, place) != _id_of(row, place):
                differing.append(place)
        if view is not None and differing:
            strays.append((view, row, differing))
    if not strays and any(lacking.values()):
        place = max(_PLACES, key=lambda each: lacking[each])
        what = f"a {_PLACES[place]} to compare with its hit's"
        return checked_in_part(lacking[place], len(rows), "conversion", what)
    return observe_each(
        strays,
        lambda stray: _tell_stray(subject, *stray),
        "conversions have another traffic source or page than their hits",
    )


def _tell_stray(subject: Subject, view: Event, row: Event, places: Sequence[str]) -> Observation:
    own = " and ".join(f"the {_PLACES[place]} {_named(subject, row, place)}" for place in places)
    others = " and ".join(_named(subject, view, place) for place in places)
    return Observation(
        f"{describe(subject, row)} has {own}. Its hit has {others}.",
        tuple(subject.evidence(each, f"{place}Id") for place in places for each in (view, row)),
        "In the received postbacks log, see which hit ID was sent for this sale. If a script "
        "sent it, see on which page the script ran.",
    )


def _entrance_of(subject: Subject, row: Event) -> Event | None:
    """Return the entrance that began the visit of a conversion's hit; None if none is known."""
    at = subject.hit_time(row.hitId or "") or read_time(row.eventTime)
    if at is None:
        return None
    # Entrances without a time come last, as all rows do.
    place = bisect_right(subject.entrances, at, key=lambda step: step.time or LAST_MOMENT)
    return subject.entrances[place - 1].row if place else None


def _id_of(row: Event, place: str) -> str:
    return (getattr(row, f"{place}Id") or "").strip()


def _named(subject: Subject, row: Event, place: str) -> str:
    """Cite the name of a row's place; its ID where it has none."""
    name = getattr(row, f"{place}Name")
    return (
        subject.cite(f"{place}Name", name)
        if name
        else subject.cite(f"{place}Id", _id_of(row, place))
    )
