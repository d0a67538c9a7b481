"""How diagnoses are written, one target after another, where not as whole documents."""

import json
from collections.abc import Mapping, Sequence

from ffx.cli.delivery.row_writers import RowWriter
from ffx.cli.delivery.sinks import RowSink, SheetSink, Sink, write_line
from ffx.errors import FfxError
from ffx.findings.diagnose import FoundWithDiagnosis
from ffx.findings.diagnosis import Diagnosis
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.render.rows import diagnosis as rows
from ffx.render.rows.own_columns import distinct_heads
from ffx.render.rows.table import header_line, plain_header


class _ConvertedSink(Sink):
    """Counts the targets that converted, each ID once."""

    says_missing = True

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._converted: set[str] = set()

    def sums(self) -> list[str]:
        return [f"{len(self._converted):,} converted"]

    def _counted(self, found: Found) -> Diagnosis:
        """Return the diagnosis of what was found, which is counted."""
        diagnosis = diagnosis_of(found)
        if diagnosis.verdict.converted:
            self._converted.add(diagnosis.id)
        return diagnosis


class DiagnosisTableSink(_ConvertedSink):
    """One line a target: whether it converted, for how much, and the findings by name."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._is_cut = False
        self._is_without_answer = False
        self._next = ""

    def write_header(self) -> None:
        write_line(
            self.run,
            lambda: plain_header(rows.COLUMNS),
            lambda width: header_line(rows.COLUMNS, width),
        )

    def write_found(self, text: str, found: Found) -> None:
        diagnosis = self._counted(found)
        if not (diagnosis.history.rows or diagnosis.looked_up or diagnosis.history.gaps):
            self._is_without_answer = True
        elif not diagnosis.history.is_complete:
            self._is_cut = True
        if diagnosis.history.rows and diagnosis.findings and not diagnosis.verdict.converted:
            self._next = self._next or diagnosis.id
        self._write_row(text, diagnosis)

    def write_failed(self, text: str, error: FfxError) -> None:  # noqa: ARG002  # stderr has it
        self._write_row(text, None)

    def end(self) -> None:
        """Say what the signs mean, and name the next command."""
        if self._is_cut:
            self.run.output.hint("3+ is «so far», ? is «not known»: a history is incomplete")
        elif self._is_without_answer:
            self.run.output.hint("? is «not known»: nothing was found")
        if self._next:
            self.run.point_to("diagnose", self._next)

    def _write_row(self, text: str, diagnosis: Diagnosis | None) -> None:
        write_line(
            self.run,
            lambda: rows.plain_row(text, diagnosis),
            lambda width: rows.row_line(text, diagnosis, width),
        )


class DiagnosisLineSink(_ConvertedSink):
    """One row a target, also of one that failed or holds no ID, for spreadsheets and programs.

    The other columns of a table of targets come first, as they were.
    """

    says_why = True

    def __init__(self, run: Run, fields: tuple[str, ...], writer: RowWriter) -> None:
        super().__init__(run)
        self._fields = fields
        self._writer = writer
        self._heads: Sequence[str] = ()
        self._row: Sequence[str] = ()

    def take_own_columns(self, heads: Sequence[str]) -> None:
        self._heads = heads

    def take_own_cells(self, row: Sequence[str]) -> None:
        self._row = row

    def write_header(self) -> None:
        self._writer.header([*distinct_heads(self._heads, self._fields), *self._fields])

    def write_found(self, text: str, found: Found) -> None:
        self._write(rows.target_line(text, self._counted(found)))

    def write_failed(self, text: str, error: FfxError) -> None:
        """Write a row with the reason, which stands nowhere else."""
        self._write(rows.failed_line(text, error))

    def end(self) -> None:
        self._writer.end()

    def _write(self, line: Mapping[str, object]) -> None:
        own = [*self._row, *[""] * (len(self._heads) - len(self._row))]
        self._writer.row([*own, *(line[field] for field in self._fields)])


class FindingRowSink(RowSink):
    """One JSON line a finding, with its target."""

    takes_rows = False

    def write_found(self, text: str, found: Found) -> None:
        findings = rows.finding_rows(diagnosis_of(found))
        self.write_rows(text, (json.dumps(each, ensure_ascii=False) for each in findings), "")


class FindingSheetSink(SheetSink):
    """CSV or a workbook: a header, then one row a finding."""

    def write_found(self, text: str, found: Found) -> None:
        self.write_cells(text, rows.finding_rows(diagnosis_of(found)), {})


def diagnosis_of(found: Found) -> Diagnosis:
    """Return the diagnosis that came with what was found."""
    if not isinstance(found, FoundWithDiagnosis):
        message = "this was never diagnosed"
        raise TypeError(message)
    return found.diagnosis
