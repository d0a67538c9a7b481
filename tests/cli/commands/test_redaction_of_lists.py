"""`--redact` where rows come part by part, where text was pasted, and where members are new."""

import gc
import json
from pathlib import Path
from typing import Any

import pytest

from ffx.sandbox.data.stories import STORIES
from tests.answering import Answering, Question, Says
from tests.cli.commands.conftest import Ask
from tests.faults.lists import without_time
from tests.knowing import ENTRANCE, OFFER_HIT, VISIT, VISITOR, in_service, knowing
from tests.looping import each

PERSON = "jane.doe@example.com"
PASTED = f"198.51.100.7 {PERSON} Example/5.0 https://shop.example.com/?vid={VISITOR}&t=1"
WINDOW = ("--since", "2024-03-01", "--until", "2024-04-01")


def pages(*rows: dict[str, Any]) -> Answering:
    """Serve rows two a page, the newest first, as the walk wants them."""
    by_time = sorted(rows, key=lambda row: str(row["eventTime"]), reverse=True)

    def answer(question: Question) -> Says:
        start, end = question.body["timeStart"], question.body["timeEnd"]
        inside = [row for row in by_time if start[:19] <= row["eventTime"][:19] <= end[:19]]
        visitor = {"visitorId": VISITOR, "firstSeen": by_time[-1]["eventTime"]}
        return Says({"visitor": visitor, "hits": inside[:2], "hasMore": len(inside) > 2})

    return answer


def row(second: int, **more: str) -> dict[str, Any]:
    return {**ENTRANCE, "eventTime": f"2024-03-05T14:00:{second:02}.000Z", **more}


@pytest.mark.fault(135)
@each("format_name", ["jsonl", "json", "table"])
def test_the_last_row_of_a_walk_hides_what_stands_in_the_first(format_name: str, ask: Ask) -> None:
    rows = [row(second, pageName=f"Cart of {PERSON}") for second in range(10, 20)]
    with in_service(pages(*rows, row(5, externalId=PERSON))):
        form = () if format_name == "table" else ("--format", format_name)
        code, out, err = ask("visitor", VISITOR, *WINDOW, "--all", "--redact", *form)

    assert code == 0
    number = 2 if format_name == "jsonl" else out.partition("Cart of external#")[2][0]
    assert out.count(f"Cart of external#{number}") == 10
    assert PERSON not in out + err


def test_a_walk_that_finds_nobody_leaves_no_file_open(ask: Ask) -> None:
    with in_service(knowing([])):
        code, out, _ = ask("visitor", VISITOR, *WINDOW, "--all", "--redact", "--format", "jsonl")
    gc.collect()  # what is left open is warned of here, and such a warning is a failure

    assert (code, out) == (3, "")


def test_without_redaction_rows_are_written_as_they_come(ask: Ask) -> None:
    with in_service(pages(*(row(second, externalId=PERSON) for second in range(10, 16)))):
        code, out, _ = ask("visitor", VISITOR, *WINDOW, "--all", "--format", "jsonl")

    assert (code, out.count(PERSON)) == (0, 6)


@pytest.mark.fault(136)
@each(
    ("format_name", "option"),
    [
        ("jsonl", "--redact"),
        ("csv", "--redact=all"),
        ("json", "--redact"),
        ("md", "--redact=all"),
        ("html", "--redact"),
        ("table", "--redact=all"),
    ],
)
def test_a_target_is_its_id_alone(format_name: str, option: str, ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(
        f"{PASTED}\n198.51.100.7 {PERSON} and no ID\nhit={OFFER_HIT}&ip=198.51.100.7\n"
    )
    with in_service(knowing(VISIT, hasMore=True)):
        words = ("--format", format_name, option, *WINDOW, "-v")
        runs = [ask("visitor", PASTED, *words)]
        if format_name != "html":
            runs.append(ask("visitor", "--from", str(path), *words))

    for _, out, err in runs:
        for secret in ("198.51.100.7", PERSON, "jane", "Example/5.0", "shop.example.com"):
            assert secret not in out + err
        shown = VISITOR if option == "--redact" else "visitor#1"
        assert shown in out or format_name in ("json", "csv", "table")


def test_targets_stay_as_pasted_without_redaction(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"{PASTED}\n")
    with in_service(knowing(VISIT)):
        _, out, _ = ask("visitor", "--from", str(path), "--json", *WINDOW)

    assert json.loads(out)["target"] == PASTED


def test_a_redacted_list_is_resumed_by_its_ids(ask: Ask, tmp_path: Path) -> None:
    path, results = tmp_path / "list.txt", tmp_path / "results.json"
    path.write_text(f"{PASTED}\n")
    words = ("--from", str(path), "--json", "-o", str(results), "--redact", *WINDOW)
    with in_service(knowing(VISIT)) as service:
        ask("visitor", *words)
        asked = len(service.targets)
        ask("visitor", *words, "--resume")
        assert len(service.targets) == asked

    (record,) = map(json.loads, results.read_text().splitlines())
    assert record["target"] == VISITOR


@pytest.mark.fault(136)
def test_members_that_are_not_documented_are_hidden_and_counted(ask: Ask) -> None:
    rows = [{**ENTRANCE, "email": PERSON, "device": {"owner": PERSON}}, *VISIT[1:]]
    with in_service(knowing(rows)):
        code, out, err = ask("visitor", VISITOR, *WINDOW, "--redact", "--json")
        _, plain, said = ask("visitor", VISITOR, *WINDOW, "--json")

    assert code == 0
    assert json.loads(out)["hits"][0]["email"] == "other#1"
    assert json.loads(out)["hits"][0]["device"] == {"owner": "other#1"}
    assert "note: 2 members hidden that the API does not document: 'email', 'device'" in err
    assert json.loads(plain)["hits"][0]["email"] == PERSON
    assert "document" not in said


def test_what_later_targets_tell_is_said_of_lists_alone(ask: Ask) -> None:
    note = "note: what only a later target tells may stand in the text of an earlier one"
    with in_service(knowing(VISIT)):
        words = ("--redact", "--format", "jsonl", *WINDOW)
        assert note in ask("visitor", VISITOR, OFFER_HIT, *words)[2]
        assert note not in ask("visitor", VISITOR, *words)[2]


@pytest.mark.fault(126)
def test_numbers_follow_the_lists_order_whichever_answer_comes_first(
    ask: Ask, tmp_path: Path
) -> None:
    path = tmp_path / "hits"
    path.write_text("\n".join(story.hit_id for story in STORIES[:8] if story.hit_id))
    line = ("hit", "--from", str(path), "--json", "--sandbox", "--redact=all")
    one_by_one = ask(*line, "--jobs", "1")[1]
    assert "hit#2" in one_by_one
    assert without_time(ask(*line, "--jobs", "8")[1]) == without_time(one_by_one)
