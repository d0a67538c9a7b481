"""Cases of long histories: rows behind everything else, a line each, and none in memory."""

import json
import os
import threading
import tracemalloc
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.api.wire import Reply, read_reply, visitor_query
from ffx.errors import OutputError, UsageError
from ffx.input.targets.target import VisitorId
from ffx.lookup.share import case_file, case_rows
from ffx.lookup.share.case_file import Case, read_case, write_case
from ffx.output import spool
from ffx.output.clean import clean
from ffx.output.secrets import secrets
from ffx.output.spool import spool_of
from tests.cases import WINDOW, facts, full_case, hit_case, visitor_case
from tests.explorer import VISITOR_ID
from tests.fuzz.conftest import fuzzed
from tests.lookup.share.test_case_file_refusals import refusal_of_content
from tests.lookup.share.test_case_file_writing import POSIX, mode, names
from tests.looping import each

QUERY = visitor_query(VisitorId(VISITOR_ID), WINDOW)
VISITOR = f'{{"visitorId": "{VISITOR_ID}", "firstSeen": "x"}}'
PAGE = f'{{"visitor": {VISITOR}, "hits": [{{}}], "hasMore": true, "n": 0.10}}'.encode()
ROWS = (
    '{"hitId":"h1", "cost": 0.10}',
    '{\r\n\t"hitId": "h2",\n "city": "Z\\u00fcrich \\ud83d\\ude00 \\ud800"}',
    '{"hitId": "h3", "city": "Zürich 😀 \x7f\x9b2J\u202e\u2028\U000e0041 \ufffd"}',
    '{"a": 1, "a": 1E400, "n": 123456789012345678901234567890}',
    "{}",
)


def long_reply(rows: Sequence[str] = ROWS, page: bytes = PAGE) -> Reply:
    return read_reply(QUERY, page).with_rows_replaced(spool_of(rows).in_order(), has_more=False)


