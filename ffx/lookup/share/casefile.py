"""Case files: a look-up as it was, to be shown again without token or network.

One JSON object of mode 0600, whose first member is its form: `"ffx-case": 1`.
Who asked for what, and when, comes first; last come the exchanges, each with its
request and the answer byte for byte: as text where that loses nothing, else in
Base64. The reply that was shown names the exchange it came with; one that was
put together of several is kept itself. A token that the service repeats is taken out.

Case files come by mail: what is read is checked as a stranger's, and a reply as
if the service had just sent it.
"""

import json
import re
import stat
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from ffx.api.jsontext import Numeral, read_document
from ffx.api.wire import Exchange, Query, Reply, read_reply
from ffx.errors import FfxError, NotFoundError, OutputError, UsageError
from ffx.input.targets.shapes import Kind
from ffx.input.times.window import TimeRange
from ffx.lookup.asking import Gap
from ffx.lookup.find import Found
from ffx.lookup.share.case_target import KINDS, read_case_target, target_document
from ffx.lookup.share.checked import ObjectReader
from ffx.output.clean import clean, inert
from ffx.output.secrets import secrets
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
_REFUSALS = 300  # HTTP statuses from here on
_KIND_OF_PATH: Mapping[str, Kind] = {Query(kind, {}).path: kind for kind in KINDS}
_KIND_SHOWN: Mapping[str, Kind] = {"visitor": "visitor", "hit": "hit", "diagnose": "visitor"}

_Place = tuple[Kind, tuple[tuple[str, str], ...], bytes]


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
    from ffx.output.files import write_privately

    try:
        _refuse_long(case.found.reply)
        content = b"".join(_spelled(_document(case)))
        _read(content)
    except UsageError as error:
        raise OutputError(
            f"cannot save {clean(str(path))}, for it could not be read again: {error.message}",
            hint="Ask for a narrower window.",
        ) from error
    write_privately(path, content)


def _refuse_long(reply: Reply) -> None:
    """Refuse a reply that no case file holds, before all of it is in memory."""
    if sum(map(len, reply.parts())) > DEFAULT_MAX_BODY:
        raise UsageError(_too_long("reply.text"))


def _too_long(place: str) -> str:
    return f"{place} is over {DEFAULT_MAX_BODY // 2**20} MiB, larger than any reply"


def _spelled(document: dict[str, object]) -> Iterator[bytes]:
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
        return _read(_content_of(path))
    except UsageError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: UsageError) -> UsageError:
    """Return the refusal of a case file: which one, and what is wrong with it."""
    return UsageError(
        f"cannot read {clean(str(path))}: {error.message}",
        hint=error.hint if error.code == _REFUSED else "A case file is what --save writes.",
        code=_REFUSED,
    )


def _document(case: Case) -> dict[str, object]:
    found = case.found
    places: dict[_Place, int] = {}
    for index, exchange in enumerate(found.exchanges):
        text = exchange.body.decode("utf-8-sig", "replace")  # as replies are read
        places.setdefault(_place(exchange.query, [text]), index)
        del text
    return {
        _FORM_MEMBER: FORM,
        "command": case.command,
        "version": case.version,
        "saved": _moment(case.saved),
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
        "reply": _reply(found.reply, places),
        "details": {hit_id: _reply(reply, places) for hit_id, reply in case.details.items()},
        "exchanges": [_exchange(exchange) for exchange in found.exchanges],
    }


def _exchange(exchange: Exchange) -> dict[str, object]:
    answer: dict[str, object]
    try:
        answer = {"reply": exchange.body.decode()}
    except UnicodeDecodeError:
        text = exchange.body.decode("utf-8", "replace")
        if secrets.are_in(text):
            answer = {"reply": text}  # which Base64 would hide from the search for tokens
        else:
            answer = {"replyBase64": b64encode(exchange.body).decode()}
    return {
        **_query(exchange.query),
        "asked": _moment(exchange.asked),
        "status": exchange.status,
        "requestId": exchange.request_id,
        **answer,
    }


def _reply(reply: Reply, places: Mapping[_Place, int]) -> dict[str, object]:
    """Name the exchange that a reply came with, or keep the reply itself."""
    index = places.get(_place(reply.query, reply.parts()))
    if index is not None:
        return {"exchange": index}
    return {**_query(reply.query), "hasMore": reply.has_more, "text": reply.text}


def _place(query: Query, texts: Iterable[str]) -> _Place:
    """Return what tells replies apart; in place of a text, which may be long, its digest."""
    digest = blake2b()
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass"))
    return query.kind, tuple(sorted(query.body.items())), digest.digest()


def _query(query: Query) -> dict[str, object]:
    return {"path": query.path, "body": dict(query.body)}


def _window(window: TimeRange) -> dict[str, str]:
    return {"start": _moment(window.start), "end": _moment(window.end)}


