"""The backdrop of the timeline's marks: visits, days, breaks, pauses and clocks."""

from collections.abc import Iterator

from ffx.api import kinds as events
from ffx.api.journey import Step
from ffx.input.times.zones import zone_name
from ffx.output.clean import clean
from ffx.output.width import clip
from ffx.output.words import non_empty, tenths
from ffx.render.html.drawing import (
    EDGE,
    LANE,
    LINE,
    NAMES,
    Drawing,
    mark_at,
    path,
    text_at,
    text_width,
)
from ffx.render.html.markup import Markup, element
from ffx.render.html.ticks import Tick, midnights, ticks

_AROUND = 10  # a band is wider than its marks by this, on either side
_NARROWEST_GAP = 3
_LONGEST_NAME = 300
_LONGEST_ZONE = 16  # characters, which have room in most typefaces
_TOOTH = 12


def lane_names(drawing: Drawing) -> Iterator[Markup]:
    """Yield the lanes' names, each with its mark."""
    for lane in drawing.lanes:
        middle = drawing.middles[lane.name]
        yield mark_at(lane.name, 14, middle)
        yield text_at(lane.title, 30, middle + 4, class_="name")
    if drawing.pauses:
        text = "pause, cut out" if drawing.axis.breaks else "pause"
        yield text_at(text, 30, _pause_line(drawing) + 4, class_="faint")
    for line, text in enumerate(("times in", _zone_label(drawing)), 1):
        yield text_at(text, 30, drawing.foot + line * LINE + 3, class_="faint")


def _zone_label(drawing: Drawing) -> str:
    """Name the page's zone; of a long name its last part, `…/Buenos_Aires`, is what tells most."""
    name = clean(zone_name(drawing.zone))
    if text_width(name) > NAMES - 30:
        name = clip(f"…/{name.rpartition('/')[2]}", _LONGEST_ZONE)
    return name


def backdrop(drawing: Drawing) -> Iterator[Markup]:
    """Yield what the marks are drawn on."""
    yield from _visits(drawing)
    yield from _days(drawing)
    yield from _guides(drawing)
    yield from _breaks(drawing)
    yield from _pauses(drawing)
    yield from _clocks(drawing)


def _visits(drawing: Drawing) -> Iterator[Markup]:
    """Yield a band for each visit; those too close to be told apart share one."""
    bands = _bands(drawing)
    for index, (left, right, first, last) in enumerate(bands):
        until = bands[index + 1][0] if index + 1 < len(bands) else drawing.width
        band_names = _visit_names(first, last)
        yield element(
            "rect",
            element("title", band_names[0]),
            class_="visit odd" if index % 2 else "visit",
            x=left,
            y=EDGE,
            width=right - left,
            height=drawing.bottom - EDGE,
            rx=4,
        )
        fitting = (name for name in band_names if text_width(name) < until - left - 8)
        if name := next(fitting, ""):
            yield text_at(name, left + 6, 20, class_="title")


def _bands(drawing: Drawing) -> list[tuple[float, float, Step, Step]]:
    """Return, for each band, its two edges, and the first step of its first and last visit."""
    bands: list[tuple[float, float, Step, Step]] = []
    visit = -1
    for place, step in zip(drawing.places, drawing.steps, strict=True):
        if not events.is_by_visitor(step.row.eventType):
            continue
        is_near = bool(bands) and place - _AROUND - bands[-1][1] < _NARROWEST_GAP
        if bands and (step.visit == visit or is_near):
            left, _, first, last = bands[-1]
            bands[-1] = (left, place + _AROUND, first, last if step.visit == visit else step)
        else:
            bands.append((place - _AROUND, place + _AROUND, step, step))
        visit = step.visit
    return bands if drawing.has_visits else []


