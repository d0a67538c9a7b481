"""What TAB offers: the values of options, and the run that answers a shell.

The shells' side is typer's; `completions/` holds its scripts, made by
`make completions`.
"""

import os
from typing import Any

VARIABLE = "_FFX_COMPLETE"
SHELLS = ("bash", "zsh", "fish")
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


def is_asked() -> bool:
    """Tell whether a shell started this run to complete a line."""
    return VARIABLE in os.environ


def answer(command: Any) -> None:
    """Answer the shell, and end the run."""
    import sys

    from typer.completion import completion_init

    # typer would load rich to take markup out of descriptions; ours have none, and
    # nobody waits for TAB. None here means «not installed».
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # documented for imports
    completion_init()
    command.main(args=[], prog_name="ffx", complete_var=VARIABLE)


def script(shell: str) -> str:
    """Return the script that teaches a shell to complete ffx."""
    from typer.completion import get_completion_script

    text = get_completion_script(prog_name="ffx", complete_var=VARIABLE, shell=shell)
    return f"{text}\n"
