"""The timeline's drawing: to scale, whatever it has to show, and told in words as well."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice, pairwise
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.api import members
from ffx.api.journey import Journey, make_journey
from ffx.api.models import HitEvents, VisitorHistory
from ffx.render.html.drawing import text_width
from ffx.render.html.timeline import timeline
from tests.fuzz.conftest import fuzzed
from tests.looping import each
from tests.render.sample import BERLIN, HITS, OFFER_HIT, rows

Element = ElementTree.Element
START = datetime(2026, 11, 20, 14, tzinfo=UTC)
SCRIPTED = "<script>\"'&</script>\x1b]0;owned\x07"


def row(
    seconds: float, event: str = "view", hit_id: str = "", *, start: datetime = START, **more: Any
) -> dict[str, Any]:
    """Make a row so many seconds after `start`; its hit ID is its own unless it is given."""
    time = (start + timedelta(seconds=seconds)).isoformat()
    return {"hitId": hit_id or f"r{seconds}", "eventType": event, "eventTime": time, **more}


def journey(hits: Sequence[dict[str, Any]]) -> Journey:
    return make_journey(VisitorHistory.model_validate({"hits": list(hits)}).hits)


def drawn(
    hits: Sequence[dict[str, Any]], *, zone: ZoneInfo | None = BERLIN, hit_id: str = ""
) -> Element:
    return parsed(timeline(journey(hits), zone, hit_id=hit_id))


def parsed(text: str) -> Element:
    """Read a drawing as XML, which is stricter than HTML; its two forbidden characters go."""
    return ElementTree.fromstring(re.sub("[\ufffe\uffff]", "?", text))  # noqa: S314  # our own


def plot(figure: Element) -> Element:
    (found,) = (each for each in figure.iter("svg") if each.get("class") == "plot")
    return found


def of_class(figure: Element, *names: str) -> list[Element]:
    return [
        each for each in plot(figure).iter() if {*names} <= {*(each.get("class") or "").split()}
    ]


def place(mark: Element) -> float:
    """Return where a shape stands."""
    found = re.match(r"translate\((\S+) ", mark.get("transform") or "")
    assert found
    return float(found[1])


def said(figure: Element, name: str) -> list[str]:
    return [each.text or "" for each in of_class(figure, name) if each.tag == "text"]


def caption(figure: Element) -> str:
    return "".join(figure.findtext("figcaption") or "")


@given(st.lists(st.integers(0, 1700), min_size=2, max_size=12, unique=True))
def test_equal_times_take_equal_room(seconds: list[int]) -> None:
    hits = [row(each, ("view", "click")[index % 2]) for index, each in enumerate(sorted(seconds))]
    figure = drawn(hits)
    firsts = [
        (place(each), int((each.findtext("title") or "").rpartition("r")[2]))
        for each in of_class(figure, "mark")
        if "\n" not in (each.findtext("title") or "")
    ]
    scale = 802 / (max(seconds) - min(seconds))
    for at, moment in firsts:
        assert at == pytest.approx(18 + (moment - min(seconds)) * scale, abs=0.06)


def test_a_pause_that_would_squash_the_rest_is_cut_out_and_the_rest_keeps_one_scale() -> None:
    visits = [(0, "entrance"), (30, "click"), (108_000, "entrance"), (108_120, "click")]
    figure = drawn([row(seconds, event) for seconds, event in visits])
    entered, again = map(place, of_class(figure, "mark", "entrance"))
    clicked, clicked_again = map(place, of_class(figure, "mark", "click"))
    assert (clicked_again - again) == pytest.approx(4 * (clicked - entered), abs=0.5)
    (cut,) = of_class(figure, "break")
    assert clicked < float(cut.get("x") or 0) < again
    assert said(figure, "pause") == ["29 h 59 min"]
    assert caption(figure).startswith("To one scale, but for 1 pause cut out at the breaks.")


def test_pauses_that_leave_room_for_the_rest_stay_to_scale_and_are_told() -> None:
    figure = drawn([row(60 * minute) for minute in (0, 25, 65, 90, 135, 160)])
    assert of_class(figure, "break") == []
    assert said(figure, "pause") == ["40 min", "45 min"]
    assert caption(figure).startswith("To scale.")


@each("count", [2, 3, 4, 5, 6, 12, 40])
def test_many_visits_with_pauses_fit_into_the_page(count: int) -> None:
    hits = [
        row(7200 * visit + s, e)
        for visit in range(count)
        for s, e in ((0, "entrance"), (9, "click"))
    ]
    figure = drawn(hits)
    assert len(of_class(figure, "break")) == (count - 1 if count < 6 else 0)
    # The page's 1136 pixels less its margins and the box's border, beside the lanes' names.
    assert float(plot(figure).get("width") or 0) <= 1136 - 48 - 2 - 128


def test_each_kind_of_event_has_a_lane_a_shape_and_a_name() -> None:
    kinds = {
        "entrance": row(0, "entrance"),
        "condition, node": row(60, nodeType="condition"),
        "page view": row(120, nodeType="lander", pageName="Spring offer A"),
        "click": row(180, "click"),
        "offer view": row(240, nodeType="offer"),
        "conversion": row(300, "conversion"),
        "custom event": row(360, "customEvent3"),
        "other": row(420, "something new"),
    }
    figure = drawn(list(kinds.values()))
    (names,) = (each for each in figure.iter("svg") if each.get("class") == "names")
    assert [each.text for each in names.iter("text")] == [*kinds, "times in", "Europe/Berlin"]
    marks = of_class(figure, "mark")
    assert len({each.get("d") for each in marks}) == len(kinds)
    assert len({each.get("class") for each in marks}) == len(kinds)
    heights = [float((each.get("transform") or "").split(" ")[1][:-1]) for each in marks]
    assert heights == sorted(set(heights))


def test_a_conversion_is_tied_to_its_hit_wherever_that_is() -> None:
    figure = drawn(HITS)
    (tie,) = of_class(figure, "tie")
    numbers = [float(each) for each in re.findall(r"[\d.]+", tie.get("d") or "")]
    (offer,), (conversion,) = (
        of_class(figure, "mark", "offer"),
        of_class(figure, "mark", "conversion"),
    )
    assert numbers[0] == place(offer)
    assert place(conversion) in numbers
    assert said(figure, "label")[-1] == "24.9000 · A-1001"


@each(
    "hits",
    [
        [row(0, "entrance"), row(60, "conversion", "elsewhere")],
        [row(0, "conversion", "a"), row(60, "view", "a")],
        [row(0, "view", "a"), {**row(60, "conversion", "a"), "eventTime": "soon"}],
    ],
)
def test_a_conversion_without_its_hit_before_it_is_tied_to_nothing(
    hits: list[dict[str, Any]],
) -> None:
    assert of_class(drawn(hits), "tie") == []


def test_visits_are_bands_with_names() -> None:
    figure = drawn(HITS)
    assert said(figure, "title") == ["visit 1 · Example Ads", "visit 2 · Example Ads"]
    first, second = of_class(figure, "visit")
    assert float(first.get("x") or 0) + float(first.get("width") or 0) < float(
        second.get("x") or 0
    )


def test_visits_too_close_to_be_told_apart_share_a_band() -> None:
    hits = [row(60 * minute, "entrance") for minute in range(500)]
    assert said(drawn(hits), "title") == ["visits 1–500"]


def test_rows_from_before_the_first_entrance_are_told_as_such() -> None:
    figure = drawn([row(0), row(40, "click"), row(600, "entrance"), row(660)])
    assert said(figure, "title") == ["begun before these rows", "visit 1"]


def test_the_events_of_a_hit_are_in_no_visit() -> None:
    hits = make_journey(HitEvents.model_validate({"events": [HITS[3], HITS[5]]}).events)
    figure = parsed(timeline(hits, BERLIN))
    assert of_class(figure, "visit") == []
    assert of_class(figure, "break") == []


def test_clocks_are_local_and_days_and_offsets_are_told_where_they_change() -> None:
    late = datetime(2026, 10, 24, 18, 10, tzinfo=UTC)
    figure = drawn([row(1500 * index, start=late) for index in range(20)])
    assert said(figure, "clock") == [
        "20:10:00",
        "22:00",
        "23:00",
        "00:00",
        "01:00",
        "02:00",
        "03:00",
    ]
    assert said(figure, "day") == ["Sat 24 Oct 2026 +02:00", "Sun 25 Oct", "Sun 25 Oct +01:00"]
    assert said(figure, "change") == ["clocks change: +02:00 → +01:00"]
    assert len(of_class(figure, "midnight")) == 1


@each(
    ("span", "first", "clocks"),
    [
        (timedelta(milliseconds=60), "15:00:00.000", ["15:00:00.010", "15:00:00.020"]),
        (timedelta(seconds=29), "15:00:00", ["15:00:05", "15:00:10"]),
        (timedelta(minutes=25), "15:00:00", ["15:05", "15:10"]),
        (timedelta(hours=9), "15:00:00", ["18:00", "20:00"]),
    ],
)
def test_clocks_are_round_times(span: timedelta, first: str, clocks: list[str]) -> None:
    step = span.total_seconds() / 24
    figure = drawn([row(step * index) for index in range(25)])
    assert said(figure, "clock")[:3] == [first, *clocks]


def test_a_long_time_is_told_by_its_days_and_years() -> None:
    figure = drawn([row(86_400 * 10 * index) for index in range(9)])
    assert said(figure, "clock") == ["15:00:00"]
    assert said(figure, "day") == [
        "Fri 20 Nov 2026 +01:00",
        "Fri 18 Dec",
        "Fri 1 Jan 2027",
        "Fri 15 Jan",
        "Fri 29 Jan",
    ]


def test_another_zone_has_other_clocks() -> None:
    figure = drawn([row(0), row(60)], zone=ZoneInfo("Asia/Kolkata"))
    assert said(figure, "clock")[0] == "19:30:00"
    assert said(figure, "day") == ["Fri 20 Nov 2026 +05:30"]
    assert "Times in Asia/Kolkata" in caption(figure)


@each(
    ("hits", "marks"),
    [
        ([row(0, "entrance")], 1),
        ([row(0, "entrance"), row(0, hit_id="b"), row(0, "conversion", "b")], 3),
        ([row(0), row(0, hit_id="b")], 1),
    ],
)
def test_a_single_instant_is_drawn_where_the_axis_begins(
    hits: list[dict[str, Any]], marks: int
) -> None:
    figure = drawn(hits)
    assert [place(each) for each in of_class(figure, "mark")] == [18.0] * marks
    assert said(figure, "clock") == ["15:00:00.000"]


def test_no_row_is_told_in_a_word() -> None:
    assert timeline(journey([]), BERLIN) == "<p>There is no row to draw.</p>"


def test_rows_without_a_readable_time_are_listed_apart() -> None:
    times = ["yesterday", None, "0001-01-01T00:00:00Z", SCRIPTED]
    odd = [{**row(0, hit_id=f"odd{index}"), "eventTime": each} for index, each in enumerate(times)]
    figure = drawn([row(0), *odd, row(0, hit_id="late", start=datetime(9999, 12, 31, tzinfo=UTC))])
    assert len(of_class(figure, "mark")) == 1
    assert figure.findtext("p") == "Not in the drawing, since their times cannot be read: 5 rows"
    assert ["".join(each.itertext()) for each in figure.iter("li")] == [
        "9999-12-31T00:00:00+00:00 · view · late",
        "yesterday · view · odd0",
        "no time · view · odd1",
        "0001-01-01T00:00:00Z · view · odd2",
        "<script>\"'&</script>\\u{1b}]0;owned\\u{7} · view · odd3",
    ]
    alone = timeline(journey(odd[:1]), BERLIN)
    assert alone.startswith("<p>No row has a time that can be read.</p>")


def test_of_many_rows_without_a_time_some_are_listed_and_the_rest_is_counted() -> None:
    figure = drawn([row(0), *({**row(index), "eventTime": "soon"} for index in range(100))])
    items = ["".join(each.itertext()) for each in figure.iter("li")]
    assert len(items) == 21
    assert items[-1] == "and 80 more, in the table"


def test_a_mark_tells_its_rows_and_many_are_counted() -> None:
    figure = drawn([row(0, "entrance"), *(row(9, hit_id=f"v{n}") for n in range(9)), row(1500)])
    titles = [each.findtext("title") or "" for each in of_class(figure, "mark")]
    assert titles[0] == "15:00:00 · entrance · r0"
    assert titles[1].splitlines()[0] == "15:00:09 · view · v0"
    assert titles[1].splitlines()[-1] == "… 4 more, the last: 15:00:09 · view · v8"
    assert said(figure, "label") == ["×9 view", "view"]


def test_marks_that_touch_are_counted_together() -> None:
    figure = drawn([row(0), *(row(1000 + 10 * n, pageName="Spring offer A") for n in range(3))])
    assert len(of_class(figure, "mark")) == 4
    assert said(figure, "label") == ["×3 Spring offer A", "view"]


def test_the_hit_in_question_has_a_ring() -> None:
    figure = drawn(HITS, hit_id=OFFER_HIT)
    rings = [float(each.get("cx") or 0) for each in of_class(figure, "ring")]
    (offer,), (conversion,) = (
        of_class(figure, "mark", "offer"),
        of_class(figure, "mark", "conversion"),
    )
    assert rings == [place(offer), place(conversion)]
    assert "The ring is round the hit in question." in caption(figure)


def test_it_is_told_in_words_too() -> None:
    figure = drawn(HITS)
    assert plot(figure).get("role") == "img"
    assert plot(figure).findtext("desc") == (
        "From Fri 20 Nov 2026 15:04:12 +01:00 to Fri 20 Nov 2026 16:12:03 +01:00: 6 rows, "
        "2 visits, 1 conversion; a pause of 47 min before Fri 20 Nov 2026 15:51:50 +01:00; "
        "a conversion of 24.9000 on Fri 20 Nov 2026 16:12:03 +01:00, 67 min after its hit. "
        "The table of rows says the same."
    )


def test_a_thousand_rows_over_a_week_stay_a_small_drawing() -> None:
    events = (("entrance", ""), ("view", "lander"), ("click", "lander"), ("view", "offer"))
    hits = [
        row(690 * index, event, nodeType=kind)
        for index, (event, kind) in enumerate(islice(cycle(events), 1200))
    ]
    text = timeline(journey(hits), BERLIN)
    assert len(text) < 70_000
    figure = parsed(text)
    assert len(of_class(figure, "run")) == 4
    assert said(figure, "label") == ["×300", "×300 view", "×300", "×300 view"]


def numbers_in(element: Element) -> Iterator[float]:
    for name in ("x", "y", "width", "height", "cx", "cy", "d", "transform"):
        for found in re.findall(
            r"-?[\d.]+|[a-z]{3,}", (element.get(name) or "").replace("translate", "")
        ):
            yield float(found)


@fuzzed(10)
@given(rows(members.HIT_ROW, most=8))
def test_whatever_rows_hold_the_drawing_is_sound(hits: list[dict[str, Any]]) -> None:
    text = timeline(journey(hits), BERLIN)
    assert text == timeline(journey(hits), BERLIN)
    figure = parsed(f"<div>{text}</div>")
    own = {"div", "figure", "figcaption", "p", "ul", "li", "bdi", "svg", "title", "desc"}
    own |= {"path", "rect", "circle", "text"}
    assert {element.tag for element in figure.iter()} <= own
    for svg in figure.iter("svg"):
        for element in svg.iter():
            assert all(-30 <= value <= 100_000 for value in numbers_in(element))


kinds = st.sampled_from(["entrance", "view", "click", "conversion", "customEvent1"])


@given(st.lists(st.tuples(st.integers(0, 400_000), kinds), min_size=1, max_size=30))
def test_no_words_overlap(moments: list[tuple[int, str]]) -> None:
    facts: Any = {"pageName": "Example Shop", "revenue": "24.90"}
    hits = [row(seconds, event, **facts) for seconds, event in sorted(moments)]
    figure = drawn(hits)
    lines: dict[float, list[tuple[float, float]]] = defaultdict(list)
    for element in plot(figure).iter("text"):
        width = text_width(element.text or "")
        left = float(element.get("x") or 0) - (width / 2 if element.get("class") == "pause" else 0)
        lines[float(element.get("y") or 0)].append((left, left + width))
    for spans in lines.values():
        for (_, right), (left, _) in pairwise(sorted(spans)):
            assert right <= left + 0.2


def test_the_lanes_end_with_the_pages_zone_whose_last_part_is_never_lost() -> None:
    for zone, told in {
        "UTC": "UTC",
        "Asia/Tokyo": "Asia/Tokyo",
        "America/New_York": "…/New_York",
        "America/Argentina/Buenos_Aires": "…/Buenos_Aires",
        "America/North_Dakota/New_Salem": "…/New_Salem",
    }.items():
        figure = drawn([row(0), row(60)], zone=ZoneInfo(zone))
        (names,) = (each for each in figure.iter("svg") if each.get("class") == "names")
        assert [each.text for each in names.iter("text")][-2:] == ["times in", told]
        assert zone in caption(figure)
