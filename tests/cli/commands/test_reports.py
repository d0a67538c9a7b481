"""Documents about one target: the diagnosis in JSON, the ticket block, the page."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ffx.errors import ExitCode
from ffx.sandbox.data.stories import STORIES
from ffx.version import __version__
from tests.cli.commands.conftest import Ask, Terminal
from tests.explorer import Explorer, answer
from tests.knowing import OFFER_HIT, SOLD, VISIT, VISITOR, in_service, knowing
from tests.looping import each
from tests.render.markdown.commonmark import OURS, code_blocks, headings_of, kinds_of

NAMED = {story.name: story for story in STORIES}
_DOCUMENTS = Path(__file__).with_name("documents")
ONE, OTHER = NAMED["ordinary-conversion"], NAMED["postback-on-lander-hit"]
LINES = (
    ("visitor", ONE.visitor_id, "--since", "2d"),
    ("hit", ONE.hit_id),
    ("diagnose", OTHER.hit_id),
    ("diagnose", OTHER.visitor_id),
)


@each(("name", "target"), [("refused", OTHER.hit_id), ("converted", ONE.visitor_id)])
def test_the_document_of_a_diagnosis_whole(name: str, target: str, then: object, ask: Ask) -> None:
    code, out, err = ask("diagnose", target, "--sandbox", "--json", "--utc")
    whole = json.loads((_DOCUMENTS / f"{name}.json").read_text(encoding="utf-8"))

    assert (code, err) == (0, "")
    # The order of the members is held as well.
    assert out == f"{json.dumps(whole, ensure_ascii=False)}\n"


def members_of(value: Any, place: str = "") -> Iterator[str]:
    """Yield where members stand; those of a list's items under one name."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{place}{name}"
            yield from members_of(inner, f"{place}{name}.")
    elif isinstance(value, list):
        for inner in value:
            yield from members_of(inner, place)


def test_every_document_has_the_same_members(then: object, ask: Ask) -> None:
    files = (_DOCUMENTS / f"{name}.json" for name in ("refused", "converted"))
    known = {place for path in files for place in members_of(json.loads(path.read_text()))}
    assert "verdict.conversions.secondsAfterHit" in known
    some = zip(STORIES[:20:6], ("hit_id", "visitor_id", "hit_id", "visitor_id"), strict=True)
    for target in (*(getattr(story, kind) for story, kind in some), "k0nobody0nobody0nobody0h"):
        document = json.loads(ask("diagnose", target, "--sandbox", "--json")[1])
        assert set(members_of(document)) <= known
        assert list(document) == [
            "version", "target", "visitorId", "account", "made", "window", "history", "verdict",
            "findings", "checkedAndFine", "notChecked", "notes", "hitsLookedUp", "requests",
        ]  # fmt: skip


@each("line", LINES)
def test_a_ticket_has_question_verdict_timeline_and_command(
    line: tuple[str, ...], then: object, ask: Ask
) -> None:
    code, out, err = ask(*line, "--sandbox", "--format", "md", "--for", "support", "--utc")

    assert (code, err) == (0, "")
    assert kinds_of(out) <= OURS
    question, *rest = headings_of(out)
    assert line[1] in question
    assert question.endswith("?")
    assert [
        each for each in rest if each not in ("Findings", "Conversions", "What was checked")
    ] == [
        "Timeline",
        "For the provider's support",
        "Command",
    ]
    assert ("Findings" in rest) == (line[0] == "diagnose")
    assert "\n- Account: `sandbox`\n" in out
    assert "\n**Converted for 24.9000" in out or "\n**No conversion" in out
    assert f"Made with ffx {__version__}.\n" in out


WINDOW = "--since 2026-11-18T15:20:00Z --until 2026-11-20T15:20:00Z"


@each(
    ("line", "command"),
    [
        (("visitor", ONE.visitor_id, "--since", "2d"), f"visitor {ONE.visitor_id} {WINDOW}"),
        (("visitor", ONE.hit_id), f"visitor {ONE.hit_id}"),
        (
            ("visitor", ONE.visitor_id, "--since", "2d", "--all"),
            f"visitor {ONE.visitor_id} {WINDOW} --all",
        ),
        (
            ("visitor", ONE.visitor_id, "--since", "2d", "--reverse", "--limit", "3"),
            f"visitor {ONE.visitor_id} {WINDOW} --limit 3 --reverse",
        ),
        (("hit", ONE.hit_id, "--event", "view"), f"hit {ONE.hit_id} --event view"),
        (("hit", f"/pb/?hit={ONE.hit_id}&tx=1"), f"hit {ONE.hit_id}"),
        (
            ("hit", ONE.hit_id, "--at", "2026-11-20T00:00:00Z"),
            f"hit {ONE.hit_id} --at 2026-11-20T00:00:00Z",
        ),
        (("diagnose", ONE.hit_id), f"diagnose {ONE.hit_id}"),
        (("diagnose", ONE.visitor_id), f"diagnose {ONE.visitor_id}"),
        # Over a window that leaves something out the answer is another one.
        (
            ("diagnose", ONE.hit_id, "--since", "2026-11-20T12:00:00Z"),
            f"diagnose {ONE.hit_id} --since 2026-11-20T12:00:00Z --until 2026-11-20T15:20:00Z",
        ),
    ],
)
def test_the_command_of_a_ticket_gets_the_same_again(
    line: tuple[str, ...], command: str, then: object, ask: Ask, tmp_path: Path
) -> None:
    path = str(tmp_path / "ticket.md")
    ask(*line, "--sandbox", "-o", path)
    block = code_blocks(Path(path).read_text(encoding="utf-8"))[-1]

    assert block == f"ffx {command} --sandbox\n"
    if command.split() == [*line]:
        return
    is_chosen = {"--limit", "--event"} & set(line)
    form = ("--format", "jsonl" if is_chosen else "json")
    first = ask(*line, "--sandbox", *form)
    again = ask(*block.split()[1:], *form)
    assert first[1] != ""
    assert again[:2] == first[:2]


