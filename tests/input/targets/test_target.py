"""What people paste, and what each of it means."""

import json
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from ffx.errors import UsageError
from ffx.input.targets.shapes import Kind
from ffx.input.targets.target import HitId, VisitorId, read_target
from tests.looping import each

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
H = "dkezmsf3bat8xdbz8rt039r4h"
H2 = "01dkezmsf3bat8xdbz8rt039r0"
H3 = "1wj7y5680dz26p1g9p0101"
V = "afdwb7QPV6Y59aTP3fQxZ3tX2ox"
UUID = "550e8400-e29b-41d4-a716-446655440000"
ASSET = "0OQ5LzxJxaBC"
TWICE = quote(quote(f"https://offer.example.com/?hit={H}", safe=""), safe="")
WEBHOOK = json.dumps(
    {
        "request_id": UUID,
        "visitor": {"ip": "192.0.2.7", "id": V},
        "funnel": {"id": ASSET},
        "hit": {"node": {"id": ASSET}, "time": "2026-03-05T14:30:00Z", "id": H},
    },
    indent=2,
)
JS_REPLY = json.dumps({"resolvedTokens": {"{hit}": H, "{visitor}": V, "{current-node-id}": ASSET}})
VISITOR_REPLY = json.dumps(
    {"visitor": {"visitorId": V}, "hits": [{"hitId": H, "clickId": H2}, {"hitId": H2}]}
)


def meaning(text: str, command: Kind, as_kind: Kind | None = None) -> tuple[str, str]:
    """Return the kind and the ID, or the word refused and the error's code."""
    try:
        target = read_target(text, command=command, as_kind=as_kind, now=NOW)
    except UsageError as error:
        return "refused", error.code if error.message and error.hint else "no words"
    return ("hit" if isinstance(target.id, HitId) else "visitor"), target.id.text


def notes(text: str, command: Kind = "visitor") -> tuple[str, ...]:
    return read_target(text, command=command, now=NOW).notes


# Each text with what it means to `ffx visitor` and to `ffx hit`; one entry where both agree.
HIT, VISITOR = ("hit", H), ("visitor", V)
AS_HIT = ("hit", V)
P1, P4, P5 = ("refused", "P1"), ("refused", "P4"), ("refused", "P5")
NO_ID = ("refused", "not-an-id")
NAMED_VISITOR = ("refused", "visitor-id")
ENTRANCE = ("refused", "entrance-link")
AN_ASSET = ("refused", "asset-id")


