"""A list that turns out to be a table: a CSV or a workbook, whose column of IDs is found."""

import io
from collections.abc import Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from ffx.cli.delivery.target_sources import ColumnTargets, SkippedLines, read_column
from ffx.errors import UsageError
from ffx.input.reports.columns import find_column
from ffx.input.reports.heads import is_known
from ffx.input.reports.report_file import is_workbook, open_records
from ffx.input.reports.report_table import ReportTable, read_report_table
from ffx.input.targets.shapes import is_hit_shaped, is_visitor_shaped
from ffx.output.clean import quoted

if TYPE_CHECKING:
    from ffx.input.targets.shapes import Command

_SAMPLE_SIZE = 8192  # bytes; what a reader has read ahead
_ENDINGS = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
# So much of a column must be IDs.
_LEAST_SHARE_OF_IDS = 0.5
_SHAPES: "dict[str, Callable[[str], bool]]" = {
    "hit": is_hit_shaped,
    "visitor": is_visitor_shaped,
}


def read_table(
    stream: BinaryIO, name: str, column: str | None, command: "Command", skipped: SkippedLines
) -> ColumnTargets | None:
    """Return the targets in a table's column; None where the stream is a list of lines.

    Without a `column` a table is known by its header, and the one column that holds
    IDs is taken.

    Raises:
        UsageError: there is no such column, or several hold IDs.
    """
    if is_workbook(stream):
        table = read_report_table(open_records(stream), () if column is None else (column,))
        place = (
            _place_of_ids(table, name, command)
            if column is None
            else find_column(table.heads, column, option="--column")
        )
        if place is None:
            raise _no_ids_error(table, name)
        skipped.count("line above the header", table.above)
        return ColumnTargets(table.heads, place, table.rows, skipped)
    if column is not None:
        return read_column(stream, column, skipped)
    sample = _sample_of(stream)
    is_named_so = name.lower().endswith(_ENDINGS)
    if sample is None or not (is_named_so or any(map(is_known, sample.heads))):
        return None
    place = _place_of_ids(sample, name, command)
    has_header = bool(sample.spellings[0])
    if place is None and is_named_so and has_header and len(sample.heads) > 1:
        raise _no_ids_error(sample, name)
    if place is None or not has_header:
        return None
    # Read anew, since only its beginning was looked at.
    whole = read_report_table(open_records(stream, _likeliness))
    skipped.count("line above the header", whole.above)
    return ColumnTargets(whole.heads, place, chain(whole.rows), skipped)


def _sample_of(stream: BinaryIO) -> ReportTable | None:
    """Read the beginning of a stream, which is still to be read from it, as a table."""
    peek = getattr(stream, "peek", None)
    beginning: bytes = peek(_SAMPLE_SIZE)[:_SAMPLE_SIZE] if peek is not None else b""
    if len(beginning) == _SAMPLE_SIZE:
        # The last line may be cut.
        beginning = beginning[: beginning.rfind(b"\n") + 1]
    try:
        table = read_report_table(open_records(io.BytesIO(beginning), _likeliness))
    except UsageError:
        return None
    return table if table.sample else None


def _likeliness(cells: Sequence[str]) -> int:
    return sum(is_known(cell) or _is_id(cell) for cell in cells)


def _is_id(cell: str) -> bool:
    bare = cell.strip()
    return any(is_shaped(bare) for is_shaped in _SHAPES.values())


def _place_of_ids(table: ReportTable, name: str, command: "Command") -> int | None:
    """Return the one column that holds IDs of the kind that is wanted; else of the other kind.

    If the others only repeat the first one's IDs, it is the first.

    Raises:
        UsageError: several do, and differ.
    """
    own_kind = "visitor" if command == "visitor" else "hit"
    for kind in (own_kind, *(other for other in _SHAPES if other != own_kind)):
        places = [
            place
            for place in range(len(table.heads))
            if _share(table, place, _SHAPES[kind]) >= _LEAST_SHARE_OF_IDS
        ]
        if places and all(_repeats(table, place, places[0]) for place in places[1:]):
            return places[0]
        if places:
            heads = ", ".join(quoted(table.heads[place]) for place in places)
            raise UsageError(
                f"{quoted(name)} is a table, and {len(places)} of its columns hold {kind} IDs: "
                f"{heads}",
                hint="Name the one with --column NAME.",
            )
    return None


def _repeats(table: ReportTable, place: int, first: int) -> bool:
    """Tell whether each cell of a column is empty, or the same as that of the first."""
    pairs = zip(_cells(table, place), _cells(table, first), strict=True)
    return all(cell in ("", as_first) for cell, as_first in pairs)


def _cells(table: ReportTable, place: int) -> list[str]:
    return [
        record.cells[place].strip() if place < len(record.cells) else "" for record in table.sample
    ]


def _share(table: ReportTable, place: int, is_shaped: Callable[[str], bool]) -> float:
    texts = [text for text in _cells(table, place) if text]
    return sum(map(is_shaped, texts)) / len(texts) if texts else 0.0


def _no_ids_error(table: ReportTable, name: str) -> UsageError:
    heads = ", ".join(quoted(head) for head in table.heads[:20] if head)
    return UsageError(
        f"{quoted(name)} is a table, and no column of it holds IDs alone",
        hint=f"Name one with --column NAME. It has {heads}.",
    )
