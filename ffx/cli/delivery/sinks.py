"""How results are written, one target after another: a class a format.

A sink gets each target in input order. What it writes of a failure depends on
its format: a record, a line, or nothing.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from ffx.api.json_text import indented_parts, on_one_line, read_object
from ffx.errors import FfxError
from ffx.input.times.instants import to_rfc3339
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.output.clean import inert
from ffx.output.error_text import error_record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from ffx.cli.delivery.row_writers import RowWriter
    from ffx.render.rows.target_lines import TargetLine
    from ffx.render.terminal.lines import Line

View = Callable[[Found], None]
RECORD_BEGINS = b'{"target": '
"""How each of the `RecordSink` begins: a line that was cut is known by it."""
PartsOf = Callable[[Found], Iterable[str]]
"""Returns the parts of the JSON document that a format without a view writes of a target."""


class Sink:
    """Writes results as they come; a subclass a format. `text` is the target as typed.

    Unless a format does otherwise, it is stderr that tells which targets failed.

    Attributes:
        tells_of_cuts: whether it tells by itself that the service held rows back.
        says_why: whether what it writes holds the reason why a target failed.
        says_missing: whether it shows that one was not found.
        takes_rows: whether it writes the rows of a walk as they come.
    """

    tells_of_cuts = says_why = says_missing = takes_rows = False

    def __init__(self, run: Run) -> None:
        self.run = run

    def take_own_columns(self, heads: Sequence[str]) -> None:
        """Take the heads of the other columns of a table of targets."""

    def take_own_cells(self, row: Sequence[str]) -> None:
        """Take their cells beside the next target; none where it stood in no table."""

    def write_header(self) -> None:
        """Write what stands above all results."""

    def write_found(self, text: str, found: Found) -> None:
        """Write what was found."""
        raise NotImplementedError

    def write_failed(self, text: str, error: FfxError) -> None:
        """Write that a target failed."""

    def write_rows(self, text: str, rows: Iterable[str], visitor: str) -> None:
        """Write some rows of a walk, as sent; `visitor` is the text of their visitor's summary."""
        raise NotImplementedError

    def end_rows(self) -> None:
        """End a walk, also where the rest of its rows could not be had."""

    def sums(self) -> list[str]:
        """Return words for the last line, about what was written."""
        return []

    def end(self) -> None:
        """Write what could not be written before all was known."""


class DocumentSink(Sink):
    """A single target's document: indented on a terminal, otherwise as sent."""

    def __init__(self, run: Run, parts_of: PartsOf) -> None:
        super().__init__(run)
        self._parts_of = parts_of

    def write_found(self, text: str, found: Found) -> None:  # noqa: ARG002  # one shape for all
        parts = self._parts_of(found)
        if self.run.output.screen.stdout_is_terminal:
            laid_out = map(inert, indented_parts(parts))
            self.run.output.document_parts(chain(laid_out, ["\n"]))
            return
        self.run.output.document_parts(map(inert, _stripped(parts)))


def _stripped(parts: Iterable[str]) -> Iterator[str]:
    """Yield the parts of a JSON text with one line feed behind it, and no white space around."""
    last = ""
    for number, part in enumerate(parts):
        if number:
            yield last
        last = part if number else part.lstrip()
    yield f"{last.rstrip()}\n"


class ViewSink(Sink):
    """The whole view of each target, one after the other."""

    tells_of_cuts = True

    def __init__(self, run: Run, view: View) -> None:
        super().__init__(run)
        self._view = view
        self._wrote = False

    def write_found(self, text: str, found: Found) -> None:  # noqa: ARG002
        if found.reply.rows and self._wrote:
            self.run.output.result("\n")
        self._view(found)
        self._wrote = self._wrote or bool(found.reply.rows)


class RecordSink(Sink):
    """One JSON line a target: whom, when and what was asked, and the answer, or the error.

    `id_of` returns the ID that a target's text holds; empty where there is none.
    """

    says_why = says_missing = True

    def __init__(self, run: Run, parts_of: PartsOf, id_of: Callable[[str], str]) -> None:
        super().__init__(run)
        self._parts_of = parts_of
        self._id_of = id_of
        self._account = run.account

    def write_found(self, text: str, found: Found) -> None:
        answer = on_one_line("".join(self._parts_of(found)))
        query = dict(found.reply.query.body)
        head = json.dumps({**self._about(text, found.target.id.text), "query": query})
        self.run.output.document(f'{head[:-1]}, "reply": {inert(answer)}}}\n')

    def write_failed(self, text: str, error: FfxError) -> None:
        record = {**self._about(text, self._id_of(text)), "error": error_record(error)}
        self.run.output.document(f"{json.dumps(record)}\n")

    def _about(self, text: str, identity: str) -> dict[str, str]:
        """Return a record's first members; with the ID where the target's text is more than it."""
        own_id = {} if identity in ("", text.strip()) else {"id": identity}
        made = to_rfc3339(self.run.clock().replace(microsecond=0))
        return {"target": text, **own_id, "account": self._account, "made": made}


