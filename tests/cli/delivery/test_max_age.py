"""`--resume` with `--max-age`: what was answered too long ago is asked again, and not lost."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ffx.cli.app import main
from ffx.cli.delivery.resume import keep_answers, replacing_old_answers
from ffx.errors import ExitCode
from ffx.input.times.instants import to_rfc3339
from tests.explorer import HIT_ID, Explorer, answer, events
from tests.looping import each

OTHER, THIRD = "dkezmsf3bat8xdbz8rt039r9", "dkezmsf3bat8xdbz8rt039rb"
NOW = datetime(2026, 11, 20, 15, 20, tzinfo=UTC)
NIGHT_BEFORE = "2026-11-19T15:20:00Z"
THIS_NIGHT = "2026-11-20T15:00:00Z"
NOT_BEFORE = NOW - timedelta(hours=20)


def record(target: str, made: object = None, **more: object) -> dict[str, object]:
    when = {} if made is None else {"made": made}
    return {"target": target, **when, **(more or {"reply": {"events": []}})}


FAILED = {"error": {"code": "http-503"}}
OLD, NEW = record("a", NIGHT_BEFORE), record("a", THIS_NIGHT)
OLDER = record("a", "2026-11-19T15:19:59Z")
# What the file holds, what stays of it, and which targets are answered and which are old.
KEPT: list[tuple[list[object], list[object], str, str]] = [
    ([], [], "", ""),
    ([NEW], [NEW], "a", ""),
    ([OLD], [OLD], "", "a"),
    ([record("a")], [record("a")], "", "a"),
    ([record("a", "yesterday")], [record("a", "yesterday")], "", "a"),
    ([record("a", "2026-11-20T15:00:00")], [record("a", "2026-11-20T15:00:00")], "", "a"),
    ([record("a", 7)], [record("a", 7)], "", "a"),
    ([record("a", "2026-11-19T19:20:00Z")], [record("a", "2026-11-19T19:20:00Z")], "a", ""),
    ([record("a", "2030-01-01T00:00:00Z")], [record("a", "2030-01-01T00:00:00Z")], "a", ""),
    ([record("a", "2026-11-20T17:00:00+02:00")],) * 2 + ("a", ""),  # type: ignore[list-item]
    # A run that was killed left both: the newer one stays, wherever it stands.
    ([OLD, NEW], [NEW], "a", ""),
    ([NEW, OLD], [NEW], "a", ""),
    ([OLD, OLD], [OLD], "", "a"),
    ([OLDER, OLD], [OLD], "", "a"),
    ([record("a"), OLDER, OLD, OLDER], [OLD], "", "a"),
    (
        [NEW, record("a", "2026-11-20T15:00:00.001Z"), record("a", THIS_NIGHT, **FAILED)],
        [record("a", "2026-11-20T15:00:00.001Z")],
        "a",
        "",
    ),
    ([record("a", NIGHT_BEFORE, **FAILED), OLD], [OLD], "", "a"),
    ([OLD, record("b", THIS_NIGHT)], [OLD, record("b", THIS_NIGHT)], "b", "a"),
]


def write(path: Path, records: list[Any]) -> None:
    path.write_text("".join(f"{json.dumps(each)}\n" for each in records))


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_what_is_too_old_is_told_from_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    for content, kept, answered, old in KEPT:
        write(path, content)

        answers = keep_answers(path, of="hit", not_before=NOT_BEFORE)

        assert read(path) == kept, content
        assert ["a" in answers.targets, "a" in answers.old] == ["a" in answered, "a" in old], kept
        assert (len(answers.targets), len(answers.old)) == (len(answered), len(old)), content


def test_without_an_age_every_answer_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    write(path, [OLD, record("b")])

    answers = keep_answers(path, of="hit")

    assert (len(answers.targets), len(answers.old)) == (2, 0)
    assert read(path) == [OLD, record("b")]


def test_of_what_a_killed_run_left_twice_the_newest_is_kept_without_an_age_too(
    tmp_path: Path,
) -> None:
    path = tmp_path / "answers.json"
    unread = {
        "made": NIGHT_BEFORE,
        "target": "a",
        "reply": {"events": []},
    }  # its target is not first
    newest = record("a", THIS_NIGHT, reply={"events": [{"hitId": "a"}]})
    for content in ([OLD, newest], [newest, OLD], [unread, newest], [record("a"), newest, unread]):
        write(path, [record("b"), *content, record('c"\\é', NIGHT_BEFORE)])

        answers = keep_answers(path, of="hit")

        assert read(path) == [record("b"), newest, record('c"\\é', NIGHT_BEFORE)], content
        assert (len(answers.targets), len(answers.old), answers.missing) == (3, 0, 2), content
        assert answers.targets.duplicates == 0, content


@pytest.mark.parametrize("ending", [None, KeyboardInterrupt])
def test_however_a_run_ends_a_target_has_its_newest_answer(
    ending: type[BaseException] | None, tmp_path: Path
) -> None:
    path = tmp_path / "answers.json"
    others = [record("b", NIGHT_BEFORE), record("c", NIGHT_BEFORE), record("d", THIS_NIGHT)]
    write(path, [OLD, *others])
    answers = keep_answers(path, of="hit", not_before=NOT_BEFORE)
    come = [NEW, record("b", THIS_NIGHT, **FAILED), record("e", THIS_NIGHT, **FAILED)]

    def run() -> None:
        with replacing_old_answers(path, answers, NOT_BEFORE):
            with path.open("a") as file:
                file.writelines(f"{json.dumps(each)}\n" for each in come)
                file.write('{"target": "x", "rep')
            if ending is not None:
                raise ending

    if ending is None:
        run()
    else:
        with pytest.raises(ending):
            run()

    text = path.read_text()
    assert text.endswith('\n{"target": "x", "rep')
    path.write_text(text[: text.rindex("\n") + 1])
    assert read(path) == [*others, NEW, come[2]]


def age(path: Path, target: str, hours: int) -> None:
    """Let the answer of a target have been made so many hours ago."""
    records = read(path)
    for answered in records:
        if answered["target"] == target:
            answered["made"] = to_rfc3339(datetime.now(UTC) - timedelta(hours=hours))
    write(path, records)


def test_every_night_older_answers_are_asked_again(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "answers.json"
    line = ["hit", HIT_ID, OTHER, "--json", "-o", str(path), "--jobs", "1", "--resume"]
    line += ["--max-age", "20h"]
    explorer.answer_with(answer(events(t1="first night")))
    assert main(line) == ExitCode.OK
    age(path, HIT_ID, 24)
    age(path, OTHER, 19)
    capsys.readouterr()
    asked = len(explorer.requests)

    explorer.answer_with(answer(events(t1="second night")))
    assert main([*line[:3], THIRD, *line[3:]]) == ExitCode.OK

    told = capsys.readouterr().err.splitlines()
    assert told[:2] == ["answered already: 1 target", "older than 20h, asked again: 1 target"]
    assert {each.json["hitId"] for each in explorer.requests[asked:]} == {HIT_ID, THIRD}
    assert [(each["target"], each["reply"]["events"][0]["t1"]) for each in read(path)] == [
        (OTHER, "first night"),
        (HIT_ID, "second night"),
        (THIRD, "second night"),
    ]


def test_what_could_not_be_asked_again_keeps_its_old_answer(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "answers.json"
    line = ["hit", HIT_ID, OTHER, "--json", "-o", str(path)]
    explorer.answer_with(answer(events()))
    assert main(line) == ExitCode.OK
    age(path, HIT_ID, 24)
    before = read(path)

    explorer.answer_with(answer({"message": "no"}, status=422))
    assert main([*line, THIRD, "--resume", "--max-age", "20h"]) == ExitCode.PARTIAL

    after = read(path)
    assert after[:2] == before
    assert [(each["target"], "error" in each) for each in after[2:]] == [(THIRD, True)]
    assert "2 failed" in capsys.readouterr().err


@each(
    ("more", "said"),
    [
        (["--max-age", "20h"], "--max-age needs --resume"),
        (["--resume", "--max-age", "soon"], "cannot read 'soon' as a duration for --max-age"),
        (["--resume", "--max-age", "0h"], "it must be over zero"),
        (["--resume", "--max-age", "1mo"], "months and years differ in length"),
        (["--resume", "--max-age", "20h", "--redact"], "--resume and --redact exclude"),
    ],
)
def test_an_age_that_means_nothing_is_refused_before_anything_is_asked(
    more: list[str],
    said: str,
    explorer: Explorer,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    path = tmp_path / "answers.json"
    write(path, [OLD])

    assert main(["hit", HIT_ID, OTHER, "--json", "-o", str(path), *more]) == ExitCode.USAGE

    assert said in capsys.readouterr().err
    assert (read(path), explorer.requests) == ([OLD], [])


@each("length", ["99999w", "2d", "PT20H", "'20 hours'"])
def test_every_length_of_time_is_an_age(length: str, explorer: Explorer, tmp_path: Path) -> None:
    explorer.answer_with(answer(events()))
    explorer.requests.clear()
    path = str(tmp_path / f"{len([*tmp_path.iterdir()])}.json")
    line = ["hit", HIT_ID, OTHER, "--json", "-o", path, "--resume"]

    assert main([*line, "--max-age", length.strip("'")]) == ExitCode.OK
    asked = len(explorer.requests)
    assert main([*line, "--max-age", length.strip("'")]) == ExitCode.OK
    assert 2 <= len(explorer.requests) == asked
