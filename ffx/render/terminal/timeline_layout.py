"""The columns of the visitor view's timeline, and how its rows stand in them.

What has no room gives way in this order: cost, then the hit's place beside its
row, then money, which joins the event, then the page. A hit or a page that has
no place beside its row stands below it; hit IDs are whole in any width.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from ffx.api.journey import Journey, Step
from ffx.input.times.formatting import elapsed, format_clock
from ffx.output.clean import clean
from ffx.output.width import clip, pad, width_of, wrap, wrap_facts
from ffx.output.words import amount, identity, non_empty, plural
from ffx.render.terminal.lines import INDENT, Frame, Line, line_width

_GAP = "  "
_ARROW = "↑ "
MARK = "▸ "
"""Before each row of the hit that was asked for, in the place of the indent."""
_NARROWEST_PAGE = 18
_NARROW = 72
_WIDEST_EVENT = 24
_WIDEST_MONEY = 20
_WIDEST_ODD_TIME = 20
_MOST_LINES_BELOW = 3
_MOST_CELLS = 5_000  # rows, of which every cell is in memory at once
_INSTANT = 1  # seconds; what took less is no wait


class Cells(NamedTuple):
    """The texts of a row's columns, clean and clipped."""

    time: str
    after: str
    event: str
    page: str
    cost: str
    revenue: str
    hit: str


