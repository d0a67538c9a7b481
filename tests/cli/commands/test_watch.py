"""`ffx watch`, from the words typed to what is written, by a clock of its own."""

import csv
import io
import json
import re
import signal
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ffx.errors import ExitCode
from ffx.lookup.run import Run
from ffx.sandbox.data.stories import LIVE_STORY
from tests.cli.commands.conftest import NOW, Ask, Terminal
from tests.conftest import Runner
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, history
from tests.faults.bounds import LONGEST_WAIT
from tests.looping import each

if TYPE_CHECKING:
    from collections.abc import Callable

_SINCE = ("--since", "2026-11-20", "--utc")


class Time:
    """A clock that goes on where somebody waits, and calls `at_pause` then."""

    def __init__(self) -> None:
        self.now = NOW
        self.pauses: list[float] = []
        self.at_pause: Callable[[int], object] = str

    def __call__(self) -> datetime:
        return self.now

    def stopwatch(self) -> float:
        return sum(self.pauses)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)
        self.at_pause(len(self.pauses))


@pytest.fixture
def time(then: datetime, monkeypatch: pytest.MonkeyPatch) -> Time:
    """Return the clock of every run that waits."""
    time = Time()

    def begun(**facts: Any) -> Run:
        own = {"clock": time, "stopwatch": time.stopwatch, "pause": time.pause}
        return Run(**{**facts, "now": NOW, **own})

    monkeypatch.setattr("ffx.cli.run_wide_options.Run", begun)
    return time


def row(time: str, event: str = "view", **members: Any) -> dict[str, Any]:
    return {"hitId": HIT_ID, "eventType": event, "eventTime": f"2026-11-20T{time}Z", **members}


def with_rows(*rows: dict[str, Any], **visitor: Any) -> Any:
    reply = history(visitor={"totalHits": len(rows), **visitor})
    return answer({**reply, "hits": list(rows)})


ENTERED, READ, CLICKED = row("15:10:00", "entrance"), row("15:10:01"), row("15:10:20", "click")
SOLD = row("15:20:05", "conversion", revenue=24.9)


def test_the_story_of_the_sandbox_goes_on_until_its_sale(time: Time, ask: Ask) -> None:
    words = ("watch", LIVE_STORY.visitor_id, "--until", "conversion", "--sandbox")
    code, out, err = ask(*words, "--format", "jsonl")

    rows = [json.loads(line) for line in out.splitlines()]
    assert code == ExitCode.OK
    assert [each["eventType"] for each in rows] == [
        "entrance", "view", "customEvent1", "click", "view", "conversion",
    ]  # fmt: skip
    assert time.pauses == [10, 10]
    assert re.sub(r"\d\d:\d\d:\d\d", "TIME", err) == (
        f"watching visitor {LIVE_STORY.visitor_id}, account sandbox; Ctrl-C ends it\n"
        "the next look is at TIME\n"
        "the next look is at TIME\n"
        "seen: 6 rows, 1 conversion; 3 looks in 20 s\n"
    )


def test_a_terminal_gets_each_head_once(
    time: Time, ask: Ask, terminal: Terminal, explorer: Explorer
) -> None:
    terminal(90)
    explorer.answer_with(
        with_rows(ENTERED, READ),
        with_rows(ENTERED, READ),
        with_rows(ENTERED, READ, CLICKED, SOLD),
    )
    code, out, _ = ask("watch", VISITOR_ID, *_SINCE, "--until", "conversion")

    assert code == ExitCode.OK
    expected = f"""\
  time        after  event            cost  revenue  hit
  Fri 20 Nov 2026 +00:00
  ── visit 1 ─────────────────────────────────────────────────────────────────────────────
  15:10:00           entrance                        {HIT_ID}
  15:10:01     +1 s  view                            {HIT_ID}
  15:10:20    +19 s  click                           {HIT_ID}
  15:20:05   +9 min  conversion                24.9  ↑ {HIT_ID}
                                                       10 min after its hit
"""
    assert out == expected


