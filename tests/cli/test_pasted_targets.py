"""Pasted text on the command line: without a command, with a dash first, as a file, as a mail."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ffx.cli.app import main
from ffx.errors import ExitCode

HIT = "dkezmsf3bat8xdbz8rt039r4h"
LANDER_HIT = "k3yyck910q7g90ceygzc7nr1"
VISITOR = "afdwb7QPV6Y59aTP3fQxZ3tX2ox"
OBJECT_ID = "66f1a2b3c4d5e6f7a8b9c0d1"


Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    def run(*words: str) -> tuple[int, str, str]:
        code = main(["--sandbox", *words])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_a_target_without_a_command_is_diagnosed(ask: Ask) -> None:
    texts = (HIT, VISITOR, f"https://offer.example.com/?sub1={HIT}", f"- click: {HIT}")
    ways: tuple[tuple[str, ...], ...] = ((), ("--json",), ("--check", "converted"), ("--json",))
    for text, options in zip(texts, ways, strict=True):
        expected = ask("diagnose", *options, "--", text)
        assert expected[0] == ExitCode.OK, text
        for words in {(text, *options), (*options, text)}:
            code, out, _ = ask(*words)
            assert code == expected[0], words
            assert len(out) == len(expected[1]), words


def test_a_target_that_was_never_filled_in_is_refused_as_such(ask: Ask) -> None:
    code, out, err = ask("https://track.example.com/pb/?hit={hit}&tx=1")
    assert (code, out) == (ExitCode.USAGE, "")
    assert "'hit' holds the placeholder '{hit}'" in err
    for placeholder in ("{hit}", "{clickid}", "[CLICKID]", "%click_id%", "HIT_ID"):
        assert ask(placeholder) == ask("diagnose", placeholder), placeholder
        assert f"'{placeholder}' is a placeholder, not an ID" in ask(placeholder)[2]
    for text, told in (
        ("123456789012", "'123456789012' has digits only"),
        ("3f2b1c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d", "is a UUID"),
    ):
        assert ask(text) == ask("diagnose", text), text
        assert told in ask(text)[2], text
    assert "no such command '2026'" in ask("2026")[2]


def test_what_no_command_is_called_is_refused_as_a_target(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ids.txt").write_text(HIT)
    Path("case.json").write_text('{\n  "ffx-case": 1,\n')
    for text, told in {
        "someone@example.com": "'someone@example.com' is an e-mail address, not an ID",
        "@click": "'@click' holds the sign @",
        f"{HIT[:9]} {HIT[9:]}": f"Without the blank it may be one: {HIT}\n",
        f"{VISITOR[:9]}\n{VISITOR[9:]}": f"Without the blank it may be one: {VISITOR}\n",
        "the ordinary conversion of 2": "holds no ID that ffx knows",
        "https://example.com/": "holds no ID that ffx knows",
        "ids.txt": "--from ids.txt",
        "case.json": "To show the case in it: ffx diagnose --case case.json",
    }.items():
        assert ask(text) == ask("diagnose", text), text
        code, out, err = ask(text)
        assert (code, out) == (ExitCode.USAGE, ""), text
        assert told in err, text
    code, out, err = ask("watch", "ids.txt", "--for", "10s")
    assert (code, out) == (ExitCode.USAGE, "")
    assert "'ids.txt' is a file, not an ID\n  This command takes one ID." in err


def test_a_typing_error_of_a_command_never_becomes_a_look_up(ask: Ask) -> None:
    for words, hint in {
        ("visitr", VISITOR): "Perhaps ffx visitor.",
        ("hti", HIT): "Perhaps ffx hit.",
        ("diagnos", HIT): "Perhaps ffx diagnose.",
        ("v1",): "put visitor, hit or diagnose before it",
        ("ids.tx",): "put visitor, hit or diagnose before it",
        ("ids.txt",): "put visitor, hit or diagnose before it",
        ("replace",): "put visitor, hit or diagnose before it",
    }.items():
        code, out, err = ask(*words)
        assert (code, out) == (ExitCode.USAGE, ""), words
        assert "no such command" in err, words
        assert hint in err, words


def test_a_text_that_begins_with_a_dash_is_no_option(ask: Ask) -> None:
    for text in (f"- click: {HIT}", f"-> {HIT}", f"-----Original Message-----\nclick: {HIT}"):
        for words in (("hit", text), ("hit", "--json", text), ("hit", text, "--json", "--utc")):
            code, out, err = ask(*words)
            assert code == ExitCode.OK, words
            assert HIT in out, words
            assert f"found hit ID {HIT}" in err, words
    code, out, _ = ask("hit", f"- click: {HIT}", LANDER_HIT, "--json")
    assert code == ExitCode.OK
    assert [json.loads(line)["target"] for line in out.splitlines()] == [
        f"- click: {HIT}",
        LANDER_HIT,
    ]
    # An option with a typing error is one still.
    for words in (("hit", HIT, "--jsno"), ("hit", HIT, "--sicne=2 days"), ("hit", HIT, "-x")):
        code, out, err = ask(*words)
        assert (code, out) == (ExitCode.USAGE, ""), words
        assert "no such option" in err, words


def test_a_file_where_an_id_belongs_is_proposed_as_a_list(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, hint in {
        "ids.txt": "--from ids.txt\n",
        "my ids.csv": "--from 'my ids.csv' --column NAME\n",
        str(tmp_path / "mail.eml"): f"--ids-in {tmp_path / 'mail.eml'}\n",
    }.items():
        for exists in (False, True):
            if exists:
                Path(name).write_text(HIT)
            _, out, err = ask("hit", name)
            assert out == "", name
            assert (hint in err) is exists, name
    # An ID is one, whatever lies in the folder.
    Path(HIT).touch()
    assert ask("hit", HIT)[0] == ExitCode.OK


MAIL = f"""From: support@example.com
Content-Transfer-Encoding: quoted-printable

