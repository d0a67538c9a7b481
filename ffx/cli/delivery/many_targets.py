"""Many targets: look each up, on several threads, and hand results to a sink in input order."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ffx.cli.delivery.one_target import Question, cut_words, look_up, read_line
from ffx.cli.delivery.sinks import Sink
from ffx.cli.delivery.target_notes import FailureNotes, TargetNotes
from ffx.errors import (
    AnsweredNo,
    ExitCode,
    FfxError,
    NotFoundError,
    PartialError,
    TemporaryError,
    UsageError,
)
from ffx.input.times.zones import to_local
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.output.clean import quoted
from ffx.output.streams import ReaderLeft
from ffx.service.retry import NOT_ASKED, run_deadline_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ffx.cli.delivery.resume import EarlierAnswers
    from ffx.cli.delivery.target_sources import SourceLine
    from ffx.input.targets.target import Target
    from ffx.service.client import Client

# So many failures in a row are no accident, and the rest would fail as well.
MOST_FAILURES_IN_A_ROW = 10
# So many failures are repeated at the end.
MOST_FAILURES_REPEATED = 10
_RATE_LIMITED = "http-429"


def look_up_many(
    run: Run,
    question: Question,
    lines: "Iterable[SourceLine]",
    sink: Sink,
    *,
    jobs: int,
    total: int | None,
    answered_before: "EarlierAnswers",
    to_go_on: str = "",
) -> "ListEnd":
    """Look many targets up, on `jobs` threads, and return how the run ended.

    `total` is how many there are, where that is known; `answered_before` is what an earlier run
    came to, whose list this one ends: the exit code is that of both. `to_go_on` says how to
    go on where it ends early; empty where that cannot be.

    Raises:
        FfxError: every target failed alike, which the results alone do not say on stderr.
    """
    from ffx.cli.delivery.pool import Pool
    from ffx.service.deadline import AlarmClock
    from ffx.service.retry import Gate

    first = run.client()
    first.retries.gate = Gate(jobs)
    first.alarm_clock = alarm_clock = AlarmClock()
    clients: list[Client] = []
    mutex = threading.Lock()

    def make_worker() -> "Callable[[SourceLine], _TargetResult]":
        with mutex:
            client = first.sibling() if clients else first
            clients.append(client)

        def work(line: "SourceLine") -> _TargetResult:
            return _look_up(run, question, client, line)

        return work

    tally = _Tally(run, question, total, answered_before, to_go_on)
    ends = run.settings.limits.run_ends
    pool = Pool(lines, make_worker, jobs=jobs, weigh=_weigh, ends=ends)
    try:
        for line, result in pool:
            if not result.was_asked:
                tally.take_not_asked(result)
            else:
                tally.take(line, result, sink)
            if reason := tally.reason_to_end():
                pool.stop()
                first.retries.budget = 0.0  # what is on its way is not tried again
                finished = list(pool.finished())
                tally.take_asked(finished, sink)
                tally.give_up(reason, under_way=pool.begun() - len(finished))
                break
        if pool.is_late:
            pool.stop()
            tally.take_not_asked(_TargetResult(error=run_deadline_error()))
            tally.give_up(tally.reason_to_end(), under_way=0)
    except (ReaderLeft, Exception):
        pool.stop()
        raise
    except BaseException:
        # Interrupted: what is finished is written, whatever comes before it.
        with suppress(ReaderLeft):
            tally.take_asked(pool.finished(), sink)
        run.output.note(f"{tally.done:,} done")
        tally.tell_how_to_go_on()
        raise
    finally:
        alarm_clock.close()
        run.output.end_progress()
    if not tally.done:
        sink.write_header()
    for client in clients:
        client.close()
    return ListEnd(tally.finish(sink), tally.succeeded)


@dataclass(frozen=True, slots=True)
class ListEnd:
    """How a list ended: its exit code, and how many targets were answered, found or not."""

    code: int
    answers: int


@dataclass(frozen=True, slots=True)
class _TargetResult:
    """One target's result: found, or an error."""

    found: Found | None = None
    error: FfxError | None = None
    notes: tuple[str, ...] = ()
    identity: str = ""

    @property
    def was_asked(self) -> bool:
        """Tell whether the service was asked, or need not be."""
        return self.error is None or self.error.code != NOT_ASKED


