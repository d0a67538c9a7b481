"""Tokens are taken out of whatever is said, in every spelling, before it is cut."""

import functools
import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffx.output.clean import quoted
from ffx.output.secrets import HIDDEN, Secrets, secrets, without_passwords
from tests.faults.bounds import at_most
from tests.looping import each

TOKEN = "eyJhbGciOi.Sample+token/with_every~sign-0=="
LONG = "".join(chr(ord("a") + number % 26) + str(number % 10) for number in range(4_096))
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "capitals": str.upper,
    "one sign as JSON": lambda token: token.replace("+", "\\u002b"),
    "slash as JSON": lambda token: token.replace("/", "\\/"),
    "all of it as JSON": lambda token: "".join(f"\\u{ord(each):04X}" for each in token),
    "one sign as a URL": lambda token: token.replace("+", "%2b"),
    "all of it as a URL": lambda token: "".join(f"%{ord(each):02X}" for each in token),
    "a URL twice": lambda token: quote(quote(token, safe=""), safe=""),
    "HTML": lambda token: token.replace("=", "&#61;").replace("+", "&#x2B;"),
    "HTML twice": lambda token: html.escape(token.replace("=", "&#61;")),
    "visible": lambda token: token.replace("+", "\\u{2b}"),
    "JSON in a URL": lambda token: quote(token.replace("+", "\\u002b"), safe=""),
}


@pytest.fixture
def known() -> Secrets:
    made = Secrets()
    made.keep(TOKEN, LONG, "short")
    return made


@each("token", [TOKEN, LONG])
@each("spell", SPELLINGS.values())
def test_a_token_is_hidden_however_it_is_spelled(
    spell: Callable[[str], str], token: str, known: Secrets
) -> None:
    assert known.hide(f"you sent {spell(token)}, they say") == f"you sent {HIDDEN}, they say"
    assert known.are_in(f'"{spell(token)}"')


@each(
    "text",
    [
        "", "nothing of the kind", "short", "eyJhbGci", TOKEN[:-1], TOKEN[1:],
        f"{TOKEN[:20]} {TOKEN[20:]}", "eyJhb…", "eyJhbX…", "another…", "…", "100% \\u0041 &amp; +",
        "%".join("abcdefgh" * 9),
    ],
)  # fmt: skip
def test_what_is_no_token_stays(text: str, known: Secrets) -> None:
    assert known.hide(text) == text
    assert known.hide_in_json(json.dumps(text)) == json.dumps(text)
    assert not known.are_in(text)
    assert known.excerpt(text) == text
    assert Secrets().hide(f"{text} {TOKEN}") == f"{text} {TOKEN}"


@each("length", [6, 7, 20, len(TOKEN) - 1])
def test_the_beginning_of_a_token_that_was_cut_is_hidden(length: int, known: Secrets) -> None:
    assert known.hide(f"it holds '{TOKEN[:length]}…' and more…") == (
        f"it holds '{HIDDEN}…' and more…"
    )


@functools.cache
def knowing_both() -> Secrets:
    known = Secrets()
    known.keep(TOKEN, LONG)
    return known


@given(st.integers(0, 200), st.sampled_from([TOKEN, LONG]), st.sampled_from(sorted(SPELLINGS)))
def test_an_excerpt_holds_no_part_of_a_token(start: int, token: str, way: str) -> None:
    known = knowing_both()
    text = f"{'-' * 60} {SPELLINGS[way](token)} the end"

    shown = known.excerpt(text, start)

    assert shown in (text[start:61] + f"{HIDDEN} the end", text[start:])
    assert not any(token[at : at + 6] in shown for at in range(0, len(token) - 6, 3))


@each(
    ("value", "shown"),
    [
        ({"a": TOKEN, TOKEN: 1}, {"a": HIDDEN, HIDDEN: 1}),
        ({"body": json.dumps({"a\n": TOKEN})}, {"body": json.dumps({"a\n": HIDDEN})}),
        ({"body": json.dumps([quote(TOKEN)])}, {"body": json.dumps([HIDDEN])}),
        ([f"\\{TOKEN}", "innocent"], [f"\\{HIDDEN}", "innocent"]),
    ],
)
def test_json_stays_valid(value: object, shown: object, known: Secrets) -> None:
    assert json.loads(known.hide_in_json(json.dumps(value))) == shown


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_tokens", frozenset())
    monkeypatch.setattr(secrets, "_search", None)
    secrets.keep(TOKEN)


@each(
    ("text", "shown"),
    [
        (f"{'x' * 50} {TOKEN}", f"'{'x' * 50} <the toke…'"),
        (TOKEN, f"'{HIDDEN}'"),
        (f"{TOKEN[:30]}x", f"'{TOKEN[:30]}x'"),
        ("https://user:pass@shop.example.com/", "'https://…@shop.example.com/'"),
        ("jane@example.com", "'jane@example.com'"),
    ],
)
def test_what_a_message_quotes(text: str, shown: str, kept: None) -> None:
    assert quoted(text) == shown


@each(
    ("text", "shown"),
    [
        ("user:pass@host", "…@host"),
        ("https://user:p%40ss@host/x?y=1", "https://…@host/x?y=1"),
        ("--api-url=user:pass@host", "--api-url=…@host"),
        ("https://host/@team", "https://host/@team"),
        ("https://host:8080/a@b", "https://host:8080/a@b"),
        ("jane@example.com", "jane@example.com"),
        ("a: b @ c", "a: b @ c"),
    ],
)
def test_passwords_that_were_typed(text: str, shown: str) -> None:
    assert without_passwords(text) == shown


def test_passwords_in_long_texts_are_looked_for_once() -> None:
    for piece in ("a", "a:", "::", "a=", "@", "a:a@", "a:b ", ":a", "=a:"):
        with at_most(0.3, f"30,000 times {piece!r}"):
            without_passwords(f"@{piece * 30_000}@x")
