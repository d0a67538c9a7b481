"""The benchmark's own arithmetic, words and samples; no clocks."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest

from ffx.api.wire import hit_query, read_reply, visitor_query
from ffx.input.targets.target import HitId, VisitorId, read_target
from ffx.input.times.window import TimeRange
from tests.bench import samples
from tests.bench.__main__ import MEASURES, read_options
from tests.bench.batches import times_wanted
from tests.bench.comparison import Bound, Comparison, Result, medians_in_turn
from tests.bench.report import document, figure, in_readme, lines_of, summary
from tests.bench.service import PAGE, paged

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
RESULT = Result(
    "S1",
    "one look-up",
    "medians of 3 runs",
    (
        Comparison("ffx : HTTPie", 149.4, 210.0, bound=Bound(0.5)),
        Comparison("ffx : bare", 9.5, 8.0, bound=Bound(1.25)),
        Comparison("ffx : curl", 149.4, None, bound=Bound(3, is_least=True)),
        Comparison("rates", 1028.0, 216.0, "/s"),
    ),
)


def _saying(values: Iterable[float]) -> Callable[[], float]:
    return iter(values).__next__


def test_sides_are_called_in_turn_and_the_first_round_does_not_count() -> None:
    called: list[str] = []

    def side(name: str, values: list[float]) -> Callable[[], float]:
        def measure() -> float:
            called.append(name)
            return values.pop(0)

        return measure

    found = medians_in_turn(
        {"ours": side("ours", [99, 1, 3, 2]), "peer": side("peer", [99, 9, 7, 8])}, runs=3
    )

    assert found == {"ours": 2, "peer": 8}
    assert called == ["ours", "peer"] * 4


def test_without_a_first_round_every_run_counts() -> None:
    assert medians_in_turn({"a": _saying([1, 3])}, runs=2, warm_up=False) == {"a": 2}


def test_a_side_that_is_missing_has_no_median() -> None:
    found = medians_in_turn({"ours": _saying([1, 1]), "peer": None}, runs=1)

    assert found == {"ours": 1, "peer": None}


@pytest.mark.parametrize(
    ("ours", "peer", "bound", "ratio", "verdict"),
    [
        (50.0, 100.0, Bound(0.5), 0.5, "met"),
        (50.4, 100.0, Bound(0.5), 0.5, "met"),
        (51.0, 100.0, Bound(0.5), 0.51, "missed"),
        (300.0, 100.0, Bound(3, is_least=True), 3.0, "met"),
        (299.0, 100.0, Bound(3, is_least=True), 2.99, "missed"),
        (50.0, 100.0, None, 0.5, ""),
        (50.0, None, Bound(0.5), None, "not measured"),
        (None, 100.0, Bound(0.5), None, "not measured"),
        (50.0, 0.0, Bound(0.5), None, "not measured"),
    ],
)
def test_the_ratio_that_is_printed_is_the_one_that_is_judged(
    ours: float | None, peer: float | None, bound: Bound | None, ratio: float | None, verdict: str
) -> None:
    line = Comparison("what", ours, peer, bound=bound)

    assert (line.ratio, line.verdict) == (ratio, verdict)


def test_a_result_is_drawn_in_columns() -> None:
    assert lines_of(RESULT) == [
        "S1  one look-up",
        "    medians of 3 runs",
        "                     ours     peer  ratio  target",
        "    ffx : HTTPie   149 ms   210 ms   0.71  ≤ 0.50  missed",
        "    ffx : bare    9.50 ms  8.00 ms   1.19  ≤ 1.25  met",
        "    ffx : curl     149 ms        –      –  ≥ 3.00  not measured",
        "    rates         1,028/s    216/s   4.76",
    ]


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.4567, "ms", "0.46 ms"),
        (12.34, "MB", "12.3 MB"),
        (1234.5, "ms", "1,234 ms"),
        (812.3, "/s", "812/s"),
        (None, "ms", "–"),
    ],
)
def test_a_figure_has_three_digits(value: float | None, unit: str, written: str) -> None:
    assert figure(value, unit) == written


def test_the_last_line_tells_the_worst_of_each_target() -> None:
    met = Result("S2", "", "", RESULT.comparisons[1:2])
    unknown = Result("S3", "", "", RESULT.comparisons[1:])

    assert summary([RESULT, met, unknown]) == "S1 missed · S2 met · S3 not measured"


def test_the_document_holds_every_figure() -> None:
    read = json.loads(document("Python 3 · 2 cores", [RESULT]))

    assert read["machine"] == "Python 3 · 2 cores"
    assert read["results"][0]["comparisons"][0] == {
        "what": "ffx : HTTPie",
        "unit": "ms",
        "ours": 149.4,
        "peer": 210.0,
        "ratio": 0.71,
        "target": "≤ 0.50",
        "verdict": "missed",
    }
    assert read["results"][0]["comparisons"][2]["verdict"] == "not measured"


@pytest.mark.parametrize(
    ("rate", "times"), [(10, 5.0), (120, 5.0), (185, 4.0), (250, 3.0), (900, 3.0)]
)
def test_the_slower_a_process_each_is_the_more_is_wanted(rate: float, times: float) -> None:
    assert times_wanted(rate) == times


def test_everything_is_measured_unless_told_otherwise() -> None:
    options = read_options([])

    assert options.only == tuple(MEASURES)
    assert (options.quick, options.json) == (False, None)


def test_only_some_are_measured_in_their_own_order() -> None:
    assert read_options(["--quick", "--only", "s4, S1"]).only == ("S1", "S4")


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read_options(["--only", "S1,S99"])

    assert ended.value.code == 2
    assert "there is no S99; there are S1, S2, S3" in capsys.readouterr().err


def test_sample_replies_are_ones_that_ffx_reads_without_a_warning() -> None:
    window = TimeRange(NOW - timedelta(days=2), NOW)
    visitor = read_reply(
        visitor_query(VisitorId(samples.VISITOR_ID), window), samples.visitor_reply(10, NOW)
    )
    hit = read_reply(hit_query(HitId("dkezmsf3bat8x0000000003rh")), samples.hit_reply(NOW))

    assert (visitor.rows, visitor.has_more, visitor.warnings) == (10, False, ())
    assert (hit.rows, hit.visitor_id, hit.warnings) == (2, samples.VISITOR_ID, ())
    assert {step.hitId for step in visitor.history().hits if step.is_conversion} == {
        "dkezmsf3bat8x0000000003rh",
        "dkezmsf3bat8x0000000008rh",
    }


@pytest.mark.parametrize(
    ("ids", "kind"), [(samples.hit_ids(3), HitId), (samples.visitor_ids(3), VisitorId)]
)
def test_sample_ids_are_of_their_kind(ids: Iterable[str], kind: type[HitId | VisitorId]) -> None:
    different = set(ids)

    assert len(different) == 3
    assert all(isinstance(read_target(one, command="visitor").id, kind) for one in different)


def test_the_service_pages_through_its_hits_from_the_newest() -> None:
    answer = paged(2 * PAGE + 5, NOW)
    start = NOW - timedelta(days=30)

    seen = []
    end, has_more = NOW, True
    while has_more:
        body = json.dumps({"timeStart": start.isoformat(), "timeEnd": end.isoformat()}).encode()
        page = json.loads(answer("/visitor", body))
        has_more = page["hasMore"]
        seen.append(len(page["hits"]))
        end = datetime.fromisoformat(page["hits"][0]["eventTime"]) - timedelta(milliseconds=1)

    assert seen == [PAGE, PAGE, 5]


def test_results_take_their_place_in_the_readme() -> None:
    text = "before\n<!-- bench -->\nold\n<!-- end of bench -->\nafter\n"
    once = in_readme(text, "machine", [])

    assert once == (
        "before\n<!-- bench -->\n```text\nmachine\n\n\n```\n<!-- end of bench -->\nafter\n"
    )
    assert in_readme(once, "machine", []) == once
    with pytest.raises(ValueError, match="no place"):
        in_readme("nothing", "machine", [])
