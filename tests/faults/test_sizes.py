"""Rows 71 to 73: how a body is packed, and how large it is."""

import gzip
import json
from collections.abc import Callable

import pytest

from tests.explorer import Explorer, Script, answer, history
from tests.faults.rows import VISITOR, Ask, Row, by_number, check, check_words, told_of

REPLY = json.dumps(history()).encode()
NARROWER = "  Ask for a narrower window, or raise --max-body."


def packed(body: bytes, coding: str = "gzip") -> Script:
    return answer(body, headers={"Content-Encoding": coding})


PACKED = [
    Row(
        "row 71: gzip that is none",
        packed(REPLY),
        6,
        "ffx: decoding the service's answer failed: it is not the gzip it claims to be\n"
        "  Try again. If it stays so, a proxy may be changing answers.",
    ),
    Row(
        "row 71: gzip cut short",
        packed(gzip.compress(REPLY)[:-9]),
        6,
        "ffx: decoding the service's answer failed: its gzip is cut short\n  Try again.",
    ),
    Row(
        "row 72: packed twice",
        packed(gzip.compress(gzip.compress(REPLY)), "gzip, gzip"),
        5,
        "ffx: the service's answer is packed more than once",
    ),
    Row(
        "row 72: packed twice, and said once",
        packed(gzip.compress(gzip.compress(REPLY))),
        5,
        "ffx: the service's answer is still packed after unpacking it once",
    ),
    Row(
        "row 72: another coding",
        packed(REPLY, "zstd\x1b"),
        5,
        "ffx: the service's answer is packed as 'zstd\\u{1b}', which was not asked for",
    ),
]


@pytest.mark.parametrize("rows", by_number(PACKED))
@pytest.mark.fault
def test_a_packed_body_is_unpacked_once(rows: list[Row], explorer: Explorer, ask: Ask) -> None:
    for row in rows:
        with told_of(row):
            explorer.answer_with(row.answer)
            check(row, ask)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(packed(REPLY, "UTF-8"), id="a character set as its packing"),
        pytest.param(packed(REPLY, "none"), id="none"),
        pytest.param(packed(gzip.compress(REPLY) + bytes(300)), id="gzip and zeros"),
        pytest.param(packed(gzip.compress(REPLY)), id="gzip"),
    ],
)
def test_what_odd_servers_say_of_a_good_body_is_read(
    script: Script, explorer: Explorer, ask: Ask
) -> None:
    explorer.answer_with(script)

    ended = ask(*VISITOR, "--json")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.rstrip() == REPLY


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(
            lambda: packed(gzip.compress(bytes(17_000_000), 1)), id="row 72: a gzip bomb"
        ),
        pytest.param(
            lambda: packed(gzip.compress(b" " * 9_000_000, 1) * 2),
            id="row 72: a bomb in two members",
        ),
        pytest.param(lambda: answer(b" " * (16 * 2**20 + 1)), id="row 73: a byte too many"),
        pytest.param(
            lambda: answer(b'{"message": "' + b"x" * 17_000_000 + b'"}', 409),
            id="row 73: in a refusal",
        ),
    ],
)
@pytest.mark.fault
def test_what_is_too_big_names_the_limit_and_the_option(
    make: Callable[[], Script], explorer: Explorer, ask: Ask
) -> None:
    script = make()
    row = Row(
        "too big",
        script,
        5,
        f"ffx: the service's answer is too big: over 16,777,216 bytes unpacked\n{NARROWER}",
    )
    explorer.answer_with(script)

    # That an error's words become an object, smaller ones show.
    check_words(row, ask)


@pytest.mark.fault(73)
def test_row_73_the_limit_can_be_set(explorer: Explorer, ask: Ask) -> None:
    explorer.answer_with(answer(REPLY))

    assert ask(*VISITOR, "--max-body", str(len(REPLY))).code == 0
    assert ask(*VISITOR, "--max-body", str(len(REPLY) - 1)).code == 5
    assert ask(*VISITOR, "--max-body", "1k").code == 0


# Each list or object counts beside its comma, and so does each name.
@pytest.mark.parametrize(
    ("piece", "values"), [(b"[],", 2), (b"0,", 1), (b'{"a":0},', 4)], ids=["[]", "0", "{}"]
)
@pytest.mark.fault(73)
def test_row_73_too_many_values_are_refused_before_they_are_built(
    piece: bytes, values: int, explorer: Explorer, ask: Ask
) -> None:
    # Lists up to the limit, but for the last pieces: they are refused sooner than objects.
    lists = b"[]," * (2_000_000 // 2 - 500 * values)
    explorer.answer_with(answer(b'{"hits":[' + lists + piece * 1000 + b"{}]}"))

    ended = ask(*VISITOR, "--max-body", "64M")

    assert ended.code == 5
    assert ended.lines == [
        "ffx: the service's answer is too big: over 2,000,000 values",
        "  Ask for a narrower window.",
    ]


@pytest.mark.fault(73)
def test_row_73_too_many_rows_are_refused_before_models_are_made(
    explorer: Explorer, ask: Ask
) -> None:
    explorer.answer_with(answer(b'{"hits":[' + b"{}," * 50_000 + b"{}]}"))

    assert ask(*VISITOR).lines[0] == "ffx: the service's answer is too big: over 50,000 rows"


def test_commas_inside_text_are_no_values(explorer: Explorer, ask: Ask) -> None:
    explorer.answer_with(answer(history(t1=",[{:" * 600_000)))

    assert ask(*VISITOR).code == 0
