"""Files for results: a whole one that takes its place at the end, or one that grows."""

import errno
import io
import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from ffx.errors import OutputError, UsageError, reason_of
from ffx.output.clean import clean
from ffx.output.writing import MAKE_ROOM
from ffx.signals import make_temporary

_HINTS: Mapping[int | None, str] = {
    **MAKE_ROOM,
    errno.ENOENT: "There is no such folder: make it first, or write somewhere else.",
}
# Where replacing fails and writing need not: a bind mount, a folder that takes no new file.
_IN_PLACE = frozenset({errno.EBUSY, errno.EACCES, errno.EPERM, errno.EXDEV, errno.EROFS})
_UNSUPPORTED = frozenset({errno.EPERM, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS, errno.EROFS})


@contextmanager
def whole_file(path: Path, *, is_private: bool = False) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of `path` when all went well.

    A new file is its owner's alone, since results hold addresses; one that was
    there keeps its permissions, unless `is_private`, its owner and its other
    names. What cannot be replaced is written in place, at the end. A device or
    a pipe is written to as it is.

    Raises:
        UsageError: it may not be written; nothing was asked yet.
        OutputError: it cannot be written; what was there before still is.
    """
    place, before = place_of(path)
    if before is not None and not stat.S_ISREG(before.st_mode):
        with _written_at_once(path) as file:
            yield file
        return
    refuse_unwritable(path, place, before)
    fresh = _beside(place) if before is None or before.st_nlink == 1 else None
    if fresh is None and before is None:
        raise _refusal(path, OSError(errno.EACCES, os.strerror(errno.EACCES)))
    with write_errors(path):
        file = _unnamed_file() if fresh is None else os.fdopen(fresh[0], "w+b")
    try:
        yield file
        with write_errors(path):
            file.flush()
            if before is not None and fresh is not None and not is_private:
                with _unless_unsupported():
                    fresh[1].chmod(stat.S_IMODE(before.st_mode))
            if fresh is None or not _replaces(fresh[1], file, place, before):
                _write_in_place(place, file)
                if is_private:
                    with _unless_unsupported():
                        place.chmod(0o600)
    finally:
        with suppress(OSError):
            file.close()
        if fresh is not None:
            with suppress(OSError):
                fresh[1].unlink()


@contextmanager
def growing_file(path: Path, *, append: bool) -> Iterator[BinaryIO]:
    """Open a file that grows a line at a time.

    It is made, or without `append` emptied, when there is something to write
    and not before. One that is there is opened at once: later the system may have no
    room for one more. A new one is its owner's alone.

    Raises:
        UsageError: it may not be written; nothing was asked yet.
        OutputError: it cannot be written.
    """
    place, before = place_of(path)
    refuse_unwritable(path, place, before)
    with write_errors(path):
        growing = _Growing(path, append=append)
        if before is not None and stat.S_ISREG(before.st_mode):
            growing.open()
        file = io.BufferedWriter(growing)
    try:
        yield cast("BinaryIO", file)
    finally:
        with write_errors(path):
            file.close()


class _Growing(io.RawIOBase):
    """A file to append to, which is opened with the first write, if not before."""

    def __init__(self, path: Path, *, append: bool) -> None:
        self._path = path
        self._is_to_be_emptied = not append
        self._file: io.FileIO | None = None

    def open(self) -> io.FileIO:
        self._file = io.FileIO(self._path, "ab", opener=_open_privately)
        return self._file

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        file = self._file or self.open()
        if self._is_to_be_emptied and stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.truncate(0)
        self._is_to_be_emptied = False
        return file.write(data)

    def close(self) -> None:
        super().close()
        if self._file is not None:
            self._file.close()


def own_descriptor(path: Path) -> int | None:
    """Return our own descriptor that `path` leads to, as /dev/stdout does; None for any other.

    What is behind it is another's, a log that is appended to or a pipe: it is
    neither emptied nor replaced.
    """
    try:
        meant = path.stat()
    except (OSError, ValueError):
        return None
    named = re.fullmatch(r"/(?:dev|proc/(?:self|\d+))/fd/(\d{1,6})", str(path))
    for descriptor in (1, 2, *([int(named[1])] if named else [])):
        with suppress(OSError):
            if os.path.samestat(meant, os.fstat(descriptor)):
                return descriptor
    return None


def is_same_file(one: str | int, other: str) -> bool:
    """Tell whether two names, or a descriptor and a name, lead to one file or pipe.

    Of files that are not there yet the paths are compared.
    """
    try:
        found = Path(one).stat() if isinstance(one, str) else os.fstat(one)
        keeps_bytes = stat.S_ISREG(found.st_mode) or stat.S_ISFIFO(found.st_mode)
        return keeps_bytes and os.path.samestat(found, Path(other).stat())
    except (OSError, ValueError):
        return isinstance(one, str) and os.path.realpath(one) == os.path.realpath(other)


@contextmanager
def descriptor_file(descriptor: int) -> Iterator[BinaryIO]:
    """Open one of our own descriptors for writing; it stays open behind it."""
    with os.fdopen(os.dup(descriptor), "wb") as file:
        yield file


def place_of(path: Path) -> tuple[Path, os.stat_result | None]:
    """Return the file that is meant, behind links, and what is there; None where nothing is.

    Raises:
        OutputError: it cannot be looked at.
    """
    with write_errors(path):
        place = Path(os.path.realpath(path))
        return place, status_of(place)


def refuse_unwritable(path: Path, place: Path, before: os.stat_result | None) -> None:
    """Refuse a file before anything is asked; `place` is where it leads.

    Raises:
        UsageError: it, or its folder, may not be written.
        OutputError: it is a folder, or lies in none.
    """
    if before is not None and not os.access(place, os.W_OK):
        raise UsageError(
            f"{clean(str(path))} may not be written", hint="Name another file, or chmod u+w it."
        )
    with write_errors(path):
        if before is not None and stat.S_ISDIR(before.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISDIR(place.parent.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    if before is None and not os.access(place.parent, os.W_OK):
        raise UsageError(
            f"{clean(str(path))} may not be written: its folder takes no new file",
            hint="Write somewhere else.",
        )


def _beside(place: Path) -> tuple[int, Path] | None:
    """Make a file beside the one that it is to replace; None where the folder takes none."""
    try:
        return make_temporary(place.parent, prefix=".ffx-")
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS) and place.exists():
            return None
        raise _refusal(place, error) from error


def _replaces(fresh: Path, file: BinaryIO, place: Path, before: os.stat_result | None) -> bool:
    """Put the new file in the other's place; False where that cannot be and it stays."""
    with _unless_unsupported():
        os.fsync(file.fileno())
    if before is not None:
        ours = fresh.stat()
        if (ours.st_uid, ours.st_gid) != (before.st_uid, before.st_gid):
            try:
                os.chown(fresh, before.st_uid, before.st_gid)
            except OSError:
                return False
    try:
        fresh.replace(place)
    except OSError as error:
        if before is None or error.errno not in _IN_PLACE:
            raise
        return False
    return True


