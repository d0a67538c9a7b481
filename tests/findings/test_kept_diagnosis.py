"""A diagnosis comes back from its document as it was; a document that was altered is refused."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.errors import ExitCode, UsageError
from ffx.findings.diagnosis import Diagnosis, History, document_of
from ffx.findings.engine import RULES, Examination
from ffx.findings.kept_diagnosis import read_diagnosis
from ffx.findings.rule import Finding, Severity
from ffx.findings.subject import Evidence
from ffx.findings.verdict import Conversion, Verdict
from ffx.input.times.window import TimeRange
from tests.findings.varying import TRIED, examined
from tests.looping import each

MADE = datetime(2026, 11, 20, 15, 20, tzinfo=UTC)
CONVERSION = Conversion(
    "k1r4h",
    "2026-11-20T15:01:30Z",
    "24.9000",
    "A-1",
    "Offer group · Shop",
    timedelta(seconds=60.5),
)
FINDING = Finding(
    "C1",
    "hit-cannot-convert",
    "A",
    Severity.VERDICT,
    "Hit k1r1 cannot take a conversion.",
    (Evidence("conversionTransaction", "A-1", "k1r1", "view", "2026-11-20T15:00:01Z", "Lander"),),
    "Look in the log for k1r1.\nffx hit k1r1",
)
DIAGNOSIS = Diagnosis(
    kind="hit",
    id="k1r1",
    visitor_id="v1",
    account="main",
    window=TimeRange(MADE - timedelta(days=1), MADE),
    made=MADE,
    history=History(
        is_complete=False,
        rows=4,
        total="9007199254740993",
        first_seen="2026-11-20T15:00:00Z",
        last_seen="",
        gaps=("the window begins after k1r1",),
    ),
    verdict=Verdict(None, True, "Not known of k1r1.", ("So far k1r1.",), (CONVERSION,)),
    examination=Examination((FINDING,), RULES[:3], ((RULES[4], "the history is incomplete"),)),
    notes=("hit k1r1 could not be looked up",),
    looked_up=2,
    requests=7,
)


def written(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the document as a file gives it back."""
    document: dict[str, Any] = json.loads(json.dumps(document_of(diagnosis)))
    return document


def refusal_of(document: dict[str, Any]) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_diagnosis(document)
    return caught.value


@each(
    "diagnosis",
    [
        DIAGNOSIS,
        replace(DIAGNOSIS, kind="visitor", id="v1", window=None, notes=()),
        replace(DIAGNOSIS, verdict=Verdict(True, False, "Converted.", (), ())),
        replace(DIAGNOSIS, examination=Examination((), (), ())),
    ],
)
def test_a_diagnosis_comes_back_as_it_was(diagnosis: Diagnosis) -> None:
    assert read_diagnosis(written(diagnosis)) == diagnosis


def test_every_story_comes_back_as_it_was() -> None:
    for story, is_hit in zip(TRIED, cycle([False, True])):
        diagnosis = examined(story.name, story.hit_id if is_hit else "")
        assert read_diagnosis(written(diagnosis)) == diagnosis, story.name


@each("version", [None, 0, 2, 1.0, "x", [1]])
def test_another_version_is_not_read(version: object) -> None:
    error = refusal_of({**written(DIAGNOSIS), "version": version})

    assert (error.exit_code, error.code) == (ExitCode.USAGE, "case")
    assert error.message == "diagnosis is of another version of ffx"


def test_rules_of_another_ffx_are_told_as_it_told_them() -> None:
    document = written(DIAGNOSIS)
    document["checkedAndFine"].append({"id": "Z9", "name": "odd", "checks": "oddities"})
    document["notChecked"].append({"id": "Z8", "name": "odder", "reason": "nobody knows"})
    examination = read_diagnosis(document).examination

    assert (examination.passed[-1].id, examination.passed[-1].checks) == ("Z9", "oddities")
    assert [(rule.id, why) for rule, why in examination.not_checked] == [
        (RULES[4].id, "the history is incomplete"),
        ("Z8", "nobody knows"),
    ]
    assert document_of(read_diagnosis(document)) == document


