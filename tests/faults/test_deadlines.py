"""A `--deadline` that ends inside one history: what is there is given, what is missing said."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from ffx.service.retry import Retries
from tests.answering import Answering, Question, Says
from tests.knowing import VISITOR, in_service, knowing, row

PAGE = 10
HITS = [f"dkezmsf3bat8xdbz8rt{number:06d}" for number in range(60)]
ROWS = [row(hit, "view", 60 * number) for number, hit in enumerate(HITS)]
WINDOW = ("--since", "2024-03-05T13:00Z", "--until", "2024-03-05T16:00Z")
MISSING = "the run's deadline was over: Tue 5 Mar 2024 13:00 +00:00 "
FORMATS = ("table", "json", "jsonl", "csv", "md", "html")


class Paged:
    """A service that gives the newest ten rows of a window, and counts what it was asked.

    What comes after `whole` questions is a fault of the service, if `then` is one.
    """

    def __init__(self, whole: int = 1000, then: Says | None = None) -> None:
        self.asked = 0
        self._answer: Answering = knowing(ROWS)
        self._whole = whole
        self._then = then

    def __call__(self, question: Question) -> Says:
        self.asked += 1
        if self.asked > self._whole and self._then is not None:
            return self._then
        said = self._answer(question)
        body: dict[str, Any] = {**said.body}  # type: ignore[dict-item]  # it is an object
        if question.path.endswith("/hit"):
            return said
        more = len(body["hits"]) > PAGE
        return Says({**body, "hits": body["hits"][-PAGE:], "hasMore": more})


@pytest.fixture
def paged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paged]:
    """Serve the rows, by a clock on which every answer takes 30 seconds."""
    service = Paged()
    with in_service(service), _clock_of(service, monkeypatch):
        yield service


def _clock_of(service: Paged, monkeypatch: pytest.MonkeyPatch) -> Any:
    patience = partial(Retries, clock=lambda: 1000.0 + 30.0 * service.asked, pause=lambda _: None)
    monkeypatch.setattr("ffx.service.client.Retries", patience)
    monkeypatch.setattr("ffx.settings.settings.time.monotonic", lambda: 1000.0)
    return monkeypatch.context()


def hits_in(text: str) -> list[str]:
    return [hit for hit in HITS if hit in text]


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_rows_that_are_there_are_given_in_every_format(
    format_name: str, paged: Paged, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    line = ["visitor", VISITOR, *WINDOW, "--all", "--format", format_name, "--utc"]
    for where in ("stdout", "file"):
        paged.asked = 0
        path = tmp_path / "out"
        more = ["-o", str(path)] if where == "file" else []

        assert main([*line, "--deadline", "115s", *more]) == ExitCode.PARTIAL

        out, err = capsys.readouterr()
        assert paged.asked == 4
        # One page, one question of which end it is, and two pages more.
        given = hits_in(path.read_text() if more else out)
        # A ticket's timeline is short.
        assert given == HITS[-28:] or (format_name == "md" and given[-1:] == HITS[-1:]), where
        assert "the history is incomplete" in err
        assert MISSING in err
        if format_name == "json":
            document = json.loads(path.read_text() if more else out)
            assert (len(document["hits"]), document["hasMore"]) == (28, True)


def test_an_innocent_deadline_changes_nothing(
    paged: Paged, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["visitor", VISITOR, *WINDOW, "--all", "--json", "--utc"]

    assert main([*line, "--deadline", "1h"]) == ExitCode.OK
    with_one = capsys.readouterr()
    assert main(line) == ExitCode.OK

    assert capsys.readouterr() == with_one
    assert len(json.loads(with_one.out)["hits"]) == len(HITS)


@pytest.mark.parametrize("format_name", FORMATS)
def test_without_a_page_there_is_nothing_to_give(
    format_name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Paged(0, Says({"message": "busy"}, 503))
    with in_service(service), _clock_of(service, monkeypatch):
        line = ["visitor", VISITOR, *WINDOW, "--all", "--format", format_name]
        assert main([*line, "--deadline", "20s"]) == ExitCode.TEMPORARY

    assert hits_in(capsys.readouterr().out) == []


@pytest.mark.parametrize("format_name", ["json", "jsonl", "csv"])
def test_what_found_the_visitor_is_a_page_as_well(
    format_name: str, paged: Paged, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["visitor", HITS[55], "--all", "--format", format_name, "--utc"]

    assert main([*line, "--deadline", "20s"]) == ExitCode.PARTIAL

    out, err = capsys.readouterr()
    assert paged.asked == 1
    assert hits_in(out) == HITS[-10:]
    assert "the run's deadline was over: " in err


@pytest.mark.parametrize(
    ("fault", "deadline", "code"),
    [
        # There is no time for another try, or none for the pause before it.
        (Says({"message": "busy"}, 503), "65s", ExitCode.PARTIAL),
        (Says({}, 429, {"Retry-After": "100"}), "100s", ExitCode.PARTIAL),
        # There is, and it fails as often as is tried: that is no deadline.
        (Says({"message": "busy"}, 503), "1h", ExitCode.TEMPORARY),
        (Says({"message": "no"}, 422), "65s", ExitCode.SERVICE),
    ],
)
def test_a_failure_is_the_deadlines_where_time_is_what_is_short(
    fault: Says,
    deadline: str,
    code: ExitCode,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = Paged(1, fault)
    with in_service(service), _clock_of(service, monkeypatch):
        line = ["visitor", VISITOR, *WINDOW, "--all", "--json", "--deadline", deadline]
        assert main(line) == code

    out, err = capsys.readouterr()
    assert hits_in(out) == (HITS[-10:] if code == ExitCode.PARTIAL else [])
    assert ("the run's deadline was over" in err) == (code == ExitCode.PARTIAL)


def test_a_diagnosis_says_nothing_of_what_there_was_no_time_for(
    paged: Paged, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["diagnose", VISITOR, *WINDOW, "--json", "--utc", "--deadline", "85s"]

    assert main(line) == ExitCode.PARTIAL

    out, err = capsys.readouterr()
    document = json.loads(out)
    assert document["verdict"]["converted"] is None
    assert any(each.startswith(MISSING) for each in document["history"]["missing"])
    assert MISSING in err


def test_in_a_list_a_cut_history_is_no_answer(
    paged: Paged, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "out.json"
    line = ["visitor", VISITOR, HITS[0], *WINDOW, "--all", "--json", "-o", str(path)]

    main([*line, "--jobs", "1", "--deadline", "85s"])

    assert not path.exists() or '"reply"' not in path.read_text()
    assert "the run's deadline is over" in capsys.readouterr().err
