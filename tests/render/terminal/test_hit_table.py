"""The hit view, whole, and what holds of it whatever is in it and however wide it is."""
# ruff: noqa: E501  # a view of 120 columns has lines as long

import unicodedata
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ffx.api import members
from ffx.api.json_text import Numeral
from ffx.api.models import HitEvent, HitEvents
from ffx.output.width import width_of
from ffx.output.words import identity
from ffx.render.hit_groups import GROUPS
from ffx.render.terminal.hit_table import hit_lines
from ffx.render.terminal.lines import Frame, Line
from tests.fuzz.conftest import fuzzed
from tests.looping import each
from tests.render.sample import BERLIN, OFFER_HIT, VISITOR, VISITOR_ID, drawn, rows

_AT_60 = """\
Hit dkezmsf3bat8xdbz8rt039r4h · converted
  2 events · account main · times in Europe/Berlin
of visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox

  view
  Event
    time           Fri 20 Nov 2026 15:04:41 +01:00
    hit time       Fri 20 Nov 2026 15:04:41 +01:00
    cost           0
    revenue        0
    click          dkezmsf3bat8xdbz8rt039r2
  Funnel
    node           Offer group · offer · 2wp3SAI0z3dk
  Visitor
    visitor        afdwb7QPV6Y59aTP3fQxZ3tX2ox
    ip             192.0.2.41
    place          Berlin · Germany · Europe
    network        Example Mobile · cellular
    carrier        Example Mobile
    device         Samsung · Galaxy S23 · SM-S911B · mobile
    system         Android 14
    browser        Chrome 130
    language       de
    agent          Mozilla/5.0 (Linux; Android 14; SM-S911B)
                   AppleWebKit/537.36 (KHTML, like Gecko)
                   Chrome/130.0.0.0 Mobile Safari/537.36
  Tracking fields
    t1             de
    t2             {{campaign.name}}   ← unfilled

  conversion  +67 min  what changed
    time           Fri 20 Nov 2026 16:12:03 +01:00
                   was Fri 20 Nov 2026 15:04:41 +01:00
    revenue        24.9000
                   was 0
    transaction    A-1001
    conversion     dkezmsf3bat8xdbz8rt039r5

  33 empty lines left out (--all-fields shows them)
"""

_AT_80 = """\
Hit dkezmsf3bat8xdbz8rt039r4h · converted
  2 events · account main · times in Europe/Berlin
of visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox

                   view                           conversion  +67 min
  Event
    time           Fri 20 Nov 2026 15:04:41       Fri 20 Nov 2026 16:12:03
                   +01:00                         +01:00
    hit time       Fri 20 Nov 2026 15:04:41 +01:00
    cost           0                              ·
    revenue        0                              24.9000
    transaction    –                              A-1001
    conversion     –                              dkezmsf3bat8xdbz8rt039r5
    click          dkezmsf3bat8xdbz8rt039r2       ·
  Funnel
    node           Offer group · offer · 2wp3SAI0z3dk
  Visitor
    visitor        afdwb7QPV6Y59aTP3fQxZ3tX2ox    ·
    ip             192.0.2.41                     ·
    place          Berlin · Germany · Europe      ·
    network        Example Mobile · cellular      ·
    carrier        Example Mobile                 ·
    device         Samsung · Galaxy S23 · SM-S911B · mobile
    system         Android 14                     ·
    browser        Chrome 130                     ·
    language       de                             ·
    agent          Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36
                   (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36
  Tracking fields
    t1             de                             ·
    t2             {{campaign.name}}   ← unfilled

  33 empty lines left out (--all-fields shows them)
"""

