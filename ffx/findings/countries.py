"""Countries by their names and ISO 3166 codes, as reports and carriers write them."""

import re
from dataclasses import dataclass
from functools import cache
from unicodedata import combining, normalize

# A code, the country's own name, then others: aliases, native names of big markets, and what is
# found in that country as well (Georgia is a state, Aruba a company). No accents, no "and", no
# "the": names are compared without them.
_NAMES = """
AD Andorra; AE United Arab Emirates, UAE; AF Afghanistan; AG Antigua Barbuda, Antigua; AI Anguilla;
AL Albania, Shqiperia; AM Armenia; AO Angola; AQ Antarctica; AR Argentina;
AS American Samoa, Samoa American; AT Austria, Osterreich, Oesterreich;
AU Australia, New South Wales; AW Aruba; AX Aland Islands, Aland; AZ Azerbaijan;
BA Bosnia Herzegovina, Bosnia, Bosna; BB Barbados; BD Bangladesh;
BE Belgium, Belgique, Belgie, Belgien; BF Burkina Faso; BG Bulgaria; BH Bahrain; BI Burundi;
BJ Benin; BL Saint Barthelemy; BM Bermuda; BN Brunei Darussalam, Brunei; BO Bolivia;
BQ Bonaire Sint Eustatius Saba, Bonaire, Caribbean Netherlands, Netherlands Antilles;
BR Brazil, Brasil; BS Bahamas; BT Bhutan; BV Bouvet Island; BW Botswana; BY Belarus; BZ Belize;
CA Canada; CC Cocos Islands, Cocos Keeling Islands;
CD Congo Democratic Republic of, Congo, Democratic Republic of Congo, DR Congo, Congo DR,
Congo DRC, Congo Kinshasa; CF Central African Republic, Centrafrique;
CG Congo, Republic of Congo, Congo Republic, Congo Brazzaville;
CH Switzerland, Schweiz, Suisse, Svizzera; CI Cote d Ivoire, Ivory Coast; CK Cook Islands;
CL Chile; CM Cameroon, Cameroun; CN China; CO Colombia; CR Costa Rica; CU Cuba;
CV Cabo Verde, Cape Verde; CW Curacao, Netherlands Antilles; CX Christmas Island;
CY Cyprus, Kypros, Kibris; CZ Czechia, Czech Republic, Cesko, Ceska Republika;
DE Germany, Deutschland; DJ Djibouti; DK Denmark, Danmark; DM Dominica;
DO Dominican Republic, Republica Dominicana; DZ Algeria, Algerie; EC Ecuador; EE Estonia, Eesti;
EG Egypt, Misr; EH Western Sahara; ER Eritrea; ES Spain, Espana; ET Ethiopia; FI Finland, Suomi;
FJ Fiji; FK Falkland Islands, Malvinas; FM Micronesia; FO Faroe Islands, Faroes; FR France;
GA Gabon;
GB United Kingdom, UK, U K, Great Britain, Britain, England, Scotland, Wales, Northern Ireland;
GD Grenada; GE Georgia; GF French Guiana, Guyane; GG Guernsey; GH Ghana; GI Gibraltar;
GL Greenland; GM Gambia; GN Guinea; GP Guadeloupe; GQ Equatorial Guinea, Guinea Ecuatorial;
GR Greece, Hellas; GS South Georgia South Sandwich Islands, South Georgia; GT Guatemala; GU Guam;
GW Guinea Bissau, Guine Bissau; GY Guyana; HK Hong Kong, Hong Kong SAR China, Hongkong;
HM Heard Island McDonald Islands; HN Honduras; HR Croatia, Hrvatska; HT Haiti;
HU Hungary, Magyarorszag; ID Indonesia; IE Ireland, Eire; IL Israel; IM Isle of Man;
IN India, Bharat; IO British Indian Ocean Territory; IQ Iraq; IR Iran; IS Iceland;
IT Italy, Italia, Aruba; JE Jersey; JM Jamaica; JO Jordan; JP Japan, Nippon; KE Kenya;
KG Kyrgyzstan; KH Cambodia; KI Kiribati; KM Comoros; KN Saint Kitts Nevis, Saint Kitts;
KP North Korea, Korea North, Korea Democratic People s Republic of,
Democratic People s Republic of Korea; KR South Korea, Korea; KW Kuwait; KY Cayman Islands, Cayman;
KZ Kazakhstan; LA Laos, Lao People s Democratic Republic, Lao; LB Lebanon, Liban; LC Saint Lucia;
LI Liechtenstein; LK Sri Lanka; LR Liberia; LS Lesotho; LT Lithuania, Lietuva;
LU Luxembourg, Luxemburg; LV Latvia, Latvija; LY Libya; MA Morocco, Maroc; MC Monaco; MD Moldova;
ME Montenegro, Crna Gora; MF Saint Martin, Saint Martin French part; MG Madagascar;
MH Marshall Islands; MK North Macedonia, Macedonia, Makedonija; ML Mali; MM Myanmar, Burma;
MN Mongolia; MO Macao, Macau, Macao SAR China, Macau SAR China; MP Northern Mariana Islands;
MQ Martinique; MR Mauritania; MS Montserrat; MT Malta; MU Mauritius; MV Maldives; MW Malawi;
MX Mexico; MY Malaysia; MZ Mozambique, Mocambique; NA Namibia;
NC New Caledonia, Nouvelle Caledonie; NE Niger; NF Norfolk Island; NG Nigeria; NI Nicaragua;
NL Netherlands, Nederland, Holland; NO Norway, Norge; NP Nepal; NR Nauru; NU Niue; NZ New Zealand;
OM Oman; PA Panama; PE Peru; PF French Polynesia; PG Papua New Guinea; PH Philippines, Pilipinas;
PK Pakistan; PL Poland, Polska; PM Saint Pierre Miquelon; PN Pitcairn; PR Puerto Rico;
PS Palestine, Palestinian Territory, Palestinian Territories; PT Portugal; PW Palau; PY Paraguay;
QA Qatar; RE Reunion; RO Romania; RS Serbia, Srbija; RU Russia, Russian Federation, Rossiya;
RW Rwanda; SA Saudi Arabia; SB Solomon Islands; SC Seychelles; SD Sudan; SE Sweden, Sverige;
SG Singapore; SH Saint Helena, Saint Helena Ascension Tristan da Cunha; SI Slovenia, Slovenija;
SJ Svalbard Jan Mayen; SK Slovakia, Slovak Republic, Slovensko; SL Sierra Leone; SM San Marino;
SN Senegal; SO Somalia; SR Suriname; SS South Sudan; ST Sao Tome Principe; SV El Salvador;
SX Sint Maarten, Saint Maarten, Saint Martin, Netherlands Antilles; SY Syria, Syrian Arab Republic;
SZ Eswatini, Swaziland; TC Turks Caicos Islands, Turks Caicos; TD Chad, Tchad;
TF French Southern Territories; TG Togo; TH Thailand; TJ Tajikistan; TK Tokelau;
TL Timor Leste, East Timor; TM Turkmenistan; TN Tunisia, Tunisie; TO Tonga; TR Turkey, Turkiye;
TT Trinidad Tobago, Trinidad; TV Tuvalu; TW Taiwan, Taiwan Province of China, Chinese Taipei;
TZ Tanzania; UA Ukraine, Ukraina; UG Uganda; UM United States Minor Outlying Islands;
US United States, United States of America, USA, U S A, U S, Aruba, Georgia, New England,
New Jersey, New Mexico; UY Uruguay; UZ Uzbekistan; VA Holy See, Vatican City, Vatican;
VC Saint Vincent Grenadines, Saint Vincent; VE Venezuela;
VG British Virgin Islands, Virgin Islands British, Virgin Islands;
VI US Virgin Islands, U S Virgin Islands, Virgin Islands US, Virgin Islands U S,
United States Virgin Islands, Virgin Islands; VN Vietnam, Viet Nam; VU Vanuatu; WF Wallis Futuna;
WS Samoa; XK Kosovo; YE Yemen; YT Mayotte; ZA South Africa; ZM Zambia; ZW Zimbabwe
"""
# Codes that carriers sign with. Left out are those that are a word, or the kind of a company or a
# network: AG, AS, SA, SE, CO, PT, IT, TV; AE is Greek, UG German and PE Ukrainian for one. After
# a slash, where else the letters are at home: a state, a province, a kind of company.
_SIGNED = """
AR/US AU AZ/US BD BG BR CA/US/VE CH CL CN CY CZ DE/US DK DZ EG ES FR GB GH GR HK HR HU IE IL/US IQ
IR JP KE KR KW KZ LK LT LU LV MA/US MX MZ NL/CA NP NZ PH PK PL RO RS RU SG TH TN/US TR TW TZ UA US
UY UZ VN ZA ZM ZW
"""
_SIGNATURE = re.compile(r"(?<=[(\[–-])\s?([A-Z]{2})\b|\b([A-Z]{2})(?=\s?[)\]–-]|\Z)")
# Where carriers of the first are at home as well.
_TERRITORIES = """
AU CC CX HM NF; CH LI; CN HK MO; DK FO GL; FI AX; FR BL GF GP MC MF MQ NC PF PM RE TF WF YT;
GB AI BM FK GG GI GS IM IO JE KY MS PN SH TC VG; IT SM VA; MA EH; NL AW BQ CW SX; NO BV SJ;
NZ CK NU TK; US AS GU MP PR UM VI
"""

