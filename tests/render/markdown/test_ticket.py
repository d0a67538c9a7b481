"""The ticket block, whole, and what holds of it whatever its fields hold."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ffx.api import members
from ffx.api.journey import make_journey
from ffx.api.models import HitEvents, VisitorHistory
from ffx.api.wire import Query
from ffx.findings.rule import Finding, Severity
from ffx.findings.subject import Evidence
from ffx.findings.verdict import Conversion, Verdict
from ffx.input.times.formatting import long_time
from ffx.output.clean import clean
from ffx.render.markdown.ticket import ticket
from ffx.render.target_report import TargetReport
from ffx.sandbox.app import ExplorerApp
from ffx.version import __version__
from tests.fuzz.conftest import fuzzed
from tests.looping import each
from tests.render import reports
from tests.render.markdown.commonmark import (
    ACTS,
    OURS,
    code_blocks,
    headings_of,
    kinds_of,
    outside_code,
    shown,
    texts,
)
from tests.render.sample import BERLIN, hit, rows
from tests.sandbox.calling import EVERYTHING, HIT, VISITOR, call, sample_store, story_named

_TICKETS = Path(__file__).with_name("tickets")


@each(
    "make",
    [
        reports.ordinary,
        reports.of_a_hit,
        reports.diagnosed,
        reports.incomplete,
        reports.empty,
    ],
)
def test_the_block_whole(make: Callable[[], TargetReport]) -> None:
    written = ticket(make(), for_support=True)
    whole = (_TICKETS / f"{make.__name__}.md").read_text(encoding="utf-8")
    assert written == whole.replace("VERSION", __version__)
    assert kinds_of(written) <= OURS


def test_a_long_history_keeps_what_tells_most_and_counts_the_rest() -> None:
    hits = [hit("entrance", "08:00:00", "r0")]
    hits += [hit("view", f"09:{minute:02}:00", f"r{minute}") for minute in range(1, 40)]
    hits += [hit("view", "10:00:00", "r40h"), hit("conversion", "11:00:00", "r40h")]
    hits += [hit("entrance", f"12:{minute:02}:00", f"r{minute}") for minute in range(50, 60)]
    report = replace(reports.ordinary(), kind="hit", id="r7", journey=reports.journey(hits))
    lines = code_blocks(ticket(report))[0].splitlines()
    assert [line.split()[-1] for line in lines if " view " in line or " entrance " in line] == [
        "r0", "r7", "r40h", *[f"r{minute}" for minute in range(52, 60)]
    ]  # fmt: skip
    assert sum("↑ r40h" in line for line in lines) == 1
    assert lines[-1] == "… 40 more rows left out"


def test_many_conversions_are_counted_and_the_newest_shown() -> None:
    one = reports.CONVERSION
    many = tuple(replace(one, transaction=f"tx{number}") for number in range(9))
    report = reports.ordinary()
    block = ticket(replace(report, verdict=replace(report.verdict, conversions=many)))
    assert "### Conversions\n\n- … 3 earlier ones left out\n- Fri 20 Nov 2026" in block
    assert [f"`tx{number}`" in block for number in range(9)] == [False] * 3 + [True] * 6


def test_what_a_ticket_asks_for_stands_in_its_first_lines() -> None:
    hits = [
        hit("entrance", "09:00:00", "r0", externalId="ea.1", t1="de", t3="banner-7"),
        hit("view", "09:00:01", "r1"),
    ]
    head = ticket(replace(reports.ordinary(), journey=reports.journey(hits))).splitlines()[:20]
    assert [line.split(":")[0] for line in head if line.startswith("- ")][:5] == [
        "- Visitor",
        "- Source",
        "- Tracking fields",
        "- Place",
        "- Device",
    ]
    assert "- Tracking fields: t1 `de`, t3 `banner-7`" in head
    assert any("click ID `ea.1`" in line for line in head)


def test_the_requests_are_for_the_providers_support_alone() -> None:
    report = reports.ordinary()
    assert "endpoint" not in ticket(report)
    assert "### For the provider's support" not in ticket(report)
    assert "endpoint" in ticket(report, for_support=True)


def test_a_conversion_tells_what_it_lacks() -> None:
    report = reports.ordinary()
    bare = Conversion("", "", "", "", "", None)
    block = ticket(replace(report, verdict=replace(report.verdict, conversions=(bare,))))
    assert "\n- Without a time: no revenue given\n" in block


def test_a_diagnosis_without_findings_says_so() -> None:
    report = reports.diagnosed()
    assert report.diagnosis is not None
    examination = replace(report.diagnosis.examination, findings=(), passed=())
    block = ticket(replace(report, diagnosis=replace(report.diagnosis, examination=examination)))
    assert "### Findings\n\nNo rule found anything wrong in what was checked.\n" in block
    assert "- Fine" not in block


def test_odd_answers_and_no_answers_are_told() -> None:
    report = reports.ordinary()
    reply = replace(report.found.reply, warnings=("1 bad byte in the answer was replaced",))
    block = ticket(
        replace(report, found=replace(report.found, reply=reply, exchanges=())), for_support=True
    )
    assert "\n- Note: 1 bad byte in the answer was replaced\n" in block
    assert "### For the provider's support\n\nNo request was answered.\n" in block


def test_what_is_far_too_long_is_clipped_and_counted() -> None:
    report = reports.ordinary()
    long = replace(reports.CONVERSION, transaction="x" * 4000, place="a b" * 4000)
    block = ticket(replace(report, verdict=replace(report.verdict, conversions=(long,))))
    assert "… (+3,7" in block
    assert max(map(len, block.splitlines())) < 1000


def test_lines_of_code_keep_to_a_width_where_ids_allow() -> None:
    names = {"nodeName": "n" * 50, "pageName": "p" * 500, "funnelName": "f" * 500}
    hits = [hit("entrance", "10:00:00", "r0" * 13, **names)]
    block = ticket(replace(reports.ordinary(), journey=reports.journey(hits)))
    assert max(len(line) for code in code_blocks(block) for line in code.splitlines()) <= 105


def test_a_payload_is_json_that_can_be_copied() -> None:
    report = reports.ordinary()
    body = {"visitorId": 'a"b\\c\u202e`\ud800\n', "timeStart": "2026-01-01T00:00:00Z"}
    exchange = replace(report.found.exchanges[0], query=Query("visitor", body))
    block = ticket(
        replace(report, found=replace(report.found, exchanges=(exchange,))), for_support=True
    )
    payload = code_blocks(block)[1].partition("payload")[2].partition("asked")[0]
    assert json.loads(payload) == body
    assert clean(payload.replace("\n", "")) == payload.replace("\n", "")


@each("kind", ["visitor", "hit"])
def test_the_hostile_story_is_shown_as_typed(kind: str) -> None:
    story = story_named("hostile-text")
    app = ExplorerApp(sample_store())
    if kind == "visitor":
        reply = call(app, VISITOR, {"visitorId": story.visitor_id, **EVERYTHING})
        journey = make_journey(VisitorHistory.model_validate(reply.json).hits)
    else:
        reply = call(app, HIT, {"hitId": story.hit_id})
        journey = make_journey(HitEvents.model_validate(reply.json).events)
    fields = [
        (member, value)
        for step in journey.steps
        for member, value in step.row
        if isinstance(value, str)
    ]
    evidence = tuple(Evidence(member, value) for member, value in fields)
    report = _told(reports.diagnosed(), evidence, "Look at it.", "It is odd.")
    block = ticket(replace(report, journey=journey))
    _check_inert(block, [value for _, value in fields if value.strip(" ") and len(value) < 200])


@st.composite
def _reports(draw: st.DrawFn) -> tuple[TargetReport, list[str]]:
    """Make a report whose every field holds anything, and what must be seen of it."""
    used: list[str] = []

    def text() -> str:
        used.append(draw(texts))
        return used[-1]

    def time() -> str:
        moment = draw(texts)
        used.append(long_time(moment, BERLIN))
        return moment

    conversion = Conversion(text(), time(), text(), text(), text(), timedelta(seconds=3))
    evidence = Evidence(text(), text(), text(), text(), time(), text())
    # A next step has lines of its own.
    used.append(draw(texts.filter(lambda step: "\n" not in step)))
    report = _told(reports.diagnosed(), (evidence,), used[-1], f"It says '{text()}'.")
    assert report.diagnosis is not None
    history = replace(report.diagnosis.history, gaps=(text(),), total=text(), first_seen=time())
    diagnosis = replace(
        report.diagnosis, visitor_id=text(), history=history, notes=(f"A note: {text()}",)
    )
    verdict = Verdict(None, None, f"Not known of {text()}.", (f"So far: {text()}",), (conversion,))
    hits = draw(rows(members.HIT_ROW))
    return replace(
        report,
        id=text(),
        question=f"What happened to hit {text()}?",
        account=text(),
        command=f"ffx hit {text()}",
        address=f"https://example.com/{text()}",
        history=history,
        journey=reports.journey(hits),
        verdict=verdict,
        diagnosis=diagnosis,
    ), used


def _told(
    report: TargetReport, evidence: Sequence[Evidence], next_step: str, sentence: str
) -> TargetReport:
    """Return the report with findings of that evidence, ten values each."""
    assert report.diagnosis is not None
    findings = tuple(
        Finding("X1", "odd", "C", Severity.WARNING, sentence, tuple(ten), next_step)
        for ten in (evidence[start : start + 10] for start in range(0, len(evidence), 10))
    )
    examination = replace(report.diagnosis.examination, findings=findings)
    return replace(report, diagnosis=replace(report.diagnosis, examination=examination))


def _check_inert(block: str, values: Sequence[str]) -> None:
    seen = shown(block)
    assert [value for value in values if clean(value) not in seen] == []
    assert kinds_of(block) <= OURS
    assert [loose for loose in outside_code(block) if ACTS.search(loose)] == []
    assert clean(block.replace("\n", "")) == block.replace("\n", "")
    assert block.endswith(".\n")


@fuzzed(8)
@given(_reports())
def test_every_field_is_shown_as_typed_and_starts_nothing(
    made: tuple[TargetReport, list[str]],
) -> None:
    report, used = made
    block = ticket(report, for_support=True)
    _check_inert(block, used)
    assert headings_of(block) == [
        clean(report.question),
        "Conversions",
        "Findings",
        "Timeline",
        "What was checked",
        "For the provider's support",
        "Command",
    ]
