"""The one place that writes: results to stdout, everything said beside them to stderr.

Text arrives ready for people or programs; here it becomes bytes that the
stream's encoding can hold, and a failed write becomes an exit code.
"""

import codecs
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO, TextIO

from ffx.errors import FfxError, OutputError
from ffx.output.clean import clean, json_escape, visible_escape
from ffx.output.progress import ProgressLine
from ffx.output.secrets import secrets
from ffx.output.writing import MAKE_ROOM, encoded, flush, joined, write_all
from ffx.signals import held

NARROWEST, WIDEST = 40, 250
_USUAL_WIDTH = 80
# What our own typography becomes where the stream cannot hold it.
_PLAIN_MARKS = {
    "→": "->", "←": "<-", "↑": "^", "·": "-", "–": "-", "─": "-", "━": "=", "…": "...", "±": "+-",
    "«": '"', "»": '"', "×": "x", "▸": ">",
}  # fmt: skip


class ReaderLeft(BaseException):  # an event that ends a run, not an error
    """The reader of stdout has gone, as `head` does: no failure, and nothing more to write."""


@dataclass(frozen=True)
class Screen:
    """What the two streams are, found out once.

    `width` is in terminal cells, between 40 and 250; `color` says whether
    results may carry colours, `erases` whether a terminal knows escape sequences at all.
    `is_asked_to_draw` says that results are drawn for a person although they go elsewhere,
    as into `less -R`.
    """

    stdout_is_terminal: bool
    stderr_is_terminal: bool
    width: int
    color: bool
    erases: bool = True
    is_asked_to_draw: bool = False

    @property
    def draws(self) -> bool:
        """Tell whether results are drawn for a person, and not written plain for a program."""
        return self.stdout_is_terminal or self.is_asked_to_draw


def find_screen(environ: Mapping[str, str], *, color: str = "auto") -> Screen:
    """Ask the streams what they are; `color` is auto, always or never."""
    on_terminal = _is_terminal(sys.stdout)
    return Screen(
        stdout_is_terminal=on_terminal,
        stderr_is_terminal=_is_terminal(sys.stderr),
        width=_find_width(environ),
        color=color == "always" or (color == "auto" and _wants_color(environ, on_terminal)),
        erases=_knows_escapes(environ),
        is_asked_to_draw=color == "always",
    )


