"""The classes of the commands, made of typer's: run-wide options may be typed anywhere.

People add `--sandbox` or `--tz` last. Before the root parses its line, its own
options are moved to the front, so each is declared, parsed and checked once.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from typer.core import TyperCommand, TyperGroup

from ffx.errors import UsageError
from ffx.output.streams import Output, find_screen

# The command of a TARGET that has none before it.
_DEFAULT_COMMAND = "diagnose"
_LONG_WITH_VALUE = re.compile(r"--[A-Za-z][\w-]*=")
_USUAL_VALUES = {"--redact": "--redact=usual"}


class _HelpThroughOutput:
    """Writes a command's help through `Output`: typer is silent at a closed stdout."""

    def get_help_option(self, ctx: Any) -> Any:
        option: Any = super().get_help_option(ctx)  # type: ignore[misc]  # typer's commands have it
        if option is not None:
            option.callback = _show_help
        return option


def _show_help(ctx: Any, _: object, wanted: bool) -> None:  # noqa: FBT001  # typer calls it so
    if wanted and not ctx.resilient_parsing:
        Output(find_screen(os.environ)).result(f"{ctx.get_help()}\n")
        ctx.exit()


class RootGroup(_HelpThroughOutput, TyperGroup):
    """The root command: takes its own options wherever they stand before `--`."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # typer's signature
        """Return the commands' names, without building any of them."""
        return list(self.commands)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  # typer's signature
        """Write the epilog as it stands."""
        formatter.write(self.epilog)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        words = _with_values(args)
        run_wide, others = _takes_value(self), _takes_value_below(self, words)
        first = _first_word(words, {**others, **run_wide})
        if first and first not in self.commands and _is_target(first):
            words = [_DEFAULT_COMMAND, *words]
        line = put_run_wide_first(words, run_wide, others, may_be_unfinished=ctx.resilient_parsing)
        return super().parse_args(ctx, line)


class LeafCommand(_HelpThroughOutput, TyperCommand):
    """A command whose help points to the run-wide options."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the command's own options; TAB sees the run-wide ones as well."""
        params = super().get_params(ctx)
        if ctx.resilient_parsing and ctx.parent is not None:
            return [*params, *ctx.find_root().command.params]
        return params

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        _write_epilog(self, ctx, formatter)


class CommandGroup(_HelpThroughOutput, TyperGroup):
    """A command with others below it, whose help points to the run-wide options."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        _write_epilog(self, ctx, formatter)


def put_run_wide_first(
    args: Sequence[str],
    run_wide: dict[str, bool],
    others: dict[str, bool],
    *,
    may_be_unfinished: bool = False,
) -> list[str]:
    """Move run-wide options, and their values, before everything else.

    Both tables say of an option name whether it takes a value; `others` tells
    which words are values of the commands' own options, to be left alone. A pasted
    text that begins with a dash goes behind `--`, with the arguments after it.

    Raises:
        UsageError: the line ends where an option needs its value, and TAB is
            not what wants to know (`may_be_unfinished`).
    """
    ahead: list[str] = []
    rest: list[str] = []
    texts: list[str] = []
    known = {**others, **run_wide}
    waiting = iter(args)
    for word in waiting:
        if word == "--":
            texts.extend(waiting)
            rest.extend([] if texts else [word])
        elif _is_text(word, known) or (texts and _is_argument(word)):
            texts.append(word)
        elif word in run_wide:
            value = _value(waiting, takes_one=run_wide[word])
            if run_wide[word] and not value:
                if not may_be_unfinished:
                    raise UsageError(f"option {word} needs a value", hint="See ffx --help.")
                rest.append(word)
            else:
                ahead.extend([word, *value])
        elif word.startswith("--") and word.partition("=")[0] in run_wide:
            ahead.append(word)
        elif _is_flag_cluster(word, run_wide):
            ahead.extend(f"-{letter}" for letter in word[1:])
        else:
            rest.extend([word, *_value(waiting, takes_one=others.get(word, False))])
    return [*ahead, *rest, *(["--", *texts] if texts else [])]


def _write_epilog(command: Any, ctx: Any, formatter: Any) -> None:
    """Write the run-wide options' names, and the epilog as it stands."""
    names = [
        max(param.opts, key=len)
        for param in ctx.find_root().command.params
        if any(opt.startswith("--") for opt in param.opts) and not param.hidden
    ]
    with formatter.section("Run-wide options, see ffx --help"):
        formatter.write_text(", ".join(name for name in names if name != "--version"))
    if command.epilog:
        formatter.write_paragraph()
        for line in command.epilog.strip().splitlines():
            formatter.write(f"{line}\n")


