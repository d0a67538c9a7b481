"""Where many targets come from: stdin or a file, one a line, or a column of a CSV.

Whatever the input holds, reading goes on: a line that cannot be a target is
handed out with the reason. It is read as it comes, in memory that stays flat.
"""

import csv
import hashlib
import os
import sys
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from ffx.errors import UsageError
from ffx.output.clean import clean, quoted

LONGEST = 100_000
# So many characters may take four times as many bytes; what is longer is read, but not kept.
_MOST_BYTES = 4 * LONGEST
_MOST_RECORD = 4 * LONGEST
_PART = 1 << 16
_MOST_SHOWN = 60
_MOST_COLUMNS_SHOWN = 20
_DELIMITERS = ",;\t|"
_BOM = "\ufeff"
# UTF-32 with its low byte first begins like UTF-16.
_WIDE = (BOM_UTF16_LE, BOM_UTF16_BE, BOM_UTF32_BE)


@dataclass(frozen=True, slots=True)
class Line:
    """A target as it stood in its source.

    Attributes:
        number: of the line, or of the first line of a CSV record, from 1; 0 where
            it was no line.
        text: the target as typed, without blanks around it; of a bad line, what
            can safely be shown.
        problem: why it cannot be a target, as "it holds a NUL character"; empty
            when it can.
    """

    number: int
    text: str
    problem: str = ""


class Seen:
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
    hint = "Give IDs one a line: ffx hit - <ids.txt, or printf '%s\\n' ID ID | ffx hit -"
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
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise _unreadable(path, error) from error
    except ValueError as error:  # a NUL in the name
        raise UsageError(f"cannot read {quoted(path)}: no file can have this name") from error


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """Yield one target a line, each as soon as it is there.

    Lines end in LF, CR LF or CR. Blank ones and comments (`#` comes first) are
    left out, but counted in the numbers.

    Raises:
        UsageError: the text is UTF-16, or cannot be read on.
    """
    for number, text in enumerate(_text_lines(stream), start=1):
        bare = text.strip()
        if bare.startswith("#") or not (bare or len(text) > LONGEST):
            continue
        yield _judged(number, text)


def read_column(stream: BinaryIO, column: str) -> Iterator[Line]:
    """Yield the targets in one column of a CSV, each as soon as its record is there.

    The header names the columns, in any case, and shows which of `, ; | TAB`
    stands between cells. Empty cells are left out. A record whose quotes do not
    pair is a problem of its first line alone: the lines behind it are read anew.

    Raises:
        UsageError: there is no such column, or there are two; the text is UTF-16,
            or cannot be read on.
    """
    lines = _text_lines(stream)
    number = 1
    for first in lines:
        if first.strip():
            break
        number += 1
    else:
        raise UsageError("the CSV is empty: it has no header")
    records = _records(chain([first], lines), _find_delimiter(first, column), number)
    _, header, problem = next(records)
    if problem:
        raise UsageError(f"cannot read the header of the CSV: {problem}")
    place = _find_column(header, column)
    for number, cells, problem in records:
        if problem:
            reason = f"it cannot be read as CSV: {problem}"
            yield Line(number, _shown("".join(cells)), reason)
        elif place >= len(cells):
            if any(cell.strip() for cell in cells):
                count = f"{len(cells)} where {quoted(column)} is number {place + 1}"
                yield Line(number, _shown(" ".join(cells)), f"it has too few cells: {count}")
        elif cells[place].strip() or len(cells[place]) > LONGEST:
            yield _judged(number, cells[place])


def _judged(number: int, text: str) -> Line:
    if problem := _problem_of(text):
        return Line(number, _shown(text), problem)
    return Line(number, text.strip())


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


def _shown(text: str) -> str:
    r"""Return the beginning of `text`, cleaned, with bad bytes as `\xff`."""
    bare = text.strip()
    head = bare[:_MOST_SHOWN].encode("utf-8", "surrogateescape")
    shown = clean(head.decode("utf-8", "backslashreplace"))
    return f"{shown}…" if len(bare) > _MOST_SHOWN else shown


