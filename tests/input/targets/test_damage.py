"""What befell an ID on its way, and what stands beside it: troubles and their innocent twins."""

from datetime import UTC, datetime
from typing import NamedTuple

from ffx.errors import UsageError
from ffx.input.targets.shapes import Command
from ffx.input.targets.target import HitId, VisitorId, holds_id, read_target

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
H = "dkezmsf3bat8xdbz8rt039r4h"
H_UNDATED = "1wj7y5680dz26p1g9p0101"
H_FUTURE = "zzezmsf3bat8xdbz8rt039r4h"
V = "afdwb7QPV6Y59aTP3fQxZ3tX2ox"
# MongoDB's, as other trackers have them: its date, read as ours, is 2011.
OBJECT_ID = "66f1a2b3c4d5e6f7a8b9c0d1"
OFFER = "https://offer.example.com/"
PROOFPOINT = "https://urldefense.proofpoint.com/v2/url?u=https-3A__offer.example.com_-3F"


class Read(NamedTuple):
    """What a text was read as: the ID's kind or "refused", the ID or the code, and the rest."""

    kind: str
    id: str
    others: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read(text: str, command: Command = "diagnose") -> Read:
    try:
        target = read_target(text, command=command, now=NOW)
    except UsageError as error:
        return Read("refused", error.code if error.message and error.hint else "no words")
    others = tuple(other.text for other in target.others)
    return Read(target.kind, target.id.text, others, tuple(target.warnings))


def check(table: dict[str, Read], command: Command = "diagnose") -> None:
    for text, expected in table.items():
        assert read(text, command) == expected, text


def test_another_trackers_click_id_does_not_win_over_ours() -> None:
    ours, theirs = (H, (OBJECT_ID,)), (OBJECT_ID, (H,), ("",))
    check(
        {
            f"{OFFER}?clickid={OBJECT_ID}&sub1={H}": Read("hit", *ours),
            f"{OFFER}?clickid={OBJECT_ID}&whatever={H}": Read("hit", *ours),
            f"{OFFER}?clickid={OBJECT_ID}&utm_content={H}": Read("hit", *ours),
            f"{OBJECT_ID},{H},2026-03-05": Read("hit", *ours),
            f"{OFFER}?clickid={H_FUTURE}&sub1={H}": Read("hit", H, (H_FUTURE,)),
            f"{OFFER}?clickid={H_UNDATED}&sub1={H}": Read("hit", H, (H_UNDATED,)),
            f"{OFFER}?clickid={OBJECT_ID}&sub1={H_UNDATED}": Read("hit", H_UNDATED, (OBJECT_ID,)),
            f"{OFFER}?clickid={OBJECT_ID}&vid={V}": Read("visitor", V, (OBJECT_ID,)),
            # A name of ours wins, whatever stands there: the postback asks for it.
            f"https://t.example.com/pb/?hit={OBJECT_ID}&tx=1&sub1={H}": Read("hit", *theirs),
            f"https://t.example.com/pb/?sub1={OBJECT_ID}&hit={H}&tx=1": Read("hit", *ours),
            # Alone it is asked for: the service knows its IDs better than we do.
            OBJECT_ID: Read("hit", OBJECT_ID, (), ("",)),
            f"{OFFER}?clickid={OBJECT_ID}": Read("hit", OBJECT_ID, (), ("",)),
            # Two of ours stand in the order of the text.
            f"{OFFER}?clickid={H}&sub1={H[:-3]}r5h": Read("hit", H, (f"{H[:-3]}r5h",)),
        }
    )


def test_an_id_in_a_tag_of_the_source_is_the_weakest_find() -> None:
    check(
        {
            f"{OFFER}?utm_content={H}": Read("hit", H),
            f"{OFFER}?utm_term=camp_{H}": Read("hit", H),
            f"{OFFER}?utm_campaign=a%20{V}": Read("visitor", V),
            f"{OFFER}?utm_content={H}&anything={H_UNDATED}": Read("hit", H_UNDATED, (H,)),
            f"{OFFER}?utm_content={H}&clickid={H_UNDATED[:18]}": Read(
                "hit", H_UNDATED[:18], (H,), ("P2",)
            ),
            f"{OFFER}?utm_content={H}&vid={V}": Read("visitor", V, (H,)),
            f"{OFFER}?utm_source=facebook&utm_id=summer2026": Read("refused", "not-an-id"),
            f"{OFFER}?utm_source={{hit}}x": Read("refused", "P1"),
        }
    )


