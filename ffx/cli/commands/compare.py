"""`ffx compare`: two hits, visitors or case files beside each other."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ffx.cli import options
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from ffx.findings.comparison import Comparison, Side
    from ffx.findings.subject import Subject
    from ffx.input.targets.target import Target
    from ffx.lookup.find import Found
    from ffx.lookup.share.casefile import Case
    from ffx.lookup.share.redactor import Redactor
    from ffx.service.client import Client

_MOST_ROWS = 100_000
_HELP = "A hit, a visitor, text that holds one, or a case file."
Form = Annotated[options.DocumentFormat, typer.Option("--format", help="What to write.")]


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
    from ffx.cli.commands.diagnose import learn_found
    from ffx.findings.comparison import compare as compared
    from ffx.lookup.share.redactor import Redactor

    run: Run = ctx.obj
    redactor = None
    if redact is not None:
        redactor = Redactor(hides_ids=redact is options.Redaction.ALL)
        run.output.mask = redactor.text
    asked = [_open(run, text, redactor) for text in (first, second)]
    if run.prints_curl:
        _print_requests(run, asked, redactor)
        return
    found = _look_up(run, asked)
    if redactor is not None:
        # Both, before a word is said of either: an alias means the same on both sides.
        for each in found:
            learn_found(redactor, each)
    one, other = (_think(each, came, redactor) for each, came in zip(asked, found, strict=True))
    hidden = asked[0].hidden | asked[1].hidden
    comparison = compared((one[0], other[0]), (one[1], other[1]), hidden)
    files = [each.text if each.case is not None else "" for each in asked]
    names = [name or side.diagnosis.id for name, side in zip(files, comparison.sides, strict=True)]
    form = options.DocumentFormat.JSON if as_json else form
    if form is options.DocumentFormat.TABLE and options.is_typed(ctx, "form"):
        run.output.draw()
    _write(run, comparison, form, run.command("compare", *names))
    _raise_gaps(run, comparison)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One side as typed: a target, or a case file with the run that shows it again."""

    text: str
    run: Run
    target: "Target | None" = None
    case: "Case | None" = None

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset() if self.case is None else self.case.redacted


def _open(run: Run, text: str, redactor: "Redactor | None") -> _Asked:
    """Read one side as typed.

    Raises:
        UsageError: it is no case file, and holds no ID.
    """
    from ffx.cli.delivery.replay import open_case
    from ffx.input.targets.target import read_target

    if _is_file(text):
        replayed, case = open_case(run, text, "diagnose")
        return _Asked(text, replayed, case=case)
    target = read_target(text, command="diagnose", now=run.now, service=run.service)
    if redactor is not None:
        redactor.learn_value(f"{target.kind}Id", target.id.text)
    for note in target.notes:
        run.output.note(note)
    return _Asked(text, run, target)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long for a name, or no name at all
        return False


def _look_up(run: Run, asked: "list[_Asked]") -> "list[Found]":
    """Look both sides up, one after the other, with one client; a case file asks nobody."""
    from ffx.lookup.outcome import not_found

    found = [each.case.found for each in asked if each.case is not None]
    if len(found) < len(asked):
        with run.client() as client:
            found = [_find(each, client) for each in asked]
        run.output.end_progress()
    for each, came in zip(asked, found, strict=True):
        if not came.reply.rows and not came.details:
            raise not_found(each.run, came, "diagnose")
    return found


def _print_requests(run: Run, asked: "list[_Asked]", redactor: "Redactor | None") -> None:
    """Print the first request for each side that is no case file."""
    from ffx.cli.commands.diagnose import what_follows
    from ffx.cli.delivery.requests import print_request
    from ffx.service.client import NotSent

    for each in asked:
        if each.case is None:
            with run.client() as client:
                try:
                    _find(each, client)
                except NotSent as request:
                    print_request(run, request, redactor)
    run.output.note(f"note: more requests follow: {what_follows()}")


def _find(asked: _Asked, client: "Client") -> "Found":
    from ffx.cli.commands.visitor import show_progress
    from ffx.lookup.details import MOST_HITS, find_with_details

    if asked.case is not None or asked.target is None:
        assert asked.case is not None  # noqa: S101  # each side is one of the two
        return asked.case.found
    return find_with_details(
        asked.run,
        client,
        asked.target,
        None,
        most_rows=_MOST_ROWS,
        most_hits=MOST_HITS,
        progress=show_progress(asked.run),
        may_be_cut=True,
    )


def _think(asked: _Asked, found: "Found", redactor: "Redactor | None") -> "tuple[Side, Subject]":
    """Diagnose one side, with aliases where they are wanted."""
    from ffx.cli.commands.diagnose import thinker
    from ffx.cli.delivery.diagnosis_sinks import diagnosis_of
    from ffx.findings.comparison import Side
    from ffx.findings.diagnose import subject_of
    from ffx.findings.subject import as_it_is

    alias = as_it_is if redactor is None else redactor.alias
    diagnosis = diagnosis_of(thinker(asked.run, redactor, None, asked.case)(found))
    subject = replace(subject_of(asked.run, found), alias=alias)
    return Side(asked.run.account, diagnosis), subject


def _write(run: Run, comparison: "Comparison", form: options.DocumentFormat, command: str) -> None:
    if form is options.DocumentFormat.JSON:
        import json

        from ffx.findings.comparison import document_of
        from ffx.output.clean import inert

        text = json.dumps(document_of(comparison), indent=2, ensure_ascii=False)
        run.output.document(f"{inert(text)}\n")
    elif form is options.DocumentFormat.MD:
        from ffx.render.markdown.comparison import comparison_block

        run.output.report(comparison_block(comparison, command))
    elif run.output.screen.draws:
        from ffx.render.terminal.comparison_table import comparison_lines
        from ffx.render.terminal.lines import Frame, paint

        screen = run.output.screen
        lines = comparison_lines(comparison, Frame(screen.width, run.zone, run.account))
        run.output.result(paint(lines, color=screen.color))
    else:
        from ffx.render.rows.comparison import plain_comparison

        run.output.result(plain_comparison(comparison))


def _raise_gaps(run: Run, comparison: "Comparison") -> None:
    """Raise that a side lacks rows, once what there is was written."""
    from ffx.errors import PartialError

    told = [
        f"{name}: {run.output.mask(gap)}"
        for name, side in zip("AB", comparison.sides, strict=True)
        for gap in side.diagnosis.history.gaps
    ]
    if told:
        message = "a history is incomplete, so that not all differences are certain"
        raise PartialError(message, hint="\n".join(told), code="incomplete")
