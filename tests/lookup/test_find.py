"""Looking up, against the sandbox in every way that the documentation leaves open."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from ffx.api.journey import make_journey
from ffx.api.wire import Reply
from ffx.errors import NotFoundError
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.input.times.window import TimeRange
from ffx.lookup.find import Found, LookupContext, find_hit, find_visitor
from ffx.lookup.outcome import nothing_there
from ffx.lookup.run import Run
from ffx.output.streams import Output, Screen
from ffx.sandbox.app import SANDBOX_TOKEN, Behaviour, ExplorerApp
from ffx.sandbox.data.stories import STORIES
from ffx.service.account import Account
from ffx.service.client import Client
from ffx.settings.credentials import Credentials
from ffx.settings.settings import Limits, Settings
from tests.looping import each
from tests.sandbox.calling import NOW, sample_store

SCREEN = Screen(stdout_is_terminal=False, stderr_is_terminal=False, width=80, color=False)
STORY = {story.name: story for story in STORIES}
ORDINARY = STORY["ordinary-conversion"]
WINDOW = TimeRange(NOW - timedelta(days=2), NOW)

# Every answer to every open question, with every other.
ANSWERS: dict[str, tuple[Any, ...]] = {
    "order": ("ascending", "descending"),
    "keep": ("newest", "oldest"),
    "absent": ("empty", "null", "absent"),
    "times": ("Z", "offset", "none"),
    "fractions": (True, False),
}
BEHAVIOURS = [
    Behaviour(**dict(zip(ANSWERS, values, strict=True))) for values in product(*ANSWERS.values())
]


@pytest.fixture
def run() -> Run:
    settings = Settings("sandbox:", "default", None, Limits())
    return Run(settings, Output(SCREEN), NOW, {}, ())


@pytest.fixture
def ask(run: Run) -> Callable[..., Client]:
    def make(behaviour: Behaviour = Behaviour(), *, page_size: int = 1000) -> Client:
        pair = Credentials("sandbox:", SANDBOX_TOKEN)
        return Client(
            "http://localhost/v1",
            Account(pair, profile="sandbox", file=None, note=run.output.note),
            limits=Limits(),
            output=run.output,
            environ={},
            app=ExplorerApp(sample_store(), page_size=page_size, behaviour=behaviour),
        )

    return make


def find(run: Run, client: Client, target: Target, window: TimeRange | None) -> Found:
    return find_visitor(LookupContext(client, run.now, run.output.note), target, window)


def visitor_of(story: Any) -> Target:
    return Target(VisitorId(story.visitor_id))


@pytest.fixture
def usual(run: Run, ask: Callable[..., Client]) -> Reply:
    return find(run, ask(), visitor_of(ORDINARY), WINDOW).reply


@each("behaviour", BEHAVIOURS)
def test_a_visitor_reads_the_same_however_the_service_answers(
    behaviour: Behaviour, usual: Reply, run: Run, ask: Callable[..., Client]
) -> None:
    reply = find(run, ask(behaviour), visitor_of(ORDINARY), WINDOW).reply

    expected, found = (make_journey(one.history().hits) for one in (usual, reply))
    assert [step.row.hitId for step in found.steps] == [step.row.hitId for step in expected.steps]
    assert [step.row.eventType for step in found.steps] == [
        "entrance", "view", "click", "view", "conversion",
    ]  # fmt: skip
    assert found.was_sorted
    assert str(found.revenue) == "24.9000"
    assert (reply.has_more, reply.warnings) == (False, ())


@pytest.mark.parametrize("not_found_as", ["empty", "404"])
def test_nobody_is_found_in_either_way_of_saying_so(
    not_found_as: Any, run: Run, ask: Callable[..., Client]
) -> None:
    client = ask(Behaviour(not_found=not_found_as))

    found = find(run, client, Target(VisitorId("nobody")), WINDOW)

    assert found.reply.rows == 0
    error = nothing_there(run, found, found.reply.query.kind)
    assert isinstance(error, NotFoundError)
    assert error.message == "nothing found for visitor nobody"
    assert "--since 1y" in error.hint


@each("summary", ["everything", "window"])
def test_a_summary_over_the_window_or_over_everything_is_a_summary(
    summary: Any, run: Run, ask: Callable[..., Client]
) -> None:
    client = ask(Behaviour(summary=summary))

    reply = find(run, client, visitor_of(STORY["gap-over-a-day"]), WINDOW).reply

    assert reply.visitor_id == STORY["gap-over-a-day"].visitor_id
    assert reply.first_seen


@each("keep", ["newest", "oldest"])
def test_a_full_page_says_that_there_is_more(
    keep: Any, run: Run, ask: Callable[..., Client]
) -> None:
    client = ask(Behaviour(keep=keep), page_size=100)

    reply = find(run, client, visitor_of(STORY["long-history"]), WINDOW).reply

    assert (reply.rows, reply.has_more) == (100, True)


def test_a_hit_finds_its_visitor(run: Run, ask: Callable[..., Client]) -> None:
    found = find(run, ask(), Target(HitId(ORDINARY.hit_id)), None)

    assert found.reply.visitor_id == ORDINARY.visitor_id
    assert found.window is None


def test_a_hit_with_a_window_finds_its_visitor_in_that_window(
    run: Run, ask: Callable[..., Client]
) -> None:
    found = find(run, ask(), Target(HitId(ORDINARY.hit_id)), WINDOW)

    assert found.window == WINDOW
    assert dict(found.reply.query.body) == {
        "visitorId": ORDINARY.visitor_id,
        "timeStart": "2026-03-03T14:30:00Z",
        "timeEnd": "2026-03-05T14:30:00Z",
    }


def test_without_a_window_the_search_widens_until_the_visitor_appears(
    run: Run, ask: Callable[..., Client], capsys: pytest.CaptureFixture[str]
) -> None:
    later = Run(run.settings, run.output, NOW + timedelta(days=9), {}, ())

    found = find(later, ask(), visitor_of(ORDINARY), None)

    assert found.window == TimeRange(later.now - timedelta(days=30), later.now)
    assert capsys.readouterr().err == (
        "nothing in the last 24 hours; asking for 7 days\n"
        "nothing in the last 7 days; asking for 30 days\n"
    )


def test_the_widest_search_that_finds_nobody_proposes_a_year(
    run: Run, ask: Callable[..., Client]
) -> None:
    found = find(run, ask(), Target(VisitorId("nobody")), None)

    assert found.window == TimeRange(NOW - timedelta(days=90), NOW)
    assert (
        "ffx visitor nobody --since 1y --sandbox"
        in nothing_there(run, found, found.reply.query.kind).hint
    )


def test_a_hit_that_is_not_there_gets_its_day_estimated(
    run: Run, ask: Callable[..., Client]
) -> None:
    found = find_hit(ask(), Target(HitId("dkezmsf3bat8xdbz8rt039r9")), None)

    assert found.reply.rows == 0
    hint = nothing_there(run, found, found.reply.query.kind).hint
    assert "ffx hit dkezmsf3bat8xdbz8rt039r9 --at 2019-08-29 --sandbox  (an estimate" in hint


def test_a_day_that_was_given_is_sent_and_not_proposed_again(
    run: Run, ask: Callable[..., Client]
) -> None:
    found = find_hit(ask(), Target(HitId("dkezmsf3bat8xdbz8rt039r9")), NOW)

    assert found.reply.query.body["timeStart"] == "2026-03-05T14:30:00Z"
    assert "--at" not in nothing_there(run, found, found.reply.query.kind).hint


@each("story", STORIES)
def test_every_story_is_found_by_visitor_and_by_hit(
    story: Any, run: Run, ask: Callable[..., Client]
) -> None:
    client = ask(page_size=100)
    by_visitor = find(run, client, visitor_of(story), WINDOW).reply
    by_hit = find_hit(client, Target(HitId(story.hit_id)), None).reply

    assert by_visitor.visitor_id == by_hit.visitor_id == story.visitor_id
    assert by_visitor.rows
    assert by_hit.rows
    assert (by_visitor.warnings, by_hit.warnings) == ((), ())
