"""A comparison as a block for a ticket: CommonMark that reads well as plain text, too."""

from collections.abc import Iterator

from ffx.findings.comparison import Comparison, Difference
from ffx.output.clean import clean
from ffx.output.words import plural
from ffx.render.markdown.text import code, fenced, prose
from ffx.version import __version__


def comparison_block(comparison: Comparison, command: str) -> str:
    """Write the two verdicts, the first difference and the rest; it ends with a line feed."""
    blocks = ["## What is different?", "\n".join(_sides(comparison))]
    first, *rest = comparison.differences or (None,)
    if first is None:
        blocks.append("No difference was found.")
    else:
        blocks += ["### First difference on the way", _line(first)]
    if rest:
        blocks += ["### Then", "\n".join(_line(each) for each in rest)]
    blocks.append(f"{plural(comparison.equal, 'member')} equal, not shown.")
    if comparison.hidden:
        names = ", ".join(map(code, comparison.hidden))
        blocks.append(f"Not compared, since a case file hides them: {names}.")
    blocks += ["### Command", fenced(clean(command)), f"Made with ffx {__version__}."]
    return "\n\n".join(blocks) + "\n"


def _sides(comparison: Comparison) -> Iterator[str]:
    for name, side in zip("AB", comparison.sides, strict=True):
        diagnosis = side.diagnosis
        yield (
            f"- {name}: {diagnosis.kind} {code(diagnosis.id)}, account {prose(side.account)}: "
            f"{prose(side.verdict)}"
        )


def _line(each: Difference) -> str:
    first, second = (code(value) if value else "–" for value in each.values)
    return f"- {prose(each.group)}, {prose(each.name)}: A {first}, B {second}"
