"""The requests of a walk: what each brings, when they end, and what they could not get."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ffx.api.wire import Reply
from ffx.errors import TemporaryError
from ffx.input.times.window import TimeRange
from ffx.lookup.pages import MILLISECOND, Page, WalkSection

Ask = Callable[[TimeRange], Reply]
KeptEnd = Literal["newest", "oldest"]
# A walk that needs more requests than this is none that the service allows.
_LEAST_REQUESTS, _ROWS_A_REQUEST = 1_000, 4
_MOST_IN_VAIN = 20  # full pages, one after the other, without a row that is new
NOTHING_NEW = f"{_MOST_IN_VAIN} requests brought no hit that was not there before"
NONE_OF_IT = "the service says that there is more, and sends none of it"


class TooLateError(Exception):
    """The run's deadline was over before an answer came."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A window of which the service held rows back that no narrower question can get."""

    window: TimeRange
    reason: str


@dataclass(slots=True)
class WalkRequests:
    """The requests of a walk, one after the other, and what they came to.

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
    _is_wide: bool = False  # whether windows reach a millisecond beyond what is still to be had
    _in_vain: int = 0
    _section: WalkSection = field(init=False)

    @property
    def has_more(self) -> bool | None:
        """Tell whether rows were held back; None where some answer did not say."""
        return True if self.gaps else False if self.is_sure else None

    @property
    def joined_gaps(self) -> tuple[Gap, ...]:
        """The gaps, with those made one that touch each other and have one reason."""
        return _joined(self.gaps)

    def _ask(self, window: TimeRange, edge: datetime | None = None) -> Page:
        """Ask for a window; rows that do not lie beyond `edge` were had before."""
        try:
            reply = self.ask(window)
        except TemporaryError as error:
            if not error.ends_run or not (self.first_reply or self.in_hand):
                raise
            self.ended_by = error
            raise TooLateError from error
        self.requests += 1
        self.first_reply = self.first_reply or reply
        self.is_sure = self.is_sure and reply.has_more is not None
        page = Page(reply)
        self._is_wide = self._is_wide or page.is_fine
        if edge is not None:
            page.leave_out(edge, goes_back=self._kept == "newest")
        if self._section.add(page.rows):
            self._in_vain = 0
        elif page.is_full:
            self._in_vain += 1
        return page

    def _ends_here(self, window: TimeRange, page: Page) -> bool:
        """Tell whether the walk ends here, and say why."""
        reason = ""
        if page.is_empty:
            reason = NONE_OF_IT
        elif self._goes_round:
            reason = NOTHING_NEW
        elif self.requests >= self._most_requests:
            reason = f"it takes more than {self._most_requests:,} requests"
        if reason:
            self.gaps.append(Gap(window, reason))
        return bool(reason)

    @property
    def _goes_round(self) -> bool:
        return self._in_vain >= _MOST_IN_VAIN

    @property
    def _most_requests(self) -> int:
        return _LEAST_REQUESTS + self.most_rows // _ROWS_A_REQUEST


def _joined(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Return gaps with those made one that follow and touch each other, and have one reason."""
    made: list[Gap] = []
    for gap in gaps:
        last = made[-1] if made else None
        if last is not None and last.reason == gap.reason and _touch(last.window, gap.window):
            start = min(last.window.start, gap.window.start)
            made[-1] = Gap(TimeRange(start, max(last.window.end, gap.window.end)), gap.reason)
        else:
            made.append(gap)
    return tuple(made)


def _touch(one: TimeRange, other: TimeRange) -> bool:
    return one.start - MILLISECOND <= other.end and other.start - MILLISECOND <= one.end
