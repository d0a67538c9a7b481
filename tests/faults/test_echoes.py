"""A service repeats the token: it stands in nothing that is said, kept or handed on."""

import json
from base64 import b64decode
from pathlib import Path
from urllib.parse import quote

import pytest

from ffx.cli.app import main
from ffx.output.secrets import HIDDEN
from tests.conftest import SAMPLE_TOKEN
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, Script, answer, history
from tests.looping import each

LOOK = ("visitor", VISITOR_ID, "--since", "2d", "-v")
# As .NET and Gson do.
ESCAPED = SAMPLE_TOKEN.replace("+", "\\u002b")
WHOLLY_ESCAPED = "".join(f"\\u{ord(each):04x}" for each in SAMPLE_TOKEN)


def text(body: str, status: int = 200) -> Script:
    return answer(body.encode(), status)


# What is answered, and what the run ends with.
ECHOES: dict[str, tuple[int, Script]] = {
    "a key alone": (5, text(f'{{"{SAMPLE_TOKEN}": 1}}')),
    "a key behind others": (5, text(f'{{"{"x" * 50}": 1, "{SAMPLE_TOKEN}": 1}}')),
    "a doubled key": (0, text(f'{{"hits": [{{"eventTime": "", "{SAMPLE_TOKEN}": 1, '
                              f'"{SAMPLE_TOKEN}": 2}}], "hasMore": false}}')),
    "a doubled key, cut": (0, text(f'{{"hits": [{{"{"x" * 90}": {{"{SAMPLE_TOKEN}": 1, '
                                   f'"{SAMPLE_TOKEN}": 2}}}}], "hasMore": false}}')),
    "the path of a NaN": (5, text(f'{{"hits": [{{"{SAMPLE_TOKEN}": NaN}}]}}')),
    "the path of a NaN, cut": (5, text(f'{{"{"x" * 100}": {{"{SAMPLE_TOKEN}": NaN}}}}')),
    "it begins": (5, text(SAMPLE_TOKEN)),
    "it begins, and is cut": (5, text(f'["{"x" * 15}{SAMPLE_TOKEN}"; {"x" * 90}]')),
    "a web page": (5, text(f"<p>{SAMPLE_TOKEN}</p>")),
    "more follows": (5, text(f"{{}}{SAMPLE_TOKEN}")),
    "more follows, within the token": (5, text(f"1{SAMPLE_TOKEN}")),
    "a refusal": (5, text(f'{{"message": "you sent {SAMPLE_TOKEN}"}}', 422)),
    "a refusal with an escape": (5, text(f'{{"message": "you sent {ESCAPED}"}}', 422)),
    "a refusal of escapes": (5, text(f'{{"message": "{WHOLLY_ESCAPED}"}}', 422)),
    "a refusal in percent": (
        5, text(f'{{"message": "{quote(SAMPLE_TOKEN, safe="")}"}}', 422)
    ),
    "a refusal, cut": (5, text(f'{{"message": "{"x" * 280} {ESCAPED}"}}', 422)),
    "a refused token": (4, text(f'{{"error": "{ESCAPED}"}}', 401)),
    "a name of the request": (
        5, answer({"message": "no"}, 422, {"X-Request-Id": f"id-{SAMPLE_TOKEN}"})
    ),
}  # fmt: skip


def parts_of_the_token(written: str) -> list[str]:
    """Return what of the token stands in a text, eight characters at a time."""
    spelled = {SAMPLE_TOKEN, ESCAPED, quote(SAMPLE_TOKEN, safe=""), WHOLLY_ESCAPED}
    pieces = {each[at : at + 8] for each in spelled for at in range(len(each) - 7)}
    pieces = {piece for piece in pieces if piece.count("\\u00") < 2}
    return [piece for piece in pieces if piece in written]