_Words = tuple[str, ...]
_WORD = re.compile(r"[^\W_]+")
_SKIPPED = frozenset({"and", "the"})


@dataclass(frozen=True, slots=True)
class _Tables:
    """Names and codes to look up.

    Attributes:
        own: a country's first name, to its code.
        names: by their first word, the longest first; a name may be that of several countries.
        signed: a carrier's code, to all that it may stand for.
        homelands: a territory's code, to that of its country.
    """

    codes: frozenset[str]
    own: dict[_Words, str]
    names: dict[str, list[tuple[_Words, frozenset[str]]]]
    signed: dict[str, frozenset[str]]
    homelands: dict[str, str]


def country_code(text: str) -> str:
    """Return the ISO 3166 code of what a report calls a country; nothing if it is not known.

    >>> [country_code(text) for text in ("Germany", "de", "Korea, Republic of", "Atlantis")]
    ['DE', 'DE', 'KR', '']
    """
    tables = _tables()
    code = text.strip().upper()
    if code in tables.codes:
        return code
    if own := tables.own.get(_words(text)):
        return own
    named = _named(_words(text))
    return next(iter(named)) if len(named) == 1 else ""


def countries_named(text: str) -> frozenset[str]:
    """Return the ISO 3166 codes of all countries that a carrier's name may speak of.

    Names count as whole words, in any case and with or without accents; of names in one
    another the longest. Codes count in capitals, at the end, in brackets or at a hyphen, if
    they are nothing else.

    >>> sorted(countries_named("Example Mobile DE")), sorted(countries_named("Example AG"))
    (['DE', 'US'], [])
    """
    signed = _tables().signed
    codes = {match[1] or match[2] for match in _SIGNATURE.finditer(text.strip())}
    return _named(_words(text)).union(*(signed.get(code, ()) for code in codes))


