"""Several accounts on one machine."""

import json

import pytest

from ffx.cli.app import main
from tests.cli.commands.auth.conftest import pipe_in
from tests.cli.commands.conftest import Terminal
from tests.explorer import VISITOR_ID, Explorer, answer, history
from tests.service.tokens import FAR_AHEAD, NEW, OLD, bearers, log_in


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
