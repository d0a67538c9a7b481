"""One visitor ID on several devices, or in several places."""

import re
from collections.abc import Iterable
from typing import TypeAlias

from ffx.api import kinds as events
from ffx.api.models import HitEvent
from ffx.findings.client_info import hits_not_checked
from ffx.findings.countries import country_code
from ffx.findings.phrases import MOST_EVIDENCE, listed, more
from ffx.findings.rule import NotApplicable, NotChecked, Observation, RuleResult, Severity, rule
from ffx.findings.subject import Evidence, Subject

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
_PLACES = ("country", "ip")
_DEVICES = ("deviceType", "deviceOS", "userAgent")
_ALWAYS_SAID = (*_PLACES, *_DEVICES)
_ADDRESSES = frozenset({"ip", "ipv6"})
# Long, and saying little to people: these values stand in the evidence alone.
_NOT_CITED = frozenset({"deviceBrand", "deviceModel", "userAgent"})
# What of the visitor's summary is compared with the hits; it tells of their first entrance.
_SUMMARIZED = ("country", "ip", "userAgent")
_VERSION = re.compile(r"[0-9]+(?:[._][0-9]+){0,9}")


@rule("J3", basis="C", severity=Severity.HINT, checks="one device")
def one_visitor_two_devices(subject: Subject) -> RuleResult:
    """Hits of one visitor ID come from several countries, devices or addresses.

    Only hits that were looked up tell. Another address alone, or another user agent alone, is an
    information: networks change, and a device has several browsers.

    Next: compare these hits in the raw event report.

    Class C. Source: our reasoning; page addresses hold `vid=`, and links are shared.
    """
    hits = list(subject.looked_up_hits())
    if len(hits) < 2:
        known = {step.row.hitId for step in subject.visitor_steps if step.row.hitId} | {
            *subject.details
        }
        if len(known) < 2:
            return NotApplicable()
        return NotChecked("fewer than two hits were looked up")
    values = {member: _distinct(subject, hits, member) for member in _COMPARED}
    if not any(values.values()):
        return NotChecked("the hits do not say where they came from")
    differing = [member for member in values if len(values[member]) > 1]
    if not differing:
        if not _is_said_twice(subject, hits):
            return NotChecked("one hit alone says its device")
        # What a hit does not say may differ from what others do; a model is not always known.
        said = [(member,) for member in _ALWAYS_SAID if values[member]]
        is_enough = any(values[member] for member in _PLACES) and any(
            values[member] for member in _DEVICES
        )
        if not is_enough:
            return NotChecked("the hits do not say both their place and their device")
        return hits_not_checked(subject, *said, what="place and device") or []
    is_network = _ADDRESSES.issuperset(differing)
    is_browser = differing == ["userAgent"]
    reason = (
        "The visitor's network most likely changed, as it often does on phones."
        if is_network
        else f"{_browsers(values['userAgent'])}."
        if is_browser
        else "Two people may share the ID by a link with vid=, or the visitor changed device or "
        "network."
    )
    named = [_difference(subject, member, values[member]) for member in differing]
    differences = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
    evidence = [each for member in differing for _, each in values[member].values()]
    return [
        Observation(
            f"Hits of this visitor ID differ in {differences}. {reason}{more(evidence, 'value')}",
            tuple(evidence[:MOST_EVIDENCE]),
            "In the raw event report, compare these hits. If they are of two people, find the "
            "place where a link with vid= was published or sent on.",
            severity=Severity.INFORMATION if is_network or is_browser else None,
        )
    ]


_Values: TypeAlias = dict[str, tuple[str, Evidence]]


def _distinct(subject: Subject, hits: Iterable[HitEvent], member: str) -> _Values:
    """Return each value that the hits and the summary say, as sent, and where it stands first.

    Case makes no difference, nor does a country's code instead of its name, nor an IP address
    that was stored without its last part.
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
    return _without_cut_twins(values) if member == "ip" else values


def _without_cut_twins(addresses: _Values) -> _Values:
    """Leave out addresses that were stored without their last part, where a whole one fits."""
    return {
        address: place
        for address, place in addresses.items()
        if not (address.endswith(".x") and _has_longer(address.removesuffix("x"), addresses))
    }


def _has_longer(beginning: str, addresses: _Values) -> bool:
    whole = (address for address in addresses if not address.endswith(".x"))
    return any(address.startswith(beginning) for address in whole)


def _is_said_twice(subject: Subject, hits: Iterable[HitEvent]) -> bool:
    """Tell whether two places at least say something that is compared."""
    places = [*hits, *([subject.visitor] if subject.visitor is not None else [])]
    telling = [
        place for place in places if any(getattr(place, member, None) for member in _COMPARED)
    ]
    return len(telling) > 1


def _browsers(agents: _Values) -> str:
    """Say how user agents differ: in versions alone, or in more."""
    without_versions = {_VERSION.sub("", agent) for agent in agents}
    if len(without_versions) == 1:
        return "Only versions differ: most likely the browser was updated"
    return "This may be another browser of the same device, or an app's own browser"


def _difference(subject: Subject, member: str, values: _Values) -> str:
    """Write `country ('Germany', 'Brazil')`."""
    if member in _NOT_CITED:
        return _COMPARED[member]
    cited = listed(subject.cite(member, sent) for sent, _ in values.values())
    return f"{_COMPARED[member]} ({cited})"
