"""What a run with many targets tells on stderr: each thing once, and the like counted."""

from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from tests.answering import Question, Says
from tests.cli.delivery.test_many_targets import HITS, OTHER, YES
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, events, history
from tests.knowing import in_service
from tests.looping import each


def test_notes_name_their_lines_and_are_counted_beyond_ten_of_a_kind(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    explorer.answer_with(answer(events()))
    lines = [f"https://x.example.com/?clickid={HIT_ID[:-3]}{n:02}h" for n in range(13)]
    path = tmp_path / "ids.txt"
    path.write_text("\n".join(["# a list", *lines]))

    assert main(["hit", "--from", str(path), "--jobs", "1"]) == ExitCode.OK

    err = capsys.readouterr().err.splitlines()
    told = [line for line in err if line.startswith("note: line ")]
    assert len(told) == 10
    assert told[0] == f"note: line 2: found hit ID {HIT_ID[:-3]}00h under 'clickid'"
    more = f"note: 3 more such notes as: found hit ID {HIT_ID[:-3]}00h under 'clickid'"
    assert more in err


def test_a_note_that_does_not_name_its_target_stands_behind_its_name(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    explorer.answer_with(answer(events()), answer(events(hitId=OTHER)))
    path = tmp_path / "ids.txt"
    path.write_text(f"{HIT_ID}\n/pb/?hit={OTHER}&rev=3\n")

    assert main(["hit", "--from", str(path), "--jobs", "1"]) == ExitCode.OK

    assert capsys.readouterr().err.splitlines()[:2] == [
        f"note: line 2: found hit ID {OTHER} under 'hit'",
        f"note: line 2: {OTHER}: the postback has no tx=: repeats of it cannot be told apart",
    ]


SPOILT = ["{hit}", "[CLICKID]", "", "12345678", *(f"GET /landing/{n} 200" for n in range(13))]


@pytest.mark.fault(123)
@each("more", [(), ("--format", "csv"), ("--full",)])
def test_what_is_refused_is_told_once_with_its_line_and_counted_beyond_ten_of_a_kind(
    more: tuple[str, ...],
    explorer: Explorer,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    explorer.answer_with(answer(events()))
    path = tmp_path / "ids.txt"
    path.write_text("\n".join([*SPOILT, HIT_ID]))

    assert main(["hit", "--from", str(path), "--jobs", "1", *more]) == ExitCode.PARTIAL

    err = capsys.readouterr().err.splitlines()
    told = [line for line in err if line.startswith("ffx: ")]
    assert [line.partition(": ")[2].partition(": ")[0] for line in told[:-1]] == [
        *("line 1", "line 2", "line 4"),
        *(f"line {number}" for number in range(5, 15)),
    ]
    assert told[0] == "ffx: line 1: '{hit}' is a placeholder, not an ID"
    assert told[-1] == "ffx: 3 more as: 'GET /landing/0 200' holds no ID that ffx knows"
    # What to do stands once for each kind.
    assert len([line for line in err if line.startswith("  ")]) < 8
    assert "17 targets" in err[-2] + err[-1]


def test_what_was_not_found_is_counted_beyond_ten_where_the_results_do_not_say_it(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer({"events": []}))
    for more, count in (((), 11), (("--format", "csv"), 11), (("--json",), 0)):
        assert main(["hit", *HITS[:14], "--jobs", "1", *more]) == ExitCode.NOT_FOUND

        err = capsys.readouterr().err.splitlines()
        assert len([line for line in err if line.startswith("ffx: ")]) == count
        assert ("ffx: 4 more as: nothing found for hit " + HITS[0] in err) == bool(count)
        assert err[-1].startswith("14 targets · 0 found · 14 not found · ")


@each("more", [(), ("--json",)])
def test_each_failure_is_told_once(
    more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    def says(question: Question) -> Says:
        number = int(question.target[-2:])
        return Says({"message": f"no {number % 3}"}, 422) if number % 4 == 1 else YES

    with in_service(says):
        assert main(["hit", *HITS[:20], "--jobs", "1", *more]) == ExitCode.PARTIAL

    err = capsys.readouterr().err
    for number in range(1, 20, 4):
        assert err.count(f"'{HITS[number]}'") == 1
    assert err.splitlines()[-1].startswith("20 targets · 15 found · 5 failed")


def test_cut_histories_are_counted_beyond_ten(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer({**history(), "hasMore": True}))
    visitors = [f"v{number}" for number in range(13)]

    assert main(["visitor", *visitors, "--since", "2d", "--format", "csv"]) == ExitCode.OK

    err = capsys.readouterr().err.splitlines()
    told = [line for line in err if line.startswith("incomplete: ")]
    assert len(told) == 10
    assert [line for line in err if line.startswith("3 more as: incomplete: ")]


def test_the_whole_text_of_a_target_is_told_on_request(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    explorer.answer_with(answer(events()))
    text = f"https://x.example.com/?clickid={HIT_ID}&{'long=x&' * 40}end"
    refused = f"https://x.example.com/?{'long=x&' * 40}end"
    path = tmp_path / "ids.txt"
    path.write_text(f"{text}\n{refused}\n")
    whole = [f"line 1: {HIT_ID} in: {text}", f"line 2: {refused}"]

    main(["hit", "--from", str(path), "-v"])
    told = capsys.readouterr().err.splitlines()
    main(["hit", "--from", str(path)])
    usual = capsys.readouterr().err.splitlines()
    main(["hit", "--from", str(path), "-v", "--redact"])
    hidden = capsys.readouterr().err

    assert [line for line in told if line in whole] == whole
    assert not [line for line in usual if line in whole]
    assert "long=x" not in hidden


def test_visitors_of_a_list_are_searched_for_without_a_word(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    explorer.answer_with(answer({"visitor": None, "hits": [], "hasMore": False}))
    path = tmp_path / "ids.txt"
    path.write_text(f"{VISITOR_ID}\n")

    assert main(["diagnose", "--from", str(path)]) == ExitCode.NOT_FOUND
    assert "asking for" not in capsys.readouterr().err
    assert main(["diagnose", VISITOR_ID]) == ExitCode.NOT_FOUND
    assert capsys.readouterr().err.count("asking for") == 3