def _with_values(args: Sequence[str]) -> list[str]:
    """Give options whose value may be left out their usual one, so that none takes the next word.

    >>> _with_values(["hit", "--redact", "k1", "--", "--redact"])
    ['hit', '--redact=usual', 'k1', '--', '--redact']
    """
    end = args.index("--") if "--" in args else len(args)
    return [*(_USUAL_VALUES.get(word, word) for word in args[:end]), *args[end:]]


def _value(waiting: Iterator[str], *, takes_one: bool) -> list[str]:
    value = next(waiting, None) if takes_one else None
    return [] if value is None else [value]


def _first_word(args: Sequence[str], takes_value: dict[str, bool]) -> str:
    """Return the first word that is neither an option nor its value; empty if there is none."""
    waiting = iter(args)
    for word in waiting:
        if word == "--":
            return next(waiting, "")
        if _is_argument(word) or _is_text(word, takes_value):
            return word
        _value(waiting, takes_one=takes_value.get(word, False))
    return ""


def _is_argument(word: str) -> bool:
    return word == "-" or not word.startswith("-")


def _is_text(word: str, known: dict[str, bool]) -> bool:
    """Tell whether a word that begins with a dash is a text, as `- click: ID`, and no option."""
    if not word.startswith("-") or len(word.split()) < 2:
        return False
    return not (word[:2] in known or _LONG_WITH_VALUE.match(word))


def _is_target(text: str) -> bool:
    """Tell whether `text` holds an ID, or what stands in the place of one; no command looks so.

    The look-up then says what it is: a placeholder, digits alone, the number of a webhook, an
    e-mail address, a file.
    """
    from ffx.input.targets.macros import is_placeholder
    from ffx.input.targets.shapes import is_long_number, is_uuid
    from ffx.input.targets.target import holds_id

    if holds_id(text):
        return True
    if text.replace("-", "").isalpha():
        return False
    if is_placeholder(text) or is_long_number(text) or is_uuid(text):
        return True
    if "@" in text or "://" in text or len(text.split()) != 1:
        return True
    from ffx.cli.file_as_target import is_file_name

    return is_file_name(text)


def _is_flag_cluster(word: str, run_wide: dict[str, bool]) -> bool:
    """Tell whether `word` is several one-letter flags in one, as -vq."""
    return (
        len(word) > 2  # a dash and more than one letter
        and word[0] == "-"
        and word[1] != "-"
        and all(run_wide.get(f"-{letter}") is False for letter in word[1:])
    )


def _takes_value(command: Any) -> dict[str, bool]:
    return dict(_options_of(command.params))


def _takes_value_below(group: Any, words: Sequence[str]) -> dict[str, bool]:
    """Tell of each option whether it takes a value, for every command that the words name.

    A word may be a value that is called like a command, so all that are named count.
    """
    found: dict[str, bool] = {}
    for name in [name for name in group.commands if name in words] or [_DEFAULT_COMMAND]:
        command = group.commands[name]
        found.update(_takes_value(command))
        for below in getattr(command, "commands", {}).values():
            found.update(_takes_value(below))
    return found


def _options_of(params: Iterable[Any]) -> Iterator[tuple[str, bool]]:
    for param in params:
        if param.param_type_name == "option":
            takes_value = not param.is_flag and not param.count
            for name in (*param.opts, *param.secondary_opts):
                yield name, takes_value
