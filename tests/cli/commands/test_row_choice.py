"""`--event`, `--limit` and `--reverse`: the same rows in every format that has rows."""

import csv
import io
import json
import re
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ffx.errors import ExitCode
from ffx.sandbox.data.stories import STORIES
from tests.cli.commands.conftest import Ask, Terminal
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, history
from tests.fuzz.conftest import EXAMPLES
from tests.looping import each

VISITS, STORY = (
    next(story for story in STORIES if story.name == name)
    for name in ("several-visits", "custom-events")
)
WINDOW = ("--since", "2026-03-01", "--until", "2026-03-09")
KINDS = ("Entrance", "View", "Click", "Conversion")


def reply(rows: Sequence[tuple[str, str, int | None]]) -> dict[str, Any]:
    """Make a visitor's reply of hits, each with its event and its second."""
    hits = [
        {
            "hitId": hit,
            "eventType": event,
            "eventTime": "soon" if second is None else f"2026-03-05T14:30:{second:02}Z",
        }
        for hit, event, second in rows
    ]
    return {**history(), "hits": hits}


SENT = [
    ("h6", "View", 6),
    ("h5", "Conversion", 5),
    ("h4", "Click", 4),
    ("h3", "View", 3),
    ("h2", "View", 2),
    ("h1", "Entrance", 1),
]


def written_as(format_name: str) -> tuple[str, ...]:
    """Return the options for a format; a table is read as the plain lines of a pipe."""
    return () if format_name == "table" else ("--format", format_name)


def of_table(out: str) -> list[str]:
    _, _, table = out.partition("\n\n")
    return [line.split("\t")[0] for line in table.splitlines()[1:]]


def of_csv(out: str) -> list[str]:
    return [row["hitId"] for row in csv.DictReader(io.StringIO(out))]


def of_jsonl(out: str) -> list[str]:
    return [json.loads(line)["hitId"] for line in out.splitlines()]


def of_page(out: str) -> list[str]:
    rows = out[out.index('aria-labelledby="rows"') : out.index('aria-labelledby="request"')]
    return re.findall(r">(h\d+)<", rows)


def of_ticket(out: str) -> list[str]:
    timeline = out[out.index("### Timeline") : out.index("### Command")]
    return re.findall(r"\b(h\d+)\b", timeline)


READ = {"table": of_table, "csv": of_csv, "jsonl": of_jsonl, "html": of_page, "md": of_ticket}
# Documents and tables go by time, rows for programs as they were sent, unless they are turned.
AS_SENT = ("csv", "jsonl")


CHOSEN = [
    ((), "h1 h2 h3 h4 h5 h6", 0),
    (("--limit", "all"), "h1 h2 h3 h4 h5 h6", 0),
    (("--limit", "9"), "h1 h2 h3 h4 h5 h6", 0),
    (("--limit", "2"), "h5 h6", 4),
    (("--event", "view"), "h2 h3 h6", 3),
    (("--event", "VIEW,click"), "h2 h3 h4 h6", 2),
    (("--event", "view", "--event", "conversion"), "h2 h3 h5 h6", 2),
    (("--event", "view", "--limit", "2"), "h3 h6", 4),
]
ORDERS = [(SENT, False), (SENT[::-1], True), (SENT[::-1], False), (SENT, True)]


# Each choice in three of the formats, in one of the orders; a limit in all of them, and in two.
@each(
    ("chosen", "format_name", "order"),
    [
        (chosen, format_name, order)
        for place, chosen in enumerate(CHOSEN)
        for number, format_name in enumerate(READ)
        for kind, order in enumerate(ORDERS)
        if EXAMPLES
        or ((place + number) % 4 == kind and (place + number) % 5 < 3)
        or (chosen[0] == ("--limit", "2") and (place + number + kind) % 2 == 0)
    ],
)
def test_the_rows_that_were_asked_for_in_every_format(
    chosen: tuple[tuple[str, ...], str, int],
    format_name: str,
    order: tuple[list[tuple[str, str, int]], bool],
    ask: Ask,
    explorer: Explorer,
) -> None:
    (words, shown, left_out), (sent, is_turned) = chosen, order
    by_time = shown.split()
    explorer.answer_with(answer(reply(sent)))
    turned = ("--reverse",) if is_turned else ()
    code, out, err = ask("visitor", VISITOR_ID, *WINDOW, *written_as(format_name), *words, *turned)

    is_newest_first = is_turned or (format_name in AS_SENT and sent is SENT)
    assert code == ExitCode.OK, err
    assert READ[format_name](out) == by_time[:: -1 if is_newest_first else 1]
    if format_name in ("table", *AS_SENT):
        told = f"note: {left_out} rows left out, as asked\n" if left_out else ""
        assert told in err
        assert ("left out" in err) == bool(left_out)
    if format_name in ("md", "html"):
        assert ("not shown" in out) == bool(left_out)
        assert ("--reverse" in out) == is_turned
        assert all(word in out for word in words if word.startswith("--"))


