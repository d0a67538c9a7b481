"""What is missing from a result is told however quiet a run is, and can be made an exit code."""

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, events, history
from tests.faults.lists import left_over
from tests.fuzz.conftest import EXAMPLES
from tests.looping import each

OTHERS = [f"{HIT_ID[:-1]}{letter}" for letter in "abc"]
SINCE = ("--since", "2020-03-01", "--until", "2020-03-02")
FORMS = [(), ("--json",), ("--format", "csv"), ("--format", "jsonl"), ("--format", "md")]
HELD_BACK = "the service returned 1 hit"
INCOMPLETE = "incomplete: the service returned"
UNSURE = "the answer does not say whether there is more, so it may be incomplete"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def ended(*words: str) -> tuple[int, str, str]:
        code = main(words)
        return code, *capsys.readouterr()

    return ended


def reply(has_more: bool | None) -> dict[str, Any]:
    """Return a visitor with one hit; None leaves `hasMore` out."""
    members = history()
    del members["hasMore"]
    return members if has_more is None else members | {"hasMore": has_more}


@each(("has_more", "more"), product([True, None, False], FORMS))
def test_rows_held_back_are_told_to_a_quiet_run(
    has_more: bool | None, more: tuple[str, ...], explorer: Explorer, run: Run
) -> None:
    explorer.answer_with(answer(reply(has_more)))

    code, out, err = run("visitor", VISITOR_ID, *SINCE, *more, "-q")

    assert code == ExitCode.OK
    # The block for a ticket says itself what it lacks.
    told = "the service held rows back" in out if "md" in more else f"{INCOMPLETE} 1 " in err
    assert told is (has_more is True)
    assert (UNSURE in err) is (has_more is None)
    assert has_more is not False or err == ""


LACKS = [
    (True, ExitCode.PARTIAL, HELD_BACK),
    (None, ExitCode.PARTIAL, "the service did not say whether it held rows back"),
    (False, ExitCode.OK, ""),
]


