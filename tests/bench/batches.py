"""S5: thousands of hits, beside a process a hit."""

import shlex
from pathlib import Path

from tests.bench import samples
from tests.bench.bench import Bench
from tests.bench.commands import Command, timing
from tests.bench.comparison import Bound, Comparison, Result, compare, medians_in_turn
from tests.bench.servers import service

JOBS = 8
_RUNS = 3


def measure_batch(bench: Bench) -> Result:
    """Compare how many hits a second both sides look up, each beside two servers.

    Of the longer list, a process a hit gets the first part: it is as quick with all.
    """
    few, many, part = (300, 600, 300) if bench.is_quick else (2_000, 20_000, 2_000)
    static = "nginx" if bench.tools.nginx else "static server"
    with service("--folder", str(bench.replies), "--threads") as threaded:
        comparisons = (
            _compare(bench, f"{few:,} hits, {static}", bench.small, (few, few), times=4.0),
            _compare(
                bench,
                f"{many:,} hits, threaded server",
                f"{threaded}/small/v1",
                (many, part),
                times=3.0,
            ),
        )
    return Result(
        "S5",
        f"hits a second: ffx hit --jobs {JOBS} : xargs -P {JOBS} curl",
        f"medians of {_RUNS} runs in turn; the threaded server is Python's own, and curl "
        f"looks up {part:,} of its {many:,} hits",
        comparisons,
    )


def _compare(
    bench: Bench, what: str, url: str, counts: tuple[int, int], *, times: float
) -> Comparison:
    ours, theirs = counts
    out = bench.folder / "hits.json"
    arguments = ("hit", "--jobs", str(JOBS), "--json", "-o", str(out), "--force", "--from")
    found = medians_in_turn(
        {
            "ours": bench.ffx(url, *arguments, str(_list(bench, ours))).milliseconds,
            "curl": timing(_crowd(bench, url, _list(bench, theirs))),
        },
        runs=_RUNS,
        warm_up=False,
    )
    rate, curl = found["ours"], found["curl"]
    bound = Bound(times, is_least=True)
    return compare(what, rate and rate.rate(ours), curl and curl.rate(theirs), "/s", bound)


def _list(bench: Bench, count: int) -> Path:
    ids = bench.folder / f"ids-{count}"
    ids.write_text("".join(f"{one}\n" for one in samples.hit_ids(count)))
    return ids


def _crowd(bench: Bench, url: str, ids: Path) -> Command | None:
    """Return a shell's way of doing it: eight processes at a time, one a hit."""
    if bench.tools.curl is None or bench.tools.xargs is None:
        return None
    words = [
        *(bench.tools.xargs, "-P", str(JOBS), "-I{}", bench.tools.curl, "-s"),
        *("-H", f"Authorization: Bearer {samples.TOKEN}", "-H", "Content-Type: application/json"),
        *("-d", '{"hitId":"{}"}', f"{url}/reporting/explorer/hit"),
    ]
    line = f"{shlex.join(words)} <{shlex.quote(str(ids))}"
    out = bench.folder / "curl.json"
    return Command(("sh", "-c", line), bench.environ(), into=out)
