"""What the tests of ffx auth share: nobody is logged in, and a service renews every token."""

import io

import pytest

from tests.explorer import Explorer
from tests.service.tokens import renewal


@pytest.fixture(autouse=True)
def service(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> Explorer:
    """Start a service that renews whatever it is shown, and log nobody in."""
    monkeypatch.delenv("FFX_ACCESS_TOKEN")
    explorer.answer_with(renewal())
    return explorer


def pipe_in(monkeypatch: pytest.MonkeyPatch, text: str | bytes) -> None:
    content = text.encode() if isinstance(text, str) else text
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), "utf-8"))
