"""`ffx reconcile`: a network's report against the tracker: what is missing, and why."""

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ffx.cli import completion, options
from ffx.cli.lazy_commands import make_app
from ffx.cli.typer_classes import LeafCommand
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from ffx.cli.delivery.delivery_options import DeliveryOptions
    from ffx.input.reports.networks import Role
    from ffx.reconcile.ledger import Ledger
    from ffx.reconcile.network_report import NetworkReport
    from ffx.reconcile.reconciled_report import ReconciledReport

app = make_app()

_EXAMPLES = """
Examples:
  ffx sandbox report | ffx reconcile - --sandbox || test $? = 8
  ffx sandbox report | ffx reconcile - --id click_id --sandbox --format md || test $? = 8
"""

_STDIN = "-"
_FormatName = Annotated[
    options.Format | None,
    typer.Option(
        "--format",
        metavar="<table|json|jsonl|csv|xlsx|md>",
        help="What to write. [default: by the ending of -o, otherwise table]",
    ),
]


def _column(name: str, explanation: str) -> Any:
    return options.text_option(name, "NAME", explanation)


@app.command("reconcile", cls=LeafCommand, no_args_is_help=True, epilog=_EXAMPLES)
def reconcile(  # one parameter an option
    ctx: typer.Context,
    report: Annotated[
        str,
        typer.Argument(
            metavar="REPORT",
            autocompletion=completion.files,
            help="A CSV, or an .xlsx; - reads it from stdin.",
            show_default=False,
        ),
    ],
    *,
    identity: Annotated[str | None, _column("--id", "Which column holds the hit IDs.")] = None,
    revenue: Annotated[str | None, _column("--revenue", "Which holds the amounts.")] = None,
    transaction: Annotated[
        str | None, _column("--transaction", "Which holds the transaction IDs.")
    ] = None,
    time: Annotated[str | None, _column("--time", "Which holds the times.")] = None,
    status: Annotated[str | None, _column("--status", "Which holds the statuses.")] = None,
    explain: Annotated[
        int,
        typer.Option(
            "--explain", min=0, metavar="N", help="For how many hits to ask why; 0 for none."
        ),
    ] = 200,
    as_json: options.PlainJson = False,
    format_name: _FormatName = None,
    out: options.Out = None,
    bom: options.Bom = False,
    redact: options.Redact = None,
    jobs: options.Jobs = 2,
    resume: Annotated[
        bool, typer.Option("--resume", help="With -o FILE: go on where a run broke off.")
    ] = False,
) -> None:
    """Compare a network's report with what the tracker has.

    Columns are found by their heads and by what their cells hold. Every row
    gets one outcome: matched, amount differs, missing, repeated, reversed
    here no, unknown hit, no ID, failed. Rows that the network rejected expect
    no conversion, or a negative one that takes it back. For hits without any
    conversion a diagnosis gives the reason. With -o FILE the report's own rows
    are written, with columns of ffx behind them.
    """
    from ffx.cli.delivery.deliver import begin_delivery, masked_errors
    from ffx.cli.delivery.delivery_options import DeliveryOptions
    from ffx.cli.delivery.destination import results_in_place, tell_written
    from ffx.reconcile.ledger import Ledger

    run, _, redactor = begin_delivery(ctx, "hit", redact=redact, case_file=None)
    delivery = DeliveryOptions(
        targets=(_STDIN,) if report == _STDIN else (),
        from_file=None if report == _STDIN else report,
        jobs=jobs,
        resume=resume,
        as_json=as_json,
        format=format_name,
        out=out,
        bom=bom,
        redactor=redactor,
    )
    _check(run, delivery)
    named: dict[Role, str | None] = {
        "id": identity,
        "revenue": revenue,
        "transaction": transaction,
        "time": time,
        "status": status,
    }
    with masked_errors(run):
        with closing(Ledger()) as ledger:
            names = {role: name for role, name in named.items() if name is not None}
            if run.prints_curl:
                _read(run, ledger, report, names)
                raise typer.Exit(_print_requests(run, delivery, ledger, explain))
            with results_in_place(run, delivery, whole=True):
                code = _reconcile(run, delivery, ledger, report, names, explain)
        tell_written(run, replace(delivery, resume=False))
    raise typer.Exit(code)


