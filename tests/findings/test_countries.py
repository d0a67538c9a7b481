"""Countries that reports and carriers name."""

from hypothesis import given
from hypothesis import strategies as st

from ffx.findings.countries import countries_named, country_code, homeland
from tests.looping import each

_COUNTRIES = {
    "Germany": "DE",
    "germany": "DE",
    " GERMANY ": "DE",
    "DE": "DE",
    "de": "DE",
    "Deutschland": "DE",
    "Federal Republic of Germany": "DE",
    "United States": "US",
    "United States of America": "US",
    "USA": "US",
    "U.S.": "US",
    "us": "US",
    "UK": "GB",
    "GB": "GB",
    "United Kingdom": "GB",
    "Great Britain": "GB",
    "Northern Ireland": "GB",
    "Ireland": "IE",
    "Republic of Ireland": "IE",
    "Österreich": "AT",
    "Oesterreich": "AT",
    "España": "ES",
    "Espana": "ES",
    "Türkiye": "TR",
    "Turkey": "TR",
    "Czech Republic": "CZ",
    "Czechia": "CZ",
    "The Netherlands": "NL",
    "Netherlands (the)": "NL",
    "Bahamas, The": "BS",
    "Côte d’Ivoire": "CI",
    "Cote d'Ivoire": "CI",
    "Ivory Coast": "CI",
    "Russian Federation": "RU",
    "Korea, Republic of": "KR",
    "South Korea": "KR",
    "Korea, Democratic People's Republic of": "KP",
    "North Korea": "KP",
    "Congo": "CG",
    "Congo, The Democratic Republic of the": "CD",
    "DR Congo": "CD",
    "Iran, Islamic Republic of": "IR",
    "Moldova, Republic of": "MD",
    "Viet Nam": "VN",
    "Hong Kong SAR China": "HK",
    "Taiwan, Province of China": "TW",
    "Georgia": "GE",
    "Aruba": "AW",
    "Guinea": "GN",
    "Guinea-Bissau": "GW",
    "Equatorial Guinea": "GQ",
    "Papua New Guinea": "PG",
    "Dominica": "DM",
    "Dominican Republic": "DO",
    "Samoa": "WS",
    "American Samoa": "AS",
    "St. Kitts & Nevis": "KN",
    "Trinidad and Tobago": "TT",
    "Bosnia & Herzegovina": "BA",
    "Virgin Islands, U.S.": "VI",
    "Macao": "MO",
    "Curaçao": "CW",
    "Åland Islands": "AX",
    "Kosovo": "XK",
    "Atlantis": "",
    "Virgin Islands": "",
    "Europe": "",
    "unknown": "",
    "Germany or France": "",
    "??": "",
    "ZZ": "",
    "": "",
}


@each("text", _COUNTRIES)
def test_a_country_is_known_by_name_and_by_code(text: str) -> None:
    assert country_code(text) == _COUNTRIES[text]


