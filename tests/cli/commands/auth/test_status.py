"""ffx auth status and logout: what is stored of an account."""

import json
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.settings.config import config_path
from ffx.settings.credentials import credentials_path
from tests.cli.commands.auth.conftest import pipe_in
from tests.explorer import VISITOR_ID, Explorer, answer, history
from tests.service.tokens import FAR_AHEAD, LONG_PAST, NEW, OLD, bearers, log_in, stored


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
    assert capsys.readouterr().err == "logged out: profile work\nprofile work was not logged in\n"
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

    profiles = json.loads(credentials_path().read_text())["profiles"]
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
