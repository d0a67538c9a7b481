"""A case's target: what the pasted text said beside the ID is said again, in our own words."""

import json
from datetime import UTC, datetime

import pytest

from ffx.api.json_text import read_document
from ffx.errors import UsageError
from ffx.input.targets.target import Target, read_target
from ffx.lookup.share.case_target import read_case_target, target_document
from ffx.lookup.share.object_reader import ObjectReader
from ffx.lookup.share.redactor import Redactor
from tests.findings.rules.test_pasted_text import RULES
from tests.looping import each

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
H = "dkezmsf3bat8xdbz8rt039r4h"
V = "afdwb7QPV6Y59aTP3fQxZ3tX2ox"
PB = "https://track.example.com/pb/"
# A pasted text, and the findings that it makes by itself.
TEXTS = {
    H: [],
    V: [],
    f"{PB}?hit={H}&tx=A-1&rev=9.50": [],
    f"{PB}?hit={H}": ["P6"],
    f"{PB}?hit={H}&rev=9.50&sub1={{keyword}}&clickid={{hit}}": ["P6", "P7"],
    f"https://shop.example.com/?clickid={{hit}}&vid={V}": ["P7"],
    f"{PB}?hit=A-1001&tx={H}": ["P3"],
    f"{PB}?hit={V}&tx=A-1": ["P3"],
    H.upper(): ["P2"],
    f"{PB}?hit={H[:20]}": ["P2", "P6"],
    f"hit={V.lower()}": [],  # refused where a hit is wanted
}
OURS = {rule.id for rule in RULES}


def kept(target: Target) -> Target:
    """Write a target and read it again, by way of JSON text."""
    text = json.dumps(target_document(target))
    return read_case_target(ObjectReader(read_document(text).value), now=NOW)


def findings_of(target: Target) -> list[str]:
    return sorted(OURS & set(target.warnings))


def test_what_a_text_says_is_said_again() -> None:
    for text, findings in TEXTS.items():
        for command in ("visitor", "hit", "diagnose"):
            try:
                target = read_target(text, command=command, now=NOW)
            except UsageError:
                continue
            again = kept(target)
            assert again.warnings == target.warnings, (text, command)
            assert (again.id, again.claimed_sale) == (target.id, target.claimed_sale), (
                text,
                command,
            )
            assert again.placeholders == target.placeholders, (text, command)
            assert again.lacks_transaction is target.lacks_transaction, (text, command)
            if command == "diagnose" and findings:
                assert findings_of(again) == findings, text


def test_what_is_hidden_is_kept_hidden() -> None:
    redactor = Redactor(hides_ids=True)
    redactor.learn_value("t1", "{my secret keyword}")
    redactor.learn_value("hitId", H)
    target = read_target(
        f"{PB}?hit={H}&clickid={{my secret keyword}}", command="diagnose", now=NOW
    )

    again = kept(redactor._target(target))

    assert findings_of(again) == ["P6", "P7"]
    assert "secret" not in str(again)
    assert H not in str(again)


def test_sentences_of_a_file_are_not_taken_over() -> None:
    document = {
        **target_document(Target(read_target(H, command="hit").id)),
        "warnings": {"P6": "!"},
    }
    read = read_case_target(ObjectReader(document), now=NOW)
    assert read.warnings == {}


@each(
    ("member", "value", "said"),
    [
        ("kind", "page", "kind is 'page'"),
        ("placeholders", "no list", "placeholders is no list"),
        ("placeholders", [{"name": "sub1"}], "placeholders[0].text is missing"),
        ("placeholders", [{"name": "a", "text": "b"}] * 101, "placeholders has over 100"),
        ("lacksTransaction", "yes", "lacksTransaction is neither true nor false"),
        ("claim", {"transaction": "A", "amount": "1,5"}, "claim.amount is no amount"),
    ],
)
def test_what_is_no_target_is_refused_by_the_member(member: str, value: object, said: str) -> None:
    document = {"kind": "hit", "id": H, member: value}
    with pytest.raises(UsageError) as error:
        read_case_target(ObjectReader(document), now=NOW)
    assert said in error.value.message
