"""The grammar of one moment: every form, every refusal, and nothing else raised."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.errors import UsageError
from ffx.input.times.formatting import day_of, elapsed, format_clock, full_time, long_time
from ffx.input.times.instants import to_rfc3339
from ffx.input.times.moments import parse_duration, read_midnight, read_moment
from ffx.input.times.zones import Zone, format_moment, to_local
from tests.input.times.forms import FORMS, HINT, REFUSED
from tests.looping import each

BERLIN = ZoneInfo("Europe/Berlin")
NAMES = sorted(available_timezones() - {"localtime"})
# 14:30 in Berlin, where the clocks go forward on the 29th.
NOW = datetime(2026, 3, 5, 13, 30, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def instant_of(text: str, *, now: datetime, zone: Zone, end: bool = False) -> datetime:
    return read_moment(text, now=now, zone=zone, end=end).instant


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


@each(
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


@each(
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


@each("text", ["15:00", "24h", "now", "2026-03-01 09:00", "soon", "@0", ""])
def test_only_days_are_read_as_days(text: str) -> None:
    with pytest.raises(UsageError, match="as a day for --on") as caught:
        read_midnight(text, now=NOW, zone=BERLIN, option="--on")
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
            read_midnight(text, now=NOW, zone=BERLIN, option=option)
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
    assert to_local(read(format_clock(instant, zone)), zone).time() == clocks.time()


@given(st.timedeltas(timedelta(milliseconds=1), timedelta(days=4000)))
def test_every_length_that_is_printed_is_read_back(length: timedelta) -> None:
    read = parse_duration(elapsed(length))
    assert timedelta() <= length - read < timedelta(hours=1)


def berlin(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=BERLIN).astimezone(UTC)
