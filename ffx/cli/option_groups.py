"""Options that several commands share, as one value each: every option is spelled once.

A group is a class whose attributes are options. A command that is `grouped` takes the group as
one parameter, and its help lists the group's options in that place:

    class Window(OptionGroup):
        since: Since = None
        until: Until = None

    @grouped
    def visitor(ctx: typer.Context, *, window: Window) -> None: ...
"""

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ffx.cli import options
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from ffx.input.times.window import TimeRange


class OptionGroup:
    """Options as typed, an attribute each; the class holds their defaults."""

    def __init__(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    def values(self) -> dict[str, Any]:
        """Return the typed or default values, by the names of the attributes."""
        return {name: getattr(self, name) for name in self.options()}

    @classmethod
    def options(cls) -> dict[str, Any]:
        """Return the attributes' names with their option types, those of a base class first."""
        found: dict[str, Any] = {}
        for each in reversed(cls.__mro__):
            found.update(inspect.get_annotations(each))
        return found


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that takes the options of its groups one by one."""
    groups: dict[str, type[OptionGroup]] = {}
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        group = parameter.annotation
        if not (isinstance(group, type) and issubclass(group, OptionGroup)):
            parameters.append(parameter)
            continue
        groups[parameter.name] = group
        parameters += [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=getattr(group, name), annotation=kind
            )
            for name, kind in group.options().items()
        ]

    def take(**values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{option: values.pop(option) for option in group.options()})
        command(**values)

    take.__name__, take.__doc__, take.__module__ = (
        command.__name__,
        command.__doc__,
        command.__module__,
    )
    take.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return take


class Results(OptionGroup):
    """Where targets come from and where results go, as a `Delivery` takes it."""

    as_json: options.Json = False
    format: options.FormatName = None
    out: options.Out = None
    opens: options.Opens = False
    fields: options.Fields = None
    csv_raw: options.CsvRaw = False
    bom: options.Bom = False
    audience: options.For = None
    save: options.Save = None
    case_file: options.CaseFile = None
    from_file: options.FromFile = None
    ids_in: options.IdsIn = None
    column: options.Column = None
    jobs: options.Jobs = 2
    resume: options.Resume = False
    max_age: options.MaxAge = None
    force: options.Force = False
    full: options.Full = False
    complete: options.Complete = False


class Window(OptionGroup):
    """When the hits were: `--since` with `--until`, `--on`, or `--around` with `--within`."""

    since: options.Since = None
    until: options.Until = None
    on: options.On = None
    around: options.Around = None
    within: options.Within = None

    def read(self, run: Run) -> "TimeRange | None":
        """Make a window of what was typed, and tell it; None where nothing was.

        Raises:
            UsageError: options that exclude or need each other, or that cannot be read.
        """
        from ffx.input.times.window import describe_window, read_range

        window = read_range(
            since=self.since,
            until=self.until,
            on=self.on,
            around=self.around,
            within=self.within,
            now=run.now,
            zone=run.zone,
        )
        if window is not None:
            for note in window.notes:
                run.output.note(f"note: {note}")
            run.output.detail(f"window {describe_window(window, run.zone)}")
        return window
