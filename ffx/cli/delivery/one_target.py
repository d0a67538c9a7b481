"""One target: how a command reads it, looks it up and writes it, and what the result means."""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ffx.cli.delivery.sinks import Sink
from ffx.errors import AnsweredNo, ExitCode, FfxError, UsageError
from ffx.input.targets.shapes import Command, Kind
from ffx.input.targets.target import Target, read_target
from ffx.lookup.find import Found
from ffx.lookup.outcome import how_to_get_all, is_cut, nothing_there, outcome_of
from ffx.lookup.run import Run
from ffx.output.clean import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from ffx.cli.delivery.target_sources import SourceLine
    from ffx.lookup.outcome import CheckAnswer
    from ffx.lookup.pages import SentRow
    from ffx.lookup.walk import Walk
    from ffx.service.client import Client

_LONE_WORD = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED = re.compile(r"'.*'")


@dataclass(frozen=True, slots=True)
class Question:
    """A command's question about each of its targets, and how to answer it.

    Attributes:
        look_up: looks one target up, on whatever thread.
        stream: where there is one, it begins a walk whose rows are written as they come.
        finish: changes each result before it is written, in input order.
        judge: returns what a diagnosis adds to a result, for its outcome.
        learn: is called with each target's text before anything of it is written.
        name_of: returns the name of a target whose text is to be hidden: its ID alone.
        keeps_bodies: whether answers' bytes are wanted in `Found.exchanges`.
        wants_all: whether a result that lacks rows is «partial», whatever else it means.
        tells_notes: whether what is odd about a target's text is said on stderr.
        follow_up: says what is asked after the first request for a target; empty if nothing.
    """

    command: Command
    as_kind: Kind | None
    look_up: "Callable[[Client, Target], Found]"
    stream: "Callable[[Client, Target], tuple[Found, Walk | None]] | None" = None
    finish: "Callable[[Found], Found] | None" = None
    judge: "Callable[[Found], CheckAnswer] | None" = None
    learn: "Callable[[str], object] | None" = None
    name_of: "Callable[[str], str] | None" = None
    keeps_bodies: bool = False
    wants_all: bool = False
    tells_notes: bool = True
    follow_up: "Callable[[Target], str] | None" = None

    def learn_ids(self, text: str) -> None:
        """Learn what is to be hidden of a target's text."""
        if self.learn is not None and text:
            self.learn(text)

    def name(self, text: str) -> str:
        """Return what a target is called in all that is written: as typed, or by its ID."""
        return text if self.name_of is None else self.name_of(text)

    def finished(self, found: Found) -> Found:
        return found if self.finish is None else self.finish(found)

    def outcome_of(self, run: Run, found: Found, *, is_many: bool = False) -> FfxError | None:
        """Return what a finished result means for the exit code; None is «found»."""
        judged = None if self.judge is None else self.judge(found)
        return outcome_of(
            run,
            found,
            self.command,
            wants_all=self.wants_all,
            check_answer=judged,
            is_many=is_many,
        )

    def is_cut(self, found: Found) -> bool:
        """Tell whether there is more, and that is neither asked for nor an outcome."""
        is_asked = self.wants_all or self.judge is not None
        return not is_asked and found.reply.rows > 0 and is_cut(found)


def parse_target(run: Run, question: Question, text: str) -> Target:
    """Read a target's text as the command does; its notes are not yet written.

    Raises:
        UsageError: there is no ID in it.
    """
    try:
        return read_target(
            text,
            command=question.command,
            as_kind=question.as_kind,
            now=run.now,
            service=run.service,
        )
    except UsageError as error:
        if question.name_of is not None and not _LONE_WORD.fullmatch(text.strip()):
            # It may hold an address or a name, of which nobody has learned.
            error.message = _QUOTED.sub("'…'", error.message)
        raise


def read_line(run: Run, question: Question, line: "SourceLine") -> Target:
    """Read the target of a line; its number is named by what is raised.

    Raises:
        UsageError: the line cannot be read, or there is no ID in it.
    """
    if line.problem:
        raise UsageError(f"line {line.number}: {line.problem}", code="bad-line")
    try:
        return parse_target(run, question, line.text)
    except UsageError as error:
        if line.number:
            error.message = f"line {line.number}: {error.message}"
        raise


