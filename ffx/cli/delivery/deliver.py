"""What the look-up commands share: where targets come from, where results go, in what format."""

from contextlib import nullcontext
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ffx.cli.delivery.destination import (
    how_to_go_on,
    only_writer,
    results_in_place,
    tell_written,
)
from ffx.cli.delivery.plan import Delivery, check_delivery
from ffx.cli.options import Format, Redaction
from ffx.errors import ExitCode, FfxError, PartialError
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    import typer

    from ffx.cli.delivery.one import Question
    from ffx.cli.delivery.resume import Answers
    from ffx.cli.delivery.sinks import Sink, View
    from ffx.cli.delivery.sources import Line, Skipped
    from ffx.input.targets.target import Command, Target
    from ffx.lookup.share.casefile import Case
    from ffx.lookup.share.redactor import Redactor

_MOST_NAMES_TOLD = 5
# Bytes; counting so many takes a moment, and a larger file has no time to lose before it begins.
_SOON_COUNTED = 4_000_000
_MOST_POSTPONED = 100_000


def begin_delivery(
    ctx: "typer.Context", command: "Command", *, redact: Redaction | None, case_file: str | None
) -> "tuple[Run, Case | None, Redactor | None]":
    """Open a case file and begin to hide, where asked for; return the run as it is from here on.

    Raises:
        UsageError: the case file cannot be read, holds nothing for the command, or stands
            beside an option that could do nothing.
    """
    run: Run = ctx.obj
    case = None
    if case_file is not None:
        from ffx.cli.delivery.plan import refuse_beside_case
        from ffx.cli.delivery.replay import open_case

        refuse_beside_case(ctx)
        run, case = open_case(run, case_file, command)
    if redact is None:
        return run, case, None
    from ffx.lookup.share.redactor import Redactor

    redactor = Redactor(hides_ids=redact is Redaction.ALL)
    run.output.mask = redactor.text
    return run, case, redactor


def deliver(run: Run, question: "Question", view: "View", delivery: Delivery) -> int:
    """Look up what was asked for, and write it; return the exit code."""
    try:
        return _deliver(run, question, view, delivery)
    except FfxError as error:
        # The words about it are written by whoever does not know what is to be hidden.
        error.message, error.hint = run.output.mask(error.message), run.output.mask(error.hint)
        raise
    finally:
        _tell_hidden(run, delivery)


def _tell_hidden(run: Run, delivery: Delivery) -> None:
    """Say what was hidden without a word in the table, and what could not be."""
    from ffx.output.clean import quoted
    from ffx.output.words import plural

    redactor = delivery.redactor
    if redactor is None:
        return
    if names := list(redactor.undocumented):
        first = ", ".join(map(quoted, names[:_MOST_NAMES_TOLD]))
        more = " and more" if len(names) > _MOST_NAMES_TOLD else ""
        count = plural(len(names), "member")
        run.output.note(f"note: {count} hidden that the API does not document: {first}{more}")
    if redactor.has_forgotten:
        run.output.note(
            "note: so many values were hidden that not all were looked for inside other text"
        )
    if delivery.is_many and delivery.chosen not in (Format.TABLE, Format.HTML):
        run.output.note(
            "note: what only a later target tells may stand in the text of an earlier one"
        )


def _deliver(run: Run, question: "Question", view: "View", delivery: Delivery) -> int:
    from ffx.cli.delivery.formats import layered_sink, learner, namer
    from ffx.cli.delivery.one import look_up_one, write_one
    from ffx.cli.delivery.replacing import refuse_to_replace

    check_delivery(delivery)
    delivery = _with_page(run, delivery)
    question = replace(
        question,
        learn=learner(question, delivery),
        name_of=namer(question, delivery),
        keeps_bodies=delivery.save is not None,
        wants_all=delivery.complete,
    )
    sink = layered_sink(run, question, view, delivery)
    if run.prints_curl:
        return _print_requests(run, question, delivery)
    if delivery.is_many:
        return _deliver_many(run, question, sink, delivery)
    refuse_to_replace(run, question, sink, delivery, _only_target(run, question, delivery))
    by_line = delivery.grows and delivery.chosen in (Format.JSONL, Format.CSV)
    outcome: PartialError | None = None
    code: int = ExitCode.OK
    with (
        only_writer(delivery) if by_line else nullcontext(),
        results_in_place(run, delivery, whole=not by_line),
    ):
        try:
            if delivery.case is not None:
                found = delivery.case.found
                code = write_one(run, question, found.target.id.text, found, sink)
            else:
                code = look_up_one(run, question, delivery.targets[0], sink)
        except PartialError as error:
            # What the reply holds was written, and the file is to stay.
            outcome = error
        sink.end()
    tell_written(run, delivery)
    if delivery.opens:
        from ffx.cli.delivery.browser import show_page

        show_page(run, Path(delivery.out or ""))
    if outcome is not None:
        raise outcome
    return code


