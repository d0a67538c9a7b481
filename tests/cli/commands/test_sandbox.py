"""`ffx sandbox`: the stories, and the service on a port."""

import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.cli.commands.sandbox import story_lines
from ffx.errors import ExitCode
from ffx.output.width import width_of
from ffx.render.terminal.lines import paint
from ffx.sandbox.data.stories import LIVE_STORY, STORIES
from tests.conftest import Runner
from tests.faults.bounds import LONGEST_WAIT


def test_a_pipe_gets_a_line_a_story(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sandbox"]) == ExitCode.OK
    out, err = capsys.readouterr()
    header, *rows = (line.split("\t") for line in out.splitlines())
    assert header == ["name", "visitorId", "hitId", "title", "command"]
    assert [row[0] for row in rows] == [story.name for story in (*STORIES, LIVE_STORY)]
    assert {len(row) for row in rows} == {5}
    assert err == ""


def test_every_command_of_the_list_works(capsys: pytest.CaptureFixture[str]) -> None:
    for story in STORIES:
        words = shlex.split(f"{story.command} --sandbox")
        if words[1] in ("visitor", "hit") and "--all" not in words:
            assert main(words[1:]) == ExitCode.OK, story.name
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_list_fits_but_for_commands_to_be_copied(width: int) -> None:
    text = paint(story_lines(STORIES, width), color=False)
    commands = {f"  {story.command} --sandbox" for story in STORIES}
    lines = text.splitlines()
    assert commands <= set(lines)
    assert all(width_of(line) <= width for line in lines if line not in commands)
    assert all(story.name in lines for story in STORIES)


def test_a_terminal_gets_the_list(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ffx.output.streams._is_terminal", lambda _: True)
    assert main(["sandbox"]) == ExitCode.OK
    out, _ = capsys.readouterr()
    assert out.startswith(f"{STORIES[0].name}\n  {STORIES[0].title}")


@pytest.mark.parametrize("host", ["0.0.0.0", "example.com", "192.0.2.1"])  # noqa: S104  # refused
def test_the_service_is_for_this_machine_alone(
    capsys: pytest.CaptureFixture[str], host: str
) -> None:
    assert main(["sandbox", "serve", "--host", host]) == ExitCode.USAGE
    assert capsys.readouterr().err.startswith("ffx: the sandbox listens on this machine alone")


def test_a_port_that_is_taken_is_said(run_ffx: Runner, capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["sandbox", "serve", "--port", port]) == ExitCode.USAGE
    assert f"cannot listen on 127.0.0.1 port {port}" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent there")
def test_the_service_says_how_to_use_it_and_ends_on_ctrl_c(run_ffx: Runner) -> None:
    with run_ffx.start("sandbox", "serve", stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        url = process.stdout.readline().decode()
        token = process.stdout.readline().decode()
        process.stdout.readline()
        assert re.fullmatch(r"export FFX_API_URL=http://127\.0\.0\.1:\d+/v1\n", url)
        assert token.startswith("export FFX_ACCESS_TOKEN=")
        request = urllib.request.Request(  # noqa: S310  # the loopback, as just read
            f"{url.partition('=')[2].strip()}/reporting/explorer/hit",
            data=f'{{"hitId": "{STORIES[0].hit_id}"}}'.encode(),
            headers={
                "Authorization": f"Bearer {token.partition('=')[2].strip()}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as reply:
            assert STORIES[0].visitor_id.encode() in reply.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(LONGEST_WAIT) == ExitCode.INTERRUPTED


def test_a_written_report_says_how_to_compare_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for before in ((), ("--sandbox",), ("--api-url", "https://api.example.com")):
        assert main([*before, "sandbox", "report", "-o", "it's.csv"]) == ExitCode.OK, before

        note = capsys.readouterr().err
        wrote, command = note.strip().split("\nnext: ")
        assert wrote.startswith("written to it's.csv ("), before
        assert command == """ffx reconcile --sandbox 'it'"'"'s.csv'""", before
    assert main([*shlex.split(command)[1:], "--explain", "0"]) == ExitCode.CHECK_NO
