"""Pauses of a run that lasts, which end when the reader of its results has gone."""

import os
import select
import stat
import sys
import time

from ffx.output.streams import ReaderLeft

_LONGEST_POLL = 86_400.0  # seconds, since a system counts milliseconds in 32 bits


def pause_while_read(seconds: float) -> None:
    """Wait so long.

    Raises:
        ReaderLeft: the reader of stdout has gone, as `head` goes after its lines, or the
            terminal was closed; where the system tells.
    """
    ends = time.monotonic() + seconds
    if (descriptor := _stdout_with_reader()) is not None:
        poll = select.poll()
        poll.register(descriptor, 0)  # errors alone, which are always reported
        for _, event in poll.poll(min(seconds, _LONGEST_POLL) * 1000):
            if event & (select.POLLERR | select.POLLHUP):
                raise ReaderLeft
    if (left := ends - time.monotonic()) > 0:
        time.sleep(left)


def _stdout_with_reader() -> int | None:
    """Return the descriptor of stdout, if it is one of whose other end the system tells."""
    if sys.stdout is None or not hasattr(select, "poll"):  # which Windows has not
        return None
    try:
        descriptor = sys.stdout.fileno()
        mode = os.fstat(descriptor).st_mode
    except (OSError, ValueError):
        return None
    # A terminal that was closed is no terminal any more, but still such a device.
    has_end = stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISCHR(mode)
    return descriptor if has_end else None
