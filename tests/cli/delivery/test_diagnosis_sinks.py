"""How diagnoses of many targets are written, by format."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from ffx.render.rows.columns import DIAGNOSIS, FINDING
from tests.answering import Says
from tests.knowing import (
    ENTRANCE,
    LANDER_HIT,
    OFFER_HIT,
    SOLD,
    VISIT,
    in_service,
    knowing,
)
from tests.looping import each

STRANGER, REFUSED = "k9aznkvb4ex5f9b2x8s1dr4h", "k8aznkvb4ex5f9b2x8s1dr4h"
HEADER = "target,id,name,class,severity,sentence,hitId,eventType,eventTime,place,member,value,"
HEADER += "nextStep\n"
KNOWN = knowing([*VISIT, SOLD])
Captured = pytest.CaptureFixture[str]


def answer(question: Any) -> Says:
    """Know one visitor, refuse one hit, and know nothing of others."""
    if question.target == REFUSED:
        return Says({"message": "no"}, 422, {"X-Request-Id": "req-7"})
    return KNOWN(question)


@pytest.fixture
def four(tmp_path: Path) -> list[str]:
    """Return the words that diagnose a yes, a no, nobody and a failure."""
    path = tmp_path / "ids.txt"
    path.write_text("\n".join([OFFER_HIT, LANDER_HIT, STRANGER, REFUSED]))
    return ["diagnose", "--from", str(path), "--jobs", "1"]


def test_a_list_is_a_line_a_target(four: list[str], capsys: Captured) -> None:
    with in_service(answer):
        assert main(four) == ExitCode.PARTIAL

    out, err = capsys.readouterr()
    lines = [line.split("\t") for line in out.splitlines()]
    assert lines[0] == [
        "target", "converted", "conversions", "revenue", "reachedOffer", "findings",
    ]  # fmt: skip
    assert lines[1] == [OFFER_HIT, "yes", "1", "24.5", "yes", ""]
    assert lines[2][:5] == [LANDER_HIT, "no", "0", "", "yes"]
    assert set(lines[2][5].split(", ")) == {"hit-cannot-convert", "conversion-on-another-hit"}
    assert lines[3] == [STRANGER, "?", "?", "", "?", "nothing-found"]
    assert lines[4] == [REFUSED, "failed", "", "", "", ""]
    assert f"ffx: line 4: '{REFUSED}' failed:\n" in err
    assert "4 targets · 2 found · 1 not found · 1 failed · " in err


def test_a_list_on_a_terminal_is_a_table_with_the_next_command(
    four: list[str], capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ffx.output.streams._is_terminal", lambda _: True)
    monkeypatch.setenv("COLUMNS", "100")
    with in_service(answer):
        main(four)

    out, err = capsys.readouterr()
    first, yes, no, nobody, failed = out.splitlines()
    assert first == (
        "  target                       converted  conversions     revenue  offer   findings"
    )
    assert yes == f"  {OFFER_HIT}     yes                  1        24.5  yes"
    assert no.startswith(f"  {LANDER_HIT}      no                   0              yes     2 · ")
    assert nobody == f"  {STRANGER}     ?                    ?              ?       nothing-found"
    assert failed == f"  {REFUSED}     failed"
    assert "? is «not known»: nothing was found" in err
    assert "incomplete" not in err
    assert f"next: ffx diagnose {LANDER_HIT}" in err


def test_a_row_a_target_takes_the_other_columns_of_its_table_along(
    tmp_path: Path, capsys: Captured
) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "report.csv"
    path.write_text(
        "order,click_id,target,amount\n"
        f'1,{OFFER_HIT},x,"24,90"\n2,{LANDER_HIT},=1+1,-5\n3,{{clickid}},y,\n4,{REFUSED},z,1\n'
    )
    with in_service(answer):
        code = main(["diagnose", "--from", str(path), "--jobs", "1", "--format", "csv"])
        out, err = capsys.readouterr()
        main(["diagnose", "--from", str(path), "--jobs", "1", "--format", "jsonl"])
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        main(["diagnose", "--from", str(path), "-o", str(tmp_path / "x.xlsx")])
        main(["diagnose", "--from", str(path), "--redact", "--format", "csv"])
        hidden = capsys.readouterr().out

    assert code == ExitCode.PARTIAL
    rows = list(csv.DictReader(StringIO(out)))
    assert list(rows[0]) == ["order", "target_", "amount", "target", *DIAGNOSIS]
    assert [(row["order"], row["target_"], row["amount"]) for row in rows] == [
        ("1", "x", "24,90"), ("2", "'=1+1", "-5"), ("3", "y", ""), ("4", "z", "1"),
    ]  # fmt: skip
    assert [(row["found"], row["converted"], row["conversions"]) for row in rows] == [
        ("yes", "yes", "1"), ("yes", "no", "0"), ("no ID", "", ""), ("failed", "", ""),
    ]  # fmt: skip
    assert rows[0]["revenue"] == "24.5"
    assert "placeholder" in rows[2]["error"]
    # What a row says is said there alone.
    assert "placeholder" not in err
    assert "the ID" not in err
    assert [line["order"] for line in lines] == ["1", "2", "3", "4"]
    assert (lines[0]["conversions"], lines[0]["amount"]) == (1, "24,90")
    sheet = load_workbook(tmp_path / "x.xlsx").active
    assert sheet is not None
    cells = list(sheet.iter_rows(values_only=True))
    assert cells[0] == tuple(rows[0])
    assert cells[1][:3] == ("1", "x", "24,90")
    assert hidden.startswith("target,id,found,")


def test_a_list_in_full_is_a_view_a_target(four: list[str], capsys: Captured) -> None:
    with in_service(answer):
        assert main([*four, "--full"]) == ExitCode.PARTIAL

    heads = [line for line in capsys.readouterr().out.splitlines() if line.startswith("hitId\t")]
    assert heads == [f"hitId\t{OFFER_HIT}", f"hitId\t{LANDER_HIT}", f"hitId\t{STRANGER}"]


def test_several_arguments_are_views_one_after_the_other(capsys: Captured) -> None:
    with in_service(answer):
        assert main(["diagnose", OFFER_HIT, LANDER_HIT]) == ExitCode.OK

    first, second = capsys.readouterr().out.split("\n\nhitId\t")
    assert first.startswith(f"hitId\t{OFFER_HIT}\n")
    assert second.startswith(f"{LANDER_HIT}\n")


ANSWER = ["target", "account", "made", "query", "reply"]


@each("jobs", ["1", "4"])
def test_json_is_a_record_a_target_in_their_order(
    four: list[str], jobs: str, capsys: Captured
) -> None:
    with in_service(answer):
        assert main([*four, "--json", "--jobs", jobs]) == ExitCode.PARTIAL

    out, _ = capsys.readouterr()
    yes, no, nobody, failed = map(json.loads, out.splitlines())
    assert [list(each) for each in (yes, no, nobody)] == [ANSWER] * 3
    assert (yes["target"], yes["reply"]["verdict"]["converted"]) == (OFFER_HIT, True)
    assert set(yes["query"]) == {"visitorId", "timeStart", "timeEnd"}
    assert (no["target"], no["reply"]["verdict"]["converted"]) == (LANDER_HIT, False)
    assert (nobody["target"], nobody["query"]) == (STRANGER, {"hitId": STRANGER})
    assert [each["id"] for each in nobody["reply"]["findings"]] == ["L1"]
    assert (failed["target"], list(failed)) == (REFUSED, [*ANSWER[:3], "error"])
    assert (failed["error"]["status"], failed["error"]["requestId"]) == (422, "req-7")


def test_a_single_json_is_a_document_indented_for_people(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_service(answer):
        main(["diagnose", OFFER_HIT, "--json"])
        line = capsys.readouterr().out
        monkeypatch.setattr("ffx.output.streams._is_terminal", lambda _: True)
        main(["diagnose", OFFER_HIT, "--json"])
        indented = capsys.readouterr().out

    assert line.count("\n") == 1
    assert indented.startswith('{\n  "version": 1,\n  "target": {\n    "kind": "hit",\n')
    ours, theirs = json.loads(line), json.loads(indented)
    assert {**ours, "made": "", "window": ""} == {**theirs, "made": "", "window": ""}


def test_jsonl_is_a_line_a_finding_with_its_target(four: list[str], capsys: Captured) -> None:
    with in_service(answer):
        assert main([*four, "--findings", "--format", "jsonl"]) == ExitCode.PARTIAL

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["target"], row["id"]) for row in rows] == [
        (LANDER_HIT, "C2"),
        (LANDER_HIT, "C1"),
        (STRANGER, "L1"),
    ]
    assert set(rows[0]) == {"target", "evidence", *FINDING}


def test_csv_is_a_line_a_finding_below_a_fixed_header(four: list[str], capsys: Captured) -> None:
    with in_service(answer):
        assert main([*four, "--findings", "--format", "csv"]) == ExitCode.PARTIAL

    out = capsys.readouterr().out
    assert out.startswith(HEADER)
    rows = list(csv.DictReader(StringIO(out)))
    assert [(row["target"], row["id"], row["hitId"]) for row in rows] == [
        (LANDER_HIT, "C2", OFFER_HIT),
        (LANDER_HIT, "C1", LANDER_HIT),
        (STRANGER, "L1", ""),
    ]


@each("many", [(), (OFFER_HIT, OFFER_HIT + " ")])
def test_without_findings_the_header_stands_alone(many: tuple[str, ...], capsys: Captured) -> None:
    with in_service(answer):
        assert main(["diagnose", OFFER_HIT, *many, "--findings", "--format", "csv"]) == ExitCode.OK

    assert capsys.readouterr().out == HEADER


@each(
    ("fields", "header", "first"),
    [
        ("id,target", "id,target", f"C2,{LANDER_HIT}"),
        ("ID,SENTENCE,id", "id,sentence", "C2,The visitor"),
        ("nextstep", "nextStep", "A conversion belongs"),
    ],
)
def test_fields_are_those_of_findings(
    fields: str, header: str, first: str, capsys: Captured
) -> None:
    with in_service(answer):
        main(["diagnose", LANDER_HIT, "--findings", "--format", "csv", "--fields", fields])

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == header
    assert lines[1].replace('"', "").startswith(first)


def test_jsonl_has_the_fields_that_were_asked_for(capsys: Captured) -> None:
    with in_service(answer):
        main(["diagnose", LANDER_HIT, "--findings", "--format", "jsonl", "--fields", "id,member"])

    assert capsys.readouterr().out.splitlines() == [
        '{"id": "C2", "member": "hitId"}',
        '{"id": "C1", "member": "hitId"}',
    ]


@each("raw", [(), ("--csv-raw",)])
def test_cells_that_a_spreadsheet_would_run_are_defused(
    raw: tuple[str, ...], capsys: Captured
) -> None:
    formula = "=HYPERLINK(1)"
    entrance = {**ENTRANCE, "subCampaign": "{x}", "nodeName": "", "pageName": formula}
    with in_service(knowing([entrance, *VISIT[1:], SOLD])):
        words = ["diagnose", OFFER_HIT, "--findings", "--format", "csv"]
        main([*words, "--fields", "id,place,value", *raw])

    assert capsys.readouterr().out.splitlines() == [
        "id,place,value",
        f"T2,{formula if raw else chr(39) + formula},{{x}}",
    ]


def test_lines_grow_in_a_file_and_a_run_goes_on_where_it_was_left(
    four: list[str], tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "found.json"
    with in_service(answer) as served:
        assert main([*four, "--json", "-o", str(path)]) == ExitCode.PARTIAL
        asked = len(served.questions)
        assert main([*four, "--json", "-o", str(path), "--resume"]) == ExitCode.PARTIAL
        assert {each.target for each in served.questions[asked:]} == {REFUSED}

    targets = [json.loads(line)["target"] for line in path.read_text().splitlines()]
    assert sorted(targets) == sorted([OFFER_HIT, LANDER_HIT, STRANGER, REFUSED])
    assert capsys.readouterr().out == ""


def test_targets_come_from_stdin_too(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    from io import BytesIO, TextIOWrapper

    given = TextIOWrapper(BytesIO(f"{OFFER_HIT}\nhit={LANDER_HIT}\n".encode()))
    monkeypatch.setattr("sys.stdin", given)
    with in_service(answer):
        assert main(["diagnose", "-", "--check", "converted"]) == ExitCode.CHECK_NO

    assert [line.split("\t")[1] for line in capsys.readouterr().out.splitlines()] == [
        "converted",
        "yes",
        "no",
    ]
