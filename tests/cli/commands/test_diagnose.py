"""`ffx diagnose`, from the words typed to what is written and how the run ends."""

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from ffx.sandbox.data.stories import STORIES
from tests.answering import Answering, Question, Says
from tests.cli.commands.conftest import Ask, Terminal
from tests.conftest import Runner
from tests.explorer import Explorer, answer
from tests.fuzz.conftest import EXAMPLES
from tests.knowing import (
    ENTRANCE,
    LANDER_HIT,
    OFFER_HIT,
    READING,
    SOLD,
    VISIT,
    VISITOR,
    at,
    in_service,
    knowing,
)
from tests.looping import each

FORMATS = ("table", "json", "jsonl", "csv", "md", "html")
STORY = {story.name: story for story in STORIES}
WIDE = ("--since", "2024-03-01")
LATE = ("--since", "2024-03-05T14:00:30Z")
EARLY = (*WIDE, "--until", "2024-03-06")


def _never_whole(question: Question) -> Says:
    """Say that there is more, whatever the window."""
    return knowing(hasMore=True)(question)


NO, YES = knowing(), knowing([*VISIT, SOLD])
NOTHING = knowing([])


ENDS: list[tuple[Answering, tuple[str, ...], int]] = [
    (NO, (OFFER_HIT,), 0),
    (NO, (VISITOR, *WIDE), 0),
    (YES, (VISITOR, *WIDE), 0),
    (NOTHING, (OFFER_HIT,), 3),
    (NOTHING, (VISITOR, *WIDE), 3),
    (NOTHING, (VISITOR, *WIDE, "--check", "converted"), 3),
    (NO, (OFFER_HIT, *LATE), 7),
    (NO, (OFFER_HIT, *EARLY), 7),
    (YES, (OFFER_HIT, *EARLY), 7),
    (knowing(hasMore=None), (OFFER_HIT,), 7),
    (_never_whole, (OFFER_HIT,), 7),
    (knowing(visitor={"firstSeen": None}), (OFFER_HIT,), 7),
    (knowing(visitor={"firstSeen": "long ago"}), (OFFER_HIT,), 7),
    (NO, (VISITOR, *WIDE, "--check", "converted"), 8),
    (NO, (OFFER_HIT, "--check", "converted"), 8),
    (YES, (OFFER_HIT, "--check", "converted"), 0),
    (YES, (VISITOR, *WIDE, "--check", "converted"), 0),
    # A conversion on another hit of the visitor's is none of this hit.
    (YES, (LANDER_HIT, "--check", "converted"), 8),
    (NO, (OFFER_HIT, *EARLY, "--check", "converted"), 7),
    (YES, (LANDER_HIT, *EARLY, "--check", "converted"), 7),
    # What was seen was seen, however much is missing.
    (YES, (OFFER_HIT, *EARLY, "--check", "converted"), 0),
    (NO, (OFFER_HIT, "--check", "reached-offer"), 0),
    (NO, (OFFER_HIT, *EARLY, "--check", "reached-offer"), 0),
    (knowing([ENTRANCE, READING]), (LANDER_HIT, "--check", "reached-offer"), 8),
    (knowing([ENTRANCE, READING]), (LANDER_HIT, *EARLY, "--check", "reached-offer"), 7),
    (NO, (OFFER_HIT, "--check", "no-findings"), 8),
    (YES, (OFFER_HIT, "--check", "no-findings"), 0),
    (YES, (OFFER_HIT, *EARLY, "--check", "no-findings"), 7),
]


def _in_formats() -> Iterator[tuple[int, str]]:
    """Yield lines' places with formats: each line has one, and each format a line of each code."""
    places: dict[int, list[int]] = {}
    for place, (_, _, code) in enumerate(ENDS):
        places.setdefault(code, []).append(place)
    for of_code in places.values():
        for (rank, place), (number, form) in product(enumerate(of_code), enumerate(FORMATS)):
            if EXAMPLES or (rank - number) % min(len(of_code), len(FORMATS)) == 0:
                yield place, form


