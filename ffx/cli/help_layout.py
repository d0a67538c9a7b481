"""A page of help, laid out for a width in terminal cells."""

import re
from collections.abc import Iterable

WIDTH = 80  # cells, in which the pages are written
NARROWEST = 30
_WIDE_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")


def fit(page: str, width: int) -> str:
    """Break the lines of a page anew, from 30 to 80 cells wide.

    A paragraph is filled as a whole; a line that is indented is an entry of a list, and goes on
    below itself.
    """
    from itertools import groupby
    from textwrap import wrap

    width = max(min(width, WIDTH), NARROWEST)
    lines: list[str] = []
    for is_paragraph, group in groupby(page.splitlines(), lambda line: line[:1].strip() != ""):
        if is_paragraph:
            lines += wrap(" ".join(group), width, break_on_hyphens=False, break_long_words=False)
            continue
        for entry in _entries(group):
            lines += [entry] if len(entry) <= width else _hang(entry, width)
    return "\n".join(lines) + "\n"


def _entries(lines: Iterable[str]) -> list[str]:
    """Return the entries of a list; a line below the explanation of one belongs to it."""
    entries: list[str] = []
    column = 0
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if entries and line and indent == column:
            entries[-1] += f" {line.strip()}"
            continue
        entries.append(line)
        column = _column(line)
    return entries


def _column(line: str) -> int:
    """Return where the explanation of an entry begins: behind its last wide gap; 0 without one."""
    return max((match.end() for match in _WIDE_GAP.finditer(line)), default=0)


def _hang(entry: str, width: int) -> list[str]:
    """Break an entry so that its further lines stand below its explanation."""
    from textwrap import wrap

    indent = len(entry) - len(entry.lstrip())
    column = _column(entry)
    if not indent < column < width * 2 // 3:
        column = indent + 4
    return wrap(
        entry,
        width,
        subsequent_indent=" " * column,
        break_on_hyphens=False,
        break_long_words=False,
    )
