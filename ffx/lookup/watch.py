"""A visitor watched: what each look brings that the looks before did not.

A look asks for the whole window again, so that a row which was stored late is seen
whatever its time. Where the window holds more than one reply, it begins later from then on.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ffx.api.json_text import read_object
from ffx.api.reply_shape import text_of
from ffx.api.wire import visitor_query
from ffx.errors import TemporaryError
from ffx.input.targets.target import Target, VisitorId
from ffx.input.times.formatting import format_clock, format_day_and_clock
from ffx.input.times.instants import read_time
from ffx.input.times.window import TimeRange
from ffx.lookup.find import Found, LookupContext, ask, find_visitor
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from ffx.service.client import Client

# Seconds. The provider minds polling.
SHORTEST_PAUSE, LONGEST_PAUSE, _GROWTH = 10.0, 60.0, 1.25
_LONGEST_WAIT, _HALF_A_DAY = 86_400.0, 43_200.0
_UNKNOWN_REACH = timedelta(days=1)
_NARROWER = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=10), timedelta(minutes=1))
_Row = Mapping[str, object]
_NAMES = ("hitId", "eventType", "eventTime")


@dataclass(frozen=True, slots=True)
class News:
    """What a look brought.

    Attributes:
        found: the answer, with all rows of the window that is watched.
        new: places in the answer of the rows that were not there before.
        changed: rows that were shown and have other values now: before, after.
        gone: rows that were shown and are not there any more.
        again: rows that were shown as gone, and are there.
        is_cut: whether there are more rows than any answer tells, also of the last minute.
    """

    found: Found
    new: tuple[int, ...] = ()
    changed: tuple[tuple[_Row, _Row], ...] = ()
    gone: tuple[_Row, ...] = ()
    again: tuple[_Row, ...] = ()
    is_cut: bool = False


@dataclass(slots=True)
class Watcher:
    """Looks at a visitor, and remembers what was there.

    Attributes:
        window: whose start counts; without one, a visitor is searched step by step at the first
            look, and where nobody is found, from a day before it.
        tell_start: hears where the window begins from now on.
        clock: what time it is by now, in UTC; it is not set back: see `steady_clock`.
        tell: takes sentences for a person.
    """

    client: "Client"
    target: Target
    window: TimeRange | None
    tell_start: Callable[[datetime], object]
    clock: Callable[[], datetime]
    tell: Callable[[str], object]
    _visitor: VisitorId | None = None
    _start: datetime | None = None
    # Rows by their hashes: those that change at each look would fill the memory.
    _shown: Counter[int] = field(default_factory=Counter)
    _shown_gone: set[int] = field(default_factory=set)
    _last: Counter[str] = field(default_factory=Counter)

    def look(self) -> News:
        """Ask once, and again at once only where one answer does not hold the window."""
        found = self._first() if self._start is None else self._again(self._start)
        for reach in _NARROWER:
            if not found.reply.has_more:
                break
            start = (self.clock() - reach).replace(microsecond=0)
            if self._start is not None and start > self._start:
                self._begin_at(start)
                found = self._again(start)
        return self._compared(found)

    def _first(self) -> Found:
        now = self.clock()
        window = None if self.window is None else TimeRange(self.window.start, now)
        found = find_visitor(LookupContext(self.client, now, self.tell), self.target, window)
        target = self.target.id
        if isinstance(target, VisitorId):
            self._visitor = target
        elif found.reply.visitor_id:
            self._visitor = VisitorId(found.reply.visitor_id)
        if self._visitor is not None:
            self._start = _beginning(found, now)
        return found

    def _again(self, start: datetime) -> Found:
        assert self._visitor is not None  # noqa: S101  # there is no start without
        window = TimeRange(start, max(self.clock(), start))
        return ask(self.client, self.target, visitor_query(self._visitor, window), window)

    def _begin_at(self, start: datetime) -> None:
        """Let the window begin later, and forget what lies before it."""
        self._start = start
        self.tell_start(start)
        for text in list(self._last):
            time = _time_of(text)
            if time is None or time < start:
                del self._last[text]

    def _compared(self, found: Found) -> News:
        texts = found.reply.row_texts()
        there = Counter(texts)
        # Two services that share the work may disagree: what comes back is not new again.
        new, back, so_far = [], [], Counter[str]()
        for place, text in enumerate(texts):
            so_far[text] += 1
            if so_far[text] > self._shown[hash(text)]:
                new.append(place)
            elif so_far[text] > self._last[text]:
                back.append(place)
        is_cut = found.reply.has_more is True
        missing = [] if is_cut else list(self._last - there)
        pairs, alone = _paired(texts, [*new, *back], missing)
        again = [texts[place] for place in back if hash(texts[place]) in self._shown_gone]
        gone = [text for text in alone if hash(text) not in self._shown_gone]
        self._shown_gone.update(map(hash, gone))
        self._shown |= Counter({hash(text): count for text, count in there.items()})
        self._last = there
        return News(
            found,
            new=tuple(place for place in new if place not in pairs),
            changed=tuple(pairs.values()),
            gone=tuple(map(read_object, gone)),
            again=tuple(map(read_object, again)),
            is_cut=is_cut,
        )


def follow(
    look: Callable[[], News],
    *,
    run: Run,
    every: float | None,
    most: float,
    tell: Callable[[str], object],
    announce: Callable[[datetime], object],
) -> Iterator[News]:
    """Yield what each look brings, until `most` seconds are over, which may be infinite.

    Pauses grow while nothing new comes, unless `every` says how long they are, in seconds.
    A failure that may pass is said once by `tell`, and the next look comes as the service asks,
    unless that is in more than a day; `announce` hears when each is. The seconds are those of
    a stopwatch, whatever happens to the clock.

    Raises:
        FfxError: what no further look can mend; a TemporaryError where the time was over before
            a look could succeed.
    """
    ends = run.stopwatch() + most
    pause = every or SHORTEST_PAUSE
    last_failure = ""
    is_first = True
    while True:
        failure: TemporaryError | None = None
        wait = pause
        try:
            news = look()
        except TemporaryError as error:
            if error.ends_run:
                raise
            failure, wait = error, max(pause, error.retry_after or 0)
        else:
            if last_failure:
                tell("the service answers again")
            last_failure = ""
            yield news
            has_come = bool(news.new) and not is_first
            pause = every or (SHORTEST_PAUSE if has_come else min(pause, LONGEST_PAUSE))
            wait, is_first = pause, False
        if not every:
            pause = min(pause * _GROWTH, LONGEST_PAUSE)
        left = ends - run.stopwatch()
        if left < SHORTEST_PAUSE and failure is None:
            return
        if failure is not None and (left < SHORTEST_PAUSE or wait > min(left, _LONGEST_WAIT)):
            raise failure
        # The last look is at the end, and not in the ten seconds before it.
        wait = left if left - wait < SHORTEST_PAUSE else wait
        next_look = run.clock() + timedelta(seconds=wait)
        # Not by its words, which may hold the request's ID.
        if failure is not None and failure.code != last_failure:
            last_failure = failure.code
            moment = (format_day_and_clock if wait > _HALF_A_DAY else format_clock)(
                next_look, run.zone
            )
            tell(f"{failure.message}; the next look is at {moment}")
        announce(next_look)
        run.pause(wait)


def steady_clock(run: Run) -> Callable[[], datetime]:
    """Return a clock that goes on where the machine's is set back: rows stay in the window."""
    began, start = run.clock(), run.stopwatch()
    return lambda: max(run.clock(), began + timedelta(seconds=run.stopwatch() - start))


