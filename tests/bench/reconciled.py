"""S9: a network's report beside the tracker, and the look-ups alone of its hits."""

from pathlib import Path

from ffx.errors import ExitCode
from tests.bench import samples
from tests.bench.batches import JOBS
from tests.bench.bench import Bench
from tests.bench.commands import Command
from tests.bench.comparison import Bound, Comparison, Result, compare, medians_in_turn
from tests.bench.flows import follow
from tests.bench.memory import FLAT

_ROWS_A_HIT, _ROWS_OF_MANY = 2, 10
_RUNS = 3
# The service knows one conversion of each hit; the other rows are missing.
_CODES = (ExitCode.OK, ExitCode.CHECK_NO)


def measure_reconcile(bench: Bench) -> Result:
    """Compare rows a second with the look-ups alone, and a report's memory with a tenth of it."""
    hits = 200 if bench.is_quick else 5_000
    many = 400 if bench.is_quick else 10_000
    ids = bench.folder / "ids-of-report"
    ids.write_text("".join(f"{one}\n" for one in samples.hit_ids(hits)))
    list_ = ("hit", "--from", str(ids), "--jobs", str(JOBS), "--json")
    found = medians_in_turn(
        {
            "report": lambda: (
                follow(
                    _reconcile(bench, _report(bench, hits, _ROWS_A_HIT)),
                    bench.folder,
                    codes=_CODES,
                ).last
            ),
            "list": lambda: follow(bench.ffx(bench.small, *list_), bench.folder).last,
        },
        runs=_RUNS,
        warm_up=False,
    )
    ours, list_rate = (each and each.rate(hits) for each in (found["report"], found["list"]))
    tenth, whole = (
        follow(
            _reconcile(bench, _report(bench, count, _ROWS_OF_MANY)), bench.folder, codes=_CODES
        ).peak
        for count in (many // 10, many)
    )
    rows = _ROWS_OF_MANY * many
    return Result(
        "S9",
        f"a report of {_ROWS_A_HIT * hits:,} rows over {hits:,} hits, {JOBS} at a time",
        f"medians of {_RUNS} runs in turn, static server; peaks of one run each",
        (
            compare(
                "ffx reconcile : ffx hit --from", ours, list_rate, "/s", Bound(0.8, is_least=True)
            ),
            Comparison(f"{rows:,} rows : {rows // 10:,}", whole, tenth, "MB", FLAT),
        ),
    )


def _reconcile(bench: Bench, report: Path) -> Command:
    words = ("reconcile", str(report), "--jobs", str(JOBS), "--explain", "0", "--format", "csv")
    return bench.ffx(bench.small, *words)


def _report(bench: Bench, hits: int, rows: int) -> Path:
    """Write a report with so many rows a hit, unless it is there."""
    path = bench.folder / f"report-{hits}-{rows}.csv"
    if not path.exists():
        with path.open("w") as file:
            file.write("click_id,payout,transaction_id,country\n")
            for number in range(rows):
                for place, one in enumerate(samples.hit_ids(hits)):
                    file.write(f"{one},24.90,T-{number}-{place},DE\n")
    return path
