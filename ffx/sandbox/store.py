"""The sandbox's data: one SQLite file in the cache folder, and the look-ups on it.

The file lives for a day, since its stories are relative to the day of
their making and `--since 2d` should find them.
"""

import os
import sqlite3
import weakref
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

from ffx.api.members import HIT_EVENT, HIT_ROW, VISITOR
from ffx.errors import UsageError, reason_of
from ffx.output.clean import clean
from ffx.sandbox.data.event import FORMAT_VERSION, milliseconds
from ffx.settings.folders import cache_folder

Row: TypeAlias = dict[str, Any]
"""All documented members: text (money too), milliseconds for times, None for what is absent."""

Window: TypeAlias = tuple[int, int]
"""First and last millisecond, both included."""
ALWAYS: Window = (-(2**63), 2**63 - 1)

_DAY = timedelta(days=1)


def open_store(*, now: datetime, path: Path | None = None) -> "Store":
    """Open the sandbox's database, and make it first if need be.

    It is made anew when it is missing, broken, of another format, over a day
    old or from after `now`. A new one appears in one step, so several runs may
    do this at once. Where nothing can be written, it is made in memory.

    Args:
        now: the present; no event lies after the file's making.
        path: the file; by default `sandbox.sqlite3` in the user's cache folder.
    """
    if path is None:
        path = cache_folder() / "sandbox.sqlite3"
    connection = _connect(path, now)
    if connection is None:
        with suppress(OSError, sqlite3.Error):
            _make(path, now)
            connection = _connect(path, now)
    if connection is None:
        from ffx.sandbox.build import fill

        connection = sqlite3.connect(":memory:", check_same_thread=False)
        fill(connection, now)
    return Store(connection)


def make_store(
    path: Path, *, now: datetime, visitors: int, progress: Callable[[int], object]
) -> None:
    """Make a database of the stories and `visitors` others in the place of `path`.

    It takes the place of an older one, and of nothing else. `progress` is called with how
    many visitors are in.

    Raises:
        UsageError: something else is in that place, or nothing can be written there.
    """
    if path.exists() and not _is_sandbox(path):
        raise UsageError(
            f"{clean(str(path))} is there, and is no sandbox database",
            hint="Name another file with --db.",
        )
    try:
        _make(path, now, visitors, progress)
    except (OSError, sqlite3.Error) as error:
        reason = reason_of(error)
        raise UsageError(f"cannot make {clean(str(path))}: {reason}") from error


def open_made_store(path: Path) -> "Store":
    """Open a database that `make_store` made, however old it is.

    Raises:
        UsageError: it is none, or was made by another version of ffx.
    """
    connection = _open(path) if path.is_file() else None
    if connection is not None:
        with suppress(sqlite3.Error):
            if _number(connection, "PRAGMA user_version") == FORMAT_VERSION:
                return Store(connection)
        connection.close()
    raise UsageError(
        f"{clean(str(path))} is no sandbox database of this version of ffx",
        hint="Make one: ffx sandbox --visitors 1000 --db FILE",
    )


class Store:
    """Look-ups on the sandbox's database, for any number of threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        connection.row_factory = sqlite3.Row
        self._connection = connection
        self._lock = Lock()
        # Also at the end of a run that does not close it: Python 3.13 warns of such connections.
        self.close = weakref.finalize(self, connection.close)

    def find_visitor_of(self, hit_id: str) -> str | None:
        """Return the ID of the visitor who made this hit."""
        rows = self._rows("SELECT visitorId FROM events WHERE hitId = ? LIMIT 1", hit_id)
        return rows[0]["visitorId"] if rows else None

    def find_hits(
        self, visitor_id: str, window: Window = ALWAYS, *, limit: int, newest: bool = True
    ) -> list[Row]:
        """Return a visitor's rows in time order, at most `limit`: the newest or the oldest."""
        direction = "DESC" if newest else "ASC"
        rows = self._rows(
            f"{_SELECT_HITS} WHERE visitorId = ? AND eventTime BETWEEN ? AND ?"
            f" ORDER BY eventTime {direction}, event {direction} LIMIT ?",
            visitor_id,
            *window,
            limit,
        )
        return rows[::-1] if newest else rows

    def summarise(self, visitor_id: str, window: Window = ALWAYS) -> Row:
        """Describe a visitor by their first hit; {} for a stranger.

        Only firstSeen, lastSeen and totalHits keep to the window.
        """
        seen = self._rows(_SELECT_SEEN, visitor_id, *window)
        first = self._rows(_SELECT_FIRST, visitor_id)
        return first[0] | seen[0] if first else {}

    def find_events(self, hit_id: str) -> list[Row]:
        """Return a hit and what refers to it, in time order."""
        return self._rows(f"{_SELECT_DETAILS} WHERE hitId = ? ORDER BY eventTime, event", hit_id)

    def _rows(self, query: str, *values: str | int) -> list[Row]:
        try:
            with self._lock:
                return [dict(row) for row in self._connection.execute(query, values)]
        except UnicodeEncodeError:  # half a surrogate pair is in no ID of ours
            return []


def _select(members: Iterable[str]) -> str:
    return (
        f"SELECT {', '.join(members)}"  # noqa: S608 (our own column names)
        " FROM events JOIN places USING (place) JOIN clients USING (client)"
    )


_SELECT_HITS = _select(HIT_ROW)
_SELECT_DETAILS = _select(HIT_EVENT)
_SELECT_FIRST = (
    _select(member for member in VISITOR if member in HIT_EVENT)
    + " WHERE visitorId = ? ORDER BY eventTime, event LIMIT 1"
)
_SELECT_SEEN = (
    "SELECT min(eventTime) AS firstSeen, max(eventTime) AS lastSeen, count(*) AS totalHits"
    " FROM events WHERE visitorId = ? AND eventTime BETWEEN ? AND ?"
)


def _make(
    path: Path,
    now: datetime,
    visitors: int = 300,
    progress: Callable[[int], object] | None = None,
) -> None:
    from ffx.sandbox.build import build
    from ffx.signals import make_temporary

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, new = make_temporary(path.parent, prefix=f"{path.stem}-", suffix=".new")
    os.close(handle)
    try:
        build(new, now, visitors, progress)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection | None:
    # The file is replaced, never changed: no reader needs a lock.
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        return sqlite3.connect(address, uri=True, check_same_thread=False)
    except sqlite3.Error:
        return None


def _connect(path: Path, now: datetime) -> sqlite3.Connection | None:
    """Open the file if it is whole and of today."""
    connection = _open(path)
    if connection is None:
        return None
    with suppress(OSError, sqlite3.Error):
        if _is_current(connection, path, now):
            return connection
    connection.close()
    return None


def _is_current(connection: sqlite3.Connection, path: Path, now: datetime) -> bool:
    if _number(connection, "PRAGMA user_version") != FORMAT_VERSION:
        return False
    size = _number(connection, "PRAGMA page_count") * _number(connection, "PRAGMA page_size")
    age = milliseconds(now) - _number(connection, "SELECT time FROM made")
    return size == path.stat().st_size and 0 <= age <= _DAY // timedelta(milliseconds=1)


def _is_sandbox(path: Path) -> bool:
    """Tell whether a file is a sandbox database of any version."""
    connection = _open(path) if path.is_file() else None
    if connection is None:
        return False
    with closing(connection), suppress(sqlite3.Error):
        return _number(connection, "SELECT time FROM made") > 0
    return False


def _number(connection: sqlite3.Connection, query: str) -> int:
    value: int = connection.execute(query).fetchone()[0]
    return value
