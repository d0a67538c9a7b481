"""S10: how long one waits for the tests, and for all that CI runs."""

import os
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.commands import Command
from tests.bench.comparison import Bound, Comparison, Result

# What `.ci/run` makes, in its order, with the target `check` as the targets that it stands for.
STEPS = (("lint",), ("wheel",), ("test",), ("dates",), ("bench", "BENCH=--quick"))
_TESTS, _CI = 90.0, 180.0  # seconds
_ROOT = Path(__file__).parent.parent.parent


def measure_suite(bench: Bench) -> Result:
    """Run every step of CI once, one after the other.

    One of them is the quick benchmark, so that one measures nothing here.
    """
    seconds = {} if bench.is_quick else {step: _seconds(step) for step in STEPS}
    whole = sum(seconds.values()) if seconds else None
    bound = Bound(1.0)
    return Result(
        "S10",
        "the tests, and all that CI runs",
        "not in the quick form, which CI runs" if bench.is_quick else "one run",
        (
            Comparison(f"make test : {_TESTS:.0f} s", seconds.get(("test",)), _TESTS, "s", bound),
            Comparison(f".ci/run : {_CI:.0f} s", whole, _CI, "s", bound),
            *(
                Comparison(f"of these, make {' '.join(step)}", took, whole, "s")
                for step, took in seconds.items()
            ),
        ),
    )


def _seconds(step: tuple[str, ...]) -> float:
    """Run a target of the Makefile, in the environment of the benchmark."""
    return Command(("make", "-C", str(_ROOT), *step), os.environ).milliseconds() / 1000
