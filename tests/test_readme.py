"""The README tells the truth."""

import re
import subprocess
import sys

import pytest

from ffx.errors import ExitCode
from tests.readme import README, blocks, run, without_times

_TEXT = README.read_text()


@pytest.mark.parametrize(("command", "claimed"), list(blocks(_TEXT)), ids=lambda text: text[:40])
def test_console_blocks_are_what_the_program_prints(command: str, claimed: str) -> None:
    assert without_times(run(command)) == without_times(claimed)


def test_the_exit_codes_are_those_of_the_program() -> None:
    table = _TEXT.partition("## Exit codes")[2].partition("\n## ")[0]
    listed = {
        int(code) for code in re.findall(r"\b(\d{1,3})\b(?=[^|\n]*\|[^|\n]*\|$)", table, re.M)
    }

    assert listed == set(map(int, ExitCode))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_scripts_are_those_that_the_program_writes(shell: str) -> None:
    made = subprocess.run(
        [
            sys.executable,
            "-c",
            f"from ffx.cli.completion import script; print(script({shell!r}), end='')",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=README.parent,
    )

    assert (README.parent / "completions" / f"ffx.{shell}").read_text() == made.stdout


def test_the_changelog_begins_with_what_is_not_released_or_with_this_version() -> None:
    from ffx.version import __version__

    headings = re.findall(r"^## (\S+)", (README.parent / "CHANGELOG.md").read_text(), re.M)

    assert headings[0] in ("Unreleased", __version__)
