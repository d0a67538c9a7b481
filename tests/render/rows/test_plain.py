"""Views for pipes: whole values, one line a row, as many tabs as the header."""

import unicodedata
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ffx.api import members
from ffx.api.models import HitEvents, VisitorHistory
from ffx.render.rows.plain import plain_hit, plain_visitor
from tests.fuzz.conftest import fuzzed
from tests.looping import each
from tests.render.sample import BERLIN, HITS, VISITOR, hostile, rows


def _visitor(visitor: Any, hits: Any, facts: list[tuple[str, str]] | None = None) -> str:
    history = VisitorHistory.model_validate({"visitor": visitor, "hits": list(hits)})
    return "".join(plain_visitor(history.visitor, history.hits, facts or [], BERLIN))


def test_a_visitor_whole() -> None:
    text = _visitor(VISITOR, HITS[-1:], [("account", "main"), ("hasMore", "false")])
    row = {
        "hitId": "dkezmsf3bat8xdbz8rt039r4h",
        "eventType": "conversion",
        "eventTime": "2026-11-20T16:12:03.000+01:00",
        "nodeName": "Offer group",
        "pageName": "Example Shop",
        "cost": "0",
        "revenue": "24.9000",
        "conversionTransaction": "A-1001",
    }
    header = "\t".join(members.HIT_ROW)
    assert text == (
        "visitorId\tafdwb7QPV6Y59aTP3fQxZ3tX2ox\n"
        "ip\t192.0.2.41\n"
        "country\tGermany\n"
        "region\tBerlin\n"
        "city\tBerlin\n"
        "isp\tExample Mobile\n"
        "connectionType\tcellular\n"
        "mobileCarrier\tExample Mobile\n"
        "deviceType\tmobile\n"
        "deviceBrand\tSamsung\n"
        "deviceModel\tSM-S911B\n"
        "deviceModelName\tGalaxy S23\n"
        "deviceOS\tAndroid\n"
        "deviceOSVersion\t14\n"
        "browser\tChrome\n"
        "browserVersion\t130\n"
        "language\tde\n"
        f"userAgent\t{VISITOR['userAgent']}\n"
        "firstSeen\t2026-11-20T15:04:12.040+01:00\n"
        "lastSeen\t2026-11-20T16:12:03.000+01:00\n"
        "totalHits\t6\n"
        "account\tmain\n"
        "hasMore\tfalse\n"
        "\n"
        f"{header}\n" + "\t".join(row.get(name, "") for name in members.HIT_ROW) + "\n"
    )


def test_no_rows_leave_the_header() -> None:
    assert _visitor(None, []) == "\n" + "\t".join(members.HIT_ROW) + "\n"


def test_a_hit_has_the_facts_and_a_line_an_event() -> None:
    events = HitEvents.model_validate({"events": [{"eventType": "view"}, {}]}).events
    facts, _, table = plain_hit(events, [("hitId", "r1h")], BERLIN).partition("\n\n")
    header, *lines = table.splitlines()
    assert facts == "hitId\tr1h"
    assert header.split("\t") == list(members.HIT_EVENT)
    assert [line.split("\t")[2] for line in lines] == ["view", ""]


@each("text", ["x" * 1_000_000, "a\n" * 20_000, "\\", "[b]", "  "])
def test_nothing_is_cut(text: str) -> None:
    cell = _visitor({"userAgent": text}, []).splitlines()[members.VISITOR.index("userAgent")]
    assert cell == "userAgent\t" + text.replace("\n", r"\u{a}")


def _assert_plain(text: str, names: tuple[str, ...], count: int) -> None:
    categories = ("Cc", "Cf", "Cs", "Zl", "Zp")
    rest = text.replace("\n", "").replace("\t", "")
    assert not [c for c in rest if unicodedata.category(c) in categories]
    summary, _, table = text.rpartition("\n\n")
    assert all(line.count("\t") == 1 for line in summary.splitlines())
    lines = table.removeprefix("\n").removesuffix("\n").split("\n")
    assert len(lines) == count + 1
    assert {line.count("\t") for line in lines} == {len(names) - 1}


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(members.VISITOR, hostile)),
    rows(members.HIT_ROW),
    hostile,
)
@fuzzed(10)
def test_a_visitor_has_one_line_a_row_and_as_many_tabs_as_the_header(
    visitor: dict[str, str], hits: list[dict[str, Any]], account: str
) -> None:
    _assert_plain(_visitor(visitor, hits, [("account", account)]), members.HIT_ROW, len(hits))


@fuzzed(10)
@given(rows(members.HIT_EVENT), hostile)
def test_a_hit_has_one_line_a_row_and_as_many_tabs_as_the_header(
    made: list[dict[str, Any]], hit_id: str
) -> None:
    events = HitEvents.model_validate({"events": made}).events
    _assert_plain(plain_hit(events, [("hitId", hit_id)], BERLIN), members.HIT_EVENT, len(made))
