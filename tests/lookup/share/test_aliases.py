"""Values get numbers, and stand inside other text as their aliases."""

from hypothesis import given
from hypothesis import strategies as st

from ffx.api.members import ALIAS_WORDS, EVENT_DATA, TRACKING, is_alias
from ffx.lookup.share.aliases import Aliases
from tests.looping import each


@each(
    "text",
    ["ip#1", "agent#2", "visitor#12", "hit#300", "t1#1", "t20#999999999", "data#1", "carrier#9"],
)
def test_an_alias_is_a_word_of_the_table_and_a_number(text: str) -> None:
    assert is_alias(text)


@each(
    "text",
    ["", "ip", "ip#", "ip#0", "ip#01", "ip#1 ", " ip#1", "IP#1", "t0#1", "t21#1", "cost#1",
     "ip#1\n", "xip#1", "ip#1000000000", "ip#\u0661", "ip #1"],
)  # fmt: skip
def test_anything_else_is_none(text: str) -> None:
    assert not is_alias(text)


def test_the_table() -> None:
    expected = {
        "ip": "ip",
        "ipv6": "ip",
        "userAgent": "agent",
        "externalId": "external",
        "clickId": "click",
        "conversionId": "conversion",
        "conversionTransaction": "transaction",
        **{name: name for name in TRACKING},
        **dict.fromkeys(EVENT_DATA, "data"),
        "referrerPath": "path",
        "city": "city",
        "isp": "isp",
        "mobileCarrier": "carrier",
    }

    assert expected == ALIAS_WORDS


def test_numbers_follow_the_order_of_appearance_word_by_word() -> None:
    aliases = Aliases()

    assert [aliases.of("ip", each) for each in ("b", "a", "b", "c")] == [
        "ip#1", "ip#2", "ip#1", "ip#3"
    ]  # fmt: skip
    assert aliases.of("city", "b") == "city#1"


def test_an_id_is_one_whichever_kind_it_was_taken_for() -> None:
    aliases = Aliases()

    assert aliases.of("visitor", "k4he908epzp6") == "visitor#1"
    assert aliases.of("hit", "k4he908epzp6") == "visitor#1"
    assert aliases.of("hit", "another hit") == "hit#1"
    assert aliases.of("visitor", "another hit") == "hit#1"


def test_aliases_that_came_from_elsewhere_are_not_given_again() -> None:
    aliases = Aliases()
    for alias in ("ip#1", "ip#3", "city#7"):
        aliases.skip(alias)

    assert [aliases.of("ip", each) for each in "abc"] == ["ip#2", "ip#4", "ip#5"]


@each(
    ("text", "shown"),
    [
        ("from 192.0.2.41.", "from ip#1."),
        ("192.0.2.41", "ip#1"),
        ("192.0.2.41, 192.0.2.41", "ip#1, ip#1"),
        ("http://192.0.2.41/?ip=192.0.2.41&x", "http://ip#1/?ip=ip#1&x"),
        # An alias runs into nothing that would make it another one.
        ("192.0.2.417", "ip#1 7"),
        ("192.0.2.41:80", "ip#1 :80"),
        ("192.0.2.41.7", "ip#1 .7"),
        ("192.0.2.41 7", "ip#1 7"),
        ("x192.0.2.41x", "xip#1 x"),
        ("192.0.2.41192.0.2.41", "ip#1 ip#1"),
        ("192.0.2.41/a/b/c/d", "ip#1 path#1"),
        ("ip#1/a/b/c/d", "ip#1 path#1"),
        ("/a/b/c/d/a/b/c/d", "path#1 path#1"),
        # What is an alias stays one; what looks like one may be a value.
        ("ip#1 and ip#1, city#1", "ip#1 and ip#1, city#1"),
        ("ip#192.0.2.41", "ip#ip#1"),
        ("ip#1192.0.2.41", "ip#1 ip#1"),
        ("a value's t1#1 part", "a value's t1#1 part"),
        ("before t1#1 behind", "t1#1 t1#1 t1#1"),
        # A kept text stays, and so does what lies inside it.
        ("hit k4he908epzp6", "hit k4he908epzp6"),
        ("the city of 12345", "the city of 12345"),
    ],
)
def test_values_inside_a_text(text: str, shown: str) -> None:
    aliases = Aliases()
    aliases.keep("k4he908epzp6")
    aliases.of("ip", "192.0.2.41")
    aliases.of("path", "/a/b/c/d")
    aliases.of("city", "12345")
    aliases.of("t2", "908epz")
    aliases.of("t1", "before t1#1 behind")

    assert aliases.text(text) == shown
    assert aliases.text(shown) == shown


PIECES = st.lists(
    st.sampled_from(["192.0.2.41", "2.41 and", "ip#1", "ip#", "#1", "1", " ", "t1#1 x", "abcdef",
                     "defghi", ".", ":", "%20", "+", "\\", "'\"'\"'", "t1", "hit#2", "é"]),
    max_size=8,
).map("".join)  # fmt: skip


@given(st.lists(PIECES, max_size=5), PIECES)
def test_redacted_text_stays_as_it_is(values: list[str], text: str) -> None:
    aliases = Aliases()
    for value in values:
        aliases.of("t1", value)
    shown = aliases.text(text)

    assert aliases.text(shown) == shown


def test_memory_is_bounded_and_what_is_seen_again_is_remembered() -> None:
    aliases = Aliases(most_bytes=40_000)
    regular = aliases.of("ip", "192.0.2.41")
    for number in range(3_000):
        aliases.forget()
        aliases.of("click", f"click-{number}")
        assert aliases.of("ip", "192.0.2.41") == regular
        if number < 100:
            assert aliases.text("first click-0") == "first click#1"

    assert aliases.text("192.0.2.41 click-2999") == "ip#1 click#3000"
    assert aliases.text("first click-0") == "first click-0"
    assert aliases.of("click", "click-0") == "click#3001"
    assert sum(len(values) for values in aliases._aliases.values()) < 200
    assert len(aliases._matcher._marks) < 200


def test_aliases_from_elsewhere_are_bounded_too() -> None:
    aliases = Aliases(most_bytes=40_000)
    for number in range(10_000):
        aliases.forget()
        aliases.skip(f"ip#{2 * number + 2}")

    assert len(aliases._foreign) < 200
