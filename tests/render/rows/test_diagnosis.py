"""Diagnoses for pipes and programs: plain lines, rows of findings, a line a target."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from ffx.api.json_text import Numeral
from ffx.errors import TemporaryError, UsageError
from ffx.findings.diagnosis import Diagnosis
from ffx.findings.engine import Examination
from ffx.findings.verdict import Conversion, Verdict
from ffx.render.rows.columns import DIAGNOSIS, FINDING, TARGET
from ffx.render.rows.diagnosis import (
    COLUMNS,
    document_text,
    failed_line,
    finding_rows,
    plain_diagnosis,
    plain_row,
    row_line,
    target_line,
)
from ffx.render.rows.table import plain_header
from ffx.render.terminal.lines import paint
from tests.looping import each
from tests.render import diagnoses
from tests.render.sample import OFFER_HIT, VISITOR_ID

_SCREENS = Path(__file__).parents[1] / "screens"


@each(
    "make",
    [diagnoses.refused, diagnoses.converted, diagnoses.unknown, diagnoses.missing],
)
def test_the_plain_view_whole(make: Callable[[], Diagnosis]) -> None:
    path = _SCREENS / f"{make.__name__}-plain.txt"

    assert plain_diagnosis(make(), ZoneInfo("UTC")) == path.read_text(encoding="utf-8")


def _hostile() -> Diagnosis:
    """Return a diagnosis whose every text would steer a terminal or break a line."""
    text = "x\x1b[2J\u202e\n\ty"
    whole = diagnoses.refused()
    first = whole.findings[0]
    finding = replace(
        first,
        sentence=text,
        next_step=text,
        evidence=(replace(first.evidence[0], value=text, hit_id=text, place=text, time=text),),
    )
    return replace(
        whole,
        id=text,
        visitor_id=text,
        account=text,
        verdict=Verdict(None, None, text, (text,), ()),
        examination=Examination((finding,), (), ()),
        notes=(text,),
    )


def test_no_text_breaks_a_plain_line() -> None:
    text = plain_diagnosis(_hostile(), ZoneInfo("UTC"))
    summary, _, table = text.partition("\n\n")

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert {line.count("\t") for line in summary.splitlines()} == {1}
    assert [line.count("\t") for line in table.splitlines()] == [len(FINDING) - 1] * 2


def test_values_of_a_pipe_are_whole() -> None:
    whole = diagnoses.refused()
    long = "x" * 1_000_000
    evidence = (replace(whole.findings[0].evidence[0], value=long),)
    finding = replace(whole.findings[0], evidence=evidence)
    text = plain_diagnosis(
        replace(whole, examination=Examination((finding,), (), ())), ZoneInfo("UTC")
    )

    assert f"\t{long}\t" in text


def test_a_row_is_a_finding_with_its_first_evidence() -> None:
    rows = finding_rows(diagnoses.refused())

    assert [row["id"] for row in rows] == ["C1", "T2", "C13"]
    assert {name: rows[1][name] for name in FINDING} == {
        "id": "T2",
        "name": "unfilled-macro",
        "class": "A",
        "severity": "hint",
        "sentence": "t2 holds an unfilled macro: '{{campaign.name}}'.",
        "hitId": diagnoses.LANDER_HIT,
        "eventType": "view",
        "eventTime": "2026-11-20T14:04:12.100Z",
        "place": "Lander group · Spring offer A",
        "member": "t2",
        "value": "{{campaign.name}}",
        "nextStep": "Look into the source's settings.",
    }
    evidence = rows[2]["evidence"]
    assert isinstance(evidence, list)
    assert len(evidence) == 6


@each("make", [diagnoses.converted, diagnoses.refused])
def test_the_document_is_one_line_of_json(make: Callable[[], Diagnosis]) -> None:
    text = document_text(make())

    assert "\n" not in text
    assert json.loads(text)["version"] == 1


def _many() -> list[tuple[str, Diagnosis | None]]:
    own = Conversion(diagnoses.LANDER_HIT, "", "", "", "", None)
    another = replace(own, hit_id=OFFER_HIT)
    converted = replace(diagnoses.converted().verdict, conversions=(own, another, own))
    return [
        (OFFER_HIT, replace(diagnoses.refused(), verdict=converted)),
        (diagnoses.LANDER_HIT, diagnoses.refused()),
        (VISITOR_ID, diagnoses.unknown()),
        ("1wj7y5680dz26p1g9p0101", diagnoses.missing()),
        ("{hit}", None),
    ]


def test_a_line_a_target_for_a_pipe() -> None:
    written = plain_header(COLUMNS) + "".join(plain_row(*each) for each in _many())

    names = [plain_row(*each).rstrip("\n").split("\t")[-1] for each in _many()]
    assert names[0] == names[1]
    assert names[0].startswith("hit-cannot-convert, ")
    assert written == (
        "target\tconverted\tconversions\trevenue\treachedOffer\tfindings\n"
        f"{OFFER_HIT}\tyes\t2\t\tyes\t{names[0]}\n"
        f"{diagnoses.LANDER_HIT}\tno\t0\t\tyes\t{names[1]}\n"
        f"{VISITOR_ID}\t?\t?\t\t?\t{names[2]}\n"
        f"1wj7y5680dz26p1g9p0101\t?\t?\t\t?\t{names[3]}\n"
        "{hit}\tfailed\t\t\t\t\n"
    )


def test_a_line_a_target_on_a_terminal_has_the_heaviest_finding_and_counts_the_others() -> None:
    wide, narrow = (
        [paint([row_line(*each, width)], color=False).rstrip("\n") for each in _many()]
        for width in (100, 60)
    )
    names = [plain_row(*each).rstrip("\n").split("\t")[-1].split(", ") for each in _many()]
    assert wide[0] == (
        f"  {diagnoses.LANDER_HIT}     yes                  2              yes     "
        f"{len(names[0])} · {names[0][0]}"
    )
    assert narrow[0] == (
        f"  {diagnoses.LANDER_HIT}     yes        {len(names[0])} · {names[0][0]}"
    )
    assert narrow[4] == "  {hit}                        failed"


def test_a_row_a_target_for_spreadsheets_has_what_a_person_asks() -> None:
    sold = Conversion(OFFER_HIT, "", "24.90", "A-1", "", None)
    verdict = replace(
        diagnoses.converted().verdict, conversions=(sold, replace(sold, revenue="9.5"))
    )
    line = target_line("text", replace(diagnoses.refused(), id=OFFER_HIT, verdict=verdict))
    assert list(line) == [TARGET, *DIAGNOSIS]
    assert (line["target"], line["id"], line["converted"]) == ("text", OFFER_HIT, "yes")
    assert (line["conversions"], line["revenue"], line["transaction"]) == ("2", "34.40", "A-1")
    assert isinstance(line["revenue"], Numeral)
    missing = target_line("x", diagnoses.missing())
    assert (missing["converted"], missing["conversions"], missing["complete"]) == ("?", "?", "no")
    for error, word in ((UsageError("no"), "no ID"), (TemporaryError("no"), "failed")):
        failed = failed_line("x", error)
        assert list(failed) == [TARGET, *DIAGNOSIS]
        assert (failed["found"], failed["error"], failed["converted"]) == (word, "no", "")


@each(("number", "style"), [(0, "32"), (1, ""), (2, ""), (4, "31")])
def test_a_colour_repeats_what_the_word_says(number: int, style: str) -> None:
    painted = paint([row_line(*_many()[number], 100)], color=True)

    assert painted.startswith(f"\x1b[{style}m" if style else "  ")


def test_a_long_text_is_shown_as_the_id_in_it() -> None:
    target = f"https://shop.example.com/?clickid={OFFER_HIT}&x=\u202e"
    line = paint([row_line(target, diagnoses.converted(), 40)], color=False)

    assert target not in line
    assert line.startswith(f"  {diagnoses.converted().id}")
    assert plain_row("a\tb\n", None) == "a\\u{9}b\\u{a}\tfailed\t\t\t\t\n"


def test_the_plain_view_has_its_times_in_the_zone() -> None:
    shown = plain_diagnosis(diagnoses.refused(), ZoneInfo("Asia/Tokyo"))
    times = re.findall(r"\d{4}-\d\d-\d\dT[^\s]+", shown)

    assert len(times) > 2
    assert all(time.endswith("+09:00") for time in times)
