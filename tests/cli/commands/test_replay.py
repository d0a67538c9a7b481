"""`--save` and `--case`: a look-up kept, shown again as it was, and compared."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ffx.errors import ExitCode
from ffx.sandbox.data.stories import STORIES
from tests.answering import Answering
from tests.cli.commands.conftest import Ask, Terminal
from tests.cli.commands.keeping import SAYS, next_case, saved
from tests.cli.commands.test_redaction import secrets_of
from tests.explorer import Explorer
from tests.fuzz.conftest import EXAMPLES
from tests.knowing import LANDER_HIT, OFFER_HIT, SOLD, VISIT, VISITOR, in_service, knowing
from tests.looping import each

NAMED = {story.name: story for story in STORIES}
REFUSED, HOSTILE = NAMED["postback-on-lander-hit"], NAMED["hostile-text"]
FORMATS = ("table", "json", "jsonl", "csv", "md", "html")
LINES = (
    ("visitor", REFUSED.visitor_id, "--since", "2d"),
    ("visitor", NAMED["ordinary-conversion"].hit_id),
    ("hit", NAMED["custom-events"].hit_id),
    ("hit", HOSTILE.hit_id),
    ("diagnose", REFUSED.hit_id),
    ("diagnose", NAMED["conversion-elsewhere"].visitor_id),
    ("diagnose", HOSTILE.hit_id),
)
SOLD_VISIT = [*VISIT, SOLD]


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, explorer: Explorer) -> Explorer:
    """Take the token away, and let the service be one that shall not be asked."""
    monkeypatch.delenv("FFX_ACCESS_TOKEN")
    return explorer


def assert_same(
    again: tuple[int, str, str], first: tuple[int, str, str], command: str, redacted: object
) -> None:
    """Check that a case is shown as it was, but for a kept diagnosis, which is not ours."""
    if command == "diagnose" and redacted:
        has_no_findings = again[1] == first[1] == "" or again[1].startswith("target,id,")
        assert again[0] == first[0]
        assert SAYS in again[1] or has_no_findings
        assert SAYS not in first[1]
    else:
        assert again[:2] == first[:2]


# The terminal last: a run stays on it.
VIEWS = (*FORMATS, "terminal")
HIDING = ("", "--redact", "--redact=all")


# A case comes back the same before a view sees it: each line meets one view as it is and one with
# hidden values, and each view one line of each of the two.
@each(
    ("view", "line", "hiding"),
    [
        (view, line, hiding)
        for number, view in enumerate(VIEWS)
        for place, line in enumerate(LINES)
        for kind, hiding in enumerate(HIDING)
        if EXAMPLES
        or (kind == 0 and number == place)
        or (kind == 1 + place % 2 and number == (place + 3) % len(VIEWS))
    ],
)
def test_a_case_is_shown_again_in_every_format_without_asking(
    view: str,
    line: tuple[str, ...],
    hiding: str,
    then: object,
    ask: Ask,
    terminal: Terminal,
    nowhere: Explorer,
    tmp_path: Path,
) -> None:
    zone, path = ("--tz", "Europe/Berlin"), next_case(tmp_path)
    words = zone if view == "terminal" else ("--format", view, *zone)
    redacted = (hiding,) if hiding else ()
    if view == "terminal":
        terminal(100)
    first = saved(ask, path, *line, "--sandbox", *words, *redacted)
    if view == "terminal":  # without the line on the case file
        first = ask(*line, "--sandbox", *zone, *redacted)
    assert_same(ask(line[0], "--case", str(path), *words), first, line[0], redacted)
    assert first[0] == 0
    assert nowhere.requests == []


@each("command", ["visitor", "hit", "diagnose"])
def test_the_clock_of_a_case_is_that_of_its_day(
    command: str, ask: Ask, nowhere: Explorer, tmp_path: Path
) -> None:
    path = next_case(tmp_path)
    window = () if command == "hit" else ("--since", "2d")
    first = saved(ask, path, command, REFUSED.hit_id, *window, "--sandbox", "--format", "md")
    code, out, err = ask(command, "--case", str(path), "--format", "md")

    assert (code, out) == first[:2]
    assert err.startswith("note: a case file of account sandbox, saved ")
    assert nowhere.requests == []


@each("mode", [0o644, 0o600, None])
def test_a_case_is_for_its_owner_alone_whatever_stood_there(
    mode: int | None, ask: Ask, tmp_path: Path
) -> None:
    path = next_case(tmp_path)
    if mode is not None:
        path.write_text("something else")
        path.chmod(mode)
    mask = os.umask(0)
    try:
        saved(ask, path, "hit", REFUSED.hit_id, "--sandbox", "--force")
    finally:
        os.umask(mask)

    assert json.loads(path.read_text())["ffx-case"] == 1


REDACTED = ("hostile-text", "foreign-scripts", "two-countries")


# Each line meets each option in one of the stories.
@each(
    ("name", "all_of_it", "kind"),
    [
        (name, all_of_it, kind)
        for place, name in enumerate(REDACTED)
        for all_of_it in (False, True)
        for kind in range(4)
        if EXAMPLES or (kind + 2 * all_of_it) % len(REDACTED) == place
    ],
)
def test_a_redacted_case_holds_no_original(
    name: str, all_of_it: bool, kind: int, then: object, ask: Ask, tmp_path: Path
) -> None:
    story, path = NAMED[name], tmp_path / "kept.case"
    secrets = secrets_of(story)
    option = "--redact=all" if all_of_it else "--redact"
    line = (
        ("visitor", story.visitor_id, "--since", "2d", "--all"),
        ("diagnose", story.hit_id),
        ("hit", story.hit_id),
        ("diagnose", story.visitor_id),
    )[kind]
    saved(ask, path, *line, "--sandbox", option, "--force")
    assert secrets.seen_in(path.read_text(), with_ids=all_of_it) == set()
    # Told in a JSON text inside of a JSON text, as well.
    assert secrets.seen_in(json.dumps(path.read_text()), with_ids=all_of_it) == set()


@each(
    ("name", "option"),
    [
        ("two-countries", "--redact"),
        ("unfilled-macros", "--redact=all"),
        ("custom-events", "--redact=all"),
    ],
)
def test_a_redacted_diagnosis_has_its_findings_still(
    name: str, option: str, then: object, ask: Ask, tmp_path: Path
) -> None:
    story, path = NAMED[name], next_case(tmp_path)
    whole = json.loads(ask("diagnose", story.hit_id, "--sandbox", "--json")[1])
    saved(ask, path, "diagnose", story.hit_id, "--sandbox", option)
    again = json.loads(ask("diagnose", "--case", str(path), "--json")[1])
    for told in ("findings", "checkedAndFine"):
        assert [each["id"] for each in again[told]] == [each["id"] for each in whole[told]]
    assert again["verdict"]["converted"] == whole["verdict"]["converted"]


@each(
    ("command", "first", "formats"),
    [
        ("diagnose", (), ("table", "html")),
        ("diagnose", ("--redact",), ("json", "md")),
        ("hit", (), ("jsonl",)),
        ("hit", ("--redact",), ("csv",)),
    ],
)
def test_a_case_is_redacted_when_it_is_shown_and_can_be_saved_so(
    command: str,
    first: tuple[str, ...],
    formats: tuple[str, ...],
    then: object,
    ask: Ask,
    tmp_path: Path,
) -> None:
    path, other = next_case(tmp_path), tmp_path / "other.case"
    secrets = secrets_of(HOSTILE)
    saved(ask, path, command, HOSTILE.hit_id, "--sandbox", *first)
    for format_name in FORMATS if EXAMPLES else formats:
        line = (command, "--case", str(path), "--redact=all", "--format", format_name)
        code, out, err = saved(ask, other, *line, "--force")
        assert (code, secrets.seen_in(out + err, with_ids=True)) == (0, set()), format_name
        assert secrets.seen_in(other.read_text(), with_ids=True) == set(), format_name


def keep(ask: Ask, path: Path, service: Answering, *line: str) -> None:
    with in_service(service):
        saved(ask, path, *line)


@each(
    ("line", "option"),
    [
        (("diagnose", OFFER_HIT), ()),
        (("diagnose", OFFER_HIT), ("--redact",)),
        (("visitor", OFFER_HIT), ("--redact",)),
        (("hit", OFFER_HIT), ()),
    ],
)
def test_a_conversion_that_has_gone_since_is_found(
    line: tuple[str, ...], option: tuple[str, ...], ask: Ask, tmp_path: Path
) -> None:
    path = next_case(tmp_path)
    keep(ask, path, knowing(SOLD_VISIT), *line, *option)
    words = ("diagnose", OFFER_HIT, "--case", str(path), "--json", "--utc")
    with in_service(knowing()):
        code, out, _ = ask(*words)
    gone = {finding["id"]: finding["sentence"] for finding in json.loads(out)["findings"]}

    assert code == 0
    assert "The conversion of Tue 5 Mar 2024 14:10 +00:00" in gone["C9"]
    assert "C3" not in gone
    if option or line[0] != "diagnose":
        return
    with in_service(knowing(SOLD_VISIT)):
        code, out, _ = ask(*words)
    assert (code, json.loads(out)["findings"]) == (0, [])


@each(
    ("service", "words"),
    [
        (knowing(), ("--since", "2024-03-05T14:00:30Z")),
        (knowing(hasMore=None), ()),
    ],
)
def test_in_a_cut_history_nothing_is_said_to_be_gone(
    service: Answering, words: tuple[str, ...], ask: Ask, tmp_path: Path
) -> None:
    path = next_case(tmp_path)
    keep(ask, path, knowing(SOLD_VISIT), "diagnose", OFFER_HIT)
    with in_service(service):
        code, out, _ = ask("diagnose", OFFER_HIT, "--case", str(path), "--json", *words)

    assert code == ExitCode.PARTIAL
    document = json.loads(out)
    assert "C9" not in [finding["id"] for finding in document["findings"]]
    assert "C9" in [rule["id"] for rule in document["notChecked"]]


def test_a_case_of_somebody_else_is_compared_with_nobody(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "kept.case"
    story = NAMED["ordinary-conversion"]
    saved(ask, path, "diagnose", NAMED["upsell"].hit_id, "--sandbox")
    _, out, _ = ask("diagnose", story.hit_id, "--sandbox", "--case", str(path), "--json")
    document = json.loads(out)

    assert [finding["id"] for finding in document["findings"]] == []
    assert document["notes"] == [
        f"the case file is of another visitor, {NAMED['upsell'].visitor_id}: not compared"
    ]


def test_a_list_is_compared_target_by_target(ask: Ask, tmp_path: Path) -> None:
    path, ids = tmp_path / "kept.case", tmp_path / "ids.txt"
    keep(ask, path, knowing(SOLD_VISIT), "diagnose", OFFER_HIT)
    ids.write_text(f"{OFFER_HIT}\n{LANDER_HIT}\n")
    with in_service(knowing()):
        code, out, _ = ask("diagnose", "--from", str(ids), "--case", str(path))

    assert code == 0
    assert [line.split("\t")[-1] for line in out.splitlines()[1:]] == [
        "conversion-vanished", "hit-cannot-convert, conversion-vanished",
    ]  # fmt: skip


@each(
    ("service", "line", "code"),
    [
        (knowing([]), ("diagnose", OFFER_HIT), 3),
        (knowing([]), ("visitor", VISITOR, "--since", "2024-03-01"), 3),
        (knowing([]), ("hit", OFFER_HIT), 3),
        (knowing(), ("diagnose", OFFER_HIT, "--since", "2024-03-05T14:00:30Z"), 7),
        (knowing(hasMore=None), ("diagnose", OFFER_HIT), 7),
    ],
)
def test_a_run_ends_again_as_it_ended(
    service: Answering, line: tuple[str, ...], code: int, ask: Ask, tmp_path: Path
) -> None:
    path = next_case(tmp_path)
    with in_service(service):
        first = saved(ask, path, *line, "--json")

    assert first[0] == code
    assert ask(line[0], "--case", str(path), "--json")[:2] == first[:2]


@each(("rows", "target", "code"), [(SOLD_VISIT, OFFER_HIT, 0), (VISIT, OFFER_HIT, 8)])
def test_a_case_can_be_checked(
    rows: Any, target: str, code: int, ask: Ask, tmp_path: Path
) -> None:
    path = next_case(tmp_path)
    keep(ask, path, knowing(rows), "diagnose", target)

    assert ask("diagnose", "--case", str(path), "--check", "converted")[0] == code


def test_a_visitors_case_can_be_diagnosed_and_a_diagnosed_hit_be_looked_at(
    then: object, ask: Ask, nowhere: Explorer, tmp_path: Path
) -> None:
    path = tmp_path / "kept.case"
    saved(ask, path, "visitor", REFUSED.visitor_id, "--since", "2d", "--sandbox")
    code, out, _ = ask("diagnose", "--case", str(path), "--json")
    assert (code, [each["id"] for each in json.loads(out)["findings"]]) == (0, ["C3"])
    saved(ask, path, "diagnose", REFUSED.hit_id, "--sandbox", "--force")
    whole = ask("hit", REFUSED.hit_id, "--sandbox", "--json")
    assert ask("hit", "--case", str(path), "--json")[:2] == whole[:2]
    assert ask("visitor", "--case", str(path), "--json")[0] == 0
    assert nowhere.requests == []


@pytest.fixture
def good_and_bad_cases(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay two cases down, and three files that are none, and go to their folder."""
    monkeypatch.chdir(tmp_path)
    saved(ask, Path("visitor"), "visitor", REFUSED.visitor_id, "--since", "2d", "--sandbox")
    saved(ask, Path("hit"), "hit", REFUSED.hit_id, "--sandbox")
    Path("broken").write_text(Path("hit").read_text()[:-40])
    Path("foreign").write_text('{"hits": []}')
    Path("newer").write_text('{"ffx-case": 3}')


