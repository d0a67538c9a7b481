"""What answers TAB: a result like any other, which offers nothing that a shell would run."""

from pathlib import Path

import pytest

from ffx.cli.completion import profiles
from ffx.settings import config, credentials
from tests.conftest import Runner
from tests.faults.test_batch_streams import FULL

TAB = "COMP_WORDS='ffx vis' COMP_CWORD=1 _FFX_COMPLETE=complete_bash"


@FULL
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("asked", [TAB, "_FFX_COMPLETE=source_zsh"])
@pytest.mark.parametrize(
    ("stdout", "code", "said"),
    [
        (">/dev/full", 9, "cannot write the result: no space left on device"),
        (">&-", 9, "cannot write the result: stdout is closed"),
        ("", 0, ""),
    ],
    ids=["full", "closed", "an innocent twin"],
)
def test_an_answer_that_cannot_be_written_is_no_success(
    stdout: str, code: int, said: str, asked: str, unbuffered: str, run_ffx: Runner
) -> None:
    finished = run_ffx.in_shell(f"{asked} ffx {stdout}", env={"PYTHONUNBUFFERED": unbuffered})

    assert finished.code == code
    assert (said in finished.err) if said else (finished.err == "")
    assert bool(finished.out) is (stdout == "")


@pytest.mark.parametrize("asked", ["nonsense", "source_cmd", "complete_cmd"])
def test_what_no_shell_asks_is_not_answered(asked: str, run_ffx: Runner) -> None:
    finished = run_ffx.in_shell(f"_FFX_COMPLETE={asked} ffx")

    assert (finished.code, finished.out) == (1, b"")
    assert finished.err.count("\n") == 1


NAMES = ["team", "team-2", "a.b_c", "$(touch x)", "\\$(touch x)", "`touch x`", "a b", "a;b", ""]


@pytest.fixture
def stored(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = credentials.CredentialsFile(credentials.default_path())
    for name in NAMES:
        file.store(name, credentials.Credentials("https://api.example.com", "a-token-of-ours"))


@pytest.mark.parametrize(
    ("incomplete", "offered"),
    [
        ("", ["a.b_c", "default", "team", "team-2", "work"]),
        ("te", ["team", "team-2"]),
        ("\\", []),
        ("$", []),
    ],
)
@pytest.mark.fault(148)
def test_profiles_whose_names_are_none_are_not_offered(
    incomplete: str, offered: list[str], stored: None
) -> None:
    config.default_path().write_text("[profiles.work]\n")

    assert profiles(incomplete) == offered


def test_a_settings_file_with_a_bad_name_hides_no_other(stored: None) -> None:
    config.default_path().write_text('[profiles."$(touch x)"]\n')

    assert profiles("") == ["a.b_c", "default", "team", "team-2"]
