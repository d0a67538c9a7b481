from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from hypothesis import given
from hypothesis import strategies as st

from ffx.errors import TemporaryError
from ffx.service.headers import read_retry_after
from ffx.service.retry import Retries, RetryPolicy
from tests.looping import each

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
TEN_YEARS = 10 * 365 * 86_400


def failure(code: str = "http-503", retry_after: float | None = None) -> TemporaryError:
    return TemporaryError("it failed", code=code, retry_after=retry_after)


def patience(*, chance: float = 1.0, now: float = 0.0, **changes: int) -> Retries:
    return Retries(
        chance=lambda: chance,
        clock=lambda: now,
        pause=lambda _: None,
        budget=changes.get("budget", 200),
    )


@each(
    ("code", "tries"),
    [
        ("http-408", 3),
        ("http-429", 3),
        ("http-500", 3),
        ("http-502", 3),
        ("http-503", 3),
        ("http-520", 3),
        ("unreachable", 3),
        ("connect-timeout", 3),
        ("connection", 3),
        ("cut-short", 3),
        ("encoding", 3),
        ("http-504", 2),
        ("http-524", 2),
        ("timeout", 2),
        ("no-such-host", 1),
        ("proxy", 1),
    ],
)
def test_a_failure_is_worth_so_many_tries(code: str, tries: int) -> None:
    assert RetryPolicy().tries_for(failure(code)) == tries


@each(
    ("number", "chance", "seconds"),
    [
        (2, 0.0, 0.25),
        (2, 1.0, 0.5),
        (3, 0.0, 0.5),
        (3, 1.0, 1.0),
        (4, 1.0, 2.0),
        (6, 1.0, 8.0),
        (7, 1.0, 8.0),
        (60, 0.5, 6.0),
    ],
)
def test_pauses_double_up_to_a_bound_and_are_drawn(
    number: int, chance: float, seconds: float
) -> None:
    assert RetryPolicy().pause_before(number, failure(), chance) == seconds


def test_what_the_service_asks_for_is_obeyed_to_the_second() -> None:
    assert RetryPolicy().pause_before(2, failure(retry_after=37), 0.5) == 37


def test_a_pause_is_drawn_anew_each_time() -> None:
    drawn = {Retries().next_pause(failure(), tried=1, deadline=float("inf")) for _ in range(20)}

    assert len(drawn) > 10
    assert all(pause is not None and 0.25 <= pause <= 0.5 for pause in drawn)


@each(
    ("tried", "code", "deadline", "pause"),
    [
        (1, "http-503", 100, 0.5),
        (2, "http-503", 100, 1.0),
        (3, "http-503", 100, None),
        (1, "timeout", 100, 0.5),
        (2, "timeout", 100, None),
        (1, "no-such-host", 100, None),
        (1, "http-503", 0.6, 0.5),
        (1, "http-503", 0.5, None),
        (1, "http-503", 0, None),
    ],
)
def test_a_run_gives_up_after_its_tries_or_before_its_deadline(
    tried: int, code: str, deadline: float, pause: float | None
) -> None:
    assert patience().next_pause(failure(code), tried=tried, deadline=deadline) == pause


def test_a_wait_beyond_the_deadline_is_not_begun_and_costs_nothing() -> None:
    at_work = patience(budget=1)

    assert at_work.next_pause(failure(retry_after=3600), tried=1, deadline=120) is None
    assert at_work.budget == 1
    assert at_work.next_pause(failure(retry_after=2), tried=1, deadline=120) == 2


def test_the_retries_of_a_whole_run_are_bounded() -> None:
    at_work = patience(budget=2)

    pauses = [at_work.next_pause(failure(), tried=1, deadline=100) for _ in range(4)]

    assert pauses == [0.5, 0.5, None, None]


@given(
    tried=st.integers(1, 5),
    chance=st.floats(0, 1),
    asked=st.none() | st.floats(0.001, 1e9),
    deadline=st.floats(0, 1e6),
    code=st.sampled_from(["http-503", "timeout", "no-such-host"]),
)
def test_no_pause_ends_after_the_deadline_or_is_shorter_than_asked_for(
    tried: int, chance: float, asked: float | None, deadline: float, code: str
) -> None:
    pause = patience(chance=chance).next_pause(
        failure(code, asked), tried=tried, deadline=deadline
    )

    if pause is not None:
        assert 0 < pause < deadline
        assert asked is None or pause == asked
        assert tried < 3


@each(
    ("header", "seconds"),
    [
        ("2", 2),
        (" 120 ", 120),
        ("0000000000003600", 3600),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        ("Thu, 05 Mar 2026 14:31:00 GMT", 60),
        ("Thursday, 05-Mar-26 14:31:00 GMT", 60),
        ("Thu Mar  5 14:31:00 2026", 60),
        ("Thu, 05 Mar 2026 15:31:00 +0100", 60),
        ("Thu, 05 Mar 2026 14:31:00 -0000", 60),
        # What is nobody's idea of a pause leaves ours in force.
        ("", None),
        ("0", None),
        ("-5", None),
        ("1.5", None),
        ("2, 4", None),
        ("120, 120", None),
        ("soon", None),
        ("²", None),
        ("٣", None),
        ("0x10", None),
        ("1e3", None),
        ("5\x1b[31m", None),
        ("\x1b]0;owned\x07", None),
        ("Thu, 05 Mar 2026 14:29:59 GMT", None),
        ("Thu, 05 Mar 2026 14:30:00 GMT", None),
        ("Wed, 05 Mar 2138 14:30:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("Thu, 05 Mar 99999 14:30:00 GMT", None),
        ("Thu, 99 Mar 2026 99:99:99 GMT", None),
        ("Thu, 05 Mar 2026 14:31:00 +99999999999", None),
        (str(TEN_YEARS), TEN_YEARS),
        (str(TEN_YEARS + 1), None),
        ("9" * 400, None),
        ("9" * 5000, None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_junk_counts_as_nothing(
    header: str, seconds: float | None
) -> None:
    assert read_retry_after(header, now=NOW) == seconds


@given(
    st.text(max_size=60) | st.from_regex(r"\A[A-Za-z]{0,9},? ?\d{1,9}[ -]\w{1,4}[ -]\d{1,7}.*\Z")
)
def test_any_header_is_a_pause_within_ten_years_or_nothing(header: str) -> None:
    seconds = read_retry_after(header, now=NOW)

    assert seconds is None or 0 < seconds <= TEN_YEARS


@given(st.integers(1, TEN_YEARS))
def test_both_forms_mean_the_same(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)

    assert read_retry_after(date, now=NOW) == read_retry_after(str(seconds), now=NOW) == seconds