@each(("place", "format_name"), _in_formats())
def test_the_end_of_a_run_is_the_same_in_every_format(
    place: int, format_name: str, ask: Ask
) -> None:
    service, words, code = ENDS[place]
    with in_service(service):
        ended, out, err = ask("diagnose", *words, "--format", format_name, "--utc")

    assert ended == code
    if format_name == "json":
        assert json.loads(out)["target"]["id"] == words[0]
    assert out or format_name == "jsonl"
    if code in (ExitCode.NOT_FOUND, ExitCode.PARTIAL):
        assert "incomplete" in err or "nothing found" in err
    else:
        assert err == ""


CUT: list[tuple[Answering, tuple[str, ...]]] = [
    (NO, (OFFER_HIT, *LATE)),
    (NO, (VISITOR, *EARLY)),
    (NO, (LANDER_HIT, *EARLY)),
    (_never_whole, (OFFER_HIT,)),
    (knowing(hasMore=None), (VISITOR, *WIDE)),
    (knowing(visitor={"firstSeen": None}), (OFFER_HIT,)),
]


# Each format with two of the ways to be cut, and each way with two of the formats.
@each(
    ("place", "format_name"),
    [
        (place, format_name)
        for (place, _), (number, format_name) in product(enumerate(CUT), enumerate(FORMATS))
        if EXAMPLES or (number - place) % len(CUT) in (0, 2)
    ],
)
def test_of_a_history_that_is_cut_nobody_says_no(place: int, format_name: str, ask: Ask) -> None:
    service, words = CUT[place]
    with in_service(service):
        _, out, _ = ask("diagnose", *words, "--format", format_name)

    if format_name == "json":
        assert json.loads(out)["verdict"]["converted"] is None
    assert "No conversion" not in out
    assert not re.search(r"\bC[34]\b.{0,40}\b(never|no-conversion)\b.*\bverdict\b", out)
    if format_name in ("table", "md", "html"):
        assert "Not known whether it converted" in out


GRAVEST: list[tuple[tuple[str, ...], str | None, int]] = [
    ((OFFER_HIT, LANDER_HIT), "converted", 8),
    ((OFFER_HIT, "k9aznkvb4ex5f9b2x8s1dr4h"), "converted", 3),
    ((LANDER_HIT, "k9aznkvb4ex5f9b2x8s1dr4h"), "converted", 8),
    ((LANDER_HIT, "k8aznkvb4ex5f9b2x8s1dr4h"), "converted", 7),
    ((LANDER_HIT, "{hit}"), "converted", 7),
    ((OFFER_HIT, "{hit}"), None, 7),
    ((OFFER_HIT, "k8aznkvb4ex5f9b2x8s1dr4h"), None, 7),
    ((OFFER_HIT, "k9aznkvb4ex5f9b2x8s1dr4h"), None, 3),
    ((OFFER_HIT, LANDER_HIT), None, 0),
    (("{hit}", "[CLICKID]"), None, 2),
]
# Of several, each is a row, a line or a part of its own.
OF_SEVERAL = ("table", "json", "jsonl", "csv", "md")


@each(
    ("place", "format_name"),
    [
        (place, format_name)
        for (place, _), (number, format_name) in product(enumerate(GRAVEST), enumerate(OF_SEVERAL))
        if EXAMPLES or (place + number) % 5 == 0
    ],
)
def test_of_several_the_gravest_end_counts(place: int, format_name: str, ask: Ask) -> None:
    targets, check, code = GRAVEST[place]
    # Of this hit nothing but itself is known.
    alone = {"k8aznkvb4ex5f9b2x8s1dr4h": {"events": [{"hitId": "k8aznkvb4ex5f9b2x8s1dr4h"}]}}
    options = ("--check", check) if check else ()
    with in_service(knowing([*VISIT, SOLD], own=alone)):
        assert ask("diagnose", *targets, *options, "--format", format_name)[0] == code


def test_nothing_found_is_a_document_and_an_error_with_what_the_service_said(ask: Ask) -> None:
    gone = Says({"message": "no such visitor"}, 404, {"X-Request-Id": "req-404"})
    with in_service(lambda _: gone):
        code, out, err = ask("diagnose", OFFER_HIT, "--json")

    assert code == ExitCode.NOT_FOUND
    document = json.loads(out)
    assert [finding["id"] for finding in document["findings"]] == ["L1"]
    assert document["verdict"]["converted"] is None
    error = json.loads(err.splitlines()[-1])["error"]
    assert (error["code"], error["message"]) == ("not-found", f"nothing found for hit {OFFER_HIT}")
    assert (error["status"], error["requestId"]) == (404, "req-404")
    assert "check FFX_API_URL" in error["hint"]


