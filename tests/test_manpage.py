"""The man page is the program's own help."""

import re
import shutil
import subprocess

import pytest

from tests.faults.bounds import LONGEST_WAIT
from tests.manpage import PAGE, manual


def test_the_man_page_is_made_of_the_help() -> None:
    assert PAGE.read_text(encoding="utf-8") == manual()


def test_each_line_that_steers_is_one_of_ours() -> None:
    steering = {line.split(" ")[0] for line in manual().splitlines() if line and line[0] in ".'"}

    assert steering == {
        ".TH", ".SH", ".B", ".BR", ".PP", ".TP", ".nf", ".fi", ".RS", ".RE",
    }  # fmt: skip


@pytest.mark.skipif(shutil.which("man") is None, reason="there is no man here")
def test_man_shows_it_without_a_complaint() -> None:
    shown = subprocess.run(
        ["man", "--warnings", "-l", str(PAGE)],
        capture_output=True,
        text=True,
        timeout=LONGEST_WAIT,
    )

    assert (shown.returncode, shown.stderr) == (0, "")
    text = re.sub(".\x08", "", shown.stdout)
    assert "ffx diagnose" in text
    assert "--check" in text
