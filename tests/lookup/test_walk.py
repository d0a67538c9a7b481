"""The walk returns exactly what is stored, or says what it could not get."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.api.wire import Reply, read_reply, visitor_query
from ffx.errors import TemporaryError
from ffx.input.targets.target import VisitorId
from ffx.input.times.window import TimeRange
from ffx.lookup.pages import MILLISECOND
from ffx.lookup.walk import Walk
from tests.fuzz.conftest import fuzzed
from tests.lookup.capped import START, WINDOW, OfManyRows, Service, ideal_requests, walk_through
from tests.looping import each

NAMES = "abc"


def walk(service: Service, *, most_rows: int = 100_000) -> tuple[Walk, list[str]]:
    made = Walk(service.ask, most_rows)
    return made, [row.text for part in made.over(WINDOW) for row in part]


MICROSECONDS = st.one_of(
    st.integers(0, 3_599_999_999),
    st.integers(0, 5_000),
    st.integers(0, 20).map(lambda count: count * 1_000),
    st.integers(0, 5).map(lambda count: count * 1_000_000),
)
ROWS = st.lists(st.tuples(MICROSECONDS, st.sampled_from(NAMES)), max_size=40)
SERVICES = st.builds(
    Service,
    rows=ROWS,
    page_size=st.integers(1, 9),
    keeps_newest=st.booleans(),
    ascending=st.booleans(),
    digits=st.sampled_from([0, 3, 6]),
    has_open_end=st.booleans(),
)


@fuzzed(30)
@given(SERVICES)
def test_every_stored_row_comes_as_often_as_it_is_stored_or_a_gap_is_said(
    service: Service,
) -> None:
    made, texts = walk(service)

    missing = service.stored() - Counter(texts)
    assert not Counter(texts) - service.stored(), "a row came more often than it is stored"
    assert bool(missing) <= bool(made.gaps), "rows are missing and nothing was said"


@fuzzed(30)
@given(SERVICES)
def test_a_gap_is_said_only_where_a_millisecond_holds_more_than_a_page(service: Service) -> None:
    made, _ = walk(service)

    def is_crowded(start: datetime, end: datetime) -> bool:
        return sum(start <= Service._time(row) <= end for row in service.rows) > service.page_size

    assert bool(made.gaps) == any(
        is_crowded(gap.window.start, gap.window.end) for gap in made.gaps
    )
    for gap in made.gaps:
        # Of several milliseconds that are answered alike, none is asked for by itself.
        if gap.reason == "the service answers for every part of it alike":
            continue
        # Milliseconds that touch are told as one gap, and each of them is crowded.
        start = gap.window.start
        while start < gap.window.end:
            end = min(start + timedelta(milliseconds=1), gap.window.end)
            assert is_crowded(start, end), gap
            start = end


@fuzzed(15)
@given(
    st.integers(0, 200), st.integers(2, 50), st.booleans(), st.booleans(), st.sampled_from([3, 6])
)
def test_spread_rows_take_about_a_request_a_page(
    count: int, page_size: int, keeps_newest: bool, ascending: bool, digits: int
) -> None:
    rows = [(number * 7_000, "a") for number in range(count)]
    service = OfManyRows(rows, page_size, keeps_newest, ascending, digits)

    made, texts = walk(service)

    assert Counter(texts) == service.stored()
    # A page shares one row with the next; three more requests find out which end is kept.
    assert made.requests <= count / (page_size - 1) + 4


@st.composite
def bursts(draw: st.DrawFn) -> tuple[Service, int]:
    """Draw a service whose instants hold up to a page less one row, and its unit of time."""
    page_size = draw(st.sampled_from([7, 50, 200]))
    unit, digits = draw(st.sampled_from([(1_000_000, 0), (1_000, 3)]))
    sizes = st.one_of(st.just(page_size - 1), st.integers(1, 3), st.integers(1, page_size - 1))
    longest = 8 if page_size == 200 else 25
    rows: list[tuple[int, str]] = []
    instant = 0
    for size, distance in draw(st.lists(st.tuples(sizes, st.integers(1, 3)), max_size=longest)):
        instant += distance * unit
        rows += [(instant, f"{number:03}") for number in range(size)]
    service = OfManyRows(rows, page_size, draw(st.booleans()), draw(st.booleans()), digits)
    service.has_open_end = draw(st.booleans())
    return service, unit


@fuzzed(15)
@given(bursts())
def test_a_walk_takes_few_more_requests_than_one_that_wastes_none(
    drawn: tuple[Service, int],
) -> None:
    service, unit = drawn
    made, until_first = walk_through(service)

    assert made.gaps == []
    assert until_first <= 2
    assert made.requests <= 1.5 * ideal_requests(service, unit) + 12


@each("page_size", [50, 7])
@each("keeps_newest", [True, False])
@each("ascending", [True, False])
def test_parts_come_in_one_direction_of_time(
    page_size: int, keeps_newest: bool, ascending: bool
) -> None:
    rows = [(number * 27_000_000, "a") for number in range(125)]
    service = OfManyRows(rows, page_size, keeps_newest, ascending)

    made = Walk(service.ask, 100_000)
    firsts = [part[0].time for part in made.over(WINDOW)]

    assert made.rows == 125
    assert firsts == sorted(firsts, reverse=keeps_newest)  # type: ignore[type-var]  # all have times


def test_rows_without_readable_times_are_had_by_halving() -> None:
    service = Service([(number * 90_000_000, "a") for number in range(40)], page_size=5)
    send = service.sent
    service.sent = lambda row: {**send(row), "eventTime": f"#{row[0]}"}  # type: ignore[method-assign]

    made, texts = walk(service)

    assert Counter(texts) == service.stored()
    assert made.gaps == []


def test_an_instant_that_fills_a_page_is_said() -> None:
    service = Service([(1_000_000, f"{number}") for number in range(9)], page_size=4)

    made, texts = walk(service)

    assert len(texts) == 4
    assert {gap.reason for gap in made.gaps} == {"more hits in one millisecond than a reply holds"}


def test_a_row_that_vanishes_meanwhile_is_kept_and_said() -> None:
    def lose_the_edge(service: Service) -> None:
        if len(service.asked) == 3:
            service.rows = [row for row in service.rows if row[0] != 14_000_000]

    rows = [(number * 1_000_000, "a") for number in range(20)]
    service = Service(rows, page_size=6, change=lose_the_edge)

    made, texts = walk(service)

    assert len(texts) == 20
    assert [gap.reason for gap in made.gaps] == ["the data changed meanwhile"]


def test_a_limit_on_rows_ends_the_walk_and_is_said() -> None:
    service = Service([(number * 1_000_000, "a") for number in range(50)], page_size=6)

    made, texts = walk(service, most_rows=10)

    assert len(texts) == made.rows == 10
    assert [gap.reason for gap in made.gaps] == ["more than 10 hits (--max-hits)"]


def test_a_limit_that_is_just_reached_is_none() -> None:
    service = Service([(number * 1_000_000, "a") for number in range(50)], page_size=6)

    made, texts = walk(service, most_rows=50)

    assert len(texts) == 50
    assert made.gaps == []


@fuzzed(20)
@given(service=SERVICES, answers=st.integers(1, 12))
def test_a_deadline_keeps_every_row_that_was_answered_and_says_the_rest(
    service: Service, answers: int
) -> None:
    replies: list[Counter[str]] = []

    def ask(window: TimeRange) -> Reply:
        if len(replies) == answers:
            raise TemporaryError("too late", ends_run=True)
        reply = service.ask(window)
        replies.append(Counter(text for text, _ in reply.timed_rows()))
        return reply

    made = Walk(ask, 100_000)
    rows = Counter(row.text for part in made.over(WINDOW) for row in part)

    assert rows <= service.stored()
    if made.ended_by is None:
        return
    # Where times do not tell rows apart, what was asked to find that out may go.
    for reply in replies if made.goes_back is not None else replies[:1]:
        assert reply <= rows
    assert "the run's deadline was over" in [gap.reason for gap in made.gaps]
    assert made.has_more is True
    unit = timedelta(seconds=1)
    for text in service.stored() - rows:
        time = datetime.fromisoformat(json.loads(text)["eventTime"])
        windows = [gap.window for gap in made.gaps]
        assert any(window.start - unit <= time <= window.end for window in windows)


def test_a_deadline_before_any_answer_ends_the_walk_as_an_error() -> None:
    for ends_run in (True, False):

        def ask(_: TimeRange, *, ends_run: bool = ends_run) -> Reply:
            raise TemporaryError("too late", ends_run=ends_run)

        with pytest.raises(TemporaryError):
            list(Walk(ask, 100).over(WINDOW))


def test_a_failure_that_is_no_deadline_ends_the_walk_with_nothing_kept_back() -> None:
    service = Service([(1_000_000 * number, "a") for number in range(10)])

    def ask(window: TimeRange) -> Reply:
        if len(service.asked) == 4:
            raise TemporaryError("out of order")
        return service.ask(window)

    with pytest.raises(TemporaryError, match="out of order"):
        list(Walk(ask, 100).over(WINDOW))


@each("digits", [0, 3])
@each("keeps_newest", [True, False])
def test_single_instants_that_a_page_just_holds_are_no_gap(
    *, keeps_newest: bool, digits: int
) -> None:
    rows = [(second * 1_000_000, f"{number}") for second in (3, 9) for number in range(8)]
    rows += [(5_000_000 + number * 1_000, f"{number}") for number in range(20)]
    service = Service(rows, page_size=8, keeps_newest=keeps_newest, digits=digits)

    made, texts = walk(service)

    assert Counter(texts) == service.stored()
    assert made.gaps == []


def test_the_walk_goes_on_behind_an_instant_that_fills_a_page() -> None:
    rows = [(2_000_000, f"{number}") for number in range(9)]
    rows += [(number * 1_000_000, "a") for number in range(3, 40)]
    for keeps_newest in (True, False):
        service = Service([(0, "z"), *rows], page_size=4, keeps_newest=keeps_newest)

        made, texts = walk(service)

        assert len(texts) == 1 + 4 + 37, f"keeps_newest={keeps_newest}"
        assert len(made.joined_gaps) == 1
        assert abs(made.gaps[0].window.start - START - timedelta(seconds=2)) <= MILLISECOND


@each("ascending", [True, False])
@each("keeps_newest", [True, False])
@each("late", [0, 3_500_000_000])
def test_a_row_that_is_stored_meanwhile_misleads_nobody(
    late: int, *, keeps_newest: bool, ascending: bool
) -> None:
    """The second request tells which end is kept: a row that was not there may look as if."""

    def store_one(service: Service) -> None:
        if len(service.asked) == 2:
            service.rows.append((late, "late"))

    rows = [(number * 10_000_000, "a") for number in range(1, 120)]
    service = Service(rows, 50, keeps_newest, ascending, change=store_one)

    _, texts = walk(service)

    assert len(set(texts)) == len(texts)
    assert not {json.dumps(service.sent(row)) for row in rows} - set(texts)


def always_the_same(count: int) -> Callable[[TimeRange], Reply]:
    """Return a service that answers every question alike, and always has more."""
    hits = [
        {"hitId": f"h{number}", "eventTime": f"2026-03-05T00:00:0{number}Z"}
        for number in range(count)
    ]
    body = json.dumps({"visitor": {"visitorId": "v"}, "hits": hits, "hasMore": True}).encode()
    return lambda window: read_reply(visitor_query(VisitorId("v"), window), body)


@each("count", [1, 5])
@pytest.mark.fault(127, 147)
def test_a_walk_that_gets_nowhere_ends(count: int) -> None:
    made = Walk(always_the_same(count), 100_000)

    texts = {row.text for part in made.over(WINDOW) for row in part}

    assert len(texts) == count
    assert made.requests <= 40
    assert len(made.joined_gaps) <= 2, made.joined_gaps
    assert "20 requests brought no hit that was not there before" in made.gaps[-1].reason


def test_gaps_that_touch_are_told_as_one() -> None:
    rows = [(instant * 1_000, f"{number}") for instant in range(7) for number in range(9)]
    service = Service([*rows, *((second * 10**6, "a") for second in range(1, 9))], page_size=4)

    made, _ = walk(service)

    assert len(made.gaps) > 2
    assert [gap.window for gap in made.joined_gaps] == [
        TimeRange(START, START + timedelta(milliseconds=6))
    ]