Hello, the click {HIT[:9]}=
{HIT[9:]} is missing, see also
<https://offer.example.com/?sub1=3D{LANDER_HIT}&gclid=3D{"Cj0" * 9}> of {VISITOR}.
Their ID is {OBJECT_ID}. Again: {HIT}
"""


def targets(out: str) -> list[str]:
    return [json.loads(line)["target"] for line in out.splitlines()]


def test_every_id_of_a_text_is_asked_once_in_its_order(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_bytes(MAIL.replace("\n", "\r\n").encode())
    code, out, err = ask("hit", "--ids-in", str(mail), "--json")
    assert code == ExitCode.OK, err
    assert targets(out) == [HIT, LANDER_HIT]
    assert "given before" not in err

    code, out, _ = ask("diagnose", "--ids-in", str(mail), "--json")
    assert code == ExitCode.OK
    assert targets(out) == [HIT, LANDER_HIT, VISITOR]

    class Stdin(io.TextIOWrapper):
        def isatty(self) -> bool:
            return False

    monkeypatch.setattr(sys, "stdin", Stdin(io.BytesIO(MAIL.encode())))
    assert targets(ask("hit", "--ids-in", "-", "--json")[1]) == [HIT, LANDER_HIT]


def test_a_long_log_is_read_in_parts(ask: Ask, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    line = "192.0.2.7 - GET /style.css 200\n"
    many = 6_000
    log.write_text(
        line * many + f"GET /pb/?hit=zz{HIT[2:]}&tx=1\n" + line + f"GET /pb/?hit={HIT}\n"
    )
    code, out, err = ask("hit", "--ids-in", str(log), "--json")
    assert code == ExitCode.NOT_FOUND, err
    assert targets(out) == [f"zz{HIT[2:]}", HIT]


def test_a_text_without_ids_and_two_sources_of_targets_are_refused(
    ask: Ask, tmp_path: Path
) -> None:
    empty = tmp_path / "mail.txt"
    empty.write_text(f"see {VISITOR}, please")
    for words, message in {
        ("hit", "--ids-in", str(empty)): "holds no hit ID that ffx knows",
        ("hit", "--ids-in", str(tmp_path / "none.txt")): "cannot read",
        ("hit", HIT, "--ids-in", str(empty)): "exclude each other",
        ("hit", "-", "--ids-in", str(empty)): "exclude each other",
        ("hit", "--from", str(empty), "--ids-in", str(empty)): "exclude each other",
        ("visitor", "--ids-in", str(empty), "--json", "-o", str(empty)): "name the same file",
    }.items():
        code, out, err = ask(*words)
        assert (code, out) == (ExitCode.USAGE, ""), words
        assert message in err, words
