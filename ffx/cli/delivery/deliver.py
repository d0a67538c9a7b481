"""From the options of a look-up command to its written results, for one target or a list."""

from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ffx.cli.delivery.delivery_options import DeliveryOptions, check_delivery
from ffx.cli.delivery.destination import (
    only_writer,
    results_in_place,
    tell_written,
)
from ffx.cli.options import Format, Redaction
from ffx.errors import ExitCode, FfxError, PartialError
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    import typer

    from ffx.cli.delivery.one_target import Question
    from ffx.cli.delivery.sinks import View
    from ffx.input.targets.shapes import Command
    from ffx.input.targets.target import Target
    from ffx.lookup.share.case_file import Case
    from ffx.lookup.share.redactor import Redactor

_MOST_NAMES = 5


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
        from ffx.cli.delivery.case_replay import open_case
        from ffx.cli.delivery.delivery_options import refuse_beside_case

        refuse_beside_case(ctx)
        run, case = open_case(run, case_file, command)
    if redact is None:
        return run, case, None
    from ffx.lookup.share.redactor import Redactor

    redactor = Redactor(hides_ids=redact is Redaction.ALL)
    run.output.mask = redactor.text
    return run, case, redactor


def deliver(run: Run, question: "Question", view: "View", delivery: DeliveryOptions) -> int:
    """Look up what was asked for, and write it; return the exit code."""
    try:
        with masked_errors(run):
            return _deliver(run, question, view, delivery)
    finally:
        _tell_hidden(run, delivery)


@contextmanager
def masked_errors(run: Run) -> "Iterator[None]":
    """Hide in an error what is hidden: its words come from where nobody knows what that is."""
    try:
        yield
    except FfxError as error:
        error.message, error.hint = run.output.mask(error.message), run.output.mask(error.hint)
        raise


def _tell_hidden(run: Run, delivery: DeliveryOptions) -> None:
    """Say what was hidden without a word in the table, and what could not be."""
    from ffx.output.clean import quoted
    from ffx.output.words import plural

    redactor = delivery.redactor
    if redactor is None:
        return
    if names := list(redactor.undocumented):
        first = ", ".join(map(quoted, names[:_MOST_NAMES]))
        more = " and more" if len(names) > _MOST_NAMES else ""
        count = plural(len(names), "member")
        run.output.note(f"note: {count} hidden that the API does not document: {first}{more}")
    if redactor.has_forgotten:
        run.output.note(
            "note: so many values were hidden that not all were looked for inside other text"
        )
    if delivery.is_many and delivery.chosen_format not in (Format.TABLE, Format.HTML):
        run.output.note(
            "note: what only a later target tells may stand in the text of an earlier one"
        )


def _deliver(run: Run, question: "Question", view: "View", delivery: DeliveryOptions) -> int:
    from ffx.cli.delivery.formats import id_learner, make_sink, target_namer
    from ffx.cli.delivery.one_target import look_up_one, write_one

    check_delivery(delivery)
    delivery = _with_page(run, delivery)
    question = replace(
        question,
        learn=id_learner(question, delivery),
        name_of=target_namer(question, delivery),
        keeps_bodies=delivery.save is not None,
        wants_all=delivery.complete,
    )
    sink = make_sink(run, question, view, delivery)
    if run.prints_curl:
        from ffx.cli.delivery.deliver_list import print_requests_for_all

        return print_requests_for_all(run, question, delivery)
    if delivery.is_many:
        from ffx.cli.delivery.deliver_list import deliver_list

        return deliver_list(run, question, sink, delivery)
    if delivery.save is not None:
        from ffx.cli.delivery.overwriting import refuse_to_save

        target = _only_target(run, question, delivery)
        if not delivery.force:
            refuse_to_save(run, question, Path(delivery.save), target)
    by_line = delivery.all_hits and delivery.chosen_format in (Format.JSONL, Format.CSV)
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
            from ffx.lookup.outcome import NONE_SENT

            if error.code == NONE_SENT:
                raise
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


def _with_page(run: Run, delivery: DeliveryOptions) -> DeliveryOptions:
    """Give a page that is to be shown a file of its own, unless it has one.

    Raises:
        UsageError: nothing will be there to be shown.
    """
    from ffx.cli.delivery.destination import result_file
    from ffx.errors import UsageError

    if not delivery.opens or delivery.is_many:
        return delivery
    if run.prints_curl:
        raise UsageError(
            "--open and --curl exclude each other", hint="With --curl nothing is asked."
        )
    if delivery.out is not None:
        if result_file(delivery) is None:
            raise UsageError("--open needs a file", hint="Leave -o out, or name a new file.")
        return delivery
    from ffx.cli.delivery.browser import new_page

    return replace(delivery, out=str(new_page()))


def _only_target(run: Run, question: "Question", delivery: DeliveryOptions) -> "Target":
    from ffx.cli.delivery.one_target import parse_target

    if delivery.case is not None:
        return delivery.case.found.target
    question.learn_ids(delivery.targets[0])
    return parse_target(run, question, delivery.targets[0])
