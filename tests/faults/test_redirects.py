"""Row 34: redirects, and answers that repeat the token."""

from collections.abc import Iterator

import pytest

from tests.conftest import SAMPLE_TOKEN
from tests.explorer import Explorer, answer, history
from tests.faults.rows import VISITOR, Ask
from tests.looping import each


@pytest.fixture
def elsewhere() -> Iterator[Explorer]:
    with Explorer() as other:
        yield other


@each("status", [301, 302, 303, 307, 308])
@pytest.mark.fault(34)
def test_row_34_no_redirect_is_followed(
    status: int, explorer: Explorer, elsewhere: Explorer, ask: Ask
) -> None:
    explorer.forget()
    explorer.answer_with(answer(b"moved", status, {"Location": f"{elsewhere.url}/x?a=b"}))

    ended = ask(*VISITOR)

    assert ended.code == 5
    assert ended.lines[0].startswith(f"ffx: the service answered {status} ")
    assert ended.lines[0].endswith(": redirected to '127.0.0.1', not followed")
    assert ended.lines[1:] == [
        "  Tokens go to the configured host alone. Check FFX_API_URL.",
    ]
    assert elsewhere.connections == 0
    assert len(explorer.requests) == 1


@each(
    ("location", "named"),
    [
        ("", "nowhere (no Location)"),
        ("   ", "nowhere (no Location)"),
        ("/v1/reporting/explorer/visitor", "'/v1/reporting/explorer/visitor'"),
        ("file:///etc/passwd", "a 'file' address"),
        ("javascript:alert(1)", "a 'javascript' address"),
        ("data:text/html,x", "a 'data' address"),
        ("//evil.example/x", "'evil.example'"),
        ("HTTPS://Evil.Example:444/x", "'evil.example'"),
        ("https://user:secret@evil.example/", "'evil.example'"),
        ("http://[bad", "'http://[bad'"),
        ("https://b\u00fccher.example/", "'xn--bcher-kva.example'"),
        # In UTF-8, and with a Cyrillic letter.
        ("https://ex\xd0\xb0mple.com/", "'xn--exmple-4nf.com'"),
        ("https://xn--bcher-kva.example/", "'xn--bcher-kva.example'"),
        ("http:///x", "'http:///x'"),
        ("http://a:99999999/", "'a'"),
        ("http://xn--\x9b/", "'xn--\\u{9b}'"),
        ("http://\x1b]0;x/", "'http://\\u{1b}]0;x/'"),
        ("x" * 5000, f"'{'x' * 60}…'"),
    ],
)
@pytest.mark.fault(34)
def test_row_34_a_redirect_to_nowhere_good(
    location: str, named: str, explorer: Explorer, ask: Ask
) -> None:
    explorer.forget()
    explorer.answer_with(answer(b"moved", 302, {"Location": location}))

    ended = ask(*VISITOR)

    assert ended.code == 5
    assert ended.lines[0] == (
        f"ffx: the service answered 302 Found: redirected to {named}, not followed"
    )
    assert len(explorer.requests) == 1


@pytest.mark.fault(34)
def test_row_34_a_created_thing_may_name_its_place(explorer: Explorer, ask: Ask) -> None:
    explorer.answer_with(answer(history(), 201, {"Location": "javascript:1"}))

    assert ask(*VISITOR).code == 0


ECHOES = [
    {"message": f"cannot take 'Bearer {SAMPLE_TOKEN}'"},
    {"message": "x" * 280 + SAMPLE_TOKEN},
    f"cannot take {SAMPLE_TOKEN}",
    f'{{"message": "{SAMPLE_TOKEN.replace("/", chr(92) + "/")}"}}',
]


# Each echo is refused as a request and as a token, and meets two statuses.
@each(
    ("status", "echo"),
    [*zip([400, 403, 409, 599], ECHOES, strict=True), *((401, echo) for echo in ECHOES)],
)
def test_a_service_that_repeats_the_token_is_not_repeated(
    status: int, echo: object, explorer: Explorer, ask: Ask
) -> None:
    explorer.answer_with(
        answer(
            echo,
            f"{status} {SAMPLE_TOKEN}",
            {"X-Request-Id": SAMPLE_TOKEN, "Content-Type": "text/plain"},
        )
    )

    for more in ([], ["-v"], ["--json"]):
        ended = ask(*VISITOR, *more)
        # A piece of it is as bad.
        assert SAMPLE_TOKEN[:16] not in ended.err
        assert ended.code in (4, 5)


@each(("status", "location"), [(200, ""), (302, f"https://{SAMPLE_TOKEN}.example/")])
def test_no_page_or_redirect_repeats_the_token(
    status: int, location: str, explorer: Explorer, ask: Ask
) -> None:
    body = f"<pre>{SAMPLE_TOKEN}</pre>"
    explorer.answer_with(answer(body, status, {"Location": location}))

    ended = ask(*VISITOR, "-v")

    assert SAMPLE_TOKEN[:16] not in ended.err
    assert ended.code == 5
