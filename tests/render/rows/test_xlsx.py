"""Workbooks as a person opens them: how wide columns are, and how amounts are shown."""

import errno
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest

from ffx.api.json_text import Numeral
from ffx.errors import OutputError
from ffx.render.rows import xlsx
from ffx.render.rows.xlsx import Workbook
from tests.looping import each

HIT = "dkezmsf3bat8xdbz8rt039r4h"


@each("count", [0, 1, 100, 101])
def test_columns_are_as_wide_as_what_they_hold(count: int) -> None:
    from openpyxl import load_workbook

    book = Workbook(["hitId", "eventTime", "revenue", "why"], None)
    for number in range(count):
        book.add([HIT, "2026-03-05T14:30:00Z", Numeral(f"{number}.90"), "word " * 40])
    sheet = load_workbook(io.BytesIO(b"".join(book.content()))).active

    assert sheet is not None
    assert (sheet.max_row, sheet.freeze_panes) == (count + 1, "A2")
    assert [cell.value for cell in sheet[1]] == ["hitId", "eventTime", "revenue", "why"]
    widths = [sheet.column_dimensions[letter].width for letter in "ABCD"]
    assert widths == ([len(HIT) + 2, 21, 12, 60] if count else [12, 12, 12, 12])


def test_amounts_keep_their_decimals_and_are_numbers() -> None:
    from openpyxl import load_workbook

    shown = {
        "24.90": "0.00",
        "24.9000": "0.0000",
        "-0.5": "0.0",
        "59": "General",
        "1E+2": "General",
    }
    book = Workbook(["revenue"], None)
    for text in shown:
        book.add([Numeral(text)])
    sheet = load_workbook(io.BytesIO(b"".join(book.content()))).active

    assert sheet is not None
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["n"] * len(shown)
    assert [cell.number_format for cell in cells] == list(shown.values())
    assert [float(str(cell.value)) for cell in cells] == list(map(float, shown))


def test_a_workbook_for_which_there_is_no_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    save = xlsx._save

    def refuse(*arguments: Any) -> None:
        save(*arguments)
        raise OSError(errno.ENOSPC, "No space left on device")

    book = Workbook(("hitId",), None)
    book.add(["h1"])
    monkeypatch.setattr(xlsx, "_save", refuse)

    with pytest.raises(OutputError, match=r"temporary file in .*: no space left on device"):
        list(book.content())


def test_a_large_workbook_leaves_no_file_whenever_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openpyxl import load_workbook

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(xlsx, "_MOST_IN_MEMORY", 1000)
    book = Workbook(("hitId", "why"), None)
    for number in range(300):
        book.add([HIT, f"{number} words"])
        assert list(tmp_path.iterdir()) == []
    content = b"".join(book.content())

    assert list(tmp_path.iterdir()) == []
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert (rows[0], rows[1], rows[-1]) == (("hitId", "why"), (HIT, "0 words"), (HIT, "299 words"))