def _weigh(result: _TargetResult) -> int:
    """Return how many characters a result holds; what was made of them takes some times that."""
    if result.found is None:
        return 0
    replies = (result.found.reply, *result.found.details.values())
    return sum(len(part) for reply in replies for part in reply.parts())


@dataclass
class _Tally:
    """What a list has come to so far: counts, what to say at its end, and why it ends early."""

    run: Run
    question: Question
    total: int | None
    answered_before: "EarlierAnswers"
    to_go_on: str = ""
    done: int = 0
    succeeded: int = 0
    missing: int = 0
    unsent: int = 0
    partial: int = 0
    cut: int = 0
    answered_no: int = 0
    failures_in_a_row: int = 0
    reason_not_asked: str = ""
    ended_early: bool = False
    failed_by_code: dict[int, int] = field(default_factory=dict)
    first_failures: list[str] = field(default_factory=list)
    first_error: FfxError | None = None
    started: float = field(default_factory=time.monotonic)
    notes: TargetNotes = field(init=False)
    failure_notes: FailureNotes = field(init=False)

    def __post_init__(self) -> None:
        self.notes, self.failure_notes = TargetNotes(self.run), FailureNotes(self.run)

    def take(self, line: "SourceLine", result: _TargetResult, sink: Sink) -> None:
        """Count one target's result, and write it."""
        if not self.done:
            # Not before: a list that cannot be read leaves no header behind.
            sink.write_header()
        self.done += 1
        self.question.learn_ids(line.text)
        sink.take_own_cells(line.row)
        name = self.question.name(line.text)
        self.notes.tell_text(line.number, result.identity, name)
        for note in result.notes if self.question.tells_notes else ():
            self.notes.tell(line.number, result.identity, note)
        if result.error is not None:
            self._take_failure(name, result.error)
            if not sink.says_why:
                self.failure_notes.tell(line.number, name, result.error)
            sink.write_failed(name, result.error)
        elif result.found is not None:
            self.failures_in_a_row = 0
            self.succeeded += 1
            self._take_found(line.number, name, result.found, sink)
        if self.run.output.shows_progress:
            self.run.output.progress(self._progress())

    def take_asked(
        self, finished: "Iterable[tuple[SourceLine, _TargetResult]]", sink: Sink
    ) -> None:
        """Take the results that came from the service; targets that nobody asked for have none."""
        for line, result in finished:
            if result.was_asked:
                self.take(line, result, sink)

    def reason_to_end(self) -> str:
        """Tell why nothing more shall be asked; empty where there is no reason."""
        if self.reason_not_asked:
            return f"ended: {self.reason_not_asked}"
        if self.failures_in_a_row >= MOST_FAILURES_IN_A_ROW:
            return f"ended after {self.failures_in_a_row} failures in a row"
        return ""

    def take_not_asked(self, result: _TargetResult) -> None:
        """Take the error of a target that was not asked, by which the list ends."""
        error = result.error
        seconds = error.retry_after if isinstance(error, TemporaryError) else None
        if seconds is not None:
            self._end_until(seconds)
        else:
            self.reason_not_asked = "the run's deadline is over"

    def give_up(self, reason: str, *, under_way: int) -> None:
        """Say that the list ends early, and what is left of it."""
        self.ended_early = True
        left = None if self.total is None else self.total - self.done - under_way
        words = "the rest was not asked" if left is None else f"{left:,} were not asked"
        words += f"; {under_way:,} were asked, and not waited for" if under_way else ""
        self.run.output.loss(f"{reason}; {words}")
        self.tell_how_to_go_on()

    def tell_how_to_go_on(self) -> None:
        """Say how the rest is asked for, unless there is nothing yet to go on with."""
        if self.to_go_on and (self.done or self.answered_before.targets):
            self.run.output.note(self.to_go_on)

    def finish(self, sink: Sink) -> int:
        """Say how it went, and return the exit code.

        Raises:
            FfxError: the first of the failures, if all failed alike and stderr has none of them.
        """
        from ffx.output.words import plural

        self.notes.finish()
        self.failure_notes.finish()
        failed = sum(self.failed_by_code.values())
        seconds = time.monotonic() - self.started
        succeeded = self.succeeded + len(self.answered_before.targets)
        is_alike = bool(failed) and not succeeded and len(self.failed_by_code) == 1
        if self.done > MOST_FAILURES_REPEATED and not is_alike and sink.says_why:
            # They stand somewhere in the results, and nowhere else.
            for sentence in self.first_failures:
                self.run.output.note(sentence)
            if failed > len(self.first_failures):
                self.run.output.note(f"and {failed - len(self.first_failures):,} more failed")
        there = self.succeeded - self.missing - self.unsent
        incomplete = self.partial - self.unsent + self.cut
        words = [plural(self.done, "target"), f"{there:,} found"]
        words += [f"{self.missing:,} not found"] if self.missing else []
        words += [f"{self.unsent:,} not sent"] if self.unsent else []
        words += [f"{incomplete:,} incomplete"] if incomplete else []
        words += [f"{self.answered_no:,} answered no"] if self.answered_no else []
        words += [f"{failed:,} failed"] if failed else []
        words += sink.sums()
        is_idle = not self.done and self.answered_before.targets and not self.ended_early
        summary = "nothing is left to ask" if is_idle else f"{' · '.join(words)} · {seconds:.1f} s"
        self.run.output.note(summary)
        if is_alike:
            if self.first_error is not None and sink.says_why:
                raise self.first_error
            return next(iter(self.failed_by_code))
        if self.ended_early and not failed and not succeeded:
            return ExitCode.TEMPORARY
        if failed or self.partial or self.answered_before.partial or self.ended_early:
            return ExitCode.PARTIAL
        if self.answered_no:
            return ExitCode.CHECK_NO
        is_missing = self.missing or self.answered_before.missing
        return ExitCode.NOT_FOUND if is_missing else ExitCode.OK

    def _take_found(self, number: int, name: str, found: Found, sink: Sink) -> None:
        found = self.question.finished(found)
        sink.write_found(name, found)
        match self.question.outcome_of(self.run, found, is_many=True):
            case NotFoundError() as error:
                self.missing += 1
                if not sink.says_missing:
                    self.failure_notes.tell(number, name, error)
            case PartialError() as error:
                self.partial += 1
                self.unsent += found.lacks_all
                why = "".join(f"\n  {line}" for line in error.hint.splitlines())
                lack = f"the history of {quoted(name)} is incomplete"
                if found.lacks_all:
                    lack = f"the service sent no hit of {quoted(name)}"
                self.notes.tell_loss(number, f"{lack}:{why}")
            case AnsweredNo():
                self.answered_no += 1
        if self.question.is_cut(found):
            self.cut += 1
            if not sink.tells_of_cuts:
                self.notes.tell_loss(number, cut_words(self.run, found, name=name))

    def _take_failure(self, name: str, error: FfxError) -> None:
        code = int(error.exit_code)
        self.failed_by_code[code] = self.failed_by_code.get(code, 0) + 1
        # What was refused here says nothing of the next one.
        self.failures_in_a_row += not isinstance(error, UsageError)
        self.first_error = self.first_error or error
        if sum(self.failed_by_code.values()) <= MOST_FAILURES_REPEATED:
            self.first_failures.append(f"failed: {quoted(name)}: {error.message}")
        seconds = error.retry_after if isinstance(error, TemporaryError) else None
        if error.code == _RATE_LIMITED and seconds is not None and seconds >= self._longest_wait:
            self._end_until(seconds)

    def _end_until(self, seconds: float) -> None:
        moment = to_local(datetime.now(UTC) + timedelta(seconds=seconds), self.run.zone)
        self.reason_not_asked = f"the service asks to come back at {moment:%Y-%m-%d %H:%M:%S %z}"

    @property
    def _longest_wait(self) -> float:
        """Seconds that no look-up can wait for."""
        return self.run.settings.limits.timeout

    def _progress(self) -> str:
        rate = self.done / max(time.monotonic() - self.started, 0.001)
        of_all = "" if self.total is None else f" of {self.total:,}"
        failed = sum(self.failed_by_code.values())
        return f"{self.done:,}{of_all} targets · {failed:,} failed · {rate:,.0f}/s"


def _look_up(run: Run, question: Question, client: "Client", line: "SourceLine") -> _TargetResult:
    target: Target | None = None
    try:
        target = read_line(run, question, line)
        return _TargetResult(look_up(question, client, target), None, target.notes, target.id.text)
    except FfxError as error:
        if target is None:
            return _TargetResult(error=error)
        return _TargetResult(None, error, target.notes, target.id.text)
