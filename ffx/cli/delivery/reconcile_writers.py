"""How a reconciled report is written: a function a format."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from ffx.cli.options import Format
from ffx.input.times.instants import to_rfc3339
from ffx.lookup.run import Run
from ffx.output.clean import clean
from ffx.reconcile.claims import RowOutcome
from ffx.render.rows.reconcile import column_names

if TYPE_CHECKING:
    from ffx.reconcile.reconciled_report import ReconciledReport

_LINES_AT_ONCE = 200
_NOT_MATCHED = tuple(outcome for outcome in RowOutcome if outcome is not RowOutcome.MATCHED)


def write(run: Run, result: "ReconciledReport", name: str, facts: list[str], form: Format) -> None:
    """Write a report's result in the format in force; `name` is the report's own."""
    if form is Format.TABLE:
        _write_view(run, result, name, facts)
    elif form is Format.JSON:
        _write_document(run, result, name)
    else:
        _WRITERS[form](run, result)


def _write_view(run: Run, result: "ReconciledReport", name: str, facts: list[str]) -> None:
    screen = run.output.screen
    if not screen.draws:
        _write_plain(run, result, name)
        return
    from ffx.render.terminal import reconcile_table as table
    from ffx.render.terminal.lines import Line, frame_of, paint

    frame = frame_of(run)
    summary = result.summary
    lines: list[Line] = list(
        table.report_lines(name, facts, summary, frame, has_amounts=result.has_amounts)
    )
    left = 0
    for outcome in _NOT_MATCHED:
        if count := summary.rows(outcome):
            shown = list(islice(result.rows(outcome), table.MOST_OF_A_KIND))
            lines += table.row_lines(outcome, shown, count, frame)
            left += count - len(shown)
            lines += [table.more_line(count - len(shown))] if count > len(shown) else []
    if count := summary.unclaimed.rows:
        some = list(islice(result.unclaimed(), table.MOST_OF_A_KIND))
        lines += table.unclaimed_lines(some, count, frame)
        lines += [table.more_line(count - len(some))] if count > len(some) else []
    run.output.result(paint(lines, color=screen.color))
    if summary.troubled:
        run.output.hint(f"for a sheet: {run.again('-o', 'reconciled.csv')}")


def _write_plain(run: Run, result: "ReconciledReport", name: str) -> None:
    """Write sums as name and value, a blank line, and a line a row."""
    from ffx.render.reconcile_words import ONLY_HERE, common_words
    from ffx.render.rows.reconcile import cells_of

    summary = result.summary
    facts = [("report", clean(name)), ("account", clean(run.account))]
    facts.append(("outcome", "rows\treport\ttracker\tdifference"))
    for words, total in [
        *((outcome.value, total) for outcome, total in summary.totals.items()),
        (ONLY_HERE, summary.unclaimed),
        ("total", summary.everything),
    ]:
        amounts = (total.reported, total.tracked, total.difference)
        facts.append((words, "\t".join([str(total.rows), *(f"{each:f}" for each in amounts)])))
    common = common_words(summary, run.zone, run.settings.field_names)
    facts += [("in common", clean(words)) for words in common]
    run.output.result("".join(f"{label}\t{value}\n" for label, value in facts) + "\n")
    run.output.result("\t".join(map(clean, column_names(result.heads))) + "\n")
    rows = (
        ["" if cell is None else clean(str(cell)) for cell in cells_of(entry, remark)]
        for entry, remark in result.rows()
    )
    for part in _in_parts("\t".join(cells) + "\n" for cells in rows):
        run.output.result(part)


def _in_parts(lines: Iterable[str]) -> Iterator[str]:
    """Join lines that are all known by now, so that not each of them is written by itself."""
    waiting = iter(lines)
    while part := "".join(islice(waiting, _LINES_AT_ONCE)):
        yield part


def _write_document(run: Run, result: "ReconciledReport", name: str) -> None:
    from ffx.render.rows.reconcile import document_parts

    facts = {"report": name, "account": run.account, "made": to_rfc3339(run.now)}
    for part in document_parts(facts, result.summary, result.unclaimed(), result.rows()):
        run.output.document(part)


def _write_csv(run: Run, result: "ReconciledReport") -> None:
    from ffx.render.rows.csv import csv_header, csv_line
    from ffx.render.rows.reconcile import cells_of

    names = column_names(result.heads)
    run.output.result(csv_line(names, names, raw=False) if names else csv_header(names))
    rows = (cells_of(entry, remark) for entry, remark in result.rows())
    for part in _in_parts(csv_line(cells, names, raw=False) for cells in rows):
        run.output.result(part)


def _write_json_lines(run: Run, result: "ReconciledReport") -> None:
    from ffx.render.rows.reconcile import cells_of, json_row

    names = column_names(result.heads)
    rows = (json_row(names, cells_of(entry, remark)) for entry, remark in result.rows())
    for part in _in_parts(rows):
        run.output.document(part)


def _write_workbook(run: Run, result: "ReconciledReport") -> None:
    from ffx.api.json_text import Numeral
    from ffx.render.rows.reconcile import COLUMNS, cells_of
    from ffx.render.rows.xlsx import Workbook

    names = column_names(result.heads)
    book = Workbook(names, run.zone)
    own = len(names) - len(COLUMNS)
    amounts = result.amount_places
    for entry, remark in result.rows():
        cells = cells_of(entry, remark)
        # Digits of the report may be IDs: its amounts alone are numbers.
        for place in range(own):
            amount = entry.claim.amount
            if place in amounts and amount is not None:
                cells[place] = Numeral(f"{amount:f}")
            else:
                cells[place] = entry.cells[place]
        book.add(cells)
    for part in book.content():
        run.output.content(part)


def _write_block(run: Run, result: "ReconciledReport") -> None:
    from ffx.render.markdown.reconcile import MOST_ROWS, block

    summary = result.summary
    rows = list(islice(result.rows(*_NOT_MATCHED), MOST_ROWS))
    unclaimed = list(islice(result.unclaimed(), MOST_ROWS - len(rows)))
    left = summary.troubled - len(rows) - len(unclaimed)
    names = run.settings.field_names
    run.output.write_for_others(block(summary, rows, unclaimed, run.zone, names, left=left))


_WRITERS: Mapping[Format, Callable[[Run, "ReconciledReport"], None]] = {
    Format.CSV: _write_csv,
    Format.JSONL: _write_json_lines,
    Format.XLSX: _write_workbook,
    Format.MD: _write_block,
}
