"""The diagnosis of what was found: rules, verdict, and what a reader must know beside them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ffx.api.journey import Journey, make_journey
from ffx.api.kinds import plain_name
from ffx.api.members import is_alias
from ffx.findings.diagnosis import Diagnosis, History
from ffx.findings.engine import examine
from ffx.findings.subject import Subject, hide_nothing
from ffx.findings.verdict import judge
from ffx.input.times.formatting import long_time
from ffx.input.times.instants import LAST_MOMENT, read_time
from ffx.lookup.all_hits import what_is_missing
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.output.words import plural, whole_number
from ffx.settings.field_names import FieldNames
from ffx.settings.thresholds import Thresholds

if TYPE_CHECKING:
    from ffx.api.models import Event, HitEvent

# Nobody asks for more; a count above it is none.
_MOST_HITS = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundWithDiagnosis(Found):
    """What was found, and what is to be said about it."""

    diagnosis: Diagnosis


@dataclass(frozen=True, slots=True)
class OlderJourney:
    """A visitor's journey as an older case file has it, and when that was saved, in UTC.

    `visitor_id` is empty where the case file does not tell it.
    """

    visitor_id: str
    journey: Journey
    saved: datetime


def diagnose(
    run: Run,
    found: Found,
    *,
    alias: Callable[[str, str], str] = hide_nothing,
    older: OlderJourney | None = None,
    redacted: frozenset[str] = frozenset(),
) -> FoundWithDiagnosis:
    """Return what was found, with its diagnosis.

    `alias` gives what stands for a member's value; `redacted` are the members
    that hold aliases already.
    """
    subject = subject_of(run, found)
    subject = replace(
        subject,
        redacted=redacted,
        alias=alias,
        warnings={identity: alias("", words) for identity, words in subject.warnings.items()},
        gaps=tuple(alias("", gap) for gap in subject.gaps),
        command_for_rest=alias("", subject.command_for_rest),
    )
    visitor_id = _visitor_id(found)
    notes = _notes(found, subject)
    if older is not None and _is_other(older.visitor_id, visitor_id):
        whose = alias("visitorId", older.visitor_id)
        notes.append(f"the case file is of another visitor, {whose}: not compared")
    elif older is not None:
        saved = long_time(older.saved.isoformat(), run.zone)
        subject = replace(subject, older=older.journey, older_saved=saved)
        then = plural(len(older.journey.conversions), "conversion")
        now = len(subject.conversions)
        notes.append(f"compared with the case file of {saved}: {then} then, {now:,} now")
    diagnosis = Diagnosis(
        kind=found.target.kind,
        id=alias(f"{found.target.kind}Id", found.target.id.text),
        visitor_id=alias("visitorId", visitor_id),
        account=run.account,
        window=found.window,
        made=run.now,
        history=history_of(found, subject),
        verdict=judge(subject),
        examination=examine(subject),
        notes=tuple(alias("", note) for note in notes),
        looked_up=len(found.details),
        requests=len(found.exchanges),
    )
    return with_diagnosis(found, diagnosis)


def with_diagnosis(found: Found, diagnosis: Diagnosis) -> FoundWithDiagnosis:
    """Put a diagnosis beside what it is about."""
    values = {each.name: getattr(found, each.name) for each in fields(Found)}
    return FoundWithDiagnosis(**values, diagnosis=diagnosis)


def history_of(found: Found, subject: Subject) -> History:
    """Return how much of a visitor's history was found; none is complete that has no row."""
    visitor = subject.visitor
    return History(
        is_complete=subject.is_complete,
        rows=found.reply.rows,
        total="" if visitor is None or visitor.totalHits is None else str(visitor.totalHits),
        first_seen=found.reply.first_seen,
        last_seen=(visitor.lastSeen or "") if visitor else "",
        gaps=subject.gaps,
    )


def subject_of(run: Run, found: Found) -> Subject:
    """Return what rules and verdicts look at: a visitor's history, or the events of a hit."""
    replies = dict(found.details)
    hit_id = found.target.hit_id
    visitor = None
    rows: Sequence[Event]
    if found.reply.query.kind == "visitor":
        visitor, rows = found.reply.visitor(), found.reply.hit_rows()
        gaps = what_is_missing(found, now=run.now, zone=run.zone)
        if not rows and hit_id in replies:
            rows = replies[hit_id].events()
            gaps = ("only this hit is known",)
    else:
        rows = found.reply.events()
        replies.setdefault(hit_id, found.reply)
        gaps = ("only this hit was looked up",)
    details = {
        hit: _by_time(_of_visitor(reply.events(), found.reply.visitor_id))
        for hit, reply in replies.items()
    }
    if rows:
        gaps = (*gaps, *_what_rows_lack(rows, hit_id, details.get(hit_id, ())))
    elif not found.lacks_all:
        gaps = ()
    return Subject(
        hit_id=hit_id,
        journey=make_journey(rows, is_cut=found.reply.has_more is True or bool(found.gaps)),
        visitor=visitor,
        is_complete=bool(found.reply.rows) and not gaps,
        now=run.now,
        zone=run.zone,
        details={hit: events for hit, events in details.items() if events},
        gaps=gaps,
        command_for_rest=_command_for_rest(run, found) if gaps else "",
        warnings=_warnings(found),
        claimed_sale=found.target.claimed_sale,
        placeholders=found.target.placeholders,
        thresholds=run.settings.thresholds or Thresholds(),
        field_names=run.settings.field_names or FieldNames(),
    )


