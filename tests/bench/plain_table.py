"""A plain rich table of cells: a list of rows in a JSON file, drawn on stdout."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

HEADER = ("time", "after", "event", "node · page", "cost", "revenue", "hit")


def draw(rows: Iterable[Sequence[str]], console: Console) -> None:
    table = Table(*HEADER)
    for row in rows:
        table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text()), Console())
