"""What writes the results of a run: a sink for the format in force, and what stands before it."""

from pathlib import Path
from typing import TYPE_CHECKING

from ffx.cli.options import Format
from ffx.errors import UsageError
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from ffx.cli.delivery.one import Question
    from ffx.cli.delivery.plan import Delivery
    from ffx.cli.delivery.sinks import Sink, View


NO_ID = "(no ID)"


def layered_sink(run: Run, question: "Question", view: "View", delivery: "Delivery") -> "Sink":
    """Return what writes the results, with a case file and aliases before it where asked for."""
    sink = make_sink(run, question, view, delivery)
    if delivery.choice.is_made and delivery.writes_rows:
        from ffx.cli.delivery.chosen import Chosen, LeftOut

        sink = Chosen(sink, run, LeftOut(delivery.choice))
    if delivery.save is None and delivery.redactor is None:
        return sink
    from ffx.cli.delivery.layers import Redacted, Saving
    from ffx.lookup.share.redactor import IDS, REDACTED

    redactor = delivery.redactor
    hidden: frozenset[str] = delivery.case.redacted if delivery.case else frozenset()
    if redactor is not None:
        hidden |= REDACTED | (IDS if redactor.hides_ids else frozenset())
    if delivery.save is not None:
        sink = Saving(sink, run, Path(delivery.save), question.command, hidden)
    return sink if redactor is None else Redacted(sink, redactor)


def make_sink(run: Run, question: "Question", view: "View", delivery: "Delivery") -> "Sink":
    """Return what writes the results in the format in force."""
    from ffx.cli.delivery import sinks

    chosen = delivery.chosen
    if chosen is Format.MD:
        from ffx.cli.delivery.reports import ticket_view

        return sinks.Views(
            run, ticket_view(run, question.command, delivery.choice, delivery.audience)
        )
    if chosen is Format.HTML:
        from ffx.cli.delivery.reports import page_view

        return sinks.Views(run, page_view(run, question.command, delivery.choice))
    if question.command == "diagnose":
        return _diagnosis_sink(run, question, view, delivery)
    if chosen is Format.JSON:
        return sinks.Records(run, id_reader(question)) if delivery.is_many else sinks.Document(run)
    if chosen is Format.TABLE:
        if delivery.is_line_a_target:
            return sinks.Table(run, is_visitor=question.command == "visitor")
        return sinks.Views(run, view)
    from ffx.render.rows.columns import read_fields

    fields = read_fields(delivery.fields, command=question.command)
    if chosen is Format.XLSX:
        check_workbook(run, delivery)
        return sinks.Sheet(run, fields)
    if chosen is Format.CSV:
        _refuse_raw_on_terminal(run, delivery)
        return sinks.Cells(run, fields, raw=delivery.csv_raw, bom=delivery.bom)
    return sinks.Rows(run, None if delivery.fields is None else fields)


def _diagnosis_sink(run: Run, question: "Question", view: "View", delivery: "Delivery") -> "Sink":
    from ffx.cli.delivery import diagnosis_sinks, sinks
    from ffx.render.rows.columns import read_fields

    chosen = delivery.chosen
    if chosen is Format.JSON and delivery.is_many:
        return diagnosis_sinks.DiagnosisRecords(run, id_reader(question))
    if chosen is Format.JSON:
        return diagnosis_sinks.DiagnosisDocument(run)
    if chosen is Format.TABLE:
        if delivery.is_line_a_target:
            return diagnosis_sinks.DiagnosisTable(run)
        return sinks.Views(run, view)
    fields = read_fields(delivery.fields, command="diagnose", findings=delivery.findings)
    if delivery.findings and chosen is Format.JSONL:
        return diagnosis_sinks.FindingRows(run, None if delivery.fields is None else fields)
    from ffx.cli.delivery.row_writers import row_writer

    if chosen is Format.XLSX:
        check_workbook(run, delivery)
    if chosen is Format.CSV:
        _refuse_raw_on_terminal(run, delivery)
    writer = row_writer(run, chosen, raw=delivery.csv_raw, bom=delivery.bom)
    if delivery.findings:
        return diagnosis_sinks.FindingCells(run, fields, writer)
    return diagnosis_sinks.DiagnosisLines(run, fields, writer)


def _refuse_raw_on_terminal(run: Run, delivery: "Delivery") -> None:
    if delivery.csv_raw and delivery.out is None and run.output.screen.stdout_is_terminal:
        raise UsageError(
            "--csv-raw is not for a terminal: its cells may hold what steers one",
            hint="Write it to a file with -o, or into a pipe.",
        )


def check_workbook(run: Run, delivery: "Delivery") -> None:
    """Check that a workbook can be written, before anything is asked.

    Raises:
        UsageError: results go to a terminal, or the extra is not there.
    """
    from importlib.util import find_spec

    from ffx.input.reports.opening import NEEDS_EXTRA

    if find_spec("openpyxl") is None:
        raise UsageError("--format xlsx needs the extra 'excel'", hint=NEEDS_EXTRA)
    if delivery.out is None and run.output.screen.stdout_is_terminal:
        raise UsageError("a workbook is not for a terminal", hint="Add -o results.xlsx.")


def namer(question: "Question", delivery: "Delivery") -> "Callable[[str], str] | None":
    """Return what names a target by its ID alone, where what was pasted may tell of somebody."""
    if delivery.redactor is None:
        return None
    id_of = id_reader(question)
    return lambda text: id_of(text) or NO_ID


def id_reader(question: "Question") -> "Callable[[str], str]":
    """Return what finds the ID in a target's text; empty where there is none to ask for."""
    from ffx.input.targets.target import read_target

    def id_of(text: str) -> str:
        try:
            return read_target(text, command=question.command, as_kind=question.as_kind).id.text
        except UsageError:
            return ""

    return id_of


def learner(question: "Question", delivery: "Delivery") -> "Callable[[str], object] | None":
    """Return what hides the IDs of a target's text, where IDs are to be hidden."""
    redactor = delivery.redactor
    if redactor is None or not redactor.hides_ids:
        return None
    from ffx.input.targets.pasted import find_ids
    from ffx.input.targets.shapes import is_hit_shaped

    def learn(text: str) -> None:
        finds = find_ids(text).ids
        word = text.strip()
        if question.as_kind or question.command == "hit" or not finds:
            is_hit = question.command == "hit" or is_hit_shaped(word)
            kind = question.as_kind or ("hit" if is_hit else "visitor")
            if len(word.split()) == 1:
                redactor.learn_value(f"{kind}Id", word)
        for find in finds:
            redactor.learn_value(f"{find.kind}Id", find.text)

    return learn