def _visit_names(first: Step, last: Step) -> list[str]:
    """Return names for a band, the longest first."""
    if not last.visit:
        return ["begun before these rows", "begun before"]
    if first.visit != last.visit:
        numbers = dict.fromkeys([f"{first.visit or 1:,}", f"{last.visit:,}"])
        return [f"visits {'–'.join(numbers)}", "–".join(numbers)]
    row = first.row
    source = non_empty(row.trafficSourceName or row.trafficSourceId)
    campaign = [f"campaign {name}" for name in non_empty(row.subCampaign)]
    whole = [f"visit {first.visit:,}", *source, *campaign]
    parts = (whole, whole[:2], whole[:1])
    return [*(clip(" · ".join(part), _LONGEST_NAME) for part in parts), f"{first.visit:,}"]


def _days(drawing: Drawing) -> Iterator[Markup]:
    """Yield where days begin and clocks change."""
    for place in midnights(drawing.axis, drawing.zone):
        yield path("midnight", f"M{tenths(place)} {EDGE}V{tenths(drawing.foot)}")
    line = drawing.foot + 3 * LINE + 3
    free = 0.0
    for change in drawing.changes:
        yield path("change", f"M{tenths(change.place)} {EDGE}V{tenths(line)}")
        text = f"clocks change: {change.offsets}"
        left = min(change.place + 4, drawing.width - text_width(text))
        if left >= free:
            yield text_at(text, left, line, class_="change")
            free = left + text_width(text)


def _guides(drawing: Drawing) -> Iterator[Markup]:
    right = tenths(drawing.width)
    tops = (middle - LANE / 2 for middle in drawing.middles.values())
    yield path("guide", "".join(f"M0 {tenths(top)}H{right}" for top in tops))


def _breaks(drawing: Drawing) -> Iterator[Markup]:
    height = drawing.foot + 6 - drawing.top
    teeth = f"l4 {_TOOTH / 2:.0f}l-8 {_TOOTH}l4 {_TOOTH / 2:.0f}" * round(height / _TOOTH / 2)
    for each in drawing.axis.breaks:
        width = each.right - each.left
        yield element(
            "rect", class_="break", x=each.left, y=drawing.top, width=width, height=height
        )
        for place in (each.left, each.right):
            yield path("torn", f"M{tenths(place)} {tenths(drawing.top)}{teeth}")


def _pauses(drawing: Drawing) -> Iterator[Markup]:
    line = _pause_line(drawing)
    ends = f"{tenths(line - 5)}v10m0-5H"
    for pause in drawing.pauses:
        half = text_width(pause.length) / 2 + 6
        if pause.centre - half > pause.left:
            yield path("span", f"M{tenths(pause.left)} {ends}{tenths(pause.centre - half)}")
        if pause.centre + half < pause.right:
            yield path("span", f"M{tenths(pause.right)} {ends}{tenths(pause.centre + half)}")
        yield text_at(pause.length, pause.centre, line + 4, class_="pause")


def _pause_line(drawing: Drawing) -> float:
    return (drawing.bottom + drawing.foot) / 2


def _clocks(drawing: Drawing) -> Iterator[Markup]:
    foot = drawing.foot
    for index, part in enumerate(drawing.axis.parts):
        is_last = index == len(drawing.axis.breaks)
        right = drawing.axis.place(part.end) if is_last else part.right
        ends = (part.left - _AROUND, right + _AROUND)
        yield path("axis", f"M{tenths(ends[0])} {tenths(foot)}H{tenths(ends[1])}")
    free = 0.0
    for tick in ticks(drawing.axis, drawing.zone):
        yield path("axis", f"M{tenths(tick.place)} {tenths(foot)}v5")
        if tick.clock:
            yield text_at(tick.clock, tick.place, foot + LINE + 3, class_="clock")
        if day := _day_that_fits(tick, free, drawing.width):
            line = 2 if tick.clock else 1
            yield text_at(day, tick.place, foot + line * LINE + 3, class_="day")
            free = tick.place + text_width(day) + 8


def _day_that_fits(tick: Tick, free: float, width: float) -> str:
    if tick.place < free:
        return ""
    return next((day for day in tick.days if tick.place + text_width(day) < width), "")
