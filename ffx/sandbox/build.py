"""Fill a database with the stories and a crowd around them."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from ffx.api.members import DEVICE, HIT_EVENT, PLACE, REGION, TIMES
from ffx.sandbox.data.event import FORMAT_VERSION, AddEvent, Event, Value, milliseconds
from ffx.sandbox.data.population import add_population
from ffx.sandbox.data.stories import add_stories

# What a visitor comes with; a place and a client are stored once, however many events name them.
CLIENT = ("ip", "ipv6", "country", "continent", *REGION, *DEVICE)
EVENT = tuple(member for member in HIT_EVENT if member not in {*PLACE, *CLIENT})

_CHUNK = 2_000


def build(
    path: Path, now: datetime, visitors: int = 300, progress: Callable[[int], object] | None = None
) -> None:
    """Make a database in `path`, a new or an empty file: every story, and `visitors` others.

    Nothing in it lies after `now`. The crowd grows by about ten events a
    visitor; memory does not. `progress` is called now and then with how many visitors are in.
    """
    with closing(sqlite3.connect(path)) as connection:
        fill(connection, now, visitors, progress)


def fill(
    connection: sqlite3.Connection,
    now: datetime,
    visitors: int = 300,
    progress: Callable[[int], object] | None = None,
) -> None:
    """Do what `build` does, in an empty database that is open already."""

    def add_all(add: AddEvent) -> None:
        add_stories(add, now)
        add_population(add, now, visitors, progress)

    fill_with(connection, add_all)
    connection.execute("INSERT INTO made VALUES (?)", (milliseconds(now),))
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
    connection.commit()


def fill_with(connection: sqlite3.Connection, add_all: Callable[[AddEvent], None]) -> None:
    """Make the tables in an empty database, with what `add_all` hands over."""
    # A build that breaks off is thrown away, so nothing needs to survive one.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    _create_tables(connection)
    writer = _Writer(connection)
    add_all(writer.add)
    writer.flush()
    # Last, since a sorted index is quicker made than kept.
    connection.execute("CREATE INDEX events_by_visitor ON events (visitorId, eventTime)")
    connection.execute("CREATE INDEX events_by_hit ON events (hitId, eventTime)")


def _create_tables(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE made (time INTEGER)")
    connection.execute(f"CREATE TABLE places (place INTEGER PRIMARY KEY, {_columns(PLACE)})")
    connection.execute(f"CREATE TABLE clients (client INTEGER PRIMARY KEY, {_columns(CLIENT)})")
    connection.execute(
        "CREATE TABLE events"
        f" (event INTEGER PRIMARY KEY, {_columns(EVENT)}, place INTEGER, client INTEGER)"
    )


def _columns(members: Iterable[str]) -> str:
    # Money is text, so that 24.9000 keeps its digits.
    return ", ".join(f"{name} {'INTEGER' if name in TIMES else 'TEXT'}" for name in members)


class _Writer:
    """Takes events one by one and stores them in chunks."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._places: dict[tuple[Value, ...], int] = {}
        self._client: tuple[Value, ...] = ()
        self._client_key = 0
        self._waiting: list[tuple[Value, ...]] = []

    def add(self, event: Event) -> None:
        row = (
            None,
            *map(event.get, EVENT),
            self._place_of(tuple(map(event.get, PLACE))),
            self._client_of(tuple(map(event.get, CLIENT))),
        )
        self._waiting.append(row)
        if len(self._waiting) >= _CHUNK:
            self.flush()

    def flush(self) -> None:
        marks = ", ".join("?" * (1 + len(EVENT) + 2))
        self._connection.executemany(
            f"INSERT INTO events VALUES ({marks})",  # noqa: S608 (question marks only)
            self._waiting,
        )
        self._waiting.clear()

    def _place_of(self, place: tuple[Value, ...]) -> int:
        if place not in self._places:
            self._places[place] = len(self._places) + 1
            self._insert("places", self._places[place], place)
        return self._places[place]

    def _client_of(self, client: tuple[Value, ...]) -> int:
        # One visitor's events come together: to remember the last client is enough.
        if client != self._client:
            self._client = client
            self._client_key += 1
            self._insert("clients", self._client_key, client)
        return self._client_key

    def _insert(self, table: str, key: int, values: tuple[Value, ...]) -> None:
        marks = ", ".join("?" * (1 + len(values)))
        self._connection.execute(
            f"INSERT INTO {table} VALUES ({marks})",  # noqa: S608 (our own table names)
            (key, *values),
        )
