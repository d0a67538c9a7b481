"""S7: the sandbox's look-ups in a crowd, and in one a hundred times as large."""

import json
import sqlite3
import time
from io import BytesIO
from typing import Any

from ffx.sandbox.app import SANDBOX_TOKEN, ExplorerApp
from ffx.sandbox.build import build
from ffx.sandbox.store import Store
from tests.bench.bench import Bench
from tests.bench.comparison import Bound, Comparison, Result, medians_in_turn

_ASKED = 100
# The stories come first in any file, and some are long; the crowd after them makes up the rest.
_EVENTS_OF_STORIES, _EVENTS_A_VISITOR = 2_900, 6.72
_EVER = {"timeStart": "2020-01-01T00:00:00Z", "timeEnd": "2100-01-01T00:00:00Z"}
_KINDS = ("visitor by ID", "visitor by a hit", "hit")


def measure_lookups(bench: Bench) -> Result:
    """Compare what one look-up takes, asked for visitors and hits from all over the file."""
    small = Crowd(bench, 10_000)
    large = Crowd(bench, 100_000 if bench.is_quick else 1_000_000)
    lines = []
    for kind in _KINDS:
        found = medians_in_turn(
            {"large": lambda: large.ask(kind), "small": lambda: small.ask(kind)},  # noqa: B023
            runs=bench.runs,
        )
        what = f"{kind}, of {large.hits:,} : {small.hits:,}"
        lines.append(Comparison(what, found["large"], found["small"], bound=Bound(2.0)))
    return Result(
        "S7",
        "look-ups of the sandbox",
        f"medians of {bench.runs} rounds of {_ASKED} in turn, in one process",
        tuple(lines),
    )


class Crowd:
    """The sandbox with a crowd of about so many hits."""

    def __init__(self, bench: Bench, hits: int) -> None:
        path = bench.folder / f"{hits}.sqlite3"
        visitors = (hits - _EVENTS_OF_STORIES) / _EVENTS_A_VISITOR
        build(path, bench.now, visitors=round(visitors))
        connection = sqlite3.connect(path)
        (self.hits,) = connection.execute("SELECT count(*) FROM events").fetchone()
        step = (self.hits - _EVENTS_OF_STORIES) // _ASKED
        rows = connection.execute(
            "SELECT visitorId, hitId FROM events WHERE event > ? AND (event - ?) % ? = 0",
            (_EVENTS_OF_STORIES, _EVENTS_OF_STORIES, step),
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
