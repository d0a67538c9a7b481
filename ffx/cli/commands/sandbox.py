"""`ffx sandbox`: the stories of the sample service, and the service on a port."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ffx.cli.lazy_commands import make_app
from ffx.cli.options import file_option
from ffx.cli.typer_classes import CommandGroup, LeafCommand
from ffx.lookup.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ffx.render.terminal.lines import Line
    from ffx.sandbox.data.sample_journey import Story

_BAR = 30  # cells
_EXAMPLES = """
Examples:
  ffx sandbox | cut -f1,5
  ffx sandbox --visitors 1000 --db sandbox.sqlite3
"""
_SERVE_EXAMPLES = """
Examples:
  ffx sandbox serve --port 8765
  ffx sandbox serve --db sandbox.sqlite3 --page-size 100
"""
_REPORT_EXAMPLES = """
Examples:
  ffx sandbox report | head -3
  ffx sandbox report --european | ffx reconcile - --sandbox || test $? = 8
"""


app = make_app(name="sandbox", cls=CommandGroup, invoke_without_command=True, epilog=_EXAMPLES)


@app.callback()
def stories(
    ctx: typer.Context,
    visitors: Annotated[
        int | None,
        typer.Option(
            "--visitors",
            min=0,
            max=100_000,
            metavar="N",
            help="Make a database with so many visitors besides the stories'.",
        ),
    ] = None,
    db: Annotated[str | None, file_option("--db", "Where to make it.")] = None,
) -> None:
    """List the sample service's stories: cases that support meets.

    The sample service is embedded: it needs no account and no network. Add
    --sandbox to any look-up to ask it. Its IDs stay the same; its times are
    always recent. With --visitors N --db FILE a larger one is made, to be
    served.
    """
    if ctx.invoked_subcommand is not None:
        return
    run: Run = ctx.obj
    if visitors is not None or db is not None:
        _make_database(run, visitors, db)
        return
    from ffx.sandbox.data.stories import LIVE_STORY, STORIES

    stories = (*STORIES, LIVE_STORY)
    screen = run.output.screen
    if not screen.draws:
        run.output.result(plain_stories(stories))
        return
    from ffx.render.terminal.lines import paint

    run.output.result(paint(story_lines(stories, screen.width), color=screen.color))


def story_lines(stories: "Iterable[Story]", width: int) -> "Iterator[Line]":
    """Yield each story: its name, what it is about, and the command that shows it."""
    from ffx.output.width import wrap

    for story in stories:
        yield [(story.name, "title")]
        for part in wrap(story.title, width - 2):
            yield [("  ", ""), (part, "")]
        yield [("  ", ""), (f"{story.command} --sandbox", "good")]
    yield []
    yield [("Each command can be pasted as it stands.", "faint")]


def plain_stories(stories: "Iterable[Story]") -> str:
    """Write the stories for a pipe: name, visitor, hit, title, command, tab-separated."""
    rows = [("name", "visitorId", "hitId", "title", "command")]
    rows += [
        (story.name, story.visitor_id, story.hit_id, story.title, f"{story.command} --sandbox")
        for story in stories
    ]
    return "".join("\t".join(row) + "\n" for row in rows)


@app.command(cls=LeafCommand, epilog=_SERVE_EXAMPLES)
def serve(
    ctx: typer.Context,
    host: str = typer.Option("127.0.0.1", "--host", metavar="ADDRESS", help="Where to listen."),
    port: int = typer.Option(
        0, "--port", metavar="N", min=0, max=65535, help="0 takes a free one."
    ),
    db: Annotated[str | None, file_option("--db", "One that was made with --visitors.")] = None,
    page_size: int = typer.Option(
        1000,
        "--page-size",
        metavar="N",
        min=1,
        max=100_000,
        help="The most hits in one reply.",
    ),
) -> None:
    """Serve the sample service on a port, until Ctrl-C.

    Prints the two lines that a shell needs to use it.
    """
    run: Run = ctx.obj
    from ffx.errors import UsageError, reason_of
    from ffx.sandbox.app import SANDBOX_TOKEN, ExplorerApp
    from ffx.sandbox.live import LiveStore
    from ffx.sandbox.server import SandboxServer
    from ffx.sandbox.store import open_made_store, open_store
    from ffx.settings.settings import is_loopback

    if not is_loopback(host):
        raise UsageError(
            f"the sandbox listens on this machine alone, not on {host}",
            hint="Give --host 127.0.0.1 or leave it out.",
        )
    store = open_store(now=run.now) if db is None else open_made_store(Path(db))
    app_ = ExplorerApp(LiveStore(store, clock=run.clock), page_size=page_size)
    try:
        server = SandboxServer(app_, host=host, port=port)
    except OSError as error:
        reason = reason_of(error)
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


@app.command(cls=LeafCommand, epilog=_REPORT_EXAMPLES)
def report(
    ctx: typer.Context,
    *,
    european: Annotated[
        bool,
        typer.Option("--european", help="With 1.234,56, lines above the table and a sum below."),
    ] = False,
    out: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help="Write to a file.")
    ] = None,
) -> None:
    """Write a sample report of a network, to try ffx reconcile.

    It has whatever reports get wrong: amounts in another currency, hits of
    landers, unfilled placeholders, a row twice.
    """
    run: Run = ctx.obj
    import shlex

    from ffx.sandbox.data.report import sample_report

    text = sample_report(run.now, european=european)
    if out in (None, "-"):
        run.output.result(text)
        return
    from ffx.cli.delivery.destination import tell_file
    from ffx.output.files import whole_file

    with whole_file(Path(out or "")) as file, run.output.into(file):
        run.output.result(text)
    again = shlex.join(("ffx", "reconcile", "--sandbox", out or ""))
    tell_file(run, "written to", Path(out or ""))
    run.output.note(f"next: {again}")


def _make_database(run: Run, visitors: int | None, db: str | None) -> None:
    import shlex

    from ffx.errors import UsageError
    from ffx.sandbox.store import make_store

    if visitors is None or db is None:
        raise UsageError(
            "--visitors and --db go together", hint="Try --visitors 10000 --db sandbox.sqlite3."
        )

    def show_progress(done: int) -> None:
        bar = "━" * (_BAR * done // max(visitors, 1))
        run.output.progress(f"{bar:<{_BAR}} {done:,} of {visitors:,} visitors")

    make_store(Path(db), now=run.now, visitors=visitors, progress=show_progress)
    run.output.end_progress()
    run.output.note(f"made {db}; serve it: {shlex.join(['ffx', 'sandbox', 'serve', '--db', db])}")
