"""The hit view on a terminal: every event of one hit, a column each.

`·` means «as before»; what changed stands out. More events than fit beside
each other stand one under the other, the later ones with their changes only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ffx.members import TRACKING
from ffx.models import HitEvent, read_time
from ffx.render.clean import clean
from ffx.render.lines import Line, both_ends, pad, wrap
from ffx.render.visitor_table import Frame
from ffx.render.words import elapsed, long_time, plural
from ffx.zones import zone_name

_LABEL = 14
_MOST_COLUMNS = 4
_MARGIN = 4
_GAP = 2
_NARROWEST_COLUMN = 26
_TALLEST_CELL = 40

# Group, then label and the members that share its line.
_GROUPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Event": {
        "time": ("eventTime",),
        "hit time": ("hitTime",),
        "cost": ("cost",),
        "revenue": ("revenue",),
        "total revenue": ("totalRevenue",),
        "transaction": ("conversionTransaction",),
        "conversion": ("conversionId",),
        "click": ("clickId",),
        "data 1": ("eventData1",),
        "data 2": ("eventData2",),
    },
    "Funnel": {
        "funnel": ("funnelName", "funnelId"),
        "funnel group": ("funnelGroupName", "funnelGroupId"),
        "node": ("nodeName", "nodeType", "nodeId"),
        "page": ("pageName", "pageId"),
        "page group": ("pageGroupName", "pageGroupId"),
        "offer source": ("offerSourceName", "offerSourceId"),
        "category": ("categoryName", "categoryId"),
        "domain": ("trackingDomain",),
    },
    "Traffic": {
        "source": ("trafficSourceName", "trafficSourceId"),
        "campaign": ("subCampaign",),
        "external ID": ("externalId",),
        "referrer": ("referrerDomain", "referrerPath"),
    },
    "Visitor": {
        "visitor": ("visitorId",),
        "ip": ("ip",),
        "ipv6": ("ipv6",),
        "place": ("city", "region", "country", "continent"),
        "network": ("isp", "connectionType"),
        "carrier": ("mobileCarrier",),
        "device": ("deviceBrand", "deviceModelName", "deviceModel", "deviceType"),
        "system": ("deviceOS", "deviceOSVersion"),
        "browser": ("browser", "browserVersion"),
        "language": ("language",),
        "agent": ("userAgent",),
    },
    "Tracking fields": {name: (name,) for name in TRACKING},
}
_TIMES = frozenset({"eventTime", "hitTime"})


@dataclass(frozen=True, slots=True)
class _Fact:
    """One line of the view: its label and what each event says there."""

    label: str
    values: tuple[str, ...]


def hit_lines(
    events: Sequence[HitEvent], hit_id: str, frame: Frame, *, all_fields: bool
) -> Iterator[Line]:
    """Yield a hit's heading, then its facts by group."""
    first = events[0]
    facts = [clean(hit_id), _ability(events)]
    yield from both_ends(
        [("Hit ", "label"), (facts[0], "title"), (f" · {facts[1]}", "")],
        [
            (
                f"{plural(len(events), 'event')} · account {clean(frame.account)} · "
                f"{zone_name(frame.zone)}",
                "faint",
            )
        ],
        frame.width,
    )
    if first.visitorId:
        yield [("of visitor ", "label"), (clean(first.visitorId), "")]
    groups = {
        group: [_fact(label, names, events, frame) for label, names in lines.items()]
        for group, lines in _GROUPS.items()
    }
    extra = _undocumented(events)
    if extra:
        groups["Other members"] = extra
    empty = sum(not any(fact.values) for lines in groups.values() for fact in lines)
    if not all_fields:
        groups = {
            group: kept
            for group, lines in groups.items()
            if (kept := [fact for fact in lines if any(fact.values)])
        }
    yield []
    column = (frame.width - _MARGIN - _LABEL) // len(events) - _GAP
    if len(events) == 1 or (len(events) <= _MOST_COLUMNS and column >= _NARROWEST_COLUMN):
        yield from _side_by_side(groups, events, column)
    else:
        yield from _stacked(groups, events, frame)
    if empty and not all_fields:
        yield []
        yield [(f"  {plural(empty, 'empty line')} left out (--all-fields shows them)", "faint")]


