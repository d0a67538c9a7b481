"""A network's report beside the tracker, from the file to the sheet that a person sends."""

import csv
import io
import json
import re
import sys
from collections import Counter
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ffx.cli.delivery import report_lookup
from ffx.errors import AccountError, ExitCode
from ffx.sandbox.data.report import sample_report
from tests.cli.commands.conftest import Ask, Terminal
from tests.explorer import HIT_ID, Explorer, answer, events
from tests.looping import each

OUTCOMES = {
    "matched": 8,
    "amount differs": 6,
    "missing": 8,
    "repeated": 1,
    "reversed here no": 1,
    "unknown hit": 2,
    "no ID": 3,
}
SUMS = """\
Report report.csv                                 account sandbox · times in UTC
  29 rows · 8 matched · 21 to look at · 2 only in the tracker

                          rows      report     tracker  difference
  matched                    8      208.40      208.40        0.00
  amount differs             6      156.65      143.20       13.45
  missing                    8      199.20        0.00      199.20
  repeated                   1       24.90        0.00       24.90
  reversed here no           1        0.00       24.90      -24.90
  unknown hit                2       49.80        0.00       49.80
  no ID                      3       74.70        0.00       74.70
  only in the tracker        2        0.00       34.40      -34.40
  total                     29      713.65      410.90      302.75

── in common ───────────────────────────────────────────────────────────────────
  6 of 8 missing: hit-cannot-convert, page Spring offer A
  in 5 of 5 the report's amount is 0.92 of ours: another currency?

── amount differs: 6 rows, report → tracker ────────────────────────────────────
"""


@pytest.fixture
def report(then: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "report.csv"
    path.write_text(sample_report(then), encoding="utf-8")
    return path


def outcomes_of(text: str) -> dict[str, int]:
    return Counter(row["ffx_outcome"] for row in csv.DictReader(io.StringIO(text)))


def test_sums_and_what_is_common_come_first_on_a_terminal(
    report: Path, ask: Ask, terminal: Terminal
) -> None:
    terminal(80)
    code, out, err = ask("reconcile", "report.csv", "--sandbox")
    assert code == ExitCode.CHECK_NO
    assert out.startswith(SUMS)
    assert err.count("hit in 'click_id'") == 1
    assert max(map(len, out.splitlines())) <= 80
    assert out.count("In the offer URL, pass {hit} to the network") == 1
    terminal(160)
    _, wide, err = ask("reconcile", "report.csv", "--sandbox", "--quiet", "--explain", "0")
    assert (wide.count("hit in 'click_id'"), err) == (1, "")
    for hit in (HIT_ID, "k3yyck910q7g90ceygzc7nr1", "K4GBM8SYB48Y9FP3J29Y07R4H"):
        assert (hit in out) == (hit in wide) == (hit != HIT_ID)


def test_the_reports_rows_come_back_in_their_order_with_columns_behind_them(
    report: Path, ask: Ask, tmp_path: Path
) -> None:
    from openpyxl import load_workbook

    own = list(csv.reader(io.StringIO(report.read_text())))
    assert ask("reconcile", "report.csv", "--sandbox", "-o", "out.csv")[0] == ExitCode.CHECK_NO
    text = (tmp_path / "out.csv").read_text()
    written = list(csv.reader(io.StringIO(text)))
    assert [row[:5] for row in written] == own
    assert written[0][5:] == [
        "ffx_outcome", "ffx_revenue", "ffx_transaction", "ffx_converted_at", "ffx_difference",
        "ffx_finding", "ffx_why", "ffx_next",
    ]  # fmt: skip
    assert outcomes_of(text) == OUTCOMES
    assert not list(tmp_path.glob("*.answers"))

    ask("reconcile", "report.csv", "--sandbox", "-o", "out.xlsx", "--explain", "0")
    sheet = load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    assert sheet.freeze_panes == "A2"
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[0] or "" for row in rows] == [row[0] for row in own]
    assert (type(rows[1][0]), rows[1][1]) == (str, 24.9)
    assert isinstance(rows[1][8], datetime)
    # What was written can be handed in again.
    line = ("reconcile", "out.xlsx", "--sandbox", "--format", "jsonl", "--explain", "0")
    _, again, _ = ask(*line)
    lines = [json.loads(line) for line in again.splitlines()]
    assert Counter(line["ffx_outcome"] for line in lines) == OUTCOMES
    # A workbook has amounts as numbers.
    why = [re.sub(r"(\.\d)0\b", r"\1", line["ffx_why"]) for line in lines]
    assert why == [re.sub(r"(\.\d)0\b", r"\1", str(row[-2] or "")) for row in rows[1:]]


