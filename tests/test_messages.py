"""A worker tells what matters of a test, and the table of faults learns of it all."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests import messages
from tests.faults import exits
from tests.looping import each

PHASES = ("setup", "call", "teardown")
AT_END = [(exits.ROWS_HELD, [34]), (exits.EXITS_SEEN, [5])]


def phases(**ended: str) -> list[Any]:
    """Return the reports of a test whose phases passed, or `ended` so; the exits come last."""
    return [
        SimpleNamespace(
            when=when,
            nodeid="a test",
            passed=ended.get(when, "passed") == "passed",
            skipped=ended.get(when) == "skipped",
            user_properties=AT_END if when == "teardown" else AT_END[:1],
        )
        for when in PHASES
        if when == "setup" or when == "teardown" or "setup" not in ended
    ]


def told(monkeypatch: pytest.MonkeyPatch, reports: list[Any]) -> list[Any]:
    heard: list[Any] = []

    def hear(*, report: Any) -> None:
        heard.append(report)

    item: Any = SimpleNamespace(ihook=SimpleNamespace(pytest_runtest_logreport=hear))
    monkeypatch.setattr(messages, "runtestprotocol", lambda *_, **__: reports)
    assert messages.Fewer().pytest_runtest_protocol(item, None)
    return heard


def test_one_that_passed_is_one_message_with_what_its_end_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = told(monkeypatch, phases())

    assert [report.when for report in heard] == ["call"]
    table = exits.Table()
    table.pytest_runtest_logreport(heard[0])
    assert table.seen == {34: {5}}


@each("ended", [
    {"setup": "failed"}, {"setup": "skipped"}, {"call": "failed"}, {"call": "skipped"},
    {"teardown": "failed"},
])  # fmt: skip
def test_of_any_other_each_phase_is_told(
    monkeypatch: pytest.MonkeyPatch, ended: dict[str, str]
) -> None:
    reports = phases(**ended)

    assert told(monkeypatch, reports) == reports
