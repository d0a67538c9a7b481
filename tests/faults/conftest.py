from functools import partial
from importlib import import_module

import pytest

from ffx.cli import main
from ffx.retry import Patience
from tests.explorer import Explorer
from tests.faults.rows import Ask, Outcome, assert_promises, normal, timed

# No row takes longer, two slow tries and a busy machine included.
_LONGEST = 10


@pytest.fixture
def ask(
    explorer: Explorer,
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Ask:
    """Run the program in this process, without pauses between tries, and check its promises."""
    import_module("httpx")  # the first try's deadline is no time to load it
    monkeypatch.setattr("ffx.client.Patience", partial(Patience, pause=lambda _: None))

    def run(*arguments: str) -> Outcome:
        code, seconds = timed(lambda: main(arguments))
        out, err = capsysbinary.readouterr()
        assert seconds < _LONGEST
        text = err.decode()
        assert_promises(code, out, text, as_json="--json" in arguments)
        return Outcome(code, out, normal(text, explorer.port), seconds)

    return run
