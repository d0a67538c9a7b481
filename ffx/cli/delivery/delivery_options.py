"""The options on targets and results, and which of them exclude or need each other."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ffx.cli.options import Audience, Format
from ffx.errors import UsageError
from ffx.output.clean import quoted
from ffx.render.row_choice import EVERY_ROW, RowChoice

if TYPE_CHECKING:
    import typer

    from ffx.lookup.share.case_file import Case
    from ffx.lookup.share.redactor import Redactor

_STDIN = "-"
# What a file is written as, by the ending of its name.
_FORMATS = {
    ".json": Format.JSON,
    ".jsonl": Format.JSONL,
    ".csv": Format.CSV,
    ".xlsx": Format.XLSX,
    ".md": Format.MD,
    ".html": Format.HTML,
    ".htm": Format.HTML,
}
# And those of plain lines, as in a pipe.
_PLAIN_ENDINGS = ("", ".txt", ".tsv", ".log")
# Parameters of commands that have nothing to do where nobody is asked.
_ON_TIME = frozenset({"since", "until", "on", "around", "within", "at"})
_ON_ASKING = _ON_TIME | frozenset({
    "as_kind", "all_hits", "max_hits", "any_profile", "column", "jobs", "resume", "max_age",
    "full", "timeout", "try_timeout", "deadline", "max_body", "curl", "sandbox", "api_url",
    "profile",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOptions:
    """The options on targets and results, as typed.

    Attributes:
        ids_in: the name of a text whose IDs are the targets; `-` is stdin.
        audience: for whom a ticket block is written; None for the one who looks.
        findings: whether a diagnosis is a row a finding, in place of a row a target.
        all_hits: whether every hit is asked for, whose rows may come part by part.
        case: a kept look-up to show in place of asking; None to ask.
        case_file: the case file's name, where one is read.
        redactor: what puts aliases in; None where nothing is hidden.
        complete: whether a result that lacks rows is no success.
        choice: which rows are shown.
        opens: whether the page is shown in the browser.
        wide: whether a view shows every member of its rows.
        view_takes_fields: whether `fields` acts in the command's view, too.
    """

    targets: tuple[str, ...]
    from_file: str | None = None
    ids_in: str | None = None
    column: str | None = None
    jobs: int = 2
    resume: bool = False
    max_age: str | None = None
    force: bool = False
    full: bool = False
    as_json: bool = False
    format: Format | None = None
    out: str | None = None
    fields: str | None = None
    csv_raw: bool = False
    audience: Audience | None = None
    findings: bool = False
    save: str | None = None
    redactor: "Redactor | None" = None
    case: "Case | None" = None
    case_file: str | None = None
    all_hits: bool = False
    bom: bool = False
    complete: bool = False
    choice: RowChoice = EVERY_ROW
    opens: bool = False
    wide: bool = False
    view_takes_fields: bool = False

    @property
    def chosen_format(self) -> Format:
        """Return the format: as named, by the file's ending, or a table."""
        if self.as_json and self.format not in (None, Format.JSON):
            raise UsageError(f"--json and --format {self.format} exclude each other")
        if self.as_json:
            return Format.JSON
        if self.format is not None:
            return self.format
        if not self.out:
            return Format.HTML if self.opens else Format.TABLE
        return _FORMATS.get(Path(self.out).suffix.lower(), Format.TABLE)

    @property
    def has_strange_ending(self) -> bool:
        """Tell whether a format was meant by the file's ending, and none is known by it."""
        if self.as_json or self.format is not None or self.out is None:
            return False
        return Path(self.out).suffix.lower() not in (*_FORMATS, *_PLAIN_ENDINGS)

    @property
    def draws_views(self) -> bool:
        """Tell whether results are drawn for people, from models."""
        return self.chosen_format is Format.TABLE

    @property
    def writes_rows(self) -> bool:
        """Tell whether results are rows with a cell for each member."""
        return self.chosen_format in (Format.CSV, Format.JSONL, Format.XLSX)

    @property
    def chooses_rows(self) -> bool:
        """Tell whether some of the rows are left out before they are written."""
        return self.choice.is_made and self.writes_rows

    @property
    def is_line_per_target(self) -> bool:
        """Tell whether results are a table with a line for each target."""
        return self.draws_views and self.reads_a_list and not self.full

    @property
    def asks_for_drawing(self) -> bool:
        """Tell whether a view is to be drawn wherever it goes; tab-separated lines are none."""
        is_tsv = self.out is not None and Path(self.out).suffix.lower() == ".tsv"
        return self.format is Format.TABLE and not is_tsv

    @property
    def is_many(self) -> bool:
        return len(self.targets) > 1 or self.reads_a_list

    @property
    def reads_a_list(self) -> bool:
        """Tell whether targets come from stdin or a file."""
        return bool(self._lists)

    @property
    def reads_stdin(self) -> bool:
        return _STDIN in self.targets or self.ids_in == _STDIN

    @property
    def _lists(self) -> list[str]:
        """Return where lists of targets come from, those that exclude each other included."""
        files = [name for name in (self.from_file, self.ids_in) if name is not None]
        return [*files, *(target for target in self.targets if target == _STDIN)]