def _reconcile(
    run: Run,
    delivery: "DeliveryOptions",
    ledger: "Ledger",
    source: str,
    named: "dict[Role, str]",
    explain: int,
) -> int:
    from ffx.cli.delivery import report_lookup
    from ffx.cli.delivery.destination import result_file
    from ffx.cli.delivery.reconcile_writers import write
    from ffx.cli.delivery.row_writers import write_mark
    from ffx.errors import ExitCode
    from ffx.reconcile.reconciled_report import ReconciledReport

    report = _read(run, ledger, source, named)
    is_kept = delivery.redactor is None and result_file(delivery) is not None
    path = report_lookup.answers_path(delivery.out or "") if is_kept else None
    with report_lookup.kept_answers(run, ledger, path, resume=delivery.resume) as answers:
        look_up = report_lookup.ReportLookUp(
            run, ledger, delivery.jobs, answers, delivery.redactor
        )
        try:
            listed = report_lookup.ask_for_hits(look_up)
            report_lookup.ask_for_reasons(look_up, explain)
        except BaseException:
            if report_lookup.has_answers(path):
                run.output.note(f"what is answered is kept: {run.again('--resume')}")
            raise
    result = ReconciledReport(report, ledger, run.command, delivery.redactor)
    if result.left_out:
        run.output.note(
            f"note: {result.left_out:,} columns left out: nobody can tell what they hold"
        )
    name = "the report" if source == _STDIN else source
    if delivery.bom:
        write_mark(run)
    write(run, result, name, _facts(run, report, result), delivery.chosen_format)
    code = _exit_code(result, report, listed)
    if code != ExitCode.PARTIAL:
        report_lookup.forget_answers(path)
    elif path is not None:
        run.output.note(f"to ask for the rest: {run.again('--resume')}")
    return code


def _print_requests(run: Run, delivery: "DeliveryOptions", ledger: "Ledger", explain: int) -> int:
    from ffx.cli.delivery import report_lookup
    from ffx.output.clean import quoted

    if delivery.out is not None:
        name = quoted(delivery.out)
        run.output.note(f"note: --curl prints requests; nothing is written to {name}")
    look_up = report_lookup.ReportLookUp(
        run, ledger, delivery.jobs, report_lookup.AnswerFile(), delivery.redactor
    )
    return report_lookup.print_requests_for_hits(look_up, explain)


def _read(run: Run, ledger: "Ledger", source: str, named: "dict[Role, str]") -> "NetworkReport":
    from ffx.cli.delivery import target_sources
    from ffx.input.reports.heads import is_known
    from ffx.input.reports.report_file import open_records
    from ffx.input.targets.shapes import is_hit_shaped
    from ffx.reconcile.network_report import read_report

    def likeliness(cells: "Sequence[str]") -> int:
        return sum(is_known(cell) or is_hit_shaped(cell.strip()) for cell in cells)

    stream: BinaryIO = (
        target_sources.open_stdin() if source == _STDIN else target_sources.open_file(source)
    )
    with stream:
        report = read_report(
            open_records(stream, likeliness),
            named,
            ledger,
            zone=run.zone,
            now=run.now,
            tell=lambda count: run.output.progress(f"{count:,} rows read"),
        )
    run.output.end_progress()
    run.output.note(f"note: {' · '.join(report.facts())}")
    for sentence in report.omissions():
        run.output.note(f"note: {sentence}")
    return report


def _facts(run: Run, report: "NetworkReport", result: "ReconciledReport") -> "list[str]":
    """Say how it went, and by which columns, unless a note on the same screen said these."""
    from ffx.render.reconcile_words import counted

    is_said = run.output.screen.stderr_is_terminal and not run.output.is_quiet
    return [*counted(result.summary), *(() if is_said else report.facts())]


def _exit_code(result: "ReconciledReport", report: "NetworkReport", listed: int) -> int:
    """Return the exit code: 7 before 3 before 8 before 0."""
    from ffx.errors import ExitCode
    from ffx.reconcile.claims import RowOutcome

    if result.summary.rows(RowOutcome.FAILED) or listed == ExitCode.PARTIAL:
        return ExitCode.PARTIAL
    if not report.ids:
        return ExitCode.NOT_FOUND
    return ExitCode.CHECK_NO if result.summary.troubled else ExitCode.OK


def _check(run: Run, delivery: "DeliveryOptions") -> None:
    from ffx.cli.delivery import delivery_options as checks
    from ffx.cli.delivery.destination import result_file
    from ffx.cli.delivery.formats import check_workbook
    from ffx.cli.options import Format
    from ffx.errors import UsageError

    checks.refuse_one_file_for_two(delivery)
    checks.refuse_strange_ending(delivery, known=".csv, .xlsx, .jsonl, .json and .md")
    checks.check_format(delivery)
    if delivery.chosen_format is Format.HTML:
        raise UsageError("a report is no page of its own", hint="Try --format md or xlsx.")
    if delivery.resume and run.prints_curl:
        checks.refuse_resume_beside_curl()
    if delivery.resume and result_file(delivery) is None:
        raise UsageError("--resume needs -o FILE", hint="Add -o reconciled.csv.")
    if delivery.resume and delivery.redactor is not None:
        checks.refuse_resume_beside_redact()
    if delivery.chosen_format is Format.XLSX:
        check_workbook(run, delivery)
