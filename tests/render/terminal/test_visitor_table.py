"""The visitor view, whole, and what holds of it whatever is in it and however wide it is."""

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.api import members
from ffx.api.journey import make_journey
from ffx.api.json_text import Numeral
from ffx.api.models import Amount, VisitorHistory
from ffx.output.width import width_of
from ffx.output.words import identity
from ffx.render.member_text import shown
from ffx.render.row_choice import RowChoice
from ffx.render.terminal import timeline_layout
from ffx.render.terminal.lines import Frame, Line, line_width, paint
from ffx.render.terminal.timeline import timeline_lines
from ffx.render.terminal.visitor_table import incomplete_lines, summary_lines
from tests.fuzz.conftest import fuzzed
from tests.looping import each
from tests.render.sample import (
    BERLIN,
    HITS,
    OFFER_HIT,
    VISITOR,
    VISITOR_ID,
    WINDOW,
    drawn,
    hit,
    hostile,
    rows,
)
from tests.render.terminal.visitor_views import AT_60, AT_80, AT_120, AT_200


def _history(hits: Any = HITS, visitor: Any = VISITOR) -> VisitorHistory:
    return VisitorHistory.model_validate(
        {"visitor": visitor, "hits": list(hits), "hasMore": False}
    )


def _lines(
    history: VisitorHistory,
    width: int,
    choice: RowChoice | None = None,
    fields: tuple[str, ...] | None = (),
) -> list[Line]:
    frame = Frame(width, BERLIN, "main")
    journey = make_journey(history.hits)
    return [
        *summary_lines(history.visitor, VISITOR_ID, journey, frame),
        [],
        *timeline_lines(journey, choice or RowChoice(), WINDOW, frame, fields=fields),
    ]


def _timeline(hits: Any, width: int = 120, choice: RowChoice | None = None) -> list[str]:
    frame = Frame(width, BERLIN, "main")
    lines = timeline_lines(make_journey(_history(hits).hits), choice or RowChoice(), WINDOW, frame)
    return drawn(lines).splitlines()[1:]


@each(("width", "view"), [(60, AT_60), (80, AT_80), (120, AT_120), (200, AT_200)])
def test_the_view_whole(width: int, view: str) -> None:
    assert drawn(_lines(_history(), width)) == view


def test_many_rows_are_drawn_like_few(monkeypatch: pytest.MonkeyPatch) -> None:
    widths = (40, 60, 80, 120, 200)
    few = [_timeline(HITS, width) for width in widths]
    monkeypatch.setattr(timeline_layout, "_MOST_CELLS", 0)

    assert [_timeline(HITS, width) for width in widths] == few


def test_colours_carry_meaning_and_are_few() -> None:
    lines = [
        *timeline_lines(make_journey(_history().hits), RowChoice(), None, Frame(120, BERLIN, ""))
    ]
    entrance, view, conversion = lines[4], lines[5], lines[-3]
    styled = {style for text, style in conversion if text.strip()}
    assert {"good", "good-title"} <= styled
    assert [style for text, style in view if text.strip() == "0"] == ["faint", "faint"]
    assert [style for text, style in entrance if text.strip() in ("0.12", "0")] == ["", "faint"]
    assert re.sub(r"\x1b\[[0-9;]*m", "", paint(lines, color=True)) == paint(lines, color=False)


def test_an_entrance_that_cost_nothing_and_a_conversion_that_brought_nothing_are_not_dim() -> None:
    hits = [hit("entrance", "10:00:00", "r0"), hit("conversion", "10:01:00", "r1h", revenue="0")]
    _, _, _, _, entrance, conversion, _ = timeline_lines(
        make_journey(_history(hits).hits), RowChoice(), None, Frame(120, BERLIN, "")
    )
    assert [style for text, style in entrance if text.strip() == "0"] == ["", "faint"]
    assert [style for text, style in conversion if text.strip() == "0"] == ["faint", "good"]


