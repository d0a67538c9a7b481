"""`ffx hit`, from the words typed to what is written."""

import json
import re
from typing import Any

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from ffx.sandbox.data.stories import STORIES
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, events
from tests.fuzz.conftest import EXAMPLES
from tests.looping import each

_TIME = "2024-03-05T14:30:00Z"
_ON_TERMINAL = f"""\
of visitor {VISITOR_ID}

                   view
  Event
    time           Tue 5 Mar 2024 14:30 +00:00
    cost           0.1
    revenue        0
  Funnel
    page           Lander
  Visitor
    visitor        {VISITOR_ID}

"""


@pytest.fixture
def march(explorer: Explorer) -> Explorer:
    """Let the service know one view, in March 2024."""
    explorer.answer_with(answer(events(eventType="view", eventTime=_TIME)))
    return explorer


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make both streams pass for a terminal of 80 columns without colours."""
    monkeypatch.setattr("ffx.output.streams._is_terminal", lambda _: True)
    monkeypatch.setenv("COLUMNS", "80")


def test_a_terminal_gets_the_view_whole(
    march: Explorer, terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hit", HIT_ID, "--utc"]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert out.startswith(f"Hit {HIT_ID} · can convert")
    assert out[out.index("of visitor") :].startswith(_ON_TERMINAL)
    assert out.endswith(" empty lines left out (--all-fields shows them)\n")
    assert err == f"next: ffx visitor {VISITOR_ID} --tz UTC\n"


def test_a_pipe_gets_plain_lines(march: Explorer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hit", HIT_ID, "--tz", "Europe/Berlin"]) == ExitCode.OK
    out, err = capsys.readouterr()
    summary, _, table = out.partition("\n\n")
    facts = dict(line.split("\t") for line in summary.splitlines())
    assert (facts["hitId"], facts["visitorId"], facts["rows"]) == (HIT_ID, VISITOR_ID, "1")
    header, row = (line.split("\t") for line in table.splitlines())
    assert {name: value for name, value in zip(header, row, strict=True) if value} == {
        "hitId": HIT_ID,
        "visitorId": VISITOR_ID,
        "eventType": "view",
        "eventTime": "2024-03-05T15:30:00.000+01:00",
        "pageName": "Lander",
        "cost": "0.1",
        "revenue": "0",
    }
    assert err == ""


def test_json_is_the_reply_as_sent(march: Explorer, capsys: pytest.CaptureFixture[str]) -> None:
    sent = '{"events":[ {"cost":1e400,"t1":"\\u202e","t1":"ü"} ]}'
    march.answer_with(answer(sent))
    assert main(["hit", HIT_ID, "--json"]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert out == f"{sent}\n"
    assert "doubled key" in err


def test_all_fields_are_shown_on_request(
    march: Explorer, terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["hit", HIT_ID, "--all-fields"])
    out, _ = capsys.readouterr()
    assert "    t20            –\n" in out
    assert "left out" not in out


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        ((), {"hitId": HIT_ID}),
        (("--at", "2024-03-05", "--utc"), {"hitId": HIT_ID, "timeStart": "2024-03-05T00:00:00Z"}),
    ],
)
def test_a_hint_at_the_day_is_sent(
    march: Explorer, at: tuple[str, ...], sent: dict[str, str]
) -> None:
    main(["hit", HIT_ID, *at])
    assert [request.json for request in march.requests] == [sent]


@each("body", ['{"events":[]}', '{"events":null}', "{}"])
def test_nothing_found(explorer: Explorer, capsys: pytest.CaptureFixture[str], body: str) -> None:
    explorer.answer_with(answer(body))
    assert main(["hit", HIT_ID]) == ExitCode.NOT_FOUND
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"ffx: nothing found for hit {HIT_ID}\n  ")
    # What is shaped like a hit is no visitor's ID.
    assert "ffx visitor" not in err


@each("text", ["{hit}", "", "12345678", "HIT_ID"])
def test_what_is_no_hit_is_asked_of_nobody(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    assert main(["hit", text]) == ExitCode.USAGE
    assert capsys.readouterr().err.startswith("ffx: ")
    assert explorer.requests == []


def test_no_remote_text_steers_the_terminal(
    explorer: Explorer, terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("hitId", "visitorId", "eventType", "eventTime", "userAgent", "t1", "new\x1b[2Jmember")
    explorer.answer_with(answer(events(**dict.fromkeys(names, "x\x1b[2J\u202e\n\ty"))))
    assert main(["hit", HIT_ID]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert r"x\u{1b}[2J\u{202e}\u{a}\u{9}y" in out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out + err)


def test_no_remote_text_breaks_a_plain_line(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("hitId", "visitorId", "eventType", "t1")
    explorer.answer_with(answer(events(**dict.fromkeys(names, "x\x1b[2J\u202e\n\ty"))))
    assert main(["hit", HIT_ID]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", out + err)
    summary, _, table = out.partition("\n\n")
    assert {line.count("\t") for line in summary.splitlines()} == {1}
    assert len(table.splitlines()) == 2


# Some others than `test_visitor.py` has.
@each("story", STORIES if EXAMPLES else STORIES[1::4])
def test_every_story_can_be_looked_at(
    story: Any, terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hit", story.hit_id, "--sandbox"]) == ExitCode.OK
    out, _ = capsys.readouterr()
    assert out.startswith(f"Hit {story.hit_id}")
    assert f"\nof visitor {story.visitor_id}\n" in out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out)


def test_several_hits_stand_below_each_other_and_a_failure_does_not_end_them(
    march: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hit", HIT_ID, "{hit}", "dkezmsf3bat8xdbz8rt039r9h"]) == ExitCode.PARTIAL
    out, err = capsys.readouterr()
    assert out.count(f"hitId\t{HIT_ID}\n") == 2
    assert "ffx: '{hit}' is a placeholder, not an ID\n" in err


def test_several_hits_in_json_are_a_record_each(
    march: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["hit", HIT_ID, "{hit}", "--json"])
    found, failed = map(json.loads, capsys.readouterr().out.splitlines())
    assert found["target"] == HIT_ID
    assert found["query"] == {"hitId": HIT_ID}
    assert found["reply"]["events"][0]["pageName"] == "Lander"
    assert failed["target"] == "{hit}"
    assert set(failed["error"]) == {"code", "message", "hint", "retryable"}
