"""Many targets as a table, compared whole."""

from datetime import UTC, datetime
from decimal import Decimal

from ffx.output.width import width_of
from ffx.render.rows.table import header_line, plain_header
from ffx.render.rows.target_lines import (
    HIT_COLUMNS,
    VISITOR_COLUMNS,
    TargetLine,
    plain_row,
    row_line,
)
from ffx.render.terminal.lines import paint
from tests.looping import each
from tests.render.sample import BERLIN

HIT = "dkezmsf3bat8xdbz8rt039r4h"
VISITOR = "afdwb7QPV6Y59aTP3fQxZ3tX2ox"
URL = f"https://shop.example.com/thanks?clickid={HIT}&x=\u202e"
FIRST = datetime(2026, 11, 20, 14, 4, 41, tzinfo=UTC)
LAST = datetime(2026, 11, 20, 15, 12, 3, 40_000, tzinfo=UTC)
ROWS = (
    TargetLine(
        HIT, "yes", HIT, rows=2, conversions=1, revenue=Decimal("24.9000"), first=FIRST, last=LAST
    ),
    TargetLine("1wj7y5680dz26p1g9p0101", "no", "1wj7y5680dz26p1g9p0101"),
    TargetLine("{hit} " + "x" * 60, "failed"),
    TargetLine(URL, "yes", HIT, rows=12_345, conversions=10, revenue=Decimal("1E+3"), is_cut=True),
    TargetLine("漢字", "yes", "漢字", rows=1, revenue=Decimal("-0.10"), is_cut=True),
)
VISITORS = (
    TargetLine(VISITOR, "yes", VISITOR, is_visitor=True, rows=5, conversions=1,
        revenue=Decimal("24.9000"), cost=Decimal("0.12"), first=FIRST, last=LAST),
    TargetLine(VISITOR, "yes", VISITOR, is_visitor=True, rows=3, cost=Decimal("0.12")),
    TargetLine("nobody", "no", "nobody", is_visitor=True),
)  # fmt: skip

AT_60 = r"""
  target                       found   events  conversions
  dkezmsf3bat8xdbz8rt039r4h    yes          2            1
  1wj7y5680dz26p1g9p0101       no
  {hit} xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…  failed
  dkezmsf3bat8xdbz8rt039r4h    yes     12345+          10+
  漢字                         yes         1+            ?
"""
AT_120 = (
    "\n"
    "  target                       found   events  conversions     revenue"
    "  first event          last event\n"
    "  dkezmsf3bat8xdbz8rt039r4h    yes          2            1     24.9000"
    "  2026-11-20 15:04:41  2026-11-20 16:12:03\n"
    "  1wj7y5680dz26p1g9p0101       no\n"
    "  {hit} xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…  failed\n"
    "  dkezmsf3bat8xdbz8rt039r4h    yes     12345+          10+       1000+\n"
    "  漢字                         yes         1+            ?      -0.10+\n"
)
VISITORS_AT_100 = """
  target                       found     hits  conversions     revenue      cost      profit
  afdwb7QPV6Y59aTP3fQxZ3tX2ox  yes          5            1     24.9000      0.12     24.7800
  afdwb7QPV6Y59aTP3fQxZ3tX2ox  yes          3            0                  0.12       -0.12
  nobody                       no
"""


@each(("width", "table"), [(60, AT_60), (120, AT_120)])
def test_the_table_on_a_terminal(width: int, table: str) -> None:
    lines = [header_line(HIT_COLUMNS, width), *(row_line(row, BERLIN, width) for row in ROWS)]

    assert "\n" + paint(lines, color=False) == table


def test_visitors_have_their_cost_and_what_is_left() -> None:
    lines = [header_line(VISITOR_COLUMNS, 100), *(row_line(row, BERLIN, 100) for row in VISITORS)]

    assert "\n" + paint(lines, color=False) == VISITORS_AT_100


@each("width", range(40, 130, 7))
def test_what_has_no_room_is_left_out_and_no_id_is_cut(width: int) -> None:
    for columns, rows in ((HIT_COLUMNS, ROWS), (VISITOR_COLUMNS, VISITORS)):
        heads = paint([header_line(columns, width)], color=False).split()
        assert heads[:2] == ["target", "found"]
        for row in rows:
            line = paint([row_line(row, BERLIN, width)], color=False).rstrip("\n")
            assert row.found in line
            assert row.id in line
            assert width_of(line) <= max(width, 50)


def test_the_table_in_a_pipe() -> None:
    assert plain_header(HIT_COLUMNS) + "".join(plain_row(row, BERLIN) for row in ROWS) == (
        "target\tfound\tevents\tconversions\trevenue\tfirstEvent\tlastEvent\n"
        "dkezmsf3bat8xdbz8rt039r4h\tyes\t2\t1\t24.9000"
        "\t2026-11-20T15:04:41.000+01:00\t2026-11-20T16:12:03.040+01:00\n"
        "1wj7y5680dz26p1g9p0101\tno\t\t\t\t\t\n"
        f"{{hit}} {'x' * 60}\tfailed\t\t\t\t\t\n"
        "https://shop.example.com/thanks?clickid=dkezmsf3bat8xdbz8rt039r4h&x=\\u{202e}"
        "\tyes\t12345+\t10+\t1000+\t\t\n"
        "漢字\tyes\t1+\t?\t-0.10+\t\t\n"
    )
    assert [plain_row(row, BERLIN).count("\t") for row in VISITORS] == [8, 8, 8]


@each("target", ["a\tb", "a\nb", "a\x1b[31mb", "a\u202eb"])
def test_a_target_breaks_neither_line_nor_columns(target: str) -> None:
    assert plain_row(TargetLine(target, "no"), BERLIN).count("\t") == plain_header(
        HIT_COLUMNS
    ).count("\t")
    assert paint([row_line(TargetLine(target, "no"), BERLIN, 80)], color=False).count("\n") == 1


def test_what_converted_and_what_failed_stand_out() -> None:
    converted, failed = (paint([row_line(ROWS[at], BERLIN, 80)], color=True) for at in (0, 2))

    assert "\x1b[32m  yes" in converted
    assert "\x1b[31m  failed" in failed
