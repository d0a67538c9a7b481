"""Reports of whatever encoding and shape: their header, their rows, and which column is which."""

import gzip
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO
from unicodedata import normalize

import pytest

from ffx.errors import UsageError
from ffx.input.reports import report_file, report_table
from ffx.input.reports.columns import Columns, choose_columns
from ffx.input.reports.heads import is_known
from ffx.input.reports.report_file import open_records
from ffx.input.reports.report_table import ReportTable, is_total, read_report_table
from ffx.input.targets.shapes import is_hit_shaped
from tests.looping import each

HIT = "dkezmsf3bat8xdbz8rt039r4h"
OTHER = "k4gbm8syb48y9fp3j29y07r4h"


def likeliness(cells: Sequence[str]) -> int:
    return sum(is_known(cell) or is_hit_shaped(cell) for cell in cells)


def table_of(data: str | bytes | BinaryIO) -> ReportTable:
    stream = data if not isinstance(data, str | bytes) else io.BytesIO(_bytes(data))
    return read_report_table(open_records(stream, likeliness))


def _bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


def rows_of(table: ReportTable) -> list[tuple[str, ...]]:
    return [record.cells for record in table.rows]


SHAPES: dict[str, tuple[str, tuple[str, ...], int]] = {
    "plain": (f"Click ID,Payout\n{HIT},24.90\n", ("Click ID", "Payout"), 0),
    "sep=": (f"sep=;\nClick ID;Payout\n{HIT};24.90\n", ("Click ID", "Payout"), 0),
    "tabs": (f"Click ID\tPayout\n{HIT}\t24.90\n", ("Click ID", "Payout"), 0),
    "rows above": (
        f"Report of November\n\nMade by,Example Network,2026\nClick ID,Payout\n{HIT},24.90\n",
        ("Click ID", "Payout"),
        2,
    ),
    "empty columns": (f",Click ID,,Payout\n,{HIT},,24.90\n", ("", "Click ID", "", "Payout"), 0),
    "empty rows": (f",,\nClick ID,Payout,\n,,\n{HIT},24.90,\n", ("Click ID", "Payout", ""), 0),
    "two lines": (
        f"Click,,Payout,\nID,Date,Amount,Currency\n{HIT},2026-11-20,24.90,USD\n",
        ("Click ID", "Click Date", "Payout Amount", "Payout Currency"),
        0,
    ),
    "no header": (f"{HIT},24.90\n{OTHER},9.50\n", ("column 1", "column 2"), 0),
    "one column": (f"click_id\n{HIT}\n", ("click_id",), 0),
    "quoted": (f'"Click ID","Payout"\r\n"{HIT}","24,90"\r\n', ("Click ID", "Payout"), 0),
    "commas in cells": (
        f"Click ID;Payout\n{HIT};24,90\n{OTHER};9,50\n",
        ("Click ID", "Payout"),
        0,
    ),
}


@each("name", SHAPES)
def test_a_header_is_found_in_whatever_shape(name: str) -> None:
    text, heads, above = SHAPES[name]
    table = table_of(text)
    assert (table.heads, table.above) == (heads, above)
    assert any(HIT in cells for cells in rows_of(table))


def test_an_encoding_makes_no_difference() -> None:
    text = f"sep=;\nKlick-ID;Vergütung;Währung\n{HIT};24,90;€\n{OTHER};9,50;€\n"
    plain = table_of(text)
    expected = (plain.heads, rows_of(plain))
    for data in (
        text.encode("utf-8-sig"),
        text.encode("utf-16"),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        text.encode("utf-32"),
        text.encode("cp1252"),
        text.replace("\n", "\r\n").encode("utf-16-le"),
        text.encode() + b"\x1a",
        gzip.compress(text.encode()),
    ):
        table = table_of(data)
        assert (table.heads, rows_of(table)) == expected, data[:20]


