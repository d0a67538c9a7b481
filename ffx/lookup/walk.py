"""A complete history from an endpoint that is capped and has no cursor.

The only lever is the time window. A full page is complete but for one end of its
window. The order of its rows suggests which end, and the next page proves it: the
one that goes on behind the last printed instant of the page, its edge. That instant
may be cut, so it is asked for again; all that lies before the edge was had, and
the next window leaves it out by a millisecond. Where a service leaves the ends of a
window out, or stores finer times than it prints, the rows of the edge are not there
again: then the window reaches a millisecond further from there on.

A page of a single printed instant is a crowd: that instant is asked for alone, halved
down to single milliseconds if need be, and the walk goes on behind it. Halving
is also what is left for rows whose times cannot be read. What cannot be had is said,
also where the run's deadline ends the walk: then every row stays that some answer held.

Rows that are sent alike are of one instant; they are kept as often as the reply that
holds them most often. Requests: a page each, less the rows of its last instant, and
a few more.
"""

from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime

from ffx.input.times.window import TimeRange
from ffx.lookup.halving import CROWDED, Halving
from ffx.lookup.pages import (
    MILLISECOND,
    Page,
    SentRow,
    WalkSection,
    count_rows,
    rows_beyond,
    rows_without,
)
from ffx.lookup.walk_requests import NONE_OF_IT, Gap, KeptEnd, TooLateError

_CHANGED = "the data changed meanwhile"
_TOO_LATE = "the run's deadline was over"


