"""The rows of a long history, of which there may be more than memory takes as models.

They stay where they are kept, as text. What is in memory of a row is its ID, its time,
and, of each member that says few different things, the number of what it says; a member
that differs from row to row is read from the text whenever it is asked for.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast, overload

from ffx.api.json_text import ReadObjects
from ffx.api.members import HIT_ROW
from ffx.api.models import EventMeaning, encodable_name, typed_value

if TYPE_CHECKING:
    from ffx.api.models import Amount, HitRow

# Asked for again and again, and another text in almost every row.
_OF_EACH_ROW = ("hitId", "eventTime")
_LONGEST_OF_EACH_ROW = 64  # characters
# What a member may say at the most for its texts to be in memory, each once.
_MOST_TEXTS, _MOST_CHARACTERS = 5_000, 250_000
_MOST_IN_A_BYTE = 2**8
_MEMBERS = frozenset(HIT_ROW)


class LazyRow(EventMeaning):
    """One of the rows: it answers as a `HitRow` does, and is equal to itself alone."""

    __slots__ = ("_place", "_rows")

    def __init__(self, rows: "LazyRows", place: int) -> None:
        self._rows = rows
        self._place = place

    def __getattr__(self, name: str) -> Any:
        if name not in _MEMBERS:
            raise AttributeError(name)
        return self._rows.value(name, self._place)

    def stated_members(self) -> "dict[str, Amount | str]":
        """Return the documented members that say something, in the documented order."""
        return self._rows.stated_members(self._place)

    @property
    def model_extra(self) -> Mapping[str, object]:
        """The members that the API does not document."""
        return self._rows.undocumented(self._place)


class LazyRows(Sequence["HitRow"]):
    """The rows whose JSON texts are `texts`, in the same order; each is one object for good."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._sent = ReadObjects(texts)
        self._read_last: tuple[int, Mapping[str, object]] = -1, {}
        self._rows = [LazyRow(self, place) for place in range(len(texts))]
        self._of_each_row: dict[str, list[Any]] = {name: [] for name in _OF_EACH_ROW}
        self._few = {name: _FewTexts(name) for name in HIT_ROW if name not in _OF_EACH_ROW}
        self._has_undocumented = False
        for row in self._sent:
            self._learn(row)
        # What no row says is not asked for row by row.
        self._never_said = {name for name, few in self._few.items() if few.say_nothing}

    def _learn(self, row: Mapping[str, object]) -> None:
        for name, values in list(self._of_each_row.items()):
            values.append(typed_value(name, row.get(name)))
            if len(str(values[-1])) > _LONGEST_OF_EACH_ROW:
                del self._of_each_row[name]
        for name, few in list(self._few.items()):
            if not few.takes(row.get(name)):
                del self._few[name]
        self._has_undocumented = self._has_undocumented or not row.keys() <= _MEMBERS

    def value(self, name: str, place: int) -> Any:
        """Return what a row says of a member, as its model has it."""
        if (few := self._few.get(name)) is not None:
            return few.values[few.numbers[place]]
        if (values := self._of_each_row.get(name)) is not None:
            return values[place]
        return typed_value(name, self._row(place).get(name))

    def stated_members(self, place: int) -> "dict[str, Amount | str]":
        """Return what a row says of all documented members; empty ones are not there."""
        said = {}
        for name in HIT_ROW:
            if name not in self._never_said:
                value = self.value(name, place)
                if value is not None and value != "":
                    said[name] = value
        return said

    def undocumented(self, place: int) -> Mapping[str, object]:
        """Return the members of a row that the API does not document, as they were sent."""
        if not self._has_undocumented:
            return {}
        row = self._row(place)
        return {encodable_name(name): row[name] for name in row if name not in _MEMBERS}

    def _row(self, place: int) -> Mapping[str, object]:
        if self._read_last[0] != place:
            self._read_last = place, self._sent[place]
        return self._read_last[1]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator["HitRow"]:
        return iter(cast("list[HitRow]", self._rows))

    @overload
    def __getitem__(self, place: int) -> "HitRow": ...
    @overload
    def __getitem__(self, place: slice) -> "Sequence[HitRow]": ...
    def __getitem__(self, place: int | slice) -> "HitRow | Sequence[HitRow]":
        return cast("list[HitRow]", self._rows)[place]


class _FewTexts:
    """What rows say of a member that says few different things.

    Attributes:
        values: each of these things once.
        numbers: by row, the place in `values`.
    """

    __slots__ = ("_name", "_number_of", "_room", "numbers", "values")

    def __init__(self, name: str) -> None:
        self.values: list[Any] = []
        self.numbers = array("B")
        self._name = name
        self._number_of: dict[object, int] = {}
        self._room = _MOST_CHARACTERS

    @property
    def say_nothing(self) -> bool:
        """Whether all rows leave the member out, or empty."""
        return all(value is None or value == "" for value in self.values)

    def takes(self, sent: object) -> bool:
        """Take what the next row says; False where that is too much."""
        # As text: two numbers that are equal may have other digits.
        said = sent if isinstance(sent, str) else typed_value(self._name, sent)
        number = self._number_of.get(said)
        if number is None:
            number = self._number_of[said] = len(self.values)
            self.values.append(typed_value(self._name, sent))
            self._room -= len(said) if isinstance(said, str) else 0
            if number >= _MOST_TEXTS or self._room < 0:
                return False
            if number == _MOST_IN_A_BYTE:
                self.numbers = array("H", self.numbers)
        self.numbers.append(number)
        return True
