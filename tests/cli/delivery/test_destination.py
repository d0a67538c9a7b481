"""What is said of FILE of `-o` and `--save`: what was written to it, and how to go on with it."""

import shlex
from functools import partial
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from ffx.output.words import size
from ffx.service.retry import Retries
from tests.conftest import SAMPLE_TOKEN, Runner
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, events, history
from tests.looping import each

OTHER = "dkezmsf3bat8xdbz8rt039r9"
HITS = [f"dkezmsf3bat8xdbz8rt{number:06d}" for number in range(12)]


def new_folder(folder: Path) -> Path:
    """Make an empty folder for one case of a table."""
    new = folder / str(len([*folder.iterdir()]))
    new.mkdir()
    return new


def test_sizes_in_words() -> None:
    table = {
        0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1000: "1.0 kB", 9_949: "9.9 kB",
        9_950: "10 kB", 48_211: "48 kB", 999_499: "999 kB", 999_500: "1.0 MB",
        2_640_000: "2.6 MB", 1_500_000_000: "1.5 GB", 5_000_000_000_000: "5000 GB",
    }  # fmt: skip
    assert {count: size(count) for count in table} == table


# The command, and what is said of the file; nothing where there is none of its own.
WRITTEN = [
    (("hit", HIT_ID, "-o", "out.json"), "written to out.json"),
    (("hit", HIT_ID, "-o", "out.csv"), "written to out.csv"),
    (("hit", HIT_ID, "-o", "out.md"), "written to out.md"),
    (("hit", HIT_ID, OTHER, "-o", "out.json"), "2 answers written to out.json"),
    (("hit", HIT_ID, OTHER, "-o", "out.csv"), "2 answers written to out.csv"),
    (("hit", HIT_ID, OTHER, "-o", "out.txt", "--full"), "2 answers written to out.txt"),
    (("hit", HIT_ID, "{hit}", "-o", "out.jsonl"), "1 answer written to out.jsonl"),
    (("hit", HIT_ID, "--save", "kept.case"), "case saved to kept.case"),
    (("hit", HIT_ID, "-o", "out.json", "-q"), ""),
    (("hit", HIT_ID, OTHER, "-o", "out.json", "-q"), ""),
    (("hit", HIT_ID, "--save", "kept.case", "-q"), ""),
    (("hit", HIT_ID, "-o", "-"), ""),
    (("hit", HIT_ID, "-o", "/dev/null"), ""),
    (("hit", HIT_ID, OTHER, "-o", "/dev/null", "--json"), ""),
    (("hit", HIT_ID, "--save", "/dev/null"), ""),
    (("hit", HIT_ID), ""),
    (("hit", "{hit}", "[CLICKID]", "-o", "out.json"), ""),
]


