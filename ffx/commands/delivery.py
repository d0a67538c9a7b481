"""What the look-up commands share: where targets come from, where results go, in what format."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ffx.commands.options import Format, Redaction
from ffx.context import Run
from ffx.errors import FfxError, UsageError
from ffx.render.clean import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from ffx.asked import Asked
    from ffx.casefile import Case
    from ffx.redact import Redactor
    from ffx.sinks import Sink, View
    from ffx.sources import Line, Seen
    from ffx.targets import Command

_STDIN = "-"
# Bytes; counting so many takes a moment, and a larger file has no time to lose before it begins.
_SOON_COUNTED = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The options on targets and results, as typed.

    Attributes:
        grows: whether rows may come part by part.
        case: a kept look-up to show in place of asking; None to ask.
        redactor: what puts aliases in; None where nothing is hidden.
    """

    targets: tuple[str, ...]
    from_file: str | None
    column: str | None
    jobs: int
    resume: bool
    full: bool
    as_json: bool
    format: Format | None
    out: str | None
    fields: str | None
    csv_raw: bool
    save: str | None
    redactor: "Redactor | None"
    case: "Case | None" = None
    grows: bool = False

    @property
    def chosen(self) -> Format:
        """Return the format: as named, by the file's ending, or a table."""
        if self.as_json and self.format not in (None, Format.JSON):
            raise UsageError(f"--json and --format {self.format} exclude each other")
        if self.as_json:
            return Format.JSON
        if self.format is not None:
            return self.format
        if not self.out:
            return Format.TABLE
        from ffx.outfile import FORMATS

        return Format(FORMATS.get(Path(self.out).suffix.lower(), "table"))

    @property
    def has_strange_ending(self) -> bool:
        """Tell whether a format was meant by the file's ending, and none is known by it."""
        if self.as_json or self.format is not None or self.out is None:
            return False
        from ffx.outfile import FORMATS, PLAIN_ENDINGS

        return Path(self.out).suffix.lower() not in (*FORMATS, *PLAIN_ENDINGS)

    @property
    def draws_views(self) -> bool:
        """Tell whether results are drawn for people, from models."""
        return self.chosen is Format.TABLE

    @property
    def is_many(self) -> bool:
        return len(self.targets) > 1 or self.reads_a_list

    @property
    def reads_a_list(self) -> bool:
        """Tell whether targets come from stdin or a file."""
        return self.from_file is not None or _STDIN in self.targets


def begin_delivery(
    run: Run, command: "Command", *, redact: Redaction | None, case_file: str | None
) -> "tuple[Run, Case | None, Redactor | None]":
    """Open a case file and begin to hide, where asked for; return the run as it is from here on.

    Raises:
        UsageError: the case file cannot be read, or holds nothing for the command.
    """
    case = None
    if case_file is not None:
        from ffx.commands.replay import open_case

        run, case = open_case(run, case_file, command)
    if redact is None:
        return run, case, None
    from ffx.redact import Redactor

    redactor = Redactor(hides_ids=redact is Redaction.ALL)
    run.output.mask = redactor.text
    return run, case, redactor


def refuse_window(case: "Case | None") -> None:
    """Refuse a time option beside a case file, which shows all that was kept.

    Raises:
        UsageError: there is a case file.
    """
    if case is not None:
        raise UsageError("--case takes no time option", hint="It shows all that was kept.")


def deliver(run: Run, asked: "Asked", view: "View", delivery: Delivery) -> int:
    """Look up what was asked for, and write it; return the exit code."""
    try:
        return _deliver(run, asked, view, delivery)
    except FfxError as error:
        # The words about it are written by whoever does not know what is to be hidden.
        error.message, error.hint = run.output.mask(error.message), run.output.mask(error.hint)
        raise


def _deliver(run: Run, asked: "Asked", view: "View", delivery: Delivery) -> int:
    from ffx.commands.formats import layered_sink, learner
    from ffx.errors import NotFoundError, PartialError
    from ffx.single import look_up_one, write_one

    _check(delivery)
    asked = replace(asked, learn=learner(asked, delivery), keeps_bodies=delivery.save is not None)
    sink = layered_sink(run, asked, view, delivery)
    if delivery.is_many:
        return _deliver_many(run, asked, sink, delivery)
    by_line = delivery.grows and delivery.chosen in (Format.JSONL, Format.CSV)
    with _results_in_place(run, delivery, whole=not by_line):
        try:
            if delivery.case is not None:
                found = delivery.case.found
                return write_one(run, asked, found.target.id.text, found, sink)
            return look_up_one(run, asked, delivery.targets[0], sink)
        except (NotFoundError, PartialError) as error:
            # What the reply holds was written, and the file is to stay.
            outcome = error
    raise outcome


def _deliver_many(run: Run, asked: "Asked", sink: "Sink", delivery: Delivery) -> int:
    from ffx.batch import look_up_many

    lines = _read_list(delivery) if delivery.reads_a_list else _read_arguments(delivery)
    answered = _resume(run, delivery, asked.command)
    total = _count(delivery, answered)
    with _results_in_place(run, delivery, whole=False):
        unknown = _without_known(lines, answered, tell=run.output.note)
        return look_up_many(run, asked, unknown, sink, jobs=delivery.jobs, total=total)


