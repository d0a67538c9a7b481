"""Known texts are found as they are and as they are spelled, with work that stays small."""

import html
import json
import shlex
import sys
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from types import FrameType
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.output.clean import clean
from ffx.output.matcher import Matcher, Span
from tests.looping import each

# How a text may be spelled inside another.
WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "cleaned": clean,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON with its characters": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[1:-1],
    "percent": quote,
    "percent, all of it": lambda text: quote(text, safe=""),
    "percent as browsers do": lambda text: quote(text, safe="!'()*"),
    "percent in small letters": lambda text: quote(text, safe="").replace("%C3%A9", "%c3%a9"),
    "percent twice": lambda text: quote(quote(text)),
    "plus": quote_plus,
    "plus for blanks alone": lambda text: text.replace(" ", "+"),
    "shell": shlex.quote,
    "JSON for a shell": lambda text: shlex.quote(json.dumps(text)),
    "cleaned for a shell": lambda text: clean(shlex.quote(text)),
    "HTML": html.escape,
    "HTML in numbers": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "HTML in hexadecimal": lambda text: "".join(f"&#x{ord(each):X};" for each in text),
    "HTML twice": lambda text: html.escape(html.escape(text)),
    "JSON in percent": lambda text: quote(json.dumps(text), safe=""),
    "JSON in HTML": lambda text: html.escape(json.dumps(text)),
    "percent in JSON": lambda text: json.dumps(quote(text))[1:-1].replace("/", "\\/"),
    "percent in HTML": lambda text: html.escape(quote(text, safe="&")),
    "HTML in percent": lambda text: quote(html.escape(text)),
}
# The others leave no doubt about what they spell.
_LOSSY = "plus for blanks alone"
TEXTS = st.text("xy é€😀%+\\/\"'{}u0\n\x1b\u202e", max_size=14)


def matcher(*texts: str, kept: tuple[str, ...] = ()) -> Matcher:
    """Return one that knows texts by themselves as their marks, and some to be kept."""
    made = Matcher()
    for text in kept:
        made.add(text, "")
    for text in texts:
        made.add(text, text)
    return made


def found(known: Matcher, text: str) -> list[str]:
    return [text[span.start : span.end] for span in known.find_spans(text)]


@each(
    "text",
    ["192.0.2.41", "2001:db8::77", "a b/cdé(f)", "o'neill & sons", 'x"\\y\n\x1b[0m',
     "😀\u202e€ 100%"],
)  # fmt: skip
def test_a_text_is_found_however_it_is_spelled(text: str) -> None:
    for name, way in WAYS.items():
        spelled = way(text)

        (span,) = matcher(text).find_spans(f"<{spelled}>")

        assert span.mark == text, name
        found_there = f"<{spelled}>"[span.start : span.end]
        assert found_there in spelled, name
        # What is left are quotes around it, spelled in some way too.
        assert len(spelled) - len(found_there) <= 2 * len("&quot;"), name


