"""`--curl`: the requests of a run, printed in place of being sent."""

from typing import TYPE_CHECKING

from ffx.api.wire import as_curl
from ffx.cli.delivery.one_target import Question, read_line
from ffx.cli.delivery.target_notes import FailureNotes, TargetNotes
from ffx.errors import ExitCode, UsageError
from ffx.lookup.run import Run
from ffx.service.client import NotSent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ffx.cli.delivery.target_sources import SourceLine
    from ffx.lookup.share.redactor import Redactor


def print_requests(
    run: Run, question: Question, lines: "Iterable[SourceLine]", redactor: "Redactor | None"
) -> int:
    """Print the first request for each target as a curl command; return the exit code.

    What follows these, by what they are answered, is said on stderr, and so is what holds no ID.
    """
    notes, failures = TargetNotes(run), FailureNotes(run)
    follow_ups: dict[str, None] = {}
    printed = 0
    with run.client() as client:
        for line in lines:
            question.learn_ids(line.text)
            try:
                target = read_line(run, question, line)
                for note in target.notes if question.tells_notes else ():
                    notes.tell(line.number, target.id.text, note)
                question.look_up(client, target)
            except NotSent as request:
                print_request(run, request, redactor)
                printed += 1
                if question.follow_up and (words := question.follow_up(target)):
                    follow_ups[words] = None
            except UsageError as error:
                failures.tell(line.number, question.name(line.text), error)
    notes.finish()
    failures.finish()
    for words in follow_ups:
        run.output.note(f"note: more requests follow: {words}")
    if not failures.count:
        return ExitCode.OK
    return ExitCode.PARTIAL if printed else ExitCode.USAGE


def print_request(run: Run, request: NotSent, redactor: "Redactor | None") -> None:
    """Print a request that was not sent, with aliases in it where these are wanted."""
    from ffx.api.wire import Query

    query = request.query
    if redactor is not None:
        body = {name: redactor.alias(name, value) for name, value in query.body.items()}
        query = Query(query.kind, body)
    run.output.result(as_curl(request.base_url, query))