def refuse_beside_case(ctx: "typer.Context") -> None:
    """Refuse options on how or what to ask beside a case file, which is shown as it was kept.

    Raises:
        UsageError: one of them was typed.
    """
    for context in (ctx, ctx.find_root()):
        for parameter in context.command.params:
            name = parameter.name or ""
            source = context.get_parameter_source(name)
            if name not in _ON_ASKING or source is None or source.name != "COMMANDLINE":
                continue
            if name in _ON_TIME:
                raise UsageError("--case takes no time option", hint="It shows all that was kept.")
            option = max(parameter.opts, key=len)
            raise UsageError(
                f"--case and {option} exclude each other",
                hint=f"A case file is shown without asking anybody; leave {option} out.",
            )


def refuse_one_file_for_two(delivery: DeliveryOptions) -> None:
    """Refuse a file that is read or written twice, under whatever other name."""
    from ffx.output.files import is_same_file

    reads: list[tuple[str, str | int | None]] = [  # a case file comes last
        ("--from", delivery.from_file),
        ("--ids-in", None if delivery.ids_in == _STDIN else delivery.ids_in),
        ("stdin", 0 if delivery.reads_stdin else None),
        ("--case", delivery.case_file),
    ]
    writes: list[tuple[str, str | int | None]] = [("--save", delivery.save), ("-o", delivery.out)]
    for (one, name), (other, written) in [
        *((read, write) for read in reads for write in writes),
        (writes[0], writes[1]),
    ]:
        if name is not None and written is not None and is_same_file(name, str(written)):
            raise UsageError(
                f"{one} and {other} name the same file",
                hint="What is written would take the place of the other.",
            )
    for one, read in reads[:-1]:
        case = delivery.case_file
        if read is not None and case is not None and is_same_file(read, case):
            raise UsageError(
                f"{one} and --case name the same file", hint="One finds nothing left of it."
            )


def refuse_strange_ending(delivery: DeliveryOptions, *, known: str) -> None:
    """Refuse FILE of `-o` whose ending is meant to tell a format, and is none of the `known`."""
    if delivery.has_strange_ending:
        raise UsageError(
            f"-o {quoted(delivery.out or '')}: its ending tells no format",
            hint=f"It knows {known}; or name one with --format.",
        )


def refuse_resume_beside_curl() -> NoReturn:
    """Refuse to go on where nothing is asked."""
    raise UsageError(
        "--curl and --resume exclude each other",
        hint="The one prints requests, the other goes on with their answers.",
    )


def refuse_resume_beside_redact() -> NoReturn:
    """Refuse to go on with aliases."""
    raise UsageError(
        "--resume and --redact exclude each other",
        hint="The numbers of aliases begin anew with each run.",
    )


def check_delivery(delivery: DeliveryOptions) -> None:
    """Refuse options that exclude or need each other, before anything is opened or asked.

    Raises:
        UsageError: it names the options, and what to give in their place.
    """
    if delivery.case is not None:
        _check_replay(delivery)
    refuse_one_file_for_two(delivery)
    if delivery.case is None and not delivery.targets and not delivery.reads_a_list:
        raise UsageError(
            "no TARGET was given", hint="Give an ID or a URL, - for stdin, or --from FILE."
        )
    _check_targets(delivery)
    if delivery.opens and delivery.chosen_format is not Format.HTML:
        raise UsageError(
            f"--open shows a page, not --format {delivery.chosen_format}",
            hint="Use --format html.",
        )
    if delivery.column is not None and delivery.from_file is None:
        raise UsageError("--column needs --from", hint="Add --from FILE, a CSV with a header.")
    _check_resume(delivery)
    if delivery.force and delivery.out is None and delivery.save is None:
        raise UsageError("--force needs -o FILE or --save FILE")
    if delivery.redactor is not None and "all" in delivery.targets:
        raise UsageError("'all' is no TARGET", hint="To hide IDs, too: --redact=all, with a =.")
    refuse_strange_ending(delivery, known=".json, .jsonl, .csv, .xlsx, .md and .html")
    _check_list(delivery)
    if delivery.choice.is_made:
        _check_choice(delivery)
    _check_members(delivery)
    check_format(delivery)


