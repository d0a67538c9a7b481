"""Zones: found by name, and exact around every change of a clock."""

import random
import time
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.errors import UsageError
from ffx.input.times import zones
from ffx.input.times.zones import (
    Zone,
    format_moment,
    read_zone,
    to_instant,
    to_local,
    unknown_machine_zone,
    zone_name,
)
from tests.fuzz.conftest import EXAMPLES
from tests.looping import each

# "localtime" is the file of whatever machine this is.
NAMES = sorted(zoneinfo.available_timezones() - {"localtime"})
# Clocks change by half an hour, at midnight, by a day, backwards in winter, in Ramadan.
HARD = (
    "Africa/Cairo", "Africa/Casablanca", "Africa/Monrovia", "America/Caracas", "America/Havana",
    "America/Nuuk", "America/Sao_Paulo", "America/St_Johns", "Antarctica/Casey",
    "Antarctica/Troll", "Asia/Almaty", "Asia/Beirut", "Asia/Gaza", "Asia/Kathmandu",
    "Asia/Pyongyang", "Asia/Tehran", "Atlantic/Azores", "Australia/Lord_Howe", "Europe/Dublin",
    "Europe/Istanbul", "Europe/Moscow", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati",
    "Pacific/Kwajalein", "Pacific/Norfolk", "UTC",
)  # fmt: skip

needs_tzset = pytest.mark.skipif(not hasattr(time, "tzset"), reason="TZ is not obeyed here")
needs_system_data = pytest.mark.skipif(
    not Path("/usr/share/zoneinfo/Asia/Almaty").exists(), reason="the system has no zone data"
)