def _of_visitor(rows: "Sequence[HitEvent]", visitor_id: str) -> "list[HitEvent]":
    """Leave out what a hit's own look-up tells of another visitor."""
    return [row for row in rows if not _is_other(visitor_id, row.visitorId or "")]


def _what_rows_lack(
    rows: "Sequence[Event]", hit_id: str, own: "Sequence[HitEvent]"
) -> tuple[str, ...]:
    """Return what rows do not say of themselves, so that nobody can tell what did not happen.

    `own` are the events of the hit in question, as looked up.
    """
    unnamed = sum(not plain_name(row.eventType or "") for row in rows)
    # The look-up of the hit itself would have shown its conversions.
    without_hit = (
        0 if own or not hit_id else sum(row.is_conversion and not row.hitId for row in rows)
    )
    gaps = []
    if unnamed:
        does = "does" if unnamed == 1 else "do"
        gaps.append(f"{plural(unnamed, 'row')} {does} not say which event (eventType)")
    if without_hit:
        does = "does" if without_hit == 1 else "do"
        gaps.append(f"{plural(without_hit, 'conversion')} {does} not say on which hit (hitId)")
    return tuple(gaps)


def _by_time(rows: "Sequence[HitEvent]") -> "list[HitEvent]":
    """Sort a hit's events; the service says that it does, and nobody has seen it."""
    return sorted(rows, key=lambda row: read_time(row.eventTime) or LAST_MOMENT)


def _visitor_id(found: Found) -> str:
    """Return whose hit or history it is, as the service says; empty where it does not."""
    replies = (found.reply, *found.details.values())
    return next((reply.visitor_id for reply in replies if reply.visitor_id), "")


def _is_other(visitor_id: str, another: str) -> bool:
    """Tell whether two IDs are of two visitors; of an alias nobody can tell."""
    known = visitor_id and another and not is_alias(visitor_id) and not is_alias(another)
    return bool(known) and visitor_id != another


def _warnings(found: Found) -> dict[str, str]:
    """Return what is odd about the pasted text, as sentences; an ID that was found is right."""
    return {
        identity: f"{words[:1].upper() if words.startswith('the ') else words[:1]}{words[1:]}."
        for identity, words in found.target.warnings.items()
        if not (identity == "P2" and found.reply.rows)
    }


def _command_for_rest(run: Run, found: Found) -> str:
    """Write the command that gets what is missing; nothing where none does, or this run is it."""
    command = _wider_command(run, found)
    return command if command and not run.is_own_command(command) else ""


def _wider_command(run: Run, found: Found) -> str:
    if any("--max-hits" in gap.reason for gap in found.gaps):
        visitor = found.reply.visitor()
        total = visitor.totalHits if visitor is not None else None
        is_count = total is not None and total < _MOST_HITS
        most = max(10 * found.reply.rows, int(total) if total is not None and is_count else 0)
        return run.command("diagnose", found.target.id.text, "--max-hits", str(most))
    visitor_id = _visitor_id(found)
    if found.reply.has_more and not found.reply.visitor_id and visitor_id:
        return run.command("diagnose", visitor_id)  # which the hit's own look-up names
    # Where the window has no row, nobody knows where the visitor's life began.
    is_narrow = found.window is not None and not (found.reply.rows and is_whole_life(run, found))
    if found.reply.query.kind == "hit" or (is_narrow and not found.gaps):
        return run.command("diagnose", found.target.id.text)
    return ""


def is_whole_life(run: Run, found: Found) -> bool:
    """Tell whether the window reaches from the visitor's first hit to now, as far as is known."""
    if found.window is None:
        return False
    first_seen = read_time(found.reply.first_seen)
    is_from_first = first_seen is None or found.window.start <= first_seen
    # Times are sent in milliseconds.
    return is_from_first and run.now - found.window.end < timedelta(milliseconds=1)


def _notes(found: Found, subject: Subject) -> list[str]:
    notes = [subject.alias("note", failure) for failure in found.failures]
    without_zone = sum(_has_no_zone(step.row.eventTime) for step in subject.steps)
    if without_zone:
        words = "has no zone, and is" if without_zone == 1 else "have no zone, and are"
        notes.append(f"{plural(without_zone, 'time')} {words} taken as UTC")
    total = subject.visitor.totalHits if subject.visitor else None
    if total is not None and subject.is_complete and total > found.reply.rows:
        notes.append(
            f"the service counts {whole_number(total)} hits, "
            f"and this history is complete with {found.reply.rows:,}"
        )
    whose = found.reply.visitor_id
    of_others = sum(_is_other(whose, reply.visitor_id) for reply in found.details.values())
    if of_others:
        is_one = of_others == 1
        verb = "is of another visitor, and is" if is_one else "are of other visitors, and are"
        notes.append(f"{plural(of_others, 'look-up')} of single hits {verb} left out")
    known = {step.row.hitId for step in subject.journey.steps if step.row.hitId}
    hits = len(known | found.details.keys())
    if 0 < len(found.details) < hits:
        notes.append(f"looked up one by one: {len(found.details)} of {hits:,} hits")
    return notes


def _has_no_zone(text: str | None) -> bool:
    if read_time(text) is None:
        return False
    return datetime.fromisoformat((text or "").strip()).tzinfo is None
