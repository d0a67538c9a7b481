"""Programs that pass for visitors: what they say of themselves, fast clicks and bursts."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ffx.api.models import HitRow, VisitorInfo
from ffx.findings.rule import NotChecked, Severity
from ffx.findings.rules.robots import automation_signs, burst, fast_click
from ffx.findings.subject import Subject
from ffx.sandbox.data.clients import GALAXY
from ffx.settings.thresholds import Thresholds
from tests.findings.making import detail, outcome_of, row, subject, told_by
from tests.findings.rules.agents import BROWSERS, CONNECTIONS, DEVICES, PEOPLE, PROGRAMS, PROVIDERS
from tests.looping import each


def _visitor(**members: Any) -> VisitorInfo:
    return VisitorInfo.model_validate(members)


@each("agent", PEOPLE)
def test_the_browsers_of_people_are_no_programs(agent: str) -> None:
    about = subject([], visitor=_visitor(userAgent=agent, deviceType="mobile", isp="Example"))
    assert outcome_of(automation_signs, about) == "fine"


@each("agent", PROGRAMS)
def test_a_program_is_known_by_its_user_agent(agent: str) -> None:
    about = subject([], visitor=_visitor(userAgent=agent))
    assert outcome_of(automation_signs, about) == "1 told"


@each(
    ("member", "value", "is_sign"),
    [
        (member, value, is_sign)
        for member, table in (
            ("isp", PROVIDERS),
            ("connectionType", CONNECTIONS),
            ("deviceType", DEVICES),
            ("browser", BROWSERS),
        )
        for value, is_sign in table.items()
    ],
)
def test_servers_and_unknown_devices_are_signs(member: str, value: str, is_sign: bool) -> None:
    known = {"userAgent": GALAXY["userAgent"], "connectionType": "cable"}
    about = subject([], visitor=_visitor(**{**known, member: value}))
    assert outcome_of(automation_signs, about) == ("1 told" if is_sign else "fine")


def test_all_signs_are_one_finding() -> None:
    client = {"userAgent": "curl/8.5.0", "isp": "Example Hosting", "deviceType": "unknown"}
    about = subject(
        [row("a1r0", "entrance", 0)],
        visitor=_visitor(**client),
        details={
            "a1r0": [detail("a1r0", "entrance", 0, **client, browser="curl", pageName="Page")]
        },
    )

    (told,) = told_by(automation_signs, about)

    assert told.sentence == (
        "This may be a program, not a person: the user agent 'curl/8.5.0' is a program's, the "
        "device is 'unknown', the provider 'Example Hosting' has a data centre's name, the "
        "browser is 'curl'."
    )
    assert [(each.member, each.value, each.place) for each in told.evidence] == [
        ("userAgent", "curl/8.5.0", ""),
        ("deviceType", "unknown", ""),
        ("isp", "Example Hosting", ""),
        ("browser", "curl", "Page"),
    ]
    assert automation_signs.severity is Severity.HINT
    # A VPN is no excuse for what says itself that it is a program.
    assert "VPN" not in told.next_step
    (network,) = told_by(automation_signs, subject([], visitor=_visitor(isp="Example Hosting")))
    assert "People with a VPN" in network.next_step


def test_of_very_many_signs_some_are_told() -> None:
    hits = {
        f"a{number}r0": [detail(f"a{number}r0", "view", number, userAgent=f"curl/{number}")]
        for number in range(12)
    }

    (told,) = told_by(automation_signs, subject([], details=hits))

    assert told.sentence.endswith(
        "the user agent 'curl/3' is a program's, 8 more signs. 2 more rows are left out."
    )
    assert len(told.evidence) == 10


def test_signs_are_cited_by_their_aliases() -> None:
    def alias(member: str, value: str) -> str:
        return f"{member}#1" if value else ""

    about = subject([], visitor=_visitor(userAgent="curl/8.5.0"), alias=alias)

    (told,) = told_by(automation_signs, about)

    assert told.sentence == (
        "This may be a program, not a person: the user agent 'userAgent#1' is a program's."
    )
    assert [each.value for each in told.evidence] == ["userAgent#1"]


def test_the_servers_that_send_conversions_are_no_visitors() -> None:
    postback = detail("a1r0h", "conversion", 60, userAgent="curl/8.5.0", isp="Example Hosting")
    view = detail("a1r0h", "view", 0, userAgent=GALAXY["userAgent"], isp="Example Mobile")

    about = subject([], details={"a1r0h": [view, postback]})

    assert outcome_of(automation_signs, about) == "fine"


@each(
    ("about", "outcome"),
    [
        (subject([row("a1r0", "entrance")]), "not concerned"),
        (subject([], visitor=_visitor(country="Germany")), "not checked"),
        (subject([], visitor=_visitor(userAgent=" ", isp=None)), "not checked"),
        (
            subject([], visitor=_visitor(userAgent="curl/8"), redacted=frozenset({"isp"})),
            "not checked",
        ),
    ],
)
def test_without_device_and_network_nothing_is_told(about: Subject, outcome: str) -> None:
    assert outcome_of(automation_signs, about) == outcome


def _visit(wait: float, view: str = "view", click: str = "click", **of_click: Any) -> list[HitRow]:
    """Make an entrance, a lander's view after 0.5 s, and a click `wait` seconds later."""
    return [
        row("a1r0", "entrance", 0),
        row("a1r1", view, 0.5, pageId="p1", nodeId="n1", pageName="Page"),
        row("a1r2", click, 0.5 + wait, **{"pageId": "p1", "nodeId": "n1", **of_click}),
        row("a1r4h", "view", 0.5 + wait, pageId="p2", nodeId="n2", nodeType="offer"),
    ]


