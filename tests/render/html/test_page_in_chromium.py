"""The page in a real browser: nothing runs, nothing is asked for, and it has its colours."""

import json
import shutil
import socket
import struct
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ffx.api import members
from ffx.render.html.page import page
from ffx.sandbox.app import ExplorerApp
from tests.faults.bounds import LONGEST_WAIT
from tests.render import reports
from tests.render.html.pages import check_inert, read, report_with
from tests.render.sample import HITS, hit
from tests.sandbox.calling import EVERYTHING, VISITOR, call, sample_store, story_named

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on the PATH")

DARK = bytes.fromhex("15181c")  # the page's background in page.css


@dataclass(frozen=True)
class Listener:
    """A port of this machine that nobody should ever connect to."""

    listening: socket.socket

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    def heard(self) -> list[bytes]:
        """Return what each connection brought, once those who made them have ended."""
        found: list[bytes] = []
        with suppress(BlockingIOError):
            while True:
                with closing(self.listening.accept()[0]) as connection:
                    found.append(connection.recv(1000))
        return found


@pytest.fixture
def listener() -> Iterator[Listener]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.setblocking(False)
        yield Listener(listening)


@dataclass(frozen=True)
class Seen:
    """What a browser made of a page: its elements, its complaints, and its picture as PNG."""

    dom: str
    complaints: str
    picture: bytes


def look_at(text: str, folder: Path) -> Seen:
    """Open a page in a dark browser that knows no other host than this machine."""
    (folder / "page.html").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [
            CHROMIUM or "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            f"--user-data-dir={folder / 'profile'}",
            "--enable-logging=stderr",
            f"--screenshot={folder / 'picture.png'}",
            "--window-size=400,300",
            "--blink-settings=preferredColorScheme=0",
            "--dump-dom",
            (folder / "page.html").as_uri(),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LONGEST_WAIT,
        check=True,
    )
    complaints = [line for line in done.stderr.decode().splitlines() if "CONSOLE" in line]
    picture = (folder / "picture.png").read_bytes()
    return Seen(done.stdout.decode(), "\n".join(complaints), picture)


def attacks(address: str) -> str:
    """Return markup that says so in the title where it runs, and asks `address` if it loads."""
    own = "document.title='owned'"
    return "".join(
        [
            f"<script>{own}</script>",
            f'"><img src=\'{address}/1\' onerror="{own}">',
            f"</style><style>@import url({address}/2); body {{ background: red }}</style>",
            f"</title></svg></pre></table></details><iframe src='{address}/3'></iframe>",
            f"<svg onload=\"{own}\"><image href='{address}/4'/></svg>",
            f"<link rel=stylesheet href='{address}/5'><link rel=icon href='{address}/6'>",
            f"<object data='{address}/7'></object><embed src='{address}/8'>",
            f"<video src='{address}/9' poster='{address}/10' autoplay></video>",
            f'<details open ontoggle="{own}"></details>',
            f"<input autofocus onfocus=\"{own}\" style='background: url({address}/11)'>",
            f"<base href='{address}/12/'><script src='{address}/13'></script>",
            f'<iframe src="javascript:parent.{own}"></iframe>',
        ]
    )


@pytest.mark.fault(80)
def test_strangers_texts_stay_text(tmp_path: Path, listener: Listener) -> None:
    refresh = f"<meta http-equiv=refresh content='0; url={listener.address}/14'>"
    stranger = attacks(listener.address) + refresh
    names = set(members.HIT_ROW) - {"eventTime"} - members.NUMBERS
    odd = hit("", "14:30:00", None, **dict.fromkeys(names, stranger))
    story = hostile_story()
    report = report_with(stranger, [*HITS, odd, *json.loads(story)["hits"]])
    reply = replace(report.found.reply, sent=story)
    text = page(replace(report, found=replace(report.found, reply=reply)))
    seen = look_at(text, tmp_path)
    sent, drawn = read(text), check_inert(seen.dom)
    assert drawn.tags == sent.tags
    assert drawn.texts["title"] == sent.texts["title"]
    assert listener.heard() == []
    assert seen.complaints == ""
    assert first_pixel(seen.picture) == DARK


def test_the_policy_alone_stops_what_would_slip_through(
    tmp_path: Path, listener: Listener
) -> None:
    text = page(reports.ordinary())
    seen = look_at(text.replace("<main>", f"<main>{attacks(listener.address)}"), tmp_path)
    assert "Content Security Policy" in seen.complaints
    assert read(text).texts["title"][0] in seen.dom
    assert "owned" not in seen.dom.partition("</title>")[0]
    # For a frame it opens a connection before it looks at the policy, and then asks nothing.
    assert not any(listener.heard())


def hostile_story() -> str:
    """Return the reply about the visitor who writes markup."""
    body = {"visitorId": story_named("hostile-text").visitor_id, **EVERYTHING}
    return call(ExplorerApp(sample_store()), VISITOR, body).text


def first_pixel(png: bytes) -> bytes:
    """Return the colour of the upper left corner, which no filter of PNG changes."""
    packed, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + length]
        at += 12 + length
    return zlib.decompress(packed)[1:4]
