import io
import json
import os
import pty
import select
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.settings.config import default_path as config_path
from ffx.settings.credentials import default_path
from tests.cli.commands.conftest import Terminal
from tests.conftest import Runner, surroundings
from tests.explorer import VISITOR_ID, Explorer, answer, history
from tests.faults.bounds import LONGEST_WAIT
from tests.service.tokens import (
    FAR_AHEAD,
    LONG_PAST,
    NEW,
    NEW_REFRESH,
    OLD,
    OLD_REFRESH,
    VALIDATE,
    bearers,
    log_in,
    paths,
    renewal,
    stored,
    tokens,
)

# A terminal of its own, so that the prompt cannot reach for the developer's.
_ON_A_TERMINAL = "import os, sys; os.login_tty(0); os.execvp(sys.argv[1], sys.argv[1:])"


@pytest.fixture(autouse=True)
def service(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> Explorer:
    """Start a service that renews whatever it is shown, and log nobody in."""
    monkeypatch.delenv("FFX_ACCESS_TOKEN")
    explorer.answer_with(renewal())
    return explorer


def pipe_in(monkeypatch: pytest.MonkeyPatch, text: str | bytes) -> None:
    content = text.encode() if isinstance(text, str) else text
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), "utf-8"))


# Logging in


@pytest.mark.parametrize(
    ("text", "refresh"),
    [
        (f"{OLD}\n{OLD_REFRESH}\n", OLD_REFRESH),
        (f"{OLD}\r\n{OLD_REFRESH}\r\n", OLD_REFRESH),
        (f"\ufeff{OLD}\n{OLD_REFRESH}", OLD_REFRESH),
        (f"{OLD}\n{OLD_REFRESH}\n".encode("utf-16"), OLD_REFRESH),
        (OLD, ""),
        (json.dumps(tokens(access_token=OLD, refresh_token=OLD_REFRESH)), OLD_REFRESH),
        (json.dumps(tokens(access_token=OLD, refresh_token=None), indent=2), ""),
    ],
)
def test_a_pair_from_stdin_is_checked_and_kept(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: Explorer,
    text: str | bytes,
    refresh: str,
) -> None:
    pipe_in(monkeypatch, text)

    assert main(["auth", "login"]) == 0

    out, err = capsys.readouterr()
    assert (out, err) == ("", f"logged in: profile default, http://127.0.0.1:{service.port}\n")
    assert paths(service) == [VALIDATE]
    assert bearers(service) == [OLD]
    assert service.requests[0].json == ({"refresh_token": refresh} if refresh else {})
    assert stored() == {
        "origin": f"http://127.0.0.1:{service.port}",
        "access_token": NEW,
        "refresh_token": NEW_REFRESH,
        "expires_at": FAR_AHEAD,
        "api_url": service.url,
    }


def test_a_good_token_comes_back_as_it_was_and_a_line_end_does_no_harm(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    same = json.dumps(tokens(access_token=OLD, refresh_token=None))
    service.answer_with(answer(f"{same}\n"))
    pipe_in(monkeypatch, f"{OLD}\n{OLD_REFRESH}\n")

    assert main(["auth", "login"]) == 0

    assert (stored()["access_token"], stored()["refresh_token"]) == (OLD, OLD_REFRESH)


def test_without_a_refresh_token_it_is_said_what_that_means(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    service.answer_with(renewal(refresh_token=None))
    pipe_in(monkeypatch, OLD)

    assert main(["auth", "login"]) == 0

    assert "note: without a refresh token you log in again" in capsys.readouterr().err


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_pair_that_is_refused_is_not_stored(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: Explorer,
    status: int,
) -> None:
    log_in(service, monkeypatch)
    before = default_path().read_bytes()
    service.answer_with(answer({"message": f"bad {NEW} {NEW_REFRESH}"}, status))
    pipe_in(monkeypatch, f"{NEW}\n{NEW_REFRESH}")

    assert main(["auth", "login"]) == 4

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("ffx: the tokens were refused and not stored: ")
    assert f"the service answered {status} " in err
    assert "'bad <the token> <the token>'" in err
    assert err.endswith("  Make new ones in FunnelFlux Pro under Settings → API Access.\n")
    assert default_path().read_bytes() == before


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (answer(b"", 404), 5),
        (answer(b"<html>", 200, {"Content-Type": "text/html"}), 5),
        (answer(b"", 307, {"Location": "https://evil.invalid/"}), 5),
        (answer(b"", 429, {"Retry-After": "3600"}), 6),
    ],
)
def test_a_service_that_does_not_say_leaves_nothing_behind(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: Explorer,
    reply: tuple[bytes],
    code: int,
) -> None:
    service.answer_with(reply)
    pipe_in(monkeypatch, OLD)

    assert main(["auth", "login"]) == code

    assert stored() == {}
    assert OLD not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no token was given"),
        ("a\nb\nc", "3 lines where a token pair belongs"),
        ("hid den", "the token in the input is not one"),
        ("hid\x1b[31mden", "the token in the input is not one"),
        (b"hid\xffden", "the input is not text in UTF-8"),
        (b"\xff\xfeh", "the input is not text in UTF-8"),
        ("hidden" * 20_000, "the token in the input is too long to be one"),
    ],
)
def test_what_is_no_pair_is_refused_before_anything_is_asked(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: Explorer,
    text: str | bytes,
    says: str,
) -> None:
    pipe_in(monkeypatch, text)

    assert main(["auth", "login"]) == 2

    err = capsys.readouterr().err
    assert err.startswith(f"ffx: {says}")
    assert "hid" not in err
    assert service.requests == []


