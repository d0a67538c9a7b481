"""A file of tab-separated lines: what a pipe gets, without what a spreadsheet would run."""

from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, events, history
from tests.looping import each

SINCE = ("--since", "2020-03-01", "--until", "2020-03-02")


@pytest.mark.fault(138)
@each(
    ("command", "cell"),
    [
        (("visitor", VISITOR_ID, *SINCE), "=1+1"),
        (("visitor", VISITOR_ID, *SINCE), "商 ü"),
        (("hit", HIT_ID, HIT_ID[1:]), "=1+1"),
        (("hit", HIT_ID, HIT_ID[1:]), "plain"),
    ],
)
def test_a_tsv_file_holds_a_pipes_lines_without_formulas(
    command: tuple[str, ...],
    cell: str,
    explorer: Explorer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    explorer.answer_with(answer(history(t1=cell) | events(t1=cell)))
    path = tmp_path / "out.tsv"

    assert main([*command]) == ExitCode.OK
    piped = capsys.readouterr().out
    assert main([*command, "-o", str(path), "--force"]) == ExitCode.OK

    assert f"\t{cell}\t" in piped
    safe = f"'{cell}" if cell.startswith("=") else cell
    assert path.read_text(encoding="utf-8") == piped.replace(f"\t{cell}\t", f"\t{safe}\t")
