"""Whatever stands in a file that is read: settings, tokens, lists of targets, earlier results."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.settings.config import config_path as settings_path
from ffx.settings.credentials import credentials_path
from tests.conftest import SAMPLE_TOKEN
from tests.explorer import HIT_ID, VISITOR_ID
from tests.fuzz.conftest import fuzzed
from tests.fuzz.running import Service, run
from tests.fuzz.test_command_lines import GOOD, TARGETS
from tests.fuzz.values import HOSTILE, anything, texts, write
from tests.service.tokens import LONG_PAST, OLD_REFRESH, tokens

ADDRESS = "http://127.0.0.1:9"
TOML_LINES = (
    'profile = "main"', 'tz = "Europe/Berlin"', "tz = 5", 'api_url = "http://127.0.0.1:9/v1"',
    "[profiles.main]", "[profiles]", "[findings]", "too_fast_seconds = 30",
    "too_fast_seconds = nan", "too_fast_seconds = -1", "burst_per_minute = 1e308",
    "cost_factor = inf", "[fields]", 't1 = "keyword"', 't1 = ""', '"t1" = "\\u202e"',
    "[profiles.main.fields]", 't1 = "x\\u001b[31m"', "# comment", "", "colour = 'red'", "a",
    "tz = ", "tz = '''", "[profiles.'a b']", "x = [[[", "d = 1979-05-27T07:32:00Z", "[findings",
    "profiles = 1", "findings = 1", "fields = 1", 'profile = ""', "tz = 'UTC'\r", 't2 = "t1"',
    't21 = "x"', 'tz = "\\uD800"', "[[profiles]]",
)  # fmt: skip


@fuzzed(12)
@given(
    content=st.one_of(
        st.lists(st.one_of(st.sampled_from(TOML_LINES), texts), max_size=8).map("\n".join),
        st.binary(max_size=80),
        st.integers(1, 3000).map(lambda levels: "a = " + "[" * levels),
    ),
    command=st.sampled_from(["visitor", "hit", "diagnose"]),
    form=st.sampled_from(["json", "csv", "table", "md"]),
)
def test_any_settings_file_is_obeyed_or_refused(
    content: str | bytes, command: str, form: str
) -> None:
    keep(settings_path(), content)

    ended = run([command, HIT_ID, "--format", form], Service(GOOD))

    assert ended.code in (0, 2, 7)


def keep(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    )
    path.chmod(0o600)


@st.composite
def credentials(draw: st.DrawFn) -> Any:
    """Draw what the credentials file holds, with some of its members out of shape."""
    entry: dict[str, Any] = {
        "origin": ADDRESS, "access_token": SAMPLE_TOKEN, "refresh_token": OLD_REFRESH,
        "expires_at": draw(st.sampled_from([None, LONG_PAST, 4e9])),
    }  # fmt: skip
    for name in draw(st.lists(st.sampled_from([*entry, "new"]), max_size=2)):
        entry[name] = draw(anything)
    profiles = draw(st.one_of(st.just({"default": entry}), st.just({"default": entry}), anything))
    return draw(
        st.one_of(st.just({"profiles": profiles}), st.just({"profiles": profiles}), anything)
    )


@pytest.mark.parametrize(
    "arguments", [("hit", HIT_ID), ("auth", "status", "--json"), ("auth", "logout")], ids=" ".join
)
@fuzzed(5)
@given(content=credentials(), answered=st.one_of(st.just(tokens()), anything))
def test_any_credentials_file_is_used_or_refused(
    arguments: tuple[str, ...], content: Any, answered: Any
) -> None:
    keep(credentials_path(), write(content))
    answer = write(answered).encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("FFX_ACCESS_TOKEN")
        service = Service(lambda asked: (200, {}, answer) if "auth" in asked.path else GOOD(asked))
        ended = run(arguments, service)

    assert ended.code in (0, 4, 5, 2)


lines = st.one_of(
    st.sampled_from(TARGETS).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(HOSTILE).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.integers(0, 5).map(lambda number: f"dkezmsf3bat8xdbz8rt{number:06d}".encode()),
    st.binary(max_size=30),
    st.sampled_from(
        [b"# comment", b"", b'"', b"id,name", b'"a,b",c', b"\xef\xbb\xbf", b"x" * 100_001]
    ),
)
lists = st.tuples(
    st.lists(lines, max_size=8), st.sampled_from([b"\n", b"\r\n", b"\r", b"\n\n", b""])
).map(lambda drawn: drawn[1].join(drawn[0]))
LIST_OPTIONS = [
    (), ("--json",), ("--format", "csv"), ("--format", "jsonl"), ("--format", "md"), ("--full",),
    ("--redact", "--json"), ("--redact=all",), ("--json", "-o", "out.json", "--force"),
    ("--jobs", "3"),
    ("--json", "-o", "out.json", "--resume"),
]  # fmt: skip


@fuzzed(12)
@given(
    content=lists,
    command=st.sampled_from(["visitor", "hit", "diagnose"]),
    more=st.sampled_from(LIST_OPTIONS),
    column=st.sampled_from([(), (), ("--column", "id"), ("--column", "\x1b")]),
    is_stdin=st.booleans(),
    on_terminal=st.booleans(),
)
def test_any_list_is_read_to_its_end(
    content: bytes,
    command: str,
    more: tuple[str, ...],
    column: tuple[str, ...],
    is_stdin: bool,
    on_terminal: bool,
) -> None:
    Path("list.txt").write_bytes(content)
    source = ("-",) if is_stdin else ("--from", "list.txt", *column)
    window = () if command == "hit" else ("--since", "2026-03-01")
    most = ("--max-hits", "20") if command == "diagnose" else ()

    ended = run(
        [command, *source, *window, *more, *most],
        Service(GOOD),
        stdin=content,
        on_terminal=on_terminal,
    )

    assert ended.code in (0, 2, 3, 7)
    if "--json" in more and ended.code != 2:
        out = Path("out.json")
        # A list without a target makes no file.
        made = out.read_text() if out.exists() else ""
        for line in (made if "-o" in more else ended.out).splitlines():
            assert {"target"} < set(json.loads(line))


EARLIER = [b'{"target": "a", "reply": {}}', b'{"target": "b", "error": {}}', b""]


@fuzzed(10)
@given(
    earlier=st.lists(
        st.one_of(
            st.sampled_from(EARLIER),
            lines,
            anything.map(lambda value: write(value).encode("utf-8", "surrogatepass")),
        ),
        max_size=5,
    ).map(b"\n".join),
    end=st.sampled_from([b"\n", b"", b'\n{"tar', b'\n{"target": "dke']),
)
def test_any_earlier_results_are_resumed_or_left_alone(earlier: bytes, end: bytes) -> None:
    Path("out.json").write_bytes(earlier + end)

    ended = run(
        [
            "visitor",
            VISITOR_ID,
            HIT_ID,
            "--since",
            "2026-03-01",
            "--json",
            "-o",
            "out.json",
            "--resume",
        ],
        Service(GOOD),
    )

    assert ended.code in (0, 2, 7)
    if ended.code == 2:
        assert Path("out.json").read_bytes() == earlier + end
    else:
        made = [json.loads(line) for line in Path("out.json").read_text().splitlines()]
        assert {"target"} < set.intersection(*map(set, made))
