"""Several targets in one run."""

import json

import pytest

from ffx.cli import main
from ffx.errors import ExitCode
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, events, history

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
        main(["visitor", "--since", "2d", "--jobs", "1", "nobody", VISITOR_ID])
        == ExitCode.NOT_FOUND
    )

    out, err = capsys.readouterr()
    assert VISITOR_ID in out
    assert "nothing found for visitor nobody" in err


def test_several_visitors_need_a_time_option(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["visitor", VISITOR_ID, "nobody"]) == ExitCode.USAGE

    assert "several visitor IDs need a time option" in capsys.readouterr().err
    assert explorer.requests == []


def test_ten_failures_in_a_row_end_the_run_and_the_rest_is_counted(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer({"message": "no"}, status=422))

    code = main(["hit", *(f"{OTHER[:-2]}{number}" for number in range(10, 90))])

    assert code == ExitCode.SERVICE
    assert len(explorer.requests) < 80
    assert "ended after 10 failures in a row; 70 were not asked" in capsys.readouterr().err


def test_views_stand_one_after_the_other(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer(events()), answer(events(hitId=OTHER)))

    assert main(["hit", HIT_ID, OTHER, "--jobs", "1"]) == ExitCode.OK

    heads = [line for line in capsys.readouterr().out.splitlines() if line.startswith("hitId\t")]
    assert heads[0] == f"hitId\t{HIT_ID}"
    assert heads[2] == f"hitId\t{OTHER}"


def test_curl_prints_each_request_and_sends_none(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hit", HIT_ID, OTHER, "--curl"]) == ExitCode.OK

    out = capsys.readouterr().out
    assert out.count("curl --request POST") == 2
    assert '"Authorization: Bearer $FFX_ACCESS_TOKEN"' in out
    assert explorer.requests == []