def test_cut_ids_and_digits_are_told_under_free_names_too() -> None:
    check(
        {
            f"{OFFER}?clickid={H[:18]}": Read("hit", H[:18], (), ("P2",)),
            f"{OFFER}?sub1={H[:18]}": Read("hit", H[:18], (), ("P2",)),
            f"{OFFER}?s2={H[:16]}&sub3=facebook": Read("hit", H[:16], (), ("P2",)),
            f"{OFFER}?sub1={H.upper()}": Read("hit", H.upper(), (), ("P2",)),
            f"{OFFER}?clickid=123456789012345678": Read("refused", "P4"),
            f"{OFFER}?sub1=123456789012345678": Read("refused", "P4"),
            f"{OFFER}?hit=123": Read("refused", "P4"),
            # Words that are as long, campaigns, dates and counts; an ID that is there as well.
            f"{OFFER}?sub1=facebooksummer2026": Read("refused", "not-an-id"),
            f"{OFFER}?sub1=aaaaaaaaaaaaaaaa12": Read("refused", "not-an-id"),
            f"{OFFER}?sub1=20261128&s2=12": Read("refused", "not-an-id"),
            f"{OFFER}?transaction_id=123456789012": Read("refused", "not-an-id"),
            f"{OFFER}?sub1=123456789012345678&s2={H}": Read("hit", H),
            f"{OFFER}?sub1=facebooksummer2026&s2={H}": Read("hit", H),
        }
    )


def test_a_visitor_id_without_its_capitals_is_damaged_and_no_hit() -> None:
    small, capital = V.lower(), V.upper()
    table = {
        small: Read("visitor", small, (), ("P2",)),
        capital: Read("visitor", capital, (), ("P2",)),
        f"vid={small}": Read("visitor", small, (), ("P2",)),
        f"{OFFER}?clickid={small}": Read("visitor", small, (), ("P2",)),
        f"please see {capital}.": Read("visitor", capital, (), ("P2",)),
        f"{OFFER}?clickid={small}&sub1={H}": Read("hit", H, (small,)),
        # A hit ID of 26 characters and its h has 27 as well; so has a visitor ID that is whole.
        f"01{H}": Read("hit", f"01{H}"),
        V: Read("visitor", V),
    }
    check(table)
    refused = Read("refused", "P2")
    check(
        {
            small: refused,
            capital: refused,
            f"{OFFER}?clickid={small}": refused,
            f"vid={small}": refused,
            f"01{H}": Read("hit", f"01{H}"),
            f"{OFFER}?clickid={small}&sub1={H}": Read("hit", H, (small,)),
        },
        "hit",
    )
    assert read_target(small, command="hit", as_kind="hit", now=NOW).id == HitId(small)


def test_what_can_be_no_id_is_not_asked() -> None:
    no_id = Read("refused", "not-an-id")
    lost = Read("refused", "spreadsheet-number")
    for command in ("visitor", "hit", "diagnose"):
        table = {
            **dict.fromkeys(
                ("click", "converted", "Why", "HELLO", "didn't", "follow-up", "zzzzzzzzzzzz"),
                no_id,
            ),
            **dict.fromkeys(("hit=converted", "vid=none-yet"), no_id),
            **dict.fromkeys(
                ("1.23457E+17", '"1.23457E+17"', "1,23457E+17", "2E+20", "hit=1.23457E+17"), lost
            ),
            "1.23457E+17, 24.90": lost,
            f"order;1.23457E+17;{H}": Read("hit", H),
        }
        check(table, command)
        for odd in ("v1", "abc-1", "é1", "zzzzzzzzzzz9", "1.5", "a" * 20, "1e5"):
            assert read(odd, command).kind != "refused", odd
        assert read_target("click", command=command, as_kind="hit", now=NOW).id == HitId("click")


