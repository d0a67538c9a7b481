"""S6: long histories and long lists: memory that does not grow, and a first line at once."""

import json
import subprocess
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ffx.errors import ExitCode
from tests.bench import samples
from tests.bench.batches import JOBS
from tests.bench.bench import Bench
from tests.bench.commands import Command, CommandFailed
from tests.bench.comparison import Bound, Comparison, Result, medians_in_turn
from tests.bench.servers import service

_WALK = ("visitor", samples.VISITOR_ID, "--since", "30d", "--format", "jsonl")
# Beside the walk as JSON Lines, whose first line is timed too.
_WHOLE_WALKS: Mapping[str, Sequence[str]] = {
    "csv": ("--format", "csv"),
    "json": ("--json",),
    "table": ("--format", "table"),
    "md": ("--format", "md"),
    "html": ("--format", "html"),
}
_MOST = 130.0  # MB
_MOST_OF_ONE_REPLY = 300.0  # MB
_FORMATS: Mapping[str, Sequence[str]] = {
    "table": ("visitor",),
    "csv": ("visitor", "--format", "csv"),
    "jsonl": ("visitor", "--format", "jsonl"),
    "json": ("visitor", "--json"),
    "md": ("visitor", "--format", "md"),
    "html": ("visitor", "--format", "html"),
    "diagnose --json": ("diagnose", "--json"),
    "diagnose, html": ("diagnose", "--format", "html"),
    "--save": ("visitor", "--json", "--force", "--save", "CASE"),
}
# Ten times as much may take half as much again: what was asked before is known by digests.
FLAT = Bound(1.5)
_AT_ONCE = Bound(1.5)
_RUNS = 5
# A process's peak is told by its parent, and a small parent has no peak of its own to hide it.
_MEASURING = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
open(sys.argv[1], "w").write(str(peak * (1 if sys.platform == "darwin" else 1024)))
sys.exit(code)
"""


@dataclass(frozen=True, slots=True)
class Flow:
    """A run whose output was read as it came: milliseconds to its first byte and to its end.

    `peak` is the most memory that it held, in millions of bytes.
    """

    first: float
    last: float
    peak: float


def measure_memory(bench: Bench) -> Result:
    """Compare long runs with a tenth of them, and with the most that they may take."""
    hits = 5_000 if bench.is_quick else 100_000
    targets = 3_000 if bench.is_quick else 100_000
    visitors = 50 if bench.is_quick else 1_000
    in_one_reply = 500 if bench.is_quick else 10_000
    return Result(
        "S6",
        "long runs in little memory",
        f"peaks of one run each, times the medians of {_RUNS} in turn; all in a pipe",
        (
            *_compare_walks(bench, hits),
            *_compare_hits(bench, targets),
            *_compare_visitors(bench, visitors),
            *_peaks_of_one_reply(bench, hits=in_one_reply, extra=""),
            *_peaks_of_one_reply(bench, hits=in_one_reply, extra=samples.BEYOND_FFFF),
        ),
    )


def follow(
    command: Command,
    folder: Path,
    *,
    leaves_early: bool = False,
    codes: Collection[int] = (ExitCode.OK,),
) -> Flow:
    """Run a command and read what it writes: all of it, or the first byte as `head` would.

    Raises:
        CommandFailed: it ended with none of `codes`.
    """
    told = folder / "peak"
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", _MEASURING, told, *command.words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=command.environ,
        bufsize=0,
    )
    assert process.stdout is not None
    part = process.stdout.read(1)
    first = time.perf_counter()
    while part and not leaves_early:
        part = process.stdout.read(1 << 20)
    process.stdout.close()
    code = process.wait()
    last = time.perf_counter()
    if code not in codes:
        raise CommandFailed(f"{' '.join(command.words)} ended with {code}")
    return Flow(
        (first - started) * 1000, (last - started) * 1000, int(told.read_text()) / 1_000_000
    )


def _compare_walks(bench: Bench, hits: int) -> tuple[Comparison, ...]:
    with service("--hits", str(hits)) as root, service("--hits", str(hits // 10)) as short:
        long, page = bench.ffx(root, *_WALK, "--all"), bench.ffx(short, *_WALK)
        tenth = follow(bench.ffx(short, *_WALK, "--all"), bench.folder)
        whole = follow(long, bench.folder)
        others = [
            row for name in _WHOLE_WALKS for row in _compare_walk(bench, name, hits, root, short)
        ]
        found = medians_in_turn(
            {
                "first": lambda: follow(long, bench.folder, leaves_early=True).first,
                "page": lambda: follow(page, bench.folder).last,
            },
            runs=_RUNS,
            warm_up=False,
        )
    return (
        *_memory(f"--all, {hits:,} hits", f"{hits // 10:,}", whole, tenth),
        *others,
        Comparison(
            "--all, first line : one page, whole", found["first"], found["page"], bound=_AT_ONCE
        ),
    )


def _compare_walk(
    bench: Bench, name: str, hits: int, root: str, short: str
) -> tuple[Comparison, ...]:
    """Walk once in a format, and once over a tenth."""
    walk = ("visitor", samples.VISITOR_ID, "--since", "30d", "--all", *_WHOLE_WALKS[name])
    tenth, whole = (follow(bench.ffx(url, *walk), bench.folder) for url in (short, root))
    return _memory(f"--all, {name}, {hits:,} hits", f"{hits // 10:,}", whole, tenth)


def _compare_hits(bench: Bench, targets: int) -> tuple[Comparison, ...]:
    def flow(count: int) -> Flow:
        return _follow_list(bench, bench.small, samples.hit_ids(count), "hit")

    tenth, whole = flow(targets // 10), flow(targets)
    return _memory(f"{targets:,} targets", f"{targets // 10:,}", whole, tenth)


def _compare_visitors(bench: Bench, targets: int) -> tuple[Comparison, ...]:
    """Look up visitors of 1,000 hits each, whose replies come quicker than they are written."""

    def flow(count: int) -> Flow:
        ids = samples.visitor_ids(count)
        return _follow_list(bench, bench.large, ids, "visitor", "--since", "2d")

    tenth, whole = flow(targets // 10), flow(targets)
    return _memory(f"{targets:,} full pages", f"{targets // 10:,}", whole, tenth)


def _peaks_of_one_reply(bench: Bench, *, hits: int, extra: str) -> Iterator[Comparison]:
    """Look one visitor up, whose hits come in one reply, in every format."""
    folder = bench.folder / ("wide" if extra else "plain") / "v1/reporting/explorer"
    folder.mkdir(parents=True)
    start = datetime.now(UTC).replace(microsecond=0) - hits * samples.PACE
    rows = [samples.row(number, start + number * samples.PACE) for number in range(hits)]
    rows[0]["t1"] = f"de{extra}"
    visitor = {"visitorId": samples.VISITOR_ID}
    reply = {"visitor": visitor, "hits": rows, "hasMore": False}
    (folder / "visitor").write_text(json.dumps(reply, ensure_ascii=False), encoding="utf-8")
    (folder / "hit").write_text('{"events": []}')
    case = str(bench.folder / "kept.case")
    with service("--folder", str(folder.parents[2])) as root:
        for name, (command, *options) in _FORMATS.items():
            chosen = [case if option == "CASE" else option for option in options]
            words = (command, samples.VISITOR_ID, "--since", "30d", *chosen)
            # Nothing is known of single hits, so a diagnosis is partial.
            codes = (ExitCode.OK, ExitCode.PARTIAL)
            peak = follow(bench.ffx(f"{root}/v1", *words), bench.folder, codes=codes).peak
            what = f"{name}, {hits:,} hits{' and an emoji' if extra else ''}"
            yield Comparison(
                f"{what} : {_MOST_OF_ONE_REPLY:.0f} MB",
                peak,
                _MOST_OF_ONE_REPLY,
                "MB",
                Bound(1.0),
            )


def _follow_list(bench: Bench, url: str, ids: Iterable[str], *look_up: str) -> Flow:
    file = bench.folder / "list"
    file.write_text("".join(f"{one}\n" for one in ids))
    batch = (*look_up, "--from", str(file), "--jobs", str(JOBS), "--json")
    return follow(bench.ffx(url, *batch), bench.folder)


def _memory(what: str, less: str, whole: Flow, tenth: Flow) -> tuple[Comparison, ...]:
    return (
        Comparison(f"{what} : {_MOST:.0f} MB", whole.peak, _MOST, "MB", Bound(1.0)),
        Comparison(f"{what} : {less}", whole.peak, tenth.peak, "MB", FLAT),
    )
