"""What a diagnosis asks for: the whole history, and the few hits that tell most."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.api.journey import make_journey
from ffx.api.models import HitRow
from ffx.cli.app import main
from ffx.errors import ExitCode
from ffx.lookup.details import MOST_HITS, choose_hits
from ffx.service.retry import Retries
from tests.answering import Says
from tests.knowing import (
    CLICK,
    ENTRANCE,
    LANDER_HIT,
    NO_EVENTS,
    NOBODY,
    OFFER,
    OFFER_HIT,
    SOLD,
    START,
    VISIT,
    VISITOR,
    at,
    in_service,
    knowing,
    row,
)
from tests.looping import each

_KINDS = {
    "e": "entrance",
    "v": "view",
    "c": "click",
    "o": "view",
    "x": "conversion",
    "u": "customEvent1",
}


def chosen(rows: str, hit_id: str = "", most: int = MOST_HITS) -> str:
    """Choose among rows such as `e0 v1 o2 x2`: a kind and its hit each, in the order of time."""
    made = [
        HitRow.model_validate({
            "hitId": word[1:],
            "eventType": _KINDS[word[0]],
            "eventTime": at(seconds),
            "nodeType": "offer" if word[0] in "ox" else "lander",
        })
        for seconds, word in enumerate(rows.split())
    ]  # fmt: skip
    return " ".join(choose_hits(hit_id, make_journey(made), most))


@each(
    ("rows", "hit_id", "most", "hits"),
    [
        ("", "", 12, ""),
        ("", "7", 12, "7"),
        ("e0 v1 c1 o2 x2", "", 12, "2 0 1"),
        ("e0 v1 c1 o2 x2", "1", 12, "1 2 0"),
        ("e0 v1 c1 o2 x2", "9", 12, "9 2 0 1"),
        # What the visitor did not do is no hit to look at, unless it converted.
        ("e0 v1 u3 x4", "", 12, "4 0 1"),
        # Of each kind four at the most, the first and the last among them.
        ("o0 o1 o2 o3 o4 o5 o6", "", 4, "0 2 4 6"),
        ("x0 x1 x2 x3 x4 o5 o6 o7 o8 o9", "", 8, "0 1 3 4 5 6 8 9"),
        # As many of the rest as there is room for, spread over time.
        ("e0 v1 v2 v3 v4 v5 v6 v7 v8 v9", "", 4, "0 1 5 9"),
        ("e0 v1 v2 v3", "", 2, "0 3"),
        ("e0 v1 o2 x2", "", 1, "2"),
        ("e0 v1 o2 x2", "1", 1, "1"),
        ("e0 v1", "", 1, "0"),
        ("v0 v1", "", 1, "1"),
        ("v0 v1", "", 0, ""),
    ],
)
def test_the_hits_that_tell_most_are_chosen(rows: str, hit_id: str, most: int, hits: str) -> None:
    assert chosen(rows, hit_id, most) == hits


@given(
    st.lists(st.builds("{}{}".format, st.sampled_from("evcoxu"), st.integers(0, 30)), max_size=40),
    st.sampled_from(["", "3", "99"]),
    st.integers(1, 12),
)
def test_no_hit_is_chosen_twice_and_never_too_many(
    rows: list[str], hit_id: str, most: int
) -> None:
    hits = chosen(" ".join(rows), hit_id, most).split()

    assert len(hits) == len(set(hits)) <= most
    assert set(hits) <= {word[1:] for word in rows} | {hit_id}
    assert not hit_id or hits[0] == hit_id
    told = {word[1:] for word in rows if word[0] != "u"} | {hit_id} - {""}
    assert len(hits) == min(most, len(told))


def asked_about(served: Any) -> tuple[list[str], list[str]]:
    """Return the windows and hits by which the visitor was asked for, and the single hits."""
    visitors = [
        question.body.get("hitId") or f"{question.body['timeStart']}..{question.body['timeEnd']}"
        for question in served.questions
        if question.path.endswith("/visitor")
    ]
    hits = [each.target for each in served.questions if each.path.endswith("/hit")]
    return visitors, hits


def document_of(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_a_hit_is_followed_to_its_visitor_from_the_first_hit_to_now(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    with in_service(knowing([*VISIT, SOLD])) as served:
        assert main(["diagnose", LANDER_HIT, "--json"]) == ExitCode.OK

    by_hit, window = asked_about(served)[0]
    assert by_hit == LANDER_HIT
    start, end = map(datetime.fromisoformat, window.split(".."))
    assert start == START
    assert before <= end <= datetime.now(UTC)
    assert asked_about(served)[1] == [LANDER_HIT, OFFER_HIT, ENTRANCE["hitId"], CLICK["hitId"]]
    document = document_of(capsys)
    assert (document["requests"], document["hitsLookedUp"]) == (6, 4)


def test_a_long_history_has_twelve_hits_looked_up(capsys: pytest.CaptureFixture[str]) -> None:
    views = [row(f"k2aznkvb4ex5f9b2x8s1d{number:03}", "view", number) for number in range(90)]
    with in_service(knowing([ENTRANCE, *views])) as served:
        assert main(["diagnose", VISITOR, "--since", "2024-03-01", "--json"]) == ExitCode.OK

    _, hits = asked_about(served)
    assert len(hits) == len(set(hits)) == MOST_HITS
    document = document_of(capsys)
    assert document["hitsLookedUp"] == MOST_HITS
    assert document["requests"] == len(served.questions)
    assert document["notes"] == ["looked up one by one: 12 of 91 hits"]


@each(
    ("check", "target"),
    [("converted", LANDER_HIT), ("reached-offer", OFFER_HIT), ("converted", VISITOR)],
)
def test_a_check_has_one_hit_looked_up_at_the_most(check: str, target: str) -> None:
    with in_service(knowing([*VISIT, SOLD])) as served:
        main(["diagnose", target, "--check", check, "--since", "2024-03-01"])

    expected = LANDER_HIT if target == LANDER_HIT else OFFER_HIT
    assert asked_about(served)[1] == [expected]


def test_a_check_for_findings_looks_at_all_that_a_diagnosis_does() -> None:
    asked = []
    for options in ([], ["--check", "no-findings"]):
        with in_service(knowing([*VISIT, SOLD])) as served:
            main(["diagnose", OFFER_HIT, *options])
        asked.append(sorted(asked_about(served)[1]))

    assert asked[0] == asked[1]
    assert len(asked[0]) > 1


@each(
    ("target", "options", "window"),
    [
        (
            VISITOR,
            ("--since", "2024-03-04", "--until", "2024-03-06"),
            "2024-03-04T00:00:00Z..2024-03-07T00:00:00Z",
        ),
        (OFFER_HIT, ("--on", "2024-03-05"), "2024-03-05T00:00:00Z..2024-03-06T00:00:00Z"),
        (
            VISITOR,
            ("--around", "2024-03-05 14:00", "--within", "30m"),
            "2024-03-05T13:30:00Z..2024-03-05T14:30:00Z",
        ),
    ],
)
def test_an_explicit_window_is_kept(target: str, options: tuple[str, ...], window: str) -> None:
    with in_service(knowing([*VISIT, SOLD])) as served:
        main(["diagnose", target, *options, "--utc"])

    visitors, _ = asked_about(served)
    assert visitors[-1] == window
    assert visitors[:-1] == ([OFFER_HIT] if target == OFFER_HIT else [])


@each("status", [404, 422, 502])
def test_a_hit_that_cannot_be_looked_up_is_a_note_and_no_failure(
    status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ffx.service.client.Retries", partial(Retries, pause=lambda _: None))
    refused = {OFFER_HIT: Says({"message": "not today"}, status, {"Retry-After": "0"})}
    with in_service(knowing(own=refused)):
        assert main(["diagnose", OFFER_HIT, "--json"]) == ExitCode.OK

    document = document_of(capsys)
    assert document["verdict"]["converted"] is False
    assert [finding["id"] for finding in document["findings"]] == ["C3"]
    notes = " ".join(document["notes"])
    if status == 404:
        assert document["notes"] == []
    else:
        assert notes.startswith(f"hit {OFFER_HIT} could not be looked up: ")
        assert str(status) in notes


@each("status", [401, 403])
def test_an_account_that_may_not_look_hits_up_is_a_failure(
    status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with in_service(knowing(own={OFFER_HIT: Says({"message": "no"}, status)})):
        assert main(["diagnose", OFFER_HIT, "--json"]) == ExitCode.ACCOUNT

    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err.splitlines()[-1])["error"]["status"] == status


def test_a_hit_that_the_visitor_form_does_not_know_is_found_by_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hit = "k9aznkvb4ex5f9b2x8s1dr4h"
    own = {"events": [{**row(hit, "view", 40, **OFFER), "visitorId": VISITOR}]}
    now = datetime.now(UTC)
    recent = {"eventTime": (now - timedelta(hours=1)).isoformat()}
    with in_service(knowing([{**each, **recent} for each in VISIT], own={hit: own})) as served:
        assert main(["diagnose", hit, "--json"]) == ExitCode.OK

    visitors, hits = asked_about(served)
    assert visitors[0] == hit
    assert hits[0] == hit
    document = document_of(capsys)
    assert document["visitorId"] == VISITOR
    assert document["history"]["rows"] == len(VISIT)
    assert document["verdict"]["converted"] is False


@each("names_visitor", [True, False])
def test_of_a_hit_that_has_no_visitor_what_it_shows_itself_is_told(
    names_visitor: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    hit = "k9aznkvb4ex5f9b2x8s1dr4h"
    member = {"visitorId": "nobody" if names_visitor else None}
    own = {"events": [{**row(hit, "view", 40, **OFFER), **member}]}
    with in_service(knowing(own={hit: own})):
        assert main(["diagnose", hit, "--json"]) == ExitCode.PARTIAL

    out, err = capsys.readouterr()
    document = json.loads(out)
    assert document["visitorId"] == (member["visitorId"] or "")
    assert document["history"]["missing"] == ["only this hit is known"]
    assert document["verdict"]["converted"] is None
    assert document["verdict"]["reachedOffer"] is True
    assert document["verdict"]["details"] == [
        "In the rows that came back, the visitor reached the offer 'Example Shop'."
    ]
    assert json.loads(err.splitlines()[-1])["error"]["hint"] == "only this hit is known"


def test_a_hit_that_has_no_visitor_and_converted_is_a_yes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hit = "k9aznkvb4ex5f9b2x8s1dr4h"
    own = {"events": [row(hit, "view", 40, **OFFER), row(hit, "conversion", 60, revenue=1)]}
    with in_service(knowing(own={hit: own})):
        assert main(["diagnose", hit, "--json", "--check", "converted"]) == ExitCode.OK

    assert document_of(capsys)["verdict"]["converted"] is True


def test_what_neither_form_knows_is_asked_of_both() -> None:
    hit = "k9aznkvb4ex5f9b2x8s1dr4h"
    with in_service(knowing(own={hit: NO_EVENTS})) as served:
        assert main(["diagnose", hit]) == ExitCode.NOT_FOUND

    assert asked_about(served) == ([hit], [hit])


def test_a_stranger_is_searched_for_in_wider_and_wider_windows() -> None:
    with in_service(lambda _: Says(NOBODY)) as served:
        assert main(["diagnose", "afdnobodyPV6Y59aTP3fQxZ3tX2"]) == ExitCode.NOT_FOUND

    assert len(served.questions) == 4
    assert asked_about(served)[1] == []
