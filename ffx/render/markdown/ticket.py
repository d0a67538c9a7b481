"""A report as a block for a ticket: CommonMark that reads well as plain text, too."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import nsmallest

from ffx.api import kinds as events
from ffx.api.journey import Journey, Step
from ffx.api.wire import Exchange
from ffx.findings.diagnosis import Diagnosis
from ffx.findings.rule import BASES, Finding
from ffx.findings.subject import Evidence
from ffx.findings.verdict import Conversion
from ffx.input.times.formatting import elapsed, long_time
from ffx.input.times.instants import to_rfc3339
from ffx.input.times.window import describe_window
from ffx.input.times.zones import Zone, format_moment, to_local, zone_name
from ffx.output.clean import clean, inert
from ffx.output.width import clip
from ffx.output.words import identity, left_out, plural, unrepeated
from ffx.render.markdown.text import code, fenced, prose
from ffx.render.markdown.visitor_origin import origin
from ffx.render.row_choice import RowChoice
from ffx.render.target_report import TargetReport
from ffx.render.terminal.lines import INDENT, Frame, Line, painted
from ffx.render.terminal.timeline import timeline_lines
from ffx.version import __version__

_MOST_ROWS = 12
_MOST_CONVERSIONS = 6
_MOST_EVIDENCE = 10
_MOST_EXCHANGES = 5
_LONGEST_VALUE = 300
_CODE_WIDTH = 105
_LABEL = 12
# How a line of a next step begins that is there to be copied.
_COMMAND = "ffx "


def ticket(report: TargetReport, *, for_support: bool = False) -> str:
    """Write everything that a ticket asks for, in Markdown; it ends with a line feed.

    With `for_support`, also the requests, which the provider's support asks for.
    """
    blocks = [
        f"## {prose(report.question)}",
        _verdict(report),
        "\n".join(_facts(report)),
        *_conversions(report),
        *_findings(report),
        *_timeline(report),
        *_examined(report.diagnosis),
        *(_requests(report) if for_support else ()),
        "### Command",
        fenced(clean(report.command)),
        f"Made with ffx {__version__}.",
    ]
    return "\n\n".join(blocks) + "\n"


def _verdict(report: TargetReport) -> str:
    verdict = report.verdict
    return " ".join([f"**{prose(verdict.headline)}**", *map(prose, verdict.details)])


def _facts(report: TargetReport) -> Iterator[str]:
    """Yield the lines of the list that tells whom, where and when."""
    found, zone = report.found, report.zone
    yield f"- {report.kind.capitalize()}: {_id(report.id)}"
    if report.kind == "hit" and report.visitor_id:
        yield f"- Visitor: {_id(report.visitor_id)}"
    yield from origin(report)
    yield f"- Account: {_value(report.account)}"
    window = (
        describe_window(found.window, zone) if found.window else "none, found by the ID of a hit"
    )
    yield f"- Window: {window} (times in {prose(zone_name(zone))})"
    yield f"- Made: {format_moment(to_local(report.made, zone).replace(microsecond=0))}"
    yield from _history(report)
    if found.refusal is not None:
        yield f"- Answer: {prose(found.refusal.message)}"
    notes = report.diagnosis.notes if report.diagnosis else ()
    yield from (f"- Note: {prose(note)}" for note in (*notes, *found.reply.warnings))


def _history(report: TargetReport) -> Iterator[str]:
    found = report.found
    if not (found.reply.rows or found.details or found.lacks_all):
        yield "- History: no rows"
        return
    history = report.history
    if history is None:
        events_of_hit = plural(report.found.reply.rows, "event")
        yield f"- History: {events_of_hit} of this hit; no other hit was asked for"
        return
    completeness = "complete" if history.is_complete else "incomplete"
    facts = [f"{completeness}, {plural(history.rows, 'row')}"]
    if history.total and history.total != str(history.rows):
        facts.append(f"the service counts {_words(history.total)}")
    if history.first_seen:
        facts.append(f"first seen {_words(long_time(history.first_seen, report.zone))}")
    yield f"- History: {', '.join(facts)}"
    yield from (f"  - {prose(gap)}" for gap in history.gaps)


def _conversions(report: TargetReport) -> Iterator[str]:
    conversions = report.verdict.conversions
    if not conversions:
        return
    yield "### Conversions"
    earlier = len(conversions) - _MOST_CONVERSIONS
    lines = [f"- … {plural(earlier, 'earlier one')} left out"] if earlier > 0 else []
    shown = conversions[-_MOST_CONVERSIONS:]
    yield "\n".join([*lines, *(_conversion(each, report.zone) for each in shown)])


def _conversion(conversion: Conversion, zone: Zone) -> str:
    after = conversion.after_hit
    facts = [
        f"revenue {_words(conversion.revenue)}" if conversion.revenue else "no revenue given",
        f"transaction {_value(conversion.transaction)}" if conversion.transaction else "",
        _words(conversion.place),
        f"hit {_id(conversion.hit_id)}" if conversion.hit_id else "",
        f"{elapsed(after)} after its hit" if after is not None else "",
    ]
    when = _words(long_time(conversion.time, zone)) or "Without a time"
    return f"- {when}: {', '.join(filter(None, facts))}"


def _findings(report: TargetReport) -> Iterator[str]:
    if report.diagnosis is None:
        return
    yield "### Findings"
    lines = [
        line for finding in report.diagnosis.findings for line in _finding(finding, report.zone)
    ]
    yield "\n".join(lines) or "No rule found anything wrong in what was checked."


def _finding(finding: Finding, zone: Zone) -> Iterator[str]:
    basis = f"class {finding.basis}: {BASES[finding.basis]}"
    rests = f"({prose(finding.id)} {prose(finding.name)}, {basis})"
    yield f"- **{finding.severity.capitalize()}:** {prose(finding.sentence)} {rests}"
    for evidence in finding.evidence[:_MOST_EVIDENCE]:
        yield f"  - {_evidence(evidence, zone)}"
    if len(finding.evidence) > _MOST_EVIDENCE:
        yield f"  - … {left_out(len(finding.evidence) - _MOST_EVIDENCE, 'row')}"
    for number, part in enumerate(filter(None, finding.next_step.split("\n"))):
        words = code(part) if part.startswith(_COMMAND) else prose(part)
        yield f"  - {words}" if number else f"  - Next: {words}"


def _evidence(evidence: Evidence, zone: Zone) -> str:
    where = [
        _words(long_time(evidence.time, zone)),
        _words(evidence.event),
        _words(evidence.place),
        f"hit {_id(evidence.hit_id)}" if evidence.hit_id else "",
    ]
    row = ", ".join(filter(None, where))
    shown = evidence.hit_id if evidence.member == "hitId" else evidence.event
    if row and evidence.member in ("hitId", "eventType") and evidence.value == shown:
        return row
    return f"{f'{row}: ' if row else ''}{code(evidence.member)} is {_value(evidence.value)}"


@dataclass(frozen=True, slots=True)
class _MostTelling(RowChoice):
    """The rows that tell most; whoever chooses so says how many are left out.

    The hit in question (`hit_id`), conversions and their hits, the very first row,
    entrances and offers, and then the others, of each the newest.
    """

    hit_id: str = ""

    def steps_of(self, journey: Journey) -> tuple[list[Step], int, int]:
        steps = [step for step in journey.steps if self.wants(step.row.eventType)]
        other_events = len(journey.steps) - len(steps)
        converted = {step.row.hitId for step in journey.conversions}

        def weight(place: int) -> tuple[int, int]:
            row = steps[place].row
            telling = (
                row.hitId == self.hit_id,
                row.is_conversion,
                bool(row.hitId) and row.hitId in converted,
                place == 0,
                row.is_entrance or events.is_offer(row),
                True,
            )
            return telling.index(True), -place

        chosen = sorted(nsmallest(self.limit or 0, range(len(steps)), key=weight))
        shown = [steps[place] for place in chosen]
        return shown[::-1] if self.reverse else shown, 0, other_events


def _timeline(report: TargetReport) -> Iterator[str]:
    journey = report.journey
    if not journey.steps:
        return
    yield "### Timeline"
    history = report.history
    # Its sums count conversions «so far» where there may be more.
    if history is not None and not history.is_complete:
        journey = replace(journey, is_cut=True)
    typed = report.choice
    most_telling = _MostTelling(_MOST_ROWS, typed.reverse, typed.events, hit_id=report.id)
    choice = most_telling if typed.limit is None else typed
    # Wider by the indent, which a code block does not need.
    frame = Frame(_CODE_WIDTH + len(INDENT), report.zone, report.account)
    lines = timeline_lines(journey, choice, None, frame)
    next(lines)  # its title
    # The events of a single hit belong to a visit that is not known.
    is_framed = report.kind == "visitor" or journey.visits > 0
    kept = (_without_rule(line) for line in lines if is_framed or not _is_frame(line))
    drawn = [line.removesuffix("\n") for line in painted(kept, color=False)]
    rows = sum(typed.wants(step.row.eventType) for step in journey.steps)
    hidden = rows - _MOST_ROWS if typed.limit is None else 0
    if hidden > 0:
        drawn.append(f"{INDENT}… {left_out(hidden, 'row')}")
    yield fenced("\n".join(line.removeprefix(INDENT) for line in drawn))


def _is_rule(line: Line) -> bool:
    return [style for _, style in line[1:]] == ["faint", "faint"] and line[1][0].startswith("──")


def _is_frame(line: Line) -> bool:
    """Tell whether a line is about visits: their heads, pauses, and the sums."""
    return _is_rule(line) or (line[1][0].rstrip(" ") == "total" and line[1][1] == "title")


def _without_rule(line: Line) -> Line:
    """Leave out what draws a rule across the width of a screen."""
    return line[:2] if _is_rule(line) else line


def _examined(diagnosis: Diagnosis | None) -> Iterator[str]:
    if diagnosis is None:
        return
    examination = diagnosis.examination
    yield "### What was checked"
    passed = unrepeated(rule.checks for rule in examination.passed)
    lines = [f"- Fine: {prose(', '.join(passed))}"] if passed else []
    for reason, checks in examination.unchecked():
        lines.append(f"- Not checked: {prose(', '.join(checks))} ({prose(reason)})")
    lines.append("- Not checked: received postbacks (the API offers no look-up here)")
    yield "\n".join(lines)


def _requests(report: TargetReport) -> Iterator[str]:
    exchanges = report.found.exchanges
    yield "### For the provider's support"
    if not exchanges:
        yield "No request was answered."
        return
    yield fenced(
        "\n\n".join(_request(each, report.address) for each in exchanges[:_MOST_EXCHANGES])
    )
    if len(exchanges) > _MOST_EXCHANGES:
        yield f"… {left_out(len(exchanges) - _MOST_EXCHANGES, 'request')}"


def _request(exchange: Exchange, address: str) -> str:
    query = exchange.query
    # One member a line, and still valid JSON.
    separators = (",\n" + " " * (_LABEL + 1), ": ")
    payload = json.dumps(dict(query.body), ensure_ascii=False, separators=separators)
    facts = {
        "endpoint": f"POST {clean(address)}{query.path}",
        "payload": inert(payload),
        "asked": to_rfc3339(exchange.asked),
        "status": str(exchange.status),
        "request ID": clean(exchange.request_id) or "none given",
    }
    return "\n".join(f"{label:{_LABEL}}{text}" for label, text in facts.items())


def _id(text: str) -> str:
    return code(identity(text))


def _value(text: str) -> str:
    return code(clip(clean(text), _LONGEST_VALUE))


def _words(text: str) -> str:
    return prose(clip(clean(text), _LONGEST_VALUE))