class _Page(HTMLParser):
    """What a page loads, runs and links to, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        loading = ("script", "link", "iframe", "img", "object", "embed")
        self.loads += [tag] if tag in loading else []
        self.loads += [name for name, _ in attrs if name.startswith("on") or name == "src"]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@each("line", [*LINES[:3], ("diagnose", NAMED["hostile-text"].hit_id)])
def test_a_page_is_one_file_that_loads_nothing(
    line: tuple[str, ...], then: object, ask: Ask
) -> None:
    code, out, err = ask(*line, "--sandbox", "--format", "html", "--utc")
    page = _Page(out)

    assert (code, err) == (0, "")
    assert out.startswith("<!doctype html>\n")
    assert page.loads == []
    assert line[1] in "".join(page.texts)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out)


@each(
    ("line", "name", "start"),
    [(LINES[0], "x.md", "## "), (LINES[1], "x.html", "<!doctype html>")],
)
def test_a_file_is_written_as_its_ending_says(
    line: tuple[str, ...], name: str, start: str, then: object, ask: Ask, tmp_path: Path
) -> None:
    path = tmp_path / name
    code, out, _ = ask(*line, "--sandbox", "-o", str(path), "--utc")

    assert (code, out) == (0, "")
    whole = ask(*line, "--sandbox", "--format", path.suffix[1:], "--utc")[1]
    assert path.read_text(encoding="utf-8") == whole
    assert whole.startswith(start)


def test_a_named_format_counts_for_more_than_an_ending(
    then: object, ask: Ask, tmp_path: Path
) -> None:
    path = tmp_path / "x.html"
    ask("diagnose", OTHER.hit_id, "--sandbox", "--format", "md", "-o", str(path))

    assert path.read_text(encoding="utf-8").startswith("## Did hit ")


def test_a_terminal_gets_the_same_documents(then: object, ask: Ask, terminal: Terminal) -> None:
    line = ("diagnose", OTHER.hit_id, "--sandbox", "--utc")
    piped = [ask(*line, "--format", name)[1] for name in ("md", "html")]
    terminal(60)

    assert [ask(*line, "--format", name)[1] for name in ("md", "html")] == piped


def test_many_tickets_stand_one_after_the_other(then: object, ask: Ask) -> None:
    code, out, _ = ask("diagnose", OTHER.hit_id, ONE.hit_id, "--sandbox", "--format", "md")

    assert code == 0
    assert [line for line in headings_of(out) if line.startswith("Did ")] == [
        f"Did hit {OTHER.hit_id} convert, and if not, why?",
        f"Did hit {ONE.hit_id} convert, and if not, why?",
    ]


@each(
    ("words", "part"),
    [
        (
            ("visitor", VISITOR, OFFER_HIT, "--since", "2d", "--format", "html"),
            "one page about one",
        ),
        (("hit", OFFER_HIT, OFFER_HIT, "-o", "x.html"), "one page about one"),
        (("diagnose", "-", "--format", "html"), "one page about one"),
        (("diagnose", "--from", "ids.txt", "-o", "x.html"), "one page about one"),
        (("hit", OFFER_HIT, "--format", "md", "--fields", "hitId"), "--fields needs"),
        (("hit", OFFER_HIT, "--format", "html", "--csv-raw"), "--csv-raw needs"),
        (("diagnose", OFFER_HIT, "--format", "md", "--resume"), "--resume needs"),
    ],
)
def test_what_no_document_takes_is_refused(
    words: tuple[str, ...],
    part: str,
    explorer: Explorer,
    ask: Ask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ids.txt").write_text(OFFER_HIT)
    code, out, err = ask(*words)

    assert (code, out) == (ExitCode.USAGE, "")
    assert part in err
    assert explorer.requests == []
    assert [path.name for path in tmp_path.iterdir()] == ["ids.txt"]


@each("format_name", ["md", "html"])
def test_nothing_found_is_a_document_too_and_makes_no_file(
    format_name: str, ask: Ask, tmp_path: Path
) -> None:
    path = tmp_path / f"x.{format_name}"
    with in_service(knowing([])):
        for line in (("diagnose", OFFER_HIT), ("hit", OFFER_HIT), ("visitor", OFFER_HIT)):
            code, out, err = ask(*line, "--format", format_name)
            assert ask(*line, "-o", str(path))[:2] == (ExitCode.NOT_FOUND, "")
            assert code == ExitCode.NOT_FOUND
            assert "nothing found" in err
            assert "Nothing was found." in out
            assert not path.exists()


def test_a_refused_look_up_leaves_the_file_as_it_was(
    explorer: Explorer, ask: Ask, tmp_path: Path
) -> None:
    path = tmp_path / "kept.md"
    path.write_text("mine")
    explorer.answer_with(answer({"message": "no"}, status=422))

    assert ask("diagnose", OFFER_HIT, "-o", str(path))[0] == ExitCode.SERVICE
    assert path.read_text() == "mine"


@each("format_name", ["md", "html"])
def test_a_cut_history_is_told_in_a_document(format_name: str, ask: Ask) -> None:
    line = ("diagnose", OFFER_HIT, "--since", "2024-03-05T14:00:10Z", "--utc")
    with in_service(knowing([*VISIT, SOLD])):
        code, out, err = ask(*line, "--format", format_name)

    assert code == ExitCode.PARTIAL
    assert "the window begins after the visitor was first seen" in out
    assert "the window begins after the visitor was first seen" in err
