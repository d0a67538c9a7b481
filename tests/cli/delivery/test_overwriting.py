"""What a run would write over: another's case and a list's answers ask for `--force`."""

import json
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from tests.cli.commands.conftest import Ask
from tests.conftest import Runner
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, events
from tests.fuzz.conftest import EXAMPLES
from tests.looping import each

OTHER = "dkezmsf3bat8xdbz8rt039r9"
HIT = ("hit", HIT_ID)


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    """Return what runs a command line in this process."""

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return run


def save(path: Path, *line: str) -> bytes:
    assert main([*line, "--sandbox", "--save", str(path), "--force"]) == ExitCode.OK
    return path.read_bytes()


# What was kept first, what is looked up now, and what the file is said to hold; nothing if
# it may be replaced.
STORY, UPSELL = "dkezmsf3bat8xdbz8rt039r4h", "k3yyck910q7g90ceygzc7nr1"
SOLD = ("hit", STORY)
CASES = [
    (SOLD, SOLD, ""),
    (SOLD, ("diagnose", STORY), ""),
    (SOLD, (*SOLD, "--redact=all"), ""),
    (SOLD, ("hit", f"https://track.example.com/pb/?hit={STORY}&tx=A-1001"), ""),
    ((*SOLD, "--redact"), SOLD, ""),
    (SOLD, ("hit", UPSELL), "another hit's"),
    (SOLD, ("hit", UPSELL, "--redact=all"), "another hit's"),
    (("diagnose", STORY), ("diagnose", UPSELL), "another hit's"),
    (SOLD, ("visitor", VISITOR_ID, "--since", "2d"), "another hit's"),
    (("visitor", VISITOR_ID, "--since", "2d"), SOLD, "another visitor's"),
    ((*SOLD, "--redact=all"), SOLD, "the case of a hit whose ID is hidden"),
    ((*SOLD, "--redact=all"), (*SOLD, "--redact=all"), "the case of a hit whose ID is hidden"),
]


@pytest.mark.fault(115)
def test_row_115_a_case_of_another_target_is_not_replaced(
    ask: Ask, tmp_path: Path, explorer: Explorer
) -> None:
    for number, (first, then, holds) in enumerate(CASES):
        name = f"{' '.join(first)} / {' '.join(then)}"
        path = tmp_path / f"{number}.case"
        before = save(path, *first)
        asks_nobody = "--sandbox" if not holds else "--utc"  # and so the explorer

        code, out, err = ask(*then, "--save", str(path), asks_nobody)

        if not holds:
            assert code == ExitCode.OK, name
            continue
        assert (code, out) == (ExitCode.USAGE, ""), name
        assert err.splitlines()[-2:] == [
            f"ffx: --save would replace {path}, which holds {holds}",
            "  Write to another file, or replace it with --force.",
        ], name
        assert path.read_bytes() == before, name
        assert save(path, *then) != before, name
    assert explorer.requests == []


@pytest.mark.fault(115)
@each("content", ["notes\n", "{}", '{"ffx-case": 1}', '{"ffx-case": 2}', '{"target": "a"}'])
def test_row_115_what_is_no_case_is_not_replaced_by_one(
    content: str, ask: Ask, explorer: Explorer, tmp_path: Path
) -> None:
    path = tmp_path / "kept.case"
    path.write_text(content)
    explorer.answer_with(answer(events()))
    explorer.requests.clear()

    code, out, err = ask(*HIT, "--save", str(path))

    assert (code, out, path.read_text()) == (ExitCode.USAGE, "", content)
    assert "which holds something else than a case file that can be read" in err
    assert explorer.requests == []
    assert ask(*HIT, "--save", str(path), "--force")[0] == ExitCode.OK
    assert json.loads(path.read_text())["ffx-case"] == 1


@each("content", ["", None])
def test_where_nothing_is_kept_a_case_needs_no_force(
    content: str | None, ask: Ask, explorer: Explorer, tmp_path: Path
) -> None:
    path = tmp_path / "kept.case"
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_text(content)
    explorer.answer_with(answer(events()))

    assert ask(*HIT, "--save", str(path))[0] == ExitCode.OK
    assert ask(*HIT, "--save", "/dev/null")[0] == ExitCode.OK


def test_a_replayed_case_is_saved_again_over_itself(ask: Ask, tmp_path: Path) -> None:
    path, copy = tmp_path / "kept.case", tmp_path / "copy.case"
    save(path, *SOLD)
    for _ in range(2):
        assert ask("hit", "--case", str(path), "--save", str(copy), "--redact=all")[0] == 0
    save(path, "hit", UPSELL)

    code, _, err = ask("hit", "--case", str(path), "--save", str(copy), "--redact=all")

    assert code == ExitCode.USAGE
    assert "whose ID is hidden" in err


