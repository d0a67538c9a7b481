"""Rows 98 to 103 and 120: clock changes, and times that cannot be read or make no window."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from tests.conftest import Runner
from tests.explorer import VISITOR_ID, Explorer
from tests.looping import each


def asked_window(explorer: Explorer) -> tuple[str, str]:
    body = json.loads(explorer.requests[-1].body)
    return body["timeStart"], body["timeEnd"]


@pytest.mark.parametrize(
    ("row", "zone", "since", "until", "window", "said"),
    [
        pytest.param(
            98, "Europe/Berlin", "2024-03-30 12:00", "2024-03-31 12:00",
            ("2024-03-30T11:00:00Z", "2024-03-31T10:00:00Z"),
            "window Sat 30 Mar 2024 12:00 +01:00 → Sun 31 Mar 12:00 +02:00",
            id="98: both offsets of a window over a clock change",
        ),
        pytest.param(
            99, "Europe/Berlin", "2024-10-27 02:30", "2024-10-27 12:00",
            ("2024-10-27T00:30:00Z", "2024-10-27T11:00:00Z"), "twice",
            id="99: a start that exists twice is the earlier",
        ),
        pytest.param(
            99, "Europe/Berlin", "2024-10-26", "2024-10-27 02:30",
            ("2024-10-25T22:00:00Z", "2024-10-27T01:30:00Z"), "twice",
            id="99: an end that exists twice is the later",
        ),
        pytest.param(
            100, "Europe/Berlin", "2024-03-31 02:30", "2024-03-31 12:00",
            ("2024-03-31T01:00:00Z", "2024-03-31T10:00:00Z"), "02:30",
            id="100: a time that does not exist moves forward to the change",
        ),
        pytest.param(
            100, "America/Havana", "2024-03-10", "2024-03-10 12:00",
            ("2024-03-10T05:00:00Z", "2024-03-10T16:00:00Z"), "00:00",
            id="100: a midnight that does not exist",
        ),
    ],
)  # fmt: skip
@pytest.mark.fault
def test_a_clock_change_makes_the_widest_window_and_is_said(
    row: int,
    zone: str,
    since: str,
    until: str,
    window: tuple[str, str],
    said: str,
    explorer: Explorer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = ["visitor", VISITOR_ID, "--since", since, "--until", until, "--tz", zone, "-v"]

    assert main(line) == ExitCode.OK

    assert asked_window(explorer) == window
    assert said in capsys.readouterr().err


@each("typed", ["gibberish", "90 mins agoo", "10", "2024-02-30", "25:61", "", "8/9/2024"])
@pytest.mark.fault(101, 102)
def test_rows_101_and_102_a_time_that_cannot_be_read_is_named_with_forms_that_can(
    typed: str, explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["visitor", VISITOR_ID, "--since", typed]) == ExitCode.USAGE

    out, err = capsys.readouterr()
    assert out == ""
    assert f"cannot read '{typed}' as a time for --since" in err
    assert err.count("2026-03-01") or err.count("2024-08-09")
    assert explorer.requests == []


@each("zone", ["EST", "IST"])
@pytest.mark.fault(102)
def test_row_102_an_ambiguous_zone_is_refused(
    zone: str, explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["visitor", VISITOR_ID, "--since", "2d", "--tz", zone]) == ExitCode.USAGE

    assert "ambiguous" in capsys.readouterr().err
    assert explorer.requests == []


@each(
    ("since", "until", "said"),
    [
        ("2020-03-02 00:00", "2020-03-01 00:00", "the window ends before it starts"),
        ("2020-03-01 10:00", "2020-03-01 10:00", "the window has no length"),
        ("9000-01-01", "9000-01-02", "the window starts in the future"),
    ],
)
@pytest.mark.fault(103)
def test_row_103_a_window_that_is_none_is_told_by_its_fault(
    since: str, until: str, said: str, explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["visitor", VISITOR_ID, "--since", since, "--until", until, "--utc"]

    assert main(line) == ExitCode.USAGE

    err = capsys.readouterr().err
    assert said in err
    assert since[:4] in err
    assert explorer.requests == []


@contextmanager
def in_zone(zone: str) -> Iterator[None]:
    """Let this process's local time be what TZ says."""
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TZ", zone)
            time.tzset()
            yield
    finally:
        time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="TZ is not obeyed here")
@each(
    ("zone", "more", "note"),
    [
        ("Europe/Berlni", (), "note: TZ names 'Europe/Berlni', which this machine does not know: "
         "UTC is used\n"),
        ("Europe/\x1b[31m", (), "note: TZ names 'Europe/\\u{1b}[31m', which this machine does not "
         "know: UTC is used\n"),
        ("Europe/Berlni", ("--quiet",), ""),
        ("Europe/Berlni", ("--utc",), ""),
        ("Europe/Berlni", ("--tz", "Asia/Almaty"), ""),
        ("UTC", (), ""),
        ("CET-1CEST", (), ""),
        ("", (), ""),
    ],
)  # fmt: skip
@pytest.mark.fault(120)
def test_row_120_a_zone_that_the_machine_does_not_know_is_said_to_be_utc(
    zone: str,
    more: tuple[str, ...],
    note: str,
    explorer: Explorer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    window = ("--since", "2020-03-01", "--until", "2020-03-02")

    with in_zone(zone):
        code = main(["visitor", VISITOR_ID, *window, "--json", *more])
        err = capsys.readouterr().err
        assert main(["visitor", "--help"]) == ExitCode.OK

    assert (code, err) == (ExitCode.OK, note)
    assert capsys.readouterr().err == ""
    if note:
        assert asked_window(explorer) == ("2020-03-01T00:00:00Z", "2020-03-03T00:00:00Z")


@pytest.mark.fault(120)
def test_row_120_a_process_whose_zone_is_not_known_says_so_too(
    explorer: Explorer, run_ffx: Runner
) -> None:
    finished = run_ffx("visitor", VISITOR_ID, "--json", env={"TZ": "Europe/Berlni"})

    assert finished.code == ExitCode.OK
    assert finished.err.startswith("note: TZ names 'Europe/Berlni', which this machine does")
