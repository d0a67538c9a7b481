"""`ffx compare`, from the words typed to what is written and how the run ends."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ffx.errors import ExitCode
from ffx.output.width import width_of
from ffx.sandbox.data.stories import STORIES
from tests.answering import Answering, Question, Says
from tests.cli.commands.conftest import Ask, Terminal
from tests.cli.commands.keeping import next_case
from tests.knowing import (
    CLICK,
    ENTRANCE,
    OFFER_HIT,
    READING,
    SHOP,
    SOLD,
    VISIT,
    VISITOR,
    in_service,
    knowing,
)
from tests.looping import each

STORY = {story.name: story for story in STORIES}
SOLD_HIT = STORY["ordinary-conversion"].hit_id
UNSOLD_HIT = STORY["no-conversion"].hit_id
OTHER_HIT = "k9zznkvb4ex5f9b2x8s1dr4h"
NOTHING = knowing([])
OTHER_VISITOR = "afdwZZZZPV6Y59aTP3fQxZ3tX2o"


def two(first: Any, second: Any) -> Answering:
    """Return what answers for two visitors: of the offer's hit, and of another one."""
    one, other = knowing(first), knowing(second)

    def answer(question: Question) -> Says:
        if not question.target.startswith((OTHER_HIT[:20], OTHER_VISITOR)):
            return one(question)
        said = other(replace(question, body=_renamed(question.body, back=True)))
        return replace(said, body=_renamed(said.body))

    return answer


def _renamed(body: Any, *, back: bool = False) -> Any:
    """Let one visitor's words be another's."""
    text = json.dumps(body)
    for name, other in ((OFFER_HIT[:20], OTHER_HIT[:20]), (VISITOR, OTHER_VISITOR)):
        text = text.replace(other, name) if back else text.replace(name, other)
    return json.loads(text)


def test_two_stories_that_differ_in_one_thing(then: datetime, ask: Ask) -> None:
    code, out, err = ask("compare", SOLD_HIT, UNSOLD_HIT, "--sandbox", "--utc")

    head, _, rows = out.partition("\n\n")
    facts = dict(line.split("\t", 1) for line in head.splitlines())
    assert (code, err) == (ExitCode.OK, "")
    assert facts["target"] == f"{SOLD_HIT}\t{UNSOLD_HIT}"
    assert facts["account"] == "sandbox\tsandbox"
    converted, not_converted = facts["verdict"].split("\t")
    assert converted.startswith("Converted for 24.9000, on ")
    assert not_converted == "No conversion. The visitor reached the offer 'Example Shop'."
    assert rows.splitlines() == [
        "group\tname\tA\tB",
        "outcome\tconverted\tyes\tno",
        "outcome\tconversions\t1\t",
        "outcome\tafter its hit\t67 min\t",
        "outcome\trevenue\t24.9000\t",
        "outcome\tconversionTransaction\tA-1001\t",
        "outcome\tfindings\t\tno-conversion",
    ]
    assert int(facts["equal"].split("\t")[0]) > 40


@each("pair", [(SOLD_HIT, SOLD_HIT), (UNSOLD_HIT, UNSOLD_HIT)])
def test_the_same_is_no_difference(pair: tuple[str, str], then: datetime, ask: Ask) -> None:
    code, out, _ = ask("compare", *pair, "--sandbox", "--json")

    assert code == ExitCode.OK
    assert json.loads(out)["differences"] == []


SLOW = {**CLICK, "eventTime": "2024-03-05T14:02:00Z"}
CASES: dict[str, tuple[Any, Any, list[tuple[str, str, list[str]]]]] = {
    "what each has of its own": (
        VISIT, ({**ENTRANCE, "externalId": "e-2"}, *VISIT[1:]), [],
    ),
    "what one has not": (
        VISIT, ({**ENTRANCE, "externalId": ""}, *VISIT[1:]),
        [("source", "externalId", ["e-1", ""])],
    ),
    "fields before the way": (
        ({**ENTRANCE, "t2": "a", "subCampaign": "de"}, READING, CLICK, SHOP),
        ({**ENTRANCE, "t2": "b", "subCampaign": "fr"}, READING, SHOP),
        [("campaign", "subCampaign", ["de", "fr"]), ("tracking fields", "t2", ["a", "b"])],
    ),
    "pauses": (
        VISIT, (ENTRANCE, READING, SLOW, {**SHOP, "eventTime": "2024-03-05T14:02:01Z"}),
        [("pauses", "to the first click", ["30 s", "2 min"])],
    ),
    "offers": (
        VISIT, (*VISIT[:3], {**SHOP, "pageName": "Example Club"}),
        [("pages", "step 4", ["view · Offer group · Example Shop",
                              "view · Offer group · Example Club"])],
    ),
}  # fmt: skip


