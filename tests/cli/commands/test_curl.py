"""`--curl`: the requests of a run and nothing else, whatever is asked."""

import shlex
from pathlib import Path

import pytest

from ffx.errors import ExitCode
from tests.cli.commands.conftest import Ask
from tests.explorer import HIT_ID, VISITOR_ID, Explorer
from tests.fuzz.conftest import EXAMPLES
from tests.looping import each

OTHER = "dkezmsf3bat8xdbz8rt039r9"
HITS = [f"dkezmsf3bat8xdbz8rt{number:06d}" for number in range(40)]
FORMATS = ("table", "json", "jsonl", "csv", "md")
WINDOW = ("--since", "2d")


def asked(out: str) -> list[str]:
    """Return the bodies of the commands; there is nothing else."""
    words = shlex.split(out.replace("\\\n", " "))
    count = words.count("curl")
    line = ["curl", "--request", "POST"]
    starts = [place for place in range(len(words)) if words[place : place + 3] == line]
    assert len(starts) == count
    assert all(place % 10 == 0 for place in starts)
    assert len(words) == 10 * count
    assert words.count("Authorization: Bearer $FFX_ACCESS_TOKEN") == count
    return words[9::10]


# Each format for one of the commands or two.
@each(
    ("format_name", "command"),
    [
        (format_name, command)
        for place, format_name in enumerate(FORMATS)
        for number, command in enumerate(["hit", "visitor", "diagnose"])
        if EXAMPLES or (place + number) % 2 == 0
    ],
)
def test_a_list_is_its_requests_in_order_and_nothing_else(
    command: str, format_name: str, ask: Ask, explorer: Explorer, tmp_path: Path
) -> None:
    path = tmp_path / "ids"
    path.write_text("\n".join(["# of May", *HITS, HITS[0]]))

    code, out, err = ask(
        command, "--from", str(path), "--format", format_name, "--curl", "--jobs", "8"
    )

    assert code == ExitCode.OK
    assert asked(out) == [f'{{"hitId": "{hit}"}}' for hit in HITS]
    assert "found" not in err
    assert "left out: 1 comment" in err
    assert explorer.requests == []


@each(
    ("words", "count"),
    [
        ((HIT_ID, "--format", "table"), 1),
        ((HIT_ID, "--format", "csv", "--bom"), 1),
        ((HIT_ID, OTHER, "--json"), 2),
        ((HIT_ID, OTHER, "--format", "jsonl"), 2),
        (("--from", "IDS", "--full", "--format", "table"), 2),
        (("--from", "IDS", "--format", "xlsx"), 2),
    ],
)
def test_nothing_is_written_to_a_file(
    words: tuple[str, ...], count: int, ask: Ask, explorer: Explorer, tmp_path: Path
) -> None:
    pytest.importorskip("openpyxl")
    (tmp_path / "ids").write_text(f"{HIT_ID}\n{OTHER}\n")
    line = [str(tmp_path / "ids") if word == "IDS" else word for word in words]
    path = tmp_path / "out"
    for before in ("", "earlier"):
        if before:
            path.write_text(before)

        code, out, err = ask("hit", *line, "-o", str(path), "--curl")

        assert (code, len(asked(out))) == (ExitCode.OK, count)
        assert err.startswith("note: --curl prints requests; nothing is written to '")
        assert err.count("\n") == 1
        assert path.exists() == bool(before)
        assert not before or path.read_text() == before
    path.unlink()


def test_ids_are_aliases_where_they_are_to_be_hidden(
    ask: Ask, explorer: Explorer, tmp_path: Path
) -> None:
    path = tmp_path / "ids"
    path.write_text(f"{HIT_ID}\nhttps://x.example.com/?clickid={OTHER}\n{HIT_ID}\n")
    lines = [
        ("hit", HIT_ID),
        ("hit", "--from", str(path)),
        ("hit", HIT_ID, OTHER, "--json"),
        ("visitor", VISITOR_ID),
        ("visitor", "v1", *WINDOW),
        ("diagnose", VISITOR_ID, *WINDOW),
        ("compare", HIT_ID, OTHER),
    ]
    for line in lines:
        _, out, err = ask(*line, "--curl", "--redact=all")
        assert asked(out)
        assert "#1" in out
        for hidden in (HIT_ID, OTHER, VISITOR_ID, '"v1"'):
            assert hidden not in out + err, line
        _, shown, _ = ask(*line, "--curl", "--redact")
        assert "#" not in shown, line
        assert len(asked(shown)) == len(asked(out))


