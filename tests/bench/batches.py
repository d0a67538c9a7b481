"""S5: thousands of hits, beside a process a hit."""

import shlex
from pathlib import Path

from tests.bench import samples
from tests.bench.bench import Bench
from tests.bench.commands import Command, timing
from tests.bench.comparison import Bound, Comparison, Result, medians_in_turn

JOBS = 8
# A process a second costs less on an idle machine: so many a second, and so many times that.
_SLOW, _TIMES_SLOW = 120.0, 5.0
_QUICK, _TIMES_QUICK = 250.0, 3.0


def measure_batch(bench: Bench) -> Result:
    """Compare how many hits a second both sides look up."""
    count = 400 if bench.is_quick else 2_000
    runs = 3 if bench.is_quick else 5
    ids = bench.folder / "ids"
    ids.write_text("".join(f"{one}\n" for one in samples.hit_ids(count)))
    out = bench.folder / "hits.json"
    arguments = (
        "hit",
        "--from",
        str(ids),
        "--jobs",
        str(JOBS),
        "--json",
        "-o",
        str(out),
        "--force",
    )
    crowd = _crowd(bench, ids)
    found = medians_in_turn(
        {
            "ours": bench.ffx(bench.small, *arguments).milliseconds,
            "curl": timing(crowd),
        },
        runs=runs,
        warm_up=False,
    )
    ours, curl = (_rate(count, found[side]) for side in ("ours", "curl"))
    bound = None if curl is None else Bound(times_wanted(curl), is_least=True)
    return Result(
        "S5",
        f"{count:,} hits, {JOBS} at a time",
        f"medians of {runs} runs in turn, static server",
        (Comparison(f"ffx hit --jobs {JOBS} : xargs -P {JOBS} curl", ours, curl, "/s", bound),),
    )


def times_wanted(rate: float) -> float:
    """Return how many times as quick we are to be where curl does `rate` a second.

    Five times where it does 120 or fewer, three where 250 or more, and evenly
    less in between.
    """
    part = (min(max(rate, _SLOW), _QUICK) - _SLOW) / (_QUICK - _SLOW)
    return round(_TIMES_SLOW + part * (_TIMES_QUICK - _TIMES_SLOW), 2)


def _rate(count: int, milliseconds: float | None) -> float | None:
    return None if milliseconds is None else count / milliseconds * 1000


def _crowd(bench: Bench, ids: Path) -> Command | None:
    """Return a shell's way of doing it: eight processes at a time, one a hit."""
    if bench.tools.curl is None or bench.tools.xargs is None:
        return None
    words = [
        *(bench.tools.xargs, "-P", str(JOBS), "-I{}", bench.tools.curl, "-s"),
        *("-H", f"Authorization: Bearer {samples.TOKEN}", "-H", "Content-Type: application/json"),
        *("-d", '{"hitId":"{}"}', f"{bench.small}/reporting/explorer/hit"),
    ]
    line = f"{shlex.join(words)} <{shlex.quote(str(ids))}"
    out = bench.folder / "curl.json"
    return Command(("sh", "-c", line), bench.environ(), into=out)
