"""Rows 33, 104, 105 and 139: refused before anything is asked."""

import socket

import pytest

from ffx.errors import ExitCode
from tests.conftest import SAMPLE_TOKEN
from tests.explorer import VISITOR_ID, Explorer
from tests.faults.bounds import at_most
from tests.faults.rows import VISITOR, Ask
from tests.faults.test_batch_streams import holds_soon
from tests.looping import each

LOOKS_LIKE = "  It looks like https://api.funnelflux.pro/v1."
HTTPS_ONLY = "  Tokens leave this machine only over https; http is for 127.0.0.1 and localhost."
WITHOUT_USER = "  The token is sent in a header of its own. Leave out what stands before the @."


@each(
    "url, said",
    [
        ("http://api.example/v1", ["'http://api.example/v1' is refused: https only", HTTPS_ONLY]),
        ("HTTP://127.0.0.1.evil.example", None),
        ("http://localhost.evil.example", None),
        ("http://0.0.0.0:80", None),
        ("http://10.0.0.1", None),
        ("ftp://api.example", None),
        ("https://user:secret-word@api.example/", ["holds a user name or password", WITHOUT_USER]),
        ("http://127.0.0.1:80@evil.example/", ["holds a user name or password", WITHOUT_USER]),
        ("api.example", ["'api.example' is not an address", LOOKS_LIKE]),
        ("https://", ["'https://' is not an address", LOOKS_LIKE]),
        ("https://a b/", ["'https://a b/' is not an address", LOOKS_LIKE]),
        ("https://a\x1b[31m/", None),
        ("https://a\r\nX-Evil: 1/", None),
        ("https://a/?token=1", None),
        ("https://a/#x", None),
        ("https://a:99999/", None),
        ("https://a:0/", None),
        ("https://[::1", None),
        ("https://user:secret-word@a:99999/", ["holds a user name or password", WITHOUT_USER]),
        ("https://user:secret-word@[a/", ["holds a user name or password", WITHOUT_USER]),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
    ],
)
@pytest.mark.fault(33)
def test_row_33_tokens_go_out_over_https_alone(
    url: str,
    said: list[str] | None,
    explorer: Explorer,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_flag = ask(*VISITOR, "--api-url", url)
    with monkeypatch.context() as patch:
        patch.setenv("FFX_API_URL", url)
        by_variable = ask(*VISITOR)

    for source, ended in (("--api-url", by_flag), ("FFX_API_URL", by_variable)):
        assert ended.code == ExitCode.USAGE
        assert ended.lines[0].startswith(f"ffx: {source} ")
        if said:
            assert ended.lines == [f"ffx: {source} {said[0]}", *said[1:]]
        assert "secret-word" not in ended.err
    assert explorer.connections == 0


@each(
    "url",
    ["https://a\u202eb/", "https://999.1.1.1/", "https://[v1.x]/", f"https://a/{'x' * 70_000}"],
)
@pytest.mark.fault(33)
def test_row_33_an_address_that_only_the_library_refuses(url: str, ask: Ask) -> None:
    ended = ask(*VISITOR, "--api-url", url)

    assert ended.code == ExitCode.USAGE
    assert "addres" in ended.lines[0]
    assert len(ended.err) < 500


@each("url", ["http://[::1]:{port}/v1", "http://127.0.0.1:{port}/v1/", "  {url} "])
@pytest.mark.fault(33)
def test_row_33_this_machine_may_be_asked_in_plain_http(
    url: str, explorer: Explorer, ask: Ask
) -> None:
    ended = ask(*VISITOR, "--api-url", url.format(port=explorer.port, url=explorer.url))

    # Nobody listens on the other address.
    assert ended.code == (ExitCode.TEMPORARY if "::1" in url else ExitCode.OK)


@each("host", ["x.localhost", "localhost.", "127.0.0.1.", "a.b.localhost."])
@pytest.mark.fault(139)
def test_row_139_a_name_that_others_could_answer_for_is_asked_over_https_alone(
    host: str, explorer: Explorer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr("socket.getaddrinfo", lambda *words, **_: asked.append(words))

    ended = ask(*VISITOR, "--api-url", f"http://{host}:{explorer.port}/v1")

    assert ended.code == ExitCode.USAGE
    assert ended.lines[0].endswith("is refused: https only")
    assert (asked, explorer.connections) == ([], 0)


class _Elsewhere(socket.socket):
    """A connection that says it has led to another machine."""

    def getpeername(self) -> tuple[str, int]:
        return "192.0.2.1", 80


@pytest.mark.parametrize("leads_here", [True, False])
@pytest.mark.fault(139)
def test_row_139_localhost_that_leads_elsewhere_gets_no_byte(
    leads_here: bool, explorer: Explorer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = socket.socket if leads_here else _Elsewhere

    def connect(_: object, *__: object, **___: object) -> socket.socket:
        connection = kind()
        connection.connect(("127.0.0.1", explorer.port))
        return connection

    monkeypatch.setattr("socket.create_connection", connect)
    ended = ask(*VISITOR, "--json", "--api-url", f"http://localhost:{explorer.port}/v1")

    # The service may hear of a connection on which nothing comes only when the run is over.
    assert holds_soon(lambda: explorer.connections == 1)
    if leads_here:
        assert (ended.code, len(explorer.requests)) == (ExitCode.OK, 1)
        return
    assert ended.code == ExitCode.USAGE
    assert "leads to 192.0.2.1, not to this machine" in ended.err
    assert explorer.requests == []


@each(
    ("zone", "near"),
    [
        ("../../etc/passwd", ""),
        ("/etc/localtime", ""),
        ("Europe/Berlni", "Europe/Berlin"),
        ("\x1b[31m", ""),
        ("Europe/Berlin\0", ""),
        ("x" * 5000, ""),
        ("EST5EDT,M3.2.0,M11.1.0", ""),
    ],
)
@pytest.mark.fault(104)
def test_row_104_an_unknown_zone_names_near_ones(
    zone: str,
    near: str,
    explorer: Explorer,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_source = [ask(*VISITOR, "--tz", zone)]
    if "\0" not in zone:  # no variable holds it
        with monkeypatch.context() as patch:
            patch.setenv("FFX_TZ", zone)
            by_source.append(ask(*VISITOR))

    for ended in by_source:
        assert ended.code == ExitCode.USAGE
        assert near in ended.err
        assert len(ended.err) < 500
    assert explorer.connections == 0


# Each meets one of the two commands, which read targets alike.
@each(
    ("target", "word"),
    [
        ("", "empty"),
        ("  \u200b ", "empty"),
        ("x" * 257, "257"),
        ("visitor=" + "x" * 257, ""),
        ("one two", ""),
        ("a\x1b[31mb", ""),
        ("a\0b", ""),
        ("a\nb", ""),
        ("\u202eabc", ""),
        ("\ud800", ""),
        ("{hit}", "placeholder"),
        ("x" * 500_000, ""),
        ("%25" * 30_000, ""),
        ("[" * 50_000, ""),
        ('{"a":' * 20_000, ""),
    ],
)
@pytest.mark.fault(105)
def test_row_105_what_is_no_id_is_not_asked_for(
    target: str, word: str, explorer: Explorer, ask: Ask
) -> None:
    explorer.forget()
    command = ("hit",) if len(target) % 2 else ("visitor", "--since", "2020-03-01")

    with at_most(2, "refusing it"):
        ended = ask(*command, "--", target)

    if ended.code == ExitCode.OK:
        # Once its invisible padding is taken away, this one is an ID like any other.
        assert explorer.requests[0].body.isascii()
        assert target == "\u202eabc"
        return
    assert ended.code in (ExitCode.USAGE, ExitCode.SERVICE)
    assert word in ended.err
    assert len(ended.err) < 2000
    if target != "\u202eabc":
        assert explorer.requests == []


@each("target", ["a\x1bb", "a b", "x" * 257])
@pytest.mark.fault(105)
def test_row_105_as_does_not_overrule_it(target: str, explorer: Explorer, ask: Ask) -> None:
    assert ask("hit", target, "--as", "hit").code == ExitCode.USAGE
    assert explorer.requests == []


@each(
    "token",
    [
        f"{SAMPLE_TOKEN}\r\nX-Evil: 1",
        f"{SAMPLE_TOKEN} {SAMPLE_TOKEN}",
        f"{SAMPLE_TOKEN}\x1b",
        f"{SAMPLE_TOKEN}é",
        f"Bearer {SAMPLE_TOKEN}",
        "t" * 8193,
    ],
)
@pytest.mark.fault(14)
def test_row_14_a_token_that_is_none_is_named_by_its_source(
    token: str, explorer: Explorer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FFX_ACCESS_TOKEN", token)

    ended = ask(*VISITOR)

    assert ended.code == ExitCode.USAGE
    assert "FFX_ACCESS_TOKEN" in ended.err
    assert SAMPLE_TOKEN[:12] not in ended.err
    assert explorer.connections == 0


def test_a_good_run_asks_once(explorer: Explorer, ask: Ask) -> None:
    assert ask(*VISITOR).code == ExitCode.OK
    (request,) = explorer.requests
    assert request.json["visitorId"] == VISITOR_ID
    assert request.headers["authorization"] == f"Bearer {SAMPLE_TOKEN}"
