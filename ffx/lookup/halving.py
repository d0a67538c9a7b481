"""The rows of a full window, had from its halves: for crowds, and where times say nothing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ffx.input.times.window import TimeRange
from ffx.lookup.pages import MILLISECOND, Page, SentRow, count_rows, rows_without
from ffx.lookup.walk_requests import NOTHING_NEW, Gap, WalkRequests

CROWDED = "more hits in one millisecond than a reply holds"
_SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class Halving(WalkRequests):
    """Divides windows, down to single milliseconds and the instants at their ends."""

    _last_leaf: Sequence[SentRow] = ()

    def _halved(self, window: TimeRange, page: Page) -> Iterator[list[SentRow]]:
        """Yield the rows of a full window from its halves, in the direction of the walk.

        Nothing is assumed of the rows' times.
        """
        length = window.end - window.start
        if self._ends_here(window, page):
            self._last_leaf = page.rows
            yield page.rows
            return
        if length <= MILLISECOND:
            self._last_leaf = self._instants(window, page)
            yield list(self._last_leaf)
            return
        middle = window.start + (length // 2) // MILLISECOND * MILLISECOND
        if length <= _SECOND and not window.start.microsecond:
            # Times that are printed in seconds are often stored so.
            middle = window.start + MILLISECOND
        halves = [TimeRange(window.start, middle), TimeRange(middle, window.end)]
        near, far = halves[::-1] if self._kept == "newest" else halves
        is_bare = True
        for part in self._rows_of(near):
            is_bare = is_bare and not part
            yield part
        had = count_rows(self._last_leaf)
        # What is not in one half is in the other.
        parts = self._halved(far, page) if is_bare else self._rows_of(far)
        for number, part in enumerate(parts):
            # Both halves hold the middle instant, which matters where they share a row.
            shares = number == 0 and any(row.text in had for row in part)
            yield rows_without(part, self._shared(middle, had)) if shares else part

    def _rows_of(self, window: TimeRange) -> Iterator[list[SentRow]]:
        """Yield the rows of a window: those of one answer, or of its halves where that is full."""
        if self._goes_round:
            self.gaps.append(Gap(window, NOTHING_NEW))
            return
        page = self._ask(window)
        if page.is_full:
            yield from self._halved(window, page)
        else:
            self._last_leaf = page.rows
            yield page.rows

    def _shared(self, instant: datetime, had: Counter[str]) -> Counter[str]:
        """Return the rows of an instant that two halves hold; at most those that one had."""
        page = self._ask(TimeRange(instant, instant))
        return had if page.is_full else count_rows(page.rows)

    def _instants(self, window: TimeRange, page: Page) -> list[SentRow]:
        """Return the rows of a full window of a millisecond, from the instants at its ends.

        They are all where both came whole, and the page reaches from one to the other.
        """
        if window.start == window.end:
            self.gaps.append(Gap(window, CROWDED))
            return page.rows
        first, last = (self._ask(TimeRange(end, end)) for end in (window.start, window.end))
        reaches_first = self._kept == "oldest" or page.shares(first.rows)
        reaches_last = self._kept == "newest" or page.shares(last.rows)
        if first.is_full or last.is_full or not (reaches_first and reaches_last):
            self.gaps.append(Gap(window, CROWDED))
        between = rows_without(page.rows, count_rows([*first.rows, *last.rows]))
        ends = (last, first) if page.is_newest_first else (first, last)
        return [*ends[0].rows, *between, *ends[1].rows]