# Each of the three in three of the formats, and each format with one of them at least.
@each(
    ("has_more", "code", "told", "quiet", "more"),
    [
        (*lack, quiet, more)
        for place, (lack, more) in enumerate(product(LACKS, FORMS))
        for number, quiet in enumerate([(), ("-q",)])
        if EXAMPLES or (place % 2 == number and (place + place // 5) % 5 < 3)
    ],
)
def test_complete_makes_missing_rows_an_exit_code(
    has_more: bool | None,
    code: ExitCode,
    told: str,
    quiet: tuple[str, ...],
    more: tuple[str, ...],
    explorer: Explorer,
    run: Run,
) -> None:
    explorer.answer_with(answer(reply(has_more)))
    line = ("visitor", VISITOR_ID, *SINCE, *more, *quiet)
    _, without, _ = run(*line)

    ended, out, err = run(*line, "--complete")

    assert ended == code
    assert told in err
    assert ("the result is incomplete" in err) is (code == ExitCode.PARTIAL)
    if "md" not in more:  # it holds its own command
        assert out == without


def test_complete_counts_each_target_of_a_list_once(explorer: Explorer, run: Run) -> None:
    explorer.answer_with(answer(reply(True)), answer(reply(False)))

    code, _, err = run(
        "visitor", VISITOR_ID, "v2", *SINCE, "--complete", "--format", "csv", "--jobs", "1"
    )

    assert code == ExitCode.PARTIAL
    assert err.count(HELD_BACK) == 1
    assert "2 targets · 2 found · 1 incomplete · " in err


def test_what_a_list_lacks_is_told_to_a_quiet_run(explorer: Explorer, run: Run) -> None:
    explorer.answer_with(answer(reply(True)), answer(reply(False)))

    code, _, err = run("visitor", VISITOR_ID, "v2", *SINCE, "-q", "--format", "csv", "--jobs", "1")

    assert code == ExitCode.OK
    assert err.startswith(f"incomplete: {HELD_BACK} of '{VISITOR_ID}'; for all of them: ffx ")
    assert err.count("\n") == 1


@each("command", ["visitor", "hit", "diagnose"])
def test_complete_changes_nothing_where_nothing_is_missing(command: str, run: Run) -> None:
    target = VISITOR_ID if command == "visitor" else HIT_ID
    line = (command, target, "--sandbox", "--format", "csv")

    assert run(*line, "--complete") == run(*line)


def test_rows_left_out_as_asked_are_not_missing(explorer: Explorer, run: Run) -> None:
    both = history()["hits"] * 2
    explorer.answer_with(answer(reply(False) | {"hits": both}))

    code, _, err = run("visitor", VISITOR_ID, *SINCE, "--limit", "1", "--complete", "-q")

    assert (code, err) == (ExitCode.OK, "")


def test_a_walk_that_is_not_sure_lacks_rows_where_all_are_wanted(
    explorer: Explorer, run: Run
) -> None:
    explorer.answer_with(answer(reply(None)))
    line = ("visitor", VISITOR_ID, *SINCE, "--all", "--format", "jsonl", "-q")

    assert [run(*line)[0], run(*line, "--complete")[0]] == [ExitCode.OK, ExitCode.PARTIAL]


def test_a_yes_is_no_success_where_all_rows_are_wanted_and_some_are_missing(run: Run) -> None:
    line = ("diagnose", HIT_ID, "--sandbox", "--check", "converted", "--max-hits", "6")
    _, out, _ = run(*line[:3], "--json")
    assert json.loads(out)["history"]["rows"] >= 5

    plain = run(*line)[0]
    strict = run(*line[:-1], "2", "--complete")[0]

    assert (plain, strict) == (ExitCode.OK, ExitCode.PARTIAL)


REFUSED = "the token was refused: the service answered 401 Unauthorized: 'no'"


@pytest.fixture
def listed(tmp_path: Path) -> tuple[str, ...]:
    path = tmp_path / "ids"
    path.write_text("".join(f"{hit}\n" for hit in OTHERS))
    return ("hit", "--from", str(path), "--jobs", "1")


@each(
    ("quiet", "more"), [(("-q",) if place % 2 else (), form) for place, form in enumerate(FORMS)]
)
def test_the_reason_why_all_failed_is_said_once(
    quiet: tuple[str, ...],
    more: tuple[str, ...],
    listed: tuple[str, ...],
    explorer: Explorer,
    run: Run,
) -> None:
    explorer.answer_with(*[answer({"message": "no"}, status=401)] * 9)

    code, out, err = run(*listed, *more, *quiet)

    assert code == ExitCode.ACCOUNT
    assert err.count(REFUSED) == 1, err
    if more == ("--json",):
        assert [json.loads(line)["target"] for line in out.splitlines()] == OTHERS
        assert json.loads(err.splitlines()[-1])["error"]["code"] == "token-refused"
    else:
        assert [hit for hit in OTHERS if f"'{hit}' failed" in err] == OTHERS


@each("quiet", [(), ("-q",)])
def test_a_record_that_failed_beside_others_has_said_it(
    quiet: tuple[str, ...], listed: tuple[str, ...], explorer: Explorer, run: Run
) -> None:
    refused = answer({"message": "no"}, status=422)
    explorer.answer_with(answer(events(hitId=OTHERS[0])), refused, refused)

    code, out, err = run(*listed, "--json", *quiet)

    assert (code, len(out.splitlines())) == (ExitCode.PARTIAL, 3)
    assert err.startswith("" if quiet else "3 targets · 1 found · 2 failed")
    assert err.count("\n") == (0 if quiet else 1)


def test_each_failure_keeps_its_request(
    listed: tuple[str, ...], explorer: Explorer, run: Run
) -> None:
    explorer.answer_with(
        *(answer({}, status=422, headers={"X-Request-Id": f"r-{n}"}) for n in range(1, 4))
    )

    _, _, err = run(*listed, "--format", "csv", "-q")

    assert [name for name in ("r-1", "r-2", "r-3") if name in err] == ["r-1", "r-2", "r-3"]
    assert f"'{OTHERS[1]}' failed alike (request r-2)\n" in err


def test_what_was_not_asked_is_told_to_a_quiet_run(explorer: Explorer, run: Run) -> None:
    explorer.answer_with(answer({}, status=422))

    code, _, err = run("hit", *(f"{HIT_ID[:-2]}{n}" for n in range(10, 40)), "--json", "-q")

    assert code == ExitCode.SERVICE
    assert "ended after 10 failures in a row; " in err
    not_asked, given_up = left_over(err)
    assert 30 - not_asked - given_up <= len(explorer.requests) <= 30 - not_asked
    assert err.count("\n") == 2


NOBODY: dict[str, Any] = {"visitor": None, "hits": [], "hasMore": False}
NONE_SENT = reply(True) | {"hits": []}
NONE_TOLD = f"the service sent no hit of '{VISITOR_ID}':"


def test_a_list_counts_each_kind_of_result_as_what_it_is(explorer: Explorer, run: Run) -> None:
    ids = (VISITOR_ID, "v2", "v3", "v4")
    cut, whole = history(visitor={"visitorId": "v3"}), history(visitor={"visitorId": "v4"})
    explorer.answer_with(*map(answer, (NONE_SENT, NOBODY, cut | {"hasMore": True}, whole)))

    code, out, err = run("visitor", *ids, *SINCE, "--format", "csv", "--jobs", "1")

    assert code == ExitCode.PARTIAL
    assert NONE_TOLD in err
    assert f"'{VISITOR_ID}' is incomplete" not in err
    assert "4 targets · 2 found · 1 not found · 1 not sent · 1 incomplete · " in err
    assert len(out.splitlines()) == 3


@each("command", ["visitor", "diagnose"])
def test_a_table_does_not_say_of_hits_that_were_not_sent_that_there_are_none(
    command: str, explorer: Explorer, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "ids.txt"
    file.write_text(f"{VISITOR_ID}\nv2\n")
    explorer.answer_with(answer(NONE_SENT), answer(NOBODY))

    code, out, err = run(command, "--from", str(file), *SINCE, "--jobs", "1")

    sent, nobody = out.splitlines()[1:]
    assert (code, sent.split("\t")[1]) == (ExitCode.PARTIAL, "?")
    assert nobody.split("\t")[1] == ("no" if command == "visitor" else "?")
    assert NONE_TOLD in err
    assert "2 targets · 0 found · 1 not found · 1 not sent · " in err


def test_a_search_that_widens_says_nothing_only_of_what_was_looked_at(
    explorer: Explorer, run: Run
) -> None:
    sent_none = "the service has hits of the last 24 hours, and sent none; asking for 7 days"
    nothing = "nothing in the last 24 hours; asking for 7 days"
    for first, told in ((NONE_SENT, sent_none), (NOBODY, nothing)):
        explorer.answer_with(answer(first), answer(reply(False)))
        code, _, err = run("visitor", VISITOR_ID)
        assert code == ExitCode.OK
        assert err.splitlines()[0] == told
    # What was once said to be there is not taken back by a wider window without it.
    explorer.answer_with(answer(NONE_SENT), answer(NOBODY))
    code, _, err = run("visitor", VISITOR_ID)
    assert code == ExitCode.PARTIAL
    assert "the service says that there are hits, and sends none of them" in err


def test_a_diagnosis_of_hits_that_were_not_sent_says_so(explorer: Explorer, run: Run) -> None:
    explorer.answer_with(answer(NONE_SENT))
    code, out, _ = run("diagnose", VISITOR_ID, *SINCE, "--format", "md")
    assert code == ExitCode.PARTIAL
    assert "**Not known whether it converted: the service sent no hit.**" in out
    assert "incomplete, 0 rows" in out
    assert "The service sent no hit, and some may be there: " in out
    assert "(the service sent no hit)" in out
    assert "Nothing was found" not in out
    assert "nothing was found" not in out

    explorer.answer_with(answer(NOBODY))
    code, out, _ = run("diagnose", VISITOR_ID, *SINCE, "--format", "md")
    assert code == ExitCode.NOT_FOUND
    assert "**Nothing was found.**" in out
    assert "History: no rows" in out


def test_the_services_count_is_told_where_it_is_of_the_time_that_was_asked_for(
    explorer: Explorer, run: Run
) -> None:
    counted = history(visitor={"totalHits": 7}) | {"hasMore": True}
    explorer.answer_with(answer(counted))
    for since, told in (
        ("2026-03-01", "returned 1 of 7 hits; "),
        ("2026-03-06", "returned 1 hit; "),
    ):
        for more in ((), ("--color", "always", "--format", "table")):
            _, out, err = run("visitor", VISITOR_ID, "--since", since, *more)
            assert told.replace("; ", ". For" if more else "; for") in f"{out}{err}", (since, more)


NAMELESS = {**history(visitor={"visitorId": None}), "hasMore": True}


@each("more", FORMS)
def test_all_of_a_visitor_whom_nobody_names_cannot_be_had_and_what_came_is_written(
    more: tuple[str, ...], explorer: Explorer, run: Run
) -> None:
    reason = "the answer does not name the visitor, so that the rest cannot be asked for: "
    # Where the answer does not say when the visitor was first seen, in one of the formats.
    for first_seen in ("2026-03-05T14:30:00Z", None)[: 1 if more and not EXAMPLES else 2]:
        sent = {**NAMELESS, "visitor": {**NAMELESS["visitor"], "firstSeen": first_seen}}
        explorer.answer_with(answer(sent))
        code, out, err = run("visitor", HIT_ID, "--all", *more)
        assert code == ExitCode.PARTIAL
        assert HIT_ID in out
        assert f"{reason}Thu 5 Mar 2026 14:30 +00:00 " in err
        assert INCOMPLETE not in err

        explorer.answer_with(answer(sent | {"hasMore": False}))
        code, out, err = run("visitor", HIT_ID, "--all", *more)
        assert code == ExitCode.OK
        assert HIT_ID in out
        assert reason not in err


def test_a_visitor_whom_the_hit_alone_names_is_the_way_to_the_rest(
    explorer: Explorer, run: Run
) -> None:
    explorer.answer_with(answer(NAMELESS), answer(events()))
    code, out, _ = run("diagnose", HIT_ID, "--json")
    assert code == ExitCode.PARTIAL
    step = next(each["nextStep"] for each in json.loads(out)["findings"] if each["id"] == "L2")
    assert step.endswith(f"To get the rest:\nffx diagnose {VISITOR_ID}")
