"""A run that a program begins: whose tokens, which settings, and not a word aloud."""

import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any

import pytest

from ffx import AccountError, Explorer, NotFoundError, ServiceError, TemporaryError, UsageError
from ffx.service.retry import Retries
from ffx.settings.credentials import credentials_path
from tests.answering import Question, Says, serving
from tests.conftest import SAMPLE_TOKEN
from tests.explorer import HIT_ID, VISITOR_ID, Stall, answer, events, history
from tests.explorer import Explorer as Service
from tests.faults.bounds import LONGEST_WAIT
from tests.looping import each
from tests.service.tokens import (
    LONG_PAST,
    NEW,
    OLD,
    OLD_REFRESH,
    SECRETS,
    VALIDATE,
    bearers,
    log_in,
    paths,
    renewal,
    stored,
)

NOBODY: dict[str, object] = {"visitor": None, "hits": [], "hasMore": False}


def _two_hours_later() -> type[datetime]:
    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Later":
            return super().now(tz) + timedelta(hours=2)

    return Later


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Write pauses down in place of sleeping."""
    told: list[float] = []
    calm = partial(Retries, pause=told.append, chance=lambda: 0.0)
    monkeypatch.setattr("ffx.service.client.Retries", calm)
    return told


def test_given_tokens_are_used_alone_and_in_memory(
    explorer: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(explorer, monkeypatch)
    monkeypatch.setenv("FFX_ACCESS_TOKEN", SAMPLE_TOKEN)
    monkeypatch.setenv("FFX_REFRESH_TOKEN", OLD_REFRESH)
    explorer.answer_with(answer(events()), answer(status=401))

    with Explorer(access_token=NEW) as asking:
        asking.hit(HIT_ID)
        with pytest.raises(AccountError, match="the token was refused"):
            asking.hit(HIT_ID)

    # No refresh token goes with it, so nothing is renewed.
    assert bearers(explorer) == [NEW, NEW]
    assert stored()["access_token"] == OLD


def test_a_given_pair_is_renewed_and_not_stored(explorer: Service) -> None:
    explorer.answer_with(answer(status=401), renewal(), answer(events()))

    with Explorer(access_token=OLD, refresh_token=OLD_REFRESH) as asking:
        found = asking.hit(HIT_ID)
        asking.hit(HIT_ID)

    assert bearers(explorer) == [OLD, OLD, NEW, NEW]
    assert paths(explorer)[1] == VALIDATE
    assert found.notes == ("the token was renewed for this run only; to keep it: ffx auth login",)
    assert not credentials_path().exists()


def test_a_program_that_runs_for_days_renews_its_token_each_time_it_expires(
    explorer: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = int(datetime.now(UTC).timestamp())
    explorer.answer_with(
        answer(status=401), renewal(expires_at=seconds + 3600), answer(events()), renewal(),
        answer(events()),
    )  # fmt: skip

    with Explorer(access_token=OLD, refresh_token=OLD_REFRESH) as asking:
        asking.hit(HIT_ID)
        monkeypatch.setattr("ffx.service.client.datetime", _two_hours_later())
        asking.hit(HIT_ID)

    assert [path for path in paths(explorer) if path == VALIDATE] == [VALIDATE] * 2


def test_a_stored_pair_is_renewed_and_stored(
    explorer: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(explorer, monkeypatch, expires_at=LONG_PAST, profile="shop")
    explorer.answer_with(renewal(), answer(events()))

    with Explorer(profile="shop") as asking:
        assert asking.hit(HIT_ID).notes == ()

    assert bearers(explorer) == [OLD, NEW]
    assert stored(profile="shop")["access_token"] == NEW


def test_somebody_may_log_in_meanwhile(explorer: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FFX_ACCESS_TOKEN")
    explorer.answer_with(answer(status=401), answer(status=401), answer(events()))

    with Explorer() as asking:
        with pytest.raises(AccountError, match="not logged in"):
            asking.hit(HIT_ID)
        log_in(explorer, monkeypatch, refresh_token="")
        with pytest.raises(AccountError, match="the token was refused"):
            asking.hit(HIT_ID)
        monkeypatch.setenv("FFX_ACCESS_TOKEN", NEW)
        with pytest.raises(AccountError, match="the token was refused"):
            asking.hit(HIT_ID)
        asking.hit(HIT_ID)

    assert bearers(explorer) == [OLD, NEW, NEW]


@each(
    ("settings", "message"),
    [
        ({"access_token": "two words"}, "the token in access_token is not one: "),
        ({"access_token": ""}, "the token in access_token is not one: "),
        (
            {"access_token": NEW, "refresh_token": "\x1b[31m"},
            "the token in refresh_token is not one: ",
        ),
        ({"refresh_token": NEW}, "refresh_token does nothing alone"),
        ({"api_url": "http://far.example.com/v1"}, "api_url 'http://far.example.com/v1' is "),
        ({"tz": "Atlantis"}, "unknown zone 'Atlantis'"),
        ({"profile": ""}, "profile '' is no name for a profile"),
        ({"timeout": 0}, "timeout is not a number of seconds above zero: 0"),
        ({"try_timeout": float("nan")}, "try_timeout is not a number of seconds above zero: nan"),
        ({"max_body": 0}, "max_body is not a whole number from 1 on: 0"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_at_once(
    settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as refused:
        Explorer(**settings)

    assert refused.value.message.startswith(message)
    assert NEW not in f"{refused.value!r}{refused.value.hint}"


def test_arguments_go_before_the_environment_and_that_before_the_file(
    explorer: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = credentials_path().parent
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('tz = "Asia/Tokyo"\n')
    monkeypatch.setenv("FFX_TZ", "Europe/Berlin")
    times: dict[str, Any] = {"since": "2026-03-01", "until": "2026-03-01"}

    for settings in ({"tz": "UTC"}, {}, {"environ": {"FFX_API_URL": explorer.url}}):
        with Explorer(access_token=NEW, **settings) as asking:
            asking.visitor(VISITOR_ID, **times)

    assert [request.json["timeStart"] for request in explorer.requests] == [
        "2026-03-01T00:00:00Z",
        "2026-02-28T23:00:00Z",
        "2026-02-28T15:00:00Z",
    ]


def test_a_service_that_says_nothing_is_waited_for_as_long_as_was_said(
    explorer: Service, pauses: list[float]
) -> None:
    explorer.answer_with((Stall(),))

    with (
        Explorer(timeout=0.3, try_timeout=0.2) as asking,
        pytest.raises(TemporaryError, match=r"no answer from 127.0.0.1:\d+ within 0.[12] s"),
    ):
        asking.hit(HIT_ID)


def test_a_reply_over_the_size_allowed_is_refused(explorer: Service) -> None:
    with (
        Explorer(max_body=100) as asking,
        pytest.raises(ServiceError, match="over 100 bytes unpacked"),
    ):
        asking.visitor(VISITOR_ID)


def test_no_token_is_shown(explorer: Service) -> None:
    explorer.answer_with(answer(status=401), answer({"message": OLD}, status=401))

    with (
        Explorer(access_token=OLD, refresh_token=OLD_REFRESH) as asking,
        pytest.raises(AccountError) as raised,
    ):
        asking.hit(HIT_ID)

    shown = f"{asking!r}{vars(asking)}{raised.value!r}{raised.value.hint}{vars(raised.value)}"
    assert not [secret for secret in SECRETS if secret in shown]


def test_nothing_is_printed_and_nothing_of_the_program_is_touched(
    explorer: Service,
    pauses: list[float],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ffx.output.streams._is_terminal", lambda _: True)
    monkeypatch.setattr(sys, "argv", ["their-program", "--json", "--curl"])
    handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    explorer.answer_with(answer(status=503), answer(NOBODY), answer(history()), answer(NOBODY))

    with Explorer() as asking:
        asking.visitor("?vid=" + VISITOR_ID)
        with pytest.raises(NotFoundError):
            asking.visitor(VISITOR_ID, every_hit=True)

    assert capfd.readouterr() == ("", "")
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == handlers


def _in_threads(count: int, work: Callable[[int], object]) -> list[object]:
    results: list[object] = [None] * count

    def run(number: int) -> None:
        results[number] = work(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_WAIT)
    return results


@pytest.mark.parametrize("is_shared", [False, True])
def test_threads_do_not_mix_what_they_get(is_shared: bool) -> None:
    def about(question: Question) -> Says:
        visitor = {"visitorId": question.target}
        return Says({"visitor": visitor, "hits": [{"hitId": question.target}]})

    with serving(about) as service:
        shared = Explorer(api_url=service.url, access_token=NEW)

        def look_up(number: int) -> object:
            asking = shared if is_shared else Explorer(api_url=service.url, access_token=NEW)
            text = f"afdX{number:023}"
            found = [asking.visitor(f"vid={text}&x=1", since="2020-01-01") for _ in range(5)]
            if not is_shared:
                asking.close()
            return [(each.visitor_id, each.hits[0].hitId, each.notes[0]) for each in found]

        results = _in_threads(6, look_up)
        shared.close()

    assert results == [
        [(text, text, f"found visitor ID {text} under 'vid'")] * 5
        for text in (f"afdX{number:023}" for number in range(6))
    ]
