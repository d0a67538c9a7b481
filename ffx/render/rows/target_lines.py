"""Many hits or visitors as a table of one line each, drawn as they come."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from ffx.api.journey import total_of
from ffx.input.times.instants import read_time
from ffx.input.times.zones import Zone, to_local
from ffx.lookup.find import Found
from ffx.output.words import amount
from ffx.render.rows.table import Column, plain_line, shown_target, table_line
from ffx.render.terminal.lines import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ffx.api.models import HitEvent, HitRow

_TARGET = Column("target", "target", 27, is_always_shown=True)
_FOUND = Column("found", "found", 6, is_always_shown=True)
_CONVERSIONS = Column("conversions", "conversions", 11, is_number=True)
_REVENUE = Column("revenue", "revenue", 10, is_number=True)
HIT_COLUMNS = (
    _TARGET,
    _FOUND,
    Column("events", "events", 6, is_number=True),
    _CONVERSIONS,
    _REVENUE,
    Column("firstEvent", "first event", 19),
    Column("lastEvent", "last event", 19),
)
VISITOR_COLUMNS = (
    _TARGET,
    _FOUND,
    Column("hits", "hits", 6, is_number=True),
    _CONVERSIONS,
    _REVENUE,
    Column("cost", "cost", 8, is_number=True),
    Column("profit", "profit", 10, is_number=True),
    Column("firstSeen", "first seen", 19),
    Column("lastSeen", "last seen", 19),
)


@dataclass(frozen=True, slots=True)
class TargetLine:
    """The content of one target's line.

    `found` is yes, no or failed, or ? where the service sent none of its rows; times are UTC.
    With `is_cut` the counts and sums are of a part. A visitor's times are the service's own
    `firstSeen` and `lastSeen`, a hit's those of its events.
    """

    target: str
    found: str
    id: str = ""
    is_visitor: bool = False
    rows: int | None = None
    is_cut: bool = False
    conversions: int = 0
    revenue: Decimal | None = None
    cost: Decimal | None = None
    first: datetime | None = None
    last: datetime | None = None

    @property
    def profit(self) -> Decimal | None:
        """The revenue less the cost; None where the cost is not known."""
        if self.cost is None:
            return None
        return total_of((self.revenue or Decimal(0), -self.cost))


def row_of(target: str, found: Found) -> TargetLine:
    """Sum up what was found: its rows, and of its conversions the number and the revenue."""
    reply = found.reply
    is_visitor = reply.query.kind == "visitor"
    if not reply.rows:
        there = "?" if found.lacks_all else "no"
        return TargetLine(target, there, found.target.id.text, is_visitor, is_cut=found.lacks_all)
    rows: Sequence[HitRow] | Sequence[HitEvent]
    rows = reply.hit_rows() if is_visitor else reply.events()
    converted = [row for row in rows if row.is_conversion]
    if is_visitor:
        last = reply.parsed_visitor().get("lastSeen")
        seen = (
            read_time(reply.first_seen),
            read_time(last if isinstance(last, str) else None),
        )
    else:
        times = [time for row in rows if (time := read_time(row.eventTime)) is not None]
        seen = (min(times, default=None), max(times, default=None))
    return TargetLine(
        target,
        "yes",
        found.target.id.text,
        is_visitor,
        rows=len(rows),
        is_cut=reply.has_more is not False or bool(found.gaps),
        conversions=len(converted),
        revenue=total_of(row.revenue for row in converted),
        cost=total_of(row.cost for row in rows if row.is_entrance) if is_visitor else None,
        first=seen[0],
        last=seen[1],
    )


def plain_row(row: TargetLine, zone: Zone) -> str:
    """Write a row for a pipe: times in full, nothing cut."""
    times = [
        "" if time is None else to_local(time, zone).isoformat(timespec="milliseconds")
        for time in (row.first, row.last)
    ]
    return plain_line([row.target, *_cells(row), *times])


def row_line(row: TargetLine, zone: Zone, width: int) -> Line:
    """Return a row for a terminal of `width` cells; a long text is shown as the ID in it."""
    times = [
        "" if time is None else f"{to_local(time, zone):%Y-%m-%d %H:%M:%S}"
        for time in (row.first, row.last)
    ]
    style = {"yes": "good" if row.conversions else "", "failed": "bad"}.get(row.found, "faint")
    cells = [shown_target(row.target, row.id), *_cells(row), *times]
    return table_line(columns_of(is_visitor=row.is_visitor), cells, width, style)


def columns_of(*, is_visitor: bool) -> tuple[Column, ...]:
    return VISITOR_COLUMNS if is_visitor else HIT_COLUMNS


def counted(count: int, *, is_cut: bool) -> str:
    """Write a count; of a history that may lack rows as `3+`, and `?` where none is known."""
    if not is_cut:
        return str(count)
    return f"{count}+" if count else "?"


def _cells(row: TargetLine) -> list[str]:
    if row.rows is None:
        return [row.found, *[""] * (5 if row.is_visitor else 3)]
    more = "+" if row.is_cut else ""
    sums = [row.revenue, *((row.cost, row.profit) if row.is_visitor else ())]
    return [
        row.found,
        counted(row.rows, is_cut=row.is_cut),
        counted(row.conversions, is_cut=row.is_cut),
        *("" if each is None else f"{amount(each)}{more}" for each in sums),
    ]