def test_what_takes_less_than_a_second_is_dim_and_whole_days_are_not() -> None:
    hits = [
        {"eventType": "view", "eventTime": time}
        for time in ("2026-11-01T10:00:00Z", "2026-11-01T10:00:00.5Z", "2026-11-03T10:00:00.5Z")
    ]
    lines = [
        *timeline_lines(
            make_journey(_history(hits).hits), RowChoice(), None, Frame(80, BERLIN, "")
        )
    ]
    styles = {text.strip(): style for line in lines for text, style in line}
    assert styles["+0.5 s"] == "faint"
    assert styles["+2 d"] == ""


def test_a_column_without_a_value_is_not_there() -> None:
    hits = [{"eventType": "view", "eventTime": "2026-11-20T10:00:00Z", "hitId": "r1"}]
    assert _timeline(hits) == [
        "  time      event  hit",
        "  Fri 20 Nov 2026 +01:00",
        "  ── begun before these rows " + "─" * 91,
        "  11:00:00  view   r1",
        "  total     0 visits · 0 conversions",
    ]


def test_a_pause_comes_before_the_day_and_the_day_before_the_visit() -> None:
    first = hit("entrance", "10:00:00", "r0", cost=None, revenue=None)
    second = {**first, "eventTime": "2026-11-22T11:30:00Z", "hitId": "r1"}
    assert _timeline([first, second], 60)[1:] == [
        "  time         after  event     hit",
        "  Fri 20 Nov 2026 +01:00",
        "  ── visit 1 ───────────────────────────────────────────────",
        "  11:00:00            entrance  r0",
        "  ── 2 d 1 h pause ─────────────────────────────────────────",
        "  Sun 22 Nov 2026 +01:00",
        "  ── visit 2 ───────────────────────────────────────────────",
        "  12:30:00  +2 d 1 h  entrance  r1",
        "  total     2 visits · 0 conversions",
    ]


def test_a_clock_change_within_a_day_is_told() -> None:
    hits = [
        {"eventType": "view", "eventTime": time}
        for time in ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")
    ]
    lines = _timeline(hits, 60)
    assert "  Sun 25 Oct 2026 +02:00" in lines
    assert "  Sun 25 Oct 2026 +01:00" in lines


def test_a_limit_shows_the_newest_rows_and_counts_the_others() -> None:
    lines = _timeline(HITS, 80, RowChoice(limit=3))
    assert "  ── visit 1, continued " + "─" * 56 in lines
    assert lines[-1] == "  3 earlier rows not shown (--limit all)"
    assert lines[-2].split() == ["shown", "3", "rows", "·", "1", "conversion", "0.00", "24.9000"]
    assert not any("r2" in line for line in lines)
    assert _timeline(HITS, 80, RowChoice(limit=6)) == _timeline(HITS, 80)


def test_events_are_chosen_by_name_and_the_others_counted() -> None:
    lines = _timeline(HITS, 80, RowChoice(events=("VIEW", "click"), limit=2))
    assert lines[-2:] == [
        "  1 earlier row not shown (--limit all)",
        "  3 rows of other events not shown",
    ]
    assert lines[-3].split() == ["shown", "2", "rows", "·", "0", "conversions"]
    assert not any("conversion  " in line for line in lines)


def test_no_row_chosen_has_no_sums() -> None:
    assert _timeline(HITS, 80, RowChoice(events=("nothing",))) == [
        "  6 rows of other events not shown",
    ]


def test_sums_are_those_of_the_rows_shown_and_of_a_cut_history_so_far() -> None:
    journey = make_journey(_history().hits, is_cut=True)
    frame = Frame(80, BERLIN, "main")
    for choice, words in (
        (RowChoice(), "total 2 visits · 1 conversion so far 0.12 24.9000"),
        (RowChoice(events=("entrance",)), "shown 2 rows · 0 conversions · cost 0.12"),
        (RowChoice(events=("conversion",)), "shown 1 row · 1 conversion 24.9000"),
    ):
        lines = drawn(timeline_lines(journey, choice, None, frame)).splitlines()
        [sums] = [line for line in lines if line.startswith(("  total", "  shown"))]
        assert " ".join(sums.split()) == words, choice


