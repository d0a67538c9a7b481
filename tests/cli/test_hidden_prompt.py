"""The prompt for tokens, on a real terminal: nothing is shown, and nothing is lost."""

import os
import pty
import select
import shutil
import signal
import sys
import termios
from collections.abc import Sequence

import pytest

from ffx.cli.hidden_prompt import _Terminal
from tests.explorer import Explorer
from tests.service.tokens import bearers, renewal, stored
from tests.terminal.owned import ffx_in_terminal, in_terminal

LOGIN = ("auth", "login")
LONG = "long-access." + "A" * 4988
LONG_REFRESH = "long-refresh." + "B" * 4987
FIRST, SECOND = "Access token: ", "Refresh token (may be empty): "


@pytest.fixture
def service(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> Explorer:
    monkeypatch.delenv("FFX_ACCESS_TOKEN")
    explorer.answer_with(renewal(access_token=LONG, refresh_token=LONG_REFRESH))
    return explorer


def sent(service: Explorer) -> tuple[str, str]:
    """Return the pair that was asked about."""
    (request,) = service.requests
    return bearers(service)[0], request.json["refresh_token"]


@pytest.mark.parametrize(
    "pasted",
    [
        [f"{LONG}\r{LONG_REFRESH}\r"],
        [f"{LONG}\r\n{LONG_REFRESH}\r\n"],
        [f"\r\n\r\n{LONG}\r\r\r{LONG_REFRESH}\r"],
        [f"\x1b[200~{LONG}\r{LONG_REFRESH}\x1b[201~\r"],
        [f"{LONG}\r", f"{LONG_REFRESH}\r"],
        [f"{LONG}\r{LONG_REFRESH}", "\r"],
        [f"wrong\x15{LONG}x\x7f\r", f"{LONG_REFRESH}yz\b\b\r"],
    ],
    ids=["CR", "CRLF", "blank lines", "marked as a paste", "one by one",
         "without the last line end", "mistyped"],
)  # fmt: skip
@pytest.mark.fault(122)
def test_row_122_tokens_arrive_whole_and_are_not_shown(
    pasted: Sequence[str], service: Explorer
) -> None:
    with ffx_in_terminal(*LOGIN) as terminal:
        terminal.wait_for(FIRST)
        terminal.type(pasted[0])
        terminal.wait_for(SECOND)
        terminal.type("".join(pasted[1:]))
        terminal.wait_for("logged in")
        code = terminal.end()

    assert code == 0
    assert sent(service) == (LONG, LONG_REFRESH)
    assert stored()["access_token"] == LONG
    assert not any(text in terminal.shown for text in ("AAAA", "BBBB", "wrong"))


@pytest.mark.fault(122)
def test_row_122_the_refresh_token_may_be_left_out(service: Explorer) -> None:
    with ffx_in_terminal(*LOGIN) as terminal:
        terminal.wait_for(FIRST)
        terminal.type(f"{LONG}\r")
        terminal.wait_for(SECOND)
        terminal.type("\r")
        code = terminal.end()

    assert code == 0
    assert bearers(service) == [LONG]


def shells() -> list[str]:
    return [shell for shell in ("bash", "dash") if shutil.which(shell)]


@pytest.mark.parametrize("shell", shells())
@pytest.mark.fault(122)
def test_row_122_after_ctrl_z_and_fg_nothing_is_shown_either(
    shell: str, service: Explorer
) -> None:
    plain = ("--norc", "--noprofile") if shell == "bash" else ("-m",)
    with in_terminal(shell, *plain, "-i") as terminal:
        terminal.wait_for("ready> ")
        terminal.type(f"'{sys.executable}' -m ffx auth login\r")
        terminal.wait_for(FIRST)
        for _ in range(2):
            terminal.type("half\x1a")
            terminal.wait_for("Stopped")
            terminal.wait_for("ready> ")
            terminal.type("echo so$((1))mething; fg\r")
            # The shell shows what is typed to it, as ever.
            terminal.wait_for("so$((1))mething")
            terminal.wait_for("so1mething")
            terminal.wait_for(FIRST)
            terminal.type("\x15")
        terminal.type(f"{LONG}\r{LONG_REFRESH}\r")
        terminal.wait_for("logged in")
        terminal.wait_for("ready> ")
        terminal.type("exit\r")
        terminal.end()

    assert sent(service) == (LONG, LONG_REFRESH)
    assert not any(text in terminal.shown for text in ("AAAA", "BBBB", "half"))


def test_ctrl_z_is_heard_as_soon_as_the_prompt_is_back() -> None:
    master, slave = pty.openpty()
    prompt = _Terminal(slave, termios.tcgetattr(slave))
    with prompt.hidden():
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)  # as it is while the program is stopped
        os.kill(os.getpid(), signal.SIGCONT)

        assert signal.getsignal(signal.SIGTSTP) == prompt._stop
    os.close(slave)
    os.close(master)


def test_what_a_key_drops_before_it_is_read_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    master, slave = pty.openpty()
    prompt = _Terminal(slave, termios.tcgetattr(slave))
    waits: list[None] = []

    def wait() -> None:
        waits.append(None)
        if len(waits) == 2:
            os.write(master, b"here\r")
            select.select([slave], [], [])

    with prompt.hidden():
        monkeypatch.setattr(prompt, "_wait", wait)
        assert prompt.ask("") == "here"

        os.close(master)
        waits.extend([None] * 2)
        before = len(waits)
        with pytest.raises(EOFError):  # the terminal has gone
            prompt.ask("")
        assert len(waits) - before <= 3
    os.close(slave)


@pytest.mark.parametrize("typed", ["\x03", "\x04"], ids=repr)
def test_a_prompt_that_is_left_leaves_the_terminal_as_it_was(
    typed: str, service: Explorer
) -> None:
    with ffx_in_terminal(*LOGIN) as terminal:
        terminal.wait_for(FIRST)
        assert not terminal.echoes()
        terminal.type(typed)
        code = terminal.end()
        echoes = terminal.echoes()

    assert (code, echoes) == (130, True)
    assert service.requests == []


def test_a_prompt_that_is_left_in_a_shell_leaves_its_terminal_as_it_was(service: Explorer) -> None:
    with in_terminal("sh", "-c", f"trap : INT; '{sys.executable}' -m ffx auth login; "
                     "echo ended $?; read line") as terminal:  # fmt: skip
        terminal.wait_for(FIRST)
        assert not terminal.echoes()
        terminal.type("half\x03")
        terminal.wait_for("ended 130")
        echoes = terminal.echoes()
        terminal.type("\r")
        terminal.end()

    assert echoes
    assert "half" not in terminal.shown
    assert service.requests == []


def test_a_third_line_of_a_paste_goes_to_nobody(service: Explorer) -> None:
    with in_terminal("sh", "-c", f"'{sys.executable}' -m ffx auth login; "
                     "echo ended; read line; echo \"read <$line>\"") as terminal:  # fmt: skip
        terminal.wait_for(FIRST)
        terminal.type(f"{LONG}\r{LONG_REFRESH}\rthird\r")
        terminal.wait_for("ended")
        terminal.type("\r")
        terminal.wait_for("read <")
        terminal.end()

    assert "read <>" in terminal.shown
    assert "third" not in terminal.shown
