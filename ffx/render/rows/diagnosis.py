"""Diagnoses for pipes and programs: plain lines, a row a finding, a line a target."""

import json
from collections.abc import Mapping

from ffx.api.members import FINDING
from ffx.findings.diagnosis import Diagnosis, document_of
from ffx.findings.verdict import Conversion
from ffx.input.times.instants import to_rfc3339
from ffx.output.clean import clean
from ffx.output.width import pad, width_of
from ffx.render.terminal.lines import Line

# Names for pipes, words for people, and the cells that a terminal gives each.
_COLUMNS = (
    ("target", "target", 27),
    ("converted", "converted", 9),
    ("conversions", "conversions", 11),
    ("reachedOffer", "offer", 6),
    ("findings", "findings", 24),
)
_LAST = "findings"
_GAP = 2
_WORDS = {True: "yes", False: "no", None: "?"}


def document_text(diagnosis: Diagnosis) -> str:
    """Write the JSON document on one line."""
    return json.dumps(document_of(diagnosis), ensure_ascii=False)


def finding_rows(diagnosis: Diagnosis) -> list[Mapping[str, object]]:
    """Return a flat row for each finding: itself, and its first piece of evidence."""
    findings = document_of(diagnosis)["findings"]
    rows: list[Mapping[str, object]] = []
    for finding in findings if isinstance(findings, list) else []:
        evidence = finding["evidence"]
        # A next step may have a command on a line of its own.
        step = " ".join(finding["nextStep"].splitlines())
        rows.append({**(evidence[0] if evidence else {}), **finding, "nextStep": step})
    return rows


def plain_diagnosis(diagnosis: Diagnosis) -> str:
    """Write a diagnosis for a pipe: name and value, a blank line, a header, a line a finding."""
    verdict, history = diagnosis.verdict, diagnosis.history
    facts = [
        (f"{diagnosis.kind}Id", diagnosis.id),
        *([("visitorId", diagnosis.visitor_id)] if diagnosis.kind == "hit" else []),
        ("account", diagnosis.account),
    ]
    if diagnosis.window is not None:
        facts.append(("windowStart", to_rfc3339(diagnosis.window.start)))
        facts.append(("windowEnd", to_rfc3339(diagnosis.window.end)))
    facts += [
        ("verdict", " ".join([verdict.headline, *verdict.details])),
        ("converted", _word(verdict.converted)),
        ("reachedOffer", _word(verdict.reached_offer)),
        ("complete", str(history.is_complete).lower()),
        ("rows", str(history.rows)),
        ("checkedAndFine", " ".join(rule.id for rule in diagnosis.examination.passed)),
        ("notChecked", " ".join(rule.id for rule, _ in diagnosis.examination.not_checked)),
        *(("note", note) for note in diagnosis.notes),
    ]
    lines = [f"{name}\t{clean(value)}" for name, value in facts]
    rows = [
        "\t".join(clean(str(row.get(name, ""))) for name in FINDING)
        for row in finding_rows(diagnosis)
    ]
    return "".join(f"{line}\n" for line in [*lines, "", "\t".join(FINDING), *rows])


def plain_header() -> str:
    return "\t".join(name for name, _, _ in _COLUMNS) + "\n"


def plain_row(target: str, diagnosis: Diagnosis | None) -> str:
    """Write a target's line for a pipe; None where its look-up failed."""
    return "\t".join(_cells(target, diagnosis)) + "\n"


def header_line(width: int) -> Line:
    return _line([words for _, words, _ in _COLUMNS], width, "label")


def row_line(target: str, diagnosis: Diagnosis | None, width: int) -> Line:
    """Return a target's line for a terminal of `width` cells; None where its look-up failed."""
    style = "bad" if diagnosis is None else "good" if diagnosis.verdict.converted else ""
    return _line(_cells(target, diagnosis), width, style)


def _cells(target: str, diagnosis: Diagnosis | None) -> list[str]:
    if diagnosis is None:
        return [clean(target), "failed", "", "", ""]
    verdict = diagnosis.verdict
    return [
        clean(target),
        _WORDS[verdict.converted],
        str(len(_own_conversions(diagnosis))),
        _WORDS[verdict.reached_offer],
        " ".join(dict.fromkeys(clean(finding.id) for finding in diagnosis.findings)),
    ]


def _own_conversions(diagnosis: Diagnosis) -> list[Conversion]:
    """Return those that `converted` is about: a hit's own, or all of a visitor's."""
    return [
        each
        for each in diagnosis.verdict.conversions
        if diagnosis.kind == "visitor" or each.hit_id == diagnosis.id
    ]


def _word(answer: bool | None) -> str:  # noqa: FBT001  # a value to be written
    return "" if answer is None else str(answer).lower()


def _line(cells: list[str], width: int, style: str) -> Line:
    line: Line = []
    room = width
    for (name, _, column), cell in zip(_COLUMNS, cells, strict=True):
        taken = max(column, width_of(cell)) + _GAP
        if taken > room and name not in ("target", "converted", "findings"):
            continue
        room -= taken
        # The last one ends the line, and blanks behind it might break it.
        line.append((" " * _GAP + (cell if name == _LAST else pad(cell, column)), style))
    return line
