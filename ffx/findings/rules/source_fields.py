"""What the traffic source sent: its click ID, and fields that nobody filled in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ffx.api import members
from ffx.api.models import Event
from ffx.findings.phrases import (
    MOST_EVIDENCE,
    REDACTED,
    checked_in_part,
    entrances_have,
    evidence_of,
    listed,
    more,
)
from ffx.findings.rule import NotApplicable, NotChecked, Observation, RuleResult, Severity, rule
from ffx.findings.subject import Subject, click_id_of, stands_for_nothing
from ffx.input.targets.macros import has_macro

_SOURCE = ("externalId", "subCampaign", *members.TRACKING)
_TRANSACTION = ("conversionTransaction",)
_DATA = members.EVENT_DATA
_FIELDS = (*_SOURCE, *_TRANSACTION, *_DATA)
_MOST_CITED = 5
_NEXT: Mapping[tuple[str, ...], str] = {
    _SOURCE: "In the traffic source settings and the tracking link, check the spelling of each "
    "token: the source passes on a token that it does not know, or nobody put a token in.",
    _TRANSACTION: "In the network's postback URL, check the token in tx=: the network passes on a "
    "token that it does not know. Until then, all its sales have one transaction.",
    _DATA: "Check the link, script or postback that sends this event: its token was not filled "
    "in.",
}
# How click IDs of the large ad platforms begin; they mix small letters and capitals.
_PLATFORM_IDS = re.compile(r"(?:cj0kcq|cjwkca|ciwkca|eaiaiqob|iwar[0-9]|iwy2xja|paaa|pazxh0bg)")
_SHORTEST_PLATFORM_ID = 30


@rule("T1", basis="A", severity=Severity.WARNING, checks="source's click ID")
def source_click_id_missing(subject: Subject) -> RuleResult:
    """An entrance has no click ID of the traffic source, or a word such as `undefined` for one.

    A macro in its place is T2's.

    Next: see whether the tracking link passes the source's click ID in external.

    Class A. Source: the provider's help on traffic sources and on entities: `external` is
    reserved for it.
    """
    if not subject.entrances:
        return NotApplicable()
    sent = {id(step.row): click_id_of(step.row) for step in subject.entrances}
    rows = [step.row for step in subject.entrances if not sent[id(step.row)]]
    words = [step.row for step in subject.entrances if stands_for_nothing(sent[id(step.row)])]
    if words:
        return [*_tell_missing(subject, rows), _tell_words(subject, words)]
    if not rows and "externalId" in subject.redacted:
        return REDACTED
    if not rows:
        return NotApplicable() if any(map(has_macro, sent.values())) else []
    return _tell_missing(subject, rows)


def _tell_missing(subject: Subject, rows: Sequence[Event]) -> list[Observation]:
    if not rows:
        return []
    return [
        Observation(
            f"{entrances_have(subject, rows)} no click ID of the traffic source "
            f"(externalId), so the source cannot match a postback.{more(rows)}",
            evidence_of(subject, rows, "externalId"),
            "In the traffic source settings, see which token is the source's click ID. In the "
            "tracking link, see whether external passes it. A source without click IDs (e-mail, "
            "unpaid traffic) has none to pass.",
        )
    ]


def _tell_words(subject: Subject, rows: Sequence[Event]) -> Observation:
    word = subject.cite("externalId", click_id_of(rows[0]))
    return Observation(
        f"{entrances_have(subject, rows)} {word} in place of a click ID of the "
        f"traffic source (externalId), so the source cannot match a postback.{more(rows)}",
        evidence_of(subject, rows, "externalId"),
        "Find what fills external in the tracking link: a script that had no click ID writes "
        "such a word. Open the ad's own link, and see which click ID the source adds to it.",
    )


@dataclass(slots=True)
class _Unfilled:
    """The macros of one cause: each field's first value, and the rows that hold any."""

    first: dict[str, tuple[str, Event]] = field(default_factory=dict)
    rows: dict[object, Event] = field(default_factory=dict)


@rule("T2", basis="A", severity=Severity.HINT, checks="macros")
def unfilled_macro(subject: Subject) -> RuleResult:
    """A field holds a macro that was not filled in: a source's field, a transaction, event data.

    All fields that one traffic source should fill are one finding; transactions, which the
    network fills, are another, and so are event data. In place of the source's click ID, a macro
    is a warning.

    Next: check the spelling of the token where the link or the postback is set up.

    Class A. Source: the provider's help on entities: tokens, and REPLACE where one belongs.
    """
    if not subject.redacted.isdisjoint(_SOURCE):
        return REDACTED
    rows = list(_all_rows(subject))
    if not rows:
        return NotApplicable()
    found: dict[tuple[tuple[str, ...], str], _Unfilled] = {}
    plain: set[str] = set()
    for row in rows:
        for group in _NEXT:
            for member in group:
                value = "" if member in subject.redacted else getattr(row, member)
                if not value or value in plain:
                    continue
                if not has_macro(value):
                    plain.add(value)
                    continue
                source = row.trafficSourceId or "" if group is _SOURCE else ""
                cause = found.setdefault((group, source), _Unfilled())
                cause.first.setdefault(member, (value, row))
                # The same row may stand in the history and in the look-up of its hit.
                cause.rows.setdefault((row.hitId, row.eventType, row.eventTime), row)
    if not found and not subject.redacted.isdisjoint(_FIELDS):
        return REDACTED
    if not found and not plain:
        return NotChecked("no field, transaction or event data has a value")
    sources = [cause for (group, _), cause in found.items() if group is _SOURCE]
    return [
        _observe_macros(subject, group, cause, of_source=len(sources) > 1 and group is _SOURCE)
        for (group, _), cause in found.items()
    ]


