"""Views for pipes: every member whole, tab-separated, without colours.

A summary as name and value, a blank line, one header, then a line a row.
"""

from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel

from ffx.api import members
from ffx.api.models import Event, HitEvent, VisitorInfo
from ffx.input.times.formatting import full_time
from ffx.input.times.zones import Zone
from ffx.output.clean import clean


def plain_visitor(
    visitor: VisitorInfo | None,
    rows: Iterable[Event],
    facts: Iterable[tuple[str, str]],
    zone: Zone,
    names: Sequence[str] = members.HIT_ROW,
) -> Iterator[str]:
    """Yield the lines of a visitor: their summary and `facts` about the look-up, then the rows."""
    summary = [] if visitor is None else _pairs(visitor, members.VISITOR, zone)
    yield from _summary([*summary, *facts])
    yield "\n"
    yield from _table(names, rows, zone)


def plain_hit(events: Sequence[HitEvent], facts: Iterable[tuple[str, str]], zone: Zone) -> str:
    """Write the events of a hit, with `facts` about the look-up above them."""
    return "".join([*_summary(facts), "\n", *_table(members.HIT_EVENT, events, zone)])


def plain_header(names: Sequence[str]) -> str:
    return "\t".join(names) + "\n"


def plain_row(names: Sequence[str], row: BaseModel, zone: Zone) -> str:
    return "\t".join(_cell(row, name, zone) for name in names) + "\n"


def _pairs(model: BaseModel, names: Sequence[str], zone: Zone) -> list[tuple[str, str]]:
    return [(name, _cell(model, name, zone)) for name in names]


def _summary(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"{name}\t{clean(value)}\n" for name, value in pairs)


def _table(names: Sequence[str], rows: Iterable[BaseModel], zone: Zone) -> Iterator[str]:
    yield plain_header(names)
    for row in rows:
        yield plain_row(names, row, zone)


def _cell(model: BaseModel, name: str, zone: Zone) -> str:
    value = getattr(model, name)
    if value is None:
        return ""
    return full_time(value, zone) if name in members.TIMES else clean(str(value))
