"""Rows 42 to 46: what each status means."""

from http import HTTPStatus

import pytest

from tests.explorer import HIT_ID, BreakOff, Explorer, Script, answer, head, history
from tests.faults.rows import (
    HIT,
    LOOKED,
    PERHAPS,
    VISITOR,
    Ask,
    Row,
    by_number,
    check,
    check_words,
    firsts,
    told_of,
)
from tests.looping import each

NOTHING_FOUND = (
    "ffx: nothing found for visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox\n"
    f"  {LOOKED}\n"
    "  answer     the service answered 404 Not Found{} (for every ID? check FFX_API_URL)\n"
    f"  {PERHAPS}"
)
A_PAGE = "  That was a page, not the Explorer. Check FFX_API_URL."
SUPPORT = "  Report it to the provider's support, with the time of the request."
LATER = "  Try again in a while."
EMPTY = "ffx: the service's answer is empty"


def phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Whatever"


def refused(status: int, hint: str, *, code: int, before: str = "") -> Row:
    """Return the row for a refusal whose message would steer a terminal."""
    return Row(
        f"row 43: {status}",
        answer({"message": "no \x1b[31m way"}, status, {"X-Request-Id": "r-1"}),
        code,
        f"ffx: {before}the service answered {status} {phrase(status)} (request r-1): "
        f"'no \\u{{1b}}[31m way'\n{hint}",
    )


def unusable(status: int, script: Script) -> Row:
    said = f"ffx: the service answered {status} {phrase(status)}: no usable body"
    return Row(f"row 44: {status}", script, 5, said)


ROWS = [
    Row("row 42: 404 with an object", answer({}, 404), 3, NOTHING_FOUND.format("")),
    Row(
        "row 42: 404 with a message",
        answer({"message": "unknown \x1b visitor"}, 404, {"X-Request-Id": "r-1"}),
        3,
        NOTHING_FOUND.format(" (request r-1): 'unknown \\u{1b} visitor'"),
    ),
    Row("row 42: 404 without a body", answer(b"", 404), 3, NOTHING_FOUND.format("")),
    Row(
        "row 42: 404 with a page",
        answer(b"<html>no", 404),
        5,
        f"ffx: the service answered 404 Not Found\n{A_PAGE}",
    ),
    Row(
        "row 42: 404 with text",
        answer(b"no such page\n\x1b", 404),
        5,
        f"ffx: the service answered 404 Not Found: 'no such page'\n{A_PAGE}",
    ),
    Row(
        "row 42: 404 with a list",
        answer(b"[]", 404),
        5,
        f"ffx: the service answered 404 Not Found\n{A_PAGE}",
    ),
    *(
        refused(status, SUPPORT, code=5)
        for status in (402, 405, 409, 413, 415, 418, 422, 451, 501, 505, 599, 700)
    ),
    *(refused(status, LATER, code=6) for status in (408, 500, 502, 503, 520, 521, 522, 523)),
    refused(429, "  Too many requests for now. Wait a little, and try again.", code=6),
    refused(
        504,
        "  The service cuts queries at 30 s. Try again, or ask for a narrower window.",
        code=6,
    ),
    refused(
        403,
        "  Ask whoever manages the account, or use another token.",
        code=4,
        before="this account may not do that: ",
    ),
    unusable(204, answer(b"", 204)),
    unusable(304, answer(b"", 304)),
    unusable(206, answer(history(), 206)),
    unusable(202, answer(history(), 202)),
    Row(
        "row 44: only a 103",
        (head(103), BreakOff()),
        6,
        "ffx: the connection ended before an HTTP answer came\n"
        "  Try again. If it stays so, check the scheme and port of FFX_API_URL.",
    ),
    Row(
        "row 44: several 1xx, then an answer",
        (head(100), head(103) * 20, head(102), *answer(history())),
        0,
        shows=HIT_ID,
    ),
    Row("row 45: 201", answer(history(), 201), 0, shows=HIT_ID),
    Row("row 45: 203", answer(history(), 203), 0, shows=HIT_ID),
    Row("row 46: no body", answer(b""), 5, EMPTY),
    Row("row 46: blanks", answer(b" \r\n\t "), 5, EMPTY),
    Row("row 46: no body, and no length", (head(200), BreakOff()), 5, EMPTY),
    Row("row 46: a BOM alone", answer(b"\xef\xbb\xbf"), 5, EMPTY),
]
IN_JSON = firsts(ROWS)


@pytest.mark.parametrize("rows", by_number(ROWS))
@pytest.mark.fault
def test_a_status_means_one_thing(rows: list[Row], explorer: Explorer, ask: Ask) -> None:
    # An error's words become an object in one place: each number meets it once.
    for row in rows:
        with told_of(row):
            explorer.answer_with(row.answer)
            (check if row.name in IN_JSON else check_words)(row, ask)


@each(
    ("question", "stands_for"),
    [
        (VISITOR, b'{"visitor":null,"hits":[],"hasMore":false}\n'),
        (HIT, b'{"events":[]}\n'),
    ],
)
@pytest.mark.fault(42)
def test_row_42_without_a_reply_json_still_has_its_shape(
    question: tuple[str, ...], stands_for: bytes, explorer: Explorer, ask: Ask
) -> None:
    explorer.answer_with(answer(b"", 404))

    assert ask(*question, "--json").out == stands_for


@each(
    ("body", "said"),
    [
        ({"errors": [{"detail": "first"}, {"detail": "second"}]}, ": 'first'"),
        ({"error": {"message": {"title": "deep"}}}, ": 'deep'"),
        ({"error": {"error": {"error": {"error": {"error": {"error": "x"}}}}}}, ""),
        ({"message": 7, "detail": " "}, ""),
        ([], ""),
        ('"just text"', ": 'just text'"),
        ("plain\nmore", ": 'plain'"),
        ("[" * 100_000, f": '{'[' * 300}…'"),
        ("<p>page", ""),
        ({"message": "m" * 301}, f": '{'m' * 300}…'"),
        ({"message": "\u202eevil\u2028\ud800"}, ": '\\u{202e}evil\\u{2028}\\u{d800}'"),
        (b"\xff\xfe\x00", ": '\ufffd\ufffd\\u{0}'"),
        (b"x" * 2_000_000, f": '{'x' * 300}…'"),
    ],
)
@pytest.mark.fault(43)
def test_row_43_the_services_own_words_are_quoted(
    body: object, said: str, explorer: Explorer, ask: Ask
) -> None:
    explorer.answer_with(answer(body, 409))

    ended = ask(*VISITOR)

    assert ended.code == 5
    assert ended.lines == [f"ffx: the service answered 409 Conflict{said}", SUPPORT]
