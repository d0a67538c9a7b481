"""The members of a visitor's rows that have no column: which, where, and each said once."""

from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ffx.api import members
from ffx.api.journey import make_journey
from ffx.api.models import VisitorHistory
from ffx.render.row_choice import RowChoice
from ffx.render.terminal.lines import Frame
from ffx.render.terminal.timeline import timeline_lines
from ffx.settings.field_names import FieldNames
from tests.render.sample import BERLIN, HITS, OFFER_HIT, drawn, hit

_CLICK = "dkezmsf3bat8xdbz8rt039r2"
_OF_OFFER = {"pageId": "3HS4Z3txEVNy", "pageName": "Shop", "nodeType": "offer", "clickId": _CLICK}
_ROWS = [
    hit("entrance", "14:04:12", "r0", trackingDomain="go.example.com", t1="de", t2="spring"),
    hit("view", "14:04:41", OFFER_HIT, trackingDomain="go.example.com", t1="de", t2="spring"),
    hit("entrance", "15:30:00", "r3", trackingDomain="go.example.com", t1="de", t2="{{campaign}}"),
    hit(
        "conversion",
        "15:31:00",
        OFFER_HIT,
        trackingDomain="go.example.com",
        t1="de",
        conversionTransaction="A-1",
        **_OF_OFFER,
    ),
]
_WIDE_AT_80 = f"""\
  time        after  event       node · page  cost  revenue
  Fri 20 Nov 2026 +01:00
  ── visit 1 ───────────────────────────────────────────────────────────────────
     t2 spring
  15:04:12           entrance                    0        0
            r0
  15:04:41    +29 s  view                        0        0
            {OFFER_HIT}
  ── 85 min pause ──────────────────────────────────────────────────────────────
  ── visit 2 ───────────────────────────────────────────────────────────────────
  16:30:00  +85 min  entrance                    0        0
            r3
                     t2 {{{{campaign}}}} ← unfilled
  16:31:00   +1 min  conversion  Shop            0        0
            ↑ {OFFER_HIT}  tx A-1  86 min after its hit
                     nodeType offer   pageId 3HS4Z3txEVNy
                     clickId {_CLICK}
  total     2 visits · 1 conversion              0        0
  the same in all 4 rows
    trackingDomain go.example.com   t1 de
  38 members without a value in any row
"""


def _view(
    hits: Any,
    width: int = 80,
    *,
    fields: tuple[str, ...] | None = None,
    choice: RowChoice | None = None,
    names: FieldNames | None = None,
) -> str:
    history = VisitorHistory.model_validate({"hits": list(hits), "hasMore": False})
    lines = timeline_lines(
        make_journey(history.hits),
        choice or RowChoice(),
        None,
        Frame(width, BERLIN, "main", names),
        fields=fields,
    )
    return drawn(lines).partition("\n")[2]


def test_the_wide_view_whole() -> None:
    assert _view(_ROWS) == _WIDE_AT_80


def test_without_a_wish_nothing_stands_below_the_rows() -> None:
    assert "trackingDomain" not in _view(_ROWS, fields=())
    assert "without a value" not in _view(_ROWS, fields=())


def test_members_that_were_asked_for_are_there_with_a_dash_where_they_are_empty() -> None:
    view = _view(_ROWS, fields=("t3", "nodeType", "eventTime"))
    assert "    t3 –\n" in view.partition("the same in all 4 rows")[2]
    assert view.count("nodeType –") == 2  # of the first visit, of one row of the second
    assert "nodeType offer   eventTime 2026-11-20T16:31:00.000+01:00" in view
    assert "trackingDomain" not in view


def test_the_newest_first_has_no_visits_heads_and_says_each_rows_own() -> None:
    view = _view(_ROWS, choice=RowChoice(reverse=True))
    assert view.count("t2 spring") == 2


def test_a_single_row_says_all_of_it_itself() -> None:
    view = _view(_ROWS[:1])
    assert "trackingDomain go.example.com   t1 de   t2 spring\n" in view
    assert "the same" not in view


def test_names_of_the_reader_stand_beside_columns() -> None:
    view = _view(_ROWS, names=FieldNames({"t1": "country"}))
    assert "t1 (country) de" in view