def test_one_note_says_what_was_written_and_where(
    explorer: Explorer,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    explorer.answer_with(answer(events()))
    for line, said in WRITTEN:
        folder = new_folder(tmp_path)
        monkeypatch.chdir(folder)

        main(list(line))

        told = [each for each in capsys.readouterr().err.splitlines() if " to " in each]
        sizes = [size(path.stat().st_size) for path in folder.iterdir()]
        assert told == ([f"{said} ({sizes[0]})"] if said else []), line


def test_what_a_resumed_list_adds_is_said(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    explorer.answer_with(answer(events()))
    path = str(tmp_path / "out.json")
    main(["hit", HIT_ID, OTHER, "--json", "-o", path])
    capsys.readouterr()

    main(["hit", HIT_ID, OTHER, *HITS[:3], "--json", "-o", path, "--resume"])
    assert f"\n3 answers added to {path} (" in capsys.readouterr().err

    main(["hit", HIT_ID, OTHER, *HITS[:3], "--json", "-o", path, "--resume"])
    assert path not in capsys.readouterr().err


@each(
    ("reply", "code"),
    [
        (answer({"hits": [], "visitor": None, "hasMore": False}), ExitCode.NOT_FOUND),
        (answer({"message": "no"}, status=422), ExitCode.SERVICE),
        (answer({**history(), "hasMore": True}), ExitCode.PARTIAL),
    ],
)
def test_a_file_is_said_to_be_written_where_it_was(
    reply: object,
    code: ExitCode,
    explorer: Explorer,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    explorer.answer_with(reply)  # type: ignore[arg-type]  # of several kinds
    path = tmp_path / f"{code}.json"
    line = ["visitor", VISITOR_ID, "--since", "2020-01-01", "--complete", "-o", str(path)]

    assert main(line) == code

    assert (f"written to {path} (" in capsys.readouterr().err) == path.exists()


REFUSED = answer({"message": "no"}, status=422)
RESUMABLE = ("--json", "-o", "a list's.json")


@each(
    ("more", "reply", "is_named"),
    [
        (RESUMABLE, REFUSED, True),
        ((*RESUMABLE, "--force"), REFUSED, True),
        ((*RESUMABLE, "--resume"), REFUSED, True),
        (RESUMABLE, answer({}, 429, {"Retry-After": "3600"}), True),
        (("--json",), REFUSED, False),
        (("-o", "out.csv"), REFUSED, False),
        ((*RESUMABLE, "--redact"), REFUSED, False),
        (("--json", "-o", "/dev/null"), REFUSED, False),
        (RESUMABLE, answer(events()), False),
    ],
)
def test_a_list_that_ends_early_names_the_command_that_goes_on(
    more: tuple[str, ...],
    reply: object,
    is_named: bool,
    explorer: Explorer,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(new_folder(tmp_path))
    explorer.answer_with(reply)  # type: ignore[arg-type]  # of several kinds
    main(["hit", *HITS, *more])

    err = capsys.readouterr().err
    named = [line for line in err.splitlines() if line.startswith("to go on")]
    assert SAMPLE_TOKEN not in err
    if not is_named:
        assert named == []
        return
    assert named == ["to go on: " + shlex.join(["ffx", "hit", *HITS, *RESUMABLE, "--resume"])]
    if "--force" in more or "--resume" in more:
        return  # the same command
    explorer.answer_with(answer(events()))
    assert main(shlex.split(named[0].removeprefix("to go on: ffx "))) == ExitCode.OK
    assert len(Path("a list's.json").read_text().splitlines()) == len(HITS)


@each(
    ("more", "is_told"),
    [
        (("-o", "out.csv"), True),
        (("-o", "out.txt"), True),
        (RESUMABLE, False),
        (("--format", "csv"), False),
        (("-o", "out.csv", "--redact"), False),
        (("-o", "/dev/null", "--format", "csv"), False),
    ],
)
def test_a_form_that_cannot_be_gone_on_with_says_which_one_can(
    more: tuple[str, ...],
    is_told: bool,
    explorer: Explorer,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(new_folder(tmp_path))
    explorer.answer_with(REFUSED)

    main(["hit", *HITS, *more])

    told = "for another time: --resume can go on with a list that --json -o FILE writes"
    assert (told in capsys.readouterr().err.splitlines()) is is_told


def test_a_deadline_names_it_too(
    explorer: Explorer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    explorer.answer_with(answer(events()))
    clock = partial(Retries, clock=lambda: 1000.0 + 30.0 * len(explorer.requests))
    monkeypatch.setattr("ffx.service.client.Retries", clock)
    monkeypatch.setattr("ffx.settings.settings.time.monotonic", lambda: 1000.0)
    path = str(tmp_path / "out.json")

    main(["hit", *HITS, "--json", "-o", path, "--jobs", "1", "--deadline", "100s"])

    lines = capsys.readouterr().err.splitlines()
    (ended,) = [line for line in lines if line.startswith("ended: the run's deadline is over; ")]
    go_on = lines[lines.index(ended) + 1]
    assert go_on.startswith("to go on: ffx hit ")
    assert go_on.endswith(" --deadline 100s --resume")
    assert lines[-1].startswith(f"4 answers written to {path} (")


def test_a_list_from_stdin_has_to_come_again(run_ffx: Runner, tmp_path: Path) -> None:
    ids = "\\n".join(HITS)
    closed = "--timeout 0.3s --api-url http://127.0.0.1:9"

    finished = run_ffx.in_shell(
        f"cd {tmp_path}; printf '{ids}' | FFX_ACCESS_TOKEN=x ffx hit - --json -o out.json {closed}"
    )

    assert (
        f"to go on, with the same list on stdin: ffx hit - --json -o out.json {closed} --resume"
        in finished.err.splitlines()
    )