@dataclass(slots=True)
class Walk(Halving):
    """The walk over one window: yields rows part by part, and knows what it could not get."""

    _unproved: "_Side | None" = None

    @property
    def goes_back(self) -> bool | None:
        """Tell whether parts come from the newest to the oldest; None where there is but one."""
        return None if self._kept is None else self._kept == "newest"

    def over(self, window: TimeRange) -> Iterator[list[SentRow]]:
        """Yield all rows of `window`, a part at a time, each part in the order sent.

        Parts come in one direction of time. Once `most_rows` were yielded the
        rest is a gap.
        """
        for part in self._until_too_late(window):
            room = self.most_rows - self.rows
            self.rows += min(len(part), room)
            if part[:room]:
                yield part[:room]
            if len(part) > room:
                self.gaps.append(Gap(window, f"more than {self.most_rows:,} hits (--max-hits)"))
                return
        first = self.first_reply
        if first is not None and first.has_more and self.rows <= first.rows and not self.gaps:
            self.gaps.append(Gap(window, NONE_OF_IT))

    def _until_too_late(self, window: TimeRange) -> Iterator[list[SentRow]]:
        """Yield the parts; where the deadline comes before their end, what else was met."""
        self._section = WalkSection(window)
        try:
            for part in self._parts(window):
                self._section.yielded.update(count_rows(part))
                yield part
        except TooLateError:
            self.gaps.append(Gap(self._section.window, _TOO_LATE))
            if self.first_reply is None and self.in_hand is not None:
                self.first_reply = self.in_hand
                self._section.add(Page(self.in_hand).rows)
            yield self._beyond(self._section.not_yielded(), self._section.edge)

    def _parts(self, window: TimeRange, edge: datetime | None = None) -> Iterator[list[SentRow]]:
        page = self._ask(window, edge)
        while page.is_full and not self._ends_here(window, page):
            if not page.lies_in(window):
                for part in self._halved(window, page):
                    yield self._beyond(part, edge)
                return
            following = self._find_kept_end(window, page) if self._kept is None else None
            divided = self._divide(page) if page.rows else None
            if divided is None and edge is not None:
                window = self._skip_instant(window, edge)
                page = self._ask(window, edge)
            elif divided is not None and (
                divided.done or self._may_leave_out(window, page, divided)
            ):
                yield divided.done
                edge = divided.edge
                if divided.done:
                    rest = self._rest(window, edge, is_wide=True)
                    self._begin_section(rest, edge, divided.overlap, following)
                window, page = self._next_page(window, divided, following)
            else:
                behind = yield from self._crowd(window, page)
                if behind is None:
                    return
                window, edge = behind
                if not self._goes_round:
                    self._begin_section(window, edge, [], following)
                page = following[1] if following else self._ask(window, edge)
        yield page.rows
        if self._unproved is not None:
            yield from self._other_side(self._unproved)

    def _begin_section(
        self,
        window: TimeRange,
        edge: datetime,
        rows: list[SentRow],
        following: "tuple[TimeRange, Page] | None",
    ) -> None:
        """Begin another section, of which some rows are there already."""
        self._section = WalkSection(window, edge)
        self._section.add(rows)
        if following is not None:
            self._section.add(following[1].rows)

    def _beyond(self, rows: list[SentRow], edge: datetime | None) -> list[SentRow]:
        return rows if edge is None else rows_beyond(rows, edge, goes_back=self._kept == "newest")

    def _find_kept_end(self, window: TimeRange, page: Page) -> "tuple[TimeRange, Page] | None":
        """Find out, by one request, which end of its window a full page reaches.

        Returns the window behind its edge with its page, if it was that one.
        Rows that were stored meanwhile mislead, unless that page is full too; then the
        other side is asked for at the end of the walk.
        """
        first, last = page.oldest + page.unit, page.newest
        if last > first:
            self._kept = "newest" if page.is_newest_first else "oldest"
            divided = self._divide(page)
            edge, known = divided.edge, divided.overlap
            rest = self._rest(window, edge, is_wide=True)
        else:
            # Of one or two neighbouring instants, a window up to the second holds both.
            self._kept = "oldest"
            edge = last if last == first else first
            known = page.since(edge)
            rest = TimeRange(max(edge, window.start), window.end)
        behind = self._ask(rest, edge) if rest.start <= rest.end else None
        if behind is not None and behind.is_full:
            return rest, behind
        if behind is not None and rows_without(behind.rows, count_rows(known)):
            self._unproved = self._side(window, page)
            return rest, behind
        # All that is missing may be of one instant: that tells nothing yet.
        self._kept = None if last < first else _other(self._kept)
        return None

    def _side(self, window: TimeRange, page: Page) -> "_Side":
        """Return what lies on the side of a page on which it seems to be complete."""
        if self._kept == "newest":
            return _Side(TimeRange(page.newest, window.end), page.newest, page.since(page.newest))
        edge = page.oldest + page.unit
        if page.newest < edge:
            edge = page.oldest
            return _Side(TimeRange(window.start, max(window.start, edge - MILLISECOND)), edge, [])
        return _Side(TimeRange(window.start, edge), edge, page.before(edge))

    def _other_side(self, side: "_Side") -> Iterator[list[SentRow]]:
        self._unproved = None
        self._kept = _other(self._kept)
        had = count_rows(side.had)
        self._section = WalkSection(side.window, side.edge, yielded=Counter(had))
        for part in self._parts(side.window, side.edge):
            yield rows_without(part, had)

    def _divide(self, page: Page) -> "_DividedPage":
        """Divide a full page at its cut edge."""
        if self._kept == "newest":
            edge = page.oldest + page.unit
            return _DividedPage(page.since(edge), edge, page.before(edge), page.oldest)
        edge = page.newest
        return _DividedPage(page.before(edge), edge, page.since(edge), edge + page.unit)

    def _rest(self, window: TimeRange, edge: datetime, *, is_wide: bool) -> TimeRange:
        """Return the part of a window beyond an edge; if wide, a millisecond more."""
        if self._kept == "newest":
            end = edge if is_wide else edge - MILLISECOND
            return TimeRange(window.start, max(window.start, min(window.end, end)))
        start = edge - MILLISECOND if is_wide else edge
        return TimeRange(max(window.start, start), window.end)

    def _may_leave_out(self, window: TimeRange, page: Page, divided: "_DividedPage") -> bool:
        """Tell whether a page holds rows that the next window leaves out."""
        return (
            page.has_repeated and self._rest(window, divided.edge, is_wide=self._is_wide) != window
        )

    def _next_page(
        self,
        window: TimeRange,
        divided: "_DividedPage",
        following: "tuple[TimeRange, Page] | None",
    ) -> "tuple[TimeRange, Page]":
        """Ask for what lies beyond a divided page, where its overlap comes once more.

        If that does not come, a wide window is asked for once. Rows that are still
        missing have changed meanwhile: they are kept, and it is said.
        """
        rest = self._rest(window, divided.edge, is_wide=self._is_wide)
        rest, page = following or (rest, self._ask(rest, divided.edge))
        missing = page.lacks(divided.overlap)
        if missing and self._reaches(page, divided.behind):
            rest = self._rest(window, divided.edge, is_wide=True)
            page = self._ask(rest, divided.edge)
            missing = page.lacks(divided.overlap)
            self._is_wide = self._is_wide or not missing
            if missing and self._reaches(page, divided.behind):
                self.gaps.append(Gap(rest, _CHANGED))
        page.rows.extend(missing)
        return rest, page

    def _reaches(self, page: Page, behind: datetime) -> bool:
        """Tell whether a page holds all that there is of an overlap, and what lies behind it."""
        rows = page.before(behind) if self._kept == "newest" else page.since(behind)
        return not page.is_full or bool(rows)

    def _crowd(
        self, window: TimeRange, page: Page
    ) -> Generator[list[SentRow], None, tuple[TimeRange, datetime] | None]:
        """Yield all rows of a page's only printed instant; return the rest, and its edge."""
        is_wide, gaps = self._is_wide or self._kept != "newest", len(self.gaps)
        start, end = page.oldest, page.oldest + page.unit
        yielded = count_rows(page.rows)
        yield page.rows
        for reaches_end in (is_wide, True):
            last = end if reaches_end else end - MILLISECOND
            instant = TimeRange(max(start, window.start), min(last, window.end))
            missing = Counter(yielded)
            for part in self._rows_of(instant):
                rows = [row for row in part if row.time is None or start <= row.time < end]
                rows = rows_without(rows, missing)
                yielded.update(count_rows(rows))
                yield rows
            if not +missing or len(self.gaps) > gaps:
                break
            self._is_wide = True
        else:
            self.gaps.append(Gap(instant, _CHANGED))
        self._kept = self._kept or "newest"  # or nothing lies before
        if self._kept == "newest":
            return (TimeRange(window.start, start), start) if start > window.start else None
        return (TimeRange(end, window.end), end) if end <= window.end else None

    def _skip_instant(self, window: TimeRange, edge: datetime) -> TimeRange:
        """Return a window less the instant at its edge, whose rows were had and fill a page."""
        if self._kept == "newest":
            last = TimeRange(edge - MILLISECOND, edge)
            if self._ask(last, edge).is_full:
                self.gaps.append(Gap(last, CROWDED))
        return self._rest(window, edge, is_wide=False)


@dataclass(frozen=True, slots=True)
class _DividedPage:
    """A full page divided at its edge.

    `done` are the rows that are done. `overlap` are the others, of one printed
    instant, which the next page holds again; `behind` is where it ends.
    """

    done: list[SentRow]
    edge: datetime
    overlap: list[SentRow]
    behind: datetime


@dataclass(frozen=True, slots=True)
class _Side:
    """What lies on one side of a page, beyond an edge, and the rows of it that the page had."""

    window: TimeRange
    edge: datetime
    had: list[SentRow]


def _other(end: KeptEnd | None) -> KeptEnd:
    return "oldest" if end == "newest" else "newest"
