"""The grammar of one moment: every form, every refusal, and nothing else raised."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.errors import UsageError
from ffx.input.times.instants import to_rfc3339
from ffx.input.times.moments import parse_duration, read_day, read_moment
from ffx.input.times.words import clock, day_of, elapsed, full_time, long_time
from ffx.input.times.zones import Zone, format_moment, to_local
from tests.looping import each

BERLIN = ZoneInfo("Europe/Berlin")
NAMES = sorted(available_timezones() - {"localtime"})
# 14:30 in Berlin, where the clocks go forward on the 29th.
NOW = datetime(2026, 3, 5, 13, 30, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def instant_of(text: str, *, now: datetime, zone: Zone, end: bool = False) -> datetime:
    return read_moment(text, now=now, zone=zone, end=end).instant


# text, as a start, as an end (the same where left out); wall times are Berlin's
FORMS = [
    ("90s", "2026-03-05 14:28:30"),
    ("45m", "2026-03-05 13:45"),
    ("24h", "2026-03-04 14:30"),
    ("2d", "2026-03-03 14:30"),
    ("1w", "2026-02-26 14:30"),
    ("1w2d3h", "2026-02-24 11:30"),
    ("1W 2D 3H", "2026-02-24 11:30"),
    ("1.5h", "2026-03-05 13:00"),
    ("0.000001s", "2026-03-05 14:29:59.999", "2026-03-05 14:30"),
    ("500ms", "2026-03-05 14:29:59.500"),
    ("2 days", "2026-03-03 14:30"),
    ("3 hours ago", "2026-03-05 11:30"),
    ("3 HOURS AGO", "2026-03-05 11:30"),
    ("1 week 1 day", "2026-02-25 14:30"),
    ("90 mins", "2026-03-05 13:00"),
    ("0d", "2026-03-05 14:30"),
    ("1mo", "2026-02-05 14:30"),
    ("1y", "2025-03-05 14:30"),
    ("1y6mo", "2024-09-05 14:30"),
    ("8mo1d", "2025-07-04 14:30"),
    ("2 months ago", "2026-01-05 14:30"),
    ("2024-08-25", "2024-08-25 00:00", "2024-08-26 00:00"),
    ("20240825", "2024-08-25 00:00", "2024-08-26 00:00"),
    ("2024-02-29", "2024-02-29 00:00", "2024-03-01 00:00"),
    ("1970-01-01", "1970-01-01 00:00", "1970-01-02 00:00"),
    ("9998-12-31", "9998-12-31 00:00", "9999-01-01 00:00"),
    ("2024-08-25 15:00", "2024-08-25 15:00"),
    ("2024-08-25  15:00", "2024-08-25 15:00"),
    ("20240825 15:00", "2024-08-25 15:00"),
    (" 2024-08-25T15:00:01 ", "2024-08-25 15:00:01"),
    ("2024-08-25t15:00:00.250", "2024-08-25 15:00:00.250"),
    ("2024-08-25 15:00:00.5", "2024-08-25 15:00:00.500"),
    ("2024-08-25 15:00:00.2500", "2024-08-25 15:00:00.250"),
    ("2024-08-25 15:00:00.2501", "2024-08-25 15:00:00.250", "2024-08-25 15:00:00.251"),
    ("2024-08-25 23:59:59.9999999999", "2024-08-25 23:59:59.999", "2024-08-26 00:00"),
    ("2024-08-25T15:00:00Z", "2024-08-25 17:00"),
    ("2024-08-25 15:00z", "2024-08-25 17:00"),
    ("2024-08-25T15:00:00+02:00", "2024-08-25 15:00"),
    ("2024-08-25 15:00 +0200", "2024-08-25 15:00"),
    ("2024-08-25 15:00:00.25-05:30", "2024-08-25 22:30:00.250"),
    ("2024-08-25 24:00", "2024-08-26 00:00"),
    ("2024-08-25T24:00:00.000Z", "2024-08-26 02:00"),
    ("15:00", "2026-03-05 15:00"),
    ("15:00:30", "2026-03-05 15:00:30"),
    ("15:00:30.125", "2026-03-05 15:00:30.125"),
    ("24:00", "2026-03-06 00:00"),
    ("now", "2026-03-05 14:30"),
    ("NOW", "2026-03-05 14:30"),
    ("today", "2026-03-05 00:00", "2026-03-06 00:00"),
    ("yesterday", "2026-03-04 00:00", "2026-03-05 00:00"),
    ("yesterday 14:00", "2026-03-04 14:00"),
    ("Today 09:15:30", "2026-03-05 09:15:30"),
    ("thu", "2026-03-05 00:00", "2026-03-06 00:00"),
    ("Thursday", "2026-03-05 00:00", "2026-03-06 00:00"),
    ("wed", "2026-03-04 00:00", "2026-03-05 00:00"),
    ("Tue", "2026-03-03 00:00", "2026-03-04 00:00"),
    ("mon", "2026-03-02 00:00", "2026-03-03 00:00"),
    ("sunday", "2026-03-01 00:00", "2026-03-02 00:00"),
    ("sat", "2026-02-28 00:00", "2026-03-01 00:00"),
    ("fri 08:00", "2026-02-27 08:00"),
    ("@1724598000", "2024-08-25 17:00"),
    ("@1724598000.25", "2024-08-25 17:00:00.250"),
    ("@1724598000.0001", "2024-08-25 17:00", "2024-08-25 17:00:00.001"),
    ("@1724598000250", "2024-08-25 17:00:00.250"),
    ("@1724598000250.5", "2024-08-25 17:00:00.250", "2024-08-25 17:00:00.251"),
    ("@0", "1970-01-01 01:00"),
    ("@100000000000", "5138-11-16 10:46:40"),
    ("@100000000001", "1973-03-03 10:46:40.001"),
    # Clocks of twelve hours
    ("2pm", "2026-03-05 14:00"),
    ("2 PM", "2026-03-05 14:00"),
    ("2:30pm", "2026-03-05 14:30"),
    ("12am", "2026-03-05 00:00"),
    ("12:05 pm", "2026-03-05 12:05"),
    ("noon", "2026-03-05 12:00"),
    ("Midnight", "2026-03-05 00:00"),
    ("yesterday 2pm", "2026-03-04 14:00"),
    ("mon noon", "2026-03-02 12:00"),
    ("2024-08-25 9am", "2024-08-25 09:00"),
    # As ffx prints it
    ("Fri 27 Nov 2020 14:00:00 -05:00", "2020-11-27 20:00"),
    ("Fri 27 Nov 2020 14:00", "2020-11-27 14:00"),
    ("Sun 25 Aug 2024 +02:00", "2024-08-25 00:00", "2024-08-26 00:00"),
    ("Thu 5 Mar 12:15", "2026-03-05 12:15"),
    ("Wed 4 Mar", "2026-03-04 00:00", "2026-03-05 00:00"),
    ("Thu 6 Mar", "2025-03-06 00:00", "2025-03-07 00:00"),
    ("27 Nov 2020", "2020-11-27 00:00", "2020-11-28 00:00"),
    ("Nov 27, 2020 14:00", "2020-11-27 14:00"),
    ("november 27 2020 2pm", "2020-11-27 14:00"),
    ("Friday, 27 November 2020", "2020-11-27 00:00", "2020-11-28 00:00"),
    # As others print it
    ("Thu, 10 Sep 2020 15:30:00 GMT", "2020-09-10 17:30"),
    ("Thu, 10 Sep 2020 15:30:00 +0000", "2020-09-10 17:30"),
    ("2024-08-25 15:00 UTC", "2024-08-25 17:00"),
    ("20200910T153000Z", "2020-09-10 17:30"),
    ("20200910T1530", "2020-09-10 15:30"),
    ("20200910T153000.25+0200", "2020-09-10 15:30:00.250"),
    ("2020/09/10", "2020-09-10 00:00", "2020-09-11 00:00"),
    ("2020/09/10 15:30:10", "2020-09-10 15:30:10"),
    ("2020-11-28T10", "2020-11-28 10:00"),
    ("2020-11-28T10Z", "2020-11-28 11:00"),
    ("2020-11-28T24", "2020-11-29 00:00"),
    # Spans
    ("P1DT2H", "2026-03-04 12:30"),
    ("PT5M", "2026-03-05 14:25"),
    ("P1M", "2026-02-05 14:30"),
    ("p1w", "2026-02-26 14:30"),
    ("PT1.5H", "2026-03-05 13:00"),
    ("P1Y6M", "2024-09-05 14:30"),
    ("now-5m", "2026-03-05 14:25"),
    ("now - 2 days", "2026-03-03 14:30"),
    ("last 7 days", "2026-02-26 14:30"),
    ("Last 24h", "2026-03-04 14:30"),
    ("last 1mo", "2026-02-05 14:30"),
    # Months, weeks, and the weekday before today
    ("2026-02", "2026-02-01 00:00", "2026-03-01 00:00"),
    ("2025-12", "2025-12-01 00:00", "2026-01-01 00:00"),
    ("9998-12", "9998-12-01 00:00", "9999-01-01 00:00"),
    ("2026-W09", "2026-02-23 00:00", "2026-03-02 00:00"),
    ("2026W01", "2025-12-29 00:00", "2026-01-05 00:00"),
    ("last thursday", "2026-02-26 00:00", "2026-02-27 00:00"),
    ("last thu 14:00", "2026-02-26 14:00"),
    ("last wed", "2026-03-04 00:00", "2026-03-05 00:00"),
    ("last friday 2pm", "2026-02-27 14:00"),
]

HINT = "Try 24h, 7d, 2026-03-01, '2026-03-01 09:00', yesterday or mon. See ffx help times."
LAST_WEEK = ": write the week or the month, as 2026-W35 or 2026-11 with --on; or 7d, 1mo, 1y"
REFUSED = [
    ("soon", ""),
    ("", ": it is empty"),
    ("   ", ": it is empty"),
    ("90 mins agoo", ": 'agoo' is not understood"),
    ("10", ": a bare number has no unit: write 10m, 10h or, for an epoch, @10"),
    ("1724598000", ": a bare number has no unit: write 10m, 10h or, for an epoch, @10"),
    ("2024-02-30", ": there is no day 2024-02-30"),
    ("20241301", ": there is no day 20241301"),
    ("25:61", ": there is no time 25:61"),
    ("23:59:60", ": there is no time 23:59:60"),
    ("24:00:01", ": there is no time 24:00:01"),
    ("24:00:00.0001", ": there is no time 24:00:00.0001"),
    ("yesterday 24:01", ": there is no time 24:01"),
    ("8/9/2024", ": the date is ambiguous: write the year, the month, the day, as 2026-03-01"),
    ("08.09.2024", ": the date is ambiguous: write the year, the month, the day, as 2026-03-01"),
    (
        "08.09.2024 15:00",
        ": the date is ambiguous: write the year, the month, the day, as 2026-03-01",
    ),
    ("EST", ": EST is ambiguous: use a zone name with --tz, or an offset such as -05:00"),
    ("15:00 ist", ": ist is ambiguous: use a zone name with --tz, or an offset such as -05:00"),
    (
        "2024-08-25 15:00CST",
        ": CST is ambiguous: use a zone name with --tz, or an offset such as -05:00",
    ),
    ("2024-08-25 UTC", ": UTC goes after a date and a time"),
    ("10 Sep 2024 GMT", ": UTC goes after a date and a time"),
    ("15:00 GMT", ": an offset needs a date"),
    ("2024-08-25 15:00 Europe/Berlin", ": 'Europe/Berlin' is not understood"),
    ("2024-08-25 15:00+02", ": offsets are written as +02:00"),
    ("2024-08-25 15:00+24:00", ": there is no offset +24:00"),
    ("2024-08-25 15:00-0560", ": there is no offset -0560"),
    ("15:00Z", ": an offset needs a date"),
    ("yesterday 15:00+02:00", ": an offset needs a date"),
    ("2024-08-25Z", ""),
    ("2024-08-25T", ""),
    ("T15:00", ""),
    ("yesterdayT15:00", ""),
    ("2024-08-25 9:00", ": hours have two digits: write 09:00, or 9:00am"),
    ("9:00", ": hours have two digits: write 09:00, or 9:00am"),
    ("2024-8-5", ": months and days have two digits: write 2024-08-09"),
    ("2024-08-25 15", ": its parts do not go together"),
    ("-2d", ": durations count back without a minus sign: write 2d"),
    ("- 2 days", ": durations count back without a minus sign: write 2d"),
    ("tomorrow", ": it lies in the future"),
    ("next tue", ": it lies in the future"),
    ("in 2 days", ": it lies in the future"),
    ("1M", ": m is minutes, mo is months"),
    ("1d 5 M", ": m is minutes, mo is months"),
    ("5x", ": 'x' is not a unit"),
    ("2 tage", ": 'tage' is not a unit"),
    ("1e9y", ": 'e' is not a unit"),
    ("1h1h", ": units go from the largest to the smallest, each once"),
    ("3h2d", ": units go from the largest to the smallest, each once"),
    ("1.5mo", ": mo takes whole numbers"),
    ("1.5y", ": y takes whole numbers"),
    ("1.0000001h", ": a fraction has at most six digits"),
    ("1,5h", ""),
    (".5h", ""),
    ("now 15:00", ": its parts do not go together"),
    ("15:00 yesterday", ": its parts do not go together"),
    ("ago", ""),
    ("now ago", ": its parts do not go together"),
    ("99999999d", ": the number is too large"),
    ("20600d", ": it leaves the years 1970 to 9998"),
    ("9" * 60 + "d", ": the number is too large"),
    ("99999y", ": it leaves the years 1970 to 9998"),
    ("100y", ": it leaves the years 1970 to 9998"),
    ("1969-12-31", ": it leaves the years 1970 to 9998"),
    ("9999-01-01", ": it leaves the years 1970 to 9998"),
    ("0000-01-01", ": there is no day 0000-01-01"),
    ("@-5", ""),
    ("@", ""),
    ("@253370764800000000", ": the number is too large"),
    ("x" * 101, ": it is too long"),
    ("@" + "9" * 5000, ": it is too long"),
    ("２d", ""),
    ("٢٠٢٤-٠٨-٢٥", ""),
    ("2wee\u212a", ""),
    ("\u017fun", ""),
    ("2024-08-25\n15:00", ": its parts do not go together"),
    ("last week", LAST_WEEK),
    ("this month", LAST_WEEK),
    ("last noon", ": its parts do not go together"),
    ("now-1d/d", ": ffx does not round: write today, or a date"),
    ("now+5m", ": it lies in the future"),
    ("now-5M", ": m is minutes, mo is months"),
    ("last 5", ": its parts do not go together"),
    ("P", ""),
    ("PT", ""),
    ("P1H", ": a span of ISO 8601 is written as P1DT2H"),
    ("P1DT", ": a span of ISO 8601 is written as P1DT2H"),
    ("-P1D", ""),
    ("2024/8/9", ": months and days have two digits: write 2024-08-09"),
    ("2024/02/30", ": there is no day 2024/02/30"),
    ("2024-08/25", ""),
    ("2024.08.25", ": dates have dashes: write 2026-03-01"),
    ("25/08/2024", ": the date is ambiguous: write the year, the month, the day, as 2026-03-01"),
    ("2024-13", ": there is no month 2024-13"),
    ("2024-W54", ": there is no week 2024-W54"),
    ("2024-08 15:00", ": '2024-08' is not understood"),
    ("27 Nov", ": the year is missing: write 27 Nov 2026"),
    ("27 Nov 14:00", ": the year is missing: write 27 Nov 2026"),
    ("Nov 27", ": the year is missing: write Nov 27, 2026"),
    ("Nov 27 14:00", ": the year is missing: write Nov 27, 2026"),
    ("30 Feb 2024", ": there is no day 30 Feb 2024"),
    ("Thu 27 Nov 2024", ": 2024-11-27 is a Wednesday"),
    ("Fri 5 Mar", ": 2026-03-05 is a Thursday"),
    ("Tue 6 Mar", ": 2025-03-06 is a Thursday"),
    ("27 Nov 24", ": years have four digits: write 27 Nov 2026"),
    ("Nov 27, 24", ": years have four digits: write 27 Nov 2026"),
    ("2 nov 3 h", ": its parts do not go together"),
    ("13pm", ": there is no time 13pm"),
    ("0am", ": there is no time 0am"),
    ("2:60pm", ": there is no time 2:60pm"),
    ("14:00pm", ": there is no time 14:00pm"),
    ("14 pm", ": there is no time 14 pm"),
    ("2024-08-25T25", ": there is no time 25"),
    ("2024-08-25T1", ""),
    ("20240825T1561Z", ": there is no time 1561"),
    ("2024-08-25T15Z+02:00", ""),
    ("Thu, 10 Sep 2026 15:30:00 EST", ": EST is ambiguous: use a zone name with --tz, or an offset"
     " such as -05:00"),
]  # fmt: skip


def test_every_form_is_read_as_a_start_and_as_an_end() -> None:
    for text, start, *ends in FORMS:
        for end, wall in ((False, start), (True, (ends or [start])[0])):
            found = instant_of(text, now=NOW, zone=BERLIN, end=end)
            assert found == berlin(wall), (text, end)


def test_what_is_no_form_is_refused_with_the_reason() -> None:
    for text, reason in REFUSED:
        with pytest.raises(UsageError) as caught:
            instant_of(text, now=NOW, zone=BERLIN)
        message = caught.value.message
        assert message.startswith("cannot read '"), text
        assert message.partition("' as a time")[2] == reason, text
        assert message.isprintable(), text
        assert caught.value.hint == HINT, text


def test_an_error_names_the_option() -> None:
    with pytest.raises(UsageError) as caught:
        read_moment("90 mins agoo", now=NOW, zone=BERLIN, option="--at")
    assert caught.value.message == (
        "cannot read '90 mins agoo' as a time for --at: 'agoo' is not understood"
    )


@pytest.mark.parametrize(
    ("now", "text", "found"),
    [
        ("2026-03-31T12:00+02:00", "1mo", "2026-02-28 12:00"),
        ("2024-03-31T12:00+02:00", "1mo", "2024-02-29 12:00"),
        ("2024-02-29T12:00+01:00", "1y", "2023-02-28 12:00"),
        ("2026-04-15T12:00+02:00", "1mo", "2026-03-15 12:00"),
        ("2026-12-15T12:00+01:00", "56y11mo", "1970-01-15 12:00"),
        # 00:30 on the 1st in Berlin is still the month before in UTC.
        ("2026-03-01T00:30+01:00", "1mo", "2026-02-01 00:30"),
    ],
)
def test_months_count_on_the_wall_clock(now: str, text: str, found: str) -> None:
    assert instant_of(text, now=datetime.fromisoformat(now), zone=BERLIN) == berlin(found)


def test_months_that_lead_into_a_gap_move_forward_and_say_so() -> None:
    now = datetime.fromisoformat("2026-04-29T02:30+02:00")
    found = read_moment("1mo", now=now, zone=BERLIN)
    assert found.instant == berlin("2026-03-29 03:00")
    assert "Sun 29 Mar 2026 02:30 does not exist in Europe/Berlin" in found.note


def test_a_day_of_duration_is_24_hours_over_a_clock_change() -> None:
    now = datetime.fromisoformat("2026-03-30T01:00+02:00")
    found = instant_of("2d", now=now, zone=BERLIN)
    assert now - found == timedelta(hours=48)
    assert found == berlin("2026-03-28 00:00")


def test_now_is_cut_to_milliseconds_down_or_up() -> None:
    now = NOW + timedelta(microseconds=1)
    assert instant_of("now", now=now, zone=BERLIN) == NOW
    assert instant_of("now", now=now, zone=BERLIN, end=True) == NOW + timedelta(milliseconds=1)


def test_digits_that_an_end_cannot_keep_do_not_step_into_a_doubled_hour() -> None:
    found = read_moment("2024-10-27 01:59:59.9999", now=NOW, zone=BERLIN, end=True)
    assert found.instant == datetime(2024, 10, 27, tzinfo=UTC)
    assert found.note == ""


def test_today_is_the_day_of_the_zone() -> None:
    now = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)
    assert instant_of("today", now=now, zone=BERLIN) == berlin("2026-03-06 00:00")
    assert instant_of("fri", now=now, zone=BERLIN) == berlin("2026-03-06 00:00")
    assert instant_of("fri", now=now, zone=ZoneInfo("UTC")) == datetime(2026, 2, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("45m", 2700),
        ("1.5h", 5400),
        ("1w2d3h", 788_400),
        ("500ms", 0.5),
        ("1s 500ms", 1.5),
        ("2 Minutes", 120),
        (" 0.000001s ", 0.000001),
    ],
)
def test_a_duration_is_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@each(
    ("text", "reason"),
    [
        ("soon", ""),
        ("", ""),
        ("10", ": a number needs a unit"),
        ("0s", ": it must be over zero"),
        ("-5s", ""),
        ("1mo", ": months and years differ in length"),
        ("1y", ": months and years differ in length"),
        ("1M", ": m is minutes, mo is months"),
        ("2h ago", ""),
        ("1.5ms", ": ms takes whole numbers"),
        ("999999999999d", ": the number is too large"),
        ("142857142w 999999999d", ": the number is too large"),
        ("１s", ""),
        ("1h" * 60, ""),
    ],
)
def test_what_is_no_duration_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_duration(text, option="--within")
    assert caught.value.message.partition("' as a duration for --within")[2] == reason
    assert caught.value.hint == "Try 90s, 45m or 1.5h."


@pytest.mark.parametrize("text", ["15:00", "24h", "now", "2026-03-01 09:00", "soon", "@0", ""])
def test_only_days_are_read_as_days(text: str) -> None:
    with pytest.raises(UsageError, match="as a day for --on") as caught:
        read_day(text, now=NOW, zone=BERLIN, option="--on")
    assert "2026-03-01..2026-03-07" in caught.value.hint


@each(
    ("text", "has_hours"),
    [
        ("15:00", True),
        ("last friday 14:00", True),
        ("fri 2pm", True),
        ("yesterday noon", True),
        ("last friday 14-16", True),
        ("2026-03-01T09:00Z", True),
        ("2026-8-9", False),
        ("soon", False),
        ("afternoon", False),
        ("24h", False),
    ],
)
def test_hours_of_a_day_are_asked_for_by_their_start_and_their_end(
    text: str, has_hours: bool
) -> None:
    for option, words in (("--on", "--since and --until"), ("on", "since and until")):
        with pytest.raises(UsageError) as caught:
            read_day(text, now=NOW, zone=BERLIN, option=option)
        assert caught.value.message.endswith(f"for hours of a day, give {words}") is has_hours


PIECES = st.sampled_from(
    [form[0] for form in FORMS]
    + [text for text, _ in REFUSED]
    + [" ", "T", ":", "-", "+", "@", ".", "0", "9", "99", "9999", "ago", "y", "mo", "d", "Z"]
)


@given(
    text=st.text(max_size=30) | st.lists(PIECES, max_size=4).map("".join),
    name=st.sampled_from(NAMES),
    end=st.booleans(),
)
def test_no_text_raises_anything_but_a_usage_error(text: str, name: str, end: bool) -> None:
    zone = ZoneInfo(name)
    try:
        found = instant_of(text, now=NOW, zone=zone, end=end)
    except UsageError as error:
        assert error.hint  # noqa: PT017  (either outcome is right)
    else:
        assert found.tzinfo is UTC
        assert found.microsecond % 1000 == 0
    try:
        assert parse_duration(text) > timedelta()
    except UsageError as error:
        assert error.hint  # noqa: PT017  (either outcome is right)


@given(
    instant=st.integers(86_400 * 10**6, 4 * 10**15).map(lambda count: EPOCH + count * MICROSECOND),
    name=st.sampled_from(NAMES),
    with_offset=st.booleans(),
)
def test_a_written_instant_lies_between_its_start_and_its_end(
    instant: datetime, name: str, with_offset: bool
) -> None:
    zone = ZoneInfo(name)
    local = instant.astimezone(zone)
    # An offset with seconds, as Liberia had until 1972, cannot be typed.
    typeable = len(local.isoformat()) == len(instant.isoformat())
    wall = local.replace(tzinfo=None)
    text = local.isoformat() if with_offset and typeable else wall.isoformat(" ")

    start = instant_of(text, now=NOW, zone=zone)
    end = instant_of(text, now=NOW, zone=zone, end=True)
    assert start <= instant <= end
    assert end - start <= timedelta(days=1, milliseconds=1)


@given(
    instant=st.integers(86_400 * 10**6, 4 * 10**15).map(lambda count: EPOCH + count * MICROSECOND),
    name=st.sampled_from(NAMES),
)
def test_every_form_that_is_printed_is_read_back(instant: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    local = to_local(instant, zone)
    sent = instant.isoformat()
    to_seconds = instant.replace(microsecond=0)
    to_milliseconds = to_seconds + timedelta(milliseconds=instant.microsecond // 1000)

    def read(text: str, *, end: bool = False) -> datetime:
        return instant_of(text, now=instant, zone=zone, end=end)

    assert read(format_moment(local)) == to_milliseconds
    assert read(to_rfc3339(instant)) == to_milliseconds
    assert read(full_time(sent, zone)) == to_milliseconds
    assert read(long_time(sent, zone)) == to_seconds
    assert read(f"{to_seconds.astimezone(zone):%Y-%m-%d %H:%M:%S %z}") == to_seconds
    # Without an offset, a time that exists twice is its earlier or its later instant.
    for text in (
        format_moment(local, offset=False),
        format_moment(local, year=False, offset=False),
    ):
        assert read(text) <= to_milliseconds <= read(text, end=True), text
    day = day_of(instant, zone)
    assert read(day) <= instant < read(day, end=True), day
    assert read(day, end=True) - read(day) == timedelta(days=1)
    clocks = to_local(instant, zone).replace(microsecond=0)
    assert to_local(read(clock(instant, zone)), zone).time() == clocks.time()


@given(st.timedeltas(timedelta(milliseconds=1), timedelta(days=4000)))
def test_every_length_that_is_printed_is_read_back(length: timedelta) -> None:
    read = parse_duration(elapsed(length))
    assert timedelta() <= length - read < timedelta(hours=1)


def berlin(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=BERLIN).astimezone(UTC)