class Output:
    """Where a run writes.

    `quiet` leaves errors, and what is missing from a result; `verbose` adds
    details. Notes are cleaned here, results by whoever drew them. `mask` hides
    what notes and errors are not to say. With a set in `said_once`, each sentence is said
    once in a run, however often its reason comes again.
    """

    def __init__(self, screen: Screen, *, quiet: bool = False, verbose: bool = False) -> None:
        self.screen = screen
        self.is_quiet = quiet
        self.is_verbose = verbose and not quiet
        self.mask: Callable[[str], str] = str
        self.said_once: set[str] | None = None
        self._file: BinaryIO | None = None
        self._progress = ProgressLine(_write_error, width=screen.width, erases=screen.erases)
        self._mutex = threading.Lock()

    @property
    def writes_to_file(self) -> bool:
        """Tell whether results go to a file of their own, and not to stdout."""
        return self._file is not None

    @property
    def is_masked(self) -> bool:
        """Tell whether some of what is said is to be hidden."""
        return self.mask is not str

    def result(self, text: str) -> None:
        """Write a drawn result; it ends with a line feed of its own."""
        handler = "ffx.marks" if self.screen.draws else "ffx.visible"
        with held():
            self._write(text, handler)

    def result_parts(self, parts: Iterable[str]) -> None:
        """Write such a result part by part; a signal waits for its end, as with a whole one."""
        with held():
            for piece in joined(parts):
                self.result(piece)

    def write_for_others(self, text: str) -> None:
        """Write a result that goes to others: without tokens, should the service repeat one."""
        self.result(secrets.hide(text))

    def write_parts_for_others(self, parts: Iterable[str]) -> None:
        """Write such a result part by part; no part ends inside a token of the service's."""
        for piece in joined(parts):
            self.write_for_others(piece)

    def document(self, json_text: str) -> None:
        """Write JSON text; what the stream cannot hold becomes a JSON escape."""
        with held():
            self._write(json_text, "ffx.json")

    def document_parts(self, parts: Iterable[str]) -> None:
        """Write JSON text part by part; a signal waits for its end."""
        with held():
            for piece in joined(parts):
                self._write(piece, "ffx.json")

    def content(self, part: bytes) -> None:
        """Write bytes of a file that is no text."""
        with held():
            if self._file is not None:
                self._guarded(part, self._file)
                return
            _write_to_stdout(lambda stream: write_all(stream.buffer, part))

    def measure(self, environ: Mapping[str, str]) -> None:
        """Ask the terminal anew how wide it is, since windows are resized."""
        self.screen = replace(self.screen, width=_find_width(environ))

    def draw(self) -> None:
        """Draw results for a person, wherever they go."""
        self.screen = replace(self.screen, is_asked_to_draw=True)

    @contextmanager
    def into(self, file: BinaryIO, *, draws: bool = False) -> Iterator[None]:
        """Write results to `file` in place of stdout, plain but for `draws`, in UTF-8."""
        screen = self.screen
        self._file = file
        self.screen = replace(
            screen, stdout_is_terminal=False, color=False, is_asked_to_draw=draws
        )
        try:
            yield
        finally:
            self._file, self.screen = None, screen

    def progress(self, words: str) -> None:
        """Show how far the run is, on a terminal, on one line that the next takes over."""
        if self.shows_progress:
            with self._mutex:
                self._progress.show(clean(self.mask(words)))

    @property
    def shows_progress(self) -> bool:
        """Tell whether anybody sees how far the run is."""
        return self.screen.stderr_is_terminal and not self.is_quiet and not self._feeds_a_pipe()

    def _feeds_a_pipe(self) -> bool:
        """Tell whether a program takes the results, and may write to the terminal too."""
        return self._file is None and _is_pipe(sys.stdout)

    def end_progress(self) -> None:
        """Take the line of progress away."""
        self._progress.clear()

    def note(self, sentence: str) -> None:
        """Say something beside the result."""
        if not self.is_quiet and self._is_to_be_said(sentence):
            self._say(clean(sentence))

    def loss(self, sentence: str) -> None:
        """Say what is missing from the result, however quiet the run is."""
        if self._is_to_be_said(sentence):
            self._say(clean(sentence))

    def _is_to_be_said(self, sentence: str) -> bool:
        if self.said_once is None:
            return True
        is_new = sentence not in self.said_once
        self.said_once.add(sentence)
        return is_new

    def detail(self, sentence: str) -> None:
        """Say what only `-v` asks for."""
        if self.is_verbose:
            self._say(clean(sentence))

    @property
    def gives_hints(self) -> bool:
        """Tell whether a person sits at a terminal; a command with aliases helps nobody."""
        on_terminal = self.screen.stderr_is_terminal and self.screen.stdout_is_terminal
        return on_terminal and not self.is_masked and not self.is_quiet

    def hint(self, sentence: str) -> None:
        """Say what helps a person who sits at a terminal, and nobody else."""
        if self.gives_hints:
            self.note(sentence)

    def error(self, error: FfxError, *, as_json: bool = False) -> None:
        """Say what ended the run: a sentence and what to try, or one JSON object."""
        from ffx.output.error_text import advice_of, error_record

        if as_json:
            import json

            self._say(json.dumps({"error": error_record(error)}), is_whole=True)
            return
        self._say(f"ffx: {clean(error.message)}")
        for line in advice_of(error):
            self._say(clean(line))

    def _say(self, line: str, *, is_whole: bool = False) -> None:
        shown = self.mask(line)
        if self.screen.stderr_is_terminal and len(shown) > self.screen.width and not is_whole:
            from ffx.output.width import wrap_line

            shown = wrap_line(shown, self.screen.width)
        # Several jobs may speak at once.
        with self._mutex:
            self.end_progress()
            _write_error(f"{shown}\n")

    def _write(self, text: str, handler: str) -> None:
        if self._file is None:
            # On a terminal both streams share the line.
            self.end_progress()
            _write_to_stdout(lambda stream: _write(stream, text, handler))
            return
        self._guarded(text.encode("utf-8", handler), self._file)

    def _guarded(self, content: bytes, file: BinaryIO) -> None:
        try:
            write_all(file, content)
        except OSError as error:
            raise _cannot_write(error, file) from error


