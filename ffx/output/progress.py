"""The line on a terminal that says how far a run is, and that the next one takes over."""

import os
import sys
from collections.abc import Callable


class ProgressLine:
    """One line of stderr, which is a terminal; `write` writes to it.

    Without `erases` the terminal knows no escape sequences, and blanks cover what was there.
    `width` is in cells and bounds the line where the terminal itself names no width.
    """

    def __init__(self, write: Callable[[str], object], *, width: int, erases: bool) -> None:
        self._write = write
        self._width = width
        self._erases = erases
        self._length = 0

    def show(self, words: str) -> None:
        """Show clean words in the place of the last ones; nothing from the background."""
        if _is_in_background():
            return
        # A line that goes on below cannot be taken away.
        room = self._find_width() - 1
        shown = words[:room]
        if self._erases:
            self._write(f"\r{shown}\x1b[K")
        else:
            self._write(f"\r{shown.ljust(min(self._length, room))}")
        self._length = len(shown)

    def clear(self) -> None:
        """Take the line away; in the background, leave the terminal to whoever types there."""
        length, self._length = self._length, 0
        if not length or _is_in_background():
            return
        blanks = " " * min(length, self._find_width() - 1)
        self._write("\r\x1b[K" if self._erases else f"\r{blanks}\r")

    def _find_width(self) -> int:
        """Ask the terminal anew, since windows are resized."""
        try:
            columns = os.get_terminal_size(sys.stderr.fileno()).columns
        except (AttributeError, OSError, ValueError):
            columns = 0
        return min(columns or self._width, self._width)


def _is_in_background() -> bool:
    """Tell whether another program has the terminal; not where the system does not tell."""
    try:
        foreground = os.tcgetpgrp(sys.stderr.fileno())
    except (AttributeError, OSError, ValueError):
        return False
    # A group outside of this container is number 0.
    return foreground not in (0, os.getpgrp())
