"""The options: those of every run, and those that commands share.

Each is a named type, so that `--since` means the same everywhere.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from ffx.cli import completion
from ffx.input.targets.shapes import Kind


class ColorWhen(StrEnum):
    """When results carry colours."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Format(StrEnum):
    """The format of results."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"
    MD = "md"
    HTML = "html"


class Redaction(StrEnum):
    """What is hidden: values that identify somebody, or visitor and hit IDs as well."""

    USUAL = "usual"
    ALL = "all"


class DocumentFormat(StrEnum):
    """The format of one document."""

    TABLE = "table"
    JSON = "json"
    MD = "md"


class RowFormat(StrEnum):
    """The format of rows that come one by one."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"


class Check(StrEnum):
    """A question to a diagnosis, which the exit code answers."""

    CONVERTED = "converted"
    REACHED_OFFER = "reached-offer"
    NO_FINDINGS = "no-findings"


class Audience(StrEnum):
    """For whom a ticket block is written, besides the one who looked."""

    SUPPORT = "support"


def text_option(
    name: str, metavar: str, explanation: str, values: Callable[..., Any] | None = None
) -> Any:
    """Return an option whose value is a text; `values` returns those that TAB offers."""
    return typer.Option(name, metavar=metavar, autocompletion=values, help=explanation)


def file_option(name: str, explanation: str) -> Any:
    """Return an option whose value is a file, for which TAB offers names."""
    return text_option(name, "FILE", explanation, completion.files)


def _fields_option(explanation: str) -> Any:
    return text_option("--fields", "A,B", explanation, completion.fields)