def test_a_workbook_has_the_chosen_rows(ask: Ask, explorer: Explorer, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    explorer.answer_with(answer(reply(SENT)))
    path = tmp_path / "rows.xlsx"
    words = ("--event", "view", "--limit", "2", "--reverse")

    code, _, err = ask("visitor", VISITOR_ID, *WINDOW, "-o", str(path), *words)

    head, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    assert (code, [row[head.index("hitId")] for row in rows]) == (ExitCode.OK, ["h6", "h3"])
    assert "note: 4 rows left out, as asked" in err


@settings(
    deadline=None,
    max_examples=EXAMPLES or 6,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(KINDS), st.none() | st.integers(0, 3)), min_size=1, max_size=8
    ),
    events=st.sets(st.sampled_from(KINDS), max_size=2),
    limit=st.none() | st.integers(1, 4),
    is_turned=st.booleans(),
)
def test_formats_agree_on_what_the_newest_rows_are(
    rows: list[tuple[str, int | None]],
    events: set[str],
    limit: int | None,
    is_turned: bool,
    ask: Ask,
    explorer: Explorer,
) -> None:
    body = reply([(f"h{number}", *each) for number, each in enumerate(rows)])
    explorer.answer_with(answer(body))
    words = [
        *(["--event", ",".join(events)] if events else []),
        *(["--limit", str(limit)] if limit else []),
        *(["--reverse"] if is_turned else []),
    ]
    read = {
        name: READ[name](ask("visitor", VISITOR_ID, *WINDOW, *written_as(name), *words)[1])
        for name in ("table", "csv", "jsonl")
    }

    assert read["csv"] == read["jsonl"]
    assert sorted(read["csv"]) == sorted(read["table"])
    assert not is_turned or read["csv"] == read["table"]


def test_rows_that_come_part_by_part_are_chosen_alike(
    then: object, small_pages: None, ask: Ask
) -> None:
    line = ("visitor", VISITS.visitor_id, "--since", "1y", "--all", "--sandbox")
    _, out, err = ask(*line, "-v")
    assert err.count("POST") > 3
    whole, entrances = of_table(out), of_table(ask(*line, "--event", "entrance")[1])
    assert len(whole) > len(entrances) > 0
    choices = (
        (("--limit", "3"), whole[-3:]),
        (("--limit", "3", "--reverse"), whole[:-4:-1]),
        (("--event", "entrance", "--reverse"), entrances[::-1]),
    )
    cases = list(product(((), ("--redact",)), choices, ("csv", "jsonl")))
    # Rows with and without hidden values in both formats; of each choice two of the four.
    some = [case for place, case in enumerate(cases) if place % 4 in (0, 3)]
    for more, (words, expected), format_name in cases if EXAMPLES else some:
        code, out, err = ask(*line, *written_as(format_name), *words, *more)

        shown, case = READ[format_name](out), (format_name, more, words)
        assert code == ExitCode.OK, case
        assert shown in (expected, expected[::-1]), case
        assert "--reverse" not in words or shown == expected, case
        assert f"note: {len(whole) - len(shown)} rows left out, as asked\n" in err, case


def test_thousands_of_rows_left_out_are_told_with_a_comma(ask: Ask, explorer: Explorer) -> None:
    explorer.answer_with(answer(reply([(f"h{number}", "View", 1) for number in range(1_200)])))
    code, out, err = ask("visitor", VISITOR_ID, *WINDOW, "--format", "csv", "--limit", "3")

    assert (code, len(of_csv(out))) == (ExitCode.OK, 3)
    assert "note: 1,197 rows left out, as asked\n" in err


@each("format_name", ["table", "csv", "md"])
def test_an_event_that_no_row_has_is_told_with_those_there_are(
    format_name: str, ask: Ask, explorer: Explorer
) -> None:
    explorer.answer_with(answer(reply(SENT)))
    line = ("visitor", VISITOR_ID, *WINDOW, *written_as(format_name))

    code, out, err = ask(*line, "--event", "sale,click")

    assert (code, READ[format_name](out)) == (ExitCode.OK, ["h4"])
    told = re.findall("note: no row is of event 'sale'; there are (.*)\n", err)
    assert [sorted(names.split(", ")) for names in told] == [
        ["'Click'", "'Conversion'", "'Entrance'", "'View'"]
    ]


def test_a_list_says_once_what_was_left_out(ask: Ask, explorer: Explorer, tmp_path: Path) -> None:
    explorer.answer_with(answer(reply(SENT)))
    ids = tmp_path / "ids"
    ids.write_text("v1\nv2\nv3\n")

    code, out, err = ask(
        "visitor",
        "--from",
        str(ids),
        *WINDOW,
        "--format",
        "csv",
        "--limit",
        "1",
        "--event",
        "sale,view",
    )

    assert (code, of_csv(out)) == (ExitCode.OK, ["h6"] * 3)
    assert err.count("left out, as asked") == err.count("no row is of event 'sale'") == 1
    assert "note: 15 rows left out, as asked" in err


