"""Notes about the targets of a list, with their line numbers: ten of a kind, then a count."""

import re
from collections import Counter
from collections.abc import Iterator

from ffx.errors import FfxError, NotFoundError, UsageError
from ffx.lookup.run import Run
from ffx.output.clean import quoted
from ffx.output.error_text import advice_of

MOST_OF_A_KIND = 10
# What differs from one target to the next: what is quoted, IDs, numbers.
_WHAT_DIFFERS = re.compile(r"'[^']*'|[A-Za-z0-9_-]{16,}|\d+")


class _Kinds:
    """Sentences counted by kind: those that differ in names, IDs and numbers alone are of one."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._samples: dict[str, str] = {}

    def count(self, sentence: str) -> int:
        """Count a sentence; return how many there are of its kind by now."""
        kind = _WHAT_DIFFERS.sub("…", sentence)
        self._counts[kind] += 1
        self._samples.setdefault(kind, sentence)
        return self._counts[kind]

    def more(self) -> Iterator[tuple[int, str]]:
        """Yield for each kind how many sentences there were beyond the tenth, and the first."""
        for kind, count in self._counts.items():
            if count > MOST_OF_A_KIND:
                yield count - MOST_OF_A_KIND, self._samples[kind]


class TargetNotes:
    """Tells what is odd about targets, and what is missing from their results."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._notes = _Kinds()
        self._losses = _Kinds()

    def tell(self, number: int, identity: str, note: str) -> None:
        """Say what is odd about the target in a line, by the ID in it; 0 is no line."""
        if self._notes.count(note) <= MOST_OF_A_KIND:
            whose = "" if identity in note else f"{identity}: "
            self._run.output.note(f"note: {_line_prefix(number)}{whose}{note}")

    def tell_text(self, number: int, identity: str, text: str) -> None:
        """Say, with `-v`, the whole text in which an ID was found, or none; tables show the ID."""
        if text != identity:
            whose = f"{identity} in: " if identity else ""
            self._run.output.detail(f"{_line_prefix(number)}{whose}{text}")

    def tell_loss(self, number: int, loss: str) -> None:
        """Say what is missing from a target's result; lines after the first are details."""
        first, *details = loss.splitlines()
        if self._losses.count(first) <= MOST_OF_A_KIND:
            for line in (f"{_line_prefix(number)}{first}", *details):
                self._run.output.loss(line)

    def finish(self) -> None:
        """Say how many more there were of each kind."""
        for count, sample in self._notes.more():
            self._run.output.note(f"note: {count:,} more such notes as: {sample}")
        for count, sample in self._losses.more():
            self._run.output.loss(f"{count:,} more as: {sample}")


class FailureNotes:
    """Tells of targets that failed, hold no ID, or were not found, each once.

    Advice stands with the first of a kind, and so do the words of one failure
    that is followed by others alike.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._kinds = _Kinds()
        self._words: tuple[str, str] | None = None
        self.count = 0

    def tell(self, number: int, name: str, error: FfxError) -> None:
        """Say why there is no result for the target in a line; 0 is no line."""
        self.count += 1
        where, target = _line_prefix(number), quoted(name)
        sentence = error.message.removeprefix(where)
        count = self._kinds.count(sentence)
        if count > MOST_OF_A_KIND:
            return
        if isinstance(error, UsageError | NotFoundError):
            is_named = isinstance(error, NotFoundError) or "'" in sentence
            where += "" if is_named else f"{target}: "
            for line in (f"ffx: {where}{sentence}", *(advice_of(error) if count == 1 else ())):
                self._run.output.loss(line)
            return
        request = error.request_id
        words = (sentence.replace(request, "") if request else sentence, error.hint)
        if words == self._words:
            shown = f" (request {request})" if request else ""
            self._run.output.loss(f"ffx: {where}{target} failed alike{shown}")
            return
        self._words = words
        self._run.output.loss(f"ffx: {where}{target} failed:")
        self._run.output.error(error)

    def finish(self) -> None:
        """Say how many more there were of each kind."""
        for count, sample in self._kinds.more():
            self._run.output.loss(f"ffx: {count:,} more as: {sample}")


def _line_prefix(number: int) -> str:
    return f"line {number}: " if number else ""
