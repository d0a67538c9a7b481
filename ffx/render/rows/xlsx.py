"""A workbook: one sheet with a frozen header, in which no cell is a formula.

Text stays text, IDs and digits too; amounts are numbers and times are dates, as the service's
own are. Rows are written as they come, so that memory stays flat: to a temporary file without a
name, since one of the library's own would stay behind where the process is killed.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from ffx.api.json_text import Numeral
from ffx.api.members import TIMES
from ffx.errors import UsageError
from ffx.input.times.instants import read_time
from ffx.input.times.zones import Zone, to_local
from ffx.output.clean import clean
from ffx.output.spool import temporary_file_errors
from ffx.render.rows.csv import json_text

_MOST_IN_MEMORY = 8 * 2**20  # bytes
_PART = 1 << 20
_LONGEST = 32_767  # characters, which is all that a cell holds
# More digits than a spreadsheet's numbers have are kept as text.
_MOST_DIGITS = 15
_MOST_ROWS = 1_048_576
_TIME_FORMAT = "yyyy-mm-dd hh:mm:ss"
_NARROWEST, _WIDEST = 12, 60  # characters
# So many rows tell how wide the columns are; a sheet has to know it before its first row.
_SAMPLE = 100


class Workbook:
    """Takes rows as they come, and hands out the file at the end.

    Times are those of `zone`, since a spreadsheet's have none.
    """

    def __init__(self, fields: Sequence[str], zone: Zone, *, heads: Sequence[str] = ()) -> None:
        from openpyxl import Workbook as Book

        self._book = Book(write_only=True)
        self._sheet: Any = self._book.create_sheet("ffx")
        self._written = _temporary_file()
        self._fields = tuple(fields)
        self._zone = zone
        self._rows = 1
        self._heads = tuple(heads or fields)
        self._first: list[list[object]] | None = []

    def add(self, cells: Sequence[object]) -> None:
        """Take a row: parsed JSON, a cell for each field.

        Raises:
            UsageError: a sheet holds no more.
        """
        self._rows += 1
        if self._rows > _MOST_ROWS:
            raise UsageError(
                f"a sheet holds {_MOST_ROWS:,} rows at the most", hint="Write CSV: -o results.csv"
            )
        row = [self._cell(cell, field) for cell, field in zip(cells, self._fields, strict=True)]
        if self._first is None:
            with temporary_file_errors():
                self._sheet.append(row)
            return
        self._first.append(row)
        if len(self._first) == _SAMPLE:
            self._begin()

    def content(self) -> Iterator[bytes]:
        """Yield the bytes of the file, part by part; nothing can be added any more."""
        self._begin()
        with self._written, _temporary_file() as file:
            with temporary_file_errors():
                _save(self._book, self._written, file)
                file.seek(0)
            while part := file.read(_PART):
                yield part

    def _begin(self) -> None:
        """Write the header and the first rows, in columns as wide as what they hold."""
        if self._first is None:
            return
        for number, head in enumerate(self._heads):
            texts = (_shown(row[number]) for row in self._first)
            width = max(len(head), _NARROWEST - 2, *map(len, texts)) + 2
            self._sheet.column_dimensions[_letters(number)].width = min(width, _WIDEST)
        self._sheet.freeze_panes = "A2"
        with temporary_file_errors():
            _write_rows_to(self._written, self._sheet)
            self._sheet.append([self._text(head, is_bold=True) for head in self._heads])
            for row in self._first:
                self._sheet.append(row)
        self._first = None

    def _cell(self, value: object, field: str) -> object:
        if value is None or value == "":
            return None
        if isinstance(value, Numeral):
            number = _number(value)
            return self._text(str(value)) if number is None else self._amount(number)
        if isinstance(value, datetime):
            return self._time(value)
        if isinstance(value, bool | int):
            return value
        text = str(value) if isinstance(value, str) else json_text(value)
        is_time = field.rpartition(".")[2] in TIMES or field == "ffx_converted_at"
        time = read_time(text) if is_time else None
        return self._text(text) if time is None else self._time(time)

    def _text(self, text: str, *, is_bold: bool = False) -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font

        cell = WriteOnlyCell(self._sheet, value=clean(text)[:_LONGEST])
        # Otherwise text that begins with = is a formula.
        cell.data_type = "s"
        if is_bold:
            cell.font = Font(name="Calibri", sz=11, bold=True)  # as the other cells
        return cell

    def _amount(self, number: Decimal) -> Any:
        """Return a number that is shown with the decimals that were sent: 24.90, not 24.9."""
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or exponent >= 0:
            return number
        from openpyxl.cell import WriteOnlyCell

        value: Any = number  # the types of the library know no Decimal, which it takes
        cell = WriteOnlyCell(self._sheet, value=value)
        cell.number_format = f"0.{'0' * -exponent}"
        return cell

    def _time(self, time: datetime) -> Any:
        from openpyxl.cell import WriteOnlyCell

        wall = to_local(time.astimezone(UTC), self._zone).replace(tzinfo=None)
        cell = WriteOnlyCell(self._sheet, value=wall)
        cell.number_format = _TIME_FORMAT
        return cell


def _temporary_file() -> IO[bytes]:
    return SpooledTemporaryFile(max_size=_MOST_IN_MEMORY)


def _write_rows_to(file: IO[bytes], sheet: Any) -> None:
    """Let the rows of a sheet be written to `file`; its columns and its view are known."""
    from openpyxl.worksheet._writer import WorksheetWriter

    writer = WorksheetWriter(sheet, cast("Any", file))
    vars(sheet)["_writer"] = writer  # there is no public way
    writer.write_top()


def _save(book: Any, rows: IO[bytes], file: IO[bytes]) -> None:
    """Write a workbook of one sheet, whose `rows` stand in a file, to another file."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    from openpyxl.writer.excel import ExcelWriter

    class PackingWriter(ExcelWriter):
        def write_worksheet(self, sheet: Any) -> None:
            sheet.close()
            part = ZipInfo(sheet.path[1:])
            part.compress_type = ZIP_DEFLATED
            part.file_size = rows.tell()  # by which the archive chooses the form of its sizes
            rows.seek(0)
            with archive.open(part, "w") as target:
                copyfileobj(rows, target, _PART)
            self.manifest.append(sheet)

    archive = ZipFile(file, "w", ZIP_DEFLATED)
    try:
        PackingWriter(book, archive).save()
    finally:
        vars(archive)["fp"] = None  # or one that failed tries again, whenever it is collected


def _shown(cell: Any) -> str:
    """Return about what a sheet shows of a cell."""
    value = getattr(cell, "value", cell)
    return _TIME_FORMAT if isinstance(value, datetime) else "" if value is None else str(value)


def _letters(number: int) -> str:
    """Return what a sheet calls its column, from 0: A, B, … Z, AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    is_kept = number.is_finite() and len(number.as_tuple().digits) <= _MOST_DIGITS
    return number if is_kept and abs(number.adjusted()) < _MOST_DIGITS else None
