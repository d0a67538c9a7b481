"""The commands below the root, each of which is loaded and built when it is first looked at.

Most runs need one of them.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.main import get_command


def make_app(**settings: Any) -> typer.Typer:
    """Make the typer app of a command, or of a group of them; modules name it `app`."""
    return typer.Typer(
        rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, **settings
    )


class LazyCommands(Mapping[str, Any]):
    """Commands by name, in the order of `modules`, each of which has the `app` of one."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            self._built[name] = get_command(import_module(self._modules[name]).app)
        return self._built[name]

    def __contains__(self, name: object) -> bool:
        return name in self._modules

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)