@each(
    ("words", "part"),
    [
        (("{hit}",), "placeholder"),
        (("12345678",), "digits"),
        (("d9428888-122b-11e1-b85c-61cd3cbb3210",), "UUID"),
        ((), "what shall be looked up?"),
        ((OFFER_HIT, "--check", "paid"), "'paid' is not one of"),
        ((OFFER_HIT, "--since", "soon"), "2026-03-01"),
        ((OFFER_HIT, "--all"), "--all"),
        ((OFFER_HIT, "--limit", "5"), "--limit"),
        ((OFFER_HIT, "--fields", "sentence"), "--fields needs --format csv, xlsx or jsonl"),
        (
            (OFFER_HIT, "--findings", "--format", "csv", "--fields", "sentense"),
            "Perhaps sentence.",
        ),
        ((OFFER_HIT, "--format", "jsonl", "--fields", "id,costs"), "which no row has"),
        ((OFFER_HIT, "--format", "csv", "--fields", "sentence"), "add --findings"),
        (
            (OFFER_HIT, "--findings", "--format", "csv", "--fields", "zzz"),
            "It knows target, id, name,",
        ),
        ((OFFER_HIT, "--json", "--format", "md"), "exclude each other"),
    ],
)
def test_what_cannot_be_read_is_asked_of_nobody(
    words: tuple[str, ...], part: str, explorer: Explorer, ask: Ask
) -> None:
    code, out, err = ask("diagnose", *words)

    assert (code, out) == (ExitCode.USAGE, "")
    assert part in " ".join(err.split())
    assert explorer.requests == []


def test_a_terminal_gets_the_view_and_the_next_command(ask: Ask, terminal: Terminal) -> None:
    terminal(100)
    with in_service(NO):
        code, out, err = ask("diagnose", OFFER_HIT, "--utc")

    assert code == 0
    assert out.startswith(
        "No conversion.\n  The visitor reached the offer 'Example Shop'.\n"
        f"  hit {OFFER_HIT} · visitor {VISITOR}\n"
    )
    assert err.endswith(f"next: ffx visitor {VISITOR} --tz UTC\n")


def test_no_remote_text_steers_the_terminal(ask: Ask, terminal: Terminal) -> None:
    terminal(80)
    text = "x\x1b[2J\u202e\n\ty"
    kept = ("hitId", "eventType", "eventTime", "nodeType")
    rows = [
        {name: value if name in kept else text for name, value in row.items()}
        | dict.fromkeys(("t1", "externalId", "subCampaign", "trackingDomain"), f"{{{text}}}")
        for row in (*VISIT, SOLD)
    ]
    with in_service(knowing(rows, visitor={"userAgent": text, "lastSeen": text})):
        for words in ((OFFER_HIT,), (VISITOR, *WIDE), (LANDER_HIT, *EARLY)):
            _, out, err = ask("diagnose", *words, "-v")
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out + _lines_of(err))


LONG_WORDS, LONG_WORD = "long " * 10_000, "x" * 50_000


@each(
    ("member", "value"),
    [
        ("pageName", LONG_WORDS),
        ("revenue", LONG_WORD),
        ("eventType", LONG_WORDS),
        ("conversionId", LONG_WORD),
        ("hitId", LONG_WORDS),
    ],
)
def test_a_value_that_fills_a_book_does_not_flood_the_terminal(
    member: str, value: str, ask: Ask, terminal: Terminal
) -> None:
    terminal(80)
    with in_service(knowing([*VISIT, {**SOLD, member: value}])):
        code, out, err = ask("diagnose", OFFER_HIT)

    assert code == 0
    assert len(out) < 10_000
    assert len(_lines_of(err)) < 1_000


def _lines_of(err: str) -> str:
    """Leave out the line of progress, which takes itself away."""
    return re.sub(r"\r[^\r\n]*\x1b\[K|\r[\d,]+ hits(?: of [\d,]+)?|\r {4,}\r", "", err)


