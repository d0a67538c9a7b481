"""One run at a time writes a file that grows: a lock that ends with its process."""

import errno
import os
import sys
from pathlib import Path

import pytest

from ffx.errors import OutputError
from ffx.output.claims import claimed

IN_USE = "is in use: another run of ffx writes to it"


def test_a_file_is_claimed_once_and_again_when_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old\n")
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "name").hardlink_to(path)
    for name in ("out", "link", "name", "./out"):
        with (
            claimed(path),
            pytest.raises(OutputError, match=IN_USE),
            claimed(tmp_path / name),
        ):
            pytest.fail("it has two")
    with claimed(path), claimed(tmp_path / "another"):
        assert path.read_bytes() == b"old\n"
    with claimed(path):
        assert sorted(each.name for each in tmp_path.iterdir()) == ["link", "name", "out"]


@pytest.mark.parametrize(("content", "stays"), [(None, False), (b"", True), (b"x", True)])
def test_a_file_that_was_made_for_the_claim_goes_unless_it_was_written(
    content: bytes | None, tmp_path: Path, *, stays: bool
) -> None:
    path = tmp_path / "out"
    if content is not None:
        path.write_bytes(content)
    with claimed(path):
        pass
    assert path.exists() == stays

    with claimed(tmp_path / "new"):
        (tmp_path / "new").write_bytes(b"x")
    assert (tmp_path / "new").exists()


def test_a_file_that_took_the_others_place_is_claimed_anew(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old\n")
    with claimed(path) as claim:
        (tmp_path / "new").write_bytes(b"new\n")
        (tmp_path / "new").replace(path)
        with claimed(path), pytest.raises(OutputError, match=IN_USE):
            claim.take()
        claim.take()
        with pytest.raises(OutputError, match=IN_USE), claimed(path):
            pytest.fail("it has two")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks in another way")
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS])
def test_where_there_are_no_locks_nobody_is_refused(
    number: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", fail)
    with claimed(tmp_path / "out"), claimed(tmp_path / "out"):
        pass
