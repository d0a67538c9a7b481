from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ffx.sandbox.app import ExplorerApp
from ffx.sandbox.store import Store, open_store

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(now=NOW, path=tmp_path_factory.mktemp("sandbox") / "sandbox.sqlite3")
    yield store
    store.close()


@pytest.fixture
def app(store: Store) -> ExplorerApp:
    return ExplorerApp(store)
