"""The timeline as a drawing to scale: inline SVG, without script and without style of its own.

Time runs to the right. Each kind of event has a lane, visits are bands behind
them, and a conversion is tied to its hit. A pause that would squash the rest is
cut out, where the axis shows a break; everything else has one scale. Colours
and letters come from the page's style sheet, by classes.
"""

from collections.abc import Iterator, Sequence

from ffx.api.journey import Journey, Step
from ffx.input.times.formatting import elapsed, long_time
from ffx.input.times.zones import Zone, zone_name
from ffx.output.words import amount, non_empty, plural, tenths
from ffx.render.html.axis import make_axis
from ffx.render.html.backdrop import backdrop, lane_names
from ffx.render.html.drawing import NAMES, ROOM_FOR_LABELS, Drawing
from ffx.render.html.lanes import LANES, lane_of
from ffx.render.html.marks import marks, ties
from ffx.render.html.markup import Attribute, Markup, box_in_parts, element, joined, remote_texts
from ffx.render.html.ticks import LATEST

_MARGIN = 18
_WIDTH = 956  # beside the names, in a page of 1280
_MOST_FACTS = 12
_MOST_APART = 20


def timeline(journey: Journey, zone: Zone, *, hit_id: str = "") -> Markup:
    """Draw a journey; below it, how to read it, and the rows that have no place in it.

    `hit_id` is the hit in question, among others; empty where there is none.
    """
    drawn = [step for step in journey.steps if step.time and step.time < LATEST]
    times = [step.time for step in drawn if step.time]
    apart = [step for step in journey.steps if not step.time or step.time >= LATEST]
    if not times:
        words = "There is no row to draw." if not apart else "No row has a time that can be read."
        return joined([element("p", words), *_rows_without_place(apart)])
    present = {lane_of(step.row) for step in drawn}
    drawing = Drawing(
        steps=drawn,
        times=times,
        axis=make_axis(times, _MARGIN, _WIDTH - ROOM_FOR_LABELS),
        lanes=[lane for lane in LANES if lane.name in present],
        zone=zone,
        hit_id=hit_id,
    )
    lanes = element(
        "svg",
        *lane_names(drawing),
        class_="names",
        aria_hidden="true",
        **_size(NAMES, drawing.height),
    )
    picture = element(
        "svg",
        element("title", "Timeline, drawn to scale", id="drawing-title"),
        element("desc", _description(journey, drawing), id="drawing-told"),
        *backdrop(drawing),
        *ties(drawing),
        *marks(drawing),
        class_="plot",
        role="img",
        aria_labelledby="drawing-title",
        aria_describedby="drawing-told",
        **_size(drawing.width, drawing.height),
    )
    return element(
        "figure",
        *box_in_parts([lanes, picture], label="Timeline", class_="box drawing"),
        element("figcaption", _caption(drawing)),
        *_rows_without_place(apart),
    )


def _size(width: float, height: float) -> dict[str, Attribute]:
    view = f"0 0 {tenths(width)} {tenths(height)}"
    return {"width": width, "height": height, "viewBox": view}


def _description(journey: Journey, drawing: Drawing) -> str:
    """Say in words what the drawing shows."""
    first, last = drawing.steps[0].row.eventTime, drawing.steps[-1].row.eventTime
    counts = [plural(len(drawing.steps), "row")]
    counts += [plural(journey.visits, "visit")] if journey.visits else []
    facts = [
        f"From {long_time(first, drawing.zone)} to {long_time(last, drawing.zone)}: "
        f"{', '.join([*counts, journey.conversions_text])}"
    ]
    for step in drawing.steps:
        when = long_time(step.row.eventTime, drawing.zone)
        if step.pause is not None:
            facts.append(f"a pause of {elapsed(step.pause)} before {when}")
        if step.row.is_conversion:
            worth = f" of {amount(step.row.revenue)}" if step.row.revenue is not None else ""
            after = (
                f", {elapsed(step.after_hit)} after its hit" if step.after_hit is not None else ""
            )
            facts.append(f"a conversion{worth} on {when}{after}")
    if len(facts) > _MOST_FACTS:
        facts = [*facts[:_MOST_FACTS], f"and {len(facts) - _MOST_FACTS:,} more"]
    return f"{'; '.join(facts)}. The table of rows says the same."


def _caption(drawing: Drawing) -> str:
    cut = len(drawing.axis.breaks)
    pauses = plural(cut, "pause")
    scale = f"To one scale, but for {pauses} cut out at the breaks." if cut else "To scale."
    ring = " The ring is round the hit in question." if drawing.hit_id else ""
    times = f"Times in {zone_name(drawing.zone)}; a mark tells its rows when pointed at."
    return f"{scale}{ring} {times}"


def _rows_without_place(steps: Sequence[Step]) -> Iterator[Markup]:
    """Yield the rows that have no place on an axis."""
    if not steps:
        return
    yield element(
        "p", f"Not in the drawing, since their times cannot be read: {plural(len(steps), 'row')}"
    )
    rows = [
        remote_texts(
            non_empty(
                step.row.eventTime or "no time",
                step.row.eventType,
                step.row.nodeName,
                step.row.pageName,
                step.row.hitId,
            )
        )
        for step in steps[:_MOST_APART]
    ]
    if len(steps) > _MOST_APART:
        rows.append(Markup(f"and {len(steps) - _MOST_APART:,} more, in the table"))
    yield element("ul", *(element("li", row) for row in rows))
