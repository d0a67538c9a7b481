"""Where visitors come from: carriers of another country, anonymised addresses; and redaction."""

from dataclasses import replace
from typing import Any

from ffx.api.models import VisitorInfo
from ffx.findings.rule import NotChecked, Rule, Severity
from ffx.findings.rules.addresses import anonymised_address, carrier_of_another_country
from ffx.findings.rules.source_fields import source_click_id_missing, unfilled_macro
from ffx.findings.subject import Subject
from tests.findings.making import detail, outcome_of, row, subject, told_by
from tests.looping import each


def _visitor(**members: Any) -> VisitorInfo:
    return VisitorInfo.model_validate(members)


@each(
    ("country", "carrier", "outcome"),
    [
        ("Germany", "Example Mobile", "fine"),
        ("Germany", "Example Mobile Germany", "fine"),
        ("Germany", "Example Mobile Deutschland", "fine"),
        ("Germany", "Example Mobile DE", "fine"),
        ("DE", "Example Mobile Germany", "fine"),
        ("DE", "Example Mobile DE", "fine"),
        ("Germany", "Example Mobile France", "1 told"),
        ("Germany", "Example Mobile FR", "1 told"),
        ("DE", "Example Mobile France", "1 told"),
        ("de", "Example-FR", "1 told"),
        ("Deutschland", "Example (FR)", "1 told"),
        ("France", "Example Mobile DE", "1 told"),
        ("Germany", "Example AG", "fine"),
        ("Sweden", "Example SA", "fine"),
        # A name of several may be the visitor's.
        ("Hong Kong", "Example China Hong Kong", "fine"),
        ("United States", "Example Georgia", "fine"),
        ("Georgia", "Example Georgia", "fine"),
        ("Germany", "Example Georgia", "1 told"),
        ("United States", "Example New Jersey", "fine"),
        ("Congo, The Democratic Republic of the", "Example Congo", "fine"),
        ("Guinea", "Example Guinea-Bissau", "1 told"),
        ("United States", "Example DE", "fine"),
        # Territories have their country's carriers.
        ("Puerto Rico", "Example USA", "fine"),
        ("Jersey", "Example UK", "fine"),
        ("Réunion", "Example France", "fine"),
        ("France", "Example Réunion", "fine"),
        ("Puerto Rico", "Example France", "1 told"),
        ("Atlantis", "Example France", "not checked"),
        ("unknown", "Example France", "not checked"),
        ("", "Example France", "not concerned"),
        (None, "Example France", "not concerned"),
        ("Germany", "", "not concerned"),
        ("Germany", " ", "not concerned"),
        ("Germany", None, "not concerned"),
        ("Atlantis", None, "not concerned"),
    ],
)
def test_a_carrier_of_another_country_is_told(
    country: str | None, carrier: str | None, outcome: str
) -> None:
    rule = carrier_of_another_country
    for member in ("mobileCarrier", "isp", "connectionType"):
        members = {"country": country, member: carrier}
        looked_up = {"a1r0": [detail("a1r0", "view", 0, **members)]}

        of_summary = outcome_of(rule, subject([], visitor=_visitor(**members)))
        of_hit = outcome_of(rule, subject([], details=looked_up))

        assert (of_summary, of_hit) == (outcome, outcome), member


@each("language", ["fr", "fr-FR", "ja"])
def test_a_foreign_language_is_no_contradiction(language: str) -> None:
    visitor = _visitor(country="Germany", isp="Example Mobile", language=language)
    assert outcome_of(carrier_of_another_country, subject([], visitor=visitor)) == "fine"


def test_one_carrier_under_several_names_is_one_finding() -> None:
    carrier = "Example Mobile France"
    members = {"country": "Germany", "isp": carrier, "mobileCarrier": carrier}
    looked_up = {
        "a1r0": [detail("a1r0", "view", 0, **members)],
        "a2r0": [detail("a2r0", "view", 0, country="DE", isp=carrier)],
        "a3r0": [detail("a3r0", "view", 0, country="France", isp="Example Brasil")],
    }

    first, second = told_by(
        carrier_of_another_country, subject([], visitor=_visitor(**members), details=looked_up)
    )

    assert first.sentence == (
        "The mobile carrier 'Example Mobile France' names another country than the visitor's, "
        "'Germany'."
    )
    assert [(each.member, each.value) for each in first.evidence] == [
        ("country", "Germany"),
        ("mobileCarrier", carrier),
        ("isp", carrier),
    ]
    assert second.sentence == (
        "The provider 'Example Brasil' names another country than the visitor's, 'France'."
    )
    assert [each.hit_id for each in second.evidence] == ["a3r0", "a3r0"]


