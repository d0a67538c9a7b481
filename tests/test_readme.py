"""The README tells the truth."""

import os
import re
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.cli.app import main
from ffx.cli.completion_scripts import SCRIPTS
from ffx.errors import ExitCode
from ffx.input.times.formatting import day_of, format_clock, full_time, long_time
from ffx.input.times.zones import format_moment
from ffx.service.retry import Retries
from tests.explorer import Explorer, answer
from tests.looping import each
from tests.readme import README, blocks, run, without_times

_TEXT = README.read_text()


@each(("command", "claimed"), list(blocks(_TEXT)))
def test_console_blocks_are_what_the_program_prints(command: str, claimed: str) -> None:
    assert without_times(run(command)) == without_times(claimed)


# Offsets of old years had seconds.
_ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York")]


@given(
    st.datetimes(datetime(1880, 1, 1)),  # noqa: DTZ001  # in each of the zones
    st.sampled_from(_ZONES),
    st.booleans(),
    st.booleans(),
)
def test_no_form_in_which_a_time_is_printed_is_left(
    wall: datetime, zone: ZoneInfo, year: bool, offset: bool
) -> None:
    moment = wall.replace(tzinfo=zone)
    sent = moment.isoformat()
    printed = (
        format_moment(moment, year=year, offset=offset),
        format_clock(moment, zone),
        day_of(moment, zone),
        full_time(sent, zone),
        long_time(sent, zone),
        f"{moment:%H:%M}",
        f"{moment:%d %b %H:%M:%S}",
        f"{moment:%Y-%m-%d %H:%M:%S}",
        f"{moment:%Y-%m-%d %H:%M:%S %z}",
        f"{moment:%Y-%m-%dT%H:%M:%SZ}",
    )

    for text in printed:
        for around in ("{}", "at {}, ", "({})", "{}.", "│{}│", "a → {}", '"{}"'):
            left = without_times(around.format(text))
            assert re.fullmatch("(DAY TIME|DAY|TIME)", left.strip(around.replace("{}", ""))), left


@each(
    "text",
    [
        "29 s", "2 d 3 h", "+47 min", "0.25", "v1.0.0", "12 hits", "3 Marks", "4 of 10", "1:2",
        "192.0.2.7", "2001:db8::10:20", "10:20:30:40", "127.0.0.1:8080", "a10:20", "h-2026-11-20",
        "2026-11", "May",
    ],
)  # fmt: skip
def test_what_is_no_time_is_left(text: str) -> None:
    assert without_times(text) == text


def test_the_exit_codes_are_those_of_the_program() -> None:
    table = _TEXT.partition("## Exit codes")[2].partition("\n## ")[0]
    listed = {
        int(code) for code in re.findall(r"\b(\d{1,3})\b(?=[^|\n]*\|[^|\n]*\|$)", table, re.M)
    }

    assert listed == set(map(int, ExitCode))


# What brings each message of the README's table.
_HIT = "dkezmsf3bat8xdbz8rt039r4h"
_TROUBLE: tuple[tuple[dict[str, str], list[str]], ...] = (
    ({}, ["diagnose", "{hit}", "--sandbox"]),
    ({}, ["hit", "dkezmsf3bat8xdbz8rt039r4x", "--sandbox"]),
    ({}, ["hit", _HIT]),
    ({"FFX_API_URL": "REFUSING", "FFX_ACCESS_TOKEN": "x"}, ["hit", _HIT]),
    ({"FFX_API_URL": "http://127.0.0.1:9/v1", "FFX_ACCESS_TOKEN": "x"}, ["hit", _HIT]),
    ({}, ["visitor", "afdwgYpo0hHNwqHA0X7rM1xM9Y8", "--since", "30d", "--sandbox"]),
)


def test_the_table_of_trouble_says_what_the_program_says(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ffx.service.client.Retries", partial(Retries, pause=lambda _: None))
    explorer.answer_with(answer({"message": "no"}, status=401))
    served = os.environ["FFX_API_URL"]
    table = _TEXT.partition("| ffx says |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(.+?)` \| (\d) \|", table, re.M)

    assert len(rows) == len(_TROUBLE)
    for (words, code), (environment, line) in zip(rows, _TROUBLE, strict=True):
        for name in ("FFX_API_URL", "FFX_ACCESS_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, served if value == "REFUSING" else value)
        assert main(line) == int(code), words
        said = capsys.readouterr().err
        assert re.search(re.escape(words).replace("…", ".+"), said), (words, said)


@each("shell", ["bash", "zsh", "fish"])
def test_the_completion_scripts_are_those_that_the_program_writes(shell: str) -> None:
    kept = README.parent / "completions" / f"ffx.{shell}"
    assert kept.read_text() == SCRIPTS[shell]


def test_the_changelog_begins_with_what_is_not_released_or_with_this_version() -> None:
    from ffx.version import __version__

    headings = re.findall(r"^## (\S+)", (README.parent / "CHANGELOG.md").read_text(), re.M)

    assert headings[0] in ("Unreleased", __version__)


def test_the_page_on_the_house_names_files_and_functions_that_are_there() -> None:
    page = README.read_text().partition("## Where do I change")[2]
    folder = README.parent / "ffx"
    named = {
        *re.findall(r"`ffx/([a-z]+/)`", page),
        *re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", page),
    }
    assert len(named) > 20
    assert [path for path in sorted(named) if not (folder / path).exists()] == []
    for path, function in re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`, `([a-z_]+)`", page):
        assert f"def {function}(" in (folder / path).read_text(), (path, function)
