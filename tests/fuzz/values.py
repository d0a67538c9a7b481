"""What a service, a user or a file might say: ordinary, odd, hostile, huge, of another type."""

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.explorer import HIT_ID, VISITOR_ID


@dataclass(frozen=True)
class Raw:
    """JSON text that stands as it is: numbers by their digits, and what is no JSON at all."""

    text: str


@dataclass(frozen=True)
class Pairs:
    """An object whose keys may come twice."""

    pairs: tuple[tuple[str, Any], ...]


def write(value: Any, *, ascii_only: bool = True) -> str:
    """Write JSON text, `Raw` and `Pairs` included."""
    match value:
        case Raw(text):
            return text
        case Pairs(pairs):
            return _object(pairs, ascii_only=ascii_only)
        case dict():
            return _object(tuple(value.items()), ascii_only=ascii_only)
        case list():
            return f"[{', '.join(write(each, ascii_only=ascii_only) for each in value)}]"
        case _:
            return json.dumps(value, ensure_ascii=ascii_only)


def _object(pairs: tuple[tuple[str, Any], ...], *, ascii_only: bool) -> str:
    inside = (
        f"{json.dumps(name, ensure_ascii=ascii_only)}: {write(value, ascii_only=ascii_only)}"
        for name, value in pairs
    )
    return f"{{{', '.join(inside)}}}"


HOSTILE = [
    "", " ", "\x1b[2J", "\x1b]0;x\x07", "\x1b]52;c;QQ==\x07", "\x9b31m", "\x00", "a\nb\tc\r",
    "\u202egnp.exe", "\u200b\u200d\ufeff", "\ud800", "\udfff\ud800", "\U000e0041", "\u3164",
    "[red]x[/red] [/]", ":skull:", "\\", "\\u{1b}", "=1+1", "@SUM(A1)", "\t=1", "＝1",
    "javascript:alert(1)", "<script>alert(1)</script>", "]]>", "--></style><svg onload=x>",
    "&lt;", "{hit}", "{{clickid}}", "%7Bhit%7D", "日本語" * 40, "e\u0301" * 50,
    "🇧🇷👩\u200d👩\u200d👧", "مرحبا", "x" * 5000, "a b " * 500, "|" * 30, "`" * 7,
    "* # _ ~", "\u2028", "\x85", "null",
    "0", "-1", "NaN", "1e400", "\u0131", "\u017f", "\u212a", "\ufffd", "%", "%s{0}", "'", '"',
]  # fmt: skip
NUMBERS = [
    "0", "-0", "0.0", "1", "0.10", "-3.5", "1e400", "-1e400", "1E-400", "9007199254740993",
    "12345678901234567890", "9" * 300, "0." + "1" * 300, "1e-5", "1e15", "-0.0001", "1e999999999",
    "1e1000000000000000000000", "1e-1000000000000000000000", "123456789.987654321",
]  # fmt: skip
TIMES = [
    "2026-03-05T14:30:00Z", "2026-03-05T14:30:00.123Z", "2026-03-05T14:30:00.123456789Z",
    "2026-03-05T14:30:00+02:00", "2026-03-05T14:30:00", "2026-03-05", "2026-03-05 14:30",
    "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z", "2026-03-05T24:00:00Z", "2026-W10-4", "20260305T143000Z", "now", "",
    "2026-03-29T02:30:00+01:00", "2026-03-05T14:30:60Z", "2026-03-05T14:30:00z", "T", "-1",
    "2026-03-05T14:30:00+23:59:59", "2026-03-05T14:30:00-00:00", "１９７０-01-01",
]  # fmt: skip
EVENTS = [
    "Entrance", "View", "Click", "Conversion", "CustomEvent1", "customEvent10", "entrance",
    "OfferView", "Upsell", "", "conversion ", "Bot", "entrance\x00",
]  # fmt: skip
IDS = [HIT_ID, VISITOR_ID, "k3yyck910q7g90ceygzc7nr1", "a", "x" * 300, "0OQ5LzxJxaBC", "-h", "h"]

texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=[])))
numerals = st.one_of(
    st.sampled_from(NUMBERS).map(Raw),
    st.integers(),
    st.integers(0, 5),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-9999, max_value=9999)
    .map(str)
    .map(Raw),
)
bad_numerals = st.sampled_from(["NaN", "-Infinity", "9" * 4301, "01", "1.", "+1", "tru"]).map(Raw)
ids = st.sampled_from(IDS)
times = st.one_of(
    st.sampled_from(TIMES),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    st.integers(0, 3600).map(lambda s: f"2026-03-05T14:{s // 60:02d}:{s % 60:02d}Z"),
)
scalars = st.one_of(st.none(), st.booleans(), numerals, texts)
nested = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(texts, inner, max_size=3),
        st.lists(st.tuples(texts, inner), max_size=3).map(lambda pairs: Pairs(tuple(pairs))),
    ),
    max_leaves=5,
)
deep = st.integers(50, 3000).map(lambda levels: Raw("[" * levels + "]" * levels))
anything = st.one_of(scalars, nested, times, ids, deep)
