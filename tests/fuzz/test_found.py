"""What was found by trying examples, and is to stay found."""

from typing import Any

from tests.explorer import history
from tests.fuzz.replies import Fixed
from tests.fuzz.test_bodies import FORMATS, QUESTIONS, ask, check_agreement
from tests.fuzz.values import Raw, write
from tests.looping import each


def service(**members: Any) -> Fixed:
    """Return a service whose rows and events have these members as well."""
    reply = history(**members)
    body = write({**reply, "events": reply["hits"]}).encode()
    return Fixed((200, {}, body), (200, {}, body))


# In each row at once, since none of them hides another.
MEMBERS = {
    # A number that is documented, elsewhere: it was read as an amount, and no view wrote it.
    "totalHits": 5,
    "numbers": [Raw("0.10"), {"deep": Raw("1e400")}],
    "lists": Raw("[" * 400 + "]" * 400),
}


@each(("number", "question"), enumerate(QUESTIONS.values()))
def test_members_that_no_row_is_said_to_have_are_no_fault(
    number: int, question: tuple[str, ...]
) -> None:
    """Each question in JSON and in half of the other formats, by turns."""
    more = ("--all-fields",) if question[0] == "hit" else ()
    others = [name for name in FORMATS if name != "json"][number % 2 :: 2]

    ended = {name: ask(service(**MEMBERS), name, *question, *more) for name in ("json", *others)}

    check_agreement(ended)
    assert ended["json"].code in (0, 7)
