"""What a run would write over, and `--force` is for: another case, or a list's answers."""

import stat
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from ffx.cli.delivery.sinks import RECORD_BEGINS
from ffx.cli.options import Format
from ffx.errors import UsageError
from ffx.lookup.run import Run
from ffx.output.clean import clean

if TYPE_CHECKING:
    from ffx.cli.delivery.delivery_options import DeliveryOptions
    from ffx.cli.delivery.one_target import Question
    from ffx.cli.delivery.sinks import Sink
    from ffx.input.targets.target import Target
    from ffx.lookup.share.case_file import Case

_HEAD = 4096  # bytes; a header is shorter, and so is what tells a record
_ANOTHER_FILE = "Write to another file, or replace it with --force."


def refuse_to_save(run: Run, question: "Question", path: Path, target: "Target") -> None:
    """Refuse to write over FILE of `--save`, unless it holds a case of the same target.

    Raises:
        UsageError: it holds something else.
    """
    from ffx.lookup.share.case_file import read_case

    if not _head_of(path):
        return
    try:
        case = read_case(path)
    except UsageError:
        holds = "something else than a case file that can be read"
    else:
        if _is_of_the_same(run, question, case, target):
            return
        holds = _owner_words(case)
    raise UsageError(
        f"--save would replace {clean(str(path))}, which holds {holds}",
        hint=_ANOTHER_FILE,
        code="would-replace",
    )


def _is_of_the_same(run: Run, question: "Question", case: "Case", target: "Target") -> bool:
    """Tell whether a case is of a target; where its ID is hidden, whether of the same look-up."""
    old_target = case.found.target
    if _hides_ids(case):
        is_same_look_up = case.saved == run.now and case.command == question.command
        return is_same_look_up and old_target.kind == target.kind
    return (old_target.kind, old_target.id.text) == (target.kind, target.id.text)


def _owner_words(case: "Case") -> str:
    kind = case.found.target.kind
    # Its ID stays out: where IDs are to be hidden, nobody has learned this one.
    return f"the case of a {kind} whose ID is hidden" if _hides_ids(case) else f"another {kind}'s"


def _hides_ids(case: "Case") -> bool:
    from ffx.lookup.share.redactor import ID_MEMBERS

    return not ID_MEMBERS.isdisjoint(case.redacted)


def refuse_to_begin_anew(run: Run, sink: "Sink", delivery: "DeliveryOptions", path: Path) -> None:
    """Refuse to write a list over FILE of `-o` where it holds a list's answers.

    Raises:
        UsageError: it does.
    """
    from ffx.output.files import own_descriptor

    head = _head_of(path)
    has_records = head.startswith(RECORD_BEGINS) or (head and RECORD_BEGINS.startswith(head))
    header = _header_of(run, sink)
    has_rows = head.startswith((b"target,", b"target\t")) or (header and head.startswith(header))
    if not (has_records or has_rows) or own_descriptor(path) is not None:
        return
    may_go_on = has_records and delivery.chosen_format is Format.JSON and delivery.redactor is None
    raise UsageError(
        f"{clean(str(path))} holds answers of a list already",
        hint="Go on with --resume, or replace it with --force." if may_go_on else _ANOTHER_FILE,
        code="would-replace",
    )


def _head_of(path: Path) -> bytes:
    """Return how an ordinary file begins; nothing of any other, or where there is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return b""
        with path.open("rb") as file:
            return file.read(_HEAD)
    except (OSError, ValueError):
        return b""  # what may be written and not read has its own words for it


def _header_of(run: Run, sink: "Sink") -> bytes:
    written = BytesIO()
    with run.output.into(written):
        sink.write_header()
    return written.getvalue()
