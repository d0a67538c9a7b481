"""Times as programs have them mean what the command line's words mean."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ffx.errors import UsageError
from ffx.input.times.moments import parse_duration, read_moment
from ffx.input.times.window import TimeRange
from ffx.input.times.zones import Zone
from ffx.library.arguments import Time, errors_in_argument_names, read_hint, read_window, time_text
from ffx.lookup.run import Run
from ffx.output.streams import NotesOutput
from ffx.settings.settings import Limits, Settings
from tests.looping import each

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
MILLISECOND = timedelta(milliseconds=1)


def run(zone: Zone = None) -> Run:
    return Run(Settings("sandbox:", "default", zone, Limits()), NotesOutput(), NOW, {}, ())


def instant_of(text: str, *, now: datetime, zone: Zone, end: bool = False) -> datetime:
    return read_moment(text, now=now, zone=zone, end=end).instant


def window(zone: Zone = None, **times: Time) -> TimeRange | None:
    names = ("since", "until", "on", "around", "within")
    with errors_in_argument_names():
        return read_window(run(zone), **{**dict.fromkeys(names), **times})


@each(
    ("typed", "given_so"),
    [
        ("2d", timedelta(days=2)),
        ("1500ms", timedelta(seconds=1.5)),
        ("2026-03-01", date(2026, 3, 1)),
        ("2026-03-01 09:00Z", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("2026-03-01 09:00+01:00", datetime(2026, 3, 1, 9, tzinfo=BERLIN)),
        ("2026-03-01 09:00:00.250Z", datetime(2026, 3, 1, 9, 0, 0, 250_000, tzinfo=UTC)),
    ],
)
def test_a_window_is_the_same_in_words_and_in_values(typed: str, given_so: Time) -> None:
    for name in ("since", "around"):
        assert window(BERLIN, **{name: given_so}) == window(BERLIN, **{name: typed})
    assert read_hint(run(BERLIN), given_so) == read_hint(run(BERLIN), typed)


def test_dates_are_days_of_the_zone_and_ends_are_whole() -> None:
    one_day = TimeRange(
        datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 1, 23, tzinfo=UTC)
    )

    assert window(BERLIN, on=date(2026, 3, 1)) == one_day
    assert window(BERLIN, since=date(2026, 3, 1), until=date(2026, 3, 1)) == one_day


def test_a_reach_may_be_a_timedelta() -> None:
    found = window(around=datetime(2026, 3, 1, tzinfo=UTC), within=timedelta(minutes=5))

    assert found == TimeRange(
        datetime(2026, 2, 28, 23, 55, tzinfo=UTC), datetime(2026, 3, 1, 0, 5, tzinfo=UTC)
    )


def test_no_time_is_no_window() -> None:
    assert window() is None
    assert read_hint(run(), None) is None


def test_what_a_clock_change_does_to_words_is_noted() -> None:
    here = run(BERLIN)
    times = dict.fromkeys(("until", "on", "around", "within"))

    read_window(here, since="2025-03-30 02:30", **times)
    read_hint(here, "2025-10-26 02:30")

    assert isinstance(here.output, NotesOutput)
    assert here.output.sentences == [
        "Sun 30 Mar 2025 02:30 does not exist in Europe/Berlin, a clock change skips it: "
        "moved forward to Sun 30 Mar 2025 03:00 +02:00",
        "Sun 26 Oct 2025 02:30 exists twice in Europe/Berlin, at +02:00 and again at +01:00: "
        "took the earlier, +02:00",
    ]


@each(
    ("times", "message"),
    [
        (
            {"since": datetime(2026, 3, 1)},  # noqa: DTZ001  # the fault in question
            "since is a datetime without a zone: 2026-03-01T00:00:00",
        ),
        ({"since": timedelta(days=-1)}, "since is a timedelta below zero"),
        ({"around": "1d", "within": timedelta(-1)}, "within is a timedelta below zero"),
        (
            {"around": "1d", "within": timedelta(0)},
            "cannot read '0d0s' as a duration for within: it must be over zero",
        ),
        (
            {"since": timedelta(0)},
            "the window has no length: Thu 5 Mar 2026 14:30 +00:00 → Thu 5 Mar 14:30",
        ),
        (
            {"since": datetime(2026, 3, 6, tzinfo=UTC)},
            "the window starts in the future: Fri 6 Mar 2026 00:00 +00:00 → Thu 5 Mar 14:30",
        ),
        (
            {"on": datetime(2026, 3, 1, tzinfo=UTC)},
            "cannot read '2026-03-01T00:00:00+00:00' as a day for on",
        ),
        (
            {"since": timedelta.max},
            "cannot read '999999999d86399.999999s' as a time for since: the number is too large",
        ),
        (
            {"since": datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))},
            "cannot read '0001-01-01T00:00:00+14:00' as a time for since: ",
        ),
        ({"until": date(2026, 3, 1)}, "until needs since"),
        ({"since": "soon"}, "cannot read 'soon' as a time for since"),
    ],
)
def test_times_that_are_no_window_are_refused(times: dict[str, Time], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        window(ZoneInfo("UTC"), **times)

    assert refused.value.message.startswith(message)


_OFFSETS = st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(timezone)


@given(st.datetimes(datetime(1971, 1, 1), datetime(9990, 1, 1), timezones=_OFFSETS))  # noqa: DTZ001  # hypothesis wants its bounds so
@example(datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=1, seconds=7))))
def test_every_aware_datetime_is_that_instant_to_the_millisecond(moment: datetime) -> None:
    words = time_text(moment, "since")

    assert words is not None
    start, end = (instant_of(words, now=NOW, zone=BERLIN, end=end) for end in (False, True))
    assert start <= moment <= end
    assert end - start <= MILLISECOND


@given(st.timedeltas(timedelta(microseconds=1), timedelta(days=20_000)))
def test_every_timedelta_is_that_long_before_now(length: timedelta) -> None:
    words = time_text(length, "since")

    assert words is not None
    assert parse_duration(words) == length
    assert timedelta() <= NOW - length - instant_of(words, now=NOW, zone=None) < MILLISECOND