def test_rows_and_notes_follow_a_window_that_is_resized(
    time: Time, ask: Ask, terminal: Terminal, explorer: Explorer
) -> None:
    widths = {0: 120, 1: 60, 2: 60, 3: 1, 4: 5000}
    terminal(widths[0])
    time.at_pause = lambda number: terminal(widths.get(number, 80))
    rows = [row(f"15:1{number}:00", pageName="page " * 12) for number in range(5)]
    looks = [rows[: number + 1] for number in range(5)]
    explorer.answer_with(*(with_rows(*each) for each in looks))
    code, out, _ = ask("watch", VISITOR_ID, *_SINCE, "--for", "50s", "--every", "10s")

    assert code == ExitCode.OK
    headers = [line for line in out.splitlines() if line.startswith("  time")]
    # One for each width, and none for a window that stays as it is.
    assert len(headers) == 4
    first, *others = out.split("  time")[1:]
    for width, part in zip((120, 60, 40, 250), (first, *others), strict=True):
        lines = f"  time{part}".splitlines()
        assert max(map(len, lines)) <= width, lines
        assert HIT_ID in part


def test_a_pipe_gets_plain_lines_below_one_header(
    time: Time, ask: Ask, explorer: Explorer
) -> None:
    explorer.answer_with(with_rows(ENTERED), with_rows(ENTERED, SOLD))
    _, out, _ = ask("watch", VISITOR_ID, *_SINCE, "--until", "conversion")

    header, *lines = (line.split("\t") for line in out.splitlines())
    assert header[:3] == ["hitId", "eventType", "eventTime"]
    assert [line[1] for line in lines] == ["entrance", "conversion"]


def test_csv_has_its_header_at_once_and_the_columns_that_were_chosen(
    time: Time, ask: Ask, explorer: Explorer
) -> None:
    explorer.answer_with(with_rows(), with_rows(ENTERED))
    code, out, err = ask(
        "watch", VISITOR_ID, *_SINCE, "--for", "10s", "--format", "csv",
        "--fields", "target,eventType",
    )  # fmt: skip

    assert code == ExitCode.OK
    assert list(csv.reader(io.StringIO(out))) == [
        ["target", "eventType"],
        [VISITOR_ID, "entrance"],
    ]
    assert "nothing of this visitor so far" in err


@pytest.mark.parametrize("until", [(), ("--until", "conversion")])
def test_no_rows_are_no_absence_where_there_are_more(
    until: tuple[str, ...], time: Time, ask: Ask, explorer: Explorer
) -> None:
    line = ("watch", VISITOR_ID, *_SINCE, "--for", "10s", *until)
    explorer.answer_with(answer({**history(), "hits": [], "hasMore": True}))
    code, out, err = ask(*line)

    assert (code, out) == (ExitCode.PARTIAL, "")
    what = "conversion" if until else "row"
    assert f"ffx: no {what} was seen, and not every row could be" in err
    assert "nothing of this visitor" not in err
    assert "no hits of" not in err

    explorer.answer_with(with_rows())
    code, out, err = ask(*line)

    assert (code, out) == (ExitCode.CHECK_NO if until else ExitCode.NOT_FOUND, "")
    assert "nothing of this visitor so far" in err


def test_what_is_late_changed_or_gone_is_said(time: Time, ask: Ask, explorer: Explorer) -> None:
    costly = {**ENTERED, "cost": 0.5}
    explorer.answer_with(
        with_rows(ENTERED, CLICKED), with_rows(costly, READ), with_rows(costly, READ, SOLD)
    )
    code, out, err = ask(
        "watch", VISITOR_ID, *_SINCE, "--until", "conversion", "--format", "jsonl"
    )

    assert code == ExitCode.OK
    events = [json.loads(line)["eventType"] for line in out.splitlines()]
    assert events == ["entrance", "click", "view", "conversion"]
    assert "note: changed: entrance of 2026-11-20T15:10:00Z" in err
    assert "cost – → 0.5" in err
    assert "note: no longer there: click of 2026-11-20T15:10:20Z" in err


