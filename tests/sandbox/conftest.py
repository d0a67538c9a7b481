import pytest

from ffx.sandbox.app import ExplorerApp
from ffx.sandbox.store import Store
from tests.sandbox.calling import sample_store


@pytest.fixture(scope="session")
def store() -> Store:
    return sample_store()


@pytest.fixture
def app(store: Store) -> ExplorerApp:
    return ExplorerApp(store)
