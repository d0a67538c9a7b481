"""Bytes to lines: whatever the encoding and the line ends of a file are.

A line is handed out as soon as it is there, in memory that stays flat.
"""

import codecs
import io
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from ffx.errors import UsageError, reason_of
from ffx.output.clean import clean, quoted

LONGEST = 100_000
"""The characters of a line; what is longer is no target, and not kept whole."""

# So many characters may take four times as many bytes; what is longer is read, but not kept.
_MOST_BYTES = 4 * LONGEST
# A line that goes on is read to its end, and a device has none.
_MOST_OF_A_LINE = 64 * 2**20
_PART = 1 << 16
_BOM = "\ufeff"
# UTF-32 with its low byte first begins like UTF-16.
_WIDE_MARKS = (
    (BOM_UTF32_LE, "utf-32-le"),
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
# Of UTF-16 in Latin letters every other byte is a NUL; one stray NUL in a line is none.
_WIDE_SHARE = 0.3
_END_OF_DOS_FILES = b"\x1a"


def text_lines(stream: BinaryIO, *, falls_back: bool = False) -> Iterator[str]:
    """Yield lines without their ends; LF, CR LF and CR end a line.

    Text is UTF-8, or UTF-16 or UTF-32 with or without a mark. Bad bytes become lone
    surrogates; with `falls_back` a line that is not UTF-8 is taken as Windows-1252.
    What is cut off a line leaves it too long still: over `LONGEST` characters.

    Raises:
        UsageError: it cannot be read on.
    """
    for line in _byte_lines(stream):
        # Where files were joined, a mark stands in the middle as well.
        yield _decoded(line, falls_back=falls_back).removeprefix(_BOM)


def name_of(stream: BinaryIO) -> str:
    """Return the name of the file behind a stream, for messages."""
    name = getattr(stream, "name", "")
    return name if isinstance(name, str) and name and name != "<stdin>" else "the input"


def unreadable(name: str, error: Exception) -> UsageError:
    """Make the error for a file that cannot be opened, or not be read on."""
    return UsageError(f"cannot read {clean(name) or quoted(name)}: {reason_of(error)}")


def _decoded(line: bytes, *, falls_back: bool) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        if falls_back:
            # The five bytes that it leaves open are Latin-1's control characters.
            return line.decode("cp1252", "replace")
        return line.decode("utf-8", "surrogateescape")


def _byte_lines(stream: BinaryIO) -> Iterator[bytes]:
    begun, length = b"", 0
    for part in text_parts(stream):
        first, *others = part.split(b"\n")
        begun += first[: _MOST_BYTES + 1 - len(begun)]
        length += len(first)
        for other in others:
            yield begun
            begun, length = other, len(other)
        if length > _MOST_OF_A_LINE:
            raise UsageError(
                f"cannot read {clean(name_of(stream))}: it has a line of over 64 MiB",
                hint="A list has an ID a line. Perhaps it is another kind of file, or a device.",
            )
    if begun := begun.removesuffix(_END_OF_DOS_FILES):
        yield begun


def text_parts(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what is there in UTF-8, up to a line's end; all line ends become LF.

    Raises:
        UsageError: it cannot be read on.
    """
    try:
        first = stream.readline(_PART)
        encoding = _wide_encoding(first)
        parts = chain([first], iter(lambda: stream.readline(_PART), b""))
        if encoding:
            yield from _recoded(parts, encoding)
            return
        half = b""  # of a CR LF, perhaps, that the next part ends
        for part in parts:
            text = half + part
            half = text[-1:] if text.endswith(b"\r") else b""
            yield text.removesuffix(half).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield half.replace(b"\r", b"\n")
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(name_of(stream), error) from error


def _wide_encoding(beginning: bytes) -> str:
    """Tell by its first bytes that text is UTF-16 or UTF-32; empty where it is neither."""
    for mark, encoding in _WIDE_MARKS:
        if beginning.startswith(mark):
            return encoding
    half = max(len(beginning) // 2, 1)
    low, high = beginning[::2].count(0) / half, beginning[1::2].count(0) / half
    if len(beginning) >= 4 and high >= _WIDE_SHARE and not low:
        return "utf-16-le"
    return "utf-16-be" if len(beginning) >= 4 and low >= _WIDE_SHARE and not high else ""


def _recoded(parts: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(encoding)("replace"), translate=True
    )
    for part in parts:
        yield decoder.decode(part).encode()
    yield decoder.decode(b"", final=True).encode()
