"""Look up a list of targets: from where they stand to where results go."""

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ffx.cli.delivery import target_sources
from ffx.cli.delivery.delivery_options import DeliveryOptions, refuse_resume_beside_curl
from ffx.cli.delivery.destination import (
    how_to_go_on,
    only_writer,
    results_in_place,
    tell_written,
)
from ffx.cli.delivery.overwriting import refuse_to_begin_anew
from ffx.cli.delivery.resume import EarlierAnswers, keep_answers, replacing_old_answers
from ffx.cli.delivery.target_sources import SkippedLines, SourceLine
from ffx.cli.options import Format
from ffx.errors import UsageError
from ffx.input.times.moments import parse_duration
from ffx.lookup.run import Run
from ffx.output.clean import quoted
from ffx.output.words import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from ffx.cli.delivery.one_target import Question
    from ffx.cli.delivery.sinks import Sink
    from ffx.input.targets.shapes import Command

# Bytes; counting so many takes a moment, and a larger file has no time to lose before it begins.
_SOON_COUNTED = 4_000_000
_MOST_POSTPONED = 100_000


def deliver_list(run: Run, question: "Question", sink: "Sink", delivery: DeliveryOptions) -> int:
    """Look many targets up and write what comes; return the exit code of the whole list.

    Raises:
        UsageError: the list cannot be read, or results would replace others.
        FfxError: every target failed alike, which the results alone do not say on stderr.
    """
    from ffx.cli.delivery.many_targets import look_up_many

    skipped = SkippedLines()
    lines = _read_targets(run, question, delivery, skipped)
    sink.take_own_columns(skipped.others)
    with only_writer(delivery) as lock:
        if delivery.out is not None and not (delivery.resume or delivery.force):
            refuse_to_begin_anew(run, sink, delivery, Path(delivery.out))
        not_before = _oldest_kept(run, delivery)
        answered_before = _resume(run, delivery, question.command, not_before)
        if lock is not None:
            lock.take()  # of the file that has the answers alone
        total = _count(delivery, question.command, answered_before, question.name)
        unknown = _without_known(lines, answered_before, question.name, tell=run.output.note)
        # A workbook is written as a whole, when all is known.
        with (
            replacing_old_answers(Path(delivery.out or ""), answered_before, not_before),
            results_in_place(run, delivery, whole=delivery.chosen_format is Format.XLSX),
        ):
            ended = look_up_many(
                run,
                question,
                unknown,
                sink,
                jobs=delivery.jobs,
                total=total,
                answered_before=answered_before,
                to_go_on=how_to_go_on(run, delivery),
            )
            _tell_left_out(run, skipped)
            sink.end()
    tell_written(run, delivery, answers=ended.answers)
    return ended.code


def print_requests_for_all(run: Run, question: "Question", delivery: DeliveryOptions) -> int:
    """Print the requests for all targets, to stdout; return the exit code.

    Raises:
        UsageError: there is no ID in the only target, or results are to be gone on with.
    """
    from ffx.cli.delivery.curl_requests import print_requests
    from ffx.cli.delivery.one_target import parse_target

    if delivery.resume:
        refuse_resume_beside_curl()
    if not delivery.is_many:
        parse_target(run, question, delivery.targets[0])
    skipped = SkippedLines()
    lines = _read_targets(run, question, delivery, skipped)
    for name in filter(None, (delivery.out, delivery.save)):
        run.output.note(f"note: --curl prints requests; nothing is written to {quoted(name)}")
    unknown = _without_known(lines, EarlierAnswers(), question.name)
    code = print_requests(run, question, unknown, delivery.redactor)
    _tell_left_out(run, skipped)
    return code


def _tell_left_out(run: Run, skipped: "SkippedLines") -> None:
    if summary := skipped.summary():
        run.output.note(f"left out: {summary}")


def _oldest_kept(run: Run, delivery: DeliveryOptions) -> "datetime | None":
    """Return the time before which an answer is too old; None where none is."""
    if delivery.max_age is None:
        return None
    try:
        return run.now - parse_duration(delivery.max_age, option="--max-age")
    except OverflowError:  # before the first year
        return None