@each("width", [40, 80, 160])
def test_rows_of_the_hit_asked_for_are_marked_and_no_others(width: int) -> None:
    journey, frame = make_journey(_history().hits), Frame(width, BERLIN, "main")

    def marked(hit_id: str) -> list[str]:
        lines = drawn(
            timeline_lines(journey, RowChoice(), None, frame, hit_id=hit_id)
        ).splitlines()
        assert any("▸ the hit asked for" in line for line in lines[:2]) == bool(
            [line for line in lines if line.startswith("▸ ")]
        )
        return [line[2:10] for line in lines if line.startswith("▸ ")]

    assert marked(OFFER_HIT) == ["15:04:41", "16:12:03"]
    assert marked("k00000000000000000000000h") == []
    assert marked("") == []


def test_the_newest_row_may_come_first() -> None:
    times = [
        line[2:10] for line in _timeline(HITS, 120, RowChoice(reverse=True)) if line[4:5] == ":"
    ]
    assert times == ["16:12:03", "15:51:50", "15:04:41", "15:04:41", "15:04:12", "15:04:12"]


def test_another_order_is_sorted_and_said() -> None:
    mixed = [HITS[1], HITS[5], HITS[0]]
    assert _timeline(mixed)[-1] == "  sorted by time here, unlike the reply"
    assert _timeline(HITS[::-1]) == _timeline(HITS)


def test_an_unreadable_time_is_shown_as_sent_and_comes_last() -> None:
    hits = [{"eventType": "view", "eventTime": "soon"}, *HITS]
    assert any(line.startswith("  soon    ") for line in _timeline(hits)[-3:])


@each(
    ("total", "words"),
    [
        (None, "6 hits"),
        (Numeral("6"), "6 hits"),
        (Numeral("2500"), "6 of 2,500 hits"),
        (Numeral("5"), "6 hits where the service counts 5"),
    ],
)
def test_the_service_counts_its_hits_as_well(total: object, words: str) -> None:
    lines = drawn(_lines(_history(visitor={**VISITOR, "totalHits": total}), 200)).splitlines()
    assert f" · {words} · " in lines[1]


def test_a_reply_without_a_visitor_has_its_rows() -> None:
    lines = drawn(_lines(_history(visitor=None), 120)).splitlines()
    assert lines[1] == "  when      2 visits · 6 hits · 1 conversion"
    assert lines[2] == ""


@each(
    ("first", "last", "words"),
    [
        ("2026-11-20T14:04:12Z", "2026-11-20T14:04:12Z", "Fri 20 Nov 2026 15:04:12 +01:00"),
        (
            "2026-11-20T14:04:12Z",
            "2026-11-21T14:04:00Z",
            "Fri 20 Nov 2026 15:04:12 +01:00 → Sat 21 Nov 15:04",
        ),
        (
            "2026-10-20T14:04:00Z",
            "2027-11-21T14:04:00Z",
            "Tue 20 Oct 2026 16:04 +02:00 → Sun 21 Nov 2027 15:04 +01:00",
        ),
        ("2026-11-20T14:04:00Z", "never", "Fri 20 Nov 2026 15:04 +01:00 → never"),
        ("once", "2026-11-20T14:04:00Z", "once → 2026-11-20T14:04:00Z"),
        (None, None, "2 visits"),
    ],
)
def test_when_they_were_seen(first: str | None, last: str | None, words: str) -> None:
    visitor = {**VISITOR, "firstSeen": first, "lastSeen": last}
    line = drawn(_lines(_history(visitor=visitor), 200)).splitlines()[1]
    assert line.startswith(f"  when      {words}")


def test_a_time_without_a_hit_counts_nothing_of_the_visitors_life() -> None:
    summary = summary_lines(_history().visitor, "v1", make_journey([]), Frame(100, BERLIN, ""))
    text = drawn(list(summary))
    assert " · no hit was sent\n" in text
    assert "visits" not in text
    assert "conversion" not in text