def test_the_events_of_a_hit_are_chosen_too(then: object, ask: Ask, terminal: Terminal) -> None:
    line = ("hit", STORY.hit_id, "--sandbox", "--utc")
    rows = [json.loads(row) for row in ask(*line, "--format", "jsonl")[1].splitlines()]
    kinds = [row["eventType"] for row in rows]
    wanted = kinds[-1]
    count = kinds.count(wanted)
    assert 0 < count < len(kinds)

    for format_name in ("csv", "jsonl", "table", "md", "html"):
        code, out, err = ask(*line, "--event", wanted.upper(), *written_as(format_name))

        assert code == ExitCode.OK
        if format_name in ("csv", "jsonl", "table"):
            assert len(READ[format_name](out)) == count
            assert f"{len(kinds) - count} rows left out, as asked" in err
        else:
            assert f"{len(kinds) - count} rows of other events not shown" in out
            assert f"--event {wanted.upper()}" in out
    terminal(100)
    _, whole, _ = ask(*line)
    _, shown, err = ask(*line, "--event", wanted)
    assert shown.splitlines()[0] == whole.splitlines()[0]
    assert kinds[0] in whole
    assert f"{len(kinds) - count} rows left out, as asked" in err
    heads = [line for line in shown.splitlines() if line.strip().startswith(wanted)]
    assert heads
    assert not [line for line in shown.splitlines() if line.strip().startswith(f"{kinds[0]} ")]


REFUSED = [
    (("visitor", VISITOR_ID, "--json", "--limit", "1"), "--limit", "--format jsonl"),
    (("visitor", VISITOR_ID, "-o", "x.json", "--reverse"), "--reverse", "--format jsonl"),
    (
        ("visitor", "v1", "v2", *WINDOW, "--json", "--event", "x", "--limit", "1"),
        "--event and --limit",
        "--format jsonl",
    ),
    (("hit", HIT_ID, "--json", "--event", "view"), "--event", "--format jsonl"),
    (("hit", "--from", "IDS", "--event", "view"), "--event", "--full"),
    (("visitor", "--from", "IDS", *WINDOW, "--limit", "all"), "--limit", "--full"),
    (("visitor", "--ids-in", "IDS", *WINDOW, "--reverse"), "--reverse", "--full"),
]


@each(("words", "names", "hint"), REFUSED)
def test_rows_that_cannot_be_chosen_are_refused_before_any_request(
    words: tuple[str, ...], names: str, hint: str, ask: Ask, explorer: Explorer, tmp_path: Path
) -> None:
    ids = tmp_path / "ids"
    ids.write_text(f"{HIT_ID}\n")
    line = [str(ids) if word == "IDS" else word for word in words]

    code, out, err = ask(*line)

    assert (code, out) == (ExitCode.USAGE, "")
    assert f"{names} cannot choose rows " in err
    assert hint in err
    assert explorer.requests == []


@each(
    "words",
    [
        ("visitor", VISITOR_ID, *WINDOW, "--format", "jsonl", "--limit", "1"),
        ("visitor", VISITOR_ID, *WINDOW, "-o", "OUT.csv", "--reverse"),
        ("visitor", "--from", "IDS", *WINDOW, "--full", "--limit", "all"),
        ("visitor", "--from", "IDS", *WINDOW, "--format", "md", "--limit", "1"),
        ("visitor", "v1", "v2", *WINDOW, "--event", "entrance"),
        ("visitor", "--from", "IDS", *WINDOW),
        ("visitor", VISITOR_ID, *WINDOW, "--json"),
    ],
)
def test_where_there_are_rows_they_may_be_chosen(
    words: tuple[str, ...], ask: Ask, explorer: Explorer, tmp_path: Path
) -> None:
    ids = tmp_path / "ids"
    ids.write_text("v1\n")
    names = {"IDS": str(ids), "OUT.csv": str(tmp_path / "out.csv")}

    assert ask(*(names.get(word, word) for word in words))[0] == ExitCode.OK


def test_a_terminal_shows_the_newest_200_unless_asked(
    ask: Ask, explorer: Explorer, terminal: Terminal, tmp_path: Path
) -> None:
    sent = [(f"h{number:03}", "View", 1) for number in range(250)]
    explorer.answer_with(answer(reply(sent)))
    line = ("visitor", VISITOR_ID, *WINDOW)
    terminal(120)
    for words, count in (((), 200), (("--limit", "all"), 250), (("--limit", "220"), 220)):
        out = ask(*line, *words)[1]
        assert len(re.findall(r"\bh\d{3}\b", out)) == count
        assert ("not shown (--limit all)" in out) == (count < 250)
    path = tmp_path / "rows.csv"
    assert ask(*line, "-o", str(path))[0] == ExitCode.OK
    assert len(of_csv(path.read_text())) == 250
