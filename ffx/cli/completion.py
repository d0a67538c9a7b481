"""What TAB offers: the values of options, and the run that answers a shell.

The shells' side is in `completion_scripts.py`; `completions/` holds the same scripts as files,
made by `make completions`.
"""

import os
from contextlib import suppress
from typing import Any

import typer

from ffx.cli.completion_scripts import FILES, SCRIPTS

VARIABLE = "_FFX_COMPLETE"
_CUSTOM_EVENTS = 10


def zones(incomplete: str) -> list[str]:
    """Return the time zones that begin so, in any case of letters."""
    from zoneinfo import available_timezones

    start = incomplete.casefold()
    return sorted(name for name in available_timezones() if name.casefold().startswith(start))


def events(incomplete: str) -> list[str]:
    """Return the event types that begin so."""
    names = ["entrance", "view", "click", "conversion"]
    names += [f"customEvent{number}" for number in range(1, _CUSTOM_EVENTS + 1)]
    return [name for name in names if name.casefold().startswith(incomplete.casefold())]


def files(incomplete: str) -> list[str]:
    """Return the mark by which the shell offers its file names, behind what was typed.

    typer drops values that do not begin so.
    """
    return [f"{incomplete}{FILES}"]


def no_values() -> list[str]:
    """Return no value: IDs are on no list, and the shell is not to offer file names."""
    return []


def fields(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return lists of members that begin so: the last name of the list completed."""
    from ffx.render.rows.columns import known_fields

    before, comma, typed = incomplete.rpartition(",")
    names_before = {name.strip().casefold() for name in before.split(",")}
    return [
        f"{before}{comma}{name}"
        for name in known_fields(ctx.command.name)
        if name.casefold().startswith(typed.casefold()) and name.casefold() not in names_before
    ]


def topics(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the pages of help, the commands and the rules that begin so, with their titles."""
    from ffx.cli.help_topics import TOPICS

    command: Any = ctx.find_root().command
    typed = ctx.params.get("topic") or ()
    for word in typed:
        command = getattr(command, "commands", {}).get(word)
    named = {name: title for name, (title, _) in TOPICS.items()} if not typed else {}
    for name, below in getattr(command, "commands", {}).items():
        named.setdefault(name, below.get_short_help_str())
    found = [(name, title) for name, title in named.items() if name.startswith(incomplete)]
    return found if found or typed or not incomplete else _rules(incomplete)


def _rules(incomplete: str) -> list[tuple[str, str]]:
    from ffx.findings.engine import RULES

    names = [(name, f"{rule.id} {rule.name}") for rule in RULES for name in (rule.id, rule.name)]
    return [pair for pair in names if pair[0].casefold().startswith(incomplete.casefold())]


def profiles(incomplete: str) -> list[str]:
    """Return the profiles that the settings file and the credentials name."""
    from ffx.errors import FfxError
    from ffx.settings.config import config_path, read_config
    from ffx.settings.credentials import own_credentials

    names = {"default"}
    for name_all in (
        lambda: read_config(config_path()).profiles,
        lambda: own_credentials().profiles(),
    ):
        with suppress(FfxError):  # TAB shows no advice; the command itself does
            names.update(name_all())
    return sorted(name for name in names if name.startswith(incomplete))


def is_completing() -> bool:
    """Tell whether a shell started this run to complete a line."""
    return VARIABLE in os.environ


def answer_shell(command: Any) -> int:
    """Answer the shell, and return the exit code.

    Raises:
        UsageError: the variable asks for nothing that is known.
        OutputError: the answer cannot be written.
    """
    from ffx.errors import ExitCode, UsageError
    from ffx.output.clean import quoted
    from ffx.output.streams import Output, find_screen

    request = os.environ[VARIABLE]
    task, _, shell = request.partition("_")
    if shell not in SCRIPTS or task not in ("complete", "source"):
        raise UsageError(
            f"{VARIABLE} asks for {quoted(request)}, which is nothing that ffx answers",
            hint="Unset it; a shell's script comes from ffx completion bash, zsh or fish.",
        )
    try:
        text = SCRIPTS[shell] if task == "source" else _candidates(command, shell)
    except Exception:  # TAB shows no advice
        return ExitCode.USAGE
    if text:
        Output(find_screen(os.environ)).result(text)
    return ExitCode.OK


def _candidates(command: Any, shell: str) -> str:
    """Return the values that may stand where TAB was pressed, one a line; empty without any."""
    from typer._click.shell_completion import CompletionItem, ShellComplete

    words, incomplete = _typed(shell)
    is_joined = incomplete.startswith("--") and "=" in incomplete
    # fish wants the whole word; zsh's script and bash have taken the option off.
    option = f"{incomplete.partition('=')[0]}=" if is_joined and shell == "fish" else ""

    class Lines(ShellComplete):
        """typer's search for candidates, with the words given instead of read from a shell."""

        def source_vars(self) -> dict[str, Any]:
            return {}

        def get_completion_args(self) -> tuple[list[str], str]:
            return words, incomplete

        def format_completion(self, item: CompletionItem) -> str:
            described = " ".join((item.help or "").split())
            if str(item.value).endswith(FILES):
                return FILES
            value = f"{option}{item.value}"
            return f"{value}\t{described}" if described else value

    lines = Lines(command, {}, "ffx", VARIABLE).complete()
    return f"{lines}\n" if lines else ""


def _typed(shell: str) -> tuple[list[str], str]:
    """Return the words behind `ffx` up to the cursor, and the one that TAB is to complete."""
    from typer._click.shell_completion import split_arg_string

    if shell == "bash":
        place = int(os.environ["COMP_CWORD"])
        typed = split_arg_string(os.environ["COMP_WORDS"])
        last = typed[place] if place < len(typed) else ""
        # bash parts --name=value into three.
        return [word for word in typed[1:place] if word != "="], "" if last == "=" else last
    line = os.environ.get("_FFX_WORDS", "")
    typed = split_arg_string(line)[1:]
    if typed and not line.endswith(" "):
        return typed[:-1], typed[-1]
    return typed, ""
