"""The library against a service: what is asked, what comes back, and what is raised."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from typing import Any

import pytest

from ffx import (
    AccountError,
    Explorer,
    FfxError,
    NotFoundError,
    ServiceError,
    TemporaryError,
    UsageError,
)
from ffx.cli.app import main
from ffx.sandbox.app import ExplorerApp
from ffx.sandbox.data.stories import STORIES
from ffx.service.retry import Retries
from tests.answering import Question, Says, serving
from tests.conftest import SAMPLE_TOKEN
from tests.explorer import HIT_ID, VISITOR_ID, Script, answer, events, history
from tests.explorer import Explorer as Service
from tests.findings.varying import TRIED
from tests.looping import each
from tests.service.tokens import NEW

START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC)
WINDOW: dict[str, Any] = {"since": START, "until": END}
NOBODY: dict[str, object] = {"visitor": None, "hits": [], "hasMore": False}
STORY = {story.name: story for story in STORIES}


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Write pauses down in place of sleeping."""
    told: list[float] = []
    calm = partial(Retries, pause=told.append, chance=lambda: 0.0)
    monkeypatch.setattr("ffx.service.client.Retries", calm)
    return told


def row(number: int, **members: object) -> dict[str, object]:
    """Return a row of a visitor's timeline, `number` seconds after the window's start."""
    moment = f"{START + timedelta(seconds=number):%Y-%m-%dT%H:%M:%S}Z"
    return {"hitId": f"h{number}", "eventType": "view", "eventTime": moment, **members}


# What comes back


def test_a_visitor_comes_with_what_was_sent_and_what_it_means(explorer: Service) -> None:
    text = json.dumps(
        {
            "visitor": {"visitorId": VISITOR_ID, "firstSeen": "2026-03-01T00:00:01Z", "new": 1},
            "hits": [row(3, revenue=0.5), row(1, eventType="Entrance"), row(2)],
            "hasMore": False,
        },
        indent=3,
    ).replace("0.5", "0.50")
    explorer.answer_with(answer(text, headers={"X-Request-Id": "r-1"}))

    with Explorer() as asking:
        found = asking.visitor(VISITOR_ID, **WINDOW)

    assert [hit.hitId for hit in found.hits] == ["h1", "h2", "h3"]
    assert str(found.hits[-1].revenue) == "0.50"
    assert found.visitor is not None
    assert found.visitor.visitorId == found.visitor_id == VISITOR_ID
    assert (found.has_more, found.window) == (False, (START, END))
    assert found.json == text
    assert found.request_ids == ("r-1",)
    assert explorer.requests[0].json == {
        "visitorId": VISITOR_ID,
        "timeStart": "2026-03-01T00:00:00Z",
        "timeEnd": "2026-03-06T00:00:00Z",
    }


def test_a_hit_comes_with_its_events_in_order(explorer: Service) -> None:
    later = events()["events"][0] | {"eventType": "conversion", "eventTime": "2026-03-05T15:00Z"}
    explorer.answer_with(answer({"events": [later, *events()["events"]]}))

    with Explorer() as asking:
        found = asking.hit(f"hit={HIT_ID}&tx=1", at=START)

    assert [event.eventType for event in found.events] == ["Entrance", "conversion"]
    assert (found.hit_id, found.visitor_id) == (HIT_ID, VISITOR_ID)
    assert found.notes == (f"found hit ID {HIT_ID} under 'hit'",)
    assert explorer.requests[0].json == {"hitId": HIT_ID, "timeStart": "2026-03-01T00:00:00Z"}


def test_a_hit_leads_to_its_visitor_and_a_kind_overrules_looks(explorer: Service) -> None:
    with Explorer() as asking:
        by_hit = asking.visitor(HIT_ID)
        asking.visitor(HIT_ID, as_kind="visitor", **WINDOW)

    assert explorer.requests[0].json == {"hitId": HIT_ID}
    assert explorer.requests[1].json["visitorId"] == HIT_ID
    assert (by_hit.window, by_hit.missing) == (None, ("the window is not known",))


@each(
    ("has_more", "since", "missing"),
    [
        (False, START, ()),
        (True, START, ("the service held rows back",)),
        (None, START, ("the service did not say whether it held rows back",)),
        (
            False,
            datetime(2026, 3, 5, 14, 31, tzinfo=UTC),
            ("the window begins after the visitor was first seen: Thu 5 Mar 2026 14:30 +00:00",),
        ),
    ],
)
def test_what_may_be_missing_is_said(
    has_more: bool | None, since: datetime, missing: tuple[str, ...], explorer: Service
) -> None:
    reply = history() | {"hasMore": has_more}
    explorer.answer_with(answer({name: each for name, each in reply.items() if each is not None}))

    with Explorer(tz="UTC") as asking:
        found = asking.visitor(VISITOR_ID, since=since)

    assert (found.has_more, found.missing) == (has_more, missing)
    assert found.is_complete is (not missing)
    assert repr(found).endswith(": 1 hit, complete>" if not missing else "may lack some>")


