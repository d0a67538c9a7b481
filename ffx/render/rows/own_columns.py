"""The columns of a user's own table, which stand in a written table before those of ffx."""

import re
from collections.abc import Sequence

from ffx.api.json_text import Numeral

# A number in whatever way it is written runs in no spreadsheet.
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)*")


def distinct_heads(heads: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return the heads of a table, each once, and none like the `others` that stand behind them.

    A column without a head is called after its place: `column 3`.
    """
    names: dict[str, None] = {}
    for number, head in enumerate(heads, start=1):
        name = head.strip() or f"column {number}"
        while name in names or name in others:
            name += "_"
        names[name] = None
    return list(names)


def numeral_or_text(cell: str) -> str:
    """Return a cell as a Numeral where it is a number, in whatever way it is written."""
    return Numeral(cell) if _NUMBER.fullmatch(cell) else cell
