"""Properties of reading targets: an ID is found wherever it stood, and no text is a fault."""

from datetime import UTC, datetime
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from ffx.errors import UsageError
from ffx.input.targets.shapes import Kind
from ffx.input.targets.target import HitId, read_target
from ffx.output.clean import clean
from tests.looping import each

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
H = "dkezmsf3bat8xdbz8rt039r4h"
V = "afdwb7QPV6Y59aTP3fQxZ3tX2ox"
UUID = "550e8400-e29b-41d4-a716-446655440000"


def meaning(text: str, command: Kind, as_kind: Kind | None = None) -> tuple[str, str]:
    """Return the kind and the ID, or the word refused and the error's code."""
    try:
        target = read_target(text, command=command, as_kind=as_kind, now=NOW)
    except UsageError as error:
        return "refused", error.code
    return ("hit" if isinstance(target.id, HitId) else "visitor"), target.id.text


hit_ids = st.builds(
    "{}{}".format,
    st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=20, max_size=24),
    st.sampled_from(["1a", "a1", "7h"]),
)
visitor_ids = st.builds(
    "{}{}".format,
    st.text(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=25, max_size=25
    ),
    st.just("xY"),
)
wrappings = st.sampled_from(
    ["{}", " {}\n", '"{}"', "'{}'", "“{}”", "<{}>", "({}).", "{},", "\u200b{}\ufeff", "see {} ."]
)


def percent_encoded(text: str, times: int) -> str:
    for _ in range(times):
        text = quote(text, safe="")
    return text


@st.composite
def embedded(draw: st.DrawFn, ids: st.SearchStrategy[str], forms: list[str]) -> tuple[str, str]:
    """Draw an ID and a text that holds it."""
    found = draw(ids)
    text = draw(st.sampled_from(forms)).replace("@", found)
    text = percent_encoded(text, draw(st.integers(0, 2)))
    return found, draw(wrappings).format(text)


HIT_FORMS = [
    "@",
    "https://offer.example.com/?clickid=@",
    "https://offer.example.com/?a=b&s3=@&c=d",
    "https://offer.example.com/?other=@#x",
    "https://www.example.com/?to=https%3A%2F%2Foffer.example.com%2F%3Fhit%3D@",
    "https://track.example.com/pb/?hit=@&tx=77&rev=1.5",
    "@:TX9, 12.50",
    "@, 3",
    "2026-03-05,@,12.50,USD",
    '{"hit": {"at": "2026-03-05", "id": "@"}, "funnel": {"id": "0OQ5LzxJxaBC"}}',
    '{"hit_id": "@", "x": [1, 2]}',
    '{"resolvedTokens": {"{hit}": "@"}}',
    "Hit ID: @",
]
VISITOR_FORMS = [
    "@",
    "https://www.example.com/?vid=@",
    "https://www.example.com/?a=b&amp;visitor_id=@&amp;c=d",
    "https://www.example.com/?to=https%3A%2F%2Fshop.example.com%2F%3Fvid%3D@",
    '{"visitor": {"ip": "192.0.2.7", "id": "@"}}',
    '{"visitorId": "@", "hits": []}',
    "Session ID: @",
    "2026-03-05\t@\tDE",
]


@given(embedded(hit_ids, HIT_FORMS))
def test_a_hit_is_found_again_wherever_it_stood(case: tuple[str, str]) -> None:
    found, text = case
    assert meaning(text, "hit") == ("hit", found)
    assert meaning(text, "visitor") == ("hit", found)


@given(embedded(visitor_ids, VISITOR_FORMS))
def test_a_visitor_is_found_again_wherever_it_stood(case: tuple[str, str]) -> None:
    found, text = case
    assert meaning(text, "visitor") == ("visitor", found)


fragments = st.sampled_from(
    [
        *(H, V, UUID, "hit=", "vid=", "clickid=", "{hit}", "%7B", "%2525", "&amp;", "&#x26;", "{"),
        *("}", "[", "]", '"', "'", "\\", "\\u0026", "/fts/", "/pb/?", ":", ", 12", "\n", "\x00"),
        *("\ud800", "\u200b", "\u202e", "\u0130", "\u212a", "１２", '{"hit": {"id": "'),
    ]
)
anything = st.one_of(
    st.text(st.characters(exclude_categories=[]), max_size=200),
    st.lists(st.one_of(fragments, st.text(max_size=5)), max_size=12).map("".join),
)


@given(anything, st.sampled_from(["visitor", "hit"]), st.sampled_from([None, "visitor", "hit"]))
def test_no_text_raises_anything_but_a_usage_error(
    text: str, command: Kind, as_kind: Kind | None
) -> None:
    outcome, word = meaning(text, command, as_kind)
    assert outcome in ("hit", "visitor", "refused")
    assert 0 < len(word) <= 256
    assert clean(word) == word
    assert " " not in word


@each(
    "text",
    ['{"hit":' * 4_000, "[" * 30_000, H * 2_500, "\ud800" * 30_000, "hit={" * 5_000],
)
def test_a_long_text_of_rubbish_is_refused(text: str) -> None:
    assert meaning(text, "visitor")[0] == "refused"