def _check_resume(delivery: DeliveryOptions) -> None:
    """Refuse to go on with what cannot be gone on with."""
    if delivery.max_age is not None:
        if not delivery.resume:
            raise UsageError("--max-age needs --resume", hint="Without it, all is asked anew.")
        from ffx.input.times.moments import parse_duration

        parse_duration(delivery.max_age, option="--max-age")
    if not delivery.resume:
        return
    if delivery.out is None or delivery.chosen_format is not Format.JSON:
        raise UsageError(
            "--resume needs --json and -o FILE",
            hint="It goes on with what the same command wrote with --json -o FILE.",
        )
    if not delivery.is_many:
        raise UsageError("--resume is for many targets", hint="Add - or --from FILE.")
    if delivery.force:
        raise UsageError(
            "--resume and --force exclude each other",
            hint="One keeps what the file holds, the other does not.",
        )
    if delivery.redactor is not None:
        refuse_resume_beside_redact()


def _check_list(delivery: DeliveryOptions) -> None:
    """Refuse for a list what is about one target."""
    if delivery.is_many and delivery.chosen_format is Format.HTML:
        raise UsageError(
            "--format html is one page about one TARGET", hint="For many: --format md or csv."
        )
    if delivery.is_many and delivery.save is not None:
        raise UsageError("--save keeps one look-up", hint="Give one TARGET.")


def check_format(delivery: DeliveryOptions) -> None:
    """Refuse what another format than the chosen one needs."""
    if delivery.findings and not delivery.writes_rows:
        raise UsageError("--findings needs --format csv, xlsx or jsonl")
    for option, is_given in (("--csv-raw", delivery.csv_raw), ("--bom", delivery.bom)):
        if is_given and delivery.chosen_format is not Format.CSV:
            raise UsageError(f"{option} needs --format csv")
    if delivery.audience is not None and delivery.chosen_format is not Format.MD:
        raise UsageError("--for support needs --format md", hint="Add --format md, or -o FILE.md.")


def _check_choice(delivery: DeliveryOptions) -> None:
    """Refuse a choice of rows where there are none to choose."""
    names = delivery.choice.names
    if delivery.chosen_format is Format.JSON:
        raise UsageError(
            f"{names} cannot choose rows of a reply that --json writes as sent",
            hint="Choose rows with jq, or write them with --format jsonl.",
        )
    if delivery.is_line_per_target:
        raise UsageError(
            f"{names} cannot choose rows in a table of one line a target",
            hint="Add --full for whole views, or write the rows with --format csv.",
        )


def _check_members(delivery: DeliveryOptions) -> None:
    """Refuse the choice of members where nothing shows them."""
    if delivery.wide and delivery.fields is not None:
        raise UsageError(
            "--wide and --fields exclude each other", hint="One shows every member, one some."
        )
    if delivery.wide and not delivery.draws_views:
        raise UsageError(
            f"--wide is for the view, not for --format {delivery.chosen_format}",
            hint="That has every member without it.",
        )
    if delivery.wide and delivery.is_line_per_target:
        raise UsageError("--wide is for whole views", hint="Add --full to have them of a list.")
    is_table = delivery.view_takes_fields and delivery.draws_views
    in_view = is_table and not delivery.is_line_per_target
    if delivery.fields is not None and not delivery.writes_rows and not in_view:
        raise UsageError(
            f"--fields needs {'--full, or ' if is_table else ''}--format csv, xlsx or jsonl",
            hint="With --json, use jq.",
        )


def _check_targets(delivery: DeliveryOptions) -> None:
    """Refuse several sources of targets, and the name of a file where an ID belongs."""
    files = (delivery.from_file is not None) + (delivery.ids_in is not None)
    if delivery.reads_a_list and len(delivery.targets) + files > 1:
        raise UsageError(
            "TARGETs, -, --from and --ids-in exclude each other", hint="Give one of them."
        )
    from ffx.cli.file_as_target import refuse_file

    for target in delivery.targets:
        refuse_file(target)


def _check_replay(delivery: DeliveryOptions) -> None:
    if delivery.targets or delivery.reads_a_list:
        raise UsageError(
            "--case shows what the file holds; it takes no TARGET",
            hint="To compare with it: ffx diagnose TARGET --case FILE",
        )