@each(
    ("line", "follows"),
    [
        (("hit", HIT_ID), ""),
        (("hit", HIT_ID, OTHER), ""),
        (("visitor", HIT_ID), ""),
        (("visitor", VISITOR_ID, *WINDOW), ""),
        (("visitor", VISITOR_ID), "where nobody is found, 7, 30 and 90 days are searched"),
        (("visitor", HIT_ID, *WINDOW), "the visitor of a hit is asked for in the window"),
        (("visitor", VISITOR_ID, *WINDOW, "--all"), "--all asks until it has every hit"),
        (("diagnose", HIT_ID), "the rest of the history, and up to 12 hits one by one"),
        (("diagnose", HIT_ID, OTHER), "the rest of the history, and up to 12 hits one by one"),
        (("compare", HIT_ID, OTHER), "the rest of the history, and up to 12 hits one by one"),
        (("watch", HIT_ID), "the same again and again"),
    ],
)
def test_what_follows_the_first_requests_is_said_once(
    line: tuple[str, ...], follows: str, ask: Ask, explorer: Explorer
) -> None:
    code, out, err = ask(*line, "--curl")

    assert code == ExitCode.OK
    assert asked(out)
    assert err.count("more requests follow") == bool(follows)
    assert f"note: more requests follow: {follows}" in err or not follows
    assert explorer.requests == []


def test_what_holds_no_id_is_told_beside_the_commands(
    ask: Ask, explorer: Explorer, tmp_path: Path
) -> None:
    path = tmp_path / "ids"
    path.write_text(f"{{hit}}\n{HIT_ID}\n")
    refused = "ffx: line 1: '{hit}' is a placeholder, not an ID\n"

    code, out, err = ask("diagnose", "--from", str(path), "--curl", "--json")
    assert (code, len(asked(out))) == (ExitCode.PARTIAL, 1)
    assert err.startswith(refused)

    path.write_text("{hit}\n")
    code, out, err = ask("diagnose", "--from", str(path), "--curl")
    assert (code, out) == (ExitCode.USAGE, "")
    assert err.startswith(refused)

    code, out, err = ask("diagnose", "{hit}", "--curl")
    assert (code, out) == (ExitCode.USAGE, "")
    assert err.startswith("ffx: '{hit}' is a placeholder")


@each(
    ("words", "message"),
    [
        (("hit", HIT_ID, "--any-profile"), "--any-profile and --curl exclude each other"),
        (
            ("hit", HIT_ID, OTHER, "--json", "-o", "out.json", "--resume"),
            "--curl and --resume exclude each other",
        ),
        (
            ("reconcile", "report.csv", "-o", "out.csv", "--resume"),
            "--curl and --resume exclude each other",
        ),
    ],
)
def test_what_needs_answers_is_refused(
    words: tuple[str, ...],
    message: str,
    ask: Ask,
    explorer: Explorer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("report.csv").write_text(f"click_id\n{HIT_ID}\n")

    code, out, err = ask(*words, "--curl")

    assert (code, out) == (ExitCode.USAGE, "")
    assert message in err
    assert [path.name for path in tmp_path.iterdir()] == ["report.csv"]


def test_the_requests_of_a_report(ask: Ask, explorer: Explorer, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    report.write_text(f"click_id,payout\n{HIT_ID},1.00\n{OTHER},2.00\n{HIT_ID},3.00\nnone,4\n")
    path = tmp_path / "out.csv"

    code, out, err = ask("reconcile", str(report), "--curl", "-o", str(path))

    assert code == ExitCode.OK
    assert sorted(asked(out)) == sorted(f'{{"hitId": "{hit}"}}' for hit in (HIT_ID, OTHER))
    assert "nothing is written to" in err
    follows = "more requests follow: those of a diagnosis, for up to 200 hits without a conversion"
    assert follows in err
    assert "more requests" not in ask("reconcile", str(report), "--curl", "--explain", "0")[2]
    assert [each.name for each in tmp_path.iterdir()] == ["report.csv"]
    assert explorer.requests == []
