"""Rows 51 to 75 again: a hit's reply, and what `--json` makes of what was sent."""

import json
from typing import Any

import pytest

from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, history
from tests.explorer import events as hit_reply
from tests.faults.rows import HIT, VISITOR, Ask, Row
from tests.looping import each

REPLY = json.dumps(history()).encode()


ROWS = [
    Row(
        "row 62: {}",
        answer(b"{}"),
        3,
        f"ffx: nothing found for hit {HIT_ID}\n",
    ),
    Row(
        "row 62: events that are no list",
        answer({"events": "none"}),
        5,
        "ffx: 'events' in the service's answer is text, where a list belongs\n",
    ),
    Row(
        "row 62: a visitor's reply",
        answer(history()),
        5,
        "ffx: the service's answer has no 'events' and nothing else that is documented\n",
    ),
    Row("row 64: an event without members", answer({"events": [{}]}), 0, "", "rows\t1"),
    Row("row 70: a junk time", answer(hit_reply(eventTime="\x9b")), 0, "", "\t\\u{9b}\t"),
]


@each("row", ROWS)
@pytest.mark.fault(62, 64, 70)
def test_a_hits_reply_is_no_different(row: Row, explorer: Explorer, ask: Ask) -> None:
    explorer.answer_with(row.answer)

    ended = ask(*HIT)

    assert ended.err.startswith(row.err)
    assert bool(ended.err) == bool(row.err)
    assert (ended.code, row.shows in ended.text) == (row.code, True)
    assert ask(*HIT, "--json").code == row.code


@each(
    ("sent", "written"),
    [
        # What a row of the table says of `--json`, where reading it back would hide a change.
        (b"1e400", b"1e400"),  # row 51, and a trailing zero
        (b"0.10", b"0.10"),
        (b"-0", b"-0"),  # row 52
        (b"9007199254740993", b"9007199254740993"),
        (b'1, "cost": 2', b'1, "cost": 2'),  # row 54
        (b'"\\ud800"', b'"\\ud800"'),  # row 55
        (b'"\xff"', b'"\xef\xbf\xbd"'),  # row 56
        (b"null", b"null"),  # row 64
        (b'"0.10"', b'"0.10"'),  # row 66
        ('"é日本😀"'.encode(), '"é日本😀"'.encode()),
        (b'"\\u00e9\\/"', b'"\\u00e9\\/"'),
        ('"\u202e\U000e0041"'.encode(), b'"\\u202e\\udb40\\udc41"'),  # row 75
        (b'"\x7f\xc2\x9b"', b'"\\u007f\\u009b"'),  # row 74
    ],
)
@pytest.mark.fault(51, 52, 54, 55, 56, 64, 66, 74, 75)
def test_json_is_the_reply_as_sent(
    sent: bytes, written: bytes, explorer: Explorer, ask: Ask
) -> None:
    explorer.answer_with(answer(REPLY.replace(b"0.1,", sent + b",")))

    ended = ask(*VISITOR, "--json")

    assert ended.code == 0
    assert ended.out == REPLY.replace(b"0.1,", written + b",") + b"\n"


@pytest.mark.fault(63)
def test_row_63_the_summary_is_shown_all_the_same(explorer: Explorer, ask: Ask) -> None:
    explorer.answer_with(answer({**history(visitor={"city": "Ålesund"}), "hits": []}))

    ended = ask(*VISITOR)

    assert ended.code == 3
    assert "\ncity\tÅlesund\n" in ended.text
    assert json.loads(ask(*VISITOR, "--json").out)["visitor"]["city"] == "Ålesund"


@pytest.mark.fault(68)
def test_row_68_more_exists_and_how_to_get_it(explorer: Explorer, ask: Ask) -> None:
    explorer.answer_with(answer({**history(eventTime="2020-03-01T12:00:00Z"), "hasMore": True}))

    plain = ask(*VISITOR)
    as_json = ask(*VISITOR, "--json")

    assert (plain.code, as_json.code) == (0, 0)
    assert "hasMore\ttrue\n" in plain.text
    assert "incomplete: the service returned 1 of 1 hits" in plain.err
    assert f"ffx visitor {VISITOR_ID} --since" in plain.err
    assert json.loads(as_json.out)["hasMore"] is True


@pytest.mark.parametrize(
    "hits",
    [
        pytest.param([{"t1": None}, {"t1": ""}, {}], id="row 64"),
        pytest.param([{"new": {"deep": [1, {"er": None}]}}], id="row 65"),
    ],
)
@pytest.mark.fault
def test_json_tells_absent_null_and_empty_apart(
    hits: list[dict[str, Any]], explorer: Explorer, ask: Ask
) -> None:
    explorer.answer_with(answer({"visitor": None, "hits": hits, "hasMore": False}))

    assert json.loads(ask(*VISITOR, "--json").out)["hits"] == hits
