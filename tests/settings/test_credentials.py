import json
import os
import re
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ffx.errors import AccountError
from ffx.settings.credentials import Credentials, CredentialsFile, credentials_path
from tests.conftest import Runner, surroundings
from tests.explorer import VISITOR_ID, Explorer, answer, history
from tests.faults.bounds import LONGEST_WAIT
from tests.looping import each
from tests.service.tokens import (
    NEW,
    OLD,
    SECRETS,
    VALIDATE,
    bearers,
    log_in,
    paths,
    renewal,
    stored,
)

PAIR = Credentials("https://api.example.com", OLD, "refresh", 1_700_000_000.0)
OTHER = Credentials("https://api.example.com", NEW)

_KILLED_AT_IT = """
import os, random, signal, sys, time
from pathlib import Path
from ffx.settings.credentials import Credentials, CredentialsFile

file = CredentialsFile(Path(sys.argv[1]))
pairs = [Credentials("https://api.example.com", letter * 4000) for letter in "ab"]
with file.locked():
    file.store("main", pairs[0])
chance = random.Random(7)
whole = 0
for _ in range(40):
    begun, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(tell, b".")
        while True:
            for pair in pairs:
                with file.locked():
                    file.store("main", pair)
    os.read(begun, 1)
    os.close(begun)
    os.close(tell)
    time.sleep(chance.uniform(0, 0.005))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    whole += file.load("main") in pairs
with file.locked():
    file.store("main", pairs[0])
print(whole, sorted(os.listdir(file.path.parent)))
"""
_HOLDS_THE_LOCK = """
import sys
from pathlib import Path
from ffx.settings.credentials import CredentialsFile

with CredentialsFile(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def file(home: Path) -> CredentialsFile:
    return CredentialsFile(credentials_path())


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_what_is_stored_is_loaded_again(file: CredentialsFile) -> None:
    file.store("default", PAIR)
    file.store("work", OTHER)

    assert file.load("default") == PAIR
    assert file.load("work") == OTHER
    assert file.load("nobody") is None
    assert file.profiles() == ["default", "work"]


def test_without_a_file_nobody_is_logged_in(file: CredentialsFile) -> None:
    assert file.load("default") is None
    assert file.profiles() == []
    assert not file.forget("default")
    assert not file.path.exists()


def test_one_profile_is_forgotten_and_the_others_stay(file: CredentialsFile) -> None:
    file.store("default", PAIR)
    file.store("work", OTHER)

    assert file.forget("default")
    assert not file.forget("default")

    assert file.profiles() == ["work"]
    assert OLD not in file.path.read_text()


def test_what_no_profile_can_be_called_and_what_is_empty_is_not_logged_in(
    file: CredentialsFile,
) -> None:
    file.store("work", OTHER)
    values = json.loads(file.path.read_text())
    odd = dict.fromkeys(
        ["", "a b", "\x1b[2J", "$(id)", "\ud800", "x" * 65], values["profiles"]["work"]
    )
    values["profiles"] |= {**odd, "default": None}
    file.path.write_text(json.dumps(values))

    assert file.profiles() == ["work"]


def test_no_representation_tells_a_token() -> None:
    for text in (repr(PAIR), str(PAIR), f"{PAIR}", repr([PAIR])):
        assert OLD not in text
        assert "refresh'" not in text


def test_a_refresh_token_outlives_a_renewal_that_sends_none() -> None:
    assert PAIR.renewed(OTHER) == Credentials("https://api.example.com", NEW, "refresh")
    newer = Credentials("https://api.example.com", NEW, "newer")
    assert PAIR.renewed(newer) == newer


def test_file_and_folders_are_the_owners_alone_whatever_the_umask(
    file: CredentialsFile, home: Path, no_umask: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    sync = os.fsync

    def look_and_sync(descriptor: int) -> None:
        seen.extend(mode(path) for path in file.path.parent.iterdir())
        sync(descriptor)

    monkeypatch.setattr("os.fsync", look_and_sync)
    for pair in (PAIR, OTHER):
        with file.locked():
            file.store("default", pair)

    assert set(seen) == {0o600}
    assert [mode(path) for path in sorted(file.path.parent.iterdir())] == [0o600, 0o600]
    assert mode(file.path.parent) == mode(home / "config") == 0o700


def test_a_new_file_begins_closed(
    file: CredentialsFile, no_umask: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    make, modes = tempfile.mkstemp, []

    def make_and_look(**options: Any) -> tuple[int, str]:
        descriptor, name = make(**options)
        modes.append(mode(Path(name)))
        return descriptor, name

    monkeypatch.setattr("tempfile.mkstemp", make_and_look)
    file.store("default", PAIR)

    assert modes == [0o600]


@each("bits", [0o640, 0o604, 0o660, 0o644, 0o666, 0o620, 0o601])
@pytest.mark.fault(11)
def test_a_file_that_is_open_to_others_is_refused_with_the_command_that_closes_it(
    file: CredentialsFile, bits: int
) -> None:
    file.path.unlink(missing_ok=True)
    file.store("default", PAIR)
    file.path.chmod(bits)
    before = file.path.read_bytes()

    with pytest.raises(AccountError) as caught:
        file.load("default")

    assert caught.value.message == f"the credentials in {file.path} can be read by others"
    assert caught.value.hint == f"Close them: chmod 600 {file.path}"
    assert file.path.read_bytes() == before
    with pytest.raises(AccountError):
        file.store("default", OTHER)
    assert file.path.read_bytes() == before


@each(
    ("content", "reason"),
    [
        (b"", "is not JSON"),
        (b"  \n", "is not JSON"),
        (b"\xef\xbb\xbf" + b'{"profiles": {}}', "is not JSON"),
        (b"access_token=abc", "is not JSON"),
        (b'{"profiles": {', "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"\xff\xfe{\x00}\x00", "is not JSON in UTF-8"),
        (b"[]", "has no profiles in it"),
        (b"null", "has no profiles in it"),
        (b'{"profiles": []}', "has no profiles in it"),
        (b"{}", "has no profiles in it"),
        (b" " * 2**20 + b"{}", "is not JSON"),
    ],
)
@pytest.mark.fault(12)
def test_a_broken_file_is_named_and_left_as_it_is(
    file: CredentialsFile, content: bytes, reason: str
) -> None:
    file.path.unlink(missing_ok=True)
    file.store("default", PAIR)
    file.path.write_bytes(content)
    work: list[Callable[[], object]] = [
        lambda: file.load("default"),
        lambda: file.store("default", OTHER),
        lambda: file.forget("default"),
        file.profiles,
    ]

    for one in work:
        with pytest.raises(AccountError) as caught:
            one()
        assert caught.value.message == f"the credentials file {file.path} {reason}"
        assert "ffx auth login" in caught.value.hint
    assert file.path.read_bytes() == content
    assert mode(file.path) == 0o600


@each(
    "entry",
    [
        [],
        "token",
        5,
        {},
        {"origin": "https://api.example.com"},
        {"origin": None, "access_token": "a"},
        {"origin": "https://api.example.com", "access_token": 5},
        {"origin": "https://api.example.com", "access_token": "a", "refresh_token": ["b"]},
    ],
)
def test_a_damaged_profile_is_named_and_the_others_can_be_used(
    file: CredentialsFile, entry: object
) -> None:
    file.path.unlink(missing_ok=True)
    file.store("work", OTHER)
    values = json.loads(file.path.read_text())
    values["profiles"]["default"] = entry
    file.path.write_text(json.dumps(values))

    with pytest.raises(AccountError, match=f"the profile default in {file.path} is damaged"):
        file.load("default")
    assert file.load("work") == OTHER
    file.store("work", PAIR)
    assert json.loads(file.path.read_text())["profiles"]["default"] == entry


@each(
    "written",
    ["null", '"1700000000"', "true", "[]", "NaN", "Infinity", "-1", "0", "1e300", "9" * 400],
)
def test_an_expiry_that_is_no_moment_counts_as_unknown(
    file: CredentialsFile, written: str
) -> None:
    file.path.unlink(missing_ok=True)
    file.store("default", PAIR)
    file.path.write_text(file.path.read_text().replace("1700000000.0", written))

    found = file.load("default")

    assert found is not None
    assert found.expires_at is None


def test_a_link_is_refused_and_not_written_through(file: CredentialsFile, home: Path) -> None:
    file.store("default", PAIR)
    target = home / "elsewhere.json"
    file.path.rename(target)
    before = target.read_bytes()
    file.path.symlink_to(target)

    with pytest.raises(AccountError, match=f"{file.path} is a link"):
        file.load("default")
    with pytest.raises(AccountError, match=f"{file.path} is a link"):
        file.store("default", OTHER)
    assert target.read_bytes() == before
    assert file.path.is_symlink()


def test_a_folder_or_a_pipe_in_its_place_is_refused_at_once(file: CredentialsFile) -> None:
    file.path.mkdir(parents=True)
    with pytest.raises(AccountError, match=f"{file.path} is a folder"):
        file.load("default")

    file.path.rmdir()
    os.mkfifo(file.path, 0o600)
    with pytest.raises(AccountError, match=f"{file.path} is no ordinary file"):
        file.load("default")


def test_somebody_elses_file_is_refused(
    file: CredentialsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.store("default", PAIR)
    someone_else = os.getuid() + 1
    monkeypatch.setattr("os.getuid", lambda: someone_else)

    with pytest.raises(AccountError, match=f"{file.path} belongs to somebody else"):
        file.load("default")


@pytest.mark.parametrize("failing", ["os.fsync", "pathlib.Path.replace", "tempfile.mkstemp"])
def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(
    file: CredentialsFile, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    file.store("default", PAIR)
    before = file.path.read_bytes()
    with monkeypatch.context() as broken:
        broken.setattr(failing, fail)
        with pytest.raises(OSError, match="No space"):
            file.store("default", OTHER)

    assert file.path.read_bytes() == before
    assert list(file.path.parent.iterdir()) == [file.path]


@pytest.mark.fault(10)
def test_killed_forty_times_while_storing_the_file_is_whole_each_time(
    file: CredentialsFile,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _KILLED_AT_IT, str(file.path)],
        capture_output=True,
        text=True,
        timeout=LONGEST_WAIT,
        env=surroundings(),
    )

    assert done.stderr == ""
    # What the killed had begun is swept away by the next.
    assert done.stdout == "40 ['credentials.json', 'credentials.json.lock']\n"


@pytest.mark.fault(9)
def test_one_process_at_a_time_has_the_lock(
    file: CredentialsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ffx.settings.credentials.LOCK_TIMEOUT", 0.2)
    file.store("default", PAIR)
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDS_THE_LOCK, str(file.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=surroundings(),
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AccountError) as caught, file.locked():
            pass
        holder.kill()
        holder.wait()

    assert caught.value.message == "waited 0.2 s for another ffx that renews the token"
    assert caught.value.hint.startswith("Try again.")
    with file.locked():
        pass


def test_two_threads_do_not_have_the_lock_together(file: CredentialsFile) -> None:
    inside, most = [], []

    def work() -> None:
        for _ in range(5):
            with file.locked():
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_WAIT)

    assert most == [1] * 20


@pytest.mark.fault(8)
def test_five_processes_with_one_expired_token_renew_it_once(
    explorer: Explorer, run_ffx: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(explorer, monkeypatch)
    explorer.answer_with(renewal(), answer(history()))

    runs = [
        run_ffx.start("visitor", VISITOR_ID, "--since", "2d", "--json", "--quiet")
        for _ in range(5)
    ]
    ends = [(*run.communicate(timeout=LONGEST_WAIT), run.returncode) for run in runs]

    assert [code for _, _, code in ends] == [0] * 5
    assert {err for _, err, _ in ends} == {b""}
    assert {out for out, _, _ in ends} == {ends[0][0]}
    assert paths(explorer)[0] == VALIDATE
    assert paths(explorer).count(VALIDATE) == 1
    assert bearers(explorer) == [OLD] + [NEW] * 5
    assert stored()["access_token"] == NEW


def test_the_names_beside_the_file_hold_no_token(file: CredentialsFile) -> None:
    with file.locked():
        file.store("default", PAIR)

    for path in file.path.parent.iterdir():
        assert not re.search("|".join(map(re.escape, SECRETS)), path.name)
        assert path == file.path or path.read_bytes() == b""
