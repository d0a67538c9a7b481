"""Rows that stay where they are kept, and answer as their models do."""

import json

import pytest

from ffx.api import lazy_rows
from ffx.api.json_text import read_object
from ffx.api.lazy_rows import LazyRows
from ffx.api.members import HIT_ROW
from ffx.api.models import HitRow
from tests.looping import each

ODD = (
    "{}",
    '{"hitId": "h1", "eventType": "entrance", "cost": 0.10, "revenue": -0, "t1": "a"}',
    '{"hitId": "h2", "eventType": "conversion", "cost": 0.1, "revenue": 1e400, "t1": "a"}',
    '{"hitId": 12, "eventTime": "2026-01-01T00:00:00Z", "cost": " 0.10 ", "revenue": "much"}',
    '{"hitId": null, "eventTime": "soon", "cost": true, "t1": false, "t2": [1.50, {"a": null}]}',
    '{"eventType": "", "t1": "null", "t2": null, "t1": "last"}',
    '{"hitId": "' + "h" * 100 + '", "t1": "\\ud83d\\ude00 \\ud800", "subCampaign": "1"}',
    '{"new": "x", "ne\\ud800w": [1.0], "subCampaign": 1}',
)


def told(member: tuple[str, object]) -> tuple[str, type, str]:
    """Return a member as what can be compared: amounts that are equal may have other digits."""
    name, value = member
    return name, type(value), str(value)


def test_they_say_what_models_say() -> None:
    rows = LazyRows(ODD)
    models = [HitRow.model_validate(read_object(text)) for text in ODD]

    assert len(rows) == len(models)
    for row, model in zip(rows, models, strict=True):
        for name in HIT_ROW:
            said = getattr(row, name)
            assert (type(said), str(said)) == (
                type(getattr(model, name)),
                str(getattr(model, name)),
            ), name
        assert list(map(told, row.stated_members().items())) == list(
            map(told, model.stated_members().items())
        )
        assert row.model_extra == model.model_extra
        assert row.event_time == model.event_time
        assert row.is_conversion == model.is_conversion
        assert row.is_entrance == model.is_entrance


@each(("texts", "characters"), [(2, 10**6), (10**6, 40)])
def test_what_says_too_much_for_memory_is_read_where_it_is_kept(
    texts: int, characters: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lazy_rows, "_MOST_TEXTS", texts)
    monkeypatch.setattr(lazy_rows, "_MOST_CHARACTERS", characters)
    sent = [json.dumps({"t1": f"own {n}", "t2": "x", "hitId": f"h{n}"}) for n in range(600)]

    rows = LazyRows(sent)

    assert [row.t1 for row in rows] == [f"own {n}" for n in range(600)]
    assert {row.t2 for row in rows} == {"x"}
    assert rows[7].hitId == "h7"


def test_what_no_row_says_is_not_said() -> None:
    rows = LazyRows(['{"hitId": "h1", "t1": "", "t2": null}', '{"t1": null, "t3": "x"}'])

    assert [row.stated_members() for row in rows] == [{"hitId": "h1"}, {"t3": "x"}]


def test_as_many_texts_as_a_byte_can_number_and_more() -> None:
    sent = [json.dumps({"t1": f"{n % 300}"}) for n in range(900)]

    assert [row.t1 for row in LazyRows(sent)] == [f"{n % 300}" for n in range(900)]


def test_a_row_is_one_object_for_good() -> None:
    rows = LazyRows(ODD)

    assert list(map(id, rows)) == list(map(id, rows))
    assert rows[1] is rows[1:3][0]
    assert rows[0] != rows[1]
    with pytest.raises(AttributeError):
        _ = rows[0].nothing  # type: ignore[attr-defined]  # which is what is tested
