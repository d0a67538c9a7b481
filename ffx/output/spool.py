"""Long texts kept until it is known what becomes of them, outside memory."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from tempfile import SpooledTemporaryFile, gettempdir
from typing import overload
from weakref import finalize

from ffx.errors import OutputError, reason_of
from ffx.output.clean import clean

_MOST_IN_MEMORY = 4 * 2**20  # bytes


class Spool:
    """Texts by their places, in the order in which they were added.

    What is more than a few million bytes stands in a temporary file, which is its
    owner's alone and has no name: it is gone with the spool, and however the process ends.

    Raises:
        OutputError: there is no folder or no room for the file.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_MOST_IN_MEMORY)  # noqa: SIM115
        finalize(self, _close, self._file)
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        """Keep one more text."""
        content = text.encode("utf-8", "surrogatepass")
        with temporary_file_errors():
            self._file.seek(self._ends[-1])
            self._file.write(content)
        self._ends.append(self._ends[-1] + len(content))

    def __reduce__(self) -> "tuple[Callable[[list[str]], Spool], tuple[list[str]]]":
        """Pickle the texts, not the file."""
        return spool_of, (list(self),)

    @property
    def size(self) -> int:
        """How many bytes the texts take, in UTF-8."""
        return self._ends[-1]

    def in_order(self) -> "Picked":
        """Return all texts as a sequence, in the order in which they were added."""
        return Picked(self, range(len(self)))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __iter__(self) -> Iterator[str]:
        return (self[place] for place in range(len(self)))

    def __getitem__(self, place: int) -> str:
        number = range(len(self))[place]
        start, end = self._ends[number], self._ends[number + 1]
        with temporary_file_errors():
            self._file.seek(start)
            return self._file.read(end - start).decode("utf-8", "surrogatepass")


class Picked(Sequence[str]):
    """Some texts of a spool, or all of them, in an order of their own."""

    def __init__(self, spool: Spool | Sequence[str], places: Sequence[int]) -> None:
        self._spool = spool
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> "Sequence[str]": ...
    def __getitem__(self, place: int | slice) -> "str | Sequence[str]":
        if isinstance(place, slice):
            return Picked(self._spool, self._places[place])
        return self._spool[self._places[place]]

    def __iter__(self) -> Iterator[str]:
        return (self._spool[place] for place in self._places)


def spool_of(texts: Iterable[str]) -> Spool:
    """Keep texts in the order in which they come.

    Raises:
        OutputError: there is no folder or no room for the file.
    """
    spool = Spool()
    for text in texts:
        spool.add(text)
    return spool


def _close(file: "SpooledTemporaryFile[bytes]") -> None:
    with suppress(OSError):  # what could not be written is wanted no more
        file.close()


@contextmanager
def temporary_file_errors() -> Iterator[None]:
    """Tell a failure of a temporary file in our own words.

    Raises:
        OutputError: there is no folder or no room for it.
    """
    try:
        yield
    except OSError as error:
        reason = reason_of(error)
        raise OutputError(
            f"cannot keep hits in a temporary file in {clean(_folder())}: {reason}",
            hint="Make room there, or set TMPDIR to another folder.",
        ) from error


def _folder() -> str:
    try:
        return gettempdir()
    except OSError:
        return "any of the usual folders"
