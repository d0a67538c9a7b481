"""Visits: how many, how far apart, and one that counted twice."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from ffx.api import kinds as events
from ffx.api.journey import Step
from ffx.api.models import Event
from ffx.findings.phrases import INCOMPLETE, REDACTED, checked_in_part, evidence_of, listed, more
from ffx.findings.rule import NotApplicable, NotChecked, Observation, RuleResult, Severity, rule
from ffx.findings.subject import Subject, click_id_of, stands_for_nothing
from ffx.input.targets.macros import has_macro
from ffx.input.times.formatting import elapsed, long_time
from ffx.output.words import amount

_SESSION = timedelta(hours=24)
# A person who clicks an ad again takes longer, and has another click ID.
_AT_ONCE = timedelta(seconds=60)
# A click ID that comes back later than this is an ad's or a campaign's.
_ONE_CLICK = timedelta(hours=1)


@rule("J1", basis="A", severity=Severity.INFORMATION, checks="visits")
def several_visits(subject: Subject) -> RuleResult:
    """The visitor entered more than once; each entrance is a visit, and may cost.

    One ad click that was loaded twice is J8's.

    Next: see each entrance's referrer in the raw event report, and look for entrance links on
    pages.

    Class A. Source: the provider's help on metrics, and on visitors, visits and views.
    """
    if not subject.steps:
        return NotApplicable()
    entrances = [step.row for step in subject.entrances]
    if len(entrances) < 2:
        if not subject.is_complete:
            return INCOMPLETE
        return [] if entrances else NotChecked("no row is an entrance")
    if len(_loaded_again(subject)) == len(entrances):
        return NotApplicable()
    at_least = "" if subject.is_complete else "at least "
    cost = subject.journey.cost
    stated = sum(row.cost is not None for row in entrances)
    known = "Together they cost" if stated == len(entrances) else f"{stated:,} of them cost"
    worth = f" {known} {amount(cost)}." if cost is not None else ""
    return [
        Observation(
            f"The visitor entered {at_least}{len(entrances):,} times"
            f"{_between(subject, subject.entrances)}{_from_sources(subject, entrances)}. Each "
            f"entrance is a visit, and may cost.{worth}{more(entrances)}",
            evidence_of(subject, entrances, "eventType"),
            "A second click on an ad is a visit, too. If you expected one visit: in the raw event "
            "report, see the source and the referrer of each entrance. On the pages, look for an "
            "entrance link in the place of an action link, and for JavaScript that enters the "
            "visitor again.",
        )
    ]


@rule("J2", basis="A", severity=Severity.HINT, checks="session")
def session_gap(subject: Subject) -> RuleResult:
    """The visitor came back under the same ID more than 24 hours later, after their session.

    Conversions and late custom events are not visits.

    Next: in the raw event report, see which source and referrer the visitor came back with.

    Class A. Source: the provider's reference of visitor and hit IDs, on sessions.
    """
    steps = [step for step in subject.steps if not step.row.is_conversion]
    if not steps:
        return NotApplicable()
    gaps = [
        (later.time - before.time, before.row, later.row)
        for before, later in pairwise(steps)
        if before.time is not None
        and later.time is not None
        and later.time - before.time > _SESSION
        and events.is_by_visitor(later.row.eventType)
    ]
    # A row without a time may lie within a gap.
    if any(step.time is None for step in steps):
        return NotChecked("not every row has a time")
    # Rows that were held back may lie within a gap; rows outside of the window do not.
    if subject.journey.is_cut or not (gaps or subject.is_complete):
        return INCOMPLETE
    if not gaps:
        return []
    longest, _, back = max(gaps, key=lambda gap: gap[0])
    often = f" {len(gaps):,} times, the longest time" if len(gaps) > 1 else ""
    rows = [row for _, before, later in gaps for row in (before, later)]
    source = _from_sources(subject, [back], fewest=1)
    came_back = f", and came back{source.removeprefix(',')}" if source else ""
    return [
        Observation(
            f"The visitor was away{often} for {elapsed(longest)}, until "
            f"{long_time(back.eventTime, subject.zone)}{came_back}. A "
            "session ends after about 24 hours: a cookie, or a link with the visitor ID, most "
            f"likely brought the ID back.{more(rows)}",
            evidence_of(subject, rows, "eventTime"),
            "In the raw event report, see which traffic source and referrer the visitor came back "
            "with. A link with vid=, as in e-mails, uses the ID again on purpose.",
        )
    ]


@rule("J8", basis="C", severity=Severity.HINT, checks="one visit per ad click")
def ad_click_loaded_twice(subject: Subject) -> RuleResult:
    """Two entrances came within a minute of each other, with one click ID of the source.

    A source that sends the campaign's ID as its click ID is left alone.

    Next: open the tracking link, and look for a second load of it.

    Class C. Source: our reasoning; each click on an ad has a click ID of its own.
    """
    named = [step for step in subject.entrances if click_id_of(step.row)]
    if not named:
        return NotApplicable()
    if any(step.time is None for step in named):
        return NotChecked("not every entrance has a time")
    # An alias may stand for a macro, or for a campaign's ID.
    if "externalId" in subject.redacted:
        return REDACTED
    again = _loaded_again(subject)
    if not again:
        lacking = len(subject.entrances) - len(named)
        what = "a click ID of the source"
        return (
            checked_in_part(lacking, len(subject.entrances), "entrance", what) if lacking else []
        )
    rows = [step.row for step in again]
    first, last = again[0].time, again[-1].time
    span = elapsed(last - first) if first is not None and last is not None else ""
    within = f" within {span}" if len(again) == 2 and span else ""
    return [
        Observation(
            f"One ad click was loaded {len(rows):,} times{within}: the entrances have the click "
            f"ID {subject.cite('externalId', click_id_of(rows[0]))}. Each entrance "
            f"is a visit, and may cost.{more(rows)}",
            evidence_of(subject, rows, "externalId"),
            "Open the tracking link, and look for a second load of it: a redirect to itself, a "
            "script that enters the visitor, a preview by the app, or a double click.",
        )
    ]


def _loaded_again(subject: Subject) -> list[Step]:
    """Return the entrances that one ad click made, seconds apart."""
    by_click: dict[str, list[Step]] = {}
    for step in subject.entrances:
        click = click_id_of(step.row)
        is_campaign = click == (step.row.subCampaign or "").strip()
        is_word = has_macro(click) or stands_for_nothing(click)
        if click and step.time is not None and not is_campaign and not is_word:
            by_click.setdefault(click, []).append(step)
    again: dict[int, Step] = {}
    for steps in by_click.values():
        first, last = steps[0].time, steps[-1].time
        if first is None or last is None or last - first > _ONE_CLICK:
            continue
        for before, later in pairwise(steps):
            if before.time and later.time and later.time - before.time <= _AT_ONCE:
                again.update({id(before): before, id(later): later})
    return list(again.values())


def _from_sources(subject: Subject, rows: Sequence[Event], fewest: int = 2) -> str:
    """Name the traffic sources of entrances, where there are at least so many."""
    named = {
        row.trafficSourceId or row.trafficSourceName: row
        for row in rows
        if row.is_entrance and row.trafficSourceName
    }
    if len(named) < fewest:
        return ""
    cited = listed(
        subject.cite("trafficSourceName", r.trafficSourceName or "") for r in named.values()
    )
    return f", from the traffic source{'s' if len(named) > 1 else ''} {cited}"


def _between(subject: Subject, steps: Sequence[Step]) -> str:
    """Say from when to when; nothing where times are not known."""
    times = [step.row.eventTime for step in steps if step.time is not None]
    if len(times) < 2:
        return ""
    return f" between {long_time(times[0], subject.zone)} and {long_time(times[-1], subject.zone)}"