@rule("T3", basis="A", severity=Severity.INFORMATION, checks="parameters")
def parameter_not_stored(_subject: Subject) -> RuleResult:
    """A parameter of the link is not in the report: only fields that are set up are stored.

    Next: in the traffic source settings, add a tracking field for the parameter.

    Class A. Source: the provider's help on the capture of URL parameters.
    """
    return NotChecked("the reply does not tell which parameters the source is set up to store")


@rule("T11", basis="C", severity=Severity.WARNING, checks="whose click ID it is")
def not_the_sources_click_id(subject: Subject) -> RuleResult:
    """The source's click ID is a visitor or hit ID of our own, or lost its capital letters.

    Next: see which token the tracking link puts in external, and what changes its letters.

    Class C. Source: our reasoning; click IDs of Google and Meta mix small letters and capitals.
    """
    if not subject.redacted.isdisjoint({"externalId", "hitId", "visitorId"}):
        return REDACTED
    entrances = [step.row for step in subject.entrances if click_id_of(step.row)]
    if not entrances:
        return NotApplicable()
    ours = {each.hitId for each in _all_rows(subject) if each.hitId}
    visitor_id = _visitor_id(subject)
    observations = []
    for kind, matching in (
        ("the visitor ID of this visitor", [r for r in entrances if click_id_of(r) == visitor_id]),
        ("a hit ID of this visitor", [r for r in entrances if click_id_of(r) in ours]),
    ):
        if matching:
            observations.append(
                Observation(
                    f"The click ID of the traffic source (externalId) is {kind}: "
                    f"{subject.cite('externalId', click_id_of(matching[0]))}.{more(matching)}",
                    evidence_of(subject, matching, "externalId"),
                    "In the tracking link, see which token external passes. It must be the "
                    "source's own click ID; the source cannot match ours.",
                )
            )
    damaged = [row for row in entrances if _lost_its_capitals(click_id_of(row))]
    if damaged:
        observations.append(
            Observation(
                "The click ID of the traffic source (externalId) looks like one of Google or "
                "Meta, in small letters: "
                f"{subject.cite('externalId', click_id_of(damaged[0]))}. These IDs have capitals, "
                f"too; without them the platform cannot match a conversion.{more(damaged)}",
                evidence_of(subject, damaged, "externalId"),
                "Find what changes the letters: a redirect before the tracking link, a plug-in of "
                "the shop, or a rule of the web server. Compare with the ad's final URL.",
            )
        )
    lacking = len(subject.entrances) - len(entrances)
    if not observations and not (visitor_id and all(row.hitId for row in _all_rows(subject))):
        return NotChecked("the IDs of the visitor and of all hits are not in the reply")
    if not observations and lacking:
        return checked_in_part(
            lacking, len(subject.entrances), "entrance", "a click ID of the source"
        )
    return observations


def _visitor_id(subject: Subject) -> str:
    """Return whose rows these are; empty where the reply does not tell."""
    ids = [getattr(subject.visitor, "visitorId", "")]
    ids += [row.visitorId for rows in subject.details.values() for row in rows]
    return next(filter(None, ids), "")


def _observe_macros(
    subject: Subject, group: tuple[str, ...], cause: _Unfilled, *, of_source: bool
) -> Observation:
    rows = [*cause.rows.values()]
    source = rows[0].trafficSourceName or rows[0].trafficSourceId or ""
    of = f" of the traffic source {subject.cite('trafficSourceName', source)}" if source else ""
    of = of if of_source else ""
    named = [
        f"{subject.field_names.for_row(member, row)} {subject.cite(member, value)}"
        for member, (value, row) in cause.first.items()
    ]
    what = (
        f"Fields{of} hold macros that were"
        if len(named) > 1
        else f"A field{of} holds a macro that was"
    )
    if group is _TRANSACTION:
        what = "A transaction holds a macro that was"
    evidence = [subject.evidence(row, member) for member, (_, row) in cause.first.items()]
    # The other rows of the first field, where there is room for them.
    first = next(iter(cause.first))
    evidence += [
        subject.evidence(row, first)
        for row in rows
        if row is not cause.first[first][1] and has_macro(getattr(row, first) or "")
    ]
    lacks_click_id = "externalId" in cause.first
    without = " Without its click ID (externalId), the source cannot match a postback."
    return Observation(
        f"{what} not filled in: {listed(named, _MOST_CITED)}."
        f"{without if lacks_click_id else ''}{more(evidence)}",
        tuple(evidence[:MOST_EVIDENCE]),
        _NEXT[group],
        Severity.WARNING if lacks_click_id else None,
    )


def _lost_its_capitals(text: str) -> bool:
    return (
        len(text) >= _SHORTEST_PLATFORM_ID
        and text == text.lower()
        and _PLATFORM_IDS.match(text) is not None
    )


def _all_rows(subject: Subject) -> Iterator[Event]:
    yield from (step.row for step in subject.steps)
    for events in subject.details.values():
        yield from events
