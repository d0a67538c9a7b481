"""Files as people have them: ours already, named twice, not to be replaced or written."""

import errno
import os
import stat
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode, UsageError
from ffx.output.files import growing_file, is_same_file, own_descriptor, whole_file
from tests.conftest import Runner
from tests.explorer import HIT_ID, Explorer, answer, events
from tests.faults.bounds import LONGEST_WAIT
from tests.looping import each

STORY = "ffx hit dkezmsf3bat8xdbz8rt039r4h --sandbox --format csv --fields hitId,eventType"
HIT = b"dkezmsf3bat8xdbz8rt039r4h"
ROWS = b"hitId,eventType\n%s,view\n%s,conversion\n" % (HIT, HIT)


@each(
    ("command", "file"),
    [
        (f"{STORY} -o /dev/stdout >>FILE", b"old\n" + ROWS),
        (f"{STORY} -o /dev/fd/1 >>FILE", b"old\n" + ROWS),
        (f"{STORY} -o FILE >>FILE", b"old\n" + ROWS),
        (f"{STORY} -o /dev/fd/7 7>>FILE", b"old\n" + ROWS),
        (f"{STORY} -o /dev/stderr 2>>FILE", b"old\n" + ROWS),
        (f"{STORY} -o /dev/stdout | cat >>FILE", b"old\n" + ROWS),
        (f"{STORY} -o >(cat >>FILE); wait $!", b"old\n" + ROWS),
        (f"{STORY} -o FILE", ROWS),
    ],
)
@pytest.mark.fault(112)
def test_row_112_what_leads_to_a_descriptor_of_ours_goes_through(
    command: str, file: bytes, run_ffx: Runner, tmp_path: Path
) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"old\n")

    finished = run_ffx.in_shell(command.replace("FILE", str(path)))

    assert finished.code == ExitCode.OK, finished.err
    assert path.read_bytes() == file


@each(
    "words",
    [
        ("hit", "--from", "FILE", "-o", "LINK"),
        ("hit", "-", "-o", "FILE"),
        ("hit", "--case", "FILE", "-o", "./FILE"),
        ("diagnose", HIT_ID, "--case", "FILE", "-o", "FILE"),
        ("hit", HIT_ID, "--save", "FILE", "-o", "FILE"),
        ("hit", HIT_ID, "--save", "FILE", "-o", "LINK"),
    ],
)
@pytest.mark.fault(113)
def test_row_113_one_file_is_not_read_and_written(
    words: tuple[str, ...], run_ffx: Runner, tmp_path: Path
) -> None:
    file = tmp_path / "f"
    file.write_bytes(case_file())
    if not (tmp_path / "link").exists():
        (tmp_path / "link").symlink_to(file)
    names = {"FILE": str(file), "./FILE": f"{tmp_path}/./f", "LINK": str(tmp_path / "link")}
    service = () if words[:2] == ("hit", "--case") else ("--sandbox",)

    with file.open("rb") as stdin:
        line = (*(names.get(word, word) for word in words), "--format", "csv", *service)
        process = run_ffx.start(*line, stdin=stdin)
        _, err = process.communicate(timeout=LONGEST_WAIT)

    assert process.returncode == ExitCode.USAGE
    assert b"name the same file" in err
    assert file.read_bytes() == case_file()


@pytest.mark.fault(113)
def test_row_113_another_file_is_written_beside_the_one_that_is_read(tmp_path: Path) -> None:
    file, other = tmp_path / "f", tmp_path / "other"
    file.write_bytes(case_file())

    assert main(["hit", "--case", str(file), "-o", str(other), "--format", "csv"]) == ExitCode.OK

    assert file.read_bytes() == case_file()
    assert other.read_bytes().startswith(b"target,hitId,")