@contextmanager
def _results_in_place(run: Run, delivery: Delivery, *, whole: bool) -> Iterator[None]:
    """Send results where `-o` wants them: a document to a new file, lines to one that grows."""
    if delivery.out is None:
        yield
        return
    from ffx.outfile import growing_file, whole_file

    path = Path(delivery.out)
    opened = whole_file(path) if whole else growing_file(path, append=delivery.resume)
    with opened as file, run.output.into(file):
        yield


def _check(delivery: Delivery) -> None:
    if delivery.case is not None:
        _check_replay(delivery)
    elif not delivery.targets and delivery.from_file is None:
        raise UsageError(
            "no TARGET was given", hint="Give an ID or a URL, - for stdin, or --from FILE."
        )
    if delivery.reads_a_list and len(delivery.targets) + (delivery.from_file is not None) > 1:
        raise UsageError("TARGETs, - and --from exclude each other", hint="Give one of them.")
    if delivery.column is not None and delivery.from_file is None:
        raise UsageError("--column needs --from", hint="Add --from FILE, a CSV with a header.")
    if delivery.resume and (delivery.out is None or delivery.chosen is not Format.JSON):
        raise UsageError("--resume needs --json and -o FILE", hint="Add --json -o results.json.")
    if delivery.resume and not delivery.is_many:
        raise UsageError("--resume is for many targets", hint="Add - or --from FILE.")
    if delivery.redactor is not None and "all" in delivery.targets:
        raise UsageError("'all' is no TARGET", hint="To hide IDs, too: --redact=all, with a =.")
    if delivery.has_strange_ending:
        raise UsageError(
            f"-o {quoted(delivery.out or '')}: its ending tells no format",
            hint="It knows .json, .jsonl, .csv, .md and .html; or name one with --format.",
        )
    if delivery.is_many and delivery.chosen is Format.HTML:
        raise UsageError(
            "--format html is one page about one TARGET", hint="For many: --format md or csv."
        )
    if delivery.is_many and delivery.save is not None:
        raise UsageError("--save keeps one look-up", hint="Give one TARGET.")
    if delivery.resume and delivery.redactor is not None and delivery.redactor.hides_ids:
        raise UsageError(
            "--resume and --redact=all exclude each other", hint="Aliases cannot be asked for."
        )
    takes_fields = delivery.chosen in (Format.CSV, Format.JSONL)
    if delivery.fields is not None and not takes_fields:
        raise UsageError("--fields needs --format csv or jsonl", hint="With --json, use jq.")
    if delivery.csv_raw and delivery.chosen is not Format.CSV:
        raise UsageError("--csv-raw needs --format csv")


def _check_replay(delivery: Delivery) -> None:
    if delivery.targets or delivery.reads_a_list:
        raise UsageError(
            "--case shows what the file holds; it takes no TARGET",
            hint="To compare with it: ffx diagnose TARGET --case FILE",
        )


def _resume(run: Run, delivery: Delivery, command: "Command") -> "Seen":
    """Return the targets that the file answers already."""
    from ffx.outfile import keep_answers
    from ffx.sources import Seen
    from ffx.words import plural

    if not delivery.resume:
        return Seen()
    answered = keep_answers(Path(delivery.out or ""), of=command)
    run.output.note(f"answered already: {plural(len(answered), 'target')}")
    return answered


def _read_arguments(delivery: Delivery) -> "Iterator[Line]":
    from ffx.sources import Line

    for text in delivery.targets:
        yield Line(0, text)


def _read_list(delivery: Delivery) -> "Iterator[Line]":
    from ffx import sources

    if delivery.from_file is None:
        return sources.read_lines(sources.open_stdin())
    if delivery.out is not None and _is_same_file(delivery.from_file, delivery.out):
        raise UsageError(
            "--from and -o name the same file", hint="The results would take the targets' place."
        )
    lines = _read_file(delivery.from_file, delivery.column)
    # A file that cannot be read is told before anything is written.
    first = next(lines, None)
    return iter(()) if first is None else chain([first], lines)


def _is_same_file(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        return False


def _count(delivery: Delivery, answered: "Seen") -> int | None:
    """Return how many targets will be asked, where that is soon told."""
    if delivery.from_file is None:
        if delivery.reads_a_list:
            return None
        return sum(1 for _ in _without_known(_read_arguments(delivery), answered))
    path = Path(delivery.from_file)
    if not path.is_file() or path.stat().st_size > _SOON_COUNTED:
        return None
    lines = _read_file(delivery.from_file, delivery.column)
    return sum(1 for _ in _without_known(lines, answered))


def _read_file(path: str, column: str | None) -> "Iterator[Line]":
    from ffx import sources

    with sources.open_file(path) as stream:
        if column is None:
            yield from sources.read_lines(stream)
        else:
            yield from sources.read_column(stream, column)


def _without_known(
    lines: "Iterable[Line]", answered: "Seen", *, tell: "Callable[[str], object] | None" = None
) -> "Iterator[Line]":
    """Leave out what was answered or asked before, and tell of what was given twice."""
    from ffx.sources import Seen
    from ffx.words import plural

    seen = Seen()
    for line in lines:
        if line.problem or (seen.is_new(line.text) and line.text not in answered):
            yield line
    if seen.duplicates and tell is not None:
        tell(f"note: {plural(seen.duplicates, 'target')} given before, not asked again")
