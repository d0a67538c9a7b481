"""Lines to records: comma-separated values as spreadsheets, networks and databases write them."""

import csv
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from ffx.input.reports.text_lines import LONGEST

DELIMITERS = ",;\t|"
_MOST_RECORD = 4 * LONGEST
_LOOKED_AT = 40  # lines, to find out what stands between cells


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a table as it stood there.

    Attributes:
        number: of its first line, or of the sheet's row, from 1.
        problem: why it cannot be read; its first line is its only cell then.
    """

    number: int
    cells: tuple[str, ...]
    problem: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.problem and not any(cell.strip() for cell in self.cells)


def read_records(
    lines: Iterable[str], likeliness: Callable[[Sequence[str]], int] = lambda _: 0
) -> Iterator[Record]:
    r"""Yield the records of a CSV, each as soon as it is there; empty lines are left out.

    What stands between cells is what a first line `sep=;` says; otherwise whichever of
    `, ; | TAB` gives the most cells that `likeliness` counts, then the most even rows.
    """
    waiting = iter(lines)
    head = list(islice(waiting, _LOOKED_AT))
    number = 1
    while head and not head[0].strip():
        head.pop(0)
        number += 1
    if not head:
        return
    delimiter = named_delimiter(head[0])
    if delimiter:
        head.pop(0)
        number += 1
    else:
        delimiter = find_delimiter(head, likeliness)
    for record in parse_records(chain(head, waiting), delimiter, number):
        if not record.is_empty:
            yield record


def find_delimiter(
    lines: Sequence[str], likeliness: Callable[[Sequence[str]], int] = lambda _: 0
) -> str:
    """Tell what stands between the cells of these lines, as `read_records` does."""
    usable = [line for line in lines if line.strip() and len(line) <= LONGEST]

    def score(delimiter: str) -> tuple[int, int, int]:
        rows = [cells_of(line, delimiter) for line in usable]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        width, count = max(widths.items(), key=lambda pair: pair[::-1], default=(0, 0))
        return sum(map(likeliness, rows)), count, width

    return max(DELIMITERS, key=score)


def parse_records(lines: Iterable[str], delimiter: str, number: int) -> Iterator[Record]:
    """Yield each record; `number` is that of the first line.

    A record whose quotes do not pair is a problem of its first line alone: the lines
    behind it are read anew.
    """
    feed = _Feed(lines)
    # Lenient, the module would take a stray quote for the beginning of a cell that ends
    # hundreds of lines further down, and nobody would miss them.
    reader = csv.reader(feed, delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Record(number, tuple(feed.record[:1]), str(error))
            taken = 1
        else:
            if cells is None:
                return
            yield Record(number, tuple(cells))
            taken = len(feed.record)
        feed.end_record(lines=taken)
        number += taken


def named_delimiter(line: str) -> str:
    """Return what Excel's own first line names, `sep=;`; empty where it is none."""
    bare = line.strip().strip('"').lower()
    named = bare.removeprefix("sep=") if bare.startswith("sep=") else ""
    if named == "" and bare == "sep=":
        return "\t" if "\t" in line else ""
    return named if len(named) == 1 else ""


def cells_of(line: str, delimiter: str) -> list[str]:
    """Return the cells of one line."""
    return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])


class _Feed(Iterator[str]):
    """Hands lines to the csv module and keeps those of the record that it is at."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.record: list[str] = []
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self._size = 0

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.record.append(line)
        self._size += len(line) + 1
        if len(line) > LONGEST:
            message = f"a line of over {LONGEST:,} characters"
            raise csv.Error(message)
        if self._size > _MOST_RECORD:
            message = f"a record of over {_MOST_RECORD:,} characters"
            raise csv.Error(message)
        return f"{line}\n"

    def end_record(self, *, lines: int) -> None:
        """Begin a new record, which reads again what was read beyond so many lines."""
        self._again.extendleft(reversed(self.record[lines:]))
        self.record.clear()
        self._size = 0