def test_a_row_that_comes_back_is_said_and_not_shown_again(
    time: Time, ask: Ask, explorer: Explorer
) -> None:
    with_rows_replaced, without = with_rows(ENTERED, CLICKED), with_rows(ENTERED)
    explorer.answer_with(
        with_rows_replaced, without, with_rows_replaced, without, with_rows_replaced
    )
    _, out, err = ask("watch", VISITOR_ID, *_SINCE, "--for", "60s", "--format", "jsonl")

    assert len(out.splitlines()) == 2
    for words in ("no longer there", "there again"):
        assert err.count(f"note: {words}: click of 2026-11-20T15:10:20Z") == 1


def test_many_rows_that_change_or_go_at_once_are_counted(
    time: Time, ask: Ask, explorer: Explorer
) -> None:
    before = [row(f"15:10:{second:02}") for second in range(50)]
    after = [{**each, "cost": 0.5} for each in before[:30]]
    explorer.answer_with(with_rows(*before), with_rows(*after))
    _, _, err = ask("watch", VISITOR_ID, *_SINCE, "--for", "10s")

    assert (err.count("note: changed: view of"), err.count("note: no longer there: view")) == (
        10,
        10,
    )
    assert "note: changed: 20 more\n" in err
    assert "note: no longer there: 10 more\n" in err


def test_the_last_look_is_before_the_deadline_of_the_run(
    time: Time, ask: Ask, explorer: Explorer
) -> None:
    explorer.answer_with(with_rows(ENTERED))

    code, _, err = ask(
        "watch", VISITOR_ID, *_SINCE, "--for", "2h", "--every", "5m", "--deadline", "1h"
    )

    assert (code, "seen: 1 row" in err) == (ExitCode.OK, True)
    assert 3_500 < sum(time.pauses) < 3_599


def test_the_next_look_is_said_each_day_anew(time: Time, ask: Ask, explorer: Explorer) -> None:
    explorer.answer_with(with_rows(ENTERED))

    _, _, err = ask("watch", VISITOR_ID, "--every", "12h", "--for", "3d", "--tz", "UTC")

    assert err.count("the next look is at ") == 6


def test_what_was_seen_is_said_also_where_the_service_refuses_at_last(
    time: Time, ask: Ask, explorer: Explorer
) -> None:
    explorer.answer_with(with_rows(ENTERED), answer({"message": "gone"}, 401))
    code, _, err = ask("watch", VISITOR_ID, *_SINCE)

    assert code == ExitCode.ACCOUNT
    assert "seen: 1 row, 0 conversions; 1 look in 10 s\nffx: the token was refused" in err


def test_a_watch_ends_when_its_reader_leaves(run_ffx: Runner) -> None:
    finished = run_ffx.in_shell(
        f'ffx watch {LIVE_STORY.visitor_id} --sandbox | head -1; echo "${{PIPESTATUS[0]}}"'
    )

    assert finished.out.count(b"\n") == 2
    assert finished.out.endswith(b"\n0\n")


def test_a_row_that_was_stored_late_is_shown_and_said(
    time: Time, ask: Ask, explorer: Explorer
) -> None:
    explorer.answer_with(with_rows(ENTERED, CLICKED), with_rows(ENTERED, READ, CLICKED))
    code, out, err = ask("watch", VISITOR_ID, *_SINCE, "--for", "10s", "--format", "jsonl")

    assert code == ExitCode.OK
    assert json.loads(out.splitlines()[-1])["eventTime"] == READ["eventTime"]
    assert err.count("stored late") == 1


@pytest.mark.parametrize(
    ("rows", "options", "code"),
    [
        ((), ("--for", "20s"), ExitCode.NOT_FOUND),
        ((ENTERED,), ("--for", "20s"), ExitCode.OK),
        ((), ("--for", "20s", "--until", "conversion"), ExitCode.CHECK_NO),
        ((ENTERED,), ("--for", "20s", "--until", "conversion"), ExitCode.CHECK_NO),
        ((ENTERED, SOLD), ("--for", "20s", "--until", "Conversion"), ExitCode.OK),
        ((ENTERED,), ("--until", "entrance"), ExitCode.OK),
    ],
)
def test_the_end_of_the_time_has_an_exit_code(
    rows: Any, options: Any, code: int, time: Time, ask: Ask, explorer: Explorer
) -> None:
    explorer.answer_with(with_rows(*rows))

    assert ask("watch", VISITOR_ID, *_SINCE, *options)[0] == code