@cache
def case_file() -> bytes:
    """Return what `--save` writes of the sandbox's hit."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "kept.case"
        line = ["hit", HIT.decode(), "--sandbox", "--save", str(path), "-q"]
        assert main(line) == ExitCode.OK
        return path.read_bytes()


SHOWN = "ffx hit --format csv --fields hitId,eventType"


@each(
    "command",
    [
        f"{SHOWN} --case <(cat CASE)",
        f"cat CASE | {SHOWN} --case /dev/stdin",
        f"{SHOWN} --case /dev/stdin <CASE",
        f"{SHOWN} --case /dev/fd/7 7<CASE",
        f"mkfifo CASE.pipe; cat CASE >CASE.pipe & {SHOWN} --case CASE.pipe",
        f"{SHOWN} --case CASE",
    ],
)
def test_a_case_file_comes_through_a_pipe_as_well(
    command: str, run_ffx: Runner, tmp_path: Path
) -> None:
    path = tmp_path / "kept.case"
    path.write_bytes(case_file())

    finished = run_ffx.in_shell(command.replace("CASE", str(path)))

    assert (finished.code, finished.out) == (ExitCode.OK, ROWS)


@each(
    ("words", "message"),
    [
        ("diagnose - --case /dev/stdin", "stdin and --case name the same file"),
        ("diagnose --from /dev/stdin --case /dev/stdin", "--from and --case name the same file"),
        ("diagnose k3yyck910q7g90ceygzc7nr1 --case /dev/stdin", ""),
    ],
)
def test_a_pipe_is_read_for_one_thing(
    words: str, message: str, run_ffx: Runner, tmp_path: Path
) -> None:
    path = tmp_path / "kept.case"
    path.write_bytes(case_file())

    finished = run_ffx.in_shell(f"cat {path} | ffx {words} --sandbox")

    assert finished.code == (ExitCode.USAGE if message else ExitCode.OK)
    assert message in finished.err


def test_two_files_are_not_the_same(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "b").write_bytes(b"")

    assert is_same_file(str(tmp_path / "a"), f"{tmp_path}/./a")
    assert is_same_file(str(tmp_path / "new"), f"{tmp_path}/./new")
    assert not is_same_file(str(tmp_path / "a"), str(tmp_path / "b"))
    assert not is_same_file(str(tmp_path / "a"), str(tmp_path / "new"))
    assert not is_same_file("/dev/null", "/dev/null")
    assert own_descriptor(tmp_path / "a") is None


@each("form", ["json", "csv", "table", "md"])
@each(
    ("reply", "code"),
    [
        (answer({"events": []}), ExitCode.NOT_FOUND),
        (answer({"message": "no"}, status=422), ExitCode.SERVICE),
        (answer(events()), ExitCode.OK),
    ],
)
@pytest.mark.fault(114)
def test_row_114_a_file_stays_where_there_is_no_result(
    form: str, reply: Any, code: ExitCode, explorer: Explorer, tmp_path: Path
) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old\n")
    explorer.answer_with(reply)

    assert main(["hit", HIT_ID, "--format", form, "-o", str(path)]) == code

    assert (path.read_bytes() == b"old\n") == (code != ExitCode.OK)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_no_empty_file_is_left_where_no_token_was_found(form: str, tmp_path: Path) -> None:
    path = tmp_path / "out"

    assert main(["visitor", "v1x", "--all", "--format", form, "-o", str(path)]) == ExitCode.ACCOUNT
    assert not path.exists()


def fails(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@each(
    ("name", "number"),
    [
        ("pathlib.Path.replace", errno.EBUSY),
        ("pathlib.Path.replace", errno.EXDEV),
        ("pathlib.Path.replace", errno.EPERM),
        ("pathlib.Path.chmod", errno.EPERM),
        ("pathlib.Path.chmod", errno.ENOTSUP),
        ("os.fsync", errno.EINVAL),
        ("os.fsync", errno.ENOSYS),
        ("ffx.output.files.make_temporary", errno.EACCES),
    ],
)
@pytest.mark.fault(112)
def test_row_112_where_only_the_replacing_fails_the_answer_is_written_in_place(
    name: str, number: int, tmp_path: Path
) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"an old answer, longer than the new one\n")
    path.chmod(0o640)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(name, fails(number))
        with whole_file(path) as file:
            file.write(b"new\n")

    assert path.read_bytes() == b"new\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640 or "chmod" in name
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_a_file_keeps_its_other_names(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old\n")
    (tmp_path / "other").hardlink_to(path)

    with whole_file(path) as file:
        file.write(b"new\n")

    assert (tmp_path / "other").read_bytes() == b"new\n"
    assert path.stat().st_nlink == 2


@pytest.mark.parametrize("opening", [whole_file, lambda path: growing_file(path, append=False)])
@pytest.mark.parametrize("is_there", [True, False])
def test_what_may_not_be_written_is_refused_before_anything_is_asked(
    opening: Callable[[Path], Any],
    is_there: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    path = tmp_path / "out"
    if is_there:
        path.write_bytes(b"old\n")
    monkeypatch.setattr("os.access", lambda *_: False)

    with pytest.raises(UsageError, match="may not be written"), opening(path):
        pytest.fail("it was opened")

    assert path.exists() == is_there


def test_a_file_that_is_there_takes_rows_also_where_no_more_files_may_be_opened(
    tmp_path: Path,
) -> None:
    import resource

    path, other = tmp_path / "out.json", tmp_path / "other.json"
    path.write_text("old")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    with growing_file(path, append=False) as file, growing_file(other, append=False) as new:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
        try:
            file.write(b"new")
            file.flush()
            new.write(b"new")
            with pytest.raises(OSError, match="Too many open files"):
                new.flush()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)

    assert (path.read_text(), other.read_text()) == ("new", "new")


def test_a_file_that_is_there_is_not_emptied_before_there_is_something_to_write(
    tmp_path: Path,
) -> None:
    path = tmp_path / "out.json"
    path.write_text("old")
    with growing_file(path, append=False):
        assert path.read_text() == "old"
    assert path.read_text() == "old"
    with growing_file(path, append=True) as file:
        file.write(b" and new")
    assert path.read_text() == "old and new"
