"""The visitor view's timeline on a terminal: rows in days and visits, with pauses between."""

from collections.abc import Iterator
from dataclasses import dataclass

from ffx.api.journey import Journey, Step
from ffx.input.times.window import TimeRange, describe
from ffx.input.times.words import day_of, elapsed
from ffx.output.words import known, plural
from ffx.render.terminal.layout import Layout
from ffx.render.terminal.lines import INDENT, Frame, Line, both_ends, rule


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows of a journey are shown: the newest first or last, some events, so many."""

    limit: int | None = None
    reverse: bool = False
    events: tuple[str, ...] = ()

    def of(self, journey: Journey) -> tuple[list[Step], int, int]:
        """Return the chosen steps, and how many `limit` and `events` left out."""
        wanted = {name.casefold() for name in self.events}
        steps = [
            step
            for step in journey.steps
            if not wanted or (step.row.eventType or "").casefold() in wanted
        ]
        chosen = steps[-self.limit :] if self.limit is not None else steps
        left_out = len(steps) - len(chosen)
        return (
            chosen[::-1] if self.reverse else chosen,
            left_out,
            len(journey.steps) - len(steps),
        )


def timeline_lines(
    journey: Journey, choice: Choice, window: TimeRange | None, frame: Frame
) -> Iterator[Line]:
    """Yield the chosen rows: pauses, days, visits, and the sums below."""
    right = f"window {describe(window, frame.zone)}" if window else "found by its hit"
    yield from both_ends([("Timeline", "title")], [right], frame.width)
    steps, over_limit, other_events = choice.of(journey)
    layout = Layout(steps, journey, frame)
    if steps:
        yield layout.header()
    day, visit = "", -1
    for step in steps:
        if step.pause is not None and not choice.reverse:
            yield [(INDENT, ""), *rule(f"{elapsed(step.pause)} pause", layout.room)]
        if step.time is not None and day != (today := day_of(step.time, frame.zone)):
            day = today
            yield [(INDENT, ""), (day, "title")]
        if visit != step.visit and not choice.reverse:
            yield [(INDENT, ""), *rule(_visit_name(step), layout.room)]
        visit = step.visit
        yield from layout.row(step)
    if journey.steps:
        yield from layout.total(journey)
    yield from _left_out(journey, over_limit, other_events)


def _visit_name(step: Step) -> str:
    hit = step.row
    if not step.visit:
        return "begun before these rows"
    if not step.starts_visit:
        return f"visit {step.visit}, continued"
    words = [f"visit {step.visit}", *known(hit.trafficSourceName or hit.trafficSourceId)]
    words += [f"campaign {name}" for name in known(hit.subCampaign)]
    words += [f"funnel {name}" for name in known(hit.funnelName or hit.funnelId)]
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
