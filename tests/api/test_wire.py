"""Request bodies out, replies in."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.api import members, wire
from ffx.api.wire import hit_query, nothing_found, read_reply, visitor_query
from ffx.errors import FfxError, ServiceError
from ffx.input.targets.target import HitId, VisitorId
from ffx.input.times.window import TimeRange
from tests.explorer import HIT_ID, VISITOR_ID, events, history
from tests.looping import each

WINDOW = TimeRange(
    datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))),
    datetime(2026, 3, 5, 14, 30, 0, 250_000, tzinfo=UTC),
)
VISITOR = visitor_query(VisitorId(VISITOR_ID), WINDOW)
HIT = hit_query(HitId(HIT_ID))


def read(reply: object, query: Any = VISITOR) -> Any:
    return read_reply(query, json.dumps(reply).encode())


def test_a_visitor_is_asked_for_by_id_and_window() -> None:
    assert VISITOR.path == "/reporting/explorer/visitor"
    assert VISITOR.body == {
        "visitorId": VISITOR_ID,
        "timeStart": "2026-02-28T23:30:00Z",
        "timeEnd": "2026-03-05T14:30:00.250Z",
    }


def test_a_visitor_is_asked_for_by_a_hit() -> None:
    assert visitor_query(HitId(HIT_ID)).body == {"hitId": HIT_ID}
    assert visitor_query(HitId(HIT_ID), WINDOW).body == {"hitId": HIT_ID}


def test_a_visitor_id_needs_a_window() -> None:
    with pytest.raises(ValueError, match="window"):
        visitor_query(VisitorId(VISITOR_ID))


def test_a_hit_is_asked_for_with_a_day_or_without() -> None:
    assert HIT.path == "/reporting/explorer/hit"
    assert HIT.body == {"hitId": HIT_ID}
    assert hit_query(HitId(HIT_ID), WINDOW.start).body == {
        "hitId": HIT_ID,
        "timeStart": "2026-02-28T23:30:00Z",
    }


def test_a_reply_is_its_text_and_a_few_facts() -> None:
    text = json.dumps(history(visitor={"firstSeen": "2026-01-01T00:00:00Z"}))
    reply = read_reply(VISITOR, text.encode())

    assert reply.text == text
    assert (reply.rows, reply.has_more, reply.warnings) == (1, False, ())
    assert (reply.visitor_id, reply.first_seen) == (VISITOR_ID, "2026-01-01T00:00:00Z")
    assert reply.history().hits[0].hitId == HIT_ID


def test_a_hits_reply_tells_its_visitor() -> None:
    reply = read(events(), HIT)

    assert (reply.rows, reply.has_more, reply.visitor_id) == (1, False, VISITOR_ID)
    assert reply.events()[0].hitId == HIT_ID


OTHER_VISITOR = "the answer is about another visitor than the one that was asked for"
OTHER_HIT = "no event in the answer is of the hit that was asked for"


@each(
    ("query", "value", "warning"),
    [
        (VISITOR, history(), ""),
        (VISITOR, history(visitor={"visitorId": "somebody-else"}), OTHER_VISITOR),
        (VISITOR, history(visitor={"visitorId": VISITOR_ID.upper()}), OTHER_VISITOR),
        (VISITOR, history(visitor={"visitorId": ""}), ""),
        (VISITOR, {"hits": []}, ""),
        (HIT, events(), ""),
        (HIT, events(hitId="another-hit"), OTHER_HIT),
        (HIT, events(hitId=None), ""),
        (HIT, {"events": [{}, *events(hitId="another-hit")["events"]]}, OTHER_HIT),
        (HIT, {"events": [*events(hitId="another-hit")["events"], *events()["events"]]}, ""),
        (HIT, {"events": []}, ""),
        # Whoever asks for the visitor of a hit gets that visitor's hits, or the newest of them.
        (visitor_query(HitId(HIT_ID)), history(visitor={"visitorId": "anybody"}), ""),
        (visitor_query(HitId(HIT_ID)), history(hitId="another-hit"), ""),
    ],
)
@pytest.mark.fault(141)
def test_row_141_an_answer_about_another_is_noted(query: Any, value: object, warning: str) -> None:
    assert read(value, query).warnings == ((warning,) if warning else ())


@each("query", [VISITOR, HIT])
def test_nothing_found_reads_as_nothing(query: Any) -> None:
    reply = nothing_found(query)

    assert (reply.rows, reply.visitor_id, reply.warnings) == (0, "", ())
    assert json.loads(reply.text)


@pytest.mark.parametrize("between", [",", ", ", ",\n  "])
def test_a_large_answer_is_in_a_file_and_says_the_same(
    between: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [json.dumps(row) for row in history()["hits"] * 3]
    body = f' {{"hits" : [ {between.join(rows)}\n] , "visitor": {{"ip": "😀"}}, "hasMore":true}}\n'
    as_sent = read_reply(VISITOR, body.encode())
    monkeypatch.setattr(wire, "_MOST_IN_MEMORY", 100)

    reply = read_reply(VISITOR, body.encode())

    assert len(reply.sent) < len(body) / 2
    assert reply.text == "".join(reply.parts()) == body
    assert list(reply.row_texts()) == rows == list(as_sent.row_texts())
    assert list(reply.parsed_rows()) == as_sent.parsed_rows()
    assert reply.timed_rows() == as_sent.timed_rows()
    assert reply.parsed_visitor() == as_sent.parsed_visitor()
    assert reply.history() == as_sent.history()
    assert [row.eventType for row in reply.hit_rows()] == [
        row.eventType for row in as_sent.hit_rows()
    ]
    assert (reply.rows, reply.has_more, reply.warnings) == (
        as_sent.rows,
        as_sent.has_more,
        as_sent.warnings,
    )
    fewer = reply.with_rows_replaced(reply.row_texts()[:2], has_more=False)
    assert json.loads(fewer.text)["hits"] == list(map(json.loads, rows[:2]))


@each("rows", ['{"t1":"a"},{"t1":"b"}, {"t1":"c"}', '{"t1":"a"}', ""])
def test_one_whose_rows_stand_apart_unevenly_stays_where_it_is(
    rows: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_MOST_IN_MEMORY", 0)
    body = f'{{"hits":[{rows}],"hasMore":false}}'

    assert read_reply(VISITOR, body.encode()).sent == body


def test_models_of_a_reply_are_made_once() -> None:
    reply, of_hit = read(history()), read(events(), HIT)

    assert reply.history() is reply.history()
    assert reply.hit_rows() is reply.history().hits
    assert reply.visitor() is reply.visitor()
    assert of_hit.events() is of_hit.events()
    assert reply.unparsed().history() is not reply.history()


@each(
    ("more", "read_as", "warned"),
    [
        (True, True, False),
        (False, False, False),
        ("true", None, True),
        (1, None, True),
        (None, None, True),
    ],
)
def test_only_a_boolean_says_whether_there_is_more(
    more: object, read_as: bool | None, warned: bool
) -> None:
    reply = read({**history(), "hasMore": more})

    assert reply.has_more is read_as
    assert any("may be incomplete" in warning for warning in reply.warnings) is warned


def test_without_rows_nobody_asks_for_more() -> None:
    assert read({"visitor": None, "hits": []}).warnings == ()


@each(
    ("body", "code"),
    [
        (b"", "empty-answer"),
        (b"\xef\xbb\xbf \n", "empty-answer"),
        ("{}".encode("utf-16"), "encoding"),
        ("{}".encode("utf-16-le"), "encoding"),
        ("{}".encode("utf-32-be"), "encoding"),
        (b"\x1f\x8b\x08\x00\x00", "encoding"),
        (b"\x1f\x8b\x08\x08abcd", "encoding"),
        (b"null", "shape"),
        (b"[]", "shape"),
        (b'{"hits": 1}', "shape"),
        (b'{"hits": [[]]}', "shape"),
        (b'{"visitor": {}}', "shape"),
        (b'{"visitor": 1, "hits": []}', "shape"),
        (b'{"other": []}', "shape"),
        (b'{"hits": [' + b"{}," * 50_000 + b"{}]}", "too-big"),
        (b"<html>", "not-json"),
    ],
)
def test_what_cannot_be_read_or_trusted_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(ServiceError) as caught:
        read_reply(VISITOR, body)

    assert caught.value.code == code


@each(
    ("body", "count"),
    [
        (b"\xff", 1),
        (b"\xef\xbf\xbd", 0),
        (b"\xef\xbf\xbd\xfe\xff", 2),
        (b"\xf0\x9f\x98", 1),
        ("é".encode(), 0),
    ],
)
def test_bad_bytes_are_counted(body: bytes, count: int) -> None:
    reply = read_reply(VISITOR, b'{"hits":[],"x":"' + body + b'"}')

    assert [warning.split(" ")[0] for warning in reply.warnings] == [str(count)] * bool(count)


@each("value", [7, "text", True, [], {}, None])
def test_a_member_of_another_type_is_named(value: object) -> None:
    for name in (*members.HIT_ROW, "unknown"):
        (warning,) = read(history(**{name: value})).warnings or ("",)

        documented = (int if name in members.NUMBERS else str, type(None))
        is_odd = name != "unknown" and type(value) not in documented
        assert (f"(hits[0].{name})" in warning) is is_odd, name


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "visitor",
                        "hits",
                        "events",
                        "hasMore",
                        "visitorId",
                        "cost",
                        "eventTime",
                        "\ud800",
                    ]
                ),
                inner,
                max_size=3,
            )
        ),
        max_leaves=15,
    ),
    st.sampled_from([VISITOR, HIT]),
)
def test_any_json_is_read_or_refused(value: object, query: Any) -> None:
    try:
        reply = read(value, query)
    except FfxError:
        return
    assert reply.rows == len(reply.history().hits if query is VISITOR else reply.events())


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        read_reply(VISITOR, body)
    except FfxError:
        return
