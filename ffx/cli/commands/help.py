"""`ffx help`: pages on what all commands share, and the help of each command."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ffx.cli import completion
from ffx.cli.lazy_commands import make_app
from ffx.cli.typer_classes import LeafCommand

if TYPE_CHECKING:
    from ffx.lookup.run import Run

app = make_app()

_EXAMPLES = """
Examples:
  ffx help times
  ffx help findings
  ffx help sandbox serve
"""


@app.command("help", cls=LeafCommand, epilog=_EXAMPLES)
def help_(
    ctx: typer.Context,
    topic: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TOPIC", autocompletion=completion.topics, help="A topic, or a command."
        ),
    ] = None,
) -> None:
    """Show a page of help: times, targets, a rule such as C7."""
    run: Run = ctx.obj
    run.output.result(_page(ctx, topic or [], run.output.screen.width))


def _page(ctx: typer.Context, words: list[str], width: int) -> str:
    from ffx.cli.help_topics import TOPICS, rule_page, text_of

    root: Any = ctx.find_root()
    if not words:
        shown = "".join(f"  ffx help {name:<12} {title}\n" for name, (title, _) in TOPICS.items())
        return f"{root.get_help()}\n\nTopics:\n{shown}"
    if len(words) == 1 and words[0] in TOPICS:
        return text_of(words[0], width=width)
    if len(words) == 1 and (page := rule_page(words[0], width=width)):
        return page
    return _help_of(root, words)


def _help_of(context: Any, words: list[str]) -> str:
    """Return the help of a command, named by one word or several."""
    from ffx.cli.help_topics import TOPICS
    from ffx.errors import UsageError
    from ffx.output.clean import quoted
    from ffx.output.words import perhaps

    known = [*TOPICS]
    for word in words:
        commands = getattr(context.command, "commands", {})
        if not commands:
            raise UsageError(
                f"{context.command_path} has no command {quoted(word)}",
                hint=f"One page at a time: ffx help {context.command_path.partition(' ')[2]}.",
            )
        known += [name for name in commands if name not in known]
        if word not in commands:
            hint = perhaps(word, known, otherwise=f"There is: {', '.join(known)}.")
            if len(word) > 1 and word[0].isalpha() and word[1:].isdecimal():
                hint = "The rules are listed by ffx help findings."
            raise UsageError(f"there is no help on {quoted(word)}", hint=hint)
        known = []
        context = context.command.context_class(commands[word], info_name=word, parent=context)
    text: str = context.get_help()
    return f"{text}\n"