def _print_requests(run: Run, question: "Question", delivery: Delivery) -> int:
    """Print the requests for all targets, to stdout; return the exit code.

    Raises:
        UsageError: there is no ID in the only target, or results are to be gone on with.
    """
    from ffx.cli.delivery.one import parse_target
    from ffx.cli.delivery.requests import print_requests
    from ffx.cli.delivery.resume import Answers
    from ffx.cli.delivery.sources import Skipped
    from ffx.errors import UsageError
    from ffx.output.clean import quoted

    if delivery.resume:
        raise UsageError(
            "--curl and --resume exclude each other",
            hint="The one prints requests, the other goes on with their answers.",
        )
    if not delivery.is_many:
        parse_target(run, question, delivery.targets[0])
    skipped = Skipped()
    lines = _read_targets(run, question, delivery, skipped)
    for name in filter(None, (delivery.out, delivery.save)):
        run.output.note(f"note: --curl prints requests; nothing is written to {quoted(name)}")
    unknown = _without_known(lines, Answers(), question.name)
    code = print_requests(run, question, unknown, delivery.redactor)
    _tell_left_out(run, skipped)
    return code


def _tell_left_out(run: Run, skipped: "Skipped") -> None:
    if told := skipped.told():
        run.output.note(f"left out: {told}")


def _with_page(run: Run, delivery: Delivery) -> Delivery:
    """Give a page that is to be shown a file of its own, unless it has one.

    Raises:
        UsageError: nothing will be there to be shown.
    """
    from ffx.cli.delivery.destination import is_file
    from ffx.errors import UsageError

    if not delivery.opens or delivery.is_many:
        return delivery
    if run.prints_curl:
        raise UsageError(
            "--open and --curl exclude each other", hint="With --curl nothing is asked."
        )
    if delivery.out is not None:
        if not is_file(Path(delivery.out)):
            raise UsageError("--open needs a file", hint="Leave -o out, or name a new file.")
        return delivery
    from ffx.cli.delivery.browser import new_page

    return replace(delivery, out=str(new_page()))


def _only_target(run: Run, question: "Question", delivery: Delivery) -> "Target | None":
    from ffx.cli.delivery.one import parse_target

    if delivery.is_many or delivery.save is None:
        return None
    if delivery.case is not None:
        return delivery.case.found.target
    question.learn_ids(delivery.targets[0])
    return parse_target(run, question, delivery.targets[0])


def _deliver_many(run: Run, question: "Question", sink: "Sink", delivery: Delivery) -> int:
    from ffx.cli.delivery.many import look_up_many
    from ffx.cli.delivery.replacing import refuse_to_replace
    from ffx.cli.delivery.sources import Skipped

    skipped = Skipped()
    lines = _read_targets(run, question, delivery, skipped)
    sink.take_columns(skipped.others)
    with only_writer(delivery) as claim:
        refuse_to_replace(run, question, sink, delivery, None)
        not_before = _oldest_kept(run, delivery)
        before = _resume(run, delivery, question.command, not_before)
        if claim is not None:
            claim.take()  # of the file that has the answers alone
        total = _count(delivery, question.command, before, question.name)
        unknown = _without_known(lines, before, question.name, tell=run.output.note)
        # A workbook is written as a whole, when all is known.
        with (
            _replacing_old(delivery, before, not_before),
            results_in_place(run, delivery, whole=delivery.chosen is Format.XLSX),
        ):
            ended = look_up_many(
                run,
                question,
                unknown,
                sink,
                jobs=delivery.jobs,
                total=total,
                before=before,
                to_go_on=how_to_go_on(run, delivery),
            )
            _tell_left_out(run, skipped)
            sink.end()
    tell_written(run, delivery, answers=ended.answers)
    return ended.code


def _oldest_kept(run: Run, delivery: Delivery) -> "datetime | None":
    """Return the time before which an answer is too old; None where none is."""
    if delivery.max_age is None:
        return None
    from ffx.input.times.moments import parse_duration

    try:
        return run.now - parse_duration(delivery.max_age, option="--max-age")
    except OverflowError:  # before the first year
        return None


def _replacing_old(
    delivery: Delivery, before: "Answers", not_before: "datetime | None"
) -> "AbstractContextManager[None]":
    if not delivery.resume:
        return nullcontext()
    from ffx.cli.delivery.resume import replacing_old_answers

    return replacing_old_answers(Path(delivery.out or ""), before, not_before)