@given(
    TEXTS.filter(lambda text: len(text.strip()) >= 6),
    st.text("xy é😀0-", max_size=6),
    st.sampled_from([way for way in WAYS if way != _LOSSY]),
)
def test_whatever_is_known_is_found_in_some_way(text: str, before: str, way: str) -> None:
    spelled = WAYS[way](text.strip())
    spans = matcher(text).find_spans(before + spelled)

    assert spans
    assert spans == sorted(spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


@given(st.lists(st.text("xy", max_size=9), max_size=8), st.text("xy", max_size=40))
def test_it_finds_what_a_simple_search_finds(texts: list[str], text: str) -> None:
    expected = []
    at = 0
    while at < len(text):
        known = [each for each in texts if len(each) >= 6 and text.startswith(each, at)]
        longest = max(known, key=len, default="")
        expected += [Span(at, at + len(longest), longest)] if longest else []
        at += len(longest) or 1

    assert matcher(*texts).find_spans(text) == expected


@each(
    ("texts", "kept", "text", "there"),
    [
        ([], [], "nothing is known", []),
        (["12345"], [], "12345 has five characters", []),
        (["123456"], [], "123456 123456", ["123456", "123456"]),
        (["Berlin"], [], "BERLIN berlin Berlin", ["BERLIN", "berlin", "Berlin"]),
        (["Berlin"], [], "Berl in, Berlim", []),
        (["2001:DB8::77"], [], "2001:db8::77", ["2001:db8::77"]),
        (["M\u00dcNCHEN"], [], "in M\u00fcnchen", ["M\u00fcnchen"]),
        (["stra\u00dfe \u0130i"], [], "STRA\u00dfE \u0130I STRASSE", ["STRA\u00dfE \u0130I"]),
        (["k4he90"], ["k4he908epzp6"], "K4HE908EPZP6 K4HE90", ["K4HE90"]),
        (["abcdef", "abcdefgh"], [], "abcdefgh abcdefg", ["abcdefgh", "abcdef"]),
        (["abcdefgh", "ghijkl"], [], "abcdefghijkl", ["abcdefgh"]),
        ([" abcdef \t"], [], "xabcdefx", ["abcdef"]),
        (["  12345"], [], "  12345", []),
        (["x" * 600], [], "x" * 600, ["x" * 512, "x" * 88]),
        (["x" * 515], [], "x" * 515, ["x" * 512]),
        (["k4he90"], ["k4he908epzp6"], "k4he908epzp6 k4he90", ["k4he90"]),
        (["8epzp6"], ["k4he908epzp6"], "k4he908epzp6", []),
        (["8epzp6-tail"], ["k4he908epzp6"], "k4he908epzp6-tail", ["8epzp6-tail"]),
        (["?h=k4he"], ["k4he908epzp6"], "?h=k4he908epzp6", ["?h=k4he"]),
        (["id k4he908epzp6"], ["k4he908epzp6"], "id k4he908epzp6", ["id k4he908epzp6"]),
        (["k4he908epzp6"], ["k4he908epzp6"], "k4he908epzp6", []),
        (["abcdef"], [], "%FFabcdef %u0061bcdef \\u{110000}abcdef %61%zzbcdef", ["abcdef"] * 2),
    ],
)  # fmt: skip
def test_what_is_found(texts: list[str], kept: list[str], text: str, there: list[str]) -> None:
    assert found(matcher(*texts, kept=tuple(kept)), text) == there


def test_of_texts_that_differ_in_case_alone_the_one_that_stands_there_is_found() -> None:
    known = Matcher()
    for number, text in enumerate(("Abcdef", "abcdef", "ABCDEF")):
        known.add(text, f"t1#{number}")

    marks = [span.mark for span in known.find_spans("abcdef ABCDEF Abcdef aBCDEf")]
    assert marks == ["t1#1", "t1#2", "t1#0", "t1#0"]


def test_the_first_mark_stays_unless_it_is_taken_away() -> None:
    known = Matcher()
    known.add("abcdef", "t1#1")
    known.add("abcdef", "t2#1")
    assert known.find_spans("abcdef") == [Span(0, 6, "t1#1")]

    known.add("abcdef", "")
    known.add("abcdef", "t1#1")
    assert known.find_spans("abcdef") == []


def work(task: Callable[[], object]) -> int:
    """Count what a task asks of the interpreter's own functions."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "c_call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        task()
    finally:
        sys.setprofile(before)
    return calls


def test_looking_through_a_text_takes_as_long_whatever_is_known() -> None:
    line = "GET /offers/spring-sale?campaign=north&page=7 HTTP/1.1 200 " * 20
    few = matcher(*(f"{number:x}-click-{number:x}" for number in range(100)))
    many = matcher(*(f"{number:x}-click-{number:x}" for number in range(20_000)))

    # Two hundred times as many texts: a search by halves takes some eight steps more a place.
    assert work(lambda: many.find_spans(line)) < 4 * work(lambda: few.find_spans(line))


def test_knowing_one_more_text_takes_as_long_whatever_is_known() -> None:
    known = matcher(*(f"{number:x}-click" for number in range(5_000)))

    assert work(lambda: known.add("another text", "t1#1")) < 20


ALIKE = {
    "longer and longer, all ending elsewhere": [f"{'x' * length}y" for length in range(5, 511)],
    "the same, but before what stands there": [f"{'x' * length}a" for length in range(5, 511)],
    "one in the other": ["x" * length for length in range(6, 512)],
    "some in the others": [f"{'x' * length}{'a' * (length % 2)}" for length in range(6, 512)],
    "one beginning, many ends": [f"xxxxxx{number}" for number in range(506)],
}
ORDINARY = [f"{number:x}-click-{number:x}" for number in range(506)]
MADE_TO_BE_SLOW = {
    "one character": "x",
    "nearly one of them": f"{'x' * 300}b",
    "short runs": "xxxxxxxb",
    "spelled": "x%78\\u0078&#120;",
}
MOST_STEPS_A_CHARACTER = 1_000


def steps(task: Callable[[], object]) -> int:
    """Count what the interpreter does for a task: each of its instructions is a step."""
    count = 0

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        task()
    finally:
        sys.settrace(before)
    return count


@each("piece", MADE_TO_BE_SLOW.values())
@each("texts", [*ALIKE.values(), ORDINARY])
@pytest.mark.fault(137)
def test_steps_grow_with_the_text_alone(texts: list[str], piece: str) -> None:
    known = matcher(*texts)
    known.find_spans("x" * 600)  # what is new is put in order once

    short, long = (steps(partial(known.find_spans, (piece * size)[:size])) for size in (100, 300))

    assert short < 100 * MOST_STEPS_A_CHARACTER
    assert long < 3.4 * short + 2_000


def test_steps_of_learning_by_and_by_grow_with_what_is_learned() -> None:
    def learn(count: int) -> None:
        known = Matcher()
        for number in range(count):
            known.add(f"xxxxxx{number:04}", "t1#1")
            if number % 4 == 0:
                known.find_spans("xxxxxx0")

    assert steps(lambda: learn(400)) < 4 * 1.6 * steps(lambda: learn(100))
