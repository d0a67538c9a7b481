"""What a visitor's way tells: visits, absences, devices, and where it stopped or turned."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise, takewhile
from typing import TypeAlias

from ffx.api import kinds as events
from ffx.api.journey import Step
from ffx.api.models import Event, HitEvent
from ffx.findings.phrases import INCOMPLETE, MOST_EVIDENCE, called, evidence_of, listed, more
from ffx.findings.rule import NotApplicable, NotChecked, Observation, Outcome, Severity, rule
from ffx.findings.rules.countries import country_code
from ffx.findings.subject import Evidence, Subject
from ffx.input.times.words import elapsed, long_time
from ffx.output.words import amount

_SESSION = timedelta(hours=24)

_COMPARED = {
    "country": "country",
    "deviceType": "type of device",
    "deviceOS": "operating system",
    "ip": "IP address",
    "ipv6": "IPv6 address",
    "deviceBrand": "brand",
    "deviceModel": "model",
    "userAgent": "user agent",
}
_ADDRESSES = frozenset({"ip", "ipv6"})
# Long, and saying little to people: these values stand in the evidence alone.
_NOT_CITED = frozenset({"deviceBrand", "deviceModel", "userAgent"})
# What of the visitor's summary is compared with the hits; it tells of their first entrance.
_SUMMARIZED = ("country", "ip", "userAgent")

_ROUTES = {
    "middleware": "See the middleware log for the route that matched: where none does, or the "
    "call fails or takes too long, the default route is taken.",
    "logic": "Read the node's script in the funnel editor: bad code, missing data or a result "
    "that is not connected leads to the default route. Its edit history tells what it was then.",
    "condition": "Read the node's routes in the funnel editor, from top to bottom: the first that "
    "matches is taken, else the default. Its edit history tells what they were then.",
}


@rule("J1", basis="A", severity=Severity.INFORMATION, checks="visits")
def several_visits(subject: Subject) -> Outcome:
    """The visitor entered more than once; each entrance is a visit, and may cost.

    Class A. Source: the provider's help on metrics, and on visitors, visits and views.
    """
    if not subject.steps:
        return NotApplicable()
    entrances = [step.row for step in subject.entrances]
    if len(entrances) < 2:
        if not subject.is_complete:
            return INCOMPLETE
        return [] if entrances else NotChecked("no row is an entrance")
    at_least = "" if subject.is_complete else "at least "
    cost = subject.journey.cost
    worth = f", for {amount(cost)} in all" if cost is not None else ""
    return [
        Observation(
            f"The visitor entered {at_least}{len(entrances):,} times"
            f"{_between(subject, subject.entrances)}: each is a visit of its own{worth}."
            + more(entrances),
            evidence_of(subject, entrances, "eventType"),
            "Where one visit was expected, look in the raw event report for a second click on the "
            "ad, and in the pages for an entrance link where an action link belongs, or for "
            "JavaScript that enters the visitor again.",
        )
    ]


@rule("J2", basis="A", severity=Severity.HINT, checks="session")
def session_gap(subject: Subject) -> Outcome:
    """The visitor came back under the same ID after their session must have ended: 24 hours.

    Conversions tell nothing of the visitor, and later custom events may be postbacks.
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
        and events.is_own(later.row.eventType)
    ]
    # Rows that were held back may lie within a gap; rows outside of the window do not.
    if subject.journey.is_cut or not (gaps or subject.is_complete):
        return INCOMPLETE
    if not gaps:
        return []
    longest, _, back = max(gaps, key=lambda gap: gap[0])
    often = f" {len(gaps):,} times, the longest" if len(gaps) > 1 else ""
    rows = [row for _, before, later in gaps for row in (before, later)]
    return [
        Observation(
            f"The visitor was away{often} for {elapsed(longest)}, until "
            f"{long_time(back.eventTime, subject.zone)}. Sessions end after about 24 hours: a "
            f"cookie or a link brought the same visitor ID back.{more(rows)}",
            evidence_of(subject, rows, "eventTime"),
            "See in the raw event report which traffic source and referrer they came back with: "
            "a link with vid=, as in e-mails, re-uses the ID on purpose, a cookie recovers it.",
        )
    ]


