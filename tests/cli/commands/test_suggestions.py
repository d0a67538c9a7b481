"""The commands that a run suggests, run as they were printed, where two accounts are there."""

import re
import shlex
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ffx.errors import ExitCode
from ffx.sandbox.app import SANDBOX_TOKEN, ExplorerApp
from ffx.sandbox.data.stories import STORIES
from ffx.sandbox.server import SandboxServer
from ffx.sandbox.store import open_store
from ffx.settings.credentials import Credentials, CredentialsFile, credentials_path
from ffx.settings.settings import origin_of
from tests.cli.commands.conftest import Ask, Terminal
from tests.knowing import in_service, knowing
from tests.looping import each

STORY = {story.name: story for story in STORIES}
SOLD, UNSOLD, VISITS, TWO_DAYS = (
    STORY[name]
    for name in ("ordinary-conversion", "no-conversion", "several-visits", "gap-over-a-day")
)
LANDER = STORY["postback-on-lander-hit"]
UNKNOWN = "afdwNobody00000000000000000"
RUN_WIDE = ("--profile", "agency", "--tz", "Europe/Berlin")
_SUGGESTED = re.compile(
    r"(?:^|[ (])(ffx (?:visitor|hit|diagnose|compare) [^\n()]*?)(?:\)|  |$)", re.M
)


@pytest.fixture
def accounts(own_surroundings: None) -> Iterator[str]:
    """Serve the sandbox to two profiles of this machine, each with its own address."""
    server = SandboxServer(ExplorerApp(open_store(now=datetime.now(UTC)), page_size=3))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/v1"
    file = CredentialsFile(credentials_path())
    for name, address in (("agency", url), ("default", "https://api.invalid/v1")):
        file.store(name, Credentials(origin_of(address), SANDBOX_TOKEN, api_url=address))
    yield url
    server.shutdown()
    server.server_close()


CASES: dict[str, tuple[tuple[str, ...], int]] = {
    "a visitor that converted": (("visitor", SOLD.visitor_id), 1),
    "a hit": (("hit", SOLD.hit_id), 1),
    "a diagnosis": (("diagnose", UNSOLD.hit_id), 1),
    "a verdict that points to another hit": (("diagnose", LANDER.hit_id), 1),
    "a cut history": (("visitor", VISITS.visitor_id, "--since", "30d"), 1),
    "a window that begins late": (("visitor", TWO_DAYS.visitor_id, "--since", "1d"), 1),
    "nothing found": (("visitor", UNKNOWN, "--since", "2d"), 1),
    "no such hit": (("hit", "k9zznkvb4ex5f9b2x8s1dr4h"), 1),
    "a hit in capitals": (("hit", SOLD.hit_id.upper()), 1),
    "a visitor where a hit is wanted": (("hit", SOLD.visitor_id), 1),
    "a visitor by name where a hit is wanted": (("hit", f"?vid={SOLD.visitor_id}"), 1),
    "a hit taken for a visitor": (("visitor", SOLD.hit_id, "--as", "visitor"), 1),
    "a hit ID in the transaction's place": (("diagnose", f"?hit=x1y2z3&tx={SOLD.hit_id}"), 1),
}


@each("name", CASES)
def test_a_suggested_command_asks_the_same_account_in_the_same_zone(
    name: str, accounts: str, ask: Ask, terminal: Terminal
) -> None:
    words, least = CASES[name]
    terminal(160)
    _, out, err = ask(*words, *RUN_WIDE)

    commands = [match[1].strip() for match in _SUGGESTED.finditer(f"{out}\n{err}")]
    assert len(commands) >= least, out + err
    for command in commands:
        assert "--profile agency" in command, command
        assert "@" not in command, command
        code, shown, told = ask(*shlex.split(command)[1:])
        assert code in (ExitCode.OK, ExitCode.NOT_FOUND, ExitCode.PARTIAL), command + told
        assert "agency" in shown + told, command
        assert "Europe/Berlin" in shown or code == ExitCode.NOT_FOUND, command


def test_notes_on_an_odd_id_of_a_case_file_ask_the_account_of_the_file(
    accounts: str, ask: Ask, tmp_path: Path
) -> None:
    case = str(tmp_path / "case.json")
    ask("diagnose", SOLD.hit_id.upper(), "--save", case, *RUN_WIDE)

    _, _, err = ask("diagnose", "--case", case, "--utc")

    assert f"repaired   ffx diagnose {SOLD.hit_id} --profile agency --tz UTC" in err


