"""Rows 47 to 70 and 141: what stands in a body."""

import json

import pytest

from tests.explorer import HIT_ID, VISITOR_ID, BreakOff, Explorer, Script, answer, head, history
from tests.faults.rows import (
    LOOKED,
    PERHAPS,
    Ask,
    Row,
    by_number,
    check,
    check_words,
    firsts,
    told_of,
)

REPLY = json.dumps(history()).encode()
ROW = history()["hits"][0]
NOT_JSON = "ffx: the service's answer is not JSON\n  {}. It begins '{}'."
BEGINNING = '{"visitor": {"visitorId": "afdwb7QPV6Y59…'
TOO_DEEP = "ffx: the service's answer nests too deeply to be read"
ENCODING = "ffx: the service's answer is in UTF-16 or UTF-32; JSON is UTF-8"
SHAPE = "ffx: the service's answer is {}, where an object belongs"
UNTRUSTED = (
    "ffx: the service's answer cannot be trusted: {} is {}\n"
    "  Numbers have digits, and 4,300 at the most. Report it, with the time of the request."
)
NOTHING = f"ffx: nothing found for visitor {VISITOR_ID}\n  {LOOKED}\n  {PERHAPS}"
NO_HITS = f"ffx: no hits of visitor {VISITOR_ID} in this window\n  {LOOKED}"
NONE_SENT = (
    "ffx: the service sent no hit\n"
    f"  {LOOKED}\n  the service says that there are hits, and sends none of them"
)
PERHAPS_MORE = "note: the answer does not say whether there is more, so it may be incomplete"


def altered(old: bytes, new: bytes) -> Script:
    """Answer with the ordinary reply, one piece of it replaced."""
    assert REPLY.count(old) == 1
    return answer(REPLY.replace(old, new))


def found(name: str, script: Script, shows: str = HIT_ID, err: str = "") -> Row:
    return Row(name, script, 0, err, shows)


