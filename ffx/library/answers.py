"""The answers of look-ups to a program: models of what was found, and notes beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import cast

from ffx.api.journey import make_journey
from ffx.api.models import HitEvent, HitRow, VisitorInfo
from ffx.findings import diagnosis as findings
from ffx.findings.diagnose import FoundWithDiagnosis
from ffx.lookup.all_hits import what_is_missing
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.render.target_report import TargetReport, make_target_report


@dataclass(frozen=True, slots=True, repr=False)
class VisitorAnswer:
    """A visitor and their hits.

    Attributes:
        visitor_id: whom it is about; empty if the service does not say.
        visitor: the service's summary; None if it sent none.
        hits: oldest first; those whose time cannot be read come last.
        has_more: whether the service held hits back; None if it did not say.
        missing: why this may not be the visitor's whole history, a sentence each. As long as
            there is one, nobody may conclude that something did not happen.
        window: start and end of what was searched, in UTC; None where a hit named the visitor.
        notes: what the command line would say beside the answer, a sentence each.
        json: the text as the service sent it. With `every_hit` it is one document of the same
            shape, with the rows as sent.
        request_ids: the service's names for the requests, in order, where it gave any.
    """

    visitor_id: str
    visitor: VisitorInfo | None
    hits: tuple[HitRow, ...]
    has_more: bool | None
    missing: tuple[str, ...]
    window: tuple[datetime, datetime] | None
    notes: tuple[str, ...]
    json: str
    request_ids: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether `hits` are all that there are, from the visitor's first to now."""
        return not self.missing

    def __repr__(self) -> str:
        extent = "complete" if self.is_complete else "may lack some"
        return f"<VisitorAnswer {self.visitor_id}: {_counted(self.hits, 'hit')}, {extent}>"


@dataclass(frozen=True, slots=True, repr=False)
class HitAnswer:
    """Every event of one hit: the view or click itself, conversions, custom events.

    Attributes:
        hit_id: the ID that was asked for.
        visitor_id: whose hit it is; empty if the service does not say.
        events: oldest first; those whose time cannot be read come last.
        notes: what the command line would say beside the answer, a sentence each.
        json: the text as the service sent it.
        request_ids: the service's names for the requests, in order, where it gave any.
    """

    hit_id: str
    visitor_id: str
    events: tuple[HitEvent, ...]
    notes: tuple[str, ...]
    json: str
    request_ids: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<HitAnswer {self.hit_id}: {_counted(self.events, 'event')}>"


@dataclass(frozen=True, slots=True, repr=False)
class Diagnosis(findings.Diagnosis):
    """What is to be said about one target, and the documents that say it.

    Attributes:
        id: the target's ID.
        notes: what else a reader should know, a sentence each.
        looked_up: how many single hits were looked up besides the history.
        requests: how many requests it took in all.
    """

    _report: TargetReport = field(compare=False)

    def as_markdown(self) -> str:
        """Return the block for a ticket, as `--format md` writes it."""
        from ffx.render.markdown.ticket import ticket

        return ticket(self._report)

    def as_html(self) -> str:
        """Return the page that loads nothing and runs nothing, as `--format html` writes it."""
        from ffx.render.html.page import page

        return page(self._report)


def answer_with_diagnosis(run: Run, found: FoundWithDiagnosis, notes: Sequence[str]) -> Diagnosis:
    diagnosis = replace(found.diagnosis, notes=(*notes, *found.diagnosis.notes))
    report = make_target_report(run, "diagnose", replace(found, diagnosis=diagnosis))
    values = {each.name: getattr(diagnosis, each.name) for each in fields(diagnosis)}
    return Diagnosis(**values, _report=report)


def answer_about_visitor(run: Run, found: Found, notes: Sequence[str]) -> VisitorAnswer:
    history = found.reply.history()
    journey = make_journey(history.hits)
    window = found.window
    return VisitorAnswer(
        visitor_id=found.reply.visitor_id,
        visitor=history.visitor,
        hits=cast("tuple[HitRow, ...]", tuple(step.row for step in journey.steps)),
        has_more=found.reply.has_more,
        missing=what_is_missing(found, now=run.now, zone=run.zone),
        window=None if window is None else (window.start, window.end),
        notes=tuple(notes),
        json=found.reply.text,
        request_ids=_request_ids(found),
    )


def answer_about_hit(found: Found, notes: Sequence[str]) -> HitAnswer:
    journey = make_journey(found.reply.events())
    return HitAnswer(
        hit_id=found.target.id.text,
        visitor_id=found.reply.visitor_id,
        events=cast("tuple[HitEvent, ...]", tuple(step.row for step in journey.steps)),
        notes=tuple(notes),
        json=found.reply.text,
        request_ids=_request_ids(found),
    )


def _counted(rows: Sequence[object], noun: str) -> str:
    return f"{len(rows)} {noun}{'' if len(rows) == 1 else 's'}"


def _request_ids(found: Found) -> tuple[str, ...]:
    return tuple(each.request_id for each in found.exchanges if each.request_id)
