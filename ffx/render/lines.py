"""Lines of styled spans: what the terminal views are made of.

A line is a list of (text, style name); widths are terminal cells. Texts are
clean when they arrive. Cheaper by far than a table that measures every cell.
"""

from collections.abc import Iterable, Iterator

Span = tuple[str, str]
Line = list[Span]

# Colour carries meaning, and never alone: a word or a sign says the same.
STYLES = {
    "": "",
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


def width_of(text: str) -> int:
    """Return how many cells a terminal draws `text` in."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def line_width(line: Line) -> int:
    return sum(width_of(text) for text, _ in line)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Fill `text` up to `width` cells; longer text stays whole."""
    blanks = " " * (width - width_of(text))
    return blanks + text if right else text + blanks


def clip(text: str, width: int) -> str:
    """Cut `text` to `width` cells; what was cut is counted when it is much."""
    if len(_head(text, width)) == len(text):
        return text
    shortened = _head(text, max(width - 1, 0))
    missing = len(text) - len(shortened)
    if missing > 1000:  # a number that a reader would want to know
        tail = f"… (+{missing:,} characters)"
        if width > len(tail) + 10:
            return _head(text, width - len(tail)) + tail
    return f"{shortened}…"


def wrap(text: str, width: int, *, most: int = 0) -> list[str]:
    """Break `text` into lines of at most `width` cells, at blanks where there are any.

    A word that fits on a line is never broken. With `most`, what lies beyond
    that many lines is clipped.
    """
    lines: list[str] = []
    rest = text
    while len(head := _head(rest, width)) < len(rest):
        if most and len(lines) == most - 1:
            return [*lines, clip(rest, width)]
        break_at = head.rfind(" ") if not rest[len(head) :].startswith(" ") else len(head)
        cut = break_at if break_at > 0 else max(len(head), 1)
        lines.append(rest[:cut])
        rest = rest[cut:].lstrip(" ")
    return [*lines, rest] if rest or not lines else lines


def rule(words: str, width: int) -> Line:
    """Return a thin rule across `width` cells with words near its start."""
    beginning = f"── {clip(words, max(width - 4, 8))} "
    return [(beginning, "faint"), ("─" * max(width - width_of(beginning), 0), "faint")]


def both_ends(left: Line, right: Line, width: int) -> Iterator[Line]:
    """Put one line at both ends of a row, or on two rows where it has no room for both."""
    room = width - line_width(left) - line_width(right)
    if room >= 2:  # less would run together
        yield [*left, (" " * room, ""), *right]
    else:
        yield left
        for text, style in right:
            for part in wrap(text, width):
                yield [(part, style)]


def paint(lines: Iterable[Line], *, color: bool) -> str:
    """Turn lines into text for the terminal, with a line feed after each."""
    if not color:
        return "".join(f"{''.join(text for text, _ in line).rstrip()}\n" for line in lines)
    from rich.color import ColorSystem
    from rich.style import Style

    styles = {name: Style.parse(definition) for name, definition in STYLES.items()}
    return "".join(
        "".join(
            styles[style].render(text, color_system=ColorSystem.STANDARD) if style else text
            for text, style in line
        ).rstrip()
        + "\n"
        for line in lines
    )


def _head(text: str, width: int) -> str:
    """Return the longest beginning of `text` that fits into `width` cells."""
    head = text[:width]
    if head.isascii():
        return head
    from rich.cells import get_character_cell_size

    cells = 0
    for index, character in enumerate(text):
        cells += get_character_cell_size(character)
        if cells > width:
            return text[:index]
    return text
