"""Everything of a visitor, and whether that is all."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from math import ceil, floor
from pathlib import Path
from typing import Any

import pytest

from ffx.api.wire import read_reply, visitor_query
from ffx.cli.app import main
from ffx.errors import ExitCode
from ffx.input.targets.target import Target, VisitorId
from ffx.input.times.window import TimeRange
from ffx.lookup.all_hits import what_is_missing
from ffx.lookup.find import Found
from ffx.lookup.walk_requests import Gap
from ffx.sandbox.app import SANDBOX_TOKEN, Behaviour, ExplorerApp
from ffx.sandbox.server import SandboxServer
from ffx.sandbox.store import Store, open_store
from tests.answering import Question, Says, serving
from tests.conftest import Folders, Runner
from tests.looping import each
from tests.sandbox.calling import story_named

LONG, BURST = (story_named(name) for name in ("long-history", "burst"))


@pytest.fixture(scope="module")
def store(folders: Folders) -> Iterator[Store]:
    """Open the sandbox's data, which others may have made."""
    store = open_store(now=datetime.now(UTC))
    yield store
    store.close()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, store: Store) -> Any:
    """Return what serves the sandbox in a way of its own, and lets the program ask it."""
    import threading

    servers = []

    def start(*, page_size: int, behaviour: Behaviour) -> Any:
        server = SandboxServer(ExplorerApp(store, page_size=page_size, behaviour=behaviour))
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("FFX_API_URL", f"http://127.0.0.1:{server.server_port}/v1")
        monkeypatch.setenv("FFX_ACCESS_TOKEN", SANDBOX_TOKEN)
        return store

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