def test_a_cost_without_a_column_stands_below_its_row() -> None:
    assert "cost 0.12" in _view(HITS, 40).partition("total")[0]
    assert "cost 0.12" not in _view(HITS, 120).partition("total")[0]


def test_members_that_no_document_names_are_told_as_well() -> None:
    view = _view([{**_ROWS[0], "new\u202e": {"a": ["\x1b"]}}])
    assert 'new\\u{202e} {"a": ["\\u001b"]}' in view


def test_unfilled_is_judged_by_the_value_as_sent() -> None:
    for value, is_unfilled in {
        "{keyword}": True,
        "\u00ad": False,  # shown with braces of its own
        "\ufeffde": False,
        "de": False,
    }.items():
        assert ("← unfilled" in _view([{**_ROWS[0], "t5": value}])) is is_unfilled, value
    assert "← unfilled" not in _view([{**_ROWS[0], "pageGroupName": "{keyword}"}])


def test_ids_are_whole_in_the_narrowest_view() -> None:
    view = _view([{**_ROWS[3], "conversionId": "k" * 38}], 40)
    assert f"\n  {'k' * 38}\n" in view
    assert f"    clickId {_CLICK}\n" in view


def test_long_values_are_wrapped_beside_or_below_their_names() -> None:
    words = " ".join(["word"] * 20)
    view = _view([{**_ROWS[0], "t9": words, "t10": "x" * 200}], 60)
    assert "    t9 word word" in view
    assert "\n       word word" in view
    assert "\n    t10\n      xxxx" in view


def test_times_are_in_the_readers_zone() -> None:
    rows = VisitorHistory.model_validate({"hits": _ROWS[:1]}).hits
    frame = Frame(80, ZoneInfo("Asia/Tokyo"), "main")
    lines = timeline_lines(make_journey(rows), RowChoice(), None, frame, fields=("eventTime",))
    assert "eventTime 2026-11-20T23:04:12.000+09:00" in drawn(lines)


_TEXTS = st.sampled_from(["", "a", "b", "{c}"])


@given(
    st.lists(
        st.fixed_dictionaries({}, optional=dict.fromkeys(("t1", "t2", "pageId"), _TEXTS)),
        min_size=1,
        max_size=6,
    ),
    st.booleans(),
)
def test_each_rows_value_can_be_read_back(rows: list[dict[str, str]], reverse: bool) -> None:
    """What stands below a row, its visit's head and all rows together is the row, and no more."""
    hits = [
        {**hit("entrance" if place % 2 else "view", f"10:{place:02}:00", f"h{place}"), **row}
        for place, row in enumerate(rows)
    ]
    body, _, alike = _view(hits, 200, choice=RowChoice(reverse=reverse)).partition("  total ")
    of_all = _facts(alike.partition("\n")[2])
    read: dict[str, dict[str, str]] = {}
    of_visit: dict[str, str] = {}
    for line in body.splitlines()[1:]:
        if line.startswith("  ── "):
            of_visit = {}
        elif line.startswith("     ") and line[5] != " ":
            of_visit = _facts(line)
        elif line[4:5] == ":":
            last = read.setdefault(line.split()[-1], {**of_all, **of_visit})
        elif line.startswith("      "):
            last |= _facts(line)
    kept = {
        hit["hitId"]: {k: hit[k] for k in ("t1", "t2", "pageId") if hit.get(k)} for hit in hits
    }
    assert read == kept


def _facts(text: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if not line.endswith(("row", "rows"))]
    pairs = [each.split() for line in lines for each in line.strip().split("   ")]
    return {pair[0]: pair[1] for pair in pairs}


def test_every_member_of_a_row_is_shown_somewhere() -> None:
    row = {name: f"v{place}" for place, name in enumerate(members.HIT_ROW)}
    row |= {"eventTime": "2026-11-20T10:00:00Z", "cost": "1.25", "revenue": "2.50"}
    row |= {"totalRevenue": "3.75", "eventType": "view"}
    view = _view([row], 120)
    shown = {**row, "eventTime": "11:00:00"}
    assert [name for name, value in shown.items() if value not in view] == []
    assert "without a value" not in view