def _text_lines(stream: BinaryIO) -> Iterator[str]:
    """Yield lines without their ends; bad bytes become lone surrogates.

    What is cut off a line leaves it too long still: over 100,000 characters.
    """
    for line in _byte_lines(stream):
        # Where files were joined, a mark stands in the middle as well.
        yield line.decode("utf-8", "surrogateescape").removeprefix(_BOM)


def _byte_lines(stream: BinaryIO) -> Iterator[bytes]:
    begun = b""
    for part in read_parts(stream):
        first, *others = part.split(b"\n")
        begun += first[: _MOST_BYTES + 1 - len(begun)]
        for other in others:
            yield begun
            begun = other
    if begun:
        yield begun


def read_parts(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what is there, up to a line's end; all line ends become LF."""
    is_first = True
    try:
        while part := stream.readline(_PART):
            if is_first and part.startswith(_WIDE):
                raise UsageError(
                    f"{_name_of(stream)} is in UTF-16 or UTF-32, where UTF-8 belongs",
                    hint="Save it anew as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8",
                )
            is_first = False
            if b"\r" in part:
                while part.endswith(b"\r") and (more := stream.readline(1)):
                    part += more
                part = part.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            yield part
    except OSError as error:
        raise _unreadable(_name_of(stream), error) from error


def _name_of(stream: BinaryIO) -> str:
    name = getattr(stream, "name", "")
    return name if isinstance(name, str) and name and name != "<stdin>" else "the input"


def _unreadable(name: str, error: OSError) -> UsageError:
    return UsageError(f"cannot read {clean(name)}: {error.strerror or error}")


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


def _records(
    lines: Iterable[str], delimiter: str, number: int
) -> Iterator[tuple[int, list[str], str]]:
    """Yield each record: its first line's number, its cells, and why it cannot be read.

    `number` is that of the first line. A bad record has its first line for a cell.
    """
    feed = _Feed(lines)
    # Lenient, the module would take a stray quote for the beginning of a cell that ends
    # hundreds of lines further down, and nobody would miss them.
    reader = csv.reader(feed, delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield number, feed.record[:1], str(error)
            taken = 1
        else:
            if cells is None:
                return
            yield number, cells, ""
            taken = len(feed.record)
        feed.end_record(lines=taken)
        number += taken


def _find_delimiter(header: str, column: str) -> str:
    def likeliness(delimiter: str) -> tuple[bool, int]:
        cells = next(csv.reader([header[:LONGEST]], delimiter=delimiter, skipinitialspace=True))
        return _folded(column) in map(_folded, cells), len(cells)

    return max(_DELIMITERS, key=likeliness)


def _find_column(header: list[str], column: str) -> int:
    """Return the place of a column; one in the very same case comes first."""
    for wanted, names in (
        (column.strip(), [name.strip() for name in header]),
        (_folded(column), [_folded(name) for name in header]),
    ):
        if wanted and names.count(wanted) > 1:
            raise UsageError(
                f"the CSV has {names.count(wanted)} columns {quoted(column)}",
                hint="Rename the one that is not meant.",
            )
        if wanted and wanted in names:
            return names.index(wanted)
    raise UsageError(f"the CSV has no column {quoted(column)}", hint=_columns(header, column))


def _folded(name: str) -> str:
    return name.strip().casefold()


def _columns(header: list[str], column: str) -> str:
    from difflib import get_close_matches

    names = {_folded(name)[:_MOST_SHOWN]: _shown(name) for name in header if name.strip()}
    if not names:
        return "Its first line names none."
    near = get_close_matches(_folded(column)[:_MOST_SHOWN], names, n=1)
    shown = list(names.values())[:_MOST_COLUMNS_SHOWN]
    if len(names) > len(shown):
        shown.append(f"{len(names) - len(shown):,} more")
    perhaps = f"Perhaps {names[near[0]]}. " if near else ""
    return f"{perhaps}It has {', '.join(shown)}."
