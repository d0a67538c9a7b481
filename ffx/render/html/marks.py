"""The timeline's marks: a shape for each row, lines where there are many, ties to conversions."""

from collections.abc import Iterator, Sequence

from ffx.api.journey import Step
from ffx.input.times.formatting import elapsed, format_clock
from ffx.input.times.zones import Zone
from ffx.output.width import clip
from ffx.output.words import non_empty, tenths
from ffx.render.html.drawing import Drawing, mark_at, path, text_at, text_width
from ffx.render.html.lanes import Mark, mark_label, marks_of, runs_of
from ffx.render.html.markup import Markup, element, text

_LONGEST_LABEL = 32
_LONGEST_ROW = 300
_MOST_TIES = 200
_MOST_ROWS = 6
_MANY = 8  # so many marks that touch are drawn as lines
_BEND = 18  # a tie shorter than this goes straight down


def ties(drawing: Drawing) -> Iterator[Markup]:
    """Yield what ties conversions to their hits, as many as can be told apart."""
    hits: dict[str, int] = {}
    found: dict[str, None] = {}
    for index, step in enumerate(drawing.steps):
        hit_id = step.row.hitId or ""
        if not step.row.is_conversion:
            hits.setdefault(hit_id, index)
        elif step.after_hit is not None and hit_id in hits:
            hit = hits[hit_id]
            top = drawing.middles[drawing.kinds[hit]] + 9
            bottom = drawing.middles["conversion"] - 10
            found[_tie(drawing.places[hit], top, drawing.places[index], bottom)] = None
    yield from (path("tie", way) for way in list(found)[:_MOST_TIES])


def _tie(left: float, top: float, right: float, bottom: float) -> str:
    """Return the way down, along the upper edge of the conversions' lane, and to the mark."""
    start = f"M{tenths(left)} {tenths(top)}"
    head = f"M{tenths(right - 3)} {tenths(bottom - 5)}l3 5l3-5"
    if right - left < _BEND:
        return f"{start}L{tenths(right)} {tenths(bottom)}{head}"
    bend = tenths(bottom - 6)
    return (
        f"{start}Q{tenths(left)} {bend} {tenths(left + 10)} {bend}H{tenths(right - 7)}"
        f"Q{tenths(right)} {bend} {tenths(right)} {tenths(bottom)}{head}"
    )


def marks(drawing: Drawing) -> Iterator[Markup]:
    """Yield every lane's marks, with what is worth saying where there is room for it."""
    for lane in drawing.lanes:
        rows = zip(drawing.places, drawing.steps, drawing.kinds, strict=True)
        placed = ((place, step) for place, step, kind in rows if kind == lane.name)
        runs = runs_of(marks_of(placed))
        for index, run in enumerate(runs):
            until = runs[index + 1][0].place - 14 if index + 1 < len(runs) else drawing.width
            yield from _run(drawing, lane.name, run, until)


def _run(drawing: Drawing, lane: str, run: Sequence[Mark], until: float) -> Iterator[Markup]:
    """Yield marks that touch, and what is to be said of them if it ends before `until`."""
    middle = drawing.middles[lane]
    steps = [step for mark in run for step in mark.steps]
    left = run[-1].place + 11
    if len(run) >= _MANY:
        yield _lines(drawing, lane, steps)
    else:
        for mark in run:
            title = element("title", _title(mark.steps, drawing.zone))
            yield mark_at(lane, mark.place, middle, title)
            if drawing.hit_id and any(step.row.hitId == drawing.hit_id for step in mark.steps):
                yield element("circle", class_="ring", cx=mark.place, cy=middle, r=12)
                left = max(left, mark.place + 16)
    for label in _labels(steps):
        right = left + text_width(label)
        is_free = all(right < each.left or left > each.right for each in drawing.axis.breaks)
        if right < until and is_free:
            yield text_at(label, left, middle + 4, class_="label")
            return


def _lines(drawing: Drawing, lane: str, steps: Sequence[Step]) -> Markup:
    """Draw a line for each row, where shapes would cover each other."""
    places = [drawing.axis.place(step.time) for step in steps if step.time]
    line_places = dict.fromkeys(round(place * 2) / 2 for place in places)
    top = tenths(drawing.middles[lane] - 8)
    title = element("title", _title(steps, drawing.zone))
    lines = "".join(f"M{tenths(place)} {top}v16" for place in line_places)
    return element("path", title, class_=f"run {lane}", d=lines)


def _labels(steps: Sequence[Step]) -> list[str]:
    """Return the labels that may stand beside rows, the longest first."""
    label = clip(mark_label(steps[0]), _LONGEST_LABEL)
    if len(steps) == 1:
        first, _, _ = label.partition(" · ")
        return list(filter(None, dict.fromkeys([label, first])))
    count = f"×{len(steps):,}"
    is_shared = label and all(mark_label(step) == mark_label(steps[0]) for step in steps)
    return [f"{count} {label}", count] if is_shared else [count]


def _title(steps: Sequence[Step], zone: Zone) -> Markup:
    """Return rows in words, a line each; of many the first, and the last."""
    lines = [_row(step, zone) for step in steps[:_MOST_ROWS]]
    if len(steps) > _MOST_ROWS:
        lines[-1] = f"… {len(steps) - _MOST_ROWS + 1:,} more, the last: {_row(steps[-1], zone)}"
    return Markup("\n".join(map(text, lines)))


def _row(step: Step, zone: Zone) -> str:
    row = step.row
    facts = non_empty(
        row.eventType,
        row.nodeName or row.nodeId,
        row.pageName or row.pageId,
        f"{elapsed(step.after_hit)} after its hit" if step.after_hit is not None else "",
        row.hitId,
    )
    when = format_clock(step.time, zone) if step.time else ""
    return clip(" · ".join([when, *facts]), _LONGEST_ROW)
