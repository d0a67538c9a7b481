"""Where targets come from and where results go: which options go together, and which do not."""

import json
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from tests.explorer import HIT_ID, Explorer, answer, events
from tests.faults.lists import without_time
from tests.looping import each

OTHER = "dkezmsf3bat8xdbz8rt039r9"


@pytest.fixture
def ids(tmp_path: Path) -> str:
    path = tmp_path / "ids.txt"
    path.write_text(f"{HIT_ID}\n{OTHER}\n")
    return str(path)


def records(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


REFUSED = [
    (["--json"], "no TARGET was given"),
    (["-", HIT_ID], "TARGETs, -, --from and --ids-in exclude each other"),
    (["-", "-"], "TARGETs, -, --from and --ids-in exclude each other"),
    ([HIT_ID, "--from", "IDS"], "TARGETs, -, --from and --ids-in exclude each other"),
    (["-", "--from", "IDS"], "TARGETs, -, --from and --ids-in exclude each other"),
    (["--from", "-"], "'-' is not the name of a file"),
    (["--from", "missing.txt"], "cannot read 'missing.txt'"),
    (["--from", "."], "cannot read '.'"),
    ([HIT_ID, "--column", "hitId"], "--column needs --from"),
    (["-", "--column", "hitId"], "--column needs --from"),
    (["--from", "IDS", "--column", "hitId"], "the CSV has no column 'hitId'"),
    (["--from", "IDS", "-o", "IDS", "--json"], "--from and -o name the same file"),
    (["--from", "IDS", "--resume"], "--resume needs --json and -o FILE"),
    (["--from", "IDS", "--resume", "--json"], "--resume needs --json and -o FILE"),
    (["--from", "IDS", "--resume", "-o", "x.csv"], "--resume needs --json and -o FILE"),
    (["--from", "IDS", "--resume", "-o", "x.jsonl"], "--resume needs --json and -o FILE"),
    ([HIT_ID, "--resume", "--json", "-o", "x.json"], "--resume is for many targets"),
    (["--from", "IDS", "--fields", "hitId"], "--format csv, xlsx or jsonl"),
    ([HIT_ID, "--fields", "hitId", "--json"], "--fields needs --format csv, xlsx or jsonl"),
    ([HIT_ID, "--fields", "hitld", "--format", "csv"], "--fields names 'hitld'"),
    ([HIT_ID, "--fields", ",", "--format", "csv"], "--fields names nothing"),
    ([HIT_ID, "--csv-raw"], "--csv-raw needs --format csv"),
    ([HIT_ID, "--csv-raw", "--json"], "--csv-raw needs --format csv"),
    ([HIT_ID, "--for", "support"], "--for support needs --format md"),
    ([HIT_ID, "--for", "support", "--json"], "--for support needs --format md"),
    ([HIT_ID, "--json", "--format", "csv"], "--json and --format csv exclude each other"),
    ([HIT_ID, "--json", "--format", "jsonl"], "--json and --format jsonl exclude each other"),
    ([HIT_ID, "--format", "xml"], "'xml' is not one of"),
    (["--from", "IDS", "--jobs", "0"], "0 is not in the range"),
    (["--from", "IDS", "--jobs", "17"], "17 is not in the range"),
]


@each(
    ("command", "words", "message"),
    # One function refuses them for both: each in one of the two.
    [(("hit", "visitor")[place % 2], *case) for place, case in enumerate(REFUSED)],
)
def test_what_does_not_go_together_is_refused_before_any_request(
    command: str,
    words: list[str],
    message: str,
    ids: str,
    explorer: Explorer,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    before = Path(ids).read_bytes()

    assert main([command, *(ids if word == "IDS" else word for word in words)]) == ExitCode.USAGE

    out, err = capsys.readouterr()
    assert out == ""
    assert message.replace("'", "") in err.replace("'", "")
    assert explorer.requests == []
    assert [path.name for path in tmp_path.iterdir()] == ["ids.txt"]
    assert Path(ids).read_bytes() == before


def test_raw_cells_are_not_for_a_terminal(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ffx.output.streams._is_terminal", lambda _: True)

    assert main(["hit", HIT_ID, "--format", "csv", "--csv-raw"]) == ExitCode.USAGE

    assert "--csv-raw is not for a terminal" in capsys.readouterr().err
    assert explorer.requests == []


@each(
    ("name", "more", "begins"),
    [
        ("out.json", (), '{"events": '),
        ("out.JSON", (), '{"events": '),
        ("out.jsonl", (), f'{{"target": "{HIT_ID}", '),
        ("out.csv", (), "target,"),
        ("out.csv", ("--json",), '{"events": '),
        ("out.json", ("--format", "csv"), "target,"),
        ("out.txt", (), "hitId\t"),
        ("out", (), "hitId\t"),
        (".json", (), "hitId\t"),
    ],
)
def test_the_ending_of_the_file_names_the_format_unless_an_option_does(
    name: str,
    more: tuple[str, ...],
    begins: str,
    explorer: Explorer,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    explorer.answer_with(answer(events()))
    path = tmp_path / name

    assert main(["hit", HIT_ID, "-o", str(path), *more]) == ExitCode.OK

    assert capsys.readouterr().out == ""
    assert path.read_text().startswith(begins)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    path.unlink()


@each(
    ("name", "targets"),
    [
        ("out.json", ("ID",)),
        ("out.jsonl", ("--from", "IDS")),
        ("out.csv", ("ID",)),
        ("out.txt", ("ID",)),
        ("out.txt", ("--from", "IDS")),
        ("out.txt", ("--from", "IDS", "--full")),
        ("out.json", ("--from", "IDS", "--full")),
    ],
)
def test_a_file_gets_the_very_bytes_of_a_pipe(
    name: str,
    targets: tuple[str, ...],
    ids: str,
    explorer: Explorer,
    capsysbinary: pytest.CaptureFixture[bytes],
    tmp_path: Path,
) -> None:
    explorer.answer_with(answer(events(t1="\u202e é")))
    formats = {"out.json": "json", "out.jsonl": "jsonl", "out.csv": "csv"}
    words = [{"ID": HIT_ID, "IDS": ids}.get(word, word) for word in targets]

    main(["hit", *words, *([] if name == "out.txt" else ["--format", formats[name]])])
    piped = capsysbinary.readouterr().out
    main(["hit", *words, "-o", str(tmp_path / name), "--force"])

    assert capsysbinary.readouterr().out == b""
    written = (tmp_path / name).read_text()
    assert without_time(written) == without_time(piped.decode()) != ""


@pytest.mark.parametrize(
    ("environ", "code"),
    [({"FFX_ACCESS_TOKEN": ""}, ExitCode.ACCOUNT), ({"FFX_API_URL": "ftp://x"}, ExitCode.USAGE)],
)
@each("name", ["old.json", "old.csv", "old.txt"])
def test_a_run_that_cannot_begin_leaves_earlier_results_alone(
    name: str,
    environ: dict[str, str],
    code: int,
    ids: str,
    explorer: Explorer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / name
    path.write_text("earlier results")
    for variable, value in environ.items():
        monkeypatch.setenv(variable, value)

    assert main(["hit", "--from", ids, "-o", str(path)]) == code

    assert path.read_text() == "earlier results"


def test_what_was_not_found_makes_no_file(explorer: Explorer, tmp_path: Path) -> None:
    explorer.answer_with(answer({"events": []}))
    path = tmp_path / "out.json"

    assert main(["hit", HIT_ID, "-o", str(path)]) == ExitCode.NOT_FOUND

    assert not path.exists()


def test_what_failed_leaves_the_earlier_document(explorer: Explorer, tmp_path: Path) -> None:
    explorer.answer_with(answer({"message": "no"}, status=422))
    path = tmp_path / "out.json"
    path.write_text("earlier")

    assert main(["hit", HIT_ID, "-o", str(path)]) == ExitCode.SERVICE

    assert path.read_text() == "earlier"
    assert len(list(tmp_path.iterdir())) == 1


@each("name", ["hitId", "HITID", " hitid "])
def test_targets_from_a_column(
    name: str, explorer: Explorer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f'when;hitId;note\n1;{HIT_ID};"a;b"\n2;;\n3;{OTHER};\n')
    explorer.answer_with(answer(events()))

    assert main(["hit", "--from", str(path), "--column", name, "--json"]) == ExitCode.OK

    assert [record["target"] for record in records(capsys.readouterr().out)] == [HIT_ID, OTHER]


def test_a_single_target_in_a_list_is_a_list_still(
    explorer: Explorer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.txt"
    path.write_text(HIT_ID)
    explorer.answer_with(answer(events()))

    assert main(["hit", "--from", str(path), "--json"]) == ExitCode.OK

    (record,) = records(capsys.readouterr().out)
    assert list(record) == ["target", "account", "made", "query", "reply"]


@each("content", ["", "\n\n", "# nothing today\n"])
def test_an_empty_list_is_an_empty_result(
    content: str, explorer: Explorer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ids.txt"
    path.write_text(content)

    assert main(["hit", "--from", str(path), "--json"]) == ExitCode.OK

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("0 targets · 0 found · ")
    assert explorer.requests == []


def test_resumed_a_file_gets_what_it_lacks(
    ids: str, explorer: Explorer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out.json"
    explorer.answer_with(answer(events()), answer({"message": "no"}, status=422))
    command = ["hit", "--from", ids, "--json", "-o", str(path), "--jobs", "1"]
    assert main(command) == ExitCode.PARTIAL
    assert [set(record) & {"reply", "error"} for record in records(path.read_text())] == [
        {"reply"},
        {"error"},
    ]
    explorer.answer_with(answer(events(hitId=OTHER, revenue=7)))
    capsys.readouterr()

    assert main([*command, "--resume"]) == ExitCode.OK

    first, second = records(path.read_text())
    assert (first["target"], first["reply"]) == (HIT_ID, events())
    assert (second["target"], second["reply"]) == (OTHER, events(hitId=OTHER, revenue=7))
    assert capsys.readouterr().err.startswith("answered already: 1 target\n1 target · 1 found · ")
    assert len(explorer.requests) == 3

    assert main([*command, "--resume"]) == ExitCode.OK
    told = capsys.readouterr().err.splitlines()
    assert told[:2] == ["answered already: 2 targets", "nothing is left to ask"]
    assert len(explorer.requests) == 3


def test_resumed_over_another_list_doubled_targets_are_counted_still(
    ids: str, explorer: Explorer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer(events()))
    out = str(tmp_path / "out.json")
    main(["hit", "--from", ids, "--json", "-o", out])
    more = tmp_path / "more.txt"
    more.write_text("dkezmsf3bat8xdbz8rt039ra\n" * 3)
    capsys.readouterr()

    assert main(["hit", "--from", str(more), "--json", "-o", out, "--resume"]) == ExitCode.OK

    assert "note: 2 targets given before, not asked again" in capsys.readouterr().err
    assert len(records(Path(out).read_text())) == 3


def test_another_programs_file_is_not_resumed(
    ids: str, explorer: Explorer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "package.json"
    path.write_text('{"name": "mine"}\n')

    code = main(["hit", "--from", ids, "--json", "-o", str(path), "--resume"])

    assert code == ExitCode.USAGE
    assert "--resume leaves the file alone" in capsys.readouterr().err
    assert path.read_text() == '{"name": "mine"}\n'
    assert explorer.requests == []


@each("name", ["out.xls", "out.jsn", "out.pdf"])
def test_an_ending_that_tells_no_format_is_refused(
    name: str, explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    explorer.answer_with(answer(events()))
    explorer.requests.clear()
    path = tmp_path / name

    assert main(["hit", HIT_ID, "-o", str(path)]) == ExitCode.USAGE
    assert "its ending tells no format" in capsys.readouterr().err
    assert explorer.requests == []
    assert not path.exists()
    assert main(["hit", HIT_ID, "-o", str(path), "--format", "json"]) == ExitCode.OK