class TimelineLayout:
    """The timeline's columns for a width; a width of 0 is a column that is not there."""

    def __init__(
        self, steps: Sequence[Step], journey: Journey, frame: Frame, *, hit_id: str = ""
    ) -> None:
        self.frame = frame
        self._hit_id = hit_id
        self.room = frame.width - len(INDENT)
        made = map(self.cells_of, steps)
        kept = list(made) if len(steps) <= _MOST_CELLS else None
        widest = _widest(made if kept is None else kept)
        # Of many rows they are made once more, when each is drawn.
        self.cells: Iterable[Cells] = map(self.cells_of, steps) if kept is None else kept
        self.time = max(_column(widest.time, "time"), len("total"))
        self.after = _column(widest.after, "after")
        self.event = _column(widest.event, "event")
        self.page = _column(widest.page, "node · page")
        # The sums stand in their columns, too.
        self.cost = _column(max(widest.cost, width_of(_money(journey.cost))), "cost")
        self.revenue = _column(max(widest.revenue, width_of(_money(journey.revenue))), "revenue")
        self.hit = _column(widest.hit, "hit")
        self.money_joins_event = False
        self._fit_columns(steps)

    def _fit_columns(self, steps: Sequence[Step]) -> None:
        wanted = min(self.page, _NARROWEST_PAGE)
        cost, hit = self.cost, self.hit
        # Each step gives up one thing; the second takes the cost back, for which there is room
        # again once the hits stand below.
        for widths in ((cost, hit), (0, hit), (cost, 0), (0, 0)):
            self.cost, self.hit = widths
            if self._page_room() >= wanted:
                self.page = min(self.page, self._page_room())
                return
        if self.revenue:
            self.revenue, self.money_joins_event = 0, True
            texts = (f"{_event(step)} {_event_revenue(step)}" for step in steps)
            self.event = _column(max(map(width_of, texts), default=0), "event")
        self.event = min(self.event, self.room - self._columns_width() + self.event)
        self.page = min(self.page, self._page_room()) if self._page_room() >= wanted else 0

    def _columns_width(self) -> int:
        """Return how many cells the columns take, the page apart."""
        widths = (self.time, self.after, self.event, self.cost, self.revenue, self.hit)
        return sum(width + len(_GAP) for width in widths if width) - len(_GAP)

    def _page_room(self) -> int:
        return self.room - self._columns_width() - len(_GAP)

    @property
    def event_indent(self) -> int:
        """How many cells stand before the events; fewer where there is no room to lose."""
        if self.frame.width < _NARROW:
            return 2 * len(INDENT)
        columns = (self.time, self.after)
        return len(INDENT) + sum(width + len(_GAP) for width in columns if width)

    def header(self) -> Line:
        return self._line(
            "time", "after", "event", "node · page", "cost", "revenue", "hit", style="label"
        )

    def cells_of(self, step: Step) -> Cells:
        """Return the texts of a row for all columns, whether or not they are there."""
        return Cells(
            self._time(step),
            _after(step),
            _event(step),
            _page(step),
            _money(step.row.cost),
            _money(step.row.revenue),
            _hit(step),
        )

    def row(self, step: Step, cells: Cells) -> Iterator[Line]:
        """Yield a row, and what has no place in it below."""
        hit, notes = step.row, _notes(step)
        event = cells.event
        if self.money_joins_event and (money := _event_revenue(step)):
            if width_of(f"{event} {money}") <= self.event:
                event = f"{event} {money}"
            else:
                notes.insert(0, (f"revenue {money}", ""))
        line = self._line(
            *cells._replace(event=event),
            style="good" if hit.is_conversion else "",
            weights=(
                "faint" if _is_instant(step) else "",
                "" if hit.cost or hit.is_entrance else "faint",
                "" if hit.revenue or hit.is_conversion else "faint",
            ),
        )
        if self.is_marked(step):
            line[0] = (MARK, "title")
        if self.hit:
            yield from self._with_notes(line, notes)
            return
        yield line
        if not self.page and cells.page:
            yield from self._below([(cells.page, "")])
        if text := cells.hit:
            yield from self._with_notes(
                [(" " * self._indent(width_of(text)), ""), (text, "")], notes
            )
        else:
            yield from self._below(notes)

    def is_marked(self, step: Step) -> bool:
        """Tell whether a row is one of the hit that was asked for."""
        return bool(self._hit_id) and step.row.hitId == self._hit_id

    def total(self, journey: Journey, *, are_all: bool = True) -> Iterator[Line]:
        """Yield the counts and the sums of a journey's rows, in their columns if they fit.

        Without `are_all` they are some of its rows, in which no visit may be whole.
        """
        label = "total" if are_all else "shown"
        cost, revenue = _money(journey.cost), _money(journey.revenue)
        counted = (journey.visits, "visit") if are_all else (len(journey.steps), "row")
        facts = [plural(*counted), journey.conversions_text]
        facts += [f"cost {cost}"] if cost and not self.cost else []
        words = " · ".join(
            [*facts, *([f"revenue {revenue}"] if not self.revenue and revenue else [])]
        )
        columns = (self.after, self.event, self.page)
        span = sum(width + len(_GAP) for width in columns if width) - len(_GAP)
        if width_of(words) > span:
            facts += [f"cost {cost}"] if cost and self.cost else []
            facts += [f"revenue {revenue}"] if revenue else []
            indent = self.time + len(_GAP)
            for number, part in enumerate(wrap_facts(facts, self.room - indent)):
                head = "" if number else label
                yield [(INDENT, ""), (pad(head, indent), "title"), (part, "title")]
            return
        indent = span - self.page if width_of(words) <= self.page else 0
        yield [
            (INDENT, ""),
            (pad(label, self.time), "title"),
            (_GAP + pad(" " * indent + words, span), "title"),
            (_GAP + pad(cost, self.cost, right=True) if self.cost else "", "title"),
            (_GAP + pad(revenue, self.revenue, right=True) if self.revenue else "", "title"),
        ]

    def _with_notes(self, line: Line, notes: Line) -> Iterator[Line]:
        """Yield a line with as many of the notes as it has room for, and the rest below."""
        used = line_width(line)
        waiting = list(notes)
        while waiting and used + len(_GAP) + width_of(waiting[0][0]) <= self.frame.width:
            text, style = waiting.pop(0)
            used += len(_GAP) + width_of(text)
            line = [*line, (_GAP, ""), (text, style)]
        yield line
        yield from self._below(waiting)

    def _below(self, notes: Line) -> Iterator[Line]:
        """Yield lines with the notes, several on one where they fit."""
        if not notes:
            return
        text, style = notes[0]
        indent = self._indent(width_of(text))
        *parts, last = wrap(text, self.frame.width - indent, most=_MOST_LINES_BELOW)
        for part in parts:
            yield [(" " * indent, ""), (part, style)]
        yield from self._with_notes([(" " * indent, ""), (last, style)], notes[1:])

    def _indent(self, width: int) -> int:
        """Return where a text below its row begins: further left if it needs the room."""
        if self.hit:
            page = self.page + len(_GAP) if self.page else 0
            wanted = len(INDENT) + self._columns_width() + page - self.hit + len(_ARROW)
        else:
            wanted = len(INDENT) + (self.time if self.page else 0) + len(_GAP)
        return max(min(wanted, self.frame.width - width), len(INDENT))

    def _time(self, step: Step) -> str:
        if step.time is not None:
            return format_clock(step.time, self.frame.zone)
        return clip(clean(step.row.eventTime or "–"), min(_WIDEST_ODD_TIME, self.room // 4))

    def _line(
        self,
        time: str,
        after: str,
        event: str,
        page: str,
        cost: str,
        revenue: str,
        hit: str,
        *,
        style: str,
        weights: tuple[str, str, str] = ("", "", ""),
    ) -> Line:
        whole = style if style != "good" else ""
        line: Line = [(INDENT, ""), (pad(time, self.time), whole)]
        if self.after:
            line.append((_GAP + pad(after, self.after, right=True), weights[0] or whole))
        if self.event:
            name = "good-title" if style == "good" else style
            line.append((_GAP + pad(clip(event, self.event), self.event), name))
        if self.page:
            line.append((_GAP + pad(clip(page, self.page), self.page), whole))
        if self.cost:
            line.append((_GAP + pad(cost, self.cost, right=True), weights[1] or whole))
        if self.revenue:
            line.append((_GAP + pad(revenue, self.revenue, right=True), weights[2] or style))
        if self.hit and hit:
            line.append((_GAP + hit, whole))
        return line


class _Widths(NamedTuple):
    """How many terminal cells the widest text of each column takes."""

    time: int
    after: int
    event: int
    page: int
    cost: int
    revenue: int
    hit: int


def _widest(rows: Iterable[Cells]) -> _Widths:
    widest = [0] * len(Cells._fields)
    for cells in rows:
        widest = list(map(max, widest, map(width_of, cells)))
    return _Widths(*widest)


def _column(widest: int, header: str) -> int:
    """Return a column's width; 0 where it would hold nothing but its header."""
    return max(width_of(header), widest) if widest else 0


def _is_instant(step: Step) -> bool:
    return step.after is None or step.after.total_seconds() < _INSTANT


def _after(step: Step) -> str:
    return f"+{elapsed(step.after)}" if step.after is not None else ""


def _event(step: Step) -> str:
    return clip(clean(step.row.eventType or "–"), _WIDEST_EVENT)


def _page(step: Step) -> str:
    hit = step.row
    return " · ".join(non_empty(hit.nodeName or hit.nodeId, hit.pageName or hit.pageId))


def _money(value: Decimal | None) -> str:
    return clip(amount(value), _WIDEST_MONEY)


def _event_revenue(step: Step) -> str:
    """Return the revenue to write behind the event: an inner hit's zero is not worth a word."""
    return _money(step.row.revenue) if step.row.is_conversion or step.row.revenue else ""


def _hit(step: Step) -> str:
    text = identity(step.row.hitId or "")
    return f"{_ARROW}{text}" if text and step.row.is_conversion else text


def _notes(step: Step) -> Line:
    """Return the notes on a conversion: its transaction, its time after its hit."""
    notes: Line = []
    if step.row.is_conversion and step.row.conversionTransaction:
        notes.append((f"tx {clean(step.row.conversionTransaction)}", ""))
    if step.after_hit is not None:
        notes.append((f"{elapsed(step.after_hit)} after its hit", "faint"))
    return notes
