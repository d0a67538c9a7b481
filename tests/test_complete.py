"""Everything of a visitor, and whether that is all."""

import json
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from ffx.cli import main
from ffx.errors import ExitCode
from ffx.sandbox.app import SANDBOX_TOKEN, Behaviour, ExplorerApp
from ffx.sandbox.server import make_server
from ffx.sandbox.store import open_store
from ffx.sandbox.stories import STORIES

LONG = next(story for story in STORIES if story.name == "long-history")


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Any:
    """Return what serves the sandbox in a way of its own, and lets the program ask it."""
    import threading

    servers = []
    store = open_store(now=datetime.now(UTC), path=tmp_path / "sandbox.db")

    def start(*, page_size: int, behaviour: Behaviour) -> Any:
        server = make_server(ExplorerApp(store, page_size=page_size, behaviour=behaviour))
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("FFX_API_URL", f"http://127.0.0.1:{server.server_port}/v1")
        monkeypatch.setenv("FFX_ACCESS_TOKEN", SANDBOX_TOKEN)
        return store

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
    store.close()


@pytest.mark.parametrize(
    ("page_size", "order", "keep"),
    [
        *product([1000, 100], ["ascending", "descending"], ["newest", "oldest"]),
        (7, "ascending", "newest"),
    ],
)
def test_a_long_history_comes_whole_whatever_the_pages(
    page_size: int, order: Any, keep: Any, serve: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    store = serve(page_size=page_size, behaviour=Behaviour(order=order, keep=keep))

    assert main(["visitor", LONG.visitor_id, "--all", "--json"]) == ExitCode.OK

    reply = json.loads(capsys.readouterr().out)
    stored = store.find_hits(LONG.visitor_id, limit=10_000)
    ids = [row["hitId"] for row in stored]
    got = [row["hitId"] for row in reply["hits"]]
    assert sorted(got) == sorted(ids)
    times = [row["eventTime"] for row in reply["hits"]]
    assert times == sorted(times, reverse=order == "descending")
    assert reply["hasMore"] is False
    assert reply["visitor"]["totalHits"] == len(got) == 2_500


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
    serve(page_size=1000, behaviour=Behaviour())

    assert main(["visitor", LONG.hit_id, "--all", "--json"]) == ExitCode.OK

    assert len(json.loads(capsys.readouterr().out)["hits"]) == 2_500


@pytest.mark.parametrize("not_found", ["empty", "404"])
def test_nobody_has_no_history(
    not_found: Any, serve: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(page_size=1000, behaviour=Behaviour(not_found=not_found))

    assert main(["visitor", "nobody", "--all", "--since", "2d", "--json"]) == ExitCode.NOT_FOUND

    assert json.loads(capsys.readouterr().out) == {"visitor": None, "hits": [], "hasMore": False}
