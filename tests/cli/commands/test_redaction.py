"""`--redact`: what identifies somebody is in no byte that a run writes."""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
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
from tests.findings.varying import all_told
from tests.fuzz.conftest import EXAMPLES
from tests.knowing import ENTRANCE, OFFER_HIT, SOLD, VISIT, VISITOR, in_service, knowing

NAMED = {story.name: story for story in STORIES}
SHORT = [story for story in STORIES if story.name != "long-history"]
BURST = NAMED["burst"]
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
    told = all_told()[story.name]
    return Secrets([told.visitor, *told.hits.values()])


def lines_of(story: Story) -> Iterator[tuple[str, ...]]:
    """Yield the command lines that tell of a story."""
    yield "diagnose", story.hit_id
    yield "diagnose", story.visitor_id
    yield "visitor", story.visitor_id, "--since", "60d"
    yield "visitor", story.hit_id, "--since", "60d"
    yield "hit", story.hit_id


@pytest.mark.parametrize("story", SHORT, ids=lambda story: story.name)
def test_no_story_tells_what_is_hidden(
    story: Story, then: object, ask: Ask, terminal: Terminal
) -> None:
    secrets = secrets_of(story)
    diagnosis, *others = lines_of(story)
    # Each story is diagnosed and told by another line, and each line meets each view.
    place = SHORT.index(story)
    some = [(diagnosis, place), (others[place % 4], place // 4)]
    views = (*FORMATS, "terminal")
    runs = product([diagnosis, *others], range(len(views))) if EXAMPLES else some
    for line, number in sorted(runs, key=lambda run: run[1] % len(views)):
        view = views[number % len(views)]
        words = ("--format", view) if view != "terminal" else ()
        if view == "terminal":
            terminal(100)
        code, out, err = ask(*line, "--sandbox", *words, "--redact=all", "-v")
        assert (code, secrets.seen_in(out + err, with_ids=True)) == (0, set()), (line, view)


@pytest.mark.parametrize("story", ODD, ids=lambda story: story.name)
@pytest.mark.parametrize("format_name", FORMATS)
def test_ids_stay_unless_all_is_hidden(
    story: Story, format_name: str, then: object, ask: Ask
) -> None:
    secrets = secrets_of(story)
    lines = list(lines_of(story))
    if story is not ODD[0] and not EXAMPLES:
        # Of the others each line in some format, of what is hostile in half of them.
        lines = lines[(FORMATS.index(format_name) + ODD.index(story)) % len(lines) :][:1]
    elif not EXAMPLES:
        lines = lines[FORMATS.index(format_name) % 2 :: 2]
    for line in lines:
        written = ask(*line, "--sandbox", "--format", format_name, "--redact")
        assert (written[0], secrets.seen_in(written[1], with_ids=False)) == (0, set())
        all_hidden = ask(*line, "--sandbox", "--format", format_name, "--redact=all")
        assert (all_hidden[0], secrets.seen_in(all_hidden[1], with_ids=True)) == (0, set())
        if format_name not in ("jsonl", "csv"):
            assert line[1] in written[1]


def test_a_history_of_many_replies_tells_nothing_either(
    then: object, small_pages: None, ask: Ask
) -> None:
    secrets = secrets_of(BURST)
    for line in (
        ("visitor", BURST.visitor_id, "--since", "60d", "--all", "--format", "csv"),
        ("diagnose", BURST.hit_id),
    ):
        code, out, err = ask(*line, "--sandbox", "--redact=all", "-v")
        assert err.count("/explorer/visitor") > 3
        assert line[0] == "diagnose" or len(out.splitlines()) > 90
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


@pytest.mark.parametrize(
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


@pytest.mark.parametrize("options", [(), ("--json",), ("--format", "md")])
@pytest.mark.parametrize("command", ["visitor", "hit", "diagnose"])
def test_nothing_found_names_nobody(command: str, options: tuple[str, ...], ask: Ask) -> None:
    hit, visitor = "k9aznkvb4ex5f9b2x8s1dr4h", "afdnobodyPV6Y59aTP3fQxZ3tX2"
    targets = {"hit": [hit], "visitor": [hit, visitor], "diagnose": [hit, visitor]}[command]
    for target in targets:
        with in_service(knowing([])):
            code, out, err = ask(command, target, *options, "--redact=all", "-v")
        assert code == ExitCode.NOT_FOUND
        assert target not in out + err
        assert re.search(r"(visitor|hit)#1\b", err)


@pytest.mark.parametrize("command", ["visitor", "hit", "diagnose"])
@pytest.mark.parametrize("words", [(), ("--json",), (OFFER_HIT[:-2] + "9h", "--json")])
@pytest.mark.fault(125)
def test_a_service_that_repeats_the_id_is_not_repeated(
    command: str, words: tuple[str, ...], ask: Ask
) -> None:
    said = Says({"message": f"hit {OFFER_HIT} of nobody", "id": OFFER_HIT}, 422)
    with in_service(lambda _: said):
        code, out, err = ask(command, OFFER_HIT, *words, "--redact=all", "-v")

    assert code in (ExitCode.SERVICE, ExitCode.PARTIAL)
    assert OFFER_HIT not in out + err
    assert "hit#1" in out + err


@pytest.mark.parametrize("text", ["12345678", "d9428888-122b-11e1-b85c-61cd3cbb3210"])
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
        for window in ((), ("--since", "2024-03-05T14:00:10Z"), ("--since", "2024-03-06")):
            for format_name in FORMATS:
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
    for command in ("hit", "visitor", "diagnose"):
        for format_name in ("table", "json", "jsonl", "csv", "md"):
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


SHELL: Mapping[str, str] = {"table": "", "json": "--json", "html": "--format html"}


@pytest.mark.parametrize("options", SHELL.values(), ids=SHELL)
def test_a_process_of_its_own_tells_nothing(options: str, run_ffx: Runner, ask: Ask) -> None:
    story = NAMED["hostile-text"]
    line = ["diagnose", story.hit_id, "--sandbox", "--redact=all", *options.split(), "-v"]
    secrets = secrets_of(story)
    done = run_ffx(*line)
    shown = run_ffx.on_terminal(*line)

    for code, written in (
        (done.code, done.out.decode() + done.err),
        (shown.code, shown.out.decode().replace("\r\n", "\n")),
    ):
        assert (code, secrets.seen_in(written, with_ids=True)) == (0, set())
