"""A column of a CSV as the source of many targets."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.cli.delivery.target_sources import SourceLine
from ffx.errors import UsageError
from tests.cli.delivery.test_target_sources import column_of
from tests.looping import each


@each(
    ("data", "lines"),
    [
        (b"hitId\nh1\nh2", [(2, "h1"), (3, "h2")]),
        (b"hitId\n", []),
        (b"\xef\xbb\xbfhitId,note\r\nh1,x\r\nh2,y\r\n", [(2, "h1"), (3, "h2")]),
        (b"\n\nnote;HITID\nx;h1", [(4, "h1")]),
        (b"note\thitId\nx, y\th1", [(2, "h1")]),
        (b"note|hitId\nx|h1", [(2, "h1")]),
        (b'"note; a, b, c";hitId\nx;h1', [(2, "h1")]),
        (b"note, hitId \nx, h1 ", [(2, "h1")]),
        (b"hitid,hitId\nx,h1", [(2, "h1")]),
        (b'note,hitId\n"two\r\nlines, ""x""",h1\n\nz,"h2"\n', [(2, "h1"), (5, "h2")]),
        (b"note,hitId\nx,\ny,  \nz,h3\n", [(4, "h3")]),
        (b"hitId,note\n# h1,x\n", [(2, "# h1")]),
        (b"note,hitId\ncaf\xe9,h1\na\0b,h2\n", [(2, "h1"), (3, "h2")]),
        (b"note,hitId\rx,h1\ry,h2", [(2, "h1"), (3, "h2")]),
        (b"hitId,note\nh1,x,more,cells\n", [(2, "h1")]),
    ],
)
def test_columns(data: bytes, lines: list[tuple[int, str]]) -> None:
    assert column_of(data) == [SourceLine(number, text) for number, text in lines]


@each(
    ("record", "shown", "problem"),
    [
        (b"x", "x", "it has too few cells: 1 where 'hitId' is number 2"),
        (b"x,h\xff", r"h\xff", "it is not UTF-8"),
        (b"x,h\0", r"h\u{0}", "it holds a NUL character"),
        (b'"x"y,h2', '"x"y,h2', "it cannot be read as CSV: ',' expected after '\"'"),
        (b'"x,h2', '"x,h2', "it cannot be read as CSV: unexpected end of data"),
        (
            "é".encode() * 200_000 + b",h2",
            "é" * 60 + "…",
            "it cannot be read as CSV: a line of over 100,000 characters",
        ),
    ],
)
def test_a_bad_record_is_a_problem_and_the_rest_goes_on(
    record: bytes, shown: str, problem: str
) -> None:
    assert column_of(b"note,hitId\nw,h1\n" + record + b"\ny,h3\n") == [
        SourceLine(2, "h1"),
        SourceLine(3, shown, problem),
        SourceLine(4, "h3"),
    ]


def test_a_stray_quote_takes_no_other_record_along() -> None:
    count = 6_000
    rows = b"".join(b"x,h%d\n" % number for number in range(count))
    lines = column_of(b'note,hitId\n"x,lost\n' + rows)
    assert [line.number for line in lines if line.problem] == [2]
    assert [line.text for line in lines[1:]] == [f"h{number}" for number in range(count)]
    assert lines[-1].number == count + 2


def test_an_endless_record_is_given_up() -> None:
    cells = b'","%s\n' % (b"y" * 60)
    lines = column_of(b'note,hitId\n"x\n' + cells * 8_000 + b'",h1\nx,h2\n')
    assert lines[0].number == 2
    assert "a record of over" in lines[0].problem
    assert lines[-1] == SourceLine(8_004, "h2")


def test_a_cell_of_several_lines_may_be_too_long_for_a_target() -> None:
    cell = b"x" * 60_000
    assert column_of(b'hitId\n"' + cell + b"\n" + cell + b'"\nh2\n') == [
        SourceLine(2, "x" * 60 + "…", "it has over 100,000 characters"),
        SourceLine(4, "h2"),
    ]


@each(
    ("data", "column", "message", "hint"),
    [
        (b"", "hitId", "is empty", ""),
        (b"\r\n \n", "hitId", "is empty", ""),
        (b"hit_id,note\n", "hitId", "no column 'hitId'", "Perhaps hit_id. It has hit_id, note."),
        (b"a;b\nx;y", "hitId", "no column 'hitId'", "It has a, b."),
        (b",,\n", "hitId", "no column 'hitId'", "Its first line names none."),
        (b"a,,b\n", " ", "no column ' '", "It has a, b."),
        (b"hitId,x,hitId\n", "hitId", "2 columns 'hitId'", "Rename"),
        (b"HITID,hitid\n", "hitId", "2 columns 'hitId'", "Rename"),
        (b"a\x1b,b\n", "c\x1b", r"no column 'c\u{1b}'", r"a\u{1b}"),
        (b'"a\n', "hitId", "cannot read the header", ""),
        (b"x" * 1_000_000, "hitId", "cannot read the header", ""),
    ],
)
def test_a_column_that_cannot_be_found(data: bytes, column: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        column_of(data, column)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_header_of_many_columns_is_not_listed_whole() -> None:
    header = ",".join(f"column {number}" for number in range(5_000)).encode()
    with pytest.raises(UsageError) as caught:
        column_of(header)
    assert "column 19, 4,980 more." in caught.value.hint


# What separates, encloses, is blank or wide, or has a meaning at the start of a file or a cell.
_cells = st.text("x,;\t|\"' #=\ufeff\u2028éサ\U0001f600", max_size=6)


@given(
    st.lists(st.tuples(_cells, _cells), max_size=4),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_cell_of_a_written_csv_is_read(
    rows: list[tuple[str, str]], delimiter: str, end: str
) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("note", "hitId"), *rows])
    assert column_of(written.getvalue().encode()) == [
        SourceLine(number, target.strip())
        for number, (_, target) in enumerate(rows, start=2)
        if target.strip()
    ]