def _write_error(text: str) -> None:
    """Write clean text to stderr, without tokens; if nobody can read it, nothing is lost."""
    stream = sys.stderr
    if stream is None:
        return
    try:
        _write(stream, secrets.hide(text), "ffx.marks")
    except (OSError, ValueError):
        return


def _write_to_stdout(write: Callable[[TextIO], object]) -> None:
    stream = sys.stdout
    if stream is None:
        raise OutputError("cannot write the result: stdout is closed")
    try:
        write(stream)
    except BrokenPipeError:
        _point_nowhere(stream)
        raise ReaderLeft from None
    except (OSError, ValueError) as error:
        _point_nowhere(stream)
        raise _cannot_write(error) from error


def _cannot_write(error: OSError | ValueError, file: BinaryIO | None = None) -> OutputError:
    reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
    name = getattr(file, "name", None)
    what = clean(name) if isinstance(name, str) else "the result"
    return OutputError(
        f"cannot write {what}: {str(reason).lower()}",
        hint=MAKE_ROOM.get(getattr(error, "errno", None), ""),
    )


def _write(stream: TextIO, text: str, handler: str) -> None:
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(text)
        stream.flush()
    else:
        flush(stream)
        write_all(buffer, encoded(stream, text, handler))


def settle_stderr() -> None:
    """Leave nothing on stderr to the interpreter's last flush: where that fails, it exits 120."""
    if sys.stderr is None:
        return
    try:
        flush(sys.stderr)
    except (OSError, ValueError):
        _point_nowhere(sys.stderr)


def _point_nowhere(stream: TextIO) -> None:
    """Point a stream nowhere, so that the interpreter's last flush has nothing to complain of."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def _is_pipe(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def _find_width(environ: Mapping[str, str]) -> int:
    columns = environ.get("COLUMNS", "")
    width = int(columns) if columns.isascii() and columns.isdigit() and len(columns) < 7 else 0
    for stream in (sys.stdout, sys.stderr):
        if width == 0 and _is_terminal(stream):
            try:
                width = os.get_terminal_size(stream.fileno()).columns
            except (OSError, ValueError):
                width = 0
    return min(max(width or _USUAL_WIDTH, NARROWEST), WIDEST)


def _wants_color(environ: Mapping[str, str], on_terminal: bool) -> bool:  # noqa: FBT001
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return on_terminal and _knows_escapes(environ)


def _knows_escapes(environ: Mapping[str, str]) -> bool:
    return environ.get("TERM", "dumb") not in ("", "dumb")


def _error_handler(spell: Callable[[str], str]) -> Callable[[UnicodeError], tuple[str, int]]:
    def handle(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        characters: Iterable[str] = error.object[error.start : error.end]
        return "".join(map(spell, characters)), error.end

    return handle


codecs.register_error("ffx.visible", _error_handler(visible_escape))
codecs.register_error("ffx.json", _error_handler(json_escape))
codecs.register_error(
    "ffx.marks", _error_handler(lambda mark: _PLAIN_MARKS.get(mark) or visible_escape(mark))
)


class NotesOutput(Output):
    """Keeps what the command line would say beside a result, and writes nothing."""

    def __init__(self) -> None:
        super().__init__(
            Screen(stdout_is_terminal=False, stderr_is_terminal=False, width=80, color=False)
        )
        self.sentences: list[str] = []

    def note(self, sentence: str) -> None:
        """Keep a sentence, clean."""
        self.sentences.append(clean(sentence).removeprefix("note: "))

    def loss(self, sentence: str) -> None:
        """Keep such a sentence, too."""
        self.note(sentence)