def test_a_european_report_comes_to_the_same(
    report: Path, then: datetime, ask: Ask, tmp_path: Path
) -> None:
    (tmp_path / "eu.csv").write_text(sample_report(then, european=True), encoding="cp1252")
    line = ("reconcile", "eu.csv", "--sandbox", "--format", "csv", "--explain", "0")
    code, out, err = ask(*line)
    assert (code, outcomes_of(out)) == (ExitCode.CHECK_NO, OUTCOMES)
    assert "amount in 'Auszahlung (EUR)' (as 1.234,56)" in err
    assert "left out: 1 row above the header, 1 row of totals" in err


def test_the_document_is_one_and_its_sums_add_up(report: Path, ask: Ask) -> None:
    code, out, _ = ask("reconcile", "report.csv", "--sandbox", "--json")
    document = json.loads(out)
    assert code == ExitCode.CHECK_NO
    assert (document["version"], document["report"], document["account"]) == (
        1, "report.csv", "sandbox",
    )  # fmt: skip
    parts = [*document["outcomes"].values(), document["onlyInTracker"]]
    for side in ("report", "tracker", "difference"):
        total = Decimal(document["total"][side])
        assert sum(Decimal(part[side]) for part in parts) == total, side
    assert {name: part["rows"] for name, part in document["outcomes"].items()} == {
        **OUTCOMES, "failed": 0,
    }  # fmt: skip
    assert [row["line"] for row in document["rows"]] == list(range(2, 31))
    assert document["inCommon"][0]["traits"]["finding"] == "hit-cannot-convert"
    assert document["ratio"] == {"reportToTracker": "0.92", "rows": 5, "of": 5}


def test_a_block_for_the_network_names_the_rows_and_views_have_the_readers_zone(
    report: Path, ask: Ask, terminal: Terminal
) -> None:
    zone = ("--tz", "America/New_York")
    sent = re.compile(r"\dT\d\d:\d\d")
    _, block, _ = ask("reconcile", "report.csv", "--sandbox", "--format", "md", *zone)
    assert "| total | 29 | 713.65 | 410.90 | 302.75 |" in block
    assert "- 6 of 8 missing: hit-cannot-convert" in block
    assert sum(line.startswith("| ") for line in block.splitlines()) == 9 + 2 + 2 + 21 + 2
    terminal(160)
    _, view, _ = ask("reconcile", "report.csv", "--sandbox", "--explain", "0", *zone)
    only_here = [line for line in view.splitlines() if "A-1003-UP" in line]
    rows = [line for line in block.splitlines() if "-1003-UP" in line or "2001" in line]
    assert (len(only_here), len(rows)) == (1, 2)
    for line in (*only_here, *rows):
        assert re.search(r" \d\d:\d\d(:\d\d)? -0[45]:00\b", line), line
    assert not sent.search(view + block)


def test_a_pipe_has_sums_and_then_a_line_a_row(report: Path, ask: Ask) -> None:
    _, out, _ = ask("reconcile", "report.csv", "--sandbox", "--explain", "0")
    facts, _, table = out.partition("\n\n")
    sums = [line.split("\t") for line in facts.splitlines()]
    assert sums[2] == ["outcome", "rows", "report", "tracker", "difference"]
    assert ["total", "29", "713.65", "410.9000", "302.7500"] in sums
    header, *rows = (line.split("\t") for line in table.splitlines())
    assert len(rows) == 29
    assert all(len(row) == len(header) for row in rows)


def test_aliases_hide_whom_a_report_is_about(report: Path, ask: Ask, tmp_path: Path) -> None:
    header, *rows = report.read_text().splitlines()
    some = [*(row for row in rows if HIT_ID in row), *rows[:7]]
    report.write_text(
        "\n".join([f"{header},email", *(f"{row},somebody@example.com" for row in some)])
    )
    formats = ("csv", "jsonl", "md", "json", "table", "md")
    for place, option in enumerate(("--redact", "--redact=all")):
        for format_name in formats[place::2]:
            form = () if format_name == "table" else ("--format", format_name)
            _, out, err = ask("reconcile", "report.csv", "--sandbox", option, *form)
            said = out + err
            assert "A-1001" not in said.replace("A-1001-", "")
            assert "somebody" not in said
            assert (HIT_ID in said) == (option == "--redact" and format_name != "md")
            assert "1 columns left out" in err


def test_all_matched_is_a_success_and_no_id_is_nothing_found(
    then: datetime, ask: Ask, tmp_path: Path
) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f"sub1,payout\n{HIT_ID},24.90\n")
    assert ask("reconcile", str(path), "--sandbox")[0] == ExitCode.OK
    path.write_text("sub1,payout\n{clickid},24.90\n,1\n")
    assert ask("reconcile", str(path), "--sandbox")[0] == ExitCode.NOT_FOUND


