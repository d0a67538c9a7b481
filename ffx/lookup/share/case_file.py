"""Case files: a look-up as it was, to be shown again without token or network.

One JSON object of mode 0600, whose first member is its form: `"ffx-case": 1`.
Who asked for what, and when, comes first; last come the exchanges, each with its
request and the answer. A token that the service repeats is taken out.

A history too long for that has form 2: its reply stands there without its rows, its
exchanges without the pages that brought them, and the rows come last, a text and a line each.

Case files come by mail: what is read is checked as a stranger's, and a reply as
if the service had just sent it.
"""

import json
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from ffx.api.json_text import Numeral
from ffx.api.wire import Exchange, Reply
from ffx.errors import NotFoundError, OutputError, UsageError, reason_of
from ffx.input.targets.shapes import Kind
from ffx.input.times.window import TimeRange
from ffx.lookup.find import Found
from ffx.lookup.share.case_replies import (
    Replies,
    exchange_document,
    long_reply_document,
    moment,
    places_of,
    read_exchange,
    reply_document,
    too_long,
)
from ffx.lookup.share.case_rows import LONG_FORM, read_head, read_rows, with_rows
from ffx.lookup.share.case_target import read_case_target, target_document
from ffx.lookup.share.object_reader import ObjectReader, parsed
from ffx.lookup.walk_requests import Gap
from ffx.output.clean import clean, inert
from ffx.output.secrets import secrets
from ffx.output.spool import Spool
from ffx.settings.settings import DEFAULT_MAX_BODY, read_api_url

FORM = 1
LARGEST = 64 * 2**20  # bytes
# As text it takes four bytes a character where one lies beyond U+FFFF.
_WIDEST = 5 * DEFAULT_MAX_BODY
# The look-ups of single hits stay in memory, all of them at once; characters.
_LARGEST_DETAILS = 16 * 2**20
_BEYOND_FF, _BEYOND_FFFF = re.compile(b"[\xc4-\xff]"), re.compile(b"[\xf0-\xff]")
_FORM_MEMBER = "ffx-case"
_REFUSED = "case"  # the code of the error
_FAILURE = re.compile(r"hit \S{1,256} could not be looked up: .{1,1000}")
_KIND_SHOWN: Mapping[str, Kind] = {"visitor": "visitor", "hit": "hit", "diagnose": "visitor"}


@dataclass(frozen=True, slots=True)
class Case:
    """One look-up as it was: what was asked and answered, by whom, when.

    Attributes:
        command: visitor, hit or diagnose.
        version: of the ffx that saved it.
        saved: the clock of that run, in UTC; the case is shown again by it.
        address: the service's base URL.
        found: what was shown. After reading, notes on where an ID was found are gone.
        details: hits' own look-ups by their IDs, for diagnose.
        redacted: the members whose values are aliases; empty if none.
        diagnosis: the document of a diagnosis, kept where redaction would lose what its
            rules read.
        failures: which hit could not be looked up, and why; a sentence each.
    """

    command: str
    version: str
    saved: datetime
    account: str
    address: str
    found: Found
    details: Mapping[str, Reply]
    redacted: frozenset[str]
    diagnosis: Mapping[str, object] | None
    failures: tuple[str, ...] = ()


def write_case(path: Path, case: Case) -> None:
    """Keep a case in a file that its owner alone may read, whatever stood there before.

    The same case makes the same bytes.

    Raises:
        OutputError: it cannot be written, or is too large to be read again.
    """
    from ffx.output.files import whole_file, write_errors

    try:
        parts = _short_form(case) or _long_form(case)
    except UsageError as error:
        raise _not_saved(path, error) from error
    with whole_file(path, is_private=True) as file, write_errors(path):
        try:
            for part in parts:
                file.write(part)
        except UsageError as error:
            raise _not_saved(path, error) from error


def _not_saved(path: Path, error: UsageError) -> OutputError:
    return OutputError(
        f"cannot save {clean(str(path))}, for it could not be read again: {error.message}",
        hint="Ask for a narrower window.",
    )


