"""What the traffic source sent: its click ID and fields, costs, the country and the address."""

from collections.abc import Iterator, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from itertools import islice

from ffx.api import members
from ffx.api.models import Event
from ffx.findings.phrases import MOST_EVIDENCE, evidence_of, more
from ffx.findings.rule import NotApplicable, NotChecked, Observation, Outcome, Severity, rule
from ffx.findings.rules.countries import countries_named, country_code, homeland
from ffx.findings.rules.robots import REDACTED, clients
from ffx.findings.subject import Evidence, Subject
from ffx.input.targets.macros import has_macro
from ffx.output.words import amount, plural

_MACRO_MEMBERS = ("externalId", "subCampaign", *members.TRACKING)
# Costs as sent may have any exponent.
_UNBOUNDED = Context(prec=28, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
_MOST_MACROS = 22
_WHO_FILLS = (
    "See in the traffic source settings and the tracking link how the token is spelled: the "
    "source passed it on as it stands; or nobody has put a token where one belongs."
)
# What tells who carries the visitor, the surest first.
_CARRIERS = {
    "mobileCarrier": "mobile carrier",
    "isp": "provider",
    "connectionType": "connection type",
}


@rule("T1", basis="A", severity=Severity.WARNING, checks="source's click ID")
def source_click_id_missing(subject: Subject) -> Outcome:
    """An entrance has no click ID of the traffic source.

    Class A. Source: the provider's help on traffic sources and on entities: `external` is
    reserved for it.
    """
    if not subject.entrances:
        return NotApplicable()
    rows = [step.row for step in subject.entrances if not (step.row.externalId or "").strip()]
    if not rows:
        return []
    return [
        Observation(
            f"{_of_entrances(subject, rows, 'has', 'have')} no click ID of the traffic source "
            f"(externalId): the source cannot match a postback.{more(rows)}",
            evidence_of(subject, rows, "externalId"),
            "See in the traffic source settings which token is its click ID, and whether the "
            "tracking link passes it on in external.",
        )
    ]


@rule("T2", basis="A", severity=Severity.HINT, checks="macros")
def unfilled_macro(subject: Subject) -> Outcome:
    """A field that the traffic source fills holds its macro instead.

    Class A. Source: the provider's help on entities: tokens, and REPLACE where one belongs.
    """
    if not subject.redacted.isdisjoint(_MACRO_MEMBERS):
        return REDACTED
    rows = list(_all_rows(subject))
    if not rows:
        return NotApplicable()
    found: dict[tuple[str, str], dict[object, Event]] = {}
    plain: set[str] = set()
    for row in rows:
        for member in _MACRO_MEMBERS:
            value = getattr(row, member)
            if not value or value in plain:
                continue
            if not has_macro(value):
                plain.add(value)
                continue
            # The same row may stand in the history and in the look-up of its hit.
            key = (row.hitId, row.eventType, row.eventTime)
            found.setdefault((member, value), {}).setdefault(key, row)
    told = [
        Observation(
            f"{subject.field_names.of(member, next(iter(same.values())))} holds a macro that was "
            f"not filled in: {subject.cite(member, value)}."
            f"{more([*same])}",
            evidence_of(subject, [*same.values()], member),
            _WHO_FILLS,
        )
        for (member, value), same in islice(found.items(), _MOST_MACROS)
    ]
    rest = [
        subject.evidence(next(iter(same.values())), member)
        for (member, _), same in islice(found.items(), _MOST_MACROS, None)
    ]
    if rest:
        sentence = f"Macros that were not filled in stand in {plural(len(rest), 'more value')}."
        told.append(Observation(sentence + more(rest), tuple(rest[:MOST_EVIDENCE]), _WHO_FILLS))
    return told


@rule("T3", basis="A", severity=Severity.INFORMATION, checks="parameters")
def parameter_not_stored(_subject: Subject) -> Outcome:
    """A parameter of the link is not in the report: only fields that are set up are stored.

    Class A. Source: the provider's help on the capture of URL parameters.
    """
    return NotChecked("the reply does not tell which parameters the source is set up to store")


@rule("T4", basis="A", severity=Severity.HINT, checks="cost")
def zero_cost(subject: Subject) -> Outcome:
    """An entrance cost 0; one that says no cost is another matter.

    Class A. Source: the provider's help on traffic sources, on bots and on updating costs.
    """
    if not subject.entrances:
        return NotApplicable()
    told = [step.row for step in subject.entrances if step.row.cost is not None]
    if not told:
        return NotChecked("no entrance says its cost")
    rows = [row for row in told if row.cost == 0]
    if not rows:
        return []
    return [
        Observation(
            f"{_of_entrances(subject, rows, 'has', 'have')} a cost of 0.{more(rows)}",
            evidence_of(subject, rows, "cost"),
            "See in the traffic source settings and the tracking link whether c passes the cost: "
            "a value that is too high is dropped, and sources that are paid per thousand (CPM) or "
            "per action may pass none. A cost update can still bring it.",
        )
    ]


@rule("T5", basis="A", severity=Severity.WARNING, checks="price per thousand")
def thousandfold_cost(subject: Subject) -> Outcome:
    """An entrance cost many times what the visitor's others did: a price per thousand.

    It is compared with the median of the others that cost anything. Class A. Source: the
    provider's help on incoming CPM costs; the factor is a limit of ours.
    """
    rows = [step.row for step in subject.entrances if (step.row.cost or 0) > 0]
    costs = sorted(row.cost for row in rows if row.cost is not None)
    if len(costs) < 2:
        return NotApplicable()
    factor = Decimal(subject.thresholds.cost_factor)
    with localcontext(_UNBOUNDED):
        dear = [
            cost
            for place, cost in enumerate(costs)
            if cost >= factor * _median_without(costs, place)
        ]
    if not dear:
        return []
    rows = [row for row in rows if row.cost is not None and row.cost >= dear[0]]
    others = costs[: -len(dear)] or costs[:1]
    often = "An entrance cost" if len(rows) == 1 else f"{len(rows):,} entrances cost up to"
    return [
        Observation(
            f"{often} {amount(costs[-1])}, and the visitor's others {amount(others[-1])} at most: "
            f"a price per thousand may have been taken for that of one.{more(rows)}",
            evidence_of(subject, rows, "cost"),
            "See in the traffic source settings and the tracking link whether a bid per thousand "
            "(CPM) is passed in c without the prefix cpm_. A cost update mends what is recorded.",
        )
    ]


@rule("T6", basis="B", severity=Severity.HINT, checks="geo")
def carrier_of_another_country(subject: Subject) -> Outcome:
    """The carrier, provider or connection names another country than the visitor's.

    One that names no country contradicts none, nor does one of the country that a territory
    belongs to. Class B. Source: peer trackers' help on wrong countries: gateways, VPNs.
    """
    if not subject.redacted.isdisjoint({"country", *_CARRIERS}):
        return REDACTED
    found: dict[tuple[str, str], tuple[str, dict[str, Evidence]]] = {}
    is_compared = False
    unknown = ""
    for client, as_evidence in clients(subject):
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
    return [
        Observation(
            sentence,
            tuple(evidence.values()),
            "The country is that of the whole IP address at the entrance: roaming, a mobile "
            "carrier's gateway, a VPN or a company's network may lie elsewhere. Compare other "
            "visitors of this carrier in the raw event report.",
        )
        for sentence, evidence in found.values()
    ]


@rule("T10", basis="A", severity=Severity.INFORMATION, checks="whole IP address")
def anonymised_address(subject: Subject) -> Outcome:
    """An IP address ends in `.x`: the account keeps no whole addresses, which is no error.

    Class A. Source: the provider's help on automatic IP anonymisation.
    """
    if "ip" in subject.redacted:
        return REDACTED
    addresses: dict[str, Evidence] = {}
    for client, as_evidence in clients(subject):
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
        return []
    which = (
        f"The IP address {subject.cite('ip', next(iter(cut)))} ends"
        if len(cut) == 1
        else f"{len(cut):,} IP addresses end"
    )
    return [
        Observation(
            f"{which} in .x: it was anonymised on purpose, after the country was told from the "
            f"whole one.{more([*cut])}",
            tuple(cut.values())[:MOST_EVIDENCE],
            "Nothing to do. IP anonymisation is set in the account's system settings, and for "
            "single funnels in theirs.",
        )
    ]


def _of_entrances(subject: Subject, rows: Sequence[Event], one: str, several: str) -> str:
    """Write `2 of 3 entrances have`: how many entrances `rows` are, and the verb for them."""
    if len(subject.entrances) == 1:
        return f"The entrance {one}"
    of_all = f"{len(rows):,} of {len(subject.entrances):,} entrances"
    return f"{of_all} {one if len(rows) == 1 else several}"


def _all_rows(subject: Subject) -> Iterator[Event]:
    yield from (step.row for step in subject.steps)
    for events in subject.details.values():
        yield from events


def _median_without(costs: Sequence[Decimal], place: int) -> Decimal:
    """Return the median of ascending costs, of which the one at `place` is left out."""

    def at(index: int) -> Decimal:
        return costs[index if index < place else index + 1]

    half, is_odd = divmod(len(costs) - 1, 2)
    return at(half) if is_odd else (at(half - 1) + at(half)) / 2