@each(
    ("words", "message", "hint"),
    [
        (("hit", "--case", "visitor"), "holds the look-up of a visitor", "ffx visitor --case"),
        (("visitor", "--case", "hit"), "holds the look-up of a hit", "ffx hit --case"),
        (("visitor", "--case", "visitor", VISITOR), "takes no TARGET", "ffx diagnose TARGET"),
        (("hit", "--case", "hit", OFFER_HIT), "takes no TARGET", "ffx diagnose TARGET"),
        (("hit", "--case", "hit", "-"), "takes no TARGET", "ffx diagnose TARGET"),
        (("hit", "--case", "hit", "--from", "hit"), "takes no TARGET", "ffx diagnose TARGET"),
        (("hit", OFFER_HIT, LANDER_HIT, "--save", "x"), "--save keeps one", "Give one TARGET"),
        (("hit", "--from", "hit", "--save", "x"), "--save keeps one", "Give one TARGET"),
        (("diagnose", "-", "--save", "x"), "--save keeps one", "Give one TARGET"),
        (("diagnose", "--case", "gone"), "no such file", "is what --save writes"),
        (("diagnose", "--case", "."), "it is a folder", "is what --save writes"),
        (("diagnose", "--case", "broken"), "broken", "is what --save writes"),
        (("visitor", "--case", "foreign"), "it is no case file", "is what --save writes"),
        (("diagnose", "--case", "hit", "--since", "2d"), "takes no time option", "all that was"),
        (
            ("visitor", "--case", "visitor", "--on", "today"),
            "takes no time option",
            "all that was",
        ),
        (("hit", "--case", "hit", "--at", "today"), "takes no time option", "all that was"),
        (("diagnose", OFFER_HIT, "--case", "broken"), "broken", "is what --save writes"),
        (("diagnose", OFFER_HIT, "--case", "newer"), "a newer ffx", "Update ffx."),
    ],
)
def test_what_cannot_be_shown_again_says_what_to_do(
    words: tuple[str, ...],
    message: str,
    hint: str,
    good_and_bad_cases: None,
    ask: Ask,
    explorer: Explorer,
) -> None:
    code, out, err = ask(*words)

    assert (code, out) == (ExitCode.USAGE, "")
    assert message in err
    assert hint in err
    assert explorer.requests == []
    assert not Path("x").exists()


