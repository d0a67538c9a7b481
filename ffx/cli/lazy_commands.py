"""The commands below the root, each of which is built when it is first looked at.

Most runs need one of them. Building reads the signature of a command's function, which
takes a millisecond or two each.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import typer
from typer.main import get_command_from_info, get_group_from_info


class LazyCommands(Mapping[str, Any]):
    """What was registered with `app`, by name, in that order."""

    def __init__(self, app: typer.Typer) -> None:
        as_here: dict[str, Any] = {
            "pretty_exceptions_short": app.pretty_exceptions_short,
            "rich_markup_mode": app.rich_markup_mode,
        }
        self._builders: dict[str, Callable[[], Any]] = {
            str(info.name): partial(get_command_from_info, info, **as_here)
            for info in app.registered_commands
        } | {
            str(group.name): partial(
                get_group_from_info, group, suggest_commands=app.suggest_commands, **as_here
            )
            for group in app.registered_groups
        }
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            self._built[name] = self._builders[name]()
        return self._built[name]

    def __contains__(self, name: object) -> bool:
        return name in self._builders

    def __iter__(self) -> Iterator[str]:
        return iter(self._builders)

    def __len__(self) -> int:
        return len(self._builders)
