"""Whatever happens, tokens stand in no byte that is written, and in no list of processes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.service.retry import Retries
from ffx.settings.credentials import credentials_path
from tests.conftest import Runner
from tests.explorer import HIT_ID, VISITOR_ID, BreakOff, Explorer, Script, Stall, answer, history
from tests.looping import each
from tests.service.tokens import (
    LONG_PAST,
    NEW,
    NEW_REFRESH,
    OLD,
    OLD_REFRESH,
    SECRETS,
    log_in,
    renewal,
    stored,
)

LOOK = ("visitor", VISITOR_ID, "--since", "2d", "-v")
# A service that repeats all it was told, as a careless one does in its errors.
OLD_PAIR, ALL = f"{OLD} {OLD_REFRESH}", " ".join(SECRETS)
DEBUG = {"FFX_DEBUG": "1", "HTTPX_LOG_LEVEL": "trace"}


def echoing(status: int | str, told: str = ALL) -> Script:
    """Answer with the tokens that the service has been told, or has given, so far."""
    return answer({"message": f"you sent {told}"}, status, {"X-Request-Id": f"id-{OLD}"})


@dataclass(frozen=True)
class Case:
    """A run, what is answered to it, and the exit code that shows it came where it should."""

    name: str
    code: int
    answers: tuple[Script, ...]
    arguments: tuple[str, ...] = LOOK
    stdin: str = ""
    environ: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


PAIR = f"{OLD}\n{OLD_REFRESH}\n"
ENVIRONMENT = {"FFX_ACCESS_TOKEN": OLD, "FFX_REFRESH_TOKEN": OLD_REFRESH}
CASES = [
    Case("login", 0, (renewal(),), ("auth", "login", "-v"), PAIR),
    Case("refused login", 4, (echoing(401, OLD_PAIR),), ("auth", "login", "-v"), PAIR),
    Case("unusable login", 5, (answer(f"[{OLD_PAIR}"),), ("auth", "login", "-v"), PAIR),
    Case("bad login", 2, (renewal(),), ("auth", "login", "-v"), f"{OLD} {OLD_REFRESH}"),
    Case("login as arguments of the shell", 2, (renewal(),), ("auth", "login", "--curl"), PAIR),
    Case("status", 0, (renewal(),), ("auth", "status", "-v")),
    Case("status as JSON", 0, (renewal(),), ("auth", "status", "--json")),
    Case("renewal", 0, (renewal(), answer(history()))),
    Case("renewal in the environment", 0, (echoing(401, OLD_PAIR), renewal(), answer(history())),
         environ=ENVIRONMENT),
    Case("refused renewal", 4, (echoing(400, OLD_PAIR),)),
    Case("broken renewal", 5, (renewal(access_token=f"{NEW} {NEW_REFRESH}"),)),
    Case("refused twice", 4, (renewal(), echoing(401))),
    Case("forbidden", 4, (renewal(), echoing(403))),
    Case("refused request", 5, (renewal(), echoing(f"422 {NEW}"))),
    Case("a page", 5, (renewal(), answer(f"<html>{ALL}"))),
    Case("redirect", 5, (renewal(), answer(b"", 302, {"Location": f"https://x.invalid/?{NEW}"}))),
    Case("broken off", 6, (renewal(), (BreakOff(),))),
    Case("failing", 6, (renewal(), echoing(503))),
    Case("failing, as JSON", 6, (renewal(), echoing(503)), (*LOOK, "--json")),
    Case("curl", 0, (renewal(),), (*LOOK, "--curl")),
    Case("curl in the environment", 0, (renewal(),), ("hit", HIT_ID, "--curl"),
         environ=ENVIRONMENT),
    Case("an illegal token", 2, (renewal(),), environ={"FFX_ACCESS_TOKEN": f"{OLD}\t{NEW}"}),
]  # fmt: skip


@each("case", CASES)
def test_no_token_is_written_anywhere_but_in_its_file(
    case: Case,
    explorer: Explorer,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
    home: Path,
) -> None:
    with monkeypatch.context() as patch:
        prepare(case, explorer, patch)
        patch.setattr("ffx.service.client.Retries", partial(Retries, pause=lambda _: None))
        patch.setattr("sys.stdin", TextIOWrapper(BytesIO(case.stdin.encode()), "utf-8"))
        for name, value in {**DEBUG, **case.environ}.items():
            patch.setenv(name, value)

        code = main(case.arguments)

    out, err = capsysbinary.readouterr()
    assert code == case.code, err
    assert list(leaks(out, err, home)) == []


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name in ("login", "refused renewal", "curl")], ids=str
)
def test_nor_does_a_process_write_one(
    case: Case, explorer: Explorer, run_ffx: Runner, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    prepare(case, explorer, monkeypatch)

    # One of them with all that Python itself has to say.
    more = {"PYTHONDEVMODE": "1"} if case.code else {}
    env = {**DEBUG, **case.environ, **more}
    done = run_ffx(*case.arguments, stdin=case.stdin.encode(), env=env)

    assert done.code == case.code, done.err
    assert list(leaks(done.out, done.err.encode(), home)) == []


def prepare(case: Case, explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in(explorer, monkeypatch, expires_at=LONG_PAST)
    explorer.answer_with(*case.answers)


def leaks(out: bytes, err: bytes, home: Path) -> Iterator[str]:
    written = {"stdout": out, "stderr": err}
    for path in home.rglob("*"):
        if path.is_file() and path != credentials_path():
            written[str(path)] = path.read_bytes()
    for name, content in written.items():
        for secret in SECRETS:
            if secret.encode() in content or secret.encode() in content.replace(b"\\", b""):
                yield f"{secret} in {name}"


def test_a_fault_of_ours_shows_no_token_with_its_traceback(
    explorer: Explorer, run_striking_ffx: Runner, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    log_in(explorer, monkeypatch)
    explorer.answer_with(renewal(), answer(history()))

    broken = "import ffx.service.client\nffx.service.client.read_reply = None\n"
    done = run_striking_ffx(*LOOK, env={"FFX_DEBUG": "1", "STRIKING": broken})

    assert done.code == 1
    assert "Traceback" in done.err
    assert list(leaks(done.out, done.err.encode(), home)) == []


def test_the_list_of_processes_shows_no_token(
    explorer: Explorer, run_new_ffx: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(explorer, monkeypatch)
    explorer.answer_with(renewal(), (Stall(),))

    with run_new_ffx.start(*LOOK) as process:
        assert explorer.wait_for_requests(2)
        listed = Path(f"/proc/{process.pid}/cmdline")
        shown = listed.read_bytes() if listed.exists() else listing(run_new_ffx, process.pid)
        process.kill()

    assert VISITOR_ID.encode() in shown
    assert not any(secret.encode() in shown for secret in SECRETS)


def listing(run_ffx: Runner, pid: int) -> bytes:
    return run_ffx.in_shell(f"ps -ww -o args= -p {pid}").out


def test_what_is_stored_stands_in_one_file(
    explorer: Explorer, run_ffx: Runner, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    explorer.answer_with(renewal())
    monkeypatch.delenv("FFX_ACCESS_TOKEN")

    assert run_ffx("auth", "login", stdin=PAIR.encode()).code == 0
    assert json.dumps(stored()).count(NEW) == 1
    assert run_ffx("auth", "logout").code == 0

    assert not any(NEW.encode() in path.read_bytes() for path in home.rglob("*") if path.is_file())
