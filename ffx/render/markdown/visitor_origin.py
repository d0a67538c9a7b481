"""Where the visitor came from, and on what: the facts that a ticket asks for first."""

from collections.abc import Iterator

from ffx.api.members import TRACKING
from ffx.api.models import Event, HitEvent, VisitorInfo
from ffx.output.clean import clean
from ffx.output.width import clip
from ffx.output.words import non_empty
from ffx.render.markdown.text import code, prose
from ffx.render.target_report import TargetReport

_LONGEST_VALUE = 120


def origin(report: TargetReport) -> Iterator[str]:
    """Yield list lines: source, tracking fields, place and device; none of what is not known."""
    row = _row(report)
    if row is not None:
        yield from _source(row)
        fields = [
            f"{prose(report.field_names.for_row(name, row))} {_value(value)}"
            for name in TRACKING
            if (value := getattr(row, name))
        ]
        if fields:
            yield f"- Tracking fields: {', '.join(fields)}"
    client = _client(report)
    if client is not None:
        yield from _place_and_device(client)


def _source(row: Event) -> Iterator[str]:
    name = row.trafficSourceName or row.trafficSourceId
    facts = [
        _value(name) if name else "",
        f"campaign {_value(row.subCampaign)}" if row.subCampaign else "",
        f"click ID {_value(row.externalId)}" if row.externalId else "",
    ]
    if any(facts):
        yield f"- Source: {', '.join(filter(None, facts))}"


def _place_and_device(client: VisitorInfo | HitEvent) -> Iterator[str]:
    place = non_empty(client.city, client.region, client.country)
    facts = list(dict.fromkeys(place))
    network = client.isp or client.mobileCarrier
    words = [
        prose(clip(", ".join(facts), _LONGEST_VALUE)) if facts else "",
        f"provider {_value(network)}" if network else "",
        f"IP {_value(client.ip)}" if client.ip else "",
    ]
    if any(words):
        yield f"- Place: {', '.join(filter(None, words))}"
    device = [
        clean(client.deviceType or ""),
        " ".join(non_empty(client.deviceBrand, client.deviceModelName or client.deviceModel)),
        " ".join(non_empty(client.deviceOS, client.deviceOSVersion)),
        " ".join(non_empty(client.browser, client.browserVersion)),
    ]
    if any(device):
        yield f"- Device: {prose(clip(', '.join(filter(None, device)), _LONGEST_VALUE))}"


def _row(report: TargetReport) -> Event | None:
    """Return the row that tells the source: the entrance of the hit's visit, or the first row."""
    steps = report.journey.steps
    own = next((step for step in steps if step.row.hitId == report.id), None)
    visit = own.visit if own is not None else 1
    entrances = [step.row for step in steps if step.row.is_entrance and step.visit == visit]
    rows = [*entrances, *([own.row] if own is not None else []), *(step.row for step in steps)]
    return next(iter(rows), None)


def _client(report: TargetReport) -> VisitorInfo | HitEvent | None:
    """Return who tells the place and the device: the hit itself, else the visitor's summary."""
    for step in report.journey.steps:
        if isinstance(step.row, HitEvent) and not step.row.is_conversion:
            return step.row
    own = report.found.details.get(report.id)
    events = [] if own is None else [each for each in own.events() if not each.is_conversion]
    return next(iter(events), report.visitor)


def _value(text: str) -> str:
    return code(clip(clean(text), _LONGEST_VALUE))