def _resume(
    run: Run, delivery: DeliveryOptions, command: "Command", not_before: "datetime | None"
) -> "EarlierAnswers":
    """Return the answers that FILE of `-o` holds already; none without `--resume`."""
    if not delivery.resume:
        return EarlierAnswers()
    path = Path(delivery.out or "")
    answers = keep_answers(path, of=command, all_hits=delivery.all_hits, not_before=not_before)
    run.output.note(f"answered already: {plural(len(answers.targets), 'target')}")
    if old := len(answers.old):
        run.output.note(f"older than {delivery.max_age}, asked again: {plural(old, 'target')}")
    return answers


def _read_targets(
    run: Run, question: "Question", delivery: DeliveryOptions, skipped: "SkippedLines"
) -> "Iterator[SourceLine]":
    """Return the targets from wherever they come."""
    if delivery.ids_in is not None:
        return _read_text(run, question.command, delivery.ids_in)
    if delivery.reads_a_list:
        return _read_list(run, delivery, question.command, skipped)
    return _read_arguments(delivery)


def _read_arguments(delivery: DeliveryOptions) -> "Iterator[SourceLine]":
    for text in delivery.targets:
        yield SourceLine(0, text)


def _read_list(
    run: Run, delivery: DeliveryOptions, command: "Command", skipped: "SkippedLines"
) -> "Iterator[SourceLine]":
    if delivery.from_file is None:
        return target_sources.read_lines(target_sources.open_stdin(), skipped)
    lines = _read_file(delivery, command, skipped, tell=run.output.note)
    # A file that cannot be read is refused before anything is written.
    first = next(lines, None)
    return iter(()) if first is None else chain([first], lines)


def _read_text(run: Run, command: "Command", name: str) -> "Iterator[SourceLine]":
    """Yield the IDs of a whole text, which is closed behind the last one.

    Raises:
        UsageError: it cannot be read, or holds no ID to ask for.
    """
    from ffx.cli.delivery.text_ids import read_ids

    def lines() -> "Iterator[SourceLine]":
        stream = target_sources.open_stdin() if name == "-" else target_sources.open_file(name)
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
    delivery: DeliveryOptions,
    command: "Command",
    answered_before: "EarlierAnswers",
    name: "Callable[[str], str]",
) -> int | None:
    """Return how many targets will be asked; None where counting them takes long."""
    if delivery.from_file is None:
        if delivery.reads_a_list:
            return None
        return sum(1 for _ in _without_known(_read_arguments(delivery), answered_before, name))
    path = Path(delivery.from_file)
    if not path.is_file() or path.stat().st_size > _SOON_COUNTED:
        return None
    lines = _read_file(delivery, command, SkippedLines(), tell=str)
    return sum(1 for _ in _without_known(lines, answered_before, name))


def _read_file(
    delivery: DeliveryOptions,
    command: "Command",
    skipped: "SkippedLines",
    *,
    tell: "Callable[[str], object]",
) -> "Iterator[SourceLine]":
    from ffx.cli.delivery.target_tables import read_table

    name = delivery.from_file or ""
    with target_sources.open_file(name) as stream:
        table = read_table(stream, name, delivery.column, command, skipped)
        if table is None:
            yield from target_sources.read_lines(stream, skipped)
            return
        if delivery.column is None:
            head = quoted(table.heads[table.place])
            tell(f"note: {quoted(name)} is a table: IDs from its column {head}")
        skipped.others = table.others
        yield from table


def _without_known(
    lines: "Iterable[SourceLine]",
    answered_before: "EarlierAnswers",
    name: "Callable[[str], str]",
    *,
    tell: "Callable[[str], object] | None" = None,
) -> "Iterator[SourceLine]":
    """Leave out what was answered or asked before, and tell of what was given twice.

    What failed before comes last, so that the same failures do not end every run before
    it comes to the rest.
    """
    from ffx.cli.delivery.target_sources import SeenTexts

    seen = SeenTexts()
    failed_before: list[SourceLine] = []
    for line in lines:
        if line.problem:
            yield line
            continue
        if not seen.is_new(line.text) or (called := name(line.text)) in answered_before.targets:
            continue
        if called in answered_before.failed and len(failed_before) < _MOST_POSTPONED:
            failed_before.append(line)
        else:
            yield line
    yield from failed_before
    if seen.duplicates and tell is not None:
        tell(f"note: {plural(seen.duplicates, 'target')} given before, not asked again")
