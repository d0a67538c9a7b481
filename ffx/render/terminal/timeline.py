"""The visitor view's timeline on a terminal: rows in days and visits, with pauses between."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ffx.api.journey import Journey, Step
from ffx.api.models import HitRow
from ffx.input.times.formatting import day_of, elapsed
from ffx.input.times.window import TimeRange, describe_window
from ffx.input.times.zones import to_local
from ffx.output.words import non_empty, plural
from ffx.render.row_choice import RowChoice
from ffx.render.terminal.lines import INDENT, Frame, Line, both_ends, rule
from ffx.render.terminal.timeline_layout import MARK, TimelineLayout

if TYPE_CHECKING:
    from ffx.render.terminal.members_below import MembersBelow


def timeline_lines(
    journey: Journey,
    choice: RowChoice,
    window: TimeRange | None,
    frame: Frame,
    *,
    hit_id: str = "",
    fields: Sequence[str] | None = (),
) -> Iterator[Line]:
    """Yield the chosen rows: pauses, days, visits, and below them the sums of these rows.

    The rows of `hit_id`, the hit that was asked for, are marked; empty where none was.
    `fields` are members that stand below the rows; None is all that have no column.
    """
    steps, over_limit, other_events = choice.steps_of(journey)
    are_all = not over_limit and not other_events
    summed = journey if are_all else replace(journey, steps=tuple(steps), is_cut=False)
    layout = TimelineLayout(steps, summed, frame, hit_id=hit_id)
    right = [f"window {describe_window(window, frame.zone)}" if window else "found by its hit"]
    if any(map(layout.is_marked, steps)):
        right.insert(0, f"{MARK.strip()} the hit asked for")
    yield from both_ends([("Timeline", "title")], right, frame.width)
    if steps:
        yield layout.header()
    heads = Heads(frame, reverse=choice.reverse)
    below = _below(steps, choice, layout, fields)
    visit = -1
    for step, cells in zip(steps, layout.cells, strict=True):
        yield from heads.before(step, layout.room)
        if below is not None and step.visit != visit:
            yield from below.of_visit(step)
            visit = step.visit
        yield from layout.row(step, cells)
        if below is not None:
            yield from below.of_row(step, layout.event_indent)
    if steps:
        yield from layout.total(summed, are_all=are_all)
    if below is not None:
        yield from below.of_all()
    yield from _left_out(journey, over_limit, other_events)


def _below(
    steps: Sequence[Step], choice: RowChoice, layout: TimelineLayout, fields: Sequence[str] | None
) -> "MembersBelow | None":
    """Return the lines below the rows; None where no members were asked for."""
    if fields is not None and not fields:
        return None
    from ffx.render.terminal.members_below import MembersBelow

    return MembersBelow(
        steps,
        fields,
        layout.frame,
        has_costs=layout.cost > 0,
        has_visits=not choice.reverse,
    )


class Heads:
    """The headings above a row where they change: a pause, the day, the visit."""

    def __init__(self, frame: Frame, *, reverse: bool = False) -> None:
        self._frame = frame
        self._reverse = reverse
        self._day: tuple[date, timedelta | None] | None = None
        self._visit = -1

    def before(self, step: Step, room: int) -> Iterator[Line]:
        """Yield the heads of the next row, in `room` cells."""
        if step.pause is not None and not self._reverse:
            yield [(INDENT, ""), *rule(f"{elapsed(step.pause)} pause", room)]
        zone = self._frame.zone
        if step.time is not None:
            local = to_local(step.time, zone)
            if self._day != (today := (local.date(), local.utcoffset())):
                self._day = today
                yield [(INDENT, ""), (day_of(step.time, zone), "title")]
        if self._visit != step.visit and not self._reverse:
            yield [(INDENT, ""), *rule(_visit_name(step), room)]
        self._visit = step.visit


def _rows_to_come() -> tuple[Step, ...]:
    """Return rows as they may yet come, so that the columns have room for them from the start."""
    event = {"hitId": "k" * 25, "eventType": "customEvent10"}
    sale = {**event, "eventType": "conversion", "cost": "0.1200", "revenue": "24.9000"}
    rows = map(HitRow.model_validate, (event, sale))
    after = timedelta(minutes=59)
    return tuple(Step(row, None, after, 1, starts_visit=False, after_hit=None) for row in rows)


class GrowingTimeline:
    """The timeline of rows that come one after the other, each drawn once."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._heads = Heads(frame)
        self._header: Line = []

    def lines(self, journey: Journey, steps: Sequence[Step], *, width: int) -> Iterator[Line]:
        """Yield `steps` of a journey, and the header wherever the columns have changed.

        `width` is in cells, and may be another than before.
        """
        frame = replace(self._frame, width=width)
        layout = TimelineLayout((*journey.steps, *_rows_to_come()), journey, frame)
        header = layout.header()
        if header != self._header:
            self._header = header
            yield header
        for step in steps:
            yield from self._heads.before(step, layout.room)
            yield from layout.row(step, layout.cells_of(step))


def _visit_name(step: Step) -> str:
    hit = step.row
    if not step.visit:
        return "begun before these rows"
    if not step.starts_visit:
        return f"visit {step.visit}, continued"
    words = [f"visit {step.visit}", *non_empty(hit.trafficSourceName or hit.trafficSourceId)]
    words += [f"campaign {name}" for name in non_empty(hit.subCampaign)]
    words += [f"funnel {name}" for name in non_empty(hit.funnelName or hit.funnelId)]
    return " · ".join(words)


def _left_out(journey: Journey, over_limit: int, other_events: int) -> Iterator[Line]:
    if over_limit:
        words = f"{plural(over_limit, 'earlier row')} not shown (--limit all)"
        yield [(INDENT, ""), (words, "warning")]
    if other_events:
        words = f"{plural(other_events, 'row')} of other events not shown"
        yield [(INDENT, ""), (words, "warning")]
    if not journey.was_sorted:
        # 38 cells, so that it fits into the narrowest view.
        yield [(INDENT, ""), ("sorted by time here, unlike the reply", "faint")]