class TableSink(Sink):
    """One line a target: whether it was found, how much there is of it, when.

    Sums count each ID once, whatever the texts are that name it.
    """

    says_missing = True

    def __init__(self, run: Run, *, is_visitor: bool) -> None:
        super().__init__(run)
        self._is_visitor = is_visitor
        self._counted: set[str] = set()
        self.conversions = 0
        self._revenue: Decimal | None = None
        self._has_no_sum = False
        self._is_cut = False
        self._without = ""

    def write_header(self) -> None:
        from ffx.render.rows.table import header_line, plain_header
        from ffx.render.rows.target_lines import columns_of

        columns = columns_of(is_visitor=self._is_visitor)
        write_line(
            self.run, lambda: plain_header(columns), lambda width: header_line(columns, width)
        )

    def sums(self) -> list[str]:
        from ffx.output.words import amount, plural

        has_sum = self._revenue is not None and not self._has_no_sum
        revenue = [amount(self._revenue)] if has_sum else []
        return [plural(self.conversions, "conversion"), *revenue]

    def write_found(self, text: str, found: Found) -> None:
        from ffx.render.rows.target_lines import row_of

        row = row_of(text, found)
        self._is_cut = self._is_cut or row.is_cut
        if row.id not in self._counted:
            self._counted.add(row.id)
            self.conversions += row.conversions
            self._add(row.revenue)
        if row.rows and not row.conversions:
            self._without = self._without or row.id
        self._write_row(row)

    def write_failed(self, text: str, error: FfxError) -> None:  # noqa: ARG002  # stderr has it
        from ffx.render.rows.target_lines import TargetLine

        self._write_row(TargetLine(text, "failed", is_visitor=self._is_visitor))

    def end(self) -> None:
        """Say what the signs mean, and name the next command."""
        if self._is_cut:
            self.run.output.hint("3+ is «so far», ? is «not known»: the service held rows back")
        if self._without:
            self.run.point_to("diagnose", self._without)

    def _add(self, revenue: "Decimal | None") -> None:
        from ffx.api.journey import total_of

        if revenue is not None:
            before = self._revenue
            self._revenue = total_of((before, revenue))
            # Once digits were lost, what comes later is no sum of all.
            self._has_no_sum = self._has_no_sum or self._revenue is None

    def _write_row(self, row: "TargetLine") -> None:
        from ffx.render.rows.target_lines import plain_row, row_line

        zone = self.run.zone
        write_line(
            self.run, lambda: plain_row(row, zone), lambda width: row_line(row, zone, width)
        )


def write_line(run: Run, plain: Callable[[], str], draw: "Callable[[int], Line]") -> None:
    """Write a line of a table: `plain` in a pipe, `draw` on a terminal of so many cells."""
    screen = run.output.screen
    if not screen.draws:
        run.output.result(plain())
        return
    from ffx.render.terminal.lines import paint

    run.output.result(paint([draw(screen.width)], color=screen.color))


class RowSink(Sink):
    """One JSON line a hit or event, with its target; failures stand on stderr alone."""

    takes_rows = True

    def __init__(self, run: Run, fields: tuple[str, ...] | None) -> None:
        super().__init__(run)
        self._fields = fields

    def write_found(self, text: str, found: Found) -> None:
        self.write_rows(text, found.reply.row_texts(), found.reply.visitor_text())

    def write_rows(self, text: str, rows: Iterable[str], visitor: str) -> None:
        from ffx.render.rows.jsonl import json_line

        for row in rows:
            line = json_line(row, text, fields=self._fields, visitor=visitor)
            self.run.output.document(line)


class CsvSink(Sink):
    """CSV: a header, then one line a hit or event."""

    takes_rows = True

    def __init__(self, run: Run, fields: tuple[str, ...], *, raw: bool, bom: bool = False) -> None:
        super().__init__(run)
        self._fields = fields
        self._raw = raw
        self._bom = bom

    def write_header(self) -> None:
        from ffx.render.rows.csv import csv_header

        if self._bom:
            from ffx.cli.delivery.row_writers import write_mark

            write_mark(self.run)
        self.run.output.result(csv_header(self._fields, self.run.settings.field_names))

    def write_found(self, text: str, found: Found) -> None:
        self._write(text, found.reply.parsed_rows(), found.reply.parsed_visitor())

    def write_rows(self, text: str, rows: Iterable[str], visitor: str) -> None:
        about = read_object(visitor) if visitor else {}
        self._write(text, map(read_object, rows), about)

    def _write(
        self, text: str, rows: "Iterable[Mapping[str, object]]", visitor: "Mapping[str, object]"
    ) -> None:
        from ffx.render.rows.columns import pick
        from ffx.render.rows.csv import csv_line

        for row in rows:
            cells = pick(self._fields, target=text, row=row, visitor=visitor)
            self.run.output.result(csv_line(cells, self._fields, raw=self._raw))


class SheetSink(Sink):
    """A header, then one row a hit or event, handed to a writer of rows."""

    def __init__(self, run: Run, fields: tuple[str, ...], writer: "RowWriter") -> None:
        super().__init__(run)
        self._fields = fields
        self._writer = writer

    def write_header(self) -> None:
        self._writer.header(self._fields)

    def write_found(self, text: str, found: Found) -> None:
        self.write_cells(text, found.reply.parsed_rows(), found.reply.parsed_visitor())

    def write_cells(
        self, text: str, rows: "Iterable[Mapping[str, object]]", visitor: "Mapping[str, object]"
    ) -> None:
        """Write rows of parsed JSON: the fields that are asked for, of them and their visitor."""
        from ffx.render.rows.columns import pick

        for row in rows:
            self._writer.row(pick(self._fields, target=text, row=row, visitor=visitor))

    def end(self) -> None:
        self._writer.end()
