"""Whatever stands in replies, errors, names and arguments: a real terminal stays as it was."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ffx.api import members
from tests.conftest import surroundings
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, Script, answer, history
from tests.faults.rows import WINDOW
from tests.terminal.tmux import TMUX, Tmux

pytestmark = [TMUX, pytest.mark.fault(74, 75)]

# The title, the clipboard, links, colours, the cursor, other screens, the mouse, pasting in
# brackets, modes of keys and lines, tabs, parts that scroll; with ESC, and as one character.
STEERS = (
    "\x1b]0;owned\x07 \x1b]2;owned\x1b\\ \x1bkowned\x1b\\ \x9d0;owned\x9c \x1b]52;c;b3duZWQ=\x07 "
    "\x1b]7;file:///owned\x07 \x1b]8;;http://x\x1b\\ \x1b[31;7mred \x9b31m \x1b[?25l \x1b[?1049h "
    "\x1b[?1000h\x1b[?1003h\x1b[?1006h \x1b[?2004h \x1b[?1h\x1b= \x1b[4h \x1b[?6h \x1b[?7l "
    "\x1b[5;9r \x1b[3g \x1b[2J\x1b[9;9H \x0e \x1b(0 \x1bPtmux;\x1b\x1b]0;owned\x07\x1b\\ \x1bc"
)
# A row whose times and amounts can be read is drawn in its columns; of others the text is shown.
NAMED = dict.fromkeys(set(members.HIT_EVENT) - members.TIMES - members.NUMBERS, STEERS)
READABLE = NAMED | {"eventTime": "2020-03-01T14:30:00Z", "cost": 0.1, "revenue": 0}
UNREADABLE = dict.fromkeys(members.HIT_EVENT, STEERS) | {STEERS: STEERS}


def everything() -> Script:
    """Return an answer to any look-up, with hostile text in every member there is."""
    visitor = dict.fromkeys(members.VISITOR, STEERS) | {STEERS: STEERS}
    reply = history(visitor=visitor, **READABLE)
    reply["hits"].append(UNREADABLE)
    headers = {"X-Request-Id": STEERS.replace("\x0e", ""), "Date": STEERS, "Server": STEERS}
    return answer({**reply, "events": reply["hits"]}, f"200 {STEERS}", headers)


def refusal() -> Script:
    headers = {"X-Request-Id": STEERS, "Retry-After": STEERS}
    return answer({"message": STEERS}, f"422 {STEERS}", headers)


@pytest.fixture
def screen(tmp_path: Path, explorer: Explorer) -> Iterator[Tmux]:
    with Tmux(tmp_path, surroundings()) as terminal:
        yield terminal


def left_alone(screen: Tmux, lines: Sequence[tuple[Sequence[str], set[int]]]) -> None:
    """Run command lines of the program, and check that each leaves the terminal as it was.

    Beside each line stand the codes that it may end with; `drive.py` says how it is written.
    """
    (_, fresh), *ended = screen.run(["true"], *(line for line, _ in lines))

    assert fresh.settings["pane_title"] != "owned"
    assert (fresh.clipboard, fresh.pasted, fresh.drawn) == ([], "pasted", "X")
    for (line, codes), (code, state) in zip(lines, ended, strict=True):
        assert state == fresh, line
        assert code in codes, line


STEERED = {
    "\\033]0;owned\\007": "pane_title",
    "\\033[?25l": "cursor_flag",
    "\\033[3C": "cursor_x",
    "\\033[?1049h": "alternate_on",
    "\\033[?1000h": "mouse_any_flag",
    "\\033[5;9r": "scroll_region_upper",
    "\\033]52;c;b3duZWQ=\\007": "clipboard",
    "\\033[?2004h": "pasted",
    "\\033[31m": "drawn",
}


def test_the_terminal_here_can_be_steered_and_it_shows(screen: Tmux) -> None:
    [(_, fresh)] = screen.run(["true"])

    for written, changed in STEERED.items():
        [(_, state)] = screen.run(["printf", written])

        if changed in state.settings:
            assert state.settings[changed] != fresh.settings[changed], written
        else:
            assert getattr(state, changed) != getattr(fresh, changed), written


LOOK_UPS = [
    ("visitor", VISITOR_ID, *WINDOW), ("visitor", VISITOR_ID, *WINDOW, "--json", "-v"),
    ("visitor", VISITOR_ID, *WINDOW, "--format", "csv"), ("visitor", HIT_ID, "--format", "jsonl"),
    ("hit", HIT_ID), ("hit", HIT_ID, "--all-fields", "-v"), ("hit", HIT_ID, "--format", "md"),
    ("diagnose", HIT_ID), ("diagnose", HIT_ID, "--json"), ("diagnose", HIT_ID, "--redact"),
    ("hit", HIT_ID, f"{HIT_ID[:-1]}x", "--full"), ("auth", "status"), ("sandbox",), ("--help",),
]  # fmt: skip


REFUSALS = [
    refusal(),
    answer(f"<html>{STEERS}", headers={"Content-Type": "text/html"}),
    answer(b"", 302, {"Location": f"https://{STEERS}/"}),
    answer(f"{STEERS}{{"),
    answer({STEERS: STEERS}),
    answer('{"hits": [{"' + STEERS.replace("\x1b", "\\u001b") + '": NaN}]}'),
    answer(b"{}", headers={"Content-Encoding": STEERS}),
    answer({"message": STEERS}, 404, {"X-Request-Id": STEERS}),
]


NAME = STEERS.replace("/", "-")
TYPED = [
    ("visitor", STEERS), ("hit", STEERS, "--json"), ("diagnose", f"{HIT_ID}?x={STEERS}"),
    (STEERS,), ("hit", HIT_ID, f"--{STEERS}"), ("hit", HIT_ID, "--format", STEERS),
    ("hit", HIT_ID, "--at", STEERS), ("visitor", VISITOR_ID, *WINDOW, "--event", STEERS),
    ("hit", HIT_ID, "--profile", STEERS), ("hit", HIT_ID, "--api-url", f"https://{STEERS}"),
    ("hit", HIT_ID, "--tz", STEERS), ("hit", HIT_ID, "--fields", STEERS, "--format", "csv"),
    ("hit", HIT_ID, "-o", f"missing-{NAME}/out.json"), ("hit", "--case", NAME),
    ("hit", "--from", NAME), ("help", STEERS), ("auth", STEERS), ("sandbox", STEERS),
]  # fmt: skip


def test_hostile_refusals_replies_words_and_lists_leave_the_terminal_as_it_was(
    explorer: Explorer, screen: Tmux, tmp_path: Path
) -> None:
    explorer.answer_with(*REFUSALS, everything())
    path = tmp_path / NAME[:200]
    path.write_text(f"{HIT_ID}\n{STEERS}\n{HIT_ID[:-1]}x\n{{hit}}\n")
    listed = ("hit", "--from", str(path))
    lists = [listed, (*listed, "--full"), (*listed, "--json"), (*listed, "-o", f"{path}.csv")]

    lines: list[tuple[Sequence[str], set[int]]] = [
        *[(("hit", HIT_ID, "-v"), {3, 5})] * len(REFUSALS),
        *((line, {0, 7}) for line in LOOK_UPS),
        *((line, {0, 2, 7, 9}) for line in TYPED),
        *((line, {7}) for line in lists),
    ]
    left_alone(screen, [(("ffx", *line), codes) for line, codes in lines])


def test_hostile_folders_leave_the_terminal_as_it_was(home: Path, tmp_path: Path) -> None:
    lines: list[tuple[Sequence[str], set[int]]] = []
    for name, written, code in (("1", f"'{STEERS.encode().hex()}' = 1", 2), ("2", "", 4)):
        folder = home / name / NAME[:200]
        (folder / "ffx").mkdir(parents=True)
        (folder / "ffx" / "config.toml").write_text(written)
        words = (f"XDG_CONFIG_HOME={folder}", "ffx")
        lines += [((*words, "hit", HIT_ID), {code}), ((*words, "auth", "status"), {code})]

    with Tmux(tmp_path, surroundings()) as screen:
        left_alone(screen, lines)
