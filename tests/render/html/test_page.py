"""The page: what stands in it, for whom, and that nothing in it can load or run."""

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.api import members
from ffx.api.journey import make_journey
from ffx.api.json_text import Numeral, indented_parts
from ffx.api.models import HitEvents, VisitorHistory, VisitorInfo
from ffx.output.clean import clean, inert
from ffx.render.html.page import page, parts_of_page
from ffx.render.html.table import rows_table
from ffx.render.target_report import TargetReport
from ffx.version import __version__
from tests.fuzz.conftest import fuzzed
from tests.looping import each
from tests.render import reports
from tests.render.html.pages import HOSTILE, check_inert, read, report_with, with_rows
from tests.render.sample import BERLIN, HITS, OFFER_HIT, VISITOR, hit, hostile, rows

REPORTS = (
    reports.ordinary,
    reports.of_a_hit,
    reports.diagnosed,
    reports.incomplete,
    reports.empty,
)


@each("make", REPORTS)
def test_a_page_is_accessible_html(make: Callable[[], TargetReport]) -> None:
    report = make()
    text = page(report)
    assert text.startswith('<!doctype html>\n<html lang="en">')
    assert text.endswith("</html>\n")
    found = check_inert(text)
    assert found.texts["title"][0] == f"{report.question} – ffx"
    assert found.texts["h1"] == [report.question]
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in found.tags:
        for name in ("aria-labelledby", "aria-describedby"):
            assert attributes.get(name, ids[0]) in ids
    assert all("tabindex" in attributes for attributes in found.named("div", role="region"))
    assert page(make()) == text