def test_options_on_asking_have_nothing_to_do_beside_a_case(
    ask: Ask, nowhere: Explorer, tmp_path: Path
) -> None:
    cases = {"visitor": LINES[0], "hit": LINES[2], "diagnose": LINES[4]}
    paths = {name: str(tmp_path / name) for name in cases}
    for name, line in cases.items():
        saved(ask, Path(paths[name]), *line, "--sandbox")
    everywhere: list[tuple[str, ...]] = [
        *(("--as", "hit"), ("--jobs", "2"), ("--full",), ("--any-profile",), ("--resume",)),
        *(("--column", "hit"), ("--curl",), ("--timeout", "9s"), ("--try-timeout", "9s")),
        *(("--deadline", "9s"), ("--max-body", "16MiB"), ("--sandbox",)),
        *(("--profile", "main"), ("--api-url", "https://api.example.com/v1")),
    ]
    own: dict[str, list[tuple[str, ...]]] = {
        "visitor": [("--all",), ("--max-hits", "9")],
        "diagnose": [("--max-hits", "9")],
    }
    # One function refuses them for all commands, by their names.
    for place, (name, path) in enumerate(paths.items()):
        some = everywhere if EXAMPLES else everywhere[place::3]
        for words in (*some, *own.get(name, [])):
            code, out, err = ask(name, "--case", path, *words)
            assert (code, out) == (ExitCode.USAGE, ""), words
            assert err.startswith(f"ffx: --case and {words[0]} exclude each other"), err
    # What shows, hides, writes or judges it does its work.
    innocent: list[tuple[str, ...]] = [
        *(("--format", "csv", "--bom"), ("--redact",), ("--complete",), ("--utc",), ("-v",)),
        *(("--format", "md", "--for", "support"), ("--save", str(tmp_path / "copy"), "--force")),
    ]
    for place, (name, path) in enumerate(paths.items()):
        some = innocent if EXAMPLES else innocent[place::3]
        more = {"visitor": [("--limit", "1")], "hit": [("--event", "view")]}.get(name, [])
        for words in ((), *some, *more):
            code, out, err = ask(name, "--case", path, *words)
            assert code in (ExitCode.OK, ExitCode.PARTIAL), (words, err)
            assert out != ""
    # Beside a TARGET the case is the older of two, and everything is asked anew.
    line = ("diagnose", cases["diagnose"][1], "--case", paths["diagnose"], "--sandbox")
    assert ask(*line, "--max-hits", "900", "--timeout", "99s")[0] == ExitCode.OK
    assert nowhere.requests == []


def test_a_case_of_the_last_day_of_the_calendar_is_shown(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "kept.case"
    saved(ask, path, "diagnose", REFUSED.hit_id, "--sandbox")
    case = json.loads(path.read_text())
    path.write_text(json.dumps({**case, "saved": "9999-12-31T23:59:59Z"}))

    for command, code in (("diagnose", ExitCode.PARTIAL), ("hit", ExitCode.OK)):
        line = (command, "--case", str(path), "--tz", "Pacific/Kiritimati")
        assert ask(*line)[0] == code, command