# The walk by itself is held to every pair of these.
@each(
    ("page_size", "order", "keep"),
    [(30, "ascending", "newest"), (30, "descending", "newest"), (5, "ascending", "oldest")],
)
def test_a_long_history_comes_whole_whatever_the_pages(
    page_size: int,
    order: Any,
    keep: Any,
    serve: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = serve(page_size=page_size, behaviour=Behaviour(order=order, keep=keep))

    assert main(["visitor", BURST.visitor_id, "--all", "--json"]) == ExitCode.OK

    reply = json.loads(capsys.readouterr().out)
    stored = store.find_hits(BURST.visitor_id, limit=10_000)
    ids = [row["hitId"] for row in stored]
    got = [row["hitId"] for row in reply["hits"]]
    assert sorted(got) == sorted(ids)
    times = [row["eventTime"] for row in reply["hits"]]
    assert times == sorted(times, reverse=order == "descending")
    assert reply["hasMore"] is False
    assert reply["visitor"]["totalHits"] == len(got) == 91


@each(
    ("order", "keep"),
    [("ascending", "newest"), ("descending", "newest"), ("descending", "oldest")],
)
def test_rows_that_are_written_as_they_come_go_one_way(
    order: Any, keep: Any, serve: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(page_size=30, behaviour=Behaviour(order=order, keep=keep))

    assert main(["visitor", BURST.visitor_id, "--all", "--format", "jsonl"]) == ExitCode.OK

    times = [json.loads(line)["eventTime"] for line in capsys.readouterr().out.splitlines()]
    assert len(times) == 91
    assert times == sorted(times, reverse=times[0] > times[-1])


def test_a_limit_on_hits_makes_the_history_partial(
    serve: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(page_size=100, behaviour=Behaviour())

    code = main(["visitor", LONG.visitor_id, "--all", "--max-hits", "250", "--json"])

    out, err = capsys.readouterr()
    assert code == ExitCode.PARTIAL
    reply = json.loads(out)
    assert (len(reply["hits"]), reply["hasMore"]) == (250, True)
    error = json.loads(err.splitlines()[-1])["error"]
    assert error["code"] == "incomplete"
    assert "more than 250 hits (--max-hits)" in error["hint"]


def test_a_hit_leads_to_all_of_its_visitor(serve: Any, capsys: pytest.CaptureFixture[str]) -> None:
    serve(page_size=20, behaviour=Behaviour())

    assert main(["visitor", BURST.hit_id, "--all", "--json"]) == ExitCode.OK

    assert len(json.loads(capsys.readouterr().out)["hits"]) == 91


@each("not_found", ["empty", "404"])
def test_nobody_has_no_history(
    not_found: Any, serve: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(page_size=1000, behaviour=Behaviour(not_found=not_found))

    assert main(["visitor", "nobody1", "--all", "--since", "2d", "--json"]) == ExitCode.NOT_FOUND

    assert json.loads(capsys.readouterr().out) == {"visitor": None, "hits": [], "hasMore": False}


# What a visitor's rows say alike, of which models hold a text each.
ALIKE = {f"t{number}": f"the same in each row, {number}" for number in range(2, 21)}


def many_hits(count: int, *, page: int, note: str) -> Any:
    """Return a service where one visitor has so many hits, and a reply the newest of a page.

    Each hit has `note` as a field of its own, and it is another in each; without it, all have
    the members of `ALIKE`.
    """
    start = datetime(2026, 1, 1, tzinfo=UTC)

    def row(number: int) -> dict[str, object]:
        time = start + timedelta(seconds=number)
        event = {"hitId": f"h{number:06d}", "eventTime": time.isoformat(), "eventType": "view"}
        return {**event, "t1": f"{note}{number}"} if note else {**event, **ALIKE}

    def says(question: Question) -> Says:
        since, until = (
            (datetime.fromisoformat(question.body[name]) - start).total_seconds()
            for name in ("timeStart", "timeEnd")
        )
        first, last = max(0, ceil(since)), min(count - 1, floor(until))
        held = last - first + 1 > page
        hits = [row(number) for number in range(last - page + 1 if held else first, last + 1)]
        return Says({"visitor": {"visitorId": "v"}, "hits": hits, "hasMore": held})

    return says


@pytest.fixture
def measure(own_surroundings: None, tmp_path: Path) -> Callable[..., int]:
    """Return what looks up so many rows in a form, sees that they are shown, and tells the peak.

    A spool keeps little in memory there, so that few rows show what is kept of each.
    """
    run = Runner(tmp_path, module="tests.forks.striking")
    striking = "import ffx.output.spool; ffx.output.spool._MOST_IN_MEMORY = 100_000"

    def peak_of(form: str, count: int, *, page: int, length: int) -> int:
        with serving(many_hits(count, page=page, note="x" * length)) as served:
            env = {"FFX_API_URL": served.url, "FFX_ACCESS_TOKEN": "sample", "STRIKING": striking}
            words = ("visitor", "v1", "--since", "2025-12-31", "--all", *form.split())
            finished = run(*words, env=env, measured=True)
        assert finished.code == ExitCode.OK, finished.err
        shown = re.findall(rb"\bh\d{6}\b", finished.out)
        assert len(set(shown)) == (12 if form == "--format md" else count)
        if form not in ("--format md", "--format html"):
            assert len(shown) == count
        return finished.peak

    return peak_of


# Many rows once, for what a walk keeps of each. For what a format keeps, long rows: a document
# and a table come from the spool, each in a way of its own; CSV gets its rows a page at a time, as
# JSON lines do.
@pytest.mark.parametrize(
    ("form", "counts", "page", "length"),
    [
        ("--format jsonl", (200, 2_500), 125, 1_000),
        *((form, (50, 350), 25, 8_000) for form in ("--format json", "")),
    ],
)
def test_everything_is_written_in_memory_that_stays_flat(
    form: str, counts: tuple[int, int], page: int, length: int, measure: Callable[..., int]
) -> None:
    few, many = (measure(form, count, page=page, length=length) for count in counts)

    # The rows that came more are 2.3 MB of text at least.
    assert many - few < 1.5 * 10**6


@pytest.mark.parametrize("form", ["--format table --wide", "--format md", "--format html"])
def test_a_view_or_a_document_keeps_no_models_of_its_rows(
    form: str, measure: Callable[..., int]
) -> None:
    few, many = (measure(form, count, page=50, length=0) for count in (50, 500))

    # Models take seven kilobytes a row, 3 MB.
    assert many - few < 1.5 * 10**6


def test_where_there_is_no_room_for_the_rows_it_is_said(
    serve: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(page_size=20, behaviour=Behaviour())
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    jsonl = ("--format", "jsonl")
    line = ["visitor", BURST.visitor_id, "--all"]
    # Little needs no file.
    assert main([*line, "--json"]) == ExitCode.OK
    capsys.readouterr()

    monkeypatch.setattr("ffx.output.spool._MOST_IN_MEMORY", 10_000)
    for more in (("--json",), (), (*jsonl, "--limit", "5"), (*jsonl, "--redact")):
        code = main([*line, *more])

        out, err = capsys.readouterr()
        assert code == ExitCode.OUTPUT, more
        assert out == "" or more[:2] == jsonl, more  # lines are whole, however many
        assert "cannot keep hits in a temporary file in /nowhere: " in err, more


@each(
    ("more", "rows"),
    [((), 50), (("--json",), 1), (("--format", "csv"), 51)],
)
def test_what_is_missing_is_said_in_every_format(
    more: tuple[str, ...], rows: int, serve: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(page_size=20, behaviour=Behaviour())

    code = main(["visitor", BURST.visitor_id, "--all", "--max-hits", "50", *more])

    out, err = capsys.readouterr()
    assert code == ExitCode.PARTIAL
    assert len(out.rpartition("\n\n")[2].splitlines()) - (not more) == rows
    assert "the history is incomplete" in err
    assert "more than 50 hits (--max-hits): " in err
    assert "--all --max-hits 50 --all" not in err + out


def test_what_is_missing_is_said_of_one_among_many(
    serve: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(page_size=20, behaviour=Behaviour())
    ids = [BURST.visitor_id, "nobody1"]

    code = main(["visitor", *ids, "--since", "1y", "--all", "--max-hits", "50", "--json"])

    out, err = capsys.readouterr()
    assert code == ExitCode.PARTIAL
    assert len(out.splitlines()) == 2
    assert f"the history of '{BURST.visitor_id}' is incomplete:\n  more than 50 hits" in err
    assert "2 targets · 1 found · 1 not found · 1 incomplete · " in err


@each("format_name", ["csv", "json"])
def test_a_request_for_everything_can_be_printed(
    format_name: str, serve: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(page_size=100, behaviour=Behaviour())

    words = ["visitor", "v1", "--since", "2d", "--all", "--format", format_name, "--curl"]
    assert main(words) == ExitCode.OK

    assert capsys.readouterr().out.count("curl --request POST") == 1


NOW = datetime(2026, 3, 5, 14, 30, 0, 123_456, tzinfo=UTC)
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
GAP = Gap(TimeRange(FIRST, NOW), "it was held back")


@each(
    ("changes", "complete"),
    [
        ({}, True),
        ({"start": FIRST - timedelta(days=9)}, True),
        ({"start": FIRST + timedelta(milliseconds=1)}, False),
        ({"end": NOW - timedelta(seconds=1)}, False),
        ({"end": NOW.replace(microsecond=123_000)}, True),
        ({"end": NOW.replace(microsecond=122_000)}, False),
        ({"end": NOW + timedelta(hours=1)}, True),
        ({"hasMore": True}, False),
        ({"hasMore": None}, False),
        ({"hasMore": "false"}, False),
        ({"firstSeen": None}, False),
        ({"firstSeen": ""}, False),
        ({"firstSeen": "yesterday"}, False),
        ({"firstSeen": "0001-01-01T00:00:00Z"}, False),
        ({"totalHits": 99}, True),
        ({"gaps": (GAP,)}, False),
        ({"window": None}, False),
    ],
)
def test_complete_is_what_nothing_can_be_missing_from(
    changes: dict[str, Any], complete: bool
) -> None:
    window = TimeRange(changes.get("start", FIRST), changes.get("end", NOW))
    visitor = {
        "visitorId": "v",
        "firstSeen": changes.get("firstSeen", "2026-03-01T00:00:00Z"),
        "totalHits": changes.get("totalHits", 1),
    }
    body = {"visitor": visitor, "hits": [{"hitId": "h"}], "hasMore": changes.get("hasMore", False)}
    query = visitor_query(VisitorId("v"), window)
    found = Found(
        Target(VisitorId("v")),
        read_reply(query, json.dumps(body).encode()),
        changes.get("window", window),
        gaps=changes.get("gaps", ()),
    )

    assert (not what_is_missing(found, now=NOW, zone=None)) is complete
