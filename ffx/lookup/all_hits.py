"""All hits of a visitor, and whether that is all of them.

A history is complete when no reply of the walk held rows back, the window
begins at or before the visitor's `firstSeen`, and it ends now. Without that,
nobody may say that something did not happen.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

from ffx.api.reply_shape import text_of
from ffx.api.wire import Reply, nothing_found, visitor_query
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.input.times.instants import read_time
from ffx.input.times.window import TimeRange
from ffx.input.times.zones import Zone
from ffx.lookup.find import Found, LookupContext, ask, find_visitor
from ffx.lookup.pages import SentRow
from ffx.lookup.walk import Walk
from ffx.lookup.walk_requests import Gap
from ffx.output.spool import Picked, Spool
from ffx.settings.settings import DEFAULT_MAX_BODY

Progress = Callable[[int, Reply], object]
"""Hears of each part how many rows there are by now, and the reply they belong to."""


def no_progress(*_: object) -> None:
    """Take the progress of a look-up, and show it to nobody."""


def find_all_hits(
    context: LookupContext,
    target: Target,
    window: TimeRange | None,
    *,
    most_rows: int,
    progress: Progress = no_progress,
    may_be_cut: bool = False,
) -> Found:
    """Look a visitor up with every hit of the window; without one, from their first to now.

    The reply is one document of the API's own shape, rows as sent, in the
    order of time in which the service sends them. What could not be had is in
    `gaps`; with `may_be_cut` also what the run's deadline left no time for.

    Raises:
        TemporaryError: the deadline is over, and nothing is there that may be kept.
    """
    found, walk = begin_walk(context, target, window, most_rows=most_rows)
    if walk is None or found.window is None:
        return found
    kept = _KeptParts()
    for part in walk.over(found.window):
        kept.add(part)
        if kept.size > DEFAULT_MAX_BODY:
            # They hold what these rows hold, and a case file of so many has no place for both.
            context.client.drop_bodies()
        progress(walk.rows, found.reply)
    if walk.ended_by is not None and not may_be_cut:
        raise walk.ended_by
    if walk.requests == 1 and walk.first_reply is not None and not walk.gaps:
        # It is all there, as sent.
        return replace(found, reply=walk.first_reply, is_walked=True)
    first = walk.first_reply or found.reply
    reply = first.with_rows_replaced(kept.in_order(), has_more=walk.has_more)
    return replace(found, reply=reply, gaps=walk.joined_gaps, is_walked=True)


def begin_walk(
    context: LookupContext, target: Target, window: TimeRange | None, *, most_rows: int
) -> tuple[Found, Walk | None]:
    """Find out whom and what window to walk over; no walk where nobody was found.

    Without a window it is from the visitor's `firstSeen` to now, as far as
    that is known.
    """
    if window is not None and isinstance(target.id, VisitorId):
        nothing = nothing_found(visitor_query(target.id, window))
        found = Found(target, nothing, window)
    else:
        found = find_visitor(context, target, None)
        if not found.reply.rows or not found.reply.visitor_id:
            return _with_unknown_rest(found, context.now), None
        found = replace(found, window=window or _whole_life(found, context.now))
    visitor = VisitorId(found.reply.visitor_id) if isinstance(target.id, HitId) else target.id

    def ask_part(part: TimeRange) -> Reply:
        return ask(context.client, target, visitor_query(visitor, part)).reply

    return found, Walk(ask_part, most_rows, in_hand=found.reply if found.reply.rows else None)


def what_is_missing(found: Found, *, now: datetime, zone: Zone) -> tuple[str, ...]:
    """Say why a history may lack rows, a sentence each; nothing where it is complete."""
    from ffx.input.times.formatting import long_time
    from ffx.input.times.window import describe_window

    missing = [f"{gap.reason}: {describe_window(gap.window, zone)}" for gap in found.gaps]
    if found.reply.has_more is None:
        missing.append("the service did not say whether it held rows back")
    elif found.reply.has_more and not found.gaps:
        missing.append("the service held rows back")
    first_seen = read_time(found.reply.first_seen)
    if first_seen is None:
        missing.append("the service did not say when the visitor was first seen")
    if found.window is None:
        missing.append("the window is not known")
        return tuple(missing)
    if first_seen is not None and found.window.start > first_seen:
        since = long_time(found.reply.first_seen, zone)
        missing.append(f"the window begins after the visitor was first seen: {since}")
    if found.window.end < now.replace(microsecond=now.microsecond // 1000 * 1000):
        missing.append("the window ends before now")
    return tuple(missing)


def _with_unknown_rest(found: Found, now: datetime) -> Found:
    """Tell of a hit's history that was cut, and names no visitor, that nobody can ask for more."""
    if not found.reply.rows or found.reply.has_more is not True:
        return found
    reason = "the answer does not name the visitor, so that the rest cannot be asked for"
    sent = (text_of(row.get("eventTime")) for row in found.reply.parsed_rows())
    times = [read_time(text) for text in (found.reply.first_seen, *sent)]
    begin = min((time for time in times if time is not None and time < now), default=now)
    return replace(found, gaps=(Gap(TimeRange(begin, now), reason),))


def _whole_life(found: Found, now: datetime) -> TimeRange:
    first_seen = read_time(found.reply.first_seen)
    searched = found.window.start if found.window else now
    return TimeRange(min(first_seen or searched, searched), now)


class _KeptParts:
    """The parts of a walk, outside memory; they come in any order of time."""

    def __init__(self) -> None:
        self._rows = Spool()
        self._parts: list[tuple[datetime, range]] = []
        self._is_newest_first: bool | None = None  # the first part that shows it decides

    def add(self, part: list[SentRow]) -> None:
        begin = len(self._rows)
        for row in part:
            self._rows.add(row.text)
        times = [row.time for row in part if row.time is not None]
        first = times[0] if times else datetime.min.replace(tzinfo=UTC)
        self._parts.append((first, range(begin, len(self._rows))))
        if self._is_newest_first is None and times and times[0] != times[-1]:
            self._is_newest_first = times[0] > times[-1]

    @property
    def size(self) -> int:
        """How many bytes the rows take."""
        return self._rows.size

    def in_order(self) -> Sequence[str]:
        """Return all rows, sorted as the service sorts."""
        by_time = sorted(
            self._parts, key=lambda part: part[0], reverse=self._is_newest_first is True
        )
        return Picked(self._rows, array("Q", chain.from_iterable(places for _, places in by_time)))
