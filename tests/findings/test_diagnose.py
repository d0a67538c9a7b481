"""From what was found to a diagnosis: what is complete, what is missing, what is compared."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ffx.api.wire import hit_query, read_reply, visitor_query
from ffx.findings.diagnose import OlderJourney, diagnose, is_whole_life, subject_of
from ffx.findings.diagnosis import Diagnosis
from ffx.input.targets.target import HitId, Target, VisitorId
from ffx.input.times.window import TimeRange
from ffx.input.times.zones import read_zone
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.lookup.share.redactor import Redactor
from ffx.lookup.walk_requests import Gap
from ffx.output.streams import Output, Screen
from ffx.settings.settings import Limits, Settings
from tests.knowing import (
    LANDER_HIT,
    OFFER,
    OFFER_HIT,
    SOLD,
    START,
    VISIT,
    VISITOR,
    Row,
    at,
    row,
)
from tests.looping import each

NOW = START + timedelta(hours=2, microseconds=123_456)
LIFE = TimeRange(START, NOW)
SUMMARY = {"visitorId": VISITOR, "firstSeen": at(0), "lastSeen": at(31), "totalHits": 4}


def make_run(**changes: Any) -> Run:
    screen = Screen(stdout_is_terminal=False, stderr_is_terminal=False, width=80, color=False)
    settings = Settings("https://api.example.com/v1", "main", read_zone("UTC"), Limits())
    return replace(Run(settings, Output(screen), NOW, {}, ()), **changes)


def look_up(
    rows: Sequence[Row] = VISIT,
    hit_id: str = "",
    *,
    window: TimeRange | None = LIFE,
    own: Mapping[str, Sequence[Row]] | None = None,
    summary: Mapping[str, Any] = SUMMARY,
    gaps: tuple[Gap, ...] = (),
    **members: Any,
) -> Found:
    """Return what was found of a visitor; None takes a member of the reply away."""
    reply = {"visitor": summary, "hits": rows, "hasMore": False, **members}
    sent = {name: value for name, value in reply.items() if value is not None}
    query = visitor_query(VisitorId(VISITOR), window or LIFE)
    return Found(
        Target(HitId(hit_id) if hit_id else VisitorId(VISITOR)),
        read_reply(query, json.dumps(sent).encode()),
        window,
        gaps=gaps,
        is_walked=True,
        details={
            hit: read_reply(hit_query(HitId(hit)), json.dumps({"events": events}).encode())
            for hit, events in (own or {}).items()
        },
    )


def diagnosis_of(found: Found, **options: Any) -> Diagnosis:
    return diagnose(make_run(), found, **options).diagnosis


def next_step_of(diagnosis: Diagnosis, identity: str) -> str:
    return next(each.next_step for each in diagnosis.findings if each.id == identity)


EARLY = TimeRange(START, NOW - timedelta(hours=1))
LATE = TimeRange(START + timedelta(seconds=1), NOW)


@each(
    ("found", "gaps"),
    [
        (look_up(), ()),
        # Times are sent in milliseconds, so that a window may end a fraction early.
        (look_up(window=replace(LIFE, end=NOW - timedelta(microseconds=456))), ()),
        (
            look_up(window=LATE),
            ("the window begins after the visitor was first seen: Tue 5 Mar 2024 14:00 +00:00",),
        ),
        (look_up(window=EARLY), ("the window ends before now",)),
        (look_up(hasMore=True), ("the service held rows back",)),
        (look_up(hasMore=None), ("the service did not say whether it held rows back",)),
        (
            look_up(summary={**SUMMARY, "firstSeen": None}),
            ("the service did not say when the visitor was first seen",),
        ),
        (
            look_up(summary={**SUMMARY, "firstSeen": "long ago"}),
            ("the service did not say when the visitor was first seen",),
        ),
        (
            look_up(gaps=(Gap(TimeRange(START, START), "the data changed meanwhile"),)),
            ("the data changed meanwhile: Tue 5 Mar 2024 14:00 +00:00 → Tue 5 Mar 14:00",),
        ),
    ],
)
def test_a_history_is_complete_or_says_what_is_missing(
    found: Found, gaps: tuple[str, ...]
) -> None:
    diagnosis = diagnosis_of(found)

    assert diagnosis.history.gaps == gaps
    assert diagnosis.history.is_complete == (gaps == ())
    assert diagnosis.verdict.converted is (None if gaps else False)
    assert ("L2" in [finding.id for finding in diagnosis.findings]) == bool(gaps)
    assert ("C3" in [finding.id for finding in diagnosis.findings]) == (not gaps)


@each(
    ("found", "command"),
    [
        (look_up(window=EARLY), f"ffx diagnose {VISITOR}"),
        (look_up(VISIT, OFFER_HIT, window=LATE), f"ffx diagnose {OFFER_HIT}"),
        (
            look_up(gaps=(Gap(LIFE, "4 hits are read, as --max-hits says"),)),
            f"ffx diagnose {VISITOR} --max-hits 40",
        ),
        # As many as the service counts, where that is a count.
        *(
            (
                look_up(
                    gaps=(Gap(LIFE, "as --max-hits says"),),
                    summary={**SUMMARY, "totalHits": total},
                ),
                f"ffx diagnose {VISITOR} --max-hits {most}",
            )
            for total, most in ((2500, 2500), (-7, 40), (1e300, 40))
        ),
        # Only the hit itself is known: its visitor was not there in the time that was typed.
        (
            look_up(
                [],
                OFFER_HIT,
                window=LATE,
                summary={},
                own={OFFER_HIT: [row(OFFER_HIT, "view", 40)]},
            ),
            f"ffx diagnose {OFFER_HIT}",
        ),
        # No command gets what the service does not say.
        (look_up(hasMore=None), ""),
        (look_up(summary={**SUMMARY, "firstSeen": ""}), ""),
        (look_up(gaps=(Gap(LIFE, "the data changed meanwhile"),)), ""),
        (look_up(window=EARLY, gaps=(Gap(LIFE, "the data changed meanwhile"),)), ""),
    ],
)
def test_what_is_missing_comes_with_the_command_that_gets_it(found: Found, command: str) -> None:
    step = next_step_of(diagnosis_of(found), "L2")

    assert step.endswith(f"To get the rest:\n{command}" if command else "in the raw event report.")


@each(
    ("found", "is_whole"),
    [
        (look_up(), True),
        (look_up(window=None), False),
        (look_up(window=LATE), False),
        (look_up(window=EARLY), False),
        (look_up(window=LATE, summary={**SUMMARY, "firstSeen": None}), True),
    ],
)
def test_a_window_reaches_from_the_first_hit_to_now_or_does_not(
    found: Found, is_whole: bool
) -> None:
    assert is_whole_life(make_run(), found) is is_whole


def test_a_hits_events_are_sorted_by_time() -> None:
    events = [
        row(OFFER_HIT, "conversion", 900, revenue=2),
        row(OFFER_HIT, "conversion", 0, eventTime="soon"),
        row(OFFER_HIT, "conversion", 700, revenue=1),
        row(OFFER_HIT, "view", 31, hitTime=at(31), **OFFER),
    ]
    found = look_up(VISIT, OFFER_HIT, own={OFFER_HIT: events})
    details = subject_of(make_run(), found).details[OFFER_HIT]

    assert [event.eventTime for event in details] == [at(31), at(700), at(900), "soon"]
    assert "last on Tue 5 Mar 2024 14:15 +00:00" in diagnosis_of(found).verdict.headline


def test_rows_that_say_no_event_or_no_hit_make_a_history_incomplete() -> None:
    silent = {**row("k9h", "view", 9), "eventType": ""}
    homeless = row("", "conversion", 40)
    own = {"k9h": [row("k9h", "view", 9)]}
    for found, gaps in (
        (look_up([*VISIT, silent]), ("1 row does not say which event (eventType)",)),
        (look_up([*VISIT, silent, silent]), ("2 rows do not say which event (eventType)",)),
        (look_up([*VISIT, homeless], "k9h"), ("1 conversion does not say on which hit (hitId)",)),
        # The visitor converted all the same; and the hit's own look-up would have shown it.
        (look_up([*VISIT, homeless]), ()),
        (look_up([*VISIT, homeless], "k9h", own=own), ()),
    ):
        diagnosis = diagnosis_of(found)
        assert diagnosis.history.gaps == gaps
        assert diagnosis.verdict.converted is not False or not gaps


def test_what_a_look_up_tells_of_another_visitor_is_left_out_and_noted() -> None:
    sold = {**row("k9h", "conversion", 40), "visitorId": VISITOR[::-1]}
    for event, notes in (
        (sold, 1),
        ({**sold, "visitorId": VISITOR}, 0),
        ({**sold, "visitorId": None}, 0),
    ):
        found = look_up([*VISIT, row("k9h", "view", 9)], "k9h", own={"k9h": [event]})
        assert (subject_of(make_run(), found).events_of("k9h") == ()) is bool(notes)
        told = [note for note in diagnosis_of(found).notes if "another visitor" in note]
        assert len(told) == notes


def test_a_hit_that_alone_is_known_is_told_of_by_its_own_events() -> None:
    events = [{**row("k9r4h", "view", 40, **OFFER), "visitorId": VISITOR}]
    diagnosis = diagnosis_of(look_up([], "k9r4h", summary={}, own={"k9r4h": events}))

    assert (diagnosis.history.is_complete, diagnosis.history.rows) == (False, 0)
    assert diagnosis.history.gaps == ("only this hit is known",)
    assert (diagnosis.verdict.converted, diagnosis.verdict.reached_offer) == (None, True)
    assert diagnosis.visitor_id == VISITOR
    assert "L1" not in [finding.id for finding in diagnosis.findings]


def test_a_command_that_was_just_run_does_not_get_the_rest() -> None:
    found = look_up(window=EARLY)
    for arguments, is_told in (
        (("diagnose", VISITOR), False),
        ((VISITOR,), False),
        (("diagnose", VISITOR, "--since", "1h"), True),
    ):
        subject = subject_of(make_run(arguments=arguments), found)
        assert bool(subject.command_for_rest) is is_told, arguments


def test_the_reply_of_a_hit_is_a_journey_of_that_hit() -> None:
    events = [row(OFFER_HIT, "view", 31, **OFFER), SOLD]
    query = hit_query(HitId(OFFER_HIT))
    reply = read_reply(query, json.dumps({"events": events}).encode())
    subject = subject_of(make_run(), Found(Target(HitId(OFFER_HIT)), reply))

    assert [step.row.eventType for step in subject.steps] == ["view", "conversion"]
    assert (subject.is_complete, subject.gaps) == (False, ("only this hit was looked up",))
    assert subject.command_for_rest == f"ffx diagnose {OFFER_HIT}"


def test_notes_tell_what_a_reader_should_know() -> None:
    rows = [{**each, "eventTime": each["eventTime"].removesuffix("Z")} for each in VISIT]
    found = replace(
        look_up(rows, summary={**SUMMARY, "totalHits": 1234}, own={OFFER_HIT: [rows[3]]}),
        failures=("hit x could not be looked up: no",),
    )

    assert diagnosis_of(found).notes == (
        "hit x could not be looked up: no",
        "4 times have no zone, and are taken as UTC",
        "the service counts 1,234 hits, and this history is complete with 4",
        "looked up one by one: 1 of 4 hits",
    )


@each("total", [0, 4, None, "many"])
def test_a_count_of_the_services_own_that_is_no_more_is_no_note(total: object) -> None:
    assert diagnosis_of(look_up(summary={**SUMMARY, "totalHits": total})).notes == ()


def older(rows: Sequence[Row], visitor_id: str = VISITOR) -> OlderJourney:
    journey = subject_of(make_run(), look_up(rows)).journey
    return OlderJourney(visitor_id, journey, datetime(2024, 3, 5, 15, tzinfo=UTC))


@each(
    ("before", "rows", "is_gone"),
    [
        ([*VISIT, SOLD], VISIT, True),
        ([*VISIT, SOLD], [*VISIT, SOLD], False),
        (VISIT, [*VISIT, SOLD], False),
        (VISIT, VISIT, False),
    ],
)
def test_what_an_older_case_had_and_is_gone_is_told(
    before: Sequence[Row], rows: Sequence[Row], is_gone: bool
) -> None:
    diagnosis = diagnosis_of(look_up(rows), older=older(before))
    told = [finding.sentence for finding in diagnosis.findings if finding.id == "C9"]

    assert bool(told) == is_gone
    if is_gone:
        assert told == [
            f"The conversion of Tue 5 Mar 2024 14:10 +00:00 on hit {OFFER_HIT} is gone: "
            "it was there in the case file saved on Tue 5 Mar 2024 15:00 +00:00."
        ]


def test_a_case_of_another_visitor_is_not_compared() -> None:
    diagnosis = diagnosis_of(look_up(), older=older([*VISIT, SOLD], "another"))

    assert "C9" not in [finding.id for finding in diagnosis.findings]
    assert diagnosis.notes == ("the case file is of another visitor, another: not compared",)


def test_of_a_case_whose_ids_are_hidden_nobody_can_tell_whose_it_is() -> None:
    diagnosis = diagnosis_of(look_up(), older=older([*VISIT, SOLD], "visitor#1"))

    (note,) = diagnosis.notes
    assert note.startswith("compared with the case file of ")
    assert note.endswith(": 1 conversion then, 0 now")


def test_whose_the_other_case_is_can_be_hidden() -> None:
    redactor = Redactor(hides_ids=True)
    other = older([*VISIT, SOLD], f"{VISITOR}2")
    diagnosis = diagnosis_of(look_up(), older=other, alias=redactor.alias)

    assert diagnosis.notes == ("the case file is of another visitor, visitor#1: not compared",)


def test_aliases_stand_for_ids_in_every_text() -> None:
    redactor = Redactor(hides_ids=True)
    found = replace(
        look_up(VISIT, LANDER_HIT, window=EARLY),
        failures=(f"hit {OFFER_HIT} could not be looked up: no {VISITOR}",),
    )
    redactor.learn_reply(found.reply)
    redactor.learn_value("hitId", LANDER_HIT)
    diagnosis = diagnosis_of(found, alias=redactor.alias)
    shown = repr(diagnosis)

    for hidden in (LANDER_HIT, OFFER_HIT, VISITOR):
        assert hidden not in shown
    assert diagnosis.id == redactor.alias("hitId", LANDER_HIT)
    assert next_step_of(diagnosis, "L2").endswith(f"ffx diagnose {diagnosis.id}")
