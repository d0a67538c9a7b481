"""A prompt for secrets: what is typed or pasted is not shown, and is taken whole.

A terminal's own line editor keeps 4,095 characters of a line, 1,024 on macOS, and drops the
rest. So the characters are read as they come, and the lines are put together here.
"""

import errno
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

_LONGEST_LINE = 65_536  # bytes
_BACKSPACES = frozenset({0x08, 0x7F})
_LINE_ENDS = b"\r\n"
# What some terminals put around a paste: https://invisible-island.net/xterm/xterm-paste64.html
_PASTE_MARKS = (b"\x1b[200~", b"\x1b[201~")
_NEXT_PIECE = 0.05  # seconds, within which the next piece of a paste is there
# A terminal that is ready to be read and empty so many times in a row has gone.
_MOST_EMPTY = 3


@contextmanager
def hidden_prompt() -> Iterator[Callable[[str], str]]:
    """Give a function that asks a question on the terminal that stdin is, and returns a line.

    Further lines of a paste are the answers to the next questions. What is left at the end is
    dropped, so that no shell gets it. The function raises EOFError where the input ends.
    """
    terminal = _Terminal.of_stdin() if sys.platform != "win32" else None
    if terminal is None:
        from getpass import getpass

        yield lambda question: getpass(question, sys.stderr)
        return
    with terminal.hidden():
        yield terminal.ask


class _Terminal:
    """A terminal that is read a piece at a time; `modes` are those that the shell left it in."""

    def __init__(self, descriptor: int, modes: list[Any]) -> None:
        self._descriptor = descriptor
        self._shell_modes = modes
        self._question = ""
        self._unread = b""
        self._wakeup: int | None = None

    @classmethod
    def of_stdin(cls) -> "_Terminal | None":
        """Return the terminal that stdin is; None where it cannot be set."""
        import termios

        try:
            descriptor = sys.stdin.fileno()
            return cls(descriptor, termios.tcgetattr(descriptor))
        except (termios.error, OSError, ValueError):
            return None

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Show nothing of what is typed, also after Ctrl-Z and `fg`."""
        import termios

        handlers = {signal.SIGTSTP: self._stop, signal.SIGCONT: self._continue}
        before: dict[signal.Signals, Any] = {}
        with suppress(ValueError):  # not the main thread: signals are somebody else's
            before = {number: signal.signal(number, handlers[number]) for number in handlers}
        try:
            with self._signals_end_waits():
                self._hide()
                yield
                with suppress(EOFError):  # the rest of a paste that is still on its way
                    while self._is_ready():
                        self._read()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self._set(self._shell_modes, termios.TCSAFLUSH)

    @contextmanager
    def _signals_end_waits(self) -> Iterator[None]:
        """Let a signal end a wait for the terminal, also one that begins just behind it."""
        self._wakeup, writer = os.pipe()
        os.set_blocking(writer, False)
        try:
            before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        except ValueError:  # not the main thread
            before = None
        try:
            yield
        finally:
            if before is not None:
                signal.set_wakeup_fd(before)
            os.close(writer)
            os.close(self._wakeup)
            self._wakeup = None

    def ask(self, question: str) -> str:
        """Ask, and return the next line; of a paste, the next that is not blank.

        Raises:
            EOFError: the input ended, or Ctrl-D was typed on an empty line.
        """
        self._question = question
        self._write(question)
        try:
            line = self._next_line()
            while not line and self._holds_more_of_a_paste():
                line = self._next_line()
        finally:
            self._question = ""
            self._write("\n")
        return line

    def _next_line(self) -> str:
        line = bytearray()
        erases, kills, end_of_file = self._editing_keys()
        while True:
            for position, byte in enumerate(self._unread):
                if byte in _LINE_ENDS:
                    self._unread = self._unread[position + 1 :]
                    return _as_text(line)
                if byte in erases:
                    del line[-1:]
                elif byte in kills:
                    line.clear()
                elif byte == end_of_file:
                    if not line:
                        raise EOFError
                elif len(line) < _LONGEST_LINE:
                    line.append(byte)
            self._unread = self._read()

    def _read(self) -> bytes:
        # Ctrl-Z and Ctrl-C drop what was there: a read that waited for more would miss them.
        for _ in range(_MOST_EMPTY):
            self._wait()
            try:
                piece = os.read(self._descriptor, _LONGEST_LINE)
            except OSError:
                break
            if piece:
                return piece
        raise EOFError

    def _wait(self) -> None:
        """Wait until the terminal has something to read; a signal's handler runs meanwhile."""
        wakeup = self._wakeup
        while (
            wakeup is not None and wakeup in select.select([self._descriptor, wakeup], [], [])[0]
        ):
            os.read(wakeup, _LONGEST_LINE)

    def _holds_more_of_a_paste(self) -> bool:
        while not self._unread.strip(_LINE_ENDS):
            if not self._is_ready():
                return False
            self._unread = self._read()
        return True

    def _is_ready(self) -> bool:
        return bool(select.select([self._descriptor], [], [], _NEXT_PIECE)[0])

    def _editing_keys(self) -> tuple[frozenset[int], frozenset[int], int]:
        """Return the keys, as bytes, that erase a character, erase the line, and end the input."""
        import termios

        def key(number: int) -> int:
            return self._shell_modes[6][number][0] or -1  # zero is no key

        erases = _BACKSPACES | {key(termios.VERASE)}
        kills = frozenset({key(termios.VKILL), key(termios.VWERASE)})
        return erases, kills, key(termios.VEOF)

    def _hide(self) -> None:
        import termios

        modes = [*self._shell_modes[:6], [*self._shell_modes[6]]]
        modes[0] = modes[0] & ~(termios.INLCR | termios.IGNCR) | termios.ICRNL
        modes[3] &= ~(termios.ICANON | termios.ECHO | termios.ECHONL | termios.IEXTEN)
        modes[6][termios.VMIN], modes[6][termios.VTIME] = 0, 0  # a read does not wait
        self._set(modes, termios.TCSADRAIN)

    def _set(self, modes: list[Any], when: int) -> None:
        import termios

        while True:
            try:
                termios.tcsetattr(self._descriptor, when, modes)
            except termios.error as error:
                # Interrupted where somebody who was in the background has come to the front.
                if error.args[0] == errno.EINTR:
                    continue
            return

    def _stop(self, *_: object) -> None:
        """Stop as Ctrl-Z wants it, with the terminal as the shell knows it."""
        import termios

        self._set(self._shell_modes, termios.TCSADRAIN)
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._stop)
        self._hide()

    def _continue(self, *_: object) -> None:
        # `_stop` has not gone on yet: another Ctrl-Z would leave the terminal without echo.
        signal.signal(signal.SIGTSTP, self._stop)
        self._hide()
        self._write(self._question)

    def _write(self, text: str) -> None:
        """Write to the terminal, wherever stderr goes."""
        with suppress(OSError, ValueError):
            shown = sys.stderr is not None and sys.stderr.isatty()
            os.write(sys.stderr.fileno() if shown else self._descriptor, text.encode())


def _as_text(line: bytearray) -> str:
    text = bytes(line)
    for mark in _PASTE_MARKS:
        text = text.replace(mark, b"")
    return text.decode("utf-8", "replace").strip()
