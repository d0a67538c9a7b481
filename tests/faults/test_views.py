"""Rows 69, 79 and 80: what views, spreadsheets and pages make of what rows hold."""

import json
from pathlib import Path

import pytest

from ffx.api import members
from ffx.cli.app import main
from tests.explorer import HIT_ID, VISITOR_ID, Explorer, answer, events, history
from tests.faults.lists import listed
from tests.faults.rows import VISITOR, Ask
from tests.faults.test_terminal import HOSTILE
from tests.render.html.pages import check_inert


@pytest.mark.parametrize("more", [(), ("--json",)])
@pytest.mark.fault(69)
def test_row_69_rows_in_another_order_are_sorted_for_the_view_alone(
    more: tuple[str, ...], explorer: Explorer, ask: Ask
) -> None:
    late = history(hitId="h2", eventTime="2026-03-05T14:32:00Z")["hits"][0]
    early = history(hitId="h1", eventTime="2026-03-05T14:31:00Z")["hits"][0]
    middle = history(hitId="h3", eventTime="2026-03-05T14:31:30Z")["hits"][0]
    body = history() | {"hits": [late, early, middle, early]}
    explorer.answer_with(answer(body))

    outcome = ask(*VISITOR, "--utc", *more)

    assert (outcome.code, outcome.err) == (0, "")
    if more:
        assert outcome.text.strip() == json.dumps(body)
        return
    rows = outcome.text.partition("\n\n")[2].splitlines()[1:]
    assert [row for row in rows if "\th1" in row or row.startswith("h1")] == [rows[0], rows[1]]
    assert rows[0] == rows[1]
    assert len(rows) == 4


@pytest.mark.fault(79)
def test_row_79_no_cell_of_a_csv_is_a_formula(explorer: Explorer, ask: Ask) -> None:
    formulas = ["=1+1", "+1", "-1+1", "@SUM(A1)", "|calc", "%0", " =1", "\t=1", "＝1", "\u200b=1"]
    members = {f"t{number}": text for number, text in enumerate(formulas, start=1)}
    explorer.answer_with(answer(history(**members, cost="=1", revenue="-1.5")))
    fields = ",".join([*members, "cost", "revenue"])

    outcome = ask(*VISITOR, "--format", "csv", "--fields", fields)

    assert outcome.code == 0
    *cells, cost, revenue = outcome.text.splitlines()[1].split(",")
    assert all(cell.startswith("'") for cell in cells), cells
    assert (cost, revenue) == ("'=1", "-1.5")


@pytest.mark.parametrize("target", [f"={HIT_ID}", f"-?hit={HIT_ID}", f"+{HIT_ID}"])
@pytest.mark.fault(79)
def test_row_79_nor_is_the_target_as_it_was_typed(
    target: str, explorer: Explorer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    explorer.answer_with(answer(events()))

    main(["hit", "--from", listed(tmp_path, target), "--format", "csv", "--fields", "target"])

    assert capsys.readouterr().out == f"target\n'{target}\n"


@pytest.mark.parametrize("command", ["visitor", "diagnose"])
@pytest.mark.parametrize("target", [VISITOR_ID, HIT_ID])
@pytest.mark.fault(80)
def test_row_80_a_page_about_what_is_hostile_is_inert(
    command: str, target: str, explorer: Explorer, ask: Ask
) -> None:
    scripts = HOSTILE + "</style></title><script>x</script><img src=x onerror=x>'\" onload='x"
    row = dict.fromkeys(members.HIT_EVENT, scripts) | {"eventTime": "2026-03-05T14:30:00Z"}
    visitor = dict.fromkeys(members.VISITOR, scripts) | {"firstSeen": "javascript:x"}
    reply = history(visitor=visitor, **row)
    # Whichever look-up it is, hits and events are there.
    explorer.answer_with(answer({**reply, "events": reply["hits"]}))

    ended = ask(command, target, "--format", "html", "--since", "2026-03-05", "--utc")

    assert ended.code in (0, 7)
    check_inert(ended.text)
    assert "&lt;script&gt;" in ended.text
