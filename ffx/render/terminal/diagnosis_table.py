"""A diagnosis on a terminal: the verdict, the findings by weight, and what was looked at."""

from collections.abc import Iterable, Iterator

from ffx.findings.diagnosis import Diagnosis
from ffx.findings.rule import BASES, Finding, Severity
from ffx.findings.subject import Evidence
from ffx.input.times.formatting import format_day_and_clock
from ffx.input.times.instants import read_time
from ffx.input.times.window import describe_window
from ffx.input.times.zones import zone_name
from ffx.output.clean import clean
from ffx.output.width import clip, pad, width_of, wrap, wrap_facts
from ffx.output.words import identity, left_out, non_empty, plural, unrepeated
from ffx.render.terminal.lines import INDENT, Frame, Line, both_ends, line_width

_STYLES = {
    Severity.VERDICT: "loud",
    Severity.WARNING: "warning",
    Severity.HINT: "",
    Severity.INFORMATION: "faint",
}
_SEVERITY = max(len(severity) for severity in Severity)
_NARROW = 72
_MOST_EVIDENCE = 4
_LONGEST_VALUE, _LONGEST_SENTENCE = 200, 2000
# How a line that is there to be copied begins; it is never broken.
_COMMAND = "ffx "
# The rules on whether there is a history, of which this view says more by itself.
_HISTORY_RULES = frozenset({"L1", "L2"})


def diagnosis_lines(diagnosis: Diagnosis, frame: Frame) -> Iterator[Line]:
    """Yield the whole view."""
    yield from _verdict(diagnosis, frame)
    if diagnosis.findings:
        yield []
    for number, finding in enumerate(diagnosis.findings, start=1):
        yield from _finding(number, finding, frame)
    if diagnosis.findings:
        yield from _legend(diagnosis.findings, frame)
    yield []
    examination = diagnosis.examination
    checks = [rule.checks for rule in examination.passed if rule.id not in _HISTORY_RULES]
    passed = unrepeated(filter(None, [_history(diagnosis), *checks]))
    yield from _list("Checked and fine", passed, frame)
    unknown = [f"{', '.join(checks)} ({reason})" for reason, checks in examination.unchecked()]
    unknown.append("received postbacks (the API offers no look-up here)")
    yield from _list("Not checked", unknown, frame)
    yield from _list("Note", list(diagnosis.notes), frame)


def _verdict(diagnosis: Diagnosis, frame: Frame) -> Iterator[Line]:
    verdict = diagnosis.verdict
    style = {True: "good-title", False: "title", None: "loud"}[verdict.converted]
    for line in wrap(_shown(verdict.headline), frame.width):
        yield [(line, style)]
    for sentence in verdict.details:
        for line in wrap(_shown(sentence), frame.width - len(INDENT)):
            yield [(INDENT, ""), (line, "")]
    who = [f"{diagnosis.kind} {identity(diagnosis.id)}"]
    if diagnosis.kind == "hit" and diagnosis.visitor_id:
        who.append(f"visitor {identity(diagnosis.visitor_id)}")
    identities = (diagnosis.id, diagnosis.visitor_id)
    where = [f"account {clean(diagnosis.account)}", f"times in {zone_name(frame.zone)}"]
    for facts in (who, [*_window(diagnosis, frame), *where]):
        for line in _lay_out(facts, frame.width - len(INDENT), *identities):
            yield [(INDENT, ""), (line, "faint")]


def _window(diagnosis: Diagnosis, frame: Frame) -> list[str]:
    if diagnosis.window is None:
        return []
    return [f"window {describe_window(diagnosis.window, frame.zone)}"]


def _history(diagnosis: Diagnosis) -> str:
    """Say how much of the history there was, where that is all of it."""
    history = diagnosis.history
    return f"history complete ({plural(history.rows, 'row')})" if history.is_complete else ""


