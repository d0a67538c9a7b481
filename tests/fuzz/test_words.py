"""Whatever is pasted as a target, or typed as a time: found or refused, and no fault."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.explorer import HIT_ID, VISITOR_ID
from tests.fuzz.conftest import fuzzed
from tests.fuzz.running import Ended, Service, run
from tests.fuzz.test_command_lines import GOOD, TARGETS
from tests.fuzz.values import HOSTILE, TIMES

PIECES = (
    *TARGETS, "hit=", "vid=", "clickid=", "%7B", "%2525", "&amp;", "{", "}", "[", "]", '"', "'",
    "\\u0026", "/pb/?", "/fts/", ":", ", 12", "\n", "\x00", "\u200b", "\u0130", "１２", "Hit ID: ",
    "?", "&", "=", "#",
)  # fmt: skip
pasted = st.one_of(
    st.text(st.characters(exclude_categories=[]), max_size=80),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=8).map("".join),
    st.tuples(st.sampled_from(PIECES), st.integers(1, 20_000)).map(lambda pair: pair[0] * pair[1]),
)
TIME_PIECES = (
    *TIMES, "0", "1", "2", "9", "10", "31", "99999999999999999999", ".", ",", ":", "-", "/", "+",
    "@", " ", "s", "m", "h", "d", "w", "mo", "y", "days", "hours ago", "ago", "now", "today",
    "yesterday", "mon", "TUESDAY", "T", "Z", "+02:00", "-14:00", "+99:99", "UTC", "2024-08-25",
    "20240825", "15:00", "24:00", "..", "1e5", "½", "٣", "\u202e", "\x1b[31m", "\ud800", "@-1",
    "@1724598000000", "1w2d3h",
)  # fmt: skip
times = st.one_of(
    st.lists(st.sampled_from(TIME_PIECES), max_size=4).map("".join),
    st.lists(st.sampled_from(TIME_PIECES), max_size=3).map(" ".join),
    st.text(max_size=20),
    st.sampled_from(HOSTILE),
)
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/Havana",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Cairo",
)
WAYS = (
    ("--since",), ("--until",), ("--since", "--until"), ("--on",), ("--around",),
    ("--around", "--within"), ("--since", "--on"), ("--within",), ("--timeout",),
    ("--try-timeout",),
)  # fmt: skip


def ask(*arguments: str) -> Ended:
    return run(arguments, Service(GOOD))


@fuzzed(20)
@given(command=st.sampled_from(["visitor", "hit", "diagnose"]), text=pasted)
def test_whatever_is_pasted_is_found_or_refused(command: str, text: str) -> None:
    ended = ask(command, "--json", "--max-hits=20" if command == "diagnose" else "-v", "--", text)

    assert ended.code in (0, 2, 7)
    if ended.code == 2:
        assert len(ended.err) < 3000


@fuzzed(20)
@given(
    way=st.sampled_from(WAYS),
    typed=st.lists(times, min_size=2, max_size=2),
    zone=st.sampled_from(ZONES),
)
def test_whatever_is_typed_as_a_time_is_read_or_refused(
    way: tuple[str, ...], typed: list[str], zone: str
) -> None:
    words = [f"{option}={text}" for option, text in zip(way, typed, strict=False)]
    ended = ask("visitor", VISITOR_ID, *words, "--tz", zone, "--json")

    # A time-out of next to nothing is one too.
    assert ended.code in (0, 2, 6)
    assert ended.code != 6 or "timeout" in way[0]
    if ended.code == 2:
        assert len(json.loads(ended.err.splitlines()[-1])["error"]["message"]) < 500


@fuzzed(12)
@given(typed=times, zone=st.one_of(st.sampled_from(ZONES), times))
def test_the_same_of_the_time_of_a_hit_and_of_zones(typed: str, zone: str) -> None:
    assert ask("hit", HIT_ID, f"--at={typed}", f"--tz={zone}").code in (0, 2)
