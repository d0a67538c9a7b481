"""Many targets as a table, compared whole."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ffx.output.width import width_of
from ffx.render.rows.batch import Row, header_line, plain_header, plain_row, row_line
from ffx.render.terminal.lines import paint
from tests.render.sample import BERLIN

URL = "https://shop.example.com/thanks?clickid=dkezmsf3bat8xdbz8rt039r4h&x=\u202e"
ROWS = (
    Row(
        "dkezmsf3bat8xdbz8rt039r4h",
        "yes",
        hits=2,
        conversions=1,
        revenue=Decimal("24.9000"),
        first_seen=datetime(2026, 11, 20, 14, 4, 41, tzinfo=UTC),
        last_seen=datetime(2026, 11, 20, 15, 12, 3, 40_000, tzinfo=UTC),
    ),
    Row("1wj7y5680dz26p1g9p0101", "no"),
    Row("{hit}", "failed"),
    Row(URL, "yes", hits=12_345, conversions=10, revenue=Decimal("1E+3")),
    Row("漢字", "yes", hits=1, revenue=Decimal("-0.10")),
)

AT_60 = r"""
  target                       found     hits  conversions
  dkezmsf3bat8xdbz8rt039r4h    yes          2            1
  1wj7y5680dz26p1g9p0101       no
  {hit}                        failed
  https://shop.example.com/thanks?clickid=dkezmsf3bat8xdbz8rt039r4h&x=\u{202e}  yes
  漢字                         yes          1            0
"""
AT_80 = r"""
  target                       found     hits  conversions     revenue
  dkezmsf3bat8xdbz8rt039r4h    yes          2            1     24.9000
  1wj7y5680dz26p1g9p0101       no
  {hit}                        failed
  https://shop.example.com/thanks?clickid=dkezmsf3bat8xdbz8rt039r4h&x=\u{202e}  yes
  漢字                         yes          1            0       -0.10
"""
AT_120 = (
    "\n"
    "  target                       found     hits  conversions     revenue"
    "  first seen           last seen\n"
    "  dkezmsf3bat8xdbz8rt039r4h    yes          2            1     24.9000"
    "  2026-11-20 15:04:41  2026-11-20 16:12:03\n"
    "  1wj7y5680dz26p1g9p0101       no\n"
    "  {hit}                        failed\n"
    r"  https://shop.example.com/thanks?clickid=dkezmsf3bat8xdbz8rt039r4h&x=\u{202e}"
    "  yes      12345           10        1000\n"
    "  漢字                         yes          1            0       -0.10\n"
)


@pytest.mark.parametrize(("width", "table"), [(60, AT_60), (80, AT_80), (120, AT_120)])
def test_the_table_on_a_terminal(width: int, table: str) -> None:
    lines = [header_line(width), *(row_line(row, BERLIN, width) for row in ROWS)]

    assert "\n" + paint(lines, color=False) == table


@pytest.mark.parametrize("width", range(40, 130, 7))
def test_what_has_no_room_is_left_out_and_nothing_is_cut(width: int) -> None:
    heads = paint([header_line(width)], color=False).split()
    assert heads[:2] == ["target", "found"]
    for row in ROWS:
        line = paint([row_line(row, BERLIN, width)], color=False).rstrip("\n")
        assert row.found in line
        assert width_of(line) <= width or len(row.target) > 25


def test_the_table_in_a_pipe() -> None:
    assert plain_header() + "".join(plain_row(row, BERLIN) for row in ROWS) == (
        "target\tfound\thits\tconversions\trevenue\tfirstSeen\tlastSeen\n"
        "dkezmsf3bat8xdbz8rt039r4h\tyes\t2\t1\t24.9000"
        "\t2026-11-20T15:04:41.000+01:00\t2026-11-20T16:12:03.040+01:00\n"
        "1wj7y5680dz26p1g9p0101\tno\t\t\t\t\t\n"
        "{hit}\tfailed\t\t\t\t\t\n"
        "https://shop.example.com/thanks?clickid=dkezmsf3bat8xdbz8rt039r4h&x=\\u{202e}"
        "\tyes\t12345\t10\t1000\t\t\n"
        "漢字\tyes\t1\t0\t-0.10\t\t\n"
    )


@pytest.mark.parametrize("target", ["a\tb", "a\nb", "a\x1b[31mb", "a\u202eb"])
def test_a_target_breaks_neither_line_nor_columns(target: str) -> None:
    assert plain_row(Row(target, "no"), BERLIN).count("\t") == plain_header().count("\t")
    assert paint([row_line(Row(target, "no"), BERLIN, 80)], color=False).count("\n") == 1


def test_what_converted_and_what_failed_stand_out() -> None:
    converted, failed = (paint([row_line(ROWS[at], BERLIN, 80)], color=True) for at in (0, 2))

    assert "\x1b[32m  yes" in converted
    assert "\x1b[31m  failed" in failed