ROWS = [
    Row(
        "row 47: a web page",
        answer(b"\n<!DOCTYPE html>\x1b[31m<title>Log in", headers={"Content-Type": "text/html"}),
        5,
        "ffx: the service's answer is a web page instead of data\n"
        "  A proxy or a login page? It begins '<!DOCTYPE html>\\u{1b}[31m<title>Log in'. "
        "Check the network and FFX_API_URL.",
    ),
    Row(
        "row 48: JSON cut in the middle",
        (head(200), REPLY[:-30], BreakOff()),
        6,
        f"ffx: the service's answer was cut after {len(REPLY) - 30} bytes\n"
        "  Try again; if it stays so, ask for a narrower window.",
    ),
    Row(
        "row 49: text after the value",
        answer(REPLY + b" \x9b31m<!-- served by x -->"),
        5,
        "ffx: the service's answer is not one JSON value\n"
        f"  More follows after {len(REPLY) + 1} characters: '\ufffd31m<!-- served by x -->'.",
    ),
    Row(
        "row 49: two values",
        answer(REPLY + REPLY),
        5,
        "ffx: the service's answer is not one JSON value\n"
        f"  More follows after {len(REPLY)} characters: '{BEGINNING}'.",
    ),
    Row(
        "row 49: a guard before the value",
        answer(b")]}'\n" + REPLY),
        5,
        NOT_JSON.format(
            "Expecting value at character 0", ')]}\'\\u{a}{"visitor": {"visitorId": "afdw…'
        ),
    ),
    Row("row 50: NaN", altered(b"0.1,", b"NaN,"), 5, UNTRUSTED.format("hits[0].cost", "NaN")),
    Row(
        "row 50: Infinity",
        altered(b'"totalHits": 1', b'"totalHits": -Infinity'),
        5,
        UNTRUSTED.format("visitor.totalHits", "-Infinity"),
    ),
    Row(
        "row 50: NaN under a hostile name",
        altered(b'"cost": 0.1', b'"\\u001b[31m' + b"k" * 5000 + b'": NaN'),
        5,
        UNTRUSTED.format(f"hits[0].\\u{{1b}}[31m{'k' * 107}…", "NaN"),
    ),
    found("row 51: 1e400", altered(b"0.1,", b"1e400,"), "\t1e400\t"),
    found("row 51: 0.10", altered(b"0.1,", b"0.10,"), "\t0.10\t"),
    found("row 52: 2^53 + 1", altered(b"0.1,", b"9007199254740993,"), "\t9007199254740993\t"),
    found(
        "row 52: an ID as a number",
        altered(f'"{HIT_ID}"'.encode(), b"12345678901234567890"),
        "12345678901234567890",
        "note: the answer has 1 member (hits[0].hitId) of another type than documented",
    ),
    Row(
        "row 53: 5,000 digits",
        altered(b"0.1,", b"9" * 5000 + b","),
        5,
        UNTRUSTED.format("hits[0].cost", "a number too long"),
    ),
    found("row 53: 4,300 digits", altered(b"0.1,", b"9" * 4300 + b","), "9" * 4300),
    found(
        "row 54: a key twice",
        altered(b'"cost": 0.1', b'"cost": 5, "cost": 6'),
        "\t6\t",
        "note: the answer has 1 doubled key (hits[0].cost); views show the last value",
    ),
    found(
        "row 54: hostile keys twice",
        altered(b'"cost": 0.1', b'"\\u202e": 5, "\\u202e": 6, "a": {"b": 1, "b": 2}'),
        HIT_ID,
        "note: the answer has 2 doubled keys (first hits[0].\\u{202e}); views show the last value",
    ),
    found("row 55: a lone surrogate", altered(b"Lander", b"a\\ud800b"), "a\\u{d800}b"),
    found(
        "row 56: Latin-1",
        altered(b"Lander", b"M\xfcnchen"),
        "M\ufffdnchen",
        "note: 1 bad byte in the answer was replaced by U+FFFD",
    ),
    found(
        "row 56: a cut character, and a true U+FFFD",
        altered(b"Lander", b"\xf0\x9f\x98 \xef\xbf\xbd \xff"),
        "\ufffd \ufffd \ufffd",
        "note: 2 bad bytes in the answer were replaced by U+FFFD",
    ),
    found("row 57: a BOM", answer(b"\xef\xbb\xbf" + REPLY)),
    Row("row 58: UTF-16", answer(REPLY.decode().encode("utf-16")), 5, ENCODING),
    Row("row 58: UTF-16 without a BOM", answer(REPLY.decode().encode("utf-16-be")), 5, ENCODING),
    Row("row 58: UTF-32", answer(REPLY.decode().encode("utf-32-le")), 5, ENCODING),
    Row(
        "row 59: NUL in a string",
        altered(b"Lander", b"a\0b"),
        5,
        NOT_JSON.format(
            f"Invalid control character at character {REPLY.index(b'Lander') + 1}", BEGINNING
        ),
    ),
    Row(
        "row 59: ESC in a string",
        altered(b"Lander", b"\x1b[2J"),
        5,
        NOT_JSON.format(
            f"Invalid control character at character {REPLY.index(b'Lander')}", BEGINNING
        ),
    ),
    Row("row 60: 100,000 lists", answer(b"[" * 100_000 + b"]" * 100_000), 5, TOO_DEEP),
    Row("row 60: open lists", answer(b'{"a":' + b"[" * 100_000), 5, TOO_DEEP),
    Row("row 60: objects", answer(b'{"a":' * 50_000 + b"1" + b"}" * 50_000), 5, TOO_DEEP),
    Row("row 61: null", answer(b"null"), 5, SHAPE.format("null")),
    Row("row 61: a list", answer(b"[]"), 5, SHAPE.format("a list")),
    Row("row 61: a number", answer(b"-0.0"), 5, SHAPE.format("a number")),
    Row("row 61: true", answer(b"true"), 5, SHAPE.format("true")),
    Row("row 61: text", answer(b'"{}"'), 5, SHAPE.format("text")),
    Row("row 62: {}", answer(b"{}"), 3, NOTHING),
    Row("row 62: no visitor, hits null", answer(b'{"hits": null}'), 3, NOTHING),
    Row("row 62: no visitor, no hits", answer(b'{"hits": []}'), 3, NOTHING),
    Row("row 62: visitor null", answer(b'{"visitor": null}'), 3, NOTHING),
    Row(
        "row 62: no documented member",
        answer({"status": "ok", "\x1b[31m": 1}),
        5,
        "ffx: the service's answer has no 'hits' and nothing else that is documented\n"
        "  It holds 'status, \\u{1b}[31m'. Check FFX_API_URL.",
    ),
    Row(
        "row 62: a visitor without hits",
        answer({"visitor": {"visitorId": VISITOR_ID}}),
        5,
        "ffx: the service's answer has a visitor but no 'hits'",
    ),
    Row(
        "row 62: a row that is no object",
        answer({"hits": [ROW, 7]}),
        5,
        "ffx: hits[1] in the service's answer is a number, where an object belongs",
    ),
    Row(
        "row 62: hits that are no list",
        answer({"hits": ROW}),
        5,
        "ffx: 'hits' in the service's answer is an object, where a list belongs",
    ),
    Row(
        "row 62: a visitor that is no object",
        answer({"visitor": [], "hits": [ROW]}),
        5,
        "ffx: 'visitor' in the service's answer is a list, where an object belongs",
    ),
    Row("row 63: hits []", answer({**history(), "hits": []}), 3, NO_HITS, VISITOR_ID),
    Row("row 63: hits null", answer({**history(), "hits": None}), 3, NO_HITS, VISITOR_ID),
    Row(
        "row 63: hits [] and hasMore true",
        answer({**history(), "hits": [], "hasMore": True}),
        7,
        NONE_SENT,
        VISITOR_ID,
    ),
    found(
        "row 64: a row without members",
        answer({"visitor": {}, "hits": [{}], "hasMore": False}),
        "hitId\teventType",
    ),
    found(
        "row 64: members that are null",
        answer(
            {
                "visitor": dict.fromkeys(history()["visitor"]),
                "hits": [dict.fromkeys(ROW)],
                "hasMore": False,
            }
        ),
        "hitId\teventType",
    ),
    found("row 65: unknown members", answer({**history(new={"a": [1]}, other="x"), "page": 1})),
    found(
        "row 66: a number as text",
        answer(history(cost="0.10")),
        "\t0.10\t",
        "note: the answer has 1 member (hits[0].cost) of another type than documented",
    ),
    found(
        "row 66: all sorts of types",
        answer(history(cost=[], revenue="much", pageName=7, eventType=True, nodeName={"a": 1})),
        HIT_ID,
        "note: the answer has 5 members (first hits[0].eventType) of another type than documented",
    ),
    found(
        'row 67: hasMore "true"',
        answer({**history(), "hasMore": "true"}),
        "hasMore\t\n",
        PERHAPS_MORE,
    ),
    found(
        "row 67: no hasMore",
        answer({"visitor": None, "hits": [ROW]}),
        "hasMore\t\n",
        PERHAPS_MORE,
    ),
    found(
        "row 69: in no order, and twice",
        answer({**history(), "hits": [{**ROW, "eventTime": "2026-03-06T00:00:00Z"}, ROW, ROW]}),
        "\nrows\t3\n",
    ),
    found("row 70: a junk time", answer(history(eventTime="so\x1bon")), "so\\u{1b}on"),
    found("row 70: an empty time", answer(history(eventTime=""))),
    found(
        "row 70: year 1",
        answer(history(eventTime="0001-01-01T00:00:00+14:00")),
        "0001-01-01T00:00:00+14:00",
    ),
    found(
        "row 70: year 9999",
        answer(history(eventTime="9999-12-31T23:59:59-14:00")),
        "9999-12-31T23:59:59-14:00",
    ),
    found(
        "row 70: no zone",
        answer(history(eventTime="2026-03-05T14:30:00")),
        "2026-03-05T14:30:00.000+00:00",
    ),
    found(
        "row 141: about another visitor",
        answer(history(visitor={"visitorId": "somebody-else"})),
        "somebody-else",
        "note: the answer is about another visitor than the one that was asked for",
    ),
    found("row 141: about the visitor that was asked for", answer(history()), VISITOR_ID),
]
IN_JSON = firsts(ROWS)


@pytest.mark.parametrize("rows", by_number(ROWS))
@pytest.mark.fault
def test_a_body_is_read_or_refused_as_the_table_says(
    rows: list[Row], explorer: Explorer, ask: Ask
) -> None:
    # An error's words become an object in one place: each number meets it once.
    for row in rows:
        with told_of(row):
            explorer.answer_with(row.answer)
            (check if row.name in IN_JSON else check_words)(row, ask)