@each("name", CASES)
def test_what_differs_stands_in_the_order_of_the_way(name: str, ask: Ask) -> None:
    first, second, expected = CASES[name]
    with in_service(two(first, second)):
        code, out, err = ask("compare", OFFER_HIT, OTHER_HIT, "--json")

    told = json.loads(out)["differences"]
    differences = [(each["group"], each["name"], each["values"]) for each in told]
    assert code == ExitCode.OK, err
    assert differences[: len(expected)] == expected
    assert bool(differences) == bool(expected)


@each("width", [40, 120])
def test_a_terminal_has_both_beside_each_other_or_below_and_ids_whole(
    width: int, then: datetime, ask: Ask, terminal: Terminal
) -> None:
    terminal(width)
    code, out, _ = ask("compare", SOLD_HIT, UNSOLD_HIT, "--sandbox")

    assert code == ExitCode.OK
    assert SOLD_HIT in out
    assert UNSOLD_HIT in out
    assert max(map(width_of, out.splitlines())) <= width
    before, _, after = out.partition("First difference on the way: outcome")
    assert "No conversion." in before
    assert after.index("converted") < after.index("Then: outcome\n") < after.index("revenue")


def test_an_alias_means_the_same_on_both_sides(ask: Ask) -> None:
    first = ({**ENTRANCE, "t1": "spring-sale", "t2": "banner-seven"}, READING, CLICK, SHOP)
    second = ({**ENTRANCE, "t1": "summer-sale", "t2": "banner-seven"}, READING, CLICK, SHOP, SOLD)
    with in_service(two(first, second)):
        _, out, _ = ask("compare", OFFER_HIT, OTHER_HIT, "--json", "--redact=all")

    document = json.loads(out)
    values = {each["name"]: each["values"] for each in document["differences"]}
    assert values["t1"] == ["t1#1", "t1#2"]
    assert "t2" not in values
    for hidden in ("spring-sale", "banner-seven", OFFER_HIT, OTHER_HIT, "A-100001"):
        assert hidden not in out
    ids = [side["target"]["id"] for side in document["sides"]]
    assert len(set(ids)) == 2
    assert all(each.startswith("hit#") for each in ids)


@each("options", [(), ("--redact",)])
def test_a_case_file_is_a_side_as_well(
    options: tuple[str, ...], then: datetime, ask: Ask, tmp_path: Path
) -> None:
    case = next_case(tmp_path)
    ask("diagnose", SOLD_HIT, "--sandbox", "--save", str(case), *options)
    code, out, err = ask("compare", str(case), UNSOLD_HIT, "--sandbox", "--json")

    document = json.loads(out)
    names = [each["name"] for each in document["differences"]]
    assert code == ExitCode.OK, err
    assert [side["converted"] for side in document["sides"]] == [True, False]
    assert "revenue" in names
    assert ("t1" in document["notCompared"]) == bool(options)
    assert "a case file of account sandbox" in err


def test_two_case_files_ask_nobody(then: datetime, ask: Ask, tmp_path: Path) -> None:
    files = [str(tmp_path / f"{number}.json") for number in range(2)]
    for file, hit in zip(files, (SOLD_HIT, UNSOLD_HIT), strict=True):
        ask("diagnose", hit, "--sandbox", "--save", file)
    code, out, _ = ask("compare", *files, "--format", "md")

    assert code == ExitCode.OK
    assert "### First difference on the way\n\n- outcome, converted: A `yes`, B `no`" in out
    assert f"ffx compare {files[0]} {files[1]}" in out

    code, out, err = ask("compare", *files, "--curl")
    assert (code, out) == (ExitCode.OK, "")
    assert "more requests follow" not in err

    with in_service(NOTHING):
        code, out, err = ask("compare", files[0], UNSOLD_HIT, "--curl")
    assert code == ExitCode.OK
    assert out.count("curl ") == 1
    assert err.count("more requests follow") == 1


@each(
    ("service", "code", "words"),
    [
        (NOTHING, ExitCode.NOT_FOUND, "nothing found for hit"),
        (knowing(hasMore=None), ExitCode.PARTIAL, "a history is incomplete"),
    ],
)
def test_what_is_missing_has_the_exit_code_of_a_diagnosis(
    service: Any, code: int, words: str, ask: Ask
) -> None:
    with in_service(service):
        ended, out, err = ask("compare", OFFER_HIT, OFFER_HIT)

    assert ended == code
    assert words in err
    assert bool(out) == (code == ExitCode.PARTIAL)


def test_what_is_neither_an_id_nor_a_file_is_refused(ask: Ask) -> None:
    code, out, err = ask("compare", SOLD_HIT, "{hit}", "--sandbox")

    assert (code, out) == (ExitCode.USAGE, "")
    assert "placeholder" in err