def homeland(code: str) -> str:
    """Return the code of the country that a territory belongs to; a country's is its own."""
    return _tables().homelands.get(code, code)


def _named(words: _Words) -> frozenset[str]:
    names = _tables().names
    named: frozenset[str] = frozenset()
    place = 0
    while place < len(words):
        for name, codes in names.get(words[place], ()):
            if words[place : place + len(name)] == name:
                named |= codes
                place += len(name)
                break
        else:
            place += 1
    return named


def _words(text: str) -> _Words:
    """Return the words of a name without case and accents; `St.` is `Saint`."""
    plain = text
    if not text.isascii():
        plain = "".join(each for each in normalize("NFKD", text) if not combining(each))
    words = (word for word in _WORD.findall(plain.casefold()) if word not in _SKIPPED)
    return tuple("saint" if word == "st" else word for word in words)


@cache
def _tables() -> _Tables:
    own: dict[_Words, str] = {}
    known: dict[_Words, set[str]] = {}
    codes = set()
    for entry in _NAMES.split(";"):
        code, _, listed = entry.strip().partition(" ")
        names = [_words(name) for name in listed.split(",")]
        codes.add(code)
        own[names[0]] = code
        for name in names:
            known.setdefault(name, set()).add(code)
    by_word: dict[str, list[tuple[_Words, frozenset[str]]]] = {}
    for name in sorted(known, key=len, reverse=True):
        by_word.setdefault(name[0], []).append((name, frozenset(known[name])))
    signed = [entry.split("/") for entry in _SIGNED.split()]
    homes = [group.split() for group in _TERRITORIES.split(";")]
    return _Tables(
        codes=frozenset(codes),
        own=own,
        names=by_word,
        signed={first: frozenset([first, *others]) for first, *others in signed},
        homelands={territory: home for home, *rest in homes for territory in rest},
    )
