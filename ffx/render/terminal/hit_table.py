"""The hit view on a terminal: every event of one hit, a column each.

`·` means «as before»; what changed stands out. More events than fit beside
each other stand one under the other, the later ones with their changes only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ffx.api.members import TRACKING
from ffx.api.models import HitEvent
from ffx.input.times.formatting import elapsed, long_time
from ffx.input.times.instants import read_time
from ffx.input.times.zones import zone_name
from ffx.output.clean import clean
from ffx.output.width import clip, fits, pad, width_of, wrap
from ffx.output.words import identity, plural, unrepeated
from ffx.render.hit_groups import GROUPS, IDS, TIMES
from ffx.render.member_text import UNFILLED, is_unfilled, shown, value_text
from ffx.render.row_choice import EVERY_ROW, RowChoice
from ffx.render.terminal.lines import INDENT, Frame, Line, both_ends, line_width

_LABEL = 15
_MOST_COLUMNS = 4
_MARGIN = 4
_GAP = 2
_NARROWEST_COLUMN = 26
_TALLEST_CELL = 6
_NOTHING, _SAME = "–", "·"


@dataclass(frozen=True, slots=True)
class _Fact:
    """One line of the view: its label and what each event says there; an ID is never broken."""

    label: str
    values: tuple[str, ...]
    is_id: bool = False


def hit_lines(
    events: Sequence[HitEvent],
    hit_id: str,
    frame: Frame,
    *,
    choice: RowChoice = EVERY_ROW,
    all_fields: bool,
) -> Iterator[Line]:
    """Yield a hit's heading, then the facts of the chosen events by group."""
    yield from _heading(events, hit_id, frame)
    heads = [
        head
        for head, event in zip(_heads(events), events, strict=True)
        if choice.wants(event.eventType)
    ]
    if not heads:
        return
    events = [event for event in events if choice.wants(event.eventType)]
    groups = {
        group: [_fact(label, names, events, frame) for label, names in lines.items()]
        for group, lines in GROUPS.items()
    }
    extra = _undocumented(events)
    if extra:
        groups["Other members"] = extra
    empty = sum(not any(fact.values) for lines in groups.values() for fact in lines)
    if not all_fields:
        groups = {
            group: kept
            for group, lines in groups.items()
            if (kept := [fact for fact in lines if any(fact.values)])
        }
    yield []
    room = frame.width - _MARGIN - _LABEL
    ids = [
        value for lines in groups.values() for fact in lines if fact.is_id for value in fact.values
    ]
    narrowest = max(_NARROWEST_COLUMN, *map(width_of, ids)) if ids else _NARROWEST_COLUMN
    column = (room + _GAP) // len(events) - _GAP
    if len(events) == 1 or (len(events) <= _MOST_COLUMNS and column >= narrowest):
        yield from _side_by_side(groups, heads, _Room(column, room))
    else:
        yield from _stacked(groups, heads, room, all_fields=all_fields)
    if empty and not all_fields:
        yield []
        words = f"{plural(empty, 'empty line')} left out (--all-fields shows them)"
        for part in wrap(words, frame.width - len(INDENT)):
            yield [(INDENT, ""), (part, "faint")]


def _heading(events: Sequence[HitEvent], hit_id: str, frame: Frame) -> Iterator[Line]:
    left: Line = [("Hit ", "label"), (identity(hit_id), "title")]
    ability: Line = [(f" · {_ability(events)}", "")]
    facts = [
        plural(len(events), "event"),
        f"account {clean(frame.account)}",
        f"times in {zone_name(frame.zone)}",
    ]
    if line_width([*left, *ability]) <= frame.width:
        left += ability
    else:
        facts.insert(0, _ability(events))
    yield from both_ends(left, facts, frame.width)
    if events[0].visitorId:
        yield [("of visitor ", "label"), (identity(events[0].visitorId), "")]


@dataclass(frozen=True, slots=True)
class _Room:
    """How many cells one column of values has, and all of them together."""

    column: int
    whole: int


def _side_by_side(
    groups: Mapping[str, list[_Fact]], heads: Sequence[tuple[str, str]], room: _Room
) -> Iterator[Line]:
    heading: Line = [(" " * (_MARGIN + _LABEL), "")]
    for name, style in heads:
        heading.append((pad(clip(name, room.column), room.column), style))
        heading.append((" " * _GAP, ""))
    yield heading
    for group, facts in groups.items():
        yield [(f"{INDENT}{group}", "title")]
        for fact in facts:
            yield from _row(fact, room)


def _stacked(
    groups: Mapping[str, list[_Fact]],
    heads: Sequence[tuple[str, str]],
    width: int,
    *,
    all_fields: bool,
) -> Iterator[Line]:
    room = _Room(width, width)
    for number, (name, style) in enumerate(heads):
        changes = {
            group: [
                fact
                for fact in facts
                if (number and fact.values[number] != fact.values[number - 1])
                or (not number and (fact.values[0] or all_fields))
            ]
            for group, facts in groups.items()
        }
        if number:
            yield []
        suffix = "what changed" if any(changes.values()) else "nothing changed"
        shown = clip(name, width)
        yield [(f"{INDENT}{shown}", style), (f"  {suffix}" if number else "", "faint")]
        for group, facts in changes.items():
            if facts and not number:
                yield [(f"{INDENT}{group}", "title")]
            for fact in facts:
                yield from _change(fact, number, room)


