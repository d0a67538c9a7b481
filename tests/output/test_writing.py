"""All bytes reach a descriptor, however few of them it takes at once."""

import io
import os
import threading
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.output.writing import encoded, write_all
from tests.looping import each


class _Sparing(io.RawIOBase):
    """Takes so many bytes at a time, in turn."""

    def __init__(self, counts: list[int]) -> None:
        self.kept = b""
        self._counts = counts

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        self._counts = [*self._counts[1:], self._counts[0]]
        part = bytes(memoryview(cast("bytes", data)))[: self._counts[-1]]
        self.kept += part
        return len(part)


@given(
    st.binary(max_size=200), st.lists(st.integers(1, 50), min_size=1, max_size=5), st.booleans()
)
def test_short_writes_are_gone_on_with(content: bytes, counts: list[int], buffered: bool) -> None:
    raw = _Sparing(counts)
    file = io.BufferedWriter(raw) if buffered else cast("BinaryIO", raw)

    write_all(file, content)

    assert raw.kept == content


@each("buffering", [-1, 0])
def test_what_another_has_buffered_comes_first(buffering: int) -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    received: list[bytes] = []
    with os.fdopen(reader, "rb") as source, os.fdopen(writer, "wb", buffering) as file:
        reading = threading.Thread(target=lambda: received.append(source.read()))
        reading.start()
        file.write(b"first ")
        write_all(file, b"x" * 1_000_000)
        assert not os.get_blocking(writer)
        file.close()
        reading.join(30)

    assert received == [b"first " + b"x" * 1_000_000]


def test_a_descriptor_that_takes_nothing_is_an_error_and_no_endless_loop() -> None:
    with pytest.raises(OSError, match="nothing was written"):
        write_all(cast("BinaryIO", _Sparing([0])), b"x")


@each("encoding", ["utf-8", "UTF-8-SIG", "utf16", "utf-16-le", "utf-32", "ascii", "cp037"])
def test_what_is_written_part_by_part_is_one_text_in_any_encoding(encoding: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    parts = ["hitId\tcost\n", "", "k1\t0.10\n"]

    written = b"".join(encoded(stream, part, "ffx.visible") for part in parts)

    assert written == "".join(parts).encode(encoding)
    assert encoded(stream, "\u202e", "ffx.visible").decode(encoding) in (
        "\u202e",
        "\\u{202e}",
    )
