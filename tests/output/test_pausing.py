"""Pauses end with their time, or with the reader of stdout."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ffx.output.pausing import pause_while_read
from ffx.output.streams import ReaderLeft
from tests.faults.bounds import FAR_LONGER, LONGEST_WAIT, bounded


class Stream:
    """Stands in stdout's place: all that is asked of it is its descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        if self._descriptor < 0:
            raise ValueError("no descriptor")
        return self._descriptor


@contextmanager
def stdout_is(monkeypatch: pytest.MonkeyPatch, descriptor: int | None) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr("sys.stdout", None if descriptor is None else Stream(descriptor))
        yield


def ends(kind: str) -> tuple[int, int]:
    """Return what is written to, and its other end."""
    if kind == "pipe":
        reading, writing = os.pipe()
        return writing, reading
    if kind == "terminal":
        leader, follower = os.openpty()
        return follower, leader
    ours, theirs = socket.socketpair()
    return ours.detach(), theirs.detach()


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no such terminals here")
@pytest.mark.parametrize("kind", ["pipe", "terminal", "socket"])
def test_a_pause_ends_when_the_reader_leaves(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written, other = ends(kind)
    try:
        with stdout_is(monkeypatch, written), bounded(LONGEST_WAIT, "a pause"):
            pause_while_read(0.01)
            leaving = threading.Timer(0.01, os.close, [other])
            leaving.start()
            with pytest.raises(ReaderLeft):
                pause_while_read(FAR_LONGER)
            leaving.join()
            with pytest.raises(ReaderLeft):
                pause_while_read(10 * 365 * 86_400.0)
    finally:
        os.close(written)


def test_a_pause_is_as_long_as_it_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    file = os.open(tmp_path / "out", os.O_RDWR | os.O_CREAT)
    written, other = ends("pipe")
    try:
        for descriptor in (None, -1, file, written, null, 9999):
            began = time.monotonic()
            with stdout_is(monkeypatch, descriptor):
                pause_while_read(0.02)
            assert time.monotonic() - began >= 0.02, descriptor
    finally:
        for each in (file, written, null, other):
            os.close(each)
