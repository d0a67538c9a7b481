"""Finding IDs: where they stand, under which names, and at what cost."""

import subprocess
import sys

from ffx.input.targets.pasted import LIMIT, Candidate, Rank, find_ids, fully_decoded
from tests.faults.bounds import at_most
from tests.looping import each

HIT = "dkezmsf3bat8xdbz8rt039r4h"
VISITOR = "afdwb7QPV6Y59aTP3fQxZ3tX2ox"


@each(
    ("text", "found"),
    [
        (f"?hit={HIT}", Candidate("hit", HIT, "hit", Rank.NAMED)),
        (f"?VID={VISITOR}", Candidate("visitor", VISITOR, "VID", Rank.NAMED)),
        (f"?aff_sub2={HIT}", Candidate("hit", HIT, "aff_sub2", Rank.NETWORK)),
        (f"?s10={VISITOR}", Candidate("visitor", VISITOR, "s10", Rank.NETWORK)),
        (f"see {HIT}", Candidate("hit", HIT, "", Rank.LOOSE)),
        (f"?anything={HIT}", Candidate("hit", HIT, "anything", Rank.VALUE)),
        (f"?clickid={HIT.upper()}", Candidate("hit", HIT.upper(), "clickid", Rank.ALTERED)),
        (f"?clickid={HIT[:18]}", Candidate("hit", HIT[:18], "clickid", Rank.ALTERED)),
        (f"log {HIT.upper()}", Candidate("hit", HIT.upper(), "", Rank.ALTERED)),
        (f'{{"hit": {{"at": 1, "id": "{HIT}"}}}}', Candidate("hit", HIT, "hit.id", Rank.NAMED)),
    ],
)
def test_a_candidate_says_where_it_stood_and_how_sure_it_is(text: str, found: Candidate) -> None:
    assert find_ids(text).ids[0] == found


@each(
    "text",
    [
        f"?gclid={HIT}",
        f"?fbclid={VISITOR}",
        f"?access_token={VISITOR}",
        f"?tx={HIT}",
        "?sub1=facebook&c1=summer2026",
        "?subid=12",
        f"?x={'a1' * 16}",
        f"eyJh-{VISITOR}_x",
        f"x{HIT}12345",
    ],
)
def test_what_is_not_ours_is_passed_over(text: str) -> None:
    assert find_ids(text).ids == []


def test_a_value_with_an_encoded_blank_stays_one_value() -> None:
    assert [find.text for find in find_ids("?vid=abc%20def&x=1").ids] == ["abc def"]
    assert [find.text for find in find_ids("?vid=abc+def&x=1").ids] == ["abc def"]


def test_parameters_that_were_not_filled_in_are_kept_apart() -> None:
    finds = find_ids("?clickid={hit}&sub1=&hit=&s2=[SUB2]")
    assert finds.ids == []
    assert [(find.name, find.text) for find in finds.unfilled] == [
        ("clickid", "{hit}"),
        ("hit", ""),
        ("s2", "[SUB2]"),
    ]


def test_the_limit_does_not_cut_an_id_short() -> None:
    text = "." * (LIMIT - 23) + HIT
    finds = find_ids(text)
    assert finds.ids == []
    assert finds.unread == len(HIT)


def test_escapes_of_three_kinds_are_undone() -> None:
    assert fully_decoded(r"a&amp;b\u003dc\/d%2520e") == "a&b=c/d e"
    assert fully_decoded("&copy=1&currency=2") == "&copy=1&currency=2"


@each(
    "piece",
    [
        *(
            "a",
            "hit=",
            '{"hit":',
            '"',
            "\\",
            "%25",
            "{",
            "[[",
            "&amp;",
            "a.",
            "1:",
            "hit id ",
            "_",
        ),
        *(
            "#a",
            "<",
            "/pb/?",
            "id:",
            "\n1",
            "hit     ",
            "hit=%253D",
            "&#x26;",
            "${",
            "__",
            "a=",
            "'",
        ),
    ],
)
def test_hostile_text_is_read_in_no_time(piece: str) -> None:
    text = piece * (5_000 // len(piece))  # a hundredth of a second
    with at_most(0.1, "reading it"):
        find_ids(text)


def test_a_plain_id_needs_no_search_through_text() -> None:
    program = "import sys; from ffx.input.targets.target import read_target; "
    program += f"read_target({HIT!r}, command='hit'); "
    program += "sys.exit('ffx.input.targets.pasted' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