_AT_120 = """\
Hit dkezmsf3bat8xdbz8rt039r4h · converted                               2 events · account main · times in Europe/Berlin
of visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox

                   view                                               conversion  +67 min
  Event
    time           Fri 20 Nov 2026 15:04:41 +01:00                    Fri 20 Nov 2026 16:12:03 +01:00
    hit time       Fri 20 Nov 2026 15:04:41 +01:00                    ·
    cost           0                                                  ·
    revenue        0                                                  24.9000
    transaction    –                                                  A-1001
    conversion     –                                                  dkezmsf3bat8xdbz8rt039r5
    click          dkezmsf3bat8xdbz8rt039r2                           ·
  Funnel
    node           Offer group · offer · 2wp3SAI0z3dk                 ·
  Visitor
    visitor        afdwb7QPV6Y59aTP3fQxZ3tX2ox                        ·
    ip             192.0.2.41                                         ·
    place          Berlin · Germany · Europe                          ·
    network        Example Mobile · cellular                          ·
    carrier        Example Mobile                                     ·
    device         Samsung · Galaxy S23 · SM-S911B · mobile           ·
    system         Android 14                                         ·
    browser        Chrome 130                                         ·
    language       de                                                 ·
    agent          Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0
                   Mobile Safari/537.36
  Tracking fields
    t1             de                                                 ·
    t2             {{campaign.name}}   ← unfilled                     ·

  33 empty lines left out (--all-fields shows them)
"""


_BOTH = {
    **{name: value for name, value in VISITOR.items() if name in members.HIT_EVENT},
    "continent": "Europe",
    "hitId": OFFER_HIT,
    "hitTime": "2026-11-20T14:04:41Z",
    "nodeName": "Offer group",
    "nodeType": "offer",
    "nodeId": "2wp3SAI0z3dk",
    "clickId": "dkezmsf3bat8xdbz8rt039r2",
    "t1": "de",
    "t2": "{{campaign.name}}",
    "cost": Numeral("0"),
    "revenue": Numeral("0"),
}
VIEW = {**_BOTH, "eventType": "view", "eventTime": "2026-11-20T14:04:41Z"}
CONVERSION = {
    **_BOTH,
    "eventType": "conversion",
    "eventTime": "2026-11-20T15:12:03Z",
    "revenue": Numeral("24.9000"),
    "conversionTransaction": "A-1001",
    "conversionId": "dkezmsf3bat8xdbz8rt039r5",
}


def _events(*events: Any) -> list[HitEvent]:
    return HitEvents.model_validate({"events": list(events)}).events


def _lines(events: list[HitEvent], width: int = 120, *, all_fields: bool = False) -> list[Line]:
    return list(hit_lines(events, OFFER_HIT, Frame(width, BERLIN, "main"), all_fields=all_fields))


def _view(*events: Any, width: int = 120, all_fields: bool = False) -> list[str]:
    return drawn(_lines(_events(*events), width, all_fields=all_fields)).splitlines()


@each(("width", "view"), [(60, _AT_60), (80, _AT_80), (120, _AT_120)])
def test_the_view_whole(width: int, view: str) -> None:
    assert drawn(_lines(_events(VIEW, CONVERSION), width)) == view


@each(
    ("event", "hit_id", "ability"),
    [
        ("view", "dkezmsf3bat8xdbz8rt039r4h", "can convert"),
        ("view", "dkezmsf3bat8xdbz8rt039r1", "cannot convert"),
        ("view", None, "cannot convert"),
        ("conversion", "dkezmsf3bat8xdbz8rt039r4h", "converted"),
    ],
)
def test_the_heading_tells_whether_the_hit_can_convert(
    event: str, hit_id: str | None, ability: str
) -> None:
    heading = _view({"eventType": event, "hitId": hit_id})[0]
    assert heading.startswith(f"Hit {OFFER_HIT} · {ability}  ")


def test_every_documented_member_has_its_place() -> None:
    shown = {name for lines in GROUPS.values() for names in lines.values() for name in names}
    assert shown == set(members.HIT_EVENT) - {"hitId", "eventType"}


def test_conversions_are_counted() -> None:
    assert " · converted 2 times  " in _view(VIEW, CONVERSION, CONVERSION)[0]


def test_more_events_than_fit_tell_their_changes_only() -> None:
    lines = _view(VIEW, *[CONVERSION] * 4)
    assert lines[-3:] == [
        "  conversion  +67 min  nothing changed",
        "",
        "  33 empty lines left out (--all-fields shows them)",
    ]
    assert "    revenue        24.9000" in lines
    assert "                   was 0" in lines


def test_a_value_that_went_away_is_told() -> None:
    lines = _view({"t1": "de"}, {}, {"t1": "de"}, {}, {})
    start = lines.index("  event  what changed")
    assert lines[start + 1 : start + 3] == ["    t1             –", "                   was de"]


