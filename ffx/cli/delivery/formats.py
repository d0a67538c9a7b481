"""The choice of a sink for the format in force, and what is checked for it."""

from typing import TYPE_CHECKING

from ffx.cli.options import Format
from ffx.errors import UsageError
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ffx.cli.delivery.delivery_options import DeliveryOptions
    from ffx.cli.delivery.one_target import Question
    from ffx.cli.delivery.sinks import Sink, View
    from ffx.lookup.find import Found


NO_ID = "(no ID)"


def make_sink(run: Run, question: "Question", view: "View", delivery: "DeliveryOptions") -> "Sink":
    """Return the sink of the format, behind a preparing one where results are to be prepared."""
    sink = _sink_of_format(run, question, view, delivery)
    if delivery.save is None and delivery.redactor is None and not delivery.chooses_rows:
        return sink
    from ffx.cli.delivery.preparing_sink import PreparingSink

    return PreparingSink(run, sink, question.command, delivery)


def _sink_of_format(
    run: Run, question: "Question", view: "View", delivery: "DeliveryOptions"
) -> "Sink":
    from ffx.cli.delivery import sinks

    form = delivery.chosen_format
    is_diagnosis = question.command == "diagnose"
    if form is Format.MD:
        from ffx.cli.delivery.document_views import ticket_view

        view = ticket_view(run, question.command, delivery.choice, delivery.audience)
    if form is Format.HTML:
        from ffx.cli.delivery.document_views import page_view

        view = page_view(run, question.command, delivery.choice)
    if form is Format.JSON:
        parts_of = _diagnosis_parts if is_diagnosis else _reply_parts
        if delivery.is_many:
            return sinks.RecordSink(run, parts_of, id_reader(question))
        return sinks.DocumentSink(run, parts_of)
    if delivery.is_line_per_target:
        if is_diagnosis:
            from ffx.cli.delivery.diagnosis_sinks import DiagnosisTableSink

            return DiagnosisTableSink(run)
        return sinks.TableSink(run, is_visitor=question.command == "visitor")
    if not delivery.writes_rows:
        return sinks.ViewSink(run, view)
    from ffx.render.rows.columns import read_fields

    fields = read_fields(delivery.fields, command=question.command, findings=delivery.findings)
    if form is Format.XLSX:
        check_workbook(run, delivery)
    if form is Format.CSV:
        _refuse_raw_on_terminal(run, delivery)
    if is_diagnosis:
        return _sink_of_diagnosis_rows(run, fields, delivery)
    if form is Format.XLSX:
        from ffx.cli.delivery.row_writers import BookRows
        from ffx.output.clean import clean

        names = run.settings.field_names
        heads = [
            field if names is None else clean(names.for_all_sources(field)) for field in fields
        ]
        return sinks.SheetSink(run, fields, BookRows(run, heads))
    if form is Format.CSV:
        return sinks.CsvSink(run, fields, raw=delivery.csv_raw, bom=delivery.bom)
    return sinks.RowSink(run, None if delivery.fields is None else fields)


def _sink_of_diagnosis_rows(
    run: Run, fields: tuple[str, ...], delivery: "DeliveryOptions"
) -> "Sink":
    from ffx.cli.delivery.diagnosis_sinks import (
        DiagnosisLineSink,
        FindingRowSink,
        FindingSheetSink,
    )
    from ffx.cli.delivery.row_writers import row_writer

    if delivery.findings and delivery.chosen_format is Format.JSONL:
        return FindingRowSink(run, None if delivery.fields is None else fields)
    writer = row_writer(run, delivery.chosen_format, raw=delivery.csv_raw, bom=delivery.bom)
    if delivery.findings:
        return FindingSheetSink(run, fields, writer)
    return DiagnosisLineSink(run, fields, writer)


def _reply_parts(found: "Found") -> "Iterable[str]":
    return found.reply.parts()


def _diagnosis_parts(found: "Found") -> "Iterable[str]":
    from ffx.cli.delivery.diagnosis_sinks import diagnosis_of
    from ffx.render.rows.diagnosis import document_text

    return [document_text(diagnosis_of(found))]


def _refuse_raw_on_terminal(run: Run, delivery: "DeliveryOptions") -> None:
    if delivery.csv_raw and delivery.out is None and run.output.screen.stdout_is_terminal:
        raise UsageError(
            "--csv-raw is not for a terminal: its cells may hold what steers one",
            hint="Write it to a file with -o, or into a pipe.",
        )


def check_workbook(run: Run, delivery: "DeliveryOptions") -> None:
    """Check that a workbook can be written, before anything is asked.

    Raises:
        UsageError: results go to a terminal, or the extra is not there.
    """
    from importlib.util import find_spec

    from ffx.input.reports.report_file import NEEDS_EXTRA

    if find_spec("openpyxl") is None:
        raise UsageError("--format xlsx needs the extra 'excel'", hint=NEEDS_EXTRA)
    if delivery.out is None and run.output.screen.stdout_is_terminal:
        raise UsageError("a workbook is not for a terminal", hint="Add -o results.xlsx.")


def target_namer(
    question: "Question", delivery: "DeliveryOptions"
) -> "Callable[[str], str] | None":
    """Return the function that names a target by its ID alone; None where nothing is hidden.

    The rest of a pasted text may identify somebody.
    """
    if delivery.redactor is None:
        return None
    id_of = id_reader(question)
    return lambda text: id_of(text) or NO_ID


def id_reader(question: "Question") -> "Callable[[str], str]":
    """Return the function that finds the ID in a target's text; it returns empty text for none."""
    from ffx.input.targets.target import read_target

    def id_of(text: str) -> str:
        try:
            return read_target(text, command=question.command, as_kind=question.as_kind).id.text
        except UsageError:
            return ""

    return id_of


def id_learner(
    question: "Question", delivery: "DeliveryOptions"
) -> "Callable[[str], object] | None":
    """Return the function by which the redactor learns a target's IDs; None where they stay."""
    redactor = delivery.redactor
    if redactor is None or not redactor.hides_ids:
        return None
    from ffx.input.targets.pasted import find_ids
    from ffx.input.targets.shapes import is_hit_shaped

    def learn(text: str) -> None:
        candidates = find_ids(text).ids
        word = text.strip()
        if question.as_kind or question.command == "hit" or not candidates:
            is_hit = question.command == "hit" or is_hit_shaped(word)
            kind = question.as_kind or ("hit" if is_hit else "visitor")
            if len(word.split()) == 1:
                redactor.learn_value(f"{kind}Id", word)
        for candidate in candidates:
            redactor.learn_value(f"{candidate.kind}Id", candidate.text)

    return learn
