"""Every ID in a whole text, such as a mail or a log: once each, in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ffx.cli.delivery.target_sources import SeenTexts, SourceLine
from ffx.input.reports.text_lines import text_parts
from ffx.input.targets.mail_rewriting import undo_rewriting
from ffx.input.targets.pasted import LIMIT, find_ids
from ffx.input.targets.target import may_be_asked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import BinaryIO

    from ffx.input.targets.pasted import Candidate
    from ffx.input.targets.shapes import Command

# Bytes that are read as one: an ID may be broken over two lines, and JSON goes over many.
_BLOCK = LIMIT * 3 // 4


def read_ids(stream: BinaryIO, command: Command, *, now: datetime) -> Iterator[SourceLine]:
    """Yield the IDs in a text as lines, numbered as the text's; for `hit` its hits alone.

    What has the shape of an ID and cannot be one of ours is left out, as is what
    other trackers number so. Memory stays flat.

    Raises:
        UsageError: the text cannot be read on.
    """
    seen = SeenTexts()
    number = 1
    for block in _blocks(stream):
        text = undo_rewriting(block.decode("utf-8", "surrogateescape"))
        for place, candidate in _in_order(text, now):
            is_of_kind = command != "hit" or candidate.kind == "hit"
            if is_of_kind and may_be_asked(candidate, now=now) and seen.is_new(candidate.text):
                yield SourceLine(number + text.count("\n", 0, place), candidate.text)
        number += block.count(b"\n")


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the text in pieces that end with a line, or with a word where a line is too long."""
    begun = b""
    for part in text_parts(stream):
        begun += part
        while len(begun) > _BLOCK:
            end = _last_end(begun[:_BLOCK])
            yield begun[:end]
            begun = begun[end:]
    if begun:
        yield begun


def _last_end(block: bytes) -> int:
    for end in (b"\n", b" ", b"&", b",", b'"'):
        if place := block.rfind(end) + 1:
            return place
    return len(block)


def _in_order(text: str, now: datetime) -> Iterator[tuple[int, Candidate]]:
    """Yield what was found, with its place in the text."""
    placed = [(text.find(candidate.text), candidate) for candidate in find_ids(text, now=now).ids]
    # In percent-encoding an ID stands as it is. Where it does not, it comes behind the others.
    ordered = sorted(placed, key=lambda one: one[0] if one[0] >= 0 else len(text))
    yield from ((max(place, 0), candidate) for place, candidate in ordered)
