"""Ask for the hits of a report, and keep what is answered; then why some have no conversion."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ffx.cli.delivery.sinks import Sink
from ffx.errors import FfxError
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.output.words import plural, sentence
from ffx.reconcile.ledger import Ledger
from ffx.reconcile.tracker_answer import Explanation, TrackerAnswer, answer_of, from_line, to_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ffx.cli.delivery.one_target import Question
    from ffx.cli.delivery.target_sources import SourceLine
    from ffx.findings.diagnosis import Diagnosis
    from ffx.lookup.share.redactor import Redactor

# What is found about conversions, look-ups and IDs, and about visitors who left before the offer;
# not what is about the traffic.
_REASON_FAMILIES = ("C", "L", "P", "J5")
_MOST_ROWS = 100_000
_MOST_HITS = 1  # looked up one by one for a reason, besides the visitor's history


@dataclass(frozen=True)
class ReportLookUp:
    """The look-up of a report's hits: what asks for them, and what takes the answers."""

    run: Run
    ledger: Ledger
    jobs: int
    answers: "AnswerFile"
    redactor: "Redactor | None" = None


class AnswerFile:
    """The file of answers, a line each, with which a run is gone on; there may be none."""

    def __init__(self, file: BinaryIO | None = None) -> None:
        self._file = file

    def write(self, known: TrackerAnswer | Explanation) -> None:
        """Write one line at once; nothing where there is no file."""
        if self._file is not None:
            self._file.write(f"{to_line(known)}\n".encode())
            self._file.flush()


def answers_path(out: str) -> Path:
    """Return the file in which answers are kept until the result is whole."""
    return Path(f"{out}.answers")


@contextmanager
def kept_answers(
    run: Run, ledger: Ledger, path: Path | None, *, resume: bool
) -> Iterator[AnswerFile]:
    """Keep answers in a file until all goes well; with `resume`, take those of an earlier run."""
    if path is None:
        yield AnswerFile()
        return
    from ffx.output.file_locks import locked_file
    from ffx.output.files import growing_file

    with locked_file(path):  # one run at a time
        if resume:
            count = _take_kept(ledger, path)
            run.output.note(f"answered already: {plural(count, 'hit')}")
        with growing_file(path, append=resume) as file:
            yield AnswerFile(file)


def has_answers(path: Path | None) -> bool:
    """Tell whether the file of answers is there and holds any."""
    try:
        return path is not None and path.stat().st_size > 0
    except OSError:
        return False


def forget_answers(path: Path | None) -> None:
    """Take the file of answers away: the result holds all of them."""
    if path is not None:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def ask_for_hits(look_up: ReportLookUp) -> int:
    """Ask for every hit of the report that was not answered yet; return what the list came to.

    Raises:
        FfxError: every hit failed alike.
    """
    from ffx.cli.delivery.many_targets import look_up_many
    from ffx.cli.delivery.resume import EarlierAnswers

    total = look_up.ledger.count_open_hits()
    if not total:
        return 0
    return look_up_many(
        look_up.run,
        _about_hits(look_up),
        _lines(look_up.ledger.open_hits()),
        _AnswerSink(look_up),
        jobs=look_up.jobs,
        total=total,
        answered_before=EarlierAnswers(),
    ).code


def print_requests_for_hits(look_up: ReportLookUp, explain: int) -> int:
    """Print the requests for all hits of the report; return the exit code."""
    from ffx.cli.delivery.curl_requests import print_requests

    follow_up = f"those of a diagnosis, for up to {plural(explain, 'hit')} without a conversion"
    question = replace(_about_hits(look_up), follow_up=lambda _: follow_up if explain else "")
    return print_requests(
        look_up.run, question, _lines(look_up.ledger.open_hits()), look_up.redactor
    )


def _about_hits(look_up: ReportLookUp) -> "Question":
    from ffx.cli.delivery.one_target import Question
    from ffx.lookup.find import find_hit

    question = Question(
        command="hit",
        as_kind="hit",
        look_up=lambda client, target: find_hit(client, target, None),
        tells_notes=False,
    )
    return _with_hidden_ids(question, look_up.redactor)