@pytest.fixture
def machine_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def move(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


def test_names_are_found_in_any_case() -> None:
    assert read_zone("Europe/Berlin") == ZoneInfo("Europe/Berlin")
    assert read_zone(" europe/BERLIN ") == ZoneInfo("Europe/Berlin")
    assert zone_name(read_zone("utc")) == "UTC"
    assert read_zone("Local") is None


@each(
    ("name", "hint"),
    [
        ("Europe/Berlni", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Nowhere/Atall/Whatever", "Europe/Berlin, UTC or local"),
        ("../../etc/passwd", "Try"),
        ("/etc/passwd", "Try"),
        ("Europe", "Europe/"),
        ("Europe/../Europe/Berlin", "Europe/Berlin"),
        ("right/UTC", "UTC"),
        ("localtime", "local"),
        ("zone.tab", "Try"),
        ("", "Try"),
        ("x\0y", "Try"),
        ("\ud800", "Try"),
        ("x" * 10_000, "Try"),
    ],
)
def test_an_unknown_zone_is_refused_with_names_that_come_near(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match="unknown zone") as caught:
        read_zone(name)
    assert hint in caught.value.hint
    assert caught.value.message.isprintable()


@each(
    ("name", "example"), [("EST", "America/New_York"), ("ist", "Asia/Kolkata"), ("CST", "Chicago")]
)
def test_an_abbreviation_that_zones_share_is_ambiguous(name: str, example: str) -> None:
    with pytest.raises(UsageError, match="ambiguous: use a zone name such as") as caught:
        read_zone(name)
    assert example in caught.value.message


def test_every_example_for_an_abbreviation_is_a_zone() -> None:
    assert set(zones.AMBIGUOUS_ZONES.values()) <= set(NAMES)


@pytest.mark.fault(104)
def test_without_zone_data_utc_works_and_others_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zones, "_load", lambda _: None)
    monkeypatch.setattr(zoneinfo, "available_timezones", set)

    utc = read_zone("UTC")
    noon = datetime(2024, 8, 25, 12, tzinfo=UTC)
    assert zone_name(utc) == "UTC"
    assert to_local(noon, utc).isoformat() == "2024-08-25T12:00:00+00:00"
    with pytest.raises(UsageError, match="no zone data") as caught:
        read_zone("Europe/Berlin")
    assert "tzdata" in caught.value.hint


@each(
    ("name", "text", "moved"),
    [
        ("Europe/Berlin", "2024-03-31 02:30", "Sun 31 Mar 2024 03:00 +02:00"),
        ("America/Havana", "2024-03-10 00:00", "Sun 10 Mar 2024 01:00 -04:00"),
        ("Africa/Cairo", "2024-04-26 00:59:59", "Fri 26 Apr 2024 01:00 +03:00"),
        ("Asia/Beirut", "2024-03-31 00:00", "Sun 31 Mar 2024 01:00 +03:00"),
        ("Atlantic/Azores", "2024-03-31 00:15", "Sun 31 Mar 2024 01:00 +00:00"),
        ("Pacific/Apia", "2011-12-30 17:00", "Sat 31 Dec 2011 00:00 +14:00"),
        ("Pacific/Kwajalein", "1993-08-21 12:00", "Sun 22 Aug 1993 00:00 +12:00"),
        ("Africa/Monrovia", "1972-01-07 00:00:01", "Fri 7 Jan 1972 00:44:30 +00:00"),
    ],
)
@each("end", [False, True])
def test_a_skipped_time_moves_forward_to_the_change(
    name: str, text: str, moved: str, end: bool
) -> None:
    zone, wall = ZoneInfo(name), naive(text)
    resolved = to_instant(wall, zone, end=end)

    assert format_moment(to_local(resolved.instant, zone)) == moved
    assert resolved.note == (
        f"{format_moment(wall, offset=False)} does not exist in {name}, "
        f"a clock change skips it: moved forward to {moved}"
    )


@each(
    ("end", "instant", "took"),
    [(False, "00:30", "took the earlier, +02:00"), (True, "01:30", "took the later, +01:00")],
)
def test_a_doubled_time_is_the_earlier_start_or_the_later_end(
    end: bool, instant: str, took: str
) -> None:
    resolved = to_instant(naive("2024-10-27 02:30"), ZoneInfo("Europe/Berlin"), end=end)

    assert f"{resolved.instant:%H:%M}" == instant
    assert resolved.note == (
        "Sun 27 Oct 2024 02:30 exists twice in Europe/Berlin, "
        f"at +02:00 and again at +01:00: {took}"
    )


def test_a_day_that_came_twice_is_resolved_too() -> None:
    zone = ZoneInfo("Pacific/Kwajalein")
    first = to_instant(naive("1969-09-30 05:00"), zone, end=False).instant
    second = to_instant(naive("1969-09-30 05:00"), zone, end=True).instant
    assert second - first == timedelta(hours=23)


def test_zones_are_exact_around_their_changes() -> None:
    """All changes that are not of an hour, and those of an hour in one of the years by turns."""
    years = [1972, 1993, 2011, 2024]
    others = NAMES if EXAMPLES else random.sample(NAMES, 3)
    for (turn, year), (number, name) in product(enumerate(years), enumerate([*HARD, *others])):
        zone = ZoneInfo(name)
        for change in changes(zone, year):
            shift = offset(change, zone) - offset(change - timedelta(seconds=1), zone)
            is_ordinary = abs(shift) == timedelta(hours=1)
            if not is_ordinary or number % len(years) == turn or EXAMPLES:
                assert_exact_around(change, zone)


@given(st.sampled_from(NAMES), st.integers(1970, 2037))
def test_any_zone_is_exact_around_its_changes_in_any_year(name: str, year: int) -> None:
    zone = ZoneInfo(name)
    for change in changes(zone, year):
        assert_exact_around(change, zone)


@needs_tzset
@needs_system_data
@each(
    ("name", "instant", "shown"),
    [
        ("Asia/Almaty", "2024-02-01T00:00:00Z", "Thu 1 Feb 2024 06:00 +06:00"),
        ("Asia/Almaty", "2024-04-01T00:00:00Z", "Mon 1 Apr 2024 05:00 +05:00"),
        ("Europe/Moscow", "2014-07-01T00:00:00Z", "Tue 1 Jul 2014 04:00 +04:00"),
        ("Europe/Moscow", "2015-07-01T00:00:00Z", "Wed 1 Jul 2015 03:00 +03:00"),
        ("Europe/Istanbul", "2016-01-01T00:00:00Z", "Fri 1 Jan 2016 02:00 +02:00"),
        ("Europe/Istanbul", "2017-01-01T00:00:00Z", "Sun 1 Jan 2017 03:00 +03:00"),
    ],
)
def test_the_machine_keeps_the_rules_of_each_year(
    machine_zone: Callable[[str], None], name: str, instant: str, shown: str
) -> None:
    machine_zone(name)
    local = to_local(datetime.fromisoformat(instant), None)

    assert format_moment(local) == shown
    assert to_instant(local.replace(tzinfo=None), None, end=False).instant == local
    assert zone_name(None) == name


@needs_tzset
@needs_system_data
@each(
    ("name", "year"),
    [
        ("Asia/Almaty", 2024),
        ("Asia/Almaty", 2004),
        ("Europe/Moscow", 2011),
        ("Europe/Moscow", 2014),
        ("Europe/Istanbul", 2015),
        ("Europe/Istanbul", 2016),
        ("Pacific/Apia", 2011),
        ("America/Havana", 2024),
    ],
)
def test_the_machine_is_exact_around_its_changes(
    machine_zone: Callable[[str], None], name: str, year: int
) -> None:
    machine_zone(name)
    found = list(changes(None, year))

    assert found == list(changes(ZoneInfo(name), year))
    assert found
    for change in found:
        assert_exact_around(change, None)


@needs_tzset
def test_a_machine_whose_zone_is_a_rule_has_no_name_but_changes(
    machine_zone: Callable[[str], None],
) -> None:
    machine_zone("CET-1CEST,M3.5.0,M10.5.0/3")
    resolved = to_instant(naive("2024-03-31 02:30"), None, end=False)

    assert zone_name(None) == "local time"
    assert resolved.instant == datetime(2024, 3, 31, 1, tzinfo=UTC)
    assert "does not exist in local time" in resolved.note


@each(
    ("value", "name"),
    [("Europe/Berlin", "Europe/Berlin"), (":Europe/Berlin", "Europe/Berlin"), ("", "UTC")],
)
def test_the_machine_zone_is_named_after_tz(
    monkeypatch: pytest.MonkeyPatch, value: str, name: str
) -> None:
    monkeypatch.setenv("TZ", value)
    assert zone_name(None) == name


@each(
    ("target", "name"),
    [
        ("/usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"),
        ("../usr/share/zoneinfo/posix/Asia/Tokyo", "Asia/Tokyo"),
        ("/var/db/timezone/zoneinfo/America/New_York", "America/New_York"),
        ("/somewhere/else", "local time"),
        ("/usr/share/zoneinfo/No\x1bwhere", "local time"),
    ],
)
def test_the_machine_zone_is_named_after_the_link(
    monkeypatch: pytest.MonkeyPatch, target: str, name: str
) -> None:
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(Path, "readlink", lambda _: Path(target))
    assert zone_name(None) == name


def test_a_machine_without_a_link_has_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path) -> Path:
        raise OSError

    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(Path, "readlink", fail)
    assert zone_name(None) == "local time"


