"""`-o FILE`: results in a file, whole or not at all; or line by line, to be resumed.

One document goes to a new file that is then renamed, so that a run that fails
leaves the old one. The lines of a batch are written as they come and flushed,
so that an interrupted run keeps every finished one; what was in the file
before goes when the first of them comes.
"""

import errno
import io
import json
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from ffx.errors import OutputError, UsageError
from ffx.render.clean import clean
from ffx.sources import Seen
from ffx.targets import Command

FORMATS = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".md": "md",
    ".html": "html",
    ".htm": "html",
}
# Of plain lines, as in a pipe.
PLAIN_ENDINGS = ("", ".txt", ".tsv", ".log")
_HINTS: Mapping[int | None, str] = {
    errno.ENOSPC: "Make room, or write somewhere else.",
    errno.EDQUOT: "Make room, or write somewhere else.",
    errno.ENOENT: "There is no such folder: make it first, or write somewhere else.",
}
# A member that every answer of a command has.
_MARKS: Mapping[Command, str] = {"visitor": "hits", "hit": "events", "diagnose": "verdict"}
# How each record of a batch begins: a line that was cut is known by it.
_RECORD_BEGINS = b'{"target": '


@contextmanager
def whole_file(path: Path, *, is_private: bool = False) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of `path` when all went well.

    It has the permissions of the file that was there, or those of any new
    file; a private one is its owner's alone, from its first byte. A device or
    a pipe is written to as it is.

    Raises:
        OutputError: it cannot be written; what was there before still is.
    """
    # Behind a link, the file is meant and not the link.
    with _telling(path):
        place = Path(os.path.realpath(path))
        mode = _mode_of(place)
    if mode is not None and not stat.S_ISREG(mode):
        with _written_at_once(path) as file:
            yield file
        return
    with _telling(path):
        descriptor, name = tempfile.mkstemp(prefix=".ffx-", dir=place.parent)
    fresh = Path(name)
    file = os.fdopen(descriptor, "wb")
    try:
        try:
            yield file
            with _telling(path):
                file.flush()
                os.fsync(file.fileno())
        finally:
            with _telling(path):
                file.close()
        with _telling(path):
            if not is_private:  # as mkstemp has made it
                fresh.chmod(0o666 & ~_umask() if mode is None else stat.S_IMODE(mode))
            fresh.replace(place)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise


def write_privately(path: Path, content: bytes) -> None:
    """Write a new file of mode 0600 in the place of whatever was there.

    Raises:
        OutputError: it cannot be written; what was there before still is.
    """
    with whole_file(path, is_private=True) as file, _telling(path):
        file.write(content)


@contextmanager
def growing_file(path: Path, *, append: bool) -> Iterator[BinaryIO]:
    """Open a file that grows a line at a time.

    Without `append` it is emptied, but not before there is something to write,
    or the run has ended well: one that fails at once costs nothing.

    Raises:
        OutputError: it cannot be written.
    """
    with _telling(path):
        raw = _Growing(path, append=append)
    file = io.BufferedWriter(raw)
    try:
        yield cast("BinaryIO", file)
        with _telling(path):
            raw.begin()
    finally:
        with _telling(path):
            file.close()


def keep_answers(path: Path, *, of: Command) -> Seen:
    """Keep only the answers of an earlier run's file, and return their targets.

    The answers must be those of the same command.

    Error records, blank lines and a last line that was cut are dropped; the
    file is written anew and renamed. A file that is not there has no answers.

    Raises:
        UsageError: it holds something else; it is left as it is.
        OutputError: it cannot be read, or not be written anew.
    """
    answered = Seen()
    with _telling(path):
        if not path.exists():
            return answered
        content = path.open("rb")
    with content, whole_file(path) as kept:
        for number, line in enumerate(content, start=1):
            record = _read_record(line)
            if record is None and line.strip() and not _was_cut(line):
                raise UsageError(
                    f"line {number:,} of {clean(str(path))} is no record of a batch, "
                    "so --resume leaves the file alone",
                    hint="Name the file that the same command wrote with --json -o.",
                )
            if record is not None and not _is_answer_of(of, record):
                raise UsageError(
                    f"line {number:,} of {clean(str(path))} is an answer of another command, "
                    "so --resume leaves the file alone",
                    hint=f"Name a file that ffx {of} wrote with --json -o.",
                )
            if record is not None and "reply" in record and answered.is_new(str(record["target"])):
                kept.write(line)
        answered.duplicates = 0
    return answered


class _Growing(io.FileIO):
    """A file to append to, whose content goes with the first write unless it is to stay."""

    def __init__(self, path: Path, *, append: bool) -> None:
        super().__init__(path, "ab")
        self._is_begun = append

    def begin(self) -> None:
        """Empty it, unless that was done, or it is a device or a pipe."""
        if not self._is_begun and stat.S_ISREG(os.fstat(self.fileno()).st_mode):
            self.truncate(0)
        self._is_begun = True

    def write(self, data: object, /) -> int:
        self.begin()
        return super().write(data)  # type: ignore[arg-type]  # whatever the buffer hands over


@contextmanager
def _written_at_once(path: Path) -> Iterator[BinaryIO]:
    with _telling(path):
        file = path.open("wb")
    try:
        yield file
    finally:
        with _telling(path):
            file.close()


def _read_record(line: bytes) -> dict[str, object] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_one = isinstance(record, dict) and isinstance(record.get("target"), str)
    return record if is_one and ("reply" in record or "error" in record) else None


def _is_answer_of(command: Command, record: dict[str, object]) -> bool:
    reply = record.get("reply")
    return "reply" not in record or (isinstance(reply, dict) and _MARKS[command] in reply)


def _was_cut(line: bytes) -> bool:
    if line.endswith(b"\n"):
        return False
    return line.startswith(_RECORD_BEGINS) or _RECORD_BEGINS.startswith(line)


def _mode_of(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # the latter for a NUL in the name
        raise _refusal(path, error) from error


def _refusal(path: Path, error: OSError | ValueError) -> OutputError:
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    hint = _HINTS.get(getattr(error, "errno", None), "Write somewhere else.")
    return OutputError(f"cannot write {clean(str(path))}: {reason}", hint=hint)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
