"""`ffx completion`: the script that teaches a shell to complete ffx."""

from typing import Annotated, Literal

import typer

from ffx.cli.completion_scripts import SCRIPTS
from ffx.cli.lazy_commands import make_app
from ffx.cli.typer_classes import LeafCommand
from ffx.lookup.run import Run

app = make_app()

_EXAMPLES = """
Examples:
  ffx completion zsh
  source <(ffx completion bash); complete -p ffx
"""


@app.command("completion", cls=LeafCommand, no_args_is_help=True, epilog=_EXAMPLES)
def completion(
    ctx: typer.Context,
    shell: Annotated[
        Literal["bash", "zsh", "fish"], typer.Argument(metavar="SHELL", help="bash, zsh or fish.")
    ],
) -> None:
    """Write the script that makes TAB work in bash, zsh or fish.

    One line does it. In ~/.bashrc: source <(ffx completion bash). In ~/.zshrc,
    before or after compinit: source <(ffx completion zsh). In
    ~/.config/fish/config.fish: ffx completion fish | source.
    """
    run: Run = ctx.obj
    run.output.result(SCRIPTS[shell])
