import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.conftest import SAMPLE_TOKEN

EXAMPLES = int(os.environ.get("FFX_FUZZ", "0"))

settings.register_profile(
    "fuzz",
    max_examples=EXAMPLES or 40,
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
