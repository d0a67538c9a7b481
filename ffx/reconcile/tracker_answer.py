"""What the tracker knows of one hit, as far as a report needs it; and why a conversion is missing.

Both can be written on a line of JSON and read again, so that a run can be gone on with.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation

from ffx.api.kinds import is_conversion
from ffx.api.members import TRACKING
from ffx.api.reply_shape import text_of
from ffx.api.wire import Reply
from ffx.input.times.instants import read_time
from ffx.input.times.zones import Zone, to_local
from ffx.reconcile.claims import TrackerConversion

MEMBERS = (
    "offerSourceName",
    "trafficSourceName",
    "funnelName",
    "pageName",
    "subCampaign",
    *TRACKING,
)
"""The members that trouble may have in common."""
FINDING, DAY = "finding", "day"
"""And what went wrong, by the finding's name; and the local day of the hit."""

_INSTEAD = {
    "offerSourceName": "offerSourceId",
    "trafficSourceName": "trafficSourceId",
    "funnelName": "funnelId",
    "pageName": "pageId",
}
_LONGEST_FACT = 200
# An amount of more digits, or further from one, has no sensible sum with others.
_LONGEST_NUMBER, _LARGEST_POWER = 60, 30


@dataclass(frozen=True, slots=True)
class TrackerAnswer:
    """What the tracker knows of a hit.

    Attributes:
        time: when the hit was, in UTC.
        facts: values by `MEMBERS`, and the `DAY`; those that are empty are left out.
        sentence: what is odd about an ID that is not known; empty where nothing is.
    """

    hit: str
    is_known: bool
    conversions: tuple[TrackerConversion, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    time: datetime | None = None
    sentence: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a hit has no conversion: the finding's name, what it says, and where to look next."""

    hit: str
    finding: str
    sentence: str
    next_step: str


def answer_of(hit: str, reply: Reply, zone: Zone) -> TrackerAnswer:
    """Return what a hit's reply says; its day is one of `zone`."""
    rows = reply.parsed_rows()
    conversions = []
    own: Mapping[str, object] = {}
    for row in rows:
        if is_conversion(text_of(row.get("eventType"))):
            sent = text_of(row.get("eventTime"))
            conversions.append(
                TrackerConversion(
                    _number(row.get("revenue")),
                    text_of(row.get("conversionTransaction")).strip(),
                    read_time(sent),
                    sent,
                )
            )
        elif not own:
            own = row
    own = own or (rows[0] if rows else {})
    facts = {member: value for member in MEMBERS if (value := _fact(own, member))}
    time = read_time(text_of(own.get("hitTime"))) or read_time(text_of(own.get("eventTime")))
    if time is not None:
        facts[DAY] = f"{to_local(time, zone):%Y-%m-%d}"
    return TrackerAnswer(
        hit,
        is_known=bool(rows),
        conversions=tuple(conversions),
        facts=facts,
        time=time,
    )


def to_line(known: TrackerAnswer | Explanation) -> str:
    """Write what is known on a line of JSON, without its end."""
    if isinstance(known, Explanation):
        return json.dumps(
            {
                "hit": known.hit,
                "finding": known.finding,
                "sentence": known.sentence,
                "nextStep": known.next_step,
            }
        )
    return json.dumps(
        {
            "hit": known.hit,
            "known": known.is_known,
            "conversions": [
                [None if each.revenue is None else str(each.revenue), each.transaction, each.sent]
                for each in known.conversions
            ],
            "facts": dict(known.facts),
            "time": None if known.time is None else known.time.isoformat(),
            "sentence": known.sentence,
            "nextStep": known.next_step,
        }
    )


def from_line(line: str | bytes) -> TrackerAnswer | Explanation | None:
    """Read such a line; None where it is none, as the last one that was cut."""
    try:
        record = json.loads(line)
        if "finding" in record:
            return Explanation(
                record["hit"], record["finding"], record["sentence"], record["nextStep"]
            )
        conversions = tuple(
            TrackerConversion(
                None if revenue is None else Decimal(revenue), transaction, read_time(sent), sent
            )
            for revenue, transaction, sent in record["conversions"]
        )
        time = record["time"]
        return TrackerAnswer(
            record["hit"],
            record["known"],
            conversions,
            record["facts"],
            None if time is None else datetime.fromisoformat(time),
            record["sentence"],
            record["nextStep"],
        )
    except (ValueError, KeyError, TypeError, InvalidOperation, RecursionError):
        return None


def _fact(row: Mapping[str, object], member: str) -> str:
    value = text_of(row.get(member))
    if not value and member in _INSTEAD:
        value = text_of(row.get(_INSTEAD[member]))
    return value[:_LONGEST_FACT]


def _number(value: object) -> Decimal | None:
    """Read an amount as the models do: a number, or text that is one."""
    if not isinstance(value, str):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    is_sensible = number.is_finite() and len(value) <= _LONGEST_NUMBER
    return number if is_sensible and abs(number.adjusted()) <= _LARGEST_POWER else None
