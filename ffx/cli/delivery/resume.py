"""`-o FILE`: results in a file, whole or not at all; or line by line, to be resumed.

One document goes to a new file that is then renamed, so that a run that fails
leaves the old one. The lines of a batch are written as they come and flushed,
so that an interrupted run keeps every finished one; what was in the file
before goes when the first of them comes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ffx.cli.delivery.sources import Seen
from ffx.errors import UsageError
from ffx.input.targets.target import Command
from ffx.output.clean import clean
from ffx.output.files import telling, whole_file

FORMATS = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".md": "md",
    ".html": "html",
    ".htm": "html",
}
# Of plain lines, as in a pipe.
PLAIN_ENDINGS = ("", ".txt", ".tsv", ".log")
# A member that every answer of a command has.
_MARKS: Mapping[Command, str] = {"visitor": "hits", "hit": "events", "diagnose": "verdict"}
# How each record of a batch begins: a line that was cut is known by it.
_RECORD_BEGINS = b'{"target": '


@dataclass(slots=True)
class Answers:
    """What a file answers already: its targets, and what they came to.

    Attributes:
        failed: the targets that have no answer but an error.
        missing: how many were not found.
        partial: how many histories are incomplete.
    """

    targets: Seen = field(default_factory=Seen)
    failed: Seen = field(default_factory=Seen)
    missing: int = 0
    partial: int = 0

    def count(self, command: Command, reply: Mapping[str, Any], *, walked: bool) -> None:
        """Take one more answer; where histories were `walked`, rows held back are a gap."""
        if command != "diagnose":
            is_found = bool(reply.get(_MARKS[command]))
            is_whole = not (walked and reply.get("hasMore") is True)
        else:
            history = reply.get("history") or {}
            is_found = bool(history.get("rows") or reply.get("hitsLookedUp"))
            is_whole = history.get("complete") is not False
        self.missing += not is_found
        self.partial += is_found and not is_whole


def keep_answers(path: Path, *, of: Command, walked: bool = False) -> Answers:
    """Keep only the answers of an earlier run's file, and return what they come to.

    The answers must be those of the same command; `walked` says that it gets whole histories.

    Error records, blank lines and a last line that was cut are dropped; the
    file is written anew and renamed. A file that is not there has no answers.

    Raises:
        UsageError: it holds something else; it is left as it is.
        OutputError: it cannot be read, or not be written anew.
    """
    answers = Answers()
    answered = answers.targets
    with telling(path):
        if not path.exists():
            return answers
        content = path.open("rb")
    with content, whole_file(path) as kept:
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
            if record is not None and "reply" not in record:
                answers.failed.is_new(str(record["target"]))
            if record is not None and "reply" in record and answered.is_new(str(record["target"])):
                kept.write(line)
                if isinstance(record["reply"], dict):
                    answers.count(of, record["reply"], walked=walked)
        answered.duplicates = 0
    return answers


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
    return "reply" not in record or (isinstance(reply, dict) and _MARKS[command] in reply)


def _was_cut(line: bytes) -> bool:
    if line.endswith(b"\n"):
        return False
    return line.startswith(_RECORD_BEGINS) or _RECORD_BEGINS.startswith(line)
