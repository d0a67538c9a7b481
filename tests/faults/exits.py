"""How every run of the program ended during the tests: by test, for the table of all rows."""

import functools
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from ffx.cli import app as cli
from tests.faults.catalogue import CATALOGUE, Fault

PROPERTY = "exits"
_seen: set[int] = set()


def watch() -> None:
    """Note from here on how runs end, in this process and in others.

    Modules that import `main` later get the one that is watched.
    """
    cli.main = _noting(cli.main)
    subprocess.Popen.wait = _noting(subprocess.Popen.wait)  # type: ignore[method-assign]


def _noting(run: Callable[..., int]) -> Callable[..., int]:
    @functools.wraps(run)
    def noted(*arguments: Any, **more: Any) -> int:
        code = run(*arguments, **more)
        _seen.add(int(code))
        return code

    return noted


def begin() -> None:
    """Forget what earlier tests saw."""
    _seen.clear()


def tell(item: pytest.Item) -> None:
    """Hand what a test saw to whoever reads its report, in another process too."""
    item.user_properties.append((PROPERTY, sorted(_seen)))


class Table:
    """Checks a run of the whole suite against the table of all rows, when it has ended well."""

    def __init__(self) -> None:
        self.passed: set[str] = set()
        self.skipped: set[str] = set()
        self.seen: dict[str, set[int]] = {}
        self.lacking: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)
        if report.skipped:
            self.skipped.add(report.nodeid)
        if report.when == "teardown":
            for name, value in report.user_properties:
                if name == PROPERTY:
                    self.seen.setdefault(report.nodeid, set()).update(map(int, value))  # type: ignore[call-overload]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if session.exitstatus == pytest.ExitCode.OK and _is_whole(session.config):
            self.lacking = self.told()
            if self.lacking:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def told(self) -> list[str]:
        """Say what the tests that passed have not shown."""
        return [words for fault in CATALOGUE for words in self._lacks(fault)]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for words in self.lacking:
            terminalreporter.write_line(f"table of faults: {words}", red=True)

    def _lacks(self, fault: Fault) -> list[str]:
        held = [node for node in self.passed if fault.is_held_by(node)]
        if not held:
            # Somewhere else: this system has not what all of its tests need.
            is_skipped = any(map(fault.is_held_by, self.skipped))
            return [] if is_skipped else [f"no test of row {fault.number} ran"]
        codes = set().union(*(self.seen.get(node, set()) for node in held))
        return [
            f"no test of row {fault.number} ended with {code}"
            for code in sorted(fault.exits - codes)
        ]


def _is_whole(config: pytest.Config) -> bool:
    """Tell whether all tests were to run."""
    chosen = any(
        config.getoption(name, None)
        for name in ("keyword", "markexpr", "lf", "last_failed", "deselect", "ignore", "maxfail")
    )
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not chosen
