"""Results in a file: whole or not at all, or a line at a time."""

import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

import pytest

from ffx.cli.delivery.resume import keep_answers
from ffx.errors import OutputError, UsageError
from ffx.output.files import growing_file, whole_file
from tests.conftest import Runner
from tests.explorer import HIT_ID, Explorer, answer, events
from tests.looping import each

FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device is always full here")
# Root may write everywhere.
NOT_ROOT = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind this user"
)

Opening = Callable[[Path], AbstractContextManager[BinaryIO]]


def growing(path: Path) -> AbstractContextManager[BinaryIO]:
    return growing_file(path, append=False)


@pytest.fixture(params=[0o022, 0o077, 0o002])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("opening", [whole_file, growing])
def test_a_new_file_is_its_owners_alone(opening: Opening, umask: int, tmp_path: Path) -> None:
    with opening(tmp_path / "out") as file:
        file.write(b"x")

    assert mode(tmp_path / "out") == 0o600
    assert (tmp_path / "out").read_bytes() == b"x"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("opening", [whole_file, growing])
def test_a_private_file_stays_private(opening: Opening, tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")
    path.chmod(0o600)

    with opening(path) as file:
        file.write(b"new")

    assert (mode(path), path.read_bytes()) == (0o600, b"new")


def test_a_whole_file_is_not_there_before_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")

    with whole_file(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"

    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("ending", [ValueError, KeyboardInterrupt])
def test_a_run_that_fails_leaves_the_old_file_and_no_other(
    ending: type[BaseException], tmp_path: Path
) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")

    with pytest.raises(ending), whole_file(path) as file:  # noqa: PT012  # it is in the block
        file.write(b"half")
        raise ending

    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["out"]


def test_behind_a_link_stands_the_file_that_is_meant(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")

    with whole_file(tmp_path / "link") as file:
        file.write(b"new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@pytest.mark.parametrize("opening", [whole_file, growing])
def test_a_device_stays_a_device(opening: Opening) -> None:
    with opening(Path(os.devnull)) as file:
        file.write(b"x")

    assert not stat.S_ISREG(Path(os.devnull).stat().st_mode)


@pytest.mark.parametrize("opening", [whole_file, growing])
@each(
    ("name", "reason"),
    [
        ("missing/out", "no such file or directory"),
        ("file/out", "not a directory"),
        (".", "is a directory"),
        ("x" * 300, "file name too long"),
        ("a\0b", "null"),
    ],
)
def test_what_cannot_be_written_is_named(
    name: str, reason: str, opening: Opening, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")

    with (
        pytest.raises(OutputError, match=r"^cannot write .*: ") as failed,
        opening(tmp_path / name),
    ):
        pytest.fail("it was opened")

    assert reason in failed.value.message
    assert "\0" not in failed.value.message
    assert names(tmp_path) == ["file"]


@NOT_ROOT
@pytest.mark.parametrize("opening", [whole_file, growing])
def test_a_folder_that_is_not_ours(opening: Opening, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(OutputError, match="permission denied"), opening(tmp_path / "out"):
        pytest.fail("it was opened")


def test_a_growing_file_shows_each_line_at_once(tmp_path: Path) -> None:
    path = tmp_path / "out"

    with growing_file(path, append=False) as file:
        for count in (1, 2):
            file.write(b"line\n")
            file.flush()
            assert path.read_bytes() == b"line\n" * count


@each(
    ("append", "written", "content"),
    [
        (False, [], b"old\n"),
        (False, [b"a\n", b"b\n"], b"a\nb\n"),
        (True, [], b"old\n"),
        (True, [b"a\n"], b"old\na\n"),
    ],
)
def test_what_a_growing_file_held_before(
    append: bool, written: list[bytes], content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old\n")

    with growing_file(path, append=append) as file:
        for line in written:
            file.write(line)
            file.flush()

    assert path.read_bytes() == content


def test_a_run_that_fails_before_its_first_line_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old\n")

    with pytest.raises(ValueError, match="no token"), growing_file(path, append=False):
        raise ValueError("no token")

    assert path.read_bytes() == b"old\n"


@FULL
@each("append", [True, False])
def test_a_full_disk_is_told_with_the_files_name(append: bool) -> None:
    with (
        pytest.raises(OutputError, match="cannot write /dev/full: no space left on device"),
        growing_file(Path("/dev/full"), append=append) as file,
    ):
        file.write(b"x")


@pytest.mark.parametrize("name", ["out.json", "out.csv"])
def test_a_file_that_may_not_grow_further_leaves_the_old_one(
    name: str, explorer: Explorer, run_ffx: Runner, tmp_path: Path
) -> None:
    explorer.answer_with(answer(events(t1="x" * 200_000)))
    path = tmp_path / name
    path.write_bytes(b"old")

    # As on a full disk, the system takes some of it and then no more; ulimit counts kilobytes.
    finished = run_ffx.in_shell(f"ulimit -f 40; ffx hit {HIT_ID} -o '{path}'")

    assert (finished.code, finished.out) == (9, b"")
    assert finished.err.startswith("ffx: cannot write ")
    assert "file too large" in finished.err
    assert path.read_bytes() == b"old"
    assert "old" not in names(tmp_path)
    assert names(tmp_path) == [name]


# To be resumed


def answered(target: str, **more: object) -> bytes:
    return json.dumps({"target": target, "query": {}, "reply": {"events": []}, **more}).encode()


def failed(target: str) -> bytes:
    return json.dumps({"target": target, "error": {"code": "http-503"}}).encode()


@pytest.mark.parametrize(
    ("content", "kept", "count"),
    [
        (b"", b"", 0),
        (answered("a") + b"\n", answered("a") + b"\n", 1),
        (
            b"\n".join([answered("a"), failed("b"), answered("c"), b""]),
            b"\n".join([answered("a"), answered("c"), b""]),
            2,
        ),
        (failed("a") + b"\n", b"", 0),
        (answered("a") + b"\n" + answered("b")[:30], answered("a") + b"\n", 1),
        (answered("a") + b"\n" + answered("b"), answered("a") + b"\n", 1),
        (answered("a") + b"\n" + b"{", answered("a") + b"\n", 1),
        (answered("a")[:20], b"", 0),
        (b"\n".join([answered("a"), answered("a", n=2), b""]), answered("a") + b"\n", 1),
        (b"\n".join([failed("a"), answered("a"), b""]), answered("a") + b"\n", 1),
        (b"\n \n" + answered("a") + b"\r\n", answered("a") + b"\r\n", 1),
    ],
    ids=[
        "an empty file",
        "an answer",
        "an error among answers",
        "nothing but an error",
        "a cut line",
        "a line without its end",
        "a brace",
        "nothing but a cut line",
        "a doubled line",
        "an error that was answered later",
        "blank lines",
    ],
)
def test_only_answers_are_kept(content: bytes, kept: bytes, count: int, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_bytes(content)

    targets = keep_answers(path, of="hit").targets

    assert path.read_bytes() == kept
    assert len(targets) == count
    assert ("a" in targets) == (b'"a"' in kept)
    assert targets.duplicates == 0
    assert names(tmp_path) == ["results.json"]


def test_a_file_that_is_not_there_answers_nothing_and_is_not_made(tmp_path: Path) -> None:
    assert len(keep_answers(tmp_path / "results.json", of="hit").targets) == 0
    assert names(tmp_path) == []


@each(
    ("content", "number"),
    [
        (b"target,hitId\n", 1),
        (b"shopping list", 1),
        (b'{"events": []}\n', 1),
        (b'{"events": []}', 1),
        (b"{\n", 1),
        (b"[1]\n", 1),
        (b"\x89PNG\r\n\x1a\n\0\0", 1),
        (b'{"target": "a", "hitId": "b"}\n', 1),
        (b'{"target": 1, "reply": {}}\n', 1),
        (b"[" * 100_000 + b"\n", 1),
        (answered("a") + b"\nnotes of mine\n", 2),
        (answered("a") + b"\nnotes of mine", 2),
    ],
)
def test_anything_else_is_left_alone(content: bytes, number: int, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_bytes(content)

    with pytest.raises(UsageError, match=f"^line {number} of .* is no record of a batch"):
        keep_answers(path, of="hit")

    assert path.read_bytes() == content
    assert names(tmp_path) == ["results.json"]


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a directory"):
        keep_answers(tmp_path, of="hit")