def both(word: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("visitor", word), ("hit", word)


MEANINGS = {
    # Plain IDs, and what surrounds them in a cell or a message
    H: (HIT,),
    H2: (("hit", H2),),
    H3: (("hit", H3),),
    V: (VISITOR, AS_HIT),
    f"  {H}\n": (HIT,),
    f'"{H}"': (HIT,),
    f'"""{H}"""': (HIT,),
    f"'{V}'": (VISITOR, AS_HIT),
    f"“{H}”": (HIT,),
    f"`{H}`": (HIT,),
    f"<{H}>": (HIT,),
    f"[{H}]": (HIT,),
    f"{{{H}}}": (HIT,),
    f"({H}).": (HIT,),
    f"{H};": (HIT,),
    f"\ufeff{H[:5]}\u200b{H[5:]}\u200d": (HIT,),
    f"\xa0{H}\u3000": (HIT,),
    f"{H}%20": (HIT,),
    f"{H}%0D%0A": (HIT,),
    H.replace("d", "%64"): (HIT,),
    # Odd shapes: asked for as they stand
    "v1": both("v1"),
    "abc-1": both("abc-1"),
    "é1": both("é1"),
    "zzzzzzzzzzz9": both("zzzzzzzzzzz9"),
    H.upper(): both(H.upper()),
    H[:20]: both(H[:20]),
    V[:20]: both(V[:20]),
    "x" * 256: both("x" * 256),
    # Links
    f"https://www.example.com/page?vid={V}": (VISITOR, NAMED_VISITOR),
    f"https://www.example.com/page?VisitorId={V}": (VISITOR, NAMED_VISITOR),
    f"https://www.example.com/page?a=1;session_id={V}": (VISITOR, NAMED_VISITOR),
    f"https://www.example.com/page#vid={V}": (VISITOR, NAMED_VISITOR),
    f"https://www.example.com/?vid={H}": (("visitor", H), NAMED_VISITOR),
    f"https://offer.example.com/?clickid={H}": (HIT,),
    f"https://offer.example.com/?cid={H}": (HIT,),
    f"https://offer.example.com/?tid={H}": (HIT,),
    f"https://offer.example.com/?subid={H}": (HIT,),
    f"https://offer.example.com/?sub1={H}": (HIT,),
    f"https://offer.example.com/?s2={H}": (HIT,),
    f"https://offer.example.com/?aff_sub2={H}": (HIT,),
    f"https://offer.example.com/?extclid={H}": (HIT,),
    f"https://offer.example.com/?ext_click_id={H}": (HIT,),
    f"https://offer.example.com/?transaction_id={H}": (HIT,),
    f"https://offer.example.com/?external={H}": (HIT,),
    f"https://offer.example.com/?c1=red&p1={H}": (HIT,),
    f"https://offer.example.com/?whatever={H}": (HIT,),
    f"https://offer.example.com/?SUB1={H}#top": (HIT,),
    f"https://offer.example.com/#/?clickid={H}": (HIT,),
    f"https://offer.example.com/go/{H}/buy": (HIT,),
    f"https://offer.example.com/hit={H}/buy": (HIT,),
    f"https://offer.example.com/?a=1&amp;clickid={H}&amp;b=2": (HIT,),
    f"https://offer.example.com/?a=1&amp;amp;clickid={H}": (HIT,),
    f"https://offer.example.com/?a=1;clickid={H};b=2": (HIT,),
    f"https://offer.example.com/?sub1=facebook&sub2={H}": (HIT,),
    f"https://offer.example.com/?sub1={V}": (VISITOR, AS_HIT),
    f"https://offer.example.com/?hit[id]={H}": (HIT,),
    f"https://offer.example.com/?visitor%5Bid%5D={V}": (VISITOR, NAMED_VISITOR),
    f"https://offer.example.com/?clickid={H.upper()}": (("hit", H.upper()),),
    f"https://offer.example.com/?clickid={H[:18]}": (("hit", H[:18]),),
    f"https://offer.example.com/?hit=%22{H}%22": (HIT,),
    f"https://offer.example.com/?hit=+{H}+": (HIT,),
    f"https%3A%2F%2Foffer.example.com%2F%3Fhit%3D{H}": (HIT,),
    TWICE: (HIT,),
    f"https://www.example.com/?redirect=https%3A%2F%2Foffer.example.com%2F%3Fhit%3D{H}": (HIT,),
    f"https://www.example.com/?redirect={TWICE}": (HIT,),
    f"https://www.example.com/?clickid=https://offer.example.com/?hit={H}": (HIT,),
    f"https://www.example.com/?gclid={V}&vid={V}": (VISITOR, NAMED_VISITOR),
    f"https://www.example.com/?gclid={H2}&clickid={H}": (HIT,),
    f"https://www.example.com/?vid={V}&clickid={H}": (VISITOR, HIT),
    f"https://www.example.com/?vid={{visitor}}&clickid={H}": (HIT,),
    f"https://www.example.com/?clickid={{hit}}&other={H}": (HIT,),
    # Postbacks
    f"https://track.example.com/pb/?hit={H}&tx=5&rev=1": (HIT,),
    f"https://track.example.com/pb/?hit={H}": (HIT,),
    f"https://track.example.com/pb/?hit={H}&tx={V}": (HIT,),
    f"https://track.example.com/pb/?hit={H}&order={V}": (HIT,),
    f"https://track.example.com/pb/?hit={V}&rev=2": (AS_HIT,),
    f"https://track.example.com/pb/?vid={V}": (VISITOR, NAMED_VISITOR),
    f"GET /pb/?hit={H}&tx=1 HTTP/1.1": (HIT,),
    "https://track.example.com/pb/?hit=v1&tx=1": (("hit", "v1"),),
    # Conversion uploads, CSV and TSV
    f"{H}, 12.50": (HIT,),
    f"{H}:TX-1, 12.50": (HIT,),
    f"{H}:TX-1": (HIT,),
    f'"{H}","12.50"': (HIT,),
    f"{H}\t-1": (HIT,),
    "v1:tx9, 12": (("hit", "v1"),),
    f"{V}, 12.50": (VISITOR, AS_HIT),
    f"{V},{H},2026-03-05,12.50": (VISITOR, HIT),
    f"Hit ID,Session ID\n{H},{V}\n": (VISITOR, HIT),
    f"2026-03-05\t{H}\tconversion": (HIT,),
    # JSON and JavaScript
    WEBHOOK: (VISITOR, HIT),
    WEBHOOK[:-5]: (VISITOR, HIT),
    WEBHOOK.replace("\n", "").replace(" ", ""): (VISITOR, HIT),
    json.dumps({"body": WEBHOOK}): (VISITOR, HIT),
    JS_REPLY: (VISITOR, HIT),
    VISITOR_REPLY: (VISITOR, HIT),
    f'{{"hit_id": "{H}"}}': (HIT,),
    f'{{"hitId":"{H}","visitorId":"{V}"}}': (VISITOR, HIT),
    f'{{"events": [{{"hitId": "{H}", "clickId": "", "externa': (HIT,),
    f'{{"visitor": {{"id": "{V}"': (VISITOR, NAMED_VISITOR),
    f"{{hit: {{id: '{H}'}}, x: 1}}": (HIT,),
    f'"url": "https:\\/\\/offer.example.com\\/?a=1\\u0026hit\\u003d{H}"': (HIT,),
    f'flux.track("conversion", {{"hit": "{H}"}})': (HIT,),
    # Lines of text
    f"Hit ID: {H}": (HIT,),
    f"hit id = {H}": (HIT,),
    f"Session ID: {V}": (VISITOR, NAMED_VISITOR),
    f"visitor: {V}\nhit: {H}": (VISITOR, HIT),
    "Hit ID: v1": (("hit", "v1"),),
    f"please look at {H}, thanks": (HIT,),
    f"please look at {V}, thanks": (VISITOR, AS_HIT),
    f"visitor {V} made the hit {H}.": (VISITOR, HIT),
    f"this hit: why? {H}": (HIT,),
    f"[2026-03-05 14:30:00] 192.0.2.7 INFO hit={H} took=12ms": (HIT,),
    f"*{H}*": (HIT,),
    f"[link](https://offer.example.com/?s1={H})": (HIT,),
    f'<a href="https://offer.example.com/?s1={H}">offer</a>': (HIT,),
    f"camp_{H}_de": (HIT,),
    f"https://www.example.com/?vid=3D{V}&clickid=3D{H}": (VISITOR, HIT),
    f"https://www.example.com/?vid=3D{V[2:]}": (("visitor", f"3D{V[2:]}"), NAMED_VISITOR),
    # P1: placeholders and nothing at all
    "": (P1,),
    " \t\n": (P1,),
    '""': (P1,),
    "\u200b": (P1,),
    "{hit}": (P1,),
    '"{hit}"': (P1,),
    "{{clickid}}": (P1,),
    "${x}": (P1,),
    "[CLICKID]": (P1,),
    "<CLICKID>": (P1,),
    "%CLICKID%": (P1,),
    "__CLICKID__": (P1,),
    "#CLICKID#": (P1,),
    "REPLACE": (P1,),
    "hit_id": (P1,),
    "Hit ID": (P1,),
    "clickid": (P1,),
    "VISITOR_ID": (P1,),
    "%7Bhit%7D": (P1,),
    "{hit}, 12.50": (P1,),
    "clickid={hit}": (P1,),
    "hit=[CLICKID]": (P1,),
    "clickid=": (P1,),
    "https://offer.example.com/?hit=&x=1": (P1,),
    "https://offer.example.com/?clickid=#CLICKID#": (P1,),
    "https://offer.example.com/?clickid=%7B%7Bclickid%7D%7D": (P1,),
    "https://offer.example.com/?sub1={sub1}": (P1,),
    "https://offer.example.com/?other={hit}": (P1,),
    "https://track.example.com/pb/?hit=REPLACE&tx=1": (P1,),
    '{"hit_id": "{hit}"}': (P1,),
    # P4 and P5
    "123456789012345678": (P4,),
    '"1234"': (P4,),
    "https://www.example.com/?vid=123456": (P4,),
    "123456, 12.50": (P4,),
    UUID: (P5,),
    UUID.upper(): (P5,),
    f"{{{UUID}}}": (P5,),
    f"X-Funnelflux-Request-ID: {UUID}": (P5,),
    f'{{"request_id": "{UUID}"}}': (P5,),
    # Links and assets without a hit
    f"https://track.example.com/fts/{ASSET}-{ASSET}": (ENTRANCE,),
    f"https://track.example.com/fts/{ASSET}-{ASSET}?external={{clickid}}&c1=x": (ENTRANCE,),
    f"https%3A%2F%2Ftrack.example.com%2Ffts%2F{ASSET}-{ASSET}": (ENTRANCE,),
    f"https://track.example.com/fts/{ASSET}-{ASSET}?external={H}": (HIT,),
    ASSET: (AN_ASSET,),
    f"hit={ASSET}": (AN_ASSET,),
    # Nothing to be found
    "hello there": (NO_ID,),
    "https://www.example.com/": (NO_ID,),
    "https://track.example.com/action/1": (NO_ID,),
    "https://offer.example.com/?sub1=facebook": (NO_ID,),
    "sub1=facebook": (NO_ID,),
    f"https://www.example.com/?gclid={H}": (NO_ID,),
    '{"visitor":null,"hits":[],"hasMore":false}': (NO_ID,),
    "x" * 257: (NO_ID,),
    "vid=" + "x" * 257: (NO_ID,),
    "vid=abc%20def": (NO_ID,),
    "vid=abc+def": (NO_ID,),
    "vid=abc%00def": (NO_ID,),
    "abc\x00def": (NO_ID,),
    "abc\x1bdef": (NO_ID,),
    "\ud800": (NO_ID,),
    "é" + "a" * 200_000: (NO_ID,),
}


def test_what_is_pasted_is_understood() -> None:
    for text, meant in MEANINGS.items():
        assert meaning(text, "visitor") == meant[0], f"visitor: {text[:70]!a}"
        assert meaning(text, "hit") == meant[-1], f"hit: {text[:70]!a}"


@each(
    ("text", "as_kind", "meant"),
    [
        (H, "visitor", ("visitor", H)),
        (V, "hit", ("hit", V)),
        ("123456", "hit", ("hit", "123456")),
        (UUID, "visitor", ("visitor", UUID)),
        (ASSET, "hit", ("hit", ASSET)),
        ("camp_" + H, "visitor", ("visitor", "camp_" + H)),
        (f"vid={V}", "hit", ("hit", V)),
        (f"vid={V}&hit={H}", "hit", HIT),
        (f"vid={V}&hit={H}", "visitor", VISITOR),
        (f"clickid={H}", "visitor", ("visitor", H)),
        ("hit=1234", "hit", ("hit", "1234")),
        ("{hit}", "hit", P1),
        ("clickid={hit}", "hit", P1),
        ("", "visitor", P1),
        ("hello there", "hit", NO_ID),
        ("x" * 257, "hit", NO_ID),
    ],
)
@each("command", ["visitor", "hit"])
def test_as_overrules_the_guess_and_all_refusals_but_placeholders(
    text: str, as_kind: Kind | None, meant: tuple[str, str], command: Kind
) -> None:
    assert meaning(text, command, as_kind) == meant


@each("text", [H, V, f'"{H}"', f" {V}\u200b"])
def test_a_good_id_needs_no_note(text: str) -> None:
    assert notes(text) == ()


def test_an_id_inside_a_text_is_named_with_its_parameter() -> None:
    assert notes(f"https://offer.example.com/?sub2={H}") == (f"found hit ID {H} under 'sub2'",)
    assert notes(f"see {V}!") == (f"found visitor ID {V} in the text",)


def test_what_else_was_there_is_said() -> None:
    text = f"https://offer.example.com/?vid={V}&clickid={H}"
    assert notes(text, "visitor")[1] == f"the text also holds hit ID '{H}' under 'clickid'"
    assert notes(text, "hit")[1] == f"the text also holds visitor ID '{V}' under 'vid'"


def test_of_many_others_a_few_are_shown_and_the_rest_counted() -> None:
    many = " ".join(f"{H[:-3]}{number:03}" for number in range(1, 9))
    assert notes(many)[1].endswith(", 4 more")
    assert notes(f"hit={{hit}}&s2={H}")[1] == "'hit' holds the placeholder '{hit}'"


@each(
    ("text", "command", "note"),
    [
        (
            H.upper(),
            "hit",
            f"{H.upper()} looks like a hit ID with capitals: in small letters it is {H}",
        ),
        (
            H[:20],
            "hit",
            f"{H[:20]} looks like a hit ID that was cut: "
            "it has 20 characters, and hit IDs have 22 or more",
        ),
        (
            V[:20],
            "visitor",
            f"{V[:20]} looks like a visitor ID that was cut: "
            "it has 20 characters, and visitor IDs have 27",
        ),
        (V, "hit", f"{V} looks like a visitor ID, not like a hit ID"),
        (f"vid={H}", "visitor", f"{H} looks like a hit ID, not like a visitor ID"),
        ("v1", "hit", "'v1' does not look like a hit ID; it is asked for as it stands"),
        (
            f"https://track.example.com/pb/?hit={H}&rev=1",
            "hit",
            "the postback has no tx=: repeats of it cannot be told apart",
        ),
        (
            f"https://track.example.com/pb?hit={H}&tx=&rev=1",
            "visitor",
            "the postback has no tx=: repeats of it cannot be told apart",
        ),
        (f"{H} " + "-" * 100_000, "hit", "the last 26 characters were not searched"),
    ],
)
def test_doubts_are_said(text: str, command: Kind, note: str) -> None:
    assert notes(text, command)[-1] == note


def refusal(text: str, command: Kind = "visitor") -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_target(text, command=command, now=NOW)
    return caught.value


def test_a_placeholder_is_refused_with_the_place_to_look() -> None:
    error = refusal("{hit}")
    assert error.message == "'{hit}' is a placeholder, not an ID"
    assert error.hint == (
        "The network did not fill it in: see the offer URL's click parameter, "
        "and the postback's hit=."
    )


@each(
    ("text", "message"),
    [
        ("https://offer.example.com/?clickid={hit}", "'clickid' holds the placeholder '{hit}'"),
        ("https://offer.example.com/?clickid=", "'clickid' is empty"),
        (" ", "the text is empty where an ID belongs"),
        (
            f"https://track.example.com/fts/{ASSET}-{ASSET[::-1]}",
            f"this is an entrance link: it holds funnel {ASSET} and traffic source "
            f"{ASSET[::-1]}, but no hit and no visitor",
        ),
        (ASSET, f"'{ASSET}' is an asset ID (a funnel's, a page's), made on 2020-04-06"),
        ("vid=abc%20def", "'abc def' holds a blank: no ID does"),
        ("abc\x1bdef", "'abc\\u{1b}def' holds a control character: no ID does"),
        ("x" * 257, f"'{'x' * 60}…' has 257 characters: an ID has 256 at most"),
        ("hello there", "'hello there' holds no ID that ffx knows"),
    ],
)
def test_a_refusal_says_what_the_text_is(text: str, message: str) -> None:
    assert refusal(text).message == message


def test_a_hit_asked_of_a_visitors_link_points_to_the_other_command() -> None:
    assert refusal(f"https://www.example.com/?vid={V}", "hit").hint.endswith(f"ffx visitor {V}")


def test_an_id_in_a_suggested_command_is_quoted_for_the_shell() -> None:
    assert refusal("vid=a!b1", "hit").hint.endswith("ffx visitor 'a!b1'")


def test_an_asset_id_of_the_future_is_only_odd() -> None:
    past = datetime(2020, 1, 1, tzinfo=UTC)
    assert read_target(ASSET, command="visitor", now=past).id == VisitorId(ASSET)
