"""`ffx auth`: log in, see the state of it, log out."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ffx.cli import options
from ffx.cli.lazy_commands import make_app
from ffx.cli.typer_classes import CommandGroup, LeafCommand
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from ffx.service.account import TokenFacts
    from ffx.settings.credentials import Credentials, CredentialsFile

app = make_app(
    name="auth", cls=CommandGroup, help="Log in to an account, see what is stored of it, log out."
)

_LONGEST_INPUT = 65_536  # bytes
_LOGIN_EXAMPLES = """
Examples:
  printf '%s\\n' "$ACCESS_TOKEN" "$REFRESH_TOKEN" | ffx auth login
  printf '%s\\n' "$ACCESS_TOKEN" "$REFRESH_TOKEN" | ffx auth login --profile other
"""
_STATUS_EXAMPLES = """
Examples:
  ffx auth status
  ffx auth status --all
  ffx auth status --json | jq -r '.profile'
"""
_LIST_EXAMPLES = """
Examples:
  ffx auth list
  ffx auth list --json | jq -r '.[].profile'
"""
_LOGOUT_EXAMPLES = """
Examples:
  ffx auth logout
  ffx auth logout --profile other
"""


@app.command(cls=LeafCommand, epilog=_LOGIN_EXAMPLES)
def login(ctx: typer.Context) -> None:
    """Keep the tokens of an account.

    Make them in FunnelFlux Pro under Settings → API Access. They are read from
    a hidden prompt, or from stdin: one per line, the refresh token second and
    optional, or the JSON that the service answers. They are checked with the
    service before they are kept, readable by you alone.
    """
    run: Run = ctx.obj
    from ffx.errors import AccountError, UsageError
    from ffx.service.account import refused_at_login
    from ffx.settings.credentials import own_credentials

    _refuse_sandbox(run, "there is nothing to log in to")
    if run.prints_curl:
        raise UsageError(
            "--curl sends nothing, and a login has to ask the service",
            hint="A command line with tokens in it would be seen by others on this machine.",
        )
    file = own_credentials()
    file.profiles()  # refused now, it costs nobody a refresh token: the check may spend it
    tokens = replace(_read_tokens(run), api_url=run.settings.api_url)
    with run.client_without_account() as client:
        try:
            tokens = tokens.renewed(client.validate(tokens))
        except AccountError as error:
            raise refused_at_login(error) from error
    with _token_file_errors(file), file.locked():
        file.store(run.settings.profile, tokens)
    if not tokens.refresh_token:
        run.output.note("note: without a refresh token you log in again when this one expires")
    run.output.note(f"logged in: profile {run.settings.profile}, {run.settings.origin}")
    _tell_environment(run)


@app.command(cls=LeafCommand, epilog=_STATUS_EXAMPLES)
def status(
    ctx: typer.Context,
    *,
    of_all: Annotated[bool, typer.Option("--all", help="Of every profile here.")] = False,
    as_json: options.PlainJson = False,
) -> None:
    """Show which account is in force, and until when its token is good.

    Nothing is asked of the service. Exit code 4 when the tokens are unusable;
    with --all, when those of any profile are.
    """
    run: Run = ctx.obj
    import json

    from ffx.errors import AccountError
    from ffx.service.account import find_account
    from ffx.settings.credentials import own_credentials

    _refuse_sandbox(run, "there is no account to show")
    file = own_credentials()
    if of_all:
        _show_all(run, file, as_json=as_json)
        return
    account = find_account(run.environ, run.settings, file, run.output.note)
    facts = account.facts(run.now)
    if as_json:
        if facts.is_usable:
            run.output.document(f"{json.dumps(facts.as_json(), indent=2)}\n")
    else:
        run.output.result(_status_text(run, facts))
    if not facts.is_usable:
        raise AccountError(
            f"the token of {account.name} has expired, and there is no refresh token",
            hint=account.advice,
            code="token-expired",
        )


@app.command("list", cls=LeafCommand, epilog=_LIST_EXAMPLES)
def list_(ctx: typer.Context, *, as_json: options.PlainJson = False) -> None:
    """List the accounts that are logged in on this machine.

    For each its profile, its address, the end of its token, and until when that
    is good. A * marks the profile that is used without --profile.
    """
    from ffx.settings.credentials import own_credentials

    run: Run = ctx.obj
    stored = _all_facts(run, own_credentials())
    if as_json:
        import json

        accounts = [
            {
                **facts.as_json(),
                "apiUrl": address,
                "default": facts.profile == run.settings.profile,
            }
            for facts, address in stored
        ]
        run.output.document(f"{json.dumps(accounts, indent=2)}\n")
    elif stored:
        run.output.result(_list_text(run, stored))
    if not stored:
        run.output.note("nobody is logged in on this machine; ffx auth login does it")
    _tell_environment(run)


def _refuse_sandbox(run: Run, reason: str) -> None:
    from ffx.errors import UsageError

    if run.settings.is_sandbox:
        raise UsageError(f"the sandbox has a token of its own; {reason}")


def _show_all(run: Run, file: "CredentialsFile", *, as_json: bool) -> None:
    """Show the status of every profile.

    Raises:
        AccountError: there is none, or the tokens of one are unusable.
    """
    import json

    from ffx.errors import AccountError
    from ffx.service.account import login_command

    stored = _all_facts(run, file)
    if not stored:
        raise AccountError("nobody is logged in", hint="Log in: ffx auth login", code="no-token")
    if as_json:
        facts_of_all = [facts.as_json() for facts, _ in stored]
        run.output.document(f"{json.dumps(facts_of_all, indent=2)}\n")
    else:
        texts = (_status_text(run, facts) for facts, _ in stored)
        run.output.result("\n".join(texts))
    if unusable := [facts.profile for facts, _ in stored if not facts.is_usable]:
        raise AccountError(
            f"expired, and without a refresh token: {', '.join(unusable)}",
            hint="\n".join(f"Log in again: {login_command(name)}" for name in unusable),
            code="token-expired",
        )


def _all_facts(run: Run, file: "CredentialsFile") -> "list[tuple[TokenFacts, str]]":
    """Return the facts about each profile's tokens, and the address that it was logged in at."""
    from ffx.service.account import Account

    stored = []
    for name in file.profiles():
        pair = file.load(name)
        if pair is not None:
            account = Account(pair, profile=name, file=file, note=run.output.note)
            stored.append((account.facts(run.now), pair.api_url or pair.origin))
    return stored


