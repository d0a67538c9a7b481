"""`ffx sandbox`: the stories of the sample service, and the service on a port."""

import typer

from ffx.context import Run
from ffx.hoisting import Command

app = typer.Typer(invoke_without_command=True)


@app.callback()
def stories(ctx: typer.Context) -> None:
    """List the sample service's stories: cases that support meets.

    The sample service is embedded: it needs no account and no network. Add
    --sandbox to any look-up to ask it. Its IDs stay the same; its times are
    always recent.
    """
    if ctx.invoked_subcommand is not None:
        return
    run: Run = ctx.obj
    from ffx.render.stories import plain_stories, story_lines
    from ffx.sandbox.stories import STORIES

    screen = run.output.screen
    if not screen.stdout_is_terminal:
        run.output.result(plain_stories(STORIES))
        return
    from ffx.render.lines import paint

    run.output.result(paint(story_lines(STORIES, screen.width), color=screen.color))


@app.command(cls=Command)
def serve(
    ctx: typer.Context,
    host: str = typer.Option("127.0.0.1", "--host", metavar="ADDRESS", help="Where to listen."),
    port: int = typer.Option(0, "--port", min=0, max=65535, help="0 takes a free one."),
    page_size: int = typer.Option(
        1000, "--page-size", min=1, max=100_000, help="The most hits in one reply."
    ),
) -> None:
    """Serve the sample service on a port, until Ctrl-C.

    Prints the two lines that a shell needs to use it.
    """
    run: Run = ctx.obj
    from ffx.errors import UsageError
    from ffx.sandbox.app import SANDBOX_TOKEN, ExplorerApp
    from ffx.sandbox.server import make_server
    from ffx.sandbox.store import open_store
    from ffx.settings import is_loopback

    if not is_loopback(host):
        raise UsageError(
            f"the sandbox listens on this machine alone, not on {host}",
            hint="Give --host 127.0.0.1 or leave it out.",
        )
    app_ = ExplorerApp(open_store(now=run.now), page_size=page_size)
    try:
        server = make_server(app_, host=host, port=port)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            f"cannot listen on {host} port {port}: {reason}", hint="Give another --port."
        ) from error
    shown = f"[{host}]" if ":" in host else host
    with server:
        run.output.result(
            f"export FFX_API_URL=http://{shown}:{server.server_port}/v1\n"
            f"export FFX_ACCESS_TOKEN={SANDBOX_TOKEN}\n"
        )
        run.output.note("serving; Ctrl-C ends it")
        server.serve_forever()
