"""Results as people read them, and as programs do."""

import json
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from tests.bench.comparison import MET, MISSED, NOT_MEASURED, Comparison, Result

WIDTH = 80
_INDENT = "  "
_HEADER = ("", "ours", "peer", "ratio", "noise", "target", "")
_NUMBERS = frozenset({1, 2, 3, 4})


def lines_of(result: Result) -> list[str]:
    """Return a target's lines, none longer than WIDTH: its name, then its comparisons."""
    rows = [_HEADER, *map(_cells, result.comparisons)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    others = sum(widths[1:]) + len(_INDENT) * len(widths)
    widths[0] = min(widths[0], WIDTH - others)
    return [
        f"{result.name}  {result.title}",
        *wrap(result.method, WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT),
        *(line for row in rows for line in _in_columns(row, widths)),
    ]


def summary(results: Iterable[Result]) -> list[str]:
    """Say which targets were met and which not; one that lacks a measured line counts as such."""
    named: dict[str, list[str]] = {}
    for result in results:
        named.setdefault(_overall(result), []).append(result.name)
    parts = [
        f"{verdict[0].upper()}{verdict[1:]}: {', '.join(named[verdict])}."
        for verdict in (MET, MISSED, NOT_MEASURED)
        if verdict in named
    ]
    return wrap(" ".join(parts), WIDTH)


def document(machine: Sequence[str], results: Sequence[Result]) -> str:
    """Return everything as JSON text; `machine` is the lines at the top of it all."""
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
                    "noise": line.noise,
                    "target": str(line.bound) if line.bound else None,
                    "verdict": line.verdict or None,
                }
                for line in result.comparisons
            ],
        }
        for result in results
    ]
    return (
        json.dumps({"machine": list(machine), "results": found}, ensure_ascii=False, indent=2)
        + "\n"
    )


def in_readme(text: str, machine: Sequence[str], results: Sequence[Result]) -> str:
    """Return the README with these results in the place of its own, between its two marks."""
    before, begin, rest = text.partition("<!-- bench -->\n")
    _, end, after = rest.partition("<!-- end of bench -->\n")
    if not begin or not end:
        message = "the README has no place for results"
        raise ValueError(message)
    lines = [*machine, *(line for result in results for line in ("", *lines_of(result)))]
    block = "\n".join(["```text", *lines, "", *summary(results), "```", ""])
    return f"{before}{begin}{block}{end}{after}"


def figure(value: float | None, unit: str) -> str:
    """Write a figure with three digits or all before the point; `–` where there is none."""
    if value is None:
        return "–"
    if not unit:
        return f"{value:,g}"
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{decimals}f}{'' if unit.startswith('/') else ' '}{unit}"


def _cells(line: Comparison) -> tuple[str, ...]:
    return (
        line.what,
        figure(line.ours, line.unit),
        figure(line.peer, line.unit),
        "–" if line.ratio is None else f"{line.ratio:.2f}",
        "" if line.noise is None else f"±{line.noise:.0%}",
        str(line.bound or ""),
        # Two dashes say it as well, in less room.
        "" if line.verdict == NOT_MEASURED else line.verdict,
    )


def _in_columns(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Yield a row; a first cell that is wider than its column takes more lines."""
    first, *more = wrap(row[0], widths[0]) or [""]
    cells = (
        cell.rjust(width) if column in _NUMBERS else cell.ljust(width)
        for column, (cell, width) in enumerate(zip((first, *row[1:]), widths, strict=True))
    )
    yield (_INDENT + _INDENT.join(cells)).rstrip()
    for line in more:
        yield f"{_INDENT * 2}{line}"


def _overall(result: Result) -> str:
    verdicts = {line.verdict for line in result.comparisons if line.bound}
    for worst in (MISSED, NOT_MEASURED):
        if worst in verdicts:
            return worst
    return MET
