"""The source's click ID: ours, damaged, or loaded twice; and visits of a whole history."""

from typing import Any

from ffx.api.models import HitRow, VisitorInfo
from ffx.findings.rule import Severity
from ffx.findings.rules.devices import one_visitor_two_devices
from ffx.findings.rules.source_fields import not_the_sources_click_id
from ffx.findings.rules.visits import ad_click_loaded_twice, several_visits
from tests.findings.making import DAY, detail, outcome_of, row, subject, told_by

_VISITOR = "afdwb7QPV6Y59aTP3fQxZ3tX2ox"
_GCLID = "Cj0KCQiA0fu5BhDQARIsAMXUBOLexample0123456789AbCdEf"
_FBCLID = "IwAR2exampleExampleExampleExampleExample0123456789"


def _entered(external: str | None, seconds: float | None = 0, **members: Any) -> HitRow:
    return row(f"e{seconds}", "entrance", seconds, externalId=external, **members)


def test_a_click_id_that_is_ours_or_damaged_is_told() -> None:
    cases: dict[str | None, str] = {
        None: "not concerned",
        " ": "not concerned",
        _VISITOR: "1 told",
        f" {_VISITOR} ": "1 told",
        "k1r4h": "1 told",
        "e0": "1 told",
        _GCLID: "fine",
        _FBCLID: "fine",
        _GCLID.lower(): "1 told",
        _FBCLID.lower(): "1 told",
        "iwy2xjawexampleexampleexampleexample": "1 told",
        # Sources whose IDs have small letters alone.
        "5f2b8c9e1a7d4e3f60b1c2d3": "fine",
        "ea.tp3fqxz3tx2ox": "fine",
        "cj0kcq": "fine",
        "w" * 40: "fine",
        "a1b2c3d4-e5f6-7890-abcd-ef1234567890": "fine",
        _VISITOR.lower(): "fine",
    }
    visitor = VisitorInfo(visitorId=_VISITOR)
    for external, outcome in cases.items():
        rows = [_entered(external), row("k1r4h", "view", 9)]
        about = subject(rows, visitor=visitor)
        assert outcome_of(not_the_sources_click_id, about) == outcome, external


def test_what_is_told_of_a_click_id_names_whose_it_is() -> None:
    visitor = VisitorInfo(visitorId=_VISITOR)
    (told,) = told_by(not_the_sources_click_id, subject([_entered(_VISITOR)], visitor=visitor))
    assert told.sentence == (
        "The click ID of the traffic source (externalId) is the visitor ID of this visitor: "
        f"'{_VISITOR}'."
    )
    redacted = subject([_entered("external#1")], redacted=frozenset({"externalId"}))
    assert outcome_of(not_the_sources_click_id, redacted) == "not checked"


def test_one_ad_click_that_was_loaded_twice_is_no_second_visit() -> None:
    cases: tuple[tuple[list[HitRow], str, str], ...] = (
        ([row("v", "view", 0)], "not checked", "not concerned"),
        ([_entered("x-1")], "fine", "fine"),
        ([_entered("x-1"), _entered("x-1", 2)], "not concerned", "1 told"),
        ([_entered("x-1"), _entered("x-1", 60)], "not concerned", "1 told"),
        ([_entered("x-1"), _entered(" x-1 ", 2)], "not concerned", "1 told"),
        ([_entered("x-1"), _entered("x-1", 2), _entered("x-1", 4)], "not concerned", "1 told"),
        ([_entered("x-1"), _entered("x-1", 2), _entered("x-2", 900)], "1 told", "1 told"),
        # Two ad clicks.
        ([_entered("x-1"), _entered("x-2", 2)], "1 told", "fine"),
        ([_entered("x-1"), _entered("x-1", 61)], "1 told", "fine"),
        ([_entered(None), _entered(None, 2)], "1 told", "not concerned"),
        ([_entered("{clickid}"), _entered("{clickid}", 2)], "1 told", "fine"),
        # A source that sends its campaign's ID.
        ([_entered("c-7", n, subCampaign="c-7") for n in (0, 2)], "1 told", "fine"),
        ([_entered("c-7", n) for n in (0, 2, 2 * 3600.0)], "1 told", "fine"),
        ([_entered("c-7", n) for n in (0, 2, 3 * DAY)], "1 told", "fine"),
        ([_entered("x-1"), _entered("x-1", None)], "1 told", "not checked"),
    )
    for rows, visits, twice in cases:
        about = subject(rows)
        told = (outcome_of(several_visits, about), outcome_of(ad_click_loaded_twice, about))
        assert told == (visits, twice), rows
    (found,) = told_by(ad_click_loaded_twice, subject([_entered("x-1"), _entered("x-1", 2)]))
    assert found.sentence == (
        "One ad click was loaded 2 times within 2 s: the entrances have the click ID 'x-1'. Each "
        "entrance is a visit, and may cost."
    )


def test_another_browser_of_a_device_weighs_less_than_another_device() -> None:
    chrome = "Mozilla/5.0 (Linux; Android 14) Chrome/130.0.0.0 Mobile"
    cases: tuple[tuple[dict[str, str], Severity | None, str], ...] = (
        ({"userAgent": f"{chrome} Instagram"}, Severity.INFORMATION, "another browser"),
        ({"userAgent": chrome.replace("130", "131")}, Severity.INFORMATION, "was updated"),
        ({"userAgent": chrome, "ip": "192.0.2.2"}, Severity.INFORMATION, "network most"),
        ({"userAgent": f"{chrome} x", "country": "Brazil"}, None, "Two people"),
        ({"userAgent": f"{chrome} x", "deviceType": "desktop"}, None, "Two people"),
    )
    first = {"userAgent": chrome, "country": "Germany", "ip": "192.0.2.1", "deviceType": "mobile"}
    for other, severity, words in cases:
        details = {
            "a": [detail("a", "view", 0, **first)],
            "b": [detail("b", "view", 9, **{**first, **other})],
        }
        about = subject([row("a", "view", 0), row("b", "view", 9)], details=details)
        (told,) = told_by(one_visitor_two_devices, about)
        assert (told.severity, words in told.sentence) == (severity, True), told.sentence
