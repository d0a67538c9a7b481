"""S7: the sandbox's look-ups in a crowd, and in one a hundred times as large."""

import json
import os
import sqlite3
import tempfile
import time
from io import BytesIO
from pathlib import Path
from typing import Any

from ffx.sandbox.app import SANDBOX_TOKEN, ExplorerApp
from ffx.sandbox.build import build
from ffx.sandbox.store import Store
from tests.bench.bench import Bench
from tests.bench.comparison import Bound, Comparison, Result, compare, medians_in_turn

_ASKED = 100
_SAMPLE_OF_VISITORS = 500
_EVER = {"timeStart": "2020-01-01T00:00:00Z", "timeEnd": "2100-01-01T00:00:00Z"}
_KINDS = ("visitor by ID", "visitor by a hit", "hit")


def measure_lookups(bench: Bench) -> Result:
    """Compare what one look-up takes, asked for visitors and hits from all over the file."""
    stories = _count(_make(bench, visitors=0))
    crowd = _count(_make(bench, visitors=_SAMPLE_OF_VISITORS)) - stories

    def crowd_of(hits: int) -> Crowd:
        visitors = (hits - stories) * _SAMPLE_OF_VISITORS // crowd
        return Crowd(_make(bench, visitors=visitors), stories)

    small, large = crowd_of(10_000), crowd_of(100_000 if bench.is_quick else 1_000_000)

    def compare_kind(kind: str) -> Comparison:
        sides = {"large": lambda: large.ask(kind), "small": lambda: small.ask(kind)}
        found = medians_in_turn(sides, runs=bench.runs)
        what = f"{kind}, of {large.hits:,} : {small.hits:,}"
        return compare(what, found["large"], found["small"], bound=Bound(1.2))

    return Result(
        "S7",
        "look-ups of the sandbox",
        f"medians of {bench.runs} rounds of {_ASKED} in turn, in one process",
        tuple(map(compare_kind, _KINDS)),
    )


class Crowd:
    """The sandbox with a crowd, and questions for hits that lie all over the crowd.

    The stories are left alone: they come first in any file, and some are long.
    """

    def __init__(self, connection: sqlite3.Connection, stories: int) -> None:
        self.hits = _count(connection)
        rows = connection.execute(
            "SELECT visitorId, hitId FROM events WHERE event > ? AND (event - ?) % ? = 0",
            (stories, stories, (self.hits - stories) // _ASKED),
        ).fetchall()
        self._questions: dict[str, list[tuple[str, dict[str, str]]]] = {
            "visitor by ID": [("visitor", {"visitorId": row[0], **_EVER}) for row in rows],
            "visitor by a hit": [("visitor", {"hitId": row[1]}) for row in rows],
            "hit": [("hit", {"hitId": row[1]}) for row in rows],
        }
        self._app = ExplorerApp(Store(connection))

    def ask(self, kind: str) -> float:
        """Ask every question of a kind, and return the milliseconds that one took."""
        questions = self._questions[kind]
        started = time.perf_counter()
        for path, body in questions:
            _call(self._app, path, body)
        return (time.perf_counter() - started) * 1000 / len(questions)


def _make(bench: Bench, *, visitors: int) -> sqlite3.Connection:
    handle, name = tempfile.mkstemp(suffix=".sqlite3", dir=bench.folder)
    os.close(handle)
    build(Path(name), bench.now, visitors=visitors)
    return sqlite3.connect(name)


def _count(connection: sqlite3.Connection) -> int:
    (count,) = connection.execute("SELECT count(*) FROM events").fetchone()
    return int(count)


def _call(app: ExplorerApp, path: str, body: dict[str, str]) -> None:
    sent = json.dumps(body).encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/v1/reporting/explorer/{path}",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(sent)),
        "HTTP_AUTHORIZATION": f"Bearer {SANDBOX_TOKEN}",
        "wsgi.input": BytesIO(sent),
    }
    status: list[str] = []

    def start_response(line: str, *_rest: object) -> Any:
        status.append(line)

    for _ in app(environ, start_response):
        pass
    assert status == ["200 OK"], status