def _short_form(case: Case) -> Iterable[bytes] | None:
    """Return the bytes of a case; None where its history is too long for one text in memory."""
    reply = case.found.reply
    if sum(map(len, reply.parts())) > DEFAULT_MAX_BODY:
        if not reply.holds_rows_apart:
            raise UsageError(too_long("reply.text"))
        return None
    content = b"".join(_bytes_of(_document(case)))
    if reply.holds_rows_apart and _is_too_large(content):
        return None
    _read(content)
    return (content,)


def _long_form(case: Case) -> Iterable[bytes]:
    head = b"".join(_bytes_of(_document(case, is_long=True)))
    _read(head, Spool())
    return with_rows(head, case.found.reply.row_texts())


def _bytes_of(document: dict[str, object]) -> Iterator[bytes]:
    """Yield the bytes of a case file; its texts are long, and never all there at once."""
    for part in json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(document):
        yield inert(secrets.hide_in_json(part)).encode()
    yield b"\n"


def read_case(path: Path) -> Case:
    """Read a case file, or a pipe that brings one.

    Members that this ffx does not know are passed over.

    Raises:
        UsageError: there is no such file, it is none, a newer ffx saved it, or it
            is damaged; the message names the member.
    """
    try:
        return _read(*_content_of(path))
    except UsageError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: UsageError) -> UsageError:
    """Return the refusal of a case file: which one, and what is wrong with it."""
    return UsageError(
        f"cannot read {clean(str(path))}: {error.message}",
        hint=error.hint if error.code == _REFUSED else "A case file is what --save writes.",
        code=_REFUSED,
    )


def _document(case: Case, *, is_long: bool = False) -> dict[str, object]:
    """Return a case as parsed JSON; a long one without its rows, and what pages of them said."""
    found = case.found
    exchanges: Sequence[Exchange] = found.exchanges
    if is_long:
        exchanges = [
            replace(each, body=b"") if each.query.kind == "visitor" else each for each in exchanges
        ]
    places = places_of(exchanges)
    return {
        _FORM_MEMBER: LONG_FORM if is_long else FORM,
        "command": case.command,
        "version": case.version,
        "saved": moment(case.saved),
        "account": case.account,
        "address": case.address,
        "redacted": sorted(case.redacted),
        "target": target_document(found.target),
        "window": None if found.window is None else _window(found.window),
        "walked": found.is_walked,
        "gaps": [{"window": _window(gap.window), "reason": gap.reason} for gap in found.gaps],
        "refusal": None
        if found.refusal is None
        else {
            "message": found.refusal.message,
            "hint": found.refusal.hint,
            "status": found.refusal.status,
            "requestId": found.refusal.request_id,
        },
        "diagnosis": None if case.diagnosis is None else dict(case.diagnosis),
        **({"failures": list(case.failures)} if case.failures else {}),
        "reply": long_reply_document(found.reply)
        if is_long
        else reply_document(found.reply, places),
        "details": {
            hit_id: reply_document(reply, places) for hit_id, reply in case.details.items()
        },
        "exchanges": [exchange_document(exchange) for exchange in exchanges],
        **({"rows": []} if is_long else {}),
    }


def _window(window: TimeRange) -> dict[str, str]:
    return {"start": moment(window.start), "end": moment(window.end)}


def _content_of(path: Path) -> tuple[bytes, Spool | None]:
    """Return a case file, and its rows where they stand behind everything else."""
    with _open(path) as file:
        try:
            content, has_rows = read_head(file, LARGEST)
            return content, read_rows(file, content) if has_rows else None
        except OSError as error:
            raise UsageError(reason_of(error)) from error


def _open(path: Path) -> BinaryIO:
    """Open a file, or once a pipe that brings one; no device, which may never end."""
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise UsageError("it is a folder" if stat.S_ISDIR(mode) else "it is a device")
        return path.open("rb")
    except (OSError, ValueError) as error:  # the latter for a NUL in the name
        raise UsageError(reason_of(error)) from error