@each("name", ECHOES)
@pytest.mark.fault(132)
def test_an_echo_stands_on_stderr_in_no_spelling(
    name: str, explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    code, script = ECHOES[name]
    explorer.answer_with(script)
    # A reply itself is told as it was sent, so in JSON it is refusals that matter.
    for words in ((), ("--json",)) if code else ((),):
        assert main([*LOOK, *words]) == code

        _, err = capsys.readouterr()
        assert parts_of_the_token(err) == []


def test_a_batch_writes_errors_without_the_token(
    explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    explorer.answer_with(ECHOES["a refusal with an escape"][1])

    assert main(["hit", HIT_ID, f"{HIT_ID}2", "--json"]) == 5

    out, err = capsys.readouterr()
    assert HIDDEN in json.loads(out.splitlines()[0])["error"]["message"]
    assert parts_of_the_token(out + err) == []


def echoing_history() -> str:
    kept = history(t1=SAMPLE_TOKEN, pageName=f"see ESCAPED, {quote(SAMPLE_TOKEN, safe='')}")
    kept[f"key {SAMPLE_TOKEN}"] = {"x": SAMPLE_TOKEN}
    return json.dumps(kept).replace("ESCAPED", ESCAPED)


@each(
    ("format_name", "command", "redact"),
    [
        ("md", "visitor", ()),
        ("html", "diagnose", ()),
        ("html", "visitor", ("--redact",)),
        ("md", "diagnose", ("--redact",)),
        ("md", "visitor", ("--redact=all",)),
        ("html", "diagnose", ("--redact=all",)),
    ],
)
@pytest.mark.fault(133)
def test_reports_and_case_files_hold_no_token(
    format_name: str,
    command: str,
    redact: tuple[str, ...],
    explorer: Explorer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    explorer.answer_with(text(echoing_history()))
    case, report = tmp_path / "case.json", tmp_path / f"report.{format_name}"
    words = (command, VISITOR_ID, "--since", "2024-03-01", "--until", "2024-04-01", *redact)

    assert main([*words, "--save", str(case), "-o", str(report), "--force"]) in (0, 3, 7)

    assert parts_of_the_token(case.read_text() + report.read_text()) == []
    assert json.loads(case.read_text())["ffx-case"] == 1
    assert main([command, "--case", str(case)]) in (0, 3, 7)
    _, err = capsys.readouterr()
    assert parts_of_the_token(err) == []


def test_bytes_that_are_no_text_hide_no_token(explorer: Explorer, tmp_path: Path) -> None:
    body = json.dumps({**history(t2="bad"), "undocumented": "echo"}).encode()
    case = tmp_path / "case.json"
    for value, is_kept in ((SAMPLE_TOKEN.encode(), False), (b"innocent", True)):
        explorer.answer_with(answer(body.replace(b"echo", value).replace(b"bad", b"\xff")))

        assert main([*LOOK, "--save", str(case)]) == 0

        (exchange,) = json.loads(case.read_text())["exchanges"]
        assert ("replyBase64" in exchange) == is_kept
        if is_kept:
            assert b"\xff" in b64decode(exchange["replyBase64"])
        assert parts_of_the_token(case.read_text()) == []


def test_a_reply_is_what_the_service_sent(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = SAMPLE_TOKEN[::-1]
    monkeypatch.setenv("FFX_ACCESS_TOKEN", token)
    explorer.answer_with(answer(history(t1=f"see {token}")))

    assert main([*LOOK, "--json"]) == 0

    out, err = capsys.readouterr()
    assert json.loads(out) == history(t1=f"see {token}")
    assert token not in err


@each(
    ("words", "secret"),
    [
        (("auth", "a-token.of-somebody_1234"), "a-token"),
        (("auth", "login", "a-token.of-somebody_1234"), "a-token"),
        (("auth", "status", "a-token.of-somebody_1234"), "a-token"),
        ((f"{'a-token.' * 5}",), "a-token"),
        (("sandbox", f"{'a-token.' * 5}"), "a-token"),
        (("hit", HIT_ID, "--api-url", "https:///user:hunter2@h/"), "hunter2"),
        (("hit", HIT_ID, "--api-url", "user:hunter2@h.example.com"), "hunter2"),
        (("hit", HIT_ID, "--api-url", "https://user:hunter2@h.example.com"), "hunter2"),
        (("hit", HIT_ID, "--api-url", "https://user%3Ahunter2%40h.example.com"), "hunter2"),
        (("hit", HIT_ID, "--api-url", "https://user:hunter2\uff20h.example.com"), "hunter2"),
        (("hit", "https://user:hunter2@h.example.com/"), "hunter2"),
        (("https://user:hunter2@h.example.com/",), "hunter2"),
        (("hit", SAMPLE_TOKEN), "secret"),
    ],
)
@pytest.mark.fault(134)
def test_a_secret_that_was_typed_in_a_wrong_place_is_not_repeated(
    words: tuple[str, ...], secret: str, explorer: Explorer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(list(words)) == 2

    out, err = capsys.readouterr()
    assert secret not in out + err
    assert err.startswith("ffx: ")
    assert explorer.requests == []


@each(
    ("words", "said"),
    [
        (("auth", "logn"), "Perhaps ffx auth login."),
        (("visitr", "x"), "'visitr'"),
        (("hit", HIT_ID, "--api-url", "example.com"), "'example.com'"),
        (("hit", HIT_ID, "--api-url", "https://h.example.com/@team?x"), "/@team?x'"),
    ],
)
def test_what_is_no_secret_is_repeated(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(list(words)) == 2

    assert said in capsys.readouterr().err