def long_case(reply: Reply | None = None) -> Case:
    return visitor_case(PAGE, reply=reply or long_reply(), is_walked=True)


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every history be a long one."""
    monkeypatch.setattr(case_file, "DEFAULT_MAX_BODY", 10)


def written(folder: Path, case: Case | None = None) -> bytes:
    write_case(folder / "case.json", case or long_case())
    return (folder / "case.json").read_bytes()


@pytest.fixture
def content(long: None, tmp_path: Path) -> bytes:
    """Return the file of a long case."""
    return written(tmp_path)


def test_a_long_case_reads_well(long: None, tmp_path: Path) -> None:
    text = written(tmp_path).decode()

    document = json.loads(text)
    assert next(iter(document)) == "ffx-case"
    assert list(document)[-1] == "rows"
    assert (document["ffx-case"], document["rows"]) == (2, list(ROWS))
    # The page holds what the rows hold.
    assert [exchange["reply"] for exchange in document["exchanges"]] == [""]
    assert document["reply"]["around"] == [
        f'{{"visitor": {VISITOR}, "hits": [',
        '], "hasMore": false, "n": 0.10}',
    ]
    assert text.endswith(',\n    "{}"\n  ]\n}\n')
    assert all(clean(line) == line for line in text.split("\n"))
    assert "\x1b" not in text


def test_a_long_case_comes_back_as_it_was(long: None, tmp_path: Path) -> None:
    case = long_case()
    written(tmp_path, case)

    read = read_case(tmp_path / "case.json")
    write_case(tmp_path / "again.json", read)

    reply = read.found.reply
    assert reply.text == case.found.reply.text
    assert list(reply.row_texts()) == list(ROWS)
    assert (reply.rows, reply.has_more) == (5, False)
    assert (reply.visitor_id, reply.first_seen) == (VISITOR_ID, "x")
    pages = tuple(replace(page, body=b"") for page in case.found.exchanges)
    assert replace(read.found, reply=case.found.reply) == replace(case.found, exchanges=pages)
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "case.json").read_bytes()
    assert mode(tmp_path / "case.json") == 0o600


def test_a_case_is_no_longer_than_it_has_to_be(tmp_path: Path) -> None:
    document = json.loads(written(tmp_path))

    assert document["ffx-case"] == 1
    assert document["reply"]["text"] == long_reply().text


def test_a_short_history_whose_text_is_wide_in_memory_is_kept_as_a_long_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    size = len(written(tmp_path))
    monkeypatch.setattr(case_file, "_WIDEST", size * 4 - 1)

    assert json.loads(written(tmp_path))["ffx-case"] == 2


def test_what_a_first_page_had_odd_is_told_again(long: None, tmp_path: Path) -> None:
    pages = (
        b'{"hits": [{"city": 7}, {"t1": 8}], "visitor": {"ip": 1}, "hasMore": true}',
        b'{"hits": [{"hitId": "h1"}], "a": 1, "a": 2, "b\\n": 1, "b\\n": 2}',
        b'{"hits": [{"hitId": "h1", "city": "\xff"}], "visitor": {"visitorId": "v2"}}',
    )
    for page in pages:
        case = long_case(long_reply(page=page))
        written(tmp_path, case)

        assert read_case(tmp_path / "case.json").found.reply.warnings == case.found.reply.warnings
        assert case.found.reply.warnings


def test_what_stands_between_rows_stays(long: None, tmp_path: Path) -> None:
    body = (
        b'{ "visitor": null,\n "hits": [\n {"hitId": "h1"},\n {"hitId": "h2"}\n ],"hasMore":true}'
    )
    reply = read_reply(QUERY, body).with_rows_apart()
    assert reply.holds_rows_apart

    written(tmp_path, long_case(reply))

    read = read_case(tmp_path / "case.json").found.reply
    assert (read.text, read.has_more) == (body.decode(), True)


def test_a_walk_that_is_not_sure_stays_unsure(long: None, tmp_path: Path) -> None:
    unsure = read_reply(QUERY, PAGE).with_rows_replaced(spool_of(ROWS).in_order(), has_more=None)

    written(tmp_path, long_case(unsure))

    assert read_case(tmp_path / "case.json").found.reply.has_more is None


def test_everything_else_that_a_case_can_have_is_there_as_well(long: None, tmp_path: Path) -> None:
    case = full_case()
    case = replace(case, found=replace(case.found, reply=long_reply()))
    written(tmp_path, case)

    read = read_case(tmp_path / "case.json")

    visitor, hit = case.found.exchanges
    found = replace(case.found, exchanges=(replace(visitor, body=b""), hit))
    read = replace(read, found=replace(read.found, reply=case.found.reply))
    assert facts(read) == facts(replace(case, found=found))


def test_a_token_in_a_row_is_in_no_case(long: None, tmp_path: Path) -> None:
    token = "a-token-that-nobody-may-see"
    secrets.keep(token)
    content = written(tmp_path, long_case(long_reply([f'{{"t1": "{token}"}}'])))

    assert token.encode() not in content
    assert read_case(tmp_path / "case.json").found.reply.rows == 1


# Damaged, strange or a trap


DAMAGE: Sequence[tuple[str, bytes, bytes, str]] = (
    ("no text", b'    "{}"\n', b"    {}\n", "rows[4] is no text"),
    ("many values", b'    "{}"\n', b"    [" + b"{}," * 10**6 + b"{}]\n", "rows[4] is no text"),
    ("nested", b'    "{}"\n', b"[" * 10**5 + b"\n", "rows[4] is no text"),
    ("two texts", b'    "{}"\n', b'    "{}" "{}"\n', "rows[4] is no text"),
    ("two on a line", b'    "{}"\n', b'    "{}", "{}"\n', "rows[4] is no text"),
    ("a list", b'"{}"', b'"[]"', "rows[4] is no object"),
    ("cut JSON", b'"{}"', b'"{"', "rows[4]: it was cut after 1 byte"),
    ("a page", b'"{}"', b'"<html>"', "rows[4]: it is a web page instead of data"),
    ("NaN", b'"{}"', rb'"{\"a\": NaN}"', "rows[4]: it cannot be trusted: a is NaN"),
    ("deep", b'"{}"', b'"' + b"[" * 10**5 + b'"', "rows[4]: it nests too deeply to be read"),
    ("two rows", b'"{}"', b'"{}, {}"', "rows[4]: it is not one JSON value"),
    ("half a character", b'"{}"', rb'"{\"a\": \"\udcff\"}"', "rows[4] holds half a character"),
    ("no UTF-8", b'"{}"', b'"\xff"', "it is not UTF-8, as JSON is"),
    ("no comma", b'\\"n\\": 123456789012345678901234567890}",', b'}",', "rows[3]: "),
    ("a comma too much", b'    "{}"\n', b'    "{}",\n', "rows[5] is no text"),
    ("a comma too few", b'0}",\n    "{}"', b'0}"\n    "{}"', "no comma stands before rows[4]"),
    ("more behind", b"  ]\n}\n", b"  ]\n}\n{}", "it is not one JSON value"),
    ("a member behind", b"  ]\n}\n", b'  ],\n  "a": 1\n}\n',
     "no comma stands before rows[5]"),
    ("no end", b"  ]\n}\n", b"  ]\n", "it was cut after "),
    ("no end at all", b"  ]\n}\n", b"", "it was cut after "),
    ("rows elsewhere", b'  "rows": [\n', b'  "rows":\n [\n',
     "its rows do not stand a line each, as --save writes them"),
    ("two places for rows", b'"hits\\": [",\n', b'"hits\\": [", "], \\"a\\": [",\n',
     "reply.around has not one place for rows"),
    ("a row in it", b'"hits\\": [",\n', b'"hits\\": [{}], \\"a\\": [",\n',
     "reply.around has not one place for rows"),
    ("rows in a text", b'\\"hits\\": [",\n', b'\\"hits\\": [], \\"a\\": \\"",\n', "reply.around"),
    ("rows elsewhere in it", b'\\"hits\\": [",\n', b'\\"hits\\": [], \\"a\\": [",\n',
     "reply.around has not one place for rows"),
    ("no reply", b'"{\\"visitor\\"', b'"[\\"visitor\\"', "reply.around: "),
    ("something between", b'"between": ", "', b'"between": ", {}, "',
     "reply.between does not part rows"),
    ("nothing between", b'"between": ", "', b'"between": ""', "reply.between does not part rows"),
    ("a stranger's words", b'"warnings": []', b'"warnings": ["call 0900"]',
     "reply.warnings tells of something else than the answer"),
    ("no warnings", b'"warnings": []', b'"warnings": null', "reply.warnings is missing"),
)  # fmt: skip


@each("what, old, new, reason", DAMAGE)
def test_a_damaged_long_case_is_refused(
    what: str, old: bytes, new: bytes, reason: str, content: bytes, tmp_path: Path
) -> None:
    assert content.count(old) == 1, what

    told = refusal_of_content(content.replace(old, new), tmp_path)

    assert told.startswith(reason) if reason.endswith((" ", "around")) else told == reason


def test_a_long_case_cut_anywhere_is_refused(content: bytes, tmp_path: Path) -> None:
    # The last line feed is not missed.
    for length in (*range(0, len(content) - 40, 61), *range(len(content) - 40, len(content) - 1)):
        told = refusal_of_content(content[:length], tmp_path)

        assert told == f"it was cut after {length:,} bytes" or length < 2, length


@fuzzed(30)
@given(at=st.integers(0, 5_000), new=st.binary(max_size=6), taken=st.integers(0, 50))
def test_any_damaged_long_case_is_read_or_refused(
    at: int, new: bytes, taken: int, content: bytes, tmp_path: Path
) -> None:
    place = at % len(content)
    (tmp_path / "case.json").write_bytes(content[:place] + new + content[place + taken :])

    with suppress(UsageError):
        read_case(tmp_path / "case.json").found.reply.hit_rows()


@each(
    "what, old, new",
    [
        ("as it is", b"", b""),
        ("DOS line ends", b"\n", b"\r\n"),
        ("no last line end", b"  ]\n}\n", b"  ]\n}"),
        ("a mark before it", b'{\n  "ffx-case"', b'\xef\xbb\xbf{\n  "ffx-case"'),
        ("a new member", b'  "rows": [\n', b'  "new": {"rows": []},\n  "rows": [\n'),
    ],
)
def test_a_long_case_that_came_by_mail_is_read(
    what: str, old: bytes, new: bytes, long: None, tmp_path: Path
) -> None:
    path = tmp_path / "case.json"
    content = written(tmp_path)
    path.write_bytes(content.replace(old, new) if old else content)

    assert read_case(path).found.reply.text == long_reply().text, what


@POSIX
def test_a_long_case_comes_through_a_pipe(long: None, tmp_path: Path) -> None:
    content = written(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(content,))
    writer.start()
    try:
        assert read_case(tmp_path / "pipe").found.reply.text == long_reply().text
    finally:
        writer.join()


LIMITS = (
    ("_MOST_ROWS", 4, "it has over 4 rows"),
    ("_MOST_BYTES", 100, "its rows take over 0 MiB"),
    ("_LONGEST_LINE", 60, "rows[1] is over 0 MiB"),
)


@pytest.mark.parametrize(("limit", "most", "reason"), LIMITS)
def test_more_than_is_read_is_neither_read_nor_saved(
    limit: str,
    most: int,
    reason: str,
    long: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    content = written(tmp_path)
    path = tmp_path / "old.json"
    path.write_text("old")
    monkeypatch.setattr(case_rows, limit, most)

    with pytest.raises(OutputError) as failed:
        write_case(path, long_case())

    told = f"cannot save {path}, for it could not be read again: {reason}"
    assert (failed.value.message, failed.value.hint) == (told, "Ask for a narrower window.")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["case.json", "old.json"]
    assert refusal_of_content(content, tmp_path) == reason


def test_what_is_saved_can_be_read_right_up_to_a_limit(
    long: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = written(tmp_path).split(b'"rows": [\n')[1].splitlines(keepends=True)[: len(ROWS)]
    for limit, taken in (
        ("_MOST_BYTES", sum(map(len, lines))),
        ("_LONGEST_LINE", len(max(lines, key=len))),
    ):
        for most in range(taken - 3, taken + 4):
            with monkeypatch.context() as patched:
                patched.setattr(case_rows, limit, most)
                try:
                    write_case(tmp_path / "case.json", long_case())
                except OutputError:
                    assert most <= taken, limit
                else:
                    assert len(read_case(tmp_path / "case.json").found.reply.row_texts()) == 5


def test_a_head_is_not_read_to_its_end(
    long: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    content = written(tmp_path)
    monkeypatch.setattr(case_file, "LARGEST", 400)

    assert refusal_of_content(content, tmp_path) == "it is over 0 MiB, larger than any case file"


def test_a_long_reply_without_rows_apart_is_not_saved(long: None, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"reply\.text is over 16 MiB"):
        write_case(tmp_path / "case.json", hit_case())

    assert names(tmp_path) == []


def test_a_long_history_is_never_in_memory(
    long: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(spool, "_MOST_IN_MEMORY", 100_000)
    filler = "x" * 20_000
    case = long_case(long_reply([f'{{"hitId": "h{n}", "t1": "{filler}"}}' for n in range(100)]))
    rows = case.found.reply.row_texts()
    tracemalloc.start()
    try:
        write_case(tmp_path / "case.json", case)
        read = read_case(tmp_path / "case.json")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert read.found.reply.rows == 100
    assert read.found.reply.row_texts()[99] == rows[99]
    assert (tmp_path / "case.json").stat().st_size > 2 * 10**6
    assert peak < 10**6