def _resume(
    run: Run, delivery: Delivery, command: "Command", not_before: "datetime | None"
) -> "Answers":
    """Return what the file answers already."""
    from ffx.cli.delivery.resume import Answers, keep_answers
    from ffx.output.words import plural

    if not delivery.resume:
        return Answers()
    path = Path(delivery.out or "")
    answers = keep_answers(path, of=command, walked=delivery.grows, not_before=not_before)
    run.output.note(f"answered already: {plural(len(answers.targets), 'target')}")
    if old := len(answers.old):
        run.output.note(f"older than {delivery.max_age}, asked again: {plural(old, 'target')}")
    return answers


def _read_targets(
    run: Run, question: "Question", delivery: Delivery, skipped: "Skipped"
) -> "Iterator[Line]":
    """Return the targets from wherever they come."""
    if delivery.ids_in is not None:
        return _read_text(run, question.command, delivery.ids_in)
    if delivery.reads_a_list:
        return _read_list(run, delivery, question.command, skipped)
    return _read_arguments(delivery)


def _read_arguments(delivery: Delivery) -> "Iterator[Line]":
    from ffx.cli.delivery.sources import Line

    for text in delivery.targets:
        yield Line(0, text)


def _read_list(
    run: Run, delivery: Delivery, command: "Command", skipped: "Skipped"
) -> "Iterator[Line]":
    from ffx.cli.delivery import sources

    if delivery.from_file is None:
        return sources.read_lines(sources.open_stdin(), skipped)
    lines = _read_file(delivery, command, skipped, tell=run.output.note)
    # A file that cannot be read is told before anything is written.
    first = next(lines, None)
    return iter(()) if first is None else chain([first], lines)


def _read_text(run: Run, command: "Command", name: str) -> "Iterator[Line]":
    """Yield the IDs of a whole text, which is closed behind the last one.

    Raises:
        UsageError: it cannot be read, or holds no ID to ask for.
    """
    from ffx.cli.delivery import sources
    from ffx.cli.delivery.text_ids import read_ids
    from ffx.errors import UsageError
    from ffx.output.clean import quoted

    def lines() -> "Iterator[Line]":
        stream = sources.open_stdin() if name == "-" else sources.open_file(name)
        with stream:
            yield from read_ids(stream, command, now=run.now)

    found = lines()
    first = next(found, None)
    if first is None:
        what = "hit ID" if command == "hit" else "ID"
        whose = "the text on stdin" if name == "-" else quoted(name)
        raise UsageError(
            f"{whose} holds no {what} that ffx knows",
            hint="For a list of other IDs, one per line: --from FILE.",
            code="not-an-id",
        )
    return chain([first], found)


def _count(
    delivery: Delivery, command: "Command", before: "Answers", name: "Callable[[str], str]"
) -> int | None:
    """Return how many targets will be asked, where that is soon told."""
    from ffx.cli.delivery.sources import Skipped

    if delivery.from_file is None:
        if delivery.reads_a_list:
            return None
        return sum(1 for _ in _without_known(_read_arguments(delivery), before, name))
    path = Path(delivery.from_file)
    if not path.is_file() or path.stat().st_size > _SOON_COUNTED:
        return None
    lines = _read_file(delivery, command, Skipped(), tell=str)
    return sum(1 for _ in _without_known(lines, before, name))


def _read_file(
    delivery: Delivery, command: "Command", skipped: "Skipped", *, tell: "Callable[[str], object]"
) -> "Iterator[Line]":
    from ffx.cli.delivery import sources
    from ffx.cli.delivery.tables import read_table
    from ffx.output.clean import quoted

    name = delivery.from_file or ""
    with sources.open_file(name) as stream:
        table = read_table(stream, name, delivery.column, command, skipped)
        if table is None:
            yield from sources.read_lines(stream, skipped)
            return
        if delivery.column is None:
            head = quoted(table.heads[table.place])
            tell(f"note: {quoted(name)} is a table: IDs from its column {head}")
        skipped.others = table.others
        yield from table


def _without_known(
    lines: "Iterable[Line]",
    before: "Answers",
    name: "Callable[[str], str]",
    *,
    tell: "Callable[[str], object] | None" = None,
) -> "Iterator[Line]":
    """Leave out what was answered or asked before, and tell of what was given twice.

    What failed before comes last, so that the same failures do not end every run before
    it comes to the rest.
    """
    from ffx.cli.delivery.sources import Seen
    from ffx.output.words import plural

    seen = Seen()
    failed_before: list[Line] = []
    for line in lines:
        if line.problem:
            yield line
            continue
        if not seen.is_new(line.text) or (called := name(line.text)) in before.targets:
            continue
        if called in before.failed and len(failed_before) < _MOST_POSTPONED:
            failed_before.append(line)
        else:
            yield line
    yield from failed_before
    if seen.duplicates and tell is not None:
        tell(f"note: {plural(seen.duplicates, 'target')} given before, not asked again")
