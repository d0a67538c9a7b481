"""A visitor to draw: two visits, a pause, and a conversion that points back to its hit."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from ffx.api import members
from ffx.api.json_text import Numeral
from ffx.input.times.window import TimeRange
from ffx.render.terminal.lines import Line, paint

NOW = datetime(2026, 11, 20, 15, 20, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
WINDOW = TimeRange(NOW - timedelta(days=2), NOW)
VISITOR_ID = "afdwb7QPV6Y59aTP3fQxZ3tX2ox"
OFFER_HIT = "dkezmsf3bat8xdbz8rt039r4h"

_WORDS_OF_THE_ENTRANCE = {"trafficSourceName": "Example Ads", "funnelName": "Spring DE"}
_LANDER = {"nodeName": "Lander group", "pageName": "Spring offer A"}
_OFFER = {"nodeName": "Offer group", "pageName": "Example Shop"}

VISITOR = {
    "visitorId": VISITOR_ID,
    "ip": "192.0.2.41",
    "country": "Germany",
    "region": "Berlin",
    "city": "Berlin",
    "isp": "Example Mobile",
    "connectionType": "cellular",
    "mobileCarrier": "Example Mobile",
    "deviceType": "mobile",
    "deviceBrand": "Samsung",
    "deviceModel": "SM-S911B",
    "deviceModelName": "Galaxy S23",
    "deviceOS": "Android",
    "deviceOSVersion": "14",
    "browser": "Chrome",
    "browserVersion": "130",
    "language": "de",
    "userAgent": "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
    "firstSeen": "2026-11-20T14:04:12.040Z",
    "lastSeen": "2026-11-20T15:12:03Z",
    "totalHits": Numeral("6"),
}


def hit(event: str, time: str, hit_id: str | None, **others: str | None) -> dict[str, Any]:
    """Make a row as the API sends it; `time` is a UTC time of 20 November 2026."""
    numbers = {"cost": "0", "revenue": "0"}
    row = {"hitId": hit_id, "eventType": event, "eventTime": f"2026-11-20T{time}Z"}
    return {
        name: Numeral(value) if name in members.NUMBERS and value is not None else value
        for name, value in {**row, **numbers, **others}.items()
    }


HITS = (
    hit(
        "entrance",
        "14:04:12.040",
        "dkezmsf3bat8xdbz8rt039r0",
        nodeName="Traffic",
        cost="0.12",
        subCampaign="spring-de",
        **_WORDS_OF_THE_ENTRANCE,
    ),
    hit("view", "14:04:12.100", "dkezmsf3bat8xdbz8rt039r1", **_LANDER),
    hit("click", "14:04:41.100", "dkezmsf3bat8xdbz8rt039r2", **_LANDER),
    hit("view", "14:04:41.100", OFFER_HIT, **_OFFER),
    hit(
        "entrance",
        "14:51:50",
        "dkezmsf3bat8xdbz8rt03aa2",
        nodeName="Traffic",
        cost="0.00",
        **_WORDS_OF_THE_ENTRANCE,
    ),
    hit(
        "conversion",
        "15:12:03",
        OFFER_HIT,
        revenue="24.9000",
        conversionTransaction="A-1001",
        **_OFFER,
    ),
)


def drawn(lines: Iterable[Line]) -> str:
    return paint(lines, color=False)


# What strangers write: steering, turning, hiding, several lines, marks without end, markup.
hostile = st.one_of(
    st.text(st.characters(), max_size=40),
    st.sampled_from([
        "\x1b[2J\x1b]52;c;ZWNobw==\x07",
        "\u202egnp.exe\u2066",
        "a\nb\tc\r\nd\u2028e",
        "\ud800\udc00\udfff",
        "[bold]x[/] :skull: \\",
        "e" + "\u0301" * 300,
        "サンプル商店" * 30,
        "long " * 300,
        "x" * 3000,
        "  ",
        "\u3164\u115f\u2800\U000e0041",
    ]),
)  # fmt: skip


def rows(names: Iterable[str], *, most: int = 4) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Make rows in which any member holds anything, the event and the time often usual ones.

    A row has a few of the members: to draw each of a hundred takes longer than what is tested.
    """
    usual = {
        "eventType": st.sampled_from(["entrance", "view", "conversion", "Conversion"]),
        "eventTime": st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)).map(  # noqa: DTZ001  # the text gets its Z
            lambda moment: f"{moment.isoformat()}Z"
        ),
    }
    numerals = ["0", "-0.00", "0.12", "24.9000", "-5", "1E+400", "9" * 40]
    numbers = st.sampled_from(numerals).map(Numeral)
    values = {
        name: st.one_of(usual.get(name, hostile), numbers if name in members.NUMBERS else hostile)
        for name in names
    }
    known = [name for name in usual if name in values]
    some = st.lists(st.sampled_from([*values]), max_size=10)

    @st.composite
    def row(draw: st.DrawFn) -> dict[str, Any]:
        few = dict.fromkeys([*(name for name in known if draw(st.booleans())), *draw(some)])
        return {name: draw(values[name]) for name in few}

    return st.lists(row(), min_size=1, max_size=most)
