"""`--resume`: what FILE of `-o` answers already, and newer answers in the place of old ones.

The records of a list are written as they come and flushed, so that an interrupted run
keeps every finished one. The next run reads them, and asks for the rest.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from ffx.cli.delivery.sinks import RECORD_BEGINS
from ffx.cli.delivery.target_sources import SeenTexts
from ffx.errors import UsageError
from ffx.input.targets.shapes import Command
from ffx.output.clean import clean
from ffx.output.files import whole_file, write_errors

# A member that every answer of a command has.
_ANSWER_MEMBERS: Mapping[Command, str] = {
    "visitor": "hits",
    "hit": "events",
    "diagnose": "verdict",
}
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class EarlierAnswers:
    """The answers that a file holds already: their targets, and how many lack something.

    Attributes:
        old: the targets whose answers are kept until a newer one is there.
        failed: the targets that have no answer but an error.
        missing: how many were not found.
        partial: how many histories are incomplete.
    """

    targets: SeenTexts = field(default_factory=SeenTexts)
    old: SeenTexts = field(default_factory=SeenTexts)
    failed: SeenTexts = field(default_factory=SeenTexts)
    missing: int = 0
    partial: int = 0

    def count(self, command: Command, reply: Mapping[str, Any], *, all_hits: bool) -> None:
        """Take one more answer; with `all_hits`, rows that were held back are a gap."""
        if command != "diagnose":
            is_found = bool(reply.get(_ANSWER_MEMBERS[command]))
            is_whole = not (all_hits and reply.get("hasMore") is True)
        else:
            history = reply.get("history") or {}
            is_found = bool(history.get("rows") or reply.get("hitsLookedUp"))
            is_whole = history.get("complete") is not False
        self.missing += not is_found
        self.partial += is_found and not is_whole


def keep_answers(
    path: Path, *, of: Command, all_hits: bool = False, not_before: datetime | None = None
) -> EarlierAnswers:
    """Keep only the answers of an earlier run's file, and return what they come to.

    The answers must be those of the same command; `all_hits` says that it gets whole histories.
    Of several answers of one target, as a run that was killed leaves, the newest is kept.
    Those made earlier than `not_before`, or nobody knows when, are kept as `old`.

    Error records, blank lines and a last line that was cut are dropped; the
    file is written anew and renamed. A file that is not there has no answers.

    Raises:
        UsageError: it holds something else; it is left as it is.
        OutputError: it cannot be read, or not be written anew.
    """
    answers = EarlierAnswers()
    answered = answers.targets
    with write_errors(path):
        if not path.exists():
            return answers
        content = path.open("rb")
    with content, whole_file(path) as file:
        newest = _newest_of_doubled(content)
        for number, line in enumerate(content, start=1):
            record = _read_record(line)
            if record is None and line.strip() and not _was_cut(line):
                raise UsageError(
                    f"line {number:,} of {clean(str(path))} is no record of a batch, "
                    "so --resume leaves the file alone",
                    hint="Name the file that the same command wrote with --json -o.",
                )
            if record is not None and not _is_answer_of(of, record):
                raise UsageError(
                    f"line {number:,} of {clean(str(path))} is an answer of another command, "
                    "so --resume leaves the file alone",
                    hint=f"Name a file that ffx {of} wrote with --json -o.",
                )
            if record is None:
                continue
            target = str(record["target"])
            if "reply" not in record:
                answers.failed.is_new(target)
            elif newest.get(target, number) != number:
                continue
            elif _is_old(record, not_before):
                answers.old.is_new(target)
                file.write(line)
            else:
                answered.is_new(target)
                file.write(line)
                if isinstance(record["reply"], dict):
                    answers.count(of, record["reply"], all_hits=all_hits)
    return answers


@contextmanager
def replacing_old_answers(
    path: Path, answers: EarlierAnswers, not_before: datetime | None
) -> Iterator[None]:
    """Let the answers of a run take the place of the old ones, however it ends.

    A target that has an old answer and failed keeps that, and no record of the error.

    Raises:
        OutputError: the file cannot be written anew; both answers are in it.
    """
    try:
        yield
    finally:
        if len(answers.old):
            with write_errors(path):
                content = path.open("rb")
            with content, whole_file(path) as file:
                newer = _newer_targets(content, not_before)
                for line in content:
                    record = _read_record(line)
                    target = "" if record is None else str(record["target"])
                    is_answer = record is not None and "reply" in record
                    if target not in answers.old or (
                        is_answer and (target not in newer or not _is_old(record, not_before))
                    ):
                        file.write(line)


def _newest_of_doubled(content: BinaryIO) -> dict[str, int]:
    """Return the line of the newest answer of each target that stands in the file twice.

    The file is at its beginning again.
    """
    seen, doubled = SeenTexts(), set[str]()
    for line in content:
        target = _target_of(line)
        if target is not None and not seen.is_new(target):
            doubled.add(target)
    content.seek(0)
    newest: dict[str, tuple[datetime, int]] = {}
    if doubled:
        for number, line in enumerate(content, start=1):
            record = _read_record(line)
            if record is None or "reply" not in record or record["target"] not in doubled:
                continue
            target, made = str(record["target"]), _time_made(record) or _EARLIEST
            if target not in newest or made > newest[target][0]:
                newest[target] = made, number
        content.seek(0)
    return {target: number for target, (_, number) in newest.items()}


def _newer_targets(content: BinaryIO, not_before: datetime | None) -> SeenTexts:
    """Return the targets with an answer that is not old; the file is at its beginning again."""
    newer = SeenTexts()
    if not_before is not None:
        for line in content:
            record = _read_record(line)
            if record is not None and "reply" in record and not _is_old(record, not_before):
                newer.is_new(str(record["target"]))
        content.seek(0)
    return newer


def _is_old(record: Mapping[str, object] | None, not_before: datetime | None) -> bool:
    """Tell whether a record was made earlier than that; one without a time may have been."""
    if record is None or not_before is None:
        return False
    made = _time_made(record)
    return made is None or made < not_before


def _time_made(record: Mapping[str, object]) -> datetime | None:
    """Return when a record was made; None where it has no time, or one of no zone."""
    try:
        made = datetime.fromisoformat(str(record.get("made")))
    except ValueError:
        return None
    return None if made.utcoffset() is None else made


def _target_of(line: bytes) -> str | None:
    """Return a record's target, without reading the rest of the line where that can be."""
    if line.startswith(RECORD_BEGINS):
        try:
            target, _ = json.JSONDecoder().raw_decode(line.decode(), len(RECORD_BEGINS))
        except (ValueError, RecursionError):
            return None
        return target if isinstance(target, str) else None
    record = _read_record(line)
    return None if record is None else str(record["target"])


def _read_record(line: bytes) -> dict[str, object] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_one = isinstance(record, dict) and isinstance(record.get("target"), str)
    return record if is_one and ("reply" in record or "error" in record) else None


def _is_answer_of(command: Command, record: dict[str, object]) -> bool:
    reply = record.get("reply")
    return "reply" not in record or (isinstance(reply, dict) and _ANSWER_MEMBERS[command] in reply)


def _was_cut(line: bytes) -> bool:
    if line.endswith(b"\n"):
        return False
    return line.startswith(RECORD_BEGINS) or RECORD_BEGINS.startswith(line)
