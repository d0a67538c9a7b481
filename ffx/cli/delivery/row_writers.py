"""Rows of named cells as CSV, JSON Lines or a workbook: a class a format."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from ffx.cli.options import Format
from ffx.lookup.run import Run
from ffx.output.clean import inert

if TYPE_CHECKING:
    from ffx.render.rows.xlsx import Workbook


class RowWriter(Protocol):
    """Takes rows as they come: parsed JSON, a cell for each name; `end` comes behind the last."""

    def header(self, names: Sequence[str]) -> None: ...
    def row(self, cells: Sequence[object]) -> None: ...
    def end(self) -> None: ...


def write_mark(run: Run) -> None:
    """Write the mark by which Excel knows UTF-8; a terminal needs none."""
    if not run.output.screen.stdout_is_terminal:
        run.output.result("\ufeff")


class CsvRows:
    """A header, then a line a row."""

    def __init__(self, run: Run, *, raw: bool, bom: bool) -> None:
        self._run = run
        self._raw = raw
        self._bom = bom
        self._names: Sequence[str] = ()

    def header(self, names: Sequence[str]) -> None:
        from ffx.render.rows.csv import csv_line

        self._names = names
        if self._bom:
            write_mark(self._run)
        self._run.output.result(csv_line(names, names, raw=False))

    def row(self, cells: Sequence[object]) -> None:
        from ffx.render.rows.csv import csv_line
        from ffx.render.rows.own_columns import numeral_or_text

        # A number of somebody's table runs in no spreadsheet, however it is written.
        typed = [numeral_or_text(cell) if type(cell) is str else cell for cell in cells]
        self._run.output.result(csv_line(typed, self._names, raw=self._raw))

    def end(self) -> None:
        """Do nothing: rows are written as they come."""


class JsonRows:
    """An object a line, and no header."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._names: Sequence[str] = ()

    def header(self, names: Sequence[str]) -> None:
        self._names = names

    def row(self, cells: Sequence[object]) -> None:
        from ffx.render.rows.csv import json_text

        text = json_text(dict(zip(self._names, cells, strict=True)))
        self._run.output.document(f"{inert(text)}\n")

    def end(self) -> None:
        """Do nothing: rows are written as they come."""


class BookRows:
    """A workbook with a frozen header, which is written at the end."""

    def __init__(self, run: Run, heads: Sequence[str] = ()) -> None:
        self._run = run
        self._heads = heads
        self._names: Sequence[str] = ()
        self._made: Workbook | None = None

    def header(self, names: Sequence[str]) -> None:
        self._names = names

    def row(self, cells: Sequence[object]) -> None:
        self._book().add(cells)

    def end(self) -> None:
        for part in self._book().content():
            self._run.output.content(part)

    def _book(self) -> "Workbook":
        """Return the workbook, which is made when there is something to write."""
        from ffx.render.rows.xlsx import Workbook

        if self._made is None:
            self._made = Workbook(self._names, self._run.zone, heads=self._heads)
        return self._made


def row_writer(run: Run, form: Format, *, raw: bool, bom: bool) -> RowWriter:
    """Return the writer of rows in CSV, JSON Lines or a workbook."""
    if form is Format.CSV:
        return CsvRows(run, raw=raw, bom=bom)
    return BookRows(run) if form is Format.XLSX else JsonRows(run)