@rule("J3", basis="C", severity=Severity.HINT, checks="one device")
def one_visitor_two_devices(subject: Subject) -> Outcome:
    """Hits of one visitor ID come from another country, device or address.

    Only hits that were looked up tell. Another address alone is an information: networks
    change. Class C. Source: our reasoning; page addresses carry `vid=`, and links are shared.
    """
    hits = list(subject.looked_up())
    if len(hits) < 2:
        known = {step.row.hitId for step in subject.own if step.row.hitId} | {*subject.details}
        if len(known) < 2:
            return NotApplicable()
        return NotChecked("fewer than two hits were looked up")
    values = {member: _distinct(subject, hits, member) for member in _COMPARED}
    if not any(values.values()):
        return NotChecked("the hits do not say where they came from")
    differing = [member for member in values if len(values[member]) > 1]
    if not differing:
        return []
    is_network = _ADDRESSES.issuperset(differing)
    reason = (
        "the visitor's network changed, as those of phones often do"
        if is_network
        else "a link with the ID was passed on, or the visitor changed device or network"
    )
    told = [_told(subject, member, values[member]) for member in differing]
    differences = f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]
    evidence = [each for member in differing for _, each in values[member].values()]
    left = len(evidence) - MOST_EVIDENCE
    return [
        Observation(
            f"Hits of this one visitor ID differ in {differences}: {reason}."
            + (f" Not shown: {left:,} more." if left > 0 else ""),
            tuple(evidence[:MOST_EVIDENCE]),
            "Compare these hits in the raw event report. If they are two people's, look for the "
            "place where an address with vid= was published or sent on.",
            severity=Severity.INFORMATION if is_network else None,
        )
    ]


@rule("J5", basis="A", severity=Severity.HINT, checks="clicks on landers")
def stopped_at_lander(subject: Subject) -> Outcome:
    """A lander is the last that the visitor saw, and they did not click on.

    Clicks count only where the reply has any: some accounts show none. Class A. Source: the
    provider's help on system settings, which tells where action links without context lead.
    """
    if not subject.steps:
        return NotApplicable()
    if subject.reached_offer or subject.conversions:
        return []
    if not subject.is_complete:
        return INCOMPLETE
    if any(step.time is None for step in subject.own):
        return NotChecked("not every row has a time, so their order is not known")
    # An offer may be known by the ending of its hit ID alone.
    if "hitId" in subject.redacted and not all(step.row.nodeType for step in subject.views):
        return NotChecked("hit IDs are hidden, and with them which views are of offers")
    if not subject.views or not events.is_page(subject.views[-1].row):
        return NotApplicable()
    last = subject.views[-1]
    later = takewhile(lambda step: step is not last, reversed(subject.steps))
    if any(events.is_click(step.row.eventType) for step in later):
        return []
    end = "neither a click nor an offer" if subject.clicks else "no offer"
    return [
        Observation(
            f"The visitor's last view was the lander{called(subject, last.row)}, on "
            f"{long_time(last.row.eventTime, subject.zone)}, and {end} came after it.",
            (subject.evidence(last.row, "nodeType"),),
            "Open the lander by its entrance link and follow its action link: without the "
            "funnel's context it leads to a 404 or to the default page of the system settings. "
            "If it works, the visitor left.",
        )
    ]


