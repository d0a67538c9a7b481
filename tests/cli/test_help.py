"""Help that is true: its pages, and its examples as they stand."""

import re
import shlex
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ffx.api import members
from ffx.cli.app import main, root_command
from ffx.cli.help_topics import TOPICS, rule_page, text_of
from ffx.errors import ExitCode
from ffx.findings.engine import RULES
from ffx.sandbox.app import SANDBOX_TOKEN, ExplorerApp
from ffx.sandbox.data.stories import LIVE_STORY
from ffx.sandbox.server import SandboxServer
from ffx.sandbox.store import open_store
from tests.conftest import Runner
from tests.faults.bounds import LONGEST_WAIT
from tests.looping import each


def commands(
    group: Any = None, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    root: Any = root_command()
    for name, command in (group or root).commands.items():
        yield (*words, name), command
        if hasattr(command, "commands"):
            yield from commands(command, (*words, name))


COMMANDS = dict(commands())
EXAMPLES = [
    line.strip()
    for command in COMMANDS.values()
    for line in (command.epilog or "").splitlines()
    if "ffx" in line
]
_ENDLESS = ("ffx sandbox serve", f"ffx watch {LIVE_STORY.visitor_id}")
_ENDING = [line for line in EXAMPLES if not line.startswith(_ENDLESS)]
# Words and quotes alone, which a shell takes apart as `shlex` does; what logs in has others first.
PLAIN = [
    line
    for line in _ENDING
    if re.fullmatch(r"ffx( [\w./-]+| '[^']+')+", line) and "auth" not in line
]
OF_A_SHELL = [line for line in _ENDING if line not in PLAIN]


@pytest.fixture
def served(own_surroundings: None) -> Iterator[str]:
    """Serve the sandbox for the examples that log in."""
    store = open_store(now=datetime.now(UTC))
    server = SandboxServer(ExplorerApp(store))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    store.close()


@each("words", COMMANDS)
def test_every_command_has_examples(words: tuple[str, ...]) -> None:
    command = COMMANDS[words]

    assert re.match(r"\nExamples:\n(?:  .*ffx .*\n)+", command.epilog or "") or words == ("auth",)


@each("example", PLAIN)
def test_examples_work_as_they_stand(
    example: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    # But that so many visitors take long, in a database that nobody looks at.
    code = main(shlex.split(example.replace("--visitors 1000", "--visitors 10"))[1:])

    out, err = capsys.readouterr()
    assert (code, "Traceback" in err) == (0, False), err
    assert out or "--db" in example


# Those of accounts follow each other: from the log-in on, and to the log-out.
@pytest.mark.parametrize("of_accounts", [False, True])
def test_examples_of_a_shell_work_as_they_stand(
    of_accounts: bool, run_ffx: Runner, served: str, tmp_path: Path
) -> None:
    examples = [line for line in OF_A_SHELL if ("auth" in line) == of_accounts]
    environment = {
        "ACCESS_TOKEN": SANDBOX_TOKEN,
        "REFRESH_TOKEN": SANDBOX_TOKEN,
        **({"FFX_API_URL": served} if of_accounts else {}),
    }
    script = "\n".join(f'{line}\necho "=== $?"' for line in examples)

    done = run_ffx.in_shell(f"set -o pipefail; cd '{tmp_path}'\n{script}", env=environment)

    written = re.findall(r"(.*?)^=== (\d+)\n", done.out.decode(), re.DOTALL | re.MULTILINE)
    assert len(written) == len(examples) > 5
    for example, (out, code) in zip(examples, written, strict=True):
        assert code == "0", (example, done.err)
        assert out or of_accounts, example
    assert "Traceback" not in done.err


def test_examples_that_serve_go_on_until_they_are_ended(
    run_ffx: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = [line for line in EXAMPLES if line.startswith(_ENDLESS[0])]
    monkeypatch.chdir(tmp_path)
    assert run_ffx("sandbox", "--visitors", "1", "--db", "sandbox.sqlite3").code == 0

    for example in examples:
        words = shlex.split(example.replace("--port 8765", "--port 0"))[1:]
        with run_ffx.start(*words) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            process.send_signal(signal.SIGINT)
            assert line.startswith(b"export FFX_API_URL=http://127.0.0.1:")
            assert process.wait(LONGEST_WAIT) == ExitCode.INTERRUPTED
    assert len(examples) == 2


@each("topic", TOPICS)
def test_a_page_fits_every_terminal(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", topic]) == 0
    page = capsys.readouterr().out

    assert page == text_of(topic)
    assert max(map(len, page.splitlines())) <= 80


def test_every_page_is_wrapped_at_any_width_and_keeps_its_words() -> None:
    pages: list[tuple[str, Callable[..., str]]] = [
        *((topic, partial(text_of, topic)) for topic in TOPICS),
        *((word, partial(rule_page, word)) for word in ("P1", "C7")),
    ]
    for name, page in pages:
        words = page(width=80).split()
        for width in (30, 40, 57, 79, 80, 200):
            wrapped = page(width=width)
            # An example cannot be broken inside a word.
            longest = max(map(len, words))
            assert max(map(len, wrapped.splitlines())) <= max(min(width, 80), longest + 30), name
            assert wrapped.split() == words, (name, width)


def test_the_members_page_has_a_line_for_each() -> None:
    page = text_of("members")
    entries = re.findall(r"^  ([* ]) (\w+) +\S", page, re.MULTILINE)
    rows, visitor = entries[:-4], entries[-4:]

    assert len(rows) == 74
    assert {name for _, name in rows} == {*members.HIT_EVENT}
    assert {name for mark, name in rows if mark == "*"} == {*members.HIT_ROW}
    assert [name for _, name in visitor] == ["visitorId", "firstSeen", "lastSeen", "totalHits"]
    told = page.partition("Visitors, 21 members")[2]
    assert all(re.search(rf"\b{name}\b", told) for name in members.VISITOR)


@each("word", ["P1", "p4", "P5"])
def test_a_refusal_has_its_page(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", word]) == 0
    assert capsys.readouterr().out.startswith(f"{word.upper()}, a refusal\n\nThe target is ")


def test_help_names_its_pages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help"]) == 0
    page = capsys.readouterr().out

    assert all(f"  ffx help {topic} " in page for topic in TOPICS)
    assert "Usage: ffx [OPTIONS] COMMAND" in page


@each("group", [[], ["auth"], ["sandbox"]])
def test_what_a_command_does_stands_whole_in_the_list_of_commands(
    group: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main([*group, "--help"])

    listed = capsys.readouterr().out.partition("\nCommands:\n")[2].partition("\n\n")[0]
    assert listed
    assert [line for line in listed.splitlines() if not line.endswith(".")] == []
    assert "..." not in listed


def test_help_on_a_command_is_its_own_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "sandbox", "serve"]) == 0
    page = capsys.readouterr().out
    main(["sandbox", "serve", "--help"])

    assert page == capsys.readouterr().out


@each(
    ("words", "hint"),
    [
        (["tims"], "Perhaps times."),
        (["exit"], "Perhaps exit-codes."),
        (["vistor"], "Perhaps visitor."),
        (["sandbox", "sreve"], "Perhaps serve."),
        (["C99"], "The rules are listed by ffx help findings."),
        (["hit", "visitor"], "One page at a time: ffx help hit."),
        (["zzz"], "There is: times, targets, output, members, lists, json, login, redact, "),
        (["members"[:-1]], "Perhaps members."),
    ],
)
def test_a_page_that_is_not_there_is_a_usage_error_with_the_nearest(
    words: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["help", *words]) == ExitCode.USAGE
    assert hint in capsys.readouterr().err


def test_the_exit_codes_page_has_every_code() -> None:
    told = {int(code) for code in re.findall(r"^  (\d+)  ", text_of("exit-codes"), re.MULTILINE)}

    assert told == set(map(int, ExitCode))


def test_the_findings_page_has_every_rule() -> None:
    page = text_of("findings")

    assert all(f"\n  {rule.id:<3} {rule.basis}  {rule.name}\n" in page for rule in RULES)


@each(
    ("line", "said"),
    [
        ("", "For example: ffx k3yyck910q7g90ceygzc7nr1 --sandbox\n  See ffx --help."),
        ("completion", "For example: ffx completion zsh\n  See ffx completion --help."),
        ("auth", "There is: login, status, "),
        (
            "hit k1 --since 2d",
            "--since belongs to ffx visitor, ffx diagnose, ffx watch; a hit needs no window, and "
            "--at TIME says roughly when it was. See ffx hit --help.",
        ),
        ("diagnose k1 --limit 3", "--limit belongs to ffx visitor. See ffx diagnose --help."),
        (
            "compare k1 k2 -o x.md",
            "-o belongs to ffx visitor, ffx hit, ffx diagnose and others. See ffx compare --help.",
        ),
        ("visitor k1 --frm x", "Perhaps --from. See ffx visitor --help."),
        ("visitor k1 --nothing-like-it", "  See ffx visitor --help."),
    ],
)
def test_a_wrong_line_gets_a_short_answer_that_names_the_right_one(
    line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line.split()) == ExitCode.USAGE

    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") <= 4