def test_a_workbook_is_read_as_its_csv(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    for row in (
        [],
        ["Report"],
        ["Click ID", "Payout", "Order"],
        [HIT, 24.9, 1001],
        [OTHER, 9, None],
    ):
        book.active.append(row)
    book.save(tmp_path / "report.xlsx")
    with (tmp_path / "report.xlsx").open("rb") as stream:
        table = table_of(stream)
        assert rows_of(table) == [(HIT, "24.9", "1001"), (OTHER, "9")]
    assert (table.heads, table.above) == (("Click ID", "Payout", "Order"), 1)


def test_a_workbook_of_a_row_that_memory_does_not_take_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from openpyxl import Workbook

    monkeypatch.setattr(report_file, "_LARGEST_ROW", 4_000)
    monkeypatch.setattr(report_file, "_PIECE", 1_000)
    for cell, rows, is_refused in (("x", 300, False), ("x" * 5_000, 1, True)):
        for is_shared in (False, True):
            book = Workbook(write_only=not is_shared)
            table: Any = book.create_sheet() if not is_shared else book.active
            table.append(["Click ID", "Note"])
            for number in range(rows):
                table.append([HIT, f"{cell}{number}"])
            book.save(packed := io.BytesIO())
            packed.seek(0)
            if is_refused:
                with pytest.raises(UsageError, match="larger than memory takes"):
                    table_of(packed)
            else:
                assert len(rows_of(table_of(packed))) == rows


def test_a_part_of_a_workbook_that_memory_does_not_take_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    book.active.append(["Click ID"])
    book.save(packed := io.BytesIO())
    packed.seek(0)
    monkeypatch.setattr(report_file, "_LARGEST_PART", 1_000)  # of which the styles have more

    with pytest.raises(UsageError, match="larger than memory takes"):
        table_of(packed)


def test_columns_of_a_wide_report_are_looked_at_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []
    monkeypatch.setattr(report_table, "is_total", looked.append)
    wide = table_of(",".join(f"c{n}" for n in range(300)) + "\n" + ",".join(["1"] * 300) + "\n")

    choose_columns(wide, {})

    assert len(looked) == len(wide.sample)


@each(
    ("data", "words"),
    [
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"PK\x05\x06" + bytes(18), "header"),
        (b"\xd0\xcf\x11\xe0 old", "the old kind, .xls"),
        (b"\x1f\x8b\x08 broken", "cannot read"),
        (b"", "the report is empty"),
        (b"\n\n,,\n", "the report is empty"),
    ],
)
def test_a_file_of_another_kind_is_called_what_it_is(data: bytes, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        choose_columns(table_of(data), {})
    assert words in f"{caught.value.message} no column, no header"


CHOICES: dict[str, tuple[str, str]] = {
    "by heads": (f"date,status,Sub 1,payout,order id\n2026-11-20,ok,{HIT},24.90,A-1\n", "23401"),
    "cells before heads": (f"Click ID,Sub 5,Payout\nab12,{HIT},24.90\n", "12---"),
    "an unknown head": (f"our reference,x\n{HIT},1\n", "0----"),
    "placeholders alone": ("sub1,payout\n{clickid},24.90\n", "01---"),
    "the likelier amount": (f"sub1,Sale Amount,Payout\n{HIT},100,9.5\n", "02---"),
    "text under an amount's head": (f"sub1,Payout,Revenue\n{HIT},CPA,9.5\n", "02---"),
    "an ID in a text": (f"url,payout\nhttps://x.example.com/?clickid={HIT},9\n", "01---"),
    "two columns of the same": (f"sub1,sub2\n{HIT},{HIT}\n", "0----"),
    "two lines": (
        f"Click,,Payout,\nID,Date,Amount,Currency\n{HIT},2026-11-20,9.5,USD\n",
        "02-1-",
    ),
}
"""A report, and the places of its ID, amount, transaction, time and status."""


@each("name", CHOICES)
def test_columns_are_chosen_by_heads_and_cells(name: str) -> None:
    text, places = CHOICES[name]
    chosen = choose_columns(table_of(text), {})
    told = ["-" if place is None else str(place) for place in chosen.places.values()]
    assert "".join(told) == places


def test_a_name_overrules_the_choice_in_whatever_spelling() -> None:
    table = table_of(f"sub1,Vergu\u0308tung,Payout\n{HIT},9,10\n")
    assert choose_columns(table, {"revenue": normalize("NFC", "VERGÜTUNG")}).revenue == 1


def test_two_columns_of_different_hits_are_told() -> None:
    for text, words in (
        (f"a,b\n{HIT},{OTHER}\n", "2 columns hold hit IDs: 'a' and 'b'"),
        (f"sub1,payout,Payout\n{HIT},1,2\n", "the report has 2 columns 'payout'"),
        ("a,b\n1,2\n", "no column holds hit IDs"),
    ):
        with pytest.raises(UsageError, match=words):
            choose_columns(table_of(text), {})
    # The one whose head is known is meant.
    assert choose_columns(table_of(f"a,sub1\n{HIT},{OTHER}\n"), {}).id == 1


def test_an_unknown_name_proposes_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        choose_columns(table_of(f"Click ID,Payout\n{HIT},1\n"), {"revenue": "payuot"})
    assert caught.value.hint.startswith("Perhaps 'Payout'. It has 'Click ID', 'Payout'")


def test_european_columns_tell_their_mark_and_their_order_of_days() -> None:
    table = table_of(f"Datum;Klick-ID;Provision\n20.11.2026;{HIT};1.024,90\nSumme;;1.024,90\n")
    chosen: Columns = choose_columns(table, {})
    assert (chosen.mark, chosen.order) == (",", "day first")


def test_rows_of_totals_are_told_by_their_words() -> None:
    for cells in (["Total", "47"], ["", "Summe:", "1"], ["Grand Total (47)"], ["Итого", "5"]):
        assert is_total(cells), cells
    for cells in (["Totally Fit", "1"], [HIT, "1", "total"], ["", ""], ["1"]):
        assert not is_total(cells), cells
