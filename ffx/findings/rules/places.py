"""Where conversions were counted: in which funnel, from which source, on which page."""

from ffx.api.models import Event
from ffx.findings.phrases import INCOMPLETE, described, known_conversions, tell_each
from ffx.findings.rule import NotApplicable, NotChecked, Observation, Outcome, Severity, rule
from ffx.findings.subject import Subject
from ffx.input.times.instants import read_time

_PLACES = {"trafficSource": "traffic source", "page": "page"}


@rule("C14", basis="A", severity=Severity.WARNING, checks="funnel of conversions")
def conversion_in_other_funnel(subject: Subject) -> Outcome:
    """A conversion is in another funnel than the entrance before its hit.

    Next: look for the conversion in the report of its own funnel.

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
    strays = [pair for pair in pairs if pair[0].funnelId != pair[1].funnelId]
    if not strays and len(pairs) < len(rows):
        return NotChecked("the funnel of a conversion or of its entrance is not in the reply")
    # A later entrance may be among the rows that are missing.
    if strays and not subject.is_complete:
        return INCOMPLETE
    return tell_each(
        strays,
        lambda pair: Observation(
            f"{described(subject, pair[1])} is in the funnel {_named(subject, pair[1], 'funnel')}"
            f". The visit began in the funnel {_named(subject, pair[0], 'funnel')}.",
            tuple(subject.evidence(row, "funnelId") for row in pair),
            "Look in the report of the conversion's funnel. In the other funnel, the conversion "
            "counts as indirect and lifetime revenue.",
        ),
        "conversions are in another funnel than the entrances before them",
    )


@rule("C19", basis="C", severity=Severity.WARNING, checks="source and page of conversions")
def conversion_at_other_place(subject: Subject) -> Outcome:
    """A conversion names another traffic source or page than its own hit does.

    Next: in the received postbacks log, see which hit ID was sent for this sale.

    Class C. Source: our reasoning; a conversion belongs to its hit, so both have one place.
    """
    rows = known_conversions(subject)
    if not rows:
        return NotApplicable()
    strays = []
    compared = 0
    for row in rows:
        view = subject.view_of(row.hitId)
        places = [
            place
            for place in _PLACES
            if view is not None and _id_of(view, place) and _id_of(row, place)
        ]
        compared += bool(places)
        strays += [
            (view, row, place)
            for place in places
            if view is not None and _id_of(view, place) != _id_of(row, place)
        ]
    if not strays and compared < len(rows):
        return NotChecked("the source and page of a conversion or of its hit are not in the reply")
    return tell_each(
        strays,
        lambda stray: Observation(
            f"{described(subject, stray[1])} has the {_PLACES[stray[2]]} "
            f"{_named(subject, stray[1], stray[2])}. Its hit has "
            f"{_named(subject, stray[0], stray[2])}.",
            tuple(subject.evidence(row, f"{stray[2]}Id") for row in stray[:2]),
            "In the received postbacks log, see which hit ID was sent for this sale. If a script "
            "sent it, see on which page the script ran.",
        ),
        "values of conversions differ from those of their hits: traffic sources or pages",
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
