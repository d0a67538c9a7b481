import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

from tests.conftest import SAMPLE_TOKEN

Test = TypeVar("Test", bound=Callable[..., object])
# How many examples each test tries; 0 leaves it at a few seconds' worth.
EXAMPLES = int(os.environ.get("FFX_FUZZ") or 0)


def fuzzed(examples: int) -> Callable[[Test], Test]:
    """Try so many examples, unless the environment says how many; each may take its time."""
    return settings(
        max_examples=EXAMPLES or examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(autouse=True)
def fuzzed_surroundings(
    own_surroundings: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Give runs a token and an address of this machine, and a folder that is theirs."""
    monkeypatch.setenv("FFX_API_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("FFX_ACCESS_TOKEN", SAMPLE_TOKEN)
    monkeypatch.chdir(tmp_path)
