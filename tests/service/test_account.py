import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ffx.errors import AccountError, ServiceError, TemporaryError, UsageError
from ffx.service.account import Account, find_account, read_pasted_tokens
from ffx.settings.credentials import Credentials, CredentialsFile, credentials_path
from ffx.settings.settings import Limits, Settings
from tests.faults.bounds import LONGEST_WAIT
from tests.looping import each
from tests.service.tokens import (
    FAR_AHEAD,
    LONG_PAST,
    NEW,
    NEW_REFRESH,
    OLD,
    OLD_REFRESH,
    ORIGIN,
    pair,
)

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
SOON = NOW + timedelta(hours=72)


@pytest.fixture
def file(home: Path) -> CredentialsFile:
    return CredentialsFile(credentials_path())


@pytest.fixture
def notes() -> list[str]:
    return []


def account(
    credentials: Credentials, file: CredentialsFile | None = None, notes: list[str] | None = None
) -> Account:
    say = (notes if notes is not None else []).append
    return Account(credentials, profile="default", file=file, note=say)


def settings(url: str = f"{ORIGIN}/v1", profile: str = "default") -> Settings:
    return Settings(url, profile, None, Limits())


def says(new: Credentials) -> Callable[[Credentials], Credentials]:
    return lambda _: new


# When a token has expired


@each(
    ("expires_at", "refresh", "status", "may_have"),
    [
        (None, OLD_REFRESH, 401, True),
        (None, OLD_REFRESH, 400, True),
        (LONG_PAST, OLD_REFRESH, 401, True),
        (LONG_PAST, OLD_REFRESH, 400, True),
        (FAR_AHEAD, OLD_REFRESH, 401, True),
        (FAR_AHEAD, OLD_REFRESH, 400, False),
        (None, "", 401, False),
        (LONG_PAST, "", 400, False),
        (None, OLD_REFRESH, 403, False),
        (LONG_PAST, OLD_REFRESH, 404, False),
        (LONG_PAST, OLD_REFRESH, 429, False),
        (LONG_PAST, OLD_REFRESH, 500, False),
        (None, OLD_REFRESH, 0, False),
    ],
)
def test_a_refusal_may_mean_an_expired_token(
    expires_at: float | None, refresh: str, status: int, may_have: bool
) -> None:
    assert account(pair(expires_at, refresh)).may_have_expired(status, NOW) is may_have


@each(
    ("expires_at", "refresh", "needs"),
    [
        (LONG_PAST, OLD_REFRESH, True),
        (NOW.timestamp(), OLD_REFRESH, True),
        (NOW.timestamp() + 1, OLD_REFRESH, False),
        (None, OLD_REFRESH, False),
        (LONG_PAST, "", False),
    ],
)
def test_a_token_known_to_have_expired_is_renewed_beforehand(
    expires_at: float | None, refresh: str, needs: bool
) -> None:
    assert account(pair(expires_at, refresh)).needs_renewal(NOW) is needs


def test_a_refusal_of_a_token_that_another_job_has_replaced_is_worth_another_try() -> None:
    ours = account(Credentials(ORIGIN, NEW, NEW_REFRESH, FAR_AHEAD))

    assert ours.may_have_expired(400, NOW, used=OLD)
    assert ours.may_have_expired(401, NOW, used=OLD)
    assert not ours.may_have_expired(403, NOW, used=OLD)
    assert not ours.may_have_expired(400, NOW, used=NEW)
    assert ours.renew(OLD, lambda _: pytest.fail("it was asked for"), now=NOW)


def test_an_account_knows_all_the_tokens_that_it_has_had(file: CredentialsFile) -> None:
    ours = account(pair(), file)
    ours.renew(OLD, says(Credentials(ORIGIN, NEW, NEW_REFRESH)), now=NOW)

    assert ours.secrets == {OLD, OLD_REFRESH, NEW, NEW_REFRESH}


# Renewing


def test_a_renewal_keeps_the_new_pair_before_it_is_used(file: CredentialsFile) -> None:
    file.store("default", pair())
    new = Credentials(ORIGIN, NEW, NEW_REFRESH, FAR_AHEAD)
    ours = account(pair(), file)

    assert ours.renew(OLD, says(new), now=NOW)

    assert ours.access_token == NEW
    assert file.load("default") == new


def test_a_refresh_token_that_is_not_sent_again_is_kept(file: CredentialsFile) -> None:
    file.store("default", pair())

    account(pair(), file).renew(OLD, says(Credentials(ORIGIN, NEW)), now=NOW)

    assert file.load("default") == Credentials(ORIGIN, NEW, OLD_REFRESH)


