"""A report as records, whatever kind of file it is: CSV, a workbook, either of them packed."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from typing import IO, BinaryIO, cast

from ffx.errors import UsageError
from ffx.input.reports.records import Record, read_records
from ffx.input.reports.text_lines import name_of, text_lines, unreadable
from ffx.output.clean import clean

_GZIP, _ZIP, _PDF, _OLD_OFFICE = b"\x1f\x8b", b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0"
_OTHERS = {
    _PDF: ("a PDF", "Ask for the report as CSV or .xlsx."),
    _OLD_OFFICE: ("a workbook of the old kind, .xls", "Save it as .xlsx or as CSV."),
    b"BZh": ("packed with bzip2", "Unpack it: bunzip2 FILE"),
    b"\xfd7zXZ": ("packed with xz", "Unpack it: unxz FILE"),
    b"\x28\xb5\x2f\xfd": ("packed with zstd", "Unpack it: unzstd FILE"),
    b"7z\xbc\xaf": ("a 7z archive", "Unpack it, and name the file inside."),
    b"Rar!": ("a RAR archive", "Unpack it, and name the file inside."),
    b"SQLite format 3": ("an SQLite database", "Export the table as CSV."),
    b"\x89PNG": ("a picture", "Ask for the report as CSV or .xlsx."),
    b"\0" * 8: ("no text: it begins with zeros", "Get it again: it was not written to its end."),
    b"\xff\xd8\xff": ("a picture", "Ask for the report as CSV or .xlsx."),
}
# Damage shows in the archive, in what is packed in it, in its XML, or in what that says.
_OF_DAMAGED_WORKBOOKS = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(SyntaxError, LookupError, ValueError, TypeError, AttributeError, RuntimeError),
)
_LONGEST_MAGIC = max(map(len, _OTHERS))
# Bytes of XML: of a part that is read at once, and of a row. Excel's rows have 16,384 cells.
_LARGEST_PART, _LARGEST_ROW, _PIECE = 64 * 2**20, 8 * 2**20, 2**16
_SHEETS, _STRINGS = "xl/worksheets/", "xl/sharedStrings.xml"
_ROW = re.compile(rb"<(?:[\w.-]+:)?(?:row|si)[\s/>]")
NEEDS_EXTRA = "pipx inject funnelflux-ffx openpyxl, or pip install openpyxl, or save it as CSV."


def open_records(
    stream: BinaryIO, likeliness: Callable[[Sequence[str]], int] = lambda _: 0
) -> Iterator[Record]:
    """Yield the rows of a report; empty ones are left out.

    Raises:
        UsageError: it is a file of another kind, or cannot be read on.
    """
    stream, magic = peek_at(unpack(stream))
    if magic.startswith(_ZIP):
        yield from _workbook_rows(stream)
        return
    yield from read_records(text_lines(stream, falls_back=True), likeliness)


def unpack(stream: BinaryIO) -> BinaryIO:
    """Return what is packed in a stream, or the stream; other kinds of files are refused.

    Raises:
        UsageError: it is no text and no workbook.
    """
    name = name_of(stream)
    stream, magic = peek_at(stream)
    if magic.startswith(_GZIP):
        import gzip

        packed = gzip.GzipFile(fileobj=stream)
        packed.myfileobj = cast("io.FileIO", stream)  # which is closed with it
        stream, magic = peek_at(cast("BinaryIO", packed))
    refuse_other_kinds(magic, name)
    return stream


def is_workbook(stream: BinaryIO) -> bool:
    """Tell whether a stream that `unpack` returned is a workbook, or at least an archive."""
    peek = getattr(stream, "peek", None)
    return peek is not None and bytes(peek(len(_ZIP))).startswith(_ZIP)


def refuse_other_kinds(magic: bytes, name: str) -> None:
    """Refuse a file whose first bytes tell a kind that ffx does not read.

    Raises:
        UsageError: it is of such a kind; the message names it.
    """
    for beginning, (words, hint) in _OTHERS.items():
        if magic.startswith(beginning):
            raise UsageError(f"{clean(name)} is {words}", hint=hint)


def peek_at(stream: BinaryIO) -> tuple[BinaryIO, bytes]:
    """Return a stream and its first bytes, which are still to be read from it.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        peek = getattr(stream, "peek", None)
        if peek is None:
            buffered = io.BufferedReader(cast("io.RawIOBase", stream))
            stream, peek = cast("BinaryIO", buffered), buffered.peek
        return stream, peek(_LONGEST_MAGIC)[:_LONGEST_MAGIC]
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(name_of(stream), error) from error


def _workbook_rows(stream: BinaryIO) -> Iterator[Record]:
    """Yield the rows of a workbook's first sheet that has any."""
    name = name_of(stream)
    content = stream if stream.seekable() else io.BytesIO(stream.read())
    try:
        with zipfile.ZipFile(content) as archive:
            is_workbook = "xl/workbook.xml" in archive.namelist()
            is_too_large = is_workbook and _is_too_large(archive)
    except OSError as error:
        raise unreadable(name, error) from error
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError),
        *(ValueError, NotImplementedError, RuntimeError),
    ) as error:
        raise UsageError(
            f"cannot read {clean(name)}: it begins as a workbook does, and is none, or is damaged",
            hint="Download it again, or save it as CSV.",
        ) from error
    if not is_workbook:
        raise UsageError(
            f"{clean(name)} is a zip archive", hint="Unpack it, and name the file inside."
        )
    if is_too_large:
        raise UsageError(
            f"cannot read {clean(name)}: a row, or a part, is larger than memory takes",
            hint="Save it anew, or as CSV.",
        )
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise UsageError(
            f"{clean(name)} is a workbook, which needs the extra 'excel'", hint=NEEDS_EXTRA
        ) from error
    content.seek(0)
    try:
        book = load_workbook(content, read_only=True, data_only=True)
        for sheet in book.worksheets:
            is_blank = True
            # What it says of its own size may be wrong.
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                record = Record(number, tuple(map(_text_of, cells)))
                if not record.is_empty:
                    is_blank = False
                    yield record
            if not is_blank:
                return
    except _OF_DAMAGED_WORKBOOKS as error:
        raise UsageError(
            f"cannot read {clean(name)}: it is a damaged workbook", hint="Save it anew, or as CSV."
        ) from error


def _is_too_large(archive: zipfile.ZipFile) -> bool:
    """Tell whether a workbook has a part, or a row of a sheet, that would fill the memory."""
    for part in archive.infolist():
        name = part.filename
        if name.startswith(_SHEETS) or name == _STRINGS:
            with archive.open(part) as sheet:
                if _has_large_row(sheet):
                    return True
        if name.startswith(_SHEETS) or not name.endswith((".xml", ".rels")):
            continue
        if part.file_size > _LARGEST_PART:
            return True
    return False


def _has_large_row(sheet: IO[bytes]) -> bool:
    size, last, is_plain = 0, b"", True
    while piece := sheet.read(_PIECE):
        # Within `<![CDATA[` what looks like a row may be text.
        is_plain = is_plain and b"<!" not in last + piece
        starts = [row.start() for row in _ROW.finditer(piece)] if is_plain else []
        size = len(piece) - starts[-1] if starts else size + len(piece)
        if size > _LARGEST_ROW:
            return True
        last = piece[-1:]
    return False


def _text_of(value: object) -> str:
    """Write a cell's value as the text that a CSV would have."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)
