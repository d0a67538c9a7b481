"""The story that goes on while somebody watches: it begins when it is first asked for."""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from ffx.sandbox.data.event import milliseconds
from ffx.sandbox.data.visit_stories import watched_sale
from ffx.sandbox.store import ALWAYS, Row, Store, Window

# The entrance is there at the first look.
_BEGUN_BEFORE = timedelta(seconds=1)
_STEM = watched_sale.hit_id[:20]


class LiveStore:
    """A store with one more visitor, of whom no more is known than has happened by `clock`."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._story: Store | None = None
        self._lock = Lock()

    def find_visitor_of(self, hit_id: str) -> str | None:
        """Return the ID of the visitor who made this hit."""
        if not hit_id.startswith(_STEM):
            return self._store.find_visitor_of(hit_id)
        return watched_sale.visitor_id if self.find_events(hit_id) else None

    def find_hits(
        self, visitor_id: str, window: Window = ALWAYS, *, limit: int, newest: bool = True
    ) -> list[Row]:
        """Return a visitor's rows in time order, at most `limit`: the newest or the oldest."""
        store, window = self._store_and_window(visitor_id, window)
        return store.find_hits(visitor_id, window, limit=limit, newest=newest)

    def summarise(self, visitor_id: str, window: Window = ALWAYS) -> Row:
        """Describe a visitor by their first hit; {} for a stranger."""
        store, window = self._store_and_window(visitor_id, window)
        return store.summarise(visitor_id, window)

    def find_events(self, hit_id: str) -> list[Row]:
        """Return a hit and what refers to it, in time order."""
        if not hit_id.startswith(_STEM):
            return self._store.find_events(hit_id)
        events = self._story_store().find_events(hit_id)
        now = milliseconds(self._clock())
        return [event for event in events if event["eventTime"] <= now]

    def _store_and_window(self, visitor_id: str, window: Window) -> tuple[Store, Window]:
        """Return the store that has the visitor, and the window as far as its time has come."""
        if visitor_id != watched_sale.visitor_id:
            return self._store, window
        story = self._story_store()
        return story, (window[0], min(window[1], milliseconds(self._clock())))

    def _story_store(self) -> Store:
        """Return the store of the story, which begins when it is first asked for."""
        from ffx.sandbox.build import fill_with

        with self._lock:
            if self._story is None:
                connection = sqlite3.connect(":memory:", check_same_thread=False)
                start = milliseconds(self._clock() - _BEGUN_BEFORE)
                fill_with(connection, lambda add: watched_sale.add(add, start))
                self._story = Store(connection)
            return self._story
