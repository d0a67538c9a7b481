"""Any command line made of the program's own options, and odd values for them."""

import json
from collections.abc import Iterator
from typing import Any
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from ffx.cli.app import root_command
from tests.explorer import HIT_ID, VISITOR_ID, events, history
from tests.fuzz.conftest import fuzzed
from tests.fuzz.replies import Fixed
from tests.fuzz.running import WITH_DOCUMENT, Ended, Service, run
from tests.fuzz.values import HOSTILE, TIMES

GOOD = Fixed((200, {}, json.dumps(history()).encode()), (200, {}, json.dumps(events()).encode()))
COMMANDS = (
    ("visitor",), ("hit",), ("diagnose",), ("auth", "status"), ("auth", "login"),
    ("auth", "logout"), ("sandbox",), ("sandbox", "serve"), ("auth",), (), ("hits",), ("help",),
    ("help", "times"), ("help", "nothing"),
)  # fmt: skip
# Nothing may be written outside the test's own folder.
FILES = (
    "out.json", "out.jsonl", "out.csv", "out.md", "out.html", "OUT.HTM", "plain", ".", "..",
    "missing/out.json", "", " ", "a\x1b[31mb.csv", "a\nb.json", "\ud800.json", "-", "x" * 300,
    "日本.csv", "/dev/null", "/dev/full", "\0", "list.txt", "case.json", "~", "*.json",
)  # fmt: skip
WORDS = (
    *HOSTILE, *TIMES, "0", "1", "-1", "16", "17", "99999999999", "1e3", "2d", "90s", "1w2d3h",
    "1.5h", "yesterday", "mon", "15:00", "@1772355600", "2026-03-01..2026-03-02", "UTC", "EST",
    "Europe/Berlin", "../../etc/passwd", "16MiB", "1g", "k", "all", "table", "json", "jsonl",
    "csv", "md", "html", "auto", "always", "visitor", "hit", "converted", "reached-offer",
    "no-findings", "hitId", "hitId,cost", "visitor.city", "target", "http://127.0.0.1:1/v1",
    "sandbox:", "https://user:word@example.com/", "https://[::1", "main", "a" * 65, "default",
    "usual", HIT_ID,
)  # fmt: skip
TARGETS = (
    HIT_ID, VISITOR_ID, "-", "--", "{hit}", "550e8400-e29b-41d4-a716-446655440000", "12345",
    f"https://www.example.com/?vid={VISITOR_ID}", f"/pb/?hit={HIT_ID}&tx=1", "0OQ5LzxJxaBC", "-x",
    "https://track.example.com/fts/abc-def", f'{{"hit": {{"id": "{HIT_ID}"}}}}', *HOSTILE,
)  # fmt: skip


def _params(command: Any) -> Iterator[Any]:
    yield from command.params
    for inner in getattr(command, "commands", {}).values():
        yield from _params(inner)


OPTIONS = {
    name: not param.is_flag and not param.count
    for param in _params(root_command())
    if param.param_type_name == "option"
    for name in (*param.opts, *param.secondary_opts)
}
_WRITING = {"-o", "--output", "--save", "--from", "--case"}

targets = st.lists(st.one_of(st.sampled_from(TARGETS), st.text(max_size=30)), max_size=3)
stdins = st.one_of(
    st.sampled_from([b"", f"{HIT_ID}\n{VISITOR_ID}\n".encode(), b"abc\ndef\n", b'{"tokens": {}}']),
    st.binary(max_size=60),
)


@st.composite
def _options(draw: st.DrawFn) -> list[str]:
    name = draw(st.sampled_from(sorted(OPTIONS)))
    if not OPTIONS[name]:
        return [draw(st.sampled_from([name, name, name, f"{name}=x", name[:-1]]))]
    choices = FILES if name in _WRITING else WORDS
    value = draw(st.one_of(st.sampled_from(choices), st.sampled_from(choices)))
    return draw(st.sampled_from([[name, value], [name, value], [f"{name}={value}"], [name]]))


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """Draw a command line: more often than not one of a look-up."""
    command = draw(st.one_of(st.sampled_from(COMMANDS[:3]), st.sampled_from(COMMANDS)))
    words = [[target] for target in draw(targets)] + draw(st.lists(_options(), max_size=4))
    ordered = draw(st.permutations(words))
    return [*command, *(word for part in ordered for word in part)]


@fuzzed(35)
@given(line=command_lines(), stdin=stdins, on_terminal=st.booleans())
def test_any_command_line_ends_as_documented(
    line: list[str], stdin: bytes, on_terminal: bool
) -> None:
    with mock.patch("ffx.sandbox.server.SandboxServer.serve_forever"):
        ended = run(
            line, Service(GOOD), stdin=stdin, on_terminal=on_terminal, is_raw="--csv-raw" in line
        )

    before_targets = line[: line.index("--")] if "--" in line else line
    elsewhere = {"-o", "--output", "--open", "--curl", "--version", "--help", "-h"}
    asks_for_json = "--json" in before_targets and line[:1] in (["visitor"], ["hit"], ["diagnose"])
    if asks_for_json and not elsewhere & {word.partition("=")[0] for word in line}:
        _check_json(ended)


def _check_json(ended: Ended) -> None:
    """Check for one document where the code promises one; a batch has lines with any code."""
    if ended.out and not ended.out.startswith('{"target": '):
        assert ended.code in WITH_DOCUMENT
        assert isinstance(json.loads(ended.out), dict)
        return
    assert ended.out or ended.code not in WITH_DOCUMENT or "targets" in ended.err
    for line in ended.out.splitlines():
        assert {"target"} < set(json.loads(line))
