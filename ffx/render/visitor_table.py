"""The visitor view on a terminal: a summary, then the timeline of hits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ffx.journey import Journey, Step
from ffx.models import VisitorInfo, read_time
from ffx.render.clean import clean
from ffx.render.lines import Line, both_ends, clip, line_width, pad, rule, width_of, wrap
from ffx.render.words import amount, clock, day_of, elapsed, plural
from ffx.timerange import TimeRange, describe
from ffx.zones import Zone, format_moment, to_local, zone_name

_LABEL = 10
_INDENT = "  "
_NARROWEST_PAGE = 18
_WIDEST_EVENT = 24
# What gives way first: cost, then the hit's place beside its row, cost again, and revenue.
_PLANS = (  # (hit beside its row, cost, revenue)
    (True, True, True),
    (True, False, True),
    (False, True, True),
    (False, False, True),
    (False, False, False),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a view is drawn: width in cells, the reader's zone, the account's name."""

    width: int
    zone: Zone
    account: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows of a journey are shown: the newest first or last, some events, so many."""

    limit: int | None = None
    reverse: bool = False
    events: tuple[str, ...] = ()

    def of(self, journey: Journey) -> tuple[list[Step], int, int]:
        """Return the chosen steps, and how many `limit` and `events` left out."""
        wanted = {name.casefold() for name in self.events}
        steps = [
            step
            for step in journey.steps
            if not wanted or (step.hit.eventType or "").casefold() in wanted
        ]
        chosen = steps[-self.limit :] if self.limit is not None else steps
        left_out = len(steps) - len(chosen)
        return (
            chosen[::-1] if self.reverse else chosen,
            left_out,
            len(journey.steps) - len(steps),
        )


def summary_lines(
    visitor: VisitorInfo | None, visitor_id: str, journey: Journey, frame: Frame
) -> Iterator[Line]:
    """Yield who this is, where, on what, and how much there is of them."""
    yield from both_ends(
        [("Visitor ", "label"), (clean(visitor_id) or "without an ID", "title")],
        [(f"account {clean(frame.account)} · times in {zone_name(frame.zone)}", "faint")],
        frame.width,
    )
    totals = [plural(journey.visits, "visit"), plural(len(journey.steps), "hit")]
    totals.append(plural(len(journey.conversions), "conversion"))
    parts = {"when": [_seen(visitor, frame.zone), *totals]}
    if visitor is not None:
        parts["where"] = [
            ", ".join(dict.fromkeys(_known(visitor.city, visitor.region, visitor.country))),
            *_known(visitor.ip, visitor.isp),
            *_known(_network(visitor)),
        ]
        parts["device"] = [
            " ".join(_known(visitor.deviceBrand, visitor.deviceModelName or visitor.deviceModel)),
            *_known(visitor.deviceType),
            " ".join(_known(visitor.deviceOS, visitor.deviceOSVersion)),
            " ".join(_known(visitor.browser, visitor.browserVersion)),
            *_known(visitor.language),
        ]
    for label, words in parts.items():
        yield from _labelled(label, " · ".join(filter(None, words)), frame.width)
    if visitor is not None and visitor.userAgent:
        text = clip(clean(visitor.userAgent), frame.width - len(_INDENT) - _LABEL)
        yield from _labelled("agent", text, frame.width)


def timeline_lines(
    journey: Journey, choice: Choice, window: TimeRange | None, frame: Frame
) -> Iterator[Line]:
    """Yield the chosen rows: days, visits, pauses, and the sums below."""
    right = f"window {describe(window, frame.zone)}" if window else "found by its hit"
    yield from both_ends([("Timeline", "title")], [(right, "faint")], frame.width)
    steps, over_limit, other_events = choice.of(journey)
    layout = _Layout(steps, frame)
    if steps:
        yield layout.header()
    day = ""
    for step in steps:
        if step.time is not None and day != (today := day_of(step.time, frame.zone)):
            day = today
            yield [(_INDENT, ""), (day, "title")]
        yield from _before(step, frame, is_reversed=choice.reverse)
        yield from layout.row(step)
    if journey.steps:
        yield from layout.total(journey)
    yield from _left_out(journey, over_limit, other_events)


def incomplete_lines(
    *, has_more: bool | None, rows: int, total: str, command: str, frame: Frame
) -> Iterator[Line]:
    """Yield the loud lines when the service held rows back; nothing when it did not."""
    if has_more is False:
        return
    of_all = f" of {total}" if total else ""
    if has_more:
        words = f"Incomplete: the service returned {rows:,}{of_all} hits. For the rest:"
    else:
        words = "Perhaps incomplete: the service did not say whether there is more. To look:"
    yield []
    for part in wrap(words, frame.width):
        yield [(part, "loud")]
    yield [(f"{_INDENT}{command}", "loud")]


def _seen(visitor: VisitorInfo | None, zone: Zone) -> str:
    if visitor is None:
        return ""
    first, last = read_time(visitor.firstSeen), read_time(visitor.lastSeen)
    if first is None:
        return " → ".join(_known(visitor.firstSeen, visitor.lastSeen))
    started = to_local(first, zone).replace(microsecond=0)
    text = format_moment(started)
    if last is None:
        return " → ".join([text, *_known(visitor.lastSeen)])
    ended = to_local(last, zone).replace(microsecond=0)
    if ended == started:
        return text
    if (ended.date(), ended.utcoffset()) == (started.date(), started.utcoffset()):
        return f"{text} → {ended:%H:%M:%S}"
    return f"{text} → " + format_moment(
        ended,
        year=ended.year != started.year,
        offset=ended.utcoffset() != started.utcoffset(),
    )


def _network(visitor: VisitorInfo) -> str:
    carrier, kind = visitor.mobileCarrier or "", visitor.connectionType or ""
    if carrier and carrier != visitor.isp:
        return f"{carrier} ({kind})" if kind else carrier
    return kind


def _known(*texts: str | None) -> list[str]:
    return [clean(text) for text in texts if text]


def _labelled(label: str, text: str, width: int) -> Iterator[Line]:
    room = width - len(_INDENT) - _LABEL
    for number, part in enumerate(wrap(text, room, most=3)):
        yield [(_INDENT, ""), (pad(label if number == 0 else "", _LABEL), "label"), (part, "")]


def _before(step: Step, frame: Frame, *, is_reversed: bool) -> Iterator[Line]:
    """Yield the rules that stand over a row: a pause, the beginning of a visit."""
    if is_reversed:
        return
    if step.pause is not None:
        yield [(_INDENT, ""), *rule(f"{elapsed(step.pause)} pause", frame.width - 2)]
    if step.starts_visit:
        yield [(_INDENT, ""), *rule(_visit_name(step), frame.width - 2)]


def _visit_name(step: Step) -> str:
    if not step.hit.is_entrance:
        return "begun before this window"
    hit = step.hit
    words = [f"visit {step.visit}", *_known(hit.trafficSourceName or hit.trafficSourceId)]
    if hit.subCampaign:
        words.append(f"campaign {clean(hit.subCampaign)}")
    if hit.funnelName or hit.funnelId:
        words.append(f"funnel {clean(hit.funnelName or hit.funnelId or '')}")
    return " · ".join(words)


def _left_out(journey: Journey, over_limit: int, other_events: int) -> Iterator[Line]:
    if over_limit:
        yield [
            (_INDENT, ""),
            (f"{plural(over_limit, 'earlier row')} not shown (--limit all)", "warning"),
        ]
    if other_events:
        yield [
            (_INDENT, ""),
            (f"{plural(other_events, 'row')} of other events not shown", "faint"),
        ]
    if not journey.was_sorted:
        yield [(_INDENT, ""), ("sorted by time; the service sent another order", "faint")]


class _Layout:
    """The timeline's columns for a width: what has no room joins a neighbour or goes.

    A hit ID that does not fit beside the rest stands whole on a line of its own.
    """

    def __init__(self, steps: Sequence[Step], frame: Frame) -> None:
        self.frame = frame
        self.room = frame.width - len(_INDENT)
        self.time = 8
        self.after = _widest((_after(step) for step in steps), "after")
        self.event = min(_widest((_event(step) for step in steps), "event"), _WIDEST_EVENT)
        self.cost = _widest((amount(step.hit.cost) for step in steps), "cost")
        self.revenue = _widest((amount(step.hit.revenue) for step in steps), "revenue")
        self.hit = _widest((_hit_text(step) for step in steps), "hit")
        for plan in _PLANS:
            self.hit_beside, self.has_cost, self.has_money = plan
            if self._page_room() >= _NARROWEST_PAGE:
                break
        room = self._page_room()
        wanted = _widest((_page(step) for step in steps), "node · page")
        self.page = min(wanted, room) if room >= _NARROWEST_PAGE // 2 else 0

    def _page_room(self) -> int:
        widths = [self.time, self.after, self.event]
        widths.extend([self.revenue] if self.has_money else [])
        widths.extend([self.cost] if self.has_cost else [])
        widths.extend([self.hit] if self.hit_beside else [])
        return self.room - sum(widths) - 2 * len(widths)

    def header(self) -> Line:
        return self._line(
            ("time", "after", "event", "node · page", "cost", "revenue", "hit"), style="label"
        )

    def row(self, step: Step) -> Iterator[Line]:
        hit = step.hit
        event = _event(step)
        style = "good" if hit.is_conversion else ""
        revenue = amount(hit.revenue)
        if not self.has_money and hit.is_conversion and revenue:
            event = f"{event} {revenue}"
        time = clock(step.time, self.frame.zone) if step.time else clean(hit.eventTime or "–")
        cells = (
            time, _after(step), clip(event, max(self.event, 12)) if self.page else event,
            clip(_page(step), self.page) if self.page else "",
            amount(hit.cost), revenue, _hit_text(step) if self.hit_beside else "",
        )  # fmt: skip
        line = self._line(
            cells, style=style, after_faint=step.after is None or not step.after.seconds
        )
        yield line
        if not self.hit_beside:
            yield from self._below(step)
        if step.after_hit is not None and self.hit_beside:
            words = f"{elapsed(step.after_hit)} after its hit"
            yield [(" " * (line_width(line) - width_of(cells[-1]) + 2), ""), (words, "faint")]

    def total(self, journey: Journey) -> Iterator[Line]:
        totals = [plural(journey.visits, "visit"), plural(len(journey.conversions), "conversion")]
        cost, revenue = amount(journey.cost), amount(journey.revenue)
        if not self.has_money and revenue:
            totals.append(f"revenue {revenue}")
        words = " · ".join(totals)
        if self.page and width_of(words) <= self.page:
            yield self._line(("total", "", "", words, cost, revenue, ""), style="title")
            return
        for part in wrap(f"total  {words}", self.room):
            yield [(_INDENT, ""), (part, "title")]
        if self.page:
            yield self._line(("", "", "", "", cost, revenue, ""), style="title")

    def _below(self, step: Step) -> Iterator[Line]:
        """Yield the line below a row that holds its hit, whole."""
        indent = f"{_INDENT}{' ' * self.time}  "
        words = [_hit_text(step)]
        if step.after_hit is not None:
            words.append(f"{elapsed(step.after_hit)} after its hit")
        if len(indent) + width_of("  ".join(words)) <= self.frame.width:
            words = ["  ".join(words)]
        if any(len(indent) + width_of(text) > self.frame.width for text in words):
            indent = _INDENT * 2
        for text in filter(None, words):
            yield [(indent, ""), (text, "faint")]

    def _line(self, cells: tuple[str, ...], *, style: str, after_faint: bool = False) -> Line:
        time, after, event, page, cost, revenue, hit = cells
        line: Line = [
            (_INDENT, ""),
            (pad(time, self.time), style if style in ("label", "title") else ""),
            (f"  {pad(after, self.after, right=True)}", "faint" if after_faint else style),
            (f"  {pad(event, self.event)}", "good-title" if style == "good" else style),
        ]
        if self.page:
            line.append((f"  {pad(page, self.page)}", style if style != "good" else ""))
        line.extend(self._money(cost, revenue, style))
        if self.hit_beside and hit:
            line.append((f"  {hit}", style if style in ("label",) else ""))
        return line

    def _money(self, cost: str, revenue: str, style: str) -> Line:
        if not self.has_money:
            return []
        line: Line = []
        if self.has_cost:
            line.append((f"  {pad(cost, self.cost, right=True)}", style or _weight(cost)))
        return [*line, (f"  {pad(revenue, self.revenue, right=True)}", style or _weight(revenue))]


def _weight(money: str) -> str:
    """Return the style of an amount: an inner hit's zero is nothing to look at."""
    return "" if money.strip("0.,") else "faint"


def _widest(texts: Iterable[str], header: str) -> int:
    return max(width_of(header), max(map(width_of, texts), default=0))


def _after(step: Step) -> str:
    return f"+{elapsed(step.after)}" if step.after is not None else ""


def _event(step: Step) -> str:
    return clean(step.hit.eventType or "–")


def _page(step: Step) -> str:
    hit = step.hit
    return " · ".join(_known(hit.nodeName or hit.nodeId, hit.pageName or hit.pageId))


def _hit_text(step: Step) -> str:
    hit = step.hit
    text = clean(hit.hitId or "")
    if hit.is_conversion:
        text = f"↑ {text}" if text else ""
        if hit.conversionTransaction:
            text = f"{text}  tx {clean(hit.conversionTransaction)}"
    return text
