"""S6: long histories and long lists: memory that does not grow, and a first line at once."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from ffx.errors import ExitCode
from tests.bench import samples
from tests.bench.batches import JOBS
from tests.bench.bench import Bench
from tests.bench.commands import Command
from tests.bench.comparison import Bound, Comparison, Result, compare, medians_in_turn
from tests.bench.flows import Flow, follow
from tests.bench.servers import service

_LOOK_UP = ("visitor", samples.VISITOR_ID, "--since", "30d")
# FILE and CASE are files of the benchmark's folder.
_FORMATS: Mapping[str, Sequence[str]] = {
    "jsonl": ("--format", "jsonl"),
    "csv": ("--format", "csv"),
    "json": ("--json",),
    "table": ("--format", "table"),
    "md": ("--format", "md"),
    "html": ("--format", "html"),
    "xlsx": ("--format", "xlsx", "-o", "FILE", "--force"),
    "json --save": ("--json", "--save", "CASE", "--force"),
}
_QUICK = ("jsonl", "json", "html")
# An HTML page is about one target.
_OF_LISTS = ("json", "jsonl", "csv", "table", "md", "xlsx")
_LARGEST_REPLY = 16 * 2**20  # bytes
# Ten times as much may take half as much again: what was asked before is known by digests.
FLAT = Bound(1.5)
_AT_ONCE = Bound(1.5)
_MOST, _MOST_OF_ONE_REPLY = 130.0, 300.0  # MB
_RUNS = 5


def measure_memory(bench: Bench) -> Result:
    """Compare long runs with a tenth of them, and with the most that they may take."""
    return Result(
        "S6",
        "long runs in little memory",
        f"peaks of one run each, times the medians of {_RUNS} in turn; all in a pipe",
        (
            *_compare_walks(bench, 5_000 if bench.is_quick else 100_000),
            *_compare_lists(bench),
            *_compare_visitors(bench, 20 if bench.is_quick else 500),
            *_peaks_of_one_reply(bench),
        ),
    )


def one_reply(size: int) -> bytes:
    """Return a reply of just less than so many bytes, with one emoji."""
    now = datetime.now(UTC).replace(microsecond=0)

    def made(hits: int) -> bytes:
        oldest = now - hits * samples.PACE
        rows = [samples.row(number, oldest + number * samples.PACE) for number in range(hits)]
        for row in rows:
            row["t20"] = "long" * 100  # fewer rows than what ffx takes of them at most
        rows[0]["t1"] = f"de{samples.BEYOND_FFFF}"
        visitor = {"visitorId": samples.VISITOR_ID}
        reply = {"visitor": visitor, "hits": rows, "hasMore": False}
        return json.dumps(reply, ensure_ascii=False).encode()

    hits = size * 100 // len(made(100))
    while len(reply := made(hits)) > size:
        hits -= 1 + hits // 1_000
    return reply


def _compare_walks(bench: Bench, hits: int) -> Iterator[Comparison]:
    with service("--hits", str(hits)) as root, service("--hits", str(hits // 10)) as short:

        def walk(url: str, name: str, *more: str) -> Command:
            return bench.ffx(url, *_LOOK_UP, *more, *_options(bench, name))

        for name in _QUICK if bench.is_quick else _FORMATS:
            whole = follow(walk(root, name, "--all"), bench.folder)
            yield _in_bounds(f"--all, {hits:,} hits, {name}", whole)
            if not bench.is_quick:
                tenth = follow(walk(short, name, "--all"), bench.folder)
                yield _flat(f"the same : {hits // 10:,}", whole, tenth)
        long, page = walk(root, "jsonl", "--all"), walk(short, "jsonl")
        found = medians_in_turn(
            {
                "first": lambda: follow(long, bench.folder, leaves_early=True).first,
                "page": lambda: follow(page, bench.folder).last,
            },
            runs=_RUNS,
            warm_up=False,
        )
    yield compare(
        "first line of --all : one page, whole", found["first"], found["page"], bound=_AT_ONCE
    )


def _compare_lists(bench: Bench) -> Iterator[Comparison]:
    """Look up hits: as records the longest list, in the other formats a tenth of it."""
    for name in _OF_LISTS[:1] if bench.is_quick else _OF_LISTS:
        targets = 2_000 if bench.is_quick else 100_000 if name == "json" else 10_000
        options = _options(bench, name)
        whole = _follow_list(bench, bench.small, samples.hit_ids(targets), "hit", *options)
        yield _in_bounds(f"{targets:,} targets, {name}", whole)
        if not bench.is_quick:
            few = samples.hit_ids(targets // 10)
            tenth = _follow_list(bench, bench.small, few, "hit", *options)
            yield _flat(f"the same : {targets // 10:,}", whole, tenth)


def _compare_visitors(bench: Bench, targets: int) -> Iterator[Comparison]:
    """Look up visitors of 1,000 hits each, whose replies come quicker than they are written."""

    def flow(count: int) -> Flow:
        ids = samples.visitor_ids(count)
        return _follow_list(bench, bench.large, ids, "visitor", "--since", "2d", "--json")

    whole = flow(targets)
    yield _in_bounds(f"{targets:,} full pages, json", whole)
    if not bench.is_quick:
        yield _flat(f"the same : {targets // 10:,}", whole, flow(targets // 10))


def _peaks_of_one_reply(bench: Bench) -> Iterator[Comparison]:
    """Look one visitor up, whose hits come in one reply, in every format.

    One emoji in it makes a text four times as large in memory as in the reply.
    """
    folder = bench.folder / "one" / "v1/reporting/explorer"
    folder.mkdir(parents=True)
    reply = one_reply(_LARGEST_REPLY // 20 if bench.is_quick else _LARGEST_REPLY)
    (folder / "visitor").write_bytes(reply)
    (folder / "hit").write_text('{"events": []}')
    size = f"{len(reply) / 2**20:.1f} MiB"
    # Nothing is known of single hits, so a diagnosis is partial.
    codes = (ExitCode.OK, ExitCode.PARTIAL)
    look_ups = {name: ("visitor", *_options(bench, name)) for name in _FORMATS} | {
        "diagnose --json": ("diagnose", "--json"),
        "diagnose, html": ("diagnose", "--format", "html"),
    }
    with service("--folder", str(folder.parents[2])) as root:
        for name, (command, *options) in look_ups.items():
            words = (command, samples.VISITOR_ID, "--since", "30d", *options)
            flow = follow(bench.ffx(f"{root}/v1", *words), bench.folder, codes=codes)
            yield _in_bounds(f"{size} with an emoji, {name}", flow, _MOST_OF_ONE_REPLY)


def _follow_list(bench: Bench, url: str, ids: Iterable[str], *look_up: str) -> Flow:
    file = bench.folder / "list"
    file.write_text("".join(f"{one}\n" for one in ids))
    batch = (*look_up, "--from", str(file), "--jobs", str(JOBS))
    return follow(bench.ffx(url, *batch), bench.folder)


def _options(bench: Bench, name: str) -> list[str]:
    files = {"FILE": str(bench.folder / "rows.xlsx"), "CASE": str(bench.folder / "kept.case")}
    return [files.get(word, word) for word in _FORMATS[name]]


def _in_bounds(what: str, flow: Flow, most: float = _MOST) -> Comparison:
    return Comparison(what, flow.peak, most, "MB", Bound(1.0))


def _flat(what: str, whole: Flow, tenth: Flow) -> Comparison:
    return Comparison(what, whole.peak, tenth.peak, "MB", FLAT)