# Some, in a pipe: `test_proposals.py` diagnoses each on a terminal, and the findings of all are
# held without a command line.
@each("story", STORIES if EXAMPLES else STORIES[1::8])
def test_every_story_can_be_diagnosed(story: Any, then: object, ask: Ask) -> None:
    targets = [story.visitor_id, story.hit_id]
    for target in targets if EXAMPLES else targets[STORIES.index(story) % 4 // 2 :][:1]:
        code, out, err = ask("diagnose", target, "--sandbox")
        assert (code, err) == (0, "")
        assert f"\nvisitorId\t{story.visitor_id}\n" in f"\n{out}"
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out)


def test_a_shell_branches_by_the_answer(run_ffx: Runner, ask: Ask) -> None:
    codes = {
        "ordinary-conversion": 0,
        "postback-on-lander-hit": 8,
        "upsell": 0,
        "no-conversion": 8,
    }
    line = ("--check", "converted", "--sandbox")
    for name, code in codes.items():
        assert ask("diagnose", STORY[name].hit_id, *line)[0] == code, name

    paid, unpaid = STORY["upsell"].hit_id, STORY["postback-on-lander-hit"].hit_id
    done = run_ffx.in_shell(
        f"for id in {paid} {unpaid}; do if ffx diagnose $id {' '.join(line)} >/dev/null; "
        "then echo $id yes; else echo $id no $?; fi; done"
    )

    assert done.out.decode().splitlines() == [f"{paid} yes", f"{unpaid} no 8"]
    assert done.err == ""


def test_the_settings_file_sets_the_limits(home: Any, ask: Ask) -> None:
    quick = {**SOLD, "eventTime": at(41)}
    config = home / "config" / "ffx" / "config.toml"
    config.parent.mkdir(parents=True)

    def findings(text: str) -> list[str]:
        config.write_text(text)
        with in_service(knowing([*VISIT, quick])):
            _, out, _ = ask("diagnose", OFFER_HIT, "--json")
        return [finding["id"] for finding in json.loads(out)["findings"]]

    assert findings("") == ["C11"]
    assert findings("[findings]\ntoo_fast_seconds = 10\n") == []
    assert findings("[findings]\nfast_click_ms = 60_000\n") == ["C11", "T8"]


@each(
    ("text", "said"),
    [
        ("[findings]\ntoo_fast = 5\n", "findings.too_fast Perhaps too_fast_seconds."),
        ("[findings]\ntoo_fast_seconds = 'x'\n", "no number above 0 under findings.too_fast_seco"),
        ("[findings]\nfast_click_ms = nan\n", "no number above 0 under findings.fast_click_ms"),
        ("findings = 5\n", "has 'findings' as a value, where a table belongs: [findings]"),
        ("[finding]\ntoo_fast_seconds = 5\n", "unknown key: finding Perhaps findings."),
    ],
)
def test_a_settings_file_that_cannot_be_read_is_named_with_the_key(
    text: str, said: str, home: Any, explorer: Explorer, ask: Ask
) -> None:
    config = home / "config" / "ffx" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(text)
    code, out, err = ask("diagnose", OFFER_HIT)

    assert (code, out) == (ExitCode.USAGE, "")
    assert "config.toml" in err
    assert said in " ".join(err.split())
    assert explorer.requests == []


def test_a_service_that_refuses_is_told_as_elsewhere(explorer: Explorer, ask: Ask) -> None:
    explorer.answer_with(answer({"message": "no"}, status=422, headers={"X-Request-Id": "r-9"}))
    code, out, err = ask("diagnose", OFFER_HIT, "--json")

    assert (code, out) == (ExitCode.SERVICE, "")
    error = json.loads(err.splitlines()[-1])["error"]
    assert (error["status"], error["requestId"]) == (422, "r-9")


def test_the_claimed_sale_decides_now_and_when_a_case_is_shown_again(
    ask: Ask, tmp_path: Path
) -> None:
    hit_id = STORY["claimed-sale"].hit_id
    link = f"https://track.example.com/pb/?hit={hit_id}"
    case = str(tmp_path / "case.json")
    for pasted, code in (
        (f"{link}&tx=A-9999&rev=99.00", 8),
        (f"{link}&tx=A-1020&rev=24.9", 0),
        (f"{hit_id}:A-9999, 99.00", 8),
        (hit_id, 0),
    ):
        asked = ask("diagnose", pasted, "--sandbox", "--check", "converted", "--save", case,
                    "--force")  # fmt: skip
        again = ask("diagnose", "--case", case, "--check", "converted")
        assert (asked[0], again[0]) == (code, code), pasted
        assert ("\nC16\t" in asked[1], "\nC16\t" in again[1]) == (code == 8, code == 8), pasted


