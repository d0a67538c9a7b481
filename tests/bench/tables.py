"""S4: a long history drawn on a terminal, beside a plain rich table of the same cells."""

import json
import time
from collections.abc import Callable
from io import StringIO

from rich.console import Console

from ffx.api.journey import Step, make_journey
from ffx.api.models import VisitorHistory
from ffx.api.wire import read_reply, visitor_query
from ffx.input.targets.target import VisitorId
from ffx.input.times.formatting import elapsed, format_clock
from ffx.input.times.window import TimeRange
from ffx.input.times.zones import read_zone
from ffx.output.words import amount, non_empty
from ffx.render.row_choice import RowChoice
from ffx.render.terminal.lines import Frame, paint
from ffx.render.terminal.timeline import timeline_lines
from ffx.render.terminal.visitor_table import summary_lines
from tests.bench import plain_table, samples
from tests.bench.bench import Bench
from tests.bench.commands import WIDTH, Command
from tests.bench.comparison import Bound, Result, compare, medians_in_turn

_HITS = 1_000
_LOOK_UP = ("visitor", samples.VISITOR_ID, "--since", "2d", "--limit", "all")


def measure_long_table(bench: Bench) -> Result:
    """Compare whole commands, and for information what of them is reading and drawing.

    Ours asks a service, and checks, sorts and draws its rows; the other side
    reads finished cells from a file and draws them.
    """
    body = samples.visitor_reply(_HITS, bench.now)
    window = TimeRange(bench.now - samples.PACE * _HITS, bench.now)
    history = _read(body, window)
    cells = [_cells(step) for step in make_journey(history.hits).steps]
    file = bench.folder / "cells.json"
    file.write_text(json.dumps(cells))
    plain = Command(
        (bench.tools.python, plain_table.__file__, str(file)), bench.environ(), on_terminal=True
    )
    runs = max(bench.runs // 2, 5)
    found = medians_in_turn(
        {
            "reply": _timed(lambda: _draw(_read(body, window), window)),
            "drawing": _timed(lambda: _draw(history, window)),
            "rich": _timed(lambda: _draw_plain(cells)),
            "ours": bench.ffx(bench.large, *_LOOK_UP, on_terminal=True).milliseconds,
            "script": plain.milliseconds,
        },
        runs=runs,
    )
    return Result(
        "S4",
        f"{_HITS:,} hits as a table",
        f"medians of {runs} runs in turn, {WIDTH} columns",
        (
            compare(
                "whole command : script with rich.Table",
                found["ours"],
                found["script"],
                bound=Bound(0.45),
            ),
            compare("from reply to text : rich.Table alone", found["reply"], found["rich"]),
            compare("drawing alone : rich.Table alone", found["drawing"], found["rich"]),
        ),
    )


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def milliseconds() -> float:
        started = time.perf_counter()
        work()
        return (time.perf_counter() - started) * 1000

    return milliseconds


def _read(body: bytes, window: TimeRange) -> VisitorHistory:
    return read_reply(visitor_query(VisitorId(samples.VISITOR_ID), window), body).history()


def _draw(history: VisitorHistory, window: TimeRange) -> str:
    journey = make_journey(history.hits)
    frame = Frame(WIDTH, read_zone("UTC"), "sample")
    lines = [
        *summary_lines(history.visitor, samples.VISITOR_ID, journey, frame),
        *timeline_lines(journey, RowChoice(), window, frame),
    ]
    return paint(lines, color=True)


def _cells(step: Step) -> tuple[str, ...]:
    hit = step.row
    return (
        format_clock(step.time, read_zone("UTC")) if step.time else "",
        f"+{elapsed(step.after)}" if step.after else "",
        hit.eventType or "",
        " · ".join(non_empty(hit.nodeName, hit.pageName)),
        amount(hit.cost),
        amount(hit.revenue),
        hit.hitId or "",
    )


def _draw_plain(cells: list[tuple[str, ...]]) -> None:
    plain_table.draw(cells, Console(file=StringIO(), width=WIDTH, force_terminal=True))
