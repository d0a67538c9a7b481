"""One line a target: the columns of a table, in a pipe and on a terminal.

Widths are fixed before the first row is known; what has no room on a narrow
terminal is left out, the last columns first. What is always shown never is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ffx.output.clean import clean
from ffx.output.width import clip, pad, width_of
from ffx.render.terminal.lines import Line, line_width

_GAP = 2
LONGEST_TARGET = 40
"""Terminal cells that a target takes at the most which is no ID."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in a pipe, its head on a terminal, and the cells that it takes there."""

    name: str
    head: str
    width: int
    is_number: bool = False
    is_always_shown: bool = False


def plain_header(columns: Sequence[Column]) -> str:
    return "\t".join(column.name for column in columns) + "\n"


def plain_line(cells: Sequence[str]) -> str:
    return "\t".join(map(clean, cells)) + "\n"


def header_line(columns: Sequence[Column], width: int) -> Line:
    return table_line(columns, [column.head for column in columns], width, "label")


def table_line(columns: Sequence[Column], cells: Sequence[str], width: int, style: str) -> Line:
    """Return a row for a terminal of `width` cells."""
    shown = [clean(cell) for cell in cells]
    taken = [
        max(column.width, width_of(cell)) + _GAP
        for column, cell in zip(columns, shown, strict=True)
    ]
    if columns[-1].is_always_shown:
        # It takes what is left, so that the others stand below their heads.
        taken[-1] = columns[-1].width + _GAP
    room = width - sum(
        cells_taken
        for column, cells_taken in zip(columns, taken, strict=True)
        if column.is_always_shown
    )
    line: Line = []
    is_full = False
    for number, (column, cell) in enumerate(zip(columns, shown, strict=True)):
        if not column.is_always_shown:
            is_full = is_full or taken[number] > room
            if is_full:
                continue
            room -= taken[number]
        # The last one ends the line, and blanks behind it might break it.
        is_last = number == len(columns) - 1 and not column.is_number
        if is_last and column.is_always_shown:
            cell = clip(cell, max(width - line_width(line) - _GAP, column.width))  # noqa: PLW2901
        line.append(
            (
                " " * _GAP
                + (cell if is_last else pad(cell, column.width, right=column.is_number)),
                style,
            )
        )
    return line


def shown_target(text: str, identity: str) -> str:
    """Return the name of a target for a terminal: its ID, or the beginning of other text."""
    return identity or clip(clean(text), LONGEST_TARGET)