def ask_for_reasons(look_up: ReportLookUp, most: int) -> None:
    """Ask why hits without any conversion have none, for `most` of them."""
    from ffx.cli.delivery.diagnoser import diagnoser
    from ffx.cli.delivery.many_targets import look_up_many
    from ffx.cli.delivery.one_target import Question
    from ffx.cli.delivery.resume import EarlierAnswers
    from ffx.lookup.details import find_with_details
    from ffx.lookup.find import LookupContext

    run = look_up.run
    hits = look_up.ledger.unexplained(most)
    if not hits:
        return
    run.output.note(f"asking why {plural(len(hits), 'hit')} have no conversion")
    question = Question(
        command="diagnose",
        as_kind="hit",
        look_up=lambda client, target: find_with_details(
            LookupContext(client, run.now, run.output.note),
            target,
            None,
            most_rows=_MOST_ROWS,
            most_hits=_MOST_HITS,
        ),
        finish=diagnoser(run, look_up.redactor, older=None, case=None),
        tells_notes=False,
    )
    look_up_many(
        run,
        _with_hidden_ids(question, look_up.redactor),
        _lines(iter(hits)),
        _ReasonSink(look_up),
        jobs=look_up.jobs,
        total=len(hits),
        answered_before=EarlierAnswers(),
    )


class _AnswerSink(Sink):
    """Writes what is answered about a hit beside the report's claims."""

    says_why = says_missing = True

    def __init__(self, look_up: ReportLookUp) -> None:
        super().__init__(look_up.run)
        self._look_up = look_up

    def write_found(self, text: str, found: Found) -> None:
        if self._look_up.redactor is not None:
            self._look_up.redactor.learn_reply(found.reply)
        answer = answer_of(text, found.reply, self.run.zone)
        self._look_up.ledger.take_answer(answer)
        self._look_up.answers.write(answer)
        if not answer.is_known and (reason := _id_warning(text, found.target.warnings)):
            self._look_up.ledger.explain(reason)
            self._look_up.answers.write(reason)

    def write_failed(self, text: str, error: FfxError) -> None:
        """Keep the failure with the report; how many failed is written at the end."""
        why = sentence(error.message)
        self._look_up.ledger.take_failure(text, why, " ".join(error.hint.splitlines()))


class _ReasonSink(Sink):
    """Writes why a hit has no conversion beside the report's claims."""

    says_missing = True  # the row says that there is no conversion, which is all that is known

    def __init__(self, look_up: ReportLookUp) -> None:
        super().__init__(look_up.run)
        self._look_up = look_up

    def write_found(self, text: str, found: Found) -> None:
        from ffx.cli.delivery.diagnosis_sinks import diagnosis_of

        reason = explain(text, diagnosis_of(found))
        self._look_up.ledger.explain(reason)
        self._look_up.answers.write(reason)


def _id_warning(hit: str, warnings: "Mapping[str, str]") -> Explanation | None:
    """Return the warning about an ID that is not known as its explanation; None without one."""
    from ffx.findings.rules.pasted_text import ID_RULES

    for identity, warning in warnings.items():
        rule, step = ID_RULES.get(identity, (None, ""))
        return Explanation(hit, "" if rule is None else rule.name, sentence(warning), step)
    return None


def explain(hit: str, diagnosis: "Diagnosis") -> Explanation:
    """Return the heaviest finding that says why there is no conversion; else the verdict."""
    from ffx.findings.rule import Severity

    for finding in diagnosis.findings:
        is_about_it = finding.id.startswith(_REASON_FAMILIES)
        if finding.severity is Severity.VERDICT or is_about_it:
            step = " ".join(finding.next_step.splitlines())
            return Explanation(hit, finding.name, finding.sentence, step)
    verdict = diagnosis.verdict
    return Explanation(hit, "", " ".join([verdict.headline, *verdict.details]), "")


def _lines(hits: Iterator[str]) -> "Iterator[SourceLine]":
    from ffx.cli.delivery.target_sources import SourceLine

    for hit in hits:
        yield SourceLine(0, hit)


def _with_hidden_ids(question: "Question", redactor: "Redactor | None") -> "Question":
    if redactor is None or not redactor.hides_ids:
        return question
    return replace(question, learn=lambda text: redactor.learn_value("hitId", text))


def _take_kept(ledger: Ledger, path: Path) -> int:
    """Take the answers of an earlier run for the hits of this report; return how many."""
    count = 0
    try:
        content = path.open("rb")
    except FileNotFoundError:
        return 0
    except OSError as error:
        from ffx.input.reports.text_lines import unreadable

        raise unreadable(str(path), error) from error
    with content:
        for line in content:
            known = from_line(line)
            if isinstance(known, Explanation):
                ledger.explain(known)
            elif known is not None and ledger.is_open(known.hit):
                ledger.take_answer(known)
                count += 1
    return count
