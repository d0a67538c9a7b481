"""A case file comes by mail: what it calls a finding is shown as text, in every view."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from ffx.findings.engine import Examination
from ffx.input.times.zones import read_zone
from ffx.render.markdown.ticket import ticket
from ffx.render.rows.diagnosis import plain_diagnosis
from ffx.render.terminal.diagnosis_table import diagnosis_lines
from ffx.render.terminal.lines import Frame, paint
from tests.render import diagnoses, reports

_STEERS, _MARKS = "\x1b[31m", "<img src=x> [a](b)"


def test_names_of_a_strangers_findings_steer_nothing() -> None:
    from markdown_it import MarkdownIt

    whole = diagnoses.refused()
    evidence = replace(whole.findings[0].evidence[0], member=f"t2{_STEERS}")
    finding = replace(
        whole.findings[0],
        id=f"C1{_STEERS}",
        name=f"name{_STEERS}{_MARKS}",
        evidence=(evidence,),
    )
    diagnosis = replace(whole, examination=Examination((finding,), (), ()))
    frame = Frame(100, read_zone("UTC"), "main")
    shown = paint(diagnosis_lines(diagnosis, frame), color=False)
    block = ticket(replace(reports.diagnosed(), diagnosis=diagnosis))

    for text in (shown, plain_diagnosis(diagnosis, ZoneInfo("UTC")), block):
        assert "\x1b" not in text
        assert r"\u{1b}[31m" in text
    children = [each for token in MarkdownIt().parse(block) for each in token.children or ()]
    assert {each.type for each in children}.isdisjoint({"html_inline", "image", "link_open"})
