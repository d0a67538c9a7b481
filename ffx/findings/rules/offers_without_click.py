"""Offers that were seen without a click or an entrance of the funnel before them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from ffx.api import kinds as events
from ffx.api.journey import Step
from ffx.findings.phrases import INCOMPLETE, cite_page, evidence_of, more
from ffx.findings.rule import NotApplicable, NotChecked, Observation, RuleResult, Severity, rule
from ffx.findings.subject import Subject


@rule("C5", basis="A", severity=Severity.WARNING, checks="clicks before offers")
def offer_without_click(subject: Subject) -> RuleResult:
    """An offer was seen without a click on the page before it, or before any entrance.

    Then a link outside the funnel led to the offer, and passed no hit ID. Where a reply has no
    clicks, only an offer before any entrance is told. A reload is fine. Rows with equal times are
    taken in the order that is fine, if there is one; a page comes after the entrance of its time.

    Next: compare the links of the page before with the action links in the funnel editor.

    Class A. Source: the provider's help on redirects and views, and on conversions that do not
    show.
    """
    if not subject.offers:
        return NotApplicable()
    if not subject.is_complete:
        return INCOMPLETE
    if any(step.time is None for step in subject.visitor_steps):
        return NotChecked("some times cannot be read, so the order of events is not known")
    if not subject.entrances and not subject.clicks:
        return NotChecked("no row says click or entrance")
    entrances, clicks = _times(subject.entrances), _times(subject.clicks)
    pages = _times(step for step in subject.views if events.is_page(step.row))
    stray = [
        step.row
        for step in _without_reloads(subject.views)
        if step.time is not None
        and events.is_offer(step.row)
        and not _was_led_to(step.time, entrances, pages, clicks)
    ]
    if not stray:
        if not all(map(events.states_place, (step.row for step in subject.views))):
            return NotChecked("not every row tells its node or page")
        if not clicks and any(
            page < offer for page in pages for offer in _times(subject.offers)[-1:]
        ):
            return NotChecked("no row says click; each offer has an entrance before it")
        return []
    lacking = "a click on the page before" if clicks else "an entrance before"
    what = (
        f"The offer{cite_page(subject, stray[0])} was seen"
        if len(stray) == 1
        else f"Offers were seen {len(stray):,} times"
    )
    return [
        Observation(
            f"{what} without {lacking}. A link that is not an action link passes no hit ID."
            f"{more(stray)}",
            evidence_of(subject, stray, "eventType"),
            "In the funnel editor, compare the action links with the links of the page before. "
            "Open the offer by the page's link, and see whether its URL holds a hit ID.",
        )
    ]


def _times(steps: Iterable[Step]) -> list[datetime]:
    return [step.time for step in steps if step.time is not None]


def _was_led_to(
    at: datetime,
    entrances: Sequence[datetime],
    pages: Sequence[datetime],
    clicks: Sequence[datetime],
) -> bool:
    """Tell whether an entrance or a click led to an offer; each sequence is in order."""
    entrance = _latest(entrances, bisect_right(entrances, at))
    if not clicks:
        return entrance is not None
    page = _latest(pages, bisect_left(pages, at))
    if entrance is not None and (page is None or page < entrance):
        return True
    click = _latest(clicks, bisect_right(clicks, at))
    return click is not None and (page is None or page <= click)


def _latest(times: Sequence[datetime], end: int) -> datetime | None:
    return times[end - 1] if end else None


def _without_reloads(views: Iterable[Step]) -> Iterator[Step]:
    """Leave out views of the page of the view before; at equal times, of any of them."""
    before: set[tuple[str, str]] = set()
    for _, together in groupby(views, key=lambda step: step.time):
        here: set[tuple[str, str]] = set()
        for step in together:
            place = (step.row.pageId or "", step.row.nodeId or "")
            if not any(place) or (place not in before and place not in here):
                yield step
            here.add(place)
        before = here