def look_up(question: Question, client: "Client", target: Target) -> Found:
    """Look one target up, with the exchanges it took."""
    client.keeps_bodies = question.keeps_bodies
    client.exchanges.clear()
    try:
        found = question.look_up(client, target)
    except FfxError:
        # What was found out on the way may stand in the service's words.
        for exchange in client.exchanges:
            for name in ("visitorId", "hitId"):
                question.learn_ids(exchange.query.body.get(name, ""))
        raise
    # A case file is read again before it is kept: what was parsed is not to be there twice.
    reply = found.reply.unparsed() if question.keeps_bodies else found.reply
    return replace(found, reply=reply, exchanges=tuple(client.exchanges))


def look_up_one(run: Run, question: Question, text: str, sink: Sink) -> int:
    """Look one target up and write it; return the exit code.

    Raises:
        NotFoundError, PartialError: there are no rows, or not all; what there is was written.
        FfxError: what ended the look-up; nothing was written.
    """
    question.learn_ids(text)
    target = parse_target(run, question, text)
    for note in target.notes:
        run.output.note(note)
    with run.client() as client:
        if question.stream is not None and sink.takes_rows:
            found, walk = question.stream(client, target)
            if walk is not None or not found.reply.rows:
                return _stream(run, question, found, walk, question.name(text), sink)
        else:
            found = look_up(question, client, target)
    run.output.end_progress()
    return write_one(run, question, text, found, sink)


def write_one(run: Run, question: Question, text: str, found: Found, sink: Sink) -> int:
    """Write one result, and return the exit code.

    Raises:
        NotFoundError, PartialError: there are no rows, or not all; what there is was written.
    """
    found = question.finished(found)
    sink.write_header()
    sink.write_found(text, found)
    outcome = question.outcome_of(run, found)
    if isinstance(outcome, AnsweredNo):
        return outcome.exit_code
    if outcome is not None:
        raise outcome
    if question.is_cut(found) and not sink.tells_of_cuts:
        run.output.loss(cut_words(run, found))
    return ExitCode.OK


def cut_words(run: Run, found: Found, *, name: str = "") -> str:
    """Say that the service held hits back, and how to get them; `name` is that of one of many."""
    from ffx.output.words import plural

    whose = f" of {quoted(name)}" if name else ""
    how = how_to_get_all(run, found, is_many=bool(name))
    return f"incomplete: the service returned {plural(found.reply.rows, 'hit')}{whose}{how}"


def _stream(
    run: Run, question: Question, found: Found, walk: "Walk | None", text: str, sink: Sink
) -> int:
    """Write the rows of a walk as they come, and keep none of them."""
    if walk is None or found.window is None:
        if not run.output.writes_to_file:
            sink.write_header()
        raise nothing_there(run, found, question.command)
    try:
        for part in walk.over(found.window):
            if walk.rows == len(part):
                sink.write_header()
            visitor = walk.first_reply.visitor_text() if walk.first_reply else ""
            # Parts come in one direction of time, and so do the rows that are written.
            is_as_it_goes = walk.goes_back in (None, _is_newest_first(part))
            rows = part if is_as_it_goes else reversed(part)
            sink.write_rows(text, (row.text for row in rows), visitor)
            run.output.progress(f"{walk.rows:,} hits")
    except FfxError:
        if walk.rows:
            sink.end_rows()
        raise
    if walk.rows:
        sink.end_rows()
    run.output.end_progress()
    reply = replace(found.reply, rows=walk.rows, has_more=walk.has_more)
    whole = replace(found, reply=reply, gaps=walk.joined_gaps, is_walked=True)
    if not walk.rows:
        if not run.output.writes_to_file:  # which stays as it was
            sink.write_header()
        raise nothing_there(run, whole, question.command)
    outcome = question.outcome_of(run, whole)
    if outcome is not None:
        raise outcome
    return ExitCode.OK


def _is_newest_first(part: "list[SentRow]") -> bool:
    times = [row.time for row in part if row.time is not None]
    return bool(times) and times[0] > times[-1]
