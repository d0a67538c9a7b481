"""Which members are shown: known ones, by their own names, in the order asked for."""

import pytest

from ffx.api import members
from ffx.api.json_text import Numeral
from ffx.errors import ExitCode, UsageError
from ffx.input.targets.shapes import Kind
from ffx.render.rows.columns import pick, read_fields
from tests.looping import each


def test_without_a_choice_there_is_the_target_and_the_whole_row() -> None:
    assert read_fields(None, command="visitor") == ("target", *members.HIT_ROW)
    assert read_fields(None, command="hit") == ("target", *members.HIT_EVENT)


@each(
    ("text", "kind", "fields"),
    [
        ("hitId", "visitor", ("hitId",)),
        ("revenue,cost", "hit", ("revenue", "cost")),
        (" HITID , EventTime,T7 ", "visitor", ("hitId", "eventTime", "t7")),
        ("hitId,,cost,", "visitor", ("hitId", "cost")),
        ("cost,hitId,COST", "visitor", ("cost", "hitId")),
        ("target,Visitor.IP", "visitor", ("target", "visitor.ip")),
        ("visitor.totalhits", "visitor", ("visitor.totalHits",)),
        ("Target,ip,referrerPath", "hit", ("target", "ip", "referrerPath")),
    ],
)  # fmt: skip
def test_chosen_fields(text: str, kind: Kind, fields: tuple[str, ...]) -> None:
    assert read_fields(text, command=kind) == fields


@each("kind", ["visitor", "hit"])
def test_every_documented_member_can_be_chosen(kind: Kind) -> None:
    names = ["target", *(members.HIT_ROW if kind == "visitor" else members.HIT_EVENT)]
    names += [f"visitor.{name}" for name in members.VISITOR] if kind == "visitor" else []
    assert read_fields(",".join(names).upper(), command=kind) == tuple(names)


@each(
    ("text", "kind", "name", "hint"),
    [
        ("hitId,evntType", "visitor", "'evntType'", "Perhaps eventType."),
        ("ip", "visitor", "'ip'", "Perhaps visitor.ip."),
        ("visitor.ip", "hit", "'visitor.ip'", "Perhaps ip."),
        ("visitor.revenue", "visitor", "'visitor.revenue'", "Perhaps revenue."),
        ("t21", "hit", "'t21'", "Perhaps t"),
        ("hitTime", "visitor", "'hitTime'", "Perhaps "),
        ("???", "hit", "'???'", "It knows target, hitId, visitorId,"),
        ("visitor.", "hit", "'visitor.'", "Perhaps visitorId."),
        ("hitId cost", "hit", "'hitId cost'", "Perhaps hitId."),
        ("a\x1b", "hit", r"'a\u{1b}'", ""),
        ("x" * 100_000, "hit", "x…'", "It knows "),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(
    text: str, kind: Kind, name: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        read_fields(text, command=kind)
    assert caught.value.exit_code is ExitCode.USAGE
    assert name in caught.value.message
    assert caught.value.hint.startswith(hint)


@each("text", ["", " ", ",", " , ,"])
def test_a_choice_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="names nothing") as caught:
        read_fields(text, command="hit")
    assert "hitId" in caught.value.hint


def test_values_come_in_order_as_they_were_parsed() -> None:
    row: dict[str, object] = {
        "hitId": "h1",
        "cost": Numeral("0.10"),
        "ip": "of the row",
        "t1": None,
        "t2": ["x"],
        "target": "the row's own",
    }
    fields = ("cost", "target", "visitor.ip", "t1", "t2", "revenue", "hitId")
    values = pick(fields, target="pasted", row=row, visitor={"ip": "192.0.2.41"})
    assert values == ["0.10", "pasted", "192.0.2.41", None, ["x"], None, "h1"]
    assert isinstance(values[0], Numeral)


def test_members_of_a_visitor_who_is_not_there_are_empty() -> None:
    assert pick(("visitor.ip", "hitId"), target="v1", row={"hitId": "h1"}, visitor=None) == [
        None,
        "h1",
    ]
