"""The tables of the page: all rows with all their members, and smaller ones."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress
from typing import TypeVar

from ffx.api import members
from ffx.api.journey import Journey, Step
from ffx.api.models import Event
from ffx.input.times.formatting import elapsed, full_time
from ffx.input.times.zones import Zone
from ffx.output.words import plural
from ffx.render.html.markup import (
    Markup,
    box_in_parts,
    element,
    fact_list,
    in_parts,
    joined,
    text,
)
from ffx.render.member_text import json_or_words

# What a person reads first, in this order, and always in the table if any row has it.
_FIRST = ("eventTime", "eventType", "nodeName", "pageName", "cost", "revenue", "hitId")
_MAIN = frozenset({*_FIRST, "#", "after"})
_CAPITAL = re.compile("(?<=[a-z])(?=[A-Z])")
_WIDE = 44  # characters, from which on a cell of a small table may be broken
_LONG = 160  # characters, from which on a cell scrolls in itself
_NUMBERS = frozenset({*members.MONEY, "#", "after"})

T = TypeVar("T")


def small_table(header: Sequence[str], rows: Iterable[Sequence[str]], *, label: str) -> Markup:
    """Make a table of texts; a column in which every cell is empty is left out."""
    return joined(table_in_parts(header, list(rows), tuple, label=label))


def table_in_parts(
    header: Sequence[str],
    things: Sequence[T],
    cells_of: Callable[[T], Sequence[str]],
    *,
    label: str,
) -> Iterator[Markup]:
    """Yield a small table part by part, where its rows may be many; their cells are made twice."""
    is_used = [False] * len(header)
    for cells in map(cells_of, things):
        is_used = [used or bool(cell) for used, cell in zip(is_used, cells, strict=True)]
    head = element("tr", *(element("th", name, scope="col") for name in compress(header, is_used)))
    body = (
        element("tr", *map(_small_cell, compress(cells, is_used)))
        for cells in map(cells_of, things)
    )
    rows = in_parts("tbody", body)
    table = in_parts("table", chain([element("thead", head)], rows))
    return box_in_parts(table, label=label)


def _small_cell(value: str) -> Markup:
    """Make a cell; one that would be so wide that the table scrolls may be broken."""
    return element("td", _shown(value), class_="words" if len(value) > _WIDE else None)


def rows_table(
    journey: Journey, zone: Zone, *, hit_id: str = "", is_newest_first: bool = False
) -> Iterator[Markup]:
    """Show every row by time, and every member that any of them has; part by part.

    What several rows all say alike is said once, below the table. Rows of `hit_id`
    are marked.
    """
    steps = journey.steps[::-1] if is_newest_first else journey.steps
    if not steps:
        yield element("p", "There is no row.")
        return
    names, alike = _members_of(_texts_of(step.row, zone) for step in steps)
    shown = [name for name in names if name not in alike]
    header = ["#", *shown[:1], "after", *shown[1:]]
    cells = {name: _cell_tag(name) for name in header}
    lines = (
        _line(f"{number:,}", step, _texts_of(step.row, zone), cells, hit_id)
        for number, step in enumerate(steps, 1)
    )
    head = element("tr", *(_heading(name) for name in header))
    count = plural(len(steps), "row")
    marked = "; ▸ marks the hit in question" if hit_id else ""
    order = "newest first" if is_newest_first else "by time"
    # The page is never so wide that these have room beside the main ones.
    more = len(header) - len(_MAIN.intersection(header))
    aside = element("span", f"; {plural(more, 'more column')} to the right", class_="aside")
    caption = element("caption", f"{count}, {order}{marked}", *([aside] if more else []))
    body = in_parts("tbody", lines)
    table = in_parts("table", chain((caption, element("thead", head)), body))
    yield from box_in_parts(table, label="All rows", class_="box tall")
    if alike:
        yield element("h3", f"The same in all {len(steps):,} rows")
        values = ((name, _shown(value)) for name, value in alike.items())
        yield fact_list(values, class_="members")


def _texts_of(row: Event, zone: Zone) -> dict[str, str]:
    """Return the members that say something, as text; those that no document names come last."""
    read = {
        name: full_time(str(value), zone) if name in members.TIMES else str(value)
        for name, value in row.stated_members().items()
    }
    for name, value in (row.model_extra or {}).items():
        if value is not None and value != "":
            read[name] = value if isinstance(value, str) else json_or_words(value)
    return read


def _members_of(rows: Iterator[Mapping[str, str]]) -> tuple[list[str], dict[str, str]]:
    """Return the names of the members that the rows have, and what all of several rows say alike.

    The important ones come first, the others as they are documented. There is at least one row.
    """
    first = next(rows)
    there = dict.fromkeys(first)
    alike: dict[str, str] | None = None
    for row in rows:
        there |= dict.fromkeys(row)
        alike = {
            name: value
            for name, value in (first if alike is None else alike).items()
            if name not in _FIRST and row.get(name) == value
        }
    documented = [name for name in members.HIT_EVENT if name in there]
    order = [*(name for name in _FIRST if name in there), *documented, *there]
    names = list(dict.fromkeys(order))
    return names, {name: alike[name] for name in names if alike and name in alike}


def _line(
    number: str, step: Step, row: Mapping[str, str], tags: Mapping[str, Markup], hit_id: str
) -> Markup:
    """Make a row of the table; `tags` has how a cell of each column begins."""
    after = f"+{elapsed(step.after)}" if step.after is not None else ""
    is_target = bool(hit_id) and step.row.hitId == hit_id
    cells = {"#": f"▸ {number}" if is_target else number, "after": after, **row}
    shown = ((tag, cells.get(name, "")) for name, tag in tags.items())
    parts = [f"{tag}{_shown(value)}</td>" if value else _empty(tag) for tag, value in shown]
    classes = [
        *(["visit-start"] if step.row.is_entrance else []),
        *(["converted"] if step.row.is_conversion else []),
        *(["target"] if is_target else []),
    ]
    return element("tr", Markup("".join(parts)), class_=" ".join(classes) or None)


def _cell_tag(name: str) -> Markup:
    """Return how a column's cells begin; on paper those beside the main ones say their names."""
    if name in _MAIN:
        return Markup(f'<td class="{_classes(name)}">')
    number = ' class="number"' if name in _NUMBERS else ""
    return Markup(f'<td{number} data-name="{text(name)}">')


def _empty(tag: str) -> str:
    """Return an empty cell, which has no name to say."""
    return f"{tag}</td>" if tag.startswith('<td class="main') else "<td></td>"


def _heading(name: str) -> Markup:
    """Make a member's heading, which may be broken where its words begin."""
    words = Markup(_CAPITAL.sub("<wbr>", text(name)))
    return element("th", words, scope="col", class_=_classes(name) or None)


def _classes(name: str) -> str:
    classes = [*(["main"] if name in _MAIN else []), *(["number"] if name in _NUMBERS else [])]
    return " ".join(classes)


def _shown(value: str) -> Markup:
    if value and not value.strip():
        return text(f"'{value}'")
    if len(value) <= _LONG:
        return text(value)
    return element("div", value, class_="long")
