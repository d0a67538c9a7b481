"""The page's part about a diagnosis: findings, passed checks, and what was not checked."""

from collections.abc import Iterator

from ffx.findings.diagnosis import Diagnosis
from ffx.findings.rule import BASES, Finding
from ffx.findings.subject import Evidence
from ffx.input.times.formatting import full_time
from ffx.input.times.zones import Zone
from ffx.output.words import plural, unrepeated
from ffx.render.html.markup import Markup, element
from ffx.render.html.table import small_table

_EVIDENCE = ("member", "value", "event", "time", "place", "hit")
# Members that the row has in columns of their own.
_OF_ROW = ("hitId", "eventType", "eventTime")
_COMMAND = "ffx "


def findings(diagnosis: Diagnosis, zone: Zone) -> Iterator[Markup]:
    """Yield the findings, the heaviest first, and what else was looked at."""
    found = diagnosis.findings
    if found:
        yield element("ol", *(_finding(each, zone) for each in found), class_="findings")
    else:
        yield element("p", "No rule found anything wrong in what was checked.")
    examination = diagnosis.examination
    if diagnosis.notes:
        yield element("h3", "Also to be known")
        yield element("ul", *(element("li", note) for note in diagnosis.notes))
    if examination.passed:
        yield element("h3", "Checked and fine")
        checks = unrepeated(rule.checks for rule in examination.passed)
        yield element("p", " · ".join(checks))
    yield element("h3", "Not checked")
    unknown = [f"{', '.join(checks)}: {reason}" for reason, checks in examination.unchecked()]
    unknown.append("received postbacks: the API offers no look-up here")
    yield element("ul", *(element("li", words) for words in unknown))


def _finding(finding: Finding, zone: Zone) -> Markup:
    word = finding.severity.value
    basis = f"class {finding.basis}: {BASES[finding.basis]}"
    parts = [
        element("h3", element("span", word, class_=f"severity {word}"), " ", finding.sentence),
        element("p", element("code", finding.id), f" {finding.name} · {basis}", class_="faint"),
    ]
    if finding.evidence:
        rows = [_evidence(each, zone) for each in finding.evidence]
        label = f"Evidence: {plural(len(rows), 'value')}"
        parts.append(small_table(_EVIDENCE, rows, label=label))
    parts += _next_step(finding.next_step)
    return element("li", *parts)


def _next_step(text: str) -> Iterator[Markup]:
    """Yield where to look next; a line of its own may be a command to copy."""
    for number, line in enumerate(filter(None, text.splitlines())):
        if line.startswith(_COMMAND):
            yield element("pre", element("code", line))
        else:
            yield element("p", *([] if number else [element("b", "Next: ")]), line)


def _evidence(evidence: Evidence, zone: Zone) -> tuple[str, ...]:
    is_of_row = bool(evidence.hit_id) and evidence.member in _OF_ROW
    return (
        "" if is_of_row else evidence.member,
        "" if is_of_row else evidence.value or "empty",
        evidence.event,
        full_time(evidence.time, zone),
        evidence.place,
        evidence.hit_id,
    )
