"""One run at a time writes a file that grows: a lock that ends with its process."""

import errno
import os
import sys
from pathlib import Path

import pytest

from ffx.errors import OutputError
from ffx.output.file_locks import locked_file

IN_USE = "is in use: another run of ffx writes to it"


def test_a_file_is_locked_once_and_again_when_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old\n")
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "name").hardlink_to(path)
    for name in ("out", "link", "name", "./out"):
        with (
            locked_file(path),
            pytest.raises(OutputError, match=IN_USE),
            locked_file(tmp_path / name),
        ):
            pytest.fail("it has two")
    with locked_file(path), locked_file(tmp_path / "another"):
        assert path.read_bytes() == b"old\n"
    with locked_file(path):
        assert sorted(each.name for each in tmp_path.iterdir()) == ["link", "name", "out"]


@pytest.mark.parametrize(("content", "stays"), [(None, False), (b"", True), (b"x", True)])
def test_a_file_that_was_made_for_the_lock_goes_unless_it_was_written(
    content: bytes | None, tmp_path: Path, *, stays: bool
) -> None:
    path = tmp_path / "out"
    if content is not None:
        path.write_bytes(content)
    with locked_file(path):
        pass
    assert path.exists() == stays

    with locked_file(tmp_path / "new"):
        (tmp_path / "new").write_bytes(b"x")
    assert (tmp_path / "new").exists()


def test_a_file_that_took_the_others_place_is_locked_anew(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old\n")
    with locked_file(path) as lock:
        (tmp_path / "new").write_bytes(b"new\n")
        (tmp_path / "new").replace(path)
        with locked_file(path), pytest.raises(OutputError, match=IN_USE):
            lock.take()
        lock.take()
        with pytest.raises(OutputError, match=IN_USE), locked_file(path):
            pytest.fail("it has two")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks in another way")
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS])
def test_where_there_are_no_locks_nobody_is_refused(
    number: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", fail)
    with locked_file(tmp_path / "out"), locked_file(tmp_path / "out"):
        pass