def _same_page(view: float, click: float) -> list[HitRow]:
    return [row("a1r1", "view", view, pageId="p1"), row("a1r2", "click", click, pageId="p1")]


@each(
    ("wait", "outcome"),
    [
        (0, "1 told"),
        (0.12, "1 told"),
        (0.799, "1 told"),
        (0.8, "fine"),
        (0.801, "fine"),
        (30, "fine"),
    ],
)
def test_a_click_is_fast_below_800_milliseconds(wait: float, outcome: str) -> None:
    assert outcome_of(fast_click, subject(_visit(wait))) == outcome


@each("click", ["CLICK", "action click", "Action_Click", "clickthrough"])
def test_clicks_may_be_spelled_otherwise(click: str) -> None:
    assert outcome_of(fast_click, subject(_visit(0.1, view="Page View", click=click))) == "1 told"


def test_the_limit_can_be_set() -> None:
    about = subject(_visit(0.9), thresholds=Thresholds(fast_click_ms=1000))
    assert outcome_of(fast_click, about) == "1 told"


@each(
    ("rows", "outcome"),
    [
        ([], "not concerned"),
        ([row("a1r0", "entrance"), row("a1r1", "view", 1)], "not concerned"),
        ([row("a1r0", "entrance"), row("a1r2", "click", 0.1)], "not checked"),
        ([row("a1r1", "view", 0.5), row("a1r2", "click", None)], "not checked"),
        ([row("a1r1", "view", None), row("a1r2", "click", 1.5)], "not checked"),
        # Conversions and custom events are no views.
        ([row("a1r1", "conversion", 0.5), row("a1r2", "click", 0.6)], "not checked"),
        ([row("a1r1", "customEvent1", 0.5), row("a1r2", "click", 0.6)], "not checked"),
        # In whole seconds, two times may be nearly a second farther apart.
        (_same_page(1, 1), "not checked"),
        (_same_page(1, 2), "fine"),
        (_same_page(1, 1.1), "1 told"),
    ],
)
def test_a_click_needs_a_view_and_exact_times(rows: list[HitRow], outcome: str) -> None:
    assert outcome_of(fast_click, subject(rows)) == outcome


@each(
    ("rows", "outcome"),
    [
        # The page itself counts, not what was seen in between.
        (
            [("view", 0.5, "p1", "n1"), ("view", 9.9, "p9", "n9"), ("click", 10, "p1", "n1")],
            "fine",
        ),
        # Its last view counts.
        (
            [("view", 0.5, "p1", "n1"), ("view", 9.9, "p1", "n1"), ("click", 10, "p1", "n1")],
            "1 told",
        ),
        # The page rather than its node: a group shows several.
        (
            [("view", 0.5, "p1", "n1"), ("view", 9.9, "p2", "n1"), ("click", 10, "p1", "n1")],
            "fine",
        ),
        ([("view", 0.5, "p1", "n1"), ("view", 9.9, "p9", "n9"), ("click", 10, "", "n1")], "fine"),
        ([("view", 9.9, "p1", "n1"), ("click", 10, "", "n1")], "1 told"),
        # Without either, what was seen last in the visit.
        ([("view", 0.5, "p1", "n1"), ("view", 9.9, "p9", "n9"), ("click", 10, "", "")], "1 told"),
        ([("view", 9.9, "p1", "n1"), ("click", 10, "p7", "n7")], "1 told"),
        (
            [("view", 9.9, "p1", "n1"), ("entrance", 9.95, "", ""), ("click", 10, "", "")],
            "not checked",
        ),
        # In whichever order the reply has what came at the same instant.
        ([("click", 10.5, "p1", "n1"), ("view", 10.5, "p1", "n1")], "1 told"),
        # What a click leads to may come at the same instant, before it in the reply.
        ([("view", 0.5, "p1", ""), ("view", 10, "p2", ""), ("click", 10, "", "")], "not checked"),
    ],
)
def test_a_click_is_measured_from_the_view_of_its_own_page(
    rows: list[tuple[str, float, str, str]], outcome: str
) -> None:
    made = [
        row(f"a1r{number}", event, time, pageId=page, nodeId=node)
        for number, (event, time, page, node) in enumerate(rows)
    ]
    assert outcome_of(fast_click, subject(made)) == outcome


