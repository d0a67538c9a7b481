"""A start loads little: what a run does not need costs nobody a wait."""

import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import surroundings
from tests.faults.bounds import LONGEST_WAIT

_HIT = "dkezmsf3bat8xdbz8rt039r4h"
_HEAVY = {"pydantic", "rich", "dateutil", "httpx", "sqlite3", "hypothesis", "importlib.metadata"}
_RICH, _CALENDAR = {"rich"}, {"dateutil"}
_MODELS = {"pydantic", "ffx.api.models"}
_FOR_LISTS = {"ffx.lookup.walk", "ffx.cli.delivery.resume", "ffx.cli.delivery.target_sources"}
_PASTED = {"ffx.input.targets.pasted"}  # the search for IDs in longer text
_REPORT = "reconcile REPORT --sandbox --explain 0 --json"
# Command lines and what they do without; from line to line that is less, so that they may run one
# after the other in one process: what one has loaded, those before it had not.
_LINES: list[tuple[str, int, set[str]]] = [
    *((line, 0, _HEAVY) for line in ("--version", "--help", "hit --help")),
    *(
        (f"{line} --sandbox", 2, {"httpx", "pydantic", "rich"})
        for line in ("visitor {hit}", "visitor v1 --since soon")
    ),
    *(
        (
            f"{command} {_HIT} --json --sandbox",
            0,
            _RICH | _CALENDAR | _MODELS | _FOR_LISTS | {"zoneinfo", "csv"},
        )
        for command in ("hit", "visitor")
    ),
    (f"hit {_HIT} {_HIT} --sandbox --json", 0, _RICH | _CALENDAR | _MODELS | _PASTED),
    (_REPORT, 0, _RICH | _CALENDAR | _MODELS),
    (f"visitor {_HIT} --sandbox --json --since 2d", 0, _CALENDAR),
    (f"diagnose {_HIT} --sandbox", 0, _RICH | _CALENDAR),
    (f"visitor {_HIT} --sandbox", 0, _RICH),
]
_SCRIPT = """
import json, sys
# Where the development tools bring it, httpx loads a command line of its own with it.
sys.modules["click"] = None
from ffx.cli.app import main
for line in sys.argv[1:]:
    code = main(line.split(" "))
    print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""


def test_a_start_loads_what_its_command_needs(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    report.write_text(f"click_id,payout\n{_HIT},24.90\n")

    told = _told_by([line.replace("REPORT", str(report)) for line, _, _ in _LINES])

    for (line, code, without), (ended, loaded) in zip(_LINES, told, strict=True):
        assert ended == code, line
        assert not without.intersection(loaded), line
        assert ("ffx.reconcile.pairing" in loaded) or line != _REPORT


def test_a_run_loads_its_own_command_alone() -> None:
    ((code, loaded),) = _told_by([f"visitor {_HIT} --json --sandbox"])

    assert code == 0
    assert {name for name in loaded if name.startswith("ffx.cli.commands.")} == {
        "ffx.cli.commands.visitor"
    }


def _told_by(lines: list[str]) -> list[tuple[int, list[str]]]:
    """Run command lines one after the other, and return how each ends and what is loaded then."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *lines],
        capture_output=True,
        text=True,
        env=surroundings(),
        timeout=LONGEST_WAIT,
    )
    return [json.loads(line) for line in done.stderr.splitlines() if line.startswith("[")]
