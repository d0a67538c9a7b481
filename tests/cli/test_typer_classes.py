"""Run-wide options may stand anywhere before `--`; other options keep their values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.cli.typer_classes import put_run_wide_first
from ffx.errors import UsageError
from tests.looping import each

_RUN_WIDE = {
    "--sandbox": False, "--verbose": False, "-v": False, "--quiet": False, "-q": False,
    "--tz": True, "--timeout": True,
}  # fmt: skip
_OTHERS = {"--event": True, "--since": True, "--reverse": False, "--json": False, "-o": True}


def _put_first(line: str) -> str:
    return " ".join(put_run_wide_first(line.split(), _RUN_WIDE, _OTHERS))


@each(
    ("typed", "read"),
    [
        ("", ""),
        ("visitor v1 --sandbox", "--sandbox visitor v1"),
        ("--sandbox visitor v1", "--sandbox visitor v1"),
        ("visitor v1 --tz UTC --json", "--tz UTC visitor v1 --json"),
        ("visitor --tz=UTC v1", "--tz=UTC visitor v1"),
        ("visitor v1 -vq", "-v -q visitor v1"),
        ("visitor -v v1 -q", "-v -q visitor v1"),
        # Not a cluster of ours: left to the command, which refuses it.
        ("visitor v1 -vx", "visitor v1 -vx"),
        ("visitor v1 -", "visitor v1 -"),
        # Values of other options stay theirs.
        ("visitor v1 --event -v", "visitor v1 --event -v"),
        ("visitor v1 --event --sandbox -v", "-v visitor v1 --event --sandbox"),
        ("visitor v1 --since=--tz -v", "-v visitor v1 --since=--tz"),
        ("visitor v1 --reverse -v", "-v visitor v1 --reverse"),
        # Values of ours stay ours.
        ("visitor v1 --tz --sandbox", "--tz --sandbox visitor v1"),
        # Nothing after -- is an option.
        ("visitor -v -- --sandbox -q", "-v visitor -- --sandbox -q"),
        ("-- --sandbox", "-- --sandbox"),
        # An option named in the middle of a word is none.
        ("visitor --sandboxed x--tz", "visitor --sandboxed x--tz"),
        # Without its value an option of another table goes as it came.
        ("visitor v1 --event", "visitor v1 --event"),
    ],
)
def test_lines_as_typed_and_as_read(typed: str, read: str) -> None:
    assert _put_first(typed) == read


@pytest.mark.parametrize("line", ["visitor v1 --tz", "--timeout"])
def test_an_option_at_the_end_misses_its_value(line: str) -> None:
    with pytest.raises(UsageError, match=r"option --\w+ needs a value"):
        _put_first(line)


def test_tab_completes_a_line_that_is_cut() -> None:
    assert put_run_wide_first(["visitor", "--tz"], _RUN_WIDE, _OTHERS, may_be_unfinished=True) == [
        "visitor",
        "--tz",
    ]


_words = st.sampled_from([*_RUN_WIDE, *_OTHERS, "visitor", "v1", "--", "-vq", "--tz=UTC", "x=y"])


@given(st.lists(_words))
def test_no_word_is_lost_and_reading_twice_changes_nothing(words: list[str]) -> None:
    line = put_run_wide_first(words, _RUN_WIDE, _OTHERS, may_be_unfinished=True)
    spelled = [part for word in words for part in (("-v", "-q") if word == "-vq" else (word,))]
    made = [part for word in line for part in (("-v", "-q") if word == "-vq" else (word,))]
    assert sorted(made) == sorted(spelled)
    if words[-1:] not in (["--tz"], ["--timeout"]):
        assert put_run_wide_first(line, _RUN_WIDE, _OTHERS, may_be_unfinished=True) == line
