from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.service.retry import Retries
from tests.answering import Question, Says, Served, serving
from tests.conftest import SAMPLE_TOKEN
from tests.explorer import Explorer
from tests.faults.bounds import at_most
from tests.faults.lists import Serve
from tests.faults.patience import Tell, teller
from tests.faults.rows import Ask, Outcome, assert_promises, normal

# CPU seconds; no row costs more.
_MOST = 5


@pytest.fixture
def ask(
    explorer: Explorer,
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Ask:
    """Run the program in this process, without pauses between tries, and check its promises."""
    monkeypatch.setattr("ffx.service.client.Retries", partial(Retries, pause=lambda _: None))

    def run(*arguments: str) -> Outcome:
        with at_most(_MOST, "this row"):
            code = main(arguments)
        out, err = capsysbinary.readouterr()
        text = err.decode()
        assert_promises(code, out, text, as_json="--json" in arguments)
        return Outcome(code, out, normal(text, explorer.port))

    return run


@pytest.fixture
def tell(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, home: Path
) -> Tell:
    return teller(capsysbinary, monkeypatch, home)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Return what serves a function, and lets the program ask it."""
    with ExitStack() as stack:

        def start(says: Callable[[Question], Says]) -> Served:
            served = stack.enter_context(serving(says))
            monkeypatch.setenv("FFX_API_URL", served.url)
            monkeypatch.setenv("FFX_ACCESS_TOKEN", SAMPLE_TOKEN)
            return served

        yield start
