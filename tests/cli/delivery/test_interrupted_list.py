"""What a list writes of the results that are there when Ctrl-C comes."""

import threading

import pytest

from ffx.api.wire import hit_query, nothing_found
from ffx.cli.delivery.many_targets import look_up_many
from ffx.cli.delivery.one_target import Question
from ffx.cli.delivery.resume import EarlierAnswers
from ffx.cli.delivery.sinks import Sink
from ffx.cli.delivery.target_sources import SourceLine
from ffx.errors import FfxError
from ffx.input.targets.target import HitId, Target
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.output.streams import Output, Screen
from ffx.service.retry import run_deadline_error
from ffx.settings.settings import Limits, Settings
from tests.cases import NOW
from tests.faults.bounds import LONGEST_WAIT
from tests.faults.lists import HITS

FOUND, NOT_ASKED, LAST = HITS[:3]
SCREEN = Screen(stdout_is_terminal=False, stderr_is_terminal=False, width=80, color=False)


def test_nothing_is_written_of_targets_that_nobody_asked_for() -> None:
    is_behind = threading.Event()
    written: list[str] = []

    def look_up(_: object, target: Target) -> Found:
        if target.id.text == FOUND:
            return Found(target, nothing_found(hit_query(HitId(FOUND))))
        if target.id.text == LAST:
            is_behind.set()  # the only job has finished those before it
        raise run_deadline_error()

    class Interrupted(Sink):
        def write_found(self, text: str, found: Found) -> None:  # noqa: ARG002  # one shape for all
            written.append(text)
            assert is_behind.wait(LONGEST_WAIT)
            raise KeyboardInterrupt

        def write_failed(self, text: str, error: FfxError) -> None:  # noqa: ARG002
            written.append(text)

    settings = Settings("https://api.example.com/v1", "main", None, Limits())
    run = Run(settings, Output(SCREEN), NOW, {"FFX_ACCESS_TOKEN": "of.this.test"}, ())
    lines = [SourceLine(0, text) for text in (FOUND, NOT_ASKED, LAST)]
    with pytest.raises(KeyboardInterrupt):
        look_up_many(
            run,
            Question(command="hit", as_kind=None, look_up=look_up),
            lines,
            Interrupted(run),
            jobs=1,
            total=len(lines),
            answered_before=EarlierAnswers(),
        )

    assert written == [FOUND]
