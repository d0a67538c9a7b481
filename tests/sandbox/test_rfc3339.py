from ffx.sandbox.rfc3339 import Moment, read_moment
from tests.looping import each


@each(
    ("text", "moment"),
    [
        ("1970-01-01T00:00:00Z", Moment(0, "")),
        ("1970-01-01t00:00:00z", Moment(0, "")),
        ("1970-01-01T00:00:00.000Z", Moment(0, "")),
        ("1970-01-01T00:00:00-00:00", Moment(0, "")),
        ("1970-01-01T01:00:00.5+01:00", Moment(0, "5")),
        ("1969-12-31T18:30:01.125-05:30", Moment(1, "125")),
        ("1969-12-31T23:59:59.9Z", Moment(-1, "9")),
        ("2016-12-31T23:59:60Z", Moment(1_483_228_800, "")),
        ("2017-01-01T00:59:60.25+01:00", Moment(1_483_228_800, "25")),
        ("2024-02-29T00:00:00.123456789123456789Z", Moment(1_709_164_800, "123456789123456789")),
        ("0000-02-29T00:00:00Z", Moment(-62_162_121_600, "")),
        ("9999-12-31T23:59:59-23:59", Moment(253_402_387_139, "")),
    ],
)
def test_moments_are_read_to_the_last_digit(text: str, moment: Moment) -> None:
    assert read_moment(text) == moment


@each(
    "text",
    [
        "",
        "2026-03-01",
        "2026-03-01T10:00Z",
        "2026-03-01 10:00:00Z",
        "2026-03-01T10:00:00",
        "2026-03-01T10:00:00.Z",
        "2026-03-01T10:00:00,5Z",
        "2026-03-01T10:00:00+0100",
        "2026-03-01T10:00:00+01",
        "2026-03-01T10:00:00+24:00",
        "2026-03-01T10:00:00+01:60",
        "2026-03-01T24:00:00Z",
        "2026-03-01T10:60:00Z",
        "2026-03-01T10:00:61Z",
        "2026-03-01T10:00:60Z",
        "2026-02-29T10:00:00Z",
        "2026-13-01T10:00:00Z",
        "2026-00-01T10:00:00Z",
        "26-03-01T10:00:00Z",
        "2026-03-01T10:00:00Z\n",
        " 2026-03-01T10:00:00Z",
        "２026-03-01T10:00:00Z",
        "1772359200",
    ],
)
def test_anything_else_is_no_moment(text: str) -> None:
    assert read_moment(text) is None


def test_moments_compare_by_time_and_then_by_fraction() -> None:
    texts = ("59Z", "59.05Z", "59.1Z", "59.1000001Z", "59.25Z", "59.3Z")
    moments = [read_moment(f"2026-03-01T10:00:{text}") for text in texts]

    assert moments == sorted(moments, key=lambda moment: moment or Moment(0, ""))


@each(
    ("moment", "floor", "ceiling"),
    [
        (Moment(1, ""), 1000, 1000),
        (Moment(1, "25"), 1250, 1250),
        (Moment(1, "2501"), 1250, 1251),
        (Moment(-1, "0001"), -1000, -999),
    ],
)
def test_a_moment_lies_between_two_milliseconds(moment: Moment, floor: int, ceiling: int) -> None:
    assert (moment.floor(), moment.ceiling()) == (floor, ceiling)
