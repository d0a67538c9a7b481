"""`ffx compare`: two hits, visitors or case files beside each other."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ffx.cli import options
from ffx.cli.lazy_commands import make_app
from ffx.cli.typer_classes import LeafCommand
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from ffx.findings.comparison import Comparison, Side
    from ffx.findings.subject import Subject
    from ffx.input.targets.target import Target
    from ffx.lookup.find import Found
    from ffx.lookup.share.case_file import Case
    from ffx.lookup.share.redactor import Redactor
    from ffx.service.client import Client

app = make_app()

_EXAMPLES = """
Examples:
  ffx compare dkezmsf3bat8xdbz8rt039r4h k51njp5ts8y1h26mpf7h2fr4h --sandbox
  ffx compare dkezmsf3bat8xdbz8rt039r4h k51njp5ts8y1h26mpf7h2fr4h --sandbox --format md --redact
"""

_MOST_ROWS = 100_000
_HELP = "A hit, a visitor, text that holds one, or a case file."
Form = Annotated[options.DocumentFormat, typer.Option("--format", help="What to write.")]


@app.command("compare", cls=LeafCommand, no_args_is_help=True, epilog=_EXAMPLES)
def compare(
    ctx: typer.Context,
    first: Annotated[str, typer.Argument(metavar="A", help=_HELP)],
    second: Annotated[str, typer.Argument(metavar="B", help="Likewise.")],
    *,
    as_json: options.PlainJson = False,
    form: Form = options.DocumentFormat.TABLE,
    redact: options.Redact = None,
) -> None:
    """Show what differs between two hits, visitors or case files.

    First what each came to, then where their ways part: source, campaign,
    tracking fields, funnel, pages, device, place, pauses, offer, outcome. What
    is equal is counted. IDs, addresses and transactions, which each visitor has
    of their own, count as equal where both have one.

    Each is looked up as ffx diagnose does it, unless it is a case file.
    """
    from ffx.cli.delivery.deliver import begin_delivery
    from ffx.cli.delivery.diagnoser import learn_found
    from ffx.findings.comparison import compare as compare_sides

    run, _, redactor = begin_delivery(ctx, "diagnose", redact=redact, case_file=None)
    typed = [_read_side(run, text, redactor) for text in (first, second)]
    if run.prints_curl:
        _print_requests(run, typed, redactor)
        return
    found = _look_up(run, typed)
    if redactor is not None:
        # Both, before a word is said of either: an alias means the same on both sides.
        for each in found:
            learn_found(redactor, each)
    (side_a, subject_a), (side_b, subject_b) = (
        _diagnose_side(side, what, redactor) for side, what in zip(typed, found, strict=True)
    )
    hidden = typed[0].hidden | typed[1].hidden
    comparison = compare_sides((side_a, side_b), (subject_a, subject_b), hidden)
    files = [side.text if side.case is not None else "" for side in typed]
    names = [name or side.diagnosis.id for name, side in zip(files, comparison.sides, strict=True)]
    form = options.DocumentFormat.JSON if as_json else form
    if form is options.DocumentFormat.TABLE and options.is_typed(ctx, "form"):
        run.output.draw()
    _write(run, comparison, form, run.command("compare", *names))
    _raise_gaps(run, comparison)


@dataclass(frozen=True, slots=True)
class _TypedSide:
    """One side as typed: a target, or a case file with the run that shows it again."""

    text: str
    run: Run
    target: "Target | None" = None
    case: "Case | None" = None

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset() if self.case is None else self.case.redacted


def _read_side(run: Run, text: str, redactor: "Redactor | None") -> _TypedSide:
    """Read one side as typed.

    Raises:
        UsageError: it is no case file, and holds no ID.
    """
    from ffx.cli.delivery.case_replay import open_case
    from ffx.input.targets.target import read_target

    if _is_file(text):
        replayed, case = open_case(run, text, "diagnose")
        return _TypedSide(text, replayed, case=case)
    target = read_target(text, command="diagnose", now=run.now, service=run.service)
    if redactor is not None:
        redactor.learn_value(f"{target.kind}Id", target.id.text)
    for note in target.notes:
        run.output.note(note)
    return _TypedSide(text, run, target)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long for a name, or no name at all
        return False


def _look_up(run: Run, typed: "list[_TypedSide]") -> "list[Found]":
    """Look both sides up, one after the other, with one client; a case file asks nobody."""
    from ffx.lookup.outcome import nothing_there

    found = [side.case.found for side in typed if side.case is not None]
    if len(found) < len(typed):
        with run.client() as client:
            found = [_find(side, client) for side in typed]
        run.output.end_progress()
    for side, what in zip(typed, found, strict=True):
        if not what.reply.rows and not what.details:
            raise nothing_there(side.run, what, "diagnose")
    return found


def _print_requests(run: Run, typed: "list[_TypedSide]", redactor: "Redactor | None") -> None:
    """Print the first request for each side that is no case file."""
    from ffx.cli.delivery.curl_requests import print_request
    from ffx.cli.delivery.diagnoser import what_a_diagnosis_asks
    from ffx.service.client import NotSent

    for side in typed:
        if side.case is None:
            with run.client() as client:
                try:
                    _find(side, client)
                except NotSent as request:
                    print_request(run, request, redactor)
    if any(side.case is None for side in typed):
        run.output.note(f"note: more requests follow: {what_a_diagnosis_asks()}")


def _find(side: _TypedSide, client: "Client") -> "Found":
    from ffx.cli.delivery.walk_progress import show_progress
    from ffx.lookup.details import MOST_HITS, find_with_details
    from ffx.lookup.find import LookupContext

    if side.case is not None:
        return side.case.found
    assert side.target is not None  # noqa: S101  # each side is one of the two
    return find_with_details(
        LookupContext(client, side.run.now, side.run.output.note),
        side.target,
        None,
        most_rows=_MOST_ROWS,
        most_hits=MOST_HITS,
        progress=show_progress(side.run),
        may_be_cut=True,
    )


def _diagnose_side(
    typed: _TypedSide, found: "Found", redactor: "Redactor | None"
) -> "tuple[Side, Subject]":
    """Diagnose one side, with aliases where they are wanted."""
    from ffx.cli.delivery.diagnoser import diagnoser
    from ffx.cli.delivery.diagnosis_sinks import diagnosis_of
    from ffx.findings.comparison import Side
    from ffx.findings.diagnose import subject_of
    from ffx.findings.subject import hide_nothing

    alias = hide_nothing if redactor is None else redactor.alias
    diagnosis = diagnosis_of(diagnoser(typed.run, redactor, None, typed.case)(found))
    subject = replace(subject_of(typed.run, found), alias=alias)
    return Side(typed.run.account, diagnosis), subject


def _write(run: Run, comparison: "Comparison", form: options.DocumentFormat, command: str) -> None:
    if form is options.DocumentFormat.JSON:
        import json

        from ffx.findings.comparison import document_of
        from ffx.output.clean import inert

        text = json.dumps(document_of(comparison), indent=2, ensure_ascii=False)
        run.output.document(f"{inert(text)}\n")
    elif form is options.DocumentFormat.MD:
        from ffx.render.markdown.comparison import comparison_block

        run.output.write_for_others(comparison_block(comparison, command))
    elif run.output.screen.draws:
        from ffx.render.terminal.comparison_table import comparison_lines
        from ffx.render.terminal.lines import frame_of, paint

        screen = run.output.screen
        lines = comparison_lines(comparison, frame_of(run))
        run.output.result(paint(lines, color=screen.color))
    else:
        from ffx.render.rows.comparison import plain_comparison

        run.output.result(plain_comparison(comparison))


def _raise_gaps(run: Run, comparison: "Comparison") -> None:
    """Raise that a side lacks rows, once what there is was written."""
    from ffx.errors import PartialError

    gaps = [
        f"{name}: {run.output.mask(gap)}"
        for name, side in zip("AB", comparison.sides, strict=True)
        for gap in side.diagnosis.history.gaps
    ]
    if gaps:
        message = "a history is incomplete, so that not all differences are certain"
        raise PartialError(message, hint="\n".join(gaps), code="incomplete")