def test_a_fast_click_is_told_with_its_view() -> None:
    (told,) = told_by(fast_click, subject(_visit(0.12)))

    assert told.sentence == (
        "A click came 0.1 s after the view of its page. People rarely click within 0.8 s."
    )
    assert [(each.member, each.value, each.event) for each in told.evidence] == [
        ("eventTime", "2026-11-20T15:00:00.500000Z", "view"),
        ("eventTime", "2026-11-20T15:00:00.620000Z", "click"),
    ]


def test_several_fast_clicks_are_one_finding() -> None:
    rows = [
        row(f"a{number}r{event}", event, number * 60 + after, pageId="p1")
        for number in range(6)
        for event, after in (("view", 0.5), ("click", 0.56 + number / 100))
    ]

    (told,) = told_by(fast_click, subject(rows))

    assert told.sentence == (
        "6 clicks came soon after the views of their pages, the fastest 60 ms after. People "
        "rarely click within 0.8 s. 2 more rows are left out."
    )
    assert len(told.evidence) == 10


def _paced(count: int, every: float, event: str = "view") -> list[HitRow]:
    return [row(f"a{number}r1", event, number * every) for number in range(count)]


@each(
    ("rows", "outcome"),
    [
        ([], "not concerned"),
        ([row("a1r1", "view", None)], "not concerned"),
        ([row("a1r1", "conversion", 1)], "not concerned"),
        (_paced(60, 0.5), "fine"),
        (_paced(61, 0.5), "1 told"),
        # A minute does not hold the instant at which it ends.
        (_paced(61, 1), "fine"),
        (_paced(61, 0.999), "1 told"),
        (_paced(500, 1), "fine"),
        (_paced(500, 0.98), "1 told"),
        (_paced(70, 0.5, "conversion") + _paced(60, 0.5), "fine"),
        (_paced(70, 0.5, "Custom Event 3") + _paced(60, 0.5), "fine"),
        (_paced(30, 0.1) + _paced(31, 0.1, "click"), "1 told"),
        ([row(f"a{number}r1", "view", None) for number in range(90)], "not concerned"),
    ],
)
def test_a_burst_is_over_sixty_own_events_in_a_minute(rows: list[HitRow], outcome: str) -> None:
    assert outcome_of(burst, subject(rows)) == outcome


def test_the_densest_minute_is_told() -> None:
    slow = [row(f"s{number}r1", "view", number) for number in range(300)]
    fast = [row(f"f{number}r1", "view", 1000 + number / 10) for number in range(90)]

    (told,) = told_by(burst, subject(slow + fast))

    assert told.sentence == (
        "The visitor made 90 events within 60 seconds, from Fri 20 Nov 2026 15:16:40 +00:00 on. "
        "More than 60 a minute mostly come from a program, or from a page that loads itself "
        "again. 80 more rows are left out."
    )
    assert [each.hit_id for each in told.evidence] == [f"f{number}r1" for number in range(10)]


def test_the_number_of_a_burst_can_be_set() -> None:
    about = subject(_paced(4, 1), thresholds=Thresholds(burst_per_minute=3))
    assert outcome_of(burst, about) == "1 told"


@given(st.lists(st.integers(0, 400), max_size=40), st.integers(1, 10))
def test_a_burst_is_in_some_minute_and_in_no_other_case(seconds: list[int], most: int) -> None:
    about = subject(
        [row(f"a{number}r1", "view", second) for number, second in enumerate(seconds)],
        thresholds=Thresholds(burst_per_minute=most),
    )
    times = [step.time for step in about.steps if step.time is not None]
    minute = timedelta(seconds=60)
    counts = [sum(start <= time < start + minute for time in times) for start in times]

    assert bool(told_by(burst, about)) == (max(counts, default=0) > most)


def test_what_cannot_be_told_says_why() -> None:
    redacted = subject([], visitor=_visitor(), redacted=frozenset({"userAgent"}))
    coarse = subject(_same_page(1, 1))

    assert automation_signs.run(redacted) == NotChecked("the case file is redacted")
    assert fast_click.run(coarse) == NotChecked("the times are in whole seconds")


def test_the_rules_say_their_class_and_their_source() -> None:
    for rule in (automation_signs, fast_click, burst):
        told = " ".join((rule.run.__doc__ or "").split())
        assert f"Class {rule.basis}. Source: " in told
