"""Case files: a look-up comes back as it was, and its owner alone can read it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.api.wire import Exchange, Query, nothing_found, read_reply, visitor_query
from ffx.errors import NotFoundError
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.input.times.window import TimeRange
from ffx.lookup import all_hits
from ffx.lookup.all_hits import find_all_hits
from ffx.lookup.find import Found, LookupContext, find_hit, find_visitor
from ffx.lookup.run import Run
from ffx.lookup.share.case_file import Case, read_case, write_case
from ffx.lookup.walk_requests import Gap
from ffx.output.clean import clean
from ffx.output.streams import Output, Screen
from ffx.sandbox.app import SANDBOX_TOKEN, Behaviour, ExplorerApp
from ffx.sandbox.data.stories import STORIES, Story
from ffx.service.account import Account
from ffx.service.client import Client
from ffx.settings.credentials import Credentials
from ffx.settings.settings import Limits, Settings
from tests.cases import NOW, WINDOW, facts, full_case, hit_case, visitor_case
from tests.findings.varying import TRIED
from tests.fuzz.conftest import fuzzed
from tests.looping import each
from tests.sandbox.calling import sample_store

FULL_CASE = """\
{
  "ffx-case": 1,
  "command": "diagnose",
  "version": "0.1.0",
  "saved": "2026-03-05T14:30:00.123456Z",
  "account": "default",
  "address": "https://api.example.com/v1",
  "redacted": [
    "city",
    "ip"
  ],
  "target": {
    "kind": "hit",
    "id": "dkezmsf3bat8xdbz8rt039r4h"
  },
  "window": {
    "start": "2026-03-04T14:30:00.123456Z",
    "end": "2026-03-05T14:30:00.123456Z"
  },
  "walked": true,
  "gaps": [
    {
      "window": {
        "start": "2026-03-05T14:30:00.123456Z",
        "end": "2026-03-05T14:30:00.123456Z"
      },
      "reason": "the data changed meanwhile"
    }
  ],
  "refusal": {
    "message": "not here",
    "hint": "look there",
    "status": 404,
    "requestId": "req-9"
  },
  "diagnosis": {
    "version": 1,
    "findings": [
      {
        "id": "C1",
        "after": 0.25
      }
    ],
    "window": null
  },
  "reply": {
    "path": "/reporting/explorer/visitor",
    "body": {
      "visitorId": "afdwb7QPV6Y59aTP3fQxZ3tX2ox",
      "timeStart": "2026-03-04T14:30:00.123Z",
      "timeEnd": "2026-03-05T14:30:00.123Z"
    },
    "hasMore": true,
    "text": "{\\"hits\\":[{\\"hitId\\":\\"h1\\",\\"city\\":\\"Zürich\\"}],\\"hasMore\\":true}"
  },
  "details": {
    "h1": {
      "exchange": 1
    }
  },
  "exchanges": [
    {
      "path": "/reporting/explorer/visitor",
      "body": {
        "visitorId": "afdwb7QPV6Y59aTP3fQxZ3tX2ox",
        "timeStart": "2026-03-04T14:30:00.123Z",
        "timeEnd": "2026-03-05T14:30:00.123Z"
      },
      "asked": "2026-03-05T14:30:00.123456Z",
      "status": 200,
      "requestId": "req-0",
      "reply": "{\\"visitor\\":null,\\"hits\\":[],\\"hasMore\\":false}"
    },
    {
      "path": "/reporting/explorer/hit",
      "body": {
        "hitId": "dkezmsf3bat8xdbz8rt039r4h"
      },
      "asked": "2026-03-05T14:29:58.123456Z",
      "status": 200,
      "requestId": "req-1",
      "reply": "{\\"events\\": [{\\"hitId\\": \\"h1\\", \\"revenue\\": 0.10}]}"
    }
  ]
}
"""
LONG = next(story for story in STORIES if story.name == "long-history")
BURST = next(story for story in STORIES if story.name == "burst")


def saved_again(case: Case, folder: Path) -> Case:
    """Save and read a case, see that saving it again makes the same bytes, and return it."""
    write_case(folder / "one.json", case)
    read = read_case(folder / "one.json")
    write_case(folder / "two.json", read)
    assert (folder / "one.json").read_bytes() == (folder / "two.json").read_bytes()
    return read


def test_a_case_reads_well(tmp_path: Path) -> None:
    write_case(tmp_path / "case.json", full_case())

    assert (tmp_path / "case.json").read_text(encoding="utf-8") == FULL_CASE


def test_a_full_case_comes_back_whole(tmp_path: Path) -> None:
    assert facts(saved_again(full_case(), tmp_path)) == facts(full_case())


# Every story, and walks


@pytest.fixture
def run() -> Run:
    screen = Screen(stdout_is_terminal=False, stderr_is_terminal=False, width=80, color=False)
    return Run(
        Settings("sandbox:", "default", None, Limits()), Output(screen, quiet=True), NOW, {}, ()
    )


@pytest.fixture
def make_client(run: Run) -> Callable[..., Client]:
    def make(behaviour: Behaviour = Behaviour(), *, page_size: int = 1000) -> Client:
        account = Account(
            Credentials("sandbox:", SANDBOX_TOKEN),
            profile="sandbox",
            file=None,
            note=run.output.note,
        )
        client = Client(
            "http://localhost/v1",
            account,
            limits=Limits(),
            output=run.output,
            environ={},
            app=ExplorerApp(sample_store(), page_size=page_size, behaviour=behaviour),
        )
        client.keeps_bodies = True
        return client

    return make


def case_of(command: str, client: Client, found: Found) -> Case:
    found = replace(found, exchanges=tuple(client.exchanges))
    return replace(hit_case(), command=command, account="sandbox", address="sandbox:", found=found)


# A case has a reply's text as it is, whichever of the two a story is told by; a third of the
# stories has every kind of row, and the one of hostile texts.
@each(("story", "command"), zip(TRIED[1::3], cycle(["hit", "visitor"])))
def test_a_story_comes_back_as_it_was(
    story: Story, command: str, run: Run, make_client: Callable[..., Client], tmp_path: Path
) -> None:
    with make_client() as client:
        found = (
            find_visitor(
                LookupContext(client, run.now, str), Target(VisitorId(story.visitor_id)), None
            )
            if command == "visitor"
            else find_hit(client, Target(HitId(story.hit_id)), None)
        )
    case = case_of(command, client, found)

    read = saved_again(case, tmp_path)

    assert found.reply.rows
    assert read == case
    content = (tmp_path / "one.json").read_text()
    assert SANDBOX_TOKEN not in content
    # The reply is there once, with its exchange.
    assert json.loads(content)["reply"] == {"exchange": len(client.exchanges) - 1}


@each("page_size", [20, 300])
def test_a_walk_comes_back_as_it_was(
    page_size: int, run: Run, make_client: Callable[..., Client], tmp_path: Path
) -> None:
    with make_client(page_size=page_size) as client:
        found = find_all_hits(
            LookupContext(client, run.now, str),
            Target(VisitorId(BURST.visitor_id)),
            None,
            most_rows=50,
        )
    case = case_of("visitor", client, found)

    read = saved_again(case, tmp_path)

    assert len(read.found.exchanges) == len(client.exchanges) > 1
    assert list(read.found.reply.row_texts()) == list(found.reply.row_texts())
    assert read.found.reply.text == found.reply.text
    assert (read.found.reply.rows, read.found.reply.has_more) == (50, True)
    assert read.found.gaps == found.gaps != ()
    # The text is as it was; how a reply is held in memory is not the same.
    assert replace(read.found, reply=found.reply) == case.found


@each(("most", "keeps"), [(20_000, False), (200_000, True)])
def test_pages_are_kept_of_a_walk_that_is_no_long_one(
    most: int,
    keeps: bool,
    make_client: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(all_hits, "DEFAULT_MAX_BODY", most)
    with make_client(page_size=20) as client:
        find_all_hits(
            LookupContext(client, NOW, str),
            Target(VisitorId(BURST.visitor_id)),
            None,
            most_rows=1_000,
        )
        find_hit(client, Target(HitId(BURST.hit_id)), None)

    *pages, hit = client.exchanges
    assert len(pages) > 3
    assert {bool(page.body) for page in pages} == {keeps}
    assert hit.body


def test_a_walk_that_is_not_sure_stays_unsure(tmp_path: Path) -> None:
    first = read_reply(visitor_query(VisitorId("v1"), WINDOW), b'{"hits":[{}],"hasMore":true}')
    walked = first.with_rows_replaced(['{"hitId":"h1"}'], has_more=None)
    case = visitor_case(b'{"hits":[],"hasMore":true}', reply=walked, is_walked=True)

    read = saved_again(case, tmp_path)

    assert read.found.reply.has_more is None
    assert read.found.reply.text == '{"hits":[{"hitId":"h1"}],"hasMore":true}'


def test_nothing_found_comes_back_with_what_the_service_said(
    run: Run, make_client: Callable[..., Client], tmp_path: Path
) -> None:
    with make_client(Behaviour(not_found="404")) as client:
        case = case_of(
            "visitor",
            client,
            find_visitor(LookupContext(client, run.now, str), Target(VisitorId("nobody")), None),
        )

    read = saved_again(case, tmp_path)

    assert facts(read) == facts(case)
    assert isinstance(read.found.refusal, NotFoundError)
    assert read.found.refusal.status == 404
    assert read.found.reply.text == '{"visitor":null,"hits":[],"hasMore":false}'


def test_a_hits_own_look_up_is_kept_once(
    run: Run, make_client: Callable[..., Client], tmp_path: Path
) -> None:
    with make_client(page_size=100) as client:
        found = find_visitor(LookupContext(client, run.now, str), Target(HitId(LONG.hit_id)), None)
        hit = find_hit(client, Target(HitId(LONG.hit_id)), None)
        case = replace(
            case_of("diagnose", client, found), details={LONG.hit_id: hit.reply, "h2": hit.reply}
        )

    read = saved_again(case, tmp_path)

    assert read == case
    assert read.details["h2"] is read.details[LONG.hit_id]
    kept = json.loads((tmp_path / "one.json").read_text())
    assert kept["details"] == {LONG.hit_id: {"exchange": 1}, "h2": {"exchange": 1}}


def test_answers_that_were_not_kept_are_not_missed(tmp_path: Path) -> None:
    case = hit_case()
    [exchange] = case.found.exchanges
    case = replace(case, found=replace(case.found, exchanges=(replace(exchange, body=b""),)))

    assert saved_again(case, tmp_path) == case


# Byte for byte

BODIES = {
    "a byte order mark": b'\xef\xbb\xbf{"events":[]}',
    "bad UTF-8": b'{"events":[{"ua":"\xff\xc3"}]}',
    "a surrogate in UTF-8": b'{"events":[{"ua":"\xed\xa0\x80"}]}',
    "DOS line ends": b'{\r\n\t"events": []\r\n}\r\n',
    "escapes": rb'{"events":[{"ua":"\u00e9\ud83d\ude00\/\u001b[2J\ud800"}]}',
    "what steers terminals": '{"events":[{"ua":"\x7f\x9b2J\u202e\u2028\U000e0041"}]}'.encode(),
    "numbers": b'{"events":[{"revenue":0.10,"cost":1E400,"n":123456789012345678901234567890}]}',
    "doubled keys": b'{"events":[],"events":[{"a":1,"a":2}]}',
    "an emoji": '{"events":[{"city":"Zürich 😀"}]}'.encode(),
    "a mark in place of a letter": '{"events":[{"city":"\ufffd"}]}'.encode(),
}


@each(("kind", "body"), BODIES.items())
def test_an_answer_stays_as_it_was_sent(kind: str, body: bytes, tmp_path: Path) -> None:
    read = saved_again(hit_case(body), tmp_path)

    assert read == hit_case(body), kind
    assert [exchange.body for exchange in read.found.exchanges] == [body]
    content = (tmp_path / "one.json").read_text(encoding="utf-8")
    assert all(clean(line) == line for line in content.splitlines())
    assert "\x1b" not in content


@pytest.fixture(scope="module")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cases")


TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
ASIDE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
ROWS = st.lists(st.dictionaries(st.sampled_from(["hitId", "ua"]) | TEXTS, ASIDE), max_size=4)
LINES = TEXTS.map(clean)
MOMENTS = st.datetimes(
    datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)  # noqa: DTZ001  # it is
)  # fmt: skip


@fuzzed(12)
@given(ROWS, ASIDE, st.booleans(), st.sampled_from([b"", b"\xef\xbb\xbf", b" \r\n"]))
def test_whatever_a_service_may_send_comes_back(
    shared_folder: Path, rows: list[object], aside: object, escaped: bool, before: bytes
) -> None:
    text = json.dumps({"events": rows, "more": aside}, ensure_ascii=escaped)
    case = hit_case(before + text.encode("utf-8"))

    assert saved_again(case, shared_folder) == case


@fuzzed(12)
@given(st.data())
def test_whatever_is_known_of_a_look_up_comes_back(
    shared_folder: Path, data: st.DataObject
) -> None:
    windows = st.tuples(MOMENTS, MOMENTS).map(lambda pair: TimeRange(min(pair), max(pair)))
    gaps = st.lists(st.builds(Gap, windows, LINES), max_size=2).map(tuple)
    bodies = st.dictionaries(TEXTS, TEXTS, max_size=2)
    query = Query("visitor", {"visitorId": "v1", **data.draw(bodies)})
    exchange = Exchange(
        query, data.draw(MOMENTS), data.draw(st.integers(0, 999)), data.draw(LINES)
    )
    found = Found(
        Target(data.draw(st.builds(HitId, LINES) | st.builds(VisitorId, LINES))),
        nothing_found(query),
        data.draw(st.none() | windows),
        gaps=data.draw(gaps),
        is_walked=data.draw(st.booleans()),
        exchanges=(exchange,),
    )
    case = Case(
        command=data.draw(st.sampled_from(["visitor", "diagnose"])),
        version=data.draw(LINES),
        saved=data.draw(MOMENTS),
        account=data.draw(LINES),
        address=data.draw(st.sampled_from(["sandbox:", "https://api.example.com/v1"])),
        found=found,
        details={},
        redacted=data.draw(st.frozensets(TEXTS, max_size=3)),
        diagnosis=data.draw(st.none() | st.dictionaries(TEXTS, ASIDE, max_size=2)),
    )

    assert saved_again(case, shared_folder) == case