def test_any_profile_asks_one_account_after_the_other_and_says_which_knows(
    accounts: str, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = CredentialsFile(credentials_path())
    file.forget("default")
    monkeypatch.setenv("FFX_ACCESS_TOKEN", "of-another-account")
    with in_service(knowing([])) as nobody:
        monkeypatch.delenv("FFX_API_URL", raising=False)
        token = Credentials(origin_of(nobody.url), SANDBOX_TOKEN, api_url=nobody.url)
        file.store("aaa", token)
        for words in (
            ("visitor", SOLD.visitor_id),
            ("visitor", SOLD.visitor_id, "--since", "2d"),
            ("hit", SOLD.hit_id),
            ("diagnose", SOLD.hit_id),
        ):
            code, out, err = ask(*words, "--any-profile")
            told = [line for line in err.splitlines() if "account " in line and "asking" in line]
            assert code == ExitCode.OK, (words, err)
            assert told == ["asking account aaa", "asking account agency"], words
            assert "found in account agency\n" in err, words
            assert "account\tagency" in out, words


@pytest.mark.parametrize(
    ("broken", "code"), [(False, ExitCode.NOT_FOUND), (True, ExitCode.PARTIAL)]
)
def test_what_no_account_knows_names_those_that_were_asked(
    broken: bool, code: int, accounts: str, ask: Ask
) -> None:
    file = CredentialsFile(credentials_path())
    file.forget("default")
    if broken:
        wrong = Credentials(origin_of(accounts), "wrong-token", api_url=accounts)
        file.store("other", wrong)
    ended, out, err = ask("hit", "k9zznkvb4ex5f9b2x8s1dr4h", "--any-profile")

    assert (ended, out) == (code, "")
    assert "  asked      agency\n" in err
    assert ("  not asked  other\n" in err) == broken


def test_an_account_whose_address_is_none_does_not_keep_the_others_from_being_asked(
    accounts: str, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FFX_API_URL", raising=False)
    file = CredentialsFile(credentials_path())
    file.forget("default")
    file.store("aaa", Credentials("x", SANDBOX_TOKEN, api_url="javascript:1"))
    code, _, err = ask("hit", SOLD.hit_id, "--any-profile")

    assert code == ExitCode.OK, err
    assert "account aaa could not be asked: the address of profile aaa 'javascript:1'" in err
    assert "found in account agency\n" in err


@each(
    "words",
    [("hit", SOLD.hit_id, UNSOLD.hit_id), ("hit", "-"), ("hit", SOLD.hit_id, "--sandbox")],
)
def test_any_profile_is_for_one_target_and_for_accounts(
    words: tuple[str, ...], accounts: str, ask: Ask
) -> None:
    code, out, err = ask(*words, "--any-profile")

    assert (code, out) == (ExitCode.USAGE, "")
    assert "--any-profile" in err


def test_the_rest_of_a_cut_history_is_all_of_it(
    accounts: str, ask: Ask, terminal: Terminal
) -> None:
    terminal(160)
    _, _, err = ask("visitor", TWO_DAYS.visitor_id, "--since", "1d", *RUN_WIDE)

    (command,) = [line.strip() for line in err.splitlines() if line.startswith("  ffx visitor")]
    assert re.search(r" --since \d{4}-\d\d-\d\d --all ", command)
    code, out, err = ask(*shlex.split(command)[1:])
    assert (code, "before this window" in err) == (ExitCode.OK, False)
    assert "2 visits · 6 hits" in out


@pytest.mark.parametrize("known", [True, False])
def test_a_case_file_suggests_its_account_where_this_machine_has_it(
    known: bool, accounts: str, ask: Ask, terminal: Terminal, tmp_path: Path
) -> None:
    case = str(tmp_path / "case.json")
    ask("visitor", SOLD.visitor_id, "--save", case, *RUN_WIDE)
    terminal(160)
    if not known:
        CredentialsFile(credentials_path()).forget("agency")
    code, _, err = ask("visitor", "--case", case, "--tz", "UTC")

    (command,) = [match[1] for match in _SUGGESTED.finditer(err)]
    assert code == ExitCode.OK
    profile = " --profile agency" if known else ""
    assert command == f"ffx hit {SOLD.hit_id}{profile} --tz UTC"
    if known:
        assert ask(*shlex.split(command)[1:])[0] == ExitCode.OK