def _read(content: bytes, rows: Spool | None = None) -> Case:
    members = _members_of(content, has_rows=rows is not None)
    command = members.one_of("command", _KIND_SHOWN)
    saved = members.moment("saved")
    replies = Replies([read_exchange(each) for each in members.each_inner("exchanges")], rows)
    found = Found(
        read_case_target(members.inner("target"), now=saved),
        replies.take_shown(members.inner("reply"), _KIND_SHOWN[command]),
        window=_read_window(members.inner("window")) if "window" in members else None,
        refusal=_read_refusal(members.inner("refusal")) if "refusal" in members else None,
        gaps=tuple(
            Gap(_read_window(each.inner("window")), each.line("reason"))
            for each in members.each_inner("gaps")
        ),
        is_walked=members.flag("walked"),
        exchanges=tuple(replies.exchanges),
    )
    details = _read_details(members.inner("details"), replies)
    replies.check_others()
    return Case(
        command=command,
        version=members.line("version"),
        saved=saved,
        account=members.line("account"),
        address=read_api_url(members.text("address"), source="address"),
        found=found,
        details=details,
        redacted=frozenset(members.texts("redacted")),
        diagnosis=members.values("diagnosis") if "diagnosis" in members else None,
        failures=_read_failures(members) if "failures" in members else (),
    )


def _members_of(content: bytes, *, has_rows: bool) -> ObjectReader:
    if len(content) > LARGEST:
        raise UsageError(f"it is over {LARGEST // 2**20} MiB, larger than any case file")
    if _is_too_large(content):
        raise UsageError("it takes more memory than any case file of ordinary hits")
    try:
        value = parsed(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError("it is not UTF-8, as JSON is") from error
    form = value.get(_FORM_MEMBER) if isinstance(value, dict) else None
    if not isinstance(form, Numeral) or not re.fullmatch(r"[1-9]\d{0,5}", form):
        raise UsageError(f"it has no '{_FORM_MEMBER}' with a number, so it is no case file")
    if int(form) > LONG_FORM:
        raise UsageError(
            f"it was saved by a newer ffx (form {form}); "
            f"this ffx reads forms {FORM} and {LONG_FORM}",
            hint="Update ffx.",
            code=_REFUSED,
        )
    if int(form) == LONG_FORM and not has_rows:
        raise UsageError("its rows do not stand a line each, as --save writes them")
    return ObjectReader(value)


def _is_too_large(content: bytes) -> bool:
    """Tell whether a case, or its text in memory, is larger than any of one reply."""
    return len(content) > LARGEST or len(content) * _width(content) > _WIDEST


def _width(content: bytes) -> int:
    """Return how many bytes a character of UTF-8 text takes in memory."""
    # The first byte of a character tells how many it has.
    return 4 if _BEYOND_FFFF.search(content) else 2 if _BEYOND_FF.search(content) else 1


def _read_window(members: ObjectReader) -> TimeRange:
    window = TimeRange(members.moment("start"), members.moment("end"))
    if window.end < window.start:
        raise UsageError(f"{members.place} ends before it starts")
    return window


def _read_refusal(members: ObjectReader) -> NotFoundError:
    return NotFoundError(
        members.line("message"),
        hint=members.text("hint"),
        status=members.whole("status") if "status" in members else None,
        request_id=members.line("requestId"),
    )


def _read_details(members: ObjectReader, replies: Replies) -> dict[str, Reply]:
    details: dict[str, Reply] = {}
    size = 0
    for hit_id in members:
        details[hit_id] = replies.take(members.inner(hit_id), "hit")
        size += len(details[hit_id].text)
        if size > _LARGEST_DETAILS:
            raise UsageError(f"{members.place} holds over {_LARGEST_DETAILS // 2**20} MiB")
    return details


def _read_failures(members: ObjectReader) -> tuple[str, ...]:
    """Read sentences that are shown as a look-up's own, so they have to be its words."""
    failures = tuple(map(clean, members.texts("failures")))
    if not all(map(_FAILURE.fullmatch, failures)):
        raise UsageError(f"{members.at('failures')} tells of something else than hits")
    return failures