RECORD = '{"target": "a", "query": {}, "reply": {"events": []}}\n'
# What the file holds, the form of the list, and how to go on; nothing if it may be replaced.
RESUMED = "Go on with --resume, or replace it with --force."
REPLACED = "Write to another file, or replace it with --force."
FILES = [
    ("out.json", RECORD, RESUMED),
    ("out.json", '{"target": "a", "error": {}}\n', RESUMED),
    ("out.json", '{"targ', RESUMED),
    ("out.jsonl", '{"target": "a", "hitId": "a"}\n', REPLACED),
    ("out.jsonl", RECORD, REPLACED),
    ("out.json", "target,hitId\n", REPLACED),
    ("out.csv", "target,hitId,eventTime\na,b,c\n", REPLACED),
    ("out.tsv", "target\tfound\thits\n", REPLACED),
    ("out", "target\tfound\thits\n", REPLACED),
    ("out.json", "", ""),
    ("out.csv", "", ""),
    ("out.json", '{"events": []}', ""),
    ("out.csv", "hitId,target\n", ""),
    ("out.csv", "targets: 1\n", ""),
    ("out.txt", "yesterday's\n", ""),
    ("out.md", "# target\n", ""),
]


@pytest.mark.fault(115)
def test_row_115_the_answers_of_a_list_are_not_replaced(
    ask: Ask, explorer: Explorer, tmp_path: Path
) -> None:
    explorer.answer_with(answer(events()))
    ids = tmp_path / "ids.txt"
    ids.write_text(f"{HIT_ID}\n{OTHER}\n")
    for place, targets in enumerate(((HIT_ID, OTHER), ("--from", str(ids)))):
        # A list is one, however it comes: half of the files for each way.
        for name, content, hint in FILES if EXAMPLES else FILES[place::2]:
            path = tmp_path / name
            path.write_text(content)
            explorer.requests.clear()

            code, out, err = ask("hit", *targets, "-o", str(path))

            assert (code, out) == (ExitCode.USAGE if hint else ExitCode.OK, ""), (name, content)
            assert (path.read_text() == content) == bool(hint), (name, content)
            if hint:
                assert err == f"ffx: {path} holds answers of a list already\n  {hint}\n"
                assert explorer.requests == []
                assert ask("hit", *targets, "-o", str(path), "--force")[0] == ExitCode.OK
                assert path.read_text() != content


@pytest.mark.fault(115)
def test_row_115_a_header_of_chosen_columns_is_known(
    ask: Ask, explorer: Explorer, tmp_path: Path
) -> None:
    explorer.answer_with(answer(events()))
    line = ("hit", HIT_ID, OTHER, "-o", str(tmp_path / "out.csv"), "--fields", "hitId,revenue")

    codes = [ask(*line)[0], ask(*line)[0], ask(*line[:-1], "revenue")[0]]

    assert codes == [ExitCode.OK, ExitCode.USAGE, ExitCode.OK]


@each("name", ["out.json", "out.csv", "out.jsonl", "out.txt"])
def test_the_document_of_one_target_replaces_whatever_was_there(
    name: str, ask: Ask, explorer: Explorer, tmp_path: Path
) -> None:
    explorer.answer_with(answer(events()))
    path = tmp_path / name
    path.write_text(RECORD)

    assert ask("hit", HIT_ID, "-o", str(path))[0] == ExitCode.OK
    assert path.read_text() != RECORD


def test_with_hidden_values_a_list_is_not_said_to_be_resumed(
    ask: Ask, explorer: Explorer, tmp_path: Path
) -> None:
    path = tmp_path / "out.json"
    path.write_text(RECORD)

    code, _, err = ask("hit", HIT_ID, OTHER, "-o", str(path), "--redact")

    assert code == ExitCode.USAGE
    assert f"\n  {REPLACED}\n" in err


def test_a_log_that_is_appended_to_is_not_replaced_and_not_refused(
    run_ffx: Runner, tmp_path: Path
) -> None:
    path = tmp_path / "out.json"
    path.write_text(RECORD)
    line = f"ffx hit {STORY} {UPSELL} --sandbox --json"

    finished = run_ffx.in_shell(f"{line} -o /dev/stdout >>{path}; {line} -o {path} >>{path}")

    assert finished.code == ExitCode.OK, finished.err
    assert len(path.read_text().splitlines()) == 5


@each(
    ("words", "message"),
    [
        (("--json", "-o", "x.json", "--resume", "--force"), "--resume and --force exclude"),
        (("--json", "--force"), "--force needs -o FILE or --save FILE"),
    ],
)
def test_what_force_does_not_go_with(
    words: tuple[str, ...], message: str, ask: Ask, explorer: Explorer
) -> None:
    code, _, err = ask("hit", HIT_ID, OTHER, *words)

    assert code == ExitCode.USAGE
    assert message in err
    assert explorer.requests == []
