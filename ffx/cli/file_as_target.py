"""The name of a file where an ID belongs."""

from pathlib import Path

from ffx.errors import UsageError
from ffx.output.clean import quoted

# A case file begins with its version, behind a brace.
_CASE_FILE = b'"ffx-case"'
_BEGINNING = 64


def refuse_file(target: str, *, takes_lists: bool = True) -> None:
    """Refuse the name of a file; `takes_lists` tells whether the command has --from.

    Raises:
        UsageError: with the options that read such a file.
    """
    if not is_file_name(target):
        return
    import shlex

    name = shlex.quote(target)
    column = " --column NAME" if target.lower().endswith((".csv", ".tsv")) else ""
    if _is_case_file(target):
        hint = f"To show the case in it: ffx diagnose --case {name}"
    elif takes_lists:
        hint = (
            f"For the targets in it, one per line: --from {name}{column}\n"
            f"For every ID in a mail or a log: --ids-in {name}"
        )
    else:
        hint = "This command takes one ID. For a list: ffx diagnose --from FILE"
    raise UsageError(f"{quoted(target)} is a file, not an ID", hint=hint)


def is_file_name(target: str) -> bool:
    """Tell whether `target` is the name of a file, and holds no ID."""
    from ffx.input.targets.target import holds_id

    try:
        return target != "-" and Path(target).is_file() and not holds_id(target)
    except (OSError, ValueError):  # no file can have this name
        return False


def _is_case_file(name: str) -> bool:
    try:
        with Path(name).open("rb") as file:
            return _CASE_FILE in file.read(_BEGINNING)
    except OSError:
        return False
