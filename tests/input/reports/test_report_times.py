"""Days and times as reports write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ffx.input.reports.report_times import DayOrder, day_order, read_report_time

BERLIN = ZoneInfo("Europe/Berlin")
READ: list[tuple[str, DayOrder, str | None]] = [
    ("2026-11-20", "", "2026-11-19T23:00"),
    ("2026-11-20 15:04:05", "", "2026-11-20T14:04:05"),
    ("2026-11-20T15:04:05Z", "", "2026-11-20T15:04:05"),
    ("2026-11-20T15:04:05.123+02:00", "", "2026-11-20T13:04:05"),
    ("2026/11/20 15:04", "", "2026-11-20T14:04"),
    ("20.11.2026", "day first", "2026-11-19T23:00"),
    ("20.11.26 15:04", "day first", "2026-11-20T14:04"),
    ("11/20/2026 3:04 PM", "month first", "2026-11-20T14:04"),
    ("11/20/2026, 12:04 AM", "month first", "2026-11-19T23:04"),
    ("3/4/2026", "day first", "2026-04-02T22:00"),
    ("3/4/2026", "month first", "2026-03-03T23:00"),
    ("3/4/2026", "", None),
    ("20 Nov 2026", "", "2026-11-19T23:00"),
    ("Nov 20, 2026 15:04", "", "2026-11-20T14:04"),
    ("Fri, 20 Nov 2026 15:04:05 GMT", "", "2026-11-20T15:04:05"),
    ("1795187045", "", "2026-11-20T15:04:05"),
    ("1795187045000", "", "2026-11-20T15:04:05"),
    ("31.02.2026", "day first", None),
    ("yesterday", "", None),
    ("24.90", "day first", None),
    ("", "", None),
]


def test_times_are_read_by_the_order_of_their_column() -> None:
    for text, order, moment in READ:
        expected = None if moment is None else datetime.fromisoformat(moment).replace(tzinfo=UTC)
        assert read_report_time(text, order, BERLIN) == expected, text


def test_a_column_tells_whether_the_day_comes_first() -> None:
    cases: list[tuple[list[str], DayOrder]] = [
        (["3/4/2026", "20/4/2026"], "day first"),
        (["3/4/2026", "3/20/2026"], "month first"),
        (["3.4.2026"], "day first"),
        (["3/4/2026", "4/4/2026"], ""),
        (["2026-03-04"], ""),
        ([], ""),
    ]
    for texts, order in cases:
        assert day_order(texts) == order, texts
