"""Visits, absences, devices, landers, routes and domains: told where they are, and only there."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.api.models import HitRow, VisitorInfo
from ffx.findings.rule import NotApplicable, NotChecked, Observation, Outcome, Rule, Severity
from ffx.findings.rules.devices import one_visitor_two_devices
from ffx.findings.rules.journey import domain_changed, passed_a_decision, stopped_at_lander
from ffx.findings.rules.no_conversion import never_reached_offer
from ffx.findings.rules.visits import session_gap, several_visits
from ffx.findings.subject import Evidence, Subject
from tests.findings.making import DAY, START, at, detail, row, rules_of, subject, told_by
from tests.looping import each

RULES = rules_of("J")

_INCOMPLETE = NotChecked("the history is incomplete")
_LANDER: dict[str, Any] = {"nodeType": "lander", "nodeName": "Landers", "pageName": "Lander A"}
_KINDS = st.sampled_from(
    ["entrance", "view", "click", "conversion", "customEvent1", "Custom Event 2", "other", ""]
)
_TIMES = st.none() | st.integers(0, 5).map(lambda half_days: half_days * (DAY / 2 + 1))


def _told(outcome: Outcome) -> Observation:
    told: list[Observation] = outcome if isinstance(outcome, list) else []
    assert len(told) == 1, outcome
    return told[0]


def _rows(*kinds: str, apart: float = 60) -> list[HitRow]:
    """Make rows of these kinds, one after the other; `offer` and `lander` are views."""
    views: dict[str, dict[str, Any]] = {"offer": {"nodeType": "Offer"}, "lander": _LANDER}
    return [
        row(f"hit{place}", "view" if kind in views else kind, place * apart, **views.get(kind, {}))
        for place, kind in enumerate(kinds)
    ]


# Several visits


@pytest.mark.parametrize(
    ("rows", "is_complete", "outcome"),
    [
        ([], True, NotApplicable()),
        (_rows("entrance", "view", "conversion"), True, []),
        (_rows("entrance", "view"), False, _INCOMPLETE),
        (_rows("view", "conversion"), True, NotChecked("no row is an entrance")),
        (_rows("view"), False, _INCOMPLETE),
    ],
)
def test_one_visit_is_fine_where_it_is_known_to_be_one(
    rows: list[HitRow], is_complete: bool, outcome: Outcome
) -> None:
    assert several_visits.run(subject(rows, is_complete=is_complete)) == outcome


def test_each_entrance_is_a_visit_however_it_is_spelled() -> None:
    rows = [
        row("c", "new visit", 3 * DAY, cost="0.10"),
        row("a", "Entrance", 0, cost="0.12"),
        row("x", "view", 1),
        row("b", "ENTRY", DAY),
    ]
    told = _told(several_visits.run(subject(rows)))
    assert told.sentence == (
        "The visitor entered 3 times between Fri 20 Nov 2026 15:00 +00:00 and "
        "Mon 23 Nov 2026 15:00 +00:00. Each entrance is a visit, and may cost. 2 of them cost "
        "0.22."
    )
    assert [(each.hit_id, each.member) for each in told.evidence] == [
        ("a", "eventType"),
        ("b", "eventType"),
        ("c", "eventType"),
    ]
    assert "entrance link in the place of an action link" in told.next_step
    cut = _told(several_visits.run(subject(rows, is_complete=False)))
    assert cut.sentence.startswith("The visitor entered at least 3 times between ")


def test_entrances_without_cost_and_time_are_visits_too() -> None:
    told = _told(several_visits.run(subject([row("a", "entrance", None), row("b", "entrance")])))
    assert told.sentence == "The visitor entered 2 times. Each entrance is a visit, and may cost."


def test_many_entrances_are_not_all_shown() -> None:
    told = _told(several_visits.run(subject(_rows(*["entrance"] * 1_012))))
    assert len(told.evidence) == 10
    assert told.sentence.startswith("The visitor entered 1,012 times")
    assert "1,002 more" in told.sentence


# Absences


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ([], NotApplicable()),
        ([row("a", "conversion"), row("a", "conversion", 9 * DAY)], NotApplicable()),
        ([row("a", "view"), row("b", "view", DAY)], []),
        ([row("a", "view"), row("a", "conversion", 9 * DAY)], []),
        ([row("a", "view"), row("a", "customEvent3", 9 * DAY)], []),
        ([row("a", "view"), row("b", "view", None)], NotChecked("not every row has a time")),
        ([row("a", "view"), row("a", "Custom Event 1", DAY), row("b", "view", 2 * DAY)], []),
    ],
)
def test_a_day_and_reports_of_others_are_no_absence(rows: list[HitRow], outcome: Outcome) -> None:
    assert session_gap.run(subject(rows)) == outcome


def test_an_absence_of_over_a_day_is_told_with_the_rows_around_it() -> None:
    rows = [
        row("b", "entrance", DAY + 7 * 3_600),
        row("a", "conversion", DAY),
        row("a", "view", 0),
        row("b", "view", DAY + 7 * 3_601),
    ]
    told = _told(session_gap.run(subject(rows)))
    assert told.sentence == (
        "The visitor was away for 31 h, until Sat 21 Nov 2026 22:00 +00:00. A session ends "
        "after about 24 hours: a cookie, or a link with the visitor ID, most likely brought the "
        "ID back."
    )
    assert told.evidence == (
        Evidence("eventTime", at(0), "a", "view", at(0)),
        Evidence("eventTime", at(DAY + 25_200), "b", "entrance", at(DAY + 25_200)),
    )
    assert "vid=" in told.next_step


def test_entrances_are_told_with_the_sources_that_they_came_from() -> None:
    def entrance(hit: str, seconds: float, source: str) -> HitRow:
        return row(
            hit, "entrance", seconds, trafficSourceId=f"{source} ID", trafficSourceName=source
        )

    two = [entrance("a", 0, "Example Ads"), entrance("b", DAY + 1, "Newsletter")]
    assert (
        ", from the traffic sources 'Example Ads', 'Newsletter'. Each entrance is a visit"
        in _told(several_visits.run(subject(two))).sentence
    )
    assert (
        "15:00:01 +00:00, and came back from the traffic source 'Newsletter'. A session "
        in _told(session_gap.run(subject(two))).sentence
    )
    one = [entrance("a", 0, "Example Ads"), entrance("b", 90, "Example Ads")]
    assert "from the traffic" not in _told(several_visits.run(subject(one))).sentence


def test_a_day_and_a_second_is_an_absence() -> None:
    outcome = session_gap.run(subject([row("a", "view"), row("b", "click", DAY + 1)]))
    assert "was away for 24 h, until" in _told(outcome).sentence


def test_of_several_absences_the_longest_is_named() -> None:
    days = [0, 2, 5, 7, 9, 11, 13]
    rows = [row(f"hit{day}", "view", day * DAY) for day in days]
    told = _told(session_gap.run(subject(rows)))
    assert told.sentence.startswith(
        "The visitor was away 6 times, the longest time for 3 d, until Wed 25 Nov 2026 15:00 "
        "+00:00."
    )
    assert len(told.evidence) == 10
    assert "2 more" in told.sentence


@pytest.mark.parametrize("rows", [_rows("view", "view"), _rows("view", "view", apart=2 * DAY)])
def test_rows_that_were_held_back_may_lie_in_an_absence(rows: list[HitRow]) -> None:
    assert session_gap.run(subject(rows, is_complete=False)) == _INCOMPLETE


@given(st.lists(st.tuples(_KINDS, _TIMES), max_size=8))
def test_conversions_alone_make_and_break_no_absence(
    happened: list[tuple[str, float | None]],
) -> None:
    # In order, since what is left out must not turn round the order of equal times.
    happened.sort(key=lambda each: DAY * 9 if each[1] is None else each[1])
    rows = [row(str(place), kind, time) for place, (kind, time) in enumerate(happened)]
    outcome = session_gap.run(subject(rows))
    without = session_gap.run(subject([each for each in rows if not each.is_conversion]))
    assert outcome == without


# Devices


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
    told = _told(one_visitor_two_devices.run(_seen(_PHONE, {**_PHONE, member: value})))
    assert told.sentence.startswith(f"Hits of this visitor ID differ in {difference}. ")
    assert (told.severity or one_visitor_two_devices.severity) is severity
    assert [(each.member, each.value, each.hit_id) for each in told.evidence] == [
        (member, _PHONE[member], "hit0"),
        (member, value, "hit1"),
    ]


def test_another_device_elsewhere_is_one_finding() -> None:
    other = {"country": "Brazil", "ip": "203.0.113.190", "userAgent": "curl/8"}
    told = _told(one_visitor_two_devices.run(_seen(_PHONE, _PHONE, other)))
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


@pytest.mark.parametrize(
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
    first: dict[str, Any], second: dict[str, Any], outcome: Outcome
) -> None:
    assert one_visitor_two_devices.run(_seen(first, second)) == outcome


def test_hits_that_were_not_looked_up_are_not_fine() -> None:
    seen = _seen(_PHONE, _PHONE)
    about = subject([*_rows("view", "view"), row("hit9", "view", 9)], details=seen.details)
    assert one_visitor_two_devices.run(about) == NotChecked(
        "2 of 3 hits tell their place and device, and are fine"
    )


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        (subject([]), NotApplicable()),
        (subject([row("a", "view"), row("a", "conversion", 5)]), NotApplicable()),
        (_seen(_PHONE, visitor=VisitorInfo(country="Brazil")), NotApplicable()),
        (subject(_rows("view", "view")), NotChecked("fewer than two hits were looked up")),
        (_seen({}, {"city": "Berlin"}), NotChecked("the hits do not say where they came from")),
        (_seen(_PHONE, {"country": ""}), NotChecked("one hit alone says its device")),
        (_seen(_PHONE, {"browser": "Chrome"}), NotChecked("one hit alone says its device")),
        (
            subject(
                _rows("view", "view"),
                details={
                    "hit0": [detail("hit0", "view", **_PHONE)],
                    "hit1": [detail("hit1", "conversion", country="Brazil")],
                },
            ),
            NotChecked("fewer than two hits were looked up"),
        ),
    ],
)
def test_one_hit_tells_of_no_two_devices(case: Subject, outcome: Outcome) -> None:
    assert one_visitor_two_devices.run(case) == outcome


def test_the_visitors_summary_is_compared_in_country_address_and_agent_alone() -> None:
    alike = VisitorInfo(deviceOS="iOS", deviceType="desktop", country="germany")
    assert one_visitor_two_devices.run(_seen(_PHONE, _PHONE, visitor=alike)) == []
    other = VisitorInfo(country="Brazil", ip="203.0.113.190", userAgent="curl/8")
    told = _told(one_visitor_two_devices.run(_seen(_PHONE, _PHONE, visitor=other)))
    assert [each for each in told.evidence if not each.hit_id] == [
        Evidence("country", "Brazil"),
        Evidence("ip", "203.0.113.190"),
        Evidence("userAgent", "curl/8"),
    ]


def test_a_cut_address_of_another_network_differs() -> None:
    hits = ({"ip": "192.0.2.4"}, {"ip": "192.0.2.x"}, {"ip": "198.51.100.x"}, {"ip": "192.0.2.9"})
    told = _told(one_visitor_two_devices.run(_seen(*hits)))
    assert "IP address ('192.0.2.4', '198.51.100.x', '192.0.2.9')." in told.sentence


def test_many_addresses_are_not_all_shown() -> None:
    hits = [{"ip": f"192.0.2.{number}"} for number in range(12)]
    told = _told(one_visitor_two_devices.run(_seen(*hits)))
    assert told.sentence == (
        "Hits of this visitor ID differ in IP address ('192.0.2.0', '192.0.2.1', '192.0.2.2', "
        "and 9 more). The visitor's network most likely changed, as it often does on phones. "
        "2 more values are left out."
    )
    assert len(told.evidence) == 10


# Landers


@each(
    ("rows", "is_complete", "outcome"),
    [
        ([], True, NotApplicable()),
        (_rows("entrance", "lander", "click", "offer"), True, []),
        (_rows("entrance", "lander", "offer"), False, []),
        (_rows("entrance", "offer", "lander"), True, []),
        (_rows("entrance", "lander", "conversion"), True, []),
        (_rows("entrance", "lander", "Action Click"), True, []),
        (_rows("entrance", "lander"), False, _INCOMPLETE),
        (_rows("entrance"), True, NotApplicable()),
        ([*_rows("lander"), row("a", "view", 90, nodeType="External URL")], True, NotApplicable()),
        ([*_rows("lander"), row("a", "view", 90, nodeType="condition")], True, NotApplicable()),
        (
            [*_rows("lander"), row("a", "view", None, nodeType="offers")],
            True,
            [],
        ),
        (
            [*_rows("lander"), row("a", "view", None, **_LANDER)],
            True,
            NotChecked("not every row has a time, so their order is not known"),
        ),
    ],
)
def test_who_got_past_the_lander_did_not_stop_there(
    rows: list[HitRow], is_complete: bool, outcome: Outcome
) -> None:
    assert stopped_at_lander.run(subject(rows, is_complete=is_complete)) == outcome


@pytest.mark.parametrize(
    ("rows", "end"),
    [
        (_rows("entrance", "lander"), "No offer"),
        (_rows("lander", "entrance"), "No offer"),
        (_rows("entrance", "lander", "customEvent1"), "No offer"),
        (_rows("lander", "CLICK", "lander"), "Neither a click nor an offer"),
        (_rows("lander", "click", "lander")[::-1], "Neither a click nor an offer"),
    ],
)
def test_who_saw_a_lander_last_stopped_there(rows: list[HitRow], end: str) -> None:
    told = _told(stopped_at_lander.run(subject(rows)))
    assert told.sentence.startswith("The visitor was last seen on the lander 'Lander A', on ")
    assert told.sentence.endswith(
        f" +00:00. {end} came after it, so there is no view of an offer that could convert."
    )
    assert told.severity is None
    assert not told_by(never_reached_offer, subject(rows)), "it is told once"
    (evidence,) = told.evidence
    assert (evidence.member, evidence.value) == ("nodeType", "lander")


def test_who_saw_a_lander_within_the_hour_may_go_on() -> None:
    for minutes, is_early in ((59, True), (60, False)):
        about = subject(_rows("lander"), now=START + timedelta(minutes=minutes))
        told = _told(stopped_at_lander.run(about))
        assert (told.severity is Severity.HINT) is is_early
        assert (
            "59 min old: too early to tell, the visitor may go on." in told.sentence
        ) is is_early
        assert told.next_step.startswith("Look again later. ") is is_early


def test_who_went_on_from_the_lander_without_an_offer_is_told_by_another_rule() -> None:
    for kinds in (("lander", "click"), ("entrance",), ("click",)):
        about = subject(_rows(*kinds))
        assert not told_by(stopped_at_lander, about), kinds
        assert told_by(never_reached_offer, about), kinds


@pytest.mark.parametrize("node_type", ["Lander Group", "Page Group", None])
def test_a_page_without_names_is_a_lander_too(node_type: str | None) -> None:
    rows = [row("a", "view", 0, nodeType=node_type, pageId="p1")]
    assert "seen on the lander, on" in _told(stopped_at_lander.run(subject(rows))).sentence


def test_a_hidden_hit_may_be_an_offers() -> None:
    bare = subject([row("hit#1", "view", 0, pageId="p1")], redacted=frozenset({"hitId"}))
    assert isinstance(stopped_at_lander.run(bare), NotChecked)
    typed = subject(_rows("lander"), redacted=frozenset({"hitId"}))
    assert _told(stopped_at_lander.run(typed))


@given(
    st.lists(st.tuples(_KINDS, _TIMES), max_size=6),
    st.sampled_from([{"nodeType": "Offer"}, {"offerSourceId": "o"}, {"hitId": "abch"}]),
    st.booleans(),
)
def test_with_an_offer_nobody_stopped_at_a_lander(
    happened: list[tuple[str, float | None]], offer: dict[str, str], is_complete: bool
) -> None:
    rows = [row(f"{place}", kind, time, **_LANDER) for place, (kind, time) in enumerate(happened)]
    seen = HitRow.model_validate({"hitId": "x", "eventType": "view", "eventTime": at(0), **offer})
    assert stopped_at_lander.run(subject([*rows, seen], is_complete=is_complete)) == []


# Routes


@pytest.mark.parametrize(
    ("node_type", "kind", "place_to_look"),
    [
        ("Condition", "condition", "read the node's routes"),
        ("logic_script", "logic", "read the node's script"),
        ("MiddleWare", "middleware", "middleware log"),
    ],
)
def test_a_deciding_node_is_told_once(node_type: str, kind: str, place_to_look: str) -> None:
    node = {"nodeType": node_type, "nodeId": "n1", "nodeName": "Mobile only"}
    rows = [row("b", "view", 60, **node), row("a", "view", 0, **node), row("c", "view", 70)]
    told = _told(passed_a_decision.run(subject(rows)))
    assert told.sentence == (
        f"The visitor passed the {kind} node 'Mobile only' 2 times, last on Fri 20 Nov 2026 15:01 "
        "+00:00. The rows do not tell which route it took."
    )
    assert [each.hit_id for each in told.evidence] == ["a", "b"]
    assert told.evidence[0].value == node_type
    assert place_to_look in told.next_step


def test_each_deciding_node_is_told_by_itself() -> None:
    rows = [
        row("a", "view", 0, nodeType="condition", nodeId="n1"),
        row("b", "view", 1, nodeType="condition", nodeId="n2"),
        row("c", "view", None, nodeType="condition"),
    ]
    outcome = passed_a_decision.run(subject(rows, is_complete=False))
    assert isinstance(outcome, list)
    assert [told.sentence.split(". ")[0].split(":")[0] for told in outcome] == [
        "The visitor passed the condition node 'n1' on Fri 20 Nov 2026 15",
        "The visitor passed the condition node 'n2' on Fri 20 Nov 2026 15",
        "The visitor passed the condition node",
    ]


@pytest.mark.parametrize(
    "rows", [[], _rows("entrance", "lander", "offer"), [row("a", "conversion", nodeType="logic")]]
)
def test_without_a_deciding_node_there_is_nothing_to_tell(rows: list[HitRow]) -> None:
    assert passed_a_decision.run(subject(rows)) == NotApplicable()


# Domains


def _on(*domains: str | None, kind: str = "view", is_complete: bool = True) -> Subject:
    rows = [
        row(f"hit{place}", kind, place, trackingDomain=domain)
        for place, domain in enumerate(domains)
    ]
    return subject(rows, is_complete=is_complete)


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        (_on(), NotApplicable()),
        (_on(None, "", " "), NotApplicable()),
        (_on("a.example.com", "b.example.com", kind="conversion"), NotApplicable()),
        (_on("go.example.com", "GO.example.com."), []),
        (
            _on("go.example.com", None, "GO.example.com."),
            NotChecked("1 of 3 rows without a tracking domain; the rest is fine"),
        ),
    ],
)
def test_one_domain_in_all_its_spellings_is_fine(case: Subject, outcome: Outcome) -> None:
    assert domain_changed.run(case) == outcome


@pytest.mark.parametrize("is_complete", [True, False])
def test_a_second_domain_is_told(is_complete: bool) -> None:
    case = _on("go.example.com", "GO.EXAMPLE.COM", "track.example.net", is_complete=is_complete)
    told = _told(domain_changed.run(case))
    assert told.sentence == (
        "The visitor's rows have 2 tracking domains ('go.example.com', 'track.example.net'). A "
        "cookie of one domain mostly does not go to another: then vid= in the address, or the "
        "referrer, carried the visitor ID."
    )
    assert [(each.hit_id, each.value) for each in told.evidence] == [
        ("hit0", "go.example.com"),
        ("hit2", "track.example.net"),
    ]


def test_many_domains_are_not_all_named() -> None:
    told = _told(domain_changed.run(_on(*[f"d{number}.example.com" for number in range(12)])))
    assert "'d2.example.com', and 9 more)" in told.sentence
    assert "2 more" in told.sentence
    assert len(told.evidence) == 10


# All of them


def test_the_rules_stand_in_the_catalogues_order_with_their_weights() -> None:
    facts: list[Any] = [(rule.id, rule.name, rule.basis, rule.severity) for rule in RULES]
    assert facts == [
        ("J1", "several-visits", "A", Severity.INFORMATION),
        ("J2", "session-gap", "A", Severity.HINT),
        ("J3", "one-visitor-two-devices", "C", Severity.HINT),
        ("J5", "stopped-at-lander", "A", Severity.VERDICT),
        ("J6", "passed-a-decision", "A", Severity.INFORMATION),
        ("J7", "domain-changed", "C", Severity.HINT),
        ("J8", "ad-click-loaded-twice", "C", Severity.HINT),
    ]


@each("rule", RULES)
def test_each_rule_names_its_class_and_its_source(rule: Rule) -> None:
    text = " ".join((rule.run.__doc__ or "").split())
    assert f"Class {rule.basis}. Source: " in text


@given(st.lists(st.tuples(_KINDS, _TIMES), max_size=8), st.booleans())
def test_hidden_values_stay_hidden(
    happened: list[tuple[str, float | None]], is_complete: bool
) -> None:
    secret = {"nodeId": "secret", "pageName": "secret", "trackingDomain": "secret.example.com"}
    rows = [
        row("secret", kind, time, nodeType=("lander", "logic")[place % 2], **secret)
        for place, (kind, time) in enumerate(happened)
    ]
    rows.append(row("secret", "view", 0, trackingDomain="secret.example.net"))
    hits = {
        name: [detail(name, "view", userAgent=f"secret {name}", ip=f"secret {name}")]
        for name in ("secret a", "secret b")
    }
    case = subject(
        rows, "secret", is_complete=is_complete, details=hits, alias=lambda member, _: member
    )
    assert "secret" not in str([rule.run(case) for rule in RULES])
