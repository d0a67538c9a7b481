"""What tests of many targets share: the targets, a service that answers each, and the records."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.answering import Question, Says, Served
from tests.explorer import events

HITS = [f"dkezmsf3bat8xdbz8rt{number:06d}" for number in range(1_000)]
Serve = Callable[[Callable[[Question], Says]], Served]


def found(question: Question) -> Says:
    return Says(events(hitId=question.target))


def records(data: bytes | str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def without_time(records: str) -> str:
    """Return JSON records without when each was made, which two runs need not share."""
    return re.sub(r'"made": "[^"]+", ', "", records)


def listed(folder: Path, *lines: str | bytes) -> str:
    """Write a file of targets, one a line, and return its name."""
    path = folder / "ids.txt"
    path.write_bytes(
        b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
    )
    return str(path)


def left_over(err: str) -> tuple[int, int]:
    """Read how many targets a batch did not ask, and how many it gave up on the way."""
    [told] = re.findall(
        r"; (\d+) were not asked(?:; (\d+) were asked, and not waited for)?\n", err
    )
    return int(told[0]), int(told[1] or 0)