@pytest.mark.parametrize("failure", [AccountError, ServiceError, TemporaryError])
def test_a_failed_renewal_deletes_nothing_and_is_not_repeated(
    file: CredentialsFile, failure: type[AccountError]
) -> None:
    file.store("default", pair())
    before = file.path.read_bytes()
    ours = account(pair(), file)
    asked = []

    def fail(credentials: Credentials) -> Credentials:
        asked.append(credentials)
        raise failure("no")

    with pytest.raises(failure):
        ours.renew(OLD, fail, now=NOW)

    assert ours.access_token == OLD
    assert file.path.read_bytes() == before
    assert not ours.needs_renewal(NOW)
    # Another thread had the same thought, and waited for the lock meanwhile.
    assert not ours.renew(OLD, fail, now=NOW)
    assert len(asked) == 1


def test_what_another_process_has_just_stored_is_taken(file: CredentialsFile) -> None:
    newer = Credentials(ORIGIN, NEW, NEW_REFRESH, FAR_AHEAD)
    file.store("default", newer)
    ours = account(pair(), file)

    assert ours.renew(OLD, lambda _: pytest.fail("it was asked for"), now=NOW)

    assert ours.access_token == NEW


def test_what_another_process_stored_for_another_origin_is_not_taken(
    file: CredentialsFile,
) -> None:
    file.store("default", Credentials("https://evil.example.com", "theirs"))
    ours = account(pair(), file)

    ours.renew(OLD, says(Credentials(ORIGIN, NEW)), now=NOW)

    assert ours.access_token == NEW


def test_a_new_token_that_has_outlived_its_time_is_renewed_again() -> None:
    ours = account(pair())
    later = SOON + timedelta(seconds=1)
    new = Credentials(ORIGIN, NEW, NEW_REFRESH, SOON.timestamp())

    assert ours.renew(OLD, says(new), now=NOW)
    assert not ours.needs_renewal(NOW)
    assert not ours.may_have_expired(401, NOW)
    assert not ours.renew(NEW, lambda _: pytest.fail("it was asked for"), now=NOW)

    assert ours.needs_renewal(later)
    assert ours.may_have_expired(401, later)
    assert ours.renew(NEW, says(Credentials(ORIGIN, OLD)), now=later)
    assert not ours.renew(OLD, lambda _: pytest.fail("it was asked for"), now=later)


def test_threads_that_share_an_account_renew_it_once(file: CredentialsFile) -> None:
    file.store("default", pair())
    ours = account(pair(), file)
    asked = []
    barrier = threading.Barrier(4)

    def validate(_: Credentials) -> Credentials:
        asked.append(1)
        return Credentials(ORIGIN, NEW)

    def work() -> None:
        barrier.wait(LONGEST_WAIT)
        ours.renew(OLD, validate, now=NOW)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_WAIT)

    assert asked == [1]
    assert ours.access_token == NEW


def test_nobody_goes_on_with_the_old_token_while_it_is_being_renewed() -> None:
    ours = account(pair())
    under_way, go_on = threading.Event(), threading.Event()
    used = []

    def validate(_: Credentials) -> Credentials:
        under_way.set()
        go_on.wait(LONGEST_WAIT)
        return Credentials(ORIGIN, NEW)

    def work() -> None:
        ours.needs_renewal(NOW)
        used.append(ours.access_token)

    first = threading.Thread(target=ours.renew, args=(OLD, validate), kwargs={"now": NOW})
    second = threading.Thread(target=work)
    first.start()
    assert under_way.wait(LONGEST_WAIT)
    second.start()
    second.join(0.05)
    go_on.set()
    for thread in (first, second):
        thread.join(LONGEST_WAIT)

    assert used == [NEW]


def test_the_environments_tokens_are_renewed_in_memory_and_never_written(
    file: CredentialsFile, notes: list[str]
) -> None:
    ours = account(pair(), None, notes)

    ours.renew(OLD, says(Credentials(ORIGIN, NEW, NEW_REFRESH)), now=NOW)

    assert ours.access_token == NEW
    assert notes == ["note: the token was renewed for this run only; to keep it: ffx auth login"]
    assert not file.path.exists()


# Where tokens come from


def test_the_environments_tokens_are_used_alone(file: CredentialsFile) -> None:
    file.store("default", pair())

    found = find_account({"FFX_ACCESS_TOKEN": f" {NEW}\n"}, settings(), file, print)

    assert found.access_token == NEW
    assert not found.facts(NOW).has_refresh_token
    assert found.facts(NOW).source == "FFX_ACCESS_TOKEN"
    assert found.name == "FFX_ACCESS_TOKEN"


