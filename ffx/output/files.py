"""Files for results: a whole one that takes its place at the end, or one that grows."""

import errno
import io
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from ffx.errors import OutputError
from ffx.output.clean import clean
from ffx.output.writing import MAKE_ROOM
from ffx.signals import make_temporary

_HINTS: Mapping[int | None, str] = {
    **MAKE_ROOM,
    errno.ENOENT: "There is no such folder: make it first, or write somewhere else.",
}


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
        descriptor, fresh = make_temporary(place.parent, prefix=".ffx-")
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
            raw.create()
    finally:
        with _telling(path):
            file.close()


class _Growing(io.FileIO):
    """A file to append to, whose content goes with the first write unless it is to stay."""

    def __init__(self, path: Path, *, append: bool) -> None:
        super().__init__(path, "ab")
        self._is_begun = append

    def create(self) -> None:
        """Empty it, unless that was done, or it is a device or a pipe."""
        if not self._is_begun and stat.S_ISREG(os.fstat(self.fileno()).st_mode):
            self.truncate(0)
        self._is_begun = True

    def write(self, data: object, /) -> int:
        self.create()
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
