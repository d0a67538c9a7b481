"""The table of faults: each row has tests that say so, and they end as the row says.

`@pytest.mark.fault(34)` says that a test holds row 34. Without a number, the names of its cases
do: those that begin with `34` or `row 34`.
"""

import functools
import re
import subprocess
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from ffx.cli import app as cli

ROWS = range(1, 151)
# 131 is held by `make dates`, 144 by `make bench` in parts.
NOT_HELD = (131, 144)
# The exit codes that some run of a row's tests must have, where the row names one.
EXITS = {
    0: (2, 3, 7, 8, 10, 13, 22, 27, 35, 38, 39, 45, 51, 52, *range(54, 58), *range(64, 71),
        *range(74, 82), *range(86, 89), 92, *range(95, 101), *range(107, 110),
        *range(111, 114), 116, 117, 118, 120, 121, 122, 135, 136, 140, 141, 145),
    2: (14, 30, 31, 33, 84, 85, *range(101, 107), 113, 115, 119, 123, 139),
    3: (42, 62, 63),
    4: (1, 4, 5, 9, 11, 12, 15, 16),
    5: (4, 6, *range(25, 30), 34, *range(42, 45), 46, 47, 49, 50, 53, *range(58, 63), 72, 73),
    6: (*range(17, 22), *range(23, 26), 32, *range(36, 39), 40, 41, 44, 48, 71),
    7: (93, 94, 143),
    9: (82, 83, 107, 142, 149),
    129: (110,),
    130: (89, 90, 110),
    143: (91, 110),
}  # fmt: skip

EXITS_SEEN, ROWS_HELD = "exits", "rows of the table of faults"
_NAMED = re.compile(r"(?:row )?(\d+)\b")
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
    item.user_properties.append((EXITS_SEEN, sorted(_seen)))


def tell_rows(item: pytest.Item) -> None:
    """Hand on which rows a test holds."""
    marks = list(item.iter_markers("fault"))
    case = getattr(item, "callspec", None)
    named = _NAMED.match(case.id) if marks and case else None
    numbers = {row for mark in marks for row in mark.args}
    rows = numbers or ({int(named[1])} if named else set())
    if rows:
        item.user_properties.append((ROWS_HELD, sorted(rows)))


class Table:
    """Checks a run of the whole suite against the table of faults, when it has ended well."""

    def __init__(self) -> None:
        self.passed: set[str] = set()
        self.seen: dict[int, set[int]] = {}
        self.skipped: set[int] = set()
        self.lacking: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        properties: dict[str, Any] = dict(report.user_properties)
        rows = properties.get(ROWS_HELD, ())
        if report.skipped:
            self.skipped.update(rows)
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)
        if EXITS_SEEN in properties and report.nodeid in self.passed:
            for row in rows:
                self.seen.setdefault(row, set()).update(properties.get(EXITS_SEEN, ()))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if session.exitstatus == pytest.ExitCode.OK and _is_whole(session.config):
            self.lacking = self.lacks()
            if self.lacking:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for words in self.lacking:
            terminalreporter.write_line(f"table of faults: {words}", red=True)

    def lacks(self) -> list[str]:
        """Say what the tests that passed have not shown."""
        # What is skipped needs what this system has not, and is shown somewhere else.
        ran = self.seen.keys() | self.skipped
        return [
            *_told("no test of row {} ran", set(ROWS) - set(NOT_HELD) - ran),
            *_told("a test holds row {}: take it from NOT_HELD", ran & set(NOT_HELD)),
            *_told("there is no row {}", ran - set(ROWS)),
            *(
                f"no test of row {row} ended with {code}"
                for code, rows in EXITS.items()
                for row in rows
                if row in self.seen and code not in self.seen[row]
            ),
        ]


def _told(words: str, rows: Iterable[int]) -> list[str]:
    return [words.format(row) for row in sorted(rows)]


def _is_whole(config: pytest.Config) -> bool:
    """Tell whether all tests were to run."""
    chosen = any(
        config.getoption(name, None)
        for name in (
            *("keyword", "markexpr", "lf", "last_failed", "deselect", "ignore", "maxfail"),
            "collectonly",
        )
    )
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not chosen
