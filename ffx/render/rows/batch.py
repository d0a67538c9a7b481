"""Many targets as a table of one line each, drawn as they come.

Widths are fixed before the first row is known; what has no room on a narrow
terminal is left out from the right; the target and its outcome never are.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from ffx.api.journey import total_of
from ffx.api.wire import Reply
from ffx.input.times.instants import read_time
from ffx.input.times.zones import Zone, to_local
from ffx.output.clean import clean
from ffx.output.width import pad, width_of
from ffx.output.words import amount
from ffx.render.terminal.lines import Line

if TYPE_CHECKING:
    from ffx.api.models import HitEvent, HitRow

# Member-like names for pipes, words for people, and the cells that a terminal gives each.
_COLUMNS = (
    ("target", "target", 27),
    ("found", "found", 6),
    ("hits", "hits", 6),
    ("conversions", "conversions", 11),
    ("revenue", "revenue", 10),
    ("firstSeen", "first seen", 19),
    ("lastSeen", "last seen", 19),
)
_NUMBERS = frozenset({"hits", "conversions", "revenue"})
_ALWAYS = frozenset({"target", "found"})
_GAP = 2


@dataclass(frozen=True, slots=True)
class Row:
    """What one target's line says; with `has_more`, its counts are of a part.

    `found` is yes, no or failed; times are UTC.
    """

    target: str
    found: str
    hits: int | None = None
    has_more: bool = False
    conversions: int = 0
    revenue: Decimal | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None


def row_of(target: str, reply: Reply) -> Row:
    """Sum a reply up: its rows, and of its conversions the number and the revenue."""
    if not reply.rows:
        return Row(target, "no")
    rows: list[HitRow] | list[HitEvent]
    rows = reply.history().hits if reply.query.kind == "visitor" else reply.events()
    converted = [row for row in rows if row.is_conversion]
    times = [time for row in rows if (time := read_time(row.eventTime)) is not None]
    return Row(
        target,
        "yes",
        hits=len(rows),
        has_more=reply.has_more is True,
        conversions=len(converted),
        revenue=total_of(row.revenue for row in converted),
        first_seen=min(times, default=None),
        last_seen=max(times, default=None),
    )


def plain_header() -> str:
    """Write the names of the columns for a pipe."""
    return "\t".join(name for name, _, _ in _COLUMNS) + "\n"


def plain_row(row: Row, zone: Zone) -> str:
    """Write a row for a pipe: times in full, nothing cut."""
    times = [
        "" if time is None else to_local(time, zone).isoformat(timespec="milliseconds")
        for time in (row.first_seen, row.last_seen)
    ]
    return "\t".join([*_cells(row), *times]) + "\n"


def header_line(width: int) -> Line:
    """Return the columns' heads for a terminal of `width` cells."""
    return _line([words for _, words, _ in _COLUMNS], width, "label")


def row_line(row: Row, zone: Zone, width: int) -> Line:
    """Return a row for a terminal of `width` cells."""
    times = [
        "" if time is None else f"{to_local(time, zone):%Y-%m-%d %H:%M:%S}"
        for time in (row.first_seen, row.last_seen)
    ]
    style = {"yes": "good" if row.conversions else "", "failed": "bad"}.get(row.found, "faint")
    return _line([*_cells(row), *times], width, style)


def _cells(row: Row) -> list[str]:
    return [
        clean(row.target),
        row.found,
        "" if row.hits is None else f"{row.hits}{'+' if row.has_more else ''}",
        "" if row.hits is None else str(row.conversions),
        amount(row.revenue),
    ]


def _line(cells: list[str], width: int, style: str) -> Line:
    line: Line = []
    room = width
    for (name, _, column), cell in zip(_COLUMNS, cells, strict=True):
        taken = max(column, width_of(cell)) + _GAP
        if taken > room and name not in _ALWAYS:
            break
        room -= taken
        line.append(("  " + pad(cell, column, right=name in _NUMBERS), style))
    return line
