"""What the customer calls the tracking fields, and where it stands."""

from pathlib import Path
from typing import Any

import pytest

from ffx.api.models import HitRow
from ffx.cli.app import main
from ffx.errors import UsageError
from ffx.settings.field_names import FieldNames, read_field_names
from tests.conftest import Runner
from tests.looping import each

TABLE: dict[str, object] = {
    "t1": "country",
    "Example Ads": {"t1": "geo", "t2": "campaign"},
    "2ks5jghK5Zpu": {"t2": "list"},
}
SETTINGS = """
[fields]
t1 = "country"
[fields."Example Ads"]
t2 = "campaign"
t3 = "banner"
"""


@pytest.fixture
def settings(home: Path) -> Path:
    file = home / "config" / "ffx" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(SETTINGS)
    return file


@each(
    ("source", "member", "called"),
    [
        ({"trafficSourceName": "Example Ads"}, "t1", "t1 (geo)"),
        ({"trafficSourceName": "Example Ads"}, "t2", "t2 (campaign)"),
        ({"trafficSourceId": "2ks5jghK5Zpu", "trafficSourceName": "Mail"}, "t2", "t2 (list)"),
        ({"trafficSourceId": "2ks5jghK5Zpu"}, "t1", "t1 (country)"),
        ({}, "t1", "t1 (country)"),
        ({}, "t2", "t2"),
        ({"trafficSourceName": "Example Ads"}, "externalId", "externalId"),
    ],
)
def test_a_source_has_names_of_its_own(source: dict[str, str], member: str, called: str) -> None:
    names = read_field_names(TABLE, source="file")

    assert names.for_row(member, HitRow.model_validate(source)) == called


def test_a_header_has_every_name_of_a_column() -> None:
    names = read_field_names(TABLE, source="file")

    assert [names.for_all_sources(member) for member in ("t1", "t2", "t3", "cost")] == [
        "t1 (country/geo)",
        "t2 (campaign/list)",
        "t3",
        "cost",
    ]
    assert FieldNames().for_all_sources("t1") == "t1"


@each(
    ("table", "message", "hint"),
    [
        ({"t21": "x"}, "file has an unknown key: fields.t21", "Perhaps t2."),
        ({"colour": "x"}, "file has an unknown key: fields.colour", "Columns are t1 to t20."),
        ({"t1": 5}, "file has no short text under fields.t1", ""),
        ({"t1": ""}, "file has no short text under fields.t1", ""),
        ({"t1": "x" * 41}, "file has no short text under fields.t1", ""),
        ({"t1": "a\x1b[2J"}, "file has no short text under fields.t1", ""),
        ({"Ads": {"t1": ["x"]}}, "file has no short text under fields.Ads.t1", ""),
    ],
)
def test_a_name_that_is_none_is_refused(table: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(UsageError) as refusal:
        read_field_names(table, source="file")

    assert (refusal.value.message, refusal.value.hint) == (message, hint)


def test_names_stand_beside_the_columns(
    settings: Path, run_ffx: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("hit", "dkezmsf3bat8xdbz8rt039r4h", "--sandbox", "--color", "never")
    shown = run_ffx.on_terminal(*asked).out.decode()
    assert main(["hit", "dkezmsf3bat8xdbz8rt039r4h", "--sandbox", "--format", "csv"]) == 0
    header = capsys.readouterr().out.splitlines()[0]
    assert (
        main(
            [
                "diagnose",
                "afdkcApcR7ySl5Y68jaU1pi0MbJ",
                "--sandbox",
                "--findings",
                "--format",
                "csv",
            ]
        )
        == 0
    )
    findings = capsys.readouterr().out

    assert "    t1 (country)   de" in shown
    assert "    t3 (banner)    banner-7" in shown
    assert "    t4             feed" in shown
    assert ",t1 (country),t2 (campaign),t3 (banner),t4,t5," in header
    assert "t2 (campaign) '{{campaign.name}}'" in findings


def test_without_the_table_a_column_is_a_column(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hit", "dkezmsf3bat8xdbz8rt039r4h", "--sandbox", "--format", "csv"]) == 0

    assert ",t1,t2,t3," in capsys.readouterr().out.splitlines()[0]