Sandbox = Annotated[
    bool, typer.Option("--sandbox", help="Ask the embedded sample service: needs no account.")
]
ApiUrl = Annotated[
    str | None,
    text_option("--api-url", "URL", "Where the API is, or FFX_API_URL."),
]
Profile = Annotated[
    str | None,
    text_option(
        "--profile",
        "NAME",
        "Which account, or FFX_PROFILE. [default: default]",
        completion.profiles,
    ),
]
Curl = Annotated[
    bool,
    typer.Option("--curl", help="Print each target's first request for curl; send nothing."),
]
Timeout = Annotated[
    str | None,
    text_option("--timeout", "DURATION", "For one request with its tries. [default: 120s]"),
]
TryTimeout = Annotated[
    str | None,
    text_option("--try-timeout", "DURATION", "For one try of it. [default: 45s]"),
]
Deadline = Annotated[
    str | None,
    text_option("--deadline", "DURATION", "For the whole run; what is finished by then stays."),
]
MaxBody = Annotated[
    str | None,
    text_option("--max-body", "SIZE", "The largest reply. [default: 16MiB]"),
]
Zone = Annotated[
    str | None,
    text_option(
        "--tz",
        "ZONE",
        "The zone in which times are read and shown, or FFX_TZ; otherwise the machine's.",
        completion.zones,
    ),
]
Utc = Annotated[bool, typer.Option("--utc", help="The same as --tz UTC.")]
Color = Annotated[
    ColorWhen,
    typer.Option(
        "--color", help="When results carry colours; always draws the tables in a pipe, too."
    ),
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Tell about each request on stderr.")
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Say only errors, and what is missing from a result."),
]

Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TARGET...",
        autocompletion=completion.no_values,
        help="An ID, or pasted text that holds one: a URL, a postback, a line of a log. "
        "With - they are read from stdin, one per line.",
        show_default=False,
    ),
]
Since = Annotated[
    str | None,
    text_option("--since", "TIME", "Start of the window: 2d, 2026-03-01."),
]
Until = Annotated[str | None, text_option("--until", "TIME", "Its end. [default: now]")]
On = Annotated[
    str | None,
    text_option("--on", "DATE", "One whole day, or several: DATE..DATE."),
]
Around = Annotated[
    str | None, text_option("--around", "TIME", "A window on both sides of a time.")
]
Within = Annotated[
    str | None,
    text_option("--within", "DURATION", "How far --around reaches. [default: 1h]"),
]
At = Annotated[
    str | None,
    text_option("--at", "TIME", "Roughly when the hit was, if its ID alone is not found."),
]
As = Annotated[
    Kind | None, typer.Option("--as", help="Take the ID for this, whatever it looks like.")
]
Limit = Annotated[
    str | None,
    text_option(
        "--limit", "N|all", "Show the newest N rows. [default: 200 in a terminal's view, else all]"
    ),
]
Reverse = Annotated[bool, typer.Option("--reverse", help="Show the newest row first.")]
Event = Annotated[
    list[str] | None,
    text_option("--event", "NAME", "Show only these events; may be repeated.", completion.events),
]
Json = Annotated[bool, typer.Option("--json", help="Write the API's own reply. As --format json.")]
FormatName = Annotated[
    Format | None,
    typer.Option(
        "--format", help="What to write. [default: by the ending of -o, otherwise table]"
    ),
]
Out = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        autocompletion=completion.files,
        help="Write to a file; - is stdout.",
        callback=lambda name: None if name == "-" else name,
    ),
]
Opens = Annotated[
    bool,
    typer.Option(
        "--open", help="Show the page in the browser: --format html, in a file of yours."
    ),
]
Fields = Annotated[str | None, _fields_option("Only these members, in CSV and JSON Lines.")]
FieldsOfView = Annotated[
    str | None, _fields_option("Only these members; on a terminal, these below each row.")
]
Wide = Annotated[bool, typer.Option("--wide", help="Show every member of each row, below it.")]
CsvRaw = Annotated[
    bool, typer.Option("--csv-raw", help="Leave cells that a spreadsheet would run as they are.")
]
Bom = Annotated[
    bool, typer.Option("--bom", help="Begin CSV with a mark by which Excel knows UTF-8.")
]
FromFile = Annotated[str | None, file_option("--from", "Read targets, one per line.")]
IdsIn = Annotated[
    str | None,
    text_option("--ids-in", "FILE", "Read every ID in a text: a mail, a log; - is stdin."),
]
Column = Annotated[str | None, text_option("--column", "NAME", "Which column, if FILE is a CSV.")]
Jobs = Annotated[
    int, typer.Option("--jobs", min=1, max=16, metavar="N", help="How many at once, 16 at most.")
]
DiagnosisJson = Annotated[
    bool, typer.Option("--json", help="Write it as a JSON document. As --format json.")
]
PlainJson = Annotated[bool, typer.Option("--json", help="Write it as JSON.")]
MaxHistoryHits = Annotated[
    int, typer.Option("--max-hits", min=1, metavar="N", help="Where a long history stops.")
]
Resume = Annotated[
    bool,
    typer.Option("--resume", help="With --json -o FILE: skip the targets that FILE answers."),
]
MaxAge = Annotated[
    str | None,
    text_option(
        "--max-age",
        "DURATION",
        "With --resume: ask again what FILE answered longer ago than this, as 20h.",
    ),
]
Force = Annotated[
    bool,
    typer.Option(
        "--force", help="Replace what FILE holds: another case, or the answers of a list."
    ),
]
Full = Annotated[bool, typer.Option("--full", help="Whole views for targets of - or --from.")]
AnyProfile = Annotated[
    bool,
    typer.Option(
        "--any-profile", help="Ask the accounts of this machine in turn, until one knows the ID."
    ),
]
Complete = Annotated[
    bool, typer.Option("--complete", help="Exit 7 whenever rows are missing from the result.")
]
For = Annotated[
    Audience | None,
    typer.Option(
        "--for", help="With --format md: add the requests, as the provider's support asks for."
    ),
]
Redact = Annotated[
    Redaction | None,
    text_option(
        "--redact",
        "[=all]",
        "Put aliases for what identifies a person or an account; with =all, visitor and "
        "hit IDs too.",
    ),
]
Save = Annotated[str | None, file_option("--save", "Keep request and reply as a case file.")]
CaseFile = Annotated[
    str | None, file_option("--case", "Show a case file again; nothing is asked.")
]
OldCase = Annotated[
    str | None, file_option("--case", "Diagnose a case file; with a TARGET, compare with it.")
]
CheckName = Annotated[
    Check | None,
    typer.Option("--check", help="Answer by the exit code: 0 for yes, 8 for no."),
]
AllHits = Annotated[
    bool, typer.Option("--all", help="Every hit, however many requests that takes.")
]
MaxHits = Annotated[int, typer.Option("--max-hits", min=1, metavar="N", help="Where --all stops.")]
AllFields = Annotated[bool, typer.Option("--all-fields", help="Show empty members, too.")]


def read_limit(text: str | None) -> int | None:
    """Read `--limit`; None where it was not given.

    Raises:
        UsageError: it is neither a number from 1 nor the word all.
    """
    from ffx.errors import UsageError
    from ffx.output.clean import quoted
    from ffx.render.row_choice import ALL_ROWS

    if text is None:
        return None
    if text.lower() == "all":
        return ALL_ROWS
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0:
        return int(text)
    raise UsageError(
        f"cannot read {quoted(text)} as a number of rows for --limit", hint="Try 50, or all."
    )


def is_typed(ctx: typer.Context, name: str) -> bool:
    """Tell whether an option's value was typed, and is not its default."""
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
