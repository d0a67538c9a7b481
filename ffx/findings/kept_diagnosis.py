"""Read a diagnosis back from its JSON document, as a redacted case file keeps it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import get_args

from ffx.errors import UsageError
from ffx.findings.diagnosis import DOCUMENT_VERSION, Diagnosis, History
from ffx.findings.engine import RULES_BY_ID, Examination
from ffx.findings.rule import Basis, Finding, NotApplicable, Rule, Severity
from ffx.findings.subject import Evidence, hide_nothing
from ffx.findings.verdict import Conversion, Verdict
from ffx.input.times.window import TimeRange
from ffx.lookup.share.case_target import KINDS
from ffx.lookup.share.object_reader import ObjectReader

_SAYS = "the file says: "
_WHOSE_WORDS = "this diagnosis stands in the case file, and was not made here"
_COMMAND = re.compile(r"\bffx\b|^\s*\$|`")
_Alias = Callable[[str, str], str]
_BASES: tuple[Basis, ...] = get_args(Basis)


def read_diagnosis(document: Mapping[str, object], alias: _Alias = hide_nothing) -> Diagnosis:
    """Read what `document_of` wrote; `alias` gives what stands for a member's value in it.

    Raises:
        UsageError: it is of another version, or a member is missing or wrong; the message
            names the member.
    """
    version = document.get("version")
    if type(version) is not int or version != DOCUMENT_VERSION:
        raise UsageError(
            "diagnosis is of another version of ffx",
            hint="Show it with that version of ffx, or look the target up again.",
            code="case",
        )
    return _diagnosis(ObjectReader(document, "diagnosis"), alias)


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
    notes = (_as_said(note) for note in diagnosis.notes if note != _WHOSE_WORDS)
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
        notes=(_WHOSE_WORDS, *notes),
    )


def _as_said(words: str) -> str:
    return words if not words or words.startswith(_SAYS) else f"{_SAYS}{words}"


def _without_commands(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if not _COMMAND.search(line))


def _diagnosis(members: ObjectReader, alias: _Alias) -> Diagnosis:
    target = members.inner("target")
    kind = target.one_of("kind", KINDS)
    return Diagnosis(
        kind=kind,
        id=alias(f"{kind}Id", target.text("id")),
        visitor_id=alias("visitorId", members.text("visitorId")),
        account=members.text("account"),
        window=_window(members.inner("window")) if "window" in members else None,
        made=members.moment("made"),
        history=_history(members.inner("history"), alias),
        verdict=_verdict(members.inner("verdict"), alias),
        examination=_examination(members, alias),
        notes=_sentences(members, "notes", alias),
        looked_up=members.whole("hitsLookedUp"),
        requests=members.whole("requests"),
    )


def _window(members: ObjectReader) -> TimeRange:
    return TimeRange(members.moment("start"), members.moment("end"))


def _history(members: ObjectReader, alias: _Alias) -> History:
    return History(
        is_complete=members.flag("complete"),
        rows=members.whole("rows"),
        total=members.text("totalHits"),
        first_seen=members.text("firstSeen"),
        last_seen=members.text("lastSeen"),
        gaps=_sentences(members, "missing", alias),
    )


def _verdict(members: ObjectReader, alias: _Alias) -> Verdict:
    return Verdict(
        converted=_answer(members, "converted"),
        reached_offer=_answer(members, "reachedOffer"),
        headline=alias("", members.text("headline")),
        details=_sentences(members, "details", alias),
        conversions=tuple(_conversion(each, alias) for each in members.each_inner("conversions")),
    )


def _conversion(members: ObjectReader, alias: _Alias) -> Conversion:
    return Conversion(
        hit_id=alias("hitId", members.text("hitId")),
        time=members.text("eventTime"),
        revenue=members.text("revenue"),
        transaction=alias("conversionTransaction", members.text("transaction")),
        place=alias("place", members.text("place")),
        after_hit=members.seconds("secondsAfterHit") if "secondsAfterHit" in members else None,
    )


def _examination(members: ObjectReader, alias: _Alias) -> Examination:
    return Examination(
        findings=tuple(_finding(each, alias) for each in members.each_inner("findings")),
        passed=tuple(map(_rule, members.each_inner("checkedAndFine"))),
        not_checked=tuple(
            (_rule(each), each.text("reason")) for each in members.each_inner("notChecked")
        ),
    )


def _finding(members: ObjectReader, alias: _Alias) -> Finding:
    return Finding(
        id=members.text("id"),
        name=members.text("name"),
        basis=members.one_of("class", _BASES),
        severity=Severity(members.one_of("severity", [each.value for each in Severity])),
        sentence=alias("", members.text("sentence")),
        evidence=tuple(_evidence(each, alias) for each in members.each_inner("evidence")),
        next_step=alias("", members.text("nextStep")),
    )


def _evidence(members: ObjectReader, alias: _Alias) -> Evidence:
    member = members.text("member")
    return Evidence(
        member=member,
        value=alias(member, members.text("value")),
        hit_id=alias("hitId", members.text("hitId")),
        event=members.text("eventType"),
        time=members.text("eventTime"),
        place=alias("place", members.text("place")),
    )


def _rule(members: ObjectReader) -> Rule:
    """Return the rule that a document names; of one that only another ffx has, what it says."""
    identity, name = members.text("id"), members.text("name")
    checks = members.text("checks") if "checks" in members else name
    unknown = Rule(identity, name, "C", Severity.INFORMATION, checks, lambda _: NotApplicable())
    return RULES_BY_ID.get(identity, unknown)


def _answer(members: ObjectReader, name: str) -> bool | None:
    return members.flag(name) if name in members else None


def _sentences(members: ObjectReader, name: str, alias: _Alias) -> tuple[str, ...]:
    return tuple(alias("", each) for each in members.texts(name))
