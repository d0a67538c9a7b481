"""The benchmark's own arithmetic, words and samples; no clocks."""

import json
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest

from ffx.api.wire import hit_query, read_reply, visitor_query
from ffx.input.targets.target import HitId, VisitorId, read_target
from ffx.input.times.window import TimeRange
from tests.bench import samples
from tests.bench.__main__ import MEASURES, measure, read_options
from tests.bench.bench import Bench
from tests.bench.commands import CommandFailed
from tests.bench.comparison import (
    Bound,
    Comparison,
    Median,
    Result,
    compare,
    medians_in_turn,
    noise_of,
)
from tests.bench.memory import one_reply
from tests.bench.report import document, figure, in_readme, lines_of, summary
from tests.bench.servers import static_server
from tests.bench.suite import STEPS, measure_suite
from tests.bench.tools import PATH, Tools
from tests.bench.walks import measure_walks
from tests.looping import each

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
RESULT = Result(
    "S1",
    "one look-up",
    "medians of 3 runs",
    (
        Comparison("ffx : HTTPie", 149.4, 210.0, bound=Bound(0.5), noise=0.031),
        Comparison("ffx : bare", 9.5, 8.0, bound=Bound(1.25), noise=0.004),
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

    assert found["ours"] is not None
    assert found["peer"] is not None
    assert (found["ours"].value, found["peer"].value) == (2, 8)
    assert called == ["ours", "peer"] * 4


def test_without_a_first_round_every_run_counts() -> None:
    found = medians_in_turn({"a": _saying([1, 3])}, runs=2, warm_up=False)

    assert found == {"a": Median(2, noise=2)}


def test_a_side_that_is_missing_has_no_median() -> None:
    found = medians_in_turn({"ours": _saying([1, 1]), "peer": None}, runs=1)

    assert found == {"ours": Median(1, noise=None), "peer": None}


@each(
    ("runs", "noise"),
    [
        ([], None),
        ([100], None),
        ([100, 100], 0.0),
        ([100, 80], 0.25),
        # The third has no partner.
        ([100, 80, 500], 0.25),
        # Dealt as 100, 100 and 80, 80, or as 100, 80 and 80, 100.
        ([100, 80, 100, 80], 0.25),
        # One slow run of many moves no median.
        ([100, 100, 100, 100, 100, 900], 0.0),
    ],
)
def test_noise_is_what_the_ratio_of_a_side_with_itself_strays(
    runs: list[float], noise: float | None
) -> None:
    assert noise_of(runs) == noise


def test_noise_of_many_runs_is_had_in_few_steps_and_drift_is_none() -> None:
    drifting = noise_of([100.0 + number for number in range(1_000)])

    assert drifting is not None
    assert drifting < 0.01


def test_a_comparison_has_the_noise_of_the_peer() -> None:
    line = compare("rates", Median(2_000, 0.5).rate(10), Median(4_000, 0.1).rate(10), "/s")

    assert (line.ours, line.peer, line.ratio, line.noise) == (5, 2.5, 2, 0.1)
    assert compare("nobody", None, None).verdict == "not measured"


@each(
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
        "  medians of 3 runs",
        "                   ours     peer  ratio  noise  target",
        "  ffx : HTTPie   149 ms   210 ms   0.71    ±3%  ≤ 0.50  missed",
        "  ffx : bare    9.50 ms  8.00 ms   1.19    ±0%  ≤ 1.25  met",
        "  ffx : curl     149 ms        –      –         ≥ 3.00",
        "  rates         1,028/s    216/s   4.76",
    ]


def test_no_line_is_wider_than_eighty_columns() -> None:
    long = Comparison(f"{'word ' * 20}: {'word ' * 20}", 1234.5, 1234.5, bound=Bound(1), noise=1)
    lines = lines_of(Result("S1", "title", "how it was measured " * 9, (long,)))
    last = summary([Result(f"S{number}", "", "", (long,)) for number in range(30)])

    assert max(map(len, [*lines, *last])) <= 80
    assert "".join(lines).count("word") == 40
    assert len(last) == 2


@each(
    ("value", "unit", "written"),
    [
        (0.4567, "ms", "0.46 ms"),
        (12.34, "MB", "12.3 MB"),
        (1234.5, "ms", "1,234 ms"),
        (812.3, "/s", "812/s"),
        (None, "ms", "–"),
        (1512.0, "", "1,512"),
        (25.5, "", "25.5"),
    ],
)
def test_a_figure_has_three_digits(value: float | None, unit: str, written: str) -> None:
    assert figure(value, unit) == written


def test_the_last_line_tells_the_worst_of_each_target() -> None:
    met = Result("S2", "", "", RESULT.comparisons[1:2])
    unknown = Result("S3", "", "", RESULT.comparisons[1:])
    both = [RESULT, met, unknown, replace(RESULT, name="S4")]

    assert summary(both) == ["Met: S2. Missed: S1, S4. Not measured: S3."]
    assert summary([met]) == ["Met: S2."]


def test_the_document_holds_every_figure() -> None:
    read = json.loads(document(["Python 3", "2 cores"], [RESULT]))

    assert read["machine"] == ["Python 3", "2 cores"]
    assert read["results"][0]["comparisons"][0] == {
        "what": "ffx : HTTPie",
        "unit": "ms",
        "ours": 149.4,
        "peer": 210.0,
        "ratio": 0.71,
        "noise": 0.031,
        "target": "≤ 0.50",
        "verdict": "missed",
    }
    assert read["results"][0]["comparisons"][2]["verdict"] == "not measured"


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


BENCH = Bench(Tools("python", "ffx", None, None, None, None, None), Path(), "", NOW, is_quick=True)


def test_what_cannot_be_measured_is_told_and_the_rest_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(bench: Bench) -> Result:
        raise CommandFailed("make ended with 2")

    def succeed(bench: Bench) -> Result:
        return RESULT

    measures = {"S1": fail, "S2": succeed}

    assert measure(["S1", "S2"], BENCH, measures) == (
        [RESULT],
        ["S1 could not be measured: make ended with 2"],
    )
    out, err = capsys.readouterr()
    assert out.splitlines()[1] == "S1  one look-up"
    assert err == "\nS1 could not be measured: make ended with 2\n"


def test_every_step_of_ci_is_timed_once() -> None:
    makefile = (ROOT / "Makefile").read_text()
    (recipe,) = re.findall(r"^check: .+\n((?:\t.+\n)+)", makefile, re.M)
    checked = re.findall(r"\$\(MAKE\) --no-print-directory (?:-j2 )?(.+)", recipe)
    made = re.findall(r"^make (.+)$", (ROOT / ".ci/run").read_text(), re.M)

    assert made[0] == "check"
    assert [" ".join(step) for step in STEPS] == [*" ".join(checked).split(), *made[1:]]


def test_the_quick_form_does_not_run_the_tests_for_ci_runs_it_after_them() -> None:
    result = measure_suite(BENCH)

    assert [line.ours for line in result.comparisons] == [None, None]
    assert summary([result]) == ["Not measured: S10."]


def test_walks_are_counted_and_lose_nothing() -> None:
    result = measure_walks(BENCH, pages=(7,))

    assert [(line.what, line.verdict) for line in result.comparisons] == [
        ("pages of 7 : the most", "met"),
        ("until the first row : the most", "met"),
        ("all of them : ideal walks", ""),
    ]


def test_one_reply_is_as_large_as_asked_for_and_has_one_emoji() -> None:
    reply = one_reply(100_000)

    assert 98_000 < len(reply) <= 100_000
    assert reply.decode().count(samples.BEYOND_FFFF) == 1


def test_the_threaded_server_answers_more_than_once_on_a_connection() -> None:
    from tests.bench.service import threaded

    with threaded(lambda path, body: f"{path} {body.decode()}".encode()) as server:
        serving = Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        answers = []
        for number in range(2):
            connection.request("POST", f"/{number}", b"x" * number)
            answers.append(connection.getresponse().read())
        connection.close()
        server.shutdown()
        serving.join()

    assert answers == [b"/0 ", b"/1 x"]


@pytest.mark.skipif(not shutil.which("nginx", path=PATH), reason="there is no nginx")
def test_nginx_answers_about_the_hit_that_was_asked_for(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "hit").write_text(f'{{"hitId": "{samples.HIT_ASKED_FOR}"}}')
    (root / "visitor").write_text("{}")
    with static_server(shutil.which("nginx", path=PATH), root, tmp_path) as url:
        connection = HTTPConnection(url.removeprefix("http://"), timeout=10)
        answers = []
        for path, body in (
            ("/hit", '{"hitId":"a1"}'),
            ("/hit", '{"hitId": "b2"}'),
            ("/visitor", "{}"),
        ):
            connection.request("POST", path, body)
            answers.append(connection.getresponse().read().decode())
        connection.close()

    assert answers == ['{"hitId": "a1"}', '{"hitId": "b2"}', "{}"]


def test_sample_replies_are_ones_that_ffx_reads_without_a_warning(tmp_path: Path) -> None:
    from tests.bench.service import static

    window = TimeRange(NOW - timedelta(days=2), NOW)
    visitor = read_reply(
        visitor_query(VisitorId(samples.VISITOR_ID), window), samples.visitor_reply(10, NOW)
    )
    asked = hit_query(HitId("dkezmsf3bat8x0000000003rh"))
    (tmp_path / "hit").write_bytes(samples.hit_reply(NOW))
    hit = read_reply(asked, static(tmp_path)("/hit", json.dumps(asked.body).encode()))

    assert (visitor.rows, visitor.has_more, visitor.warnings) == (10, False, ())
    assert (hit.rows, hit.visitor_id, hit.warnings) == (2, samples.VISITOR_ID, ())
    assert {step.hitId for step in visitor.history().hits if step.is_conversion} == {
        "dkezmsf3bat8x0000000003rh",
        "dkezmsf3bat8x0000000008rh",
    }


@each(("ids", "kind"), [(samples.hit_ids(3), HitId), (samples.visitor_ids(3), VisitorId)])
def test_sample_ids_are_of_their_kind(ids: Iterable[str], kind: type[HitId | VisitorId]) -> None:
    different = set(ids)

    assert len(different) == 3
    assert all(isinstance(read_target(one, command="visitor").id, kind) for one in different)


def test_the_service_pages_through_its_hits_from_the_newest() -> None:
    from tests.bench.service import PAGE, paged

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
    once = in_readme(text, ["machine"], [])

    assert once == (
        "before\n<!-- bench -->\n```text\nmachine\n\n```\n<!-- end of bench -->\nafter\n"
    )
    assert in_readme(once, ["machine"], []) == once
    with pytest.raises(ValueError, match="no place"):
        in_readme("nothing", ["machine"], [])