def _side_by_side(
    groups: Mapping[str, list[_Fact]], events: Sequence[HitEvent], column: int
) -> Iterator[Line]:
    heading: Line = [(" " * (_MARGIN + _LABEL), "")]
    for event, name in zip(events, _names(events), strict=True):
        style = "good-title" if event.is_conversion else "title"
        heading.append((pad(name, column + _GAP), style))
    yield heading
    for group, facts in groups.items():
        yield [(f"  {group}", "title")]
        for fact in facts:
            yield from _row(fact, column)


def _stacked(
    groups: Mapping[str, list[_Fact]], events: Sequence[HitEvent], frame: Frame
) -> Iterator[Line]:
    room = frame.width - _MARGIN - _LABEL
    for number, name in enumerate(_names(events)):
        if number:
            yield []
        style = "good-title" if events[number].is_conversion else "title"
        suffix = "" if number == 0 else "  what changed"
        yield [(f"  {name}", style), (suffix, "faint")]
        for group, facts in groups.items():
            changed = [
                fact
                for fact in facts
                if number == 0 or fact.values[number] != fact.values[number - 1]
            ]
            if number == 0 and changed:
                yield [(f"  {group}", "title")]
            for fact in changed:
                before = fact.values[number - 1] if number else ""
                value = fact.values[number] or "–"
                shown = _Fact(fact.label, (value,))
                yield from _row(shown, room, style="changed" if number else "")
                if before:
                    yield from _row(_Fact("", (f"was {before}",)), room, style="faint")


def _row(fact: _Fact, column: int, *, style: str = "") -> Iterator[Line]:
    cells: list[list[str]] = []
    styles: list[str] = []
    for number, value in enumerate(fact.values):
        same = number > 0 and value == fact.values[number - 1]
        text = "·" if same and value else value or "–"
        cells.append(wrap(text, max(column, 8), most=_TALLEST_CELL))
        styles.append("faint" if text in "·–" else style or ("changed" if number else ""))
    for height in range(max(map(len, cells))):
        label = fact.label if height == 0 else ""
        line: Line = [(" " * _MARGIN, ""), (pad(label, _LABEL), "label")]
        for cell, cell_style in zip(cells, styles, strict=True):
            text = cell[height] if height < len(cell) else ""
            line.append((pad(text, column), cell_style))
            line.append((" " * _GAP, ""))
        yield line


def _fact(label: str, names: tuple[str, ...], events: Sequence[HitEvent], frame: Frame) -> _Fact:
    return _Fact(label, tuple(_value(event, names, frame) for event in events))


def _value(event: HitEvent, names: tuple[str, ...], frame: Frame) -> str:
    texts = []
    for name in names:
        value = getattr(event, name)
        if value is None or value == "":
            continue
        text = long_time(value, frame.zone) if name in _TIMES else clean(str(value))
        if text not in texts:
            texts.append(text)
    joined = (" " if names[0] in ("deviceOS", "browser") else " · ").join(texts)
    return f"{joined}   ← unfilled" if names[0] in _FILLED and _is_macro(joined) else joined


_FILLED = frozenset({*TRACKING, "externalId", "subCampaign"})


def _is_macro(text: str) -> bool:
    """Tell whether a traffic source left its placeholder in a field."""
    from ffx.shapes import is_placeholder

    return text[:1] in ("{", "[", "$", "_", "%") and is_placeholder(text)


def _undocumented(events: Sequence[HitEvent]) -> list[_Fact]:
    names = dict.fromkeys(name for event in events for name in event.model_extra or ())
    return [
        _Fact(
            clean(name),
            tuple(clean(_as_text((event.model_extra or {}).get(name))) for event in events),
        )
        for name in names
    ]


def _as_text(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    import json

    return json.dumps(value, ensure_ascii=False)


def _names(events: Sequence[HitEvent]) -> list[str]:
    first = read_time(events[0].eventTime)
    names = []
    for number, event in enumerate(events):
        name = clean(event.eventType or "event")
        time = read_time(event.eventTime)
        if number and first is not None and time is not None and time >= first:
            name = f"{name}  +{elapsed(time - first)}"
        names.append(name)
    return names


def _ability(events: Sequence[HitEvent]) -> str:
    """Say whether the hit can convert: only offer views can, and their IDs end in h."""
    conversions = sum(event.is_conversion for event in events)
    if conversions:
        return "converted" if conversions == 1 else f"converted {conversions} times"
    return "can convert" if (events[0].hitId or "").endswith("h") else "cannot convert"
