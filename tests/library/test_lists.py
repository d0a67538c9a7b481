"""`Explorer.each`, what is no text or time, and what an answer can do, against the sandbox."""

import pickle
import threading
from collections.abc import Iterator
from contextlib import closing, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ffx import Diagnosis, Explorer, FfxError, HitAnswer, UsageError
from ffx.library.ordered_threads import map_in_order
from tests.looping import each

LANDER, CONVERTED = "k3yyck910q7g90ceygzc7nr1", "dkezmsf3bat8xdbz8rt039r4h"

IDS = [LANDER, "{clickid}", CONVERTED, "k3yyck910q7g90ceygzc7nr9"]


@pytest.fixture
def explorer() -> Iterator[Explorer]:
    with Explorer.sandbox(tz="UTC", environ={}) as explorer:
        yield explorer


def test_each_answers_in_order_with_errors_as_values(explorer: Explorer) -> None:
    found = list(explorer.each(IDS * 5, jobs=3))

    assert [type(each).__name__ for each in found] == [
        "Diagnosis", "UsageError", "Diagnosis", "NotFoundError"
    ] * 5  # fmt: skip
    assert [each.id for each in found if isinstance(each, Diagnosis)] == [LANDER, CONVERTED] * 5


def test_each_takes_the_arguments_of_the_look_up_that_it_names(explorer: Explorer) -> None:
    (hit,) = explorer.each([CONVERTED], "hit", at="2d")
    (visitor,) = explorer.each([CONVERTED], "visitor", since="3d")

    assert isinstance(hit, HitAnswer)
    assert hit.hit_id == CONVERTED
    assert not isinstance(visitor, FfxError)
    assert visitor.window is not None
    assert visitor.window[1] - visitor.window[0] == timedelta(days=3)


def test_each_can_be_left_early_and_goes_on_with_an_explorer_that_still_answers(
    explorer: Explorer,
) -> None:
    first = next(iter(explorer.each(IDS)))

    assert isinstance(first, Diagnosis)
    assert explorer.diagnose(LANDER) is not None


def test_targets_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def endless() -> Iterator[int]:
        while True:
            taken.append(len(taken))
            yield len(taken)

    results = map_in_order(endless(), lambda: nullcontext(lambda number: number), jobs=2)

    assert [next(results) for _ in range(3)] == [1, 2, 3]
    assert len(taken) < 10


def test_what_fails_in_a_worker_is_raised_where_its_result_is_taken() -> None:
    def work(number: int) -> float:
        return 1 / number

    results = map_in_order([1, 0, 2], lambda: nullcontext(work), jobs=2)

    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_no_thread_is_left_once_all_is_answered(explorer: Explorer) -> None:
    before = set(threading.enumerate())

    list(explorer.each(IDS, jobs=4))

    assert set(threading.enumerate()) <= before


@each(
    ("target", "said", "hint"),
    [
        (None, "target is None, not a text", "The cell or the variable is empty; leave it out."),
        (float("nan"), "target is nan, not a text", "The cell or the variable is empty"),
        (17, "target is 17, not a text", "Write it as text."),
        (b"k1", "target is b'k1', not a text", "Decode it first, as in target.decode()."),
        ([LANDER], f"target is ['{LANDER}'], not a text", "Give one at a time, or all to "),
    ],
)
@pytest.mark.fault(130)
def test_what_is_no_text_is_no_target(
    target: Any, said: str, hint: str, explorer: Explorer
) -> None:
    for refused in (*explorer.each([target]), *explorer.each([target], "hit")):
        assert isinstance(refused, UsageError)
        assert refused.message == said
        assert refused.hint.startswith(hint)


@each(
    ("arguments", "said"),
    [
        ({"since": 3}, "since is 3, not a time"),
        ({"as_kind": "foo"}, "as_kind is 'foo', not a kind of ID"),
        ({"max_hits": "3"}, "max_hits is not a whole number from 1 on: '3'"),
        ({"since": "soon"}, "cannot read 'soon' as a time for since"),
        ({"since": "1d", "on": "today"}, "since and on exclude each other"),
    ],
)
def test_an_argument_that_cannot_be_used_is_named_as_programs_name_it(
    arguments: dict[str, Any], said: str, explorer: Explorer
) -> None:
    with pytest.raises(UsageError) as refused:
        explorer.visitor(LANDER, **arguments)

    assert str(refused.value) == said
    assert "--" not in refused.value.hint


@each(
    ("settings", "said"),
    [
        ({"timeout": "3s"}, "timeout is not a number of seconds above zero: '3s'"),
        ({"profile": 3}, "profile is 3, not a text"),
        ({"access_token": 12345}, "access_token is not a text"),
    ],
)
def test_a_setting_of_another_type_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        Explorer(**settings)

    assert str(refused.value) == said


def test_lists_are_checked_before_anything_is_asked(explorer: Explorer) -> None:
    with pytest.raises(UsageError, match="targets is 'k1', not a list of texts"):
        explorer.each("k1")
    with pytest.raises(UsageError, match="look_up is 'close', which is no look-up"):
        explorer.each(["k1"], "close")  # type: ignore[call-overload]  # the fault in question
    with pytest.raises(UsageError, match="jobs is not a whole number from 1 on: 0"):
        explorer.each(["k1"], jobs=0)


def _pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301  # our own, a line ago


def test_answers_can_be_pickled_and_still_write_their_documents(explorer: Explorer) -> None:
    diagnosis, visitor = explorer.diagnose(LANDER), explorer.visitor(LANDER)
    again = _pickled(diagnosis)

    assert _pickled(visitor) == visitor
    assert again == diagnosis
    assert again.as_document() == diagnosis.as_document()
    assert again.as_document()["verdict"]["converted"] is False
    assert again.as_markdown() == diagnosis.as_markdown()
    assert again.as_html() == diagnosis.as_html()
    assert diagnosis.as_markdown().count(LANDER) > 1
    assert diagnosis.as_html().startswith("<!doctype html>")
    assert repr(diagnosis) == f"<Diagnosis hit {LANDER}: not converted, 1 finding>"


def test_answers_count_their_rows_in_words(explorer: Explorer) -> None:
    one, two, visitor = explorer.hit(LANDER), explorer.hit(CONVERTED), explorer.visitor(LANDER)

    assert repr(one) == f"<HitAnswer {LANDER}: 1 event>"
    assert repr(two) == f"<HitAnswer {CONVERTED}: 2 events>"
    assert f": {len(visitor.hits)} hits, " in repr(visitor)


def test_rows_tell_their_time_as_an_aware_datetime() -> None:
    from ffx.api.models import HitRow

    read = HitRow(eventTime="2026-03-01T09:00:00.250+01:00").event_time

    assert read == datetime(2026, 3, 1, 8, 0, 0, 250_000, tzinfo=UTC)
    assert read.tzinfo is UTC
    assert HitRow(eventTime="soon").event_time is None
    with closing(Explorer.sandbox()) as explorer:
        assert all(hit.event_time for hit in explorer.visitor(LANDER).hits)
