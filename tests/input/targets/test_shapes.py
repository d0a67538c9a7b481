"""Shapes: what is taken for an ID, for a placeholder, and for a time."""

from datetime import UTC, datetime

from ffx.input.targets.macros import is_placeholder
from ffx.input.targets.shapes import (
    DateCheck,
    asset_created,
    begins_like_a_hit,
    check_date,
    estimated_time,
    is_cut_hit,
    is_cut_visitor,
    is_hit_shaped,
    is_recased_hit,
    is_visitor_shaped,
)
from tests.looping import each

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
SAMPLE_TIME = datetime(2019, 8, 29, 15, 24, 30, tzinfo=UTC)


@each(
    ("hit_id", "moment"),
    [
        ("01dkezmsf3bat8xdbz8rt039r0", SAMPLE_TIME),
        ("dkezmsf3bat8xdbz8rt039r0", SAMPLE_TIME),
        ("01dkezmsf3bat8xdbz8rt039r0h", SAMPLE_TIME),
        ("dkezmsf3bat8xdbz8rt039r0h", SAMPLE_TIME),
        ("02dkezmsf3bat8xdbz8rt039r0", None),
        ("dkezmsf3bat8xdbz8rt039r0x", None),
        ("DKEZMSF3BAT8XDBZ8RT039R0", None),
        ("dkezmsf3bat8xdbz8rt039ri", None),
        ("1wj7y5680dz26p1g9p0101", None),
        ("01dkezmsf3bat8xdbz8rt039r0hh", None),
        ("", None),
        ("é" * 24, None),
    ],
)
def test_the_time_in_a_hit_id_is_estimated(hit_id: str, moment: datetime | None) -> None:
    estimate = estimated_time(hit_id)
    assert (estimate and estimate.replace(microsecond=0)) == moment


@each(
    ("text", "hit", "visitor"),
    [
        ("1wj7y5680dz26p1g9p0101", True, False),
        ("dkezmsf3bat8xdbz8rt039r4h", True, False),
        ("01dkezmsf3bat8xdbz8rt039r0h", True, False),
        ("a1" * 13 + "ah", True, False),
        ("a1" * 13 + "ax", False, False),
        ("a1" * 10 + "a", False, False),
        ("a" * 24, False, False),
        ("1" * 24, False, False),
        ("afdwb7QPV6Y59aTP3fQxZ3tX2ox", False, True),
        ("afdwb7QPV6Y59aTP3fQxZ3tX2o", False, False),
        ("afdwb7QPV6Y59aTP3fQxZ3tX2o-", False, False),
        ("AFDWB7QPV6Y59ATP3FQXZ3TX2OX", False, False),
    ],
)
def test_hits_and_visitors_are_told_apart_by_shape(text: str, hit: bool, visitor: bool) -> None:
    assert (is_hit_shaped(text), is_visitor_shaped(text)) == (hit, visitor)


def test_capitals_and_cuts_are_noticed() -> None:
    assert is_recased_hit("DKEZMSF3BAT8XDBZ8RT039R4H")
    assert is_recased_hit("Dkezmsf3bat8xdbz8rt039r4h")
    assert not is_recased_hit("afdwb7QPV6Y59aTP3fQxZ3tX2ox")
    # The Kelvin sign, whose lower case is a plain k.
    assert not is_recased_hit("d\u212aezmsf3bat8xdbz8rt039r4h")
    assert is_cut_hit("dkezmsf3bat8xdbz8rt0")
    assert not is_cut_hit("v1")
    assert is_cut_visitor("afdwb7QPV6Y59aTP3fQ")
    assert not is_cut_visitor("afdwb7QPV6Y59aTP3fQxZ3tX2ox")


@each(
    "text",
    [
        "{hit}",
        "{{clickid}}",
        "{{{x}}}",
        "${x}",
        "{sub1}",
        "[CLICKID]",
        "[[HIT]]",
        "<CLICKID>",
        "%CLICKID%",
        "%%CLICKID%%",
        "__CLICKID__",
        "#CLICKID#",
        "REPLACE",
        "replace_me",
        "HIT_ID",
        "hit-id",
        "HitId",
        "CLICKID",
        "VISITOR_ID",
        "YOUR_HIT_ID",
        "your_visitor_id_here",
        "hit",
        "VID",
        "null",
        "undefined",
        "{}",
        "[]",
    ],
)
def test_placeholders(text: str) -> None:
    assert is_placeholder(text)


@each(
    "text",
    [
        "",
        "v1",
        "replacement",
        "hit1",
        "[dkezmsf3bat8xdbz8rt039r4h]",
        "{afdwb7QPV6Y59aTP3fQxZ3tX2ox}",
        "{550e8400-e29b-41d4-a716-446655440000}",
        '{"hit": "x"}',
        "[DE] Sommer",
        "%41%42",
    ],
)
def test_texts_that_are_no_placeholders(text: str) -> None:
    assert not is_placeholder(text)


def test_an_asset_id_tells_its_creation_unless_that_makes_no_sense() -> None:
    created = asset_created("0OQ5LzxJxaBC", now=NOW)
    assert created is not None
    assert created.date().isoformat() == "2020-04-06"
    assert asset_created("zzzzzzzzzzzz", now=NOW) is None
    assert asset_created("0OQ5LzxJxaB", now=NOW) is None
    assert asset_created("0OQ5LzxJxaBC", now=datetime(2020, 1, 1, tzinfo=UTC)) is None


def test_dates_in_ids_are_possible_at_either_end_of_the_calendar() -> None:
    hit = "dkezmsf3bat8xdbz8rt039r4h"
    last, first = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    for moment, is_possible in ((last, True), (first, False)):
        assert (check_date(hit, now=moment) is DateCheck.POSSIBLE) is is_possible
        assert begins_like_a_hit(hit[:12], now=moment) is is_possible
        assert (asset_created("0OQ5LzxJxaBC", now=moment) is not None) is is_possible
