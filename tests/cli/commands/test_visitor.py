"""`ffx visitor`, from the words typed to what is written."""

import json
import re
from typing import Any

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode
from ffx.sandbox.data.stories import STORIES
from tests.conftest import Runner
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, history
from tests.fuzz.conftest import EXAMPLES
from tests.looping import each

_WINDOW = ("--since", "2024-03-04", "--until", "2024-03-05", "--utc")
_ON_TERMINAL = f"""\
  when      Tue 5 Mar 2024 14:30 +00:00 · 1 visit · 1 hit · 0 conversions

Timeline                window Mon 4 Mar 2024 00:00 +00:00 → Wed 6 Mar 00:00
  time      event     node · page  cost  revenue  hit
  Tue 5 Mar 2024 +00:00
  ── visit 1 ───────────────────────────────────────────────────────────────
  14:30:00  entrance  Lander        0.1        0  {HIT_ID}
  total     1 visit · 0 conversions · cost 0.1
"""


@pytest.fixture
def march(explorer: Explorer) -> Explorer:
    """Let the service know one entrance, in March 2024."""
    explorer.answer_with(answer(_history()))
    return explorer


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make both streams pass for a terminal of 76 columns without colours."""
    monkeypatch.setattr("ffx.output.streams._is_terminal", lambda _: True)
    monkeypatch.setenv("COLUMNS", "76")


def _history(**others: Any) -> dict[str, Any]:
    time = "2024-03-05T14:30:00Z"
    reply = history(
        visitor={"firstSeen": time, "lastSeen": time}, eventType="entrance", eventTime=time
    )
    return {**reply, **others}


def _story(name: str) -> Any:
    return next(story for story in STORIES if story.name == name)


def test_a_terminal_gets_the_table_whole(
    march: Explorer, terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["visitor", VISITOR_ID, *_WINDOW]) == ExitCode.OK
    heading, _, rest = capsys.readouterr().out.partition("\n")
    assert heading.startswith(f"Visitor {VISITOR_ID}  ")
    assert heading.endswith(" · times in UTC")
    assert rest == _ON_TERMINAL


def test_a_pipe_gets_plain_lines(march: Explorer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["visitor", VISITOR_ID, *_WINDOW]) == ExitCode.OK
    out, err = capsys.readouterr()
    summary, _, table = out.partition("\n\n")
    facts = dict(line.split("\t") for line in summary.splitlines())
    assert facts["visitorId"] == VISITOR_ID
    assert facts["account"] == "FFX_ACCESS_TOKEN"
    assert (facts["windowStart"], facts["windowEnd"]) == (
        "2024-03-04T00:00:00Z",
        "2024-03-06T00:00:00Z",
    )
    assert (facts["rows"], facts["hasMore"]) == ("1", "false")
    header, row = (line.split("\t") for line in table.splitlines())
    shown = {name: value for name, value in zip(header, row, strict=True) if value}
    assert shown == {
        "hitId": HIT_ID,
        "eventType": "entrance",
        "eventTime": "2024-03-05T14:30:00.000+00:00",
        "pageName": "Lander",
        "cost": "0.1",
        "revenue": "0",
    }
    assert err == ""


def test_json_is_the_reply_as_sent(march: Explorer, capsys: pytest.CaptureFixture[str]) -> None:
    sent = '{ "hits":[{"cost":0.10,"new":12345678901234567890,"t1":"\u202e[b]"}],"hasMore":false}'
    march.answer_with(answer(sent))
    assert main(["visitor", VISITOR_ID, *_WINDOW, "--json"]) == ExitCode.OK
    assert capsys.readouterr().out == sent.replace("\u202e", "\\u202e") + "\n"


def test_json_on_a_terminal_is_indented(
    march: Explorer, terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    march.answer_with(answer('{"hits":[{"cost":0.10}],"hasMore":false}'))
    assert main(["visitor", VISITOR_ID, *_WINDOW, "--format", "json"]) == ExitCode.OK
    assert capsys.readouterr().out.splitlines()[3] == '      "cost": 0.10'


def test_one_window_is_asked_for(march: Explorer) -> None:
    main(["visitor", VISITOR_ID, *_WINDOW])
    assert [request.json for request in march.requests] == [
        {
            "visitorId": VISITOR_ID,
            "timeStart": "2024-03-04T00:00:00Z",
            "timeEnd": "2024-03-06T00:00:00Z",
        }
    ]


@each(
    ("options", "part"),
    [
        (("--since", "soon"), "2026-03-01"),
        (("--until", "2024-03-05"), "--until needs --since"),
        (("--limit", "0"), "--limit"),
        (("--limit", "many"), "--limit"),
        (("--as", "asset"), "'--as'"),
        (("--format", "xml"), "'--format'"),
        (("--sinc", "2d"), "--since"),
        (("--tz", "EST"), "ambiguous"),
        (("--tz",), "needs a value"),
    ],
)
def test_what_cannot_be_read_is_asked_of_nobody(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], part: str
) -> None:
    assert main(["visitor", VISITOR_ID, *options]) == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert part in err
    first, *hints = err.splitlines()
    assert first.startswith("ffx: ")
    assert all(line.startswith("  ") for line in hints)
    assert explorer.requests == []


def test_nothing_found_says_where_it_looked(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer('{"visitor":null,"hits":[],"hasMore":false}'))
    assert main(["visitor", VISITOR_ID, *_WINDOW]) == ExitCode.NOT_FOUND
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"ffx: nothing found for visitor {VISITOR_ID}\n  looked in  Mon 4 Mar")


def test_nothing_found_is_one_json_document(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer("", 404))
    assert main(["visitor", VISITOR_ID, *_WINDOW, "--json"]) == ExitCode.NOT_FOUND
    out, err = capsys.readouterr()
    assert json.loads(out) == {"visitor": None, "hits": [], "hasMore": False}
    assert json.loads(err.splitlines()[-1])["error"]["code"] == "not-found"


def test_a_visitor_without_hits_has_their_summary_and_is_not_found(
    explorer: Explorer, terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer(_history(hits=[])))
    assert main(["visitor", VISITOR_ID, *_WINDOW]) == ExitCode.NOT_FOUND
    out, _ = capsys.readouterr()
    assert out.startswith(f"Visitor {VISITOR_ID} ")
    assert "Timeline" not in out


def test_rows_held_back_are_the_last_and_loudest_line(
    explorer: Explorer, terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer(_history(hasMore=True)))
    assert main(["visitor", VISITOR_ID, *_WINDOW]) == ExitCode.OK
    *_, blank, words, command = capsys.readouterr().out.splitlines()
    assert blank == ""
    assert words.startswith("Incomplete: the service returned 1 of 1 hits.")
    assert command.startswith(f"  ffx visitor {VISITOR_ID} --since 2024-03-04")


def test_rows_held_back_are_told_beside_a_pipe(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(answer(_history(hasMore=True)))
    main(["visitor", VISITOR_ID, *_WINDOW])
    out, err = capsys.readouterr()
    assert "hasMore\ttrue\n" in out
    assert err.startswith(
        "incomplete: the service returned 1 of 1 hits; for all of them: ffx visitor"
    )


@each(
    ("field", "has_more"),
    [("visitorId", True), ("visitorId", None), ("userAgent", True), ("city", None)],
)
def test_no_remote_text_steers_the_terminal(
    explorer: Explorer,
    terminal: None,
    capsys: pytest.CaptureFixture[str],
    field: str,
    has_more: bool | None,
) -> None:
    reply = _history(hasMore=has_more)
    reply["visitor"][field] = reply["hits"][0]["hitId"] = "x\x1b[2J\u202e\n\ty"
    explorer.answer_with(answer(reply))
    main(["visitor", VISITOR_ID, *_WINDOW])
    out, err = capsys.readouterr()
    assert r"x\u{1b}[2J\u{202e}\u{a}\u{9}y" in out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out + err)


def test_no_remote_text_breaks_a_plain_line(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = _history()
    reply["visitor"]["visitorId"] = reply["hits"][0]["hitId"] = "x\x1b[2J\n\ty"
    explorer.answer_with(answer(reply))
    main(["visitor", VISITOR_ID, *_WINDOW])
    out, err = capsys.readouterr()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", out + err)
    assert out.count("\n") == out.count("\\u{a}") + out.replace("\\u{a}", "").count("\n") - 2


def test_an_earlier_first_hit_is_pointed_to(
    march: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["visitor", VISITOR_ID, "--since", "2024-03-06", "--until", "2024-03-07", "--utc"])
    assert " ".join(capsys.readouterr().err.split()) == (
        "note: first seen Tue 5 Mar 2024 14:30 +00:00, before this window; from there: "
        f"ffx visitor {VISITOR_ID} --since 2024-03-05 --all --tz UTC"
    )


# Some of them: what a table of rows holds is held without a command line.
@each("story", STORIES if EXAMPLES else STORIES[::4])
def test_every_story_can_be_looked_at(story: Any, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["visitor", story.visitor_id, "--since", "90d", "--sandbox"]
    assert main(line) == ExitCode.OK
    out, _ = capsys.readouterr()
    assert f"visitorId\t{story.visitor_id}\n" in out
    assert story.hit_id in out or "hasMore\ttrue\n" in out
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out)


def test_a_hit_finds_its_visitor(capsys: pytest.CaptureFixture[str]) -> None:
    story = _story("ordinary-conversion")
    assert main(["--sandbox", "visitor", story.hit_id]) == ExitCode.OK
    assert f"visitorId\t{story.visitor_id}\n" in capsys.readouterr().out


def test_rows_are_chosen_and_the_others_counted(capsys: pytest.CaptureFixture[str]) -> None:
    story = _story("ordinary-conversion")
    line = ["visitor", story.visitor_id, "--event", "view", "--limit", "1", "--sandbox"]
    assert main(line) == ExitCode.OK
    out, err = capsys.readouterr()
    assert len(out.partition("\n\n")[2].splitlines()) == 2
    assert "note: 4 rows left out, as asked" in err


def test_several_visitors_need_a_window(capsys: pytest.CaptureFixture[str]) -> None:
    ids = [_story(name).visitor_id for name in ("ordinary-conversion", "upsell")]
    assert main(["visitor", *ids, "--sandbox"]) == ExitCode.USAGE
    assert "several visitor IDs need a time option" in capsys.readouterr().err


def test_a_real_terminal_shows_colours_and_the_next_command(run_ffx: Runner) -> None:
    story = _story("ordinary-conversion")
    done = run_ffx.on_terminal("visitor", story.visitor_id, "--sandbox", columns=60)
    text = done.out.decode().replace("\r\n", "\n")
    assert done.code == ExitCode.OK
    assert "\x1b[1;32m  conversion\x1b[0m" in text
    assert text.endswith(f"next: ffx hit {story.hit_id} --sandbox\n")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= 60
