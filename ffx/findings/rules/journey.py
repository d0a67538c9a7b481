"""The visitor's way: where it stopped, turned, or changed its domain."""

from collections.abc import Sequence

from ffx.api import kinds as events
from ffx.api.journey import Step
from ffx.api.models import Event
from ffx.findings.phrases import (
    INCOMPLETE,
    checked_in_part,
    cite_page,
    evidence_of,
    listed,
    more,
    too_early_to_tell,
)
from ffx.findings.rule import NotApplicable, NotChecked, Observation, RuleResult, Severity, rule
from ffx.findings.subject import Subject
from ffx.input.times.formatting import long_time

_ROUTES = {
    "middleware": "In the middleware log, look for the route that matched. If none matches, or "
    "the call fails or takes too long, the default route is taken.",
    "logic": "In the funnel editor, read the node's script. Bad code, missing data or a result "
    "without a connection lead to the default route. Its edit history tells what it was then.",
    "condition": "In the funnel editor, read the node's routes from top to bottom: the first that "
    "matches is taken, else the default. Its edit history tells what they were then.",
}


@rule(
    "J5", basis="A", severity=Severity.VERDICT, checks="step after the lander", holds_in_part=True
)
def stopped_at_lander(subject: Subject) -> RuleResult:
    """The visitor was last seen on a lander: no click followed, and no offer was reached.

    Some accounts show no clicks; then only the offer is looked for. Within an hour of the last
    row, it is a hint: the visitor may go on. Other visitors without an offer are told by C4.

    Next: open the lander by its entrance link, and follow its action link.

    Class A. Source: the provider's help on system settings, which tells where action links
    without context lead.
    """
    if not subject.steps:
        return NotApplicable()
    if subject.reached_offer or subject.known_conversions:
        return []
    if not subject.is_complete:
        return INCOMPLETE
    if any(step.time is None for step in subject.visitor_steps):
        return NotChecked("not every row has a time, so their order is not known")
    if not subject.knows_offers or not all(
        events.states_place(step.row) for step in subject.views
    ):
        return NotChecked("not every row tells its node or page")
    if not subject.views or not events.is_page(subject.views[-1].row):
        return NotApplicable()
    last = subject.last_lander
    if last is None:
        return []
    where = f"{cite_page(subject, last)}, on {long_time(last.eventTime, subject.zone)}"
    early = too_early_to_tell(subject)
    end = "Neither a click nor an offer" if subject.clicks else "No offer"
    no_offer = f"{end} came after it, so there is no view of an offer that could convert."
    return [
        Observation(
            f"The visitor was last seen on the lander{where}. {early or no_offer}",
            (subject.evidence(last, "nodeType"),),
            f"{'Look again later. ' if early else ''}Open the lander by its entrance link, and "
            "follow its action link. If the link has lost the funnel, it leads to a 404 or to the "
            "default page of the system settings. If it leads on, the visitor most likely left "
            "by choice.",
            Severity.HINT if early else None,
        )
    ]


@rule("J6", basis="A", severity=Severity.INFORMATION, checks="routes")
def passed_a_decision(subject: Subject) -> RuleResult:
    """A condition, logic or middleware node sent the visitor on. The rows do not tell its route.

    Next: read the node's routes in the funnel editor, and its edit history.

    Class A. Source: the provider's help on conditions, its documentation of middleware and of
    logic scripts.
    """
    nodes: dict[str, list[Step]] = {}
    for step in subject.visitor_steps:
        if events.is_deciding(step.row):
            node = step.row.nodeId or step.row.nodeName or _kind_of(step.row)
            nodes.setdefault(node, []).append(step)
    if not nodes:
        return NotApplicable()
    return [_observe_passing(subject, steps) for steps in nodes.values()]


@rule("J7", basis="C", severity=Severity.HINT, checks="tracking domain")
def domain_changed(subject: Subject) -> RuleResult:
    """The tracking domain changes on the way. Cookies mostly do not go with it.

    Next: compare the domains of links and scripts with the funnel's domain.

    Class C. Source: our reasoning; a cookie belongs to its domain.
    """
    domains: dict[str, Event] = {}
    for step in subject.visitor_steps:
        if domain := (step.row.trackingDomain or "").strip().casefold().rstrip("."):
            domains.setdefault(domain, step.row)
    if not domains:
        return NotApplicable()
    if len(domains) < 2:
        lacking = sum(
            not (step.row.trackingDomain or "").strip() for step in subject.visitor_steps
        )
        return (
            checked_in_part(lacking, len(subject.visitor_steps), "row", "a tracking domain")
            if lacking
            else []
        )
    rows = list(domains.values())
    cited = listed(subject.cite("trackingDomain", row.trackingDomain or "") for row in rows)
    return [
        Observation(
            f"The visitor's rows have {len(rows):,} tracking domains ({cited}). A cookie of one "
            "domain mostly does not go to another: then vid= in the address, or the referrer, "
            "carried the visitor ID." + more(rows),
            evidence_of(subject, rows, "trackingDomain"),
            "In the funnel editor, see the funnel's domain. Compare the domains of the entrance "
            "link, of the action links and of the scripts on the pages.",
        )
    ]


def _observe_passing(subject: Subject, steps: Sequence[Step]) -> Observation:
    row = steps[-1].row
    kind = _kind_of(row)
    member = "nodeName" if row.nodeName else "nodeId"
    identity = row.nodeName or row.nodeId
    name = f" {subject.cite(member, identity)}" if identity else ""
    when = long_time(row.eventTime, subject.zone)
    often = f" {len(steps):,} times{', last' if when else ''}" if len(steps) > 1 else ""
    return Observation(
        f"The visitor passed the {kind} node{name}{often}{f' on {when}' if when else ''}. The "
        f"rows do not tell which route it took.{more(steps)}",
        evidence_of(subject, [step.row for step in steps], "nodeType"),
        _ROUTES[kind],
    )


def _kind_of(row: Event) -> str:
    word = events.plain_name(row.nodeType or "")
    return next(kind for kind in _ROUTES if kind in word)
