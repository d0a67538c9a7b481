"""What is odd about the targets of a list, told with their lines, and counted where it is much."""

import re
from collections import Counter

from ffx.lookup.run import Run

MOST_OF_A_KIND = 10
# What differs from one target to the next: what is quoted, IDs, numbers.
_PARTICULAR = re.compile(r"'[^']*'|[A-Za-z0-9_-]{16,}|\d+")


class Notes:
    """Tells notes about targets: ten of a kind one by one, and of the others how many."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._counts: Counter[str] = Counter()
        self._samples: dict[str, str] = {}

    def tell(self, number: int, note: str) -> None:
        """Say what is odd about the target in a line; 0 is no line."""
        kind = _PARTICULAR.sub("…", note)
        self._counts[kind] += 1
        if self._counts[kind] > MOST_OF_A_KIND:
            return
        self._samples.setdefault(kind, note)
        where = f"line {number:,}: " if number else ""
        self._run.output.note(f"note: {where}{note}")

    def finish(self) -> None:
        """Say how many more there were of each kind."""
        for kind, count in self._counts.items():
            if count > MOST_OF_A_KIND:
                more = f"{count - MOST_OF_A_KIND:,} more such notes"
                self._run.output.note(f"note: {more} as: {self._samples[kind]}")
