"""ffx auth login: where tokens come from, which are kept, and what is refused."""

import json

import pytest

from ffx.cli.app import main
from ffx.settings.credentials import credentials_path
from tests.cli.commands.auth.conftest import pipe_in
from tests.explorer import Explorer, answer
from tests.looping import each
from tests.service.tokens import (
    FAR_AHEAD,
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


@each(
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
    service.requests.clear()
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
    before = credentials_path().read_bytes()
    service.answer_with(answer({"message": f"bad {NEW} {NEW_REFRESH}"}, status))
    pipe_in(monkeypatch, f"{NEW}\n{NEW_REFRESH}")

    assert main(["auth", "login"]) == 4

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("ffx: the tokens were refused and not stored: ")
    assert f"the service answered {status} " in err
    assert "'bad <the token> <the token>'" in err
    assert err.endswith("  Make new ones in FunnelFlux Pro under Settings → API Access.\n")
    assert credentials_path().read_bytes() == before


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


@each(
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


def test_a_file_that_cannot_take_tokens_is_refused_before_any_is_spent(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: Explorer
) -> None:
    credentials_path().parent.mkdir(parents=True, exist_ok=True)
    credentials_path().write_text("{")
    credentials_path().chmod(0o600)
    pipe_in(monkeypatch, f"{OLD}\n{OLD_REFRESH}\n")

    assert main(["auth", "login"]) == 4
    assert f"the credentials file {credentials_path()} is not JSON" in capsys.readouterr().err
    assert service.requests == []
    assert credentials_path().read_text() == "{"


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
