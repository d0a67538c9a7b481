"""A start loads little: what a run does not need costs nobody a wait."""

import subprocess
import sys

import pytest

from tests.conftest import surroundings
from tests.faults.bounds import LONGEST_WAIT

_HIT = "dkezmsf3bat8xdbz8rt039r4h"
_HEAVY = {"pydantic", "rich", "dateutil", "httpx", "sqlite3", "hypothesis", "importlib.metadata"}
_SCRIPT = """
import sys
# Where the development tools bring it, httpx loads a command line of its own with it.
sys.modules["click"] = None
from ffx.cli.app import main
code = main(sys.argv[1:])
print(*sorted(sys.modules), sep=" ", file=sys.stderr)
sys.exit(code)
"""


def _loaded(*arguments: str, code: int = 0) -> set[str]:
    """Run a command line in a process of its own, and return the modules it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *arguments],
        capture_output=True,
        text=True,
        env=surroundings(),
        timeout=LONGEST_WAIT,
    )
    assert done.returncode == code, done.stderr
    return set(done.stderr.splitlines()[-1].split(" "))


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("hit", "--help")])
def test_words_about_ffx_load_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert not _loaded(*arguments) & _HEAVY


@pytest.mark.parametrize("arguments", [("hit", _HIT), ("visitor", _HIT)])
def test_json_needs_no_models_and_no_tables(arguments: tuple[str, ...]) -> None:
    loaded = _loaded(*arguments, "--json", "--sandbox")
    assert not loaded & {"pydantic", "rich", "dateutil", "zoneinfo", "csv"}
    assert not loaded & {
        "ffx.api.models",
        "ffx.lookup.walk",
        "ffx.cli.delivery.resume",
        "ffx.cli.delivery.sources",
    }


def test_a_run_loads_its_own_command_alone() -> None:
    loaded = _loaded("visitor", _HIT, "--json", "--sandbox")
    commands = {name for name in loaded if name.startswith("ffx.cli.commands.")}
    assert commands == {"ffx.cli.commands.visitor"}


@pytest.mark.parametrize("arguments", [("visitor", "{hit}"), ("visitor", "v1", "--since", "soon")])
def test_a_refusal_before_any_request_needs_no_http(arguments: tuple[str, ...]) -> None:
    assert not _loaded(*arguments, "--sandbox", code=2) & {"httpx", "pydantic", "rich"}


def test_a_diagnosis_in_a_pipe_needs_no_tables() -> None:
    assert not _loaded("diagnose", _HIT, "--sandbox") & {"rich", "dateutil"}


def test_a_pipe_needs_no_tables() -> None:
    assert not _loaded("visitor", _HIT, "--sandbox") & {"rich"}


def test_a_typed_window_needs_no_calendar() -> None:
    assert "dateutil" not in _loaded("visitor", _HIT, "--sandbox", "--json", "--since", "2d")
