"""typer's errors about a command line in our form: what is wrong, and what was meant."""

import re
from typing import Any

import typer

from ffx.errors import UsageError
from ffx.output.secrets import without_passwords
from ffx.output.words import perhaps

_WHERE_TOKENS_COME_FROM = (
    "Tokens come from the prompt of ffx auth login or from its stdin, since others see command "
    "lines."
)
# IDs are shorter, and so is whatever else is typed where a command or an option belongs.
_TOKEN_LIKE = re.compile(r"[A-Za-z0-9._~+/=-]{33,}")

_MOST_OWNERS = 3


def usage_error(error: typer.TyperException) -> UsageError:
    """Return typer's error in our form, with a hint at what was meant."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "ffx"
    message = error.format_message().strip()
    if message.startswith("Usage:"):
        return _no_arguments_error(context, path, usage=message.partition("\n")[0])
    if path.startswith("ffx auth") and "extra argument" in message:
        # It may be a token, which is not to be repeated.
        return UsageError(f"{path} takes no argument", hint=_WHERE_TOKENS_COME_FROM)
    if context is not None and path == "ffx auth" and message.startswith("No such command"):
        return _no_such_auth_command(context, message)
    hint = _hint(error, context, path, message)
    message = (
        message.partition(" (Possible options:")[0].partition(". Did you mean")[0].rstrip(".")
    )
    message = _TOKEN_LIKE.sub("…", without_passwords(message))
    return UsageError(
        f"{message[:1].lower()}{message[1:]}",
        hint=f"{hint} See {path} --help.".lstrip(),
        code="usage",
    )


def _no_such_auth_command(context: Any, message: str) -> UsageError:
    """Refuse what may be a token, without repeating it."""
    hint = perhaps(
        _quoted_word(message),
        context.command.commands,
        before="ffx auth ",
        otherwise=_WHERE_TOKENS_COME_FROM,
    )
    return UsageError("ffx auth has no such command", hint=hint)


def _hint(error: typer.TyperException, context: Any, path: str, message: str) -> str:
    """Name the command or the option that was meant, or where the option belongs."""
    option = getattr(error, "option_name", "")
    if path == "ffx" and option in _options_of_commands(context):
        return f"{option} goes after the command."
    if context is not None and message.startswith("Missing command"):
        return f"There is: {', '.join(context.command.commands)}."
    if message.startswith("No such command"):
        return _hint_on_command(context, _quoted_word(message))
    if owners := _commands_with(context, option):
        shown = ", ".join(owners[:_MOST_OWNERS])
        others = " and others" if len(owners) > _MOST_OWNERS else ""
        return f"{option} belongs to {shown}{others}{_advice_on_windows(path, option)}."
    return _nearest_option(error, context, option)


def _nearest_option(error: typer.TyperException, context: Any, option: str) -> str:
    known = list(getattr(error, "possibilities", None) or ())
    if context is not None:
        known += [name for param in context.find_root().command.params for name in param.opts]
    return perhaps(option, known, alike=0.75)


def _no_arguments_error(context: Any, path: str, *, usage: str) -> UsageError:
    """Say in three lines what a command without any argument needs."""
    example = next(
        (line for line in (context.command.epilog or "").splitlines() if "  ffx " in line),
        "  ffx k3yyck910q7g90ceygzc7nr1 --sandbox",
    )
    return UsageError(
        "which shell?" if path == "ffx completion" else "what shall be looked up?",
        hint=f"{usage}\nFor example: {example.strip()}\nSee {path} --help.",
        code="no-arguments",
    )


def _commands_with(context: Any, option: str) -> list[str]:
    """Return the other commands that take an option, those of a look-up first."""
    if context is None or not option.startswith("-") or context.parent is None:
        return []
    return [
        f"ffx {name}"
        for name, command in context.find_root().command.commands.items()
        if any(option in param.opts for param in command.params)
    ]


def _advice_on_windows(path: str, option: str) -> str:
    """Say what a hit has in the place of a window."""
    if path == "ffx hit" and option in ("--since", "--until", "--on", "--around", "--within"):
        return "; a hit needs no window, and --at TIME says roughly when it was"
    return ""


def _quoted_word(message: str) -> str:
    """Return the word that typer's message has in quotes."""
    return message.partition("'")[2].partition("'")[0]


def _hint_on_command(context: Any, typed: str) -> str:
    """Name the command that was meant, one below another included."""
    paths = {name: f"ffx {name}" for name in context.find_root().command.commands}
    for group, command in context.find_root().command.commands.items():
        for name in getattr(command, "commands", ()):
            paths.setdefault(name, f"ffx {group} {name}")
    otherwise = "If it is an ID all the same, put visitor, hit or diagnose before it."
    # A dot is of a file's name or a host's, and not of a command's.
    return otherwise if "." in typed else perhaps(typed, paths, shown=paths, otherwise=otherwise)


def _options_of_commands(context: Any) -> set[str]:
    commands = context.find_root().command.commands.values() if context is not None else ()
    return {name for command in commands for param in command.params for name in param.opts}