def _finding(number: int, finding: Finding, frame: Frame) -> Iterator[Line]:
    style = _STYLES[finding.severity]
    head = f"{number:>3}  "
    if frame.width >= _NARROW:
        head += pad(finding.severity, _SEVERITY + 2)
        sentence = _shown(finding.sentence)
    else:
        sentence = f"{finding.severity}: {_shown(finding.sentence)}"
    indent = len(head) if frame.width >= _NARROW else len(head) - 1
    room = frame.width - len(head)
    tag = f"{clean(finding.id)} {clean(finding.name)} · {finding.basis}"
    first: Line = [(head, style if frame.width >= _NARROW else "")]
    lines = wrap(sentence, room)
    for place, text in enumerate(lines):
        line: Line = [*first, (text, style)] if place == 0 else [(" " * indent, ""), (text, style)]
        if place == len(lines) - 1 and line_width(line) + width_of(tag) + 2 <= frame.width:
            yield from both_ends(line, [tag], frame.width)
            tag = ""
        else:
            yield line
    if tag:
        yield [(" " * indent, ""), (tag, "faint")]
    for evidence in finding.evidence[:_MOST_EVIDENCE]:
        for text in _lay_out(_evidence_facts(evidence, frame), room, evidence.hit_id):
            yield [(" " * indent, ""), (text, "faint")]
    if len(finding.evidence) > _MOST_EVIDENCE:
        rest = left_out(len(finding.evidence) - _MOST_EVIDENCE, "row")
        yield [(" " * indent, ""), (f"… {rest}", "faint")]
    yield from _next_step(finding.next_step, indent, room)


def _legend(findings: Iterable[Finding], frame: Frame) -> Iterator[Line]:
    """Say what the letters behind the findings stand for."""
    letters = sorted({finding.basis for finding in findings})
    facts = [f"class {letter} = {BASES[letter]}" for letter in letters]
    for text in wrap_facts(facts, frame.width - len(INDENT)):
        yield [(INDENT, ""), (text, "faint")]


def _next_step(text: str, indent: int, room: int) -> Iterator[Line]:
    for number, part in enumerate(text.splitlines()):
        words = _shown(part if number else f"Next: {part}")
        for line in [words] if words.startswith(_COMMAND) else wrap(words, room):
            yield [(" " * indent, ""), (line, "")]


def _evidence_facts(evidence: Evidence, frame: Frame) -> list[str]:
    time = read_time(evidence.time)
    when = format_day_and_clock(time, frame.zone) if time else evidence.time
    words = [" ".join(non_empty(when, evidence.event)), *non_empty(evidence.place)]
    facts = [clip(fact, _LONGEST_VALUE) for fact in words]
    facts += [identity(evidence.hit_id)] if evidence.hit_id else []
    if evidence.member not in ("hitId", "eventType", "eventTime"):
        value = clip(clean(evidence.value), _LONGEST_VALUE) or "empty"
        facts.append(f"{clean(evidence.member)} {value}")
    return facts


def _lay_out(facts: Iterable[str], room: int, *identities: str) -> Iterator[str]:
    """Lay facts out on lines; an ID that has no room on one has an unbroken line to itself."""
    too_long = tuple(each for each in map(identity, identities) if width_of(each) > room)
    together: list[str] = []
    for fact in facts:
        if too_long and fact.endswith(too_long):
            yield from wrap_facts(together, room)
            yield fact
            together = []
        else:
            together.append(fact)
    yield from wrap_facts(together, room)


def _shown(sentence: str) -> str:
    return clip(clean(sentence), _LONGEST_SENTENCE)


def _list(label: str, facts: list[str], frame: Frame) -> Iterator[Line]:
    if not facts:
        return
    room = frame.width - len(INDENT)
    for number, text in enumerate(
        wrap_facts([f"{label}: {_shown(facts[0])}", *map(_shown, facts[1:])], room)
    ):
        words = text.removeprefix(f"{label}:") if number == 0 else text
        yield [(INDENT, ""), *([(f"{label}:", "label")] if number == 0 else []), (words, "")]
