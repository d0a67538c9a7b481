"""The right to write a file that grows, for one run at a time.

It is a lock on the file itself: nothing else is left beside it, and the system takes the lock
away with the process, however that ends. Where a file system has no locks, nobody is refused.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ffx.errors import OutputError
from ffx.output.clean import clean
from ffx.output.files import place_of, refuse_unwritable, status_of, write_errors
from ffx.signals import held

_IN_USE = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK})
# On Windows a locked byte cannot be read or written, so it is one that no file has.
_FAR_BYTE = 2**62


class FileLock:
    """The right to write one file: `take` it, and `release` it in the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = path
        self._descriptor: int | None = None
        self._is_new = False

    def take(self) -> None:
        """Lock the file that has the name now; it is made, if it is not there.

        To be called again where another file may have taken its place.

        Raises:
            UsageError: it may not be written.
            OutputError: it cannot be written, or another run writes to it.
        """
        self._place, before = place_of(self._path)
        refuse_unwritable(self._path, self._place, before)
        with held(), write_errors(self._path):
            while not self._has_it():
                self._open()
                if self._descriptor is not None and not _lock(self._descriptor):
                    self._close()
                    raise OutputError(
                        f"{clean(str(self._path))} is in use: another run of ffx writes to it",
                        hint="Wait for its end, or write to another file.",
                        code="in-use",
                    )

    def release(self) -> None:
        """Give the right back; a file that was made for it, and is empty still, goes."""
        with held(), suppress(OSError):
            if self._is_new and self._has_it() and self._place.stat().st_size == 0:
                self._place.unlink()
        self._close()

    def _has_it(self) -> bool:
        if self._descriptor is None:
            return False
        now = status_of(self._place)
        return now is not None and os.path.samestat(os.fstat(self._descriptor), now)

    def _open(self) -> None:
        self._close()
        try:
            self._descriptor = os.open(self._place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._is_new = True
        except FileExistsError:
            with suppress(FileNotFoundError):  # it went in between
                self._descriptor = os.open(self._place, os.O_WRONLY)

    def _close(self) -> None:
        if self._descriptor is not None:
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = None


@contextmanager
def locked_file(path: Path) -> Iterator[FileLock]:
    """Take the right to write an ordinary file for the length of the block.

    Raises:
        UsageError: it may not be written; nothing was asked yet.
        OutputError: it cannot be written, or another run writes to it.
    """
    lock = FileLock(path)
    try:
        lock.take()
        yield lock
    finally:
        lock.release()


def _lock(descriptor: int) -> bool:
    """Lock an open file; False where somebody else has."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _FAR_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _IN_USE
    return True
