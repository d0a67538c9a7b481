"""A list that is a table: a CSV or a workbook, whose column of IDs is found."""

import gzip
import io
import zipfile
from itertools import product
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.cli.delivery.target_sources import SkippedLines, open_file
from ffx.cli.delivery.target_tables import read_table
from ffx.errors import ExitCode, UsageError
from ffx.input.targets.shapes import Command
from tests.explorer import HIT_ID, Explorer, answer, events
from tests.looping import each

HIT = "dkezmsf3bat8xdbz8rt039r4h"
OTHER = "k4gbm8syb48y9fp3j29y07r4h"
VISITOR = "afdwb7QPV6Y59aTP3fQxZ3tX2ox"


def targets(
    tmp_path: Path,
    data: bytes,
    *,
    name: str = "list.csv",
    column: str | None = None,
    command: Command = "hit",
) -> tuple[list[str], str] | None:
    (tmp_path / name).write_bytes(data)
    skipped = SkippedLines()
    with open_file(str(tmp_path / name)) as stream:
        table = read_table(stream, name, column, command, skipped)
        if table is None:
            return None
        return [line.text for line in table], skipped.summary()


TABLES: dict[str, tuple[str, str]] = {
    "sep=": (f"sep=;\nclick_id;x\n{HIT};1\n{OTHER};2\n", ""),
    "lines above": (f"Report\n\nclick_id,x\n{HIT},1\n{OTHER},2\n", "1 line above the header"),
    "empty rows": (f"click_id,x\n,,\n{HIT},1\n\n{OTHER},2\n,,,\n", ""),
    "two lines": (f"click,,x\nid,date,y\n{HIT},2026,1\n{OTHER},2026,1\n", ""),
    "two lines with a number": (f"click,,x\n(sub1),date,y\n{HIT},2026,1\n{OTHER},2026,1\n", ""),
    "totals": (f"click_id,x\n{HIT},1\n{OTHER},2\nTotal,3\n", "1 row of totals"),
    "one column": (f"click_id\n{HIT}\n{OTHER}\n", ""),
    "an unknown head": (f"nothing known,x\n{HIT},1\n{OTHER},2\n", ""),
}


@each(("name", "encoding"), product(TABLES, ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]))
@pytest.mark.fault(128)
def test_the_column_of_ids_is_taken_where_there_is_one(
    tmp_path: Path, name: str, encoding: str
) -> None:
    text, skipped = TABLES[name]
    end = b"\x1a" if encoding == "utf-8" else b""
    data = text.encode(encoding) + end
    for packed, ending in ((data, "list.csv"), (gzip.compress(data), "list.csv.gz")):
        assert targets(tmp_path, packed, name=ending) == ([HIT, OTHER], skipped), ending


@pytest.mark.fault(128)
def test_a_named_column_is_found_below_what_stands_above_in_whatever_spelling(
    tmp_path: Path,
) -> None:
    text = f"Report of November,2026\nNu\u0308mmer,click_id\n{HIT},x\n"
    found = targets(tmp_path, text.encode(), column="NÜMMER", name="list.txt")
    assert found == ([HIT], "1 line above the header")
    text = f"click,,x\nid,date,y\n{HIT},2026,1\n"
    assert targets(tmp_path, text.encode(), column="Click ID") == ([HIT], "")


def test_the_kind_that_the_command_asks_for_comes_first(tmp_path: Path) -> None:
    data = f"vid,hit\n{VISITOR},{HIT}\n".encode()
    kinds: tuple[tuple[Command, str], ...] = (
        ("hit", HIT),
        ("visitor", VISITOR),
        ("diagnose", HIT),
    )
    for command, wanted in kinds:
        assert targets(tmp_path, data, command=command) == ([wanted], ""), command


def test_two_columns_of_ids_are_a_question(tmp_path: Path) -> None:
    data = f"a,b\n{HIT},{OTHER}\n".encode()
    with pytest.raises(UsageError) as caught:
        targets(tmp_path, data)
    assert "2 of its columns hold hit IDs: 'a', 'b'" in caught.value.message
    assert caught.value.hint == "Name the one with --column NAME."


def test_of_two_columns_with_the_same_ids_the_first_counts(tmp_path: Path) -> None:
    # As the answers of ffx have them; what was not found has no ID.
    for last in (OTHER, ""):
        data = f"target,id,found\n{HIT},{HIT},yes\n{OTHER},{last},no\n".encode()
        assert targets(tmp_path, data) == ([HIT, OTHER], ""), last
    data = f"target,id\n{HIT},{HIT}\n{OTHER},{HIT}\n".encode()
    with pytest.raises(UsageError, match="2 of its columns"):
        targets(tmp_path, data)


def test_a_list_of_lines_is_no_table(tmp_path: Path) -> None:
    for text in (
        f"{HIT}\n{OTHER}\n",
        f"{HIT}:A-1, 24.90\n{OTHER}:A-2, 9.50\n",
        f"hits of today\n{HIT}\n",
        f"https://x.example.com/?clickid={HIT}&a=1,2\n",
        "# nothing\n",
        "",
    ):
        assert targets(tmp_path, text.encode(), name="ids.txt") is None, text
    assert targets(tmp_path, f"{HIT},1\n{OTHER},2\n".encode()) is None


