"""What is no case file, or a damaged one, or a trap: refused by name, or harmless."""

import json
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ffx.errors import UsageError
from ffx.lookup.share import case_file
from ffx.lookup.share.case_file import read_case, write_case
from tests.cases import full_case, hit_case
from tests.cli.delivery.test_resume import NOT_ROOT
from tests.looping import each

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes with names")


def refusal_of(path: Path) -> tuple[str, str, str]:
    with pytest.raises(UsageError) as refused:
        read_case(path)
    start = f"cannot read {path}: "
    assert refused.value.message.startswith(start)
    return refused.value.message.removeprefix(start), refused.value.hint, refused.value.code


def refusal_of_content(content: bytes, folder: Path) -> str:
    (folder / "case.json").write_bytes(content)
    reason, hint, code = refusal_of(folder / "case.json")
    assert (hint, code) == ("A case file is what --save writes.", "case")
    return reason


@each(
    ("content", "reason"),
    [
        (b"", "it is not JSON"),
        (b"a shopping list", "it is not JSON"),
        (b"<html></html>", "it is a web page instead of data"),
        (b"\x89PNG\r\n\x1a\n", "it is not UTF-8, as JSON is"),
        (b'{"ffx-case": 1, "command": "vis', "it was cut after 31 bytes"),
        (b'{"ffx-case": 1}{}', "it is not one JSON value"),
        (b"[" * 100_000, "it nests too deeply to be read"),
        (b'{"ffx-case": 1, "a": [' + b"{}," * 1_000_000, "it is too big: over 2,000,000 values"),
        (b'{"ffx-case": 1, "a": NaN}', "it cannot be trusted: a is NaN"),
        (b'{"ffx-case": 1, "a": ' + b"1" * 5_000 + b"}",
         "it cannot be trusted: a is a number too long"),
        *[
            (content, "it has no 'ffx-case' with a number, so it is no case file")
            for content in (
                b"{}", b"[]", b"7", b'{"events": []}', b'{"ffx-case": "1"}',
                b'{"ffx-case": 0}', b'{"ffx-case": -1}', b'{"ffx-case": 1.0}',
                b'{"ffx-case": 1e3}', b'{"ffx-case": true}', b'{"ffx-case": null}',
                b'{"ffx-case": ' + b"1" * 4_000 + b"}",
            )
        ],
        (b'{"ffx-case": 1}', "command is missing"),
    ],
)  # fmt: skip
def test_another_file_is_no_case_file(content: bytes, reason: str, tmp_path: Path) -> None:
    assert refusal_of_content(content, tmp_path) == reason


