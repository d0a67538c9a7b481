"""The client: what it sends, how it ends, and what stays open behind it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread
from typing import Any
from unittest import mock

import pytest

from ffx.api.wire import hit_query, visitor_query
from ffx.errors import FfxError, NotFoundError, ServiceError, TemporaryError
from ffx.input.targets.target import HitId
from ffx.output.streams import Output, Screen
from ffx.service.account import Account
from ffx.service.client import Client
from ffx.service.deadline import AlarmClock
from ffx.service.retry import Retries, RetryPolicy
from ffx.settings.credentials import Credentials
from ffx.settings.settings import Limits
from tests.conftest import SAMPLE_TOKEN
from tests.explorer import (
    HIT_ID,
    VISITOR_ID,
    BreakOff,
    Drip,
    Explorer,
    Reset,
    Script,
    Stall,
    answer,
    chunked,
    events,
    head,
    history,
    together,
)
from tests.faults.bounds import LONGEST_WAIT
from tests.looping import each

QUERY = hit_query(HitId(HIT_ID))
GOOD = answer(events())
Open = Callable[..., Client]


@pytest.fixture
def client(explorer: Explorer) -> Open:
    """Make clients that try once, for half a second unless told otherwise."""

    def make(**limits: Any) -> Client:
        pair = Credentials(explorer.url.removesuffix("/v1"), SAMPLE_TOKEN)
        screen = Screen(stdout_is_terminal=False, stderr_is_terminal=False, width=80, color=False)
        output = Output(screen)
        return Client(
            explorer.url,
            Account(pair, profile="default", file=None, note=output.note),
            limits=Limits(**{"try_timeout": 5.0, **limits}),
            output=output,
            environ={},
            retries=Retries(policy=RetryPolicy(tries=1, slow_tries=1)),
        )

    return make


def wait_until(holds: Callable[[], bool], *, seconds: float = LONGEST_WAIT) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        threading.Event().wait(0.005)
    return holds()


def exchanges() -> int:
    return sum(thread.name == "exchange" for thread in threading.enumerate())


def test_a_look_up_is_one_post_with_the_token(explorer: Explorer, client: Open) -> None:
    explorer.answer_with(GOOD)

    with client() as service:
        reply = service.ask(QUERY)

    assert reply.visitor_id == VISITOR_ID
    (request,) = explorer.requests
    assert (request.method, request.path) == ("POST", "/v1/reporting/explorer/hit")
    assert request.json == {"hitId": HIT_ID}
    assert request.headers["authorization"] == f"Bearer {SAMPLE_TOKEN}"
    assert request.headers["accept-encoding"] == "gzip"
    assert request.headers["content-length"] == str(len(json.dumps(QUERY.body)))
    assert request.headers["user-agent"].startswith("ffx/")
    assert "cookie" not in request.headers


def test_several_look_ups_share_a_connection(explorer: Explorer, client: Open) -> None:
    explorer.answer_with(GOOD)

    with client() as service:
        for _ in range(5):
            service.ask(QUERY)

    assert (len(explorer.requests), explorer.connections) == (5, 1)


def test_no_body_is_kept_that_is_dropped_also_behind_an_empty_one(
    explorer: Explorer, client: Open
) -> None:
    explorer.answer_with(GOOD, answer("", status=404), GOOD)

    with client() as service:
        service.keeps_bodies = True
        for _ in range(3):
            with suppress(NotFoundError):
                service.ask(QUERY)
        assert [bool(each.body) for each in service.exchanges] == [True, False, True]
        service.drop_bodies()
        assert [each.body for each in service.exchanges] == [b""] * 3


def test_a_connection_that_the_service_closed_meanwhile_is_made_anew(
    explorer: Explorer, client: Open
) -> None:
    explorer.answer_with((*GOOD, BreakOff()), GOOD)

    with client() as service:
        service.ask(QUERY)
        assert explorer.wait_for_break_off()
        assert service.ask(QUERY).rows == 1

    assert explorer.connections == 2


@each(
    ("script", "kind"),
    [
        (answer(b"", 503), TemporaryError),
        (answer(b"<html>"), ServiceError),
        (answer(b"junk", headers={"Content-Encoding": "gzip"}), TemporaryError),
        (answer(b"x" * 5000), ServiceError),
        ((BreakOff(),), TemporaryError),
        (answer(b"", 302, {"Location": "http://[bad"}), ServiceError),
        ((head(200, {"Content-Length": "-1"}),), ServiceError),
    ],
)
def test_after_a_failure_the_next_look_up_works(
    script: Script, kind: type[FfxError], explorer: Explorer, client: Open
) -> None:
    explorer.answer_with(script, GOOD)

    with client(max_body=4000) as service:
        with pytest.raises(kind):
            service.ask(QUERY)
        assert service.ask(QUERY).rows == 1

    assert wait_until(lambda: exchanges() == 0)


LATE = [
    pytest.param((Stall(),), id="nothing comes"),
    pytest.param((Drip(GOOD[0], 0.05),), id="the headers drip"),  # type: ignore[arg-type]
    pytest.param(
        (head(200, {"Content-Length": "4000"}), Drip(b" " * 4000, 0.05)), id="the body drips"
    ),
]


@pytest.mark.parametrize("script", LATE)
def test_past_its_deadline_an_exchange_is_over_on_both_sides(
    script: Script, explorer: Explorer, client: Open
) -> None:
    explorer.answer_with(script, GOOD)
    started = time.monotonic()

    with client(try_timeout=0.3) as service:
        with pytest.raises(TemporaryError) as caught:
            service.ask(QUERY)
        took = time.monotonic() - started
        # Nobody waits on, and the service is told so.
        assert wait_until(lambda: exchanges() == 0)
        assert wait_until(lambda: explorer.open_connections == 0)
        assert service.ask(QUERY).rows == 1

    assert caught.value.code == "timeout"
    assert 0.3 <= took < LONGEST_WAIT


def test_the_whole_look_up_has_a_deadline_too(explorer: Explorer, client: Open) -> None:
    explorer.answer_with((Stall(),))

    late = pytest.raises(TemporaryError, match=r"no answer from .* within 0\.2 s")
    with client(timeout=0.2, try_timeout=60.0) as service, late:
        service.ask(QUERY)


@pytest.fixture
def watched(client: Open) -> Iterator[Open]:
    """Make clients whose exchanges run in the asking thread, as the jobs of a list do."""
    alarm_clock = AlarmClock()

    def make(**limits: Any) -> Client:
        made = client(**limits)
        made.alarm_clock = alarm_clock
        return made

    yield make
    alarm_clock.close()


def started(thread: mock.Mock) -> list[str]:
    """Return the names of the client's threads; the service starts others."""
    names = [call.kwargs.get("name") for call in thread.call_args_list]
    return [name for name in names if name in ("exchange", "watch")]