def _change(fact: _Fact, number: int, room: _Room) -> Iterator[Line]:
    value = _Fact(fact.label, (fact.values[number],), fact.is_id)
    yield from _row(value, room, style="changed" if number else "")
    if number and fact.values[number - 1]:
        before = _Fact("", (f"was {fact.values[number - 1]}",), fact.is_id)
        yield from _row(before, room, style="faint")


def _row(fact: _Fact, room: _Room, *, style: str = "") -> Iterator[Line]:
    """Yield a fact's lines: a cell an event, or one cell for what they all say at length."""
    values, column = fact.values, room.column
    if len(set(values)) == 1 and not fits(values[0], column):
        values, column = values[:1], room.whole
    below = room.whole + _LABEL - _GAP
    if len(values) == 1 and _wants_line_below(fact, column, below):
        if fact.label:
            yield [(" " * _MARGIN, ""), (fact.label, "label")]
        parts = [values[0]] if fact.is_id else wrap(values[0], below, most=_TALLEST_CELL)
        for part in parts:
            yield [(" " * (_MARGIN + _GAP), ""), (part, _style_of(part, style))]
        return
    label = fact.label
    if width_of(label) >= _LABEL:
        yield [(" " * _MARGIN, ""), (clip(label, below), "label")]
        label = ""
    cells: list[list[str]] = []
    styles: list[str] = []
    for number, value in enumerate(values):
        same = number > 0 and value and value == values[number - 1]
        text = _SAME if same else value or _NOTHING
        cells.append(wrap(text, column, most=_TALLEST_CELL))
        styles.append(_style_of(text, style or ("changed" if number else "")))
    for height in range(max(map(len, cells))):
        line: Line = [(" " * _MARGIN, ""), (pad("" if height else label, _LABEL), "label")]
        for cell, cell_style in zip(cells, styles, strict=True):
            text = cell[height] if height < len(cell) else ""
            line.append((pad(text, column), cell_style))
            line.append((" " * _GAP, ""))
        yield line


def _wants_line_below(fact: _Fact, column: int, below: int) -> bool:
    """Tell whether the value has a word that only a line of its own leaves whole."""
    words = fact.values[0].split(" ")
    return not all(fits(word, column) for word in words) and (
        fact.is_id or all(fits(word, below) for word in words)
    )


def _style_of(text: str, style: str) -> str:
    if text in (_NOTHING, _SAME):
        return "faint"
    return "warning" if text.endswith(UNFILLED) else style


def _fact(label: str, names: tuple[str, ...], events: Sequence[HitEvent], frame: Frame) -> _Fact:
    values = tuple(_value(event, names, frame) for event in events)
    if frame.field_names is not None and label in TRACKING:
        label = clean(frame.field_names.for_row(label, events[0]))
    return _Fact(label, values, is_id=names[0] in IDS)


def _value(event: HitEvent, names: tuple[str, ...], frame: Frame) -> str:
    texts = []
    for name in names:
        value = getattr(event, name)
        if value is None or value == "":
            continue
        text = long_time(value, frame.zone) if name in TIMES else shown(str(value))
        texts.append(identity(text) if name in IDS else text)
    joined = (" " if names[0] in ("deviceOS", "browser") else " · ").join(unrepeated(texts))
    is_odd = is_unfilled(names[0], getattr(event, names[0]))
    return f"{joined}   {UNFILLED}" if is_odd else joined


def _undocumented(events: Sequence[HitEvent]) -> list[_Fact]:
    names = dict.fromkeys(name for event in events for name in event.model_extra or ())
    return [
        _Fact(
            clean(name),
            tuple(value_text((event.model_extra or {}).get(name)) for event in events),
        )
        for name in names
    ]


def _heads(events: Sequence[HitEvent]) -> list[tuple[str, str]]:
    """Return each event's heading, with the time since the first one, and its style."""
    first = read_time(events[0].eventTime)
    heads = []
    for number, event in enumerate(events):
        name = clean(event.eventType or "event")
        time = read_time(event.eventTime)
        if number and first is not None and time is not None and time >= first:
            name = f"{name}  +{elapsed(time - first)}"
        heads.append((name, "good-title" if event.is_conversion else "title"))
    return heads


def _ability(events: Sequence[HitEvent]) -> str:
    """Say whether the hit can convert: only offer views can, and their IDs end in h."""
    conversions = sum(event.is_conversion for event in events)
    if conversions:
        return "converted" if conversions == 1 else f"converted {conversions} times"
    return "can convert" if (events[0].hitId or "").endswith("h") else "cannot convert"
