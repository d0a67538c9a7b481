"""Lines of styled spans: what the terminal views are made of.

A line is a list of (text, style name); widths are terminal cells. Texts are
clean when they arrive. There is no rich `Table` here: it measures every cell
twice and guesses the columns' widths, where these views state which column
gives way first; a thousand rows take a fifth of its time. Styles and widths
are rich's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ffx.output.width import DOT, clip, width_of, wrap_facts

if TYPE_CHECKING:
    from ffx.input.times.zones import Zone
    from ffx.lookup.run import Run
    from ffx.settings.field_names import FieldNames

Span = tuple[str, str]
Line = list[Span]
# Colour carries meaning, and never alone: a word or a sign says the same.
STYLES = {
    "title": "bold",
    "label": "dim",
    "faint": "dim",
    "good": "green",
    "good-title": "bold green",
    "warning": "yellow",
    "loud": "bold yellow",
    "bad": "red",
    "changed": "bold",
}
INDENT = "  "


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a view is drawn: width in cells, the reader's zone, the account's name.

    `field_names` is what the reader calls the tracking fields; None where that is nothing.
    """

    width: int
    zone: "Zone"
    account: str
    field_names: "FieldNames | None" = None


def frame_of(run: "Run") -> Frame:
    """Return the frame of a run's own terminal."""
    names = run.settings.field_names
    return Frame(run.output.screen.width, run.zone, run.account, names)


def line_width(line: Line) -> int:
    return sum(width_of(text) for text, _ in line)


def rule(words: str, width: int) -> Line:
    """Return a thin rule across `width` cells with words near its start."""
    beginning = f"── {clip(words, max(width - 4, 8))} "
    return [(beginning, "faint"), ("─" * max(width - width_of(beginning), 0), "faint")]


def both_ends(left: Line, facts: Sequence[str], width: int) -> Iterator[Line]:
    """Put facts at the right end of a line, or below it where it has no room for them."""
    right = DOT.join(facts)
    room = width - line_width(left) - width_of(right)
    if room >= 2:  # less would run together
        yield [*left, (" " * room, ""), (right, "faint")]
        return
    yield left
    for part in wrap_facts(facts, width - len(INDENT)):
        yield [(INDENT, ""), (part, "faint")]


def paint(lines: Iterable[Line], *, color: bool) -> str:
    """Turn lines into text for the terminal, with a line feed after each."""
    return "".join(painted(lines, color=color))


def painted(lines: Iterable[Line], *, color: bool) -> Iterator[str]:
    """Yield the text of each line, where there may be many."""
    if not color:
        drawn = ("".join(text for text, _ in line) for line in lines)
        yield from (f"{line.rstrip(' ')}\n" for line in drawn)
        return
    from rich.color import ColorSystem
    from rich.style import Style

    draw = {
        name: partial(Style.parse(words).render, color_system=ColorSystem.STANDARD)
        for name, words in STYLES.items()
    }
    for line in lines:
        shown = "".join(draw[style](text) if style else text for text, style in line)
        yield f"{shown.rstrip(' ')}\n"
