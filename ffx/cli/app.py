"""The command line: the root, its options, and the one place where a run ends.

Errors become text and exit codes here and nowhere else. What a run may not
need is imported where it is needed: `ffx --help` stays quick.
"""

import errno
import os
import signal
import sys
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

import typer

from ffx import signals
from ffx.cli import completion
from ffx.cli.lazy_commands import LazyCommands
from ffx.cli.option_groups import grouped
from ffx.cli.run_wide_options import RunWideOptions, make_run
from ffx.cli.typer_classes import RootGroup
from ffx.errors import (
    ExitCode,
    FfxError,
    TemporaryError,
    asks_for_json,
    is_short_of_memory,
)
from ffx.output.secrets import secrets
from ffx.output.streams import Output, ReaderLeft, find_screen, settle_stderr
from ffx.version import __version__

_EPILOG = """
ffx TARGET is ffx diagnose TARGET, where TARGET holds an ID.
Without an account: ffx sandbox
More: ffx help times, targets, output, members, lists, json, findings …
"""


_root = typer.Typer(
    cls=RootGroup,
    epilog=_EPILOG,
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
    typed: RunWideOptions,
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
        # Where a signal ends the run meanwhile, the error is written; the code is the signal's.
        return 128 + came if (came := signals.first_signal()) else error.exit_code
    except ReaderLeft:
        return ExitCode.OK
    except (KeyboardInterrupt, typer.Abort):
        return _end_on_signal(output, as_json=as_json)
    except Exception as error:
        # Python 3.11 makes another exception of one that comes where a class is being made.
        if signals.first_signal():
            return _end_on_signal(output, as_json=as_json)
        if os.environ.get("FFX_DEBUG"):
            raise
        unexpected = _unexpected(error)
        output.error(unexpected, as_json=as_json)
        return unexpected.exit_code
    finally:
        settle_stderr()


def _unexpected(error: Exception) -> FfxError:
    """Make an error of an exception that nobody expected."""
    if is_short_of_memory(error):
        return TemporaryError(
            "there is too little memory",
            hint="Close other programs, or raise the limit (ulimit -v). Fewer --jobs and a\n"
            "narrower window take less.",
            code="memory",
        )
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
        # A module that is to be loaded is one more file.
        return TemporaryError(
            f"the system lets ffx open no more files: {(error.strerror or '').lower()}",
            hint="Use fewer --jobs, or raise the limit (ulimit -n).",
            code="exhausted",
        )
    return FfxError(
        f"a fault in ffx itself: {type(error).__name__}: {error}",
        hint="Please report it, with the command. FFX_DEBUG=1 shows where it happened.",
    )


def _end_on_signal(output: Output, *, as_json: bool) -> int:
    """Say which signal ended the run, and return the exit code."""
    number = signals.first_signal() or signal.SIGINT
    words = signals.WORDS[number]
    output.error(FfxError(words, code=words.replace(" ", "-")), as_json=as_json)
    return ExitCode(128 + number)


def _run(arguments: list[str]) -> int:
    command = root_command()
    if completion.is_completing():
        return completion.answer_shell(command)
    try:
        with command.make_context("ffx", list(arguments)) as context:
            context.meta["ffx.arguments"] = tuple(arguments)
            command.invoke(context)
    except typer.Exit as finish:
        return finish.exit_code
    except typer.TyperException as error:
        from ffx.cli.usage_errors import usage_error

        raise usage_error(error) from error
    return ExitCode.OK
