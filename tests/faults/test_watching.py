"""What watches the tests sees what it is there for."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults import exits, leaks
from tests.faults.bounds import bounded
from tests.service.tokens import NEW, OLD


def test_a_token_in_what_was_written_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    print(f"a line with {OLD} in it")

    with pytest.raises(leaks.LeakedError, match="stands in what was written"):
        capsys.readouterr()


def test_a_token_in_what_another_process_wrote_is_found() -> None:
    with pytest.raises(leaks.LeakedError):
        subprocess.run([sys.executable, "-c", f"print('{NEW}')"], capture_output=True)


def test_a_token_in_a_file_is_found_but_for_the_one_that_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / leaks.KEEPS_TOKENS).write_text(OLD)
    leaks.search_files([tmp_path])

    (tmp_path / "log").write_text(OLD)
    with pytest.raises(leaks.LeakedError, match="log"):
        leaks.search_files([tmp_path])
    (tmp_path / "log").unlink()


def report(**members: Any) -> Any:
    usual = {
        "passed": True, "skipped": False, "outcome": "passed", "when": "call", "nodeid": "",
        "sections": [], "user_properties": [], "longrepr": None,
    }  # fmt: skip
    return SimpleNamespace(**{**usual, **members})


def test_a_token_that_was_written_and_not_read_fails_its_test() -> None:
    told = report(sections=[("Captured stderr call", f"x {OLD}")])
    leaks.search_report(told)

    assert told.outcome == "failed"
    assert OLD not in str(told.longrepr)


def whole_run(without: int = 0, codes: set[int] | None = None) -> exits.Table:
    """Return the table after a run of one test for each row, but for one row or with its codes."""
    table = exits.Table()
    for row in set(exits.ROWS) - set(exits.NOT_HELD):
        if row == without and codes is None:
            continue
        named = {code for code, rows in exits.EXITS.items() if row in rows}
        seen = codes if row == without and codes is not None else named
        add_test(table, row, seen)
    return table


def add_test(table: exits.Table, row: int, seen: set[int]) -> None:
    told = [(exits.ROWS_HELD, [row]), (exits.EXITS_SEEN, sorted(seen))]
    for when in ("call", "teardown"):
        table.pytest_runtest_logreport(
            report(nodeid=f"test of row {row}", when=when, user_properties=told)
        )


@pytest.mark.parametrize(
    ("without", "codes", "lacking"),
    [
        (0, None, []),
        (34, None, ["no test of row 34 ran"]),
        (34, {0, 6}, ["no test of row 34 ended with 5"]),
        (62, {3}, ["no test of row 62 ended with 5"]),
    ],
)
def test_a_row_that_was_not_held_is_told(
    without: int, codes: set[int] | None, lacking: list[str]
) -> None:
    assert whole_run(without, codes).lacks() == lacking


@pytest.mark.parametrize(
    ("row", "lacking"),
    [
        (exits.NOT_HELD[0], f"a test holds row {exits.NOT_HELD[0]}: take it from NOT_HELD"),
        (max(exits.ROWS) + 1, f"there is no row {max(exits.ROWS) + 1}"),
    ],
)
def test_a_row_that_nobody_counts_on_is_told(row: int, lacking: str) -> None:
    table = whole_run()
    add_test(table, row, {0})

    assert table.lacks() == [lacking]


def test_a_row_whose_tests_are_all_skipped_is_held_elsewhere() -> None:
    table = whole_run(without=82)
    told = [(exits.ROWS_HELD, [82])]

    table.pytest_runtest_logreport(
        report(when="setup", passed=False, skipped=True, user_properties=told)
    )

    assert table.lacks() == []


def test_what_does_not_end_fails() -> None:
    asleep = [sys.executable, "-c", "import time; time.sleep(30)"]
    failed = pytest.raises(pytest.fail.Exception, match="a sleep did not end")

    with failed, bounded(10, "the block around it"), bounded(0.05, "a sleep"):
        subprocess.run(asleep, timeout=20)
