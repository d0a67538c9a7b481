"""How many terminal cells a text takes, and how it is cut, padded and wrapped to fit."""

import re
from collections.abc import Iterable

DOT = " · "
"""What stands between two facts on a line."""
_MUCH = 100  # characters cut off, from which on their number is written
_SHORTEST_HEAD = 10
_MOST_MARKS = 8
# Where help is, in a sentence.
_HELP = re.compile(r"ffx (?:help |(?:[a-z]+ )*--help)")
_NO_BREAK = "\N{NO-BREAK SPACE}"
_ESCAPE = re.compile(r"\\u\{[0-9a-f]{1,6}\}")
_LONGEST_ESCAPE = len(r"\u{10ffff}")


def width_of(text: str) -> int:
    """Return how many cells a terminal draws `text` in."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def fits(text: str, width: int) -> bool:
    """Tell whether `text` can be drawn in `width` cells; of a long one only the beginning is read.

    >>> fits("日本", 4), fits("日本", 3)
    (True, False)
    """
    return len(text) <= width if text.isascii() else len(_head(text, width)) == len(text)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Fill `text` up to `width` cells; longer text stays whole."""
    blanks = " " * (width - width_of(text))
    return blanks + text if right else text + blanks


def clip(text: str, width: int) -> str:
    """Cut `text` to `width` cells; what was cut is counted when it is much."""
    if fits(text, width):
        return text
    shortened = _unbroken(text, _head(text, max(width - 1, 0)))
    if len(text) - len(shortened) > _MUCH:
        room = width - len(_counted(len(text)))
        if room >= _SHORTEST_HEAD:
            head = _unbroken(text, _head(text, room))
            return head + _counted(len(text) - len(head))
    return f"{shortened}…" if width else ""


def _counted(characters: int) -> str:
    return f"… (+{characters:,} characters)"


def wrap(text: str, width: int, *, most: int = 0) -> list[str]:
    """Break `text` into lines of at most `width` cells, at blanks where there are any.

    A word that fits on a line is never broken, nor an escape, and no line
    begins with the dot between two facts. With `most`, what lies beyond that
    many lines is clipped.
    """
    lines: list[str] = []
    rest = text
    while len(head := _head(rest, width)) < len(rest):
        if most and len(lines) == most - 1:
            return [*lines, clip(rest, width)]
        cut = _break(rest, head)
        lines.append(rest[:cut].rstrip(" "))
        rest = rest[cut:].lstrip(" ")
    return [*lines, rest] if rest or not lines else lines


def wrap_facts(facts: Iterable[str], width: int, *, most: int = 0) -> list[str]:
    """Lay facts out with dots between them, each on one line where it fits on one."""
    known = [fact for fact in facts if fact]
    lines: list[str] = []
    for number, fact in enumerate(known, start=1):
        room = width if number == len(known) else width - len(DOT.rstrip())
        if lines and width_of(lines[-1]) + len(DOT) + width_of(fact) <= room:
            lines[-1] += f"{DOT}{fact}"
            continue
        if lines:
            lines[-1] += DOT.rstrip()
        lines.extend(wrap(fact, room, most=most))
    if most and len(lines) > most:
        lines[most - 1 :] = [clip(" ".join(lines[most - 1 :]), width)]
    return lines


def _head(text: str, width: int) -> str:
    """Return the longest beginning of `text` that fits into `width` cells."""
    # One character more, since a mark that belongs to the last one takes no cell.
    if text[: width + 1].isascii():
        return text[:width]
    from rich.cells import get_character_cell_size

    cells = 0
    # Marks without a cell of their own pile up on one that has: no script needs many.
    for index, character in enumerate(text[: width * _MOST_MARKS]):
        cells += get_character_cell_size(character)
        if cells > width:
            return text[:index]
    return text[: width * _MOST_MARKS]


def wrap_line(line: str, width: int) -> str:
    """Break a line at blanks; a command, and a word wider than the screen, stay whole.

    A line with a command that is to be pasted stays as it is.
    """
    if len(line) <= width or "ffx " in _HELP.sub("", line):
        return line
    bare = _HELP.sub(lambda found: found[0].replace(" ", _NO_BREAK), line.lstrip(" "))
    margin = " " * ((len(line) - len(bare)) or 2)
    room = width - len(margin)
    if any(width_of(word) > room for word in bare.split(" ")):
        return line
    first, *others = (each.replace(_NO_BREAK, " ") for each in wrap(bare, room))
    return "\n".join([line[: len(line) - len(bare)] + first, *(margin + each for each in others)])


def _break(text: str, head: str) -> int:
    """Return where to break `text`, of which `head` fits on the line."""
    place = len(head) + 1
    while (place := text.rfind(" ", 1, place)) > 0:
        if not text.startswith(DOT, place) and text[:place].strip():
            return place
    return max(len(_unbroken(text, head)), 1)


def _unbroken(text: str, head: str) -> str:
    r"""Return `head` without a beginning of the escape `\u{202e}` that goes on in `text`."""
    start = head.rfind("\\u{", max(len(head) - _LONGEST_ESCAPE, 0))
    if start > 0 and (escape := _ESCAPE.match(text, start)) and escape.end() > len(head):
        return head[:start]
    return head
