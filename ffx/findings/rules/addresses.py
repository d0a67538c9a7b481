"""Where visitors come from: the country beside the carrier, and whole or cut addresses."""

from ffx.findings.client_info import client_infos, hits_not_checked
from ffx.findings.countries import countries_named, country_code, homeland
from ffx.findings.phrases import MOST_EVIDENCE, REDACTED, more
from ffx.findings.rule import NotApplicable, NotChecked, Observation, RuleResult, Severity, rule
from ffx.findings.subject import Evidence, Subject

# What tells who carries the visitor, the surest first.
_CARRIERS = {
    "mobileCarrier": "mobile carrier",
    "isp": "provider",
    "connectionType": "connection type",
}


@rule("T6", basis="B", severity=Severity.HINT, checks="geo")
def carrier_of_another_country(subject: Subject) -> RuleResult:
    """The carrier, provider or connection names another country than the visitor's.

    A carrier of the country that a territory belongs to is fine.

    Next: compare other visitors of this carrier in the raw event report.

    Class B. Source: other trackers' help on wrong countries: gateways, VPNs.
    """
    if not subject.redacted.isdisjoint({"country", *_CARRIERS}):
        return REDACTED
    found: dict[tuple[str, str], tuple[str, dict[str, Evidence]]] = {}
    is_compared = False
    unknown = ""
    for client, as_evidence in client_infos(subject):
        country = (client.country or "").strip()
        carriers = {member: (getattr(client, member) or "").strip() for member in _CARRIERS}
        if not country or not any(carriers.values()):
            continue
        code = country_code(country)
        if not code:
            unknown = country
            continue
        is_compared = True
        for member, carrier in carriers.items():
            named = countries_named(carrier)
            if named and homeland(code) not in map(homeland, named):
                sentence = (
                    f"The {_CARRIERS[member]} {subject.cite(member, carrier)} names another "
                    f"country than the visitor's, {subject.cite('country', country)}."
                )
                _, evidence = found.setdefault((code, carrier), (sentence, {}))
                evidence.setdefault("country", as_evidence("country"))
                evidence.setdefault(member, as_evidence(member))
    if not is_compared:
        if not unknown:
            return NotApplicable()
        return NotChecked(f"the country {subject.cite('country', unknown)} is not known by name")
    if not found:
        return (
            hits_not_checked(subject, ("country",), tuple(_CARRIERS), what="country and carrier")
            or []
        )
    return [
        Observation(
            sentence,
            tuple(evidence.values()),
            "In the raw event report, compare other visitors of this carrier. The country comes "
            "from the IP address at the entrance. Roaming, a carrier's gateway, a VPN or a "
            "company's network can be in another country.",
        )
        for sentence, evidence in found.values()
    ]


@rule("T10", basis="A", severity=Severity.INFORMATION, checks="whole IP address")
def anonymised_address(subject: Subject) -> RuleResult:
    """An IP address ends in `.x`: it is stored without its last part. That is no error.

    Next: nothing to do.

    Class A. Source: the provider's help on automatic IP anonymisation.
    """
    if "ip" in subject.redacted:
        return REDACTED
    addresses: dict[str, Evidence] = {}
    for client, as_evidence in client_infos(subject):
        if address := (client.ip or "").strip():
            addresses.setdefault(address, as_evidence("ip"))
    if not addresses:
        return NotApplicable()
    cut = {
        address: evidence
        for address, evidence in addresses.items()
        if address.casefold().endswith(".x")
    }
    if not cut:
        return hits_not_checked(subject, ("ip",), what="IP address") or []
    which = (
        f"The IP address {subject.cite('ip', next(iter(cut)))} ends in .x: it was stored"
        if len(cut) == 1
        else f"{len(cut):,} IP addresses end in .x: they were stored"
    )
    return [
        Observation(
            f"{which} without the last part, for privacy. The country was found from the whole "
            f"address before that.{more([*cut])}",
            tuple(cut.values())[:MOST_EVIDENCE],
            "Nothing to do. IP anonymisation is a setting of the account, and of single funnels.",
        )
    ]
