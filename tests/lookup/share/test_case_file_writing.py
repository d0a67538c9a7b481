"""Where a case file is written: whole, its owner's alone, or not at all."""

import os
import stat
import sys
from pathlib import Path

import pytest

from ffx.errors import OutputError
from ffx.lookup.share import case_file, case_replies
from ffx.lookup.share.case_file import Case, read_case, write_case
from tests.cases import full_case, hit_case
from tests.cli.delivery.test_resume import NOT_ROOT
from tests.looping import each

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@POSIX
@pytest.mark.parametrize("before", [None, 0o644, 0o666, 0o400])
def test_a_case_is_its_owners_alone_from_the_first_byte(
    before: int | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "case.json"
    if before is not None:
        path.write_text("old")
        path.chmod(before)
    modes = []
    sync = os.fsync

    def watch(descriptor: int) -> None:
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        modes.extend(mode(each) for each in tmp_path.iterdir() if each != path)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    umask = os.umask(0)
    try:
        write_case(path, hit_case())
    finally:
        os.umask(umask)

    assert (mode(path), set(modes)) == (0o600, {0o600})
    assert read_case(path) == hit_case()
    assert names(tmp_path) == ["case.json"]


@POSIX
def test_behind_a_link_stands_the_file_that_is_meant(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to("real.json")

    write_case(tmp_path / "link.json", hit_case())

    assert (tmp_path / "link.json").is_symlink()
    assert mode(tmp_path / "real.json") == 0o600
    assert read_case(tmp_path / "link.json") == hit_case()


@each(
    ("name", "reason"),
    [
        ("missing/case.json", "no such file or directory"),
        ("file/case.json", "not a directory"),
        (".", "is a directory"),
        ("x" * 300, "file name too long"),
    ],
)
def test_a_case_that_cannot_be_written_is_named(name: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(OutputError) as failed:
        write_case(tmp_path / name, hit_case())

    assert failed.value.message == f"cannot write {tmp_path / name}: {reason}"
    assert names(tmp_path) == ["file"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device is always full here")
def test_a_full_disk_is_told() -> None:
    with pytest.raises(OutputError) as failed:
        write_case(Path("/dev/full"), hit_case())

    assert failed.value.message == "cannot write /dev/full: no space left on device"


@NOT_ROOT
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(OutputError, match="permission denied"):
        write_case(tmp_path / "case.json", hit_case())


@each(
    ("limit", "case", "reason"),
    [
        ("LARGEST", full_case(), "it is over 0 MiB, larger than any case file"),
        ("_WIDEST", full_case(), "it takes more memory than any case file of ordinary hits"),
        ("DEFAULT_MAX_BODY", full_case(), "reply.text is over 0 MiB, larger than any reply"),
        ("_LARGEST_DETAILS", full_case(), "details holds over 0 MiB"),
        ("", hit_case(diagnosis={"n": float("nan")}), "it cannot be trusted: diagnosis.n is NaN"),
    ],
)
def test_what_could_not_be_read_again_is_not_saved(
    limit: str, case: Case, reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "case.json"
    path.write_text("old")

    with monkeypatch.context() as patch:
        for module in (case_file, case_replies) if limit else ():
            patch.setattr(module, limit, 10, raising=module is case_file)
        with pytest.raises(OutputError) as failed:
            write_case(path, case)

    assert failed.value.message == (
        f"cannot save {path}, for it could not be read again: {reason}"
    )
    assert failed.value.hint == "Ask for a narrower window."
    assert path.read_text() == "old"