@rule("J6", basis="A", severity=Severity.INFORMATION, checks="routes")
def passed_a_decision(subject: Subject) -> Outcome:
    """A condition, logic or middleware node sent the visitor on, by a rule the rows do not tell.

    Class A. Source: the provider's help on conditions, its documentation of middleware and of
    logic scripts.
    """
    nodes: dict[str, list[Step]] = {}
    for step in subject.own:
        if events.is_deciding(step.row):
            node = step.row.nodeId or step.row.nodeName or _kind_of(step.row)
            nodes.setdefault(node, []).append(step)
    if not nodes:
        return NotApplicable()
    return [_passed(subject, steps) for steps in nodes.values()]


@rule("J7", basis="C", severity=Severity.HINT, checks="tracking domain")
def domain_changed(subject: Subject) -> Outcome:
    """The tracking domain changes on the way, and cookies do not go with it.

    Class C. Source: our reasoning; a cookie belongs to its domain.
    """
    domains: dict[str, Event] = {}
    for step in subject.own:
        if domain := (step.row.trackingDomain or "").strip().casefold().rstrip("."):
            domains.setdefault(domain, step.row)
    if not domains:
        return NotApplicable()
    if len(domains) < 2:
        return [] if subject.is_complete else INCOMPLETE
    rows = list(domains.values())
    cited = listed(subject.cite("trackingDomain", row.trackingDomain or "") for row in rows)
    return [
        Observation(
            f"The visitor met {len(rows):,} tracking domains ({cited}). Cookies stay with their "
            "domain, so it took vid= in the addresses, or the referrer, to know the visitor again."
            + more(rows),
            evidence_of(subject, rows, "trackingDomain"),
            "Compare the domains of the entrance link, of the action links and of the scripts on "
            "the pages with the funnel's domain in the funnel editor.",
        )
    ]


def _between(subject: Subject, steps: Sequence[Step]) -> str:
    """Say from when to when; nothing where times are not known."""
    times = [step.row.eventTime for step in steps if step.time is not None]
    if len(times) < 2:
        return ""
    return f" between {long_time(times[0], subject.zone)} and {long_time(times[-1], subject.zone)}"


def _passed(subject: Subject, steps: Sequence[Step]) -> Observation:
    row = steps[-1].row
    kind = _kind_of(row)
    member = "nodeName" if row.nodeName else "nodeId"
    identity = row.nodeName or row.nodeId
    name = f" {subject.cite(member, identity)}" if identity else ""
    when = long_time(row.eventTime, subject.zone)
    often = f" {len(steps):,} times{', last' if when else ''}" if len(steps) > 1 else ""
    return Observation(
        f"The visitor passed the {kind} node{name}{often}{f' on {when}' if when else ''}: "
        f"the rows do not tell which route it chose.{more(steps)}",
        evidence_of(subject, [step.row for step in steps], "nodeType"),
        _ROUTES[kind],
    )


def _kind_of(row: Event) -> str:
    word = events.plain_name(row.nodeType or "")
    return next(kind for kind in _ROUTES if kind in word)


_Values: TypeAlias = dict[str, tuple[str, Evidence]]


def _distinct(subject: Subject, hits: Iterable[HitEvent], member: str) -> _Values:
    """Return each value that the hits and the summary say, as sent, and where it stands first.

    Case makes no difference, nor does a country's code instead of its name.
    """
    places = [(getattr(hit, member), subject.evidence(hit, member)) for hit in hits]
    if member in _SUMMARIZED:
        places.append((getattr(subject.visitor, member, None), subject.visitor_evidence(member)))
    values: _Values = {}
    for value, evidence in places:
        sent = (value or "").strip()
        if sent and events.plain_name(sent) != "unknown":
            code = country_code(sent) if member == "country" else ""
            values.setdefault(code or sent.casefold(), (sent, evidence))
    return values


def _told(subject: Subject, member: str, values: _Values) -> str:
    """Write `country ('Germany', 'Brazil')`."""
    if member in _NOT_CITED:
        return _COMPARED[member]
    cited = listed(subject.cite(member, sent) for sent, _ in values.values())
    return f"{_COMPARED[member]} ({cited})"