def _write_in_place(place: Path, file: BinaryIO) -> None:
    file.seek(0)
    with place.open("wb") as target:
        shutil.copyfileobj(file, target)
        target.flush()
        with _unless_unsupported():
            os.fsync(target.fileno())


def _unnamed_file() -> BinaryIO:
    return cast("BinaryIO", TemporaryFile())


@contextmanager
def _unless_unsupported() -> Iterator[None]:
    """Pass over what a file system does not do, such as modes on one that has none."""
    try:
        yield
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise


@contextmanager
def _written_at_once(path: Path) -> Iterator[BinaryIO]:
    with write_errors(path):
        file = path.open("wb")
    try:
        yield file
    finally:
        with write_errors(path):
            file.close()


def _open_privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def status_of(path: Path) -> os.stat_result | None:
    """Return what the system says of a file; None where there is none."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


@contextmanager
def write_errors(path: Path) -> Iterator[None]:
    """Say of a failure in the block that `path` cannot be written: an OutputError."""
    try:
        yield
    except (OSError, ValueError) as error:  # the latter for a NUL in the name
        raise _refusal(path, error) from error


def _refusal(path: Path, error: OSError | ValueError) -> OutputError:
    reason = reason_of(error)
    hint = _HINTS.get(getattr(error, "errno", None), "Write somewhere else.")
    return OutputError(f"cannot write {clean(str(path))}: {reason}", hint=hint)
