"""Every command that a run proposes: each once, no option twice, and never the run itself."""

import re
import shlex
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import cycle, product

import pytest

from ffx.errors import ExitCode
from ffx.sandbox.app import ExplorerApp
from ffx.sandbox.data.stories import STORIES
from tests.cli.commands.conftest import Ask, Terminal
from tests.explorer import Explorer, answer, events, history
from tests.fuzz.conftest import EXAMPLES

_COMMAND = re.compile(
    r"(?:^|[ :;])(ffx (?:visitor|hit|diagnose|compare|reconcile) .*?)(?=  \(|$)", re.M
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
# Their walks take long, a page of three at a time.
_LONG = ("long-history", "burst")
# What a user may have typed beside the target.
_OPTIONS = {
    "visitor": (
        "",
        "--all",
        "--complete",
        "--since 2d",
        "--all --since=2d --complete",
        "--limit 2",
    ),
    "hit": ("", "--complete", "--as hit"),
    "diagnose": ("", "--since 1d", "--complete", "--max-hits 2"),
}
_ENDED = (ExitCode.OK, ExitCode.NOT_FOUND, ExitCode.PARTIAL)
# Nobody's; cut, altered, damaged; of no shape; the two swapped; with others beside it.
_ODD = (
    "afdwNobody00000000000000000",
    "k9zznkvb4ex5f9b2x8s1dr4",
    "DKEZMSF3BAT8XDBZ8RT039R4K",
    "v1",
    "?hit=x1y2z3&tx=k9zznkvb4ex5f9b2x8s1dr4h",
    "k9zznkvb4ex5f9b2x8s1dr4h k8zznkvb4ex5f9b2x8s1dr4h afdwNobody00000000000000000",
)


def _lines(step: int) -> Iterator[list[str]]:
    """Yield command lines of every command on stories' visitors and hits, and on odd IDs."""
    options = {name: cycle(each) for name, each in _OPTIONS.items()}
    stories = [story for story in STORIES if story.name not in _LONG]
    for place, story in enumerate(stories[::step]):
        lines = [
            ("diagnose", story.visitor_id),
            ("visitor", story.visitor_id),
            ("visitor", story.hit_id),
            ("hit", story.hit_id),
            ("diagnose", story.hit_id),
        ]
        if step == 1 and not EXAMPLES:
            # Findings propose the most: each story is diagnosed, and some met by another command.
            diagnosis, other = 4 * ((place + place // 4) % 2), 1 + (place + place // 9) % 3
            lines = [lines[diagnosis], lines[other]][: 2 if place % 6 == 0 else 1]
        elif not EXAMPLES:
            lines = lines[place % 3 :: 3]
        for name, target in lines:
            yield [name, target, *next(options[name]).split()]
    commands: list[list[str]] = [["visitor"], ["hit"], ["diagnose"], []]
    for place, target in enumerate(_ODD):
        # Two of the ways on a terminal, the others in a pipe.
        for words in commands if EXAMPLES else commands[(place + step) % 2 :: 2]:
            yield [*words, target]
    yield ["visitor", _ODD[1], "--as", "visitor"]
    yield ["diagnose", _ODD[0], "--as", "hit"]


def _proposed(text: str) -> list[list[str]]:
    return [shlex.split(match[1])[1:] for match in _COMMAND.finditer(text)]


def _check(typed: list[str], proposed: list[list[str]]) -> None:
    for words in proposed:
        options = [word.partition("=")[0] for word in words if word.startswith("--")]
        assert len(set(options)) == len(options), ("an option twice", typed, words)
        assert sorted(words) != sorted(typed), ("the run itself", typed)
        assert sorted(words) != sorted(["diagnose", *typed]), ("the run itself", typed)
    told = [tuple(sorted(words)) for words in proposed]
    assert len(set(told)) == len(told), ("a command twice", typed, proposed)


def _shape(words: list[str]) -> tuple[str, ...]:
    """Return what one run tries for all commands like it: the command and its options."""
    return words[0], *(word.partition("=")[0] for word in words if word.startswith("-"))


@pytest.fixture
def tiny_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a reply of the sandbox hold three hits, so that most histories are cut."""
    monkeypatch.setattr("ffx.sandbox.app.ExplorerApp", partial(ExplorerApp, page_size=3))


@pytest.mark.parametrize("on_terminal", [True, False])
def test_what_any_run_proposes_is_new_and_runs_as_it_stands(
    on_terminal: bool, then: datetime, tiny_pages: None, ask: Ask, terminal: Terminal
) -> None:
    if on_terminal:
        terminal(160)
    all_proposed: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}
    for line in _lines(1 if on_terminal else 6):
        typed = [*line, "--sandbox"]
        code, out, err = ask(*typed)
        assert code in (*_ENDED, ExitCode.USAGE), (typed, err)
        assert not _CONTROL.search(out), typed
        if code == ExitCode.USAGE:
            continue
        proposed = _proposed(f"{out}\n{err}")
        _check(typed, proposed)
        all_proposed.update({_shape(words): (words, typed) for words in proposed})

    assert len(all_proposed) > 10
    if on_terminal:
        return
    for words, typed in all_proposed.values():
        code, _, err = ask(*words)
        assert code in _ENDED, (typed, words, err)


def test_an_account_whose_service_withholds_is_proposed_nothing_twice(
    explorer: Explorer, ask: Ask, terminal: Terminal
) -> None:
    cut, nameless = {**history(), "hasMore": True}, {**history(visitor={"visitorId": None})}
    silent = {name: value for name, value in history().items() if name != "hasMore"}
    hit, visitor = history()["hits"][0]["hitId"], history()["visitor"]["visitorId"]
    replies = (cut, silent, {**nameless, "hasMore": True}, {**cut, "hits": []})
    options = ("", "--all", "--complete", "--all --complete", "--since 2025-01-01")
    lines = list(product(replies, (visitor, hit), options))
    for width in (0, 160):
        if width:
            terminal(width)
        # A third of the lines in a pipe, another on a terminal.
        for reply, target, more in lines if EXAMPLES else lines[bool(width) :: 3]:
            explorer.answer_with(answer(reply))
            typed = ["visitor", target, *more.split()]
            _, out, err = ask(*typed)
            _check(typed, _proposed(f"{out}\n{err}"))
        explorer.answer_with(answer(events()))
        for typed in (["hit", hit], ["hit", hit, "--complete"]):
            _, out, err = ask(*typed)
            _check(typed, _proposed(f"{out}\n{err}"))


def test_a_list_proposes_for_each_cut_history_a_command_of_its_own(
    explorer: Explorer, ask: Ask, terminal: Terminal
) -> None:
    replies = [{**history(visitor={"visitorId": name}), "hasMore": True} for name in ("v1", "v2")]
    for more in ((), ("--format", "csv"), ("--complete",)):
        explorer.answer_with(*map(answer, replies))
        typed = ["visitor", "v1", "v2", "--since", "2026-03-01", "--jobs", "1", *more]
        _, out, err = ask(*typed)
        proposed = _proposed(f"{out}\n{err}")
        _check(typed, proposed)
        assert [words[1] for words in proposed] == ["v1", "v2"], (more, out, err)
