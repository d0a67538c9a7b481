"""What is done before a result is written: aliases in everything, and a case file of it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from ffx.api.wire import Exchange, hit_query, read_reply, visitor_query
from ffx.cli.delivery.delivery_options import DeliveryOptions
from ffx.cli.delivery.preparing_sink import PreparingSink, redacted
from ffx.cli.delivery.sinks import Sink
from ffx.errors import FfxError
from ffx.findings.diagnose import with_diagnosis
from ffx.input.targets.shapes import Command
from ffx.input.targets.target import HitId, Target
from ffx.input.times.zones import read_zone
from ffx.lookup.find import Found
from ffx.lookup.run import Run
from ffx.lookup.share.case_file import read_case
from ffx.lookup.share.redactor import ID_MEMBERS, REDACTED_MEMBERS, Redactor
from ffx.output.streams import Output, Screen
from ffx.settings.settings import Limits, Settings
from tests.cases import NOW
from tests.explorer import HIT_ID, VISITOR_ID, events
from tests.findings.test_kept_diagnosis import DIAGNOSIS

ADDRESS = "192.0.2.41"


def make_run() -> Run:
    screen = Screen(stdout_is_terminal=False, stderr_is_terminal=False, width=80, color=False)
    settings = Settings("https://api.example.com/v1", "main", read_zone("UTC"), Limits())
    return Run(settings, Output(screen), NOW, {}, ())


@dataclass
class Told(Sink):
    """A sink that remembers what it was told."""

    tells_of_cuts: bool = True
    says_why: bool = True
    says_missing: bool = False
    heard: list[tuple[str, ...]] = field(default_factory=list)
    found_ones: list[Found] = field(default_factory=list)
    takes_rows: bool = False

    def write_header(self) -> None:
        self.heard.append(("begin",))

    def write_found(self, text: str, found: Found) -> None:
        self.heard.append(("found", text))
        self.found_ones.append(found)

    def write_failed(self, text: str, error: FfxError) -> None:
        self.heard.append(("failed", text, error.message, error.hint))

    def sums(self) -> list[str]:
        return ["3 conversions"]

    def take_own_columns(self, heads: Sequence[str]) -> None:
        self.heard.append(("columns", *heads))

    def take_own_cells(self, row: Sequence[str]) -> None:
        self.heard.append(("row", *row))

    def end(self) -> None:
        self.heard.append(("the end",))

    def end_rows(self) -> None:
        self.heard.append(("end",))

    def write_rows(self, text: str, rows: Iterable[str], visitor: str) -> None:
        self.heard.append(("rows", text, *rows, visitor))


def prepared(told: Told, command: Command = "hit", **options: Any) -> PreparingSink:
    return PreparingSink(make_run(), told, command, DeliveryOptions(targets=(), **options))


def looked_up() -> Found:
    body = json.dumps(events(ip=ADDRESS, pageName=f"Shop of {ADDRESS}")).encode()
    query = hit_query(HitId(HIT_ID))
    reply = read_reply(query, body)
    exchange = Exchange(query, NOW, 200, "req-1", body)
    return Found(Target(HitId(HIT_ID)), reply, exchanges=(exchange,), details={HIT_ID: reply})


def hider(*, hides_ids: bool) -> Redactor:
    redactor = Redactor(hides_ids=hides_ids)
    redactor.learn_value("hitId", HIT_ID)
    redactor.learn_value("ip", ADDRESS)
    return redactor


@pytest.mark.parametrize(
    ("hides_ids", "hit", "visitor"),
    [(False, HIT_ID, VISITOR_ID), (True, "hit#1", "visitor#1")],
)
def test_what_is_found_is_redacted_with_its_hits_own_look_ups(
    hides_ids: bool, hit: str, visitor: str
) -> None:
    shown = redacted(looked_up(), hider(hides_ids=hides_ids))

    assert shown.target.id.text == hit
    assert list(shown.details) == [hit]
    for reply in (shown.reply, shown.details[hit]):
        [event] = json.loads(reply.text)["events"]
        assert (event["hitId"], event["visitorId"]) == (hit, visitor)
        assert (event["ip"], event["pageName"]) == ("ip#1", "Shop of ip#1")


def test_everything_passes_through_with_aliases() -> None:
    told = Told()
    layer = prepared(told, redactor=hider(hides_ids=True))
    layer.write_header()
    layer.write_found(f"hit={HIT_ID}", looked_up())
    layer.write_failed(f"{HIT_ID} ", FfxError(f"no {ADDRESS}", hint=f"see {HIT_ID}"))

    assert told.heard == [
        ("begin",),
        ("found", "hit#1"),
        ("failed", "hit#1 ", "no ip#1", "see hit#1"),
    ]
    assert layer.sums() == ["3 conversions"]
    assert (layer.tells_of_cuts, layer.says_why, layer.says_missing) == (True, True, False)
    assert ADDRESS not in repr(told.found_ones)


def test_rows_that_come_part_by_part_are_redacted_once_all_are_there() -> None:
    told = Told(takes_rows=True)
    sink = prepared(told, redactor=hider(hides_ids=True))
    assert sink.takes_rows
    sink.write_header()
    visitor = f'{{"ip": "{ADDRESS}", "visitorId": "{VISITOR_ID}"}}'
    first = f'{{"hitId": "{HIT_ID}",\n"revenue": 0.10, "pageName": "of e-100001 \\ud83d"}}'
    sink.write_rows(HIT_ID, iter([first, '{"hitId": null}']), visitor)
    sink.write_rows(HIT_ID, ['{"externalId": "e-100001"}'], visitor)
    assert told.heard == [("begin",)]

    sink.end_rows()

    assert told.heard[1:] == [
        (
            "rows",
            "hit#1",
            '{"hitId": "hit#1", "revenue": 0.10, "pageName": "of external#1 \\ud83d"}',
            '{"hitId": null}',
            '{"externalId": "external#1"}',
            '{"ip": "ip#1", "visitorId": "visitor#1"}',
        ),
        ("end",),
    ]


def test_a_sink_that_takes_no_rows_takes_none_behind_aliases_or_a_file(tmp_path: Path) -> None:
    assert not prepared(Told(), redactor=hider(hides_ids=False)).takes_rows
    # A case file holds a whole reply.
    redactor, path = hider(hides_ids=False), str(tmp_path / "x")
    assert not prepared(Told(takes_rows=True), save=path, redactor=redactor).takes_rows
    assert prepared(Told(takes_rows=True), redactor=redactor).takes_rows


def test_a_case_is_kept_and_handed_on(tmp_path: Path) -> None:
    told, path = Told(), tmp_path / "kept.case"
    saving = prepared(told, save=str(path))
    found = Found(looked_up().target, looked_up().reply, exchanges=looked_up().exchanges)
    saving.write_header()
    saving.write_found(HIT_ID, found)
    saving.write_failed(HIT_ID, FfxError("no"))

    assert [each[0] for each in told.heard] == ["begin", "found", "failed"]
    assert told.found_ones == [found]
    assert saving.sums() == ["3 conversions"]
    assert (saving.tells_of_cuts, saving.says_why, saving.says_missing) == (True, True, False)
    case = read_case(path)
    assert (case.command, case.account, case.saved) == ("hit", "main", NOW)
    assert (case.address, case.redacted, case.diagnosis) == (
        "https://api.example.com/v1",
        frozenset(),
        None,
    )
    assert case.found.reply.text == found.reply.text
    assert case.found.exchanges == found.exchanges


def test_redacted_first_and_saved_then_a_case_holds_aliases(tmp_path: Path) -> None:
    told, path = Told(), tmp_path / "kept.case"
    saving = prepared(told, save=str(path), redactor=hider(hides_ids=True))
    saving.write_found(HIT_ID, looked_up())
    kept = path.read_text()

    for value in (HIT_ID, VISITOR_ID, ADDRESS):
        assert value not in kept
    case = read_case(path)
    assert case.redacted == REDACTED_MEMBERS | ID_MEMBERS
    assert list(case.details) == ["hit#1"]


@pytest.mark.parametrize(
    ("redactor", "is_kept"), [(None, False), (Redactor(hides_ids=False), True)]
)
def test_the_diagnosis_is_kept_where_aliases_take_its_grounds(
    redactor: Redactor | None, is_kept: bool, tmp_path: Path
) -> None:
    path = tmp_path / "kept.case"
    visitor = read_reply(visitor_query(HitId(HIT_ID)), b'{"visitor":null,"hits":[]}')
    found = replace(looked_up(), reply=visitor, exchanges=())
    found = with_diagnosis(found, DIAGNOSIS)
    prepared(Told(), "diagnose", save=str(path), redactor=redactor).write_found(HIT_ID, found)

    assert (read_case(path).diagnosis is not None) == is_kept
