"""What TAB offers: the values of options, and the run that answers a shell.

The shells' side is typer's; `completions/` holds its scripts, made by
`make completions`.
"""

import os
from contextlib import suppress
from typing import Any

VARIABLE = "_FFX_COMPLETE"
_CUSTOM_EVENTS = 10


def zones(incomplete: str) -> list[str]:
    """Return the time zones that begin so, in any case of letters."""
    from zoneinfo import available_timezones

    wanted = incomplete.casefold()
    return sorted(name for name in available_timezones() if name.casefold().startswith(wanted))


def events(incomplete: str) -> list[str]:
    """Return the event types that begin so."""
    names = ["entrance", "view", "click", "conversion"]
    names += [f"customEvent{number}" for number in range(1, _CUSTOM_EVENTS + 1)]
    return [name for name in names if name.casefold().startswith(incomplete.casefold())]


def topics(incomplete: str) -> list[str]:
    """Return the pages of help and the commands that begin so."""
    from ffx.cli.topics import TOPICS

    names = (*TOPICS, "visitor", "hit", "diagnose", "watch", "compare", "auth", "sandbox")
    return [name for name in names if name.startswith(incomplete)]


def profiles(incomplete: str) -> list[str]:
    """Return the profiles that the settings file and the credentials name.

    Names that none may have are left out: zsh's script evaluates what it is given.
    """
    from ffx.errors import FfxError
    from ffx.settings.config import default_path, is_profile_name, read_config
    from ffx.settings.credentials import CredentialsFile
    from ffx.settings.credentials import default_path as credentials_path

    names = {"default"}
    for name_all in (
        lambda: read_config(default_path()).profiles,
        lambda: CredentialsFile(credentials_path()).profiles(),
    ):
        with suppress(FfxError):  # TAB is no place for advice; the command itself will tell
            names.update(name_all())
    return sorted(name for name in names if name.startswith(incomplete) and is_profile_name(name))


def is_asked() -> bool:
    """Tell whether a shell started this run to complete a line."""
    return VARIABLE in os.environ


def answer(command: Any) -> int:
    """Answer the shell, and return the exit code.

    Raises:
        OutputError: the answer cannot be written.
    """
    import sys
    from contextlib import redirect_stdout
    from io import StringIO

    from typer.completion import completion_init  # type: ignore[attr-defined]  # not listed

    from ffx.errors import ExitCode
    from ffx.output.streams import Output, find_screen

    # typer would load rich to take markup out of descriptions; ours have none, and
    # nobody waits for TAB. None here means «not installed».
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # documented for imports
    completion_init()
    text, code = StringIO(), int(ExitCode.OK)
    try:
        with redirect_stdout(text):
            command.main(args=[], prog_name="ffx", complete_var=VARIABLE)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else code
    except Exception:  # TAB is no place for advice
        return ExitCode.USAGE
    if text.getvalue():
        Output(find_screen(os.environ)).result(text.getvalue())
    return code


def script(shell: str) -> str:
    """Return the script that teaches a shell to complete ffx."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]  # not listed

    text = get_completion_script(prog_name="ffx", complete_var=VARIABLE, shell=shell)
    return f"{text}\n"