def test_a_question_that_nobody_can_answer_ends_with_7(ask: Ask) -> None:
    link = f"https://track.example.com/pb/?hit={OFFER_HIT}&tx=A-9&rev=5"
    check = ("--check", "converted")
    silent = {**SOLD, "conversionTransaction": None, "revenue": None}
    unplaced = {**READING, "hitId": None, "nodeType": None, "offerSourceId": None}
    for rows, words, code in (
        ([*VISIT, silent], (link, *check), 7),
        ([*VISIT, {**silent, "conversionTransaction": "a-9"}], (link, *check), 0),
        ([*VISIT, {**silent, "conversionTransaction": "B-9"}], (link, *check), 8),
        ([*VISIT, silent], (OFFER_HIT, *check), 0),
        ([ENTRANCE, READING, unplaced], (LANDER_HIT, "--check", "reached-offer"), 7),
        ([ENTRANCE, READING], (LANDER_HIT, "--check", "reached-offer"), 8),
        ([*VISIT, {**READING, "eventType": None}], (OFFER_HIT, *check), 7),
        # The hit's own look-up shows no conversion, whosever the nameless one is.
        ([*VISIT, {**SOLD, "hitId": None}], (OFFER_HIT, *check), 8),
    ):
        with in_service(knowing(rows)):
            ended, _, err = ask("diagnose", *words)
        assert ended == code, (words, err)
        assert ("not known" in err or "incomplete" in err) is (code == 7), err


def test_a_case_says_of_the_pasted_text_what_was_said_then(ask: Ask, tmp_path: Path) -> None:
    hit_id, visitor_id = STORY["claimed-sale"].hit_id, STORY["claimed-sale"].visitor_id
    link = f"https://track.example.com/pb/?hit={hit_id}"
    case = str(tmp_path / "case.json")
    for pasted, findings in (
        (f"{link}&rev=24.9", {"P6"}),
        (f"{link}&rev=24.9&clickid={{sub1}}", {"P6", "P7"}),
        (f"https://shop.example.com/?clickid={{hit}}&vid={visitor_id}", {"P7"}),
        (f"{link}&tx=A-1020&rev=24.9", set()),
        (hit_id, set()),
    ):
        _, asked, _ = ask("diagnose", pasted, "--sandbox", "--json", "--save", case, "--force")
        _, again, _ = ask("diagnose", "--case", case, "--json")
        assert {each["id"] for each in json.loads(asked)["findings"]} == findings, pasted
        assert json.loads(again) == json.loads(asked), pasted


def test_a_placeholder_beside_the_id_is_a_finding_in_every_format(ask: Ask) -> None:
    visitor_id = STORY["ordinary-conversion"].visitor_id
    pasted = f"https://shop.example.com/?clickid={{hit}}&vid={visitor_id}"
    for form in FORMATS if EXAMPLES else ("table", "json", "csv", "md"):
        words = ["--findings"] if form in ("jsonl", "csv") else []
        _, out, _ = ask("diagnose", pasted, "--sandbox", "--format", form, *words)
        assert "P7" in out, form
        if form in ("table", "csv"):
            _, out, _ = ask("diagnose", visitor_id, "--sandbox", "--format", form, *words)
            assert "placeholder" not in out, form


def test_the_document_is_the_same_in_every_zone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    case = str(tmp_path / "case.json")
    line = ["diagnose", "dkezmsf3bat8xdbz8rt039r4h", "--sandbox", "--save", case, "--json"]
    assert main(line) == ExitCode.OK
    capsys.readouterr()

    told = []
    for zone in ("UTC", "Asia/Tokyo", "America/New_York"):
        assert main(["diagnose", "--case", case, "--json", "--tz", zone]) == ExitCode.OK
        told.append(capsys.readouterr().out)

    assert len(set(told)) == 1
    assert " +00:00" in told[0]  # a sentence with a time
