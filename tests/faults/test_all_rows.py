"""Each row of the table of faults has its tests; `exits.py` sees that they end as it says."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from ffx.errors import ExitCode
from tests.conftest import surroundings
from tests.faults.bounds import LONGEST_WAIT
from tests.faults.catalogue import CATALOGUE, ROWS, Fault

_REPOSITORY = Path(__file__).parents[2]
_NAMES = [name for fault in CATALOGUE for name in fault.names]


@pytest.fixture(scope="module")
def nodes(request: pytest.FixtureRequest) -> list[str]:
    """Return the names of all tests; they are collected again where some were left out."""
    here = [item.nodeid for item in request.session.items]
    if all(any(node.startswith(name) for node in here) for name in _NAMES):
        return here
    files = {name.partition("::")[0] for name in _NAMES}
    there = [name for name in sorted(files) if (_REPOSITORY / name).exists()]
    # Not through a pipe: some names hold a token, and whatever comes from there is searched.
    with TemporaryFile("w+") as names:
        words = [
            sys.executable,
            "-m",
            "pytest",
            "--collect-only",
            "-p",
            "no:cacheprovider",
            *there,
        ]
        subprocess.run(
            words,
            stdout=names,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST_WAIT,
            cwd=_REPOSITORY,
            env=surroundings(),
        )
        names.seek(0)
        return names.read().splitlines()


def test_every_row_is_named_once() -> None:
    assert [fault.number for fault in CATALOGUE] == list(ROWS)


@pytest.mark.parametrize("fault", CATALOGUE, ids=str)
def test_a_row_has_tests_that_exist(fault: Fault, nodes: list[str]) -> None:
    assert fault.exits
    assert fault.exits <= set(ExitCode) - {ExitCode.FAULT}
    assert fault.tests
    for name in fault.names:
        assert any(node.startswith(name) for node in nodes), f"no test is named {name}…"
