"""Where many targets come from: stdin or a file, one a line, or a column of a table.

Whatever the input holds, reading goes on: a line that cannot be a target is
handed out with the reason. It is read as it comes, in memory that stays flat.
"""

import hashlib
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO
from unicodedata import normalize

from ffx.errors import UsageError
from ffx.input.reports.heads import place_of_column
from ffx.input.reports.records import DELIMITERS, Record, cells_of, named_delimiter, parse_records
from ffx.input.reports.report_table import is_total, is_total_word, spellings_of
from ffx.input.reports.text_lines import LONGEST, text_lines, unreadable
from ffx.output.clean import clean, quoted
from ffx.output.words import perhaps, plural

_MOST_SHOWN = 60
_MOST_COLUMNS_SHOWN = 20
_MOST_ABOVE = 30  # lines, before the header of a table


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A target as it stood in its source.

    Attributes:
        number: of the line, or of the first line of a CSV record, from 1; 0 where
            it was no line.
        text: the target as typed, without blanks around it; of a bad line, what
            can safely be shown.
        problem: why it cannot be a target, as "it holds a NUL character"; empty
            when it can.
        row: the other cells of its row, where it stood in a table.
    """

    number: int
    text: str
    problem: str = ""
    row: tuple[str, ...] = field(default=(), compare=False)


class SkippedLines:
    """Counts what is no target and is passed over: comments, totals, lines above a header.

    Attributes:
        others: the heads of a table's other columns, once it is open.
    """

    def __init__(self) -> None:
        self.others: tuple[str, ...] = ()
        self._counts: Counter[str] = Counter()

    def count(self, what: str, number: int = 1) -> None:
        self._counts[what] += number

    def summary(self) -> str:
        """Say what was passed over, and how much; empty where nothing was."""
        return ", ".join(plural(count, what) for what, count in self._counts.items() if count)


class SeenTexts:
    """Remembers texts, by digests of eight bytes: a million texts of any length take 70 MB.

    That two of a million share a digest has a chance of one in thirty million.
    `duplicates` counts the texts that were not new, `len()` the others.
    """

    def __init__(self) -> None:
        self.duplicates = 0
        self._digests: set[int] = set()

    def __len__(self) -> int:
        return len(self._digests)

    def __contains__(self, text: str) -> bool:
        return _digest(text) in self._digests

    def is_new(self, text: str) -> bool:
        """Tell whether `text` comes for the first time, and remember it."""
        digest = _digest(text)
        if digest in self._digests:
            self.duplicates += 1
            return False
        self._digests.add(digest)
        return True


def _digest(text: str) -> int:
    encoded = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(encoded, digest_size=8).digest())


def open_stdin() -> BinaryIO:
    """Return stdin, to read targets from.

    Raises:
        UsageError: it is closed, or a terminal.
    """
    hint = "Give IDs one per line: ffx hit - <ids.txt, or printf '%s\\n' ID ID | ffx hit -"
    if sys.stdin is None or sys.stdin.closed:
        raise UsageError("no input: stdin is closed", hint=hint)
    if sys.stdin.isatty():
        raise UsageError("'-' reads targets from stdin, which is a terminal", hint=hint)
    # Where another program left a pipe non-blocking, a pause in it would pass for its end.
    # Windows has no such pipes, and before Python 3.12 no such function.
    with suppress(OSError, ValueError, AttributeError):
        os.set_blocking(sys.stdin.buffer.fileno(), True)
    try:
        # A reader of our own: a thread may still wait for a line when the program ends, and
        # the interpreter aborts if sys.stdin's own is in use then.
        return open(sys.stdin.fileno(), "rb", closefd=False)  # the program's
    except (OSError, ValueError):
        return sys.stdin.buffer


def open_file(path: str) -> BinaryIO:
    """Open a file of targets; it is the caller's to close.

    Raises:
        UsageError: it cannot be opened, or is `-`.
    """
    if path == "-":
        raise UsageError(
            "'-' is not the name of a file", hint="To read from stdin, give - as the TARGET."
        )
    from ffx.input.reports.report_file import unpack

    try:
        stream = Path(path).open("rb")  # noqa: SIM115  # the caller's to close
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:  # a NUL in the name
        raise UsageError(f"cannot read {quoted(path)}: no file can have this name") from error
    try:
        return unpack(stream)
    except BaseException:
        stream.close()
        raise


def read_lines(stream: BinaryIO, skipped: SkippedLines | None = None) -> Iterator[SourceLine]:
    """Yield one target a line, each as soon as it is there.

    Lines end in LF, CR LF or CR. Blank ones and comments (`# ` comes first) are
    left out, but counted in the numbers; comments in `skipped`, too.

    Raises:
        UsageError: the text cannot be read on.
    """
    for number, text in enumerate(text_lines(stream), start=1):
        bare = text.strip()
        if bare == "#" or bare.startswith(("# ", "#\t")):
            if skipped is not None:
                skipped.count("comment")
        elif bare or len(text) > LONGEST:
            yield _checked_line(number, text)


class ColumnTargets(Iterator[SourceLine]):
    """The targets in one column of a table, each as soon as its record is there.

    Empty cells are left out, and so are rows of totals. A record whose quotes do
    not pair is a problem of its first line alone: the lines behind it are read anew.

    Attributes:
        heads: of all columns.
        place: of the one that holds the targets, from 0.
    """

    def __init__(
        self,
        heads: Sequence[str],
        place: int,
        records: Iterator[Record],
        skipped: SkippedLines | None = None,
    ) -> None:
        self.heads = tuple(heads)
        self.place = place
        self._skipped = skipped or SkippedLines()
        self._lines = self._read(records)

    def __next__(self) -> SourceLine:
        return next(self._lines)

    @property
    def others(self) -> tuple[str, ...]:
        """The heads of the other columns; one without a head is called after its place."""
        heads = (head.strip() or f"column {n}" for n, head in enumerate(self.heads, start=1))
        return self._without_target(tuple(heads))

    def _without_target(self, cells: Sequence[str]) -> tuple[str, ...]:
        whole = (*cells, *[""] * (len(self.heads) - len(cells)))[: len(self.heads)]
        return (*whole[: self.place], *whole[self.place + 1 :])

    def _read(self, records: Iterator[Record]) -> Iterator[SourceLine]:
        place, name = self.place, self.heads[self.place]
        for record in records:
            number, cells, problem = record.number, record.cells, record.problem
            row = self._without_target(cells)
            cell = cells[place] if place < len(cells) else ""
            if problem:
                reason = f"it cannot be read as CSV: {problem}"
                yield SourceLine(number, _excerpt("".join(cells)), reason)
            elif (not cell.strip() or is_total_word(cell)) and is_total(cells):
                self._skipped.count("row of totals")
            elif place >= len(cells):
                if any(each.strip() for each in cells):
                    count = f"{len(cells)} where {quoted(name)} is number {place + 1}"
                    reason = f"it has too few cells: {count}"
                    yield SourceLine(number, _excerpt(" ".join(cells)), reason, row)
            elif cell.strip() or len(cell) > LONGEST:
                line = _checked_line(number, cell)
                yield SourceLine(line.number, line.text, line.problem, row)


def read_column(
    stream: BinaryIO, column: str, skipped: SkippedLines | None = None
) -> ColumnTargets:
    """Return the targets in one column of a CSV; its header is read at once.

    The header names the columns, in any case, and shows which of `, ; | TAB`
    stands between cells, unless a first line `sep=;` does. Lines may stand above
    it, and it may take two lines.

    Raises:
        UsageError: there is no such column, or there are two; the text cannot be read on.
    """
    lines = text_lines(stream)
    number = 0
    above: list[str] = []
    delimiters = DELIMITERS
    for line in lines:
        number += 1
        if not line.strip():
            continue
        if not above and (named := named_delimiter(line)):
            delimiters = named
            continue
        if len(line) > LONGEST:
            raise _bad_header(f"a line of over {LONGEST:,} characters")
        if line.count('"') % 2:
            # Its last cell goes on in the next line.
            delimiter = _find_delimiter(line, column, delimiters)
            records = parse_records(chain([line], lines), delimiter, number)
            header = next(records)
            if header.problem:
                raise _bad_header(header.problem)
            return ColumnTargets(
                header.cells, _find_column(header.cells, column), records, skipped
            )
        for delimiter in delimiters:
            heads, joined = _heads_with(column, above[-1:], line, delimiter)
            if heads:
                if skipped is not None:
                    skipped.count("line above the header", len(above) - joined)
                place = _find_column(heads, column)
                return ColumnTargets(
                    heads, place, parse_records(lines, delimiter, number + 1), skipped
                )
        above.append(line)
        if len(above) > _MOST_ABOVE:
            break
    if not above:
        raise UsageError("the CSV is empty: it has no header")
    likely = max(
        (cells_of(line, _find_delimiter(line, column, delimiters)) for line in above), key=len
    )
    raise _no_column(likely, column)


def _heads_with(
    column: str, above: Sequence[str], line: str, delimiter: str
) -> tuple[tuple[str, ...], int]:
    """Return a line's cells if one is the column, by itself or with the line above.

    And how many lines above it belong to the header; no cells where none is the column.
    """
    cells = cells_of(line, delimiter)
    known = [_fold(cell) for cell in cells]
    if _fold(column) and _fold(column) in known:
        return tuple(cells), 0
    for upper in (cells_of(each, delimiter) for each in above):
        heads = tuple(each[0] for each in spellings_of([upper, cells]))
        if len(upper) > 1 and _fold(column) in [_fold(head) for head in heads if head]:
            return heads, 1
    return (), 0


def _bad_header(problem: str) -> UsageError:
    return UsageError(f"cannot read the header of the CSV: {problem}")


def _checked_line(number: int, text: str) -> SourceLine:
    if problem := _problem_of(text):
        return SourceLine(number, _excerpt(text), problem)
    return SourceLine(number, text.strip())


def _problem_of(text: str) -> str:
    if len(text) > LONGEST:
        return f"it has over {LONGEST:,} characters"
    if "\0" in text:
        return "it holds a NUL character"
    try:
        text.encode()
    except UnicodeEncodeError:  # the surrogates that stand for bad bytes
        return "it is not UTF-8"
    return ""


def _excerpt(text: str) -> str:
    r"""Return the beginning of `text`, cleaned, with bad bytes as `\xff`."""
    bare = text.strip()
    head = bare[:_MOST_SHOWN].encode("utf-8", "surrogateescape")
    shown = clean(head.decode("utf-8", "backslashreplace"))
    return f"{shown}…" if len(bare) > _MOST_SHOWN else shown


def _find_delimiter(header: str, column: str, delimiters: str = DELIMITERS) -> str:
    def likeliness(delimiter: str) -> tuple[bool, int]:
        cells = cells_of(header[:LONGEST], delimiter)
        return _fold(column) in map(_fold, cells), len(cells)

    return max(delimiters, key=likeliness)


def _find_column(header: Sequence[str], column: str) -> int:
    place = place_of_column(header, column, fold=_fold, whole="the CSV")
    if place is None:
        raise _no_column(header, column)
    return place


def _no_column(header: Sequence[str], column: str) -> UsageError:
    return UsageError(f"the CSV has no column {quoted(column)}", hint=_columns(header, column))


def _fold(name: str) -> str:
    # A name typed with a combining accent is the same name.
    return normalize("NFC", name.strip()).casefold()


def _columns(header: Sequence[str], column: str) -> str:
    names = {_fold(name)[:_MOST_SHOWN]: _excerpt(name) for name in header if name.strip()}
    if not names:
        return "Its first line names none."
    shown = list(names.values())[:_MOST_COLUMNS_SHOWN]
    if len(names) > len(shown):
        shown.append(f"{len(names) - len(shown):,} more")
    near = perhaps(_fold(column), names, shown=names)
    return f"{near} It has {', '.join(shown)}.".lstrip()
