"""Rows 1 to 7, 14 to 16 and 97: tokens, and how they are renewed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from ffx.settings.credentials import credentials_path
from tests.conftest import SAMPLE_TOKEN
from tests.explorer import VISITOR_ID, Explorer, Script, answer, history
from tests.faults.patience import Tell, Told, assert_same_in_json, firsts
from tests.faults.rows import VISITOR, by_number, told_of
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
)

FOUND = answer(history())
ASKED = " ".join(VISITOR)
AGAIN = "  Log in again: ffx auth login. Refresh tokens can expire or be withdrawn.\n"
LEFT = "  The old tokens are left as they are. Report it, with the time of the request.\n"
UNUSABLE = f"ffx: the service's answer to the renewal holds no usable token\n{LEFT}"
OURS = "  Log in again: ffx auth login (the tokens were those of profile default)\n"
ENVIRONMENTS = (
    "  Set a new FFX_ACCESS_TOKEN, or use ffx auth login. Access tokens live 72 hours.\n"
)
NOT_A_TOKEN = "is not one: it holds characters that no token has\n"
COPY = "  Copy it again, without quotes, blanks or line ends.\n"


@dataclass(frozen=True)
class Row:
    """What is stored and answered, and how the run must end.

    `expires_at` False stores nothing, and leaves the environment's token in
    force. `bearers` are the tokens asked with, `kept` is the stored one after.
    """

    number: int
    name: str
    answers: tuple[Script, ...]
    code: int = 0
    err: str = ""
    expires_at: float | bool | None = LONG_PAST
    refresh_token: str = OLD_REFRESH
    bearers: tuple[str, ...] = (OLD, NEW)
    kept: str = NEW
    environ: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.number}-{self.name}"


def refused(status: int, message: str = "no") -> Script:
    return answer({"message": message}, status, {"X-Request-Id": "r-1"})


def renewal_row(name: str, body: Script, **changes: object) -> Row:
    return Row(6, name, (body, FOUND), 5, UNUSABLE, bearers=(OLD,), kept=OLD)


def expiry_row(name: str, **members: object) -> Row:
    return Row(7, name, (renewal(**members), FOUND))


def token_row(name: str, token: str, variable: str = "FFX_ACCESS_TOKEN") -> Row:
    environ = {"FFX_ACCESS_TOKEN": SAMPLE_TOKEN, variable: token}
    err = f"ffx: the token in {variable} {NOT_A_TOKEN}{COPY}"
    return Row(14, name, (FOUND,), 2, err, False, bearers=(), kept="", environ=environ)


ROWS = [
    Row(2, "known to have expired", (renewal(), FOUND)),
    Row(2, "401 to a good one", (refused(401), renewal(), FOUND), expires_at=FAR_AHEAD,
        bearers=(OLD, OLD, NEW)),
    Row(2, "401, unknown expiry", (refused(401), renewal(), FOUND), expires_at=None,
        bearers=(OLD, OLD, NEW)),
    Row(2, "429 at the renewal", (answer(b"", 429, {"Retry-After": "2"}), renewal(), FOUND),
        err="note: the service answered 429 Too Many Requests; waiting 2 s (1 of 3)\n",
        bearers=(OLD, OLD, NEW)),
    Row(3, "400, unknown expiry", (refused(400), renewal(), FOUND), expires_at=None,
        bearers=(OLD, OLD, NEW)),
    Row(3, "400 to a good one", (refused(400), FOUND), 5,
        "ffx: the service answered 400 Bad Request (request r-1): 'no'\n"
        "  The token may have expired: the service answers that with 400, too.\n",
        FAR_AHEAD, bearers=(OLD,), kept=OLD),
    Row(4, "401", (refused(401),), 4,
        "ffx: the token was refused: the service answered 401 Unauthorized (request r-1): 'no'\n"
        f"{ENVIRONMENTS}", False, bearers=(SAMPLE_TOKEN,), kept=""),
    Row(4, "400", (refused(400),), 5,
        "ffx: the service answered 400 Bad Request (request r-1): 'no'\n"
        "  The token may have expired: the service answers that with 400, too.\n",
        False, bearers=(SAMPLE_TOKEN,), kept=""),
    Row(4, "401, stored", (refused(401),), 4,
        "ffx: the token was refused: the service answered 401 Unauthorized (request r-1): 'no'\n"
        f"{OURS}", None, "", (OLD,), OLD),
    Row(5, "400", (refused(400, "invalid_grant"),), 4,
        "ffx: the token could not be renewed: the service answered 400 Bad Request "
        f"(request r-1): 'invalid_grant'\n{AGAIN}", bearers=(OLD,), kept=OLD),
    Row(5, "401", (refused(401),), 4,
        "ffx: the token could not be renewed: the service answered 401 Unauthorized "
        f"(request r-1): 'no'\n{AGAIN}", bearers=(OLD,), kept=OLD),
    Row(5, "403", (refused(403),), 4,
        "ffx: this account may not do that: the service answered 403 Forbidden "
        "(request r-1): 'no'\n  Ask whoever manages the account, or use another token.\n",
        bearers=(OLD,), kept=OLD),
    # A 404 here is no word about the visitor.
    Row(5, "404", (refused(404),), 5,
        "ffx: the token could not be renewed: the service answered 404 Not Found "
        "(request r-1): 'no'\n  The old tokens are left as they are. Check FFX_API_URL.\n",
        bearers=(OLD,), kept=OLD),
    Row(5, "404 after 401", (refused(401), answer(b"", 404)), 5,
        "ffx: the token could not be renewed: the service answered 404 Not Found\n"
        "  The old tokens are left as they are. Check FFX_API_URL.\n",
        None, bearers=(OLD, OLD), kept=OLD),
    Row(5, "echoes the refresh token", (refused(422, f"bad {OLD_REFRESH} {OLD}"),), 5,
        "ffx: the service answered 422 Unprocessable Entity (request r-1): "
        "'bad <the token> <the token>'\n"
        "  Report it to the provider's support, with the time of the request.\n",
        bearers=(OLD,), kept=OLD),
    Row(5, "503 for ever", (answer(b"", 503),), 6,
        "note: the service answered 503 Service Unavailable; waiting 0.2 s (1 of 3)\n"
        "note: the service answered 503 Service Unavailable; waiting 0.5 s (2 of 3)\n"
        "ffx: the service answered 503 Service Unavailable (after 3 tries)\n"
        "  Try again in a while.\n", bearers=(OLD,) * 3, kept=OLD),
    renewal_row("no token", renewal(access_token=None)),
    renewal_row("an empty token", renewal(access_token="")),
    renewal_row("blanks", renewal(access_token="  ")),
    renewal_row("a newline", renewal(access_token="new\nX-Evil: 1")),
    renewal_row("ESC", renewal(access_token="new\x1b[31m")),
    renewal_row("a number", renewal(access_token=5)),
    renewal_row("a long one", renewal(access_token="a" * 8193)),
    renewal_row("a refresh token with ESC", renewal(refresh_token="new\x1b[31m")),
    renewal_row("a refresh token that is a list", renewal(refresh_token=["a"])),
    renewal_row("an empty body", answer(b"")),
    renewal_row("an empty object", answer({})),
    renewal_row("a list", answer([])),
    renewal_row("a page", answer(b"<html>log in</html>")),
    renewal_row("deep nesting", answer(b"[" * 100_000)),
    expiry_row("missing", expires_at=None),
    expiry_row("text", expires_at="tomorrow"),
    expiry_row("past", expires_at=1_600_000_000),
    expiry_row("past, in milliseconds", expires_at=1_600_000_000_000),
    expiry_row("beyond all calendars", expires_at=10**14 * 9),
    expiry_row("400 digits", expires_at=10**400),
    expiry_row("a list", expires_at=[1]),
    token_row("newline", "abc\ndef"),
    token_row("blank", "Bearer abc"),
    token_row("quotes", '"abc"'),
    token_row("non-ASCII", "töken"),
    token_row("ESC", "abc\x1b[31m"),
    token_row("zero-width", "abc\u200b"),
    token_row("refresh", "a b", "FFX_REFRESH_TOKEN"),
    Row(15, "403", (refused(403),), 4,
        "ffx: this account may not do that: the service answered 403 Forbidden "
        "(request r-1): 'no'\n  Ask whoever manages the account, or use another token.\n",
        FAR_AHEAD, bearers=(OLD,), kept=OLD),
    Row(16, "401 again", (refused(401), renewal(), refused(401)), 4,
        "ffx: the token was refused: the service answered 401 Unauthorized (request r-1): 'no'\n"
        f"{OURS}", None, bearers=(OLD, OLD, NEW)),
    Row(16, "401 after a renewal beforehand", (renewal(), refused(401)), 4,
        "ffx: the token was refused: the service answered 401 Unauthorized (request r-1): 'no'\n"
        f"{OURS}"),
    Row(16, "400 after a renewal", (renewal(expires_at=None), refused(400)), 5,
        "ffx: the service answered 400 Bad Request (request r-1): 'no'\n"
        "  The token may have expired: the service answers that with 400, too.\n"),
    Row(97, "hours behind", (answer(history(), 200, {"Date": "Wed, 05 Mar 2200 14:30:00 GMT"}),),
        err="note: this machine's clock is HOURS behind the service's; "
        "windows go by this machine's\n", expires_at=FAR_AHEAD, bearers=(OLD,), kept=OLD),
    Row(97, "junk", (answer(history(), 200, {"Date": "soon \x1b[31m"}),),
        expires_at=FAR_AHEAD, bearers=(OLD,), kept=OLD),
]  # fmt: skip


@pytest.mark.parametrize("rows", by_number(ROWS))
@pytest.mark.fault
def test_the_rows(
    rows: list[Row], tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for row in rows:
        with told_of(row), monkeypatch.context() as patch:
            check(row, tell, explorer, patch)
            credentials_path().unlink(missing_ok=True)


def check(row: Row, tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*more: str) -> Told:
        explorer.requests.clear()
        explorer.answer_with(*row.answers)
        if row.expires_at is not False:
            expires_at = None if row.expires_at is None else float(row.expires_at)
            log_in(explorer, monkeypatch, expires_at=expires_at, refresh_token=row.refresh_token)
        for name, value in row.environ.items():
            monkeypatch.setenv(name, value)
        told = tell(*VISITOR, *more, port=explorer.port)
        assert tuple(bearers(explorer)) == row.bearers
        assert stored().get("access_token", "") == row.kept
        if row.number == 7:
            assert stored()["expires_at"] is None
        return told

    plain = run()

    assert clock_taken_out(plain.err) == row.err
    assert plain.code == row.code
    # An error's words become an object in one place: each number meets it once.
    said = plain.err
    if row in firsts(ROWS):
        as_json = run("--json")
        assert_same_in_json(plain, as_json)
        said += as_json.err
    for value in row.environ.values():
        assert value in (SAMPLE_TOKEN,) or value not in said


def clock_taken_out(err: str) -> str:
    import re

    return re.sub(r"\d+ h \d+ min", "HOURS", err)


@pytest.mark.fault(1)
def test_row_1_without_a_token_the_message_says_how_to_log_in_and_where_it_looked(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FFX_ACCESS_TOKEN")
    plain, as_json = tell(*VISITOR), tell(*VISITOR, "--json")

    assert plain.code == 4
    assert plain.err == (
        "ffx: not logged in: no token for profile default\n"
        "  Log in with ffx auth login, or set FFX_ACCESS_TOKEN; to look around, --sandbox.\n"
        "  looked in  FFX_ACCESS_TOKEN, HOME/config/ffx/credentials.json\n"
    )
    assert_same_in_json(plain, as_json)
    assert explorer.requests == []


@pytest.mark.fault(1)
def test_row_1_a_refresh_token_alone_is_said_to_do_nothing(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FFX_ACCESS_TOKEN", " ")
    monkeypatch.setenv("FFX_REFRESH_TOKEN", OLD_REFRESH)

    told = tell(*VISITOR)

    assert told.code == 4
    assert "  FFX_REFRESH_TOKEN is set, but does nothing alone.\n" in told.err


@pytest.mark.fault(2)
def test_row_2_with_v_the_renewal_is_told_in_a_line(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(explorer, monkeypatch)
    explorer.answer_with(renewal(), FOUND)

    told = tell(*VISITOR, "-v", port=explorer.port)

    assert told.code == 0
    assert "the access token had expired and was renewed\n" in told.err
    assert paths(explorer) == [VALIDATE, "/v1/reporting/explorer/visitor"]
    assert explorer.requests[0].json == {"refresh_token": OLD_REFRESH}
    assert stored()["refresh_token"] == NEW_REFRESH
    assert stored()["expires_at"] == FAR_AHEAD


def test_a_token_is_not_sent_to_another_origin(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in("https://api.example.com/v1", monkeypatch, expires_at=FAR_AHEAD)

    told = tell(*VISITOR, port=explorer.port)

    assert told.code == 4
    assert told.err == (
        "ffx: the token of profile default belongs to https://api.example.com, "
        "and is not sent to http://127.0.0.1:PORT\n"
        "  Log in there: ffx auth login --api-url http://127.0.0.1:PORT/v1, or name another "
        "--profile.\n"
    )
    assert explorer.requests == []


def test_a_batch_with_an_expired_token_renews_it_once_and_loses_nobody(
    tell: Tell, explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(explorer, monkeypatch)
    explorer.answer_with(renewal(), FOUND)

    told = tell(*VISITOR, f"2{VISITOR_ID[1:]}", f"3{VISITOR_ID[1:]}", "--json")

    assert told.code == 0
    assert [json.loads(line)["reply"] for line in told.out.splitlines()] == [history()] * 3
    assert paths(explorer).count(VALIDATE) == 1