def test_all_fields_are_shown_when_asked_for() -> None:
    lines = _view(VIEW, all_fields=True)
    assert "    t20            –" in lines
    assert not any("left out" in line for line in lines)


def test_undocumented_members_are_shown_as_sent() -> None:
    lines = _view({**VIEW, "newMember": "x", "list": [1], "a_name_that_is_long": Numeral("0.10")})
    assert lines[lines.index("  Other members") + 1 :][:4] == [
        "    newMember      x",
        "    list           [1]",
        "    a_name_that_is_long",
        "                   0.10",
    ]


def test_blanks_are_quoted_and_macros_marked() -> None:
    lines = _lines(_events({"t1": "  ", "t2": "{clickid}", "t3": "banner {x}", "t4": "[DE] sale"}))
    assert [drawn([line]) for line in lines[-6:-2]] == [
        "    t1             '  '\n",
        "    t2             {clickid}   ← unfilled\n",
        "    t3             banner {x}   ← unfilled\n",
        "    t4             [DE] sale\n",
    ]
    assert lines[-4][2] == (lines[-4][2][0], "warning")


def test_an_invisible_character_is_no_macro() -> None:
    lines = _lines(_events({"t1": "a\u00adb", "t2": "\ufeffde", "t3": "{x}\u00ad"}))
    shown = "".join(drawn([line]) for line in lines)

    assert "a\\u{ad}b\n" in shown
    assert "\\u{feff}de\n" in shown
    assert shown.count("← unfilled") == 1


def test_a_long_value_that_all_events_share_takes_the_whole_width() -> None:
    agent = "Mozilla/5.0 " * 7
    lines = [line for line in _view({"userAgent": agent}, {"userAgent": agent}) if "agent" in line]
    assert lines == [f"    agent          {agent.rstrip()}"]


def test_what_is_very_long_is_clipped_and_counted() -> None:
    lines = [line for line in _view({"t1": "long " * 400}) if "long" in line]
    assert len(lines) == 6
    assert lines[-1].endswith("… (+1,420 characters)")


def test_a_million_characters_are_soon_drawn() -> None:
    assert len("".join(_view({"t1": "サ" * 500_000, "t2": "e" + "\u0301" * 500_000}))) < 10_000


def test_another_ipv6_address_and_names_that_repeat_are_told_once() -> None:
    lines = _view(
        {"city": "Berlin", "region": "Berlin", "country": "Germany", "ipv6": "2001:db8::1"}
    )
    assert "    place          Berlin · Germany" in lines
    assert "    ipv6           2001:db8::1" in lines


@each("count", [1, 2, 3, 5])
def test_every_width_shows_every_id_whole_and_fits(count: int) -> None:
    wanted = [OFFER_HIT, VISITOR_ID, _BOTH["clickId"], CONVERSION["conversionId"]]
    # Each width has one of the counts; from where all columns have room, it is like the next.
    for width in (*range(40 + count % 5, 130, 4), *range(130, 251, 60)):
        lines = _view(*[VIEW, CONVERSION, CONVERSION, VIEW, VIEW][:count], width=width)
        text = "\n".join(lines)
        assert all(identity in text for identity in wanted[: 3 if count == 1 else 4]), (
            f"width {width}"
        )
        assert max(map(width_of, lines)) <= width


_DANGEROUS = ("Cc", "Cf", "Cs", "Zl", "Zp")


@fuzzed(10)
@given(rows([*members.HIT_EVENT, "undocumented"]), st.integers(40, 250), st.booleans())
def test_no_text_breaks_the_view(made: list[dict[str, Any]], width: int, all_fields: bool) -> None:
    events = _events(*made)
    lines = _lines(events, width, all_fields=all_fields)
    text = drawn(lines)
    assert not [c for c in text.replace("\n", "") if unicodedata.category(c) in _DANGEROUS]
    names = ("visitorId", "conversionId", "clickId")
    ids = [identity(getattr(event, name) or "") for event in events for name in names]
    for line in text.splitlines():
        assert width_of(line) <= width or any(each and each in line for each in ids)
