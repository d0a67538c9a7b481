"""The sandbox's file: made once a day, in one step, by however many runs."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from ffx.errors import UsageError
from ffx.sandbox import store as store_module
from ffx.sandbox.build import build
from ffx.sandbox.data.stories import STORIES
from ffx.sandbox.store import Store, make_store, open_made_store, open_store
from tests.conftest import Runner
from tests.faults.bounds import LONGEST_WAIT
from tests.sandbox.calling import NOW

ORDINARY = STORIES[0]
LOOK_UP = """
import sys
from datetime import datetime
from pathlib import Path
from ffx.sandbox.store import open_store

store = open_store(now=datetime.fromisoformat(sys.argv[1]), path=Path(sys.argv[2]))
print(len(store.find_events(sys.argv[3])), *sorted(sys.modules))
"""

WITHOUT_A_CROWD = """
import ffx.sandbox.build
from ffx.sandbox.data import stories

ffx.sandbox.build.add_population = lambda *_: None
stories.STORIES = stories.STORIES[:1]
"""


@contextmanager
def one_story() -> Iterator[None]:
    """Let files be made with one story and no crowd, which takes a hundredth of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ffx.sandbox.data.stories.STORIES", [ORDINARY])
        patch.setattr("ffx.sandbox.build.add_population", lambda *_: None)
        yield


@pytest.fixture
def small() -> Iterator[None]:
    with one_story():
        yield


