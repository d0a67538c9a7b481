"""A table's header, its rows, and what else stands above and below them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice

from ffx.errors import UsageError
from ffx.input.reports.heads import fold, is_known
from ffx.input.reports.records import Record
from ffx.input.targets.shapes import is_hit_shaped, is_visitor_shaped

SAMPLE = 200
"""So many records are looked at before anything is decided."""

_MOST_ABOVE = 30
# A word of a head may end in a number: `sub1`, `(aff_sub2)`.
_NUMBERED = re.compile(r"\W*[^\W\d]+\d{1,2}\W*")
_DIGIT = re.compile(r"\d")
_TOTALS = frozenset(map(fold, (
    "total", "totals", "sum", "subtotal", "grand total", "report total", "summe", "gesamt",
    "gesamtsumme", "insgesamt", "zwischensumme", "suma", "total general", "total général",
    "totale", "totales", "totaux", "totaal", "łącznie", "razem", "итого", "всего",
)))  # fmt: skip


@dataclass(frozen=True)
class ReportTable:
    """A table: the names of its columns, and its rows as they come.

    Attributes:
        heads: of every column; of two lines of heads both, with a blank between. A table
            without any has `column 1` and so on.
        sample: the first rows, which are among `rows` as well.
        spellings: what each head may go by: of two lines of heads also the two by themselves.
        above: how many rows stand above the header.
    """

    heads: tuple[str, ...]
    spellings: tuple[tuple[str, ...], ...]
    sample: tuple[Record, ...]
    rows: Iterator[Record]
    above: int

    @cached_property
    def readable(self) -> list[Sequence[str]]:
        """The cells of the sample's rows that are no sum and could be read."""
        return [
            record.cells
            for record in self.sample
            if not record.problem and not is_total(record.cells)
        ]


def read_report_table(records: Iterable[Record], names: Sequence[str] = ()) -> ReportTable:
    """Find the header of a table, in which `names` are wanted.

    Raises:
        UsageError: there is no row.
    """
    waiting = iter(records)
    first = list(islice(waiting, SAMPLE))
    if not first:
        raise UsageError("the report is empty: it has no row")
    place = _find_header(first, names)
    if place is None:
        width = max(len(record.cells) for record in first)
        heads = tuple(f"column {number}" for number in range(1, width + 1))
        no_names = ((),) * width
        return ReportTable(heads, no_names, tuple(first), chain(first, waiting), 0)
    start, end = _lines_of_header(first, place)
    spellings = spellings_of([first[number].cells for number in range(start, end)])
    heads = tuple(each[0] for each in spellings)
    rows = first[end:]
    # A row may have more cells than the header.
    width = max((len(record.cells) for record in rows if not record.problem), default=0)
    heads += tuple(f"column {number}" for number in range(len(heads) + 1, width + 1))
    spellings += ((),) * (len(heads) - len(spellings))
    return ReportTable(heads, spellings, tuple(rows), chain(rows, waiting), start)


def is_total(cells: Sequence[str]) -> bool:
    """Tell whether a row is a sum of those above it, by a word in its first cells."""
    known = [cell for cell in cells if cell.strip()]
    return any(is_total_word(cell) for cell in known[:2])


def is_total_word(cell: str) -> bool:
    """Tell whether a cell says that its row is a sum: `Total`, `Summe:`, `Total (47)`."""
    word = fold(cell.partition(":")[0].partition("(")[0])
    return word in _TOTALS or fold(re.sub(r"\d", "", cell)) in _TOTALS


def _find_header(records: Sequence[Record], names: Sequence[str]) -> int | None:
    """Return the place of the header among the first records; None where there is none."""
    above = records[:_MOST_ABOVE]
    if wanted := {fold(name) for name in names}:
        for place, record in enumerate(above):
            if wanted & {fold(cell) for cell in record.cells}:
                return place
    known = [sum(map(is_known, record.cells)) if _is_words(record) else 0 for record in above]
    # One known word in a sentence above the table is no header, if the next lines have more.
    if best := max(known):
        return known.index(best)
    widths = Counter(len(record.cells) for record in records if not record.problem)
    width = widths.most_common(1)[0][0] if widths else 0
    for place, record in enumerate(above):
        if len(record.cells) == width and not record.problem:
            return place if _is_words(record) and width > 1 else None
    return None


def _lines_of_header(records: Sequence[Record], place: int) -> tuple[int, int]:
    """Return where the header begins and ends: two lines where the second one is no row yet."""
    if place and _belongs(records[place - 1], records[place]):
        return place - 1, place + 1
    below = records[place + 1 : place + 3]
    if len(below) == 2 and _belongs(records[place], below[0]) and not _is_words(below[1]):
        return place, place + 2
    return place, place + 1


def _belongs(upper: Record, lower: Record) -> bool:
    """Tell whether two lines are one header: words alone, several in each, and groups of them."""
    is_next = lower.number == upper.number + 1
    return (
        is_next
        and all(
            _is_words(record)
            and sum(bool(cell.strip()) for cell in record.cells) > 1
            and not any(
                _DIGIT.search(cell) and not _NUMBERED.fullmatch(cell) for cell in record.cells
            )
            for record in (upper, lower)
        )
        and any(not cell.strip() for cell in (*upper.cells, *lower.cells))
    )


def _is_words(record: Record) -> bool:
    """Tell whether a record could be a header: no ID in it, and no cell of digits alone."""
    cells = [cell.strip() for cell in record.cells]
    return not record.problem and not any(
        is_hit_shaped(cell) or is_visitor_shaped(cell) or (_DIGIT.match(cell) is not None)
        for cell in cells
    )


def spellings_of(lines: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Return what each column goes by: its head, and of two lines what each of them says."""
    if len(lines) == 1:
        return tuple((cell.strip(),) for cell in lines[0])
    upper, lower = ([cell.strip() for cell in line] for line in lines)
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    spellings: list[tuple[str, ...]] = []
    group = ""
    for above, below in zip(upper, lower, strict=True):
        group = above or group
        both = (f"{group} {below}", below, group)
        spellings.append(both if group and below else (below or above,))
    return tuple(spellings)
