"""Two targets compared on a terminal: beside each other, or below where that is narrow."""

from collections.abc import Iterator

from ffx.findings.comparison import Comparison, Difference
from ffx.output.clean import clean
from ffx.output.width import clip, pad, width_of, wrap
from ffx.output.words import identity, plural
from ffx.render.terminal.lines import INDENT, Frame, Line

_LABEL, _GAP = 24, 2
# What an ID takes at the least.
_NARROWEST = 28
_TALLEST = 6
_NOTHING = "–"


def comparison_lines(comparison: Comparison, frame: Frame) -> Iterator[Line]:
    """Yield the two verdicts, the first difference on the way, and then the rest."""
    sides = comparison.sides
    is_one = sides[0].account == sides[1].account
    accounts = (sides[0].account, "" if is_one else sides[1].account)
    yield [
        ("Compared", "title"),
        (f"  account {' and '.join(filter(None, map(clean, accounts)))}", "faint"),
    ]
    yield from _row("", ("A", "B"), frame, style="label")
    yield from _row(
        "target",
        _pair(f"{side.diagnosis.kind} {identity(side.diagnosis.id)}" for side in sides),
        frame,
    )
    visitors = _pair(identity(side.diagnosis.visitor_id) for side in sides)
    yield from _row("visitor", visitors, frame)
    yield from _row("came to", _pair(clean(side.verdict) for side in sides), frame, style="title")
    first, *rest = comparison.differences or (None,)
    yield []
    if first is None:
        yield [("No difference was found.", "title")]
    else:
        yield [(f"First difference on the way: {first.group}", "title")]
        yield from _difference(first, frame, style="changed")
    group = ""
    for each in rest:
        if each.group != group:
            group = each.group
            yield [(f"Then: {group}", "title")]
        yield from _difference(each, frame)
    yield []
    yield [(f"{plural(comparison.equal, 'member')} equal, not shown", "faint")]
    if comparison.hidden:
        words = f"Not compared, since a case file hides them: {', '.join(comparison.hidden)}"
        for part in wrap(words, frame.width):
            yield [(part, "warning")]


def _pair(texts: "Iterator[str]") -> tuple[str, str]:
    first, second = texts
    return first, second


def _difference(each: Difference, frame: Frame, *, style: str = "") -> Iterator[Line]:
    yield from _row(
        clean(each.name), _pair(clean(value) for value in each.values), frame, style=style
    )


def _row(label: str, values: tuple[str, str], frame: Frame, *, style: str = "") -> Iterator[Line]:
    room = (frame.width - len(INDENT) - _LABEL) // 2 - _GAP
    texts = [value or _NOTHING for value in values]
    if room < _NARROWEST or any(
        width_of(word) > room for text in texts for word in text.split(" ")
    ):
        yield from _stacked(label, texts, frame, style)
        return
    cells = [wrap(text, room, most=_TALLEST) for text in texts]
    for number in range(max(map(len, cells))):
        shown = clip(label, _LABEL - _GAP) if number == 0 else ""
        line: Line = [(INDENT, ""), (pad(shown, _LABEL), "label")]
        for cell in cells:
            line.append((pad(cell[number] if number < len(cell) else "", room + _GAP), style))
        yield line


def _stacked(label: str, texts: list[str], frame: Frame, style: str) -> Iterator[Line]:
    if label:
        yield [(f"{INDENT}{label}", "label")]
    if texts == ["A", "B"]:
        return
    room = frame.width - 2 * len(INDENT) - 3
    for name, text in zip("AB", texts, strict=True):
        parts = [text] if " " not in text else wrap(text, room, most=_TALLEST)
        for number, part in enumerate(parts):
            yield [
                (INDENT * 2, ""),
                (f"{name}  " if number == 0 else "   ", "label"),
                (part, style),
            ]
