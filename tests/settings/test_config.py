import errno
import os
import sys
from pathlib import Path

import pytest

from ffx.errors import UsageError
from ffx.settings.config import Config, config_path, read_config, read_profile_name
from tests.cli.delivery.test_resume import NOT_ROOT
from tests.looping import each

GOOD = """
profile = "work"
tz = "Europe/Berlin"
api_url = "https://common.example.com/v1"

[profiles.work]
api_url = "https://work.example.com/v1"

[profiles.'night.shift-2_a']
tz = "Asia/Almaty"
"""


@pytest.fixture
def path(home: Path) -> Path:
    path = config_path()
    path.parent.mkdir(parents=True)
    return path


def test_it_stands_in_the_users_configuration_folder(home: Path) -> None:
    assert config_path() == home / "config" / "ffx" / "config.toml"


def test_a_profiles_own_value_goes_before_the_one_for_all(path: Path) -> None:
    path.write_text(GOOD)

    config = read_config(path)

    assert config.profile == "work"
    assert config.get("work", "api_url") == "https://work.example.com/v1"
    assert config.get("work", "tz") == "Europe/Berlin"
    assert config.get("night.shift-2_a", "tz") == "Asia/Almaty"
    assert config.get("nobody", "api_url") == "https://common.example.com/v1"


@each("content", [b"", b"# nothing\n", b"\xef\xbb\xbf", b"[profiles]\n"])
def test_an_empty_file_says_nothing(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    assert read_config(path) == Config()
    assert Config().get("default", "tz") == ""


def test_a_file_that_is_not_there_says_nothing(path: Path) -> None:
    assert read_config(path) == Config()
    path.write_text("")
    assert read_config(path / "below" / "a-file") == Config()


def test_a_byte_order_mark_and_windows_line_ends_are_read(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbftz = 'UTC'\r\nprofile = 'work'\r\n")

    config = read_config(path)

    assert (config.profile, config.get("work", "tz")) == ("work", "UTC")


@each(
    ("content", "says", "hint"),
    [
        ("tz = ", "is not TOML: Invalid value (at end of document)", ""),
        (
            "tz = 'UTC'\ntz = 'UTC'\n",
            "is not TOML: Cannot overwrite a value (at line 2, column 11)",
            "",
        ),
        ("a\n\nb", "is not TOML: Expected '=' after a key in a key/value pair (at line 1", ""),
        ("api_ulr = 'x'", "has an unknown key: api_ulr", "Perhaps api_url."),
        ("profil = 'x'", "has an unknown key: profil", "Perhaps profile."),
        ("colour = 'x'", "has an unknown key: colour", "It knows api_url, tz, profile."),
        ("access_token = 'x'", "has an unknown key: access_token", "It knows"),
        ("[profiles.work]\ntimezone = 'x'", "has an unknown key: profiles.work.timezone", ""),
        ("[profiles.work]\nprofile = 'x'", "has an unknown key: profiles.work.profile", ""),
        ("[work]\ntz = 'UTC'", "has an unknown key: work", ""),
        ("tz = 5", "has no text under tz", ""),
        ("[profiles.work]\ntz = true", "has no text under profiles.work.tz", ""),
        ("profile = 5", "has no text under 'profile'", ""),
        ("profiles = 5", "has 'profiles' as a value, where tables belong: [profiles.NAME]", ""),
        ("[profiles]\nwork = 5", "has 'profiles.work' as a value, where a table belongs", ""),
        ("'\\u001b[31m' = 5", "has an unknown key: \\u001b[31m", ""),
        ('"\\u001b[31m" = 5', "has an unknown key: \\u{1b}[31m", ""),
    ],
)
def test_what_is_wrong_is_named_with_the_file_and_the_line_or_the_key(
    path: Path, content: str, says: str, hint: str
) -> None:
    path.write_text(content)

    with pytest.raises(UsageError) as caught:
        read_config(path)

    assert caught.value.message.startswith(f"the settings file {path} {says}")
    assert caught.value.hint.startswith(hint)


def test_bytes_that_are_no_text_are_refused(path: Path) -> None:
    for content, line in (
        (b"tz = 'UTC'\r\nprofile = '\xff'", 2),
        ("tz = 'UTC'".encode("utf-16"), 1),
    ):
        path.write_bytes(content)
        with pytest.raises(UsageError) as caught:
            read_config(path)

        says = f"the settings file {path} is not UTF-8, as TOML is (at line {line})"
        assert caught.value.message == says
        assert caught.value.hint == "Save it again as UTF-8: editors offer that as its encoding."


@each(
    ("content", "reason"),
    [
        (f"tz = {'[' * 10_000}", "is not TOML: it nests too deeply"),
        (f"tz = {'1' * 5_000}", "is not TOML: it holds a number too long"),
        (
            f"[findings]\ntoo_fast_seconds = {'1' * 400}",
            "has no number above 0 under findings.too_fast_seconds",
        ),
        ("#" * (2**20 + 1), "is over 1 MiB, larger than any settings"),
    ],
)
def test_what_takes_too_much_is_refused(path: Path, content: str, reason: str) -> None:
    path.write_text(content)

    with pytest.raises(UsageError) as caught:
        read_config(path)

    assert caught.value.message == f"the settings file {path} {reason}"


def test_a_huge_file_is_not_read_to_its_end(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**34 if sys.platform == "linux" else 2**21)

    with pytest.raises(UsageError, match="is over 1 MiB"):
        read_config(path)
    path.unlink()  # or its megabytes would be searched for tokens


def test_the_largest_file_is_read(path: Path) -> None:
    path.write_text(f"tz = 'UTC'\n{'#' * (2**20 - 11)}")

    assert read_config(path).get("default", "tz") == "UTC"


def test_a_folder_in_its_place_is_refused(path: Path) -> None:
    path.mkdir()

    with pytest.raises(UsageError, match="cannot be read: is a directory"):
        read_config(path)


def test_a_pipe_in_its_place_does_not_hang(path: Path) -> None:
    os.mkfifo(path)

    with pytest.raises(UsageError, match="is no ordinary file"):
        read_config(path)


@pytest.mark.parametrize("closed", ["the file", "its folder"])
def test_what_may_not_be_read_is_refused(
    path: Path, closed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text("api_url = 'https://other.example.com/v1'")

    def deny(asked: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(asked))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open" if closed == "the file" else "stat", deny)
        with pytest.raises(UsageError) as caught:
            read_config(path)

    assert caught.value.message == f"the settings file {path} may not be read: permission denied"
    assert read_config(path).get("default", "api_url") == "https://other.example.com/v1"


@NOT_ROOT
@pytest.mark.parametrize("closed", ["the file", "its folder"])
def test_what_the_system_closes_is_refused(path: Path, closed: str) -> None:
    path.write_text("tz = 'UTC'")
    target = path if closed == "the file" else path.parent
    target.chmod(0)
    try:
        with pytest.raises(UsageError, match="may not be read: permission denied"):
            read_config(path)
    finally:
        target.chmod(0o700)


@each("name", ["a", "default", "A-1_b.c", "0", "x" * 64])
def test_ordinary_names_are_names_of_profiles(name: str) -> None:
    assert read_profile_name(name, source="--profile") == name


@each(
    "name", ["", " ", "a b", ".a", "-a", "../x", "a/b", "ä", "a\n", "a\x1b[31m", "x" * 65, "{a}"]
)
def test_other_names_are_refused_and_shown_safe(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_profile_name(name, source="FFX_PROFILE")

    assert caught.value.message.startswith("FFX_PROFILE '")
    assert caught.value.message.isprintable()
