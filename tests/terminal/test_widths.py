"""A text is as wide as a terminal draws it, so that what stands in columns stays there."""

import json
import unicodedata
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from unicodedata import category

import pytest

from ffx.output.width import width_of
from tests.conftest import surroundings
from tests.explorer import VISITOR_ID, history
from tests.faults.rows import OWN_COLOURS, WINDOW
from tests.fuzz.running import Service, run
from tests.terminal.danger import CATEGORIES, EVERY_CODE, INVISIBLE
from tests.terminal.tmux import TMUX, Tmux

# Terminals are not at one about these. Marks that take a cell in their script (Mc): most draw one,
# newer tables say none. Shades of skin: two of their own, or none as part of an emoji. Signs that
# were made wide by Unicode 16, or that are as wide as the font likes.
_NOT_COMPARED = CATEGORIES | {"Cn", "Co", "Mc"}
_DISPUTED = frozenset({
    *range(0x1F3FB, 0x1F400), *range(0x2630, 0x2638), *range(0x268A, 0x2690),
    *range(0x1D300, 0x1D377), *range(0x3248, 0x3250),
})  # fmt: skip
_AT_ONCE = 20
_HIT = "dkezmsf3bat8xdbz8rt"


@pytest.fixture
def screen(own_surroundings: None, tmp_path: Path) -> Iterator[Tmux]:
    with Tmux(tmp_path, surroundings(), columns=300) as terminal:
        yield terminal


def runs_of(known: Callable[[str], bool]) -> list[str]:
    """Return all characters that are known, some together and behind a letter.

    Those of one width, so that one cannot make up for another.
    """
    shown = (
        character
        for character in map(chr, EVERY_CODE)
        if category(character) not in _NOT_COMPARED
        and ord(character) not in INVISIBLE
        and ord(character) not in _DISPUTED
        and known(character)
    )
    return [
        "a" + "".join(run[start : start + _AT_ONCE])
        for _, same in groupby(shown, key=width_of)
        for run in [list(same)]
        for start in range(0, len(run), _AT_ONCE)
    ]


def is_old(character: str) -> bool:
    return unicodedata.ucd_3_2_0.category(character) != "Cn"


def wrong_in(screen: Tmux, runs: list[str]) -> list[tuple[str, int]]:
    drawn = zip(runs, screen.cells_of(runs), strict=True)
    return [(run, cells) for run, cells in drawn if width_of(run) != cells]


@TMUX
def test_every_character_is_as_wide_as_a_terminal_draws_it(screen: Tmux) -> None:
    runs = runs_of(is_old)

    assert sum(map(len, runs)) > 90_000
    assert wrong_in(screen, runs) == []


@TMUX
def test_newer_characters_are_too_where_the_terminal_knows_them(screen: Tmux) -> None:
    runs = runs_of(lambda character: not is_old(character))

    assert sum(map(len, runs)) > 45_000
    # The terminal may be of another year than our table.
    assert len(wrong_in(screen, runs)) < len(runs) / 50


# What stands in cells: wide, combining, full-width, from right to left, of many scripts.
TEXTS = [
    "plain", "日本語の広告", "ｆｕｌｌ　ｗｉｄｔｈ", "Zu\u0308rich cafe\u0301",
    "e\u0301\u0302\u0303 piled", "한국어 광고", "مرحبا بالعالم", "שלום עולם", "привет",
    "ไทยแลนด์", "🌷 sale 🎉🎉", "🇧🇷", "→ ← ─", "👩\u200d👩\u200d👧", "½ ² ©", "日" * 60,
    "e\u0301" * 90, "a\u0301\u0302日" * 30, "\u202egnp.exe", "ﷺ ﷽", "𝒳𝓎𝓏", "…" * 50, "",
]  # fmt: skip


def drawn_table(columns: int) -> list[str]:
    """Return the lines of a view with such rows, without colours."""
    rows = [
        history(hitId=f"{_HIT}{number:06d}", pageName=text, nodeName=text, cost=number)
        for number, text in enumerate(TEXTS)
    ]
    reply = {**rows[0], "hits": [row["hits"][0] for row in rows]}
    service = Service(lambda _: (200, {}, json.dumps(reply).encode()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        patch.setenv("FFX_ACCESS_TOKEN", "token")
        patch.setenv("FFX_API_URL", "http://127.0.0.1:9/v1")
        ended = run(["visitor", VISITOR_ID, *WINDOW], service, on_terminal=True)
    return OWN_COLOURS.sub("", ended.out).splitlines()


@TMUX
@pytest.mark.parametrize("columns", [100, 140, 200])
def test_columns_stand_below_each_other_whatever_is_in_them(columns: int, screen: Tmux) -> None:
    lines = drawn_table(columns)
    [header] = [line for line in lines if "node · page" in line]
    before_hit = [line[: line.index(_HIT)] for line in lines if _HIT in line]

    assert len(before_hit) == len(TEXTS)
    assert set(screen.cells_of(before_hit)) == {header.index("hit")}


@TMUX
@pytest.mark.parametrize("columns", [40, 60, 80, 120, 250])
def test_no_line_is_wider_than_the_terminal(columns: int, screen: Tmux) -> None:
    lines = drawn_table(columns)

    assert max(screen.cells_of(lines)) <= columns
