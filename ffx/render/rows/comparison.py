"""A comparison for pipes: name and two values, a blank line, then a line a difference."""

from ffx.findings.comparison import Comparison
from ffx.output.clean import clean


def plain_comparison(comparison: Comparison) -> str:
    """Write what each side came to, then what differs, tab-separated, in the order of the way."""
    first, second = comparison.sides
    head = [
        ("target", first.diagnosis.id, second.diagnosis.id),
        ("kind", first.diagnosis.kind, second.diagnosis.kind),
        ("visitorId", first.diagnosis.visitor_id, second.diagnosis.visitor_id),
        ("account", first.account, second.account),
        ("verdict", first.verdict, second.verdict),
        ("differences", str(len(comparison.differences)), ""),
        ("equal", str(comparison.equal), ""),
        ("notCompared", " ".join(comparison.hidden), ""),
    ]
    rows = [("group", "name", "A", "B")]
    rows += [(each.group, each.name, *each.values) for each in comparison.differences]
    return "\n".join([*map(_line, head), "", *map(_line, rows)]) + "\n"


def _line(cells: tuple[str, ...]) -> str:
    return "\t".join(map(clean, cells))