@pytest.mark.fault(129)
@each(
    ("data", "words", "hint"),
    [
        (b"%PDF-1.7\n", "is a PDF", "CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "the old kind, .xls", ".xlsx"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack"),
        (bytes(4096), "is no text: it begins with zeros", "Get it again"),
        (b"PK\x03\x04 and no archive\n", "begins as a workbook does, and is none", "CSV"),
    ],
)
def test_what_is_no_list_is_called_what_it_is(
    tmp_path: Path, data: bytes, words: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        targets(tmp_path, data)
    assert words in caught.value.message
    assert hint in caught.value.hint


def test_a_table_whose_first_column_is_called_pk_is_a_table(tmp_path: Path) -> None:
    assert targets(tmp_path, f"PK,click_id\n1,{HIT}\n2,{OTHER}\n".encode()) is not None


def test_a_workbook_is_read_whatever_it_is_called_and_damage_is_told_in_our_words(
    tmp_path: Path,
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    for row in (["click_id", "n"], [HIT, 1], [OTHER, 2]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    assert targets(tmp_path, content.getvalue()) == ([HIT, OTHER], "")

    broken = io.BytesIO()
    with zipfile.ZipFile(content) as whole, zipfile.ZipFile(broken, "w") as copy:
        for name in whole.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            copy.writestr(name, "<broken" if is_sheet else whole.read(name))
    damaged = bytearray(content.getvalue())
    # The parts are packed; what is packed is no longer what was.
    start = damaged.find(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml")
    damaged[start : start + 40] = b"\xff" * 40
    for data in (broken.getvalue(), bytes(damaged), content.getvalue()[:-40]):
        with pytest.raises(UsageError, match=r"cannot read \S+list.csv: it .* damaged"):
            targets(tmp_path, data)


@pytest.mark.fault(129)
def test_a_zip_is_told_from_a_workbook_and_a_workbook_needs_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openpyxl import Workbook

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("list.csv", "x")
    with pytest.raises(UsageError, match="is a zip archive"):
        targets(tmp_path, content.getvalue(), name="list.zip")

    book = Workbook()
    assert book.active is not None
    for row in (["Report"], ["click_id", "n"], [HIT, 1], [OTHER, 2], ["Total", 3]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    told = "1 line above the header, 1 row of totals"
    assert targets(tmp_path, content.getvalue(), name="list.xlsx") == ([HIT, OTHER], told)

    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(UsageError, match="needs the extra 'excel'") as caught:
        targets(tmp_path, content.getvalue(), name="list.xlsx")
    assert "pip install openpyxl" in caught.value.hint


def test_a_workbook_has_text_for_ids_numbers_for_amounts_and_dates_for_times(
    explorer: Explorer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from openpyxl import load_workbook

    (tmp_path / "ids.csv").write_text(f"click_id\n{HIT}\n{HIT_ID}\n")
    explorer.answer_with(answer(events(revenue=24.5, t1="=1+1", t2="007", externalId="12345")))
    out = tmp_path / "out.xlsx"
    arguments = ["hit", "--from", str(tmp_path / "ids.csv"), "-o", str(out), "--utc"]
    assert (
        main([*arguments, "--fields", "hitId,eventTime,revenue,t1,t2,externalId"]) == ExitCode.OK
    )
    sheet = load_workbook(out).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == [
        "hitId", "eventTime", "revenue", "t1", "t2", "externalId",
    ]  # fmt: skip
    cells = {cell.value: cell for cell in rows[-1]}
    assert (cells["=1+1"].data_type, cells["007"].data_type) == ("s", "s")
    assert cells["12345"].data_type == "s"
    assert "written to" in capsys.readouterr().err


def test_a_mark_for_excel_stands_before_the_header(explorer: Explorer, tmp_path: Path) -> None:
    explorer.answer_with(answer(events()))
    out = tmp_path / "out.csv"
    assert main(["hit", HIT_ID, "-o", str(out), "--bom"]) == ExitCode.OK
    assert out.read_bytes().startswith(b"\xef\xbb\xbftarget,")
    assert main(["hit", HIT_ID, "--json", "--bom"]) == ExitCode.USAGE


@each("placeholder", ["{hit}", "{{clickid}}", "[CLICKID]", "##CLICK_ID##"])
def test_a_placeholder_above_ids_is_a_target_and_no_head(tmp_path: Path, placeholder: str) -> None:
    assert targets(tmp_path, f"{placeholder}\n{HIT}\n".encode(), name="ids.txt") is None
    assert targets(tmp_path, f"hit\n{HIT}\n".encode(), name="ids.txt") == ([HIT], "")


def test_the_other_columns_are_called_by_their_heads_or_their_places(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(f"click_id,,payout,\n{HIT},,1,\n")
    with open_file(str(tmp_path / "list.csv")) as stream:
        table = read_table(stream, "list.csv", None, "hit", SkippedLines())
        assert table is not None
        assert table.others == ("column 2", "payout", "column 4")
        assert [line.row for line in table] == [("", "1", "")]