def _moment(instant: datetime) -> str:
    """Write an instant with all its digits, which `to_rfc3339` cuts to milliseconds."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _content_of(path: Path) -> bytes:
    """Read a whole file, or once what comes through a pipe; no device, which may never end."""
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise UsageError("it is a folder" if stat.S_ISDIR(mode) else "it is a device")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # the latter for a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(reason.lower()) from error


def _read(content: bytes) -> Case:
    members = _members_of(content)
    command = members.one_of("command", _KIND_SHOWN)
    saved = members.moment("saved")
    replies = _Replies([_read_exchange(each) for each in members.each_inner("exchanges")])
    found = Found(
        read_case_target(members.inner("target"), now=saved),
        replies.take(members.inner("reply"), _KIND_SHOWN[command]),
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


def _members_of(content: bytes) -> ObjectReader:
    if len(content) > LARGEST:
        raise UsageError(f"it is over {LARGEST // 2**20} MiB, larger than any case file")
    if len(content) * _width(content) > _WIDEST:
        raise UsageError("it takes more memory than any case file of ordinary hits")
    try:
        value = read_document(content.decode("utf-8-sig")).value
    except UnicodeDecodeError as error:
        raise UsageError("it is not UTF-8, as JSON is") from error
    except FfxError as error:
        raise UsageError(error.message.replace("the service's answer", "it")) from error
    form = value.get(_FORM_MEMBER) if isinstance(value, dict) else None
    if not isinstance(form, Numeral) or not re.fullmatch(r"[1-9]\d{0,5}", form):
        raise UsageError(f"it has no '{_FORM_MEMBER}' with a number, so it is no case file")
    if int(form) > FORM:
        raise UsageError(
            f"it was saved by a newer ffx (form {form}); this ffx reads form {FORM}",
            hint="Update ffx.",
            code=_REFUSED,
        )
    return ObjectReader(value)


def _width(content: bytes) -> int:
    """Return how many bytes a character of UTF-8 text takes in memory."""
    # The first byte of a character tells how many it has.
    return 4 if _BEYOND_FFFF.search(content) else 2 if _BEYOND_FF.search(content) else 1


def _read_exchange(members: ObjectReader) -> Exchange:
    return Exchange(
        _read_query(members),
        members.moment("asked"),
        members.whole("status"),
        members.line("requestId"),
        members.unpacked("replyBase64") if "replyBase64" in members else members.encoded("reply"),
    )


def _read_query(members: ObjectReader) -> Query:
    kind = _KIND_OF_PATH[members.one_of("path", _KIND_OF_PATH)]
    asked = members.inner("body")
    if "hitId" not in asked and (kind == "hit" or "visitorId" not in asked):
        raise UsageError(f"{asked.place} has no ID")
    return Query(kind, {name: asked.text(name) for name in asked})


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


def _read_details(members: ObjectReader, replies: "_Replies") -> dict[str, Reply]:
    details: dict[str, Reply] = {}
    size = 0
    for hit_id in members:
        details[hit_id] = replies.take(members.inner(hit_id), "hit")
        size += len(details[hit_id].text)
        if size > _LARGEST_DETAILS:
            raise UsageError(f"{members.place} holds over {_LARGEST_DETAILS // 2**20} MiB")
    return details


def _read_failures(members: ObjectReader) -> tuple[str, ...]:
    """Read sentences that are told as a look-up's own, so they have to be its words."""
    failures = tuple(map(clean, members.texts("failures")))
    if not all(map(_FAILURE.fullmatch, failures)):
        raise UsageError(f"{members.at('failures')} tells of something else than hits")
    return failures


class _Replies:
    """The replies of a case, each read at most once, as if the service had just sent it."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        self.exchanges = exchanges
        self._named: dict[int, Reply] = {}

    def take(self, members: ObjectReader, kind: Kind) -> Reply:
        """Return the reply of the exchange that is named, or one that is kept itself."""
        if "exchange" in members:
            reply = self._of_exchange(members)
        else:
            reply = _checked(_read_query(members), members.encoded("text"), members.at("text"))
            if reply.has_more is not None and "hasMore" not in members:
                # After a walk whose last pages did not say, the text has the first page's word.
                reply = replace(reply, has_more=None)
        if reply.query.kind != kind:
            raise UsageError(f"{members.place} is of a {reply.query.kind}, not of a {kind}")
        return reply

    def check_others(self) -> None:
        """Read the other answers with a body, unless they are refusals, and keep none of them."""
        for index, exchange in enumerate(self.exchanges):
            if index not in self._named and exchange.body and exchange.status < _REFUSALS:
                _checked(exchange.query, exchange.body, f"exchanges[{index}]")

    def _of_exchange(self, members: ObjectReader) -> Reply:
        index = members.whole("exchange")
        if index >= len(self.exchanges):
            raise UsageError(f"{members.at('exchange')} is {index}, and there is none")
        if index not in self._named:
            exchange = self.exchanges[index]
            self._named[index] = _checked(exchange.query, exchange.body, f"exchanges[{index}]")
        return self._named[index]


def _checked(query: Query, body: bytes, place: str) -> Reply:
    if len(body) > DEFAULT_MAX_BODY:
        raise UsageError(_too_long(place))
    try:
        return read_reply(query, body)
    except FfxError as error:
        raise UsageError(f"{place}: {error.message}") from error
