"""S1 to S3: what a single look-up, a version and a TAB cost, most of which is the start."""

import shlex
from pathlib import Path

from tests.bench import samples
from tests.bench.bench import Bench
from tests.bench.commands import Command, timing
from tests.bench.comparison import Bound, Result, compare, medians_in_turn
from tests.bench.servers import service

_LOOK_UP = ("visitor", samples.VISITOR_ID, "--since", "2d")
_SERVER_SECONDS = 0.3
# What a shell asks when TAB is pressed: the words so far, and which of them is incomplete.
_TABS = (
    ("TAB, a command", "ffx v", 1),
    ("TAB, an option", "ffx visitor --s", 2),
    ("TAB, an event", "ffx visitor --event c", 3),
    ("TAB, a time zone", "ffx --tz Europe/B", 2),
)


def measure_json(bench: Bench) -> Result:
    """Compare `--json` with the same request by others."""
    httpie, pipeline = bench.httpie(bench.small), _curl_and_jq(bench)
    found = medians_in_turn(
        {
            "ours": bench.ffx(bench.small, *_LOOK_UP, "--json").milliseconds,
            "httpie": timing(httpie),
            "bare": _bare(bench).milliseconds,
            "curl": timing(pipeline),
        },
        runs=bench.runs,
    )
    ours = found["ours"]
    return Result(
        "S1",
        "one look-up as JSON",
        f"{_method(bench)}; the bare script imports typer and httpx, and posts once",
        (
            compare("ffx --json : HTTPie", ours, found["httpie"], bound=Bound(0.45)),
            compare("ffx --json : bare script", ours, found["bare"], bound=Bound(0.95)),
            compare("ffx --json : curl | jq", ours, found["curl"]),
        ),
    )


def measure_table(bench: Bench) -> Result:
    """Compare the view on a terminal with HTTPie, and with `--json` of a slower service."""
    httpie = bench.httpie(bench.small)
    quick = medians_in_turn(
        {
            "ours": bench.ffx(bench.small, *_LOOK_UP, on_terminal=True).milliseconds,
            "httpie": timing(httpie),
        },
        runs=bench.runs,
    )
    with service("--folder", str(bench.replies), "--delay", str(_SERVER_SECONDS)) as root:
        url = f"{root}/small/v1"
        slow = medians_in_turn(
            {
                "table": bench.ffx(url, *_LOOK_UP, on_terminal=True).milliseconds,
                "json": bench.ffx(url, *_LOOK_UP, "--json").milliseconds,
            },
            runs=bench.runs,
        )
    return Result(
        "S2",
        "one look-up as a view",
        f"{_method(bench)}, ours on a terminal, HTTPie in a pipe",
        (
            compare("view : HTTPie", quick["ours"], quick["httpie"], bound=Bound(0.80)),
            compare("view : --json, after 300 ms", slow["table"], slow["json"], bound=Bound(1.05)),
        ),
    )


def measure_start(bench: Bench) -> Result:
    """Compare what asks no service with the import of the command line's library alone."""
    python = Command((bench.tools.python, "-c", "import typer"), bench.environ())
    commands = {"ffx --version": Command((bench.tools.ffx, "--version"), bench.environ())}
    for what, words, place in _TABS:
        asked = bench.environ(
            _FFX_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=str(place)
        )
        commands[what] = Command((bench.tools.ffx,), asked)
    found = medians_in_turn(
        {
            "python": python.milliseconds,
            **{what: command.milliseconds for what, command in commands.items()},
        },
        runs=bench.runs,
    )
    return Result(
        "S3",
        "a start without a service",
        f"medians of {bench.runs} runs in turn",
        tuple(
            compare(f"{what} : import typer", found[what], found["python"], bound=Bound(1.2))
            for what in commands
        ),
    )


def _bare(bench: Bench) -> Command:
    url = f"{bench.small}/reporting/explorer/visitor"
    script = str(Path(__file__).with_name("bare.py"))
    words = (bench.tools.python, script, url, samples.VISITOR_ID, *bench.window)
    return Command(words, bench.environ())


def _curl_and_jq(bench: Bench) -> Command | None:
    if bench.tools.curl is None or bench.tools.jq is None:
        return None
    words = [
        *(bench.tools.curl, "-s", "-H", f"Authorization: Bearer {samples.TOKEN}"),
        *("-H", "Content-Type: application/json", "-d", f'{{"visitorId":"{samples.VISITOR_ID}"}}'),
        f"{bench.small}/reporting/explorer/visitor",
    ]
    line = f"{shlex.join(words)} | {shlex.quote(bench.tools.jq)} ."
    return Command(("sh", "-c", line), bench.environ())


def _method(bench: Bench) -> str:
    return f"medians of {bench.runs} runs in turn, static server"
