"""Several targets in one run."""

import json
import os
import threading
import time
from functools import partial
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from ffx.service.retry import Retries
from tests.answering import Question, Says, Served, serving
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, events, history
from tests.faults.bounds import LONGEST_WAIT, bounded
from tests.faults.lists import left_over
from tests.fuzz.conftest import EXAMPLES
from tests.looping import each

NOTHING = answer({"visitor": None, "hits": [], "hasMore": False})
OTHER = "dkezmsf3bat8xdbz8rt039r9"


def records(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_several_targets_give_a_json_line_each_in_their_order(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer(events()), answer(events(revenue=2)))

    assert main(["hit", HIT_ID, OTHER, "--json", "--jobs", "1"]) == ExitCode.OK

    first, second = records(capsys.readouterr().out)
    assert (first["target"], first["query"]) == (HIT_ID, {"hitId": HIT_ID})
    assert (second["target"], second["reply"]) == (OTHER, events(revenue=2))


def test_a_reply_in_a_record_keeps_its_digits_and_fits_on_its_line(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer(b'{\n "events": [\n  {"hitId": "x", "cost": 0.10}\r\n ]\n}\n'))

    main(["hit", HIT_ID, OTHER, "--json"])

    out = capsys.readouterr().out
    assert len(out.splitlines()) == 2
    assert '"cost": 0.10' in out


def test_a_placeholder_among_others_is_one_error_record(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer(events()))

    assert main(["hit", "{hit}", HIT_ID, "--json"]) == ExitCode.PARTIAL

    failed, found = records(capsys.readouterr().out)
    assert failed["target"] == "{hit}"
    assert failed["error"] == {
        "code": "P1",
        "message": "'{hit}' is a placeholder, not an ID",
        "hint": "The network did not fill it in: see the offer URL's click parameter, "
        "and the postback's hit=.",
        "retryable": False,
    }
    assert "reply" in found
    assert len(explorer.requests) == 1


def test_targets_that_all_fail_alike_end_with_that_code(explorer: Explorer) -> None:
    explorer.answer_with(answer({"message": "no"}, status=403))

    assert main(["hit", HIT_ID, OTHER]) == ExitCode.ACCOUNT


def test_a_target_that_is_not_found_is_no_failure(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(NOTHING, answer(history()))

    assert (
        main(["visitor", "--since", "2d", "--jobs", "1", "nobody1", VISITOR_ID])
        == ExitCode.NOT_FOUND
    )

    out, err = capsys.readouterr()
    assert VISITOR_ID in out
    assert "nothing found for visitor nobody" in err


def test_several_visitors_need_a_time_option(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["visitor", VISITOR_ID, "nobody1"]) == ExitCode.USAGE

    assert "several visitor IDs need a time option" in capsys.readouterr().err
    assert explorer.requests == []


def test_ten_failures_in_a_row_end_the_run_and_the_rest_is_counted(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer({"message": "no"}, status=422))

    code = main(["hit", *(f"{OTHER[:-2]}{number}" for number in range(10, 90))])

    assert code == ExitCode.SERVICE
    err = capsys.readouterr().err
    assert "ended after 10 failures in a row" in err
    not_asked, given_up = left_over(err)
    # Who was given up may have been on the way to the first request.
    assert 10 <= 80 - not_asked - given_up <= len(explorer.requests) <= 80 - not_asked < 80


def test_views_stand_one_after_the_other(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer(events()), answer(events(hitId=OTHER)))

    assert main(["hit", HIT_ID, OTHER, "--jobs", "1"]) == ExitCode.OK

    heads = [line for line in capsys.readouterr().out.splitlines() if line.startswith("hitId\t")]
    assert heads[0] == f"hitId\t{HIT_ID}"
    assert heads[2] == f"hitId\t{OTHER}"


HITS = [f"dkezmsf3bat8xdbz8rt{number:06d}" for number in range(60)]


def _serving(monkeypatch: pytest.MonkeyPatch, served: Served) -> None:
    monkeypatch.setenv("FFX_API_URL", served.url)
    monkeypatch.setenv("FFX_ACCESS_TOKEN", "sample")


def test_many_jobs_keep_the_order_of_the_targets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def says(question: Question) -> Says:
        # The earlier ones of each eight take longest.
        time.sleep(0.002 * (8 - int(question.target[-6:]) % 8))
        return Says(events(hitId=question.target))

    with serving(says) as served:
        _serving(monkeypatch, served)
        assert main(["hit", *HITS[:32], "--json", "--jobs", "8"]) == ExitCode.OK

    got = records(capsys.readouterr().out)
    assert [record["target"] for record in got] == HITS[:32]
    assert sorted(served.targets) == HITS[:32]
    assert served.targets != HITS[:32]


def test_a_rate_limit_pauses_all_jobs_and_half_of_them_stay_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mutex = threading.Lock()
    asked = busy = most_busy = 0
    at: list[float] = []
    limited_at = 0.0

    def says(question: Question) -> Says:
        nonlocal asked, busy, most_busy, limited_at
        with mutex:
            asked += 1
            if asked == 20:
                limited_at = time.monotonic()
                return Says({}, 429, {"Retry-After": "1"})
            busy += 1
            if limited_at:
                at.append(time.monotonic() - limited_at)
                if at[-1] > 0.9:
                    most_busy = max(most_busy, busy)
        time.sleep(0.01)
        with mutex:
            busy -= 1
        return Says(events(hitId=question.target))

    with serving(says) as served:
        _serving(monkeypatch, served)
        assert main(["hit", *HITS, "--json", "--jobs", "8"]) == ExitCode.OK

    out, err = capsys.readouterr()
    assert [record["target"] for record in records(out)] == HITS
    assert "waiting 1 s (1 of 3)" in err
    # What was on its way comes through; then there is silence for a second.
    early = [seconds for seconds in at if seconds < 0.9]
    assert len(early) <= 8
    # Half of the jobs, and the one that waited in its own place.
    assert 1 < most_busy <= 4


NO, DENIED = Says({"message": "no"}, 422), Says({"message": "no"}, 403)
YES, NOBODY = Says(events()), Says({"events": []})


ENDS = [
    ([YES, YES], ExitCode.OK),
    ([YES, NOBODY], ExitCode.NOT_FOUND),
    ([NOBODY, NOBODY], ExitCode.NOT_FOUND),
    ([YES, NO], ExitCode.PARTIAL),
    ([NOBODY, NO], ExitCode.PARTIAL),
    ([NO, NO], ExitCode.SERVICE),
    ([DENIED, DENIED], ExitCode.ACCOUNT),
    ([NO, DENIED], ExitCode.PARTIAL),
    ([Says("", 404), YES], ExitCode.NOT_FOUND),
    ([Says("<html>", 404), YES], ExitCode.PARTIAL),
]
OPTIONS = [(), ("--json",), ("--format", "csv"), ("--format", "jsonl")]


# Each end in one of the formats, and each format with a quarter of the ends.
@each(
    ("answers", "code", "more"),
    [
        (*end, more)
        for (place, end), (number, more) in product(enumerate(ENDS), enumerate(OPTIONS))
        if EXAMPLES or (place + number) % 4 == 0
    ],
)
def test_exit_codes(
    answers: list[Says],
    code: int,
    more: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with serving(lambda question: answers[HITS.index(question.target)]) as served:
        _serving(monkeypatch, served)
        assert main(["hit", *HITS[: len(answers)], *more]) == code


def test_nobody_found_ten_times_in_a_row_ends_nothing(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer({"events": []}))

    assert main(["hit", *HITS[:25], "--json"]) == ExitCode.NOT_FOUND

    assert len(records(capsys.readouterr().out)) == 25


def test_a_success_between_failures_begins_the_count_anew(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(lambda question: YES if question.target.endswith("9") else NO) as served:
        _serving(monkeypatch, served)
        assert main(["hit", *HITS[:30], "--json"]) == ExitCode.PARTIAL

    out, err = capsys.readouterr()
    assert len(records(out)) == 30
    assert "ended after" not in err
    assert err.count("failed: ") == 10
    assert "and 17 more failed\n" in err


def test_what_was_not_asked_is_counted_for_a_file_too(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    explorer.answer_with(answer({"message": "no"}, status=422))
    path = tmp_path / "ids.txt"
    path.write_text("\n".join([*HITS, *HITS[:5]]))

    assert main(["hit", "--from", str(path), "--json"]) == ExitCode.SERVICE

    out, err = capsys.readouterr()
    assert "ended after 10 failures in a row" in err
    not_asked, given_up = left_over(err)
    assert len(records(out)) + not_asked + given_up == len(HITS)


NO_IDS = [f"GET /landing/{number} 200" for number in range(12)]


@pytest.mark.fault(123)
def test_a_list_of_which_nothing_can_be_asked_is_a_wrong_call(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "ids.txt"
    path.write_text("\n".join(NO_IDS))

    assert main(["hit", "--from", str(path), "--json"]) == ExitCode.USAGE

    out, err = capsys.readouterr()
    assert out.count('"code": "not-an-id"') == len(out.splitlines()) == len(NO_IDS)
    assert "12 targets · 0 found · 12 failed" in err
    assert explorer.requests == []


@pytest.mark.parametrize("refused", [NO_IDS, ["{hit}", *NO_IDS]])
def test_lines_that_are_refused_here_end_no_batch(
    refused: list[str], explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    explorer.answer_with(answer(events()))
    path = tmp_path / "ids.txt"
    path.write_text("\n".join([*refused, HIT_ID]))

    assert main(["hit", "--from", str(path), "--json"]) == ExitCode.PARTIAL

    out, err = capsys.readouterr()
    assert len(records(out)) == len(refused) + 1
    assert "reply" in records(out)[-1]
    assert "ended after" not in err


def test_a_rate_limit_that_nobody_waits_for_keeps_all_jobs_away(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer({}, status=429, headers={"Retry-After": "3600"}))

    assert main(["hit", *HITS, "--json", "--jobs", "8"]) == ExitCode.TEMPORARY

    err = capsys.readouterr().err
    assert "ended: the service asks to come back at" in err
    # Eight may have been on their way when the first answer came.
    assert len(explorer.requests) <= 8
    not_asked, given_up = left_over(err)
    assert 0 <= len(HITS) - not_asked - len(explorer.requests) <= given_up


def test_a_deadline_ends_the_run_and_keeps_what_is_finished(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer.answer_with(answer(events()))
    now = 1000.0

    def clock() -> float:
        return now + 30.0 * len(explorer.requests)

    monkeypatch.setattr("ffx.service.client.Retries", partial(Retries, clock=clock))
    monkeypatch.setattr("ffx.settings.settings.time.monotonic", lambda: now)

    code = main(["hit", *HITS, "--json", "--jobs", "1", "--deadline", "100s"])

    assert code == ExitCode.PARTIAL
    out, err = capsys.readouterr()
    assert len(records(out)) == len(explorer.requests) == 4
    assert "ended: the run's deadline is over; " in err
    # The one that is next may have been taken up, and not have met the deadline yet.
    not_asked, given_up = left_over(err)
    assert not_asked + given_up == len(HITS) - 4
    assert given_up <= 1


def test_a_deadline_ends_a_run_that_waits_for_its_list(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def clock() -> float:
        return time.monotonic() + (3_599.9 if explorer.requests else 0)

    explorer.answer_with(answer(events()))
    monkeypatch.setattr("ffx.cli.delivery.pool.time", SimpleNamespace(monotonic=clock))
    before = threading.enumerate()
    reading, writing = os.pipe()
    try:
        os.write(writing, f"{HIT_ID}\n".encode())
        with os.fdopen(reading) as stdin, bounded(LONGEST_WAIT, "a run with a deadline"):
            monkeypatch.setattr("sys.stdin", stdin)
            code = main(["hit", "-", "--json", "--deadline", "1h"])
            os.close(writing)
            writing = -1
            for thread in threading.enumerate():
                if thread.name == "pool" and thread not in before:
                    thread.join(LONGEST_WAIT)
    finally:
        if writing >= 0:
            os.close(writing)

    assert code == ExitCode.PARTIAL
    out, err = capsys.readouterr()
    assert [record["target"] for record in records(out)] == [HIT_ID]
    assert err.startswith("ended: the run's deadline is over; the rest was not asked\n1 target")


def test_a_deadline_that_is_not_reached_changes_nothing(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer(events()))

    assert main(["hit", HIT_ID, "--json", "--deadline", "1h"]) == ExitCode.OK
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("level", ["--redact", "--redact=all"])
def test_a_resumed_list_is_not_redacted(level: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["hit", *HITS, "--json", "-o", "out.json", "--resume", level])

    assert code == ExitCode.USAGE
    assert "--resume and --redact exclude each other" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("first", "code"), [({"events": []}, ExitCode.NOT_FOUND), (events(), ExitCode.OK)]
)
def test_a_resumed_list_ends_as_the_whole_list_does(
    first: dict[str, object], code: ExitCode, explorer: Explorer, tmp_path: Path
) -> None:
    path = tmp_path / "out.json"
    explorer.answer_with(answer(first), answer(events(hitId=OTHER)))
    assert main(["hit", HIT_ID, OTHER, "--json", "--jobs", "1", "-o", str(path)]) == code

    assert main(["hit", HIT_ID, OTHER, "--json", "-o", str(path), "--resume"]) == code
    assert len(explorer.requests) == 2