def test_a_carrier_of_another_name_than_the_network_is_named() -> None:
    visitor = {**VISITOR, "mobileCarrier": "Example Roaming"}
    assert "Example Mobile · Example Roaming (cellular)" in drawn(
        _lines(_history(visitor=visitor), 120)
    )


@each(
    ("has_more", "total", "lines"),
    [
        (False, None, []),
        (
            True,
            Amount("2500"),
            [
                "",
                "Incomplete: the service returned 1,000 of 2,500 hits. For all of them:",
                "  ffx v",
            ],
        ),
        (
            True,
            None,
            ["", "Incomplete: the service returned 1,000 hits. For all of them:", "  ffx v"],
        ),
        (
            None,
            None,
            [
                "",
                "Perhaps incomplete: the service did not say whether there is more. To",
                "look:",
                "  ffx v",
            ],
        ),
    ],
)
def test_a_reply_that_was_cut_says_so_loudly(
    has_more: bool | None, total: Amount | None, lines: list[str]
) -> None:
    made = list(
        incomplete_lines(
            has_more=has_more, rows=1000, total=total, command="ffx v", frame=Frame(70, BERLIN, "")
        )
    )
    assert drawn(made).splitlines() == lines
    assert all(style == "loud" for line in made for _, style in line)


def test_a_thousand_rows_take_no_table_each() -> None:
    hits = [hit("view", "10:00:00", f"r{number}") for number in range(1000)]
    lines = _lines(_history(hits), 120)
    assert len(lines) < 1020


def test_every_width_shows_every_id_whole_and_fits() -> None:
    # From where all columns have room, each width is like the next.
    for width in (*range(40, 130), *range(130, 251, 10)):
        lines = drawn(_lines(_history(), width)).splitlines()
        text = "\n".join(lines)
        assert all(row["hitId"] in text for row in HITS), f"width {width}"
        assert text.count(OFFER_HIT) == 2, f"width {width}"
        assert VISITOR_ID in lines[0], f"width {width}"
        assert "24.9000" in text, f"width {width}"
        assert max(map(width_of, lines)) <= width


_DANGEROUS = ("Cc", "Cf", "Cs", "Zl", "Zp")


@fuzzed(10)
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(members.VISITOR, hostile)),
    rows(members.HIT_ROW),
    st.integers(40, 250),
    st.builds(
        RowChoice,
        limit=st.none() | st.integers(1, 3),
        reverse=st.booleans(),
        events=st.sampled_from([(), ("view",)]),
    ),
    st.sampled_from([(), None, ("t1", "clickId", "eventTime")]),
)
def test_no_text_breaks_the_view(
    visitor: dict[str, str],
    hits: list[dict[str, Any]],
    width: int,
    choice: RowChoice,
    fields: tuple[str, ...] | None,
) -> None:
    history = _history(hits, visitor)
    lines = _lines(history, width, choice, fields)
    text = drawn(lines)
    assert not [c for c in text.replace("\n", "") if unicodedata.category(c) in _DANGEROUS]
    ids = {
        identity(shown(name))
        for row in history.hits
        for name in (row.hitId, row.clickId, row.conversionId)
        if name
    }
    for line in lines:
        words = "".join(text for text, _ in line).strip().removeprefix("↑ ")
        assert line_width(line) <= width or words in ids
    if choice == RowChoice():
        # Blanks at the end of a line are left out.
        assert all(identity(row.hitId).rstrip(" ") in text for row in history.hits if row.hitId)


def test_a_long_event_gives_way_where_nothing_else_does() -> None:
    hits = [
        {"eventType": "x" * 30, "eventTime": time}
        for time in ("2026-11-20T10:00:00Z", "2026-11-20T10:00:30Z")
    ]
    assert _timeline(hits, 40)[-2] == "  11:00:30  +30 s  " + "x" * 20 + "…"