@pytest.fixture
def path(small: None, tmp_path: Path) -> Path:
    return tmp_path / "cache" / "sandbox.sqlite3"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the file as it is made at `NOW`."""
    path = tmp_path_factory.mktemp("whole") / "sandbox.sqlite3"
    with one_story():
        open_store(now=NOW, path=path).close()
    return path.read_bytes()


@pytest.fixture
def made(path: Path, whole: bytes) -> Path:
    """Return the path of a file that was made at `NOW`."""
    path.parent.mkdir(mode=0o700)
    path.write_bytes(whole)
    return path


def works(store: Store) -> bool:
    found = store.find_events(ORDINARY.hit_id)
    store.close()
    return len(found) == 2


def look_up_elsewhere(path: Path) -> list[str]:
    arguments = (NOW.isoformat(), str(path), ORDINARY.hit_id)
    command = [sys.executable, "-W", "error", "-c", LOOK_UP, *arguments]
    root = Path(store_module.__file__).parents[2]
    return subprocess.check_output(command, text=True, cwd=root, timeout=LONGEST_WAIT).split()


def test_the_file_is_made_once_and_then_read(path: Path) -> None:
    assert works(open_store(now=NOW, path=path))
    made = path.stat()

    assert works(open_store(now=NOW + timedelta(hours=24), path=path))
    assert path.stat().st_ino == made.st_ino
    assert path.stat().st_mtime_ns == made.st_mtime_ns
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("later", [timedelta(hours=24, milliseconds=1), timedelta(seconds=-1)])
def test_a_file_that_is_not_of_today_is_made_anew(made: Path, later: timedelta) -> None:
    store = open_store(now=NOW + later, path=made)

    age = (
        NOW.timestamp()
        + later.total_seconds()
        - store.summarise(ORDINARY.visitor_id)["lastSeen"] / 1000
    )
    assert 0 < age < 10 * 3600
    assert works(store)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def overwrite(path: Path) -> None:
    path.write_bytes(b"not a database " * 9_999)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def change_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 4711")


def drop_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE made")


@pytest.mark.parametrize(
    "damage", [Path.unlink, empty, overwrite, cut, change_version, drop_table]
)
def test_a_broken_file_is_made_anew(
    made: Path,
    whole: bytes,
    damage: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # That each making gives the same bytes is held below; here is whether one takes place.
    monkeypatch.setattr("ffx.sandbox.build.build", lambda new, *_: new.write_bytes(whole))
    damage(made)

    assert works(open_store(now=NOW, path=made))
    assert made.read_bytes() == whole


def test_without_a_place_to_write_it_is_made_in_memory(small: None, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")

    assert works(open_store(now=NOW, path=file / "sandbox.sqlite3"))
    assert works(open_store(now=NOW, path=tmp_path))
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_that_is_read_only_is_left_alone(small: None, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    assert works(open_store(now=NOW, path=tmp_path / "sandbox.sqlite3"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_a_read_only_folder_is_read(made: Path) -> None:
    made.chmod(0o400)
    made.parent.chmod(0o500)

    assert works(open_store(now=NOW, path=made))


def test_a_build_that_breaks_off_leaves_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(new: Path, *_: object) -> None:
        new.write_text("half")
        raise OSError

    monkeypatch.setattr("ffx.sandbox.build.build", break_off)

    assert works(open_store(now=NOW, path=path))
    assert list(path.parent.iterdir()) == []


def test_it_lives_in_the_cache_folder_of_the_user(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def user_cache_path(name: str, *, appauthor: bool) -> Path:
        return tmp_path / name

    monkeypatch.setattr("platformdirs.user_cache_path", user_cache_path)

    assert works(open_store(now=NOW))
    assert [file.name for file in (tmp_path / "ffx").iterdir()] == ["sandbox.sqlite3"]


def test_several_runs_may_begin_at_once(run_striking_ffx: Runner, tmp_path: Path) -> None:
    line = ("hit", ORDINARY.hit_id, "--sandbox", "--json")
    changes = {"XDG_CACHE_HOME": str(tmp_path), "STRIKING": WITHOUT_A_CROWD}
    runs = [run_striking_ffx.start(*line, env=changes) for _ in range(3)]

    found = [json.loads(run.communicate(timeout=LONGEST_WAIT)[0]) for run in runs]
    assert [len(reply["events"]) for reply in found] == [2] * 3
    assert [file.name for file in (tmp_path / "ffx").iterdir()] == ["sandbox.sqlite3"]


def test_a_look_up_in_a_file_that_is_there_loads_no_sample_data(made: Path) -> None:
    found, *modules = look_up_elsewhere(made)
    assert found == "2"

    ours = {name for name in modules if name.startswith("ffx.sandbox.")}
    assert ours == {"ffx.sandbox.data", "ffx.sandbox.data.event", "ffx.sandbox.store"}


def test_threads_share_a_store(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = threads.map(store.find_events, [ORDINARY.hit_id] * 80)

    assert [len(events) for events in found] == [2] * 80


def test_the_crowd_is_as_large_as_asked_and_the_same_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = [story for story in STORIES if story.name != "long-history"][:20]
    monkeypatch.setattr("ffx.sandbox.data.stories.STORIES", few)

    def count(file: Path, visitors: int) -> tuple[int, int]:
        build(file, NOW, visitors=visitors)
        with closing(sqlite3.connect(file)) as connection:
            query = "SELECT count(DISTINCT visitorId), count(*) FROM events"
            found: tuple[int, int] = connection.execute(query).fetchone()
        return found

    stories = count(tmp_path / "none", 0)
    some = count(tmp_path / "some", 40)

    assert stories[0] == len(few)
    assert some[0] - stories[0] == 40
    assert 350 < some[1] - stories[1] < 450
    build(tmp_path / "again", NOW, visitors=40)
    assert (tmp_path / "some").read_bytes() == (tmp_path / "again").read_bytes()


def test_a_database_of_its_own_is_made_and_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ffx.sandbox.data.stories.STORIES", [ORDINARY])
    monkeypatch.setattr("ffx.sandbox.data.population._PROGRESS_STEP", 20)
    file = tmp_path / "large.sqlite3"
    told: list[int] = []

    make_store(file, now=NOW, visitors=45, progress=told.append)
    make_store(file, now=NOW - timedelta(days=400), visitors=3, progress=told.append)

    assert told == [0, 20, 40, 0]
    assert works(open_made_store(file))
    assert list(tmp_path.iterdir()) == [file]


def test_nothing_but_an_older_database_gives_way(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("precious")

    with pytest.raises(UsageError, match="is there, and is no sandbox database"):
        make_store(file, now=NOW, visitors=1, progress=print)
    with pytest.raises(UsageError, match="is no sandbox database of this version"):
        open_made_store(file)
    with pytest.raises(UsageError, match="is no sandbox database of this version"):
        open_made_store(tmp_path / "missing")
    assert file.read_text() == "precious"


def test_a_database_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError, match=r"cannot make .*/file/sandbox"):
        make_store(tmp_path / "file" / "sandbox", now=NOW, visitors=1, progress=print)


def test_look_ups_go_by_an_index_alone(path: Path) -> None:
    open_store(now=NOW, path=path).close()
    queries = {
        f"{store_module._SELECT_HITS} WHERE visitorId = 'x' AND eventTime BETWEEN 1 AND 2"
        " ORDER BY eventTime DESC, event DESC LIMIT 9",
        f"{store_module._SELECT_DETAILS} WHERE hitId = 'x' ORDER BY eventTime, event",
        re.sub(r"\?", "1", store_module._SELECT_FIRST),
        re.sub(r"\?", "1", store_module._SELECT_SEEN),
    }
    with closing(sqlite3.connect(path)) as connection:
        for query in queries:
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
            assert "INDEX events_by_" in plan[0]
            assert not re.search("SCAN|TEMP", " ".join(plan))
