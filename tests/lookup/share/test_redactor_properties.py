"""Whatever a reply holds: its shape stays, its secrets go, and once is enough."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ffx.api.json_text import Numeral, read_document
from ffx.api.members import is_alias
from ffx.lookup.share.redactor import ID_MEMBERS, REDACTED_MEMBERS, Redactor
from tests.api.test_json_text import write
from tests.fuzz.conftest import fuzzed
from tests.lookup.share.test_redactor_stories import leaves

KEPT_WORDS = {"eventType", "nodeType", "eventTime", "hitTime", "firstSeen", "lastSeen"}
# Without letters that begin an alias, so that an alias and its neighbours never make a secret.
_LETTERS = "xyq \n\"'\\%+/{}é😀\u202e\ud800"
WORDS_SENT = st.one_of(
    st.text(_LETTERS, max_size=9),
    st.sampled_from(["", " ", "ip#1", "t1#2", "xyqxyq", "xyqxyqx", "yqxyqx x", "hit#1"]),
)
TEXTS_SENT = st.lists(
    WORDS_SENT | st.sampled_from(["conversion", "-", "#1"]), max_size=4
).map("".join)  # fmt: skip
SCALARS = st.one_of(
    TEXTS_SENT,
    WORDS_SENT,
    st.none(),
    st.booleans(),
    st.sampled_from(["0.10", "1e400"]).map(Numeral),
)
NAMES = st.sampled_from([
    "ip", "ipv6", "t1", "t2", "clickId", "city", "hitId", "visitorId", "eventType", "eventTime",
    "pageName", "revenue", "xyqxyq", "other",
])  # fmt: skip
OBJECTS = st.dictionaries(
    NAMES,
    SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(NAMES, SCALARS, max_size=2),
    max_size=6,
)
REPLIES = st.fixed_dictionaries({"visitor": OBJECTS, "hits": st.lists(OBJECTS, max_size=3)})


def compared(sent: object, shown: object, member: str | None = None) -> Iterator[tuple[Any, ...]]:
    """Yield the values of hidden members as sent and shown, once the rest has the same shape."""
    if member in REDACTED_MEMBERS:
        yield member, sent, shown
    elif isinstance(sent, dict):
        assert isinstance(shown, dict)
        assert len(sent) == len(shown)
        for (name, inner), (seen_name, seen) in zip(sent.items(), shown.items(), strict=True):
            assert seen_name == name or name == "xyqxyq"
            yield from compared(inner, seen, name)
    elif isinstance(sent, list):
        assert isinstance(shown, list)
        for inner, seen in zip(sent, shown, strict=True):
            yield from compared(inner, seen)
    elif type(sent) is str:
        assert type(shown) is str
        assert sent == shown or not {member} & (ID_MEMBERS | {"eventType"})
    else:
        assert shown == sent
        assert type(shown) is type(sent)


@fuzzed(12)
@given(REPLIES, st.booleans())
def test_a_redacted_reply_has_the_same_shape(reply: dict[str, object], ascii_only: bool) -> None:
    sent = write(reply, " ", ascii_only=ascii_only)
    shown = Redactor(hides_ids=False).json(sent)
    aliases: dict[tuple[str, str], object] = {}

    for member, value, seen in compared(reply, read_document(shown).value):
        text = value if isinstance(value, str) else write(value, " ", ascii_only=ascii_only)
        if value is None or not text.strip() or is_alias(text):
            assert seen == value
            continue
        assert is_alias(seen)
        word = "ip" if member == "ipv6" else member
        assert aliases.setdefault((word, text), seen) == seen
    assert len(set(aliases.values())) == len(aliases)


@fuzzed(12)
@given(REPLIES, st.booleans(), st.booleans())
def test_redacting_again_changes_nothing(
    reply: dict[str, object], hides_ids: bool, ascii_only: bool
) -> None:
    redactor = Redactor(hides_ids=hides_ids)
    shown = redactor.json(write(reply, ascii_only=ascii_only))

    assert redactor.json(shown) == shown
    assert Redactor(hides_ids=hides_ids).json(shown) == shown
    for leaf in leaves(read_document(shown).value):
        if isinstance(leaf.value, str) and leaf.member not in KEPT_WORDS:
            assert redactor.text(leaf.value) == leaf.value or leaf.member in ID_MEMBERS


@fuzzed(12)
@given(REPLIES)
def test_no_secret_stays(reply: dict[str, object]) -> None:
    redactor = Redactor(hides_ids=True)
    shown = read_document(redactor.json(write(reply))).value
    # «conversion» begins an alias.
    secrets = {
        leaf.value.strip()
        for leaf in leaves(reply)
        if leaf.member in REDACTED_MEMBERS | ID_MEMBERS
        and type(leaf.value) is str
        and "#" not in leaf.value
    } - {"conversion"}

    for leaf in leaves(shown):
        if isinstance(leaf.value, str) and leaf.member not in KEPT_WORDS:
            assert not [each for each in secrets if len(each) >= 6 and each in leaf.value]
