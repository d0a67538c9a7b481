"""What identifies somebody is hidden, and everything else stays as it was sent."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ffx.api.members import HIT_EVENT, HIT_ROW, VISITOR
from ffx.api.wire import Exchange, Query, read_reply, visitor_query
from ffx.errors import NotFoundError
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.input.times.window import TimeRange
from ffx.lookup.find import Found
from ffx.lookup.share.redactor import ID_MEMBERS, REDACTED_MEMBERS, Redactor
from ffx.output.secrets import Secrets
from tests.explorer import HIT_ID, VISITOR_ID, history
from tests.looping import each
from tests.output.test_matcher import WAYS

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
WINDOW = TimeRange(NOW - timedelta(days=2), NOW)
VISITOR_QUERY = visitor_query(VisitorId(VISITOR_ID), WINDOW)
CLICK = "k4he908epzp6zbdhbr93war2"


@each(
    ("sent", "shown"),
    [
        # Every member of the table, by its word.
        ('{"ip": "192.0.2.41", "ipv6": "2001:db8::1"}', '{"ip": "ip#1", "ipv6": "ip#2"}'),
        ('{"userAgent": "Example/1.0", "externalId": "x1"}',
         '{"userAgent": "agent#1", "externalId": "external#1"}'),
        ('{"clickId": "c1", "conversionId": "c1", "conversionTransaction": "c1"}',
         '{"clickId": "click#1", "conversionId": "conversion#1", '
         '"conversionTransaction": "transaction#1"}'),
        ('{"t1": "de", "t20": "de", "eventData1": "a", "eventData2": "b"}',
         '{"t1": "t1#1", "t20": "t20#1", "eventData1": "data#1", "eventData2": "data#2"}'),
        ('{"referrerPath": "/a", "city": "Ulm", "isp": "One", "mobileCarrier": "One"}',
         '{"referrerPath": "path#1", "city": "city#1", "isp": "isp#1", '
         '"mobileCarrier": "carrier#1"}'),
        # The same value has the same alias, and an address without its end is a value as well.
        ('[{"ip": "198.51.100.x"}, {"ip": "198.51.100.7"}, {"ipv6": "198.51.100.x"}]',
         '[{"ip": "ip#1"}, {"ip": "ip#2"}, {"ipv6": "ip#1"}]'),
        # What says nothing stays.
        ('{"t1": null, "t2": "", "t3": "  ", "t4": "\\u2003"}',) * 2,
        # Other types.
        ('{"t1": 0.10, "t2": -1e400, "t3": true, "t4": [1, {"a": "b"}], "t5": {}}',
         '{"t1": "t1#1", "t2": "t2#1", "t3": "t3#1", "t4": "t4#1", "t5": "t5#1"}'),
        ('{"t1": 5, "hits": [{"t1": "5"}]}', '{"t1": "t1#1", "hits": [{"t1": "t1#1"}]}'),
        ('{"t1": ["12345678", {"a": "abcdef"}], "pageId": "abcdef 12345678"}',
         '{"t1": "t1#1", "pageId": "t1#3 t1#2"}'),
        # Names with escapes, doubled names, deep places.
        ('{"\\u0069p": "192.0.2.41"}', '{"\\u0069p": "ip#1"}'),
        ('{"ip": "192.0.2.41", "ip": "192.0.2.42"}', '{"ip": "ip#1", "ip": "ip#2"}'),
        ('{"pageId": [[{"y": {"ip": "192.0.2.41"}}]]}', '{"pageId": [[{"y": {"ip": "ip#1"}}]]}'),
        # Inside other text, keys included, also before the member that tells it.
        ('{"pageId": "from 192.0.2.41", "ip": "192.0.2.41"}',
         '{"pageId": "from ip#1", "ip": "ip#1"}'),
        ('{"at-192.0.2.41": ["192.0.2.41"], "ip": "192.0.2.41"}',
         '{"at-ip#1": ["ip#1"], "ip": "ip#1"}'),
        ('{"ip": "192.0.2.41", "pageId": "192.0.2.41, X=%7B%22a%22%3A%22192.0.2.41%22%7D"}',
         '{"ip": "ip#1", "pageId": "ip#1, X=%7B%22a%22%3A%22ip#1%22%7D"}'),
        ('{"t1": "A&B c/o", "pageId": "a&amp;b C/O a&#38;b%20c/o"}',
         '{"t1": "t1#1", "pageId": "t1#1 t1#1"}'),
        # Numbers, in lists as well; but amounts stay.
        ('{"t1": [12345678, 5], "pageId": [12345678, {"nodeName": 12345678}], "cost": 12345678}',
         '{"t1": "t1#1", "pageId": ["t1#2", {"nodeName": "t1#2"}], "cost": 12345678}'),
        ('{"ip": "192.0.2.41", "pageId": "192.0.2.417"}', '{"ip": "ip#1", "pageId": "ip#1 7"}'),
        ('{"city": "Paris", "pageId": "Paris"}', '{"city": "city#1", "pageId": "Paris"}'),
        ('{"t1": "a\\nb\\u202ecd", "pageId": "a\\nb\\u202ecd"}',
         '{"t1": "t1#1", "pageId": "t1#1"}'),
        ('{"t1": "caf\\u00e9 noir", "pageId": "café noir"}', '{"t1": "t1#1", "pageId": "t1#1"}'),
        # What is written anew is written safely.
        ('{"t1": "abcdef", "pageId": "\\u202e\\ud800 abcdef é\\n"}',
         '{"t1": "t1#1", "pageId": "\\u202e\\ud800 t1#1 é\\n"}'),
        # Own names, kinds and times tell of nobody.
        ('{"t1": "revenue", "revenue": 1, "pageId": "revenue"}',
         '{"t1": "t1#1", "revenue": 1, "pageId": "t1#1"}'),
        ('{"t1": "conversion", "t2": "condition", "eventType": "conversion", '
         '"nodeType": "condition", "pageId": "conversion"}',
         '{"t1": "t1#1", "t2": "t2#1", "eventType": "conversion", '
         '"nodeType": "condition", "pageId": "t1#1"}'),
        ('{"t1": "2026-03-05", "eventTime": "2026-03-05T14:30:00Z", "hitTime": "on 2026-03-05"}',
         '{"t1": "t1#1", "eventTime": "2026-03-05T14:30:00Z", "hitTime": "on t1#1"}'),
        # Aliases are nobody's values; new ones go round them.
        ('{"ip": "192.0.2.41", "ipv6": "ip#1", "pageId": "ip#1 192.0.2.41"}',
         '{"ip": "ip#2", "ipv6": "ip#1", "pageId": "ip#1 ip#2"}'),
        # Space, order, digits and the rest stay.
        (' {\r\n\t"cost" :0.1 , "ip":"192.0.2.41","cost":12345678901234567890,"revenue":1E+400}\n',
         ' {\r\n\t"cost" :0.1 , "ip":"ip#1","cost":12345678901234567890,"revenue":1E+400}\n'),
        ('{"t1": "12345678", "cost": 12345678}', '{"t1": "t1#1", "cost": 12345678}'),
        ('{"pageId": "\\u0061\\/b", "funnelName": "\\"ip\\": \\"1\\""}',) * 2,
        ("{}", "{}"),
        ("[]", "[]"),
        ('"192.0.2.41"', '"192.0.2.41"'),
        ("null", "null"),
    ],
)  # fmt: skip
@each("hides_ids", [False, True])
def test_json_text(sent: str, shown: str, hides_ids: bool) -> None:
    assert Redactor(hides_ids=hides_ids).json(sent) == shown


@each(
    ("sent", "usual", "everything"),
    [
        ('{"visitorId": "v1", "hitId": "h1"}', '{"visitorId": "v1", "hitId": "h1"}',
         '{"visitorId": "visitor#1", "hitId": "hit#1"}'),
        (f'{{"clickId": "{CLICK}", "pageId": "see {CLICK}", "hitId": "{CLICK}"}}',
         f'{{"clickId": "click#1", "pageId": "see {CLICK}", "hitId": "{CLICK}"}}',
         '{"clickId": "click#1", "pageId": "see hit#1", "hitId": "hit#1"}'),
        (f'{{"t1": "{CLICK[:8]}", "pageId": "{CLICK[:8]} {CLICK}", "hitId": "{CLICK}"}}',
         f'{{"t1": "t1#1", "pageId": "t1#1 {CLICK}", "hitId": "{CLICK}"}}',
         '{"t1": "t1#1", "pageId": "t1#1 hit#1", "hitId": "hit#1"}'),
        ('{"hitId": 123456, "visitorId": ["abcdef", null], "pageId": "123456 abcdef"}',) * 2
        + ('{"hitId": "hit#1", "visitorId": "visitor#1", "pageId": "hit#1 visitor#2"}',),
        ('{"hitId": null, "visitorId": ""}',) * 3,
        ('{"hitId": "the same", "visitorId": "the same"}',) * 2
        + ('{"hitId": "hit#1", "visitorId": "hit#1"}',),
    ],
)  # fmt: skip
def test_ids_stay_unless_everything_is_hidden(sent: str, usual: str, everything: str) -> None:
    assert Redactor(hides_ids=False).json(sent) == usual
    assert Redactor(hides_ids=True).json(sent) == everything


@each(
    ("sent", "shown", "names"),
    [
        ('{"email": "jane@example.com", "pageId": "of Jane@Example.com"}',
         '{"email": "other#1", "pageId": "of other#1"}', ["email"]),
        ('{"hits": [{"tags": ["a", "b", {"note": "a", "ip": "192.0.2.41"}]}]}',
         '{"hits": [{"tags": ["other#1", "other#2", {"note": "other#1", "ip": "ip#1"}]}]}',
         ["tags"]),
        ('{"seen": {"jane@example.com": true, "by_name": 1}}',
         '{"seen": {"other#1": true, "by_name": 1}}', ["seen"]),
        ('{"phone": 491701234567, "score": 12, "isNew": true, "last": null}',
         '{"phone": "other#1", "score": 12, "isNew": true, "last": null}', ["phone"]),
        # What is known already has its own alias, wherever it comes.
        ('{"from": "192.0.2.41", "ip": "192.0.2.41"}', '{"from": "ip#1", "ip": "ip#1"}',
         ["from"]),
        (f'{{"parent": "{CLICK}", "hitId": "{CLICK}"}}', f'{{"parent": "{CLICK}", "hitId": '
         f'"{CLICK}"}}', ["parent"]),
        # Innocent: all that the API documents.
        ('{"hits": [{"pageId": "Lander", "eventType": "view"}], "hasMore": false, '
         '"visitor": {"country": "Germany"}}',) * 2 + ([],),
        ('{"email": "", "other": "  "}',) * 2 + ([],),
    ],
)  # fmt: skip
def test_members_that_are_not_documented(sent: str, shown: str, names: list[str]) -> None:
    redactor = Redactor(hides_ids=False)

    assert redactor.json(sent) == shown
    assert list(redactor.undocumented) == names
    assert redactor.json(shown) == shown
    assert Redactor(hides_ids=False).json(shown) == shown


def test_documented_members_are_those_of_the_contract() -> None:
    redactor = Redactor(hides_ids=True)
    for member in (*VISITOR, *HIT_ROW, *HIT_EVENT):
        redactor.json(json.dumps({"hits": [{member: "some text"}]}))

    assert not redactor.undocumented


def test_the_members_that_are_hidden() -> None:
    assert {*VISITOR, *HIT_ROW, *HIT_EVENT} >= (REDACTED_MEMBERS | ID_MEMBERS)
    assert not REDACTED_MEMBERS & ID_MEMBERS
    assert {"visitorId", "hitId"} == ID_MEMBERS


def test_aliases_for_members_and_other_text() -> None:
    redactor = Redactor(hides_ids=False)
    redactor.learn_value("hitId", CLICK)

    assert redactor.alias("ip", "192.0.2.41") == "ip#1"
    assert redactor.alias("ipv6", "192.0.2.41") == "ip#1"
    assert redactor.alias("ip", "") == ""
    assert redactor.alias("clickId", CLICK) == "click#1"
    assert redactor.alias("hitId", CLICK) == CLICK
    assert redactor.alias("eventType", "192.0.2.41") == "192.0.2.41"
    assert redactor.alias("pageName", f"192.0.2.41 {CLICK}") == f"ip#1 {CLICK}"
    assert redactor.text(f"{CLICK} of 192.0.2.41") == f"{CLICK} of ip#1"


def test_what_is_learned_is_hidden_and_nothing_else_is_learned() -> None:
    redactor = Redactor(hides_ids=True)
    redactor.learn_value("hitId", CLICK)
    redactor.learn_value("pageName", "a page of ours")

    assert redactor.text(f"{CLICK} on a page of ours") == "hit#1 on a page of ours"


@each("way", WAYS.values())
def test_a_value_is_hidden_however_it_is_spelled(way: Callable[[str], str]) -> None:
    redactor = Redactor(hides_ids=False)
    value = "o'neill & co/\u202eé"
    redactor.learn_value("t1", value)

    shown = redactor.text(f"<{way(value)}>")

    assert "neill" not in shown
    assert "t1#1" in shown


def found_for(text: str, *, target: Target | None = None, **more: Any) -> Found:
    reply = read_reply(VISITOR_QUERY, text.encode())
    return Found(target or Target(VisitorId(VISITOR_ID)), reply, WINDOW, **more)


def test_all_parts_of_what_was_found_are_redacted() -> None:
    text = json.dumps(
        history(visitor={"ip": "192.0.2.41", "firstSeen": "192.0.2.41"}, t1="abcdef")
    )
    refusal = NotFoundError("no abcdef", hint=f"see {HIT_ID}", request_id="192.0.2.41", status=404)
    asked = Exchange(VISITOR_QUERY, NOW, 200, "192.0.2.41-1", f"\ufeff{text}".encode())
    found = found_for(
        text,
        target=Target(HitId(HIT_ID), (f"found {HIT_ID} beside abcdef",), {"P2": f"{HIT_ID}?"}),
        refusal=refusal,
        exchanges=(asked, replace(asked, status=404, body=b"<p>no abcdef</p>\xff"),
                   replace(asked, body=b"")),
    )  # fmt: skip
    shown = Redactor(hides_ids=True).found(found)

    assert shown.target == Target(HitId("hit#1"), ("found hit#1 beside t1#1",))
    assert shown.target.warnings == {"P2": "hit#1?"}
    assert shown.window == WINDOW
    assert shown.reply.query == Query("visitor", {**VISITOR_QUERY.body, "visitorId": "visitor#1"})
    assert shown.reply.visitor_id == "visitor#1"
    assert shown.reply.first_seen == "ip#1"
    assert shown.reply.rows == found.reply.rows
    assert shown.reply.parsed_visitor()["ip"] == "ip#1"
    assert [row["t1"] for row in shown.reply.parsed_rows()] == ["t1#1"]
    assert isinstance(shown.refusal, NotFoundError)
    assert (shown.refusal.message, shown.refusal.hint) == ("no t1#1", "see hit#1")
    assert (str(shown.refusal), shown.refusal.request_id) == ("no t1#1", "ip#1")
    assert shown.refusal.status == 404
    assert [each.body for each in shown.exchanges] == [
        shown.reply.text.encode(), "<p>no t1#1</p>\ufffd".encode(), b"",
    ]  # fmt: skip
    assert {each.request_id for each in shown.exchanges} == {"ip#1-1"}
    assert all(each.query == shown.reply.query for each in shown.exchanges)
    assert (refusal.message, found.reply.text) == ("no abcdef", text)


def test_a_target_that_is_shown_stays_whatever_it_holds() -> None:
    found = found_for(json.dumps(history(clickId=HIT_ID)), target=Target(HitId(HIT_ID)))

    assert Redactor(hides_ids=False).found(found).target == found.target


def test_warnings_name_no_values() -> None:
    text = '{"hits": [{"t1": "abcdef", "abcdef": 1, "abcdef": 2}], "hasMore": false}'
    reply = Redactor(hides_ids=False).reply(read_reply(VISITOR_QUERY, text.encode()))

    assert reply.warnings == (
        "the answer has 1 doubled key (hits[0].t1#1); views show the last value",
    )


def test_aliases_are_the_same_in_every_reply_and_numbered_as_they_come() -> None:
    redactor = Redactor(hides_ids=False)
    rows = [f'{{"ip": "192.0.2.{number}", "city": "Berlin"}}' for number in range(40)]

    assert [redactor.json(row) for row in rows] == [
        f'{{"ip": "ip#{number + 1}", "city": "city#1"}}' for number in range(40)
    ]


def test_what_is_learned_later_is_hidden_in_a_row_that_was_shown_before() -> None:
    redactor = Redactor(hides_ids=False)
    row = '{"pageId": "see 192.0.2.41", "email": "abcdefgh", "nodeName": "abcdefgh"}'
    shown = '{"pageId": "see 192.0.2.41", "email": "other#1", "nodeName": "other#1"}'

    assert [redactor.json(row) for _ in range(2)] == [shown] * 2
    redactor.learn_value("ip", "192.0.2.41")
    shown = shown.replace("192.0.2.41", "ip#1")
    assert [redactor.json(row) for _ in range(2)] == [shown] * 2
    redactor.learn_value("hitId", "abcdefgh")  # an ID, which stays wherever it stands
    assert redactor.json(row) == row.replace("192.0.2.41", "ip#1")
    # An alias from elsewhere is nobody's, so the next new value goes round it.
    assert redactor.json('{"t1": "t1#1", "t2": "t1#1"}') == '{"t1": "t1#1", "t2": "t1#1"}'
    assert redactor.json('{"t1": "uvwxyz"}') == '{"t1": "t1#2"}'


def test_threads_agree_on_the_aliases() -> None:
    redactor = Redactor(hides_ids=True)
    ready = threading.Barrier(8)
    results: list[list[tuple[str, str]]] = [[] for _ in range(8)]

    def work(mine: list[tuple[str, str]], first: int) -> None:
        ready.wait()
        for number in (*range(first, 40), *range(first)):
            address = f"192.0.2.{number}"
            reply = read_reply(
                VISITOR_QUERY, json.dumps(history(t1=f"see {address}", ip=address)).encode()
            )
            shown = redactor.found(Found(Target(VisitorId(VISITOR_ID)), reply))
            (row,) = shown.reply.parsed_rows()
            mine.append((address, str(row["ip"])))
            assert redactor.text(f"at {address},") == f"at {row['ip']},"

    threads = [
        threading.Thread(target=work, args=(mine, 5 * number))
        for number, mine in enumerate(results)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    pairs = {pair for mine in results for pair in mine}
    assert sum(map(len, results)) == 8 * 40
    assert len(pairs) == 40
    assert {alias for _, alias in pairs} == {f"ip#{number}" for number in range(1, 41)}


@pytest.mark.fault(133)
def test_a_token_is_hidden_in_every_member_those_that_stay_included(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own, token = Secrets(), "a-token-of-nobody_123456"
    own.keep(token)
    monkeypatch.setattr("ffx.lookup.share.redactor.secrets", own)
    for hides_ids in (False, True):
        for name in (*VISITOR, *HIT_ROW, *HIT_EVENT, "undocumented"):
            for said in (token, f"Bearer {token}"):
                sent = json.dumps({"events": [{"hitId": HIT_ID, name: said}, {name: said}]})

                assert token not in Redactor(hides_ids=hides_ids).json(sent), name
    kept = json.dumps({"hitId": HIT_ID, "visitorId": VISITOR_ID, "eventType": "view"})
    assert Redactor(hides_ids=False).json(kept) == kept