def test_more_members_than_are_known_do_no_harm() -> None:
    document = {**written(DIAGNOSIS), "new": [1, {"a": None}]}

    assert read_diagnosis(document) == DIAGNOSIS


def test_values_are_hidden_by_their_members_and_the_rest_is_not() -> None:
    def alias(member: str, value: str) -> str:
        if member in ("hitId", "visitorId", "conversionTransaction"):
            return f"{member}#1"
        return value.replace("k1r1", "hitId#1")

    shown = json.dumps(document_of(read_diagnosis(written(DIAGNOSIS), alias)))

    for hidden in ("k1r1", "k1r4h", '"v1"', "A-1"):
        assert hidden not in shown
    again = json.loads(shown)
    assert again["target"] == {"kind": "hit", "id": "hitId#1"}
    assert [each["id"] for each in again["findings"]] == ["C1"]
    assert again["findings"][0]["evidence"][0]["value"] == "conversionTransaction#1"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where something stands in a document."""
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield (*path, key)
        if isinstance(value[key], dict | list):
            yield from places(value[key], (*path, key))


_PLACES = list(places(written(DIAGNOSIS)))
_STRANGE: st.SearchStrategy[object] = st.sampled_from([
    None, True, 0, -1, 1e300, 10**300, "", "x", "no time", "C1", [], [None], [{}], {}, {"id": []},
])  # fmt: skip


def alter(document: dict[str, Any], path: tuple[Any, ...], change: Any) -> None:
    """Put something else in a place of the document; without a change, take away what is there."""
    *above, last = path
    inside: Any = document
    for key in above:
        inside = inside[key]
    if change is Ellipsis:
        del inside[last]
    else:
        inside[last] = change


@given(st.sampled_from(_PLACES), st.one_of(st.just(...), _STRANGE))
def test_an_altered_document_is_read_or_refused_in_words(
    path: tuple[Any, ...], change: object
) -> None:
    document = copy.deepcopy(written(DIAGNOSIS))
    alter(document, path, change)
    refusal: UsageError | None = None
    try:
        json.dumps(document_of(read_diagnosis(document)))
    except UsageError as error:
        refusal = error

    assert refusal is None or refusal.exit_code == ExitCode.USAGE
    assert refusal is None or refusal.message.startswith("diagnosis")


@each(
    ("path", "change", "reason"),
    [
        (("target", "kind"), "page", "diagnosis.target.kind is 'page', not visitor or hit"),
        (("window",), [], "diagnosis.window is no object"),
        (("window", "end"), "soon", "diagnosis.window.end is no time"),
        (("history", "complete"), 1, "diagnosis.history.complete is neither true nor false"),
        (("history", "rows"), 10**300, "diagnosis.history.rows is no whole number"),
        (("verdict", "converted"), "yes", "diagnosis.verdict.converted is neither true nor false"),
        (("verdict", "conversions", 0, "secondsAfterHit"), 1e300,
         "diagnosis.verdict.conversions[0].secondsAfterHit is no number of seconds"),
        (("verdict",), ..., "diagnosis.verdict is missing"),
        (("made",), "yesterday", "diagnosis.made is no time"),
        (("findings", 0, "class"), "D", "diagnosis.findings[0].class is 'D', not A or B or C"),
        (("findings", 0, "severity"), "dire", "diagnosis.findings[0].severity is 'dire', "
         "not verdict or warning or hint or information"),
        (("findings", 0, "evidence"), "none", "diagnosis.findings[0].evidence is no list"),
        (("findings", 0, "evidence", 0, "value"), ...,
         "diagnosis.findings[0].evidence[0].value is missing"),
        (("checkedAndFine", 2), "C1", "diagnosis.checkedAndFine[2] is no object"),
        (("notes", 0), None, "diagnosis.notes[0] is no text"),
        (("requests",), True, "diagnosis.requests is no number"),
    ],
)  # fmt: skip
def test_an_altered_member_is_named(path: tuple[Any, ...], change: Any, reason: str) -> None:
    document = written(DIAGNOSIS)
    alter(document, path, change)

    assert refusal_of(document).message == reason