def test_a_closed_stdin_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)

    assert main(["auth", "login"]) == 2
    assert "no input: stdin is closed" in capsys.readouterr().err


def test_a_token_is_no_argument(capsys: pytest.CaptureFixture[str], service: Explorer) -> None:
    assert main(["auth", "login", OLD]) == 2
    assert main(["auth", "login", "--token", OLD]) == 2
    assert service.requests == []
    assert stored() == {}


def test_curl_and_the_sandbox_have_nothing_to_log_in_to(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    for arguments in (["login", "--curl"], ["login", "--sandbox"], ["logout", "--sandbox"]):
        pipe_in(monkeypatch, OLD)
        assert main(["auth", *arguments]) == 2
        assert capsys.readouterr().out == ""
    assert main(["auth", "status", "--sandbox"]) == 2
    assert service.requests == []


def test_tokens_that_cannot_be_stored_are_said_to_be_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/dev/null")
    pipe_in(monkeypatch, OLD)

    assert main(["auth", "login"]) == 9

    assert capsys.readouterr().err == (
        "ffx: the tokens could not be stored: not a directory\n"
        "  looked at  /dev/null/ffx/credentials.json\n"
    )


def test_a_logout_that_cannot_be_written_is_no_fault_of_ours(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    log_in(service, monkeypatch)
    monkeypatch.setattr("tempfile.mkstemp", fail)

    assert main(["auth", "logout"]) == 9

    assert "could not be stored: read-only file system" in capsys.readouterr().err
    assert stored()["access_token"] == OLD


def test_the_hidden_prompt_does_not_show_the_token(service: Explorer) -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _ON_A_TERMINAL, sys.executable, "-m", "ffx", "auth", "login"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=surroundings({"TERM": "xterm-256color"}),
    )
    os.close(slave)
    shown = b""
    try:
        for prompt, typed in ((b"Access token: ", OLD), (b"(may be empty): ", OLD_REFRESH)):
            shown += read_until(master, prompt)
            # Echo is switched off before the prompt is written.
            os.write(master, f"{typed}\n".encode())
        shown += read_until(master, b"logged in")
        assert process.wait(LONGEST_WAIT) == 0
    finally:
        process.kill()
        process.wait()
        os.close(master)

    assert OLD.encode() not in shown
    assert OLD_REFRESH.encode() not in shown
    assert bearers(service) == [OLD]
    assert service.requests[0].json == {"refresh_token": OLD_REFRESH}
    assert stored()["access_token"] == NEW


def read_until(terminal: int, text: bytes) -> bytes:
    seen = b""
    until = time.monotonic() + LONGEST_WAIT
    while text not in seen:
        ready, _, _ = select.select([terminal], [], [], max(until - time.monotonic(), 0))
        assert ready, seen
        seen += os.read(terminal, 4096)
    return seen


# The state of it


def show(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str, str]:
    code = main(["auth", "status", *more])
    out, err = capsys.readouterr()
    return code, out, err


def test_status_tells_all_but_the_tokens_and_asks_nobody(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    path = log_in(service, monkeypatch, expires_at=FAR_AHEAD).path

    code, out, err = show(capsys, "--tz", "Europe/Berlin")

    assert (code, err) == (0, "")
    assert out == (
        "profile  default\n"
        f"origin   http://127.0.0.1:{service.port}\n"
        f"token    …{OLD[-4:]}, from {path}\n"
        "refresh  yes\n"
        "expires  Tue 2 Oct 2096 09:06:40 +02:00\n"
    )
    assert service.requests == []


def test_status_as_json_is_one_document(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    path = log_in(service, monkeypatch, expires_at=None, refresh_token="").path

    code, out, err = show(capsys, "--json")

    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "profile": "default",
        "origin": f"http://127.0.0.1:{service.port}",
        "source": str(path),
        "accessToken": f"…{OLD[-4:]}",
        "hasRefreshToken": False,
        "expiresAt": None,
    }


def test_an_expired_token_that_can_be_renewed_is_usable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    log_in(service, monkeypatch)

    code, out, err = show(capsys, "--utc")

    assert (code, err) == (0, "")
    assert "refresh  yes\nexpires  Sun 13 Sep 2020 12:26:40 +00:00, expired\n" in out


def test_status_of_unusable_tokens_is_exit_4_in_every_form(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    log_in(service, monkeypatch, expires_at=LONG_PAST, refresh_token="")

    code, out, err = show(capsys, "--utc")
    json_code, json_out, json_err = show(capsys, "--json")

    assert code == json_code == 4
    assert "refresh  no\nexpires  Sun 13 Sep 2020 12:26:40 +00:00, expired\n" in out
    assert err == (
        "ffx: the token of profile default has expired, and there is no refresh token\n"
        "  Log in again: ffx auth login (the tokens were those of profile default)\n"
    )
    assert json_out == ""
    assert json.loads(json_err)["error"]["code"] == "token-expired"


def test_status_of_the_environments_token_names_its_variable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    log_in(service, monkeypatch)
    monkeypatch.setenv("FFX_ACCESS_TOKEN", NEW)

    _, out, _ = show(capsys)

    assert f"token    …{NEW[-4:]}, from FFX_ACCESS_TOKEN\n" in out
    assert "expires  not known\n" in out


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_status_without_tokens_is_exit_4(
    capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    code, out, err = show(capsys, *more)

    assert (code, out) == (4, "")
    assert "not logged in" in err


def test_an_expiry_that_no_calendar_has_does_not_break_status(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    path = log_in(service, monkeypatch, expires_at=FAR_AHEAD).path
    path.write_text(path.read_text().replace("4000000000.0", "1e300"))

    code, out, _ = show(capsys)

    assert code == 0
    assert "expires  not known\n" in out


def test_status_shows_a_hostile_folder_safe(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: Explorer,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "a\x1b[31m\u202eb"))
    log_in(service, monkeypatch, expires_at=FAR_AHEAD)

    code, out, _ = show(capsys)

    assert code == 0
    assert "\\u{1b}[31m\\u{202e}" in out
    assert "\x1b" not in out


# Logging out, and profiles


def test_logout_forgets_one_profile(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    log_in(service, monkeypatch)
    log_in(service, monkeypatch, profile="work")

    ends = [main(["auth", "logout", "--profile", "work"]) for _ in range(2)]

    assert ends == [0, 0]
    assert capsys.readouterr().err == "logged out: profile work\nprofile work was not in\n"
    assert stored(profile="work") == {}
    assert stored()["access_token"] == OLD
    assert service.requests == []


def test_logout_says_that_the_environments_token_stays(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    log_in(service, monkeypatch)
    monkeypatch.setenv("FFX_ACCESS_TOKEN", NEW)

    assert main(["auth", "logout"]) == 0

    told = "note: FFX_ACCESS_TOKEN is still set, and is used without --profile\n"
    assert capsys.readouterr().err.endswith(told)


def test_profiles_come_by_flag_by_environment_and_by_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    config_path().parent.mkdir(parents=True)
    config_path().write_text('profile = "filed"\n')
    for arguments, environ in (([], ""), ([], "varied"), (["--profile", "flagged"], "varied")):
        monkeypatch.setenv("FFX_PROFILE", environ)
        pipe_in(monkeypatch, OLD)
        assert main(["auth", "login", *arguments]) == 0

    profiles = json.loads(default_path().read_text())["profiles"]
    assert sorted(profiles) == ["filed", "flagged", "varied"]
    assert [line.split(",")[0] for line in capsys.readouterr().err.splitlines()] == [
        "logged in: profile filed",
        "logged in: profile varied",
        "logged in: profile flagged",
    ]


def test_the_token_of_a_profile_goes_to_the_address_of_the_profile(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    log_in(service, monkeypatch, expires_at=FAR_AHEAD, profile="work")
    monkeypatch.delenv("FFX_API_URL")
    config_path().write_text(
        f'api_url = "https://api.invalid"\n[profiles.work]\napi_url = "{service.url}"\n'
    )
    service.answer_with(answer(history()))

    assert main(["visitor", VISITOR_ID, "--since", "2d", "--profile", "work"]) == 0

    assert bearers(service) == [OLD]
    assert "work" in capsys.readouterr().out


# Several accounts


def log_all_in(service: Explorer, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    for name in names:
        pipe_in(monkeypatch, OLD)
        assert main(["auth", "login", "--profile", name]) == 0


def test_a_list_has_a_line_an_account_and_no_token(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    log_all_in(service, monkeypatch, "main", "agency")
    monkeypatch.setenv("FFX_PROFILE", "main")
    capsys.readouterr()

    assert main(["auth", "list", "--tz", "Europe/Berlin"]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == (
        "profile\taddress\ttoken\trefresh\texpires\n"
        f"agency\t{service.url}\t…{NEW[-4:]}\tyes\tTue 2 Oct 2096 09:06:40 +02:00\n"
        f"main *\t{service.url}\t…{NEW[-4:]}\tyes\tTue 2 Oct 2096 09:06:40 +02:00\n",
        "",
    )
    assert main(["auth", "list", "--json"]) == 0
    accounts = json.loads(capsys.readouterr().out)
    assert [(each["profile"], each["default"]) for each in accounts] == [
        ("agency", False),
        ("main", True),
    ]


@pytest.mark.parametrize(("columns", "lines"), [(60, 11), (160, 3)])
def test_a_list_breaks_no_line_on_a_narrow_terminal(
    columns: int,
    lines: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: Explorer,
    terminal: Terminal,
) -> None:
    log_all_in(service, monkeypatch, "main", "agency")
    capsys.readouterr()
    terminal(columns)

    assert main(["auth", "list", "--utc"]) == 0

    listed = capsys.readouterr().out.splitlines()
    assert len(listed) == lines
    assert max(map(len, listed)) <= columns
    assert sum(service.url in line for line in listed) == 2


def test_a_list_of_nobody_is_empty_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["auth", "list", "--json"]) == 0
    out, err = capsys.readouterr()
    assert (json.loads(out), err) == (
        [],
        "nobody is logged in on this machine; ffx auth login does it\n",
    )


def test_the_status_of_all_names_whose_tokens_are_unusable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    log_in(service, monkeypatch, expires_at=FAR_AHEAD, profile="good")
    assert main(["auth", "status", "--all"]) == 0
    log_in(service, monkeypatch, refresh_token="", profile="spent")
    capsys.readouterr()

    assert main(["auth", "status", "--all"]) == 4
    out, err = capsys.readouterr()
    assert [line for line in out.splitlines() if "profile" in line] == [
        "profile  good",
        "profile  spent",
    ]
    assert err == (
        "ffx: expired, and without a refresh token: spent\n"
        "  Log in again: ffx auth login --profile spent\n"
    )
    assert service.requests == []


def test_a_profile_remembers_the_address_that_it_was_logged_in_at(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    log_all_in(service, monkeypatch, "work")
    monkeypatch.delenv("FFX_API_URL")
    service.answer_with(answer(history()))

    assert main(["visitor", VISITOR_ID, "--since", "2d", "--profile", "work"]) == 0
    assert bearers(service)[-1] == NEW


def test_the_environments_token_goes_to_no_address_that_a_profile_remembers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    log_all_in(service, monkeypatch, "default")
    monkeypatch.delenv("FFX_API_URL")
    monkeypatch.setenv("FFX_ACCESS_TOKEN", NEW)
    capsys.readouterr()

    assert main(["auth", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["origin"] == "https://api.funnelflux.pro"


@pytest.mark.parametrize(("options", "token"), [((), NEW), (("--profile", "work"), OLD)])
@pytest.mark.fault(124)
def test_a_typed_profile_goes_before_the_environments_token_and_it_is_said(
    options: tuple[str, ...],
    token: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: Explorer,
) -> None:
    log_in(service, monkeypatch, expires_at=FAR_AHEAD, profile="work")
    monkeypatch.setenv("FFX_ACCESS_TOKEN", NEW)
    monkeypatch.setenv("FFX_PROFILE", "work")
    service.answer_with(answer(history()))

    assert main(["visitor", VISITOR_ID, "--since", "2020-03-01", *options]) == 0
    out, err = capsys.readouterr()
    assert bearers(service) == [token]
    said = "note: FFX_ACCESS_TOKEN is not used, since --profile work was given\n"
    assert (said in err) == bool(options)
    assert f"\naccount\t{'work' if options else 'FFX_ACCESS_TOKEN'}\n" in out


@pytest.mark.parametrize("has_own", [True, False])
def test_a_profile_that_is_not_there_is_exit_4_with_the_nearest(
    has_own: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: Explorer,
) -> None:
    for name in ("main", "agency"):
        log_in(service, monkeypatch, expires_at=FAR_AHEAD, profile=name)
    if has_own:
        monkeypatch.setenv("FFX_ACCESS_TOKEN", NEW)

    assert main(["visitor", VISITOR_ID, "--since", "2d", "--profile", "mian"]) == 4
    err = capsys.readouterr().err
    assert "ffx: not logged in: no token for profile mian\n" in err
    assert "  Log in with ffx auth login --profile mian, or" in err
    assert "  Perhaps --profile main. Logged in: agency, main\n" in err
    assert service.requests == []


def test_nothing_found_names_the_other_accounts_of_this_machine(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    for name in ("main", "agency", "third", "fourth", "fifth"):
        log_in(service, monkeypatch, expires_at=FAR_AHEAD, profile=name)
    service.answer_with(answer({"visitor": None, "hits": [], "hasMore": False}))

    assert main(["visitor", VISITOR_ID, "--since", "2d", "--profile", "main"]) == 3
    told = "perhaps    another account (--profile agency, fifth, fourth, and 1 more) · a known bot"
    assert told in capsys.readouterr().err


def test_a_refused_token_says_how_to_log_its_profile_in(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    log_in(service, monkeypatch, expires_at=FAR_AHEAD, refresh_token="", profile="work")
    service.answer_with(answer({"message": "no"}, 401))

    assert main(["visitor", VISITOR_ID, "--since", "2d", "--profile", "work"]) == 4
    assert "Log in again: ffx auth login --profile work (" in capsys.readouterr().err


# --curl


def test_the_printed_curl_command_works_as_it_stands(
    service: Explorer, run_ffx: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = "curl is not installed, and the command that --curl prints is made for it"
    assert run_ffx.in_shell("command -v curl").code == 0, missing
    service.answer_with(answer(history()))
    hostile = "a'b!c1"

    for words in (("visitor", VISITOR_ID, "--since", "2020-03-01"), ("visitor", hostile, "--as",
                   "visitor", "--since", "2020-03-01")):  # fmt: skip
        printed = run_ffx(*words, "--curl")
        assert (printed.code, service.requests) == (0, [])
        assert "$FFX_ACCESS_TOKEN" in printed.out.decode()
        done = run_ffx.in_shell(
            f"{printed.out.decode().rstrip()} --silent --noproxy '*'",
            env={"FFX_ACCESS_TOKEN": OLD},
        )
        assert json.loads(done.out) == history(), done.err
        by_curl = service.requests.pop()
        ours = run_ffx(*words, "--json", env={"FFX_ACCESS_TOKEN": OLD})
        assert ours.code == 0, shlex.join(words)
        by_ffx = service.requests.pop()
        assert (by_curl.method, by_curl.path) == (by_ffx.method, by_ffx.path)
        assert by_curl.json["visitorId"] == by_ffx.json["visitorId"] == words[1]
        assert by_curl.json.keys() == by_ffx.json.keys()
        for name in ("authorization", "content-type"):
            assert by_curl.headers[name] == by_ffx.headers[name]
