"""A text is as wide as a terminal draws it, so that what stands in columns stays there."""

import json
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from unicodedata import category
from unicodedata import east_asian_width as width_class

import pytest

from ffx.output.width import width_of
from tests.conftest import surroundings
from tests.explorer import VISITOR_ID, history
from tests.faults.rows import OWN_COLOURS, WINDOW
from tests.fuzz.running import Service, run
from tests.looping import each
from tests.terminal.danger import CATEGORIES, EVERY_CODE, INVISIBLE, every_category
from tests.terminal.tmux import TMUX, Tmux

# Terminals are not at one about these. Marks that take a cell in their script (Mc): most draw one,
# newer tables say none. Shades of skin: two of their own, or none as part of an emoji. Signs that
# were made wide by Unicode 16, or that are as wide as the font likes.
_NOT_COMPARED = CATEGORIES | {"Cn", "Co", "Mc"}
_DISPUTED = frozenset({
    *range(0x1F3FB, 0x1F400), *range(0x2630, 0x2638), *range(0x268A, 0x2690),
    *range(0x1D300, 0x1D377), *range(0x3248, 0x3250),
})  # fmt: skip
_AT_ONCE = 50
_HIT = "dkezmsf3bat8xdbz8rt"


@pytest.fixture
def screen(own_surroundings: None, tmp_path: Path) -> Iterator[Tmux]:
    with Tmux(tmp_path, surroundings(), columns=300) as terminal:
        yield terminal


def runs_of(characters: list[str]) -> list[str]:
    """Return the characters, some together and behind a letter.

    Those of one kind, so that a wide one cannot make up for a narrow one.
    """
    return [
        "a" + "".join(run[start : start + _AT_ONCE])
        for _, same in groupby(characters, key=lambda each: (category(each), width_class(each)))
        for run in [list(same)]
        for start in range(0, len(run), _AT_ONCE)
    ]


@TMUX
def test_every_character_is_as_wide_as_a_terminal_draws_it(screen: Tmux) -> None:
    kinds = every_category()
    shown = [
        chr(code)
        for code in EVERY_CODE
        if kinds[code] not in _NOT_COMPARED and code not in INVISIBLE and code not in _DISPUTED
    ]
    old = [each for each in shown if unicodedata.ucd_3_2_0.category(each) != "Cn"]
    known = set(old)
    new = [each for each in shown if each not in known]
    assert len(old) > 85_000
    assert len(new) > 45_000
    runs = [*runs_of(old), *runs_of(new)]

    drawn = zip(runs, screen.cells_of(runs), strict=True)
    wrong = [(run, cells) for run, cells in drawn if width_of(run) != cells]

    assert [run for run in wrong if run[0][1] in known] == []
    # The terminal may be of another year than our table.
    assert len(wrong) < len(runs) / 50


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
@each("columns", [100, 140, 200])
def test_columns_stand_below_each_other_whatever_is_in_them(columns: int, screen: Tmux) -> None:
    lines = drawn_table(columns)
    [header] = [line for line in lines if "node · page" in line]
    before_hit = [line[: line.index(_HIT)] for line in lines if _HIT in line]

    assert len(before_hit) == len(TEXTS)
    assert set(screen.cells_of(before_hit)) == {header.index("hit")}


@TMUX
@each("columns", [40, 60, 80, 120, 250])
def test_no_line_is_wider_than_the_terminal(columns: int, screen: Tmux) -> None:
    lines = drawn_table(columns)

    assert max(screen.cells_of(lines)) <= columns
