"""Times, spans and amounts, as every view writes them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ffx.api.models import Amount
from ffx.input.times.formatting import day_of, elapsed, format_clock, full_time, long_time
from ffx.input.times.zones import Zone, read_zone
from ffx.output.words import amount, identity, non_empty, plural, unrepeated, whole_number
from tests.looping import each
from tests.render.sample import BERLIN


@each(
    ("span", "words"),
    [
        ({}, "0 s"),
        ({"microseconds": 400}, "0 s"),
        ({"milliseconds": 60}, "60 ms"),
        ({"milliseconds": 100}, "0.1 s"),
        ({"milliseconds": 9_990}, "9.9 s"),
        ({"seconds": 9}, "9 s"),
        ({"milliseconds": 29_900}, "29 s"),
        ({"milliseconds": 59_999}, "59 s"),
        ({"minutes": 1}, "1 min"),
        ({"minutes": 67, "seconds": 59}, "67 min"),
        ({"hours": 2}, "2 h"),
        ({"hours": 2, "minutes": 5}, "2 h 5 min"),
        ({"hours": 47, "minutes": 59}, "47 h 59 min"),
        ({"days": 2}, "2 d"),
        ({"days": 2, "hours": 3, "minutes": 59}, "2 d 3 h"),
        ({"days": 400}, "400 d"),
    ],
)
def test_spans_have_two_units_at_most(span: dict[str, int], words: str) -> None:
    assert elapsed(timedelta(**span)) == words


@given(st.timedeltas(timedelta(), timedelta(days=5000)))
def test_no_span_reads_longer_than_it_was(span: timedelta) -> None:
    units = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
    parts = elapsed(span).split(" ")
    told = sum(
        Decimal(number) * units[unit] for number, unit in zip(parts[::2], parts[1::2], strict=True)
    )
    assert told <= Decimal(span // timedelta(microseconds=1)) / 1000


def test_a_day_carries_the_offset_of_the_hour_and_not_of_its_midnight() -> None:
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    after = datetime(2026, 10, 25, 12, 0, 5, 120_000, tzinfo=UTC)
    assert day_of(before, BERLIN) == "Sun 25 Oct 2026 +02:00"
    assert day_of(after, BERLIN) == "Sun 25 Oct 2026 +01:00"
    assert format_clock(after, BERLIN) == "13:00:05"


@each(
    ("text", "zone", "full", "long"),
    [
        (
            "2026-11-20T14:04:12Z",
            "Europe/Berlin",
            "2026-11-20T15:04:12.000+01:00",
            "Fri 20 Nov 2026 15:04:12 +01:00",
        ),
        (
            "2026-11-20T14:04:12.123456Z",
            "UTC",
            "2026-11-20T14:04:12.123456+00:00",
            "Fri 20 Nov 2026 14:04:12 +00:00",
        ),
        (
            "2026-11-20 14:04:12.5",
            "UTC",
            "2026-11-20T14:04:12.500+00:00",
            "Fri 20 Nov 2026 14:04:12 +00:00",
        ),
        ("0001-01-01T00:00:00Z", "UTC", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "Asia/Tokyo", "9999-12-31T23:59:59.000+00:00", None),
        ("soon\x1b", "UTC", r"soon\u{1b}", r"soon\u{1b}"),
        ("", "UTC", "", ""),
        (None, "UTC", "", ""),
    ],
)
def test_times_as_sent(text: str | None, zone: str, full: str, long: str | None) -> None:
    where: Zone = read_zone(zone)
    assert full_time(text, where) == full
    if long is not None:
        assert long_time(text, where) == long


@each(
    ("value", "shown"),
    [
        (None, ""),
        (Amount("0.10"), "0.10"),
        (Amount("24.9000"), "24.9000"),
        (Amount("1e400"), "1e400"),
        (Amount("-0"), "-0"),
        (Decimal("1E+2"), "100"),
        (Decimal("34.4000"), "34.4000"),
    ],
)
def test_amounts(value: Decimal | None, shown: str) -> None:
    assert amount(value) == shown


@each(
    ("digits", "shown"),
    [
        ("2500", "2,500"),
        ("2500.0", "2,500"),
        ("1e3", "1,000"),
        ("2.5", "2.5"),
        ("1e400", "1e400"),
        ("9" * 30, "9" * 23 + "…"),
    ],
)
def test_counts(digits: str, shown: str) -> None:
    assert whole_number(Amount(digits)) == shown


def test_ids_are_whole_unless_nothing_as_long_is_one() -> None:
    assert identity("x" * 256) == "x" * 256
    assert len(identity("x" * 257)) == 256
    assert identity("a\u200bb") == r"a\u{200b}b"


def test_known_texts_say_something() -> None:
    assert non_empty(None, "", "a\tb", "c") == [r"a\u{9}b", "c"]


def test_a_name_in_two_spellings_is_one() -> None:
    assert unrepeated(["Sa\u0303o Paulo", "S\u00e3o Paulo", "Brazil", "Brazil"]) == [
        "Sa\u0303o Paulo",
        "Brazil",
    ]


def test_plurals() -> None:
    assert [plural(count, "hit") for count in (0, 1, 2, 1000)] == [
        "0 hits",
        "1 hit",
        "2 hits",
        "1,000 hits",
    ]
