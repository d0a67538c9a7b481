"""Many targets, from whatever people pipe in: nothing is lost in silence, nothing piles up."""

import io
import os
import sys
import tracemalloc
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.cli.delivery.target_sources import (
    SeenTexts,
    SkippedLines,
    SourceLine,
    open_file,
    open_stdin,
    read_column,
    read_lines,
)
from ffx.errors import ExitCode, UsageError
from ffx.input.reports.text_lines import LONGEST, text_parts
from ffx.output.clean import clean
from tests.looping import each

_ID = "dkezmsf3bat8xdbz8rt039r4h"


def _lines(data: bytes) -> list[SourceLine]:
    return list(read_lines(io.BytesIO(data)))


def column_of(data: bytes, name: str = "hitId") -> list[SourceLine]:
    return list(read_column(io.BytesIO(data), name))


class _Stream(io.RawIOBase):
    """Hands out one piece after the other, as a pipe does, and counts them."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
        self.handed_out = 0
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what it is called with
        if not self._rest:
            self._rest = next(self.pieces, b"")
            self.handed_out += 1
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def buffered(self) -> BinaryIO:
        return cast("BinaryIO", io.BufferedReader(self))


def _failing(data: bytes) -> BinaryIO:
    def pieces() -> Iterator[bytes]:
        yield data
        raise OSError(5, "Input/output error")

    return _Stream(pieces()).buffered()


# One target a line


@each(
    ("data", "lines"),
    [
        (b"", []),
        (b"\n\n  \n\t\n", []),
        (b"v1", [(1, "v1")]),
        (b"v1\nv2\n", [(1, "v1"), (2, "v2")]),
        (b"v1\r\nv2\nv3\rv4", [(1, "v1"), (2, "v2"), (3, "v3"), (4, "v4")]),
        (b"v1\r", [(1, "v1")]),
        (b"\xef\xbb\xbfv1\nv2", [(1, "v1"), (2, "v2")]),
        (b"\xef\xbb\xbf", []),
        (b"v1\n\xef\xbb\xbf# joined\n\xef\xbb\xbfv2", [(1, "v1"), (3, "v2")]),
        (b"# of ticket 7\n\n  # and more\nv1\n", [(4, "v1")]),
        (b"  v1 \t\n\xc2\xa0v2\xc2\xa0", [(1, "v1"), (2, "v2")]),
        (b"https://shop.example.com/#vid=v1", [(1, "https://shop.example.com/#vid=v1")]),
        (b'a,"b c"\n', [(1, 'a,"b c"')]),
        ("vé サンプル\n".encode(), [(1, "vé サンプル")]),
        (b"a\x1b[2Jb", [(1, "a\x1b[2Jb")]),
        (b"v1\nv1", [(1, "v1"), (2, "v1")]),
    ],
)
def test_lines(data: bytes, lines: list[tuple[int, str]]) -> None:
    assert _lines(data) == [SourceLine(number, text) for number, text in lines]


@each(
    ("line", "shown", "problem"),
    [
        (b"v\xff\x1b1", r"v\xff\u{1b}1", "it is not UTF-8"),
        (b"caf\xe9", r"caf\xe9", "it is not UTF-8"),
        (b"\xed\xa0\x80", r"\xed\xa0\x80", "it is not UTF-8"),
        (b"v\x001", r"v\u{0}1", "it holds a NUL character"),
        (b"x" * 100_001, "x" * 60 + "…", "it has over 100,000 characters"),
        (b" " * 1_000_000 + b"x", "", "it has over 100,000 characters"),
        ("é".encode() * 100_001, "é" * 60 + "…", "it has over 100,000 characters"),
        ("😀".encode() * 100_001, "😀" * 60 + "…", "it has over 100,000 characters"),
    ],
)  # fmt: skip
def test_a_bad_line_is_a_problem_and_the_rest_goes_on(
    line: bytes, shown: str, problem: str
) -> None:
    good = SourceLine(1, "v1"), SourceLine(3, "v3")
    bad = SourceLine(2, shown, problem)
    assert _lines(b"v1\n" + line + b"\nv3\n") == [good[0], bad, good[1]]
    assert _lines(b"v1\r\n" + line) == [good[0], bad]


def test_the_longest_line_that_is_still_read() -> None:
    for character in ("x", "é", "サ", "\U0001f600"):
        text = character * LONGEST
        assert _lines(f"{text}\nv2".encode()) == [SourceLine(1, text), SourceLine(2, "v2")]


def test_a_long_comment_is_a_comment_and_long_blanks_are_blank() -> None:
    assert _lines(b"# " + b"x" * 500_000 + b"\n" + b" " * LONGEST + b"\nv3") == [
        SourceLine(3, "v3")
    ]


@each(("end", "length"), product([b"\n", b"\r\n", b"\r"], range(65_533, 65_538)))
def test_a_line_end_counts_once_wherever_the_reading_breaks(end: bytes, length: int) -> None:
    data = b"x" * length + end + b"v2" + end + end + b"v4"
    assert _lines(data) == [SourceLine(1, "x" * length), SourceLine(2, "v2"), SourceLine(4, "v4")]


@given(st.lists(st.text(st.characters(exclude_characters="\r\n\0", codec="utf-8"))), st.data())
def test_every_line_comes_out_with_its_number(texts: list[str], data: st.DataObject) -> None:
    ends = data.draw(
        st.lists(st.sampled_from(["\n", "\r\n"]), min_size=len(texts), max_size=len(texts))
    )
    source = "".join(text + end for text, end in zip(texts, ends, strict=True))
    bare = [text.removeprefix("\ufeff").strip() for text in texts]
    assert _lines(source.encode()) == [
        SourceLine(number, text)
        for number, text in enumerate(bare, start=1)
        if text and text != "#" and not text.startswith(("# ", "#\t"))
    ]


@given(st.binary())
def test_any_bytes_are_read_and_what_is_bad_is_shown_clean(data: bytes) -> None:
    for read in (_lines, column_of):
        try:
            lines = read(data)
        except UsageError as error:
            said, lines = f"{error.message} {error.hint}", []
        else:
            said = "".join(line.text for line in lines if line.problem)
        assert clean(said) == said
        for line in lines:
            line.text.encode()
            assert "\0" not in line.text


@each("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_read_with_a_mark_and_without(encoding: str) -> None:
    data = f"hitId\r\n{_ID}\r\n".encode(encoding)
    assert _lines(data) == [SourceLine(1, "hitId"), SourceLine(2, _ID)]
    assert column_of(data) == [SourceLine(2, _ID)]


def test_only_a_sign_with_a_blank_begins_a_comment_and_comments_are_counted() -> None:
    skipped = SkippedLines()
    data = b"# one\n#\n##CLICK_ID##\n#two\n#\tthree\n"
    lines = list(read_lines(io.BytesIO(data), skipped))
    assert lines == [SourceLine(3, "##CLICK_ID##"), SourceLine(4, "#two")]
    assert skipped.summary() == "3 comments"


def test_the_first_target_does_not_wait_for_the_second() -> None:
    stream = _Stream(iter([b"v1\n", b"v2\nv", b"3\n"]))
    lines = read_lines(stream.buffered())
    assert next(lines) == SourceLine(1, "v1")
    assert stream.handed_out == 1
    assert next(lines) == SourceLine(2, "v2")
    assert stream.handed_out == 2
    assert list(lines) == [SourceLine(3, "v3")]


def test_the_first_record_does_not_wait_for_the_second() -> None:
    stream = _Stream(iter([b"hitId\n", b"h1\n", b"h2\n"]))
    lines = read_column(stream.buffered(), "hitId")
    assert next(lines) == SourceLine(2, "h1")
    assert stream.handed_out == 2


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.fault(95)
def test_memory_stays_flat(columns: bool) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"hitId,note\n"
        for _ in range(100):
            yield b"%s,x\n" % _ID.encode() * 50
        for _ in range(20):  # one line of 1.3 MB
            yield b"x" * 65_536
        yield b"\nlast,x\n"

    stream = _Stream(pieces()).buffered()
    tracemalloc.start()
    try:
        count = 0
        for line in read_column(stream, "hitId") if columns else read_lines(stream):
            count += 1
            last = line
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_200_000  # with the lines, if they were kept, it would be 1,700,000
    assert count == 5_002 + (not columns)
    assert last.text.startswith("last")
    assert last.number == 5_003


def test_a_source_that_fails_in_the_middle_says_so_after_what_it_gave() -> None:
    for lines in (read_lines(_failing(b"hitId\n")), read_column(_failing(b"id\nhitId\n"), "id")):
        assert next(lines).text == "hitId"
        with pytest.raises(UsageError, match="cannot read the input: input/output error"):
            next(lines)


# Duplicates


def test_what_was_seen_is_counted() -> None:
    seen = SeenTexts()
    assert [seen.is_new(text) for text in ("v1", "v2", "v1", "V1", "", "", "v1")] == [
        True, True, False, True, True, False, False,
    ]  # fmt: skip
    assert seen.duplicates == 3


def test_a_lone_surrogate_from_the_command_line_is_a_text_as_well() -> None:
    seen = SeenTexts()
    assert seen.is_new("\udcff")
    assert not seen.is_new("\udcff")


# Opening


def test_a_closed_stdin_has_nothing_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.TextIOWrapper(io.BytesIO())
    closed.close()
    for stdin in (None, closed):
        monkeypatch.setattr(sys, "stdin", stdin)
        with pytest.raises(UsageError, match="no input: stdin is closed") as caught:
            open_stdin()
        assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_a_terminal_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = os.openpty()
    with os.fdopen(master), os.fdopen(slave) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with pytest.raises(UsageError, match="a terminal") as caught:
            open_stdin()
    assert "ffx hit - <ids.txt" in caught.value.hint


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_pipe_left_non_blocking_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    with os.fdopen(reader) as stdin, os.fdopen(writer, "wb", buffering=0) as out:
        monkeypatch.setattr(sys, "stdin", stdin)
        lines = read_lines(open_stdin())
        assert os.get_blocking(reader)
        out.write(b"v1\n")
        assert next(lines) == SourceLine(1, "v1")
        out.write(b"v2\n")
        assert next(lines) == SourceLine(2, "v2")


def test_a_file_is_opened_and_read(tmp_path: Path) -> None:
    path = tmp_path / "ids.txt"
    path.write_bytes(b"v1\nv2")
    with open_file(str(path)) as stream:
        assert list(read_lines(stream)) == [SourceLine(1, "v1"), SourceLine(2, "v2")]


@each(
    ("name", "message"),
    [
        ("missing\x1b.txt", r"missing\u{1b}.txt: no such file"),
        (".", "is a directory"),
        ("a\0b", "no file can have this name"),
        ("", "is a directory"),
    ],
)
def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_file(str(tmp_path / name))
    assert message in caught.value.message
    assert clean(caught.value.message) == caught.value.message


def test_a_dash_is_no_file() -> None:
    with pytest.raises(UsageError, match="not the name of a file"):
        open_file("-")


class _Endless(io.RawIOBase):
    """Zeros without an end, as a device has them."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        buffer[:] = bytes(len(buffer))
        return len(buffer)


def test_a_line_without_an_end_is_refused_and_a_long_one_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ffx.input.reports.text_lines._MOST_OF_A_LINE", 1_000_000)

    with pytest.raises(UsageError, match="has a line of over 64 MiB"):
        list(read_lines(io.BufferedReader(_Endless())))
    long, short = read_lines(io.BytesIO(b"x" * 900_000 + b"\nv1\n"))
    assert (bool(long.problem), short) == (True, SourceLine(2, "v1"))


@given(text=st.text("a\r\n", max_size=30), size=st.integers(1, 5))
def test_line_ends_are_told_wherever_a_part_of_the_text_ends(text: str, size: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ffx.input.reports.text_lines._PART", size)
        parts = list(text_parts(io.BytesIO(text.encode())))

    assert b"".join(parts).decode() == io.StringIO(text, newline=None).read()
    assert max(map(len, parts)) <= size + 1  # however many line ends follow each other


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such device")
def test_a_device_without_an_end_is_refused_at_once() -> None:
    with pytest.raises(UsageError, match="/dev/zero is no text"):
        open_file("/dev/zero")


def test_a_name_that_is_empty_can_be_seen() -> None:
    with pytest.raises(UsageError, match=r"^cannot read '': "):
        open_file("")
