"""The commands that a run proposes: each once, and never the one that is running."""

import shlex
from collections.abc import Sequence

# What was proposed before so many others is before nobody's eyes any more.
_MOST = 1_000


class Proposals:
    """The commands that a run has proposed: the last thousand.

    The order of a command's words is no difference: options may stand anywhere.
    """

    def __init__(self) -> None:
        self._proposed: dict[tuple[str, ...], None] = {}

    def is_new(self, command: str) -> bool:
        """Tell whether a command was not proposed yet, and take it as proposed."""
        words = _in_any_order(shlex.split(command)[1:])
        is_new = words not in self._proposed
        self._proposed[words] = None
        if len(self._proposed) > _MOST:
            del self._proposed[next(iter(self._proposed))]
        return is_new


def is_same(command: str, arguments: Sequence[str]) -> bool:
    """Tell whether a command is `ffx` with these arguments."""
    return _in_any_order(shlex.split(command)[1:]) == _in_any_order(arguments)


def _in_any_order(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(words))


def with_options(arguments: Sequence[str], options: Sequence[str]) -> list[str]:
    """Add options to a command line, before its `--`; one that stands there already stays alone.

    Words that follow an option, up to the next one, are its value.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    typed = {word.partition("=")[0] for word in arguments[:end]}
    added: list[str] = []
    is_new = True
    for word in options:
        is_new = word not in typed if word.startswith("-") else is_new
        added += [word] if is_new else []
    return [*arguments[:end], *added, *arguments[end:]]
