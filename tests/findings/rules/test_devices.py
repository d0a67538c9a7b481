"""Devices of one visitor: told where they differ, and only there."""

from typing import Any

from ffx.api.models import VisitorInfo
from ffx.findings.rule import NotApplicable, NotChecked, RuleResult, Severity
from ffx.findings.rules.devices import one_visitor_two_devices
from ffx.findings.subject import Evidence, Subject
from tests.findings.making import detail, row, rows_of_kinds, subject, told_alone, told_by
from tests.looping import each


def _seen(*hits: dict[str, Any], **facts: Any) -> Subject:
    """Make a subject of a view a hit, each of them looked up."""
    names = [f"hit{place}" for place in range(len(hits))]
    rows = [row(name, "view", place) for place, name in enumerate(names)]
    details = {
        name: [detail(name, "view", place, **members)]
        for place, (name, members) in enumerate(zip(names, hits, strict=True))
    }
    return subject(rows, **{"details": details, **facts})


_PHONE: dict[str, Any] = {
    "country": "Germany",
    "ip": "192.0.2.41",
    "ipv6": "2001:db8::1",
    "deviceType": "mobile",
    "deviceBrand": "Example",
    "deviceModel": "S1",
    "deviceOS": "Android",
    "userAgent": "Mozilla/5.0 (Linux)",
}


@each(
    ("member", "value", "severity", "difference"),
    [
        ("country", "Brazil", Severity.HINT, "country ('Germany', 'Brazil')"),
        ("country", "BR", Severity.HINT, "country ('Germany', 'BR')"),
        ("deviceType", "desktop", Severity.HINT, "type of device ('mobile', 'desktop')"),
        ("deviceBrand", "Other", Severity.HINT, "brand"),
        ("deviceModel", "S2", Severity.HINT, "model"),
        ("deviceOS", "iOS", Severity.HINT, "operating system ('Android', 'iOS')"),
        ("userAgent", "curl/8", Severity.INFORMATION, "user agent"),
        ("ip", "198.51.100.x", Severity.INFORMATION, "IP address ('192.0.2.41', '198.51.100.x')"),
        ("ipv6", "::2", Severity.INFORMATION, "IPv6 address ('2001:db8::1', '::2')"),
    ],
)
def test_what_differs_between_hits_is_told(
    member: str, value: str, severity: Severity, difference: str
) -> None:
    told = told_alone(one_visitor_two_devices.run(_seen(_PHONE, {**_PHONE, member: value})))
    assert told.sentence.startswith(f"Hits of this visitor ID differ in {difference}. ")
    assert (told.severity or one_visitor_two_devices.severity) is severity
    assert [(each.member, each.value, each.hit_id) for each in told.evidence] == [
        (member, _PHONE[member], "hit0"),
        (member, value, "hit1"),
    ]


def test_another_device_elsewhere_is_one_finding() -> None:
    other = {"country": "Brazil", "ip": "203.0.113.190", "userAgent": "curl/8"}
    told = told_alone(one_visitor_two_devices.run(_seen(_PHONE, _PHONE, other)))
    assert told.sentence == (
        "Hits of this visitor ID differ in country ('Germany', 'Brazil'), IP address "
        "('192.0.2.41', '203.0.113.190') and user agent. Two people may share the ID by a link "
        "with vid=, or the visitor changed device or network."
    )
    assert [each.member for each in told.evidence] == ["country"] * 2 + ["ip"] * 2 + [
        "userAgent"
    ] * 2


