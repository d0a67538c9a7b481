"""What tests of commands share: a clock that stands still, and the sample data of its day."""

import os
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ffx.cli.app import main
from ffx.lookup.run import Run
from ffx.sandbox.app import ExplorerApp
from ffx.sandbox.store import open_store

NOW = datetime(2026, 11, 20, 15, 20, tzinfo=UTC)

Written = tuple[int, str, str]
"""Exit code, stdout, stderr."""
Ask = Callable[..., Written]
Terminal = Callable[[int], None]


@pytest.fixture(scope="session")
def cache_of_then(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache folder with the sandbox's data as made at `NOW`, in UTC.

    Those who run tests beside each other have one in common: a file that is made appears whole.
    """
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "then"
    path = folder / "ffx" / "sandbox.sqlite3"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        with closing(open_store(now=NOW, path=path)):
            pass
    time.tzset()
    return folder


class _Clock(datetime):
    """The clock of requests, which stands still as well."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "_Clock":
        return cls.fromtimestamp(NOW.timestamp(), tz)


@pytest.fixture
def then(monkeypatch: pytest.MonkeyPatch, cache_of_then: Path) -> datetime:
    """Let every run begin at `NOW`."""

    def begun(**facts: Any) -> Run:
        return Run(**{**facts, "now": NOW})

    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_of_then))
    monkeypatch.setattr("ffx.cli.run_wide_options.Run", begun)
    monkeypatch.setattr("ffx.service.client.datetime", _Clock)
    return NOW


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a reply of the sandbox hold 4 hits, so that a history of 12 comes part by part."""
    monkeypatch.setattr("ffx.sandbox.app.ExplorerApp", partial(ExplorerApp, page_size=4))


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    """Return what runs a command line in this process."""

    def run(*arguments: str) -> Written:
        capsys.readouterr()
        code = main(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return what makes both streams pass for a terminal of so many columns, without colours."""

    def pass_for(columns: int) -> None:
        monkeypatch.setattr("ffx.output.streams._is_terminal", lambda _: True)
        monkeypatch.setenv("COLUMNS", str(columns))

    return pass_for