def changed_members(before: _Row, after: _Row) -> str:
    """Say which members of a row have other values: `cost 0.12 → 0.15`."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return ", ".join(
        f"{name} {_shown_value(before.get(name))} → {_shown_value(after.get(name))}"
        for name in names
    )


def name_row(row: _Row) -> str:
    """Name a row in a sentence: its event, time and hit, as sent."""
    hit, event, time = (row.get(name) for name in _NAMES)
    return f"{event or 'a row'} of {time or 'an unknown time'} on hit {hit or '–'}"


def _shown_value(value: object) -> str:
    return "–" if value is None or value == "" else str(value)


def _beginning(found: Found, now: datetime) -> datetime:
    """Return where the window of further looks begins: no later than any row that is known."""
    if found.window is not None and found.reply.rows:
        return found.window.start
    known = [time for _, time in found.reply.timed_rows() if time is not None]
    first_seen = read_time(found.reply.first_seen)
    known += [first_seen] if first_seen is not None else []
    # Printed times may be cut to the second.
    return min(known, default=now - _UNKNOWN_REACH).replace(microsecond=0)


def _time_of(text: str) -> datetime | None:
    return read_time(text_of(read_object(text).get("eventTime")))


def _paired(
    texts: Sequence[str], came: Sequence[int], missing: list[str]
) -> tuple[dict[int, tuple[_Row, _Row]], list[str]]:
    """Tell rows that changed, before and after by their places now, from those that went."""
    if not (came and missing):
        return {}, missing
    twins = defaultdict[str, deque[tuple[int, _Row]]](deque)
    for place in came:
        row = read_object(texts[place])
        twins[_key(row)].append((place, row))
    pairs: dict[int, tuple[_Row, _Row]] = {}
    alone = []
    for text in missing:
        before = read_object(text)
        if same := twins[_key(before)]:
            place, after = same.popleft()
            pairs[place] = before, after
        else:
            alone.append(text)
    return pairs, alone


def _key(row: _Row) -> str:
    """Return what two states of one row have in common."""
    return repr([row.get(name) for name in _NAMES])