def test_every_hit_comes_over_as_many_requests_as_it_takes() -> None:
    rows = [row(number) for number in range(1, 8)]

    def page(question: Question) -> Says:
        start, end = question.body["timeStart"], question.body["timeEnd"]
        inside = [each for each in rows if start <= str(each["eventTime"]) <= end]
        visitor = {"visitorId": VISITOR_ID, "firstSeen": rows[0]["eventTime"]}
        return Says({"visitor": visitor, "hits": inside[-3:], "hasMore": len(inside) > 3})

    with serving(page) as service, Explorer(api_url=service.url, access_token=NEW) as asking:
        found = asking.visitor(VISITOR_ID, since=START, every_hit=True)
        some = asking.visitor(VISITOR_ID, since=START, every_hit=True, max_hits=4)

    assert [hit.hitId for hit in found.hits] == [each["hitId"] for each in rows]
    assert (found.has_more, found.is_complete) == (False, True)
    assert [each["hitId"] for each in json.loads(found.json)["hits"]] == [
        each["hitId"] for each in rows
    ]
    assert (len(some.hits), some.has_more, some.is_complete) == (4, True, False)
    assert "more than 4 hits" in some.missing[0]


def test_a_diagnosis_says_what_the_command_line_says(capsys: pytest.CaptureFixture[str]) -> None:
    story = STORY["conversion-elsewhere"]

    with Explorer.sandbox() as asking:
        diagnosis = asking.diagnose(f"?hit={story.hit_id}", since="30d")
    main(["diagnose", story.hit_id, "--since", "30d", "--sandbox", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert told["verdict"]["headline"] == diagnosis.verdict.headline
    assert [each["id"] for each in told["findings"]] == [each.id for each in diagnosis.findings]
    assert (diagnosis.account, diagnosis.requests) == ("sandbox", told["requests"])
    assert diagnosis.notes == (
        f"found hit ID {story.hit_id} under 'hit'",
        *told["notes"],
    )


def test_every_story_is_found_by_each_kind_of_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each story in turn: both ways to its visitor, by its hit, or as a diagnosis."""
    # So that a history of 91 comes in several replies.
    monkeypatch.setattr("ffx.sandbox.app.ExplorerApp", partial(ExplorerApp, page_size=20))
    with Explorer.sandbox() as asking:
        for number, story in enumerate(TRIED):
            if number % 3 == 0 or story.name == "burst":
                visitor = asking.visitor(story.visitor_id, since="30d")
                assert visitor.visitor_id == story.visitor_id, story.name
                assert visitor.has_more or story.name != "burst"
                by_hit = asking.visitor(story.hit_id)
                assert by_hit.visitor_id == story.visitor_id, story.name
                assert visitor.hits == by_hit.hits, story.name
            elif number % 3 == 1:
                assert asking.hit(story.hit_id).visitor_id == story.visitor_id, story.name
            else:
                diagnosis = asking.diagnose(story.visitor_id)
                assert diagnosis.visitor_id == story.visitor_id, story.name
                assert diagnosis.history.is_complete, story.name


# What is said beside it, and what is raised


def test_widening_is_noted_and_each_look_up_has_notes_of_its_own(explorer: Service) -> None:
    explorer.answer_with(answer(NOBODY), answer(history()))

    with Explorer() as asking:
        first, second = asking.visitor(VISITOR_ID), asking.visitor(VISITOR_ID)

    assert first.notes == ("nothing in the last 24 hours; asking for 7 days",)
    assert second.notes == ()
    assert first.window is not None
    assert first.window[1] - first.window[0] == timedelta(days=7)


def test_nobody_is_an_error_that_tells_where_was_looked(explorer: Service) -> None:
    explorer.answer_with(answer(NOBODY))

    with Explorer(profile="shop", tz="UTC") as asking, pytest.raises(NotFoundError) as raised:
        asking.visitor(VISITOR_ID)

    assert raised.value.message == f"nothing found for visitor {VISITOR_ID}"
    assert f"ffx visitor {VISITOR_ID} --since 1y --profile shop --tz UTC" in raised.value.hint
    assert raised.value.__notes__ == [
        "nothing in the last 24 hours; asking for 7 days",
        "nothing in the last 7 days; asking for 30 days",
        "nothing in the last 30 days; asking for 90 days",
    ]


COMMANDS: dict[str, Callable[[Explorer], object]] = {
    f"visitor {VISITOR_ID} --since 2026-03-01 --until 2026-03-02": lambda asking: asking.visitor(
        VISITOR_ID, since="2026-03-01", until="2026-03-02"
    ),
    f"hit {HIT_ID} --at 2026-03-01": lambda asking: asking.hit(HIT_ID, at="2026-03-01"),
    f"diagnose {HIT_ID} --on 2026-03-01": lambda asking: asking.diagnose(HIT_ID, on="2026-03-01"),
}


# Each by one of the commands in turn; what nobody was found by, each says in its own words.
ERRORS: list[tuple[Script, type[FfxError], int | None]] = [
    *[(answer(NOBODY | {"events": []}), NotFoundError, None)] * 3,
    (answer({"message": "no"}, status=404), NotFoundError, 404),
    (answer({"message": "no"}, status=401), AccountError, 401),
    (answer({"message": "no"}, status=403), AccountError, 403),
    (answer({"message": "no"}, status=400), ServiceError, 400),
    (answer({"message": "no"}, status=418), ServiceError, 418),
    (answer("<html>", status=200), ServiceError, 200),
    (answer(status=307, headers={"Location": "https://x.example.com/"}), ServiceError, 307),
    (answer(status=429, headers={"Retry-After": "3600"}), TemporaryError, 429),
    (answer(status=503), TemporaryError, 503),
]


@each(
    ("command", "script", "kind", "status"),
    [(command, *error) for command, error in zip(cycle(COMMANDS), ERRORS, strict=False)],
)
def test_an_error_says_what_the_command_line_says(
    command: str,
    script: Script,
    kind: type[FfxError],
    status: int | None,
    explorer: Service,
    pauses: list[float],
    capsys: pytest.CaptureFixture[str],
) -> None:
    identified = (script[0].replace(b"\r\n\r\n", b"\r\nX-Request-Id: r-9\r\n\r\n"), *script[1:])  # type: ignore[union-attr]  # a head is bytes
    explorer.answer_with(identified)

    with Explorer() as asking, pytest.raises(kind) as raised:
        COMMANDS[command](asking)
    code = main([*command.split(), "--json"])

    error = raised.value
    told = json.loads(capsys.readouterr().err.splitlines()[-1])["error"]
    assert told.pop("requestId", "") == error.request_id
    assert told.pop("status", None) == error.status == status
    come_back = "The service asks to come back at"
    if error.hint.startswith(come_back):
        assert told["hint"].startswith(come_back)
        assert isinstance(error, TemporaryError)
        assert error.retry_after == 3600
        told["hint"] = error.hint
    assert told == {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "retryable": error.retryable,
    }
    assert code == error.exit_code
    assert SAMPLE_TOKEN not in f"{error!r}{error}{error.hint}"


def test_tries_again_are_noted(explorer: Service, pauses: list[float]) -> None:
    explorer.answer_with(answer(status=503), answer(events()))

    with Explorer() as asking:
        found = asking.hit(HIT_ID)

    assert found.notes == ("the service answered 503 Service Unavailable; waiting 0.2 s (1 of 3)",)
    assert pauses == [0.25]


@each(
    ("ask", "message"),
    [
        (lambda asking: asking.visitor("{hit}"), "'{hit}' is a placeholder, not an ID"),
        (lambda asking: asking.hit(""), "the text is empty where an ID belongs"),
        (lambda asking: asking.hit(HIT_ID, at="soon"), "cannot read 'soon' as a time for at"),
        (
            lambda asking: asking.diagnose(HIT_ID, max_hits=0),
            "max_hits is not a whole number from 1 on: 0",
        ),
    ],
)
def test_a_wrong_call_asks_nothing(
    ask: Callable[[Explorer], object], message: str, explorer: Service
) -> None:
    with Explorer() as asking, pytest.raises(UsageError) as raised:
        ask(asking)

    assert raised.value.message == message
    assert explorer.requests == []


def test_a_closed_one_asks_nothing(explorer: Service) -> None:
    explorer.answer_with(answer(events()))
    asking = Explorer()
    asking.hit(HIT_ID)
    asking.close()
    asking.close()

    with pytest.raises(UsageError, match="this Explorer is closed"):
        asking.hit(HIT_ID)
    assert len(explorer.requests) == 1
