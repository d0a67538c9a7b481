"""Results as people read them, and as programs do."""

import json
from collections.abc import Iterable, Sequence

from tests.bench.comparison import Comparison, Result

_INDENT = "    "
_HEADER = ("", "ours", "peer", "ratio", "target", "")
_NUMBERS = frozenset({1, 2, 3})


def lines_of(result: Result) -> list[str]:
    """Return a target's lines: its name, then a line a comparison, in columns."""
    rows = [_HEADER, *map(_cells, result.comparisons)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    return [
        f"{result.name}  {result.title}",
        f"{_INDENT}{result.method}",
        *(_INDENT + _in_columns(row, widths) for row in rows),
    ]


def summary(results: Iterable[Result]) -> str:
    """Say in one line which targets were met; one that lacks a measured line counts as such."""
    verdicts = [f"{result.name} {_overall(result)}" for result in results]
    return " · ".join(verdicts)


def document(machine: str, results: Sequence[Result]) -> str:
    """Return everything as JSON text."""
    found = [
        {
            "name": result.name,
            "title": result.title,
            "method": result.method,
            "comparisons": [
                {
                    "what": line.what,
                    "unit": line.unit,
                    "ours": line.ours,
                    "peer": line.peer,
                    "ratio": line.ratio,
                    "target": str(line.bound) if line.bound else None,
                    "verdict": line.verdict or None,
                }
                for line in result.comparisons
            ],
        }
        for result in results
    ]
    return json.dumps({"machine": machine, "results": found}, ensure_ascii=False, indent=2) + "\n"


def in_readme(text: str, machine: str, results: Sequence[Result]) -> str:
    """Return the README with these results in the place of its own, between its two marks."""
    before, begin, rest = text.partition("<!-- bench -->\n")
    _, end, after = rest.partition("<!-- end of bench -->\n")
    if not begin or not end:
        message = "the README has no place for results"
        raise ValueError(message)
    lines = [machine, *(line for result in results for line in ("", *lines_of(result)))]
    block = "\n".join(["```text", *lines, "", summary(results), "```", ""])
    return f"{before}{begin}{block}{end}{after}"


def figure(value: float | None, unit: str) -> str:
    """Write a figure with three digits or all before the point; `–` where there is none."""
    if value is None:
        return "–"
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{decimals}f}{'' if unit.startswith('/') else ' '}{unit}"


def _cells(line: Comparison) -> tuple[str, ...]:
    return (
        line.what,
        figure(line.ours, line.unit),
        figure(line.peer, line.unit),
        "–" if line.ratio is None else f"{line.ratio:.2f}",
        str(line.bound or ""),
        line.verdict,
    )


def _in_columns(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        cell.rjust(width) if column in _NUMBERS else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()


def _overall(result: Result) -> str:
    verdicts = {line.verdict for line in result.comparisons if line.bound}
    for worst in ("missed", "not measured"):
        if worst in verdicts:
            return worst
    return "met"