_CARRIERS = {
    "Example Mobile": "",
    "Example Mobile France": "FR",
    "EXAMPLE FRANCE S.A.": "FR",
    "example-mobile-france": "FR",
    "Example_Deutschland": "DE",
    "Example (Schweiz) AG": "CH",
    "Example de España S.A.U.": "ES",
    "Example España": "ES",
    "Example Brasil S/A": "BR",
    "Polska Example Sp. z o.o.": "PL",
    "Example Türkiye A.Ş.": "TR",
    "Example UK": "GB",
    "example.co.uk": "GB",
    "Example USA": "US",
    "U.S. Example": "US",
    "Example Hong Kong (China)": "CN HK",
    # The longest name counts, and whole words alone.
    "Example Guinea-Bissau": "GW",
    "Example Equatorial Guinea": "GQ",
    "Example Papua New Guinea": "PG",
    "Example Guinea": "GN",
    "Example New Jersey": "US",
    "Example Jersey": "JE",
    "New Mexico Example": "US",
    "New South Wales Example": "AU",
    "Example Northern Ireland": "GB",
    "Example South Sudan": "SS",
    "Example Nigeria": "NG",
    "Example Indiana": "",
    "Francetel Example": "",
    "Omantel Example": "",
    "Romanian Example": "",
    # A name of two is a name of either.
    "Example Georgia": "GE US",
    "Example Congo": "CD CG",
    "Example Serbia and Montenegro": "ME RS",
    # Codes: in capitals, at the end, in brackets, at a hyphen.
    "Example Mobile FR": "FR",
    "Example Mobile (FR)": "FR",
    "[FR] Example Mobile": "FR",
    "Example (FR Mobile)": "FR",
    "FR-Example": "FR",
    "Example-FR": "FR",
    "Example - FR Mobile": "FR",
    "FR – Example": "FR",
    "FR": "FR",
    "Example Mobile GB": "GB",
    "Example Mobile DE": "DE US",
    "Example Mobile CA": "CA US VE",
    "FR Example": "",
    "Example FR Mobile": "",
    "Example Mobile fr": "",
    "Example Mobile Fr": "",
    "ExampleFR": "",
    "Example.FRA": "",
    # What else the letters say.
    "Example AG": "",
    "Example SA": "",
    "Example S.A.": "",
    "Example SE": "",
    "Example AS": "",
    "Example & CO": "",
    "Example GmbH & Co. KG": "",
    "Example UG": "",
    "Example BV": "",
    "Example CV": "",
    "Example AE": "",
    "Example SC": "",
    "PT Example": "",
    "Example IT": "",
    "IT-Example": "",
    "Example PC-IT": "",
    "Example TV": "",
    "Example FM": "",
    "Example WI-FI": "",
    "Example AT": "",
    "Example IN": "",
    "Example NO": "",
    "Example LA": "",
    "Example ID": "",
    "Example MY": "",
    "Example ME": "",
    "Example BE": "",
    "DO-Example": "",
    "Example TO": "",
    "SO Example": "",
    "Example AM": "",
    "Example PM": "",
    "Example HT": "",
    "Example BT": "",
    "Example AI": "",
    "EE": "",
    "4G": "",
    "cable": "",
    "Cable/DSL": "",
    "Corporate": "",
    "": "",
}


def test_a_carrier_names_a_country_by_a_whole_name_or_by_a_code_that_is_nothing_else() -> None:
    named = {carrier: " ".join(sorted(countries_named(carrier))) for carrier in _CARRIERS}
    assert named == _CARRIERS


_NAMES = st.sampled_from([name for name, code in _COUNTRIES.items() if len(name) > 2 and code])
_WORDS = st.from_regex(r"[a-z]{1,3}x[a-z]{0,5}", fullmatch=True)


@given(_NAMES, _WORDS, _WORDS)
def test_a_country_is_found_wherever_its_name_stands(name: str, before: str, after: str) -> None:
    code = country_code(name)

    assert code in countries_named(f"{before} {name}, {after}")
    assert code in countries_named(f"{before} {name.swapcase()}, {after}")


@given(_NAMES.filter(str.isalpha), _WORDS)
def test_a_name_inside_a_word_is_none(name: str, word: str) -> None:
    assert not countries_named(f"{word}{name}{word}")


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert all(country_code(code) == code for code in countries_named(text))
    assert country_code(text) in {"", *(countries_named(text)), text.strip().upper()}


@each(("code", "owner"), [("PR", "US"), ("HK", "CN"), ("JE", "GB"), ("RE", "FR"), ("DE", "DE")])
def test_a_territory_belongs_to_a_country(code: str, owner: str) -> None:
    assert homeland(code) == owner
    assert homeland(owner) == owner


@each("unit", ["Guinea ", "AA-", "(", "é", "united "])
def test_a_long_text_is_read_like_any_other(unit: str) -> None:
    assert countries_named(unit * (50_000 // len(unit))) <= {"GN"}
