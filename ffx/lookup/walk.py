"""A complete history from an endpoint that is capped and has no cursor.

The only lever is the time window. A full page is complete but for one end:
which one is found out once, by asking again from the page's newest row. From
there the walk goes along that edge, each window overlapping the last by as
much as the edge row's printed time may hide. A row belongs to the reply whose
part of time its own printed time lies in, so nothing is dropped within a reply
and nothing is counted twice. Where a page's rows cannot be told apart by their
times, the window is halved, down to the millisecond, and the rows of the
middle instant are counted once. What cannot be had is said, also where the
run's deadline ends the walk: then every row stays that some answer held.

Requests: N/(P-k) + 3 for N rows, pages of P, of which k share the printed
time at an edge; every crowd that fills a page by itself adds three for each
halving of its window.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from ffx.api.wire import Reply
from ffx.errors import TemporaryError
from ffx.input.times.window import TimeRange

MILLISECOND = timedelta(milliseconds=1)
_SECOND = timedelta(seconds=1)

Ask = Callable[[TimeRange], Reply]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 1, 1, tzinfo=UTC)
# A walk that needs more requests than this is none that the service allows.
_LEAST_REQUESTS, _ROWS_A_REQUEST = 1_000, 4
_TOO_LATE = "the run's deadline was over"
KeptEnd = Literal["newest", "oldest"]


@dataclass(frozen=True, slots=True)
class Row:
    """One hit as it was sent, with its time in UTC; None where that cannot be read."""

    text: str
    time: datetime | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A window of which the service held rows back that no narrower question can get."""

    window: TimeRange
    reason: str


