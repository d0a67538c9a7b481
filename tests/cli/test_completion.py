"""What answers TAB: a result like any other, which offers nothing that a shell would run."""

from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.cli.completion import profiles
from ffx.cli.completion_scripts import SCRIPTS
from ffx.settings import config, credentials
from tests.conftest import Runner
from tests.faults.test_batch_streams import FULL
from tests.looping import each

TAB = "COMP_WORDS='ffx vis' COMP_CWORD=1 _FFX_COMPLETE=complete_bash"


SCRIPT = "_FFX_COMPLETE=source_zsh"


@FULL
@each(
    ("asked", "unbuffered", "stdout", "code", "said"),
    [
        (TAB, "", ">/dev/full", 9, "cannot write the result: no space left on device"),
        (SCRIPT, "", ">/dev/full", 9, "cannot write the result: no space left on device"),
        (TAB, "1", ">/dev/full", 9, "cannot write the result: no space left on device"),
        (TAB, "", ">&-", 9, "cannot write the result: stdout is closed"),
        (SCRIPT, "1", ">&-", 9, "cannot write the result: stdout is closed"),
        (TAB, "1", "", 0, ""),
        (SCRIPT, "", "", 0, ""),
    ],
)
def test_an_answer_that_cannot_be_written_is_no_success(
    asked: str, unbuffered: str, stdout: str, code: int, said: str, run_ffx: Runner
) -> None:
    finished = run_ffx.in_shell(f"{asked} ffx {stdout}", env={"PYTHONUNBUFFERED": unbuffered})

    assert finished.code == code
    assert (said in finished.err) if said else (finished.err == "")
    assert bool(finished.out) is (stdout == "")


@pytest.mark.parametrize("asked", ["nonsense", "source_cmd", "complete_cmd"])
def test_what_no_shell_asks_is_not_answered(asked: str, run_ffx: Runner) -> None:
    finished = run_ffx.in_shell(f"_FFX_COMPLETE={asked} ffx")

    assert (finished.code, finished.out) == (2, b"")
    assert f"_FFX_COMPLETE asks for '{asked}', which is nothing that ffx answers" in finished.err


def _offered(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    monkeypatch.setenv("_FFX_COMPLETE", "complete_fish")
    monkeypatch.setenv("_FFX_WORDS", line)
    assert main([]) == 0
    return capsys.readouterr().out


@each(
    ("line", "offered"),
    [
        ("ffx visitor ", ""),
        ("ffx visitor -o a", ":files\n"),
        ("ffx hit --from=", ":files\n"),
        ("ffx visitor --fields visitor.tot", "visitor.totalHits\n"),
        ("ffx hit --fields visitor.tot", ""),
        ("ffx diagnose --fields target,nextS", "target,nextStep\n"),
        ("ffx hit --fields hitid,hitI", ""),  # chosen already
        ("ffx hit --fields hitT", "hitTime\n"),
        ("ffx completion z", "zsh\n"),
        ("ffx help sandbox s", "serve\tServe the sample service on a port, until...\n"),
        ("ffx help exit", "exit-codes\tWhat the end of a run says\n"),
        ("ffx help hit-can", "hit-cannot-convert\tC1 hit-cannot-convert\n"),
        ("ffx visitor 'not closed", ""),
    ],
)
def test_tab_offers_what_may_stand_there(
    line: str,
    offered: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _offered(line, monkeypatch, capsys) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_a_result(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert capsys.readouterr() == (SCRIPTS[shell], "")


def test_a_shell_without_a_script_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcsh"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in err


NAMES = ["team", "team-2", "a.b_c", "$(touch x)", "\\$(touch x)", "`touch x`", "a b", "a;b", ""]


@pytest.fixture
def stored(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = credentials.CredentialsFile(credentials.credentials_path())
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
    config.config_path().write_text("[profiles.work]\n")

    assert profiles(incomplete) == offered


def test_a_settings_file_with_a_bad_name_hides_no_other(stored: None) -> None:
    config.config_path().write_text('[profiles."$(touch x)"]\n')

    assert profiles("") == ["a.b_c", "default", "team", "team-2"]
