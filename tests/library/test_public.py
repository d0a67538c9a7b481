"""What the package promises to programs: names, types, examples that work, a light start."""

import doctest
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_type, get_type_hints

import pytest

import ffx
from ffx import (
    Diagnosis,
    Evidence,
    Explorer,
    FfxError,
    Finding,
    HitAnswer,
    HitEvent,
    HitRow,
    NotFoundError,
    TemporaryError,
    Verdict,
    VisitorAnswer,
    VisitorInfo,
)
from tests.conftest import surroundings
from tests.explorer import HIT_ID, VISITOR_ID
from tests.faults.bounds import LONGEST_WAIT
from tests.looping import each

_README = Path(__file__).parents[2] / "README.md"
_HEAVY = {"pydantic", "rich", "dateutil", "httpx", "typer", "sqlite3"}


def test_these_names_are_public_and_no_others() -> None:
    assert set(ffx.__all__) == {
        "AccountError", "Amount", "Conversion", "Diagnosis", "Evidence", "Examination", "Explorer",
        "FfxError", "Finding", "HitAnswer", "HitEvent", "HitRow", "History", "Kind",
        "NotFoundError", "Rule", "ServiceError", "Severity", "TemporaryError", "Time", "TimeRange",
        "UsageError", "Verdict", "VisitorAnswer", "VisitorInfo", "__version__",
    }  # fmt: skip
    assert set(ffx.__all__) <= set(dir(ffx))


@each("name", ffx.__all__)
def test_each_public_name_is_there_under_its_own_name(name: str) -> None:
    value = getattr(ffx, name)

    assert value is getattr(ffx, name)
    if isinstance(value, type):
        assert value.__name__ == name


def test_a_name_that_is_not_there_is_missing_as_anywhere() -> None:
    with pytest.raises(AttributeError, match="module 'ffx' has no attribute 'Explorers'"):
        _ = ffx.Explorers  # type: ignore[attr-defined]  # and a checker says so
    with pytest.raises(ImportError, match="cannot import name 'Explorers'"):
        exec("from ffx import Explorers")  # noqa: S102  # a program's own words


@each(
    ("kind", "names"),
    [
        (Explorer, {"close", "diagnose", "each", "hit", "sandbox", "visitor"}),
        (
            VisitorAnswer,
            {
                "has_more", "hits", "is_complete", "json", "missing", "notes", "request_ids",
                "visitor", "visitor_id", "window",
            },
        ),
        (HitAnswer, {"events", "hit_id", "json", "notes", "request_ids", "visitor_id"}),
        (
            Diagnosis,
            {
                "account", "as_document", "as_html", "as_markdown", "examination",
                "findings", "history", "id", "kind", "looked_up",
                "made", "notes", "requests", "verdict", "visitor_id", "window",
            },
        ),
        (Verdict, {"conversions", "converted", "details", "headline", "reached_offer"}),
        (
            Finding,
            {"basis", "evidence", "id", "name", "next_step", "sentence", "severity"},
        ),
        (Evidence, {"event", "hit_id", "member", "place", "time", "value"}),
        (
            FfxError,
            {
                "add_note", "args", "code", "exit_code", "retryable", "with_traceback",
            },
        ),
    ],
)  # fmt: skip
def test_what_has_public_members_has_these(kind: type, names: set[str]) -> None:
    assert {name for name in dir(kind) if not name.startswith("_")} == names


@each("kind", [Explorer, VisitorAnswer, HitAnswer, Diagnosis])
def test_every_public_member_has_a_type_that_can_be_resolved(kind: type) -> None:
    functions = inspect.getmembers(kind, inspect.isfunction)
    hints = {name: get_type_hints(each) for name, each in functions if not name.startswith("_")}

    assert get_type_hints(kind) is not None
    assert all("return" in each for each in hints.values())


@each("kind", [Explorer, VisitorAnswer, HitAnswer])
def test_what_is_public_is_documented(kind: type) -> None:
    for name, member in inspect.getmembers(kind):
        if not name.startswith("_") and (
            inspect.isroutine(member) or isinstance(member, property)
        ):
            assert member.__doc__, name
    documented = kind.__doc__ or ""
    for field in fields(kind) if kind is not Explorer else ():
        assert f"{field.name}:" in documented, field.name


def _examples() -> Iterator[doctest.DocTest]:
    for name in ("ffx", "ffx.library.explorer", "ffx.library.answers"):
        finder = doctest.DocTestFinder(exclude_empty=True)
        yield from finder.find(importlib.import_module(name), name)
    blocks = re.findall(r"^```pycon\n(.*?)^```", _README.read_text("utf-8"), re.DOTALL | re.M)
    for number, block in enumerate(blocks, start=1):
        yield doctest.DocTestParser().get_doctest(block, {}, f"README {number}", str(_README), 0)


@pytest.mark.parametrize(
    "example", [each for each in _examples() if each.examples], ids=lambda each: each.name
)
def test_the_examples_work(example: doctest.DocTest) -> None:
    told: list[str] = []

    results = doctest.DocTestRunner().run(example, out=told.append, clear_globs=False)

    assert results.failed == 0, "".join(told)


def test_what_a_program_gets_has_these_types() -> None:
    with closing(Explorer.sandbox(tz="UTC")) as explorer:
        visitor = explorer.visitor(VISITOR_ID, since=datetime(2026, 3, 1, tzinfo=UTC))
        hit = explorer.hit(HIT_ID)
        diagnosis = explorer.diagnose(HIT_ID)

    assert_type(explorer, Explorer)
    assert_type(visitor, VisitorAnswer)
    assert_type(visitor.visitor, VisitorInfo | None)
    assert_type(visitor.hits, tuple[HitRow, ...])
    assert_type(visitor.has_more, bool | None)
    assert_type(visitor.window, tuple[datetime, datetime] | None)
    assert_type(hit.events, tuple[HitEvent, ...])
    assert_type(diagnosis, Diagnosis)
    assert_type(diagnosis.verdict, Verdict)
    assert_type(diagnosis.verdict.converted, bool | None)
    assert_type(diagnosis.findings, tuple[Finding, ...])
    assert_type(NotFoundError("nobody").hint, str)
    assert_type(TemporaryError("later").retry_after, float | None)
    assert_type(ffx.__version__, str)
    assert isinstance(visitor.visitor, VisitorInfo)
    assert {type(row) for row in visitor.hits} == {HitRow}
    assert {type(event) for event in hit.events} == {HitEvent}
    assert isinstance(diagnosis, Diagnosis)


def test_what_is_loaded_of_the_package_is_what_is_used() -> None:
    nothing, errors, explorer = _loaded_by(
        "import ffx; ffx.__version__; dir(ffx)",
        "from ffx import FfxError, NotFoundError",
        "from ffx import Explorer; Explorer.sandbox()",
    )

    assert not nothing & _HEAVY
    assert {name for name in nothing if name.startswith("ffx")} == {"ffx", "ffx.version"}
    # Errors can be named without loading what raises them.
    assert not errors & _HEAVY
    # An explorer loads no command line.
    assert not explorer & {"typer", "rich", "ffx.cli.app", "ffx.cli.commands"}


def _loaded_by(*lines: str) -> list[set[str]]:
    """Run lines in a process of its own, and return the modules that are loaded after each."""
    script = "".join(f"{line}\nprint(*sys.modules)\n" for line in lines)
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{script}"],
        capture_output=True,
        text=True,
        env=surroundings(),
        timeout=LONGEST_WAIT,
        check=True,
    )
    return [set(line.split()) for line in done.stdout.splitlines()]
