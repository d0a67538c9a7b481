"""`--redact`: what identifies somebody is in no byte that a run writes."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from ffx.errors import ExitCode
from ffx.lookup.share.redactor import ID_MEMBERS, REDACTED_MEMBERS
from ffx.output.clean import clean
from ffx.sandbox.data.stories import STORIES, Story
from tests.answering import Says
from tests.cli.commands.conftest import Ask, Terminal
from tests.conftest import Runner
from tests.findings.varying import told_as_it_is
from tests.fuzz.conftest import EXAMPLES
from tests.knowing import ENTRANCE, OFFER_HIT, SOLD, VISIT, VISITOR, in_service, knowing
from tests.looping import each

NAMED = {story.name: story for story in STORIES}
SHORT = [story for story in STORIES if story.name not in ("long-history", "burst")]
VISITS = NAMED["several-visits"]
# Those whose values are the oddest, in every command and format.
ODD = [
    NAMED[name] for name in ("hostile-text", "foreign-scripts", "custom-events", "two-countries")
]
FORMATS = ("table", "json", "jsonl", "csv", "md", "html")
SHORTEST = 6
MANY = 500  # values, from which on a text is looked through once for all of them
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def leaves(value: Any, member: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a reply with its member."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, member)
    elif isinstance(value, str):
        yield member, value.strip()


class Secrets:
    """What a story's replies hold of the table's members, and its IDs."""

    def __init__(self, replies: Iterable[Any]) -> None:
        found = [each for reply in replies for each in leaves(reply)]
        self.ids = {value for member, value in found if member in ID_MEMBERS}
        self.values = {
            value
            for member, value in found
            if member in REDACTED_MEMBERS and len(value) >= SHORTEST
        } - self.ids

    def seen_in(self, written: str, *, with_ids: bool) -> set[str]:
        """Return those that stand in a text, however they are spelled there."""
        hidden = self.values | (self.ids if with_ids else set())
        plain = COLOURS.sub("", written)
        if len(hidden) < MANY:
            return {value for value in hidden if any(form in plain for form in _forms(value))}
        # Thousands of values are looked for in megabytes: where none begins, none stands.
        beginnings = {plain[at : at + SHORTEST] for at in range(len(plain))}
        return {
            value
            for value in hidden
            if any(
                form in plain
                for form in _forms(value)
                if len(form) < SHORTEST or form[:SHORTEST] in beginnings
            )
        }


@cache
def _forms(value: str) -> tuple[str, ...]:
    told = json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]
    return tuple({value, clean(value), html.escape(value), *told})


@cache
def secrets_of(story: Story) -> Secrets:
    """Ask the sandbox for all about a story; what is secret is the same on any day."""
    told = told_as_it_is(story.name)
    return Secrets([told.visitor, *told.hits.values()])


def lines_of(story: Story) -> Iterator[tuple[str, ...]]:
    """Yield the command lines that tell of a story."""
    yield "diagnose", story.hit_id
    yield "diagnose", story.visitor_id
    yield "visitor", story.visitor_id, "--since", "60d"
    yield "visitor", story.hit_id, "--since", "60d"
    yield "hit", story.hit_id


VIEWS = (*FORMATS, "terminal")


# What is hidden is hidden before a view sees it, and the redactor alone is tried with all stories:
# here a third of them are told, each by one line in one view.
@each(
    ("story", "line", "view"),
    [
        (story, line, view)
        for number, view in enumerate(VIEWS)  # the terminal last: a run stays on it
        for place, story in enumerate(SHORT)
        for kind, line in enumerate(lines_of(story))
        if EXAMPLES or (place % 3, place // 3 % 5, place // 3 % 7) == (0, kind, number)
    ],
)
def test_no_story_tells_what_is_hidden(
    story: Story, line: tuple[str, ...], view: str, then: object, ask: Ask, terminal: Terminal
) -> None:
    words = ("--format", view) if view != "terminal" else ()
    if view == "terminal":
        terminal(100)
    code, out, err = ask(*line, "--sandbox", *words, "--redact=all", "-v")
    assert (code, secrets_of(story).seen_in(out + err, with_ids=True)) == (0, set())


# What is hostile in every format, hidden in one way or the other; each other story in a third.
@each(
    ("story", "line", "format_name", "with_ids"),
    [
        (story, line, format_name, with_ids)
        for place, story in enumerate(ODD)
        for number, format_name in enumerate(FORMATS)
        for kind, line in enumerate(lines_of(story))
        for with_ids in (False, True)
        if EXAMPLES
        or (
            (number + place) % 5 == kind
            and number % 2 == (with_ids + place // 2) % 2
            and (place == 0 or (number + place) % 3 == 0)
        )
    ],
)
def test_ids_stay_unless_all_is_hidden(
    story: Story,
    line: tuple[str, ...],
    format_name: str,
    with_ids: bool,
    then: object,
    ask: Ask,
) -> None:
    option = "--redact=all" if with_ids else "--redact"
    code, out, _ = ask(*line, "--sandbox", "--format", format_name, option)
    assert (code, secrets_of(story).seen_in(out, with_ids=with_ids)) == (0, set())
    assert with_ids or format_name in ("jsonl", "csv") or line[1] in out


def test_a_history_of_many_replies_tells_nothing_either(
    then: object, small_pages: None, ask: Ask
) -> None:
    secrets = secrets_of(VISITS)
    for line in (
        ("visitor", VISITS.visitor_id, "--since", "60d", "--all", "--format", "csv"),
        ("diagnose", VISITS.hit_id),
    ):
        code, out, err = ask(*line, "--sandbox", "--redact=all", "-v")
        assert err.count("/explorer/visitor") > 3
        assert line[0] == "diagnose" or len(out.splitlines()) > 12
        assert (code, secrets.seen_in(out + err, with_ids=True)) == (0, set())


def test_aliases_are_the_same_all_through_a_run(then: object, ask: Ask, tmp_path: Path) -> None:
    one, other = NAMED["ordinary-conversion"], NAMED["ordinary-desktop"]
    path = tmp_path / "ids.txt"
    path.write_text(f"{one.hit_id}\nhttps://example.com/?hit={one.hit_id}\n{other.hit_id}\n")
    _, out, _ = ask("hit", "--from", str(path), "--json", "--sandbox", "--redact", "--jobs", "1")

    first, again, second = (json.loads(line)["reply"]["events"] for line in out.splitlines())
    assert first == again
    assert {event["ip"] for event in first} == {"ip#1"}
    assert {event["ip"] for event in second} == {"ip#2"}
    assert first[0]["userAgent"] != second[0]["userAgent"]


@each(
    "words",
    [
        ("--redact", "--json"),
        ("--json", "--redact"),
        ("--redact", "--redact", "--json"),
        ("--redact=usual", "--json"),
    ],
)
def test_the_option_takes_no_target_for_its_value(
    words: tuple[str, ...], then: object, ask: Ask
) -> None:
    story = NAMED["ordinary-conversion"]
    code, out, _ = ask("hit", *words, story.hit_id, "--sandbox")

    assert code == 0
    events = json.loads(out)["events"]
    assert {event["hitId"] for event in events} == {story.hit_id}
    assert {event["ip"] for event in events} == {"ip#1"}


def test_a_hit_is_a_hit_under_its_alias(then: object, ask: Ask) -> None:
    story = NAMED["postback-on-lander-hit"]
    for words in (("diagnose", story.hit_id), ("diagnose", f"/pb/?hit={story.hit_id}&tx=1")):
        document = json.loads(ask(*words, "--sandbox", "--redact=all", "--json")[1])
        assert document["target"] == {"kind": "hit", "id": "hit#1"}
        assert document["visitorId"] == "visitor#1"
        assert [finding["id"] for finding in document["findings"]] == ["C1"]


def test_nothing_found_names_nobody(ask: Ask) -> None:
    hit, visitor = "k9aznkvb4ex5f9b2x8s1dr4h", "afdnobodyPV6Y59aTP3fQxZ3tX2"
    asked = [("hit", hit), *product(("visitor", "diagnose"), (hit, visitor))]
    ways = ((), ("--json",), ("--format", "md"))
    with in_service(knowing([])):
        for place, (command, target) in enumerate(asked):
            # Each of them in two of the three forms.
            for options in ways if EXAMPLES else (ways[place % 3], ways[(place + 1) % 3]):
                code, out, err = ask(command, target, *options, "--redact=all", "-v")
                assert code == ExitCode.NOT_FOUND, (command, target)
                assert target not in out + err, (command, options)
                assert re.search(r"(visitor|hit)#1\b", err), (command, options)


@pytest.mark.fault(125)
@each(
    ("command", "words"),
    product(("visitor", "hit", "diagnose"), ((), ("--json",), (OFFER_HIT[:-2] + "9h", "--json"))),
)
def test_a_service_that_repeats_the_id_is_not_repeated(
    command: str, words: tuple[str, ...], ask: Ask
) -> None:
    said = Says({"message": f"hit {OFFER_HIT} of nobody", "id": OFFER_HIT}, 422)
    with in_service(lambda _: said):
        code, out, err = ask(command, OFFER_HIT, *words, "--redact=all", "-v")

    assert code in (ExitCode.SERVICE, ExitCode.PARTIAL)
    assert OFFER_HIT not in out + err
    assert "hit#1" in out + err


@each("text", ["12345678", "d9428888-122b-11e1-b85c-61cd3cbb3210"])
def test_what_is_refused_is_not_repeated_either(text: str, ask: Ask) -> None:
    for words in (("hit", text), ("diagnose", text), ("diagnose", text, text + "0", "--json")):
        with in_service(knowing()):
            code, out, err = ask(*words, "--redact=all")
        assert code in (ExitCode.USAGE, ExitCode.PARTIAL)
        assert text not in out + err


@pytest.mark.fault(125)
def test_what_failed_beside_the_history_is_told_without_ids(ask: Ask) -> None:
    refused = {OFFER_HIT: Says({"message": f"{OFFER_HIT} of {VISITOR}"}, 422)}
    with in_service(knowing([*VISIT, SOLD], own=refused)):
        # In the last window are no rows, so that the hit's own look-up is all there could be.
        windows = ((), ("--since", "2024-03-05T14:00:10Z"), ("--since", "2024-03-06"))
        for place, window in enumerate(windows):
            for format_name in FORMATS[place % 2 :: 2]:
                words = ("--format", format_name, "--redact=all", *window)
                _, out, err = ask("diagnose", OFFER_HIT, *words)
                assert OFFER_HIT not in out + err
                assert VISITOR not in out + err


def test_a_list_of_targets_tells_nothing(then: object, ask: Ask, tmp_path: Path) -> None:
    stories = [NAMED["ordinary-conversion"], NAMED["hostile-text"]]
    path = tmp_path / "ids.txt"
    path.write_text(
        "".join(f"{story.hit_id}\n" for story in stories) + "k0nobody0nobody0nobody0h\n"
    )
    secrets = [secrets_of(story) for story in stories]
    for place, command in enumerate(("hit", "visitor", "diagnose")):
        for format_name in ("table", "json", "jsonl", "csv", "md")[place::3]:
            words = ("--from", str(path), "--format", format_name, "--sandbox", "--redact=all")
            code, out, err = ask(command, *words, "-v")
            assert code == ExitCode.NOT_FOUND
            assert [each.seen_in(out + err, with_ids=True) for each in secrets] == [set()] * 2
            assert "k0nobody" not in out + err


def test_a_command_to_copy_names_nobody(ask: Ask, terminal: Terminal) -> None:
    pasted = f"https://example.com/?vid={VISITOR}&external=e-100001"
    rows = [{**ENTRANCE, "externalId": "e-100001"}, *VISIT[1:]]
    terminal(100)
    with in_service(knowing(rows, hasMore=True)):
        window = ("--since", "2024-03-01")
        for option, hidden in (
            ("--redact", ["e-100001"]),
            ("--redact=all", ["e-100001", VISITOR]),
        ):
            _, out, err = ask("visitor", pasted, *window, option)
            assert "--all" in out
            assert [value for value in hidden if value in out + err] == []


def test_what_is_hidden_of_a_hit_says_nothing_of_its_kind(then: object, ask: Ask) -> None:
    story = NAMED["no-conversion"]
    _, out, _ = ask("visitor", story.hit_id, "--sandbox", "--redact=all", "--format", "md")

    assert "cannot take one" not in out


def test_a_process_of_its_own_tells_nothing(run_ffx: Runner) -> None:
    story = NAMED["hostile-text"]
    line = ["diagnose", story.hit_id, "--sandbox", "--redact=all", "-v"]
    secrets = secrets_of(story)
    done = run_ffx(*line, "--json")
    shown = run_ffx.on_terminal(*line)

    for code, written in (
        (done.code, done.out.decode() + done.err),
        (shown.code, shown.out.decode().replace("\r\n", "\n")),
    ):
        assert (code, secrets.seen_in(written, with_ids=True)) == (0, set())
