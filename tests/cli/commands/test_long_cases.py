"""A history too long for one text in memory: kept as a case all the same, and shown again."""

import json
from itertools import product
from pathlib import Path

import pytest

from ffx.errors import ExitCode
from ffx.lookup import all_hits
from ffx.lookup.share import case_file
from ffx.sandbox.data.stories import STORIES
from tests.cli.commands.conftest import Ask, Terminal
from tests.cli.commands.test_redaction import secrets_of
from tests.explorer import Explorer
from tests.fuzz.conftest import EXAMPLES
from tests.looping import each

VISITS = next(story for story in STORIES if story.name == "several-visits")
FORMATS = ("table", "json", "jsonl", "csv", "md", "html")
LINES = (
    ("visitor", VISITS.visitor_id, "--since", "1y", "--all"),
    ("diagnose", VISITS.hit_id),
)
ZONE = ("--tz", "Europe/Berlin")
FEW = 4_000  # characters; the rows of the story are three times as many


@pytest.fixture
def few_in_memory(monkeypatch: pytest.MonkeyPatch, small_pages: None) -> None:
    """Let a history be long that takes more than 4,000 characters."""
    monkeypatch.setattr(case_file, "DEFAULT_MAX_BODY", FEW)
    monkeypatch.setattr(all_hits, "DEFAULT_MAX_BODY", FEW)


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, explorer: Explorer) -> Explorer:
    """Take the token away, and let the service be one that shall not be asked."""
    monkeypatch.delenv("FFX_ACCESS_TOKEN")
    return explorer


VISITOR, DIAGNOSIS = LINES
PLAIN, USUAL, ALL = HIDING = ((), ("--redact",), ("--redact=all",))
# The rows are the same before a view sees them, and so is what is hidden: every view is met by the
# rows once, each kind of hiding by some views, and a diagnosis by one view in each kind.
# The terminal last: a run stays on it.
VIEWS: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
    ("table", VISITOR, PLAIN),
    ("table", DIAGNOSIS, ALL),
    ("json", VISITOR, PLAIN),
    ("json", DIAGNOSIS, PLAIN),
    ("jsonl", VISITOR, USUAL),
    ("csv", VISITOR, PLAIN),
    ("md", VISITOR, ALL),
    ("html", VISITOR, PLAIN),
    ("html", DIAGNOSIS, USUAL),
    ("terminal", VISITOR, USUAL),
]


@each(
    ("view", "line", "redacted"),
    product((*FORMATS, "terminal"), LINES, HIDING) if EXAMPLES else VIEWS,
)
def test_a_long_history_is_shown_again_in_every_format_without_asking(
    view: str,
    line: tuple[str, ...],
    redacted: tuple[str, ...],
    then: object,
    few_in_memory: None,
    ask: Ask,
    terminal: Terminal,
    nowhere: Explorer,
    tmp_path: Path,
) -> None:
    path = tmp_path / "kept.case"
    is_in_words_of_the_file = bool(redacted) and line[0] == "diagnose"
    words = ZONE if view == "terminal" else ("--format", view, *ZONE)
    if view == "terminal":
        terminal(100)
    first = ask(*line, "--sandbox", *words, *redacted, "--save", str(path), "--force")
    if view == "terminal":  # without the line on the case file
        first = ask(*line, "--sandbox", *words, *redacted)
    again = ask(line[0], "--case", str(path), *words)
    assert first[0] == again[0] == ExitCode.OK
    assert is_in_words_of_the_file or again[1] == first[1]
    kept = json.loads(path.read_text())
    assert kept["ffx-case"] == 2
    assert len(kept["rows"]) > 8
    assert nowhere.requests == []


def test_a_long_case_that_is_saved_again_is_the_same(
    then: object, few_in_memory: None, ask: Ask, tmp_path: Path
) -> None:
    one, two = tmp_path / "one.case", tmp_path / "two.case"
    ask(*LINES[0], "--sandbox", "--save", str(one))

    code, _, err = ask("visitor", "--case", str(one), "--save", str(two))

    assert (code, "case saved to" in err) == (ExitCode.OK, True)
    assert one.read_bytes() == two.read_bytes()
    assert one.stat().st_mode & 0o777 == 0o600


def test_a_redacted_long_case_holds_no_original(
    then: object, few_in_memory: None, ask: Ask, tmp_path: Path
) -> None:
    path, secrets = tmp_path / "kept.case", secrets_of(VISITS)
    options = ("--redact", "--redact=all")
    for option, line in product(options, LINES) if EXAMPLES else zip(options, LINES, strict=True):
        ask(*line, "--sandbox", option, "--save", str(path), "--force")
        text = path.read_text()
        assert json.loads(text)["ffx-case"] == 2
        # Told in a JSON text inside of a JSON text, as well.
        for told in (text, json.dumps(text)):
            assert secrets.seen_in(told, with_ids=option == "--redact=all") == set()


def test_a_long_case_that_was_cut_is_no_case(
    then: object, few_in_memory: None, ask: Ask, tmp_path: Path
) -> None:
    path = tmp_path / "kept.case"
    ask(*LINES[0], "--sandbox", "--save", str(path))
    whole = path.read_bytes()
    for part in (0.02, 0.5, 0.999):
        cut = whole[: int(len(whole) * part)]
        path.write_bytes(cut)

        code, out, err = ask("visitor", "--case", str(path), "--format", "csv")

        assert (code, out) == (ExitCode.USAGE, ""), part
        assert f"cannot read {path}: it was cut after {len(cut):,} bytes" in err, part
    assert ask(*LINES[0], "--sandbox", "--save", str(path))[0] == ExitCode.USAGE
    assert ask(*LINES[0], "--sandbox", "--save", str(path), "--force")[0] == ExitCode.OK
    assert path.read_bytes() == whole
