"""Models of the replies: every documented member, and no type that they would not take."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ffx.api import members
from ffx.api.json_text import Numeral, read_document
from ffx.api.models import Amount, HitEvent, HitEvents, HitRow, VisitorHistory, VisitorInfo
from ffx.input.times.instants import read_time
from tests.looping import each


@each(
    ("model", "names"),
    [
        (VisitorInfo, members.VISITOR),
        (HitRow, members.HIT_ROW),
        (HitEvent, members.HIT_EVENT),
    ],
)
def test_every_documented_member_is_there(model: Any, names: tuple[str, ...]) -> None:
    assert set(model.model_fields) == set(names)
    assert len(names) == len(set(names))
    for name, field in model.model_fields.items():
        assert (Amount in field.annotation.__args__) is (name in members.NUMBERS)
        assert field.default is None


def test_times_and_numbers_are_members() -> None:
    everything = {*members.VISITOR, *members.HIT_ROW, *members.HIT_EVENT}
    assert everything >= members.TIMES | members.NUMBERS
    assert not members.TIMES & members.NUMBERS


@each("digits", ["0", "0.10", "1e400", "9007199254740993", "-0.0", "1E+2"])
def test_amounts_keep_their_digits(digits: str) -> None:
    row = HitRow.model_validate(read_document(f'{{"cost": {digits}}}').value)
    assert str(row.cost) == digits
    assert row.cost == Decimal(digits)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_any_number_is_itself(number: Decimal) -> None:
    assert Amount(str(number)) == number
    assert str(Amount(str(number))) == str(number)


@each("digits", ["NaN", "Infinity", "-Infinity", "sNaN", "", "free"])
def test_an_amount_is_a_finite_number(digits: str) -> None:
    with pytest.raises(InvalidOperation):
        Amount(digits)


@each(
    ("value", "taken"),
    [
        (Numeral("0.10"), "0.10"),
        ("0.10", "0.10"),
        (" 5 ", "5"),
        ("free", None),
        ("", None),
        ("NaN", None),
        (None, None),
        (True, None),
        ([1], None),
        ({}, None),
    ],
)
def test_a_number_is_taken_from_text_that_says_one(value: object, taken: str | None) -> None:
    cost = HitRow.model_validate({"cost": value}).cost
    assert (None if cost is None else str(cost)) == taken


@each(
    ("value", "taken"),
    [
        ("text", "text"),
        ("", ""),
        (None, None),
        (Numeral("12345678901234567890"), "12345678901234567890"),
        (True, "true"),
        (["ä"], '["ä"]'),
        ({"a": None}, '{"a": null}'),
    ],
)
def test_text_is_taken_from_anything(value: object, taken: str | None) -> None:
    assert HitRow.model_validate({"hitId": value}).hitId == taken
    assert VisitorInfo.model_validate({"userAgent": value}).userAgent == taken


_values = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers().map(lambda n: Numeral(str(n))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(members.HIT_EVENT) | st.text(), _values, max_size=6))
def test_no_member_of_any_type_is_refused(row: dict[str, Any]) -> None:
    event = HitEvent.model_validate(row)
    assert set(event.model_extra or {}) == set(row) - set(members.HIT_EVENT)


def test_undocumented_members_are_kept_as_they_are() -> None:
    row = HitRow.model_validate({"newMember": [Numeral("1")], "is_conversion": "no"})
    assert row.model_extra == {"newMember": [Numeral("1")], "is_conversion": "no"}
    assert row.is_conversion is False


def test_models_are_frozen() -> None:
    row = HitRow.model_validate({"hitId": "r1"})
    with pytest.raises(ValidationError):
        row.hitId = "r2"


@each(
    ("event", "is_conversion", "is_entrance"),
    [
        ("conversion", True, False),
        ("Conversion", True, False),
        ("entrance", False, True),
        ("view", False, False),
        ("", False, False),
        (None, False, False),
    ],
)
def test_events_by_their_type(event: str | None, is_conversion: bool, is_entrance: bool) -> None:
    row = HitRow.model_validate({"eventType": event})
    assert (row.is_conversion, row.is_entrance) == (is_conversion, is_entrance)


@each(
    ("reply", "hits", "has_more"),
    [
        ({}, 0, None),
        ({"visitor": None, "hits": None, "hasMore": None}, 0, None),
        ({"visitor": {}, "hits": [{}, {}], "hasMore": True}, 2, True),
        ({"hits": [], "hasMore": "true"}, 0, None),
        ({"hits": [], "hasMore": False, "cursor": "x"}, 0, False),
    ],
)
def test_parts_of_a_reply_may_be_missing(
    reply: dict[str, Any], hits: int, has_more: bool | None
) -> None:
    history = VisitorHistory.model_validate(reply)
    assert len(history.hits) == hits
    assert history.hasMore is has_more


@each(("reply", "count"), [({}, 0), ({"events": None}, 0), ({"events": [{}]}, 1)])
def test_events_may_be_missing(reply: dict[str, Any], count: int) -> None:
    assert len(HitEvents.model_validate(reply).events) == count


@each(
    ("text", "time"),
    [
        ("2026-11-20T14:04:12Z", datetime(2026, 11, 20, 14, 4, 12, tzinfo=UTC)),
        ("2026-11-20T15:04:12+01:00", datetime(2026, 11, 20, 14, 4, 12, tzinfo=UTC)),
        ("2026-11-20 14:04:12.5", datetime(2026, 11, 20, 14, 4, 12, 500_000, tzinfo=UTC)),
        (" 2026-11-20T14:04:12Z ", datetime(2026, 11, 20, 14, 4, 12, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("1969-12-31T23:59:59Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_times(text: str | None, time: datetime | None) -> None:
    assert read_time(text) == time


@given(st.text())
def test_no_text_breaks_the_reading_of_a_time(text: str) -> None:
    moment = read_time(text)
    assert moment is None or moment.tzinfo is UTC


VALUES = st.none() | st.booleans() | st.text() | st.builds(Numeral, st.integers().map(str))


@given(st.dictionaries(st.sampled_from(members.HIT_ROW), VALUES | st.lists(VALUES)))
def test_an_unknown_member_changes_nothing_of_the_documented_ones(row: dict[str, Any]) -> None:
    given_row = dict(row)

    read = HitRow.model_validate(row)
    beside = HitRow.model_validate({**row, "new": "x"})

    assert row == given_row
    for name in members.HIT_ROW:
        assert repr(getattr(read, name)) == repr(getattr(beside, name)), name
