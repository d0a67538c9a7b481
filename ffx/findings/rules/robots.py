"""Signs of programs that pass for visitors: what they say of themselves, and their speed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from ffx.api import kinds as events
from ffx.api.journey import Step
from ffx.findings.client_info import client_infos, hits_not_checked
from ffx.findings.phrases import MOST_EVIDENCE, REDACTED, checked_in_part, evidence_of, more
from ffx.findings.robot_names import DATA_CENTRE, MAIL_FILTER, PROGRAM, UNKNOWN
from ffx.findings.rule import NotApplicable, NotChecked, Observation, RuleResult, Severity, rule
from ffx.findings.subject import Evidence, Subject
from ffx.input.times.formatting import elapsed, long_time
from ffx.output.words import plural

_TOO_LITTLE = "the reply does not describe both the device and the network"

_MINUTE = timedelta(seconds=60)
_SECOND = timedelta(seconds=1)
_MOST_CITED = 4
_LONGEST_READ = 2000

_LOOKS_THE_SAME = (
    "People with a VPN, with a rare browser or in a company's network can look the same. "
)
# A member, what makes a sign of its value, and how that is said.
_SIGNS: Mapping[str, tuple[tuple[re.Pattern[str], ...], str]] = {
    "userAgent": ((PROGRAM,), "the user agent {} is a program's"),
    "browser": ((PROGRAM, UNKNOWN), "the browser is {}"),
    "deviceType": ((PROGRAM, UNKNOWN), "the device is {}"),
    "isp": ((DATA_CENTRE,), "the provider {} has a data centre's name"),
    "connectionType": ((DATA_CENTRE,), "the connection type is {}"),
}

# Who says one of each has said what it is, and what network it has.
_ENOUGH = (("userAgent", "browser", "deviceType"), ("isp", "connectionType"))


@rule("T7", basis="B", severity=Severity.HINT, checks="automation")
def automation_signs(subject: Subject) -> RuleResult:
    """The client calls itself a program, is unknown as a device, or sits in a data centre.

    Link previews and mail filters call themselves by name, too. A mail filter's referrer is a
    sign only with a click faster than `fast_click_ms`: people follow such links as well.

    Next: in the raw event report, compare other visitors with this IP address.

    Class B. Source: a peer tracker, Voluum, counts data centres, library user agents and
    unrecognised devices; the names that tell them are our own choice.
    """
    if not _SIGNS.keys().isdisjoint(subject.redacted):
        return REDACTED
    found = list(client_infos(subject))
    if not found:
        return NotApplicable()
    is_described = False
    is_named = False
    signs: dict[str, Evidence] = {}
    for client, as_evidence in found:
        for member, (patterns, phrase) in _SIGNS.items():
            value = (getattr(client, member) or "").strip()
            is_described = is_described or bool(value)
            plain = value[:_LONGEST_READ].casefold()
            is_named = is_named or (PROGRAM in patterns and PROGRAM.search(plain) is not None)
            if any(pattern.search(plain) for pattern in patterns):
                signs.setdefault(phrase.format(subject.cite(member, value)), as_evidence(member))
    for hit in subject.looked_up_hits():
        referrer = (hit.referrerDomain or "").strip().casefold().rstrip(".")
        if MAIL_FILTER.search(referrer) and _fast_clicks(subject):
            filter_name = subject.cite("referrerDomain", referrer)
            sign = f"a click came at once, through the mail filter {filter_name}"
            signs.setdefault(sign, subject.evidence(hit, "referrerDomain"))
    if not is_described and not signs:
        return NotChecked("the reply does not describe the device or the network")
    if not signs:
        if not _says_enough(subject):
            return NotChecked(_TOO_LITTLE)
        return hits_not_checked(subject, *_ENOUGH, what="device and network") or []
    named = list(signs)[:_MOST_CITED]
    if len(signs) > len(named):
        named.append(plural(len(signs) - len(named), "more sign"))
    return [
        Observation(
            f"This may be a program, not a person: {', '.join(named)}.{more([*signs])}",
            tuple(signs.values())[:MOST_EVIDENCE],
            "In the raw event report, find other visitors with this IP address, and see whether "
            f"they convert. {'' if is_named else _LOOKS_THE_SAME}A data reset by IP removes all "
            "hits of the address, its sales, too: only where all of it is automated.",
        )
    ]


@rule("T8", basis="B", severity=Severity.HINT, checks="speed of clicks")
def fast_click(subject: Subject) -> RuleResult:
    """A click follows the view of its page faster than people click: within `fast_click_ms`.

    Next: open the page, and see whether a script follows the action link.

    Class B. Source: a peer tracker, Voluum, counts clicks within 800 milliseconds.
    """
    if not subject.clicks:
        return NotApplicable()
    delays = list(_click_delays(subject))
    if not delays:
        return NotChecked("no click has a time and a view before it")
    limit = timedelta(milliseconds=subject.thresholds.fast_click_ms)
    fast = _fast_clicks(subject)
    if not fast:
        if any(delay < limit for delay, _, _ in delays):
            return NotChecked("the times are in whole seconds")
        lacking = len(subject.clicks) - len(delays)
        what = "a time or a view before it"
        return checked_in_part(lacking, len(subject.clicks), "click", what) if lacking else []
    shortest = elapsed(min(delay for delay, _, _ in fast))
    rows = [step.row for _, view, click in fast for step in (view, click)]
    return [
        Observation(
            (
                f"A click came {shortest} after the view of its page"
                if len(fast) == 1
                else f"{len(fast):,} clicks came soon after the views of their pages, the fastest "
                f"{shortest} after"
            )
            + f". People rarely click within {elapsed(limit)}.{more(rows)}",
            evidence_of(subject, rows, "eventTime"),
            "Open the page: does a script follow the action link by itself? If not, look in the "
            "raw event report for other fast clicks of this traffic source.",
        )
    ]


def _says_enough(subject: Subject) -> bool:
    """Tell whether some client says what it is, and some what network it has."""
    found = [client for client, _ in client_infos(subject)]
    return all(
        any(getattr(client, member) for client in found for member in group) for group in _ENOUGH
    )


def _fast_clicks(subject: Subject) -> list[tuple[timedelta, Step, Step]]:
    """Return the clicks that came faster than people click, with their views."""
    limit = timedelta(milliseconds=subject.thresholds.fast_click_ms)
    # Cut to whole seconds, two times may be almost a second farther apart than they seem.
    is_coarse = all(
        step.time is None or step.time.microsecond == 0 for step in subject.visitor_steps
    )
    slack = _SECOND if is_coarse else timedelta()
    return [each for each in _click_delays(subject) if each[0] + slack < limit]


def _click_delays(subject: Subject) -> Iterator[tuple[timedelta, Step, Step]]:
    """Yield how long each click came after a view, that view, and the click.

    The view is the last one of the same page at or before it; where there is none, of the same
    node; else of any in the visit, if it was earlier: at one instant the click may be its cause.
    """
    timed = [
        (step.time, events.is_click(step.row.eventType), step)
        for step in subject.visitor_steps
        if step.time is not None and not step.row.is_entrance
    ]
    last: dict[tuple[str, str], tuple[datetime, Step]] = {}
    for time, is_click, step in sorted(timed, key=itemgetter(0, 1)):
        places = [("page", step.row.pageId), ("node", step.row.nodeId), ("visit", str(step.visit))]
        keys = [(kind, place) for kind, place in places if place]
        if not is_click:
            last.update(dict.fromkeys(keys, (time, step)))
            continue
        for key in keys:
            if key in last and (key[0] != "visit" or last[key][0] < time):
                viewed, view = last[key]
                yield time - viewed, view, step
                break


@rule("T9", basis="B", severity=Severity.HINT, checks="pace")
def burst(subject: Subject) -> RuleResult:
    """The visitor has more events within a minute than a person makes: `burst_per_minute`.

    Next: open the page of these events, and look for a script or a reload that repeats.

    Class B. Source: a peer tracker, Voluum, counts more than 60 events a minute.
    """
    timed = [(step.time, step.row) for step in subject.visitor_steps if step.time is not None]
    if not timed:
        return NotApplicable()
    if len(timed) < len(subject.visitor_steps):
        return NotChecked("not every row has a time")
    densest = max(_minutes([time for time, _ in timed]), key=len)
    most = subject.thresholds.burst_per_minute
    if len(densest) <= most:
        return []
    rows = [timed[place][1] for place in densest]
    return [
        Observation(
            f"The visitor made {len(rows):,} events within 60 seconds, from "
            f"{long_time(rows[0].eventTime, subject.zone)} on. More than {most:g} a minute mostly "
            f"come from a program, or from a page that loads itself again.{more(rows)}",
            evidence_of(subject, rows, "eventTime"),
            "In the raw event report, see which page it was. Open it, and look for a script or a "
            "reload that repeats.",
        )
    ]


def _minutes(times: Sequence[datetime]) -> Iterator[range]:
    """Yield, for each time, the places of all in the minute that ends with it.

    `times` ascend. A time a whole minute before is not in it.
    """
    first = 0
    for last, time in enumerate(times):
        while time - times[first] >= _MINUTE:
            first += 1
        yield range(first, last + 1)