@each(
    ("first", "second"),
    [
        ({"country": "Germany"}, {"country": "GERMANY "}),
        ({"country": "Germany"}, {"country": "de"}),
        ({"country": "Atlantis"}, {"country": "ATLANTIS"}),
        ({"country": "Germany"}, {"country": "Unknown"}),
        ({"ip": "192.0.2.41"}, {"ipv6": "2001:db8::1"}),
        ({"ip": "192.0.2.x"}, {"ip": "192.0.2.x"}),
        ({"ip": "192.0.2.x"}, {"ip": "192.0.2.41"}),
        ({"ip": "ip#1"}, {"ip": "ip#1"}),
        ({"deviceModel": "S1"}, {"deviceOS": "Android"}),
    ],
)
def test_what_says_the_same_or_nothing_is_no_difference(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert told_by(one_visitor_two_devices, _seen(first, second)) == []


@each(
    ("first", "second", "outcome"),
    [
        (_PHONE, _PHONE, []),
        (_PHONE, {**_PHONE, "country": "germany ", "deviceModel": ""}, []),
        (
            _PHONE,
            {**_PHONE, "country": ""},
            NotChecked("1 of 2 hits tell their place and device, and are fine"),
        ),
        (
            {"country": "Germany"},
            {"country": "Germany"},
            NotChecked("the hits do not say both their place and their device"),
        ),
    ],
)
def test_one_device_is_fine_where_each_hit_says_its_own(
    first: dict[str, Any], second: dict[str, Any], outcome: RuleResult
) -> None:
    assert one_visitor_two_devices.run(_seen(first, second)) == outcome


def test_hits_that_were_not_looked_up_are_not_fine() -> None:
    seen = _seen(_PHONE, _PHONE)
    about = subject([*rows_of_kinds("view", "view"), row("hit9", "view", 9)], details=seen.details)
    assert one_visitor_two_devices.run(about) == NotChecked(
        "2 of 3 hits tell their place and device, and are fine"
    )


@each(
    ("case", "outcome"),
    [
        (subject([]), NotApplicable()),
        (subject([row("a", "view"), row("a", "conversion", 5)]), NotApplicable()),
        (_seen(_PHONE, visitor=VisitorInfo(country="Brazil")), NotApplicable()),
        (subject(rows_of_kinds("view", "view")), NotChecked("fewer than two hits were looked up")),
        (_seen({}, {"city": "Berlin"}), NotChecked("the hits do not say where they came from")),
        (_seen(_PHONE, {"country": ""}), NotChecked("one hit alone says its device")),
        (_seen(_PHONE, {"browser": "Chrome"}), NotChecked("one hit alone says its device")),
        (
            subject(
                rows_of_kinds("view", "view"),
                details={
                    "hit0": [detail("hit0", "view", **_PHONE)],
                    "hit1": [detail("hit1", "conversion", country="Brazil")],
                },
            ),
            NotChecked("fewer than two hits were looked up"),
        ),
    ],
)
def test_one_hit_tells_of_no_two_devices(case: Subject, outcome: RuleResult) -> None:
    assert one_visitor_two_devices.run(case) == outcome


def test_the_visitors_summary_is_compared_in_country_address_and_agent_alone() -> None:
    alike = VisitorInfo(deviceOS="iOS", deviceType="desktop", country="germany")
    assert one_visitor_two_devices.run(_seen(_PHONE, _PHONE, visitor=alike)) == []
    other = VisitorInfo(country="Brazil", ip="203.0.113.190", userAgent="curl/8")
    told = told_alone(one_visitor_two_devices.run(_seen(_PHONE, _PHONE, visitor=other)))
    assert [each for each in told.evidence if not each.hit_id] == [
        Evidence("country", "Brazil"),
        Evidence("ip", "203.0.113.190"),
        Evidence("userAgent", "curl/8"),
    ]


def test_a_cut_address_of_another_network_differs() -> None:
    hits = ({"ip": "192.0.2.4"}, {"ip": "192.0.2.x"}, {"ip": "198.51.100.x"}, {"ip": "192.0.2.9"})
    told = told_alone(one_visitor_two_devices.run(_seen(*hits)))
    assert "IP address ('192.0.2.4', '198.51.100.x', '192.0.2.9')." in told.sentence


def test_many_addresses_are_not_all_shown() -> None:
    hits = [{"ip": f"192.0.2.{number}"} for number in range(12)]
    told = told_alone(one_visitor_two_devices.run(_seen(*hits)))
    assert told.sentence == (
        "Hits of this visitor ID differ in IP address ('192.0.2.0', '192.0.2.1', '192.0.2.2', "
        "and 9 more). The visitor's network most likely changed, as it often does on phones. "
        "2 more values are left out."
    )
    assert len(told.evidence) == 10
