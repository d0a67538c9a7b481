"""Any reply, in every format: the same outcome, and JSON that is the reply."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.explorer import HIT_ID, VISITOR_ID
from tests.fuzz.conftest import EXAMPLES, fuzzed
from tests.fuzz.replies import Fixed, services
from tests.fuzz.running import WITH_DOCUMENT, Answer, Asked, Ended, Service, run
from tests.render.html.pages import check_inert
from tests.render.markdown.commonmark import OURS, kinds_of

WINDOW = ("--since", "2026-03-01", "--until", "2026-03-06")
MOST = ("--max-hits", "20")
QUESTIONS = {
    "visitor": ("visitor", VISITOR_ID, *WINDOW),
    "visitor by hit": ("visitor", HIT_ID),
    "visitor, all": ("visitor", VISITOR_ID, *WINDOW, "--all", *MOST),
    "hit": ("hit", HIT_ID),
    "diagnose": ("diagnose", HIT_ID, *MOST),
    "diagnose a visitor": ("diagnose", VISITOR_ID, *WINDOW, *MOST),
}
FORMATS = ("table", "json", "jsonl", "csv", "md", "html", "terminal")
# All of them take their time; any two have to agree.
formats = st.just(FORMATS) if EXAMPLES else st.permutations(FORMATS).map(lambda names: names[:3])
MORE = [
    (), (), (), ("--redact",), ("--redact=all",), ("-v",), ("--tz", "Asia/Tokyo"),
    ("--save", "case.json"),
]  # fmt: skip


def ask(service: Callable[[Asked], Answer], name: str, *arguments: str) -> Ended:
    if name in ("table", "terminal"):  # plain lines, or drawn
        on_terminal = name == "terminal"
        return run([*arguments, "--utc"], Service(service), on_terminal=on_terminal)
    return run([*arguments, "--utc", "--format", name], Service(service))


def exactly(text: str) -> Any:
    """Parse JSON with its digits, and with keys that come twice."""
    return json.loads(text, parse_int=str, parse_float=str, object_pairs_hook=list)


def check_agreement(ended: Mapping[str, Ended]) -> None:
    """Check that one outcome was told in every format, and that documents are inert."""
    codes = {name: each.code for name, each in ended.items()}
    assert len(set(codes.values())) == 1, codes
    for name, each in ended.items():
        if name == "json" and each.code not in WITH_DOCUMENT:
            assert each.out == ""
            assert "error" in json.loads(each.err.splitlines()[-1])
        elif name == "html" and each.out:
            check_inert(each.out)
        elif name == "md":
            assert kinds_of(each.out) <= OURS
        elif name in ("json", "jsonl"):
            documents = [each.out] if name == "json" else each.out.splitlines()
            assert all(isinstance(json.loads(document), dict) for document in documents)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@fuzzed(2)
@given(service=services, more=st.sampled_from(MORE), formats=formats)
def test_any_reply_has_one_outcome_in_every_format(
    question: tuple[str, ...], service: Fixed, more: tuple[str, ...], formats: tuple[str, ...]
) -> None:
    ended = {name: ask(service, name, *question, *more) for name in formats}

    check_agreement(ended)


@pytest.mark.parametrize("name", ["visitor", "visitor by hit", "hit"])
@fuzzed(4)
@given(service=services)
def test_json_is_the_reply_as_sent(name: str, service: Fixed) -> None:
    ended = ask(service, "json", *QUESTIONS[name])

    status, _, body = service.hit if name == "hit" else service.visitor
    if ended.code in WITH_DOCUMENT and status < 300:
        assert exactly(ended.out) == exactly(body.decode("utf-8-sig", "replace"))