def test_under_a_watch_a_kept_connection_is_used_in_the_asking_thread(
    explorer: Explorer, watched: Open
) -> None:
    explorer.answer_with(GOOD)

    with watched() as service, mock.patch("threading.Thread", side_effect=Thread) as thread:
        for _ in range(4):
            assert service.ask(QUERY).rows == 1

    assert started(thread) == [
        "exchange",
        "watch",
    ]  # the first connects, and may have to wait for a name
    assert explorer.connections == 1


def test_under_a_watch_a_closed_connection_is_made_anew_in_another_thread(
    explorer: Explorer, watched: Open
) -> None:
    explorer.answer_with((*GOOD, BreakOff()), (*GOOD, BreakOff()), GOOD)

    with watched() as service, mock.patch("threading.Thread", side_effect=Thread) as thread:
        for number in range(4):
            assert service.ask(QUERY).rows == 1
            assert number > 1 or explorer.wait_for_break_off(number + 1)

    assert started(thread) == ["exchange", "watch", "exchange", "exchange"]
    assert (explorer.connections, len(explorer.requests)) == (3, 4)


@pytest.mark.parametrize("script", LATE)
def test_under_a_watch_an_exchange_is_over_past_its_deadline_too(
    script: Script, explorer: Explorer, watched: Open
) -> None:
    explorer.answer_with(GOOD, script, GOOD)
    started = time.monotonic()

    with watched(try_timeout=0.3) as service:
        assert service.ask(QUERY).rows == 1
        with pytest.raises(TemporaryError) as caught:
            service.ask(QUERY)
        took = time.monotonic() - started
        assert wait_until(lambda: explorer.open_connections == 0)
        assert service.ask(QUERY).rows == 1

    assert caught.value.code == "timeout"
    assert 0.3 <= took < LONGEST_WAIT


def test_under_a_watch_failures_have_the_same_words(explorer: Explorer, watched: Open) -> None:
    explorer.answer_with(GOOD, (BreakOff(),), GOOD, (Reset(),), GOOD)

    with watched() as service:
        for _ in range(2):
            assert service.ask(QUERY).rows == 1
            with pytest.raises(TemporaryError, match="the connection"):
                service.ask(QUERY)
        assert service.ask(QUERY).rows == 1


