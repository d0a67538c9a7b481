"""Windows: what the time options come to, and how a window is shown."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ffx.errors import UsageError
from ffx.input.times.instants import to_rfc3339
from ffx.input.times.moments import parse_duration
from ffx.input.times.window import TimeRange, describe_window, read_range
from ffx.input.times.zones import Zone
from tests.looping import each

ROOT = Path(__file__).parents[3]
BERLIN = ZoneInfo("Europe/Berlin")
NAMES = sorted(available_timezones() - {"localtime"})
# 14:30 on a Thursday in Berlin.
NOW = datetime(2026, 3, 5, 13, 30, tzinfo=UTC)
NINETIES = datetime(1990, 1, 1, tzinfo=UTC)


def window(options: dict[str, str], *, now: datetime = NOW, zone: Zone = BERLIN) -> TimeRange:
    """Read a window from some of the options as typed."""
    every = dict.fromkeys(("since", "until", "on", "around", "within"))
    found = read_range(**{**every, **options}, now=now, zone=zone)
    assert found is not None
    return found


def test_without_options_there_is_no_window() -> None:
    found = read_range(
        since=None, until=None, on=None, around=None, within=None, now=NOW, zone=BERLIN
    )
    assert found is None


@each(
    ("options", "shown"),
    [
        ({"since": "2d"}, "Tue 3 Mar 2026 14:30 +01:00 → Thu 5 Mar 14:30"),
        ({"since": "1y"}, "Wed 5 Mar 2025 14:30 +01:00 → Thu 5 Mar 2026 14:30"),
        (
            {"since": "2026-03-01", "until": "2026-03-02"},
            "Sun 1 Mar 2026 00:00 +01:00 → Tue 3 Mar 00:00",
        ),
        ({"since": "mon", "until": "1h"}, "Mon 2 Mar 2026 00:00 +01:00 → Thu 5 Mar 13:30"),
        ({"since": "1h", "until": "23:00"}, "Thu 5 Mar 2026 13:30 +01:00 → Thu 5 Mar 23:00"),
        (
            {"since": "yesterday", "until": "today"},
            "Wed 4 Mar 2026 00:00 +01:00 → Fri 6 Mar 00:00",
        ),
        (
            {"since": "2026-03-01 09:00:00.0015", "until": "2026-03-01 09:00:01.0015"},
            "Sun 1 Mar 2026 09:00:00.001 +01:00 → Sun 1 Mar 09:00:01.002",
        ),
        ({"on": "2026-03-01"}, "Sun 1 Mar 2026 00:00 +01:00 → Mon 2 Mar 00:00"),
        ({"on": "yesterday"}, "Wed 4 Mar 2026 00:00 +01:00 → Thu 5 Mar 00:00"),
        ({"on": "today"}, "Thu 5 Mar 2026 00:00 +01:00 → Thu 5 Mar 14:30"),
        ({"on": "2026-03-01..2026-03-03"}, "Sun 1 Mar 2026 00:00 +01:00 → Wed 4 Mar 00:00"),
        ({"on": "mon .. Wednesday"}, "Mon 2 Mar 2026 00:00 +01:00 → Thu 5 Mar 00:00"),
        ({"on": "mon..2026-12-31"}, "Mon 2 Mar 2026 00:00 +01:00 → Thu 5 Mar 14:30"),
        ({"on": "2026-02"}, "Sun 1 Feb 2026 00:00 +01:00 → Sun 1 Mar 00:00"),
        ({"on": "2026-01..2026-02"}, "Thu 1 Jan 2026 00:00 +01:00 → Sun 1 Mar 00:00"),
        ({"on": "2026-03"}, "Sun 1 Mar 2026 00:00 +01:00 → Thu 5 Mar 14:30"),
        ({"on": "2026-W09"}, "Mon 23 Feb 2026 00:00 +01:00 → Mon 2 Mar 00:00"),
        ({"on": "last thursday"}, "Thu 26 Feb 2026 00:00 +01:00 → Fri 27 Feb 00:00"),
        ({"on": "Thu 26 Feb 2026"}, "Thu 26 Feb 2026 00:00 +01:00 → Fri 27 Feb 00:00"),
        ({"on": "2026/02/26"}, "Thu 26 Feb 2026 00:00 +01:00 → Fri 27 Feb 00:00"),
        (
            {"since": "2026-02", "until": "2026-02"},
            "Sun 1 Feb 2026 00:00 +01:00 → Sun 1 Mar 00:00",
        ),
        # A day is meant as a whole, and so are a week and a month.
        ({"around": "2026-02-26"}, "Thu 26 Feb 2026 00:00 +01:00 → Fri 27 Feb 00:00"),
        ({"around": "yesterday"}, "Wed 4 Mar 2026 00:00 +01:00 → Thu 5 Mar 00:00"),
        ({"around": "today"}, "Thu 5 Mar 2026 00:00 +01:00 → Thu 5 Mar 14:30"),
        ({"around": "2026-W09"}, "Mon 23 Feb 2026 00:00 +01:00 → Mon 2 Mar 00:00"),
        (
            {"around": "2026-02-26", "within": "2h"},
            "Wed 25 Feb 2026 22:00 +01:00 → Fri 27 Feb 02:00",
        ),
        ({"around": "yesterday 00:00"}, "Tue 3 Mar 2026 23:00 +01:00 → Wed 4 Mar 01:00"),
        ({"around": "midnight"}, "Wed 4 Mar 2026 23:00 +01:00 → Thu 5 Mar 01:00"),
        ({"around": "09:00"}, "Thu 5 Mar 2026 08:00 +01:00 → Thu 5 Mar 10:00"),
        ({"around": "14:00"}, "Thu 5 Mar 2026 13:00 +01:00 → Thu 5 Mar 14:30"),
        ({"around": "15:00"}, "Thu 5 Mar 2026 14:00 +01:00 → Thu 5 Mar 14:30"),
        (
            {"around": "yesterday", "within": "90s"},
            "Tue 3 Mar 2026 23:58:30 +01:00 → Thu 5 Mar 00:01:30",
        ),
        (
            {"around": "@1772700000", "within": "250ms"},
            "Thu 5 Mar 2026 09:39:59.750 +01:00 → Thu 5 Mar 09:40:00.250",
        ),
    ],
)
def test_options_make_a_window(options: dict[str, str], shown: str) -> None:
    assert describe_window(window(options), BERLIN) == shown


@each(
    ("options", "message"),
    [
        ({"since": "1d", "on": "today"}, "--since and --on exclude each other"),
        ({"on": "today", "around": "now"}, "--on and --around exclude each other"),
        (
            {"since": "1d", "on": "today", "around": "now"},
            "--since and --on and --around exclude each other",
        ),
        ({"until": "1d"}, "--until needs --since"),
        ({"on": "today", "until": "1d"}, "--until needs --since"),
        ({"within": "1h"}, "--within needs --around"),
        ({"since": "1d", "within": "1h"}, "--within needs --around"),
        ({"since": "soon"}, "cannot read 'soon' as a time for --since"),
        ({"since": ""}, "cannot read '' as a time for --since: it is empty"),
        ({"since": "1d", "until": "later"}, "cannot read 'later' as a time for --until"),
        ({"on": "24h"}, "cannot read '24h' as a day for --on"),
        ({"on": "mon..soon"}, "cannot read 'soon' as a day for --on"),
        ({"on": "mon.."}, "cannot read '' as a day for --on: it is empty"),
        ({"on": "8/9/2024"}, "cannot read '8/9/2024' as a day for --on: the date is ambiguous"),
        ({"around": "soon"}, "cannot read 'soon' as a time for --around"),
        ({"around": "now", "within": "1mo"}, "cannot read '1mo' as a duration for --within"),
        ({"around": "now", "within": "99999999d"}, "--within 99999999d reaches back before 1970"),
    ],
)
def test_options_that_make_no_window_are_refused(options: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        window(options)
    assert caught.value.message.startswith(message)
    assert caught.value.hint


def test_an_unreadable_time_is_answered_with_ones_that_work() -> None:
    with pytest.raises(UsageError, match="cannot read 'soon' as a time") as caught:
        window({"since": "soon"})
    assert caught.value.hint == (
        "Try 24h, 7d, 2026-03-01, '2026-03-01 09:00', yesterday or mon. See ffx help times."
    )


@each(
    ("options", "message"),
    [
        (
            {"since": "2d", "until": "3d"},
            "the window ends before it starts: Tue 3 Mar 2026 14:30 +01:00 → Mon 2 Mar 14:30",
        ),
        (
            {"on": "2026-03-02..2026-03-01"},
            "the window ends before it starts: Mon 2 Mar 2026 00:00 +01:00 → Sun 1 Mar 00:00",
        ),
        (
            {"since": "now"},
            "the window has no length: Thu 5 Mar 2026 14:30 +01:00 → Thu 5 Mar 14:30",
        ),
        (
            {"since": "@1772000000", "until": "@1772000000"},
            "the window has no length: Wed 25 Feb 2026 07:13:20 +01:00 → Wed 25 Feb 07:13:20",
        ),
        (
            {"since": "15:00"},
            "the window starts in the future: Thu 5 Mar 2026 15:00 +01:00 → Thu 5 Mar 14:30",
        ),
        (
            {"since": "15:00", "until": "16:00"},
            "the window starts in the future: Thu 5 Mar 2026 15:00 +01:00 → Thu 5 Mar 16:00",
        ),
        (
            {"on": "2026-07-01"},
            "the window starts in the future: "
            "Wed 1 Jul 2026 00:00 +02:00 → Thu 5 Mar 14:30 +01:00",
        ),
        (
            {"around": "16:00"},
            "the window starts in the future: Thu 5 Mar 2026 15:00 +01:00 → Thu 5 Mar 14:30",
        ),
        (
            {"around": "9998-12-31", "within": "2000000d"},
            "the window starts in the future: ",
        ),
    ],
)
def test_a_window_that_holds_nothing_is_shown_and_refused(
    options: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        window(options)
    assert caught.value.message.startswith(message)
    assert caught.value.hint == "It is Thu 5 Mar 2026 14:30 +01:00 now."


def test_now_has_no_length_at_any_microsecond() -> None:
    with pytest.raises(UsageError, match="has no length"):
        window({"since": "now"}, now=NOW + timedelta(microseconds=1500))


def test_two_days_over_a_clock_change_are_48_hours_with_both_offsets() -> None:
    found = window({"since": "2d"}, now=datetime(2026, 3, 30, 10, tzinfo=UTC))
    assert found.end - found.start == timedelta(hours=48)
    assert (
        describe_window(found, BERLIN) == "Sat 28 Mar 2026 11:00 +01:00 → Mon 30 Mar 12:00 +02:00"
    )


def test_a_doubled_time_makes_the_widest_window() -> None:
    found = window({"since": "2025-10-26 02:15", "until": "2025-10-26 02:45"})
    assert (
        describe_window(found, BERLIN) == "Sun 26 Oct 2025 02:15 +02:00 → Sun 26 Oct 02:45 +01:00"
    )
    assert found.end - found.start == timedelta(hours=1, minutes=30)
    assert [note.rpartition(": ")[2] for note in found.notes] == [
        "took the earlier, +02:00",
        "took the later, +01:00",
    ]


def test_around_a_doubled_time_is_around_both() -> None:
    found = window({"around": "2025-10-26 02:30", "within": "10m"})
    assert (
        describe_window(found, BERLIN) == "Sun 26 Oct 2025 02:20 +02:00 → Sun 26 Oct 02:40 +01:00"
    )
    assert len(found.notes) == 2


def test_a_skipped_midnight_starts_its_day_at_the_change() -> None:
    havana = ZoneInfo("America/Havana")
    found = window({"on": "2025-03-09"}, zone=havana)
    assert describe_window(found, havana) == "Sun 9 Mar 2025 01:00 -04:00 → Mon 10 Mar 00:00"
    assert found.notes == (
        "Sun 9 Mar 2025 00:00 does not exist in America/Havana, a clock change skips it: "
        "moved forward to Sun 9 Mar 2025 01:00 -04:00",
    )


def test_a_day_that_a_zone_skipped_has_no_length_and_says_why() -> None:
    with pytest.raises(UsageError, match="has no length") as caught:
        window({"on": "2011-12-30"}, zone=ZoneInfo("Pacific/Apia"))
    assert "Fri 30 Dec 2011 00:00 does not exist in Pacific/Apia" in caught.value.hint


@each(
    ("instant", "written"),
    [
        ("2024-08-25T15:00:00Z", "2024-08-25T15:00:00Z"),
        ("2024-08-25T15:00:00.250Z", "2024-08-25T15:00:00.250Z"),
        ("2024-08-25T15:00:00.000999Z", "2024-08-25T15:00:00Z"),
        ("2024-08-25T15:00:00+02:00", "2024-08-25T13:00:00Z"),
        ("0657-01-01T00:00:00Z", "0657-01-01T00:00:00Z"),
    ],
)
def test_an_instant_is_written_for_the_api(instant: str, written: str) -> None:
    assert to_rfc3339(datetime.fromisoformat(instant)) == written


def test_durations_are_read_here_too() -> None:
    assert parse_duration("90s") == timedelta(seconds=90)


INSTANTS = st.datetimes(timezones=st.just(UTC))
TEXTS = (
    st.none()
    | st.text(max_size=12)
    | st.sampled_from(
        ["1h", "2d", "1mo", "now", "today", "mon..tue", "2011-12-30", "15:00", "@0", "9998-12-31"]
    )
)


@settings(deadline=None)
@given(start=INSTANTS, end=INSTANTS, zone=st.none() | st.sampled_from(NAMES).map(ZoneInfo))
def test_describe_never_fails(start: datetime, end: datetime, zone: Zone) -> None:
    assert " → " in describe_window(TimeRange(start, end), zone)


@given(
    since=TEXTS,
    until=TEXTS,
    on=TEXTS,
    around=TEXTS,
    within=TEXTS,
    now=st.timedeltas(timedelta(), timedelta(days=36_500)).map(lambda later: NINETIES + later),
    name=st.sampled_from(NAMES),
)
def test_options_make_a_proper_window_or_a_usage_error(
    since: str | None,
    until: str | None,
    on: str | None,
    around: str | None,
    within: str | None,
    now: datetime,
    name: str,
) -> None:
    try:
        found = read_range(
            since=since,
            until=until,
            on=on,
            around=around,
            within=within,
            now=now,
            zone=ZoneInfo(name),
        )
    except UsageError as error:
        assert error.hint  # noqa: PT017  (either outcome is right)
        return
    if found is not None:
        assert found.start < found.end
        assert found.start <= now
        assert found.start.microsecond % 1000 == found.end.microsecond % 1000 == 0


def test_only_calendar_durations_load_dateutil() -> None:
    code = (
        "import sys; from datetime import *; import ffx.input.times.window;"
        "from ffx.input.times.moments import *;"
        "now = datetime(2026, 3, 5, tzinfo=UTC);"
        "[read_moment(text, now=now, zone=None) for text in ('24h', '2026-03-01 09:00', 'tue')];"
        "print('dateutil' in sys.modules, 'difflib' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout == "False False\n"
