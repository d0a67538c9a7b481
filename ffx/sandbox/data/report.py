"""A network's report about the stories' hits, with whatever reports get wrong.

It has every outcome that `ffx reconcile` knows but one: the sample service answers always.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from ffx.sandbox.data.event import milliseconds
from ffx.sandbox.data.stories import STORIES, add_stories

_SALE = "24.90"
# What another currency makes of an amount.
_RATE = Decimal("0.92")
# Hits of landers, which a network may be handed in place of the offer's.
_ON_LANDER = (
    "postback-on-lander-hit",
    "several-visits",
    "offer-without-click",
    "two-countries",
    "another-domain",
    "no-conversion",
)
_ABROAD = ("A-1008", "A-1009", "A-1010", "A-1012", "A-1014")
_TWICE, _TAKEN_BACK = "A-1005", "A-1013"
_REPORTED = frozenset(f"A-{number}" for number in range(1001, 1015))
_UNKNOWN = "k2n6p8q0r2s4t6v8w0x2y4z6r4h"
_UUID = "3f2b1c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d"


@dataclass(frozen=True)
class _Row:
    click_id: str
    payout: str
    transaction: str
    time: datetime
    status: str = "approved"


def sample_report(now: datetime, *, european: bool = False) -> str:
    """Write the report as CSV; a European one has `1.234,56`, lines above and a sum below."""
    rows = sorted(_rows(now), key=lambda row: row.time)
    if not european:
        lines = ["click_id,payout,transaction_id,conversion_date,status"]
        lines += [
            f"{row.click_id},{row.payout},{row.transaction},{row.time:%Y-%m-%d %H:%M:%S},"
            f"{row.status}"
            for row in rows
        ]
        return "\n".join(lines) + "\n"
    words = {"approved": "bestätigt", "rejected": "abgelehnt"}
    lines = [
        "sep=;",
        f"Umsatzbericht;;;;Stand {now:%d.%m.%Y}",
        "",
        "Datum;Klick-ID;Auszahlung (EUR);Bestellnummer;Status",
    ]
    lines += [
        f"{row.time:%d.%m.%Y %H:%M};{row.click_id};{_with_comma(row.payout)};{row.transaction};"
        f"{words[row.status]}"
        for row in rows
    ]
    total = sum((Decimal(row.payout) for row in rows), Decimal(0))
    return "\r\n".join([*lines, f"Summe;;{_with_comma(str(total))};;"]) + "\r\n"


def _rows(now: datetime) -> Iterator[_Row]:
    events: list[dict[str, Any]] = []
    add_stories(lambda event: events.append(dict(event)), now)
    conversions = {
        event["conversionTransaction"]: event
        for event in events
        if event["eventType"] == "conversion" and event["conversionTransaction"] in _REPORTED
    }
    for transaction, event in conversions.items():
        amount = Decimal(event["revenue"]) * (_RATE if transaction in _ABROAD else 1)
        row = _Row(
            click_id=event["hitId"],
            payout=f"{amount or Decimal(_SALE):.2f}",
            transaction=transaction,
            time=_time(event["eventTime"], now),
            status="rejected" if transaction == _TAKEN_BACK else "approved",
        )
        yield row
        if transaction == _TWICE:
            yield row
    stories = {story.name: story for story in STORIES}
    offers = [(stories[name].hit_id[:22] + "r1") for name in _ON_LANDER]
    offers += [stories[name].hit_id for name in ("conversion-elsewhere", "no-conversion")]
    others = [
        *offers,
        _UNKNOWN,
        stories["ordinary-desktop"].hit_id.upper(),
        "{clickid}",
        "",
        _UUID,
    ]
    for number, click_id in enumerate(others, start=1):
        minutes = timedelta(minutes=7 * number)
        yield _Row(click_id, _SALE, f"B-{2000 + number}", now - minutes)
    yield _Row(stories["foreign-carrier"].hit_id, _SALE, "B-2100", now, "rejected")


def _time(instant: int, now: datetime) -> datetime:
    return now + timedelta(milliseconds=instant - milliseconds(now))


def _with_comma(amount: str) -> str:
    return f"{Decimal(amount):,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
