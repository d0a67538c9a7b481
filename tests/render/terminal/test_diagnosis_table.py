"""Diagnoses on a terminal: whole screens, and what holds of them whatever they say."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ffx.findings.diagnosis import Diagnosis
from ffx.findings.engine import Examination
from ffx.findings.rule import Finding, NotApplicable, Rule, Severity
from ffx.findings.subject import Evidence
from ffx.findings.verdict import Verdict
from ffx.output.clean import clean
from ffx.output.width import width_of
from ffx.render.terminal.diagnosis_table import diagnosis_lines
from ffx.render.terminal.lines import Frame, paint
from tests.looping import each
from tests.render import diagnoses
from tests.render.sample import BERLIN, OFFER_HIT, VISITOR_ID, drawn, hostile

_SCREENS = Path(__file__).parents[1] / "screens"
_ALL = (diagnoses.refused, diagnoses.converted, diagnoses.unknown, diagnoses.missing)
_WIDTHS = (160, 100, 80, 40)
_STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def screen(diagnosis: Diagnosis, width: int) -> str:
    return drawn(diagnosis_lines(diagnosis, Frame(width, BERLIN, "main")))


def finding(sentence: str, *evidence: Evidence, next_step: str = "Look at it.") -> Finding:
    return Finding("X1", "odd", "C", Severity.HINT, sentence, evidence, next_step)


def telling(*findings: Finding) -> Diagnosis:
    """Return a diagnosis with these findings, and nothing that was checked."""
    return replace(diagnoses.unknown(), examination=Examination(findings, (), ()))


@each("width", _WIDTHS)
@each("make", _ALL)
def test_the_screen_whole(make: Callable[[], Diagnosis], width: int) -> None:
    path = _SCREENS / f"{make.__name__}-{width}.txt"

    assert screen(make(), width) == path.read_text(encoding="utf-8")


@each("make", _ALL)
def test_lines_keep_to_the_width_and_ids_and_commands_stay_whole(
    make: Callable[[], Diagnosis],
) -> None:
    made = make()
    ids = {OFFER_HIT, diagnoses.LANDER_HIT, VISITOR_ID} & {made.id, made.visitor_id}
    for width in range(40, 130):
        lines = screen(made, width).splitlines()

        commands = [line for line in lines if line.lstrip().startswith("ffx ")]
        too_wide = [line for line in lines if width_of(line) > width]
        assert commands == too_wide or width > 100, f"width {width}"
        assert [one for one in ids if not any(one in line for line in lines)] == []


@each(
    ("make", "style", "words"),
    [
        (diagnoses.refused, "1", "No conversion, and this hit cannot take one."),
        (diagnoses.converted, "1;32", "Converted for 24.9000"),
        (diagnoses.unknown, "1;33", "Not known whether it converted"),
        (diagnoses.missing, "1;33", "Nothing is known of it."),
    ],
)
def test_colours_say_no_more_than_the_words(
    make: Callable[[], Diagnosis], style: str, words: str
) -> None:
    lines = list(diagnosis_lines(make(), Frame(100, BERLIN, "main")))
    painted = paint(lines, color=True)

    assert painted.startswith(f"\x1b[{style}m{words}")
    bare = re.sub(r"\x1b\[[0-9;]*m", "", painted)
    assert [line.rstrip() for line in bare.splitlines()] == drawn(lines).splitlines()


def test_long_ids_are_never_broken() -> None:
    long = "k" + "0123456789abcdefghij" * 4 + "h"
    row = Evidence("cost", "0.10", long, "view", "2026-11-20T14:04:12Z", "Lander group")
    told = replace(telling(finding("Odd.", row)), id=long, visitor_id=f"V{long}")
    lines = [line.strip() for line in screen(told, 40).splitlines()]

    assert f"hit {long}" in lines
    assert f"visitor V{long}" in lines
    assert lines[lines.index(long) - 1 : lines.index(long) + 2] == [
        "20 Nov 15:04:12 view · Lander group",
        long,
        "cost 0.10",
    ]


def test_a_command_is_never_broken_and_stands_by_itself() -> None:
    command = f"ffx diagnose {OFFER_HIT} --api-url https://api.example.com/v1 --tz Europe/Berlin"
    lines = screen(telling(finding("Odd.", next_step=f"For it:\n{command}")), 40).splitlines()

    assert f"    {command}" in lines


@each("count", [0, 1, 4, 5, 6, 30])
def test_of_much_evidence_the_first_is_shown_and_the_rest_counted(count: int) -> None:
    rows = [Evidence("hitId", "", f"hit-{number}") for number in range(count)]
    text = screen(telling(finding("Odd.", *rows)), 80)

    shown = re.findall(r"hit-\d+", text)
    assert shown == [f"hit-{number}" for number in range(min(count, 4))]
    rest = {0: "", 1: "", 4: "", 5: "… 1 more row left out\n", 6: "… 2 more rows left out\n"}
    assert ("more row" in text) == (count > 4)
    assert rest.get(count, "… 26 more rows left out\n") in text


@each(
    ("evidence", "line"),
    [
        (Evidence("hitId", "h1", "h1", "view", "2026-11-20T14:04:12Z", "a · b"),
         "20 Nov 15:04:12 view · a · b · h1"),
        (Evidence("t1", "", "h1", "view", "2026-11-20T14:04:12Z"),
         "20 Nov 15:04:12 view · h1 · t1 empty"),
        (Evidence("firstSeen", "2026"), "firstSeen 2026"),
        (Evidence("eventTime", "soon", "h1", "view", "soon"), "soon view · h1"),
    ],
)  # fmt: skip
def test_evidence_is_one_line_of_facts(evidence: Evidence, line: str) -> None:
    assert f"    {line}\n" in screen(telling(finding("Odd.", evidence)), 60)


def test_strangers_texts_are_shown_with_escapes() -> None:
    text = "x\x1b[2J\u202e\n\ty"
    row = Evidence("t1", text, text, text, text, text)
    rule = Rule("X2", "odd", "C", Severity.HINT, text, lambda _: NotApplicable())
    told = replace(
        telling(finding(text, row)),
        id=text,
        visitor_id=text,
        account=text,
        verdict=Verdict(None, None, text, (text,), ()),
        notes=(text,),
    )
    told = replace(
        told, examination=Examination(told.findings, (rule,), ((replace(rule, checks="y"), text),))
    )
    for width in _WIDTHS:
        drawn = screen(told, width)
        assert not _STEERING.search(drawn)
        # A next step has lines of its own, and no other text has.
        assert drawn.replace("\n", " ").count(clean("x\x1b[2J\u202e")) == 14


def test_a_megabyte_is_clipped_and_counted() -> None:
    text = "word " * 200_000
    row = Evidence("t1", text, text, text, text, text)
    told = replace(
        telling(finding(text, row, next_step=text)),
        id=text,
        visitor_id=text,
        verdict=Verdict(None, None, text, (text,), ()),
        notes=(text,),
    )
    for width in (_WIDTHS[0], _WIDTHS[-1]):
        drawn = screen(told, width)
        assert len(drawn) < 20_000
        assert drawn.count("characters)") > 5


@given(st.lists(hostile, min_size=8, max_size=8), st.sampled_from(_WIDTHS))
def test_whatever_is_said_keeps_to_the_width(texts: list[str], width: int) -> None:
    a, b, c, d, e, f, g, h = texts
    row = Evidence("t1", a, b, c, d, e)
    told = telling(finding(f, row, next_step=g))
    told = replace(told, verdict=Verdict(None, None, h, (a,), ()), notes=(b,))

    lines = screen(told, width).splitlines()
    assert not _STEERING.search("".join(lines))
    whole = {clean(b), *(part for part in map(clean, g.splitlines()))}
    wide = [line for line in lines if width_of(line) > width]
    assert [line for line in wide if not _is_whole(line.strip(), whole)] == []


def _is_whole(line: str, texts: set[str]) -> bool:
    """Tell whether a line is an ID, clipped at most, or a command."""
    return line.startswith("ffx ") or any(
        text.startswith(line.partition("…")[0]) for text in texts
    )