@dataclass(slots=True)
class Walk:
    """The walk over one window: yields rows part by part, and knows what it could not get.

    Attributes:
        gaps: what is missing, a window and a reason each.
        requests: how many look-ups it took.
        first_reply: the answer to the whole window, for its summary.
        is_sure: whether every answer said if rows were held back.
        in_hand: an answer about the window from before the walk, to be kept if no other comes.
        ended_by: what ended the walk before its end: the run's deadline. It is raised
            where there is no answer at all.
    """

    ask: Ask
    most_rows: int
    gaps: list[Gap] = field(default_factory=list)
    requests: int = 0
    rows: int = 0
    first_reply: Reply | None = None
    is_sure: bool = True
    in_hand: Reply | None = None
    ended_by: TemporaryError | None = None
    _kept: KeptEnd | None = None
    _ahead: list[Row] = field(default_factory=list)

    @property
    def goes_back(self) -> bool | None:
        """Tell whether parts come from the newest to the oldest; None where there is but one."""
        return None if self._kept is None else self._kept == "newest"

    @property
    def has_more(self) -> bool | None:
        """Tell whether rows were held back; None where some answer did not say."""
        return True if self.gaps else False if self.is_sure else None

    def over(self, window: TimeRange) -> Iterator[list[Row]]:
        """Yield all rows of `window`, a part at a time, each part in the order sent.

        Parts come in one direction of time. Once `most_rows` were yielded the
        rest is a gap.
        """
        for part in self._parts(window):
            room = self.most_rows - self.rows
            self.rows += min(len(part), room)
            if part[:room]:
                yield part[:room]
            if len(part) > room or room == 0:
                self.gaps.append(Gap(window, f"more than {self.most_rows:,} hits (--max-hits)"))
                return

    def _parts(self, window: TimeRange) -> Iterator[list[Row]]:
        page = self._ask(window)
        is_divided = False
        while page.is_full:
            if self._may_not_go_on(window, page):
                break
            step = self._step(window, page)
            if step is None:
                has_edge = is_divided and self._kept == "newest"
                for part in self._halved(window, page):
                    yield _before(part, window.end) if has_edge else part
                return
            yield step.done
            window, is_divided = step.rest, True
            page = self._agree(step, self._ask(window))
        yield page.rows

    def _ask(self, window: TimeRange) -> "_Page":
        if self.ended_by is not None:
            return self._too_late(window)
        try:
            reply = self.ask(window)
        except TemporaryError as error:
            if not error.ends_run or not (self.first_reply or self.in_hand):
                raise
            self.ended_by = error
            return self._too_late(window)
        self.requests += 1
        self.first_reply = self.first_reply or reply
        self.is_sure = self.is_sure and reply.has_more is not None
        return _Page(reply)

    def _too_late(self, window: TimeRange) -> "_Page":
        """Return what is there in place of an answer, and say that the window is missing."""
        self._miss(window)
        known = None if self.first_reply else self.in_hand
        self.first_reply = self.first_reply or known
        return _Page(known)

    def _miss(self, window: TimeRange) -> None:
        last = self.gaps[-1] if self.gaps else None
        if last and last.reason == _TOO_LATE and _touch(last.window, window):
            self.gaps.pop()
            start, end = min(last.window.start, window.start), max(last.window.end, window.end)
            window = TimeRange(start, end)
        self.gaps.append(Gap(window, _TOO_LATE))

    def _step(self, window: TimeRange, page: "_Page") -> "_Step | None":
        """Divide a full page at its cut edge; None where its times do not allow that."""
        if not page.lies_in(window) or not self._knows_kept_end(window, page):
            return None
        if self._kept == "newest":
            edge = page.oldest + page.unit
            rest = TimeRange(window.start, edge)
            done, overlap = page.since(edge), page.before(edge)
        else:
            edge = page.newest
            rest = TimeRange(edge, window.end)
            done, overlap = page.before(edge), page.since(edge)
        if not done or not window.start < edge < window.end:
            return None
        return _Step(done, rest, overlap)

    def _knows_kept_end(self, window: TimeRange, page: "_Page") -> bool:
        """Find out, once, which end of its window a full page reaches.

        Unclear where the data changes under the walk.
        """
        if self._kept is None:
            newest = self._ask(TimeRange(page.newest, window.end))
            oldest_bound = page.oldest + page.unit
            if newest.holds_just(page.since(page.newest)):
                self._kept = "newest"
            elif self._ask(TimeRange(window.start, oldest_bound)).holds_just(
                page.before(oldest_bound)
            ):
                self._kept = "oldest"
            if self._kept != "newest":
                self._ahead = newest.rows
            self._keep_ahead(page)
        return self._kept is not None

    def _keep_ahead(self, page: "_Page") -> None:
        """Where the walk ends early, add the rows that were met on the way to the kept end."""
        if self.ended_by is not None:
            page.rows.extend(page.lacks(self._ahead))

    def _agree(self, step: "_Step", page: "_Page") -> "_Page":
        """Return the page of a step's rest, which holds the overlap with the page before it.

        If it does not, it is asked for again once. Rows that are still missing
        have changed meanwhile: they are kept, and it is said.
        """
        if missing := page.lacks(step.overlap):
            again = self._ask(step.rest)
            if self.ended_by is None:
                page, missing = again, again.lacks(step.overlap)
                if missing:
                    self.gaps.append(Gap(step.rest, "the data changed meanwhile"))
            page.rows.extend(missing)
        self._keep_ahead(page)
        self._ahead = []
        if self._kept == "newest":
            # What lies on the edge itself belongs to the page before.
            page.rows = _before(page.rows, step.rest.end)
        return page

    def _halved(
        self, window: TimeRange, page: "_Page", *, is_in_vain: bool = False
    ) -> Iterator[list[Row]]:
        """Yield the rows of a full window from its halves, oldest half first.

        Nothing is assumed of the rows' times. Two halves with their window's own
        rows may share a full instant; where it is so again below them
        (`is_in_vain`), the service answers every question alike.
        """
        length = window.end - window.start
        if length <= MILLISECOND or self._may_not_go_on(window, page):
            if length <= MILLISECOND:
                self.gaps.append(Gap(window, "more hits in one millisecond than a reply holds"))
            yield page.rows
            return
        middle = window.start + (length // 2) // MILLISECOND * MILLISECOND
        left, right = TimeRange(window.start, middle), TimeRange(middle, window.end)
        halves = self._ask(left), self._ask(right)
        if self.ended_by is not None:
            if halves[0].is_full:
                self._miss(left)
            yield [*page.rows, *page.lacks(halves[0].rows)]
            return
        if all(half.is_full and half.has_rows_of(page) for half in halves):
            if is_in_vain:
                self.gaps.append(Gap(window, "the service answers for every part of it alike"))
                yield page.rows
                return
            is_in_vain = True
        else:
            is_in_vain = False
        has_left = False
        for part in self._half(left, halves[0], is_in_vain=is_in_vain):
            has_left = has_left or bool(part)
            yield part
        twice: Counter[str] | None = None if has_left else Counter()
        for part in self._half(right, halves[1], is_in_vain=is_in_vain):
            if twice is None:
                # Both halves hold the middle instant.
                both = self._ask(TimeRange(middle, middle))
                twice = Counter(row.text for row in (halves[0] if self.ended_by else both).rows)
            yield _without(part, twice)

    def _half(self, window: TimeRange, page: "_Page", *, is_in_vain: bool) -> Iterator[list[Row]]:
        if page.is_full:
            yield from self._halved(window, page, is_in_vain=is_in_vain)
        else:
            yield page.rows

    def _may_not_go_on(self, window: TimeRange, page: "_Page") -> bool:
        """Tell whether the walk ends here, and say why."""
        if self.ended_by is not None:
            self._miss(window)
            return True
        reason = ""
        if not page.rows:
            reason = "the service says that there is more, and sends none of it"
        elif self.requests >= self._most_requests:
            reason = f"it takes more than {self._most_requests:,} requests"
        if reason:
            self.gaps.append(Gap(window, reason))
        return bool(reason)

    @property
    def _most_requests(self) -> int:
        return _LEAST_REQUESTS + self.most_rows // _ROWS_A_REQUEST


@dataclass(frozen=True, slots=True)
class _Step:
    """A full page divided: the rows that are done, and the window that holds the rest.

    `overlap` are the page's other rows, which the rest holds again.
    """

    done: list[Row]
    rest: TimeRange
    overlap: list[Row]


class _Page:
    """A reply's rows, with what a walk wants to know of them."""

    def __init__(self, reply: Reply | None) -> None:
        self.rows = [] if reply is None else [Row(text, time) for text, time in reply.hits()]
        self.is_full = reply is not None and reply.has_more is True
        times = [row.time for row in self.rows if row.time is not None]
        self.has_times = bool(times) and len(times) == len(self.rows)
        if self.has_times:
            # Printed times may be cut: to the second where none has a fraction.
            self.unit = MILLISECOND if any(time.microsecond for time in times) else _SECOND
            self.oldest, self.newest = (_floor(f(times), self.unit) for f in (min, max))

    def lies_in(self, window: TimeRange) -> bool:
        """Tell whether every row has a time, and one inside the window: edges need that."""
        return (
            self.has_times
            and window.start - self.unit <= self.oldest
            and self.newest <= window.end < _LAST
        )

    def since(self, edge: datetime) -> list[Row]:
        return [row for row in self.rows if row.time is not None and row.time >= edge]

    def before(self, edge: datetime) -> list[Row]:
        return [row for row in self.rows if row.time is not None and row.time < edge]

    def has_rows_of(self, page: "_Page") -> bool:
        """Tell whether there are exactly the rows of another page, in whatever order."""
        return len(self.rows) == len(page.rows) and not self.lacks(page.rows)

    def lacks(self, rows: Sequence[Row]) -> list[Row]:
        """Return those of `rows` that are not here, counting equal ones."""
        here = Counter(row.text for row in self.rows)
        missing = []
        for row in rows:
            if here[row.text] > 0:
                here[row.text] -= 1
            else:
                missing.append(row)
        return missing

    def holds_just(self, rows: Sequence[Row]) -> bool:
        return not self.is_full and len(self.rows) == len(rows) and not self.lacks(rows)


def _touch(one: TimeRange, other: TimeRange) -> bool:
    return one.start <= other.end and other.start <= one.end


def _before(rows: Sequence[Row], edge: datetime) -> list[Row]:
    return [row for row in rows if row.time is None or row.time < edge]


def _floor(instant: datetime, unit: timedelta) -> datetime:
    since = instant - _EPOCH
    return _EPOCH + since // unit * unit


def _without(rows: Sequence[Row], counts: Counter[str]) -> list[Row]:
    """Return `rows` less those in `counts`, which are counted off."""
    kept = []
    for row in rows:
        if counts[row.text] > 0:
            counts[row.text] -= 1
        else:
            kept.append(row)
    return kept
