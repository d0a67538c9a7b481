"""How diagnoses are written, one target after another: a class a format, like `ffx.sinks`."""

import json
from collections.abc import Callable

from ffx.api.jsontext import indented
from ffx.cli.delivery.sinks import Records, Words
from ffx.errors import FfxError
from ffx.findings.diagnose import Diagnosed
from ffx.findings.diagnosis import Diagnosis
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.output.clean import inert
from ffx.render.rows import diagnosis as rows
from ffx.render.rows.csv import csv_header, csv_line
from ffx.render.rows.jsonl import json_line
from ffx.render.terminal.lines import Line, paint


class DiagnosisDocument(Words):
    """The document of a diagnosis, for a single target: indented on a terminal."""

    def found(self, text: str, found: Found) -> None:  # noqa: ARG002  # one shape for all sinks
        document = rows.document_text(diagnosis_of(found))
        on_terminal = self.run.output.screen.stdout_is_terminal
        self.run.output.document(f"{inert(indented(document) if on_terminal else document)}\n")


class DiagnosisRecords(Records):
    """One JSON line a target: what was asked and its diagnosis, or the error."""

    def found(self, text: str, found: Found) -> None:
        self.record(text, found, rows.document_text(diagnosis_of(found)))


class DiagnosisTable(Words):
    """One line a target: whether it converted, and the findings by their IDs."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._converted = 0

    def write_header(self) -> None:
        self._write(rows.plain_header, rows.header_line)

    def sums(self) -> list[str]:
        return [f"{self._converted:,} converted"]

    def found(self, text: str, found: Found) -> None:
        diagnosis = diagnosis_of(found)
        self._converted += diagnosis.verdict.converted is True
        self._write_row(text, diagnosis)

    def missed(self, text: str, error: FfxError) -> None:
        """Say nothing: the line has said it."""

    def failed(self, text: str, error: FfxError) -> None:
        self._write_row(text, None)
        super().failed(text, error)

    def _write_row(self, text: str, diagnosis: Diagnosis | None) -> None:
        self._write(
            lambda: rows.plain_row(text, diagnosis),
            lambda width: rows.row_line(text, diagnosis, width),
        )

    def _write(self, plain: Callable[[], str], draw: Callable[[int], Line]) -> None:
        screen = self.run.output.screen
        if screen.stdout_is_terminal:
            self.run.output.result(paint([draw(screen.width)], color=screen.color))
        else:
            self.run.output.result(plain())


class FindingRows(Words):
    """One JSON line a finding, with its target."""

    def __init__(self, run: Run, fields: tuple[str, ...] | None) -> None:
        super().__init__(run)
        self._fields = fields

    def found(self, text: str, found: Found) -> None:
        for row in rows.finding_rows(diagnosis_of(found)):
            line = json.dumps(row, ensure_ascii=False)
            self.run.output.document(json_line(line, text, fields=self._fields))


class FindingCells(Words):
    """CSV: a header, then one line a finding."""

    def __init__(self, run: Run, fields: tuple[str, ...], *, raw: bool) -> None:
        super().__init__(run)
        self._fields = fields
        self._raw = raw

    def write_header(self) -> None:
        self.run.output.result(csv_header(self._fields))

    def found(self, text: str, found: Found) -> None:
        from ffx.render.rows.columns import pick

        for row in rows.finding_rows(diagnosis_of(found)):
            cells = pick(self._fields, target=text, row=row, visitor=None)
            self.run.output.result(csv_line(cells, self._fields, raw=self._raw))


def diagnosis_of(found: Found) -> Diagnosis:
    """Return the diagnosis that came with what was found."""
    if not isinstance(found, Diagnosed):
        message = "this was never diagnosed"
        raise TypeError(message)
    return found.diagnosis
