"""`ffx diagnose`: what went wrong, the evidence for it, and where to look next."""

from typing import TYPE_CHECKING, Annotated

import typer

from ffx.cli import options
from ffx.cli.lazy_commands import make_app
from ffx.cli.option_groups import Results, Window, grouped
from ffx.cli.options import Check
from ffx.cli.typer_classes import LeafCommand
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from ffx.cli.delivery.sinks import View
    from ffx.findings.diagnosis import Diagnosis
    from ffx.input.targets.target import Target
    from ffx.lookup.find import Found
    from ffx.lookup.outcome import CheckAnswer
    from ffx.service.client import Client

app = make_app()

_EXAMPLES = """
Examples:
  ffx diagnose k3yyck910q7g90ceygzc7nr1 --sandbox
  ffx diagnose k3yyck910q7g90ceygzc7nr1 --sandbox --json | jq '.findings[].id'
  ffx diagnose k3yyck910q7g90ceygzc7nr1 --sandbox --redact --format md
  if ffx diagnose dkezmsf3bat8xdbz8rt039r4h --sandbox --check converted; then echo paid; fi
"""

# Findings whose evidence names the hit that was meant.
_POINTERS = frozenset({"C1", "C2"})
_LONGEST_ID = 256


class _Results(Results):
    """The options of `Results`, where `--json` and `--case` mean a diagnosis's own."""

    as_json: options.DiagnosisJson = False
    case_file: options.OldCase = None


@app.command("diagnose", cls=LeafCommand, no_args_is_help=True, epilog=_EXAMPLES)
@grouped
def diagnose(
    ctx: typer.Context,
    target: options.Targets = None,
    *,
    times: Window,
    as_kind: options.As = None,
    check: options.CheckName = None,
    max_hits: options.MaxHistoryHits = 100_000,
    findings: Annotated[
        bool,
        typer.Option(
            "--findings", help="In csv, xlsx and jsonl: a line per finding, not per target."
        ),
    ] = False,
    results: _Results,
    redact: options.Redact = None,
    any_profile: options.AnyProfile = False,
) -> None:
    """Say whether a hit or a visitor converted, and if not, why.

    TARGET is a hit, a visitor, or pasted text that holds one of them. The
    visitor's complete history is asked for, and at most 12 of their hits one
    by one (at most one where --check needs no more). Findings come by weight: verdict,
    warning, hint, information. The letter is the class: A is the provider's
    documentation, B limits of other trackers, C our own reasoning.
    """
    from ffx.cli.delivery.any_profile import run_with_account
    from ffx.cli.delivery.deliver import begin_delivery, deliver
    from ffx.cli.delivery.delivery_options import DeliveryOptions
    from ffx.cli.delivery.diagnoser import diagnoser, read_older, what_a_diagnosis_asks
    from ffx.cli.delivery.one_target import Question
    from ffx.cli.delivery.walk_progress import say_nothing, show_progress
    from ffx.lookup.details import MOST_HITS, find_with_details
    from ffx.lookup.find import LookupContext

    targets = tuple(target or ())
    asks = bool(targets) or results.from_file is not None or results.ids_in is not None
    case_file = results.case_file
    older = read_older(ctx.obj, case_file) if case_file is not None and asks else None
    run, case, redactor = begin_delivery(
        ctx, "diagnose", redact=redact, case_file=None if asks else case_file
    )
    window = times.read(run)
    run = run_with_account(
        run, targets, "diagnose", any_profile=any_profile, as_kind=as_kind, window=window
    )
    delivery = DeliveryOptions(
        targets=targets,
        findings=findings,
        redactor=redactor,
        case=case,
        **results.values(),
    )

    def look_up(client: "Client", target: "Target") -> "Found":
        return find_with_details(
            LookupContext(client, run.now, say_nothing if delivery.is_many else run.output.note),
            target,
            window,
            most_rows=max_hits,
            most_hits=1 if check in (Check.CONVERTED, Check.REACHED_OFFER) else MOST_HITS,
            progress=say_nothing if delivery.is_many else show_progress(run),
            may_be_cut=not delivery.is_many,
        )

    question = Question(
        command="diagnose",
        as_kind=as_kind,
        look_up=look_up,
        finish=diagnoser(_in_zone_of_reader(run, delivery.chosen_format), redactor, older, case),
        judge=_judge(check),
        follow_up=what_a_diagnosis_asks,
    )
    raise typer.Exit(deliver(run, question, _view(run), delivery))


def _in_zone_of_reader(run: Run, form: options.Format) -> Run:
    """Return the run in whose zone sentences are written: UTC in formats for programs."""
    if form not in (options.Format.JSON, options.Format.JSONL):
        return run
    from dataclasses import replace
    from zoneinfo import ZoneInfo

    return replace(run, settings=replace(run.settings, zone=ZoneInfo("UTC")))


def _judge(check: Check | None) -> "Callable[[Found], CheckAnswer]":
    """Return the function that judges a result by its diagnosis."""
    from ffx.cli.delivery.diagnosis_sinks import diagnosis_of
    from ffx.lookup.outcome import CheckAnswer

    def judge(found: "Found") -> "CheckAnswer":
        diagnosis = diagnosis_of(found)
        is_yes = None if check is None else answer(diagnosis, check)
        is_unknown = check is not None and is_yes is None and diagnosis.history.is_complete
        return CheckAnswer(
            is_yes,
            diagnosis.history.gaps,
            _why_unknown(diagnosis, check) if is_unknown else "",
        )

    return judge


def _why_unknown(diagnosis: "Diagnosis", check: Check | None) -> str:
    """Say why a complete history does not answer."""
    if check is Check.CONVERTED:
        return diagnosis.verdict.headline
    return "not every row tells whether it is of an offer"


def answer(diagnosis: "Diagnosis", check: Check) -> bool | None:
    """Answer what `--check` asks; None is «not known»."""
    if check is Check.CONVERTED:
        return diagnosis.verdict.converted
    if check is Check.REACHED_OFFER:
        return diagnosis.verdict.reached_offer
    if not diagnosis.history.is_complete:
        return None
    return not diagnosis.findings


def _view(run: Run) -> "View":
    def show(found: "Found") -> None:
        from ffx.cli.delivery.diagnosis_sinks import diagnosis_of

        diagnosis = diagnosis_of(found)
        screen = run.output.screen
        if not screen.draws:
            from ffx.render.rows.diagnosis import plain_diagnosis

            run.output.result(plain_diagnosis(diagnosis, run.zone))
            return
        from ffx.render.terminal.diagnosis_table import diagnosis_lines
        from ffx.render.terminal.lines import frame_of, paint

        frame = frame_of(run)
        run.output.result(paint(diagnosis_lines(diagnosis, frame), color=screen.color))
        if other := _other_hit(diagnosis):
            run.point_to("diagnose", other)
        if diagnosis.visitor_id:
            run.point_to("visitor", diagnosis.visitor_id)

    return show


def _other_hit(diagnosis: "Diagnosis") -> str:
    """Return the hit that a verdict points to in place of the one in question, if any."""
    named = [
        evidence.hit_id
        for finding in diagnosis.findings
        if finding.id in _POINTERS
        for evidence in finding.evidence
    ]
    fitting = (hit for hit in named if 0 < len(hit) <= _LONGEST_ID and hit != diagnosis.id)
    return next(fitting, "")
