"""A service that keeps back what a page does not hold, and the walk that would waste nothing."""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ffx.api.wire import Reply, read_reply, visitor_query
from ffx.input.targets.target import VisitorId
from ffx.input.times.window import TimeRange
from ffx.lookup.walk import Walk

START = datetime(2026, 3, 5, tzinfo=UTC)
END = START + timedelta(hours=1)
WINDOW = TimeRange(START, END)


def edges(window: TimeRange) -> tuple[int, int]:
    """Return a window's ends in microseconds from START."""
    start, end = (edge - START for edge in (window.start, window.end))
    return start // timedelta(microseconds=1), end // timedelta(microseconds=1)


@dataclass
class Service:
    """A capped service. Rows are (microseconds from START, name); the name tells twins apart."""

    rows: list[tuple[int, str]]
    page_size: int = 3
    keeps_newest: bool = True
    ascending: bool = True
    digits: int = 3
    has_open_end: bool = False
    change: Callable[["Service"], None] = lambda _: None
    asked: list[TimeRange] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Rows that are sent alike are of one instant, or nobody could tell how many there are.
        first: dict[str, int] = {}
        self.rows = [
            (first.setdefault(json.dumps(self.sent(row)), row[0]), row[1]) for row in self.rows
        ]

    def ask(self, window: TimeRange) -> Reply:
        self.asked.append(window)
        self.change(self)
        found = self.find(window)
        kept = found[-self.page_size :] if self.keeps_newest else found[: self.page_size]
        body = {
            "visitor": {"visitorId": "v"},
            "hits": [self.sent(row) for row in (kept if self.ascending else kept[::-1])],
            "hasMore": len(found) > len(kept),
        }
        return read_reply(visitor_query(VisitorId("v"), window), json.dumps(body).encode())

    def find(self, window: TimeRange) -> list[tuple[int, str]]:
        start, end = edges(window)
        end -= self.has_open_end
        return sorted(row for row in self.rows if start <= row[0] <= end)

    def sent(self, row: tuple[int, str]) -> dict[str, str]:
        """Write a row as the service does, its time cut to so many digits of a second."""
        time = self._time(row)
        fraction = f".{time:%f}"[: self.digits + 1] if self.digits else ""
        return {"hitId": row[1], "eventTime": f"{time:%Y-%m-%dT%H:%M:%S}{fraction}Z"}

    def stored(self) -> Counter[str]:
        return Counter(json.dumps(self.sent(row)) for row in self.find(WINDOW))

    @staticmethod
    def _time(row: tuple[int, str]) -> datetime:
        return START + timedelta(microseconds=row[0])


class OfManyRows(Service):
    """The same, where rows are stored in the order of time and there are many of them."""

    def find(self, window: TimeRange) -> list[tuple[int, str]]:
        start, end = edges(window)
        end += not self.has_open_end
        return self.rows[bisect_left(self.rows, (start,)) : bisect_left(self.rows, (end,))]


def walk_through(service: Service) -> tuple[Walk, int]:
    """Walk to the end, each stored row once; return the walk, and its requests until the first."""
    made = Walk(service.ask, 1_000_000)
    until_first = 0
    texts: Counter[str] = Counter()
    for part in made.over(WINDOW):
        until_first = until_first or made.requests
        texts.update(row.text for row in part)
    assert texts == service.stored(), "rows were lost, or came twice"
    return made, until_first


def ideal_requests(service: Service, unit: int) -> int:
    """Count the requests of a walk along the kept end that knows all but the cut instants."""
    rows = sorted((row[0] // unit for row in service.rows), reverse=service.keeps_newest)
    requests, had = 1, 0
    while had + service.page_size < len(rows):
        cut = rows[had + service.page_size - 1]
        had += sum(row != cut for row in rows[had : had + service.page_size])
        requests += 1
    return requests
