"""Measure all of it: `python -m tests.bench` from the repository's root.

Ends with 0 however slow things were, and with 1 where something could not be
measured that should have been.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from tests.bench.batches import measure_batch
from tests.bench.bench import Bench, prepared
from tests.bench.commands import CommandFailed
from tests.bench.comparison import Result
from tests.bench.lookups import measure_lookups
from tests.bench.memory import measure_memory
from tests.bench.reconciled import measure_reconcile
from tests.bench.report import document, in_readme, lines_of, summary
from tests.bench.starts import measure_json, measure_start, measure_table
from tests.bench.suite import measure_suite
from tests.bench.surroundings import surroundings
from tests.bench.tables import measure_long_table
from tests.bench.tools import find_tools
from tests.bench.walks import measure_walks

Measure = Callable[[Bench], Result]
MEASURES: Mapping[str, Measure] = {
    "S1": measure_json,
    "S2": measure_table,
    "S3": measure_start,
    "S4": measure_long_table,
    "S5": measure_batch,
    "S6": measure_memory,
    "S7": measure_lookups,
    "S8": measure_walks,
    "S9": measure_reconcile,
    "S10": measure_suite,
}
# Beside the code, so that HTTPie is installed once; git ignores it.
_CACHE = Path(__file__).parent.parent.parent / ".bench"
_README = Path(__file__).parent.parent.parent / "README.md"


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line: `only` comes back as names of measures, in their order."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="How quick ffx is, beside its peers."
    )
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    parser.add_argument(
        "--only", type=_read_names, default=tuple(MEASURES), help="S1,S4", metavar="NAMES"
    )
    parser.add_argument(
        "--json", type=Path, help="write everything to a file, too", metavar="FILE"
    )
    parser.add_argument(
        "--readme", action="store_true", help="put what is printed into the README"
    )
    return parser.parse_args(arguments)


def main() -> None:
    options = read_options()
    tools = find_tools(_CACHE, _tell)
    machine = surroundings(tools, sys.argv[1:])
    print(*machine, sep="\n")
    for missing in tools.missing:
        print(f"missing: {missing}")
    with (
        tempfile.TemporaryDirectory(prefix="ffx-bench-") as folder,
        prepared(tools, Path(folder), is_quick=options.quick) as bench,
    ):
        results, failures = measure(options.only, bench)
    print("", *summary(results), sep="\n")
    if options.json:
        options.json.write_text(document(machine, results))
    if options.readme:
        text = in_readme(_README.read_text(encoding="utf-8"), machine, results)
        _README.write_text(text, encoding="utf-8")
    sys.exit("\n".join(failures) or None)


def measure(
    names: Iterable[str], bench: Bench, measures: Mapping[str, Measure] = MEASURES
) -> tuple[list[Result], list[str]]:
    """Measure and print one after the other; what breaks is told, and returned."""
    results, failures = [], []
    for name in names:
        try:
            result = measures[name](bench)
        except CommandFailed as error:
            failures.append(f"{name} could not be measured: {error}")
            _tell(f"\n{failures[-1]}")
        else:
            results.append(result)
            print("", *lines_of(result), sep="\n", flush=True)
    return results, failures


def _read_names(text: str) -> tuple[str, ...]:
    wanted = {name.strip().upper() for name in text.split(",")}
    if unknown := wanted - MEASURES.keys():
        raise argparse.ArgumentTypeError(
            f"there is no {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}"
        )
    return tuple(name for name in MEASURES if name in wanted)


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
