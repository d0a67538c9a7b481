"""What becomes of a connection whose answer nobody waits for any more."""

import threading
from typing import Any

import pytest

from ffx.api.wire import Answer
from ffx.errors import TemporaryError
from ffx.service.deadline import run_exchange
from ffx.service.exchange import Progress

ANSWER = Answer(200, "OK", {}, b"{}")


class Stream:
    """A connection that tells whether it was closed."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def close(self) -> None:
        self.closed.set()

    def get_extra_info(self, _: str) -> Any:
        return None


def test_an_answer_that_comes_too_late_closes_its_connection() -> None:
    stream, go_on = Stream(), threading.Event()

    def post(progress: Progress) -> Answer:
        progress.stream = stream
        go_on.wait(60)
        return ANSWER

    with pytest.raises(TemporaryError):
        run_exchange(post, Progress(None), seconds=0.01, where="192.0.2.1")
    assert not stream.closed.is_set()  # its thread still holds it
    go_on.set()
    assert stream.closed.wait(60)


def test_an_answer_in_time_leaves_its_connection_open() -> None:
    stream = Stream()

    def post(progress: Progress) -> Answer:
        progress.stream = stream
        return ANSWER

    assert run_exchange(post, Progress(None), seconds=60, where="192.0.2.1") is ANSWER
    assert not stream.closed.is_set()