def test_meanwhile_is_called_while_the_service_thinks(explorer: Explorer, client: Open) -> None:
    asked: list[bool] = []
    explorer.answer_with(GOOD)

    with client() as service:
        service.ask(QUERY, meanwhile=lambda: asked.append(explorer.wait_for_requests()))

    assert asked == [True]


def test_who_asks_behind_the_end_gets_no_answer_and_leaves_no_connection(
    explorer: Explorer, watched: Open
) -> None:
    explorer.answer_with(GOOD)

    with watched() as service:
        service.ask(QUERY)
    with pytest.raises(TemporaryError, match="nobody waits"):
        service.ask(QUERY)

    assert wait_until(lambda: explorer.open_connections == 0)
    assert explorer.connections == 1


def test_the_token_shows_in_no_representation(explorer: Explorer, client: Open) -> None:
    with client() as service:
        assert SAMPLE_TOKEN not in repr(service)
        assert SAMPLE_TOKEN not in repr(vars(service))


def test_a_failure_names_its_status_and_request(explorer: Explorer, client: Open) -> None:
    explorer.answer_with(answer(b"[]", headers={"X-Request-Id": "r-1"}))

    with client() as service, pytest.raises(ServiceError) as caught:
        service.ask(QUERY)

    assert (caught.value.status, caught.value.request_id) == (200, "r-1")


@each("cookie", ["id=1; Path=/", "id=\x9b\x01\x1b; Path=/", "=;;\xff", "x" * 9000])
def test_no_cookie_is_kept_or_spoils_the_next_look_up(
    cookie: str, explorer: Explorer, client: Open
) -> None:
    explorer.requests.clear()
    explorer.answer_with(answer(events(), headers={"Set-Cookie": cookie}))

    with client() as service:
        assert service.ask(QUERY).rows == 1
        assert service.ask(QUERY).rows == 1

    assert ["cookie" in request.headers for request in explorer.requests] == [False, False]


@each(
    ("behind", "connections"),
    [
        (b"", 1),
        (together(answer(events(visitorId="somebody-else"))), 2),
        (b"HTTP/1.1 200 OK\r\nContent-Le", 2),
        (b"x", 2),
    ],
)
@each("sent", ["a length", "chunks"])
@pytest.mark.fault(140)
def test_row_140_what_an_answer_leaves_behind_is_nobodys_answer(
    sent: str, behind: bytes, connections: int, explorer: Explorer, client: Open
) -> None:
    body = json.dumps(events()).encode()
    first = answer(body) if sent == "a length" else chunked(body)
    second = answer(events(pageName="second"))
    before = explorer.connections
    explorer.requests.clear()
    # In one piece, so that it is read together.
    explorer.answer_with((together(first) + behind,), second)

    with client() as service:
        replies = [service.ask(QUERY) for _ in range(3)]

    assert [reply.visitor_id for reply in replies] == [VISITOR_ID] * 3
    assert ["second" in reply.text for reply in replies] == [False, True, True]
    assert explorer.connections - before == connections
    assert len(explorer.requests) == 3


@pytest.mark.fault(140)
def test_row_140_an_answer_that_comes_after_the_next_request_is_nobodys_either(
    explorer: Explorer, client: Open
) -> None:
    visitor = visitor_query(HitId(HIT_ID))
    for query, own, others in (
        (QUERY, events(), events(hitId="somebody-elses")),
        (visitor, history(), history(hitId="somebody-elses")),
    ):
        before, left_over = explorer.connections, together(answer(others))
        explorer.requests.clear()
        explorer.answer_with(answer(own), (left_over,), answer(own))

        with client() as service:
            texts = [service.ask(query).text for _ in range(3)]

        assert texts == [json.dumps(own)] * 3, query
        assert explorer.connections - before == 2, query
        assert len(explorer.requests) == 4, query


@pytest.mark.fault(140)
def test_row_140_a_service_that_means_another_hit_is_asked_once_more_and_believed(
    explorer: Explorer, client: Open
) -> None:
    explorer.answer_with(answer(events()), answer(events(hitId="another")))

    with client() as service:
        assert service.ask(QUERY).warnings == ()
        assert len(service.ask(QUERY).warnings) == 1
        assert len(service.ask(QUERY).warnings) == 1  # which is not asked for twice again

    assert (len(explorer.requests), explorer.connections) == (4, 2)


def test_a_page_without_the_hit_that_was_asked_for_is_not_asked_for_again(
    explorer: Explorer, client: Open
) -> None:
    explorer.answer_with(answer({**history(hitId="a-later-one"), "hasMore": True}))

    with client() as service:
        for _ in range(2):
            assert service.ask(visitor_query(HitId(HIT_ID))).rows == 1

    assert (len(explorer.requests), explorer.connections) == (2, 1)
