"""Lines below a visitor's rows, for the members that have no column.

What all rows say alike is said once, below the sums; what a visit's rows say alike, below
the visit's head; and the rest below its row.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ffx.api.journey import Step
from ffx.api.members import HIT_ROW, TIMES
from ffx.api.models import Amount
from ffx.input.times.formatting import full_time
from ffx.output.clean import clean
from ffx.output.width import clip, fits, width_of, wrap
from ffx.output.words import identity, plural
from ffx.render.hit_groups import IDS
from ffx.render.member_text import UNFILLED, is_unfilled, shown, value_text
from ffx.render.terminal.lines import INDENT, Frame, Line, line_width

_GAP = "   "
_NOTHING = "–"
_MOST_LINES = 6
_IN_COLUMNS = frozenset(
    {"hitId", "eventType", "eventTime", "nodeName", "pageName", "cost", "revenue"}
)


@dataclass(frozen=True, slots=True)
class _Fact:
    """A member of a row: what it is called for the reader, its text, whether to warn of it."""

    name: str
    text: str
    is_odd: bool = False
    is_id: bool = False


_Facts = Mapping[str, _Fact]


class MembersBelow:
    """The lines below the rows of a journey.

    `fields` are the members that were asked for, empty ones included; None is every member
    that has no column and says something. `has_costs` tells whether costs have a column,
    `has_visits` whether visits have heads.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        fields: Sequence[str] | None,
        frame: Frame,
        *,
        has_costs: bool = True,
        has_visits: bool = True,
    ) -> None:
        self._frame = frame
        self._fields = fields
        self._has_costs = has_costs
        self._steps = steps
        self._empty = _count_empty(steps) if fields is None else 0
        self._alike = _shared_facts(map(self._read, steps)) if len(steps) > 1 else {}
        self._of_visit: _Facts = {}
        # A visit's rows stand together.
        self._visits = Counter(step.visit for step in steps) if has_visits else Counter()
        self._place = 0

    def of_visit(self, step: Step) -> Iterator[Line]:
        """Yield what the rows of a step's visit say alike, and those of others do not.

        Visits come in the order of their rows.
        """
        count = self._visits[step.visit]
        own = self._steps[self._place : self._place + count]
        self._place += count
        alike = _shared_facts(map(self._read, own)) if count > 1 else {}
        self._of_visit = _facts_besides(alike, self._alike)
        yield from self._lines(self._of_visit.values(), len(INDENT) + 3)

    def of_row(self, step: Step, indent: int) -> Iterator[Line]:
        """Yield what a row of the visit that was last begun says alone, `indent` cells in."""
        own = _facts_besides(self._read(step), {**self._alike, **self._of_visit})
        yield from self._lines(own.values(), indent)

    def of_all(self) -> Iterator[Line]:
        """Yield what all rows say alike, and how many members none of them has."""
        if self._alike:
            yield [(INDENT, ""), (f"the same in all {plural(len(self._steps), 'row')}", "title")]
            yield from self._lines(self._alike.values(), 2 * len(INDENT))
        if self._empty:
            words = f"{plural(self._empty, 'member')} without a value in any row"
            yield [(INDENT, ""), (words, "faint")]

    def _read(self, step: Step) -> _Facts:
        row = step.row
        if self._fields is not None:
            return {
                name: self._fact(step, name, value)
                if (value := getattr(row, name)) not in (None, "")
                else _Fact(name, _NOTHING)
                for name in self._fields
            }
        facts = {
            name: self._fact(step, name, value)
            for name, value in row.stated_members().items()
            if not self._has_column(step, name)
        }
        extra = row.model_extra or {}
        facts |= {name: _Fact(clean(name), value_text(extra[name])) for name in extra}
        return {name: fact for name, fact in facts.items() if fact.text}

    def _has_column(self, step: Step, name: str) -> bool:
        if name == "conversionTransaction":
            return step.row.is_conversion
        return name in _IN_COLUMNS and (name != "cost" or self._has_costs)

    def _fact(self, step: Step, name: str, value: Amount | str) -> _Fact:
        zone, names = self._frame.zone, self._frame.field_names
        text = full_time(str(value), zone) if name in TIMES else shown(str(value))
        called = name if names is None else clean(names.for_row(name, step.row))
        if name in IDS:
            return _Fact(called, identity(text), is_id=True)  # which no width breaks
        return _Fact(called, text, is_unfilled(name, value))

    def _lines(self, facts: Iterable[_Fact], indent: int) -> Iterator[Line]:
        """Lay facts out, several on a line where they fit."""
        room = self._frame.width - indent
        line: Line = []
        for fact in facts:
            name = f"{fact.name} "
            text = f"{fact.text} {UNFILLED}" if fact.is_odd else fact.text
            style = "warning" if fact.is_odd else ""
            spans: Line = [(name, "label"), (text, style)]
            if line and line_width(line) + len(_GAP) + line_width(spans) <= room:
                line += [(_GAP, ""), *spans]
                continue
            if line:
                yield [(" " * indent, ""), *line]
            if line_width(spans) <= room:
                line = spans
                continue
            line = []
            yield from _wrapped_fact(spans, indent, room, is_id=fact.is_id)
        if line:
            yield [(" " * indent, ""), *line]


def _wrapped_fact(fact: Line, indent: int, room: int, *, is_id: bool) -> Iterator[Line]:
    """Lay out a fact that has no room on one line: its value is wrapped, beside or below its name.

    An ID is never broken, and stands further left where it needs the room.
    """
    (name, label), (text, style) = fact
    place = indent + width_of(name)
    beside = room - width_of(name)
    is_beside = (
        fits(text, beside) if is_id else all(fits(word, beside) for word in text.split(" "))
    )
    if not is_beside:
        yield [(" " * indent, ""), (clip(name.rstrip(" "), room), label)]
        place = indent + len(INDENT)
    if is_id:
        place = max(min(place, indent + room - width_of(text)), 0)
    parts = [text] if is_id else wrap(text, indent + room - place, most=_MOST_LINES)
    for number, part in enumerate(parts):
        is_first = is_beside and number == 0
        head: Line = [(" " * indent, ""), (name, label)] if is_first else [(" " * place, "")]
        yield [*head, (part, style)]


def _count_empty(steps: Sequence[Step]) -> int:
    """Count the members that no row has."""
    return sum(all(getattr(step.row, name) in (None, "") for step in steps) for name in HIT_ROW)


def _shared_facts(rows: Iterable[_Facts]) -> _Facts:
    """Return the facts that all of the rows have; there is at least one row."""
    others = iter(rows)
    alike = next(others)
    for row in others:
        if not alike:
            break
        alike = {name: fact for name, fact in alike.items() if row.get(name) == fact}
    return alike


def _facts_besides(facts: _Facts, said: Iterable[str]) -> _Facts:
    kept = set(said)
    return {name: fact for name, fact in facts.items() if name not in kept}
