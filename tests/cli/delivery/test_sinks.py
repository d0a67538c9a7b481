"""How results are written, by format."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ffx.cli.app import main
from ffx.cli.delivery import sinks
from ffx.errors import ExitCode
from tests.explorer import HIT_ID, Explorer, answer, events

SECOND, THIRD = "dkezmsf3bat8xdbz8rt039r9", "dkezmsf3bat8xdbz8rt039rb"


@pytest.fixture
def three(explorer: Explorer, tmp_path: Any) -> list[str]:
    """Let the first be found, the second fail, and the third be nowhere; return the words."""
    explorer.answer_with(
        answer(
            f'{{ "events": [{{"hitId": "{HIT_ID}", "revenue": 0.10, '
            '"new": [1, {"a": null}]}]}\n'
        ),
        answer({"message": "no \u202e"}, status=422, headers={"X-Request-Id": "r-7"}),
        answer({"events": []}),
    )
    path = tmp_path / "ids.txt"
    path.write_text(f"{HIT_ID}\n{SECOND}\n{THIRD}\n")
    return ["hit", "--from", str(path), "--jobs", "1"]


def test_json_is_a_record_each(three: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    started = datetime.now(UTC).replace(microsecond=0)
    assert main([*three, "--json"]) == ExitCode.PARTIAL

    out, err = capsys.readouterr()
    first, second, third = out.splitlines()
    made = json.loads(first)["made"]
    assert started <= datetime.fromisoformat(made) <= datetime.now(UTC)
    about = f'"account": "FFX_ACCESS_TOKEN", "made": "{made}"'
    assert first == (
        f'{{"target": "{HIT_ID}", {about}, "query": {{"hitId": "{HIT_ID}"}}, "reply": '
        f'{{ "events": [{{"hitId": "{HIT_ID}", "revenue": 0.10, "new": [1, {{"a": null}}]}}]}}}}'
    )
    error = json.loads(second)["error"]
    assert list(json.loads(second)) == ["target", "account", "made", "error"]
    assert json.loads(second)["target"] == SECOND
    assert (error["status"], error["requestId"], error["retryable"]) == (422, "r-7", False)
    assert "\u202e" not in second
    assert json.loads(third)["reply"] == {"events": []}
    # The records have said it all.
    assert err.startswith("3 targets · 1 found · 1 not found · 1 failed · ")


@pytest.mark.parametrize("command", ["hit", "diagnose"])
def test_a_record_names_the_id_that_its_target_holds_of_one_that_failed_too(
    command: str, explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer({"message": "no"}, status=422))
    pasted = f"https://track.example.com/pb/?hit={HIT_ID}"

    main([command, pasted, SECOND, "{hit}", "--json", "--jobs", "1"])

    of_pasted, plain, none = map(json.loads, capsys.readouterr().out.splitlines())
    assert (of_pasted["target"], of_pasted["id"]) == (pasted, HIT_ID)
    assert (plain["target"], plain.get("id")) == (SECOND, None)
    assert (none["target"], none.get("id"), none["error"]["code"]) == ("{hit}", None, "P1")


def test_jsonl_is_a_row_each_and_failures_are_told_elsewhere(
    three: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*three, "--format", "jsonl"]) == ExitCode.PARTIAL

    out, err = capsys.readouterr()
    assert out == (
        f'{{"target": "{HIT_ID}", "hitId": "{HIT_ID}", "revenue": 0.10, '
        '"new": [1, {"a": null}]}\n'
    )
    assert f"ffx: line 2: '{SECOND}' failed:\n" in err
    assert "no \\u{202e}" in err
    assert f"ffx: line 3: nothing found for hit {THIRD}\n" in err


def test_csv_has_its_header_whatever_comes(
    three: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*three, "--format", "csv", "--fields", "target,revenue"]) == ExitCode.PARTIAL

    out, err = capsys.readouterr()
    assert out == f"target,revenue\n{HIT_ID},0.10\n"
    assert f"ffx: line 2: '{SECOND}' failed:\n" in err


def test_a_table_is_a_line_each(three: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(three) == ExitCode.PARTIAL

    out, err = capsys.readouterr()
    assert out == (
        "target\tfound\tevents\tconversions\trevenue\tfirstEvent\tlastEvent\n"
        f"{HIT_ID}\tyes\t1\t0\t\t\t\n"
        f"{SECOND}\tfailed\t\t\t\t\t\n"
        f"{THIRD}\tno\t\t\t\t\t\n"
    )
    assert err.splitlines()[-1].startswith(
        "3 targets · 1 found · 1 not found · 1 failed · 0 conversions · "
    )


def test_full_is_a_view_each_with_a_line_between(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    explorer.answer_with(answer(events()), answer({"events": []}), answer(events()))
    path = tmp_path / "ids.txt"
    path.write_text(f"{HIT_ID}\n{SECOND}\n{THIRD}\n")

    assert main(["hit", "--from", str(path), "--jobs", "1", "--full"]) == ExitCode.NOT_FOUND

    out = capsys.readouterr().out
    assert not out.startswith("\n")
    assert out.count(f"hitId\t{HIT_ID}\n") >= 1


def test_conversions_and_their_revenue_are_summed(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    explorer.answer_with(
        answer('{"events": [{"eventType": "conversion", "revenue": 0.10, "conversionType": ""}]}'),
        answer('{"events": [{"eventType": "conversion", "revenue": 24.9000}]}'),
        answer('{"events": [{"eventType": "view", "revenue": 5}]}'),
    )
    path = tmp_path / "ids.txt"
    path.write_text(f"{HIT_ID}\n{SECOND}\n{THIRD}\n")

    assert main(["hit", "--from", str(path), "--jobs", "1"]) == ExitCode.OK

    err = capsys.readouterr().err
    assert err.startswith("3 targets · 3 found · 2 conversions · 25.0000 · "), err


def test_every_sink_has_the_whole_protocol() -> None:
    names = {
        "write_header",
        "write_found",
        "write_failed",
        "write_rows",
        "end_rows",
        "sums",
        "end",
    }
    for kind in (
        sinks.DocumentSink, sinks.ViewSink, sinks.RecordSink, sinks.TableSink,
        sinks.RowSink, sinks.CsvSink, sinks.SheetSink,
    ):  # fmt: skip
        assert names <= set(dir(kind)), kind


def test_a_single_target_that_is_not_found_has_a_header_in_csv_and_nothing_in_jsonl(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer({"events": []}))

    assert main(["hit", HIT_ID, "--format", "csv", "--fields", "hitId"]) == ExitCode.NOT_FOUND
    assert capsys.readouterr().out == "hitId\n"
    assert main(["hit", HIT_ID, "--format", "jsonl"]) == ExitCode.NOT_FOUND
    assert capsys.readouterr().out == ""


def test_one_conversion_counts_once_whatever_the_texts_that_name_its_hit(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    explorer.answer_with(answer('{"events": [{"eventType": "conversion", "revenue": 24.90}]}'))
    path = tmp_path / "ids.txt"
    path.write_text(f"{HIT_ID}:main, 47.00\n{HIT_ID}:special, 27.00\n")

    assert main(["hit", "--from", str(path)]) == ExitCode.OK

    assert "2 targets · 2 found · 1 conversion · 24.90 · " in capsys.readouterr().err
