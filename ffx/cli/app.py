"""The command line: the root, its options, and the one place where a run ends.

Errors become text and exit codes here and nowhere else. What a run may not
need is imported where it is needed: `ffx --help` stays quick.
"""

import os
import re
import signal
import sys
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

import typer

from ffx import signals
from ffx.cli import completion
from ffx.cli.global_options import RootGroup
from ffx.cli.lazy_commands import LazyCommands
from ffx.cli.option_groups import grouped
from ffx.cli.run_wide import RunWide, make_run
from ffx.errors import ExitCode, FfxError, UsageError, asks_for_json
from ffx.output.secrets import secrets, without_passwords
from ffx.output.streams import Output, ReaderLeft, find_screen, settle_stderr
from ffx.version import __version__

_EPILOG = """
ffx TARGET is ffx diagnose TARGET, where TARGET holds an ID.
Without an account: ffx sandbox
More: ffx help times, targets, output, members, lists, json, findings …
"""


_WHERE_TOKENS_COME_FROM = (
    "Tokens come from the prompt of ffx auth login or from its stdin, since others see command "
    "lines."
)
# IDs are shorter, and so is whatever else is typed where a command or an option belongs.
_LIKE_A_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{33,}")

_MOST_OWNERS = 3


class _Root(RootGroup):
    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  # typer's signature
        formatter.write(_EPILOG)


