"""Lines of styled spans: what the terminal views are made of.

A line is a list of (text, style name); widths are terminal cells. Texts are
clean when they arrive. Cheaper by far than a table that measures every cell.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ffx.output.width import _DOT, clip, width_of, wrap_facts

if TYPE_CHECKING:
    from ffx.input.times.zones import Zone
    from ffx.settings.field_names import FieldNames

Span = tuple[str, str]
Line = list[Span]
# Colour carries meaning, and never alone: a word or a sign says the same. The parameters are
# those of SGR: https://ecma-international.org/publications-and-standards/standards/ecma-48/
_BOLD, _DIM, _RED, _GREEN, _YELLOW = "1", "2", "31", "32", "33"
STYLES = {
    "": "",
    "title": _BOLD,
    "label": _DIM,
    "faint": _DIM,
    "good": _GREEN,
    "good-title": f"{_BOLD};{_GREEN}",
    "warning": _YELLOW,
    "loud": f"{_BOLD};{_YELLOW}",
    "bad": _RED,
    "changed": _BOLD,
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


def line_width(line: Line) -> int:
    return sum(width_of(text) for text, _ in line)


def rule(words: str, width: int) -> Line:
    """Return a thin rule across `width` cells with words near its start."""
    beginning = f"── {clip(words, max(width - 4, 8))} "
    return [(beginning, "faint"), ("─" * max(width - width_of(beginning), 0), "faint")]


def both_ends(left: Line, facts: Sequence[str], width: int) -> Iterator[Line]:
    """Put facts at the right end of a line, or below it where it has no room for them."""
    right = _DOT.join(facts)
    room = width - line_width(left) - width_of(right)
    if room >= 2:  # less would run together
        yield [*left, (" " * room, ""), (right, "faint")]
        return
    yield left
    for part in wrap_facts(facts, width - len(INDENT)):
        yield [(INDENT, ""), (part, "faint")]


def paint(lines: Iterable[Line], *, color: bool) -> str:
    """Turn lines into text for the terminal, with a line feed after each."""
    if not color:
        drawn = ("".join(text for text, _ in line) for line in lines)
        return "".join(f"{line.rstrip(' ')}\n" for line in drawn)
    return "".join(
        "".join(
            f"\x1b[{STYLES[style]}m{text}\x1b[0m" if style and text else text
            for text, style in line
        ).rstrip(" ")
        + "\n"
        for line in lines
    )