def test_nothing_with_the_sign_of_a_macro_is_ever_asked() -> None:
    values = "$click a$b1 @@hit@@ user@example.com1 ##CLICK_ID## %clickid a(b1 ~hit~ *|HIT|* a|b9"
    for value in values.split():
        for text in (value, f"hit={value}", f"{OFFER}?clickid={value}", f"vid={value}&x=1"):
            for command in ("visitor", "hit", "diagnose"):
                assert read(text, command).kind == "refused", (text, command)
        try:
            found = read_target(f"hit={value}", command="hit", as_kind="hit", now=NOW).id.text
        except UsageError:
            continue
        # What is read stops where a link's next part may begin.
        assert found in ("a", "x"), value


def test_a_placeholder_is_one_in_every_networks_brackets() -> None:
    macros = """
        #CLICK_ID# ##CLICK_ID## ###CLICK_ID### %CLICK_ID% %%clickid%% [clickid] [+clickid+]
        {%clickid%} (S_CLICK) @@clickid@@ $clickid -CLICKID- *|CLICKID|* ~clickid~ xxc1xx {hit}
        {{hit}} ${hit} $[hit] $(hit) __HIT__ OPTIONAL REPLACE
    """
    for value in macros.split():
        for name in ("hit", "clickid", "sub1"):
            text = f"https://t.example.com/pb/?{name}={value}&tx=1"
            assert read(text, "hit") == Read("refused", "P1"), text
            # Beside an ID it is told, and the ID is asked for.
            assert read(f"{text}&aff_sub={H}", "hit") == Read("hit", H, (), ("P7",)), text
    # What begins behind the ID, and a campaign's name, are none.
    assert read(f"https://t.example.com/pb/?hit={H}#CLICK") == Read("hit", H, (), ("P6",))
    assert read(f"{OFFER}?sub1=-50&sub2=(new)&sub3=[de]&hit={H}") == Read("hit", H)


def test_what_mail_does_to_a_text_is_undone() -> None:
    found = Read("hit", H)
    check(
        {
            f"{PROOFPOINT}hit-3D{H}-26tx-3D1&d=DwMFaQ&c=euGZstcaTDllvimEN8b7j&r={V}&e=": found,
            f"see {PROOFPOINT}sub1-3D{H}&amp;d=DwMFaQ&amp;c=euGZ&amp;e= thanks": found,
            f"https://urldefense.com/v3/__https://offer.example.com/?hit={H}__;!!AbC!dEf$": found,
            f"hit=3D{H[:9]}=\r\n{H[9:]}": found,
            f"hit=3D{H[:9]}=\n{H[9:]}": found,
            f'<a href=3D"{OFFER}?click=\nid=3D{H}&amp;x=3D1">': found,
            f"your click {H[:9]}=\n{H[9:]} is": found,
            # At a line's end = may also be that of a parameter.
            f"clickid=\nsub1={H}": found,
            f"hit={H}=\nnext": found,
        }
    )


def test_ids_in_brackets_and_behind_colons_have_their_names() -> None:
    for text, name in {
        f"https://prf.example.com/click/camref:1100l/pubref:{H}/destination:x": "pubref",
        f"{OFFER}?subid=[[{H}]]": "subid",
        f"https://t.example.com/click?p(1)a(2)epi({H})url(x)": "epi",
        f"- click: {H}": "click",
        f"Click ID: {H}": "Click ID",
        f"partner_click_id -> see pub_click_id={H}": "pub_click_id",
    }.items():
        target = read_target(text, command="diagnose", now=NOW)
        assert target.id == HitId(H), text
        assert target.notes[0] == f"found hit ID {H} under '{name}'", text
    assert read(f"[[{H}]]") == Read("hit", H)
    assert read("pubref:summer2026/destination:x") == Read("refused", "not-an-id")


def test_the_likeliest_others_are_kept_to_be_proposed() -> None:
    target = read_target(f"vid={V}&hit={OBJECT_ID}&sub1={H}&s2=click", command="hit", now=NOW)
    assert target.id == HitId(OBJECT_ID)
    assert target.others == (HitId(H), VisitorId(V))


def test_a_pasted_text_is_told_from_a_command_with_a_typing_error() -> None:
    for text in (H, V, H.upper(), f"vid={V}", f"{OFFER}?s1={H}", "hit={hit}", f"- click: {H}"):
        assert holds_id(text), text
    for text in (
        "visitr",
        "hti",
        "diagnos",
        "Visitor",
        "help me",
        "v1",
        "ids.txt",
        "123",
        "-",
        "",
    ):
        assert not holds_id(text), text