def test_a_conversion_of_another_hit_is_said_and_not_the_end(
    time: Time, ask: Ask, explorer: Explorer
) -> None:
    other = {**SOLD, "hitId": f"{HIT_ID[:-2]}5h"}
    explorer.answer_with(with_rows(ENTERED, other), with_rows(ENTERED, other, SOLD))
    code, _, err = ask("watch", HIT_ID, "--until", "conversion")

    assert code == ExitCode.OK
    assert len(explorer.requests) == 2
    assert f"this conversion is of hit {other['hitId']}, not of the one watched" in err


@pytest.mark.parametrize(
    ("hit", "rows", "reason"),
    [
        (f"{HIT_ID[:-1]}", (ENTERED,), "this hit cannot take a conversion"),
        (HIT_ID, (ENTERED,), ""),
    ],
)
def test_a_hit_that_cannot_convert_is_said_at_the_start(
    hit: str, rows: Any, reason: str, time: Time, ask: Ask, explorer: Explorer
) -> None:
    explorer.answer_with(with_rows(*rows))
    _, _, err = ask("watch", hit, "--for", "20s")

    assert err.count("no conversion is to be expected") == bool(reason)
    assert reason in err


def test_failures_are_told_once_and_the_service_is_asked_once_a_look(
    time: Time, ask: Ask, explorer: Explorer
) -> None:
    limited = answer({"message": "slow down"}, 429, {"Retry-After": "42"})
    explorer.answer_with(limited, answer(b"", 503), answer(b"", 503), with_rows(ENTERED, SOLD))
    code, _, err = ask("watch", VISITOR_ID, *_SINCE, "--until", "conversion")

    assert code == ExitCode.OK
    assert len(explorer.requests) == 4
    assert time.pauses[0] == 42
    assert min(time.pauses) >= 10
    assert err.count("503") == 1
    assert "the service answers again" in err


def test_ctrl_c_ends_with_what_was_seen(time: Time, ask: Ask, explorer: Explorer) -> None:
    explorer.answer_with(with_rows(ENTERED, READ))

    def interrupt(pauses: int) -> None:
        if pauses == 3:
            raise KeyboardInterrupt

    time.at_pause = interrupt
    code, out, err = ask("watch", VISITOR_ID, *_SINCE, "--format", "jsonl")

    assert (code, len(out.splitlines())) == (ExitCode.INTERRUPTED, 2)
    assert err.endswith("seen: 2 rows, 0 conversions; 3 looks in 38 s\nffx: interrupted\n")


def test_a_signal_ends_a_watch_that_waits(run_ffx: Runner) -> None:
    with run_ffx.start("watch", LIVE_STORY.visitor_id, "--sandbox") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for _ in range(3):
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(LONGEST_WAIT) == ExitCode.INTERRUPTED
        assert b"seen: 2 rows, 0 conversions; 1 look in " in process.stderr.read()


def test_many_rows_at_the_start_are_counted_on_a_terminal(
    time: Time, ask: Ask, terminal: Terminal, explorer: Explorer
) -> None:
    terminal(76)
    rows = [row(f"15:10:{second:02}") for second in range(30)]
    explorer.answer_with(with_rows(*rows))
    code, out, err = ask("watch", VISITOR_ID, *_SINCE, "--for", "10s")

    assert code == ExitCode.OK
    assert out.count(" view ") == 10
    assert f"20 earlier rows not shown: ffx visitor {VISITOR_ID}" in err
    assert "seen: 30 rows" in err


@each(
    ("options", "words"),
    [
        (("--every", "5s"), "--every is 10s at least"),
        (("--for", "9s"), "--for is 10s at least"),
        (("--every", "soon"), "cannot read 'soon' as a duration for --every"),
        (("--fields", "hitId"), "--fields and --csv-raw need --format csv or jsonl"),
        (("--format", "jsonl", "--csv-raw"), "--csv-raw is for --format csv alone"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_asked(
    options: Any, words: str, ask: Ask, explorer: Explorer
) -> None:
    code, out, err = ask("watch", VISITOR_ID, *options)

    assert (code, out) == (ExitCode.USAGE, "")
    assert words in err
    assert explorer.requests == []