def _list_text(run: Run, stored: "Sequence[tuple[TokenFacts, str]]") -> str:
    """Write a line a profile: aligned on a terminal that has room for it, tab-separated in a pipe.

    On a narrower one each has its own few lines.
    """
    from ffx.output.clean import clean
    from ffx.output.secrets import without_passwords
    from ffx.output.width import pad, width_of

    rows = [("profile", "address", "token", "refresh", "expires")]
    for facts, address in stored:
        mark = " *" if facts.profile == run.settings.profile else ""
        rows.append((
            f"{clean(facts.profile)}{mark}",
            clean(without_passwords(address)),
            clean(facts.masked),
            "yes" if facts.has_refresh_token else "no",
            _expiry_text(run, facts.expires_at),
        ))  # fmt: skip
    if not run.output.screen.draws:
        return "".join("\t".join(row) + "\n" for row in rows)
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + 2 * (len(widths) - 1) > run.output.screen.width:
        heads, *accounts = rows
        blocks = (
            "".join(f"{pad(head, 7)}  {cell}\n" for head, cell in zip(heads, account, strict=True))
            for account in accounts
        )
        return "\n".join(blocks)
    lines = ("  ".join(map(pad, row, widths)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)


def _expiry_text(run: Run, expires_at: float | None) -> str:
    from ffx.input.times.zones import format_moment, to_local

    if expires_at is None:
        return "not known"
    moment = datetime.fromtimestamp(expires_at, UTC)
    state = "" if moment > run.now else ", expired"
    return f"{format_moment(to_local(moment, run.zone))}{state}"


@app.command(cls=LeafCommand, epilog=_LOGOUT_EXAMPLES)
def logout(ctx: typer.Context) -> None:
    """Forget the tokens of an account on this machine.

    They stay valid at the service until they expire.
    """
    run: Run = ctx.obj
    from ffx.settings.credentials import own_credentials

    _refuse_sandbox(run, "there is nothing to log out of")
    file = own_credentials()
    with _token_file_errors(file), file.locked():
        was_there = file.forget(run.settings.profile)
    name = run.settings.profile
    run.output.note(
        f"logged out: profile {name}" if was_there else f"profile {name} was not logged in"
    )
    _tell_environment(run)


def _tell_environment(run: Run) -> None:
    from ffx.settings.settings import has_own_token

    if has_own_token(run.environ):
        run.output.note("note: FFX_ACCESS_TOKEN is still set, and is used without --profile")


@contextmanager
def _token_file_errors(file: "CredentialsFile") -> Iterator[None]:
    """Turn the failure of a write into an error that names the file of the tokens."""
    from ffx.errors import OutputError, reason_of

    try:
        yield
    except OSError as error:
        raise OutputError(
            f"the tokens could not be stored: {reason_of(error)}",
            hint=f"looked at  {file.path}",
        ) from error


def _read_tokens(run: Run) -> "Credentials":
    from ffx.errors import UsageError
    from ffx.service.account import read_pasted_tokens

    if sys.stdin is None:
        raise UsageError("no input: stdin is closed", hint="Pipe the tokens in, one per line.")
    if sys.stdin.isatty():
        text = "\n".join(_ask_for_tokens())
    else:
        text = _decode(sys.stdin.buffer.read(_LONGEST_INPUT))
    return read_pasted_tokens(text, origin=run.settings.origin)


def _ask_for_tokens() -> tuple[str, str]:
    from ffx.cli.hidden_prompt import hidden_prompt

    access = ""
    try:
        with hidden_prompt() as ask:
            while not access:
                access = ask("Access token: ")
            return access, ask("Refresh token (may be empty): ")
    except EOFError as error:
        raise typer.Abort from error


def _decode(text: bytes) -> str:
    """Read what was piped in: UTF-8, or what PowerShell makes of it."""
    from ffx.errors import UsageError

    is_wide = text.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return text.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        # Its own words would quote what was read.
        raise UsageError("the input is not text in UTF-8", code="bad-token") from error


def _status_text(run: Run, facts: "TokenFacts") -> str:
    from ffx.output.clean import clean

    shown = {
        "profile": facts.profile,
        "origin": facts.origin,
        "token": f"{facts.masked}, from {facts.source}",
        "refresh": "yes" if facts.has_refresh_token else "no",
        "expires": _expiry_text(run, facts.expires_at),
    }
    return "".join(f"{name:<9}{clean(value)}\n" for name, value in shown.items())
