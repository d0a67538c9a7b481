"""What answers a shell is a result like any other: written whole, or an exit code."""

import pytest

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