@each(
    ("rows", "revenues"),
    [
        ("{hit},24.90,A,approved\n{hit},-24.90,A,reversed\n", ["24.90", "-24.90"]),
        ("{hit},24.90,A,rejected\n", ["0.00"]),
    ],
)
def test_what_both_sides_took_back_is_matched(
    rows: str, revenues: list[str], ask: Ask, explorer: Explorer, tmp_path: Path
) -> None:
    sold = events(eventType="conversion", revenue=24.90, conversionTransaction="A")
    back = events(eventType="conversion", revenue=-24.90, conversionTransaction="A")
    explorer.answer_with(answer({"events": [*sold["events"], *back["events"]]}))
    path = tmp_path / "report.csv"
    path.write_text(f"click_id,payout,transaction,status\n{rows.format(hit=HIT_ID)}")

    code, out, _ = ask("reconcile", str(path), "--format", "csv")

    told = list(csv.DictReader(io.StringIO(out)))
    assert (code, [row["ffx_outcome"] for row in told]) == (ExitCode.OK, ["matched"] * len(told))
    assert [Decimal(row["ffx_revenue"]) for row in told] == list(map(Decimal, revenues))
    assert [Decimal(row["ffx_difference"]) for row in told] == [Decimal(0)] * len(told)
    assert "\nonly in the tracker\t0\t" in ask("reconcile", str(path))[1]


@each(
    ("words", "message"),
    [
        (["nowhere.csv"], "cannot read nowhere.csv"),
        (["report.csv", "-o", "report.csv"], "name the same file"),
        (["report.csv", "-o", "out.doc"], "its ending tells no format"),
        (["report.csv", "--format", "html"], "a report is no page"),
        (["report.csv", "--resume"], "--resume needs -o FILE"),
        (["report.csv", "--resume", "-o", "x.csv", "--redact"], "exclude each other"),
        (["report.csv", "--revenue", "nothing"], "the report has no column 'nothing'"),
    ],
)
def test_what_cannot_be_done_is_refused(
    report: Path, ask: Ask, words: list[str], message: str
) -> None:
    code, out, err = ask("reconcile", *words, "--sandbox")
    assert (code, out) == (ExitCode.USAGE, "")
    assert message in err


HITS = [f"dkezmsf3bat8xdbz8rt{number:03}r4h" for number in range(30)]


def test_each_hit_is_asked_once_and_a_run_goes_on_where_it_broke_off(
    explorer: Explorer, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [f"{hit},24.90" for hit in HITS for _ in range(2)]
    (tmp_path / "r.csv").write_text("\n".join(["sub1,payout", *rows]))
    failing = answer({"error": "no"}, status=400)
    explorer.answer_with(*[answer(events())] * 3, *[failing] * 20)

    code, _, err = ask("reconcile", "r.csv", "-o", "out.csv", "--jobs", "1", "--explain", "0")
    assert code == ExitCode.PARTIAL
    assert "to ask for the rest: ffx reconcile r.csv -o out.csv" in err
    counts = outcomes_of((tmp_path / "out.csv").read_text())
    assert counts["failed"] == 2 * 27
    asked = len(explorer.requests)
    assert len((tmp_path / "out.csv.answers").read_text().splitlines()) == 3

    explorer.answer_with(answer(events()))
    code, _, err = ask(
        "reconcile", "r.csv", "-o", "out.csv", "--jobs", "1", "--explain", "0", "--resume"
    )
    assert code == ExitCode.CHECK_NO
    assert "answered already: 3 hits" in err
    assert len(explorer.requests) - asked == 27
    assert "failed" not in outcomes_of((tmp_path / "out.csv").read_text())
    assert not (tmp_path / "out.csv.answers").exists()


def test_every_hit_that_fails_alike_is_an_error_and_leaves_the_file(
    explorer: Explorer, ask: Ask, tmp_path: Path
) -> None:
    (tmp_path / "r.csv").write_text(f"sub1\n{HIT_ID}\n")
    (tmp_path / "out.csv").write_text("before")
    explorer.answer_with(answer({"error": "no"}, status=403))
    code, out, err = ask("reconcile", str(tmp_path / "r.csv"), "-o", str(tmp_path / "out.csv"))
    assert (code, out) == (ExitCode.ACCOUNT, "")
    assert err.count("ffx: ") == 1
    assert "is kept" not in err
    assert (tmp_path / "out.csv").read_text() == "before"


@pytest.mark.skipif(sys.platform == "win32", reason="there, no open file can be removed")
@each("is_there", [True, False])
def test_a_run_that_ends_early_says_what_is_kept_of_its_answers(
    is_there: bool, explorer: Explorer, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.csv").write_text(f"sub1\n{HIT_ID}\n")
    explorer.answer_with(answer(events()))

    def refused(*_: object) -> None:
        if not is_there:
            (tmp_path / "out.csv.answers").unlink()
        raise AccountError("no")

    monkeypatch.setattr(report_lookup, "ask_for_reasons", refused)
    code, _, err = ask("reconcile", "r.csv", "-o", "out.csv")

    assert code == ExitCode.ACCOUNT
    kept = "what is answered is kept: ffx reconcile r.csv -o out.csv --resume"
    assert (kept in err) == is_there
