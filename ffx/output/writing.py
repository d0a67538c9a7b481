"""Writing: short texts joined to longer parts, and all bytes, whoever shares a descriptor."""

import codecs
import errno
import select
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, Protocol, TextIO
from weakref import WeakKeyDictionary

# What to try where a write failed for want of space.
MAKE_ROOM: Mapping[int | None, str] = dict.fromkeys(
    (errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "Make room, or write somewhere else."
)

_PART = 2**16  # characters
# Encodings whose texts begin with a mark.
_MARKED = frozenset({"utf-8-sig", "utf-16", "utf-32"})
_states: WeakKeyDictionary[TextIO, int] = WeakKeyDictionary()


class _Flushing(Protocol):
    def flush(self) -> object: ...
    def fileno(self) -> int: ...


def write_all(file: BinaryIO, content: bytes) -> None:
    """Write the whole of `content`, and leave none of it in a buffer.

    A descriptor may take a part only: without Python's own buffer, at a limit,
    or where a program that shares it has made it non-blocking. That stays as
    it is, for the other program may rely on it; this one waits.

    Raises:
        OSError: the rest of it cannot be written.
    """
    flush(file)
    raw = getattr(file, "raw", file)
    rest = memoryview(content)
    while rest:
        count = raw.write(rest)
        if count is None:
            _wait_for(file)
        elif count == 0:
            raise OSError(errno.EIO, "nothing was written")
        else:
            rest = rest[count:]


def encoded(stream: TextIO, text: str, handler: str) -> bytes:
    """Return a text in the encoding of a stream; a mark that it has begins the first one alone."""
    encoding = stream.encoding or "utf-8"
    if codecs.lookup(encoding).name not in _MARKED:
        return text.encode(encoding, handler)
    encoder = codecs.getincrementalencoder(encoding)(handler)
    if (state := _states.get(stream)) is not None:
        encoder.setstate(state)
    content = encoder.encode(text)
    _states[stream] = int(encoder.getstate())
    return content


def flush(file: _Flushing) -> None:
    """Empty what buffers `file` has, waiting where it takes nothing for now.

    Raises:
        OSError: that cannot be written.
    """
    while True:
        try:
            file.flush()
        except BlockingIOError:
            _wait_for(file)
        else:
            return


def _wait_for(file: _Flushing) -> None:
    select.select([], [file.fileno()], [])


def joined(parts: Iterable[str]) -> Iterator[str]:
    """Yield short parts joined to longer ones."""
    waiting: list[str] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= _PART:
            yield "".join(waiting)
            waiting.clear()
            size = 0
    yield "".join(waiting)
