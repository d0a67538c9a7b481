"""What the look-up commands share: where targets come from, where results go, in what format."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ffx.commands.options import Format
from ffx.context import Run
from ffx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ffx.batch import Asked
    from ffx.sinks import Sink, View
    from ffx.sources import Line, Seen

_STDIN = "-"
# Bytes; counting so many takes a moment, and a larger file has no time to lose before it begins.
_SOON_COUNTED = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The options on targets and results, as typed; `grows` where rows come part by part."""

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
        from ffx.outfile import FORMATS

        ending = Path(self.out).suffix.lower() if self.out else ""
        return Format(FORMATS.get(ending, "table"))

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


def deliver(run: Run, asked: "Asked", view: "View", delivery: Delivery) -> int:
    """Look up what was asked for, and write it; return the exit code."""
    from ffx.batch import look_up_one
    from ffx.errors import NotFoundError, PartialError

    _check(delivery)
    sink = make_sink(run, asked, view, delivery)
    if delivery.is_many:
        return _deliver_many(run, asked, sink, delivery)
    by_line = delivery.grows and delivery.chosen in (Format.JSONL, Format.CSV)
    with _results_in_place(run, delivery, whole=not by_line):
        try:
            return look_up_one(run, asked, delivery.targets[0], sink)
        except (NotFoundError, PartialError) as error:
            # What the reply holds was written, and the file is to stay.
            outcome = error
    raise outcome


def _deliver_many(run: Run, asked: "Asked", sink: "Sink", delivery: Delivery) -> int:
    from ffx.batch import look_up_many

    lines = _read_list(delivery) if delivery.reads_a_list else _read_arguments(delivery)
    answered = _resume(run, delivery)
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


def make_sink(run: Run, asked: "Asked", view: "View", delivery: Delivery) -> "Sink":
    """Return what writes the results in the format in force."""
    from ffx import sinks

    chosen = delivery.chosen
    if chosen is Format.JSON:
        return sinks.Records(run) if delivery.is_many else sinks.Document(run)
    if chosen is Format.TABLE:
        if delivery.reads_a_list and not delivery.full:
            return sinks.Table(run)
        return sinks.Views(run, view)
    from ffx.fields import read_fields

    if chosen is Format.CSV:
        if delivery.csv_raw and delivery.out is None and run.output.screen.stdout_is_terminal:
            raise UsageError(
                "--csv-raw is not for a terminal: its cells may hold what steers one",
                hint="Write it to a file with -o, or into a pipe.",
            )
        fields = read_fields(delivery.fields, kind=asked.command)
        return sinks.Cells(run, fields, raw=delivery.csv_raw)
    if delivery.fields is None:
        return sinks.Rows(run, None)
    return sinks.Rows(run, read_fields(delivery.fields, kind=asked.command))


def _check(delivery: Delivery) -> None:
    if not delivery.targets and delivery.from_file is None:
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
    takes_fields = delivery.chosen in (Format.CSV, Format.JSONL)
    if delivery.fields is not None and not takes_fields:
        raise UsageError("--fields needs --format csv or jsonl", hint="With --json, use jq.")
    if delivery.csv_raw and delivery.chosen is not Format.CSV:
        raise UsageError("--csv-raw needs --format csv")


def _resume(run: Run, delivery: Delivery) -> "Seen":
    """Return the targets that the file answers already."""
    from ffx.outfile import keep_answers
    from ffx.sources import Seen
    from ffx.words import plural

    if not delivery.resume:
        return Seen()
    answered = keep_answers(Path(delivery.out or ""))
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
