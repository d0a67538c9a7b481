"""Read a diagnosis back from its JSON document, as a redacted case file keeps it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ffx.errors import UsageError
from ffx.findings.diagnosis import DOCUMENT_VERSION, Diagnosis, History
from ffx.findings.engine import RULES, Examination
from ffx.findings.rule import Basis, Finding, NotApplicable, Rule, Severity
from ffx.findings.subject import Evidence, as_it_is
from ffx.findings.verdict import Conversion, Verdict
from ffx.input.times.instants import read_time
from ffx.input.times.window import TimeRange

if TYPE_CHECKING:
    from ffx.input.targets.shapes import Kind

_SAYS = "the file says: "
_WHOSE_WORDS = "this diagnosis stands in the case file, and was not made here"
_COMMAND = re.compile(r"\bffx\b|^\s*\$|`")
_Object = Mapping[str, object]
_Alias = Callable[[str, str], str]
_RULES = {rule.id: rule for rule in RULES}


def read_diagnosis(document: _Object, alias: _Alias = as_it_is) -> Diagnosis:
    """Read what `document_of` wrote; `alias` gives what stands for a member's value in it.

    Raises:
        UsageError: it is none, or of another version.
    """
    version = document.get("version")
    if type(version) is not int or version != DOCUMENT_VERSION:
        raise UsageError(
            "the case file's diagnosis is of another version of ffx",
            hint="Show it with that version of ffx, or look the target up again.",
            code="case",
        )
    try:
        return _diagnosis(document, alias)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UsageError(
            "the case file's diagnosis cannot be read", hint="It was altered.", code="case"
        ) from error


def in_words_of_the_file(diagnosis: Diagnosis) -> Diagnosis:
    """Return a kept diagnosis so that nobody takes its words for those of this ffx.

    Case files come by mail. Sentences say whose they are, and lines that are commands
    go: those are our own rules' alone.
    """
    verdict, examination = diagnosis.verdict, diagnosis.examination
    findings = (
        replace(
            each,
            sentence=_as_said(each.sentence),
            next_step=_as_said(" ".join(_without_commands(each.next_step))),
        )
        for each in examination.findings
    )
    told = (_as_said(note) for note in diagnosis.notes if note != _WHOSE_WORDS)
    return replace(
        diagnosis,
        history=replace(
            diagnosis.history, gaps=tuple(_as_said(gap) for gap in diagnosis.history.gaps)
        ),
        verdict=replace(
            verdict,
            headline=_as_said(verdict.headline),
            details=tuple(_as_said(each) for each in verdict.details),
        ),
        examination=replace(
            examination,
            findings=tuple(findings),
            not_checked=tuple((rule, _as_said(why)) for rule, why in examination.not_checked),
        ),
        notes=(_WHOSE_WORDS, *told),
    )


def _as_said(words: str) -> str:
    return words if not words or words.startswith(_SAYS) else f"{_SAYS}{words}"


def _without_commands(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if not _COMMAND.search(line))


def _diagnosis(document: _Object, alias: _Alias) -> Diagnosis:
    target = _object(document["target"])
    made = read_time(_text(document["made"]))
    if made is None:
        raise ValueError(document)
    return Diagnosis(
        kind=_kind(target["kind"]),
        id=alias(f"{_kind(target['kind'])}Id", _text(target["id"])),
        visitor_id=alias("visitorId", _text(document["visitorId"])),
        account=_text(document["account"]),
        window=_window(document["window"]),
        made=made,
        history=_history(_object(document["history"]), alias),
        verdict=_verdict(_object(document["verdict"]), alias),
        examination=_examination(document, alias),
        notes=_sentences(document["notes"], alias),
        looked_up=_number(document["hitsLookedUp"]),
        requests=_number(document["requests"]),
    )


def _window(value: object) -> TimeRange | None:
    if value is None:
        return None
    start, end = (read_time(_text(_object(value)[name])) for name in ("start", "end"))
    if start is None or end is None:
        raise ValueError(value)
    return TimeRange(start, end)


def _history(value: _Object, alias: _Alias) -> History:
    return History(
        is_complete=value["complete"] is True,
        rows=_number(value["rows"]),
        total=_text(value["totalHits"]),
        first_seen=_text(value["firstSeen"]),
        last_seen=_text(value["lastSeen"]),
        gaps=_sentences(value["missing"], alias),
    )


def _verdict(value: _Object, alias: _Alias) -> Verdict:
    return Verdict(
        converted=_answer(value["converted"]),
        reached_offer=_answer(value["reachedOffer"]),
        headline=alias("", _text(value["headline"])),
        details=_sentences(value["details"], alias),
        conversions=tuple(
            _conversion(_object(each), alias) for each in _list(value["conversions"])
        ),
    )


def _conversion(value: _Object, alias: _Alias) -> Conversion:
    seconds = value["secondsAfterHit"]
    return Conversion(
        hit_id=alias("hitId", _text(value["hitId"])),
        time=_text(value["eventTime"]),
        revenue=_text(value["revenue"]),
        transaction=alias("conversionTransaction", _text(value["transaction"])),
        place=alias("place", _text(value["place"])),
        after_hit=None if seconds is None else timedelta(seconds=float(str(seconds))),
    )


def _examination(document: _Object, alias: _Alias) -> Examination:
    unknown = [_object(each) for each in _list(document["notChecked"])]
    return Examination(
        findings=tuple(_finding(_object(each), alias) for each in _list(document["findings"])),
        passed=tuple(_rule(_object(each)) for each in _list(document["checkedAndFine"])),
        not_checked=tuple((_rule(each), _text(each["reason"])) for each in unknown),
    )


def _finding(value: _Object, alias: _Alias) -> Finding:
    return Finding(
        id=_text(value["id"]),
        name=_text(value["name"]),
        basis=_basis(value["class"]),
        severity=Severity(_text(value["severity"])),
        sentence=alias("", _text(value["sentence"])),
        evidence=tuple(_evidence(_object(each), alias) for each in _list(value["evidence"])),
        next_step=alias("", _text(value["nextStep"])),
    )


def _evidence(value: _Object, alias: _Alias) -> Evidence:
    member = _text(value["member"])
    return Evidence(
        member=member,
        value=alias(member, _text(value["value"])),
        hit_id=alias("hitId", _text(value["hitId"])),
        event=_text(value["eventType"]),
        time=_text(value["eventTime"]),
        place=alias("place", _text(value["place"])),
    )


def _rule(value: _Object) -> Rule:
    """Return the rule that a document names; of one that only another ffx has, what it says."""
    identity, name = _text(value["id"]), _text(value["name"])
    checks = _text(value.get("checks", name))
    unknown = Rule(identity, name, "C", Severity.INFORMATION, checks, lambda _: NotApplicable())
    return _RULES.get(identity, unknown)


def _kind(value: object) -> "Kind":
    if value == "visitor" or value == "hit":
        return value
    raise ValueError(value)


def _basis(value: object) -> Basis:
    if value == "A" or value == "B" or value == "C":
        return value
    raise ValueError(value)


def _answer(value: object) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise TypeError(value)
    return value


def _number(value: object) -> int:
    return int(str(value))


def _sentences(value: object, alias: _Alias) -> tuple[str, ...]:
    return tuple(alias("", _text(each)) for each in _list(value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def _object(value: object) -> _Object:
    if not isinstance(value, dict):
        raise TypeError(value)
    return value
