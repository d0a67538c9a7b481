"""Where results go: stdout, or FILE of `-o`; and what is said of FILE in the end."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from ffx.cli.options import Format
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from ffx.cli.delivery.delivery_options import DeliveryOptions
    from ffx.output.file_locks import FileLock

_STDOUT = 1


@contextmanager
def only_writer(delivery: "DeliveryOptions") -> Iterator["FileLock | None"]:
    """Keep other runs from FILE, where it is a file that grows; None where there is none.

    Raises:
        UsageError: it may not be written.
        OutputError: another run writes to it.
    """
    path = result_file(delivery)
    if path is None:
        yield None
        return
    from ffx.output.file_locks import locked_file

    with locked_file(path) as lock:
        yield lock


@contextmanager
def results_in_place(run: Run, delivery: "DeliveryOptions", *, whole: bool) -> Iterator[None]:
    """Send results where `-o` wants them: a document to a new file, lines to one that grows."""
    draws = delivery.asks_for_drawing
    if draws:
        run.output.draw()
    if delivery.out is None:
        yield
        return
    from ffx.output.files import descriptor_file, growing_file, own_descriptor, whole_file

    path = Path(delivery.out)
    descriptor = own_descriptor(path)
    if descriptor == _STDOUT:
        yield
        return
    if descriptor is not None:
        opened = descriptor_file(descriptor)
    else:
        opened = whole_file(path) if whole else growing_file(path, append=delivery.resume)
    with opened as file:
        is_tsv = delivery.draws_views and path.suffix.lower() == ".tsv"
        lines = cast("BinaryIO", _Defused(file)) if is_tsv else file
        with run.output.into(lines, draws=draws):
            yield


class _Defused:
    """A file of tab-separated lines that a spreadsheet opens without running them."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, lines: memoryview) -> int:
        """Write all of `lines`, and return how many of these bytes that were."""
        from ffx.output.writing import write_all
        from ffx.render.rows.csv import defused_lines

        content = bytes(lines)
        write_all(self._file, defused_lines(content.decode()).encode())
        return len(content)

    def flush(self) -> None:
        self._file.flush()


def tell_written(run: Run, delivery: "DeliveryOptions", *, answers: int | None = None) -> None:
    """Say what was written, and where, if that is a file; `answers` is how many of a list."""
    from ffx.output.words import plural

    if delivery.out is None or answers == 0:
        return
    done = "added to" if delivery.resume else "written to"
    count = "" if answers is None else f"{plural(answers, 'answer')} "
    tell_file(run, f"{count}{done}", Path(delivery.out))


def tell_file(run: Run, what: str, path: Path) -> None:
    """Say what was done to a file, with its name and its size; nothing of a device or a pipe."""
    from ffx.output.words import size

    with suppress(OSError):  # somebody took it away
        if _is_ordinary(path):
            run.output.note(f"{what} {path} ({size(path.stat().st_size)})")


def how_to_go_on(run: Run, delivery: "DeliveryOptions") -> str:
    """Say how a list that ended early is gone on with, or in which form it could have been.

    Empty where no FILE keeps its answers.
    """
    if result_file(delivery) is None or delivery.redactor is not None:
        return ""
    if delivery.chosen_format is not Format.JSON:
        return "for another time: --resume can go on with a list that --json -o FILE writes"
    source = ", with the same list on stdin" if delivery.reads_stdin else ""
    return f"to go on{source}: {run.again('--resume', without='--force')}"


def result_file(delivery: "DeliveryOptions") -> Path | None:
    """Return FILE of `-o`, which may not be there yet; None for stdout, a device or a pipe."""
    path = Path(delivery.out or "")
    return None if delivery.out is None or not _is_ordinary(path) else path


def _is_ordinary(path: Path) -> bool:
    from ffx.output.files import own_descriptor

    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return True
    return stat.S_ISREG(mode) and own_descriptor(path) is None