@each("make", REPORTS)
def test_its_policy_allows_its_own_style_and_nothing_else(
    make: Callable[[], TargetReport],
) -> None:
    text = page(make())
    found = read(text)
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    (policy,) = found.named("meta", **{"http-equiv": "Content-Security-Policy"})
    assert policy["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert text.index("Content-Security-Policy") < text.index("<style>")
    assert found.named("meta", name="referrer", content="no-referrer")
    assert found.named("meta", name="robots", content="noindex, nofollow")


def test_the_style_loads_nothing_and_has_a_dark_and_a_printed_form() -> None:
    style = files("ffx.render.html").joinpath("page.css").read_text("utf-8")
    assert not re.search(r"url\(|@import|@font-face|expression|<", style)
    assert "color-scheme: light dark" in style
    assert "@media (prefers-color-scheme: dark)" in style
    assert "table-header-group" in style.partition("@media print")[2]


@each(
    ("make", "name", "words"),
    [
        (reports.ordinary, "verdict yes", "✓Converted for 24.9000"),
        (reports.diagnosed, "verdict no", "✗No conversion, and this hit cannot take one."),
        (reports.incomplete, "verdict unknown", "?Not known whether it converted"),
    ],
)
def test_the_verdict_stands_first_in_words_and_a_sign(
    make: Callable[[], TargetReport], name: str, words: str
) -> None:
    text = page(make())
    assert f'class="{name}"' in text
    body = re.sub("<[^>]*>", "", text.partition("<main>")[2])
    assert body.startswith(words)


def test_the_summary_tells_who_where_and_when() -> None:
    found = read(page(reports.ordinary()))
    told = dict(zip(found.texts["dt"], found.texts["dd"], strict=True))
    assert told == {
        "visitor": "afdwb7QPV6Y59aTP3fQxZ3tX2ox",
        "rows": "2 visits · 6 hits · 1 conversion",
        "cost": "0.12",
        "revenue": "24.9000",
        "first seen": "Fri 20 Nov 2026 15:04:12 +01:00",
        "last seen": "Fri 20 Nov 2026 16:12:03 +01:00",
        "searched": "Wed 18 Nov 2026 16:20 +01:00 → Fri 20 Nov 16:20",
        "ip": "192.0.2.41",
        "place": "Berlin · Germany",
        "network": "Example Mobile · cellular",
        "carrier": "Example Mobile",
        "device": "Samsung · Galaxy S23 · SM-S911B · mobile",
        "system": "Android 14",
        "browser": "Chrome 130",
        "language": "de",
        "agent": VISITOR["userAgent"],
    }


def test_every_row_is_in_the_table_with_every_member_that_says_something() -> None:
    found = read(page(with_rows(reports.ordinary(), HITS[:4])))
    assert found.tables[-2] == [
        ["#", "eventTime", "after", "eventType", "nodeName", "pageName", "cost", "revenue",
         "hitId", "funnelName", "trafficSourceName", "subCampaign"],
        ["1", "2026-11-20T15:04:12.040+01:00", "", "entrance", "Traffic", "", "0.12", "0",
         "dkezmsf3bat8xdbz8rt039r0", "Spring DE", "Example Ads", "spring-de"],
        ["2", "2026-11-20T15:04:12.100+01:00", "+60 ms", "view", "Lander group",
         "Spring offer A", "0", "0", "dkezmsf3bat8xdbz8rt039r1", "", "", ""],
        ["3", "2026-11-20T15:04:41.100+01:00", "+29 s", "click", "Lander group",
         "Spring offer A", "0", "0", "dkezmsf3bat8xdbz8rt039r2", "", "", ""],
        ["4", "2026-11-20T15:04:41.100+01:00", "+0 s", "view", "Offer group", "Example Shop",
         "0", "0", OFFER_HIT, "", "", ""],
    ]  # fmt: skip


def test_what_all_rows_say_alike_is_said_once() -> None:
    alike = {"funnelName": "Spring DE", "t1": "de", "t20": "  ", "unheard": "of", "more": [1, "a"]}
    hits = [{**row, **alike} for row in HITS[:2]]
    found = read(page(with_rows(reports.ordinary(), hits)))
    assert "The same in all 2 rows" in found.texts["h3"]
    told = list(zip(found.texts["dt"], found.texts["dd"], strict=True))
    assert told[-5:] == [
        ("funnelName", "Spring DE"),
        ("t1", "de"),
        ("t20", "'  '"),
        ("unheard", "of"),
        ("more", '[1, "a"]'),
    ]
    alone = read(page(with_rows(reports.ordinary(), hits[:1])))
    assert alone.tables[-2][0][-5:] == ["subCampaign", "t1", "t20", "unheard", "more"]


def test_a_hits_events_tell_of_their_visitor() -> None:
    event = {"visitorId": "v1", "ip": "192.0.2.7", "city": "Berlin", "userAgent": "Agent/1"}
    events = HitEvents.model_validate({"events": [{**HITS[3], **event}]}).events
    found = read(page(replace(reports.of_a_hit(), journey=make_journey(events))))
    told = dict(zip(found.texts["dt"], found.texts["dd"], strict=True))
    assert told["hit"] == OFFER_HIT
    assert told["rows"] == "1 event · 0 conversions"
    assert (told["ip"], told["place"], told["agent"]) == ("192.0.2.7", "Berlin", "Agent/1")


def test_findings_have_their_weight_evidence_and_next_step() -> None:
    found = read(page(reports.diagnosed()))
    assert found.texts["h2"] == ["Summary", "Timeline", "Findings", "Rows", "Requests"]
    assert found.texts["h3"] == [
        "The history is incomplete",
        'verdict The hit does not end in "h": only views of offers do.',
        "hint t2 holds an unfilled macro: '{{campaign.name}}'.",
        "Also to be known",
        "Checked and fine",
        "Not checked",
    ]
    place = "Lander group · Spring offer A"
    time = "2026-11-20T15:04:12.100+01:00"
    assert found.tables[0] == [
        ["event", "time", "place", "hit"],
        ["view", time, place, reports.LANDER_HIT],
    ]
    assert found.tables[1] == [
        ["member", "value", "event", "time", "place", "hit"],
        ["t2", "{{campaign.name}}", "view", time, place, reports.LANDER_HIT],
        ["totalHits", "7", "", "", "", ""],
    ]
    assert "Next: Give the network {hit} of the offer URL." in found.texts["p"]
    assert "ffx hit dkezmsf3bat8xdbz8rt039r4h" in found.texts["pre"]
    assert "C1 hit-cannot-convert · class A: the provider's documentation" in found.texts["p"]
    assert "cost · visits" in found.texts["p"]
    assert found.texts["li"][-4:] == [
        "3 times have no zone, and are taken as UTC",
        "conversion, offer reached: the history is incomplete",
        "older cases: there is no older case",
        "received postbacks: the API offers no look-up here",
    ]


def test_the_hit_in_question_is_marked_among_its_visitors_rows() -> None:
    found = read(page(reports.diagnosed()))
    assert [row[0] for row in found.tables[-2]] == ["#", "1", "▸ 2", "3", "4"]
    assert len(found.named("circle")) == 1
    assert read(page(reports.of_a_hit())).named("circle") == []


def test_a_history_that_lacks_rows_says_so_at_the_top() -> None:
    found = read(page(reports.incomplete()))
    assert found.texts["h3"][0] == "The history is incomplete"
    assert found.texts["li"][:3] == [
        "the service held rows back",
        "the window begins after the visitor was first seen: Fri 20 Nov 2026 15:04:12 +01:00",
        "the window ends before now",
    ]
    for whole in (reports.ordinary, reports.of_a_hit, reports.empty):
        assert "The history is incomplete" not in page(whole())


def test_requests_the_command_and_the_version_are_told() -> None:
    found = read(page(reports.empty()))
    assert found.tables[-1] == [
        ["asked", "address", "for", "status"],
        [
            "2026-11-20T15:20:00.250Z",
            "POST https://api.example.com/v1/reporting/explorer/visitor",
            "visitorId afdwb7QPV6Y59aTP3fQxZ3tX2ox · timeStart 2026-11-18T15:20:00Z · "
            "timeEnd 2026-11-20T15:20:00Z",
            "404",
        ],
    ]
    assert found.texts["pre"][-1] == "ffx visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox --since 2d"
    assert found.texts["p"][-1] == f"ffx {__version__} · https://api.example.com/v1"
    assert "the service answered 404 Not Found: 'no such visitor'" in found.texts["dd"]


def test_the_reply_is_folded_away_as_it_was_sent() -> None:
    sent = '{"hits": [], "cost": 0.10, "n": 9007199254740993, "a": "</pre><b>\u202e\x7f&amp;"}'
    report = reports.ordinary()
    reply = replace(report.found.reply, sent=sent, warnings=("odd: <b>",))
    found = check_inert(page(replace(report, found=replace(report.found, reply=reply))))
    assert found.texts["pre"][0] == inert("".join(indented_parts([sent])))
    assert "0.10" in found.texts["pre"][0]
    assert found.texts["summary"] == ["The service's reply, as sent (JSON)"]
    assert "odd: <b>" in found.texts["li"]
    assert found.named("details") == [{}]


@fuzzed(10)
@given(
    rows(members.HIT_ROW),
    st.fixed_dictionaries({}, optional=dict.fromkeys(members.VISITOR, hostile)),
)
def test_whatever_strangers_write_is_text(
    hits: list[dict[str, Any]], visitor: dict[str, str]
) -> None:
    report = with_rows(reports.ordinary(), hits)
    text = page(replace(report, visitor=VisitorInfo.model_validate(visitor)))
    check_inert(text)
    text.encode()


@each("stranger", HOSTILE)
@pytest.mark.fault(80)
def test_hostile_text_is_shown_in_every_place_and_acts_in_none(stranger: str) -> None:
    names = set(members.HIT_ROW) - {"eventType", "eventTime"} - members.NUMBERS
    hits = [hit("view", "14:04:12.040", None, **dict.fromkeys(names, stranger)), HITS[0]]
    text = page(report_with(stranger, hits))
    found = check_inert(text)
    shown = clean(stranger)
    assert found.texts["h1"] == [shown]
    assert found.texts["title"][0] == f"{shown} – ffx"
    table = next(each for each in found.tables if each[0][0] == "#")
    assert table[2].count(shown) + table[1].count(shown) == len(names)
    assert found.texts["pre"][-1] == shown


def test_a_long_page_comes_in_parts_none_of_which_is_long() -> None:
    hits = [{**HITS[0], "hitId": f"h{number}"} for number in range(300)]
    report = with_rows(reports.ordinary(), hits)

    parts = list(parts_of_page(report))

    whole = page(report)
    assert "".join(parts) == whole
    assert max(map(len, parts)) < len(whole) / 10


def test_rows_say_how_many_columns_lie_to_the_right_and_on_paper_what_each_is() -> None:
    def table_of(*hits: dict[str, Any]) -> str:
        steps = VisitorHistory.model_validate({"hits": list(hits)}).hits
        return "".join(rows_table(make_journey(steps), BERLIN))

    first, second = hit("view", "10:00:00", "r1"), hit("click", "10:00:05", "r2")
    page_of_many = table_of({**first, "t1": "a", "totalRevenue": Numeral("2")}, second)
    assert '<span class="aside">; 2 more columns to the right</span>' in page_of_many
    assert '<td data-name="t1">a</td>' in page_of_many
    assert '<td class="number" data-name="totalRevenue">2</td>' in page_of_many
    assert page_of_many.count("<td></td>") == 2  # an empty cell has nothing to name
    assert '<td class="main">r1</td>' in page_of_many
    few = table_of(first, second)
    assert "aside" not in few
    assert "data-name" not in few
