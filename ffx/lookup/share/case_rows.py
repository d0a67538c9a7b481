"""The rows of a long case, which stand in its file a line each, behind everything else.

So they are written one after the other, and read into a temporary file: a history that is
too long to be one text in memory is in memory at no time.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from ffx.errors import UsageError
from ffx.lookup.share.object_reader import encoded, parsed
from ffx.output.clean import inert
from ffx.output.secrets import secrets
from ffx.output.spool import Spool
from ffx.settings.settings import DEFAULT_MAX_BODY

LONG_FORM = 2
_MOST_ROWS = 250_000
_MOST_BYTES = 2**30  # of all rows, as they stand in the file
_LONGEST_LINE = DEFAULT_MAX_BODY  # bytes
_FORM_LINE = re.compile(rb' *"ffx-case": %d,\r?\n' % LONG_FORM)
_BEGIN = b'  "rows": ['
_BETWEEN = b",\n"
_END = b"]\n}\n"
_LONGEST_FORM_LINE = 100
_LONGEST_END = 10


def with_rows(head: bytes, rows: Iterable[str]) -> Iterator[bytes]:
    """Yield the bytes of a case file; `head` is the file with an empty list of rows at its end.

    Raises:
        UsageError: it could not be read again, for it is too large.
    """
    yield head.removesuffix(_END)
    size = 0
    for number, row in enumerate(rows):
        text = inert(secrets.hide_in_json(json.dumps(row, ensure_ascii=False)))
        line = f"    {text}".encode()
        length = len(line) + len(_BETWEEN)  # as much as is read
        size += length
        _refuse_too_much(number, size, length)
        yield (_BETWEEN if number else b"\n") + line
    yield b"\n  " + _END


def read_head(file: BinaryIO, most: int) -> tuple[bytes, bool]:
    """Return a case file up to its rows, as if it had none, and whether they follow.

    Where rows do not stand behind everything else it is the whole file, or one byte more
    than `most`.
    """
    head = file.readline(_LONGEST_FORM_LINE)
    form = file.readline(_LONGEST_FORM_LINE)
    if not _FORM_LINE.fullmatch(form):
        return b"".join([head, form, file.read(most + 1 - len(head) - len(form))]), False
    read = bytearray(head + form)
    while len(read) <= most and (line := file.readline(most + 1 - len(read))):
        read += line
        if line.rstrip() == _BEGIN:
            return bytes(read + _END), True
    return bytes(read), False


def read_rows(file: BinaryIO, head: bytes) -> Spool:
    """Read the rows behind a head that was read, up to the end of the file.

    Raises:
        UsageError: it is cut or damaged, or there are too many of them.
    """
    rows = Spool()
    start, size = len(head) - len(_END), 0
    is_another_to_come = True
    while line := file.readline(_LONGEST_LINE + 1):
        size += len(line)
        text = line.strip()
        if text == b"]" and not (is_another_to_come and rows):
            break
        number = len(rows)
        _refuse_too_much(number, size, len(line))
        if not line.endswith(b"\n"):
            break
        if not is_another_to_come:
            raise UsageError(f"no comma stands before rows[{number}]")
        rows.add(_read_row(text.removesuffix(b","), f"rows[{number}]"))
        is_another_to_come = text.endswith(b",")
    end = file.read(_LONGEST_END)
    if not end.strip():
        raise UsageError(f"it was cut after {start + size + len(end):,} bytes")
    if end.strip() != b"}":
        raise UsageError("it is not one JSON value")
    return rows


def _read_row(line: bytes, place: str) -> str:
    """Return a row's text, checked as if the service had just sent it."""
    # What is no text is not parsed: it could be a million values.
    if not line.startswith(b'"'):
        raise UsageError(f"{place} is no text")
    try:
        row: str = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise UsageError("it is not UTF-8, as JSON is") from error
    except ValueError as error:
        raise UsageError(f"{place} is no text") from error
    encoded(row, place)
    try:
        value = parsed(row)
    except UsageError as error:
        raise UsageError(f"{place}: {error.message}") from error
    if not isinstance(value, dict):
        raise UsageError(f"{place} is no object")
    return row


def _refuse_too_much(number: int, size: int, length: int) -> None:
    """Refuse a row whose line takes `length` bytes, and with those before it `size`."""
    if length > _LONGEST_LINE:
        raise UsageError(f"rows[{number}] is over {_LONGEST_LINE // 2**20} MiB")
    if number >= _MOST_ROWS:
        raise UsageError(f"it has over {_MOST_ROWS:,} rows")
    if size > _MOST_BYTES:
        raise UsageError(f"its rows take over {_MOST_BYTES // 2**20:,} MiB")
