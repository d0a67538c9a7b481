"""Diagnoses for pipes and programs: plain lines, a row a finding, a line a target."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from ffx.api.journey import total_of
from ffx.api.json_text import Numeral
from ffx.api.members import TIMES
from ffx.errors import FfxError, UsageError
from ffx.findings.diagnosis import Diagnosis, document_of
from ffx.findings.verdict import Conversion
from ffx.input.times.formatting import full_time
from ffx.input.times.instants import to_rfc3339
from ffx.input.times.zones import Zone
from ffx.output.clean import clean
from ffx.render.rows.columns import DIAGNOSIS, FINDING, TARGET
from ffx.render.rows.table import Column, plain_line, shown_target, table_line
from ffx.render.rows.target_lines import counted
from ffx.render.terminal.lines import Line

COLUMNS = (
    Column("target", "target", 27, is_always_shown=True),
    Column("converted", "converted", 9, is_always_shown=True),
    Column("conversions", "conversions", 11, is_number=True),
    Column("revenue", "revenue", 10, is_number=True),
    Column("reachedOffer", "offer", 6),
    Column("findings", "findings", 24, is_always_shown=True),
)
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


def plain_diagnosis(diagnosis: Diagnosis, zone: Zone) -> str:
    """Write a diagnosis for a pipe: name and value, a blank line, a header, a line a finding.

    Times are in `zone`, as those of a hit's rows.
    """
    verdict, history = diagnosis.verdict, diagnosis.history
    facts = [
        (f"{diagnosis.kind}Id", diagnosis.id),
        *([("visitorId", diagnosis.visitor_id)] if diagnosis.kind == "hit" else []),
        ("account", diagnosis.account),
    ]
    if diagnosis.window is not None:
        facts.append(("windowStart", full_time(to_rfc3339(diagnosis.window.start), zone)))
        facts.append(("windowEnd", full_time(to_rfc3339(diagnosis.window.end), zone)))
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
        "\t".join(_plain_cell(name, str(row.get(name, "")), zone) for name in FINDING)
        for row in finding_rows(diagnosis)
    ]
    return "".join(f"{line}\n" for line in [*lines, "", "\t".join(FINDING), *rows])


def _plain_cell(name: str, value: str, zone: Zone) -> str:
    return full_time(value, zone) if name in TIMES else clean(value)


def target_line(target: str, diagnosis: Diagnosis) -> dict[str, object]:
    """Return a diagnosis as one row, a value a column; amounts and counts are Numerals."""
    verdict, history = diagnosis.verdict, diagnosis.history
    findings = diagnosis.findings
    step = " ".join(findings[0].next_step.splitlines()) if findings else ""
    transactions = [each.transaction for each in _own_conversions(diagnosis) if each.transaction]
    return {
        "target": target,
        "id": diagnosis.id,
        "found": "yes" if history.rows or diagnosis.looked_up else "?" if history.gaps else "no",
        "converted": _WORDS[verdict.converted],
        "conversions": _numeral(_conversions(diagnosis)),
        "revenue": _numeral(_revenue(diagnosis)),
        "transaction": ", ".join(dict.fromkeys(transactions)),
        "reachedOffer": _WORDS[verdict.reached_offer],
        "complete": _WORDS[history.is_complete],
        "headline": verdict.headline,
        "findings": ", ".join(_names(diagnosis)),
        "nextStep": step,
        "error": "",
    }


def failed_line(target: str, error: FfxError) -> dict[str, object]:
    """Return the row of a target whose look-up failed, or that holds no ID."""
    empty = dict.fromkeys((TARGET, *DIAGNOSIS), "")
    found = "no ID" if isinstance(error, UsageError) else "failed"
    return {**empty, TARGET: target, "found": found, "error": error.message}


def plain_row(target: str, diagnosis: Diagnosis | None) -> str:
    """Write a target's line for a pipe; None where its look-up failed."""
    return plain_line([target, *_cells(diagnosis, ", ")])


def row_line(target: str, diagnosis: Diagnosis | None, width: int) -> Line:
    """Return a target's line for a terminal of `width` cells; None where its look-up failed."""
    style = "bad" if diagnosis is None else "good" if diagnosis.verdict.converted else ""
    name = shown_target(target, "" if diagnosis is None else diagnosis.id)
    return table_line(COLUMNS, [name, *_cells(diagnosis, "")], width, style)


def _cells(diagnosis: Diagnosis | None, between: str) -> list[str]:
    """Return a row's cells behind its target; without `between` the first finding stands alone."""
    if diagnosis is None:
        return ["failed", "", "", "", ""]
    verdict = diagnosis.verdict
    names = _names(diagnosis)
    first = f"{len(names)} · {names[0]}" if len(names) > 1 else "".join(names)
    return [
        _WORDS[verdict.converted],
        _conversions(diagnosis),
        _revenue(diagnosis),
        _WORDS[verdict.reached_offer],
        between.join(names) if between else first,
    ]


def _names(diagnosis: Diagnosis) -> list[str]:
    return list(dict.fromkeys(finding.name for finding in diagnosis.findings))


def _conversions(diagnosis: Diagnosis) -> str:
    count = len(_own_conversions(diagnosis))
    return counted(count, is_cut=not diagnosis.history.is_complete)


def _revenue(diagnosis: Diagnosis) -> str:
    """Return the sum of the conversions' revenue; empty where none has an amount."""
    try:
        amounts = [Decimal(each.revenue) for each in _own_conversions(diagnosis) if each.revenue]
    except InvalidOperation:
        return ""
    total = total_of(amounts)
    more = "" if diagnosis.history.is_complete else "+"
    return "" if total is None else f"{total:f}{more}"


def _numeral(text: str) -> str:
    """Return a number as one; `3+` and `?` are text."""
    return Numeral(text) if text.replace(".", "").replace("-", "").isdigit() else text


def _own_conversions(diagnosis: Diagnosis) -> list[Conversion]:
    """Return those that `converted` is about: a hit's own, or all of a visitor's."""
    return [
        each
        for each in diagnosis.verdict.conversions
        if diagnosis.kind == "visitor" or each.hit_id == diagnosis.id
    ]


def _word(answer: bool | None) -> str:  # noqa: FBT001  # a value to be written
    return "" if answer is None else str(answer).lower()