def test_a_newer_form_is_refused_clearly(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text('{"ffx-case": 3, "everything": "is new"}')

    assert refusal_of(path) == (
        "it was saved by a newer ffx (form 3); this ffx reads forms 1 and 2", "Update ffx.", "case"
    )  # fmt: skip


def test_a_newer_version_of_the_same_form_is_read(tmp_path: Path) -> None:
    write_case(tmp_path / "case.json", hit_case())
    document = json.loads((tmp_path / "case.json").read_text())
    document["version"] = "99.0"
    document["exchanges"][0]["took"] = 0.25
    document |= {"tags": [{"a": None}], "reply": {**document["reply"], "seen": True}}
    (tmp_path / "case.json").write_text(f"\ufeff{json.dumps(document)}", encoding="utf-8")

    assert read_case(tmp_path / "case.json") == hit_case(version="99.0")


MISSING = object()
Place = tuple[str | int, ...]


def changed(document: Any, place: Place, value: object) -> Any:
    """Put a value into a document, or take one out."""
    here = document
    for step in place[:-1]:
        here = here[step]
    if value is MISSING:
        del here[place[-1]]
    else:
        here[place[-1]] = value
    return document


HITS, EVENTS = "/reporting/explorer/visitor", "/reporting/explorer/hit"
DAMAGE: list[tuple[Place, object, str]] = [
    (("command",), "delete", "command is 'delete', not visitor or hit or diagnose"),
    (("command",), "hit", "reply is of a visitor, not of a hit"),
    (("command",), ["visitor"], "command is no text"),
    (("version",), 1, "version is no text"),
    (("saved",), "yesterday", "saved is no time"),
    (("saved",), "1969-12-31T23:59:59Z", "saved is no time"),
    (("saved",), None, "saved is missing"),
    (("account",), MISSING, "account is missing"),
    (("address",), {}, "address is no text"),
    (("address",), "https://a\x1bc", r"address 'https://a\u{1b}c' is not an address"),
    (("address",), "http://example.com", "address 'http://example.com' is refused: https only"),
    (("redacted",), "ip", "redacted is no list"),
    (("redacted",), ["ip", 7], "redacted[1] is no text"),
    (("target",), "h1", "target is no object"),
    (("target", "kind"), "asset", "target.kind is 'asset', not visitor or hit"),
    (("target", "id"), 7, "target.id is no text"),
    (("window",), [], "window is no object"),
    (("window", "end"), "2026-03-05 in the morning", "window.end is no time"),
    (("window", "end"), "2020-01-01T00:00:00Z", "window ends before it starts"),
    (("walked",), "yes", "walked is neither true nor false"),
    (("walked",), 1, "walked is neither true nor false"),
    (("gaps",), {}, "gaps is no list"),
    (("gaps", 0), "a gap", "gaps[0] is no object"),
    (("gaps", 0, "window"), MISSING, "gaps[0].window is missing"),
    (("gaps", 0, "window", "start"), "2027-01-01T00:00:00Z",
     "gaps[0].window ends before it starts"),
    (("gaps", 0, "reason"), [], "gaps[0].reason is no text"),
    (("refusal", "message"), None, "refusal.message is missing"),
    (("refusal", "status"), "404", "refusal.status is no number"),
    (("refusal", "status"), 4.04, "refusal.status is no whole number"),
    (("refusal", "status"), 10**9, "refusal.status is no whole number"),
    (("diagnosis",), [], "diagnosis is no object"),
    (("diagnosis", "version"), 10**400, "diagnosis holds a number too large"),
    (("reply",), MISSING, "reply is missing"),
    (("reply", "path"), "/auth/validate",
     f"reply.path is '/auth/validate', not {HITS} or {EVENTS}"),
    (("reply", "path"), EVENTS, "reply.body has no ID"),
    (("reply", "body"), {"visitorId": 7}, "reply.body.visitorId is no text"),
    (("reply", "body"), {}, "reply.body has no ID"),
    (("reply", "body"), {"hitId": "h1", "x\x1b": 1}, r"reply.body.x\u{1b} is no text"),
    (("reply", "body"), {"hitId": "h1", "x" * 200: 1},
     f"reply.body.{'x' * 109}… is no text"),
    (("reply", "text"), "", "reply.text: the service's answer is empty"),
    (("reply", "text"), "{", "reply.text: the service's answer was cut after 1 byte"),
    (("reply", "text"), '{"hits": 7}',
     "reply.text: 'hits' in the service's answer is a number, where a list belongs"),
    (("reply", "text"), '{"hits": [{"cost": NaN}]}',
     "reply.text: the service's answer cannot be trusted: hits[0].cost is NaN"),
    (("reply", "text"), '{"hits":' + "[" * 100_000,
     "reply.text: the service's answer nests too deeply to be read"),
    (("reply", "text"), '{"hits": ["\ud800"]}', "reply.text holds half a character"),
    (("reply", "text"), 7, "reply.text is no text"),
    (("reply",), {"exchange": 2}, "reply.exchange is 2, and there is none"),
    (("reply",), {"exchange": -1}, "reply.exchange is no whole number"),
    (("reply",), {"exchange": "0"}, "reply.exchange is no number"),
    (("reply",), {"exchange": 1}, "reply is of a hit, not of a visitor"),
    (("details",), [], "details is no object"),
    (("details", "h1"), 1, "details.h1 is no object"),
    (("details", "h1"), {"exchange": 0}, "details.h1 is of a visitor, not of a hit"),
    (("details", "h1"), {"exchange": 7}, "details.h1.exchange is 7, and there is none"),
    (("exchanges",), "none", "exchanges is no list"),
    (("exchanges", 1), None, "exchanges[1] is no object"),
    (("exchanges", 1, "path"), 7, "exchanges[1].path is no text"),
    (("exchanges", 1, "body"), "{}", "exchanges[1].body is no object"),
    (("exchanges", 1, "body"), {"visitorId": "v1"}, "exchanges[1].body has no ID"),
    (("exchanges", 1, "asked"), "soon", "exchanges[1].asked is no time"),
    (("exchanges", 1, "status"), None, "exchanges[1].status is missing"),
    (("exchanges", 1, "status"), "200", "exchanges[1].status is no number"),
    (("exchanges", 1, "requestId"), False, "exchanges[1].requestId is no text"),
    (("exchanges", 1, "reply"), MISSING, "exchanges[1].reply is missing"),
    (("exchanges", 1, "reply"), "", "exchanges[1]: the service's answer is empty"),
    (("exchanges", 1, "reply"), "\udcff", "exchanges[1].reply holds half a character"),
    (("exchanges", 1, "replyBase64"), "e30", "exchanges[1].replyBase64 is no Base64"),
    (("exchanges", 1, "replyBase64"), "e3\n0=", "exchanges[1].replyBase64 is no Base64"),
    (("exchanges", 1, "replyBase64"), "é===", "exchanges[1].replyBase64 is no Base64"),
    (("exchanges", 1, "replyBase64"), "W10=",
     "exchanges[1]: the service's answer is a list, where an object belongs"),
    (("exchanges", 0, "reply"), "[]",
     "exchanges[0]: the service's answer is a list, where an object belongs"),
]  # fmt: skip


@pytest.fixture
def full_text(tmp_path: Path) -> str:
    """Return the file of a case that has everything."""
    write_case(tmp_path / "full.json", full_case())
    return (tmp_path / "full.json").read_text(encoding="utf-8")


@each(("place", "value", "reason"), DAMAGE)
def test_a_damaged_member_is_named(
    place: Place, value: object, reason: str, full_text: str, tmp_path: Path
) -> None:
    content = json.dumps(changed(json.loads(full_text), place, value))

    assert refusal_of_content(content.encode(), tmp_path) == reason


def test_a_diagnosis_may_not_run_anybody_out_of_stack(full_text: str, tmp_path: Path) -> None:
    nested: object = 1
    for _ in range(200):
        nested = [nested]

    content = json.dumps(changed(json.loads(full_text), ("diagnosis", "findings"), nested))

    assert refusal_of_content(content.encode(), tmp_path) == "diagnosis nests too deeply"


def test_what_everybody_believes_to_be_clean_is_clean(full_text: str, tmp_path: Path) -> None:
    document = json.loads(full_text)
    hostile = "\x1b]0;owned\x07\u202e\n"
    document |= {"version": hostile, "account": hostile}
    document["target"]["id"] = document["gaps"][0]["reason"] = hostile
    document["refusal"]["message"] = document["refusal"]["requestId"] = hostile
    document["exchanges"][0]["requestId"] = hostile
    (tmp_path / "case.json").write_text(json.dumps(document))

    case = read_case(tmp_path / "case.json")

    found = case.found
    assert found.refusal is not None
    assert {
        case.version,
        case.account,
        found.target.id.text,
        found.gaps[0].reason,
        found.refusal.message,
        found.refusal.request_id,
        found.exchanges[0].request_id,
    } == {r"\u{1b}]0;owned\u{7}\u{202e}\u{a}"}


@each(
    ("name", "reason"),
    [
        ("missing.json", "no such file or directory"),
        ("file/case.json", "not a directory"),
        (".", "it is a folder"),
        ("x" * 300, "file name too long"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(name: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    assert refusal_of(tmp_path / name)[0] == reason


def test_a_name_that_is_none_is_shown_safely(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        read_case(Path("a\0b\x1b[2J"))

    assert refused.value.message == r"cannot read a\u{0}b\u{1b}[2J: embedded null byte"


@POSIX
def test_a_device_is_not_read() -> None:
    for path in (Path(os.devnull), Path("/dev/zero")):
        assert refusal_of(path)[0] == "it is a device"


@POSIX
@each(
    ("content", "reason"),
    [
        (b'{"ffx-case": 3}', "it was saved by a newer ffx (form 3); this ffx reads forms 1 and 2"),
        (b"", "it is not JSON"),
        (b" " * (2**20 + 1), "it is over 1 MiB, larger than any case file"),
    ],
)
def test_what_comes_through_a_pipe_is_checked_as_well(
    content: bytes, reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(case_file, "LARGEST", 2**20)
    path = tmp_path / "pipe"
    os.mkfifo(path)

    def fill() -> None:
        with suppress(BrokenPipeError), path.open("wb") as pipe:
            pipe.write(content)

    writer = threading.Thread(target=fill)
    writer.start()
    assert refusal_of(path)[0] == reason
    writer.join()
    path.unlink()


@NOT_ROOT
def test_a_file_of_somebody_elses_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    write_case(path, hit_case())
    path.chmod(0)

    assert refusal_of(path)[0] == "permission denied"


def test_a_huge_file_is_not_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(case_file, "LARGEST", 2**20)
    path = tmp_path / "case.json"
    with path.open("wb") as file:
        file.truncate(2**40 if sys.platform == "linux" else 2**20 + 1)

    assert refusal_of(path)[0] == "it is over 1 MiB, larger than any case file"
