"""Conversions that are not there, and why; and all rules about conversions in their order.

What was not seen counts as not there in a complete history alone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from ffx.api import kinds as events
from ffx.api.journey import Step
from ffx.api.members import is_alias
from ffx.api.models import Event
from ffx.findings.phrases import (
    EARLY,
    INCOMPLETE,
    age_of,
    cite_page,
    describe,
    evidence_of,
    late_custom_events,
    listed_hits,
    more,
    observe_each,
    too_early_to_tell,
)
from ffx.findings.rule import NotApplicable, NotChecked, Observation, RuleResult, Severity, rule
from ffx.findings.subject import Evidence, Subject, transaction_of
from ffx.input.times.formatting import elapsed
from ffx.input.times.instants import read_time
from ffx.output.words import identity

_CHECK_EACH_STEP = (
    "If it is there, see what was answered. If it is not, check each step: an action link or a "
    "redirect leads to the offer; the offer URL passes {hit}; the network stores it; the "
    "network's postback sends it back."
)
_CHECK_SENDER = (
    "If it is there, see what was answered. If it is not, find what sent the custom event: if "
    "it was the network, it has the hit ID, so check the postback for the sale there."
)
_IF_SOLD = "If the network has a sale of this visitor: in"
_LOOK_AGAIN = "Look again later. If the network has a sale already: in"
_IF_NOT_SOLD = " If the network has no sale, nothing is wrong: most visitors do not buy."
_HIDDEN = NotChecked("hit IDs are hidden in this case file")
_NOT_PLACED = NotChecked("not every row tells its node or its hit")


@rule("C1", basis="A", severity=Severity.VERDICT, checks="kind of hit", holds_in_part=True)
def hit_cannot_convert(subject: Subject) -> RuleResult:
    """The hit is no view of an offer, so a postback should not name it: its ID has no final h.

    The provider's pages differ on landers: by one, only offers convert; by another, landers
    convert, too. So a lander's hit is a warning, any other node's a verdict. Where the visitor
    converted on a view of an offer, it is an information.

    Next: pass {hit} in the offer URL, and look for the hit in the received postbacks log.

    Class A. Source: the provider's help on hit and visitor IDs, and on tracking conversions.
    """
    if not subject.hit_id:
        return NotApplicable()
    if subject.hit_conversions:
        return []
    if "hitId" in subject.redacted:
        return _HIDDEN
    if events.can_convert(subject.hit_id):
        return []
    if not subject.knows_hit_conversions:
        return INCOMPLETE
    view = subject.view_of(subject.hit_id)
    is_lander = view is not None and events.is_page(view)
    shown = subject.alias("hitId", subject.hit_id)
    if any(events.can_convert(row.hitId or "") for row in subject.known_conversions):
        return [_tell_where_it_belongs(subject, shown, is_lander=is_lander)]
    offers = [row for row in _offer_hits(subject) if events.can_convert(row.hitId or "")]
    if offers:
        of_offers = "view of an offer is" if len(offers) == 1 else "views of offers are"
        candidates = f"The visitor's {of_offers} {listed_hits(subject, offers)}."
    elif subject.is_complete:
        candidates = "The visitor has no view of an offer."
    else:
        candidates = "No view of an offer is among the rows that came back."
    has_none = "has no conversion" if subject.is_complete else "its own look-up has no conversion"
    sentence = (
        f"Hit {shown} is a view of a lander, and {has_none}. The provider's pages differ: "
        "by one, only views of offers (IDs that end in h) take conversions; by another, landers "
        "take them, too."
        if is_lander
        else f"Hit {shown} cannot take a conversion: only views of offers can, and their IDs end "
        "in h."
    )
    next_step = (
        "In the offer URL, pass {hit} to the network, for example as sub1={hit}. On an offer "
        "page, {hit} is the ID that can convert. In the received postbacks log, look for "
        f"{shown}."
        if offers or not subject.is_complete
        else "If the network has no sale of this visitor, nothing is wrong with the hit. If it "
        f"has one: in the received postbacks log, look for {shown}, and find the link that passed "
        "this ID to the network."
    )
    return [
        Observation(
            f"{sentence} {candidates}",
            _own_evidence(subject, offers),
            next_step,
            Severity.WARNING if is_lander else None,
        )
    ]


@rule(
    "C2", basis="A", severity=Severity.VERDICT, checks="hit of the conversion", holds_in_part=True
)
def conversion_on_another_hit(subject: Subject) -> RuleResult:
    """The visitor converted, and the conversion is on another hit than the one in question.

    A postback converts the hit that it names. A script on a page converts the visitor's latest
    view of an offer. Weighs less where the hit in question may have a conversion of its own. A
    hit that is no view of an offer has none rightly.

    Next: in the received postbacks log, see which hit ID the network sent.

    Class A. Source: the provider's help on tracking conversions, and on doing so by JavaScript.
    """
    if not subject.hit_id:
        return NotApplicable()
    if subject.hit_conversions:
        return []
    others = [row for row in subject.known_conversions if row.hitId]
    if not others and subject.known_conversions:
        return NotChecked("a conversion does not say on which hit it is")
    if not others:
        return NotApplicable() if subject.is_complete else INCOMPLETE
    hits = listed_hits(subject, others)
    where = (
        f"The visitor's conversion is on another hit, {hits}"
        if len(others) == 1
        else f"The visitor's {len(others):,} conversions are on other hits: {hits}"
    )
    is_known = subject.is_complete
    own = "has none" if is_known else "may have one among the rows that are missing"
    next_step = (
        "A conversion belongs to a view of an offer, so its place is right. If the network names "
        "this hit for a sale, it has the wrong ID: see which token the offer URL passes to it, "
        "and which hit ID stands in the received postbacks log."
        if _cannot_convert(subject) and all(events.can_convert(row.hitId or "") for row in others)
        else "In the received postbacks log, see which hit ID the network sent. If no postback "
        "was sent, a script or an upload made the conversion: a script takes the visitor's latest "
        "view of an offer."
    )
    return [
        Observation(
            f"{where}. The hit in question {own}.{more(others)}",
            _hits(subject, others),
            next_step,
            None if is_known else Severity.WARNING,
        )
    ]


@rule("C3", basis="A", severity=Severity.VERDICT, checks="conversion", holds_in_part=True)
def no_conversion(subject: Subject) -> RuleResult:
    """An offer was reached, no conversion came back, and no other rule explains it.

    Those that would are C1, C2, C4 and C9. Most visitors do not buy, so only a sale that the
    network has makes this a fault. Within an hour of the offer, it is a hint: many sales come
    later.

    Next: look for the hit in the received postbacks log, then follow the chain of the hit ID.

    Class A. Source: the provider's help on conversions that do not show.
    """
    if subject.known_conversions:
        is_elsewhere = subject.hit_id and not subject.hit_conversions
        return NotApplicable() if is_elsewhere else []
    if not subject.is_complete:
        return INCOMPLETE
    if not subject.reached_offer or _cannot_convert(subject) or _vanished(subject):
        return NotApplicable()
    offers = sorted(_offer_hits(subject), key=lambda row: row.hitId != subject.hit_id)
    # On one line, whatever it holds: the next step may have a command on another.
    hit = identity(subject.alias("hitId", subject.hit_id or offers[0].hitId or ""))
    ago = age_of(subject, offers[0])
    is_early = ago is not None and ago < EARLY
    when = f" That was {elapsed(ago)} ago" if ago is not None else ""
    early = ": too early to tell, many sales come later." if is_early else "." if when else ""
    back = [row for row in late_custom_events(subject) if row.hitId == offers[0].hitId]
    event = (
        " A custom event was recorded on this hit later "
        f"({subject.cite('eventType', back[-1].eventType or '')})."
        if back
        else ""
    )
    # A pasted sale is one that the network has.
    begin = _LOOK_AGAIN if is_early else _IF_SOLD if subject.claimed_sale is None else "In"
    return [
        Observation(
            f"The visitor reached the offer{cite_page(subject, offers[0])}, and no conversion "
            f"came back.{when}{early}{event}{more(offers)}",
            _hits(subject, offers),
            f"{begin} the received postbacks log, look for hit {hit}. "
            f"{_CHECK_SENDER if back else _CHECK_EACH_STEP}"
            f"{_IF_NOT_SOLD if begin == _IF_SOLD else ''}",
            Severity.HINT if is_early else None,
        )
    ]


@rule("C4", basis="A", severity=Severity.VERDICT, checks="offer reached", holds_in_part=True)
def never_reached_offer(subject: Subject) -> RuleResult:
    """The visitor saw no offer, so there is no view of an offer that could convert.

    Within an hour of the last row, it is a hint: the visitor may go on. Who was last seen on a
    lander is told by J5 in its place.

    Next: in the funnel editor, follow the action links of the visitor's pages.

    Class A. Source: the provider's help on conversions that do not show.
    """
    if subject.reached_offer:
        return []
    if not subject.is_complete:
        return INCOMPLETE
    if subject.known_conversions or not subject.visitor_steps:
        return NotApplicable()
    if not subject.knows_offers:
        return _HIDDEN if "hitId" in subject.redacted else _NOT_PLACED
    if subject.last_lander is not None:
        return NotApplicable()
    last = (subject.views or subject.visitor_steps)[-1].row
    early = too_early_to_tell(subject)
    return [
        Observation(
            f"The visitor has not reached an offer. {early}"
            if early
            else "The visitor did not reach an offer, so there is no view of an offer that could "
            "convert.",
            (subject.evidence(last, "eventType"),),
            f"{'Look again later. ' if early else ''}In the funnel editor, follow the visitor: "
            "the action links of the pages, and the conditions between them.",
            Severity.HINT if early else None,
        )
    ]


@rule("C9", basis="A", severity=Severity.WARNING, checks="conversions seen before")
def conversion_vanished(subject: Subject) -> RuleResult:
    """A conversion of an older case file is no longer there.

    Conversions are compared by hit, and by conversion ID, transaction or time. An update with a
    payout of −1 deletes a conversion, and so does a data reset.

    Next: ask who updated conversions or reset data since then.

    Class A. Source: the provider's help on updating conversion data.
    """
    if subject.older is None or not subject.older.conversions:
        return NotApplicable()
    if not subject.is_complete:
        return INCOMPLETE
    if _has_aliases(step.row for step in subject.older.conversions):
        return NotChecked("hit IDs are hidden in the older case file")
    vanished = _vanished(subject)
    if vanished and not all(map(_is_known_again, subject.conversions)):
        return NotChecked("a conversion that is there now does not say which it is")
    when = f" saved on {subject.older_saved}" if subject.older_saved else ""
    return observe_each(
        vanished,
        lambda row: Observation(
            f"{describe(subject, row)} is gone: it was there in the case file{when}.",
            (subject.evidence(row, "conversionId" if row.conversionId else "eventTime"),),
            "Ask whether somebody updated conversions with a payout of −1, or reset data, since "
            "then. The received postbacks log still shows what the network sent.",
        ),
        f"conversions are gone that were there in the case file{when}",
    )


def _cannot_convert(subject: Subject) -> bool:
    """Tell whether C1 would be found, were everything known."""
    return (
        bool(subject.hit_id)
        and "hitId" not in subject.redacted
        and not events.can_convert(subject.hit_id)
        and not subject.hit_conversions
    )


def _tell_where_it_belongs(subject: Subject, shown: str, *, is_lander: bool) -> Observation:
    """Say of a hit that is no view of an offer that the visitor converted on one."""
    is_what = "is a view of a lander" if is_lander else "is no view of an offer"
    return Observation(
        f"Hit {shown} {is_what}. Conversions belong to views of offers, whose IDs end in h.",
        _own_evidence(subject, []),
        "In postbacks and in tickets, name the view of the offer.",
        Severity.INFORMATION,
    )


def _own_evidence(subject: Subject, offers: Sequence[Event]) -> tuple[Evidence, ...]:
    """Return the hit in question as evidence, and views of offers; its ID where it has no row."""
    own = [step.row for step in subject.visitor_steps if step.row.hitId == subject.hit_id]
    rows: list[Event] = [*(own or subject.events_of(subject.hit_id))[:1], *offers]
    shown = subject.alias("hitId", subject.hit_id)
    return _hits(subject, rows) or (Evidence("hitId", shown, shown),)


def _offer_hits(subject: Subject) -> list[Event]:
    """Return a row of each hit at an offer, the latest first."""
    rows = [step.row for step in subject.offers] or [
        step.row
        for step in subject.steps
        if events.is_offer(step.row) and not step.row.is_entrance
    ]
    return list({row.hitId: row for row in reversed(rows)}.values())


def _hits(subject: Subject, rows: Sequence[Event]) -> tuple[Evidence, ...]:
    return evidence_of(subject, rows, "hitId")


def _has_aliases(rows: Iterable[Event]) -> bool:
    """Tell whether IDs of hits are hidden behind aliases: `hit#1`."""
    return any(is_alias(row.hitId or "") for row in rows)


def _vanished(subject: Subject) -> list[Event]:
    """Return the conversions of the older journey that this one lacks.

    Aliases of its conversion IDs and transactions pair with nothing, so that times decide.
    """
    if subject.older is None:
        return []
    older: list[Event] = [step.row for step in subject.older.conversions]
    newer: list[Event] = [step.row for step in subject.conversions]
    if _has_aliases(older):
        return []
    for name_of in _NAMES:
        older, newer = _without_pairs(older, newer, name_of)
    return older


def _conversion_id(row: Event) -> object:
    return row.conversionId


def _instant(row: Event) -> object:
    return read_time(row.eventTime)


# What a conversion is known by, the surest first.
_NAMES = (_conversion_id, transaction_of, _instant)


def _is_known_again(step: Step) -> bool:
    """Tell whether a conversion says its hit, and something by which it is known there."""
    return bool(step.row.hitId) and any(name_of(step.row) for name_of in _NAMES)


def _without_pairs(
    older: Sequence[Event], newer: Sequence[Event], name_of: Callable[[Event], object]
) -> tuple[list[Event], list[Event]]:
    """Leave out the rows of both that stand for each other, one for one."""

    def key(row: Event) -> object:
        name = name_of(row)
        return (row.hitId or "", name) if name else None

    pairs = Counter(map(key, older)) & Counter(map(key, newer))
    return _leave_out(older, pairs, key), _leave_out(newer, pairs, key)


def _leave_out(
    rows: Sequence[Event], pairs: Counter[object], key: Callable[[Event], object]
) -> list[Event]:
    left, kept = pairs.copy(), []
    for row in rows:
        name = key(row)
        if name is not None and left[name]:
            left[name] -= 1
        else:
            kept.append(row)
    return kept
