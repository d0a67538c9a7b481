"""Parsed JSON of a stranger's, taken member by member, each checked for its type."""

import re
from base64 import b64decode
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from math import isfinite
from typing import TypeVar

from ffx.api.json_text import Numeral, read_document, shortened
from ffx.errors import FfxError, UsageError
from ffx.input.times.instants import read_time
from ffx.output.clean import clean, quoted

T = TypeVar("T")
W = TypeVar("W", bound=str)

# Documents of ours nest four levels; what comes after must not run out of stack.
_DEEPEST = 20


class ObjectReader:
    """The members of one object, in order; what is null counts as absent.

    `place` says where the object stands, for messages: every method that takes a
    member raises a UsageError that names it, where it is missing or of another
    type.
    """

    def __init__(self, value: object, place: str = "") -> None:
        if not isinstance(value, dict):
            raise UsageError(f"{place} is no object")
        self.place = place
        self._source = value
        self._values = {name: each for name, each in value.items() if each is not None}

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def at(self, name: str) -> str:
        """Return the place of a member."""
        return shortened(clean(f"{self.place}.{name}" if self.place else name))

    def text(self, name: str) -> str:
        return self._take(name, str, "no text")

    def line(self, name: str) -> str:
        """Take a text of which everybody believes that it is clean, and see to it."""
        return clean(self.text(name))

    def encoded(self, name: str) -> bytes:
        """Take a text as UTF-8, once: it may be large, and is let go."""
        content = encoded(self.text(name), self.at(name))
        self._source[name] = self._values[name] = ""
        return content

    def unpacked(self, name: str) -> bytes:
        """Take bytes that are spelled in Base64."""
        try:
            return b64decode(self.text(name), validate=True)
        except ValueError as error:
            raise UsageError(f"{self.at(name)} is no Base64") from error

    def one_of(self, name: str, choices: Collection[W]) -> W:
        text = self.text(name)
        for choice in choices:
            if choice == text:
                return choice
        raise UsageError(f"{self.at(name)} is {quoted(text)}, not {' or '.join(choices)}")

    def moment(self, name: str) -> datetime:
        """Take a time of RFC 3339, as UTC."""
        moment = read_time(self.text(name))
        if moment is None:
            raise UsageError(f"{self.at(name)} is no time")
        return moment

    def whole(self, name: str) -> int:
        """Take a number from 0 to 999,999,999."""
        digits = self._number(name)
        if not re.fullmatch(r"\d{1,9}", digits):
            raise UsageError(f"{self.at(name)} is no whole number")
        return int(digits)

    def seconds(self, name: str) -> timedelta:
        """Take a number of seconds, which may be below 0."""
        try:
            return timedelta(seconds=float(self._number(name)))
        except (ValueError, OverflowError) as error:
            raise UsageError(f"{self.at(name)} is no number of seconds") from error

    def flag(self, name: str) -> bool:
        return self._take(name, bool, "neither true nor false")

    def texts(self, name: str) -> Iterator[str]:
        for index, each in enumerate(self._take(name, list, "no list")):
            if type(each) is not str:
                raise UsageError(f"{self.at(name)}[{index}] is no text")
            yield each

    def inner(self, name: str) -> "ObjectReader":
        """Take an object."""
        return ObjectReader(self._take(name, dict, "no object"), self.at(name))

    def each_inner(self, name: str) -> "Iterator[ObjectReader]":
        """Take a list of objects."""
        for index, each in enumerate(self._take(name, list, "no list")):
            yield ObjectReader(each, f"{self.at(name)}[{index}]")

    def values(self, name: str) -> dict[str, object]:
        """Take an object with everything in it, nulls too; numbers become int and float."""
        value = self._take(name, dict, "no object")
        return {key: _ordinary(each, self.at(name)) for key, each in value.items()}

    def _take(self, name: str, kind: type[T], otherwise: str) -> T:
        if name not in self:
            raise UsageError(f"{self.at(name)} is missing")
        value = self._values[name]
        if not isinstance(value, kind) or isinstance(value, Numeral):
            raise UsageError(f"{self.at(name)} is {otherwise}")
        return value

    def _number(self, name: str) -> str:
        """Take the digits of a number, as sent or as `values` returned it."""
        value = self._values.get(name)
        if value is None:
            raise UsageError(f"{self.at(name)} is missing")
        if isinstance(value, bool) or not isinstance(value, Numeral | int | float):
            raise UsageError(f"{self.at(name)} is no number")
        return str(value)


def parsed(text: str) -> object:
    """Parse the JSON text of a file.

    Raises:
        UsageError: it is no JSON value, or too large; the message calls it «it».
    """
    try:
        return read_document(text).value
    except FfxError as error:
        raise UsageError(error.message.replace("the service's answer", "it")) from error


def encoded(text: str, place: str) -> bytes:
    """Return a text in UTF-8.

    Raises:
        UsageError: it holds a lone surrogate; the message names its place.
    """
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{place} holds half a character") from error


def _ordinary(value: object, place: str, depth: int = 1) -> object:
    if depth > _DEEPEST:
        raise UsageError(f"{place} nests too deeply")
    if isinstance(value, Numeral):
        number = int(value) if re.fullmatch(r"-?\d{1,300}", value) else float(value)
        if not isfinite(number):
            raise UsageError(f"{place} holds a number too large")
        return number
    if isinstance(value, dict):
        return {name: _ordinary(each, place, depth + 1) for name, each in value.items()}
    if isinstance(value, list):
        return [_ordinary(each, place, depth + 1) for each in value]
    return value