_root = typer.Typer(
    cls=_Root,
    help="Who was this visitor, what happened to this hit, why did it not convert?",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
# Where each command is, in the order of the help.
_COMMANDS = {
    "visitor": "ffx.cli.commands.visitor",
    "hit": "ffx.cli.commands.hit",
    "diagnose": "ffx.cli.commands.diagnose",
    "reconcile": "ffx.cli.commands.reconcile",
    "watch": "ffx.cli.commands.watch",
    "compare": "ffx.cli.commands.compare",
    "completion": "ffx.cli.commands.completion",
    "help": "ffx.cli.commands.help",
    "auth": "ffx.cli.commands.auth",
    "sandbox": "ffx.cli.commands.sandbox",
}


def _show_version(wanted: bool) -> None:  # noqa: FBT001  # typer calls it so
    if wanted:
        Output(find_screen(os.environ)).result(f"ffx {__version__}\n")
        raise typer.Exit


@_root.callback()
@grouped
def root(
    ctx: typer.Context,
    *,
    typed: RunWide,
    version: Annotated[  # noqa: ARG001  # its callback does the work
        bool,
        typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """Read the run-wide options."""
    ctx.obj = make_run(tuple(ctx.find_root().meta.get("ffx.arguments", ())), typed)


@cache
def root_command() -> Any:
    """Make the root of all commands; those below it are built as they are needed."""
    command: Any = typer.main.get_command(_root)
    command.commands = LazyCommands(_COMMANDS)
    return command


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line, `sys.argv`'s by default, and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for name in ("FFX_ACCESS_TOKEN", "FFX_REFRESH_TOKEN"):
        secrets.keep(os.environ.get(name, "").strip())
    output = Output(find_screen(os.environ))
    as_json = asks_for_json(arguments)
    try:
        return _run(arguments)
    except FfxError as error:
        output.error(error, as_json=as_json)
        # One that comes while a signal ends the run is told beside it.
        return 128 + came if (came := signals.first()) else error.exit_code
    except ReaderLeft:
        return ExitCode.OK
    except (KeyboardInterrupt, typer.Abort):
        return _end_on_signal(output, as_json=as_json)
    except Exception as error:
        # Python 3.11 makes another exception of one that comes where a class is being made.
        if signals.first():
            return _end_on_signal(output, as_json=as_json)
        if os.environ.get("FFX_DEBUG"):
            raise
        output.error(
            FfxError(
                f"a fault in ffx itself: {type(error).__name__}: {error}",
                hint="Please report it, with the command. FFX_DEBUG=1 shows where it happened.",
            ),
            as_json=as_json,
        )
        return ExitCode.FAULT
    finally:
        settle_stderr()


def _end_on_signal(output: Output, *, as_json: bool) -> int:
    """Say which signal ended the run, and return the exit code."""
    number = signals.first() or signal.SIGINT
    words = signals.WORDS[number]
    output.error(FfxError(words, code=words.replace(" ", "-")), as_json=as_json)
    return ExitCode(128 + number)


def _run(arguments: list[str]) -> int:
    command = root_command()
    if completion.is_asked():
        return completion.answer(command)
    try:
        with command.make_context("ffx", list(arguments)) as context:
            context.meta["ffx.arguments"] = tuple(arguments)
            command.invoke(context)
    except typer.Exit as finish:
        return finish.exit_code
    except typer.TyperException as error:
        raise _usage_error(error) from error
    return ExitCode.OK


def _usage_error(error: typer.TyperException) -> UsageError:
    """Say in our form what typer has against a command line."""
    from difflib import get_close_matches

    from ffx.output.words import perhaps

    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "ffx"
    message = error.format_message().strip()
    if message.startswith("Usage:"):
        return _nothing_typed(context, path, usage=message.partition("\n")[0])
    if path.startswith("ffx auth") and "extra argument" in message:
        # It may be a token, which is not to be repeated.
        return UsageError(f"{path} takes no argument", hint=_WHERE_TOKENS_COME_FROM)
    if context is not None and path == "ffx auth" and message.startswith("No such command"):
        hint = perhaps(
            _typed(message),
            context.command.commands,
            before="ffx auth ",
            otherwise=_WHERE_TOKENS_COME_FROM,
        )
        return UsageError("ffx auth has no such command", hint=hint)
    known = list(getattr(error, "possibilities", None) or ())
    if context is not None:
        known += [name for param in context.find_root().command.params for name in param.opts]
    option = getattr(error, "option_name", "")
    near = get_close_matches(option, known, n=1, cutoff=0.75)
    hint = f"Perhaps {near[0]}. " if near else ""
    if owners := _owners(context, option):
        hint = f"{option} belongs to {', '.join(owners)}{_instead(path, option)}. "
    if path == "ffx" and option in _options_of_commands(context):
        hint = f"{option} goes after the command. "
    elif context is not None and message.startswith("Missing command"):
        hint = f"There is: {', '.join(context.command.commands)}. "
    elif message.startswith("No such command"):
        hint = _hint_on_command(context, _typed(message))
    message = (
        message.partition(" (Possible options:")[0].partition(". Did you mean")[0].rstrip(".")
    )
    message = _LIKE_A_TOKEN.sub("…", without_passwords(message))
    return UsageError(
        f"{message[:1].lower()}{message[1:]}", hint=f"{hint}See {path} --help.", code="usage"
    )


def _nothing_typed(context: Any, path: str, *, usage: str) -> UsageError:
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


def _owners(context: Any, option: str) -> list[str]:
    """Return the other commands that take an option, those of a look-up first."""
    if context is None or not option.startswith("-") or context.parent is None:
        return []
    return [
        f"ffx {name}"
        for name, command in context.find_root().command.commands.items()
        if any(option in param.opts for param in command.params)
    ][:_MOST_OWNERS]


def _instead(path: str, option: str) -> str:
    """Say what a hit has in the place of a window."""
    if path == "ffx hit" and option in ("--since", "--until", "--on", "--around", "--within"):
        return "; a hit needs no window, and --at TIME says roughly when it was"
    return ""


def _typed(message: str) -> str:
    """Return the word that typer's message has in quotes."""
    return message.partition("'")[2].partition("'")[0]


def _hint_on_command(context: Any, typed: str) -> str:
    """Name the command that was meant, one below another included."""
    from difflib import get_close_matches

    paths = {name: f"ffx {name}" for name in context.find_root().command.commands}
    for group, command in context.find_root().command.commands.items():
        for name in getattr(command, "commands", ()):
            paths.setdefault(name, f"ffx {group} {name}")
    if near := get_close_matches(typed, paths, n=1):
        return f"Perhaps {paths[near[0]]}. "
    return (
        "A TARGET that does not look like an ID needs a command: "
        "ffx visitor TARGET, ffx hit TARGET, ffx diagnose TARGET. "
    )


def _options_of_commands(context: Any) -> set[str]:
    commands = context.find_root().command.commands.values() if context is not None else ()
    return {name for command in commands for param in command.params for name in param.opts}