def test_a_country_that_is_not_known_is_said() -> None:
    about = subject([], visitor=_visitor(country="Atlantis", isp="Example France"))
    assert carrier_of_another_country.run(about) == NotChecked(
        "the country 'Atlantis' is not known by name"
    )


@each(
    ("address", "outcome"),
    [
        ("192.0.2.41", "fine"),
        ("2001:db8::1", "fine"),
        ("x", "fine"),
        ("192.0.2.xx", "fine"),
        ("example.com", "fine"),
        ("192.0.2.x", "1 told"),
        ("192.0.2.X ", "1 told"),
        ("192.0.x.x", "1 told"),
        ("", "not concerned"),
        (None, "not concerned"),
    ],
)
def test_an_address_that_ends_in_x_is_told(address: str | None, outcome: str) -> None:
    looked_up = {"a1r0": [detail("a1r0", "view", 0, ip=address)]}

    assert outcome_of(anonymised_address, subject([], visitor=_visitor(ip=address))) == outcome
    assert outcome_of(anonymised_address, subject([], details=looked_up)) == outcome


@each(
    ("addresses", "start"),
    [
        (["192.0.2.x", "192.0.2.x"], "The IP address '192.0.2.x' ends in .x: it was"),
        (["192.0.2.x", "198.51.100.x", "203.0.113.7"], "2 IP addresses end in .x: they were"),
    ],
)
def test_all_anonymised_addresses_are_one_finding(addresses: list[str], start: str) -> None:
    looked_up = {
        f"a{number}r0": [detail(f"a{number}r0", "view", number, ip=address)]
        for number, address in enumerate(addresses)
    }

    (told,) = told_by(anonymised_address, subject([], details=looked_up))

    assert told.sentence == (
        f"{start} stored without the last part, for privacy. The country was found from the whole "
        "address before that."
    )
    assert anonymised_address.severity is Severity.INFORMATION


_SHOWN: list[tuple[Rule, Subject]] = [
    (source_click_id_missing, subject([row("a1r0", "entrance", 0, pageName="secret")])),
    (unfilled_macro, subject([row("a1r0", "view", 0, t1="{secret}", pageName="secret")])),
    (
        carrier_of_another_country,
        subject([], visitor=_visitor(country="Germany", isp="secret France")),
    ),
    (anonymised_address, subject([], visitor=_visitor(ip="secret.x"))),
]


@each(("rule", "about"), _SHOWN)
def test_what_is_to_be_hidden_is_shown_by_its_alias(rule: Rule, about: Subject) -> None:
    hidden = replace(about, alias=lambda member, value: f"{member}#1" if value else "")

    (told,) = told_by(rule, hidden)

    assert "secret" not in repr(told)
    assert "a1r0" not in repr(told)


@each(
    ("rule", "member"),
    [
        (unfilled_macro, "t20"),
        (unfilled_macro, "externalId"),
        (carrier_of_another_country, "isp"),
        (carrier_of_another_country, "country"),
        (anonymised_address, "ip"),
    ],
)
def test_of_a_redacted_case_file_nothing_is_told(rule: Rule, member: str) -> None:
    about = subject(
        [row("a1r0", "view", 0, t1="{ad}")],
        visitor=_visitor(country="Germany", isp="Example France", ip="192.0.2.x"),
        redacted=frozenset({member, "userAgent"}),
    )
    assert rule.run(about) == NotChecked("the case file is redacted")


def test_what_is_redacted_elsewhere_does_not_matter() -> None:
    about = subject(
        [row("a1r0", "view", 0, t1="{ad}")],
        visitor=_visitor(country="Germany", isp="Example France", ip="192.0.2.x"),
        redacted=frozenset({"userAgent", "eventData1", "hitId"}),
    )
    for rule in (unfilled_macro, carrier_of_another_country, anonymised_address):
        assert outcome_of(rule, about) == "1 told"