def test_a_refresh_token_of_the_environment_does_not_mix_with_a_stored_one(
    file: CredentialsFile,
) -> None:
    file.store("default", pair(refresh=""))

    found = find_account({"FFX_REFRESH_TOKEN": NEW_REFRESH}, settings(), file, print)

    assert found.access_token == OLD
    assert not found.facts(NOW).has_refresh_token


def test_profiles_have_tokens_of_their_own(file: CredentialsFile) -> None:
    file.store("default", pair())
    file.store("work", Credentials(ORIGIN, NEW))

    assert find_account({}, settings(profile="work"), file, print).access_token == NEW
    with pytest.raises(AccountError, match="not logged in: no token for profile third"):
        find_account({}, settings(profile="third"), file, print)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/v1",
        "https://api.example.com:8443/v1",
        "https://api.example.com.evil.example/v1",
        "https://example.com/v1",
        "https://api.example.com./v1",
    ],
)
def test_a_stored_token_is_bound_to_its_origin(file: CredentialsFile, url: str) -> None:
    file.store("default", pair())

    with pytest.raises(AccountError) as caught:
        find_account({}, settings(url), file, print)

    assert caught.value.code == "wrong-origin"
    assert ORIGIN in caught.value.message
    assert settings(url).origin in caught.value.message


@pytest.mark.parametrize(
    "url",
    ["https://api.example.com", "https://API.example.com:443/v2", "https://api.example.com/"],
)
def test_paths_and_spellings_of_an_origin_do_not_matter(file: CredentialsFile, url: str) -> None:
    file.store("default", pair())

    assert find_account({}, settings(url), file, print).access_token == OLD


@pytest.mark.parametrize(("access", "refresh"), [("a b", ""), ("", ""), (OLD, "a\x1b[31m")])
def test_a_stored_token_that_is_none_is_named_by_its_file_and_profile(
    file: CredentialsFile, access: str, refresh: str
) -> None:
    file.store("default", Credentials(ORIGIN, access, refresh))

    with pytest.raises(UsageError, match=f"in {file.path}, profile default is not one"):
        find_account({}, settings(), file, print)


@pytest.mark.parametrize(
    ("credentials", "usable"),
    [
        (pair(LONG_PAST, ""), False),
        (pair(LONG_PAST), True),
        (pair(None, ""), True),
        (pair(FAR_AHEAD, ""), True),
    ],
)
def test_facts_tell_about_tokens_without_telling_them(
    file: CredentialsFile, credentials: Credentials, usable: bool
) -> None:
    facts = account(credentials, file).facts(NOW)

    assert facts.is_usable is usable
    assert OLD not in repr(facts) + str(facts.as_json())
    assert OLD_REFRESH not in repr(facts) + str(facts.as_json())
    assert facts.masked == f"…{OLD[-4:]}"


def test_of_a_short_token_nothing_is_shown() -> None:
    assert account(Credentials(ORIGIN, "short-token")).facts(NOW).masked == "…"


# What people paste


@each(
    ("text", "access", "refresh"),
    [
        (OLD, OLD, ""),
        (f"{OLD}\n", OLD, ""),
        (f"{OLD}\n{OLD_REFRESH}\n", OLD, OLD_REFRESH),
        (f"\n  {OLD}\t\r\n\r\n{OLD_REFRESH}\r\n", OLD, OLD_REFRESH),
        (f'{{"tokens": {{"access_token": "{OLD}", "expires_at": 1}}}}', OLD, ""),
        (
            f' {{"access_token": "{OLD}", "refresh_token": "{OLD_REFRESH}"}}\n',
            OLD,
            OLD_REFRESH,
        ),
        (f'{{"access_token": "{OLD}", "refresh_token": null}}', OLD, ""),
    ],
)
def test_a_pair_is_read_as_people_have_it(text: str, access: str, refresh: str) -> None:
    assert read_pasted_tokens(text, origin=ORIGIN) == Credentials(ORIGIN, access, refresh)


@each(
    ("text", "says"),
    [
        ("", "no token was given"),
        (" \n\n", "no token was given"),
        ("{}", "no token was given"),
        ("{", "no token was given"),
        ('{"tokens": 5}', "no token was given"),
        ('{"access_token": 5}', "no token was given"),
        ('{"refresh_token": "a"}', "no token was given"),
        ("{" * 100_000, "no token was given"),
        ("a\nb\nc", "3 lines where a token pair belongs"),
        ('"hidden"', "the token in the input is not one"),
        ("Bearer hidden", "the token in the input is not one"),
        ("a\nhid\x00den", "the token in the input is not one"),
        ("hidden" * 2000, "the token in the input is too long"),
    ],
)
def test_what_is_no_pair_is_refused_and_not_repeated(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        read_pasted_tokens(text, origin=ORIGIN)

    assert "hidden" not in caught.value.message + caught.value.hint
