"""The content of a ticket or a page about one target: the answer, and how it was found."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ffx.api.journey import Journey
from ffx.api.members import is_alias
from ffx.findings.diagnose import FoundWithDiagnosis, history_of, is_whole_life, subject_of
from ffx.findings.diagnosis import Diagnosis, History
from ffx.findings.verdict import Verdict, judge
from ffx.input.targets.shapes import Kind
from ffx.input.times.instants import to_rfc3339
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.lookup.share.redactor import ID_MEMBERS
from ffx.render.row_choice import EVERY_ROW, RowChoice
from ffx.settings.field_names import FieldNames

if TYPE_CHECKING:
    from ffx.api.models import VisitorInfo
    from ffx.findings.subject import Subject
    from ffx.input.targets.shapes import Command
    from ffx.input.times.zones import Zone


_QUESTIONS = {
    "visitor": "What did visitor {id} do?",
    "hit": "What happened to hit {id}?",
    "diagnose": "Did {kind} {id} convert, and if not, why?",
}


@dataclass(frozen=True, slots=True)
class TargetReport:
    """Everything that a document about one target holds; remote texts as sent, or aliases.

    Attributes:
        kind: what `id` names: a visitor or a hit.
        question: what was asked, for people: «What happened to visitor …?»
        account: whose data it is, as the views name it.
        command: the exact command, ready to paste.
        address: where the service is, without a path of its own: the base URL.
        history: how much of the visitor's there is; None where only a hit was asked for.
        journey: the rows, by time: a visitor's hits, or the events of a hit.
        diagnosis: None where no rules were asked for.
        field_names: what the customer calls the tracking fields.
        made: when, in UTC.
        choice: which rows are shown; all else is about all of them.
    """

    kind: Kind
    id: str
    question: str
    account: str
    zone: "Zone"
    command: str
    address: str
    made: datetime
    found: Found
    visitor: "VisitorInfo | None"
    history: History | None
    journey: Journey
    verdict: Verdict
    diagnosis: Diagnosis | None
    field_names: FieldNames = field(default_factory=FieldNames)
    choice: RowChoice = EVERY_ROW

    @property
    def visitor_id(self) -> str:
        """Whom it is about; empty where nobody knows."""
        if self.diagnosis is not None:
            return self.diagnosis.visitor_id
        return self.found.reply.visitor_id or (self.id if self.kind == "visitor" else "")


def make_target_report(
    run: Run, command: "Command", found: Found, choice: RowChoice = EVERY_ROW
) -> TargetReport:
    """Put together what a document tells of what was found."""
    subject = subject_of(run, found)
    if is_alias(found.target.id.text):
        subject = replace(subject, redacted=ID_MEMBERS)
    diagnosis = found.diagnosis if isinstance(found, FoundWithDiagnosis) else None
    target = found.target
    return TargetReport(
        kind=target.kind,
        id=target.id.text,
        question=_QUESTIONS[command].format(kind=target.kind, id=target.id.text),
        account=run.account,
        zone=run.zone,
        command=_command(run, command, found, choice.options),
        address=run.settings.api_url,
        made=run.now,
        found=found,
        visitor=subject.visitor,
        history=_history(found, subject),
        journey=subject.journey,
        verdict=judge(subject) if diagnosis is None else diagnosis.verdict,
        diagnosis=diagnosis,
        field_names=run.settings.field_names or FieldNames(),
        choice=choice,
    )


def _history(found: Found, subject: "Subject") -> History | None:
    if isinstance(found, FoundWithDiagnosis):
        return found.diagnosis.history
    return history_of(found, subject) if found.reply.query.kind == "visitor" else None


def _command(run: Run, command: "Command", found: Found, choice: tuple[str, ...]) -> str:
    """Write the command that gets the same again, on whatever day and from whichever folder."""
    target, query = found.target.id.text, found.reply.query
    if command == "hit":
        at = query.body.get("timeStart")
        return run.command(command, target, *(["--at", at] if at else []), *choice)
    options: list[str] = []
    window = found.window
    if window is not None and (command == "visitor" or not is_whole_life(run, found)):
        options += ["--since", to_rfc3339(window.start), "--until", to_rfc3339(window.end)]
    if command == "visitor" and found.is_walked:
        options.append("--all")
    return run.command(command, target, *options, *choice)