@each(
    ("instant", "shown"),
    [
        ("2026-11-18T16:20:00+01:00", "Wed 18 Nov 2026 16:20 +01:00"),
        ("2026-01-05T06:07:08Z", "Mon 5 Jan 2026 06:07:08 +00:00"),
        ("2026-01-05T06:07:00.250Z", "Mon 5 Jan 2026 06:07:00.250 +00:00"),
        ("2026-01-05T06:07:00.000999Z", "Mon 5 Jan 2026 06:07 +00:00"),
        ("1970-01-01T00:00:00-00:44:30", "Thu 1 Jan 1970 00:00 -00:44:30"),
    ],
)
def test_a_moment_is_written_for_people(instant: str, shown: str) -> None:
    assert format_moment(datetime.fromisoformat(instant)) == shown


@each("edge", ["0001-01-01T00:00Z", "9999-12-31T23:59:59.999999Z"])
@each("name", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"])
def test_the_ends_of_the_calendar_stay_in_utc_where_need_be(edge: str, name: str) -> None:
    instant = datetime.fromisoformat(edge)
    assert to_local(instant, ZoneInfo(name)) == instant
    assert to_local(instant, None) == instant


def changes(zone: Zone, year: int) -> Iterator[datetime]:
    """Yield the instants of one year at which the clocks of a zone change."""
    week = timedelta(days=7)
    before = datetime(year, 1, 1, tzinfo=UTC)
    known = offset(before, zone)
    while before.year == year:
        after = before + week
        was, known = known, offset(after, zone)
        if was != known:
            low, high = before, after
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                if offset(middle, zone) == was:
                    low = middle
                else:
                    high = middle
            yield high
        before = after


def assert_exact_around(change: datetime, zone: Zone) -> None:
    """Check round trips, gaps, folds and order for wall times around one change."""
    before, after = offset(change - timedelta(seconds=1), zone), offset(change, zone)
    shift = abs(after - before)
    steps = (-shift, -shift / 2, -timedelta(milliseconds=1), timedelta(), shift / 3, shift)
    instants = [change + step for step in steps]
    walls = [to_local(instant, zone).replace(tzinfo=None) for instant in instants]
    last = change.replace(tzinfo=None) + before
    skipped = [last, last + shift / 2, last + shift - timedelta(milliseconds=1)]
    every = sorted({*walls, *skipped})
    starts = {wall: to_instant(wall, zone, end=False) for wall in every}
    ends = {wall: to_instant(wall, zone, end=True) for wall in every}
    for instant, wall in zip(instants, walls, strict=True):
        start, end = starts[wall], ends[wall]
        assert start.instant <= instant <= end.instant, (zone, wall)
        assert to_local(start.instant, zone).replace(tzinfo=None) == wall
        assert to_local(end.instant, zone).replace(tzinfo=None) == wall
        assert bool(start.note) == bool(end.note) == (start.instant != end.instant)

    if after > before:
        for wall in skipped:
            assert starts[wall].instant == change, (zone, wall)
            assert "does not exist" in starts[wall].note
    for resolved in (starts, ends):
        read = [resolved[wall].instant for wall in every]
        assert read == sorted(read), zone


def offset(instant: datetime, zone: Zone) -> timedelta:
    found = to_local(instant, zone).utcoffset()
    assert found is not None
    return found


def naive(text: str) -> datetime:
    return datetime.fromisoformat(text)


@needs_tzset
@needs_system_data
@each(
    ("name", "is_unknown"),
    [
        ("Europe/Berlni", True),
        ("europe/berlin", True),
        ("Europe", True),
        ("Foo", True),
        (":Foo/Bar", True),
        ("/nowhere/at/all", True),
        ("\x1b[31m", True),
        ("", False),
        ("UTC", False),
        ("utc", False),
        ("Etc/UTC", False),
        ("Zulu", False),
        ("GMT0", False),
        ("Europe/Berlin", False),
        (":Europe/Berlin", False),
        ("Europe/London", False),
        ("Africa/Abidjan", False),
        ("Asia/Kolkata", False),
        ("Etc/GMT+5", False),
        ("CET-1CEST", False),
        ("EST5EDT,M3.2.0,M11.1.0", False),
        ("<+03>-3", False),
    ],
)
def test_a_zone_that_the_system_does_not_know_is_told_from_those_at_utc(
    name: str, is_unknown: bool, machine_zone: Callable[[str], None]
) -> None:
    machine_zone(name)

    for month in (1, 4, 7, 10):
        now = datetime(2026, month, 15, 12, tzinfo=UTC)
        assert unknown_machine_zone(name, now) is is_unknown
